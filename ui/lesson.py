"""The frame of every page: question, live picture, room for the rail, further parts, code, what comes next."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genmodels.errors import Problem
from ui import language, style
from ui.components.copy_link import copy_link
from ui.components.glossary import glossary
from ui.components.picture_first import picture_first
from ui.components.shortcuts import Shortcut, shortcuts
from ui.components.to_stage import to_stage
from ui.course import PAGES, after, has_stage
from ui.notebook import notebook
from ui.parts import Parts
from ui.scene import Scene, Term, told
from ui.state import Choice, Field, Number, heard
from ui.text import LESSONS, Text, fill, labels, terms

if TYPE_CHECKING:
    import plotly.graph_objects as go

# CSS pixels: the stage at most, the rail at least, one of two halves, what a page says at its head, a pad in the stage
STAGE, RAIL, HALF, LEAD, HAND = 704, 256, 480, 608, 184
LINK = "link"  # the part of every page that holds the link to its state


def _own_fields(page: str, num_steps: int) -> dict[str, Field]:
    """What the state of every page holds beside its own: the step that is open, and whether the stage stands alone."""
    fields: dict[str, Field] = {}
    if has_stage(page):
        fields["view"] = Choice("page", ("page", "stage"))
    if num_steps:
        fields |= {"step": Number(0, 0, num_steps), "further": Choice("auto", ("auto", "open", "folded"))}
    return fields


class Lesson(Parts):
    """One page in the visitor's language and theme, with its state."""

    def __init__(self, page: str, fields: Mapping[str, Field]) -> None:
        self.lang = language.current()
        self.mode = st.context.theme.type
        self.text = Text(page, self.lang, self.mode)
        super().__init__(page, {**fields, **_own_fields(page, self.text.count("step"))})
        self.focused: list[str] = []  # parts that are drawn otherwise when another step is open

    def end(self) -> None:
        """The page's last line: what comes next in the course."""
        self._next()
        super().end()
        self.state.mirror(self.lang)

    def _next(self) -> None:
        """The lesson that comes after this page, in one line; after the last one, home."""
        page = after(self.page)
        if page is None:
            return
        book = labels(self.lang)[page]
        with st.container(key="next"):
            st.markdown(f":gray[{self.text('next')}]")
            label = f"**{book['title']}** {book['teaser']}"
            st.page_link(f"../pages/{page}.py", label=label, query_params={"lang": self.lang})

    @staticmethod
    @contextmanager
    def guard(page: str) -> Iterator[None]:
        """Around what a page cannot do without: where that fails, title and sentence stand instead of the page."""
        try:
            yield
        except Problem as problem:
            logging.getLogger(__name__).exception("page %s cannot be shown", page)
            lesson = Lesson(page, {})
            lesson.header()
            lesson.notice(problem)
            st.stop()

    # --- 1. the question

    def header(self) -> None:
        """Title and question, language switch, the link to this state, and what the URL asked for in vain."""
        glossary(terms(self.lang, self.page))
        with st.container(horizontal=True, gap="medium", vertical_alignment="top"):
            with st.container(width=LEAD, key="title"):
                st.title(self.text("title"), anchor=False)
                st.markdown(self.text.section("question"))
            with st.container(
                horizontal=True, width="stretch", horizontal_alignment="right", gap="small", key="utilities"
            ):
                language.switch()
                if "view" in self.state.fields:
                    with st.container(width="content"):
                        self.following("stage-alone", self._stage_alone)
                with st.container(width="content"):
                    self.following(LINK, self._link)
        for problem in self.state.complaints:
            self.notice(problem)

    def _stage_alone(self) -> None:
        """The choice between the page and its stage alone, for a projector."""
        alone = self.state["view"] == "stage"

        def turn() -> None:
            self.state.update({"view": "page" if alone else "stage"}, silent=True)
            self.redraw(["stage-alone", LINK])

        keys = [Shortcut("f", "view")]
        if alone:
            keys.append(Shortcut("Escape", "view"))
        with st.container(key="view-choice"):
            label, hint = ("view-page", "view-page-hint") if alone else ("view-stage", "view-stage-hint")
            st.button(self.text(label), key="view", on_click=turn, help=self.text(hint))
            if alone:
                style.stage_alone()
        shortcuts("view-keys", keys)
        to_stage()

    def _link(self) -> None:
        copy_link(f"{self.page}-link", self.state.link(self.lang), self.text("copy-link"), self.text("copied"))
        self.state.mirror(self.lang)

    def notice(self, problem: Problem) -> None:
        """Something that could not be done as asked, in a calm sentence."""
        style.notice(self.text.problem(problem))

    def heading(self, label: str) -> None:
        """Heading of a part of the page."""
        st.header(self.text(label), anchor=False)

    def section(self, label: str = "") -> None:
        """Beginning of a further part of the page, set off from what is above."""
        st.space("small")
        if label:
            self.heading(label)

    def note(self, *labels: str, **values: object) -> None:
        """Short remarks in small type."""
        style.small(" ".join(self.text(label, **values) for label in labels))

    def hand_on(self, label: str, page: str, /, **query: object) -> None:
        """A quiet link to another page of the course, if that is there yet, which opens with these values."""
        if page not in PAGES:
            return
        values = {name: str(value) for name, value in query.items()}
        st.page_link(f"../pages/{page}.py", label=self.text(label), query_params={"lang": self.lang, **values})

    # --- 2. the live picture

    def row(self) -> DeltaGenerator:
        """A row that wraps when it has to; two halves go into it, or a chart and what is said of it."""
        return st.container(horizontal=True, gap="medium")

    def columns(self) -> DeltaGenerator:
        """Room for the picture with what is said of it, and for the rail: side by side where there is width."""
        return st.container(horizontal=True, gap="medium", key="columns")

    def picture_column(self) -> DeltaGenerator:
        """The first of the `columns`: stage, caption, badge, and what to look for."""
        return st.container(key="picture-column")

    def rail_column(self) -> DeltaGenerator:
        """The second: steps, prediction, challenges."""
        return st.container(key="rail-column")

    def below_picture(self) -> DeltaGenerator:
        """A third one, for the first further part: below the picture where there is width, else below the rail."""
        return st.container(key="below-picture")

    def stage(self) -> DeltaGenerator:
        """Where the live picture stands: the one filled panel of a page."""
        return st.container(key="stage")

    def picture(self) -> DeltaGenerator:
        """What the stage is for; where it stands alone, its controls and numbers stand beside this."""
        return st.container(key="picture")

    def caption(self, section: str = "caption", /, **values: object) -> None:
        """At most two lines under the picture: what to do, and what the marks mean."""
        style.small(self.text.section(section, **values))

    def badge(self, label: str = "badge", /, **values: object) -> None:
        """Which model computed the picture: checkpoint, size, data, device, speed."""
        st.markdown(f":gray-badge[{self.text(label, **values)}]")

    @cached_property
    def first_run(self) -> bool:
        """Whether the visitor has only just come: the live picture is then shown alone.

        All the rest would hold it up by more than a second. The picture, once painted, makes the page run again.
        """
        first = "seen" not in self.memory
        self.memory["seen"] = True
        return first

    def equation(self, *terms: Term, unit: str = "") -> None:
        """The live equation; whoever calls it rounds so that it adds up as it stands."""
        style.equation(terms, unit)

    def picture_first(self) -> None:
        """On a visitor's first run the page ends here, and goes on when the browser has painted what is above."""
        if self.first_run:
            st.skeleton(height=600)
            picture_first(self.page)
            self.state.mirror(self.lang)
            st.stop()

    # --- 3. further parts

    def part(self, scene: Scene) -> str:
        """The part of the stage, or several, that the open step speaks of; "" while none is open."""
        step = self.state["step"]
        return scene.step_parts[step - 1] if step else ""

    def look(self, *sections: str) -> None:
        """What to look for in the picture, in these sections; it stands below the stage."""
        self.heading("look")
        st.markdown("\n\n".join(map(self.text.section, sections or ["look"])))

    @contextmanager
    def further(self, *names: str) -> Iterator[bool]:
        """Parts for those who want more, folded as a page opens; gives whether they are to be drawn.

        A link that sets one of the fields `names`, which stand there, unfolds them.
        """
        state, key = self.state, f"{self.page}-further"
        asked = any(state[name] != state.fields[name].default for name in names)
        st.session_state[key] = state["further"] == "open" or (asked and state["further"] == "auto")

        def turn() -> None:
            state.update({"further": "open" if heard(key) else "folded"})

        self.section()
        fold = st.expander(self.text("further"), key=key, on_change=turn)
        with fold:
            yield bool(fold.open)

    def curves(self, figure: go.Figure, **values: object) -> None:
        """How the model on this page learned, and what the lines mean."""
        from ui.charts import chart  # brings plotly, which pages without a chart do without

        self.section("curves")
        with self.row():
            with st.container(width=640):
                chart(figure, f"{self.page}-curves")
            with st.container(width="stretch"):
                st.markdown(self.text.section("curves", **values))

    # --- 5. code

    def code(self, scene: Scene) -> None:
        """The page's snippet, or its `variant`, with the values on screen, and what it prints; also as a notebook."""
        values = scene.code_values()
        file = LESSONS / self.page / f"snippet{values.get('variant', '')}.py.txt"
        snippet = fill(file.read_text(encoding="utf-8"), values).strip()
        self.section("code")
        with self.row():
            with st.container(width=640, key="code"):
                st.code(snippet, language=None)
                st.markdown(f":gray[{self.text('prints')}] `{scene.printed}`")
                st.download_button(
                    self.text("notebook"),
                    notebook(self.text, told(self.text, scene), snippet, scene.printed),
                    file_name=f"{self.page}.ipynb",
                    mime="application/x-ipynb+json",
                    key=f"{self.page}-notebook",
                    on_click="ignore",
                )
            with st.container(width="stretch"):
                st.markdown(self.text.section("code"))
