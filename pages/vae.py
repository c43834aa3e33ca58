"""The VAE latent explorer: a real VAE's two-dimensional plane of codes, decoded under the pointer."""

from __future__ import annotations

from typing import Any

import streamlit as st

from genmodels.data import tokens
from genmodels.data.pictures import from_upload, prepare
from genmodels.errors import Problem
from ui import explorer
from ui.components import sketch
from ui.components.decoder import decoder
from ui.components.latent_plane import latent_plane, read_view
from ui.components.tiles import tiles
from ui.lesson import HALF, RAIL, STAGE, Lesson
from ui.state import Choice, Number, Token

MODEL = "vae-mnist"

with Lesson.guard("vae"):
    latent = explorer.latent_map(MODEL)
last = len(latent.labels) - 1
lesson = Lesson(
    "vae",
    {
        "mode": Choice("digits", ("digits", "manifold", "path")),
        "epoch": Choice(latent.epochs[-1], latent.epochs),
        "digit": Number(0, 0, last),
        "to": Number(3, 0, last),
        "t": Number(0.5, 0, 1, decimals=2),
        "z1": Number(None, -6, 6, decimals=4),
        "z2": Number(None, -6, 6, decimals=4),
        "x": Token("", tokens.from_token),
    },
)
state, text = lesson.state, lesson.text


def show_picture(**source: Any) -> None:
    """Another picture x; the point z goes to its mean."""
    state.update({"x": "", "z1": None, "z2": None, **source})


def moved() -> None:
    """The visitor moved something in the plane."""
    view = read_view(st.session_state["plane"].get("view"), latent.epochs)
    if view.get("digit", state["digit"]) != state["digit"]:
        show_picture(**{name: value for name, value in view.items() if name not in ("z1", "z2")})
    else:
        state.update(view, silent=True)


def own_picture() -> None:
    """Draw, upload or choose the picture x; whatever is new is shown at once."""
    source = st.segmented_control(
        text("own"),
        ["draw", "upload", "test"],
        default="draw",
        format_func=lambda name: text(f"source-{name}"),
        key="source",
        label_visibility="collapsed",
        required=True,
    )
    picture = None
    if source == "draw":
        drawing = sketch.sketch("sketch", text.all("sketch-"))
        picture = explorer.take("drawing", drawing, lambda raw: prepare(sketch.picture(raw)))
    elif source == "upload":
        file = st.file_uploader(text("upload"), key="upload")
        picture = explorer.take("upload", file.getvalue() if file else None, from_upload)
    else:  # the state decides what the field shows
        st.session_state["digit-number"] = state["digit"]
        st.number_input(
            text("digit-number"),
            0,
            last,
            step=1,
            key="digit-number",
            on_change=lambda: show_picture(digit=st.session_state["digit-number"]),
        )
    if picture is not None:
        st.session_state["vae-notes"] = picture.notes
        show_picture(x=tokens.to_token(picture.pixels))
        st.rerun()


def remembered_or_invented() -> None:
    """The decoded picture beside the training digits most like it."""
    lesson.section("nearest")
    pictures, captions, roles = scene.neighbours(text)
    tiles("neighbours", pictures, text("nearest-alt"), captions, size=72, roles=roles)
    lesson.note("nearest-note")


def own_digit() -> None:
    """What the encoder says of the visitor's picture."""
    lesson.section("own")
    with lesson.row():
        with st.container(width=HALF):
            try:
                own_picture()
            except Problem as problem:
                lesson.notice(problem)
        with st.container(width=HALF):
            captions = [text("own-prepared"), text("own-reconstructed")]
            tiles("own", scene.own(), text("own-alt"), captions, size=112, roles=["data", "model"])
            st.markdown(scene.cloud)
            lesson.note("own-prepared-note", *scene.notes())
            st.markdown(text("own-samples"))
            tiles("samples", scene.samples(), text("own-samples"), size=40)


scene = explorer.Scene(MODEL, state)
lesson.header()
decoder(explorer.payload_for(st.session_state.get("plane"), MODEL), key="decoder")

with lesson.row():
    with st.container(width=STAGE):
        with lesson.stage():
            latent_plane("plane", scene.plane_data(text, report=lesson.first_run), on_view_change=moved)
        lesson.caption()
        lesson.badge(**explorer.badge(latent, state["epoch"], text))
    with st.container(width=RAIL):
        lesson.steps(4, **scene.step_values(text))
        lesson.challenges(scene.challenges(text))

if lesson.first_run:
    st.skeleton(height=600)
else:
    if state["mode"] == "manifold":
        remembered_or_invented()
    own_digit()
    lesson.predict_and_look({"epoch": 0, "mode": "digits", "z1": 1.6, "z2": -1.6})  # z out of the way of what there is
    figure = explorer.learning_figure(MODEL, state["epoch"], lesson.lang, lesson.mode)
    lesson.curves(figure, **explorer.last_losses(latent, text))
    lesson.code(scene.equation, **scene.code_values())
state.mirror(lesson.lang)
