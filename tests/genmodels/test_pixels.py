"""The models that draw pixel by pixel: probabilities are exact, nothing looks ahead, caches change nothing."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical

from genmodels.errors import Problem
from genmodels.models.pixelcnn import MaskedConv, PixelCNN
from genmodels.models.pixelrnn import PixelRNN, skewed, unskewed
from genmodels.models.pixels import PixelModel

KINDS: dict[str, tuple[type[PixelCNN] | type[PixelRNN], dict[str, Any]]] = {
    "plain": (PixelCNN, {"stack": "plain", "dilated": False}),
    "plain dilated": (PixelCNN, {"stack": "plain"}),
    "gated": (PixelCNN, {"stack": "gated", "dilated": False}),
    "gated dilated": (PixelCNN, {"stack": "gated"}),
    "row": (PixelRNN, {"kind": "row"}),
    "diagonal": (PixelRNN, {"kind": "diagonal"}),
}
PIXELS = ((0, 0), (0, 27), (5, 0), (13, 13), (14, 27), (27, 0), (27, 27))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def made(kind: str, **settings: Any) -> PixelModel:
    """A small model whose weights, labels' shifts included, are large enough to matter."""
    model, own = KINDS[kind]
    built = model(**{"width": 6, "num_layers": 4, **own, **settings}, generator=generator(1))
    with torch.no_grad():
        for parameter in built.parameters():
            parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator(2)))
    return built.eval()


def every_picture(levels: int, side: int) -> Tensor:
    pictures = itertools.product(range(levels), repeat=side**2)
    return torch.tensor(list(pictures)).float().view(-1, 1, side, side) / (levels - 1)


def digits(n: int = 2, levels: int = 2) -> Tensor:
    return torch.randint(levels, (n, 1, 28, 28), generator=generator(3)).float() / (levels - 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("levels", "side"), [(2, 3), (3, 3)])
def test_the_probabilities_of_all_pictures_sum_to_one(kind: str, levels: int, side: int) -> None:
    model, pictures = (
        made(kind, levels=levels, side=side, num_classes=2, width=3, num_layers=2),
        every_picture(levels, side),
    )
    with_label, without = (
        torch.cat([model.log_prob(chunk, label) for chunk in pictures.split(4096)]).exp() for label in (1, None)
    )
    assert with_label.sum().item() == pytest.approx(1, abs=1e-5)
    assert without.sum().item() == pytest.approx(1, abs=1e-5)
    assert with_label.std() > 0.1 / len(pictures), "weights of 0 would sum to one as well"


@pytest.mark.parametrize("kind", KINDS)
def test_no_pixel_hears_of_itself_or_of_a_later_one(kind: str) -> None:
    """By the gradient in float64: float32 rounds some to zero that are not, and others away from it."""
    model, x = made(kind).double(), torch.rand((1, 1, 28, 28), generator=generator(), dtype=torch.double)
    logits = model.logits(x.requires_grad_(), torch.tensor([3]))
    for place in range(0, 784, 1 if kind.startswith("gated") else 13):
        (gradient,) = torch.autograd.grad(logits[0, 1].flatten()[place], x, retain_graph=True)
        assert not gradient.flatten()[place:].any(), f"{kind}: pixel {divmod(place, 28)} looks ahead"
        assert place == 0 or gradient.flatten()[place - 1] or place % 28 == 0, "it does not see the pixel to its left"


def seen_from(model: PixelModel, row: int, column: int) -> Tensor:
    """Which pixels the factor of one depends on, (28, 28)."""
    x = torch.rand((1, 1, 28, 28), generator=generator(), dtype=torch.double, requires_grad=True)
    label = torch.tensor([0]) if model.num_classes else None
    (gradient,) = torch.autograd.grad(model.double().logits(x, label)[0, 1, row, column], x)
    return gradient[0, 0] != 0


def test_the_plain_stack_has_a_blind_spot_and_two_stacks_have_none() -> None:
    plain, gated = (seen_from(made(kind, num_layers=12), 14, 8) for kind in ("plain", "gated"))
    before = torch.arange(784).view(28, 28) < 14 * 28 + 8
    near = before & (torch.arange(28)[:, None] >= 6) & (torch.arange(28)[None] < 20)
    assert gated[near].all()
    assert not plain[13, 13:].any(), "to the right of the kernel's corner, in the row above"
    assert plain[13, :12].all() and plain[near].float().mean() < 0.95
    assert not (plain & ~before).any() and not (gated & ~before).any()


def test_masks_are_those_of_figure_2() -> None:
    first, later = (MaskedConv(kind, 1, 1, 3).mask for kind in "AB")
    assert first.tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert later.tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]


