"""The command line: what it prints, its exit codes, and one line instead of a traceback whatever goes wrong."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from genmodels import data, sampling
from genmodels.data.mnist import Images
from genmodels.jobs import progress
from genmodels.training import checkpoints, recipes
from tests.command_line import error_of, run

pytestmark = pytest.mark.usefixtures("denormals")
FAST = ["--epochs", "1", "--set", "hidden_dim=8", "--set", "batch_size=64", "--device", "cpu"]
RECIPE = recipes.make("vae-mnist", epochs=1, hidden_dim=8, batch_size=64)
KEY = recipes.key(RECIPE)


@pytest.fixture
def few(small: object, splits: tuple[Images, Images], monkeypatch: pytest.MonkeyPatch) -> None:
    """Also evaluation takes the small test set."""
    monkeypatch.setattr(data, "load", lambda name, split: splits[split == "test"])


def test_train_list_sample_evaluate(home: Path, few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", "vae-mnist", *FAST) == 0
    assert capsys.readouterr().out.split() == [KEY, str(home / "trained" / KEY)]
    card = checkpoints.get(KEY).card
    assert card["command"] == "python -m genmodels train vae-mnist " + " ".join(FAST)

    assert run("list") == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith(KEY))
    assert line.split()[1:4] == ["vae-mnist", "1", "epochs,"] and "hidden_dim=8" in line

    grid = tmp_path / "grid.png"
    assert run("sample", KEY, "-n", "5", "--seed", "3", "--out", str(grid), "--device", "cpu") == 0
    with Image.open(grid) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (2 * 29 - 1, 3 * 29 - 1)  # five images in a 2 x 3 grid
    images = sampling.sample(KEY, 5, seed=3, device="cpu")
    assert np.array_equal(pixels[:28, :28], (images[0, 0].numpy() * 255).round().astype(np.uint8))
    assert np.array_equal(pixels[29:, 29:57], (images[4, 0].numpy() * 255).round().astype(np.uint8))

    capsys.readouterr()
    assert run("evaluate", KEY, "--json", "--draws", "2", "--device", "cpu") == 0
    result = json.loads(capsys.readouterr().out)
    assert result["images"] == 200 and result["split"] == "test" and result["key"] == KEY
    assert 200 < result["nats"]["total"]["mean"] < 600 and result["nats"]["kl"]["standard_error"] > 0
    assert run("evaluate", KEY, "--device", "cpu") == 0
    assert "total" in capsys.readouterr().out


def test_training_again_finds_it_done_and_fresh_starts_over(
    home: Path, few: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", "vae-mnist", *FAST) == 0
    first = checkpoints.get(KEY).card
    assert run("train", "vae-mnist", *FAST) == 0
    assert checkpoints.get(KEY).card == first
    assert run("train", "vae-mnist", *FAST, "--fresh") == 0
    again = checkpoints.get(KEY).card
    assert again["command"].endswith("--fresh") and again["files"] == first["files"]  # other card, same weights


def test_a_model_in_a_folder_of_ones_own(
    home: Path, few: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "mine")
    assert run("train", "vae-mnist", *FAST, "--out", out, "--keep", "none") == 0
    assert sorted(path.name for path in Path(out).iterdir()) == ["card.json", "model-001.safetensors"]
    assert run("sample", out, "-n", "1", "--out", str(tmp_path / "one.png"), "--device", "cpu") == 0
    (tmp_path / "mine" / "model-001.safetensors").write_bytes(
        bytes((tmp_path / "mine" / "model-001.safetensors").stat().st_size)
    )
    capsys.readouterr()
    for _ in range(2):
        assert run("sample", out, "--out", str(tmp_path / "one.png")) == 1
        assert "is damaged (model-001.safetensors: its sha256" in error_of(capsys)
    (tmp_path / "mine" / "card.json").write_text("")
    assert run("sample", out, "--out", str(tmp_path / "one.png")) == 1
    assert "is damaged" in error_of(capsys)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("", 2, "required: COMMAND"),
        ("fly", 2, "invalid choice: 'fly'"),
        ("train", 2, "required: NAME"),
        ("train vqvae", 2, "no model 'vqvae'; known: ae-mnist, vae-mnist"),
        ("train vae-mnist --epochs 1000", 2, "epochs cannot be 1000; it is a whole number from 1 to 100"),
        ("train vae-mnist --epochs nan", 2, "epochs cannot be nan"),
        ("train vae-mnist --set beta=NaN", 2, "beta cannot be NaN; it is a number from 0 to 100"),
        ("train vae-mnist --set gamma=1", 2, "no setting 'gamma'; known: data, epochs"),
        ("train vae-mnist --set beta", 2, "'beta' is not of the form setting=value"),
        ("train vae-mnist --set name=x", 2, "the name is no setting"),
        ("train vae-mnist --set latent_dim=33", 2, "latent_dim cannot be 33"),
        (
            "train vae-mnist --data cifar",
            2,
            "data cannot be cifar; it is one of: mnist, fashion-mnist, kmnist, mnist-binary",
        ),
        ("train vae-mnist --seed 1.5", 2, "seed cannot be 1.5; it is a whole number from 0 to 9007199254740991."),
        ("train vae-mnist --set side=29", 2, "pictures of mnist are 28 x 28"),
        ("train ddpm-points --set schedule=rescaled --set num_steps=20", 2, "needs more than 20 steps"),
        ("train ddpm-mnist --set schedule=cosine-zero --set predicts=noise", 2, "leaves nothing of the data at T"),
        ("train ddpm-points --set data=drawn", 2, "data=drawn needs points"),
        ("train ddpm-points --set data=drawn --set drawn=abc", 2, "1 points are drawn"),
        ("evaluate ddpm-points --eta 2", 2, "these are 2.0 and 0.0"),
        ("prune --disk-gib nan", 2, "disk_gib cannot be nan; it is a number from 0.01"),
        ("prune --disk-gib -1", 2, "disk_gib cannot be -1.0"),
        ("train vae-mnist --device tpu", 2, "no device 'tpu' here; use one of: auto, cpu"),
        ("train vae-mnist --threads 0", 2, "'0' is not a whole number from 1 to 1024"),
        ("train vae-mnist --from vqvae", 2, "no model 'vqvae'"),
        ("train vae-mnist --from ae-mnist", 1, "The weights of ae-mnist are of a network with other settings"),
        ("train vae-mnist --from vae-mnist --detach", 2, "--detach is for the queue"),
        ("train vae-mnist --keep x", 2, "'x' is not a list of epochs"),
        ("sample vae-mnist -n 0", 2, "0 pictures cannot be drawn; ask for 1 to 10000"),
        ("sample vae-mnist -n x", 2, "invalid int value: 'x'"),
        ("sample vae-mnist --seed -1", 2, "'-1' is not a whole number from 0"),
        ("sample vae-mnist --seed 99999999999999999999999", 2, "is not a whole number from 0"),
        ("sample vae-mnist --out /dev/null/x/grid.png", 1, "could not be written"),
        ("sample ../../etc/passwd", 2, "no model '../../etc/passwd'"),
        (f"sample {'0' * 32}", 1, "There is no trained model 0000"),
        (f"evaluate {'0' * 300}", 2, "There is no model '0000"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    home: Path, few: None, capsys: pytest.CaptureFixture[str], arguments: str, code: int, sentence: str
) -> None:
    assert run(*arguments.split()) == code
    assert sentence in error_of(capsys)


def test_a_wrong_setting_of_the_host_is_not_understood_either(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GENMODELS_QUEUE", "0")
    assert run("train", "vae-mnist", "--detach") == 2 and "queue cannot be 0" in error_of(capsys)
    monkeypatch.setenv("GENMODELS_SETTINGS", str(home / "nowhere.toml"))
    assert run("prune") == 2 and "nowhere.toml cannot be read" in error_of(capsys)


@pytest.mark.parametrize("command", ["", "list", "train", "sample", "evaluate"])
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command.split(), "--help") == 0
    assert "usage: python -m genmodels" in capsys.readouterr().out


def test_a_full_disk_is_one_line(
    home: Path, few: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert run("train", "vae-mnist", *FAST) == 1
    assert "The disk is full" in error_of(capsys)


def test_a_damaged_model_is_one_line(home: Path, few: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", "vae-mnist", *FAST) == 0
    model = home / "trained" / KEY / "model-001.safetensors"
    model.write_bytes(bytes(model.stat().st_size))
    assert run("evaluate", KEY) == 1
    assert "is damaged (model-001.safetensors: its sha256" in error_of(capsys)
    for command in ("evaluate", "sample"):
        assert run(command, KEY) == 1
        assert "is damaged (model-001.safetensors: its sha256" in error_of(capsys)
    assert run("list") == 0
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith(KEY))
    assert "is damaged" in line and "Train it again" in line


def test_a_closed_pipe_is_no_error_message(home: Path) -> None:
    command = [sys.executable, "-c", "from genmodels.cli import main; raise SystemExit(main(['list']))"]
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True)
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on_and_the_same_command_does(home: Path) -> None:
    command = [sys.executable, "-m", "genmodels", "train", "vae-mnist", "--epochs", "60"]  # not over before it is seen
    command += ["--set", "hidden_dim=8", "--set", "batch_size=4096"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        key = recipes.key(recipes.make("vae-mnist", epochs=60, hidden_dim=8, batch_size=4096))
        deadline = time.monotonic() + 60
        while checkpoints.find(key, unfinished=True) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        errors = process.stderr.read()
        assert process.wait() == 1
    assert "Traceback" not in errors and "genmodels: Stopped; the same command goes on" in errors
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith(key)


def test_the_bar_tells_the_unit_and_its_digits() -> None:
    point = {"epoch": 1.0, "train_total": 0.06114, "eval_total": 0.05236}
    points, digits = recipes.make("ddpm-points"), recipes.make("vae-mnist")
    assert progress.in_words(point, points) == {"train": "0.0611 mse", "test": "0.0524 mse"}
    assert progress.in_words(point, recipes.make("ddpm-points", loss_kind="l1"))["train"] == "0.0611 l1"
    assert progress.in_words({"epoch": 1.0, "eval_total": 161.26}, digits) == {"valid": "161.3 nats"}


def test_png_of_colour_images() -> None:
    grid = sampling.png(torch.rand(3, 3, 8, 8))
    with Image.open(io.BytesIO(grid)) as image:
        assert image.size == (17, 17) and image.mode == "RGB"


@pytest.mark.parametrize("name", ["vae-mnist", "ddpm-points"])
def test_a_sample_is_the_same_as_in_python(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert run("sample", name, "-n", "9", "--seed", "3", "--device", "cpu", "--out", str(out)) == 0
    assert out.read_bytes() == sampling.png(sampling.sample(name, 9, seed=3, device="cpu"))


def test_png_of_points() -> None:
    with Image.open(io.BytesIO(sampling.png(torch.tensor([[0.0, 0.0], [3.0, 3.0], [-9.0, 0.0]])))) as image:
        dark = np.argwhere(np.asarray(image) < 128)
        assert image.size == (sampling.SIDE, sampling.SIDE)
        centre, corner = np.array([1, 1]) * sampling.SIDE / 2, np.array([0, sampling.SIDE])  # row, column: y upwards
        assert {bool(np.hypot(*(one - centre)) < 4) for one in dark} == {True, False}
        assert all(min(np.hypot(*(one - centre)), np.hypot(*(one - corner))) < 4 for one in dark)
