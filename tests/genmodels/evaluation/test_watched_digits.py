"""Frames of a GAN of digits: what they say of the networks that would be kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from genmodels.evaluation import drawn, frames, judge, report
from genmodels.evaluation import watched_digits as digits
from genmodels.models.gan import DigitGAN
from genmodels.storage import Damaged
from genmodels.training import checkpoints, loop, recipes, recording, run

RECIPE = recipes.make("gan-mnist", width=8, epochs=1)


@pytest.fixture(scope="module")
def watch() -> digits.Watch:
    return digits.Watch(RECIPE)


@pytest.fixture(scope="module")
def gan() -> DigitGAN:
    return DigitGAN(width=8, generator=torch.Generator().manual_seed(3))


def test_what_stands_in_a_frame(watch: digits.Watch, gan: DigitGAN) -> None:
    frame = watch.look(gan, 7)
    frames.check(frames.stacked([frame, frame]))
    made = gan.generate(watch.noise).detach()
    real, fake = gan.discriminate(watch.digits), gan.discriminate(made)
    assert np.array_equal(frame["made"], (255 * made[:30, 0]).round().numpy().astype(np.uint8))
    assert frame["shares"].sum() == pytest.approx(1.0)
    assert frame["shares"].tolist() == pytest.approx(list(report.shares(made).values()))
    update, generator, discriminator, frechet = frame["numbers"].tolist()
    assert update == 7 and frechet == pytest.approx(drawn.distance(judge.features(made)), rel=1e-4)
    pairs = torch.log1p(torch.exp(real - fake)).mean().item(), torch.log1p(torch.exp(fake - real)).mean().item()
    assert (generator, discriminator) == pytest.approx(pairs, rel=1e-4)


def test_digits_of_other_noise_are_the_pages_first(watch: digits.Watch) -> None:
    """The page makes its first digits from noise 0, so that the last frame is what it shows."""
    theirs = DigitGAN().latent(digits.NUM_SHOWN, torch.device("cpu"), torch.Generator().manual_seed(0))
    assert torch.equal(watch.noise[: digits.NUM_SHOWN], theirs)


def test_looking_changes_nothing(watch: digits.Watch, gan: DigitGAN) -> None:
    weights = {name: value.clone() for name, value in gan.state_dict().items()}
    watch.look(gan, 0)
    assert all(torch.equal(value, weights[name]) for name, value in gan.state_dict().items())


def test_other_pictures_are_not_judged_as_digits(gan: DigitGAN) -> None:
    watch = digits.Watch(RECIPE)
    watch.of_digits = False
    assert watch.look(gan, 0)["numbers"][-1] == -1


def test_the_last_frame_is_the_model_that_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    splits = RECIPE.examples("train").subset(torch.arange(640)), RECIPE.examples("test").subset(torch.arange(100))
    monkeypatch.setattr(loop, "split", lambda recipe: splits)
    for _ in run.run(RECIPE, tmp_path / "a", device="cpu"):
        pass
    record, model = recording.read(tmp_path / "a"), checkpoints.open_folder(tmp_path / "a").model("cpu")
    assert isinstance(model, DigitGAN)
    assert record["numbers"][:, 0].tolist() == list(range(0, 21, 2))
    last = digits.Watch(RECIPE).look(model, 20)
    assert np.array_equal(record["made"][-1], last["made"])
    assert not np.array_equal(record["made"][0], record["made"][-1])


def test_a_record_with_parts_of_both_kinds_is_refused(watch: digits.Watch, gan: DigitGAN) -> None:
    record = frames.stacked([watch.look(gan, 0)])
    with pytest.raises(Damaged, match="parts"):
        frames.check({**record, "push": record["made"]})
    with pytest.raises(Damaged, match="shares"):
        frames.check({**record, "shares": record["shares"][:, :9]})
