"""Every benchmark still measures something: each runs with tiny sizes, and writes no result."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from benchmarks import (
    collapse,
    comparing,
    diffusion,
    gan,
    jobs,
    lessons,
    load,
    moons,
    pages,
    pixels,
    points,
    record,
    size,
    vae_training,
)
from genmodels.evaluation import drawing, drawn, usages
from genmodels.evaluation.comparison import ENTRANTS
from genmodels.training import checkpoints
from tools.browser import ROOT, Visit, open_browser
from ui.course import PAGES

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("denormals")]
TESTED = {collapse, comparing, diffusion, gan, jobs, lessons, load, moons, pages, pixels, points, size, vae_training}
HELPERS = {"__init__", "__main__", "record", "simple_unet", "websocket"}


@pytest.fixture(autouse=True)
def no_results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Tiny runs say nothing: they are written elsewhere, and checkpoints/local is none of theirs."""
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(record, "RESULTS", tmp_path / "results")
    before = set((ROOT / "benchmarks" / "results").iterdir())
    yield
    assert set((ROOT / "benchmarks" / "results").iterdir()) == before


def numbers(result: object) -> list[float]:
    """All numbers in a result."""
    if isinstance(result, dict):
        return [number for value in result.values() for number in numbers(value)]
    if isinstance(result, list | tuple):
        return [number for value in result for number in numbers(value)]
    return [float(result)] if isinstance(result, int | float) else []


def check(result: dict[str, Any]) -> None:
    assert numbers(result) and all(map(math.isfinite, numbers(result)))


def in_a_thread(measure: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """In this one, the browser of other tests runs an event loop, and a second one cannot run beside it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(measure, *arguments).result()


def test_no_benchmark_is_forgotten() -> None:
    files = {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    assert files - HELPERS == {module.__name__.split(".")[1] for module in TESTED}


@pytest.mark.browser
def test_every_page_is_opened_and_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In tabs of one visitor, which come in half the time that a new browser takes."""
    assert set(lessons.PRESSED) == set(PAGES)

    @cache
    def context(browser: Browser) -> BrowserContext:
        return browser.new_context(locale="en-US")

    def beside(browser: Browser, url: str) -> Visit:
        return Visit(browser, url, beside=context(browser))

    for module in (lessons, pages):
        monkeypatch.setattr(module, "Visit", beside)
    monkeypatch.setattr(lessons, "open_browser", partial(open_browser, "--process-per-site"))
    monkeypatch.setattr(lessons, "VISITS", 1)
    monkeypatch.setattr(lessons, "SECONDS", 0.2)
    monkeypatch.setattr(pages, "KEYS", 2)
    check(in_a_thread(lessons.measure))


@pytest.mark.browser
def test_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "VISITS", 2)
    monkeypatch.setattr(pages, "KEYS", 2)
    check(in_a_thread(pages.measure))


def test_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "VISITORS", (2,))
    monkeypatch.setattr(load.use, "__defaults__", (3.0,))
    check(in_a_thread(load.measure, load.training))


def test_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "ROUNDS", 1)
    check(size.measure(ROOT))


def test_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "NUM_POINTS", 50)
    monkeypatch.setattr(points, "TRAINING", {"epochs": 1, "num_steps": 50})
    monkeypatch.setattr(points, "NAMES", ("ring",))
    check(points.measure())
    monkeypatch.setattr(points, "FEW", {"steps": 5, "eta": 0.0})
    check(points.predicts(["ring"], [0]))


def test_diffusion(monkeypatch: pytest.MonkeyPatch, small_digits: None) -> None:
    monkeypatch.setattr(diffusion, "TRAINING", {"holdout": 0, "epochs": 1, "width": 16, "num_steps": 60})
    monkeypatch.setattr(diffusion, "WAYS", {"DDIM, 25 steps, guidance 0.5": "guided"})
    monkeypatch.setattr(diffusion, "N_TRAINED", 200)
    monkeypatch.setattr(diffusion, "N_SHIPPED", 200)
    monkeypatch.setattr(diffusion, "BATCH", 1)
    monkeypatch.setattr(diffusion, "UPDATES", 1)
    monkeypatch.setattr(diffusion, "ROUNDS", 1)
    for measure in diffusion.MEASURES.values():
        check(measure())


