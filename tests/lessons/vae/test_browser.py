"""The VAE explorer as a visitor uses it: by mouse, finger and keys, in a real Chromium."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from genmodels.data.pictures import from_upload
from genmodels.errors import Problem
from genmodels.evaluation.latent import LatentMap
from genmodels.training import checkpoints
from tests.bad_pictures import bad_pictures
from tests.browser.helpers import Open, draw, inside, stroke, touch
from tests.runs import train_small
from tools.browser import Server, Visit
from ui.text import fill, labels

WORDS = labels("en")["common"] | labels("en")["vae"]
DECODE = "([epoch, z]) => Array.from(globalThis.genmodels.get('vae-mnist').decoder(`epoch-${epoch}.`)(z))"


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def move(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at `start`, move, release at `end`; both as shares of the plane's square."""
    draw(page.locator(".square"), start, end)


def pixels(page: Page, figure: str = "xhat") -> bytes:
    """What a small picture shows."""
    script = "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)"
    return bytes(page.locator(f"figure.{figure} canvas").evaluate(script))


def equation(page: Page) -> str:
    """The live equation as the browser shows it."""
    total, reconstruction, kl = page.locator(".equation b").all_text_contents()
    return f"{total} = {reconstruction} + {kl}"


def expect_printed(page: Page, line: str) -> None:
    """Python's own equation, under the snippet."""
    expect(page.locator("p", has_text=labels("en")["common"]["prints"]).locator("code")).to_have_text(line)


@pytest.mark.parametrize("epoch", [0, 2, 20])
def test_the_browser_decodes_as_torch_does(visit: Open, epoch: int) -> None:
    page = visit().goto("vae", lang="en")
    model = checkpoints.get("vae-mnist").model("cpu", epoch=epoch)
    for z in np.random.default_rng(epoch).normal(0, 1.5, (20, 2)):
        here = np.array(page.evaluate(DECODE, [epoch, z.tolist()]))
        there = model.decode(torch.tensor(z, dtype=torch.float32)[None]).numpy().ravel()
        assert np.abs(here - there).max() < 1e-5


def test_dragging_decodes_at_once_and_says_nothing_to_the_server(visit: Open) -> None:
    one = visit()
    sent: list[int] = []
    one.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page = one.goto("vae", lang="en")
    box = page.locator(".square").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    before, seen = len(sent), set()
    for step in range(30):
        page.mouse.move(box["x"] + (0.3 + 0.01 * step) * box["width"], box["y"] + 0.4 * box["height"])
        seen.add(pixels(page))
    assert len(seen) > 25, "a new picture for nearly every move"
    assert len(sent) == before, "nothing is sent while the pointer moves"
    page.mouse.up()
    expect(page).to_have_url(re.compile("z1="))
    assert len(sent) > before
    one.settled()
    expect_printed(page, equation(page))
    assert one.troubles == []


