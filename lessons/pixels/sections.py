"""Controls and first sections of the page on pixels. Layout; no maths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from genmodels.errors import Problem
from genmodels.evaluation import completion
from genmodels.evaluation.completion import Completions
from lessons.pixels import models
from lessons.pixels.fields import Seeing, fields
from lessons.pixels.models import KINDS, MOST_FORCED, RECURRENT, Network, overwritten
from lessons.pixels.scene import ANY, LABELS, SHOWN, Scene, Wish
from ui import background
from ui.components import Listener
from ui.components.tiles import tiles
from ui.jobs import runs
from ui.lesson import HAND, Lesson
from ui.live import Live
from ui.own_digit import choose
from ui.state import State, heard
from ui.widgets import beside, choice, explained_number, number, select

NUM_COMPLETIONS, NUM_WEIGHED, TILE = 6, 256, 88


def controls(lesson: Lesson, network: Network) -> DeltaGenerator:
    """Which model, what is to be drawn or read, with which chance.

    Returns the place in which it is chosen where one's own digit comes from.
    """
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        shipped = {"": text("model-pixelcnn-mnist"), RECURRENT: text("model-pixelrnn-mnist")}
        runs.chooser(lesson, shipped, KINDS, lambda name: models.show(state, name))
        if network.labelled:
            labels = {one: text("any") if one == ANY else one for one in LABELS}
            select(lesson, "label", text("control-label"), labels, width=84)
        explained_number(lesson, "temperature", 0.1, disabled=state["start"] == "read", width=124)
        begins = {one: text(f"start-{one}") for one in ("draw", "read", "complete")}
        with st.container(width="content"):
            choice(lesson, "start", text("control-start"), begins, label_visibility="collapsed")
        head = st.container(width="content")
        other = {"chance": state["chance"] + 1, "forced": ""}
        st.button(text("other-chance"), key="pixels-other", on_click=state.update, args=[other])
    return head


def hand(lesson: Lesson, head: DeltaGenerator) -> None:
    """The digit that is read or completed, and how: a pad, an upload or a test digit, chosen in `head`."""
    state, text = lesson.state, lesson.text
    with st.container(key="hand"):
        choose(lesson, lambda **source: state.update({"x": "", "forced": "", **source}), size=HAND, head=head)
        if state["start"] == "read":
            ways = {one: text(f"shown-{one}") for one in SHOWN}
            select(lesson, "shown", text("control-shown"), ways)
        else:
            halves = {one: text(f"erased-{one}") for one in ("lower", "upper")}
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                select(lesson, "erased", text("control-erased"), halves, width=96)
                number(lesson, "rows", text("control-rows"), width=72)


def overwrite(lesson: Lesson, scene: Scene) -> None:
    """Take another level for the pixel that comes next and let the model draw the rest; and take that back."""
    state, text, network = lesson.state, lesson.text, scene.network

    def other() -> None:
        forced = overwritten(state["forced"], network.num_pixels, network.model.levels)
        pixel = min(scene.done, network.num_pixels - 1)
        forced |= {pixel: (scene.level + 1) % network.model.levels}
        state.update({"forced": ".".join(f"{one}-{level}" for one, level in forced.items())})

    with st.container(horizontal=True, gap="small", key="overwrite"):
        forced = overwritten(state["forced"], network.num_pixels, network.model.levels)
        st.button(text("overwrite"), key="pixels-overwrite", on_click=other, disabled=len(forced) >= MOST_FORCED)
        if forced:
            take_back = text("as-drawn", number=len(forced))
            st.button(take_back, key="pixels-as-drawn", on_click=state.update, args=[{"forced": ""}])


def sees(lesson: Lesson, live: Live) -> None:
    """What each ingredient sees at the page's pixel."""
    text, state = lesson.text, lesson.state
    lesson.section("sees")
    st.markdown(text.section("sees"))
    names = {name: text(f"ingredient-{name}") for name in ("plain", "gated", "dilated")}
    names[RECURRENT] = text("model-pixelrnn-mnist")
    try:
        shown = [Seeing(words, name, models.fields_of(name)) for name, words in names.items()]
    except Problem as problem:
        lesson.notice(problem)
        return
    words = text.all("field-")

    def clicked() -> None:
        match heard("fields").get("values"):
            case {"values": dict(values), "revision": int(revision)}:
                state.update(state.unchanged(values, revision))  # the stage goes there too

    def draw(listener: Listener) -> None:
        fields("fields", shown, state["pixel"], words, replace(listener, moving=clicked, resting=lambda: None))

    live.control("fields", draw, later=True)


def complete(lesson: Lesson, network: Network) -> None:
    """Six ways to complete the stage's digit, drawn; and, where ink is kept below the hole, weighed by it."""
    state, text = lesson.state, lesson.text
    wish = Wish.of(state, network)
    ready = state["start"] == "complete"
    lesson.section("complete")
    st.markdown(text.section("complete"))
    if not ready:
        with st.container(horizontal=True, gap="small"):
            for erased in ("lower", "upper"):
                changes = {"start": "complete", "erased": erased, "forced": ""}
                st.button(text(f"complete-{erased}"), key=f"complete-{erased}", on_click=state.update, args=[changes])
        return

    def make() -> Iterator[Completions]:
        given, hole = wish.picture(network)[0], wish.hole()
        number = NUM_COMPLETIONS if wish.erased == "lower" else NUM_WEIGHED
        generator = torch.Generator().manual_seed(wish.chance)
        yield completion.complete(network.model, given, hole, number, generator, wish.label)

    st.markdown(text.section(f"complete-{wish.erased}", rows=wish.rows, n=NUM_WEIGHED))
    background.asked(lesson, "complete", (wish,), make, lambda found: _completions(lesson, wish, found))


def _completions(lesson: Lesson, wish: Wish, found: Completions) -> None:
    text, pictures = lesson.text, (255 * found.x[:, 0]).round().to(torch.uint8).numpy()
    first = pictures[:NUM_COMPLETIONS]
    costs = [text("kept-bits", bits=f"{bits:.0f}") for bits in found.bits_kept[:NUM_COMPLETIONS].tolist()]
    exact = wish.erased == "lower"
    with beside(f"**{text('complete-exact' if exact else 'complete-drawn')}**", TILE, NUM_COMPLETIONS):
        tiles("completed", first, text("complete"), [] if exact else costs, TILE, ["model"] * len(first))
    if exact:
        return
    best = found.weights.argsort(descending=True)[:NUM_COMPLETIONS]
    shares = [f"{100 * share:.0f} %" for share in found.weights[best].tolist()]
    with beside(f"**{text('complete-weighed')}**", TILE, NUM_COMPLETIONS):
        tiles("weighed", pictures[best], text("complete"), shares, TILE, ["model"] * len(best))
    st.markdown(text.section("complete-worth", n=len(pictures), effective=f"{found.effective:.1f}"))


def upper_half(state: State) -> dict[str, object]:
    """The state that the prediction asks about: the upper half of a 4 of the test set is drawn anew, to the end."""
    models.show(state, "")
    shipped = models.network(models.SHIPPED)
    state.add(shipped.fields())
    digit = {"start": "complete", "erased": "upper", "rows": 14, "digit": 4, "x": "", "label": ANY}
    return {**digit, "temperature": 1, "chance": 1, "forced": "", "pixel": shipped.num_pixels}
