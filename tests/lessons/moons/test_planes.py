"""The planes of codes: what the browser decodes and finds nearest is what torch does, from the same bytes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from playwright.sync_api import Browser, Page
from torch import Tensor

from genmodels.evaluation import moons
from lessons.moons import planes
from lessons.moons.models import pair, payload
from ui.components import SHARED

NUM_CODES = 100
FOLDER = Path(planes.__file__).parent
DECODER, _, _ = (SHARED / "decoder" / "component.js").read_text(encoding="utf-8").partition("\nexport default ")
SHELVE = """text => {
    const { tensors } = readSafetensors(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    globalThis.models = modelsOf({ tensors, decoder: (prefix) => makeDecoder(tensors, prefix) });
}"""
ASK = """([name, codes]) => seenAll(models[name], codes).map((one) => ({ ...one, pixels: [...one.pixels] }))"""
ALONE = """codes => ["ae", "vae"].map((name) => codes[name].map((z) =>
    nearestPhase(models[name].decode(z), models[name].phases)))"""
WALK = """([name, ends]) => lineOf(models[name], ends, 9)"""
HEAP = """([codes, low, high, bins]) => [...densities(codes, 1, low, high, bins)]"""
TIMES = """([codes, squares]) => {
    for (let i = 0; i < 50; i++) for (const name of MODELS) seenAt(models[name], codeAt(codes[i], squares[name]));
    return codes.map((at) => {
        const begin = performance.now();
        for (const name of MODELS) seenAt(models[name], codeAt(at, squares[name]));
        return performance.now() - begin;
    });
}"""


@pytest.fixture(scope="module")
def brought() -> bytes:
    shipped = pair("all", 1.0, 0)
    assert shipped
    return payload(shipped)


@pytest.fixture(scope="module")
def tensors(brought: bytes) -> dict[str, Tensor]:
    """What the browser has, as torch reads it."""
    return safetensors.torch.load(brought)


@pytest.fixture
def blank(browser: Browser, brought: bytes) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=DECODER)
    page.add_script_tag(content=(FOLDER / "moons.js").read_text(encoding="utf-8"))
    page.evaluate(SHELVE, base64.b64encode(brought).decode("ascii"))
    yield page
    page.close()


def square(tensors: dict[str, Tensor], name: str) -> tuple[float, float, float]:
    """A square in which all codes of a model lie, with room around them."""
    low, high = (getattr(tensors[f"{name}.codes"], end)(0).values for end in ("min", "max"))
    x, y = ((low + high) / 2).tolist()
    return x, y, 0.7 * float((high - low).max())


def some_codes(tensors: dict[str, Tensor], name: str) -> Tensor:
    """Codes at random from all over a plane, as single precision has them: (100, 2)."""
    x, y, half = square(tensors, name)
    places = torch.rand(NUM_CODES, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return torch.tensor([x, y]) + half * places


def decoded(tensors: dict[str, Tensor], name: str, z: Tensor) -> Tensor:
    """The pictures of codes by the weights that were sent, in double precision: (N, 1, 32, 32)."""
    w1, b1, w2, b2 = (tensors[f"{name}.decoder.{one}"].double() for one in ("0.weight", "0.bias", "2.weight", "2.bias"))
    return torch.sigmoid((z.double() @ w1.T + b1).relu() @ w2.T + b2).view(-1, 1, 32, 32)


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_the_browser_decodes_and_finds_what_torch_does(blank: Page, tensors: dict[str, Tensor], name: str) -> None:
    codes = some_codes(tensors, name)
    pictures = decoded(tensors, name, codes)
    here: list[dict[str, Any]] = blank.evaluate(ASK, [name, codes.tolist()])
    seen = np.array([one["pixels"] for one in here])
    np.testing.assert_allclose(seen, pictures.flatten(1), rtol=0, atol=1e-5)
    distance, phase = moons.nearest(pictures)
    np.testing.assert_allclose([one["distance"] for one in here], distance, rtol=0, atol=1e-6)
    flat = pictures.flatten(1)
    for one, true, picture, least in zip(here, phase.tolist(), flat, distance.tolist(), strict=True):
        tied = (picture - moons.phases()[one["phase"]].flatten().double()).square().mean()
        assert one["phase"] == true or float(tied) == pytest.approx(least, abs=1e-9)
    assert min(least := distance.tolist()) < moons.VALID < max(least), "there is something to tell apart"


def test_a_guess_changes_nothing_of_what_is_nearest(blank: Page, tensors: dict[str, Tensor]) -> None:
    codes = {name: some_codes(tensors, name).tolist() for name in ("ae", "vae")}
    for name, alone in zip(codes, blank.evaluate(ALONE, codes), strict=True):
        guessed = blank.evaluate(ASK, [name, codes[name]])
        assert [one["phase"] for one in alone] == [one["phase"] for one in guessed]
        np.testing.assert_allclose([one["distance"] for one in alone], [one["distance"] for one in guessed], rtol=1e-12)


def test_a_moon_is_what_python_calls_one(blank: Page) -> None:
    assert blank.evaluate("[VALID, PHASES, PIXELS]") == [moons.VALID, *moons.phases().flatten(1).shape]
    near = [{"distance": moons.VALID}, {"distance": moons.VALID - 1e-9}]
    assert [blank.evaluate("one => isMoon(one)", one) for one in near] == [False, True]
    assert blank.evaluate("[0, 1, 180].map(angleOf)") == [90, 90.5, 180]


@pytest.mark.parametrize("name", ["ae", "vae"])
def test_the_walk_is_the_straight_line_between_two_codes(blank: Page, tensors: dict[str, Tensor], name: str) -> None:
    a, b = tensors[f"{name}.codes"][[20, 170]].double()
    expected = a + torch.linspace(0, 1, 9, dtype=torch.float64).unsqueeze(1) * (b - a)
    np.testing.assert_allclose(blank.evaluate(WALK, [name, [20, 170]]), expected, rtol=1e-12)


def test_a_heap_is_a_density_as_the_line_over_it_is_one(blank: Page, tensors: dict[str, Tensor]) -> None:
    codes = tensors["vae.codes"]
    _, y, half = square(tensors, "vae")
    here = blank.evaluate(HEAP, [codes.flatten().tolist(), y - half, y + half, 26])
    expected, _ = np.histogram(codes[:, 1].double(), bins=26, range=(y - half, y + half), density=True)
    np.testing.assert_allclose(here, expected, rtol=1e-6)
    assert blank.evaluate("[0, 1, -2].map(normalDensity)") == pytest.approx(
        torch.distributions.Normal(0, 1).log_prob(torch.tensor([0.0, 1, -2], dtype=torch.float64)).exp().tolist()
    )


def test_both_decoders_keep_up_with_the_hand(blank: Page, tensors: dict[str, Tensor]) -> None:
    """Two decodes and two searches; a frame has 16 ms, and this machine may be busy."""
    places = np.random.default_rng(0).uniform(-1, 1, (200, 2)).tolist()
    squares = {name: square(tensors, name) for name in ("ae", "vae")}
    times = blank.evaluate(TIMES, [places, squares])
    assert np.median(times) < 8
