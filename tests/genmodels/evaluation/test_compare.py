"""A comparison is measured once, goes on where it was stopped, and says how it came about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genmodels import settings, storage
from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import compare, comparison, drawing, likelihood, nats, real_digits
from genmodels.evaluation.comparison import ENTRANTS, KEPT, TESTS, Entrant
from genmodels.evaluation.drawing import Draughtsman
from genmodels.evaluation.judges import JUDGES
from genmodels.models.layers import GenerativeModel
from genmodels.models.pixels import PixelModel
from genmodels.training import checkpoints, recipes
from genmodels.training.checkpoints import Checkpoint
from tests.runs import train_small

N = 400
pytestmark = pytest.mark.xdist_group("judge")
CACHED = (real_digits.pictures, real_digits.features_of, real_digits._floor, real_digits.apart)


@pytest.fixture(autouse=True, scope="module")
def fewer() -> Iterator[None]:
    """Few real digits are read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real_digits, "N", N)
        for one in CACHED:
            one.cache_clear()
        yield
    for one in CACHED:
        one.cache_clear()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are small, and there is no time to wait for a steady speed."""
    monkeypatch.setattr(drawing, "PART", 100)
    monkeypatch.setattr(drawing, "BATCH", 50)
    monkeypatch.setattr(drawing, "_PATIENCE", 0.0)


@pytest.fixture(scope="module")
def own(home_of_this_module: Path) -> Checkpoint:
    """A small VAE of ink and paper, trained for a moment."""
    return checkpoints.get(train_small(home_of_this_module, "vae-mnist", data="mnist-binary", epochs=1, hidden_dim=8))


class Labelled(GenerativeModel):
    """Draws each digit as grey as its label says, with noise."""

    num_classes = 10

    def __init__(self) -> None:
        super().__init__()
        self.level = nn.Parameter(torch.tensor(0.05))
        self.calls: list[list[int]] = []

    def sample(self, n: int, generator: torch.Generator | None = None, label: Any = None) -> Tensor:
        self.calls.append(label.tolist())
        noise = torch.rand(n, 1, 28, 28, generator=generator) / 20
        return (self.level * label.view(-1, 1, 1, 1) + noise).detach()


# --- drawing


@pytest.mark.usefixtures("quick")
def test_what_was_drawn_before_a_stop_is_not_drawn_again(tmp_path: Path) -> None:
    whole = drawing.draw(Draughtsman(Labelled(), "a", "mnist"), 230, tmp_path / "whole")
    model, heard = Labelled(), []

    def stop(done: int) -> None:
        heard.append(done)
        if sum(heard) == 150:
            raise KeyboardInterrupt

    draughtsman = Draughtsman(model, "a", "mnist")
    with pytest.raises(KeyboardInterrupt), drawing.aside(draughtsman) as folder:
        drawing.draw(draughtsman, 230, folder, stop)
    assert [path.name for path in draughtsman.folder.iterdir()] == ["part-000.safetensors"]
    model.calls.clear()
    with drawing.aside(draughtsman) as folder:
        assert torch.equal(drawing.draw(draughtsman, 230, folder), whole)
    assert [len(call) for call in model.calls] == [50, 50, 30] and not draughtsman.folder.exists()
    assert [label for call in model.calls for label in call] == [number % 10 for number in range(100, 230)]


@pytest.mark.usefixtures("quick")
def test_a_damaged_part_is_drawn_again(tmp_path: Path) -> None:
    draughtsman = Draughtsman(Labelled(), "a", "mnist")
    whole = drawing.draw(draughtsman, 200, tmp_path)
    payload = (tmp_path / "part-001.safetensors").read_bytes()
    for damage in (b"", payload[:-5], payload.replace(b"digits", b"figits")):
        (tmp_path / "part-001.safetensors").write_bytes(damage)
        assert torch.equal(drawing.draw(draughtsman, 200, tmp_path), whole)


def test_the_folder_follows_from_all_that_is_drawn_from() -> None:
    one = Draughtsman(Labelled(), "a", "mnist")
    others = [replace(one, **change) for change in ({"weights": "b"}, {"options": {"steps": 3}}, {"seed": 1})]
    assert len({other.folder for other in (one, *others)}) == 4
    assert one.folder == Draughtsman(Labelled(), "a", "mnist").folder


def test_nobody_else_draws_meanwhile() -> None:
    draughtsman = Draughtsman(Labelled(), "a", "mnist")
    with drawing.aside(draughtsman), pytest.raises(Problem, match="another process"), drawing.aside(draughtsman):
        pass


def test_the_same_seed_draws_the_same_and_another_does_not(tmp_path: Path) -> None:
    one, again, other = (
        drawing.draw(Draughtsman(Labelled(), "a", "mnist", seed=seed), 20, tmp_path / str(index))
        for index, seed in enumerate((0, 0, 1))
    )
    assert torch.equal(one, again) and not torch.equal(one, other)


@pytest.mark.usefixtures("quick")
def test_ink_or_paper_is_drawn_from_the_means_of_a_vae(own: Checkpoint) -> None:
    draughtsman = Draughtsman(own.model("cpu"), own.sha256, own.recipe.data)
    assert draughtsman.pixels == "binary" and not draughtsman.labelled
    drawn = draughtsman.batch(300, torch.Generator().manual_seed(0))
    assert set(np.unique(drawn.numpy())) == {0, 255}
    means = own.model("cpu").sample(300, torch.Generator().manual_seed(0))
    assert float(drawn.float().mean() / 255) == pytest.approx(float(means.mean()), abs=0.003)
    assert drawing.milliseconds(draughtsman)[64] > 0


# --- one record


@pytest.mark.usefixtures("quick")
def test_an_own_model_is_measured_once(own: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    task, heard = compare.of_checkpoint(own, 200), []
    found = compare.compare(task, progress=heard.append)
    assert sum(heard) == task.work == 4 * 200
    assert (found.n, found.weights, found.key, found.pixels) == (200, own.sha256, own.key, "binary")
    assert comparison.from_json(json.loads(json.dumps(comparison.as_json(found)))) == found
    assert comparison.of_own(own) == found == task.done()
    monkeypatch.setattr(drawing, "draw", None)
    assert compare.compare(task, progress=heard.append) == found and sum(heard) == 2 * task.work
    assert comparison.of_own(replace(own, card={**own.card, "files": {own.card["model"]: {"sha256": "0"}}})) is None
    assert replace(task, seed=1).done() is None and replace(task, n=300).done() is None
    assert not (settings.home() / drawing.FOLDER).exists() or not any((settings.home() / drawing.FOLDER).iterdir())
    kept = comparison.pictures(own.folder, comparison.OWN)
    assert kept["pictures"].shape == (KEPT, 28, 28) and set(kept["labels"]) == {-1}
    assert checkpoints.find(own.key) is not None and len(checkpoints.available()) > 0


@pytest.mark.usefixtures("quick")
def test_a_record_by_other_judges_is_no_longer_read(own: Checkpoint) -> None:
    compare.compare(compare.of_checkpoint(own, 200))
    path = own.folder / f"{comparison.OWN}.json"
    record = storage.read_json(path)
    record["judges"][1]["judge"] = "0" * 64
    storage.write_json(path, record)
    assert comparison.of_own(own) is None and compare.of_checkpoint(own, 200).done() is None


@pytest.mark.usefixtures("quick")
def test_the_numbers_are_those_of_the_measures(own: Checkpoint) -> None:
    found = compare.compare(compare.of_checkpoint(own, 200), fresh=True)
    for told, known in zip(found.judges, JUDGES.values(), strict=True):
        assert told.judge == known.sha256 and set(told.frechet) == {200}
        assert told.frechet[200] == told.means[200] + told.spreads[200] > told.real[200] > 0
        assert told.accuracy is None and sum(told.shares) == pytest.approx(1)
    assert found.times_real == found.judges[0].frechet[200] / found.judges[0].real[200]
    assert found.neighbours.n == 200 and found.neighbours.one_nn > 0.9  # next to nothing has been learned
    assert found.parameters == sum(value.size for value in own.tensors().values())
    x = nats.digits(200)
    weighted, elbo = likelihood.bounds(own.model("cpu"), x, nats.NUM_SAMPLES, torch.Generator().manual_seed(0))
    assert found.nats.kind == "bound" and found.nats.images == 200 and found.nats.samples == 200
    assert (found.nats.mean, found.nats.elbo) == (float(weighted.mean()), float(elbo.mean()))


def test_a_set_of_real_digits_has_neither_weights_nor_speed(tmp_path: Path) -> None:
    task = compare.Task(TESTS[0], None, tmp_path, 300)
    found = compare.compare(task)
    assert (found.weights, found.milliseconds, found.nats.kind, found.copied) == ("", {}, "none", found.apart)
    assert found.times_real == 1 and found.judges[0].accuracy is not None and found.judges[0].accuracy > 0.95
    assert compare.compare(task) == found == comparison.read(tmp_path, "real")


@pytest.mark.parametrize("n", [199, N + 1])
def test_too_few_and_too_many_are_told(own: Checkpoint, n: int) -> None:
    with pytest.raises(Problem, match=f"{n} pictures"):
        compare.of_checkpoint(own, n)


def test_who_draws_no_digits_cannot_be_compared() -> None:
    with pytest.raises(Problem, match="gan-points was trained on ring"):
        compare.of_checkpoint(checkpoints.get("gan-points"))


def test_a_record_of_few_or_of_another_seed_lies_with_ones_own() -> None:
    shipped = comparison.folder()
    for n, seed in ((200, 0), (N, 1)):
        task = compare.of_entrant(Entrant("vae", "vae-mnist"), n, seed)
        assert task is not None and task.folder == settings.home() / comparison.FOLDER != shipped
    assert compare.of_checkpoint(checkpoints.get("vae-mnist"), 200).folder == settings.home() / comparison.FOLDER


def test_a_model_that_does_not_come_along_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "ENTRANTS", (Entrant("gan", "gan-mnist"), Entrant("none", "gan-nowhere")))
    assert [task.entrant.name for task in compare.every(200)] == ["gan", *(one.name for one in TESTS)]


# --- nats


def test_only_models_of_ink_and_paper_have_nats() -> None:
    kinds = {
        ("pixelcnn-mnist", "mnist"): "exact",
        ("pixelcnn-mnist", "kmnist"): "none",
        ("vae-mnist", "mnist-binary"): "bound",
        ("vae-mnist", "mnist"): "none",
        ("ae-mnist", "mnist-binary"): "none",
        ("ddpm-mnist", "mnist-binary"): "bound",
        ("gan-mnist", "mnist-binary"): "none",
    }
    assert {(name, data): nats.kind(recipes.make(name, data=data)) for name, data in kinds} == kinds
    assert nats.kind(recipes.make("pixelcnn-mnist", levels=4)) == "none"


def test_the_digits_are_the_same_for_all() -> None:
    """What a pixel model's card was measured on, and what bounds are taken on."""
    images = mnist.load("test").images
    model = PixelModel()
    quantised = model.quantised(images.float() / 255, torch.Generator().manual_seed(mnist.TEST_SEED))
    assert torch.equal(quantised, nats.digits(10_000))


