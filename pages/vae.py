"""The VAE latent explorer: a real VAE's plane of codes, decoded under the pointer; the shipped one or any own run."""

from __future__ import annotations

import streamlit as st

from genmodels.data import tokens
from lessons.vae import compare, runs, sections
from lessons.vae.latent_plane import latent_plane, read_moved, read_view
from lessons.vae.scene import Scene
from ui import own_digit, rail
from ui.components.decoder import decoder
from ui.jobs import form, panel
from ui.lesson import LINK, Lesson
from ui.state import Choice, Number, Token, heard

SETTINGS = ("epochs", "latent_dim", "beta", "learning_rate", "seed", "data", "noise", "relu_after_encoder")

with Lesson.guard("vae"):
    lesson = Lesson("vae", {**runs.fields(), **form.fields(runs.SHIPPED, SETTINGS)})
    latent = runs.chosen(lesson.state)
state, text, name = lesson.state, lesson.text, runs.name_of(lesson.state)
if latent is None:
    lesson.header()
    runs.wait_for(name)
    st.stop()

last, reach, epochs = len(latent.labels) - 1, max(6.0, latent.extent), latent.epochs
state.add(
    {
        "mode": Choice("digits", ("digits", "manifold", "path") if latent.plane.num_dims == 2 else ("digits", "path")),
        "epoch": Choice(epochs[latent.own], epochs),
        "digit": Number(0, 0, last),
        "to": Number(3, 0, last),
        "t": Number(0.5, 0, 1, decimals=2),
        "z1": Number(None, -reach, reach, decimals=4),
        "z2": Number(None, -reach, reach, decimals=4),
        "x": Token("", tokens.from_token),
    }
)


def moved() -> None:
    """The visitor moved something in the plane: where that was the point alone, only what follows it is drawn anew."""
    raw = heard("plane").get("view")
    view = state.unchanged(*read_view(raw, name, epochs))
    lesson.memory["moved"] = read_moved(raw)
    if view.get("digit", state["digit"]) != state["digit"]:
        changes = {one: value for one, value in view.items() if one not in ("z1", "z2")}
        sections.show_picture(state, **changes)
    else:
        point_alone = all(view.get(one, state[one]) == state[one] for one in ("mode", "epoch", "to"))
        state.update(view, silent=True)
        if not point_alone:
            state.outdate()
        scene.moved()
    lesson.redraw([*lesson.unsent("picture"), LINK, "rail", "beside", "code"])


def drawn() -> None:
    """A stroke on the pad: another x, which all follows but the page's settings."""
    message = heard("plane").get("drawing")
    lesson.memory["moved"] = read_moved(message) or lesson.moved
    own_digit.drawn(lesson, message, sections.show_drawing(lesson))
    scene.moved()
    lesson.redraw(["picture", LINK, "rail", "own", "beside", "code"])


def picture() -> None:
    seen = runs.painted(st.session_state.get("plane")) == name
    pad = {"pad": own_digit.pad_data(lesson), "placed": lesson.memory.get("placed", 0)}
    latent_plane("plane", {**scene.plane_data(), **pad, "report": not seen}, moved, drawn)


def beside() -> None:
    if state["mode"] == "manifold":
        sections.remembered_or_invented(lesson, scene)


scene = Scene(state, text, name, latent)
brought = runs.painted(st.session_state.get("plane")) == name
lesson.header()
# z out of the way of what there is
experiment = {"epoch": 0, "mode": "digits", "z1": 1.6, "z2": -1.6} if 0 in epochs else None

with lesson.columns():
    picture_column, rail_column = lesson.picture_column(), lesson.rail_column()
    with rail_column:
        beside_picture = st.container()
        # sent before the picture, which waits for it; it is not seen, so it stands where it moves nothing down
        decoder(b"" if brought else runs.payload(name, latent), key="decoder")
    with picture_column:
        with lesson.stage():
            lesson.following("picture", picture)
        lesson.caption()
        if latent.plane.num_dims != 2:
            about = {"dim": latent.plane.num_dims, "share": f"{100 * latent.share:.0f}"}
            lesson.note("line-note" if latent.plane.num_dims == 1 else "plane-note", **about)
        lesson.badge(**runs.badge(name, latent, state["epoch"], text))
        with st.expander(text("other-picture"), key="other-picture"):
            lesson.following("own", lambda: sections.other_picture(lesson, scene))
        lesson.look(*sections.look(scene))
    with beside_picture:
        lesson.following("rail", lambda: rail.show(lesson, scene, experiment, of=state["model"]))

if lesson.first_run:
    st.skeleton(height=600)
    state.mirror(lesson.lang)
else:
    lesson.following("beside", beside)
    panel.panel(lesson, runs.SHIPPED, SETTINGS, lambda key: runs.show_model(state, key))
    with lesson.further("other") as unfolded:
        if unfolded:
            figure = runs.learning_figure(name, state["epoch"], lesson.lang, lesson.mode, latent)
            lesson.curves(figure, **runs.last_losses(latent, text))
            compare.two_runs(lesson, name, latent.checkpoint)
            sections.look_further(lesson, scene)
    lesson.following("code", lambda: lesson.code(scene))
    lesson.end()
