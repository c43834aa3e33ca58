"""The first page in a real Chromium: leaves open pages, the two pictures, what was solved, digits that follow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from lessons.home.leaves import LEAVES, NUM, entrant
from lessons.home.leaves import draw as draw_leaves
from lessons.home.scene import DIGITS, MODEL, START, STEPS, Drawn, draw
from tests.browser.helpers import Open, drag, grey, touch
from tests.lessons.home.marks import MARKS, NUMBERS
from tests.own_pages import with_pages
from tools.browser import ROOT, Server, Visit, start_server
from ui.course import LESSONS, page_of
from ui.goals import goals_of
from ui.text import labels

OWN, COMMON = labels("en")["home"], labels("en")["common"]
PATIENCE = 60_000  # ms; a network computes
KEPT = "genmodels:progress"
LISTEN = """stage => new MutationObserver(() => (globalThis.seen ??= new Set()).add(stage.dataset.step))
    .observe(stage, { attributes: true })"""  # every step that is shown
BLOCKED = """Object.defineProperty(globalThis, 'localStorage', {
    get() { throw new DOMException('no', 'SecurityError'); },
})"""
TRUSTED = {"prior": 1, "sensitivity": 99, "specificity": 99.95}  # meets the challenge "trust" of that page
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
SAME_VISIT = "globalThis.sameVisit = true"
AT_REST = "family => Promise.all(family.getAnimations({ subtree: true }).map((one) => one.finished)).then(() => {})"
TREE, PATH = ".family", ".st-key-course_path .path"
BOXES = """family => Object.fromEntries([...family.querySelectorAll('.leaf')].map((leaf) => {
    const { left, right, top, bottom } = leaf.firstChild.getBoundingClientRect();
    return [leaf.dataset.name, { left, right, top, bottom }];
}))"""
LABELS = """family => [...family.querySelectorAll('.leaf > *')].map((label) => {
    const { left, right, top, bottom } = label.getBoundingClientRect();
    return { left, right, top, bottom };
})"""  # of leaves and of what stands beside them
RINGS = """family => [...family.querySelectorAll('circle.share')].map((ring) => {
    const { left, right, top, bottom } = ring.getBoundingClientRect();
    const [filled] = ring.getAttribute('stroke-dasharray').split(' ');
    return [(left + right) / 2, (top + bottom) / 2, Number(filled) / (2 * Math.PI * ring.r.baseVal.value)];
})"""


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return list(draw(0))[-1]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The course with measurements of its models that are this test's own."""
    source = (ROOT / "pages" / "home.py").read_text(encoding="utf-8").replace("from __future__ import annotations", "")
    given = [tuple(vars(mark).values()) for mark in MARKS]
    begin = "from __future__ import annotations\nfrom lessons.home import measures\n"
    begin += f"measures.measured = lambda: tuple(measures.Mark(*one) for one in {given!r})\n"
    root = with_pages(tmp_path_factory.mktemp("course"), {"home": begin + source})
    with start_server(root=root) as running:
        running.wait_until("readyz")
        yield running


def come(visit: Open, width: int = 1440, **query: object) -> Visit:
    """Home, once its leaves are drawn, and whatever is below."""
    one = visit(width=width)
    one.goto(**{"lang": "en", **query})
    expect(one.page.locator(".strip[data-drawn]")).to_have_count(len(LEAVES), timeout=PATIENCE)
    expect(one.page.locator(".st-key-next")).to_be_attached(timeout=PATIENCE)
    one.settled()
    return one


def watch(visit: Open, width: int = 1440, **query: object) -> Page:
    """Home, once the ten digits further down are drawn too."""
    page = come(visit, width, **query).page
    expect(page.locator(".emerging[data-whole]")).to_be_visible(timeout=PATIENCE)
    return page


def leaf(page: Page, family: str) -> Locator:
    return page.locator(f'.leaf[data-name="{family}"] > a')


def kept(page: Page) -> dict[str, list[str]]:
    """What the browser keeps."""
    return dict(json.loads(page.evaluate(f"localStorage.getItem('{KEPT}')") or '{"solved": {}}')["solved"])


def keep(page: Page, value: object) -> None:
    text = value if isinstance(value, str) else json.dumps({"solved": value})
    page.add_init_script(f"localStorage.getItem({KEPT!r}) ?? localStorage.setItem({KEPT!r}, {json.dumps(text)})")


# --- the tree


