"""Questions on shapes: what they answer is what PyTorch gives, and what is said of a wrong answer is true of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from torch.utils.data import DataLoader, TensorDataset

from genmodels import shape_questions
from genmodels.errors import Problem
from genmodels.shape_questions import KINDS, Question

shapes = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("(2, 3)", (2, 3)),
        ("[2,3]", (2, 3)),
        ("torch.Size([2, 3])", (2, 3)),
        ("2x3", (2, 3)),
        ("2 × 3", (2, 3)),
        ("（２，３）", (2, 3)),
        ("【2、3】", (2, 3)),
        ("shape = (2, 3)", (2, 3)),
        ("(5,)", (5,)),
        ("5,", (5,)),
        ("[5]", (5,)),
        ("5", 5),
        (" 12 ", 12),
        ("()", ()),
        ("(2, 3).", (2, 3)),
    ],
)
def test_an_answer_may_be_written_in_many_ways(text: str, answer: object) -> None:
    assert shape_questions.read(text) == answer


@pytest.mark.parametrize("text", ["", "abc", "(2, 3", "2 3", "1.5", "(2,,3)", "(2, b)", "9" * 80, "((2,3)", "2; 3"])
def test_what_is_no_answer_is_told(text: str) -> None:
    with pytest.raises(Problem, match="could not be read") as found:
        shape_questions.read(text)
    assert found.value.code == "answer-unreadable"


def test_a_negative_size_has_a_sentence_of_its_own() -> None:
    with pytest.raises(Problem) as found:
        shape_questions.read("(-1, 4)")
    assert found.value.code == "answer-negative" and found.value.values == {"value": -1}


@given(shapes)
def test_what_python_writes_is_read(shape: tuple[int, ...]) -> None:
    assert shape_questions.read(str(shape)) == shape == shape_questions.read(str(torch.Size(shape)))


# --- what is asked


def evaluated(question: Question) -> object:
    """What the question's own code gives when it is executed, with the shapes that it states."""
    names = {"torch": torch, "np": np, "norm": norm, "DataLoader": DataLoader}
    given = dict(question.values)
    if "dataset" in question.code:
        names["dataset"] = TensorDataset(torch.zeros(given["n"], 1, 28, 28), torch.zeros(given["n"]))
    if "alpha_bar" in question.code:
        steps, b = given.get("steps", 5), given["b"]
        names |= {"alpha_bar": torch.zeros(steps), "t": torch.zeros(b, dtype=torch.long)}
        names["x"] = torch.zeros(b, 3, 32, 32)
    lines = question.code.rstrip().split("\n")
    stated = [line for line in lines if " == " in line]
    exec("\n".join(line for line in lines[:-1] if line not in stated), names)
    for line in stated:
        assert eval(line, names), line
    found = eval(lines[-1], names)
    return found if isinstance(found, int) else tuple(found)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("note", KINDS)
def test_the_answer_is_what_the_code_gives(note: str, seed: int) -> None:
    question = shape_questions.ask(note, seed)
    assert evaluated(question) == question.answer
    assert shape_questions.ask(note, seed) == question, "the same seed asks the same"
    verdict = shape_questions.verdict(question, question.answer)
    assert verdict.right and verdict.reason == f"why-{question.kind}"
    assert question.answer not in question.traps


@pytest.mark.parametrize("note", KINDS)
def test_questions_alternate_between_kinds_and_differ(note: str) -> None:
    asked = [shape_questions.ask(note, seed) for seed in range(8)]
    assert len({one.kind.split("-")[0] for one in asked[: len(KINDS[note])]}) >= min(len(KINDS[note]), 1)
    assert len({one.code for one in asked}) > 3


def test_asked_for_more_chunks_than_there_come() -> None:
    for seed in range(0, 40, 2):
        question = shape_questions.ask("chunk", seed)
        (trap,) = question.traps
        assert isinstance(question.answer, int) and question.answer < trap
        assert shape_questions.verdict(question, trap).reason == "trap-asked"


# --- what was mixed up


@pytest.mark.parametrize(
    ("given_shape", "right", "mistake"),
    [
        ((3, 2), (2, 3), "transposed"),
        ((2, 4, 3), (2, 3, 4), "order"),
        ((1, 5), (5,), "extra"),
        ((5, 1), (5,), "extra"),
        ((5,), (1, 5), "missing"),
        ((28, 1, 28), (28, 28, 1), "order"),
        ((1, 28, 28), (4, 1, 28, 28), "batch"),
        ((4, 7), (7,), "kept"),
        ((6, 2), (4, 3), "sizes"),
        ((4, 4), (4, 3), "elements"),
        ((2, 2, 3), (4, 3), "axes"),
    ],
)
def test_the_mistake_has_its_name(given_shape: tuple[int, ...], right: tuple[int, ...], mistake: str) -> None:
    verdict = shape_questions.verdict(Question("view", "", right, {}), given_shape)
    assert not verdict.right and verdict.reason == f"wrong-{mistake}"
    assert verdict.values["given"] == str(given_shape) and verdict.values["right"] == str(right)


@given(shapes, shapes)
def test_what_is_said_of_a_wrong_shape_is_true(given_shape: tuple[int, ...], right: tuple[int, ...]) -> None:
    verdict = shape_questions.verdict(Question("view", "", right, {}), given_shape)
    if given_shape == right:
        assert verdict.right
        return
    holds = {
        "wrong-transposed": given_shape == right[::-1],
        "wrong-order": sorted(given_shape) == sorted(right),
        "wrong-extra": len(given_shape) > len(right) and math.prod(given_shape) == math.prod(right),
        "wrong-missing": len(given_shape) < len(right) and math.prod(given_shape) == math.prod(right),
        "wrong-ones": math.prod(given_shape) == math.prod(right),
        "wrong-batch": given_shape == right[1:],
        "wrong-kept": len(given_shape) == len(right) + 1,
        "wrong-elements": math.prod(given_shape) != math.prod(right),
        "wrong-axes": len(given_shape) != len(right),
        "wrong-sizes": math.prod(given_shape) == math.prod(right) and len(given_shape) == len(right),
    }
    assert not verdict.right and holds[verdict.reason]


def test_a_number_for_a_shape_and_a_shape_for_a_number_are_told_apart() -> None:
    one_axis, two = Question("mean", "", (5,), {}), Question("mean", "", (5, 2), {})
    count = Question("chunks", "", 4, {"n": 7}, {5: "asked"})
    assert shape_questions.verdict(one_axis, 5).reason == "wrong-number-of-axis"
    assert shape_questions.verdict(two, 5).reason == "wrong-number"
    assert shape_questions.verdict(count, (4,)).reason == "wrong-shape"
    assert shape_questions.verdict(count, 3).reason == "trap-count"
