"""The reader's language: `lang` in the URL, or what was chosen before in this session, or what the browser prefers."""

from __future__ import annotations

import re

import streamlit as st

from ui import style
from ui.state import heard
from ui.text import LANGUAGES, Text, preferred

PARAMETER = "lang"  # in the URL, and the name under which the session remembers it
SWITCH = "language-switch"
UNKNOWN = "unknown-language"  # the page that was asked for in one, and which


def current() -> str:
    """Language to speak now; callable from every page."""
    asked = st.query_params.get(PARAMETER)
    return asked if asked in LANGUAGES else st.session_state.get(PARAMETER) or preferred(st.context.locale)


def settle() -> str:
    """Keep the language for this session and in the URL, from which Streamlit drops it at every change of page."""
    lang = current()
    st.session_state[PARAMETER] = lang
    if PARAMETER not in st.query_params:
        st.query_params[PARAMETER] = lang
    return lang


def switch() -> None:
    """The control EN / 中文; every page shows it in its first row."""
    lang = current()
    st.session_state[SWITCH] = lang  # the URL decides, not what the control showed before
    st.segmented_control(
        Text("frame", lang, None)("language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=SWITCH,
        on_change=_choose,
        required=True,
        label_visibility="collapsed",
    )


def warn_of_unknown(text: Text, page: str) -> None:
    """Say so when the URL asks for a language that the course does not speak, for as long as one is on that page.

    The page puts the right one into the URL, and runs once more when its picture is painted.
    """
    asked = st.query_params.get(PARAMETER)
    if asked is not None and asked not in LANGUAGES:
        st.session_state[UNKNOWN] = page, asked
    place, asked = st.session_state.get(UNKNOWN, ("", ""))
    if place != page:
        st.session_state.pop(UNKNOWN, None)
    elif asked:
        known = ", ".join(LANGUAGES)
        style.notice(text("unknown-language", asked=re.sub(r"[^\w-]", "", asked)[:20], known=known))


def _choose() -> None:
    st.query_params[PARAMETER] = heard(SWITCH)
    st.session_state[UNKNOWN] = ("", "")
