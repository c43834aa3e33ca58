"""Controls and sections of the page on GANs. Layout; no maths."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from genmodels.errors import Problem
from genmodels.evaluation.game import NUM_SHOWN
from genmodels.jobs import queue, records
from genmodels.training import checkpoints, duel, recipes
from genmodels.training.checkpoints import Checkpoint
from genmodels.training.duel import Move, Played
from genmodels.training.recipes import Recipe
from lessons.gan import digits, points, scene
from lessons.gan.arena import arena
from lessons.gan.digits import DigitsScene, Network
from lessons.gan.gallery import gallery
from lessons.gan.growth import growth
from lessons.gan.points import FAR_APART, KINDS, SHIPPED, Game
from lessons.gan.smallest import smallest
from ui import background, own_points, wording
from ui.background import Work
from ui.components import Listener
from ui.fragments import fragment
from ui.jobs import runs, visitor
from ui.jobs.watching import REFUSED, open_model
from ui.lesson import HAND, Lesson
from ui.live import Live
from ui.own_digit import choose
from ui.widgets import choice, select

GAMES = ("numbers", "points", "digits")
SHARED = sorted({*points.FIELDS} & {*digits.FIELDS})  # they mean something else in another game
BOX = 144  # CSS pixels
LOOK = 0.5  # seconds between two looks at a game that goes on
WORKS: dict[str, object] = {"data": "ring", "loss_kind": "non-saturating", "r1": 0.0, "spectral_norm": "off"}


def games(lesson: Lesson) -> None:
    """Which of the games is on the stage, and of points whose."""
    text, state = lesson.text, lesson.state

    def turn(game: str) -> None:
        state.reset(*SHARED)
        state.update({"game": game})

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        words = {one: text(f"game-{one}") for one in GAMES}
        choice(lesson, "game", text("control-game"), words, choose=turn, label_visibility="collapsed", width="content")
        if state["game"] == "points":
            sources = {one: text(f"source-{one}") for one in ("recorded", "hand")}
            choice(lesson, "source", text("control-source"), sources, label_visibility="collapsed", width="content")
            own_points.switch(lesson)


# --- the smallest GAN


def numbers_controls(lesson: Lesson) -> None:
    """Its loss, and who moves when."""
    text = lesson.text
    losses = {one: text(f"loss-{one}") for one in scene.FIELDS["loss"].options}  # type: ignore[attr-defined]
    turns = {one: text(f"turns-{one}") for one in scene.FIELDS["turns"].options}  # type: ignore[attr-defined]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        choice(lesson, "loss", text("control-loss"), losses, label_visibility="collapsed", width="content")
        choice(lesson, "turns", text("control-turns"), turns, label_visibility="collapsed", width="content")


def numbers_stage(lesson: Lesson, live: Live) -> None:
    """The phase plane."""
    state, text = lesson.state, lesson.text
    words = text.all("small-") | text.transport()

    def draw(listener: Listener) -> None:
        start = (state["theta"], state["psi"])
        smallest("smallest", scene.game_of(state), start, state["update"], scene.NUM_UPDATES, words, listener)

    live.control("smallest", draw)


# --- points


def points_controls(lesson: Lesson) -> None:
    """A game that was recorded, and which; or one by hand, and who moves."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        if state["source"] == "hand":
            _moves(lesson)
            return
        if state["job"]:
            training = text("model-live", run=state["job"][:8])
            st.selectbox(text("control-model"), [training], key="gan-live", disabled=True, width=BOX)
        else:
            runs.chooser(lesson, {"": text("model-shipped")}, KINDS, lambda name: points.show(state, name), BOX)
        others = {"": text("arena-best-short"), SHIPPED: text("model-shipped")}
        others |= {name: _called(lesson, name, recipe) for name, recipe in runs.listed(KINDS).items()}
        others.setdefault(state["beside"], state["beside"][:8])
        select(lesson, "beside", text("control-beside"), others, width=BOX)
        with st.container(horizontal=True, gap="small", width="content", key="watch-presets"):
            for name, settings in (("works", {}), ("collapses", FAR_APART)):
                st.button(text(f"preset-{name}"), key=f"gan-{name}", on_click=train, args=[lesson, settings])


def train(lesson: Lesson, settings: Mapping[str, object]) -> None:
    """Set the form to these settings and train them, or show what was trained with them before."""
    state = lesson.state
    state.reset("epochs", "learning_rate", "discriminator_rate", "seed", "drawn", "frame")
    state.update({**WORKS, **settings})
    recipe = points.chosen(state)
    key = recipes.key(recipe)
    if checkpoints.find(key) is not None:
        points.show(state, key)
        return
    try:
        queue.submit(recipe, visitor.current())
    except Problem as problem:
        st.session_state[REFUSED] = problem
    else:
        state.update({"job": key})


