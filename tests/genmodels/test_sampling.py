"""Samples in one call: integers and devices of numpy and torch are taken as meant, all else is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from genmodels import sample
from genmodels.errors import Problem
from genmodels.models.schedule import NoiseSchedule


def test_what_is_meant_is_taken() -> None:
    plain = sample("vae-mnist", 4, seed=2, device="cpu")
    assert torch.equal(plain, sample("vae-mnist", np.int64(4), seed=np.int64(2), device=torch.device("cpu")))
    digits = {"label": 3, "steps": 2, "eta": 0.0}
    others = {"label": torch.tensor(3.0), "steps": np.int32(2), "eta": np.float32(0)}
    assert torch.equal(sample("ddpm-mnist", 1, device="cpu", **digits), sample("ddpm-mnist", 1, device="cpu", **others))
    assert torch.equal(NoiseSchedule.cosine(np.int64(300)).beta, NoiseSchedule.cosine(300).beta)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 0}, "0 pictures cannot be drawn"),
        ({"n": 4.0}, "4.0 pictures cannot be drawn"),
        ({"n": True}, "True pictures cannot be drawn"),
        ({"seed": 1.5}, "1.5 cannot be a seed"),
        ({"seed": -1}, "-1 cannot be a seed"),
        ({"seed": "1"}, "1 cannot be a seed"),
        ({"label": 3.5}, "There is no label 3.5"),
        ({"label": 10}, "There is no label 10"),
        ({"steps": "25"}, "25 steps are not possible"),
        ({"steps": 2.5}, "2.5 steps are not possible"),
        ({"device": "tpu"}, "There is no device 'tpu'"),
        ({"label": "3"}, "There is no label '3'; this model knows 0 to 9"),
        ({"label": float("nan")}, "There is no label nan"),
        ({"label": True}, "There is no label True"),
        ({"label": 2**70}, "There is no label 1180"),
        ({"label": 1j}, "There is no label 1j"),
        ({"label": object()}, "There is no label <object"),
        ({"label": [1, 2, 3]}, "shape .3,. are not for 1 samples; give one label, or a list of 1"),
        ({"label": []}, "shape .0,. are not for 1"),
        ({"label": [[1]]}, "shape .1, 1. are not for 1"),
        ({"eta": "0"}, "these are '0' and 0.0"),
        ({"eta": None}, "these are None and"),
        ({"eta": [0]}, "these are .0. and"),
        ({"eta": True}, "these are True and"),
        ({"guidance": "1"}, "and '1'"),
        ({"guidance": float("inf")}, "and inf"),
        ({"start": 3}, "start is a pair"),
        ({"start": ("x", torch.zeros(1, 1, 28, 28))}, "Nothing can be denoised at t = x; choose 1 to 300"),
        ({"start": (1.5, torch.zeros(1, 1, 28, 28))}, "denoised at t = 1.5"),
        ({"start": (10, np.zeros((1, 1, 27, 28)))}, "x_t needs the shape"),
        ({"foo": 1}, "There is no option 'foo'; known: steps, eta, label, guidance"),
        ({"generator": None}, "There is no option 'generator'"),
        ({"name": "vae-mnist", "label": 3}, "draws without options; leave label out"),
        ({"name": ["vae-mnist"]}, "There is no model"),
        ({"name": {}}, "There is no model"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(Problem, match=said):
        sample(**{"name": "ddpm-mnist", "n": 1, "device": "cpu", **options})
