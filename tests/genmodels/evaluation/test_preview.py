"""What a training shows of itself: what it sees is so, it disturbs nothing, and the web takes nothing else for it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genmodels.arrays import pack
from genmodels.data.mnist import Images
from genmodels.evaluation.preview import CELLS, QUANTILES, preview, read
from genmodels.models.autoencoder import Autoencoder
from genmodels.models.diffusion import ImageDiffusion, PointDiffusion
from genmodels.models.layers import GenerativeModel
from genmodels.models.vae import VAE
from genmodels.storage import Damaged
from genmodels.training import checkpoints, loop, recipes

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def digits(splits: tuple[Images, Images]) -> Images:
    return splits[1]


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def means(model: Any, digits: Images) -> np.ndarray:
    with torch.no_grad():
        codes = model.encode(digits.pixels())
    return (codes[0] if isinstance(codes, tuple) else codes).numpy()


def tile(grid: np.ndarray, row: int, column: int) -> np.ndarray:
    return grid[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]


def drawn(model: Any, *z: float) -> np.ndarray:
    with torch.no_grad():
        return (model.decode(torch.tensor([z], dtype=torch.float32))[0, 0] * 255).round().numpy()


class Colourful(GenerativeModel):
    """A model of 64 x 64 colour pictures whose layers count and draw while it trains."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 3 * 64 * 64))

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        pictures: Tensor = self.layers(torch.randn(n, 4, generator=generator)).sigmoid()
        return pictures.view(n, 3, 64, 64)


class ColourfulRecipe(recipes.Recipe):
    """Of that model."""

    names, preview = ("colourful",), "samples"


RECIPES: dict[type[GenerativeModel], recipes.Recipe] = {
    VAE: recipes.make("vae-mnist"),
    Autoencoder: recipes.make("ae-mnist"),
    ImageDiffusion: recipes.make("ddpm-mnist"),
    PointDiffusion: recipes.make("ddpm-points"),
    Colourful: ColourfulRecipe(name="colourful"),
}


def look(model: GenerativeModel, digits: Images, before: Any = None) -> dict[str, np.ndarray]:
    return preview(RECIPES[type(model)], model, digits, before)


MODELS = [
    *(VAE(latent_dim=dims, hidden_dim=16, generator=random()) for dims in (1, 2, 8)),
    *(Autoencoder(latent_dim=dims, hidden_dim=16, generator=random()) for dims in (1, 2, 8)),
    Colourful(),
    ImageDiffusion(width=16, num_steps=20, generator=random()),
    PointDiffusion(hidden_dim=16, num_steps=20, generator=random()),
]
SIDES = {Colourful: 576, PointDiffusion: CELLS}


@pytest.mark.parametrize("model", MODELS)
def test_what_is_packed_can_be_read(model: GenerativeModel, digits: Images) -> None:
    arrays = look(model, digits)
    again = read(pack(arrays))
    assert again.keys() == arrays.keys()
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)
    plane = {"points", "labels", "extent"}
    assert arrays.keys() - {"grid"} == {VAE: plane | {"prior"}, Autoencoder: plane}.get(type(model), set())
    assert arrays["grid"].shape == ((SIDES.get(type(model), 280),) * 2)


def test_an_unknown_way_of_looking_is_an_error_and_no_guess(digits: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ColourfulRecipe, "preview", "aura")
    with pytest.raises(LookupError, match="'aura'; known: codes, samples, density"):
        look(Colourful(), digits)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("training", [True, False])
def test_looking_changes_nothing(model: GenerativeModel, digits: Images, training: bool) -> None:
    model.train(training)
    last = list(model.modules())[-1].train(not training)  # each layer has a mode of its own
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    numbers = torch.get_rng_state()
    first, second = look(model, digits), look(model, digits)
    assert all(np.array_equal(first[name], second[name]) for name in first), "another look shows something else"
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), numbers)
    assert model.training is training and last.training is not training
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())


def test_a_training_that_is_watched_ends_as_one_that_is_not(splits: tuple[Images, Images], digits: Images) -> None:
    ends = []
    for watched in (True, False):
        run = loop.Run(recipes.make("vae-mnist", epochs=1, hidden_dim=16), "cpu", splits)
        for step in run.steps():
            if watched:
                look(step.model, digits)
        ends.append(run.state())
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[1])


def test_in_two_dimensions_it_shows_the_plane_as_it_is(digits: Images) -> None:
    model = checkpoints.load("vae-mnist", device="cpu")
    seen = look(model, digits)
    assert np.allclose(seen["points"], means(model, digits), atol=2e-3)
    assert seen["prior"].tolist() == [0, 0]
    assert seen["labels"].tolist() == digits.labels.tolist()
    left, right = float(QUANTILES[0]), float(QUANTILES[-1])
    assert right == pytest.approx(1.6448536, abs=1e-6)
    assert np.abs(tile(seen["grid"], 0, 9) - drawn(model, right, right)).max() <= 1, "the largest z2 is not on top"
    assert np.abs(tile(seen["grid"], 9, 9) - drawn(model, right, left)).max() <= 1
    assert np.abs(tile(seen["grid"], 9, 0) - drawn(model, left, left)).max() <= 1


def test_the_lattice_of_an_autoencoder_covers_its_codes(digits: Images) -> None:
    model = checkpoints.load("ae-mnist", device="cpu")
    seen = look(model, digits)
    (left, low), (right, high) = np.quantile(means(model, digits), [0.05, 0.95], axis=0)
    assert np.abs(tile(seen["grid"], 0, 0) - drawn(model, left, high)).max() <= 1
    assert np.abs(tile(seen["grid"], 9, 9) - drawn(model, right, low)).max() <= 1


