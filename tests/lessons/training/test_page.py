"""Training from the pages, without a browser: the panel of the VAE page, and the page of trainings."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from genmodels import storage
from genmodels.arrays import pack
from genmodels.data import points
from genmodels.errors import Problem
from genmodels.jobs import endings, estimates, identity, progress, queue, quota, records
from genmodels.jobs.progress import Progress
from genmodels.jobs.records import Job, State
from genmodels.training import checkpoints, recipes
from tests.app import follow, in_url, open_page, problem, words
from tests.runs import train_small
from ui import wording
from ui.course import COURSE, page_of
from ui.jobs import visitor
from ui.text import LANGUAGES, NO_BREAK_SPACE, Text, fill, labels

ERROR = "{:.4f} (squared error)"
SOMEBODY, SOMEBODY_ELSE = "1" * 16, "2" * 16


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A host without own models and without a keeper: what is asked for waits."""
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GENMODELS_FREE_GIB", "0")
    monkeypatch.setattr(estimates, "free_cores", lambda: 2.0)  # nothing else runs here
    st.cache_resource.clear()
    yield tmp_path / "home"
    st.cache_resource.clear()


def label(page: str, key: str, lang: str = "en", **values: object) -> str:
    book = labels(lang)
    return fill(book[page].get(key) or book["common"][key], values)


def begins(page: str, key: str, lang: str = "en") -> str:
    """A label up to its first value."""
    book = labels(lang)
    return str(book[page].get(key) or book["common"][key]).split("<<")[0].split("(")[0]


def put(state: str, waiting: tuple[str, ...] = (SOMEBODY,), epochs: int = 7, **about: Any) -> str:
    """A job that stands where it is put; its key."""
    recipe, now = recipes.make("vae-mnist", epochs=epochs), time.time()
    key = recipes.key(recipe)
    for one in waiting:
        records.add_visitor(records.folder(key), one)
    records.write(Job(key, recipe, State(**{"state": state, "asked": now, "since": now, **about}), ()))
    st.cache_resource.clear()
    return key


def pictured(key: str, position: float) -> None:
    """What the network draws after so many epochs."""
    arrays = {"grid": np.zeros((28, 28), np.uint8), "position": np.array(position, np.float32)}
    storage.write(records.folder(key) / progress.PICTURES, pack(arrays), durable=False)


def report(key: str, position: float = 2.5, **about: Any) -> None:
    points = [{"epoch": 0.0, "eval_total": 545.0}, {"epoch": 1.0, "train_total": 200.0, "eval_total": 175.0}]
    common = {"attempt": 1, "epochs": 7, "seconds": 5.0, "left": 75.0, "device": "cpu", "memory": 400_000_000}
    progress.write(key, Progress(position=position, **{"points": points, **common, **about}))


def failure() -> dict[str, Any]:
    sentence = (
        "The training made no progress for {seconds} seconds and was ended. Ask again: it goes on where it stood."
    )
    return endings.reason(Problem("stalled", sentence, seconds="120"))


# --- the panel


def test_train_puts_the_chosen_settings_into_the_queue_and_the_link() -> None:
    app = open_page("vae", lang="en", epochs="3", beta="4", relu_after_encoder="on")
    app.get_by_key("vae-latent_dim").set_value(5).run()
    app.get_by_key("train").click().run()
    assert not app.exception
    (job,) = records.every()
    wanted = recipes.make("vae-mnist", epochs=3, beta=4, latent_dim=5, relu_after_encoder=True)
    assert job.recipe == wanted and job.state.state == "queued" and len(job.waiting) == 1
    assert in_url(app, "job") == job.key
    assert label("vae", "live-yours", position=1, time="1 s") in words(app)
    assert label("vae", "live-alone") in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_somebody_elses_training_is_joined_and_left(lang: str) -> None:
    key = put("running", slot="cpu", attempt=1)
    report(key)
    app = open_page("vae", lang=lang, epochs="7")
    assert label("vae", "train-others", lang, number=1) in words(app)
    app.get_by_key("train").click().run()
    assert not app.exception
    job = records.read(key)
    assert job is not None and len(job.waiting) == 2 and SOMEBODY in job.waiting
    left = label("vae", "live-left", lang, epoch=3, epochs=7, time={"en": "1 min 15 s", "zh": "1 分钟 15 秒"}[lang])
    assert left in words(app) and label("vae", "live-with", lang, number=1) in words(app)
    app.get_by_key("live-leave").click().run()
    job = records.read(key)
    assert job is not None and job.waiting == (SOMEBODY,) and not job.cancelled, "the other one goes on waiting"


