"""The straight-through gradient at one place: against finite differences, the real loss, and decoding step by step."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from genmodels import load
from genmodels.data import mnist
from genmodels.evaluation import nearest_code, straight
from genmodels.evaluation.nearest_code import Floats
from genmodels.evaluation.straight import StraightThrough
from genmodels.models.vqvae import VQVAE

SMALL = {"num_codes": 8, "latent_dim": 4, "width": 8, "prior_width": 16, "num_layers": 1}
PLACES = [(2, 10), (3, 24), (4, 16), (7, 31), (8, 0)]  # a test digit, and a place of its grid
Grids = tuple[Tensor, Tensor]


@pytest.fixture(scope="module")
def model() -> VQVAE:
    shipped = load("vqvae-mnist", device="cpu")
    assert isinstance(shipped, VQVAE)
    return shipped


def small(**settings: object) -> VQVAE:
    options = {**SMALL, "generator": torch.Generator().manual_seed(0), **settings}
    return VQVAE(**options).eval().requires_grad_(False)  # type: ignore[arg-type]


def digit(number: int) -> Tensor:
    return mnist.load("test").pixels(slice(number, number + 1))


def grids(model: VQVAE, x: Tensor) -> Grids:
    """z and e, (h, h, D) each."""
    return model.vectors(x)[0].detach(), model.codec.quantiser.vectors(model.encode(x))[0].detach()


def cost(model: VQVAE, e: Tensor, x: Tensor) -> float:
    """-log p(x | e), nats, in float64."""
    exact = copy.deepcopy(model).double()
    logits = exact.decode_logits(e.double()[None])
    return float(F.binary_cross_entropy_with_logits(logits, x.double(), reduction="sum"))


def moved(e: Tensor, cell: int, by: Floats) -> Tensor:
    there = e.double().clone().flatten(0, 1)
    there[cell] += torch.from_numpy(by)
    return there.view(*e.shape)


def direction(found: StraightThrough) -> Floats:
    """u in the space of the vectors, (D,)."""
    return np.asarray(found.descent @ found.plane.axes)


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_the_slope_is_that_of_the_decoded_loss(model: VQVAE, number: int, cell: int) -> None:
    """By finite differences: -|g| along u, and none of it across."""
    x, found = digit(number), straight.of(model, digit(number), cell)
    e, u = grids(model, x)[1], direction(found)
    across = np.random.default_rng(cell).standard_normal(len(u))
    across -= across @ u * u
    for way, slope in ((u, -found.slope), (across / np.linalg.norm(across), 0)):
        ends = [cost(model, moved(e, cell, step * way), x) for step in (1e-4, -1e-4)]
        assert (ends[0] - ends[1]) / 2e-4 == pytest.approx(slope, abs=2e-4 * found.slope + 1e-7)


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_all_that_is_drawn_lies_in_the_slice(model: VQVAE, number: int, cell: int) -> None:
    found = straight.of(model, digit(number), cell)
    z, e = (one.double().flatten(0, 1)[cell].numpy() for one in grids(model, digit(number)))
    plane = found.plane
    np.testing.assert_allclose(plane.points(np.zeros(2)), z, atol=1e-6)
    np.testing.assert_allclose(plane.points(np.array([found.distance, 0])), e, atol=1e-5)
    assert found.distance == pytest.approx(np.linalg.norm(e - z), rel=1e-5)
    assert np.linalg.norm(found.descent) == pytest.approx(1) and found.descent[1] >= 0
    left, right, bottom, top = found.box
    arrows = [found.descent * found.slope / found.scale, np.array([found.commitment / found.scale, 0])]
    ends = [arrows[0], arrows[1], arrows[0] + [found.distance, 0], found.reach * found.descent]
    for x, y in [(0, 0), (found.distance, 0), *ends]:
        assert left < x < right and bottom < y < top
    assert max(np.linalg.norm(arrow) for arrow in arrows) <= found.reach / 2 + 1e-9
    assert np.linalg.norm(arrows[1]) <= 0.8 * found.distance + 1e-9


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_the_regions_are_those_of_the_codes_that_the_model_chooses(model: VQVAE, number: int, cell: int) -> None:
    found = straight.of(model, digit(number), cell)
    left, right, bottom, top = found.box
    places = np.stack(np.meshgrid(np.linspace(left, right, 61), np.linspace(bottom, top, 61)), -1).reshape(-1, 2)
    vectors = torch.from_numpy(found.plane.points(places)).float()
    chosen = model.codec.quantiser.nearest(vectors).numpy()
    assert set(chosen) <= set(found.regions) and found.code in found.regions
    for code, corners in found.regions.items():
        sides, away = np.roll(corners, -1, 0) - corners, places[:, None] - corners
        inside = (sides[:, 0] * away[..., 1] - sides[:, 1] * away[..., 0]).min(1)
        clear = np.abs(inside) > 1e-4
        assert np.array_equal(inside[clear] > 0, chosen[clear] == code)


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_what_arrives_is_what_the_loss_of_training_sends(
    model: VQVAE, number: int, cell: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole loss, by autograd at z: the arrow handed on, and commitment's with it."""
    x, found = digit(number), straight.of(model, digit(number), cell)
    z = grids(model, x)[0][None].requires_grad_()
    monkeypatch.setattr(model, "vectors", lambda x: z)
    model.codec_loss(x)["total"].backward()
    assert z.grad is not None
    arrived = z.grad.double().flatten(0, 2)[cell].numpy()
    expected = -found.slope * direction(found) - found.commitment * found.plane.axes[0]
    np.testing.assert_allclose(arrived, expected, atol=2e-5 * np.abs(arrived).max())
    assert found.handed == pytest.approx(found.slope, rel=1e-4) and found.unhanded == 0


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_the_true_loss_is_a_staircase(model: VQVAE, number: int, cell: int) -> None:
    """Encoded and decoded anew at many places of the ray."""
    x, found = digit(number), straight.of(model, digit(number), cell)
    z = grids(model, x)[0]
    assert found.loss == pytest.approx(float(model.codec_loss(x)["reconstruction"]), rel=1e-5)
    begins = np.array([stair.begin for stair in found.stairs])
    assert (np.diff(begins) > 0).all() and len(begins) <= 1 + np.sum(begins <= found.reach)
    for t in np.random.default_rng(0).uniform(0, begins[1:].max(initial=found.reach), 40):
        if np.abs(begins[1:] - t).min(initial=1) < 1e-4:
            continue
        codes = model.codec.quantiser.nearest(moved(z, cell, t * direction(found)).float())[None]
        stair = found.stairs[int(np.searchsorted(begins, t)) - 1]
        assert codes.flatten()[cell] == stair.code
        loss = cost(model, model.codec.quantiser.vectors(codes)[0], x)
        assert stair.loss == pytest.approx(loss, abs=1e-3)


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_what_the_gradient_believes_is_the_loss_without_a_choice(model: VQVAE, number: int, cell: int) -> None:
    x, found = digit(number), straight.of(model, digit(number), cell)
    e = grids(model, x)[1]
    assert len(found.t) == straight.NUM_STEPS and found.t[0] == 0
    assert found.believed[0] == pytest.approx(found.loss, rel=1e-5)
    for one in (1, 30, 60):
        loss = cost(model, moved(e, cell, found.t[one] * direction(found)), x)
        assert found.believed[one] == pytest.approx(loss, abs=1e-3)