def test_of_many_dimensions_it_shows_where_most_happens(digits: Images) -> None:
    model = VAE(latent_dim=8, hidden_dim=16, generator=random())
    seen = look(model, digits)
    codes = means(model, digits)
    largest = np.linalg.svd(codes - codes.mean(0), compute_uv=False)[:2]
    assert np.linalg.norm(seen["points"].astype(float), axis=0) == pytest.approx(largest, rel=2e-3)
    # the prior's centre is as far from the points' centre as the plane can tell
    with torch.no_grad():
        model.encoder[-1].bias[:8] += 100 * torch.ones(8)
    moved = look(model, digits, before=seen)
    assert np.allclose(moved["points"], seen["points"], atol=2e-3), "all codes moved alike, so the cloud looks the same"
    assert np.linalg.norm(moved["prior"] - seen["prior"]) > 10


@pytest.mark.parametrize("dims", [3, 8])
def test_the_cloud_does_not_flip_between_two_looks(digits: Images, dims: int) -> None:
    model = VAE(latent_dim=dims, hidden_dim=16, generator=random())
    seen = look(model, digits)
    for turn in ([[-1, 0], [0, 1]], [[0, 1], [1, 0]], [[0.6, -0.8], [0.8, 0.6]]):
        before = {"points": (seen["points"].astype(float) @ turn).astype(np.float16)}
        again = look(model, digits, before=before)
        assert np.allclose(again["points"], before["points"], atol=5e-3)
        assert np.allclose(again["prior"], seen["prior"] @ turn, atol=5e-3), "the prior did not turn along"
    other = look(model, digits.subset(torch.arange(50)), before=seen)  # of other pictures: nothing to go by
    assert other["points"].shape == (50, 2)


def test_the_square_holds_nearly_all_and_moves_in_halves(digits: Images) -> None:
    model = VAE(latent_dim=2, hidden_dim=16, generator=random())
    assert look(model, digits)["extent"] == 3, "an untrained cloud would fill the picture"
    with torch.no_grad():
        model.encoder[-1].weight *= 60
    seen = look(model, digits)
    inside = (np.abs(seen["points"]) <= seen["extent"]).all(1).mean()
    assert seen["extent"] > 3 and 2 * seen["extent"] % 1 == 0
    assert inside >= 0.995
    assert (np.abs(seen["points"]) <= seen["extent"] - 0.5).all(1).mean() < 0.995, "it could be smaller"


@pytest.mark.parametrize("dims", [2, 8])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e30])
def test_a_training_that_fails_can_still_be_looked_at(digits: Images, dims: int, value: float) -> None:
    for kind in (VAE, Autoencoder):
        model = kind(latent_dim=dims, hidden_dim=16, generator=random())
        with torch.no_grad():
            for weights in model.parameters():
                weights.fill_(value)
        read(pack(look(model, digits)))


@pytest.mark.alone
def test_a_look_is_cheap() -> None:
    """16 ms when nothing else runs; the rest is for a machine that is busy."""
    model = VAE(generator=random())
    pictures = Images(torch.zeros(2000, 1, 28, 28, dtype=torch.uint8), torch.zeros(2000, dtype=torch.int64))
    seconds = []
    for _ in range(10):
        started = time.perf_counter()
        look(model, pictures)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.06


def whole() -> dict[str, np.ndarray]:
    return {
        "grid": np.zeros((280, 280), np.uint8),
        "points": np.zeros((5, 2), np.float16),
        "labels": np.zeros(5, np.uint8),
        "extent": np.array(3, np.float32),
        "prior": np.zeros(2, np.float32),
    }


def test_the_smallest_previews_are_read() -> None:
    assert read(pack(whole())).keys() == whole().keys()
    assert read(pack({"grid": whole()["grid"]})).keys() == {"grid"}


@pytest.mark.parametrize(
    "change",
    [
        {"grid": None},
        {"labels": None},
        {"extent": None},
        {"points": None},
        {"more": np.zeros(1, np.float32)},
        {"grid": np.zeros((280, 280), np.float32)},
        {"grid": np.zeros((601, 10), np.uint8)},
        {"grid": np.zeros((0, 10), np.uint8)},
        {"grid": np.zeros((10, 10, 3), np.uint8)},
        {"points": np.zeros((4, 2), np.float16)},
        {"points": np.zeros((5, 3), np.float16)},
        {"points": np.zeros((5, 2), np.float32)},
        {"points": np.full((5, 2), np.nan, np.float16)},
        {"points": np.zeros((10_001, 2), np.float16), "labels": np.zeros(10_001, np.uint8)},
        {"labels": np.zeros(5, np.int64)},
        {"labels": np.zeros((5, 1), np.uint8)},
        {"extent": np.array(0, np.float32)},
        {"extent": np.array(-3, np.float32)},
        {"extent": np.array(np.inf, np.float32)},
        {"extent": np.zeros(1, np.float32)},
        {"prior": np.zeros(3, np.float32)},
        {"prior": np.full(2, np.inf, np.float32)},
    ],
    ids=lambda change: " ".join(change),
)
def test_anything_else_is_refused(change: dict[str, Any]) -> None:
    arrays = {name: value for name, value in (whole() | change).items() if value is not None}
    with pytest.raises(Damaged):
        read(pack(arrays))


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff" * 100, bytes(2_000_000)])
def test_what_is_no_preview_at_all_is_refused(payload: bytes) -> None:
    with pytest.raises(Damaged):
        read(payload)


def test_reading_needs_no_torch() -> None:
    program = (
        "import sys, numpy; from genmodels.arrays import pack; from genmodels.evaluation.preview import read;"
        "read(pack({'grid': numpy.zeros((28, 28), numpy.uint8)})); print('torch' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
