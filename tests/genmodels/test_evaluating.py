"""`evaluate --all` and `evaluate KEY --compare`: what they print and keep, and that they go on where they stood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from genmodels import settings
from genmodels.evaluation import compare, comparison, drawing, real_digits
from genmodels.evaluation.comparison import TESTS, Entrant
from genmodels.training import checkpoints
from tests.command_line import error_of, run
from tests.runs import train_small

N = 200
pytestmark = [pytest.mark.usefixtures("denormals", "fewer"), pytest.mark.xdist_group("judge")]
CACHED = (real_digits.pictures, real_digits.features_of, real_digits._floor, real_digits.apart)


@pytest.fixture
def fewer(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two take part, with few digits in small parts, and few real ones are read."""
    monkeypatch.setattr(real_digits, "N", N)
    monkeypatch.setattr(drawing, "PART", 100)
    monkeypatch.setattr(drawing, "_PATIENCE", 0.0)
    monkeypatch.setattr(compare, "ENTRANTS", (Entrant("vae", "vae-mnist"),))
    monkeypatch.setattr(compare, "TESTS", (TESTS[0],))
    for one in CACHED:
        one.cache_clear()
    yield
    for one in CACHED:
        one.cache_clear()


def test_all_are_measured_once_and_printed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate", "--all", "-n", str(N), "--json") == 0
    captured = capsys.readouterr()
    records = [comparison.from_json(record) for record in json.loads(captured.out)]
    assert [(one.name, one.n) for one in records] == [("vae", N), ("real", N)]
    assert "100%" in captured.err  # the bar comes to its end
    kept = home / comparison.FOLDER
    times = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert set(times) == {f"{name}.{kind}" for name in ("vae", "real") for kind in ("json", "safetensors")}
    assert run("evaluate", "--all", "-n", str(N)) == 0
    captured = capsys.readouterr()
    head, vae, real = captured.out.splitlines()
    assert "coverage" in head and vae.startswith("vae ") and real.split()[:3] == ["real", str(N), "grey"]
    assert "100%" in captured.err
    assert {path.name: path.stat().st_mtime_ns for path in kept.iterdir()} == times
    assert run("evaluate", "--all", "real", "-n", str(N), "--fresh") == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert (kept / "real.json").stat().st_mtime_ns > times["real.json"]
    assert (kept / "vae.json").stat().st_mtime_ns == times["vae.json"]


def test_stopped_it_says_how_to_go_on_and_does(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    part, drawn = drawing._part, []

    def stopping(*arguments: object) -> object:
        drawn.append(arguments[1])
        if drawn == [0, 1]:
            raise KeyboardInterrupt
        return part(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(drawing, "_part", stopping)
    command = ("evaluate", "--all", "vae", "-n", str(N))
    assert run(*command) == 1
    assert "the same command goes on with the digits that have been drawn" in error_of(capsys)
    (folder,) = (home / drawing.FOLDER).iterdir()
    assert [path.name for path in folder.iterdir()] == ["part-000.safetensors"]
    assert run(*command) == 0 and drawn == [0, 1, 1] and not folder.exists()


def test_an_own_model_keeps_its_record(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = train_small(home, "vae-mnist", epochs=1, hidden_dim=8)
    assert run("evaluate", key, "--compare", "-n", str(N), "--json") == 0
    (record,) = json.loads(capsys.readouterr().out)
    found = comparison.of_own(checkpoints.get(key))
    assert found is not None and comparison.as_json(found)["key"] == record["key"] == key
    assert run("list") == 0 and key in capsys.readouterr().out
    assert run("prune", key) == 0 and not (home / "trained" / key).exists()


def test_a_model_that_comes_along_keeps_nothing_in_its_folder(home: Path) -> None:
    before = set((settings.shipped() / "gan-mnist").iterdir())
    assert run("evaluate", "gan-mnist", "--compare", "-n", str(N)) == 0
    assert set((settings.shipped() / "gan-mnist").iterdir()) == before
    assert (home / comparison.FOLDER / "gan-mnist.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ("evaluate", 2, "give either a model or --all"),
        ("evaluate vae-mnist --all", 2, "give either a model or --all"),
        ("evaluate --all nobody", 2, "invalid choice: 'nobody'"),
        ("evaluate --all -n 20", 2, "20 pictures are too few"),
        ("evaluate --all -n 10001", 2, "10001 pictures are too few or too many"),
        ("evaluate --all --compare", 2, "--compare is for one model"),
        ("evaluate --all --steps 3", 2, "--steps is not for comparing"),
        ("evaluate vae-mnist --compare --draws 3", 2, "--draws is not for comparing"),
        ("evaluate vae-mnist --fresh", 2, "--fresh is for --all and --compare"),
        ("evaluate gan-points --compare", 2, "gan-points was trained on ring; only models of digits"),
        (f"evaluate vae-mnist --compare -n {N} --device tpu", 2, "no device 'tpu' here"),
        ("evaluate nobody --compare", 2, "no model 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    arguments: str, code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments.split()) == code
    assert sentence in error_of(capsys)