def test_arrow_keys_move_the_point(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en", z1=0.5, z2=0.5)
    before = pixels(page)
    page.locator(".handle.z").focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowUp"):
        page.keyboard.press(key)
    assert pixels(page) != before
    expect(page).to_have_url(re.compile(r"z1=0\.55&z2=0\.8\b"))
    page.keyboard.press("r")
    expect(page).not_to_have_url(re.compile("z1=0.55"))
    one.settled()
    expect_printed(page, equation(page))


def test_a_finger_moves_the_point(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("vae", lang="en")
    square = page.locator(".square")
    square.scroll_into_view_if_needed()
    before, top = pixels(page), square.bounding_box()
    touch(one, square, x=56, y=70, start=(0.3, 0.3))
    expect(page).to_have_url(re.compile("z1="))
    assert pixels(page) != before
    assert square.bounding_box() == top, "the page does not scroll under the finger"


def test_scrubbing_through_the_epochs(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en")
    slider = page.get_by_role("slider", name=WORDS["stage-epoch"], exact=True)
    slider.focus()
    for epoch, key in ((10, "ArrowLeft"), (5, "ArrowLeft"), (0, "Home")):
        page.keyboard.press(key)
        expect(page.locator(".epochs output")).to_have_text(str(epoch))
    expect(page).to_have_url(re.compile("epoch=0"))
    one.settled()
    assert equation(page).startswith("5"), "before training every pixel costs about log 2"
    expect_printed(page, equation(page))
    page.locator(".epochs").get_by_role("button", name=WORDS["stage-play"]).click()
    expect(page.locator(".epochs output")).to_have_text("20", timeout=15_000)
    expect(page).not_to_have_url(re.compile("epoch="))
    one.settled()
    expect_printed(page, equation(page))


def test_the_manifold_shows_the_nearest_training_digits(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en")
    page.get_by_role("radio", name=WORDS["stage-mode-manifold"]).click()
    move(page, (0.975, 0.025), (0.975, 0.025))  # the tile at the upper right
    expect(page).to_have_url(re.compile(r"z1=1\.6449&z2=1\.6449"))
    expect(page.get_by_role("heading", name=WORDS["nearest"])).to_be_visible()
    one.settled()
    captions = page.locator(".st-key-neighbours .tiles figcaption")
    expect(captions).to_have_count(9)
    distances = [float(caption.split(" · ")[1]) for caption in captions.all_text_contents()[1:]]
    assert distances == sorted(distances)
    page.locator(".handle.z").focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"z1=1\.2967"))  # the grid's next value


def test_the_ends_of_a_path_snap_to_test_digits(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en", mode="path")
    handle, box = page.locator(".handle.b").bounding_box(), page.locator(".square").bounding_box()
    assert handle
    assert box
    start = ((handle["x"] + 10 - box["x"]) / box["width"], (handle["y"] + 10 - box["y"]) / box["height"])
    move(page, start, (0.3, 0.2))
    expect(page).to_have_url(re.compile(r"to=\d+"))
    one.settled()
    expect(page.locator("figure.b p")).to_have_text(re.compile(rf"\b{query(page)['to']}\b"))
    shown = page.locator(".strip canvas")
    expect(shown).to_have_count(11)
    slider = page.get_by_role("slider", name=WORDS["stage-mode-path"], exact=True)
    slider.focus()
    before = pixels(page)
    page.keyboard.press("End")
    assert pixels(page) != before
    expect(page).to_have_url(re.compile(r"t=1(\.0)?\b"))
    assert one.troubles == []


def test_a_numeral_shows_its_class_alone(visit: Open) -> None:
    page = visit().goto("vae", lang="en")
    numeral = page.locator(".numerals button", has_text="1")
    url = page.url
    numeral.click()
    expect(numeral).to_have_attribute("aria-pressed", "true")
    numeral.click()
    expect(numeral).to_have_attribute("aria-pressed", "false")
    assert page.url == url, "a click on a numeral does not move the point"


LABELS = """() => {
    const root = document.querySelector('.st-key-stage [data-testid="stBidiComponentIsolated"]').shadowRoot;
    const all = [...root.querySelectorAll('.square .pill, .numerals button, .handle')];
    const square = root.querySelector('.square').getBoundingClientRect();
    const boxes = all.map((one) => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width);
    const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const gap = (a, b) => Math.hypot(...middle(a).map((v, d) => v - middle(b)[d])) - (a.width + b.width) / 2;
    const round = (box) => Math.abs(box.width - box.height) < 1;
    const hit = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
        && !(round(a) && round(b) && gap(a, b) > -1);
    const before = (box, i) => boxes.slice(0, i).filter((one) => hit(one[1], box)).map(([name]) => name);
    const pairs = boxes.map(([name, box], i) => [name, ...before(box, i)]).filter((names) => names.length > 1);
    const outside = boxes.filter(([, box]) => box.left < square.left || box.right > square.right);
    return { count: boxes.length, pairs, outside: outside.map(([name]) => name) };
}"""


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("view", [{}, {"digit": 5}, {"z1": 0.1, "z2": 0.0}, {"z1": -1.2, "z2": 0.4}], ids=str)
def test_no_label_of_the_map_hides_another_one_or_the_point(visit: Open, width: int, view: dict[str, float]) -> None:
    page = visit(width=width).goto("vae", lang="en", **view)
    page.locator(".square .pill").nth(2).wait_for(state="attached")
    found = page.evaluate(LABELS)
    assert found["count"] == 14, "ten numerals, the point, three names"
    assert not found["pairs"] and not found["outside"]


def test_drawing_a_digit_and_following_its_link(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en")
    draw(page.get_by_label(WORDS["sketch-pad"]).first, (0.25, 0.2), (0.75, 0.22), (0.43, 0.85))
    expect(page.locator("figure.x p")).to_have_text(WORDS["x-own"])
    expect(page).to_have_url(re.compile(r"x=[\w-]{100}"))
    one.settled()
    drawn, said = pixels(page, "x"), equation(page)
    expect_printed(page, said)
    other = visit(theme="light")
    tab = other.goto("vae", **query(page))
    expect(tab.locator("figure.x p")).to_have_text(WORDS["x-own"])
    assert pixels(tab, "x") == drawn
    assert equation(tab) == said
    assert one.troubles == other.troubles == []


BOXES = """() => {
    const root = document.querySelector('.st-key-stage [data-testid="stBidiComponentIsolated"]').shadowRoot;
    return ['.square', '.pad', 'figure.x', 'figure.xhat'].map((one) => {
        const { top, bottom } = root.querySelector(one).getBoundingClientRect();
        return { top, bottom };
    });
}"""


@pytest.mark.parametrize("screen", [(1280, 720), (390, 844)])
def test_with_each_stroke_the_dot_moves_on_the_map_beside_the_pad(visit: Open, screen: tuple[int, int]) -> None:
    one = visit(width=screen[0], height=screen[1])
    page = one.goto("vae", lang="en")
    page.locator(".st-key-next").wait_for(state="attached")
    one.settled()
    if screen[0] < 400:
        page.locator(".square").evaluate("one => one.scrollIntoView({ block: 'center' })")
    scrolled = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    square, pad, *pictures = page.evaluate(BOXES)
    assert 0 <= square["top"] < square["bottom"] <= screen[1], "the map is on the first screen"
    assert 0 <= pad["top"] < pad["bottom"] <= screen[1], "and so is the pad"
    for small in pictures if screen[0] > 400 else ():
        assert small["bottom"] <= screen[1], "x and what is made of it too"
    runs, places = [], [page.locator(".handle.z").bounding_box()]
    for points in (((0.3, 0.2), (0.3, 0.5), (0.7, 0.5)), ((0.7, 0.15), (0.68, 0.9))):
        before = page.url
        draw(page.get_by_label(WORDS["sketch-pad"]).first, *points)
        expect(page).not_to_have_url(before)
        page.wait_for_timeout(600)
        one.settled()
        places.append(page.locator(".handle.z").bounding_box())
        runs.append(pixels(page))
    assert all(here and there and here != there for here, there in itertools.pairwise(places)), "with each stroke"
    assert runs[0] != runs[1], "and the decoded picture with it"
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    assert "z1" not in query(page) and len(query(page)["x"]) > 50
    expect_printed(page, equation(page))
    page.wait_for_function("() => !document.documentElement.hasAttribute('data-behind')")
    assert one.troubles == []


def test_the_rail_is_marked_while_the_point_is_moved(visit: Open) -> None:
    page = visit().goto("vae", lang="en")
    behind = "() => document.documentElement.hasAttribute('data-behind')"
    page.locator(".st-key-next").wait_for(state="attached")
    assert not page.evaluate(behind)
    square = page.locator(".square")
    stroke(page, inside(square, 0.3, 0.3), inside(square, 0.4, 0.4), release=False)
    assert page.evaluate(behind)
    page.mouse.up()
    page.wait_for_function(f"() => !({behind})()")


def test_another_test_digit_takes_the_drawing_off_the_pad(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en")
    pad = page.get_by_label(WORDS["sketch-pad"]).first
    draw(pad, (0.25, 0.2), (0.75, 0.22), (0.43, 0.85))
    expect(page.locator("figure.x p")).to_have_text(WORDS["x-own"])
    expect(pad.locator(".ink path")).to_have_count(1)
    page.get_by_text(WORDS["other-picture"]).click()
    page.get_by_role("radio", name=WORDS["source-test"], exact=True).click()
    page.get_by_label(WORDS["digit-number"]).fill("42")
    page.keyboard.press("Enter")
    expect(page.locator("figure.x p")).to_have_text(re.compile(r"\b42\b"))
    expect(pad.locator(".ink path")).to_have_count(0)
    one.settled()
    expect_printed(page, equation(page))
    assert one.troubles == []


def test_the_copied_link_is_this_state(visit: Open) -> None:
    one = visit()
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = one.goto("vae", lang="zh", digit=42, epoch=2)
    page.get_by_role("button", name=labels("zh")["common"]["copy-link"]).click()
    expect(page.get_by_text(labels("zh")["common"]["copied"])).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{one.url}/vae?lang=zh&epoch=2&digit=42"


def test_every_bad_file_gets_its_sentence(visit: Open, tmp_path: Path) -> None:
    one = visit()
    page = one.goto("vae", lang="en")
    page.get_by_text(WORDS["other-picture"]).click()
    for name, data in bad_pictures().items():
        path = tmp_path / f"{name}.png"
        path.write_bytes(data)
        with pytest.raises(Problem) as refused:
            from_upload(data)
        page.locator("input[type=file]").set_input_files(path)
        if len(data) > 10_000_000:  # Streamlit itself refuses these, before they are sent
            expect(page.get_by_text("File must be 10.0MB or smaller.")).to_be_visible()
        else:
            sentence = labels("en")["problem"][refused.value.code].format(**refused.value.values)
            expect(page.locator('[class*="st-key-notice"]')).to_contain_text(sentence)
        expect(page.locator("figure.x p")).to_have_text(fill(WORDS["x-test"], {"digit": 0, "label": 7}))
        expect(page.locator(".stException")).to_have_count(0)
        remove = page.get_by_role("button", name=re.compile("^Remove"))
        remove.click()
        expect(remove).to_have_count(0)
        expect(page.locator('[class*="st-key-notice"]')).to_have_count(0)
    one.settled()
    assert one.troubles == []


def test_a_good_photo_is_taken(visit: Open, tmp_path: Path) -> None:
    from tests.bad_pictures import good_pictures

    one = visit()
    page = one.goto("vae", lang="en")
    page.get_by_text(WORDS["other-picture"]).click()
    name, data = next(iter(good_pictures().items()))
    path = tmp_path / Path(name).name
    path.write_bytes(data)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("figure.x p")).to_have_text(WORDS["x-own"])
    one.settled()
    expect_printed(page, equation(page))


def test_the_guess_and_the_experiment(visit: Open) -> None:
    one = visit()
    page = one.goto("vae", lang="en", epoch=5)
    page.get_by_text(WORDS["predict-b"]).click()
    page.get_by_role("button", name=WORDS["predict-do"]).click()
    expect(page.locator(".epochs output")).to_have_text("0")
    expect(page.get_by_text(WORDS["predict-b-answer"]).first).to_be_visible()


# --- own runs: D dimensions, of which the plane is a cut


@pytest.fixture(scope="module")
def own_run(server: Server) -> Callable[..., str]:
    """`own_run(**settings)` trains a small one for the session's server; its key."""
    return lambda **settings: train_small(server.log.parent / "home", best=2, **{"learning_rate": 0.01, **settings})


def goto_run(one: Visit, key: str, **query: object) -> Page:
    """The page of a run, once its map has been made and the picture painted."""
    page = one.goto("vae", lang="en", model=key, **query)
    expect(page.locator(".latent-plane[data-pixels]")).to_be_visible(timeout=30_000)
    expect(page.locator("p", has_text=labels("en")["common"]["prints"]).locator("code")).to_be_visible(timeout=30_000)
    return one.settled()


@pytest.mark.parametrize("dim", [1, 8])
def test_the_plane_of_an_own_run_decodes_as_torch_does(
    visit: Open, own_run: Callable[..., str], server: Server, dim: int
) -> None:
    key = own_run(latent_dim=dim)
    space = LatentMap(checkpoints.open_folder(server.log.parent / "home" / "trained" / key), "cpu")
    one = visit()
    page = goto_run(one, key)
    expect(page.locator(".epochs output")).to_have_text("2")
    expect_printed(page, equation(page))
    expect(page.get_by_role("radio", name=WORDS["stage-mode-manifold"])).to_have_count(0)
    script = DECODE.replace("vae-mnist", key)
    for index, epoch in enumerate(space.epochs):
        for point in np.random.default_rng(epoch).normal(0, 1.5, (5, 2)):
            here = np.array(page.evaluate(script, [epoch, point.tolist()]))
            z = torch.tensor(space.plane.lift(point), dtype=torch.float32)[None]
            assert np.abs(here - space.models[index].decode(z).numpy().ravel()).max() < 1e-5
    move(page, (0.5, 0.5), (0.7, 0.3))
    expect(page).to_have_url(re.compile("z1="))
    one.settled()
    expect_printed(page, equation(page))
    assert (query(page)["z2"] == "0.0") == (dim == 1), "a line has no height"
    assert query(page)["model"] == key
    assert one.troubles == []


def test_draws_in_a_plane_come_from_the_ellipse_that_is_shown(visit: Open, own_run: Callable[..., str]) -> None:
    one = visit()
    page = goto_run(one, own_run(latent_dim=8), z1=2, z2=2)
    away = pixels(page)
    page.get_by_role("button", name=WORDS["stage-draw-q"]).click()
    assert pixels(page) != away
    page.get_by_role("button", name=WORDS["stage-reset"], exact=True).click()
    expect(page).not_to_have_url(re.compile("z1=2&"))
    one.settled()
    expect_printed(page, equation(page))
    assert one.troubles == []


def test_another_run_takes_the_place_of_the_one_on_the_page(visit: Open, own_run: Callable[..., str]) -> None:
    """In one session: decoder, epochs and modes are the other run's, the picture stays."""
    key = own_run(latent_dim=3, hidden_dim=256, learning_rate=0.001)
    one = visit()
    page = one.goto("vae", lang="en", digit=42, epoch=5, epochs=3, latent_dim=3)
    page.get_by_role("button", name=labels("en")["common"]["train-open"]).click(timeout=30_000)
    expect(page).to_have_url(re.compile(f"model={key}"), timeout=30_000)
    expect(page.get_by_role("radio", name=WORDS["stage-mode-manifold"])).to_have_count(0, timeout=30_000)
    expect(page.locator(".epochs output")).to_have_text("2")
    expect(page.locator("figure.x p")).to_have_text(re.compile(r"\b42\b"))
    one.settled()
    expect_printed(page, equation(page))
    assert (query(page).get("epoch"), query(page)["digit"]) == (None, "42")
    move(page, (0.5, 0.5), (0.6, 0.4))
    expect(page).to_have_url(re.compile("z1="))
    one.settled()
    expect_printed(page, equation(page))
    assert one.troubles == []