def test_each_leaf_shows_what_its_model_drew(visit: Open) -> None:
    page, whole = come(visit).page, list(draw_leaves(0))[-1]
    for family in LEAVES:
        canvases = leaf(page, family).locator("canvas")
        expect(canvases).to_have_count(NUM)
        for number in range(NUM):
            wanted = whole.pictures[family][number].ravel() / 255
            assert np.abs(grey(canvases.nth(number)) - wanted).max() < 0.02


@pytest.mark.parametrize("family", list(LEAVES))
def test_a_leaf_opens_its_page_within_the_visit(visit: Open, family: str) -> None:
    """By mouse and by key; the script's world stays, so the page was not loaded anew."""
    one = come(visit)
    one.page.evaluate(SAME_VISIT)
    page_of_leaf = page_of(entrant(family).model)
    if family == "vae":
        leaf(one.page, family).focus()
        one.page.keyboard.press("Enter")
    else:
        leaf(one.page, family).click()
    expect(one.page.locator("h1")).to_have_text(labels("en")[str(page_of_leaf)]["title"], timeout=PATIENCE)
    one.settled()
    assert one.page.url.split("?")[0].endswith(f"/{page_of_leaf}") and "lang=en" in one.page.url
    assert ("game=digits" in one.page.url) == (family == "gan")
    assert one.page.evaluate("globalThis.sameVisit") and one.troubles == []


def test_a_leaf_is_a_link_that_a_new_tab_can_open(visit: Open) -> None:
    one = come(visit)
    href = leaf(one.page, "gan").evaluate("link => link.href")
    assert href == f"{one.url}/gan?lang=en&game=digits"
    one.page.goto(href)
    expect(one.page.locator("h1")).to_have_text(labels("en")["gan"]["title"], timeout=PATIENCE)


def test_leaves_stand_below_each_other_and_within_one_screen(visit: Open) -> None:
    one = come(visit)
    boxes = one.page.locator(TREE).evaluate(BOXES)
    assert list(boxes) == list(LEAVES)
    each = list(boxes.values())
    assert len({round(box["left"]) for box in each}) == 1
    assert all(below["top"] > above["bottom"] + 4 for above, below in pairwise(each))
    assert one.page.locator(".st-key-picture-column .st-key-stage").bounding_box()["y"] < 240
    for part in (".st-key-stage", PATH):
        box = one.page.locator(part).bounding_box()
        assert box and box["y"] + box["height"] <= 900
    assert one.overflow() == []


def test_on_a_phone_the_tree_is_an_indented_list_below_the_first_thing_to_do(visit: Open) -> None:
    one = come(visit, width=390)
    begin = one.page.locator(".st-key-course_path_next .next")
    expect(begin).to_contain_text(OWN["path-first"])
    boxes = one.page.locator(TREE).evaluate(BOXES)
    indent = one.page.locator("li[data-name=root] > p").bounding_box()["x"]
    assert all(box["left"] > indent + 10 and box["right"] <= 390 for box in boxes.values())
    assert begin.bounding_box()["y"] < 400 < boxes["gan"]["top"]
    assert one.page.locator(f"{PATH} .next").count() == 0 or not one.page.locator(f"{PATH} .next").is_visible()
    assert one.overflow() == []


