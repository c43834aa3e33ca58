"""The section on a Gaussian: mean and width dragged over data, with the log-likelihood as a map."""

from __future__ import annotations

import math
import re
from functools import cached_property

import numpy as np
import streamlit as st

from genmodels.errors import Problem
from genmodels.probability import checks, likelihood
from lessons.likelihood import figures_normal as figures
from lessons.likelihood.figures_normal import X_RANGE, Fitted, Landscape
from ui.charts import chart
from ui.lesson import HALF, Lesson
from ui.live import Coordinate, Handle, Live
from ui.numbers import decimals, equation, number
from ui.scene import Term
from ui.state import Field, Number, State, Token
from ui.text import Text
from ui.widgets import mirrored, require_short

SAMPLE = "-1.2, 0.3, 0.8, 1.1, 1.9, 2.4, 3, 4.1"
MOST_NUMBERS, MOST_SIGNS = 40, 300
DROPS = (math.log(2), math.log(20), math.log(1000))  # nats: half, a twentieth, a thousandth of the likelihood
STEP, LEAST_SIGMA = 0.05, 0.1
_COMMA = re.compile(r"[+−-]?[0-9]*,[0-9]+")  # one comma, with a digit behind it at once


FIELDS: dict[str, Field] = {
    "mu": Number(0, *X_RANGE, decimals=3),
    "sigma": Number(1, LEAST_SIGMA, 4, decimals=3),
    "x": Token(SAMPLE, lambda written: require_short(len(written), MOST_SIGNS)),
}


def read(written: str) -> np.ndarray:
    """Numbers as somebody types them. Raises Problem for what is none, and for what does not fit into the picture."""
    numbers = []
    for word in _words(written):
        try:
            value = float(checks.fraction(word, "x"))
        except Problem as error:
            sentence = "“{word}” is not a number; write numbers such as 1.5, with commas or spaces between them."
            raise Problem("typed-number", sentence, word=word[:20]) from error
        if not X_RANGE[0] <= value <= X_RANGE[1]:
            sentence = "{word} lies beside the picture; give numbers from {low} to {high}."
            raise Problem("typed-beside", sentence, word=word[:20], low=f"{X_RANGE[0]:g}", high=f"{X_RANGE[1]:g}")
        numbers.append(value)
    if len(numbers) > MOST_NUMBERS:
        sentence = "{given} numbers are too many for the picture; give at most {most}."
        raise Problem("typed-many", sentence, given=len(numbers), most=MOST_NUMBERS)
    return np.array(numbers)


def _words(written: str) -> list[str]:
    """The numbers in a row, as texts. Raises Problem where a comma may stand within one or between two."""
    listed = [word.rstrip(",") for word in re.split(r"[\s;，；、]+", written)]
    doubtful = [word for word in listed if _COMMA.fullmatch(word)]
    lists = "." in written or any(word.count(",") > 1 for word in listed)
    if doubtful and not lists and not re.search("[;；]", written):
        sentence = "“{word}” can be one number or two; write {one} for one, and {two} for two."
        word = doubtful[0]
        raise Problem("typed-comma", sentence, word=word, one=word.replace(",", "."), two=word.replace(",", ", "))
    whole = doubtful if not lists else []  # where semicolons stand between numbers, a comma is a decimal one
    return [part for word in listed for part in ([word] if word in whole else word.split(",")) if part]


