"""Pictures as texts for links."""

from __future__ import annotations

import base64
import string
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genmodels.data import mnist, tokens
from genmodels.errors import Problem


def test_a_picture_comes_back_as_it_was() -> None:
    for picture in mnist.load("test").images[:50, 0].numpy():
        token = tokens.to_token(picture)
        assert len(token) < 600
        assert set(token) <= set(string.ascii_letters + string.digits + "-_")
        assert np.array_equal(tokens.from_token(token), picture)


def test_even_noise_fits() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    assert np.array_equal(tokens.from_token(tokens.to_token(noise)), noise)


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(1_000_000), 9)).decode()
    assert len(bomb) < tokens.LONGEST
    with pytest.raises(Problem, match="damaged"):
        tokens.from_token(bomb)


@given(st.text(max_size=60) | st.text(string.ascii_letters + string.digits + "-_", max_size=2000))
def test_anything_else_is_a_problem_and_nothing_worse(text: str) -> None:
    with pytest.raises(Problem):
        tokens.from_token(text)