def test_pixels(monkeypatch: pytest.MonkeyPatch, small_digits: None) -> None:
    monkeypatch.setattr(pixels, "N_TEST", 20)
    monkeypatch.setattr(pixels, "TIMES_AS_FAST", {1: 25.0})
    monkeypatch.setattr(pixels, "ROUNDS", 1)
    monkeypatch.setattr(pixels, "PASSES", 1)
    monkeypatch.setattr(pixels, "N_DRAWN", 20)
    monkeypatch.setattr(pixels, "SEEDS", (0, 1))
    monkeypatch.setattr(drawn, "FEWEST", 20)
    found = {name: measure() for name, measure in pixels.MEASURES.items()}
    for result in found.values():
        check(result)
    exact = {one.folder.name for one in checkpoints.available() if one.recipe.measure == "exact"}
    assert exact == set(pixels.MODELS) < set(found["likelihood"])
    for name in pixels.MODELS:  # better than a coin for each pixel
        assert 0 < found["likelihood"][name]["nats per digit"] < 28 * 28 * math.log(2)
    assert found["speed"]["bars"]["1 at once, differing pixels"] == {"value": 0, "at most": 0, "met": True}
    for name in (*pixels.DRAWING, "real training digits in black and white"):
        assert found["samples"][name]["read as labelled"] > 0.5


def test_moons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moons, "TRAINING", {"epochs": 1, "hidden_dim": 8})
    monkeypatch.setattr(moons, "SEEDS", (0,))
    monkeypatch.setattr(moons, "BETAS", (1.0, 30.0))
    monkeypatch.setattr(gan, "EPOCH", {"epochs": 1, "hidden_dim": 8})
    found = {name: measure() for name, measure in moons.MEASURES.items()}
    assert set(found["claims"]) == {
        *(f"{name}, {kind}" for name in moons.SETS for kind in ("ae", "vae")),
        "all, vae, beta 30",
    }
    assert found["training"]["bars"]["in epochs of the VAE"]["value"] > 0


def test_collapse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collapse, "NUM_CODES", (16,))
    monkeypatch.setattr(collapse, "RATES", (0.003,))
    monkeypatch.setattr(collapse, "SEEDS", (0,))
    monkeypatch.setattr(usages, "NUM_UPDATES", 10)
    monkeypatch.setattr(usages, "NUM_LEARNED", 10 * usages.BATCH)
    monkeypatch.setattr(gan, "EPOCH", {"epochs": 1, "hidden_dim": 8})
    found = {name: measure() for name, measure in collapse.MEASURES.items()}
    for result in found.values():
        check(result)
    assert set(found["claims"]["16 codes, rate 0.003"]["seed 0"]) == set(usages.WAYS)


def test_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan, "EPOCH", {"epochs": 1, "hidden_dim": 8})
    monkeypatch.setattr(comparing, "N", 200)
    monkeypatch.setattr(comparing, "NUM_EXPLAINED", 2)
    monkeypatch.setattr(comparing, "ENTRANTS", [one for one in ENTRANTS if one.name in ("gan", "vqvae")])
    monkeypatch.setattr(drawing, "_PATIENCE", 0.0)
    for measure in comparing.MEASURES.values():
        check(measure())


def test_gan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gan, "TRAINING", {"epochs": 1, "hidden_dim": 8})
    monkeypatch.setattr(gan, "EPOCH", {"epochs": 1, "hidden_dim": 8})
    monkeypatch.setattr(gan, "SEEDS", (0,))
    monkeypatch.setattr(gan, "FEW_SEEDS", (1,))
    monkeypatch.setattr(gan, "NUM_POINTS", 100)
    monkeypatch.setattr(gan, "SIZES", (20, 40))
    monkeypatch.setattr(drawn, "FEWEST", 20)
    found = {name: measure() for name, measure in gan.MEASURES.items()}
    for result in found.values():
        check(result)
    assert set(found["settings"]) == set(gan.SETTINGS)
    assert sum(found["digits"]["n = 40"]["shares"].values()) == pytest.approx(1)


def test_vae_training(monkeypatch: pytest.MonkeyPatch, small_digits: None) -> None:
    monkeypatch.setattr(vae_training, "BARS", {1: 177.0})
    check(vae_training.quality(1))
    check(vae_training.speed(1))
    check(vae_training.mistakes({0: (1,)}))


def test_jobs(monkeypatch: pytest.MonkeyPatch, small_digits: None) -> None:
    monkeypatch.setattr(jobs, "SPELL", 0.5)
    for part, sizes in {
        jobs.answers: (2,),
        jobs.killed: (1,),
        jobs.listing: (4, 2),
        jobs.idle: (3,),
        jobs.watched: (2,),
        jobs.kills: (3,),
    }.items():
        check(part(*sizes))


@pytest.fixture
def small_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings in this process see 500 digits."""
    import torch

    from genmodels.data import mnist
    from genmodels.training import loop

    splits = mnist.load("train").subset(torch.arange(500)), mnist.load("test").subset(torch.arange(200))
    monkeypatch.setattr(loop, "split", lambda recipe: splits)
