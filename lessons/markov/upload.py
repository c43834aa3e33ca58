"""A table from a file; where that leaves open how its letters are written, the reader is asked."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from genmodels.errors import Problem
from genmodels.probability import delimited, transitions
from ui.lesson import Lesson
from ui.state import heard
from ui.widgets import select


def uploaded(data: bytes, encoding: str = "") -> Mapping[str, object]:
    """The changes that show the table in a file. Raises Problem where it holds none."""
    found, rows = transitions.read_csv(data, encoding)
    return {"matrix": ";".join(map(",".join, rows)), "names": ",".join(found), "start": 0}


def upload(lesson: Lesson) -> None:
    """The button behind which a file is chosen, of any type: what cannot be read is told in a sentence of ours."""
    state, text, memory = lesson.state, lesson.text, lesson.memory

    def read(encoding: str = "") -> None:
        memory["encoding"] = encoding
        if not (file := heard("file")):
            return
        data = file.getvalue()
        try:
            state.update(uploaded(data, encoding))
            if not encoding and (guessed := delimited.text_of(data)[1]):
                memory["encoding"] = guessed
                sentence = (
                    "The file does not say how its letters are written; they were read as {encoding}. "
                    "If names look wrong, choose another encoding below the file, or save it as CSV in UTF-8."
                )
                raise Problem("chain-file-guessed", sentence, encoding=text(f"encoding-{guessed}"))
        except Problem as problem:
            state.complain(problem)

    with st.popover(text("upload")):
        st.file_uploader(text("upload-what"), key="file", on_change=read)
        if memory.get("encoding"):
            names = {name: text(f"encoding-{name}") for name in delimited.ENCODINGS}
            select(lesson, "", text("encoding"), names, key="encoding", value=memory["encoding"], choose=read)
