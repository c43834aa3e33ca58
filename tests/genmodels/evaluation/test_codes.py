"""What is measured of a VQ-VAE: what its codes keep and cost, what it draws, and how it looks while it learns."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from genmodels.arrays import pack
from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import codes, drawn, judge, report
from genmodels.evaluation.frechet import frechet_distance
from genmodels.evaluation.preview import preview, read
from genmodels.models.quantiser import usage
from genmodels.models.vqvae import VQVAE
from genmodels.training import checkpoints, recipes

SHIPPED = "vqvae-mnist"
SMALL = {"num_codes": 8, "latent_dim": 4, "width": 8, "prior_width": 16, "num_layers": 1}


@pytest.fixture(scope="module")
def model() -> VQVAE:
    return VQVAE(**SMALL, generator=torch.Generator().manual_seed(0)).eval().requires_grad_(False)


@pytest.mark.xdist_group("judge")
def test_what_the_codes_keep(model: VQVAE) -> None:
    found, x = codes.kept(model, 300), drawn.at_random(300, "test").pixels()
    again = model.reconstruct(x)
    assert found.frechet_test == pytest.approx(frechet_distance(judge.features(again), drawn.test_features()), rel=1e-4)
    training = model.reconstruct(drawn.at_random(300, "train").pixels())
    assert found.frechet == pytest.approx(frechet_distance(judge.features(training), drawn.test_features()), rel=1e-4)
    assert found.floor == drawn.real(300, "train") < found.frechet
    assert found.floor_test == drawn.real(300, "test") < found.frechet_test
    assert found.nats == pytest.approx(float(model.codec_loss(x)["reconstruction"]), rel=1e-4)
    entropy = -(x * x.clamp(min=1e-30).log() + (1 - x) * (1 - x).clamp(min=1e-30).log())
    assert found.grey == pytest.approx(float(entropy.sum((1, 2, 3)).mean()), rel=1e-4)
    uses = usage(model.encode(x), 8)
    assert (found.used, found.perplexity) == (int(uses.used), pytest.approx(float(uses.perplexity), rel=1e-5))


def test_what_a_code_costs(model: VQVAE) -> None:
    test = drawn.at_random(300, "test")
    found, grids = codes.prior_nats(model, 300), model.encode(test.pixels())
    assert found["uniform"] == math.log(8)
    assert found["per_code"] == pytest.approx(-float(model.log_prob(grids).mean()) / 49, rel=1e-5)
    labelled = -float(model.log_prob(grids, test.labels).mean()) / 49
    assert found["per_code_with_label"] == pytest.approx(labelled, rel=1e-5)
    without = VQVAE(**SMALL, num_classes=0, generator=torch.Generator().manual_seed(0)).eval()
    assert codes.prior_nats(without, 200).keys() == {"per_code", "uniform"}


def test_the_real_digits_beside_which_all_is_measured_are_drawn_once_for_all() -> None:
    some, more = (drawn.at_random(n, "train").images for n in (200, 300))
    assert torch.equal(some, more[:200]) and not torch.equal(some, mnist.load("train").images[:200])


def test_nothing_is_asked_for_where_no_label_shall_be(model: VQVAE, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def sample(n: int, generator: torch.Generator, **options: object) -> torch.Tensor:
        asked.append(options)
        return torch.zeros(n, 1, 28, 28)

    monkeypatch.setattr(model, "sample", sample)
    assert drawn.draw(model, 200, labelled=False)[1] is None and asked == [{}]
    assert drawn.draw(model, 200)[1] is not None and asked[1].keys() == {"label"}


def test_while_it_learns_pictures_stand_above_what_is_left_of_them_and_samples_below(model: VQVAE) -> None:
    digits = mnist.load("test").subset(torch.arange(30))
    arrays = preview(recipes.make(SHIPPED), model, digits)
    assert read(pack(arrays)).keys() == {"grid"}
    tiles = arrays["grid"].reshape(10, 28, 10, 28).transpose(0, 2, 1, 3) / 255  # (row, column, 28, 28)
    x = digits.pixels(slice(0, 20))
    again = model.reconstruct(x)
    samples = model.sample(60, torch.Generator().manual_seed(0))
    expected = torch.cat([x[:10], again[:10], x[10:], again[10:], samples])[:, 0].numpy()
    np.testing.assert_allclose(tiles.reshape(100, 28, 28), expected, atol=0.51 / 255)


# --- the one that comes with the course


@pytest.mark.xdist_group("judge")
def test_the_card_tells_what_the_shipped_weights_are_worth() -> None:
    checkpoint = checkpoints.get(SHIPPED)
    told = checkpoint.card["evaluated"]
    asked: list[int] = []
    found = report.report(checkpoint, "cpu", 0, {}, lambda more, total: asked.append(more))
    assert found["digits"]["n"] == found["reconstruction"]["n"] == sum(asked) / 2 == report.N[SHIPPED]
    assert found["judge"] == told["judge"] == judge.SHA256
    for part, names in {
        "reconstruction": ("frechet", "floor", "frechet_test", "floor_test", "nats", "grey", "used", "perplexity"),
        "prior": ("per_code", "per_code_with_label", "uniform"),
        "digits": ("frechet", "floor", "accuracy", "confidence", "copied", "apart"),
    }.items():
        for name in names:
            assert found[part][name] == pytest.approx(told[part][name], rel=0.02), (part, name)


def test_the_shipped_codes_keep_digits_and_the_prior_writes_them() -> None:
    told = checkpoints.get(SHIPPED).card["evaluated"]
    kept, prior, digits = told["reconstruction"], told["prior"], told["digits"]
    assert kept["used"] >= 60 and kept["frechet"] <= 1.3 * kept["floor"]
    assert prior["per_code_with_label"] < prior["per_code"] < 0.6 * prior["uniform"]
    assert digits["frechet"] <= 2 * digits["floor"] and digits["copied"] > 0.5 * digits["apart"]
    assert digits["accuracy"] >= 0.92  # of a thousand; 0.7 of a hundredth is chance


def test_a_report_takes_a_number_and_nothing_else() -> None:
    with pytest.raises(Problem, match="without steps; it knows: n"):
        report.report(checkpoints.get(SHIPPED), "cpu", 0, {"steps": 5})
    with pytest.raises(Problem, match="20 pictures"):
        report.report(checkpoints.get(SHIPPED), "cpu", 0, {"n": 20})
