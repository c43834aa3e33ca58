"""The page of PyTorch notes without a browser: what it shows is what PyTorch gives, and questions check themselves."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from scipy.stats import norm
from streamlit.testing.v1 import AppTest

from genmodels import shape_questions
from genmodels.models.schedule import NoiseSchedule
from lessons.pytorch.scene import FIELDS, NOTES, RIGHT
from lessons.pytorch.sections import CHOICES, SLIDERS
from tests.app import challenges_done, component, in_url, notices, open_page, run_snippet, shown, step, words
from ui.state import Number
from ui.text import LANGUAGES, Text, labels

OWN = labels("en")["pytorch"]


def opened(lang: str = "en", **query: object) -> AppTest:
    app = open_page("pytorch", lang=lang, **{name: str(value) for name, value in query.items()})
    assert not app.exception
    return app


def grids(app: AppTest) -> dict[str, dict[str, object]]:
    """The tensors on the stage, by name."""
    return {one["name"]: one for one in component(app, "tensor")["grids"]}


def sources(app: AppTest, name: str, other: str) -> list[int]:
    """Of each cell of the tensor `name`, the number of the cell of `other` that it came from."""
    return [next(flat for one, flat in cell if one == other) for cell in grids(app)[name]["sources"]]  # type: ignore[attr-defined]


# --- every note


STATES: dict[str, list[dict[str, object]]] = {
    "draws": [{"n": 10}, {"n": 100_000, "seed": 7}],
    "like": [{"dtype": "int64"}, {"fill": "zeros_like", "dtype": "float16"}, {"fill": "rand_like", "rows": 1}],
    "loader": [{"batch": 7, "turn": 3, "shuffle": "on", "drop": "on"}, {"batch": 512, "turn": 59_999}, {"batch": 1}],
    "ppf": [{"grid": 2, "low": 0.4}, {"grid": 20, "low": 0.01}],
    "view": [
        {"to": "3,-1"},
        {"to": "5, -1"},
        {"to": "-1, -1"},
        {"to": "0, 4"},
        {"order": "transposed"},
        {"order": "transposed", "call": "reshape"},
        {"order": "transposed", "to": "3, 2, 2"},
        {"rows": 1, "cols": 1, "to": "1, 1, 1, 1"},
    ],
    "chunk": [{"chunks": 1}, {"dim": 0, "chunks": 10}, {"cols": 7, "chunks": 6}, {"cols": 10, "chunks": 10}],
    "gather": [{"t": "0"}, {"t": "8,8,0,1,2,3"}, {"of": "table"}, {"of": "table", "dim": 0}],
    "types": [{"function": "report", "arg": "list"}, {"arg": "str"}, {"arg": "list"}, {"arg": "tensor"}],
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("note", NOTES)
def test_every_note_says_and_prints_what_its_code_gives(note: str, lang: str) -> None:
    for state in [{}, *STATES[note]]:
        app = opened(lang, note=note, **state)
        assert run_snippet(app) == shown(app) != "", state
        assert not notices(app)
        for number in (1, 2, 3):
            assert "<<" not in step(app, number)


@pytest.mark.parametrize("note", NOTES)
def test_cells_and_shape_agree_and_each_source_is_there(note: str) -> None:
    for state in [{}, *STATES[note]]:
        drawn = grids(opened(note=note, **state))
        for name, one in drawn.items():
            shape = one["shape"][:1] if one["pictures"] else one["shape"]  # type: ignore[index]
            count = int(np.prod(shape))  # type: ignore[arg-type]
            assert len(one["cells"]) + max(0, one["more"]) == count, (state, name)  # type: ignore[arg-type,call-overload]
            for cell in one["sources"]:  # type: ignore[attr-defined]
                for other, flat in cell:
                    assert other == "dataset" or flat < len(drawn[other]["cells"])  # type: ignore[arg-type]


def test_step_and_histogram_are_of_the_numbers_that_are_drawn() -> None:
    app = opened(n=1000, seed=3)
    u = torch.rand(1000, generator=torch.Generator().manual_seed(3))
    z = torch.randn(1000, generator=torch.Generator().manual_seed(3))
    assert f"{u.mean():.4f}" in step(app, 2) and f"{z.var(correction=0):.4f}" in step(app, 2)
    assert f"{int((z < 0).sum())} of 1,000" in step(app, 1)
    first, second = component(app, "tensor")["charts"]
    assert first["mean"] == pytest.approx(float(u.mean())) and second["mean"] == pytest.approx(float(z.mean()))
    assert first["top"] == second["top"], "side by side means on one scale"


def test_the_same_seed_gives_the_same_cells_and_another_one_others() -> None:
    app = opened(seed=4)
    before = grids(app)["z"]["cells"]
    app.button("pytorch-new-seed").click().run()
    assert grids(app)["z"]["cells"] != before and in_url(app, "seed") == "5"
    assert grids(opened(seed=4))["z"]["cells"] == before


def test_like_takes_shape_and_type_and_no_number() -> None:
    app = opened(note="like", rows=3, cols=4, dtype="float64")
    assert grids(app)["y"]["shape"] == [3, 4] and grids(app)["y"]["facts"][0] == "float64"  # type: ignore[index]
    assert grids(app)["y"]["sources"] == []
    refused = opened(note="like", dtype="int64")
    assert "y" not in grids(refused) and "not implemented for 'Long'" in component(refused, "tensor")["refused"]


def test_the_loader_of_the_course_has_15000_batches_of_4() -> None:
    app = opened(note="loader")
    assert shown(app).startswith("60000 15000 60000 (4, 1, 28, 28)")
    assert "15000" in step(app, 1)
    app.button("pytorch-last").click().run()
    assert in_url(app, "turn") == "14999"


def test_the_last_batch_is_smaller_unless_it_is_dropped() -> None:
    smaller = opened(note="loader", batch=64, turn=59_999)
    assert "(32, 1, 28, 28)" in shown(smaller) and r"60000-937\cdot64=32" in step(smaller, 3)
    dropped = opened(note="loader", batch=64, turn=59_999, drop="on")
    assert "60000 937 60000 (64, 1, 28, 28)" in shown(dropped)


def test_quantiles_are_scipys_and_their_shares_equal() -> None:
    app = opened(note="ppf", grid=5, low=0.1)
    cuts = component(app, "tensor")["charts"][0]["cuts"]
    assert np.allclose(cuts, norm.ppf([0.1, 0.3, 0.5, 0.7, 0.9]), atol=1e-4)
    assert r"=20.00\,\%" in step(app, 2)


def test_a_view_knows_where_each_cell_came_from() -> None:
    app = opened(note="view", order="transposed", to="3, 2, 2")
    x = np.arange(12).reshape(2, 6).T
    y = x.reshape(3, 2, 2)
    assert [x.ravel()[flat] for flat in sources(app, "y", "x")] == y.ravel().tolist()
    assert sources(app, "y", "memory") == y.ravel().tolist(), "cell 7 holds the number of its place in memory"
    assert grids(app)["x"]["facts"][1:] == ["stride (1, 6)", "contiguous: False"]  # type: ignore[index]


def test_a_view_that_is_refused_is_explained_by_sizes_or_by_strides() -> None:
    sizes, strides = opened(note="view", to="5, 3"), opened(note="view", order="transposed")
    assert "y" not in grids(sizes) and "y" not in grids(strides)
    assert "invalid for input of size 12" in component(sizes, "tensor")["refused"]
    assert "reshape" in component(strides, "tensor")["refused"]
    assert "multiplied" in step(sizes, 1) and "copies" in step(strides, 1)


def test_reshape_copies_where_view_refuses() -> None:
    assert shown(opened(note="view", order="transposed", call="reshape")).endswith("False")
    assert shown(opened(note="view")).endswith("True")


@pytest.mark.parametrize(
    ("typed", "taken"), [("4, 3", "4, 3"), ("(2，6)", "2, 6"), ("-1", "-1"), ("2x6", "2, 6"), ("[ 12 ]", "12")]
)
def test_sizes_may_be_typed_in_many_ways(typed: str, taken: str) -> None:
    app = opened(note="view")
    app.text_input("pytorch-to").set_value(typed).run()
    assert app.text_input("pytorch-to").value == taken and not notices(app)


@pytest.mark.parametrize("typed", ["abc", "", "1,2,3,4,5", "2,,3", "1000", "2.5", "9" * 100])
def test_sizes_that_are_none_leave_a_sentence_and_the_old_ones(typed: str) -> None:
    app = opened(note="view")
    app.text_input("pytorch-to").set_value(typed).run()
    assert app.text_input("pytorch-to").value == "3, 4" and len(notices(app)) == 1


def test_chunk_gives_three_of_four_and_says_why() -> None:
    app = opened(note="chunk")
    assert [name for name in grids(app) if name.startswith("parts")] == ["parts[0]", "parts[1]", "parts[2]"]
    assert r"\lceil1.50\rceil=2" in step(app, 1) and "tensor_split" in step(app, 1)
    assert sources(app, "parts[1]", "x") == [2, 3, 8, 9]


def test_gather_takes_alpha_bar_at_each_pictures_own_t() -> None:
    app = opened(note="gather", t="3,0,8")
    alpha_bar = NoiseSchedule.cosine(8).alpha_bar
    assert sources(app, "out", "alpha_bar") == [3, 0, 8] and sources(app, "out", "t") == [0, 1, 2]
    assert grids(app)["out"]["shape"] == [3, 1, 1, 1]
    assert grids(app)["out"]["cells"] == [f"{alpha_bar[t]:.4f}" for t in (3, 0, 8)]
    assert shown(app).endswith("True"), "indexing says the same"


@pytest.mark.parametrize("dim", [0, 1])
def test_gather_from_a_table_follows_its_definition(dim: int) -> None:
    picks = [2, 0, 1, 1, 0, 2]
    app = opened(note="gather", of="table", dim=dim, index=",".join(map(str, picks)))
    expected = np.take_along_axis(np.arange(12).reshape(3, 4)[:, : 4 if dim else 2], np.reshape(picks, (3, 2)), dim)
    assert sources(app, "out", "x") == expected.ravel().tolist()


def test_pictures_can_be_added_to_the_batch_up_to_six() -> None:
    app = opened(note="gather", t="7,2")
    app.button("pytorch-more").click().run()
    assert in_url(app, "t") == "7,2,2"
    assert opened(note="gather", t="1,1,1,1,1,1").button("pytorch-more").disabled
    assert opened(note="gather", t="1").button("pytorch-fewer").disabled


def test_an_annotation_is_shown_as_python_keeps_it() -> None:
    assert "{'x': <class 'int'>, 'return': <class 'int'>}" in step(opened(note="types"), 1)
    assert "{'x': <class 'int'>, 'return': None}" in step(opened(note="types", function="report"), 1)


# --- questions


def answer(app: AppTest, text: str) -> str:
    """What the page says to it."""
    app.text_input("pytorch-answer").set_value(text).run()
    said = [one.value for one in app.markdown if OWN["check"] != one.value]
    return next((one for one in said if re.match(r":material/(check|arrow_forward): \*\*", one)), "")


def test_a_right_answer_says_why_in_either_language() -> None:
    question = shape_questions.ask("view", 0)
    for lang in LANGUAGES:
        said = answer(opened(lang, note="view"), str(question.answer))
        text = Text("pytorch", lang, None)
        assert text("answer-right", right=question.answer) in said
        assert text("why-view", **question.values) in said


def test_a_wrong_answer_names_the_mistake_and_no_longer_counts() -> None:
    app = opened()
    question = shape_questions.ask("draws", 0)
    assert isinstance(question.answer, tuple)
    said = answer(app, f"(1, {question.answer[0]})")
    assert f"You gave `(1, {question.answer[0]})`, it is `{question.answer}`" in said
    assert OWN["wrong-extra"] in said and OWN["answer-told"] in said
    assert OWN["answer-right"].split(",")[0] in answer(app, str(question.answer))
    assert app.session_state["memory:pytorch"]["right"] == set()


def test_an_answer_that_cannot_be_read_gets_a_kind_sentence() -> None:
    app = opened()
    app.text_input("pytorch-answer").set_value("a row of six").run()
    assert any("could not be read as an answer" in one for one in notices(app)) and not app.exception
    app.text_input("pytorch-answer").set_value("(-1, 2)").run()
    assert any("never negative" in one for one in notices(app))
    app.text_input("pytorch-answer").set_value("2" * 90).run()
    assert any("90 characters" in one for one in notices(app))


def test_another_question_clears_the_answer() -> None:
    app = opened()
    answer(app, "(9, 9)")
    app.button("pytorch-another").click().run()
    assert app.text_input("pytorch-answer").value == "" and in_url(app, "ask") == "1"
    assert OWN["answer-told"] not in words(app)


@pytest.mark.parametrize("note", NOTES)
def test_every_reason_has_its_words_with_all_their_values(note: str) -> None:
    for seed in range(6):
        question = shape_questions.ask(note, seed)
        tries = [question.answer, 5, (1, 5), (5, 1), (2, 3), (28, 28), (3, 2, 7), *question.traps]
        for lang in LANGUAGES:
            text = Text("pytorch", lang, None)
            for given in tries:
                verdict = shape_questions.verdict(question, given)
                for label in (verdict.reason, f"why-{question.kind}"):
                    assert "<<" not in text(label, **verdict.values)


# --- challenges


def test_four_notes_answered_at_the_first_try_meet_the_challenge() -> None:
    app = opened()
    for number, note in enumerate([*NOTES][:RIGHT], 1):
        app.segmented_control("pytorch-note").set_value(note).run()
        assert app.text_input("pytorch-answer").value == "", "an answer belongs to its note"
        assert answer(app, str(shape_questions.ask(note, 0).answer))
        assert challenges_done(app)[0] == (number == RIGHT)


@pytest.mark.parametrize(
    ("place", "state"),
    [
        (1, {"note": "view", "order": "transposed", "to": "3, 2, 2"}),
        (2, {"note": "chunk", "cols": 7, "chunks": 6}),
        (3, {"note": "gather", "of": "table", "index": "0,1,1,2,2,3"}),
    ],
)
def test_the_other_challenges_are_met(place: int, state: dict[str, object]) -> None:
    assert challenges_done(opened(**state)) == [number == place for number in range(4)]


@pytest.mark.parametrize(
    "state",
    [
        {"note": "view", "order": "transposed", "to": "6, 2"},
        {"note": "view", "order": "transposed", "to": "6, 1, 2"},
        {"note": "view", "order": "transposed", "to": "3, 2, 2", "call": "reshape"},
        {"note": "view", "order": "transposed", "to": "3, 2", "rows": 1},
        {"note": "view", "to": "3, 2, 2"},
        {"note": "chunk", "cols": 8, "chunks": 7},
        {"note": "gather", "of": "table", "index": "0,1,1,2,2,2"},
        {"note": "gather", "of": "table", "dim": 0, "index": "0,1,1,2,2,2"},
    ],
)
def test_what_comes_near_does_not_meet_them(state: dict[str, object]) -> None:
    assert not any(challenges_done(opened(**state)))


@pytest.mark.parametrize("note", NOTES)
def test_the_ends_of_every_control_of_a_note_hold(note: str) -> None:
    """Each slider at its limits and each choice at its options."""
    for name in (*SLIDERS.get(note, ()), *CHOICES.get(note, ())):
        field = FIELDS[name]
        ends = (field.low, field.high) if isinstance(field, Number) else field.options  # type: ignore[attr-defined]
        for value in ends:
            assert shown(opened(note=note, **{name: value})), (name, value)