def test_the_last_one_to_leave_ends_it() -> None:
    app = open_page("vae", lang="en", epochs="7")
    app.get_by_key("train").click().run()
    (job,) = records.every()
    app.get_by_key("live-leave").click().run()
    ended = records.read(job.key)
    assert ended is not None and ended.state.state == "cancelled"
    assert "job" not in app.query_params


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_failure_is_told_in_the_readers_language_and_can_be_asked_again(lang: str) -> None:
    key = put("failed", waiting=(), why=failure())
    app = open_page("vae", lang=lang, job=key)
    assert not app.exception
    assert problem(lang, "stalled", seconds="120") in words(app)
    app.get_by_key("live-again").click().run()
    job = records.read(key)
    assert job is not None and job.state.state == "queued" and job.waiting
    assert label("vae", "live-yours", lang, position=1, time=wording.about(1, Text("vae", lang, None))) in words(app)


def test_what_the_queue_refuses_is_a_sentence() -> None:
    app = open_page("vae", lang="en")
    for seed in range(5):
        app.get_by_key("vae-seed").set_value(seed).run()
        app.get_by_key("train").click().run()
    app.get_by_key("vae-seed").set_value(99).run()
    app.get_by_key("train").click().run()
    assert not app.exception
    assert problem("en", "visitor-queue-full", number=5) in words(app)
    assert len(records.every()) == 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_stage_of_a_training_is_told_to_the_one_who_waits_for_it(lang: str) -> None:
    app = open_page("vae", lang=lang, epochs="2", seed="3")
    recipe = recipes.make("vae-mnist", epochs=2, seed=3)
    me, key, text = known_visitor(app), recipes.key(recipe), Text("vae", lang, None)

    def stands(state: str, **about: Any) -> str:
        records.add_visitor(records.folder(key), me)
        values = {"state": state, "asked": time.time(), "since": time.time() - 3600, "attempt": 1, **about}
        records.write(Job(key, recipe, State(**values), ()))
        return again()

    def again() -> str:
        st.cache_resource.clear()
        follow(app, lang=lang, epochs="2", seed="3", job=key)
        assert not app.exception
        return words(app)

    other = put("running", slot="cpu", attempt=1)  # somebody else's, which comes first
    report(other)
    minute, start, whole = (wording.about(seconds, text) for seconds in (75, 4, 8))
    hour, left = (wording.duration(seconds, text) for seconds in (3600, 75))
    told = stands("queued")
    assert label("vae", "live-yours", lang, position=1, time=minute) in told
    assert label("vae", "train-yours", lang) in told
    assert not [button for button in app.button if button.key == "train"], "there is nothing to ask for"
    for name in ("train-others", "live-watch"):
        assert begins("vae", name, lang) not in told, "it is one's own"
    told = stands("running", slot="cpu")
    assert label("vae", "live-starting", lang) in told and "PyTorch" in label("vae", "live-starting", lang)
    assert label("vae", "live-so-far", lang, passed=hour, start=start, total=whole) in told
    for stage in ("data", "untrained"):
        report(key, 0.0, stage=stage, left=None, points=[], epochs=2)
        assert label("vae", f"live-{stage}", lang) in again()
    pictured(key, 0.0)
    assert label("vae", "live-unlearned", lang) in again()
    report(key, 0.4, left=None, points=[], epochs=2)
    pictured(key, 0.4)
    told = again()
    assert label("vae", "live-epoch", lang, epoch=1, epochs=2) in told
    assert label("vae", "live-pictures", lang, epochs="0.4") in told, "before the first epoch has ended"
    report(key, 1.4, left=75.0, epochs=2)
    assert label("vae", "live-left", lang, epoch=2, epochs=2, time=left) in again()
    told = stands("cancelled")
    assert label("vae", "live-stopped", lang) in told
    app.get_by_key("live-again").click().run()
    assert begins("vae", "live-yours", lang) in words(app), "it is asked for again, and watched"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_model_that_is_ready_is_offered_and_shown_only_when_it_is_asked_for(home: Path, lang: str) -> None:
    key, app = train_small(home), open_page("vae", lang=lang)
    me, text, before = known_visitor(app), Text("vae", lang, None), in_url(app, "model")
    recipe = checkpoints.get(key).recipe

    def ready() -> None:
        records.add_visitor(records.folder(key), me)
        state = State(state="done", asked=1.0, since=time.time(), seconds=75.0, starting=8.0)
        records.call_visitors(records.write(Job(key, recipe, state, ())).folder)
        st.cache_resource.clear()
        follow(app, lang=lang)
        assert not app.exception

    ready()  # who comes back without the link finds it
    assert in_url(app, "job") == key and in_url(app, "model") == before, "the page has changed its model unasked"
    assert label("vae", "live-done", lang) in words(app)
    times = {name: wording.duration(seconds, text) for name, seconds in (("time", 75), ("start", 8))}
    assert label("vae", "live-took", lang, **times) in words(app)
    app.get_by_key("live-later").click().run()
    assert in_url(app, "job") is None and in_url(app, "model") == before
    assert label("vae", "live-done", lang) not in words(follow(app, lang=lang)), "it is not said twice"
    ready()
    button = app.get_by_key("live-show")
    assert button.label == label("vae", "live-show", lang)
    button.click().run().run()
    assert not app.exception and in_url(app, "model") == key and in_url(app, "job") is None
    assert key[:8] in words(app) and label("vae", "live-done", lang) not in words(app)