def test_diagonals_stand_upright_when_skewed() -> None:
    x = torch.arange(9.0).view(1, 1, 3, 3)
    assert skewed(x)[0, 0].tolist() == [[0, 1, 2, 0, 0], [0, 3, 4, 5, 0], [0, 0, 6, 7, 8]]
    assert torch.equal(unskewed(skewed(x)), x)


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_probability_is_the_sum_of_the_factors_of_a_categorical(kind: str) -> None:
    model, x, label = made(kind, levels=4), digits(3, 4), torch.tensor([0, 5, 9])
    with torch.no_grad():
        factors = Categorical(logits=model.logits(x, label).permute(0, 2, 3, 1).double())
        expected = factors.log_prob((x[:, 0] * 3).round()).sum((1, 2))
    torch.testing.assert_close(model.log_prob(x, label), expected, rtol=1e-5, atol=1e-3)
    torch.testing.assert_close(-model.terms(x, label=label)["pixels"].double(), expected, rtol=1e-5, atol=1e-3)
    each = torch.stack([model.log_prob(x, one) for one in range(10)])
    torch.testing.assert_close(model.log_prob(x), each.exp().mean(0).log().where(each[0] > -700, model.log_prob(x)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_conditional_is_the_ratio_of_two_sums_over_all_pictures(kind: str) -> None:
    model, pictures = made(kind, side=2, num_classes=3), every_picture(2, 2)
    joint = model.log_prob(pictures).exp()
    same = (pictures[:, 0, 0] == torch.tensor([1.0, 0.0])).all(1)  # the upper row is 1 0
    ink = joint[same & (pictures[:, 0, 1, 0] == 1)].sum() / joint[same].sum()
    x = torch.tensor([[[[1.0, 0.0], [0.0, 1.0]]]])
    assert model.conditional(x, 1, 0)[0, 1].item() == pytest.approx(ink.item(), abs=1e-6)


@pytest.mark.parametrize("kind", ["gated", "gated dilated", "row", "diagonal"])
@pytest.mark.parametrize("settings", [{}, {"levels": 4}, {"num_classes": 0}, {"num_layers": 1}, {"side": 9}])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_what_is_kept_from_pixel_to_pixel_changes_no_pixel(
    kind: str, settings: dict[str, Any], temperature: float
) -> None:
    model = made(kind, **{"side": 14, "num_layers": 3, **settings})
    cached, naive = (model.sample(3, generator(8), temperature=temperature, cached=way) for way in (True, False))
    assert torch.equal(cached, naive)
    assert len(cached.unique()) == model.levels
    assert not torch.equal(cached, model.sample(3, generator(9), temperature=temperature))


@pytest.mark.parametrize("kind", KINDS)
def test_probabilities_while_drawing_are_those_of_the_finished_picture(kind: str) -> None:
    model, label = made(kind, side=8), torch.tensor([4, 1])
    pixels = [(one, one.probabilities.clone()) for one in model.draw(2, generator(5), label=label)]
    picture = pixels[-1][0].x
    with torch.no_grad():
        whole = model.logits(picture, label).double().softmax(1)
    for pixel, probabilities in pixels:
        torch.testing.assert_close(probabilities, whole[:, :, pixel.row, pixel.column], rtol=0, atol=1e-5)
    assert [(one.row, one.column) for one, _ in pixels] == list(itertools.product(range(8), repeat=2))


def test_pictures_come_as_often_as_the_model_says() -> None:
    model, pictures = made("gated dilated", side=2, num_classes=2), every_picture(2, 2)
    drawn = model.sample(4000, generator(4))
    weights = torch.tensor([8.0, 4.0, 2.0, 1.0])
    counts = torch.bincount((drawn.flatten(1) * weights).sum(1).long(), minlength=16)
    expected = model.log_prob(pictures).exp() * 4000
    assert ((counts - expected) ** 2 / expected).sum().item() < 37.7  # chi squared, 15 degrees of freedom, p = 0.001


@pytest.mark.parametrize("kind", ["gated dilated", "row", "diagonal"])
@pytest.mark.parametrize("cached", [True, False])
def test_completing_keeps_what_is_given_and_draws_the_rest_as_the_model_would(kind: str, cached: bool) -> None:
    model, given = made(kind), digits(1)[0]
    mask = torch.zeros(28, 28, dtype=torch.bool)
    mask[20:, 3:9] = True
    mask[26] = True
    completed = model.sample(5, generator(6), given=given, mask=mask, label=2, cached=cached)
    assert torch.equal(completed[:, :, ~mask], given[:, ~mask].expand(5, 1, -1))
    assert len({tuple(one[:, mask].flatten().tolist()) for one in completed}) == 5
    if cached:
        naive = model.sample(5, generator(6), given=given, mask=mask, label=2, cached=False)
        assert torch.equal(completed, naive)


def test_without_a_label_a_completion_takes_the_label_that_explains_what_is_given() -> None:
    model, pictures = made("gated dilated", side=2, num_classes=2), every_picture(2, 2)
    given, mask = torch.tensor([[[1.0, 0.0], [0.0, 0.0]]]), torch.tensor([[False, False], [True, True]])
    drawn = model.sample(4000, generator(4), given=given, mask=mask)[:, 0, 1]
    counts = torch.bincount((drawn * torch.tensor([2.0, 1.0])).sum(1).long(), minlength=4)
    joint = model.log_prob(pictures).exp()[8:12]  # those whose upper row is 1 0
    expected = joint / joint.sum() * 4000
    assert ((counts - expected) ** 2 / expected).sum().item() < 16.3  # three degrees of freedom, p = 0.001


def test_a_low_temperature_draws_the_likeliest() -> None:
    model = made("gated dilated", side=6)
    cold = model.sample(8, generator(3), label=1, temperature=0.05)
    hot = model.sample(8, generator(3), label=1, temperature=20.0)
    assert model.log_prob(cold, 1).mean() > model.log_prob(model.sample(8, generator(3), label=1), 1).mean()
    assert abs(hot.mean().item() - 0.5) < 0.1


def test_two_levels_are_drawn_anew_each_time_and_more_are_rounded() -> None:
    grey = torch.full((2000, 1, 28, 28), 0.3)
    bits = made("plain").quantised(grey, generator())
    assert set(bits.unique().tolist()) == {0.0, 1.0}
    assert bits.mean().item() == pytest.approx(0.3, abs=4 * math.sqrt(0.21 / grey.numel()))
    assert not torch.equal(bits, made("plain").quantised(grey, generator(1)))
    assert made("plain", levels=4).quantised(torch.tensor([0.1, 0.2, 0.6, 1.0])).tolist() == pytest.approx(
        [0, 1 / 3, 2 / 3, 1]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns(kind: str) -> None:
    """Vertical stripes, from which each pixel but the first follows: 16 pixels, one bit."""
    model = made(kind, side=4, num_classes=0, width=8, num_layers=2).train()
    x = torch.zeros(64, 1, 4, 4)
    x[:32, :, :, ::2] = x[32:, :, :, 1::2] = 1
    optimiser = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(200):
        optimiser.zero_grad()
        model.loss(x, generator())["total"].backward()
        optimiser.step()
    assert model.log_prob(x).mean().item() == pytest.approx(-math.log(2), abs=0.1)


SMALL = made("gated dilated")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: SMALL.log_prob(digits()[0]), "shape (B, 1, 28, 28)"),
        (lambda: SMALL.log_prob(digits()[..., :27]), "shape (B, 1, 28, 28)"),
        (lambda: SMALL.log_prob(0.5 * digits()), "one of 2 levels"),
        (lambda: SMALL.log_prob(digits() * math.nan), "one of 2 levels"),
        (lambda: SMALL.log_prob(digits() + 1), "one of 2 levels"),
        (lambda: SMALL.log_prob(digits(), 10), "no label 10"),
        (lambda: SMALL.log_prob(digits(), "seven"), "no label 'seven'"),
        (lambda: made("plain", num_classes=0).log_prob(digits(), 3), "leave the label out"),
        (lambda: SMALL.conditional(digits(), 28, 0), "no pixel at row 28"),
        (lambda: SMALL.conditional(digits(), 0, -1), "column -1"),
        (lambda: SMALL.sample(1, temperature=0), "temperature is a number from 0.05 to 20, not 0"),
        (lambda: SMALL.sample(1, temperature=-1.0), "not -1.0"),
        (lambda: SMALL.sample(1, temperature=math.nan), "not nan"),
        (lambda: SMALL.sample(1, given=digits(1), mask=torch.ones(1, 28, 28)), "mask needs the shape (28, 28)"),
        (lambda: SMALL.sample(1, given=digits(1), mask=np.zeros((28, 28), bool)), "nothing to draw"),
        (lambda: SMALL.sample(1, given=digits(1, 4), mask=torch.ones(28, 28)), "one of 2 levels"),
        (lambda: SMALL.sample(2, given=digits(3)), "3 pictures are given for 2"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(call: Any, says: str) -> None:
    with pytest.raises(Problem) as refused:
        call()
    assert says in str(refused.value)
