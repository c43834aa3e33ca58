"""The VAE latent explorer: a real VAE's plane of codes, decoded under the pointer; the shipped one or any own run."""

from __future__ import annotations

import streamlit as st

from genmodels.data import tokens
from lessons.vae import compare, runs, sections
from lessons.vae.latent_plane import latent_plane, read_view
from lessons.vae.scene import Scene
from ui.components.decoder import decoder
from ui.jobs import form, panel
from ui.lesson import LINK, RAIL, STAGE, Lesson
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
    view = state.unchanged(*read_view(heard("plane").get("view"), name, epochs))
    if view.get("digit", state["digit"]) != state["digit"]:
        changes = {one: value for one, value in view.items() if one not in ("z1", "z2")}
        sections.show_picture(state, **changes)
    else:
        point_alone = all(view.get(one, state[one]) == state[one] for one in ("mode", "epoch", "to"))
        state.update(view, silent=True)
        if not point_alone:
            state.outdate()
        scene.moved()
    lesson.redraw([LINK, "rail", "beside", "code"])


def beside() -> None:
    if state["mode"] == "manifold":
        sections.remembered_or_invented(lesson, scene)


scene = Scene(state, text, name, latent)
lesson.header()
seen = runs.painted(st.session_state.get("plane")) == name
decoder(b"" if seen else runs.payload(name, latent), key="decoder")

with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            latent_plane("plane", scene.plane_data(report=not seen), on_view_change=moved)
        lesson.caption()
        if latent.plane.num_dims != 2:
            about = {"dim": latent.plane.num_dims, "share": f"{100 * latent.share:.0f}"}
            lesson.note("line-note" if latent.plane.num_dims == 1 else "plane-note", **about)
        lesson.badge(**runs.badge(name, latent, state["epoch"], text))
    with st.container(width=RAIL):
        lesson.following("rail", lambda: lesson.rail(scene, of=state["model"]))

if lesson.first_run:
    st.skeleton(height=600)
    state.mirror(lesson.lang)
else:
    lesson.following("beside", beside)
    sections.own_digit(lesson, scene)
    panel.panel(lesson, runs.SHIPPED, SETTINGS, lambda key: runs.show_model(state, key))
    if 0 in epochs:  # z out of the way of what there is
        lesson.predict_and_look({"epoch": 0, "mode": "digits", "z1": 1.6, "z2": -1.6}, sections.look(scene))
    figure = runs.learning_figure(name, state["epoch"], lesson.lang, lesson.mode, latent)
    lesson.curves(figure, **runs.last_losses(latent, text))
    compare.two_runs(lesson, name, latent.checkpoint)
    lesson.following("code", lambda: lesson.code(scene))
    lesson.end()
