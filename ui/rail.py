"""What stands beside the stage: step by step, a prediction, challenges. Layout and words; no maths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from ui.components.focus import focus
from ui.components.progress import progress
from ui.components.shortcuts import Shortcut, shortcuts
from ui.lesson import LINK, Lesson
from ui.scene import Challenge, Scene, told
from ui.text import together

Changes = Mapping[str, object] | Callable[[], Mapping[str, object]]
STEPS = "steps"  # the part of every page that holds the steps


def show(
    lesson: Lesson, scene: Scene, predict: Changes | None = None, also: Sequence[Challenge] = (), of: str = ""
) -> None:
    """The steps with the numbers on screen, the prediction, whose experiment makes these changes to the state, and
    the challenges: the scene's and `also` those of other parts; what was reached is reached `of` this model.
    """
    lesson.following(STEPS, lambda: _steps(lesson, scene))
    if predict is not None:
        _predict(lesson, predict)
    if every := [*scene.challenges(), *also]:
        challenges(lesson, every, of)


def _steps(lesson: Lesson, scene: Scene) -> None:
    """One step at a time. As the page opens it is the first, and the whole picture; "Begin" sets off its part."""
    state, text, steps = lesson.state, lesson.text, told(lesson.text, scene)
    chosen, last = state["step"], len(steps)

    def go(step: int) -> None:
        state.update({"step": step}, silent=True)
        lesson.redraw([STEPS, LINK, *lesson.focused])

    lesson.heading("steps")
    back, ahead = (f"{lesson.page}-step-{way}" for way in ("back", "next"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="step-bar"):
        st.button(text("step-back"), key=back, on_click=go, args=[chosen - 1], disabled=chosen < 1)
        label = "step-begin" if not chosen else "step-next" if chosen < last else "step-done"
        st.button(text(label), key=ahead, on_click=go, args=[(chosen + 1) % (last + 1)], type="primary")
        st.markdown(f":gray[{max(chosen, 1)} / {last}]")
    head, _, body = steps[max(chosen, 1) - 1].partition("\n\n")
    with st.container(key="step"):
        st.markdown(f":yellow-badge[{max(chosen, 1)}] {head}\n\n{body}")
    focus(lesson.part(scene), lesson.moved)
    keys = {"ArrowLeft": back, "ArrowRight": ahead}
    shortcuts("step-keys", [Shortcut(key, button, within="rail-column") for key, button in keys.items()])


def _predict(lesson: Lesson, changes: Changes) -> None:
    """Guess first, then let the page do it: the picture answers, and then a sentence.

    Changes that depend on the state are asked for when the button is pressed.
    """
    text, memory = lesson.text, lesson.memory
    with st.container(key="ask"):
        st.markdown(f"**{text('predict')}**")
        st.markdown(text.section("predict"))
        options = ["a", "b", "c"]
        named: Any = {"format_func": lambda option: text(f"predict-{option}"), "label_visibility": "collapsed"}
        # while the picture is being computed the rail is not there, and Streamlit forgets what was chosen in it
        kept = options.index(memory["guess"]) if memory.get("guess") else None
        guess = memory["guess"] = st.radio(text("predict"), options, index=kept, key=f"{lesson.page}-guess", **named)

        def experiment() -> None:
            lesson.state.update(changes() if callable(changes) else changes)
            memory["guessed"] = True

        look: Any = {"type": "primary", "disabled": guess is None, "key": f"{lesson.page}-do"}
        with st.container(key="watch-predict"):
            st.button(text("predict-do"), on_click=experiment, **look)
        if "guessed" in memory and guess:
            st.markdown(f"{text(f'predict-{guess}-answer')} {text.section('predict-answer')}")


def challenges(lesson: Lesson, goals: Sequence[Challenge], of: str = "") -> None:
    """Goals that the page checks itself; what was reached once stays reached in this session, `of` this model.

    The browser keeps the names of what was reached, and marks what an earlier visit has (docs/decisions/progress.md).
    """
    lesson.heading("challenges")
    reached: set[tuple[str, str]] = lesson.memory.setdefault("reached", set())
    forgotten: set[tuple[str, str]] = lesson.memory.setdefault("forgotten", set())
    rows = f"goals-{goals[0].name}"
    with st.container(key=rows):
        for goal in goals:
            if not goal.reached:
                forgotten.discard((of, goal.name))
            elif (of, goal.name) not in forgotten:
                reached.add((of, goal.name))
            _challenge(lesson, goal, (of, goal.name) in reached)
    names, solved = [goal.name for goal in goals], sorted({name for _, name in reached})
    progress(f"progress-{goals[0].name}", lesson.page, solved, names, rows, lesson.text("solved-before"))


def forget(memories: Iterable[dict[str, Any]]) -> None:
    """Nothing was reached on these pages; what their present state reaches counts when it has been left in between."""
    for memory in memories:
        reached = memory.get("reached", set())
        memory.setdefault("forgotten", set()).update(reached)
        reached.clear()


def _challenge(lesson: Lesson, goal: Challenge, done: bool) -> None:
    icon = ":material/check_circle:" if done else ":material/radio_button_unchecked:"
    words = lesson.text(f"challenge-{goal.name}", **goal.values)
    where = lesson.text("done") if done else goal.distance
    gap = "" if words.endswith("。") else " "
    st.markdown(together(f"{icon} {words}{gap}:small[:gray[{where}]]"))