@pytest.mark.parametrize(("number", "cell"), PLACES)
def test_each_code_of_the_slice_is_decoded_in_its_place(model: VQVAE, number: int, cell: int) -> None:
    x, found = digit(number), straight.of(model, digit(number), cell)
    assert found.choices.keys() == found.regions.keys()
    for code, choice in found.choices.items():
        codes = model.encode(x)
        codes.view(-1)[cell] = code
        assert choice.loss == pytest.approx(cost(model, model.codec.quantiser.vectors(codes)[0], x), abs=1e-3)
        np.testing.assert_allclose(choice.picture / 255, model.decode_codes(codes)[0, 0], atol=0.51 / 255)
    assert found.choices[found.code].loss == pytest.approx(found.loss, rel=1e-6)


def test_the_first_borders_are_in_sight_unless_they_are_far(model: VQVAE) -> None:
    seen = [straight.of(model, digit(5), cell) for cell in range(49)]
    for found in seen:
        assert 2 * found.distance <= found.reach * (1 + 1e-9) and found.reach <= 10 * found.distance * (1 + 1e-9)
        following = [stair.begin for stair in found.stairs[1:3]]
        assert all(begin < found.reach or 1.15 * begin > 10 * found.distance for begin in following[:1])
    assert len({len(found.stairs) for found in seen}) > 1


