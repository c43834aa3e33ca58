"""make checkpoints: every model that comes along can be made again from its card, and no worse one takes its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from genmodels import settings, storage
from genmodels.training import averages, checkpoints, recipes, run
from tests.runs import train_small
from tools import checkpoints as remaking
from tools import choose_average
from tools.checkpoints import main, remake, worth
from tools.ship import ship

SHIPPED = sorted(path.parent.name for path in settings.shipped().glob(f"*/{checkpoints.CARD}"))
SMALL: dict[str, Any] = {"hidden_dim": 16, "epochs": 2}


def card_of(name: str) -> dict[str, Any]:
    return storage.read_json(settings.shipped() / name / checkpoints.CARD)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_card_says_how_to_make_the_model_and_what_it_is_worth(name: str) -> None:
    card = card_of(name)
    recipes.make(**card["recipe"])
    if card.get("begun_from"):
        recipes.make(**card["begun_from"]["recipe"])
    assert worth(card).value > 0


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of shipped models with one in it, points of two moons."""
    key = train_small(tmp_path, "ddpm-points", **SMALL)
    source = tmp_path / "trained" / key
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    monkeypatch.setattr(settings, "shipped", lambda: tmp_path / "shipped")
    monkeypatch.setattr("genmodels.training.loop.split", lambda recipe: _few(recipe))
    return ship(source)


def _few(recipe: recipes.Recipe) -> Any:
    import torch

    return recipe.examples("train").subset(torch.arange(500)), recipe.examples("test").subset(torch.arange(200))


def test_a_model_that_is_as_good_takes_the_place(tiny: Path) -> None:
    before = storage.read_json(tiny / checkpoints.CARD)
    assert "has taken the place" in remake("ddpm-points")
    after = storage.read_json(tiny / checkpoints.CARD)
    assert after["files"] == before["files"] and after["date"] >= before["date"]
    assert checkpoints.open_folder(tiny).tensors()
    assert not (tiny.parent.parent / "remade" / "ddpm-points" / "shipped").exists()


def test_a_worse_model_is_left_beside(tiny: Path) -> None:
    card = storage.read_json(tiny / checkpoints.CARD)
    measure = worth(card).measure
    card["metrics"][measure] *= 0.9
    storage.write_json(tiny / checkpoints.CARD, card)
    told = remake("ddpm-points")
    assert "worse, so it is left in" in told and measure in told
    assert storage.read_json(tiny / checkpoints.CARD) == card
    left = Path(told.partition("left in ")[2])
    assert checkpoints.open_folder(left).tensors().keys() == checkpoints.open_folder(tiny).tensors().keys()


def test_what_was_stopped_goes_on(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, begun = run.run, []

    def stops(*given: Any, **how: Any) -> Any:
        for step in whole(*given, **how):
            begun.append(step.position)
            yield step
            if step.ends_epoch and step.epoch == 1:
                raise KeyboardInterrupt

    monkeypatch.setattr(remaking.run, "run", stops)
    with pytest.raises(KeyboardInterrupt):
        remake("ddpm-points")
    monkeypatch.setattr(remaking.run, "run", lambda *given, **how: _counted(whole(*given, **how), begun))
    begun.clear()
    assert "has taken the place" in remake("ddpm-points")
    assert min(begun) > 1, "the first epoch is not trained again"


def _counted(steps: Any, seen: list[float]) -> Any:
    for step in steps:
        seen.append(step.position)
        yield step


def test_a_model_that_began_with_another_ones_weights(tiny: Path) -> None:
    first = checkpoints.open_folder(tiny)
    second = recipes.make("ddpm-points", seed=1, **SMALL)
    source = tiny.parent.parent / "second"
    for _ in run.run(second, source, begin_from=first, device="cpu"):
        pass
    shipped = ship(source, "second")
    card = storage.read_json(shipped / checkpoints.CARD)
    assert card["begun_from"]["recipe"] == recipes.as_settings(first.recipe)
    assert "has taken the place" in remake("second")
    again = storage.read_json(shipped / checkpoints.CARD)
    assert again["begun_from"]["sha256"] == card["begun_from"]["sha256"] and again["files"] == card["files"]


def test_an_average_is_made_again_with_its_width(tiny: Path) -> None:
    source = tiny.parent.parent / "averaged"
    recipe = recipes.make("ddpm-points", seed=2, **SMALL)
    for _ in run.run(recipe, source, averaged=True, device="cpu"):
        pass
    average = {"sigma": 0.1, "frechet": {"0.1": 1.0}}
    plain = checkpoints.open_folder(source).tensors()
    remaking.adopt(checkpoints.open_folder(source), average)
    adopted = checkpoints.open_folder(source).tensors()
    assert any((adopted[name] != plain[name]).any() for name in plain)
    shipped = ship(source, "averaged")
    before = json.dumps(storage.read_json(shipped / checkpoints.CARD)["files"])
    assert "has taken the place" in remake("averaged")
    card = storage.read_json(shipped / checkpoints.CARD)
    assert card["average"] == average and json.dumps(card["files"]) == before


def test_an_unknown_model_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "There is no model nothing; there are: ae-mnist" in capsys.readouterr().err


def test_the_width_of_an_average_is_chosen_by_what_the_digits_are_worth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genmodels.training.loop.split", lambda recipe: _few(recipe))
    folder = tmp_path / "digits"
    recipe = recipes.make("ddpm-mnist", epochs=2, width=16, num_steps=20)
    for _ in run.run(recipe, folder, averaged=True, device="cpu"):
        pass
    for name, value in {"WIDTHS": (0.05, 0.2), "NUM_DRAWN": 200, "SAMPLER": {"steps": 2}}.items():
        monkeypatch.setattr(choose_average, name, value)
    kept = checkpoints.open_folder(folder).sha256
    choose_average.main(folder)
    checkpoint = checkpoints.open_folder(folder)
    average = checkpoint.card["average"]
    tried = {float(width): frechet for width, frechet in average["frechet"].items()}
    assert set(tried) == {0.05, 0.2} and average["n"] == 200 and average["sampler"] == {"steps": 2}
    best = min(tried, key=lambda width: tried[width])
    if tried[best] < average["of_the_training"]:
        assert average["sigma"] == best and checkpoint.sha256 != kept
        weights, expected = checkpoint.tensors(), averages.combined(folder, best)
        assert all((weights[name] == expected[name]).all() for name in expected)
    else:
        assert average["sigma"] is None and checkpoint.sha256 == kept