@pytest.mark.slow
def test_what_stands_on_a_card_is_of_these_weights() -> None:
    checkpoint = checkpoints.open_folder(settings.shipped() / "pixelcnn-mnist-dilated")
    told = nats.on_card(checkpoint)
    assert told is not None and told.kind == "exact" and told.images == 10_000
    model = checkpoint.model("cpu")
    assert isinstance(model, PixelModel)
    again = nats.measured(model, checkpoint.recipe, 400)
    assert again.mean is not None and again.standard_error is not None
    assert again.mean == pytest.approx(told.mean, abs=4 * again.standard_error)


# --- what comes along


@pytest.mark.parametrize("entrant", [*ENTRANTS, *TESTS], ids=lambda entrant: entrant.name)
def test_every_record_that_comes_along_is_whole(entrant: Entrant) -> None:
    path = comparison.folder() / f"{entrant.name}.json"
    if entrant.model and not (settings.shipped() / entrant.model / checkpoints.CARD).exists():
        assert not path.exists()
        return
    found = comparison.shipped(entrant)
    assert found is not None and found.name == entrant.name and not set(found.judges[0].frechet) - {1000, found.n}
    kept = comparison.pictures(comparison.folder(), entrant.name)
    assert kept["pictures"].shape == (KEPT, 28, 28) and kept["pictures"].dtype == np.uint8
    size = sum((comparison.folder() / f"{entrant.name}.{kind}").stat().st_size for kind in ("json", "safetensors"))
    assert size < 64 * 1024