def test_beside_the_button_stand_the_start_the_whole_and_what_comes_before() -> None:
    app = open_page("vae", lang="en", epochs="10", seed="3")
    assert label("vae", "train-takes", time="20 s", start="4 s") in words(app)
    assert begins("vae", "train-waits") not in words(app), "nobody is before"
    report(put("running", slot="cpu", attempt=1))
    app.run()
    assert label("vae", "train-takes", time="20 s", start="4 s") in words(app)
    assert label("vae", "train-waits", number=1, time="1 min 20 s") in words(app)


def test_the_denoiser_begins_with_a_small_network_and_says_so() -> None:
    told = words(open_page("denoiser", lang="en"))
    recipe = recipes.make("ddpm-mnist", **recipes.first_settings("ddpm-mnist"))
    takes = wording.about(estimates.of(recipe, []).total, Text("denoiser", "en", None))
    assert label("denoiser", "train-takes", time=takes, start="@").split("@")[0] in told
    assert begins("denoiser", "train-small") in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_has_chosen_their_own_points_is_not_told_to_choose_them(lang: str) -> None:
    shape = points.to_token(np.random.default_rng(0).normal(0, 1, (60, 2)).clip(-3, 3))
    chosen = words(open_page("plane", lang=lang, steps="12", drawn=shape, data="drawn"))
    assert label("common", "own-points-note", lang, number=60) in chosen
    assert label("common", "own-points-other", lang, number=60) not in chosen
    other = words(open_page("plane", lang=lang, steps="12", drawn=shape, data="ring"))
    assert label("common", "own-points-other", lang, number=60) in other


def test_a_link_to_a_finished_training_offers_its_model(home: Path) -> None:
    key = train_small(home)
    app = open_page("vae", lang="en", job=key).run()
    assert not app.exception and in_url(app, "model") is None
    app.get_by_key("live-show").click().run().run()
    assert in_url(app, "model") == key and in_url(app, "job") is None
    assert key[:8] in words(app), "the badge names the run"


@pytest.mark.parametrize("job", ["../../etc/passwd", "x" * 300, "0" * 32])
def test_a_link_to_no_training_breaks_nothing(job: str) -> None:
    app = open_page("vae", lang="en", job=job)
    assert not app.exception
    sentence = "live-gone" if job == "0" * 32 else "bad-key"
    told = label("vae", sentence) if sentence == "live-gone" else labels("en")["problem"]["bad-key"].split("{")[0]
    assert told in words(app)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"state": "queued"}', b"[1]"])
def test_damaged_records_are_no_traceback(damage: bytes) -> None:
    key = put("running", slot="cpu", attempt=1)
    report(key)
    for name in ("progress.json", "preview.safetensors"):
        (records.folder(key) / name).write_bytes(damage)
    app = open_page("vae", lang="en", job=key)
    assert not app.exception and label("vae", "live-starting") in words(app)
    (records.folder(key) / "state.json").write_bytes(damage)
    app.run()
    assert not app.exception


# --- the page of trainings


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_runs_waits_and_has_failed_and_why(lang: str) -> None:
    running = put("running", slot="cpu", attempt=1, waiting=(SOMEBODY, SOMEBODY_ELSE))
    report(running)
    put("queued", epochs=8)
    put("failed", epochs=9, waiting=(), why=failure())
    app = open_page("training", lang=lang)
    assert not app.exception
    told = words(app)
    assert label("training", "waiting", lang, number=2) in told
    assert label("training", "uses-memory", lang, size="400 MB") in told
    assert label("training", "live-queued", lang, position=1, time="X").split("X")[0].strip() in told
    assert problem(lang, "stalled", seconds="120") in told


def test_own_trainings_are_left_here_too() -> None:
    app = open_page("training", lang="en")
    key = queue.submit(recipes.make("vae-mnist", epochs=2), known_visitor(app))
    st.cache_resource.clear()
    app.run()
    app.get_by_key(f"leave-{key}").click().run()
    job = records.read(key)
    assert job is not None and job.state.state == "cancelled"


