"""Home: real digits beside drawn ones, what learning means, and the families with a way into their lessons."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from genmodels.training import checkpoints
from ui.components.tiles import tiles
from ui.course import PAGES, SECTIONS
from ui.lesson import RAIL, Lesson
from ui.state import Number
from ui.text import Text

if TYPE_CHECKING:
    from genmodels.models.layers import GenerativeModel
    from genmodels.training.checkpoints import Checkpoint

MODEL = "vae-mnist"
SIDE = 5  # digits per row and column of a panel
PANEL = 312  # pixels
FAMILIES = {"exact": ("pixel",), "bound": ("vae", "vqvae", "diffusion"), "implicit": ("gan",)}
PAGE_OF = {"diffusion": "denoiser"}  # of a family whose lesson has another name
COLUMNS = ("family", "likelihood", "cost", "latent")


@st.cache_resource(show_spinner=False)
def trained(name: str) -> tuple[Checkpoint, GenerativeModel]:
    """The shipped model, one for all readers. On the processor: the way to a graphics card is longer than the work."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model("cpu")
    model.sample(1)  # the first call of all sets things up, and is not what the badge should report
    return checkpoint, model


def real(seed: int) -> NDArray[np.uint8]:
    """Test digits drawn by chance: (SIDE * SIDE, 28, 28)."""
    from genmodels.data import mnist  # brings torch: the warm-up has it loaded, this file must not wait for it

    test = mnist.load("test").images[:, 0].numpy()
    return test[np.random.default_rng(seed).integers(len(test), size=SIDE * SIDE)]


def drawn(seed: int) -> tuple[NDArray[np.uint8], dict[str, object]]:
    """New digits from the model (SIDE * SIDE, 28, 28), and what the badge says about how they came about."""
    import torch

    checkpoint, model = trained(MODEL)
    start = time.perf_counter()
    images = model.sample(SIDE * SIDE, generator=torch.Generator().manual_seed(seed))
    milliseconds = 1000 * (time.perf_counter() - start)
    facts = {
        "name": MODEL,
        "parameters": f"{checkpoint.card['parameters']:,}",
        "epochs": checkpoint.epoch,
        "device": str(images.device).upper(),
        "milliseconds": f"{milliseconds:.1f}",
    }
    return (images[:, 0].numpy() * 255).round().astype(np.uint8), facts


def grid(images: NDArray[np.uint8], gap: int = 2) -> NDArray[np.uint8]:
    """Square pictures (SIDE * SIDE, S, S) side by side in one."""
    size = images.shape[-1] + gap
    padded = np.pad(images, ((0, 0), (0, gap), (0, gap))).reshape(SIDE, SIDE, size, size)
    return padded.transpose(0, 2, 1, 3).reshape(SIDE * size, SIDE * size)[:-gap, :-gap]


def panel(role: str, colour: str, images: NDArray[np.uint8]) -> None:
    """Digits under the name of what they are, in its role's colour."""
    with st.container(width=PANEL):
        st.markdown(f":{colour}[**{text(role)}**] :small[:gray[{text(f'{role}-note')}]]")
        tiles(role, grid(images)[None], text(f"{role}-alt"), size=PANEL, roles=[role])


def family_table() -> str:
    """The families as a table that a narrow screen can stack; those that have a lesson are links."""
    head = "".join(f"<th scope='col'>{escape(text(f'head-{column}'))}</th>" for column in COLUMNS)
    groups = ""
    for group, families in FAMILIES.items():
        rows = f"<tr><th scope='rowgroup' colspan='{len(COLUMNS)}'>{escape(text(f'group-{group}'))}</th></tr>"
        for family in families:
            cells = [escape(text(f"{family}-{column}")) for column in COLUMNS]
            if (page := PAGE_OF.get(family, family)) in PAGES:
                cells[0] = f"<a href='{page}?lang={lesson.lang}' target='_self'>{cells[0]}</a>"
            rest = "".join(
                f"<td data-label='{escape(text(f'head-{column}'))}'>{cell}</td>"
                for column, cell in zip(COLUMNS[1:], cells[1:], strict=True)
            )
            rows += f"<tr><th scope='row'>{cells[0]}</th>{rest}</tr>"
        groups += f"<tbody>{rows}</tbody>"
    return f"<table class='gm-families'><thead><tr>{head}</tr></thead>{groups}</table>"


with Lesson.guard("home"):
    trained(MODEL)
lesson = Lesson("home", {"seed": Number(0, 0, 999_999)})
text, seed = lesson.text, lesson.state["seed"]
lesson.header()
with lesson.row():
    with st.container(width=704):
        with lesson.stage():
            new, facts = drawn(seed)
            with st.container(horizontal=True, gap="medium"):
                panel("data", "blue", real(seed))
                panel("model", "orange", new)
            st.button(text("again"), type="primary", on_click=lesson.state.update, args=({"seed": seed + 1},))
        lesson.caption()
        st.markdown(f":gray-badge[{text('badge', **facts)}]")
    with st.container(width=RAIL):
        st.header(text("idea"), anchor=False)
        st.markdown(text.section("idea"))
        if "vae" in PAGES:
            st.page_link(
                "../pages/vae.py",
                label=text("open"),
                icon=":material/arrow_forward:",
                query_params={"lang": lesson.lang},
            )
st.header(text("families"), anchor=False)
st.markdown(text.section("families"))
st.html(family_table())
lesson.section("foundations")
st.markdown(text.section("foundations"))
with st.container(horizontal=True):
    for page in SECTIONS["probability"]:
        name = Text(page, lesson.lang, lesson.mode)("title")
        st.page_link(f"../pages/{page}.py", label=name, query_params={"lang": lesson.lang})
lesson.state.mirror(lesson.lang)