class Gaussian:
    """One state of the section. Raises Problem while the data are no numbers, or all the same."""

    def __init__(self, state: State, text: Text) -> None:
        self.text, self.mu, self.sigma = text, state["mu"], state["sigma"]
        self.data = read(state["x"])
        self.best = likelihood.normal_fit(self.data)

    def fitted(self) -> Fitted:
        """The density that the hand gives, over the data."""
        x = np.union1d(np.linspace(*X_RANGE, 121), self.mu + self.sigma * np.linspace(-3, 3, 61))
        density = np.exp(likelihood.normal_log_density(x, self.mu, self.sigma))
        heights = np.exp(likelihood.normal_log_density(self.data, self.mu, self.sigma))
        return Fitted(self.mu, self.sigma, x, density, self.data, heights)

    def landscape(self) -> Landscape:
        """The map, and the way up from where the hand is."""
        contours = [likelihood.normal_contour(self.data, drop) for drop in DROPS]
        slopes = likelihood.normal_score(self.data, self.mu, self.sigma)
        return Landscape(contours, (self.mu, self.sigma), (float(slopes[0]), float(slopes[1])), self.best)

    @cached_property
    def terms(self) -> list[float]:
        """The parts of the log-likelihood."""
        return [float(term) for term in likelihood.normal_terms(self.data, self.mu, self.sigma)]

    def equation(self) -> list[Term]:
        """log L(mu, sigma) and its terms, for the live equation."""
        places = decimals((sum(self.terms), *self.terms))
        names = [self.text(f"normal-{name}") for name in ("constant", "width", "misfit")]
        parts = [(value, name, "ink") for value, name in zip(self.terms, names, strict=True)]
        return equation(places, (sum(self.terms), self.text("normal-total"), "model"), *parts)

    def verdict(self) -> str:
        """Where the maximum is, how far above, and which way leads up."""
        highest = float(likelihood.normal_log_likelihood(self.data, *self.best))
        slopes = likelihood.normal_score(self.data, self.mu, self.sigma)
        values = {"mean": number(self.best[0]), "deviation": number(self.best[1]), "highest": number(highest)}
        below = number(highest - sum(self.terms), 2)
        up = {"slope-mu": number(float(slopes[0]), 2), "slope-sigma": number(float(slopes[1]), 2)}
        return self.text("normal-verdict", n=len(self.data), below=below, **values, **up)


def section(lesson: Lesson) -> None:
    """Two handles over the density, and the same two numbers as a point on the map."""
    text, live = lesson.text, Live(lesson)

    def density() -> None:
        if (gaussian := _now(lesson)) is not None:
            words = {name: text(f"normal-{name}") for name in ("density", "x", "mu", "end")}
            figure = figures.density(gaussian.fitted(), words, lesson.mode)
            chart(figure, "density")

    def landscape() -> None:
        if (gaussian := _now(lesson)) is not None:
            words = {name: text(f"normal-{name}") for name in ("mu", "sigma", "best", "curves")}
            figure = figures.landscape(gaussian.landscape(), words, lesson.mode)
            chart(figure, "landscape")

    def words() -> None:
        if (gaussian := _now(lesson)) is not None:
            lesson.equation(*gaussian.equation(), unit=text("nats"))
            st.markdown(gaussian.verdict())

    def points() -> list[Handle]:
        level = Coordinate(0)
        centre = Handle(text("normal-mu"), live.coordinate("mu", step=STEP), level)
        end = Handle(text("normal-sigma"), live.coordinate("sigma", base="mu", step=STEP), level)
        return [centre, end] if _now(lesson) else []

    lesson.section("normal")
    st.markdown(text.section("normal"))
    _data(lesson, live)
    with lesson.row():
        with st.container(width=HALF):
            live.chart("density", density, figures.FRAME, points)
        with st.container(width=HALF):
            live.part("landscape", landscape)
    live.part("normal-words", words)


def _now(lesson: Lesson) -> Gaussian | None:
    """The section's numbers, or None while what was typed gives none."""
    try:
        return Gaussian(lesson.state, lesson.text)
    except Problem:
        return None


def _data(lesson: Lesson, live: Live) -> None:
    """The numbers, to be typed; what is wrong with them; and a button that takes both handles to the maximum."""
    state = lesson.state
    best: dict[str, float] = {}
    problem = None
    try:
        mean, deviation = Gaussian(state, lesson.text).best
        best = {"mu": mean, "sigma": max(deviation, LEAST_SIGMA)}
    except Problem as found:
        problem = found
    refused: list[Problem] = lesson.memory.setdefault("data-refused", [])

    def take(written: str) -> None:
        try:
            require_short(len(written), MOST_SIGNS)
        except Problem as found:
            refused.append(found)
        else:
            state.update({"x": written})

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(lesson.text("normal-data"), width=HALF, **mirrored("likelihood-data", state["x"], take))
        top = lesson.text("normal-top")
        st.button(top, key="likelihood-top", on_click=state.update, args=[best], disabled=not best)
    while refused:
        lesson.notice(refused.pop())
    if problem and problem.code == "typed-comma":
        live.repair(problem, {"x": re.sub(",(?=[0-9])", ".", state["x"])}, key="comma-decimal", label="comma-decimal")
        between = {"x": state["x"].replace(",", ", ")}
        st.button(lesson.text("comma-between"), key="likelihood-comma-between", on_click=state.update, args=[between])
    elif problem:
        live.repair(problem, {"x": SAMPLE}, key="repair-x")