def known_visitor(app: AppTest) -> str:
    """The public id under which this AppTest, which has no cookies, goes on."""
    app.session_state[visitor.ALONE] = "a" * 32
    return identity.public_id("session:" + "a" * 32)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_model_with_its_card_and_the_lines_that_load_it(home: Path, tmp_path: Path, lang: str) -> None:
    key = train_small(home, latent_dim=3, beta=2.0)
    app = open_page("training", lang=lang)
    app.get_by_key(f"more-{key}").click().run()
    assert not app.exception and in_url(app, "of") == key
    told = words(app)
    assert f"`{key}`" in told and label("training", "card-parameters", lang) in told
    snippet = app.code[0].value
    checkpoint = checkpoints.get(key)
    file = snippet.split('load_file("')[1].split('"')[0]
    (tmp_path / file).write_bytes((checkpoint.folder / checkpoint.card["model"]).read_bytes())
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.chdir(tmp_path):
        exec(compile(snippet, "snippet", "exec"), {"__name__": "__main__"})
    assert output.getvalue().strip() == "(4, 1, 28, 28)"


def test_only_the_teacher_pins_and_deletes_what_others_trained(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = train_small(home)
    app = open_page("training", lang="en", of=key)
    assert not [button for button in app.button if button.key in ("pin", "delete")]
    monkeypatch.setattr(visitor, "is_teacher", lambda: True)
    app.run()
    app.get_by_key("pin").click().run()
    assert quota.stored()[0].pinned
    app.get_by_key("delete").click().run()
    assert not app.exception and checkpoints.find(key) is None
    assert not checkpoints.trained_folder(key).exists()
    assert open_page("vae", lang="en", model=key).title, "a link to it is no traceback"


def test_who_alone_asked_for_a_model_may_delete_it(home: Path) -> None:
    app = open_page("training", lang="en")
    key = train_small(home)
    recipe, now = recipes.make("vae-mnist", epochs=3, hidden_dim=16), time.time()
    state = State(state="done", asked=now, since=now, charged={known_visitor(app): 3.0})
    records.write(Job(key, recipe, state, ()))
    st.cache_resource.clear()
    app.run()
    app.get_by_key(f"more-{key}").click().run()
    app.get_by_key("delete").click().run()
    assert not app.exception and checkpoints.find(key) is None


def test_a_model_that_goes_while_somebody_looks_at_it(home: Path) -> None:
    """Fault table, row 15."""
    key = train_small(home)
    app = open_page("vae", lang="en", model=key).run()
    listing = open_page("training", lang="en", of=key)
    quota.delete(key)
    for page in (app, listing):
        page.run()
        assert not page.exception
    st.cache_resource.clear()
    for page in (app, listing):
        page.run()
        assert not page.exception


def test_who_comes_back_without_the_link_finds_the_own_training() -> None:
    app = open_page("home", lang="en")
    key = queue.submit(recipes.make("vae-mnist", epochs=2), known_visitor(app))
    st.cache_resource.clear()
    app.switch_page("../pages/vae.py").run().run()
    assert not app.exception
    assert in_url(app, "job") == key
    assert label("vae", "live-alone") in words(app)


def test_of_what_has_failed_the_newest_are_shown() -> None:
    now = time.time()
    for minutes in range(1, 8):
        key = put("failed", epochs=minutes, waiting=(), why=failure())
        job = records.read(key)
        assert job is not None
        record = storage.read_json(job.folder / "state.json")
        storage.write_json(job.folder / "state.json", record | {"since": now - 60 * minutes})
    told = words(open_page("training", lang="en"))
    shown = [minutes for minutes in range(1, 8) if f"epochs {minutes} · " in told]
    assert shown == [1, 2, 3, 4, 5]


def test_each_kind_of_model_tells_its_loss_in_its_own_unit() -> None:
    said = words(open_page("training", lang="en"))
    for name, unit in (("vae-mnist", "{:.1f} nats per picture"), ("ddpm-mnist", ERROR), ("ddpm-points", ERROR)):
        loss = checkpoints.get(name).card["metrics"]["test_total"]
        assert f"test loss {unit.format(loss)}" in said.replace(NO_BREAK_SPACE, " "), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_model_is_told_in_a_plain_line_with_the_page_that_uses_it(lang: str) -> None:
    said = words(open_page("training", lang=lang))
    for name in recipes.names():
        about = label("training", f"about-{name}", lang)
        page = page_of(name)
        assert page is None or label(page, "title", lang) in about
        assert checkpoints.find(name) is None or about in said
    assert label("training", "setting-holdout", lang) not in said, "what all that come along have in common"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_details_of_every_model_that_comes_along_open(lang: str) -> None:
    app = open_page("training", lang=lang)
    shipped = [button.key for button in app.button if button.key and button.key.startswith("more-")]
    assert {key.removeprefix("more-") for key in shipped} >= {name for page in COURSE.values() for name in page.models}
    for key in shipped:
        app.get_by_key(key).click().run()
        assert not app.exception
        assert any(labels(lang)["training"]["card-setting"] in one.value for one in app.markdown), key
        assert labels(lang)["training"]["class"] in [one.value for one in app.header], "the rest of the page is there"
