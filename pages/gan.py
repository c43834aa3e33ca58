"""GAN: two networks and their game, as two numbers, and as points in the plane."""

from __future__ import annotations

import streamlit as st

from genmodels.errors import Problem
from lessons.gan import numbers, points, sections
from lessons.gan.numbers import EXPERIMENT, NumbersScene
from lessons.gan.points import SETTINGS, SHIPPED, PointsScene
from ui import own_points, rail, wording
from ui.jobs import panel, runs
from ui.lesson import Lesson
from ui.live import Live
from ui.state import Choice

FIELDS = {"game": Choice("numbers", sections.GAMES), **numbers.FIELDS, **points.FIELDS}

with Lesson.guard("gan"):
    lesson = Lesson("gan", FIELDS)
    if lesson.state["game"] == "points":  # what cannot be shown is told in the page's head
        sections.take_over(lesson)
        points.shown(lesson.state)
        points.beside(lesson.state)
state, text, live = lesson.state, lesson.text, Live(lesson)


def two_numbers() -> NumbersScene:
    """The smallest GAN: all of its page but the end."""
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
            live.part("rail", lambda: rail.show(lesson, NumbersScene(state, text), EXPERIMENT), later=True)
    lesson.picture_first()
    return NumbersScene(state, text)


def in_the_plane() -> PointsScene | None:
    """The arena; None while there is nothing on the stage yet."""
    hand = state["source"] == "hand"
    work = points.by_hand(state) if hand else None
    with lesson.columns():
        with lesson.picture_column():
            with lesson.stage():
                sections.games(lesson)
                sections.points_controls(lesson)
                with lesson.picture(), st.container(key="hands"):
                    with st.container():
                        sections.points_stage(lesson, live, work)
                    if own_points.draws(state):
                        own_points.pad(lesson)
            game = points.played(state, work, lesson.memory) if work else points.shown(state)
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
    panel.panel(lesson, SHIPPED, SETTINGS, lambda key: points.show(state, key))
    return PointsScene(state, text, game) if game else None


def _badge(game: points.Game) -> None:
    updates = f"{game.record['numbers'][-1][0]:.0f}"
    if game.checkpoint is not None:
        lesson.badge(**runs.badge(game.checkpoint, game.name, text, updates=updates))
    elif not game.live:
        data = wording.setting_value(game.recipe.data, text)
        lesson.badge("badge-hand", seed=game.recipe.seed, data=data, updates=updates)


lesson.header()
try:
    scene = in_the_plane() if state["game"] == "points" else two_numbers()
except Problem as problem:
    lesson.notice(problem)
    scene = None
if scene is not None:
    lesson.code(scene)
lesson.end()
