"""Two trained runs side by side: what was set otherwise, what each makes of its plane, and what it costs in truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from genmodels.errors import Problem
from genmodels.evaluation.preview import preview
from genmodels.training import recipes
from genmodels.training.checkpoints import Checkpoint
from lessons.vae import runs
from ui import wording
from ui.charts import chart
from ui.components.run_view import run_view
from ui.figures.learning import compare_curves
from ui.jobs.runs import open_run
from ui.lesson import HALF, Lesson
from ui.text import Text, markdown_table
from ui.widgets import select

NUM_PICTURES, SIZE = 2000, 224


@dataclass(frozen=True)
class Side:
    """One of the two: its name and what is known of its training."""

    name: str
    checkpoint: Checkpoint

    @cached_property
    def split(self) -> str:
        """What its second curve was measured on: "valid" or "test"."""
        return self.checkpoint.recipe.eval_split

    def at(self, epoch: int) -> dict[str, float]:
        """Row of the curve, with the negative ELBO whatever beta and noise the run was trained with, in nats."""
        row = next(row for row in self.checkpoint.card["curve"] if row["epoch"] == epoch)
        return {**row, "true": row[f"{self.split}_reconstruction"] + row[f"{self.split}_kl"]}

    @property
    def kept(self) -> dict[str, float]:
        """The row of the epoch that is the model."""
        return self.at(self.checkpoint.epoch)

    @property
    def curve(self) -> tuple[list[int], list[float]]:
        """Trained epochs, and the negative ELBO after each."""
        epochs = [int(row["epoch"]) for row in self.checkpoint.card["curve"] if row["epoch"] > 0]
        return epochs, [self.at(epoch)["true"] for epoch in epochs]


def two_runs(lesson: Lesson, name: str, checkpoint: Checkpoint) -> None:
    """The run on the page at the left, and another one that the reader chooses at the right."""
    lesson.section("compare")
    other = _choose(lesson, name)
    if not other:
        return
    text, left = lesson.text, Side(name, checkpoint)
    try:
        right = Side(other, open_run(other, runs.KINDS))
        views = [_view(run.name, run.checkpoint) for run in (left, right)]
    except Problem as problem:
        lesson.notice(problem)
        return
    with lesson.row():
        for side, run, view in zip(("left", "right"), (left, right), views, strict=True):
            with st.container(width=HALF):
                st.markdown(f"**{runs.label(run.name, run.checkpoint.recipe, text)}**")
                run_view(f"compare-{side}", view, text.all("view-"), SIZE)
    with lesson.row():
        with st.container(width=HALF):
            st.markdown(table(left, right, text))
            lesson.note("compare-note")
        with st.container(width=HALF):
            chart(_figure(left, right, lesson), "compare-curves")


def _choose(lesson: Lesson, name: str) -> str:
    """The other run; "" for none."""
    state, text, listed = lesson.state, lesson.text, runs.listed()
    recipe_of = {run: recipe for run, recipe in listed.items() if run != name}
    chosen = "" if state["other"] == name else state["other"]
    if chosen and chosen not in recipe_of:  # older than those listed, or gone
        recipe_of[chosen] = listed.get(chosen) or recipes.make(runs.SHIPPED)
    words = {"": text("compare-none")} | {run: runs.label(run, recipe, text) for run, recipe in recipe_of.items()}
    with lesson.row():
        with st.container(width=HALF):
            select(lesson, "other", text("compare-with"), words, key="other-run", value=chosen)
        with st.container(width=HALF):
            st.markdown(text.section("compare"))
    return str(chosen)


@st.cache_resource(show_spinner=False, max_entries=2 * runs.NUM_KEPT)
def _view(name: str, _checkpoint: Checkpoint) -> dict[str, np.ndarray[Any, Any]]:
    """The plane and the pictures of one run."""
    import torch

    few = _checkpoint.recipe.examples("test").subset(torch.arange(NUM_PICTURES))
    return preview(_checkpoint.recipe, _checkpoint.model(), few)


def table(left: Side, right: Side, text: Text) -> str:
    """Markdown: first what was set otherwise, then what was measured at the epoch that each has kept."""
    settings = [recipes.as_settings(run.checkpoint.recipe) for run in (left, right)]
    rows = [[text("compare-what"), text("compare-left"), text("compare-right")]]
    rows += [
        [text(wording.setting_name(one)), *(wording.setting_value(setting[one], text) for setting in settings)]
        for one in settings[0]
        if settings[0][one] != settings[1][one]
    ]
    rows.append([text("row-epoch"), *(str(run.checkpoint.epoch) for run in (left, right))])
    rows.append([text("row-own"), *(_own_loss(run) for run in (left, right))])
    for part in ("true", "reconstruction", "kl"):
        rows.append([text(f"row-{part}"), *(_measured(run, part, text, (left, right)) for run in (left, right))])
    return markdown_table(rows, "lrr")


def _own_loss(run: Side) -> str:
    """The mean since the epoch began; before the first one there is none."""
    return f"{run.kept['train_total']:.1f}" if "train_total" in run.kept else "–"


def _measured(run: Side, part: str, text: Text, both: Sequence[Side]) -> str:
    value = run.kept["true" if part == "true" else f"{run.split}_{part}"]
    where = f" ({text(f'split-{run.split}')})" if part == "true" and len({one.split for one in both}) > 1 else ""
    return f"{'**' * (part == 'true')}{value:.1f}{'**' * (part == 'true')}{where}"


def _figure(left: Side, right: Side, lesson: Lesson) -> go.Figure:
    text = lesson.text
    words = {name: text(f"curve-{name}") for name in ("unit", "epoch", "train", "second", "cut")}
    lines = [(text(f"compare-{side}"), *run.curve) for side, run in (("left", left), ("right", right))]
    return compare_curves(lines, words, left.checkpoint.recipe.unit.digits, lesson.mode)
