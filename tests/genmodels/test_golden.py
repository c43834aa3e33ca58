"""The same numbers for the same seed, whatever is rewritten: arrays in golden/, made once and never made again.

They were made by the code of commit 56e0100. The network is a rational function and no draw is longer than 15, because
torch computes sines, convolutions and longer draws a little differently from processor to processor; so all that is
left is rounded in one way everywhere, and is compared exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

import genmodels
from genmodels.models.diffusion import Diffusion
from genmodels.models.samplers import Moment
from genmodels.models.schedule import NoiseSchedule

GOLDEN = Path(__file__).parent / "golden"
LABELS = torch.tensor([0, 1, 2, 0, 1, 2, 2])
NUM_STEPS = 20


class Rational(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.75))

    def forward(self, xt: Tensor, t: Tensor, label: Tensor | None = None) -> Tensor:
        shape = (-1, *[1] * (xt.ndim - 1))
        shift = 0.0 if label is None else 0.125 * label.view(shape)
        return (self.scale * xt + t.view(shape)) / (1 + xt.abs()) + shift


class Points(Diffusion):
    is_image, x0_limit = False, 3.0


def points(schedule: str = "linear", predicts: str = "noise", **settings: Any) -> Diffusion:
    return Points(Rational(), NoiseSchedule.named(schedule, NUM_STEPS), (2,), predicts=predicts, **settings).eval()


def images() -> Diffusion:
    return Diffusion(Rational(), NoiseSchedule.linear(NUM_STEPS), (1, 2, 3)).eval()


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def from_the_middle() -> Iterator[Moment]:
    start = (12, (torch.arange(-7, 7) / 4).view(7, 2))
    return points().trajectory(steps=5, start=start, generator=generator(6))


def guided(**options: Any) -> Iterator[Moment]:
    return points(num_classes=3).trajectory(7, label=LABELS, **options)


def of_v(**options: Any) -> Iterator[Moment]:
    return points("cosine-zero", "v", num_classes=3).trajectory(7, steps=10, **options)


TRAJECTORIES: dict[str, Callable[[], Iterator[Moment]]] = {
    "ddpm": lambda: points().trajectory(7, generator=generator(0)),
    "ddpm-6-steps": lambda: points().trajectory(7, steps=6, generator=generator(1)),
    "ddim": lambda: points().trajectory(7, steps=6, eta=0.0, generator=generator(2)),
    "between": lambda: points().trajectory(7, steps=7, eta=0.5, generator=generator(3)),
    "label": lambda: guided(steps=5, generator=generator(4)),
    "guided": lambda: guided(steps=6, eta=0.0, guidance=1.5, generator=generator(5)),
    "start": from_the_middle,
    "v": lambda: of_v(generator=generator(7)),
    "v-guided": lambda: of_v(label=1, guidance=0.5, generator=generator(8)),
    "images": lambda: images().trajectory(2, steps=8, generator=generator(9)),
    "clamp": lambda: images().trajectory(2, steps=8, clamp_xt=True, generator=generator(9)),
}
LOSSES: dict[str, dict[str, str]] = {"noise": {}, "l1": {"loss_kind": "l1"}, "v": {"predicts": "v"}}
SHIPPED: dict[str, tuple[int, dict[str, Any]]] = {
    "ae-mnist": (4, {}),
    "vae-mnist": (4, {}),
    "ddpm-mnist": (4, {"label": torch.tensor([3, 1, 4, 5]), "steps": 25, "eta": 0.0, "guidance": 0.5}),
    "ddpm-cars": (1, {"steps": 10}),
    "ddpm-points": (40, {"steps": 25}),
}


@pytest.fixture(scope="module")
def golden() -> dict[str, Tensor]:
    return load_file(GOLDEN / "diffusion.safetensors")


@pytest.mark.parametrize("name", TRAJECTORIES)
def test_trajectories(golden: dict[str, Tensor], name: str) -> None:
    moments = list(TRAJECTORIES[name]())
    for part in ("xt", "x0", "eps", "x0_unclipped"):
        assert torch.equal(torch.stack([getattr(moment, part) for moment in moments]), golden[f"{name}.{part}"]), part


def test_a_sample_of_images(golden: dict[str, Tensor]) -> None:
    assert torch.equal(images().sample(2, generator(10), steps=8, eta=0.0), golden["sample"])


@pytest.mark.parametrize("name", LOSSES)
def test_losses(golden: dict[str, Tensor], name: str) -> None:
    model = points(num_classes=3, **LOSSES[name]).train()
    x = (torch.arange(14) / 16).view(7, 2)
    assert torch.equal(model.terms(x, generator(11), LABELS)["noise"], golden[f"loss.{name}"])


def test_losses_of_images(golden: dict[str, Tensor]) -> None:
    x = (torch.arange(12) / 16).view(2, 1, 2, 3)
    losses = images().train().terms(x, generator(12))["noise"]
    assert torch.allclose(losses, golden["loss.images"], rtol=1e-6)  # six are added in an order that varies


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_draws_what_it_always_drew(name: str) -> None:
    """Pictures to one of 255 greys: here a processor may round in its own way."""
    n, options = SHIPPED[name]
    drawn = genmodels.load(name, device="cpu").sample(n, generator(0), **options)
    expected = load_file(GOLDEN / "shipped.safetensors")[name]
    if name == "ddpm-points":
        assert torch.allclose(drawn, expected, atol=1e-3)
    else:
        assert ((255 * drawn).round() - expected.float()).abs().max() <= 1
