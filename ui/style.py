"""The look beyond .streamlit/config.toml: style.css, and colour tokens as CSS variables for it and components."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from zlib import crc32

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.errors import StreamlitDuplicateElementKey

from ui import theme
from ui.scene import Term

ROOT = Path(__file__).parent.parent
ICON = str(ROOT / "frame" / "static" / "icon.png")
SIDEBAR_WIDTH = 256


def apply(lang: str, brand: str) -> None:
    """Dress the page; `brand` stands at the head of the menu."""
    st.html(f"<style>{stylesheet(lang, brand)}</style>")


def stage_alone() -> None:
    """Leave nothing of a lesson but its stage, for as long as what calls this draws it."""
    st.html(f"<i hidden></i><style>{_sheet('stage_alone')}</style>")  # with more than a style it stays in its place


def notice(sentence: str) -> None:
    """A sentence about something that could not be done as asked; calm, not an alarm, and in no role's colour."""
    with _box(f"notice-{crc32(sentence.encode())}"):
        st.markdown(f":material/info: {sentence}")


def small(sentence: str) -> None:
    """A short remark, in small grey type."""
    st.markdown(f":small[:gray[{sentence}]]")


def _box(key: str) -> DeltaGenerator:
    """A container that style.css finds by its key; two parts of a page may have the same to say."""
    number = 0
    while True:
        with suppress(StreamlitDuplicateElementKey):
            return st.container(key=f"{key}-{number}")
        number += 1


def equation(terms: Sequence[Term], unit: str) -> None:
    """Numbers in the colours of their roles, each above its caption, with signs between them."""
    parts, sign = [], ""
    for term in terms:
        if isinstance(term, str):
            sign = f"<b>{escape(term)}</b>"
        else:
            parts.append(f"<div>{sign}{_number(*term)}</div>")  # a sign stays with the number behind it
    st.html(f'<div class="gm-equation">{"".join(parts)}<small>{escape(unit)}</small></div>')


def _number(value: str, caption: str, role: str, part: str = "") -> str:
    words = f"<strong>{escape(value)}</strong><small>{escape(caption)}</small>"
    return f'<span data-part="{part}" style="color:var(--gm-{role})">{words}</span>'


@cache
def stylesheet(lang: str, brand: str) -> str:
    """Variables `--gm-<token>`, then style.css. `light-dark()` follows a change of theme without asking the server.

    Custom properties reach into the shadow roots of components, which may use them too.
    """
    tokens = "".join(f"--gm-{name}:light-dark({theme.LIGHT[name]},{theme.DARK[name]});" for name in theme.LIGHT)
    words = f"--gm-brand:{json.dumps(brand, ensure_ascii=False)};--gm-leading:{1.75 if lang == 'zh' else 1.6};"
    own = _sheet(lang) if lang == "zh" else ""
    return f":root,.stApp{{{tokens}{words}}}{_sheet('style')}{own}"


@cache
def _sheet(name: str) -> str:
    return (Path(__file__).parent / f"{name}.css").read_text(encoding="utf-8")
