"""The sections on draws: what happens to the interval when they are not independent."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import streamlit as st

from genmodels.probability import likelihood, urn
from genmodels.probability.urn import Run, Sampler, WithoutReplacement, WithReplacement
from lessons.likelihood import figures_draws as figures
from ui.charts import chart
from ui.lesson import Lesson
from ui.live import Live
from ui.numbers import number
from ui.state import Choice, Field, Number, State
from ui.text import Text
from ui.widgets import choice

NUM_BALLS, NUM_RED = 200, 60
NUM_REPEATS = 60
WIDE = 640
WAYS = ("with", "without", "sticky")
PROMISE, KEPT, HARM = 95, 1, 1  # per cent: what is promised, how near counts as kept, and how much less as harm
FEW = 1.15  # draws without replacement that are worth less than so many times their number are hardly worth more
FIELDS: dict[str, Field] = {
    "way": Choice("sticky", WAYS),
    "sticky": Number(0.5, 0, 0.95, decimals=2),
    "draws": Number(100, 5, NUM_BALLS),
    "trial": Number(18, 0, 9999),
}


class Draws:
    """One way to draw from an urn of 60 red balls among 200, and what is concluded from so many draws."""

    def __init__(self, state: State, text: Text) -> None:
        self.text, self.way, self.num_draws, self.trial = text, state["way"], state["draws"], state["trial"]
        self.stickiness = state["sticky"]
        self.sampler = sampler(self.way, self.stickiness)

    @cached_property
    def balls(self) -> urn.Draws:
        """As many draws as there are balls; the experiment is their beginning."""
        return self.sampler.draw(NUM_BALLS, np.random.default_rng(self.trial))[0]

    @cached_property
    def repeats(self) -> urn.Repeats:
        return urn.repeat(self.sampler, self.num_draws, NUM_REPEATS, np.random.default_rng([self.trial, 1]))

    @cached_property
    def run(self) -> Run:
        return urn.follow(self.sampler, self.balls)

    def experiment(self) -> figures.Experiment:
        """Both likelihoods after the draws, and the repetitions."""
        num_red = int(self.balls[: self.num_draws].sum())
        curves = likelihood.bernoulli_curves(num_red, self.num_draws - num_red, 301)
        honest = self.sampler.log_likelihood(self.sampler.summary(self.balls[: self.num_draws])[-1])
        relative = np.exp(honest - honest.max())
        return figures.Experiment(curves.theta, curves.relative, self.sampler.shares(), relative, self.repeats)

    def words(self, *names: str) -> dict[str, str]:
        """What stands in the figures."""
        held = int(self.repeats.covered.sum())
        values = {"held": held, "number": NUM_REPEATS, "n": self.num_draws, "share": f"{self.sampler.share:g}"}
        return {name: self.text(f"draws-{name}", **values) for name in names}

    @cached_property
    def coverage(self) -> float:
        """Per cent of the i.i.d. intervals that hold the truth in the long run."""
        return 100 * urn.coverage(self.sampler, self.num_draws)

    @cached_property
    def independent(self) -> float:
        """The same for independent draws from the same urn."""
        return 100 * urn.coverage(WithReplacement(self.sampler.share), self.num_draws)

    @property
    def kind(self) -> str:
        """The section whose sentences hold for these draws: what they are worth decides, not the way alone."""
        if self.way == "without":
            size = self.sampler.effective_size(self.num_draws)
            more = "-all" if size == np.inf else "-few" if size < FEW * self.num_draws else ""
            return f"draws-without{more}"
        if self.way == "sticky" and self.stickiness:
            return "draws-sticky" if self.independent - self.coverage >= HARM else "draws-sticky-little"
        return "draws-with" if abs(self.coverage - PROMISE) <= KEPT else "draws-with-rough"

    def verdict(self) -> str:
        """What the 95 % of the i.i.d. interval are worth here."""
        values = {
            "n": self.num_draws,
            "sticky": f"{self.stickiness:g}",
            "coverage": f"{self.coverage:.1f}",
            "independent": f"{self.independent:.1f}",
            "honest": int(self.repeats.honest_covered.sum()),
            "number": NUM_REPEATS,
            "size": number(self.sampler.effective_size(self.num_draws), 1),
        }
        return self.text.section(self.kind, **values)


def sampler(way: str, stickiness: float) -> Sampler:
    """Each way to draw, from the same urn."""
    if way == "without":
        return WithoutReplacement(NUM_BALLS, NUM_RED)
    return WithReplacement(NUM_RED / NUM_BALLS, stickiness if way == "sticky" else 0.0)


def section(lesson: Lesson) -> None:
    """What independence buys: one experiment, its repetitions, and the experiment ball by ball."""
    state, text, live = lesson.state, lesson.text, Live(lesson)

    def picture() -> None:
        draws = Draws(state, text)
        words = draws.words("one", "many", "hold", "iid", "honest", "truth", "theta")
        figure = figures.experiment(draws.experiment(), words, lesson.mode)
        chart(figure, "experiment")

    def run() -> None:
        draws = Draws(state, text)
        words = draws.words("share", "draws", "estimate", "iid", "honest", "truth")
        figure = figures.run(draws.run, draws.num_draws, draws.sampler.share, words, lesson.mode)
        chart(figure, "run")

    def verdict() -> None:
        st.markdown(Draws(state, text).verdict())

    lesson.section("draws")
    with lesson.row():
        with st.container(width=WIDE):
            choice(lesson, "way", text("way"), {way: text(f"way-{way}") for way in WAYS})
            live.sliders("draws-controls", "draws", *(["sticky"] if state["way"] == "sticky" else []))
            live.part("experiment", picture)
        with st.container(width="stretch"):
            st.markdown(text.section("draws", number=NUM_REPEATS))
            live.part("verdict", verdict)
            again = {"trial": state["trial"] + 1}
            st.button(text("new-draw"), key="likelihood-again", on_click=state.update, args=[again])
    with lesson.row():
        with st.container(width=WIDE):
            live.part("run", run, later=True)
        with st.container(width="stretch"):
            st.markdown(text.section("run"))
