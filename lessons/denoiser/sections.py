"""Controls and further sections of the page on the denoiser. Layout; no maths."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genmodels import data as datasets
from genmodels.errors import Problem
from lessons.denoiser import batches, models
from lessons.denoiser.batches import Batch, Lanes
from lessons.denoiser.scene import ANY, CARS, LABELS, Network, Wish, guided_interval, original
from ui import background
from ui.components.tiles import tiles
from ui.jobs import runs
from ui.lesson import HAND, Lesson
from ui.own_digit import choose
from ui.widgets import beside, choice, explained_number, select, span

TILE = 64  # CSS pixels: ten of them fit beside what is said of them


def controls(lesson: Lesson, network: Network) -> DeltaGenerator:
    """Which model, which digit, which sampler, other noise, and where the way begins: what begins another trace.

    Returns the place in which it is chosen where one's own digit comes from.
    """
    state, text = lesson.state, lesson.text
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        shipped = {"": text("model-ddpm-mnist"), CARS: text("model-ddpm-cars")}
        runs.chooser(lesson, shipped, models.KINDS, lambda name: models.show(state, name))
        if network.labelled:
            labels = {one: text("any") if one == ANY else one for one in LABELS}
            select(lesson, "label", text("control-label"), labels, width=104)
            explained_number(lesson, "guidance", 0.5, disabled=state["label"] == ANY)
            off = state["label"] == ANY or not state["guidance"]
            span(lesson, ("guide_from", "guide_to"), text("control-guided"), help=text("help-guided"), disabled=off)
        explained_number(lesson, "steps", 1)
        explained_number(lesson, "eta", 0.25)
        if network.labelled:
            begins = {one: text(f"start-{one}") for one in ("noise", "digit")}
            with st.container(width="content"):
                choice(lesson, "start", text("control-start"), begins, label_visibility="collapsed")
        head = st.container(width="content")
        noise = {"noise": state["noise"] + 1}
        st.button(text("other-noise"), key="denoiser-other", on_click=state.update, args=[noise])
    return head


def hand(lesson: Lesson, head: DeltaGenerator) -> None:
    """The digit at which the way begins: a pad, an upload or a test digit, chosen in `head`, and how far it is noised.

    Whatever is new is shown as it comes back, at t = 0.
    """
    state, text = lesson.state, lesson.text
    with st.container(key="hand"), st.container(key="part-digit"):
        choose(lesson, lambda **source: state.update({"x": "", "t": 0, **source}), size=HAND, head=head)
        with st.container(horizontal=True, gap="small"):
            name = text("edit-original")
            tiles("denoiser-original", original(state)[None], name, [name], TILE, ["data"])
            explained_number(lesson, "from_t", 10)


def edit(lesson: Lesson, network: Network) -> None:
    """What becomes of the stage's digit when it is noised and denoised again, several times."""
    state, text = lesson.state, lesson.text
    wish = Wish.of(state, network).from_digit(original(state), state["from_t"], network.num_steps)
    lesson.section("edit")
    st.markdown(text.section("edit", t=state["from_t"]))
    background.asked(
        lesson, "edit", (wish,), lambda: batches.edited(network, wish), lambda batch: _outcomes(lesson, batch)
    )


def _outcomes(lesson: Lesson, batch: Batch) -> None:
    captions = [lesson.text("reads", digit=digit) for digit in batch.read]
    tiles("edit-outcomes", batch.pictures, lesson.text("edit"), captions, 72, ["model"] * len(batch.pictures))


def compare(lesson: Lesson, network: Network) -> None:
    """The same noise with several samplers."""
    wish = Wish.of(lesson.state, network)
    key = (wish.name, wish.label, wish.guidance, wish.interval, wish.noise)
    lesson.section("compare")
    st.markdown(lesson.text.section("compare"))
    background.asked(lesson, "compare", key, lambda: batches.lanes(network, wish), lambda lanes: _lanes(lesson, lanes))


def _lanes(lesson: Lesson, now: Lanes) -> None:
    for i, lane in enumerate(now.lanes):
        kind = lesson.text("ddpm" if lane.eta else "ddim", steps=lane.steps)
        about = lesson.text("lane", milliseconds=f"{1000 * lane.seconds:,.0f}")
        read = lesson.text("reads", digit=lane.read[0]) if lane.read else ""
        with beside(f"**{kind}**  \n:small[:gray[{about}]]  \n:small[:gray[{read}]]", TILE):
            tiles(f"lane-{i}", lane.strip, kind, size=TILE)


def grid(lesson: Lesson, network: Network) -> None:
    """Many at once."""
    labels = tuple(range(10)) * batches.PER_DIGIT if network.labelled else ()
    n = len(labels) or batches.FEW_CARS
    seed, guidance, steps = lesson.state["noise"], lesson.state["guidance"], batches.few_steps(network)
    interval = guided_interval(lesson.state, network)

    def make() -> Iterator[Batch]:
        asked = {"steps": steps, "eta": 0.0, "guidance": guidance, "interval": interval}
        return batches.drawn(network, n, labels, seed, **asked)

    lesson.section("grid")
    about = {"n": n, "steps": steps, "guidance": f"{guidance:g}"}
    st.markdown(lesson.text.section("grid" if labels else "grid-plain", **about))
    key = (network.name, seed, guidance, interval)
    background.asked(lesson, "grid", key, make, lambda batch: _grid(lesson, batch))


def _grid(lesson: Lesson, batch: Batch) -> None:
    text = lesson.text
    wrong = [read != asked for asked, read in zip(batch.asked, batch.read, strict=False)]
    captions = [text("reads", digit=batch.read[i]) if one else "" for i, one in enumerate(wrong)]
    tiles("grid", batch.pictures, text("grid"), captions, 88, ["model"] * len(batch.pictures))
    if batch.seconds:
        label = "grid-read" if batch.read else "grid-done"
        values = {"milliseconds": f"{1000 * batch.seconds:.0f}", "n": len(batch.pictures)}
        st.markdown(text(label, **values, **({"right": len(batch.read) - batch.misread} if batch.read else {})))


def colours(lesson: Lesson, network: Network) -> None:
    """What is known of a model of colour pictures, and the training pictures nearest to its samples."""
    text, card, recipe = lesson.text, network.checkpoint.card, network.checkpoint.recipe
    minutes = f"{network.checkpoint.seconds / 60:.0f}"
    lesson.section("cars")
    if "evaluated" in card:
        known = {name.replace("_", "-"): f"{card['evaluated'][name]:.4f}" for name in ("noise_loss", "copied", "apart")}
        st.markdown(text.section("cars", minutes=minutes, n=card["evaluated"]["n"], **known))
    else:
        loss = card["metrics"][f"{recipe.eval_split}_{recipe.main_loss}"]
        st.markdown(text.section("folder", minutes=minutes, loss=f"{loss:.4f}"))

    def draw(found: batches.Neighbours) -> None:
        for i, row in enumerate(found.rows):
            captions = [text("sample"), *(f"{distance:.4f}" for distance in found.distances[i])]
            tiles(f"near-{i}", row, text("nearest"), captions, 80, ["model", *["data"] * (len(row) - 1)])

    try:
        content = datasets.content_hash(recipe.data)
    except Problem as problem:
        lesson.notice(problem)
        return
    seed = lesson.state["noise"]
    background.asked(lesson, "nearest", (network.name, content, seed), lambda: batches.neighbours(network, seed), draw)
