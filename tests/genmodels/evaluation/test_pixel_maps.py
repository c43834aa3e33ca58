"""Bits add up to the probability, labels are Bayes' rule, and a receptive field is what a changed pixel changes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from genmodels.errors import Problem
from genmodels.evaluation.pixel_maps import bits, receptive_field, receptive_fields, store, stored
from genmodels.models.pixelcnn import PixelCNN
from genmodels.training import recipes
from genmodels.training.checkpoints import Checkpoint


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def made(num_classes: int = 4, side: int = 9, stack: str = "gated") -> PixelCNN:
    model = PixelCNN(
        stack, dilated=False, num_classes=num_classes, width=6, num_layers=2, side=side, generator=generator(1)
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator(2)))
    return model.eval()


def picture(side: int = 9) -> torch.Tensor:
    return torch.randint(2, (1, 1, side, side), generator=generator(3)).float()


@pytest.mark.parametrize("label", [None, 2])
@pytest.mark.parametrize("num_classes", [4, 0])
def test_the_bits_of_all_pixels_are_those_of_the_picture(num_classes: int, label: int | None) -> None:
    model, x = made(num_classes), picture()
    label = label if num_classes else None
    found = bits(model, x, label).bits
    assert found.shape == (9, 9) and found.min() >= 0
    assert found.sum() == pytest.approx(-model.log_prob(x, label).item() / math.log(2), rel=1e-6)


def test_each_pixels_bits_are_those_of_its_conditional() -> None:
    model, x = made(), picture()
    found = bits(model, x).bits
    for row, column in ((0, 0), (3, 7), (8, 8)):
        probability = model.conditional(x, row, column)[0, int(x[0, 0, row, column])].item()
        assert found[row, column] == pytest.approx(-math.log2(probability), abs=1e-5)


def test_the_label_is_read_by_bayes_rule() -> None:
    model, x = made(), picture()
    labels = bits(model, x).labels
    assert labels is not None and labels.shape == (82, 4)
    np.testing.assert_allclose(labels.sum(1), 1)
    np.testing.assert_allclose(labels[0], 0.25)
    joint = torch.stack([model.log_prob(x, y) for y in range(4)]).softmax(0)[:, 0]
    np.testing.assert_allclose(labels[-1], joint, atol=1e-6)


@pytest.mark.parametrize("stack", ["plain", "gated"])
def test_what_is_seen_is_what_changes_the_factor_when_it_is_changed(stack: str) -> None:
    model, x = made(stack=stack).double(), picture().double()
    seen = receptive_field(model, 6, 4)
    with torch.no_grad():
        before = model.logits(x, torch.tensor([1]))[0, 0, 6, 4]
        for row in range(9):
            for column in range(9):
                other = x.clone()
                other[0, 0, row, column] = 1 - other[0, 0, row, column]
                changed = model.logits(other, torch.tensor([1]))[0, 0, 6, 4] != before
                assert bool(changed) == bool(seen[row, column]), (row, column)


def test_the_model_stays_as_it_is() -> None:
    model = made()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    receptive_field(model, 3, 3)
    assert next(model.parameters()).dtype == torch.float32 and next(model.parameters()).requires_grad
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(Problem, match="no pixel at row 9"):
        receptive_field(made(), 9, 0)
    with pytest.raises(Problem, match="one of 2 levels"):
        bits(made(), 0.4 * picture())
    with pytest.raises(Problem, match="no label 4"):
        bits(made(), picture(), 4)


def test_all_fields_at_once_are_those_one_by_one() -> None:
    model = made(side=5)
    fields = receptive_fields(model)
    assert fields.shape == (25, 5, 5)
    for row, column in ((0, 0), (2, 3), (4, 4)):
        assert (fields[row * 5 + column] == receptive_field(model, row, column)).all()


def test_fields_lie_beside_the_weights_that_they_are_of(tmp_path: Path) -> None:
    card = {"model": "m.safetensors", "files": {"m.safetensors": {"sha256": "a" * 64}}}
    checkpoint = Checkpoint(tmp_path, card, recipes.make("pixelcnn-mnist"))
    assert stored(checkpoint) is None
    fields = receptive_fields(made(side=5))
    store(checkpoint, fields)
    found = stored(checkpoint)
    assert found is not None and (found == fields).all()
    card["files"]["m.safetensors"]["sha256"] = "b" * 64  # type: ignore[index]
    assert stored(checkpoint) is None, "those of other weights are none"
