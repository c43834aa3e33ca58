"""The settings of a recipe as fields of a page's state, and as controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from genmodels.data import points
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe
from ui import wording
from ui.lesson import Lesson
from ui.state import Choice, Field, Number, State, Token
from ui.widgets import OFF_ON, number, select, toggle

THIRD = 149  # CSS pixels: three boxes fill half a page, and 0.0015 is seen whole beside the buttons of a box


def fields(name: str, settings: Sequence[str]) -> dict[str, Field]:
    """State for these settings of the recipe `name`, and `job`, the key of the training that is watched."""
    return {**{setting: _field(name, setting) for setting in settings}, "job": Token("", checkpoints.trained_folder)}


def _field(name: str, setting: str) -> Field:
    one = recipes.field_of(name, setting)
    default: Any = recipes.first_settings(name).get(setting, one.default)
    if one.type == "bool":
        return Choice(OFF_ON[default], OFF_ON)
    if "options" in one.metadata:
        return Choice(default, one.metadata["options"])
    if "longest" in one.metadata:
        return Token(default, points.from_token)
    low, high = one.metadata["limits"]
    return Number(default, low, high, decimals=0 if one.type == "int" else 5)


def recipe(state: State, name: str, settings: Sequence[str]) -> Recipe:
    """The recipe that the state of the page describes; Problem where own points are chosen and none are drawn."""
    values = {setting: state[setting] for setting in settings}
    if values.get("data") != "drawn":
        values.pop("drawn", None)
    return recipes.make(name, **{one: OFF_ON.index(v) == 1 if v in OFF_ON else v for one, v in values.items()})


def control(lesson: Lesson, name: str, setting: str) -> None:
    """One setting; what is drawn elsewhere on the page has none."""
    one, text = recipes.field_of(name, setting), lesson.text
    label = wording.heading(setting, text)
    if one.type == "bool":
        with st.container(width="stretch"):
            toggle(lesson, setting, label)
    elif "options" in one.metadata:
        words = {option: wording.setting_value(option, text) for option in one.metadata["options"]}
        select(lesson, setting, label, words, width=232)
    elif "limits" in one.metadata:
        _, high = one.metadata["limits"]
        step = 1 if one.type == "int" else 0.5 if high > 1 else 0.0005
        number(lesson, setting, label, step, width=THIRD)
