"""One picture pixel by pixel: what is told of each pixel is what it was drawn from, and the costs add up to log p."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from genmodels.errors import Problem
from genmodels.evaluation.pixel_trace import Glimpse, Trace, draw, read
from genmodels.models.pixelcnn import PixelCNN
from genmodels.models.pixels import PixelModel

SIDE = 7


def model(levels: int = 2, num_classes: int = 10) -> PixelModel:
    network = PixelCNN("gated", True, num_classes, levels, 8, 3, SIDE, torch.Generator().manual_seed(1))
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(0.3 * torch.randn(weights.shape, generator=torch.Generator().manual_seed(2)))
    return network.eval().requires_grad_(False)


def drawn(network: PixelModel, seed: int = 3, **options: object) -> Trace:
    *glimpses, trace = draw(network, seed, **options)  # type: ignore[arg-type]
    assert all(isinstance(one, Glimpse) for one in glimpses)
    assert isinstance(trace, Trace)
    return trace


def picture(trace: Trace) -> torch.Tensor:
    return torch.from_numpy(trace.x)[None, None]


@pytest.mark.parametrize("levels", [2, 4])
@pytest.mark.parametrize("label", [None, 7])
def test_the_bits_of_a_drawing_add_up_to_its_probability(levels: int, label: int | None) -> None:
    network = model(levels)
    trace = drawn(network, label=label)
    assert trace.label is not None and (label is None or trace.label == label)
    nats = float(network.log_prob(picture(trace), trace.label))
    assert trace.total == pytest.approx(-nats / math.log(2), rel=1e-5)
    assert trace.probabilities.sum(2) == pytest.approx(np.ones((SIDE, SIDE)))


@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_every_pixel_is_the_level_in_whose_part_chance_fell(temperature: float) -> None:
    trace = drawn(model(4), temperature=temperature)
    assert trace.drawn.all()
    levels = (trace.x * 3).round().astype(int)
    ends = trace.probabilities_drawn.cumsum(2)
    for (row, column), level in np.ndenumerate(levels):
        low = ends[row, column, level - 1] if level else 0.0
        assert low <= trace.chance[row, column] < ends[row, column, level] + 1e-12
    logits = np.log(trace.probabilities)
    cooled = np.exp(logits / temperature) / np.exp(logits / temperature).sum(2, keepdims=True)
    assert trace.probabilities_drawn == pytest.approx(cooled, abs=1e-4)


def test_it_is_the_picture_that_the_model_samples_from_the_same_seed() -> None:
    network = model()
    sample = network.sample(1, torch.Generator().manual_seed(3), label=2)
    assert torch.equal(picture(drawn(network, label=2)), sample)


def test_glimpses_grow_row_by_row_into_the_picture() -> None:
    *glimpses, trace = draw(model(), 3)
    assert isinstance(trace, Trace)
    for row, glimpse in enumerate(glimpses, 1):
        assert isinstance(glimpse, Glimpse)
        assert glimpse.share == pytest.approx(row / SIDE)
        assert (glimpse.x[:row] == trace.x[:row]).all() and not glimpse.x[row:].any()


def test_what_is_given_is_read_and_what_is_erased_is_drawn() -> None:
    network = model()
    given, hole = drawn(network, 5).x, np.zeros((SIDE, SIDE), bool)
    hole[:3] = True
    trace = drawn(network, given=torch.from_numpy(given)[None], mask=torch.from_numpy(hole))
    assert (trace.drawn == hole).all()
    assert (trace.x[~hole] == given[~hole]).all()
    assert np.isnan(trace.chance[~hole]).all() and not np.isnan(trace.chance[hole]).any()


def test_reading_is_of_the_mean_over_all_labels() -> None:
    network = model()
    x = picture(drawn(network))
    trace = read(network, x)
    assert not trace.drawn.any() and trace.label is None
    assert trace.total == pytest.approx(-float(network.log_prob(x)) / math.log(2), rel=1e-5)
    here = network.conditional(x, 4, 2)[0].numpy()
    assert trace.probabilities[4, 2] == pytest.approx(here, abs=1e-6)


def test_what_is_known_of_the_label_is_bayes_rule() -> None:
    network = model()
    x = picture(drawn(network))
    labels = read(network, x).labels
    assert labels is not None
    assert labels[0] == pytest.approx(np.full(10, 0.1))
    each = torch.stack([network.log_prob(x, label) for label in range(10)]).flatten()
    assert labels[-1] == pytest.approx(each.softmax(0).numpy(), abs=1e-5)
    assert drawn(network).labels == pytest.approx(labels, abs=1e-6), "also of what it drew itself"


def test_a_model_without_labels_knows_of_none() -> None:
    trace = drawn(model(num_classes=0))
    assert trace.labels is None and trace.label is None
    assert trace.total == pytest.approx(-float(model(num_classes=0).log_prob(picture(trace))) / math.log(2), rel=1e-5)


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(Problem, match="temperature"):
        drawn(model(), temperature=0)
    with pytest.raises(Problem, match="nothing to draw"):
        drawn(model(), given=torch.zeros(1, SIDE, SIDE), mask=torch.zeros(SIDE, SIDE, dtype=torch.bool))
    with pytest.raises(Problem, match="levels"):
        read(model(), torch.full((1, 1, SIDE, SIDE), 0.3))