def test_drawing_again_keeps_what_is_there_until_the_new_ones_come(visit: Open) -> None:
    page = come(visit, seed=11).page
    before = grey(leaf(page, "vae").locator("canvas").first)
    page.get_by_role("button", name=OWN["again"], exact=True).click()
    expect(page).to_have_url(re.compile(r"[?&]seed=12\b"))
    wanted = next(draw_leaves(12)).pictures["vae"][0].ravel() / 255
    assert np.abs(wanted - before).max() > 0.02
    for _ in range(PATIENCE // 100):  # there is a picture at every moment: of before, then the new one
        now = grey(leaf(page, "vae").locator("canvas").first)
        is_new = np.abs(now - wanted).max() < 0.02
        assert is_new or np.abs(now - before).max() < 0.02
        if is_new:
            break
        page.wait_for_timeout(100)
    assert is_new


# --- the axes


def test_the_same_leaves_go_to_their_numbers_and_back(visit: Open, measured: Server) -> None:
    one = come(lambda **settings: visit(at=measured, **settings))
    tree = one.page.locator(TREE).evaluate(BOXES)
    one.page.get_by_role("radio", name=OWN["picture-trilemma"]).click()
    expect(one.page).to_have_url(re.compile(r"[?&]picture=trilemma\b"))
    expect(one.page.locator("circle.share")).to_have_count(len(MARKS))
    one.page.locator(TREE).evaluate(AT_REST)
    rings = one.page.locator(TREE).evaluate(RINGS)
    boxes = one.page.locator(TREE).evaluate(BOXES)
    for mark, (x, y, share) in zip(MARKS, rings, strict=True):
        assert abs(share - mark.coverage) < 0.01
        if mark.is_leaf:  # its words stand beside its ring
            box = boxes[mark.family]
            away = max(box["left"] - x, x - box["right"], box["top"] - y, y - box["bottom"])
            assert 0 < away < 30
            expect(leaf(one.page, mark.family)).to_contain_text(f"{100 * mark.coverage:.0f} %")
    by_time = sorted(range(len(MARKS)), key=lambda i: MARKS[i].milliseconds)
    by_quality = sorted(range(len(MARKS)), key=lambda i: MARKS[i].times_real)
    assert [rings[i][0] for i in by_time] == sorted(ring[0] for ring in rings), "slower is further right"
    assert [rings[i][1] for i in by_quality] == sorted(ring[1] for ring in rings), "nearer to real is further up"
    one.page.get_by_role("radio", name=OWN["picture-tree"]).click()
    expect(one.page.locator("circle.share")).to_have_count(0)
    one.page.locator(TREE).evaluate(AT_REST)
    assert one.page.locator(TREE).evaluate(BOXES) == tree
    assert one.troubles == []


@pytest.mark.parametrize(("lang", "width"), [("en", 1440), ("zh", 1440), ("en", 390), ("zh", 390)])
def test_the_link_opens_the_axes_and_no_words_lie_over_others(
    visit: Open, measured: Server, lang: str, width: int
) -> None:
    one = come(lambda **settings: visit(at=measured, **settings), width=width, lang=lang, picture="trilemma")
    boxes = one.page.locator(TREE).evaluate(LABELS)
    assert len(boxes) == len(MARKS)
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            across = min(a["right"], b["right"]) - max(a["left"], b["left"])
            down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            assert across <= 1 or down <= 1
    assert one.overflow() == []
    leaf(one.page, "vqvae").click()
    expect(one.page.locator("h1")).to_have_text(labels(lang)["vqvae"]["title"], timeout=PATIENCE)


def test_where_motion_is_welcome_the_leaves_move(visit: Open, measured: Server) -> None:
    one = come(lambda **settings: visit(at=measured, **settings))
    one.page.emulate_media(reduced_motion="no-preference")
    one.page.evaluate("""() => {
        const animate = Element.prototype.animate;
        globalThis.moves = 0;
        Element.prototype.animate = function (...all) {
            globalThis.moves += this.matches('.leaf > a');
            return animate.apply(this, all);
        };
    }""")
    one.page.get_by_role("radio", name=OWN["picture-trilemma"]).click()
    expect(one.page.locator("circle.share")).to_have_count(len(NUMBERS))
    assert one.page.evaluate("globalThis.moves") == len(LEAVES)


# --- the path, and what was solved


def test_the_first_thing_to_do_is_said_and_done_with_one_click(visit: Open) -> None:
    one = come(visit)
    one.page.evaluate(SAME_VISIT)
    begin = one.page.locator(f"{PATH} .next")
    expect(begin).to_contain_text(OWN["path-first"])
    expect(begin).to_contain_text(labels("en")[LESSONS[0]]["title"])
    expect(one.page.locator(f"{PATH} .lesson")).to_have_count(len(LESSONS))
    begin.click()
    expect(one.page.locator("h1")).to_have_text(labels("en")[LESSONS[0]]["title"], timeout=PATIENCE)
    assert one.page.evaluate("globalThis.sameVisit")


def test_what_is_solved_on_a_lesson_stays_after_a_reload_and_stands_on_the_path(visit: Open) -> None:
    """On the page on Bayes’ rule, by a link to a test that one can trust."""
    one = visit()
    page = one.goto("bayes", lang="en", **TRUSTED)
    expect(page.locator(".st-key-next")).to_be_attached(timeout=PATIENCE)
    row = page.locator('[class*="st-key-goals-trust"] p').first
    expect(row).to_contain_text(COMMON["done"])
    page.wait_for_function(f"() => localStorage.getItem('{KEPT}')")
    assert kept(page) == {"bayes": ["trust"]}
    page.goto(f"{one.url}/bayes?lang=zh")
    expect(page.locator(".st-key-next")).to_be_attached(timeout=PATIENCE)
    one.settled()
    before = "p => getComputedStyle(p, '::after').content"
    assert labels("zh")["common"]["solved-before"] in row.evaluate(before)
    others = page.locator('[class*="st-key-goals-"] p').all()
    assert sum("none" not in other.evaluate(before) for other in others) == 1
    page.goto(f"{one.url}/?lang=en")
    own = page.locator(f'{PATH} .lesson[data-page="bayes"]')
    solved = OWN["path-solved"].replace("##", str(len(goals_of("bayes")))).replace("#", "1")
    expect(own).to_contain_text(solved)
    expect(page.locator(f"{PATH} .next")).to_contain_text(OWN["path-next"])
    expect(page.locator(f"{PATH} .next")).to_contain_text(labels("en")["likelihood"]["title"])
    assert one.troubles == []


def test_progress_is_forgotten_and_comes_back_with_undo(visit: Open) -> None:
    one = visit()
    keep(one.page, {"bayes": ["trust", "half"], "vae": ["between"]})
    page = one.goto(lang="en")
    total = sum(len(goals_of(lesson)) for lesson in LESSONS)
    said = page.locator(f"{PATH} [role=status]")
    expect(said).to_have_text(OWN["path-total"].replace("##", str(total)).replace("#", "3"))
    page.get_by_role("button", name=OWN["path-forget"]).click()
    expect(said).to_have_text(OWN["path-forgotten"])
    expect(page.locator(f"{PATH} .next")).to_contain_text(OWN["path-first"])
    assert kept(page) == {}
    page.keyboard.press("Enter")  # the focus is on what takes it back
    expect(said).to_contain_text("3")
    assert kept(page) == {"bayes": ["half", "trust"], "vae": ["between"]}


def test_what_is_forgotten_does_not_come_back_within_the_visit(visit: Open) -> None:
    one = visit()
    page = one.goto("bayes", lang="en", **TRUSTED)
    page.wait_for_function(f"() => localStorage.getItem('{KEPT}')", timeout=PATIENCE)
    one.settled()
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=OWN["menu"]).click()
    expect(page.locator(".st-key-next")).to_be_attached(timeout=PATIENCE)
    one.settled()
    page.get_by_role("button", name=OWN["path-forget"]).click()
    expect(page.locator(f"{PATH} [role=status]")).to_have_text(OWN["path-forgotten"])
    one.settled()
    menu.get_by_role("link", name=labels("en")["bayes"].get("menu", labels("en")["bayes"]["title"])).click()
    expect(page.locator("h1")).to_have_text(labels("en")["bayes"]["title"])
    expect(page.locator('[class*="st-key-goals-trust"]')).to_be_attached(timeout=PATIENCE)
    one.settled()
    assert kept(page) == {}