def _moves(lesson: Lesson) -> None:
    """Who learns, and for how many updates; what was played is in the link."""
    state, text = lesson.state, lesson.text
    played = duel.moves(state["moves"])

    def play(who: str) -> None:
        moves = (*played, Move(who, int(state["updates"])))
        state.update({"moves": duel.as_token(moves), "frame": points.LAST})

    def anew() -> None:
        state.reset("moves", "frame")

    full = len(played) >= duel.MOST
    for who in duel.PLAYERS:
        st.button(text(f"move-{who}"), key=f"gan-move-{who}", on_click=play, args=[who], disabled=full)
    updates = {one: text("move-updates", number=one) for one in ("1", "10", "100")}
    choice(lesson, "updates", text("control-updates"), updates, label_visibility="collapsed", width="content")
    st.button(text("move-anew"), key="gan-anew", on_click=anew, disabled=not played)


def points_stage(lesson: Lesson, live: Live, work: Work[Played] | None) -> None:
    """The arena, with the game that is asked for; one that goes on is looked at again and again."""
    state = lesson.state
    if work is not None:

        def draw(now: Played | None = None) -> None:
            if (game := points.played(state, work, lesson.memory)) is not None:
                _arena(lesson, live, game)

        background.show(lesson, "view", work, draw, lambda: points.by_hand(state, again=True), meanwhile=draw)
        return
    job = records.read(state["job"]) if state["job"] else None
    active = job is not None and job.active
    fragment(_watched, run_every=LOOK if active else None, key="view")(lesson, live, active)


def take_over(lesson: Lesson) -> None:
    """A training that was watched on the stage has ended: its model is what the page shows from now on."""
    key = lesson.state["job"]
    job = records.read(key) if key else None
    if job is not None and not job.active and job.recipe.shown_as in KINDS and checkpoints.find(key) is not None:
        open_model(lesson, key, lambda name: points.show(lesson.state, name))


def _watched(lesson: Lesson, live: Live, ticking: bool) -> None:
    job = records.read(lesson.state["job"]) if lesson.state["job"] else None
    if ticking != (job is not None and job.active):
        st.rerun()
    _arena(lesson, live, points.shown(lesson.state))
    lesson.drawn("view")


def _arena(lesson: Lesson, live: Live, game: Game) -> None:
    state, text = lesson.state, lesson.text
    words = text.all("arena-") | text.transport()
    last = len(game.record["numbers"]) - 1
    at = (min(state["frame"], last), min(state["point"], NUM_SHOWN - 1))
    places = game.data(), own_points.mine(state)
    name, other = (game.name, game.follows), points.beside(state)
    beside = (other.name, other.record) if other else None
    if other:
        words |= {"best": _called(lesson, other.name, other.recipe), "best-note": text("beside-note")}
    listener = live.listener("arena", "view")
    arena("arena", game.record, name, at, places, game.absolute, game.live, words, listener, beside)


def _called(lesson: Lesson, name: str, recipe: Recipe) -> str:
    """A recorded game in a few words."""
    if name == SHIPPED:
        return lesson.text("model-shipped")
    return lesson.text("model-own", run=name[:8], changes=wording.in_words(recipe, lesson.text))


# --- digits


def digits_controls(lesson: Lesson) -> None:
    """Which model, and other noise."""
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        shipped = {"": text("model-digits")}
        runs.chooser(lesson, shipped, digits.KINDS, lambda name: digits.show(state, name))
        noise = {"noise": state["noise"] + 1}
        st.button(text("other-noise"), key="gan-other", on_click=state.update, args=[noise])


def digits_stage(lesson: Lesson, live: Live, scene: DigitsScene) -> None:
    """Made digits, a walk, and verdicts."""
    state, network = lesson.state, scene.network
    words = lesson.text.all("gallery-")
    logits = {"real": network.real, "made": network.made}

    def draw(listener: Listener) -> None:
        now = DigitsScene(state, lesson.text, network)
        gallery("gallery", now.pictures(), now.walk(), (state["a"], state["b"]), now.judged, logits, words, listener)

    live.control("gallery", draw)


def beside_diffusion(lesson: Lesson, checkpoint: Checkpoint) -> None:
    """How the shipped GAN stands beside the shipped diffusion model."""
    if (values := digits.beside_diffusion(checkpoint)) is not None:
        st.markdown(lesson.text.section("beside-digits", **values))


def came_about(lesson: Lesson, live: Live, network: Network) -> None:
    """How the digits of a model came about, if its training was recorded."""
    record = digits.recorded(network.name)
    if record is None:
        return
    state, text = lesson.state, lesson.text
    words, level = text.all("growth-") | text.transport(), digits.telling_nothing(network)
    words["nothing"] = text("growth-nothing", loss=f"{level:.2f}")
    lesson.section("came-about")
    st.markdown(text.section("came-about"))

    def draw(listener: Listener) -> None:
        growth("growth", network.name, record, state["frame"], level, words, listener)

    live.control("growth", draw)


def hand(lesson: Lesson) -> None:
    """The visitor's own digit, for the discriminator to judge."""
    with st.container(key="hand"):
        choose(lesson, lambda **source: lesson.state.update({"x": "", **source}), ("draw", "upload", "test"), HAND)