@pytest.mark.parametrize("settings", [{"latent_dim": 1}, {"latent_dim": 2}, {"num_codes": 2}, {"commitment": 0.0}])
def test_every_size_of_model_can_be_looked_at(settings: dict[str, object]) -> None:
    one, x = small(**settings), digit(1)
    for cell in (0, 17, 48):
        found = straight.of(one, x, cell)
        assert found.code == int(one.encode(x).flatten()[cell]) and found.code in found.regions
        assert found.loss == pytest.approx(float(one.codec_loss(x)["reconstruction"]), rel=1e-5)
        assert found.handed == pytest.approx(found.slope, rel=1e-4) and found.unhanded == 0
        assert found.scale > 0 and np.isfinite(found.box).all()


def test_where_nothing_is_handed_on_there_is_no_ray() -> None:
    """A decoder that looks at nothing."""
    one, x = small(), digit(1)
    with torch.no_grad():
        one.codec.decoder[0].weight.zero_()
    found = straight.of(one, x, 24)
    assert found.slope == found.handed == 0 and not found.descent.any()
    assert [stair.begin for stair in found.stairs] == [0] and np.ptp(found.believed) == 0


def test_a_vector_that_is_its_code_can_be_looked_at() -> None:
    one, x = small(), digit(1)
    with torch.no_grad():
        one.codec.quantiser.codebook[5] = one.vectors(x)[0, 3, 3]
    found = straight.of(one, x, 24)
    assert (found.code, found.distance, found.commitment) == (5, 0, 0) and found.reach > 0
    assert np.linalg.norm(found.descent) == pytest.approx(1)


def test_nothing_of_the_model_changes(model: VQVAE) -> None:
    before = {name: value.clone() for name, value in model.state_dict().items()}
    straight.of(model, digit(3), 24)
    assert not model.training and all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(one.grad is None for one in model.parameters())


# --- what the page says of many places


def first_changes(model: VQVAE, directions: Tensor, x: Tensor) -> Floats:
    """What the first other code met on each ray does to the loss, nats; NaN where none is met. (N, 49)."""
    z, codes = model.vectors(x).flatten(1, 2).double(), model.encode(x).flatten(1)
    codebook = model.codec.quantiser.codebook.double()
    change = np.full(codes.shape, np.nan)
    for n, cell in np.ndindex(*codes.shape):
        ray = [part[n, cell].numpy() for part in (z, directions)]
        met = nearest_code.along(*ray, codebook.numpy(), int(codes[n, cell]))
        if len(met) > 1:
            change[n, cell] = met[1][1]
    for n in range(len(x)):
        there = np.flatnonzero(np.isfinite(change[n]))
        grid = codes[n].repeat(1 + len(there), 1)
        grid[1 + np.arange(len(there)), there] = torch.from_numpy(change[n, there]).long()
        logits = model.decode_logits(model.codec.quantiser.vectors(grid.view(-1, 7, 7)))
        losses = F.binary_cross_entropy_with_logits(logits, x[n : n + 1].expand_as(logits), reduction="none").sum(
            (1, 2, 3)
        )
        change[n, there] = (losses[1:] - losses[0]).numpy()
    return change


def test_how_often_the_borrowed_gradient_finds_a_better_code(model: VQVAE) -> None:
    x = mnist.load("test").pixels(slice(0, 100))
    e = model.codec.quantiser.vectors(model.encode(x)).detach().requires_grad_()
    logits = model.decode_logits(e)
    loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    (g,) = torch.autograd.grad(loss, e)
    noise = torch.randn(g.shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        ways = [F.normalize(way, dim=-1).flatten(1, 2).double() for way in (-g, noise, g)]
        changes = [first_changes(model, way, x) for way in ways]
    met = [np.isfinite(change) for change in changes]
    assert round(100 * met[0].mean()) == 98
    better = [100 * (change[there] < 0).mean() for change, there in zip(changes, met, strict=True)]
    assert (
        round(better[0]) == 59 and better[1] == pytest.approx(29, abs=1.5) and better[2] == pytest.approx(0.3, abs=0.05)
    )