@pytest.mark.parametrize("trouble", [BLOCKED, FULL])
def test_a_browser_that_keeps_nothing_is_told_and_remembers_until_it_is_closed(visit: Open, trouble: str) -> None:
    one = visit()
    one.page.add_init_script(trouble)
    page = one.goto("bayes", lang="en", **TRUSTED)
    expect(page.locator('[class*="st-key-goals-trust"]')).to_be_attached(timeout=PATIENCE)
    one.settled()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=OWN["menu"]).click()
    expect(page.locator(PATH)).to_contain_text(OWN["path-blocked"], timeout=PATIENCE)
    expect(page.locator(f'{PATH} .lesson[data-page="bayes"]')).to_contain_text("1 of")
    assert one.troubles == []


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "null",
        "[1]",
        '{"solved": 3}',
        '{"solved": {"bayes": "half", "__proto__": ["x"], "vae": [1, null, "<img src=x onerror=alert(1)>"]}}',
        json.dumps({"solved": {"no-such-page": ["half"], "bayes": ["no-such-challenge"]}}),
    ],
)
def test_what_the_browser_says_is_not_believed(visit: Open, damage: str) -> None:
    one = visit()
    keep(one.page, damage)
    page = one.goto(lang="en")
    expect(page.locator(f"{PATH} .next")).to_contain_text(OWN["path-first"])
    expect(page.locator(f"{PATH} .lesson")).to_have_count(len(LESSONS))
    assert page.locator(f"{PATH} img").count() == 0 and one.troubles == []


def test_another_tab_hears_of_it(visit: Open) -> None:
    one = visit()
    page = one.goto(lang="en")
    expect(page.locator(f"{PATH} .next")).to_contain_text(OWN["path-first"])
    other = one.context.new_page()
    other.goto(f"{one.url}/readyz")
    other.evaluate(f"localStorage.setItem('{KEPT}', JSON.stringify({{ solved: {{ bayes: ['half'] }} }}))")
    expect(page.locator(f"{PATH} .next")).to_contain_text(OWN["path-next"])
    other.evaluate("localStorage.clear()")
    expect(page.locator(f"{PATH} .next")).to_contain_text(OWN["path-first"])
    other.close()


