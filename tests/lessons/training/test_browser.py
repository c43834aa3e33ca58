"""Training in a real browser: two visitors and one training, a server that is killed, links, the teacher."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from genmodels.jobs import records
from genmodels.jobs.local import Local
from genmodels.training import checkpoints, recipes
from tests.browser.helpers import Open
from tests.runs import train_small
from tools.browser import Server, start_server
from ui.text import labels

COMMON, WORDS, TRAININGS = (labels("en")[section] for section in ("common", "vae", "training"))
MODEL = re.compile(r"model=[0-9a-f]{32}")
pytestmark = [pytest.mark.slow, pytest.mark.alone]  # trainings beside a browser, with a clock


def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process looks at the server's jobs."""
    monkeypatch.setenv("GENMODELS_HOME", str(home))


def begins(name: str) -> str:
    """The words of a label up to its first value."""
    return str(COMMON[name]).split("<<")[0].strip()


def train(page: Page) -> None:
    """Press the button, and wait until the training stands in the link."""
    page.get_by_role("button", name=COMMON["train-start"], exact=True).click()
    expect(page).to_have_url(re.compile(r"job=[0-9a-f]{32}"))


def show_it(page: Page, key: str) -> None:
    """Wait until the training has ended, and press the button."""
    ready = page.locator(".st-key-watch-ready button")
    expect(ready).to_be_visible(timeout=90_000)
    expect(page).not_to_have_url(re.compile(f"model={key}"))
    ready.click()
    expect(page).to_have_url(re.compile(f"model={key}"))


def job_in(page: Page) -> str:
    found = re.search(r"job=([0-9a-f]{32})", page.url)
    assert found
    return found[1]


def test_two_ask_one_leaves_the_other_sees_it_end(visit: Open, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    at(server.home, monkeypatch)
    first, second = visit(), visit(theme="dark")
    pages = [one.goto("vae", lang="en", epochs=2, seed=11) for one in (first, second)]
    train(pages[0])
    pages[1].get_by_role("button", name=COMMON["train-join"]).or_(
        pages[1].get_by_role("button", name=COMMON["train-start"], exact=True)
    ).click()
    expect(pages[1]).to_have_url(re.compile(f"job={job_in(pages[0])}"))
    key = job_in(pages[0])
    for page in pages:  # the same pictures, live
        expect(page.locator(".st-key-training canvas").first).to_be_visible(timeout=60_000)
        expect(page.get_by_text(COMMON["live-with"].replace("<<number>>", "1"))).to_be_visible()
    pages[0].get_by_role("button", name=COMMON["live-leave"]).click()
    expect(pages[0]).not_to_have_url(re.compile("job="))
    expect(pages[1].get_by_text(COMMON["live-alone"])).to_be_visible()
    job = records.read(key)
    assert job is not None and job.active and len(job.waiting) == 1
    show_it(pages[1], key)
    second.settled()
    expect(pages[1].get_by_text(key[:8]).first).to_be_visible()
    expect(pages[1].locator(".epochs output")).to_have_text(str(checkpoints.get(key).epoch))
    third = visit()
    page = third.goto("vae", lang="en", model=key)  # the link opens it, for whoever has it
    expect(page.get_by_text(key[:8]).first).to_be_visible()
    decoded = page.locator(".latent-plane").get_attribute("data-pixels")
    assert decoded and decoded == pages[1].locator(".latent-plane").get_attribute("data-pixels")
    assert first.troubles == second.troubles == third.troubles == []


PLACES = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    const shown = document.querySelector('.st-key-training').getBoundingClientRect();
    return [main.scrollTop, shown.top];
}"""


def test_one_quiet_story_from_the_button_to_the_stage(
    visit: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page stays where it is until “Ready: show it” is pressed; then the stage is on screen with the new model."""
    at(server.home, monkeypatch)
    one = visit()
    page = one.goto("vae", lang="en", epochs=2, seed=16)
    before = page.locator(".latent-plane").get_attribute("data-pixels")
    page.get_by_role("button", name=COMMON["train-start"], exact=True).scroll_into_view_if_needed()
    train(page)
    key = job_in(page)
    page.locator(".st-key-training").scroll_into_view_if_needed()
    places = page.evaluate(PLACES)
    expect(page.locator(".st-key-training").get_by_text(re.compile(r"^(Starting|Epoch|Your training)"))).to_be_visible()
    expect(page.get_by_text(re.compile("untrained network does|after 0|after 1"))).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-watch-ready button")).to_have_text(COMMON["live-show"], timeout=90_000)
    now = page.evaluate(PLACES)
    assert now == places, "the page has scrolled, or what is watched has moved"
    expect(page).not_to_have_url(re.compile("model="))
    assert page.locator(".latent-plane").get_attribute("data-pixels") == before, "another model is on the stage"
    stage = page.locator(".st-key-stage")
    show_it(page, key)
    expect(page.locator(".latent-plane")).not_to_have_attribute("data-pixels", str(before), timeout=20_000)
    one.settled()
    expect(stage).to_be_in_viewport(ratio=0.6)
    expect(page.get_by_text(key[:8]).first).to_be_visible()
    assert one.troubles == []


