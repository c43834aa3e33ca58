"""The five parts of every page: question, live picture, step by step, challenges, code. Layout and words; no maths."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from genmodels.errors import Problem
from ui import language, style
from ui.components.copy_link import copy_link
from ui.components.glossary import glossary
from ui.components.picture_first import picture_first
from ui.course import PAGES
from ui.notebook import notebook
from ui.scene import Challenge, Scene, Term
from ui.state import Field, State
from ui.text import LESSONS, Text, fill, terms

if TYPE_CHECKING:
    import plotly.graph_objects as go

Changes = Mapping[str, object] | Callable[[], Mapping[str, object]]
STAGE, RAIL, HALF = 704, 288, 496
LINK = "link"  # the part of every page that holds the link to its state


class Lesson:
    """One page in the visitor's language and theme, with its state."""

    def __init__(self, page: str, fields: Mapping[str, Field]) -> None:
        self.page = page
        self.lang = language.current()
        self.mode = st.context.theme.type
        self.text = Text(page, self.lang, self.mode)
        self.state = State(page, fields)
        self.memory: dict[str, Any] = st.session_state.setdefault(f"memory:{page}", {})  # callbacks may write into it
        self.ended = False

    def end(self) -> None:
        """The page has been drawn to its end; to be called there. A message that comes before breaks the run off."""
        self.state.end()
        if not self.state.whole:  # something of the link is known only now to be unknown
            st.rerun()
        self.ended = True
        self.state.mirror(self.lang)

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
            with st.container(width=RAIL * 2 + 96, key="title"):
                st.title(self.text("title"), anchor=False)
                st.markdown(self.text.section("question"))
            with st.container(horizontal=True, width="stretch", horizontal_alignment="right", key="utilities"):
                language.switch()
                with st.container(width="content"):
                    self.following(LINK, self._link)
        for problem in self.state.complaints:
            self.notice(problem)

    def _link(self) -> None:
        copy_link(f"{self.page}-link", self.state.link(self.lang), self.text("copy-link"), self.text("copied"))
        self.state.mirror(self.lang)

    def following(self, key: str, draw: Callable[[], None]) -> None:
        """A part of the page that a callback can have drawn anew alone: `redraw([LINK, key])`.

        What follows the hand is drawn this way; running the whole page for it takes several times as long. A button
        in it that changes more than this part has the whole page drawn.
        """

        def drawn() -> None:
            if self.ended and not self.state.whole:
                st.rerun()
            draw()

        st.fragment(drawn, key=key)()

    def redraw(self, parts: Sequence[str]) -> None:
        """Have these parts drawn anew, or the whole page where more than its parts has changed; for callbacks.

        A run of the whole page draws them anyway. It must not be broken off: the browser has then forgotten already
        which parts look after something that is being computed, and nothing would ever tell it again.
        """
        context = get_script_run_ctx()
        if context is None or not context.fragment_ids_this_run:
            return
        if not self.state.whole:
            st.rerun()
        if parts:
            st.rerun(list(parts))

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
        st.markdown(f":small[:gray[{' '.join(self.text(label, **values) for label in labels)}]]")

    def hand_on(self, label: str, page: str, **query: object) -> None:
        """A quiet link to another page of the course, if that is there yet, which opens with these values."""
        if page not in PAGES:
            return
        values = {name: str(value) for name, value in query.items()}
        st.page_link(f"../pages/{page}.py", label=self.text(label), query_params={"lang": self.lang, **values})

    # --- 2. the live picture

    def row(self) -> DeltaGenerator:
        """A row that wraps when it has to; stage and rail, or two halves, go into it."""
        return st.container(horizontal=True, gap="medium")

    def stage(self) -> DeltaGenerator:
        """Where the live picture stands: the one filled panel of a page."""
        return st.container(width=STAGE, key="stage")

    def caption(self, **values: object) -> None:
        """At most two lines under the picture: what to do, and what the marks mean."""
        st.markdown(f":small[:gray[{self.text.section('caption', **values)}]]")

    def badge(self, **values: object) -> None:
        """Which model computed the picture: checkpoint, size, data, device, speed."""
        st.markdown(f":gray-badge[{self.text('badge', **values)}]")

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

    # --- 3. step by step

    def rail(self, scene: Scene, also: Sequence[Challenge] = (), of: str = "") -> None:
        """Beside the stage: the steps with the numbers on screen, the challenges, and `also` those of other parts."""
        self.steps(self._told(scene))
        if challenges := [*scene.challenges(), *also]:
            self.challenges(challenges, of)

    def _told(self, scene: Scene) -> list[str]:
        """Each step, as many as the prose has: the formula, the same with the numbers on screen, the result."""
        variants, values = scene.step_variants, scene.step_values()
        numbers = range(1, self.text.count("step") + 1)
        return [self.text.section(variants.get(number, f"step-{number}"), **values) for number in numbers]

    @st.fragment
    def steps(self, steps: Sequence[str]) -> None:
        """Step by step: one step open at a time."""
        self.heading("steps")
        num_steps = len(steps)
        key, memory = f"{self.page}-step", self.memory
        active = memory.setdefault("step", 1)

        def go(step: int) -> None:
            memory["step"] = step

        for number, step in enumerate(steps, start=1):
            head, _, body = step.partition("\n\n")
            badge = f":{'yellow' if number == active else 'gray'}-badge[{number}]"
            st.markdown(f"{badge} {head}" + (f"\n\n{body}" if number == active else ""))
        with st.container(horizontal=True, vertical_alignment="center"):
            last = active == num_steps
            st.button(self.text("step-back"), key=f"{key}-back", on_click=go, args=[active - 1], disabled=active == 1)
            ahead, label = (1, "step-first") if last else (active + 1, "step-next")
            st.button(self.text(label), key=f"{key}-next", on_click=go, args=[ahead], type="primary")
            st.markdown(f":gray[{active} / {num_steps}]")

    # --- 4. challenges and a prediction

    def challenges(self, challenges: Sequence[Challenge], of: str = "") -> None:
        """Goals that the page checks itself; what was reached once stays reached in this session, `of` this model."""
        self.heading("challenges")
        reached: set[tuple[str, str]] = self.memory.setdefault("reached", set())
        for challenge in challenges:
            if challenge.reached:
                reached.add((of, challenge.name))
            done = (of, challenge.name) in reached
            icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
            goal = self.text(f"challenge-{challenge.name}", **challenge.values)
            where = self.text("done") if done else challenge.distance
            st.markdown(f"{icon} {goal} :small[:gray[{where}]]")

    def predict(self, changes: Changes) -> None:
        """Guess first, then let the page do it: the button makes `changes` to the state, and the picture answers.

        Changes that depend on the state are asked for when the button is pressed.
        """
        with st.container(key="ask"):
            st.markdown(f"**{self.text('predict')}**")
            st.markdown(self.text.section("predict"))
            options = ["a", "b", "c"]
            named: Any = {"format_func": lambda option: self.text(f"predict-{option}"), "label_visibility": "collapsed"}
            guess = st.radio(self.text("predict"), options, index=None, key=f"{self.page}-guess", **named)

            def experiment() -> None:
                self.state.update(changes() if callable(changes) else changes)
                self.memory["guessed"] = True

            look: Any = {"type": "primary", "disabled": guess is None, "key": f"{self.page}-do"}
            st.button(self.text("predict-do"), on_click=experiment, **look)
            if "guessed" in self.memory and guess:
                st.markdown(f"{self.text(f'predict-{guess}-answer')} {self.text.section('predict-answer')}")

    def predict_and_look(self, changes: Changes, look: Sequence[str] = ("look",)) -> None:
        """The prediction, and beside it what to look for, in these sections."""
        self.section()
        with self.row():
            with st.container(width=HALF):
                self.predict(changes)
            with st.container(width=HALF):
                self.heading("look")
                st.markdown("\n\n".join(map(self.text.section, look)))

    def curves(self, figure: go.Figure, **values: object) -> None:
        """How the model on this page learned, and what the lines mean."""
        from ui.figures.style import CONFIG  # brings plotly, which pages without a chart do without

        self.section("curves")
        with self.row():
            with st.container(width=640):
                st.plotly_chart(figure, theme=None, config=CONFIG, key=f"{self.page}-curves")
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
                    notebook(self.text, self._told(scene), snippet, scene.printed),
                    file_name=f"{self.page}.ipynb",
                    mime="application/x-ipynb+json",
                    key=f"{self.page}-notebook",
                    on_click="ignore",
                )
            with st.container(width="stretch"):
                st.markdown(self.text.section("code"))