def test_who_has_solved_everything_is_told_so(visit: Open) -> None:
    one = visit()
    keep(one.page, {page: list(goals_of(page)) for page in LESSONS})
    page = one.goto(lang="en")
    total = str(sum(len(goals_of(lesson)) for lesson in LESSONS))
    expect(page.locator(f"{PATH} [role=status]")).to_have_text(OWN["path-all"].replace("##", total))
    expect(page.locator(f"{PATH} .next")).to_have_count(0)
    expect(page.locator(f"{PATH} .dot.all")).to_have_count(len(LESSONS))


# --- one being drawn


def handle(page: Page) -> Locator:
    return page.get_by_role("slider", name=OWN["view-way"])


def digit(page: Page, number: int) -> Locator:
    return page.get_by_role("radio", name=OWN["view-digit"].replace("#", str(number)))


def expect_states(page: Page, drawn: Drawn, at: int, chosen: int) -> None:
    """Large and small, the page shows these states of the sampler."""
    expect(page.locator(".emerging")).to_have_attribute("data-step", str(at))
    wanted = drawn.states[at].reshape(DIGITS, -1) / 255
    assert np.abs(grey(page.locator(".emerging .big")) - wanted[chosen]).max() < 0.02
    for number in range(DIGITS):
        assert np.abs(grey(digit(page, number).locator("canvas")) - wanted[number]).max() < 0.02


def test_every_picture_is_a_state_of_the_sampler(visit: Open, drawn: Drawn) -> None:
    page = watch(visit)
    expect_states(page, drawn, drawn.times.index(START), 3)
    handle(page).focus()
    for key, at in (("Home", 0), ("ArrowRight", 1), ("Shift+ArrowRight", 6), ("End", STEPS), ("ArrowLeft", STEPS - 1)):
        page.keyboard.press(key)
        expect_states(page, drawn, at, 3)
        expect(handle(page)).to_have_attribute("aria-valuenow", str(at))
    expect(page).to_have_url(re.compile(rf"[?&]t={drawn.times[STEPS - 1]}\b"))


def test_the_strip_holds_the_whole_way(visit: Open, drawn: Drawn) -> None:
    page = watch(visit)
    frames = page.locator(".emerging .strip canvas")
    number = frames.count()
    assert number >= 9
    for frame in range(number):
        state = drawn.states[int(frame * STEPS / (number - 1) + 0.5), 3].ravel() / 255
        assert np.abs(grey(frames.nth(frame)) - state).max() < 0.02


def test_the_mouse_drags_it_out_of_the_noise(visit: Open, drawn: Drawn) -> None:
    page = watch(visit, t=300)
    page.locator(".emerging").evaluate(LISTEN)
    drag(handle(page), x=700)
    assert len(page.evaluate("() => [...seen]")) >= 8, "the picture follows while the hand moves"
    expect_states(page, drawn, STEPS, 3)
    expect(page).to_have_url(re.compile(r"[?&]t=0\b"))


def test_a_finger_drags_it_too(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto(lang="en", t=300)
    expect(page.locator(".emerging[data-whole]")).to_be_visible(timeout=PATIENCE)
    one.settled()
    touch(one, handle(page), x=120)
    expect(page).not_to_have_url(re.compile(r"[?&]t=300\b"))
    assert 5 < int(page.locator(".emerging").get_attribute("data-step") or 0) < STEPS


def test_another_digit_is_chosen_by_click_and_key(visit: Open, drawn: Drawn) -> None:
    page = watch(visit)
    digit(page, 8).click()
    expect_states(page, drawn, drawn.times.index(START), 8)
    expect(digit(page, 8)).to_be_checked()
    expect(page).to_have_url(re.compile(r"[?&]digit=8\b"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(digit(page, 0)).to_be_focused()
    expect(page).to_have_url(re.compile(r"[?&]digit=0\b"))


def test_the_link_shows_the_same(visit: Open) -> None:
    page = watch(visit, noise=5, digit=6, t=61)
    expect(page.locator(".emerging")).to_have_attribute("data-step", str(STEPS - 5))
    assert np.abs(grey(page.locator(".emerging .big")) - list(draw(5))[-1].states[-6, 6].ravel() / 255).max() < 0.02


def test_other_noise_shows_other_digits_at_the_same_step(visit: Open) -> None:
    page = watch(visit, noise=11, digit=4, t=0)
    page.get_by_role("button", name=OWN["again-emerging"]).click()
    expect(page.locator(f".emerging[data-whole][data-name={MODEL}-12]")).to_be_visible(timeout=PATIENCE)
    expect_states(page, list(draw(12))[-1], STEPS, 4)
    expect(page).to_have_url(re.compile(r"noise=12"))
