"""The codec in the browser: what it decodes and finds nearest is what torch does, from the same bytes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page
from torch import Tensor

from genmodels.data import mnist
from genmodels.evaluation import grids
from genmodels.evaluation.codes import cross_entropy
from lessons.vqvae import code_grid
from lessons.vqvae.models import SHIPPED, Network, network, payload
from ui.components import SHARED

NUM_GRIDS = 20
FOLDER = Path(code_grid.__file__).parent
DECODER, _, _ = (SHARED / "decoder" / "component.js").read_text(encoding="utf-8").partition("\nexport default ")
SHELVE = """text => {
    const { tensors } = readSafetensors(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    globalThis.codec = new Codec(tensors);
}"""
DECODE = "grids => grids.map((codes) => [...codec.logits(codes)])"
NEAREST = "([vectors, killed]) => vectors.map((z) => codec.nearest(z, new Set(killed)))"
DISTANCES = "vectors => vectors.map((z) => [...codec.distances(z)])"
COST = "([x, logits]) => [crossEntropy(x, logits), leastEntropy(x)]"
TIMES = """grids => {
    for (let i = 0; i < 5; i++) codec.logits(grids[i]);
    return grids.map((codes) => {
        const begin = performance.now();
        codec.logits(codes);
        return performance.now() - begin;
    });
}"""


@pytest.fixture(scope="module")
def shipped() -> Network:
    return network(SHIPPED)


@pytest.fixture
def blank(browser: Browser, shipped: Network) -> Iterator[Page]:
    page = browser.new_page()
    page.add_script_tag(content=DECODER)
    page.add_script_tag(content=(FOLDER / "codec.js").read_text(encoding="utf-8"))
    page.evaluate(SHELVE, base64.b64encode(payload(SHIPPED)).decode("ascii"))
    yield page
    page.close()


def some_grids(shipped: Network) -> Tensor:
    """Grids of test digits, and grids that are no digits: (20, 7, 7)."""
    digits = shipped.model.encode(mnist.load("test").pixels(slice(0, NUM_GRIDS // 2)))
    return torch.cat([digits, grids.uniform(shipped.model, NUM_GRIDS // 2, torch.Generator().manual_seed(0))])


def test_the_browser_decodes_what_torch_does(blank: Page, shipped: Network) -> None:
    codes = some_grids(shipped)
    expected = shipped.model.decode_logits(shipped.model.codec.quantiser.vectors(codes)).flatten(1)
    here = np.array(blank.evaluate(DECODE, codes.flatten(1).tolist()))
    assert float(expected.abs().max()) > 5, "there is ink"
    np.testing.assert_allclose(here, expected, rtol=1e-4, atol=1e-3)
    pixels = 1 / (1 + np.exp(-here))
    np.testing.assert_allclose(pixels, shipped.model.decode_codes(codes).flatten(1), rtol=0, atol=1e-5)


@pytest.mark.parametrize("killed", [(), (6, 61, 2, 16, 5)])
def test_the_nearest_living_code_is_the_one_that_python_finds(
    blank: Page, shipped: Network, killed: tuple[int, ...]
) -> None:
    z = shipped.model.vectors(mnist.load("test").pixels(slice(0, 30)))
    expected = torch.stack([grids.living(shipped.model, one, {}, killed) for one in z])
    here = blank.evaluate(NEAREST, [z.flatten(0, 2).tolist(), list(killed)])
    assert here == expected.flatten().tolist()
    assert not set(here) & set(killed)


def test_distances_are_those_to_all_codes(blank: Page, shipped: Network) -> None:
    z = shipped.model.vectors(mnist.load("test").pixels(slice(0, 1)))
    here = blank.evaluate(DISTANCES, z.flatten(0, 2).tolist())
    np.testing.assert_allclose(here, shipped.model.distances(z).flatten(0, 2).sqrt(), rtol=1e-5, atol=1e-5)


def test_what_was_lost_is_counted_alike(blank: Page, shipped: Network) -> None:
    x = mnist.load("test").pixels(slice(0, 1))
    codes = shipped.model.encode(x)
    logits = shipped.model.decode_logits(shipped.model.codec.quantiser.vectors(codes))
    nats, least = blank.evaluate(COST, [x.flatten().tolist(), logits.flatten().tolist()])
    assert nats == pytest.approx(cross_entropy(logits.sigmoid(), x), rel=1e-4)
    assert least == pytest.approx(cross_entropy(x, x), rel=1e-4)


def test_a_decoded_picture_keeps_up_with_the_hand(blank: Page, shipped: Network) -> None:
    """A picture takes 8 million multiplications; a hand is followed 15 times a second on a busy machine."""
    times = blank.evaluate(TIMES, some_grids(shipped).flatten(1).tolist())
    assert np.median(times) < 60
