"""The page on GANs in a real Chromium: what is dragged, played, and trained by hand or by a job is seen at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from genmodels.evaluation.game import NUMBERS
from genmodels.probability.dirac_gan import DiracGAN
from lessons.gan.digits import recorded as recorded_digits
from lessons.gan.points import SHIPPED, recorded
from tests.browser.helpers import Open, computed, drag, draw, grey, inside, touch
from ui.text import labels

Come = Callable[..., Page]
OWN, COMMON = labels("en")["gan"], labels("en")["common"]
PATIENCE = 60_000
AMBER = (0xFF, 0xB2, 0x0F)
PIXEL = """(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(
    Math.round((x + 3) / 6 * canvas.width), Math.round((3 - y) / 6 * canvas.height), 1, 1).data]"""
TINT = """canvas => { // which way the colour of each place leans: red less blue
    const { width, height } = canvas, { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, i) => data[4 * i] - data[4 * i + 2]);
}"""
FRAMES = """() => { // notes when the frame on screen changes, and whether the game was still going on
    const within = (one) => one.shadowRoot?.querySelector('.arena');
    const arena = () => [...document.querySelectorAll('*')].map(within).find(Boolean);
    window.seen = [];
    const look = (now) => {
        const one = arena(), update = Number(one?.dataset.update);
        if (one && update !== window.seen.at(-1)?.[1]) window.seen.push([now, update, one.hasAttribute('data-live')]);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the arena and waits until nothing on the page is being computed any more."""

    def opened(**query: object) -> Page:
        one = whole("gan", **{"game": "points", **query})
        expect(one.page.locator(".arena")).to_have_attribute("data-frame", re.compile(r"\d+"), timeout=PATIENCE)
        return computed(one)

    return opened


def button(page: Page, name: str) -> None:
    page.locator(".arena").get_by_role("button", name=COMMON[name], exact=True).click()


def at(page: Page, frame: int) -> None:
    expect(page.locator(".arena")).to_have_attribute("data-frame", str(frame), timeout=PATIENCE)


def number(page: Page, name: str) -> str:
    return str(page.locator(f".arena dl .{name} dd").text_content()).replace("−", "-")


# --- the smallest GAN


@pytest.fixture
def small(whole: Open) -> Callable[..., Page]:
    """`small(**query)` opens the page on its smallest GAN."""

    def opened(**query: object) -> Page:
        one = whole("gan", **query)
        expect(one.page.locator(".smallest")).to_have_attribute("data-step", re.compile(r"\d+"), timeout=PATIENCE)
        return one.settled()

    return opened


def test_the_start_is_dragged_and_the_path_follows_before_the_server_knows(small: Callable[..., Page]) -> None:
    page = small()
    handle = page.locator(".smallest").get_by_role("slider", name=OWN["small-start"])
    drag(handle, x=-60, y=-40, release=False)
    shown = [
        float(str(page.locator(f".smallest dd.{name}").first.text_content()).replace("−", "-"))
        for name in ("theta", "psi")
    ]
    assert shown[0] < 0.9 and shown[1] > 0.1
    page.mouse.up()
    expect(page).to_have_url(re.compile("psi="), timeout=PATIENCE)


def test_keys_on_a_slider_decide_what_becomes_of_it(small: Callable[..., Page]) -> None:
    page = small()
    arena = page.locator(".smallest")
    assert arena.get_attribute("data-fate") == DiracGAN("original").fate().replace(" ", "-") == "circles"
    slider = arena.get_by_role("slider", name=OWN["small-r1_small-said"])
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(arena).to_have_attribute("data-fate", "spirals-in")
    expect(page).to_have_url(re.compile(r"r1_small=0\.1(&|$)"), timeout=PATIENCE)


def test_a_finger_moves_the_start(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("gan", lang="zh")
    expect(page.locator(".smallest")).to_have_attribute("data-step", "0", timeout=PATIENCE)
    one.settled()
    touch(one, page.locator(".smallest").get_by_role("slider", name=labels("zh")["gan"]["small-start"]), x=-30, y=-30)
    expect(page).to_have_url(re.compile("theta="), timeout=PATIENCE)
    assert not one.overflow() and not one.troubles


# --- the arena


def test_a_frame_shows_what_was_recorded(come: Come) -> None:
    record = recorded(SHIPPED).record
    page = come(frame=120, point=7)
    for frame in (120, 121):
        at(page, frame)
        now = dict(zip(NUMBERS, record["numbers"][frame].astype(float).tolist(), strict=True))
        assert float(number(page, "value")) == pytest.approx(now["value"], abs=6e-4)
        assert float(number(page, "best-value")) == pytest.approx(now["best_value"], abs=6e-4)
        place = record["made"][frame, 7].astype(float).tolist()
        for name in ("surface", "best"):
            assert tuple(page.locator(f".arena .{name} canvas").evaluate(PIXEL, place)[:3]) == AMBER
        button(page, "step")


def test_the_surfaces_are_those_of_the_frame(come: Come) -> None:
    """Where sigmoid(D) is high the place is bluer."""
    record = recorded(SHIPPED).record
    page = come(frame=24)
    for name in ("surface", "best"):
        canvas = page.locator(f".arena .{name} canvas")
        tints = np.array(canvas.evaluate(TINT)).reshape(canvas.evaluate("one => [one.height, one.width]"))
        side = len(tints)
        rows, columns = np.meshgrid(range(1, 30, 2), range(1, 30, 2), indexing="ij")
        seen = tints[
            np.clip(np.rint((1 - rows / 30) * side).astype(int), 0, side - 1),
            np.clip(np.rint(columns / 30 * side).astype(int), 0, side - 1),
        ]
        believed = record[name][24][rows, columns].astype(float)
        assert seen[believed > 170].mean() < seen[believed < 85].mean() - 20


def test_played_sought_and_picked(come: Come) -> None:
    page, record = come(frame=0), recorded(SHIPPED).record
    at(page, 0)
    button(page, "play")
    at(page, len(record["numbers"]) - 1)
    page.mouse.click(*inside(page.locator(".arena .curves canvas"), 0.5, 0.5))
    expect(page.locator(".arena")).to_have_attribute("data-frame", re.compile(r"^10\d$"))
    frame = int(page.locator(".arena").get_attribute("data-frame") or 0)
    expect(page).to_have_url(re.compile(f"frame={frame}"), timeout=PATIENCE)
    x, y = record["made"][frame, 100].astype(float)
    page.mouse.click(*inside(page.locator(".arena .surface canvas"), (x + 3) / 6, (3 - y) / 6))
    expect(page).to_have_url(re.compile(r"point=\d+"), timeout=PATIENCE)
    page.locator(".arena .surface canvas").focus()
    before = re.search(r"point=(\d+)", page.url)
    page.keyboard.press("ArrowRight")
    assert before
    expect(page).to_have_url(re.compile(f"point={(int(before[1]) + 1) % 240}"), timeout=PATIENCE)


def test_by_hand_the_new_frames_go_on_from_those_before(come: Come) -> None:
    page = come(source="hand", updates="10")
    at(page, 0)
    for presses, who in enumerate(("b", "d", "g"), 1):
        page.locator(f".st-key-gan-move-{who} button").click()
        at(page, 10 * presses)
        expect(page.locator(".arena")).to_have_attribute("data-update", str(10 * presses))
    expect(page).to_have_url(re.compile("moves=b10-d10-g10"), timeout=PATIENCE)
    page.locator(".st-key-gan-anew button").click()
    at(page, 0)
    expect(page).not_to_have_url(re.compile("moves="), timeout=PATIENCE)


def test_another_training_stands_beside_it(come: Come) -> None:
    page = come(beside=SHIPPED, frame=50)
    spots = OWN["arena-modes-of"]
    now = dict(zip(NUMBERS, recorded(SHIPPED).record["numbers"][50].astype(float).tolist(), strict=True))
    told = spots.replace("#", f"{now['modes']:.0f}").replace("%", f"{100 * now['share']:.0f}", 1)
    expect(page.locator(".arena .best output")).to_have_text(told)


def test_points_are_drawn_beside_the_arena_and_learned_by_hand(come: Come) -> None:
    page = come(source="hand", pad="open", updates="10")
    draw(page.locator(".sketch .pad"), (0.2, 0.2), (0.8, 0.8))
    expect(page.get_by_text(re.compile(r"\d+ points are in the plane"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".arena li.mine")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile("data=drawn"), timeout=PATIENCE)
    page.locator(".st-key-gan-move-b button").click()
    at(page, 10)
    expect(page.locator(".arena dl .modes")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.alone
def test_a_training_is_seen_as_it_happens_and_gone_through_afterwards(come: Come) -> None:
    page = come()
    page.emulate_media(reduced_motion="no-preference")  # with it each look's last frame alone is shown
    page.reload()
    at(page, 210)
    page.evaluate(FRAMES)
    begun = time.monotonic()
    page.locator(".st-key-gan-collapses button").click()
    expect(page.locator(".arena[data-live]")).to_be_visible(timeout=PATIENCE)
    print(f"the first frame came {time.monotonic() - begun:.1f} s after the press")
    expect(page).to_have_url(re.compile("model=[0-9a-f]{32}"), timeout=3 * PATIENCE)
    expect(page.locator(".arena[data-live]")).to_have_count(0, timeout=PATIENCE)
    live = [(now, update) for now, update, still in page.evaluate("window.seen") if still]
    updates = [update for _, update in live]
    assert len(live) > 30 and updates == sorted(updates), "frames arrive in order while it trains"
    print(f"{1000 * len(live) / (live[-1][0] - live[0][0]):.0f} frames a second were seen")
    last = page.locator(".arena")
    expect(last).to_have_attribute("data-update", "1099", timeout=PATIENCE)
    assert re.match(r"[01] of 8", number(page, "modes")), "it has collapsed"
    button(page, "reset")
    expect(last).to_have_attribute("data-update", "0")
    expect(page.get_by_text(re.compile("1099 updates recorded"))).to_be_visible(timeout=PATIENCE)


def test_it_fits_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    one.goto("gan", lang="zh", game="points", pad="open")
    expect(one.page.locator(".arena")).to_have_attribute("data-frame", re.compile(r"\d+"), timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles


# --- digits


@pytest.fixture
def gallery(whole: Open) -> Come:
    """`gallery(**query)` opens the page on its digits."""

    def opened(**query: object) -> Page:
        one = whole("gan", **{"game": "digits", **query})
        expect(one.page.locator(".gallery .grid canvas").first).to_be_visible(timeout=PATIENCE)
        return one.settled()

    return opened


def test_two_digits_are_pressed_and_the_walk_leads_from_one_to_the_other(gallery: Come) -> None:
    page = gallery()
    tiles, walk = page.locator(".gallery .grid canvas"), page.locator(".gallery .row canvas")
    tiles.nth(12).click()
    tiles.nth(20).click()
    expect(page).to_have_url(re.compile(r"a=12&b=20"), timeout=PATIENCE)
    expect(page.locator(".gallery")).to_have_attribute("data-b", "20")
    page.wait_for_timeout(500)
    for end, chosen in ((0, 12), (-1, 20)):
        assert np.abs(grey(walk.nth(end)) - grey(tiles.nth(chosen))).max() < 0.05


def on_sheet(growth: Locator) -> np.ndarray:
    """Thirty digits in rows of ten, two pixels apart."""
    return grey(growth.locator(".sheet")).reshape(3 * 30 - 2, 10 * 30 - 2)


def test_the_training_is_dragged_through_and_played_to_the_digits_of_the_stage(gallery: Come) -> None:
    page = gallery()
    record = recorded_digits("gan-mnist")
    assert record is not None
    last, growth = len(record["numbers"]) - 1, page.locator(".growth")
    expect(growth).to_have_attribute("data-frame", str(last), timeout=PATIENCE)
    stage = grey(page.locator(".gallery .grid canvas").nth(12))
    assert np.abs(on_sheet(growth)[30:58, 60:88] - stage.reshape(28, 28)).max() < 0.05, "the digit in row 2, column 3"
    slider = growth.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    expect(growth).to_have_attribute("data-update", "0")
    page.keyboard.press("ArrowRight")
    expect(growth.locator(".frechet output")).to_have_text(f"{record['numbers'][1, 3]:.0f}")
    assert np.abs(on_sheet(growth)[:28, :28] - record["made"][1, 0] / 255).max() < 0.05
    expect(page).to_have_url(re.compile(r"frame=1(&|$)"), timeout=PATIENCE)
    expect(growth.locator(".shares canvas")).to_have_attribute(
        "aria-label", re.compile(f"^0: {100 * record['shares'][1, 0]:.0f} %, 1: ")
    )
    growth.get_by_role("button", name=COMMON["play"], exact=True).click()
    expect(growth).to_have_attribute("data-frame", str(last), timeout=PATIENCE)


def test_a_drawn_digit_is_judged(gallery: Come) -> None:
    page = gallery()
    expect(page.locator(".gallery figure.own")).to_be_hidden()
    pad = page.locator(".sketch .pad")
    draw(pad, (0.3, 0.2), (0.7, 0.2), (0.5, 0.8))
    expect(page.locator(".gallery figure.own")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".gallery figure.own")).to_have_attribute("data-logit", re.compile(r"-?\d"))
    expect(page).to_have_url(re.compile(r"x="), timeout=PATIENCE)


def test_the_digits_fit_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    one.goto("gan", lang="zh", game="digits")
    expect(one.page.locator(".gallery .grid canvas").first).to_be_visible(timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
