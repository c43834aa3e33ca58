"""The two deliberate mistakes that the VAE page offers: what its text says of them is what comes of them."""

from __future__ import annotations

import re

import pytest
import torch

from genmodels.training import loop
from ui.text import LANGUAGES, sections

RIGHT: dict[str, object] = {}
UNIFORM: dict[str, object] = {"noise": "uniform"}
RELU: dict[str, object] = {"relu_after_encoder": True}


def after_three_epochs(**switch: object) -> tuple[float, float]:
    """The run's own loss, and the true one on digits held out, nats: as the page trains by default, with seed 0."""
    torch.set_flush_denormal(True)
    try:
        *_, last = loop.train("vae-mnist", epochs=3, device="cpu", **switch)
    finally:
        torch.set_flush_denormal(False)
    return last.losses["train_total"], last.losses["valid_total"]


@pytest.mark.slow
def test_the_switches_do_what_the_page_says() -> None:
    right, uniform, relu = (after_three_epochs(**switch) for switch in (RIGHT, UNIFORM, RELU))
    assert uniform[0] < right[0] and uniform[1] > right[1] + 8, "the own loss looks better, the truth is worse"
    assert relu[0] > right[0] + 20 and relu[1] > right[1] + 20
    for lang in LANGUAGES:
        told = [float(number) for number in re.findall(r"1\d\d\.\d", sections(lang, "vae")["compare"])]
        assert told == pytest.approx([uniform[0], right[0], uniform[1], right[1], *relu], abs=1.0)