def test_the_only_one_to_wait_stops_it_and_goes_on_later(
    visit: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(server.home, monkeypatch)
    one = visit()
    page = one.goto("vae", lang="en", epochs=40, seed=12)
    train(page)
    key = job_in(page)
    expect(page.get_by_text(re.compile(r"^Epoch \d+ of 40"))).to_be_visible(timeout=60_000)
    begun = time.monotonic()
    page.get_by_role("button", name=COMMON["live-stop"], exact=True).click()
    while (job := records.read(key)) is not None and job.active:
        assert time.monotonic() - begun < 5
        time.sleep(0.02)
    assert job is not None and job.state.state == "cancelled"
    expect(page.get_by_role("button", name=COMMON["train-start"], exact=True)).to_be_visible()
    assert one.troubles == []


def test_the_server_is_killed_and_comes_back(visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault table, row 4: the trainer goes on; after the restart its progress is there."""
    home = tmp_path / "home"
    at(home, monkeypatch)
    with start_server(home=home) as server:
        server.wait_until("readyz")
        page = visit(at=server).goto("vae", lang="en", epochs=5, seed=13)
        train(page)
        key = job_in(page)
        expect(page.get_by_text(re.compile(r"^Epoch \d of 5"))).to_be_visible(timeout=60_000)
        job = records.read(key)
        assert job is not None and server.process is not None
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert Local().alive(job.state.handle), "the training does not need the web server"
    with start_server(home=home) as again:
        again.wait_until("readyz")
        other = visit(at=again)
        page = other.goto("vae", lang="en", job=key)
        show_it(page, key)
        other.settled()
        expect(page.get_by_text(key[:8]).first).to_be_visible()
        assert other.troubles == []
    after = records.read(key)
    assert after is not None and after.state.state == "done" and after.state.attempt == 1, "nothing was started twice"


def test_the_teacher_ends_pins_and_deletes(visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    at(home, monkeypatch)
    trained = train_small(home)
    with start_server(home=home, password="long enough") as server:
        server.wait_until("readyz")
        student, teacher = visit(at=server), visit(at=server)
        page = student.goto("vae", lang="en", epochs=50, seed=14)
        train(page)
        key = job_in(page)
        desk = teacher.goto("training", lang="en")
        expect(desk.get_by_text("seed 14").first).to_be_visible(timeout=30_000)
        expect(desk.get_by_role("button", name=COMMON["live-stop-all"])).to_have_count(0)
        desk.get_by_role("button", name=labels("en")["visitor"]["teacher"]).click()
        desk.get_by_label(labels("en")["visitor"]["password"]).fill("long enough")
        desk.get_by_role("button", name=labels("en")["visitor"]["sign-in"]).click()
        desk.keyboard.press("Escape")
        desk.get_by_role("button", name=COMMON["live-stop-all"]).click()
        expect(page.get_by_text(COMMON["live-stopped"])).to_be_visible(timeout=30_000)
        stopped = records.read(key)
        assert stopped is not None and stopped.state.state == "cancelled"

        row = desk.locator(f".st-key-model-{trained}")
        row.get_by_role("button", name=TRAININGS["more"]).click()
        with desk.expect_download() as download:
            desk.get_by_role("button", name=TRAININGS["download"]).click()
        checkpoint = checkpoints.get(trained)
        saved = Path(download.value.path())
        assert saved.read_bytes() == (checkpoint.folder / checkpoint.card["model"]).read_bytes()
        desk.get_by_role("button", name=TRAININGS["pin"], exact=True).click()
        expect(desk.get_by_role("button", name=TRAININGS["unpin"])).to_be_visible()
        desk.get_by_role("button", name=TRAININGS["delete"], exact=True).click()
        desk.get_by_role("button", name=TRAININGS["delete-yes"]).click()
        expect(row).to_have_count(0)
        assert checkpoints.find(trained) is None
        assert student.troubles == teacher.troubles == []


def test_a_model_is_used_and_a_training_watched_from_the_list(
    visit: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(server.home, monkeypatch)
    key = train_small(server.home, seed=15)
    one = visit()
    page = one.goto("training", lang="zh")
    row = page.locator(f".st-key-model-{key}")
    row.get_by_role("link", name=labels("zh")["training"]["use"]).click()
    expect(page).to_have_url(re.compile(f"/vae.*model={key}"))
    expect(page.locator("h1")).to_have_text(labels("zh")["vae"]["title"])
    one.settled()
    expect(page.get_by_text(key[:8]).first).to_be_visible()
    assert recipes.key(checkpoints.get(key).recipe) == key
    assert one.troubles == []
