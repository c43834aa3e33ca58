"""The table of a page's values: limits, the URL, and what it says of values that it cannot use."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from genmodels.data import tokens
    from ui.state import Choice, Number, State, Token

    fields = {
        "epoch": Choice(20, (0, 1, 20)),
        "mode": Choice("plain", ("plain", "path")),
        "digit": Number(7, 0, 9999),
        "t": Number(0.5, 0, 1, decimals=2),
        "z": Number(None, -6, 6, decimals=4),
        "x": Token("", tokens.from_token),
    }
    state = State("test", fields)
    for change in st.session_state.pop("changes", []):
        state.update(change)
    state.mirror("en")
    for problem in state.complaints:
        st.text(str(problem))
    st.json({name: state[name] for name in fields})
    st.code(state.link("en"))


def visit(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def values(app: AppTest) -> dict[str, object]:
    import json

    return dict(json.loads(app.json[0].value))


DEFAULTS = {"epoch": 20, "mode": "plain", "digit": 7, "t": 0.5, "z": None, "x": ""}


def test_without_a_query_everything_is_at_its_default_and_the_link_is_short() -> None:
    app = visit()
    assert values(app) == DEFAULTS
    assert app.code[0].value == "?lang=en"


def test_a_link_reproduces_the_state() -> None:
    app = visit(epoch="1", mode="path", digit="0", t="0.25", z="-1.5")
    assert values(app) == {**DEFAULTS, "epoch": 1, "mode": "path", "digit": 0, "t": 0.25, "z": -1.5}
    query = dict(pair.split("=") for pair in app.code[0].value[1:].split("&"))
    assert values(visit(**query)) == values(app)


def test_every_value_that_cannot_be_used_is_named_with_its_limits() -> None:
    app = visit(epoch="3", mode="<b>", digit="1e99", t="nan", z="seven", x="!!")
    assert values(app) == DEFAULTS
    said = "\n".join(text.value for text in app.text)
    for expected in (
        "epoch = 3",
        "0, 1, 20",
        "mode = <b>",
        "plain, path",
        "digit = 1e99",
        "0 … 9999",
        "t = nan",
        "z = seven",
    ):
        assert expected in said
    assert "damaged" in said  # the picture's own sentence


def test_complaints_end_with_the_first_change() -> None:
    app = visit(digit="-1")
    assert len(app.text) == 1
    app.session_state["changes"] = [{"t": 0.75}]
    app.run()
    assert len(app.text) == 0
    assert values(app)["t"] == 0.75


def test_a_change_that_is_not_allowed_is_left_out() -> None:
    app = visit()
    app.session_state["changes"] = [{"digit": 10_000, "t": [], "mode": None, "epoch": 1, "z": float("inf")}]
    app.run()
    assert values(app) == {**DEFAULTS, "epoch": 1}


def test_numbers_without_decimals_are_whole() -> None:
    assert values(visit(digit="4.0"))["digit"] == 4
    assert values(visit(digit="4.5"))["digit"] == DEFAULTS["digit"]


# --- fields that depend on a value read before


def page_of_a_run() -> None:
    import streamlit as st

    from ui.state import Choice, Number, State, Token

    state = State("run", {"model": Token("", str)})
    for reset in st.session_state.pop("resets", []):
        state.reset("model", "epoch")
        state.update({"model": reset})
    if state["model"] != "late" or st.session_state.get("ready"):
        kept = {"": (0, 20), "late": (0, 3, 5)}.get(state["model"], (0, 1, 2))
        state.add({"epoch": Choice(kept[-1], kept), "digit": Number(0, 0, 99)})
        st.json({name: state[name] for name in ("model", "epoch", "digit")})
        for change in st.session_state.pop("changes", []):
            state.update(change)
        state.mirror("en")
    for problem in state.complaints:
        st.text(str(problem))


def visit_run(**query: str) -> AppTest:
    app = AppTest.from_function(page_of_a_run)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def test_a_field_added_later_is_read_from_the_link_by_its_own_limits() -> None:
    assert values(visit_run(model="a", epoch="1")) == {"model": "a", "epoch": 1, "digit": 0}
    said = visit_run(epoch="1").text
    assert "Allowed: 0, 20" in said[0].value


def test_the_link_waits_for_fields_that_come_in_a_later_run() -> None:
    app = visit_run(model="late", epoch="3", digit="7")
    assert not app.json
    app.run()
    app.session_state["ready"] = True
    app.run()
    assert values(app) == {"model": "late", "epoch": 3, "digit": 7}


def test_another_model_begins_at_its_own_default_and_keeps_the_rest() -> None:
    app = visit_run(model="a", epoch="1", digit="7")
    app.session_state["resets"] = ["b"]
    app.run()
    assert values(app) == {"model": "b", "epoch": 2, "digit": 7}
    assert "epoch" not in app.query_params


def test_a_value_that_the_new_limits_forbid_is_dropped_without_a_word() -> None:
    app = visit_run(epoch="0")
    app.session_state["changes"] = [{"epoch": 20}]
    app.run()
    app.session_state["changes"] = [{"model": "a"}]
    app.run()
    app.run()
    assert values(app) == {"model": "a", "epoch": 2, "digit": 0}
    assert not app.text


def test_a_link_to_a_page_that_was_visited_before_counts() -> None:
    app = visit(digit="3", t="0.25")
    app.session_state["changes"] = [{"t": 0.75}]
    app.run()
    app.query_params.clear()
    app.query_params["digit"] = "5"
    assert values(app.run()) == {**DEFAULTS, "digit": 5}


def test_a_browser_that_is_behind_does_not_bring_old_values_back() -> None:
    app = visit(digit="3")
    for digit in (4, 5, 6):
        app.session_state["changes"] = [{"digit": digit}]
        app.run()
    app.query_params["digit"] = "4"
    assert values(app.run())["digit"] == 6
    app.query_params.clear()
    assert values(app.run())["digit"] == 6, "the menu drops the query; the page keeps its state"


def test_numbers_in_a_row() -> None:
    from ui.state import Numbers, Values

    field = Numbers(Values([0.5, 0.5]), 0, 1, least=2, most=12)
    assert field.parse("0.2,0.8") == (0.2, 0.8) == field.parse([0.2, 0.8])
    assert str(field.parse([1 / 3, 2 / 3])) == "0.333333333333,0.666666666667"
    for wrong in ("0.5", "0.5,x", "0.5,nan", "0.5,-0.5", "2,0", ",".join(["0"] * 13), "", [None, 1]):
        with pytest.raises((ValueError, TypeError)):
            field.parse(wrong)


# --- what components say, and whether the page is as a whole what the state says


def page_with_a_component() -> None:
    import streamlit as st

    from ui.state import Number, State, heard

    state = State("told", {"a": Number(0, 0, 9), "b": Number(0, 0, 9)})

    def say() -> None:
        """A component that was told the revision before last says both of its values."""
        state.update(state.unchanged({"a": 7, "b": 7}, st.session_state["told"]), silent=True)

    def change() -> None:
        state.update({"b": heard("number")})

    st.session_state["told"] = st.session_state.get("now")
    st.session_state["now"] = state.revision
    st.number_input("number", 0, 9, key="number", on_change=change)
    st.button("say", on_click=say)
    st.button("reset", on_click=state.reset, args=["a"])
    st.json({"a": state["a"], "b": state["b"], "whole": state.whole})
    state.mirror("en")
    state.end()


def test_what_a_component_says_does_not_undo_what_was_changed_since() -> None:
    app = AppTest.from_function(page_with_a_component).run()
    app.number_input[0].set_value(3).run()
    assert values(app) == {"a": 0, "b": 3, "whole": False}
    app.button[0].click().run()
    assert values(app) == {"a": 7, "b": 3, "whole": False}, "what nobody changed since counts all the same"
    app.button[0].click().run()
    assert values(app)["b"] == 7, "the component has been told since"


def test_what_a_component_says_does_not_undo_a_reset_or_a_link() -> None:
    app = AppTest.from_function(page_with_a_component).run()
    app.button[1].click().run()
    app.button[0].click().run()
    assert values(app) == {"a": 0, "b": 7, "whole": False}
    app.query_params.clear()
    app.query_params["a"] = "5"
    app.run()
    app.button[0].click().run()
    assert values(app) == {"a": 5, "b": 0, "whole": False}


def page_that_tells_whether_it_is_whole() -> None:
    import streamlit as st

    from genmodels.errors import Problem
    from ui.state import Number, State

    state = State("whole", {"a": Number(0, 0, 9)})
    before = state.whole
    state.end()
    ended = state.whole
    {
        "": lambda: None,
        "change": lambda: state.update({"a": 1}),
        "silent": lambda: state.update({"a": 1}, silent=True),
        "reset": lambda: state.reset("a"),
        "complain": lambda: state.complain(Problem("x", "X.")),
        "answered": lambda: (state.complain(Problem("x", "X.")), state.end(), state.update({}, silent=True)),
    }[st.session_state.get("what", "")]()
    st.json([before, ended, state.whole])


@pytest.mark.parametrize(
    ("what", "whole"),
    [("", True), ("change", False), ("silent", True), ("reset", False), ("complain", False), ("answered", False)],
)
def test_a_page_is_whole_until_more_than_its_parts_has_to_follow(what: str, whole: bool) -> None:
    import json

    app = AppTest.from_function(page_that_tells_whether_it_is_whole).run()
    app.session_state["what"] = what
    app.run()
    assert json.loads(app.json[0].value) == [False, True, whole]


def test_a_callback_hears_its_widget_when_the_next_message_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """At that moment every other look at the session's state ends the callback."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, RerunException
    from streamlit.runtime.state import SafeSessionState, SessionState, session_state_proxy

    from ui.state import heard

    def interrupt() -> None:
        raise RerunException(RerunData())

    session = SessionState()
    session["number"] = 3
    monkeypatch.setattr(session_state_proxy, "get_session_state", lambda: SafeSessionState(session, interrupt))
    with pytest.raises(RerunException):
        st.session_state["number"]
    assert heard("number") == 3
