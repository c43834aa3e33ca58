"""The section on mistakes that tutorials make with these calls, each put right and computed as it is shown."""

from __future__ import annotations

import streamlit as st
import torch

from genmodels import tensors
from lessons.pytorch.gathering import STEPS, schedule
from ui.lesson import Lesson
from ui.numbers import formula

WRONG_IF = torch.tensor([0, 3])  # t of a batch of two


def numbers() -> dict[str, object]:
    """What the section quotes: beta one place off, PyTorch on a batch in an `if`, and what takes its place."""
    beta, mean = schedule("beta"), torch.tensor([0.5, -0.2])
    without_zero = beta[1:]  # as most code has it: the list begins with beta_1
    noise = torch.where(WRONG_IF == 0, torch.zeros(2), mean)
    return {
        "steps": STEPS,
        "beta-one": formula(float(beta[1])),
        "beta-two": formula(float(beta[2])),
        "shifted": formula(float(without_zero[1])),
        "last": len(without_zero) - 1,
        "refused-index": tensors.refusal(lambda: without_zero[STEPS]),
        "refused-if": tensors.refusal(lambda: bool(WRONG_IF == 0)),
        "where": [round(one, 2) for one in noise.tolist()],
    }


def mistakes(lesson: Lesson) -> None:
    """Three mistakes, quoted, shown and put right."""
    lesson.section("mistakes")
    st.markdown(lesson.text.section("mistakes", **numbers()))
