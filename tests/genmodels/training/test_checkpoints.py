"""Trained models on disk: found, loaded, and never believed when they are not what they say."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import genmodels
from genmodels import settings, storage
from genmodels.arrays import pack
from genmodels.errors import Problem
from genmodels.training import checkpoints, recipes, run
from genmodels.training.checkpoints import Checkpoint
from genmodels.training.recipes import Recipe

SETTINGS = {"epochs": 3, "hidden_dim": 16, "batch_size": 64}
RECIPE = recipes.make("vae-mnist", **SETTINGS)
KEY = recipes.key(RECIPE)


@pytest.fixture
def trained(home: Path, small: object) -> Checkpoint:
    list(run.run(RECIPE, device="cpu"))
    checkpoint = checkpoints.find(KEY)
    assert checkpoint is not None
    return checkpoint


def edit_card(folder: Path, **changes: object) -> None:
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(card | changes))


def test_load_by_key_and_by_settings_gives_a_frozen_model(trained: Checkpoint) -> None:
    one, other = genmodels.load(key=KEY, device="cpu"), genmodels.load("vae-mnist", device="cpu", **SETTINGS)
    assert not one.training and not any(parameter.requires_grad for parameter in one.parameters())
    for name, value in one.state_dict().items():
        assert value.dtype == torch.float32 and torch.equal(value, other.state_dict()[name])
        assert np.array_equal(trained.tensors()[name], value.numpy())


def test_sample_by_key_follows_the_seed(trained: Checkpoint) -> None:
    images = genmodels.sample(KEY, 3, seed=5, device="cpu")
    assert images.shape == (3, 1, 28, 28) and torch.equal(images, genmodels.sample(KEY, 3, seed=5, device="cpu"))
    for bad in (0, 10_001, True, 2.0):
        with pytest.raises(Problem, match="ask for 1 to"):
            genmodels.sample(KEY, bad)  # type: ignore[arg-type]


def test_kept_epochs_are_half_precision_of_what_was(trained: Checkpoint, home: Path) -> None:
    assert trained.epochs == [0, 1, 2, 3]
    for epoch in trained.epochs:
        assert {array.dtype for array in trained.tensors(epoch).values()} == {np.dtype(np.float32)}
    first = trained.model("cpu", epoch=0).state_dict()
    from genmodels.training.loop import Run

    for name, value in Run(RECIPE, "cpu").model.state_dict().items():
        assert torch.equal(first[name], value.half().float())
    for epoch in (4, -1, 10**30):
        with pytest.raises(Problem, match="there are 0, 1, 2, 3"):
            trained.tensors(epoch)


def test_what_is_not_there(home: Path) -> None:
    assert checkpoints.find(KEY) is None
    assert checkpoints.find("no such name") is None
    with pytest.raises(Problem, match="Try: python -m genmodels train vae-mnist --set epochs=3 .*hidden_dim"):
        genmodels.load("vae-mnist", **SETTINGS)
    with pytest.raises(Problem, match=f"no trained model {KEY}"):
        genmodels.load(key=KEY)
    with pytest.raises(Problem, match="known: ae-mnist, vae-mnist"):
        genmodels.load("vae")
    with pytest.raises(Problem, match="'vae-mnist' is not a key"):
        genmodels.load(key="vae-mnist")
    for arguments in ({}, {"name": "vae-mnist", "key": KEY}, {"key": KEY, "beta": 4}):
        with pytest.raises(TypeError):
            genmodels.load(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key", ["../" + "a" * 29, "a" * 31, "a" * 33, "A" * 32, "a" * 31 + "\0", "a" * 32 + "\n", "x" * 300]
)
def test_only_keys_become_paths(key: str) -> None:
    with pytest.raises(Problem, match="is not a key"):
        checkpoints.trained_folder(key)
    assert checkpoints.find(key) is None


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flipped(path: Path) -> None:
    payload = bytearray(path.read_bytes())
    payload[-5] ^= 1
    path.write_bytes(payload)


def pickled(path: Path) -> None:
    path.write_bytes(b"\x80\x04\x95" + bytes(path.stat().st_size - 3))


BAD_MODELS: dict[str, Callable[[Path], object]] = {
    "truncated": truncated,
    "a flipped bit": flipped,
    "empty": lambda path: path.write_bytes(b""),
    "missing": lambda path: path.unlink(),
    "a pickle": pickled,
    "a link": lambda path: (path.rename(path.with_name("x")), path.symlink_to(path.with_name("x"))),
}


@pytest.mark.parametrize("spoil", BAD_MODELS.values(), ids=BAD_MODELS)
def test_damaged_weights_are_refused_and_the_model_can_be_trained_again(
    trained: Checkpoint, spoil: Callable[[Path], object]
) -> None:
    expected = trained.tensors()
    spoil(trained.folder / "model-003.safetensors")
    with pytest.raises(Problem, match=r"damaged|no trained model"):
        genmodels.load(key=KEY, device="cpu")
    assert checkpoints.find(KEY) is None
    list(run.run(RECIPE, device="cpu"))
    again = checkpoints.find(KEY)
    assert again is not None
    assert all(np.array_equal(expected[name], value) for name, value in again.tensors().items())


def test_a_damaged_kept_epoch_harms_only_itself(trained: Checkpoint) -> None:
    flipped(trained.folder / "epoch-001.safetensors")
    with pytest.raises(Problem, match="epoch-001.safetensors: its sha256"):
        trained.tensors(1)
    assert len(list((trained.folder / "quarantine").glob("epoch-001-*.safetensors"))) == 1
    assert genmodels.load(key=KEY, device="cpu") and trained.tensors(2)


def lie(recipe: Recipe) -> dict[str, object]:
    return {"recipe": recipes.as_settings(recipe), "key": recipes.key(recipe)}


BAD_CARDS: dict[str, Callable[[Path], object]] = {
    "empty": lambda folder: (folder / "card.json").write_bytes(b""),
    "not JSON": lambda folder: (folder / "card.json").write_bytes(b"\x80\x04."),
    "a list": lambda folder: (folder / "card.json").write_text("[]"),
    "no files": lambda folder: edit_card(folder, files={}),
    "files a list": lambda folder: edit_card(folder, files=["model-003.safetensors"]),
    "a path outside": lambda folder: edit_card(folder, model="../x", files={"../x": {"size": 1, "sha256": ""}}),
    "model a list": lambda folder: edit_card(folder, model=["x"]),
    "epoch a text": lambda folder: edit_card(folder, epoch="3"),
    "file without size": lambda folder: edit_card(folder, files={"model-003.safetensors": 7}),
    "recipe refused": lambda folder: edit_card(folder, recipe={"name": "vae-mnist", "epochs": 1000}),
    "recipe a text": lambda folder: edit_card(folder, recipe="vae-mnist"),
    "no metrics": lambda folder: edit_card(folder, metrics=7),
    "an empty curve": lambda folder: edit_card(folder, curve=[]),
    "begun nowhere": lambda folder: edit_card(folder, begun_from={"name": "vae-mnist", "sha256": 7}),
    "no curve": lambda folder: edit_card(folder, curve=None),
    "card of another model": lambda folder: edit_card(folder, **lie(recipes.make("vae-mnist"))),
}


@pytest.mark.parametrize("spoil", BAD_CARDS.values(), ids=BAD_CARDS)
def test_a_damaged_card_goes_to_quarantine(trained: Checkpoint, spoil: Callable[[Path], object]) -> None:
    spoil(trained.folder)
    assert checkpoints.find(KEY) is None
    (reason,) = (trained.folder / "quarantine").glob("card-*.json.reason.json")
    assert storage.read_json(reason)["reason"]
    for _ in range(2):
        with pytest.raises(Problem, match="is damaged .*Train it again"):
            genmodels.load(key=KEY)


def test_a_damaged_model_stays_damaged_until_it_is_trained_again(trained: Checkpoint) -> None:
    """With the first reason, however often one looks, and for whoever looks."""
    flipped(trained.folder / "model-003.safetensors")
    assert checkpoints.unusable() == {}  # nobody has read it yet
    for _ in range(3):
        with pytest.raises(Problem, match=r"damaged \(model-003.safetensors: its sha256 .*Train it again") as problem:
            genmodels.load(key=KEY, device="cpu")
        assert problem.value.code == "damaged-checkpoint"
        with pytest.raises(Problem, match="its sha256"):
            genmodels.load("vae-mnist", device="cpu", **SETTINGS)
    assert [one.code for one in checkpoints.unusable().values()] == ["damaged-checkpoint"]
    steps = run.run(RECIPE, device="cpu")
    assert next(steps).epoch == 0
    next(step for step in steps if step.ends_epoch)
    assert checkpoints.why_not(KEY) is None  # it trains
    list(steps)
    assert genmodels.load(key=KEY, device="cpu") and checkpoints.unusable() == {}


def test_a_damaged_model_that_cannot_be_moved_stays_damaged_too(
    trained: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "quarantine", lambda *_: None)  # as where the home may only be read
    truncated(trained.folder / "model-003.safetensors")
    for _ in range(2):
        with pytest.raises(Problem, match="is damaged .model-003.safetensors is missing or has another size"):
            genmodels.load(key=KEY, device="cpu")


def test_a_renamed_folder_is_named_with_the_remedy(trained: Checkpoint) -> None:
    other = recipes.key(recipes.make("vae-mnist"))
    for name, of in (("my best one", KEY), ("a" * 32, KEY), (other, KEY)):
        moved = trained.folder.rename(trained.folder.with_name(name))
        assert [one.folder for one in checkpoints.available() if one.key == KEY] == []
        for _ in range(2):
            with pytest.raises(Problem, match=f"{of} lies in .*{name}. Give that folder its key") as problem:
                genmodels.load(key=of)
            assert problem.value.code == "renamed-model"
        assert checkpoints.unusable().keys() == {name}
        moved.rename(trained.folder)
        assert genmodels.load(key=KEY, device="cpu") and checkpoints.unusable() == {}
    (trained.folder / "model-003.safetensors").rename(trained.folder / "mine.safetensors")
    for _ in range(2):
        with pytest.raises(Problem, match="damaged .model-003.safetensors is missing"):
            genmodels.load(key=KEY)


@pytest.mark.parametrize("name", ["decoder.0.weight", "more"])
def test_weights_that_do_not_fit_the_recipe_are_refused(trained: Checkpoint, name: str) -> None:
    """A forger can make hash and card agree; the shapes still give it away."""
    model = trained.folder / "model-003.safetensors"
    payload = pack(trained.tensors() | {name: np.zeros((17, 2), np.float32)})
    model.write_bytes(payload)
    storage.write_json(
        trained.folder / "card.json", trained.card | {"files": {model.name: storage.fingerprint(payload)}}
    )
    with pytest.raises(Problem, match="the weights do not fit the recipe"):
        genmodels.load(key=KEY, device="cpu")
    assert checkpoints.find(KEY) is None  # in quarantine


def test_a_model_of_another_version_is_not_loaded_into_new_code(
    trained: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipes, "version", lambda module: 99)
    with pytest.raises(Problem, match="another version of its lesson"):
        genmodels.load(key=KEY)
    with pytest.raises(Problem, match="no trained model"):  # its recipe has another key now
        genmodels.load("vae-mnist", **SETTINGS)
    assert (trained.folder / "card.json").exists()


def test_shipped_models_are_found_by_name_and_by_key_and_are_never_moved(
    trained: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "checkpoints" / "shipped"
    shipped.mkdir(parents=True)
    trained.folder.rename(shipped / "vae-mnist")
    monkeypatch.setattr(settings, "shipped", lambda: shipped)
    assert genmodels.load("vae-mnist", device="cpu") and genmodels.load(key=KEY, device="cpu")
    assert genmodels.load("vae-mnist", device="cpu", **SETTINGS)
    before = sorted(path.name for path in (shipped / "vae-mnist").iterdir())
    flipped(shipped / "vae-mnist" / "model-003.safetensors")
    with pytest.raises(Problem, match="Restore it with: git checkout checkpoints/shipped/vae-mnist"):
        genmodels.load("vae-mnist", device="cpu")
    (shipped / "vae-mnist" / "card.json").write_text("{")
    with pytest.raises(Problem, match="Restore it with: git checkout checkpoints/shipped/vae-mnist"):
        genmodels.load("vae-mnist")
    assert sorted(path.name for path in (shipped / "vae-mnist").iterdir()) == before


@pytest.mark.parametrize("name", ["vae-mnist", "ae-mnist"])
def test_what_the_repository_ships(name: str) -> None:
    checkpoint = checkpoints.get(name)
    card = checkpoint.card
    assert card["eval_split"] == "test" and [row["epoch"] for row in card["curve"]] == list(range(21))
    assert card["metrics"]["test_total"] == card["curve"][-1]["test_total"]
    assert card["command"].startswith("python -m genmodels train ") and name in card["command"].split()
    model = checkpoint.model("cpu")
    assert sum(parameter.numel() for parameter in model.parameters()) == card["parameters"]
    for epoch in checkpoint.epochs:
        assert checkpoint.tensors(epoch)
    assert {0, 1, 2, 5, 10, 20} <= set(checkpoint.epochs) or name == "ae-mnist"
    assert sorted(path.name for path in checkpoint.folder.iterdir()) == sorted(["card.json", *card["files"]])


def test_the_shipped_vae_is_as_good_as_its_card_says() -> None:
    from genmodels.data import mnist
    from genmodels.evaluation.likelihood import evaluate

    checkpoint = checkpoints.get("vae-mnist")
    result = evaluate(checkpoint.model("cpu"), mnist.load("test").images, 2, torch.Generator().manual_seed(7))
    assert result["total"]["mean"] == pytest.approx(checkpoint.card["metrics"]["test_total"], abs=0.1)
    assert result["total"]["mean"] <= 153.7
