"""GAN: two networks and their game, as two numbers, as points in the plane, and as digits."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from lessons.gan import digits, points, sections
from lessons.gan.digits import DigitsScene
from lessons.gan.points import PointsScene
from lessons.gan.scene import EXPERIMENT, Scene
from lessons.gan.scene import FIELDS as SCENE_FIELDS
from ui import own_points, rail, wording
from ui.jobs import panel, runs
from ui.lesson import Lesson
from ui.live import Live
from ui.scene import Scene as AnyScene
from ui.state import Choice

FIELDS = {"game": Choice("numbers", sections.GAMES), **SCENE_FIELDS}

with Lesson.guard("gan"):
    lesson = Lesson("gan", FIELDS)
    state, text, live = lesson.state, lesson.text, Live(lesson)
    if state["game"] == "points":  # what cannot be shown is told in the page's head
        state.add(points.FIELDS)
        sections.take_over(lesson)
        points.shown(state)
        points.beside(state)
    if state["game"] == "digits":
        state.add(digits.FIELDS)
        network = digits.chosen(state)


def two_numbers() -> AnyScene:
    """The smallest GAN."""
    with lesson.columns():
        with lesson.picture_column():
            with lesson.stage():
                sections.games(lesson)
                sections.numbers_controls(lesson)
                with lesson.picture():
                    sections.numbers_stage(lesson, live)
            lesson.caption()
            lesson.look()
        with lesson.rail_column():
            live.part("rail", lambda: rail.show(lesson, Scene(state, text), EXPERIMENT), later=True)
    lesson.picture_first()
    return Scene(state, text)


def in_the_plane() -> AnyScene | None:
    """The arena; None while there is nothing on the stage yet."""
    hand, work, refused = state["source"] == "hand", None, None
    if hand:
        try:
            work = points.by_hand(state)
        except Problem as problem:  # the controls stay, so that one can choose otherwise
            refused = problem
    with lesson.columns():
        with lesson.picture_column():
            with lesson.stage():
                sections.games(lesson)
                sections.points_controls(lesson)
                with lesson.picture(), st.container(key="hands"):
                    with st.container():
                        if refused:
                            lesson.notice(refused)
                        else:
                            sections.points_stage(lesson, live, work)
                    if own_points.draws(state):
                        own_points.pad(lesson)
            game = points.played(state, work, lesson.memory) if work else None if hand else points.shown(state)
            lesson.caption("caption-hand" if hand else f"caption-points{'-live' if game and game.live else ''}")
            lesson.look("look-points")
            if game is not None:
                _badge(game)
        with lesson.rail_column():
            if game is None:
                st.skeleton(height=480)
            else:
                live.part("rail", lambda: rail.show(lesson, PointsScene(state, text, game)), later=True)
    lesson.picture_first()
    panel.panel(lesson, points.SHIPPED, points.SETTINGS, lambda key: points.show(state, key))
    return PointsScene(state, text, game) if game else None


def _badge(game: points.Game) -> None:
    updates = f"{game.record['numbers'][-1][0]:.0f}"
    if game.checkpoint is not None:
        lesson.badge("badge-points", **runs.badge(game.checkpoint, game.name, text, updates=updates))
    elif not game.live:
        data = wording.setting_value(game.recipe.data, text)
        lesson.badge("badge-hand", seed=game.recipe.seed, data=data, updates=updates)


def of_digits() -> AnyScene:
    """A GAN of pictures."""
    scene = DigitsScene(state, text, network)
    with lesson.columns():
        with lesson.picture_column():
            with lesson.stage():
                sections.games(lesson)
                sections.digits_controls(lesson)
                with lesson.picture(), st.container(key="hands"):
                    with st.container():
                        sections.digits_stage(lesson, live, scene)
                    sections.hand(lesson)
            lesson.caption("caption-digits")
            lesson.look("look-digits")
            sections.beside_diffusion(lesson, network.checkpoint)
            lesson.badge(**runs.badge(network.checkpoint, network.name, text, network.device))
        with lesson.rail_column():
            live.part("rail", lambda: rail.show(lesson, DigitsScene(state, text, network)), later=True)
    lesson.picture_first()
    sections.came_about(lesson, live, network)
    panel.panel(lesson, digits.SHIPPED, digits.SETTINGS, lambda key: digits.show(state, key), "train-digits")
    return scene


lesson.header()
try:
    scene = {"numbers": two_numbers, "points": in_the_plane, "digits": of_digits}[state["game"]]()
except Problem as problem:
    lesson.notice(problem)
    scene = None
if scene is not None:
    lesson.code(scene)
lesson.end()
