"""A graphics card is looked at before it is used; what follows is the queue's affair (test_rows_failing.py)."""

from __future__ import annotations

import pytest
import torch

from genmodels.jobs import trainer
from tests.genmodels.jobs.helpers import recipe

GIB = 2**30


@pytest.mark.parametrize(("free", "taken"), [(40 * GIB, False), (2**29, False), (2**29 - 1, True), (0, True)])
def test_a_card_whose_memory_others_have_is_left_to_them(
    monkeypatch: pytest.MonkeyPatch, free: int, taken: bool
) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda slot: (free, 80 * GIB))
    ending = trainer._card_is_taken("cuda:0", recipe())
    assert (ending is not None) is taken
    if ending is not None:
        assert ending.kind == "foreign" and "of 80.0 GiB are free" in ending.why["sentence"]


def test_the_processor_is_nobodys_card() -> None:
    assert trainer._card_is_taken("cpu", recipe()) is None
