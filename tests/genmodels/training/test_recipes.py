"""Recipes: what is coerced, what is refused, and the key that names a result."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genmodels import data
from genmodels.errors import Problem
from genmodels.training import recipes

GOLDEN = "22556bcc1f1aa3b2e861a1a43f353faa"


def test_importing_brings_no_torch() -> None:
    modules = "genmodels, genmodels.storage, genmodels.settings, genmodels.data, genmodels.cli, "
    modules += "genmodels.training.recipes, genmodels.training.checkpoints"
    work = "; r.key(r.make('vae-mnist')); from genmodels.training import checkpoints as c; c.find('vae-mnist')"
    program = f"import sys, {modules}; import genmodels.training.recipes as r{work}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_key_is_pinned() -> None:
    """A change here orphans every trained model: it must be meant. (An intended change of VERSION changes it too.)"""
    assert recipes.key(recipes.make("vae-mnist")) == GOLDEN


def test_key_depends_on_every_setting_on_the_data_and_on_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    changes: dict[str, Any] = {
        "data": "kmnist", "epochs": 3, "seed": 1, "batch_size": 64, "learning_rate": 0.01, "holdout": 0,
        "latent_dim": 3, "hidden_dim": 64, "beta": 4, "noise": "uniform", "relu_after_encoder": True,
    }  # fmt: skip
    base = recipes.make("vae-mnist")
    assert set(changes) == {one.name for one in dataclasses.fields(base)} - {"name", "side"}  # that is the data's
    keys = [recipes.key(base), recipes.key(recipes.make("ae-mnist"))]
    keys += [recipes.key(recipes.make("vae-mnist", **{name: value})) for name, value in changes.items()]
    monkeypatch.setattr(recipes, "version", lambda module: 99)
    keys.append(recipes.key(base))
    monkeypatch.undo()
    monkeypatch.setattr(data, "content_hash", lambda name: "another")
    keys.append(recipes.key(base))
    assert len(set(keys)) == len(keys)


def test_key_does_not_depend_on_the_order_of_settings() -> None:
    one = recipes.make("vae-mnist", beta=4, epochs=3)
    assert recipes.key(one) == recipes.key(recipes.make("vae-mnist", epochs=3, beta=4))


@pytest.mark.parametrize(
    ("setting", "values", "result"),
    [
        ("beta", [4, 4.0, "4", " 4.0 ", "4e0", np.float32(4), np.int64(4), Fraction(4)], 4.0),
        ("beta", [0, 0.0, -0.0, "-0"], 0.0),
        ("epochs", [4, 4.0, "4", "4.0", np.int32(4), np.float64(4)], 4),
        ("relu_after_encoder", [True, "true", "True", " TRUE "], True),
        ("relu_after_encoder", [False, "false"], False),
    ],
)
def test_equal_values_make_equal_recipes(setting: str, values: list[object], result: object) -> None:
    made = [recipes.make("vae-mnist", **{setting: value}) for value in values]
    assert {repr(getattr(one, setting)) for one in made} == {repr(result)}  # repr tells 4 from 4.0 and 0.0 from -0.0
    assert len({recipes.key(one) for one in made}) == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[("beta", value) for value in (True, np.True_, float("nan"), "nan", float("inf"), "-inf", -0.001, 100.1)],
        *[("beta", value) for value in ("four", "", [4], 4j, 10**400, "9" * 10_000, b"4")],
        *[("epochs", value) for value in (0, 101, 4.5, "4.5", True, 10**5000, "x")],
        *[("seed", value) for value in (-1, 2**53, 2**53 + 1, str(2**64))],
        *[("latent_dim", value) for value in (0, 33)],
        *[("learning_rate", value) for value in (0, 9e-6, 0.11)],
        *[("holdout", value) for value in (-0.1, 0.51)],
        *[("noise", value) for value in ("gaussian", 1, True, ["normal"])],
        *[("relu_after_encoder", value) for value in (1, 0, "yes", 1.0)],
        *[("data", value) for value in ("../mnist", "cifar", "mnist\0", 7)],
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalnum() and len(value) < 20 else "value",
)
def test_other_values_are_refused_in_one_line(setting: str, value: object) -> None:
    with pytest.raises(Problem) as refusal:
        recipes.make("vae-mnist", **{setting: value})
    sentence = str(refusal.value)
    assert sentence.startswith(f"{setting} cannot be ")
    assert "\n" not in sentence and "\0" not in sentence and len(sentence) < 200


def test_refusal_names_value_and_limits() -> None:
    with pytest.raises(Problem, match=r"^latent_dim cannot be 99; it is a whole number from 1 to 32\.$"):
        recipes.make("vae-mnist", latent_dim=99)


@pytest.mark.parametrize("setting", ["epochs", "latent_dim", "beta", "learning_rate"])
def test_limits_themselves_are_allowed(setting: str) -> None:
    for limit in recipes.limits("vae-mnist", setting):
        assert getattr(recipes.make("vae-mnist", **{setting: limit}), setting) == limit


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(Problem, match="known: ae-mnist, vae-mnist"):
        recipes.make("../../etc/passwd")
    with pytest.raises(Problem, match="no setting 'gamma'; known: .*beta"):
        recipes.make("vae-mnist", gamma=1)
    with pytest.raises(Problem, match="no setting 'beta'"):
        recipes.make("ae-mnist", beta=1)


@given(st.text() | st.floats() | st.integers() | st.none() | st.binary() | st.booleans())
def test_whatever_comes_is_taken_or_refused(value: object) -> None:
    for setting in ("beta", "epochs", "noise", "relu_after_encoder"):
        try:
            made = recipes.make("vae-mnist", **{setting: value})
        except Problem:
            continue
        assert recipes.make(**recipes.as_settings(made)) == made


def test_recipes_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipes.make("vae-mnist").epochs = 5  # type: ignore[misc]


def test_version_counts_the_files_that_a_lesson_is_built_on() -> None:
    from genmodels.models import autoencoder, layers, vae

    assert recipes.version("vae") == vae.VERSION + layers.VERSION
    assert recipes.version("autoencoder") == autoencoder.VERSION + layers.VERSION


@pytest.mark.parametrize("module", sorted(path.stem for path in recipes._MODELS.glob("[!_]*.py")))
def test_what_is_read_of_a_lesson_is_what_python_reads(module: str) -> None:
    statements = list(ast.walk(ast.parse(recipes._source(module))))
    imported = [one.module or "" for one in statements if isinstance(one, ast.ImportFrom)]
    assert sorted(recipes._built_on(module)) == sorted(
        name.split(".")[2] for name in imported if name.startswith("genmodels.models.")
    )
    versions = [
        one.value for one in statements if isinstance(one, ast.Assign) and ast.unparse(one.targets) == "VERSION"
    ]
    assert [recipes._own_version(module)] == [ast.literal_eval(value) for value in versions]


def test_visitors_who_ask_at_once_are_all_answered() -> None:
    """In Python 3.11 parsing a source in two threads ended in a SystemError, when the collector came in between."""
    code = """
import gc, sys
from concurrent.futures import ThreadPoolExecutor
from genmodels.training import recipes

class Long:
    def __init__(self): self.itself = self
    def __del__(self): [None for _ in range(100_000)]

def ask(_):
    Long()
    recipes.version.cache_clear()
    return recipes.version("pixelrnn")

sys.setswitchinterval(1e-4)
gc.set_threshold(50)
with ThreadPoolExecutor(4) as visitors:
    print(len(set(visitors.map(ask, range(200)))))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_raising_the_version_of_any_of_them_raises_the_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    before, own = recipes.version("diffusion"), recipes._own_version
    for module in ("diffusion", "schedule", "unet", "layers"):
        monkeypatch.setattr(recipes, "_own_version", lambda name, raised=module: own(name) + (name == raised))
        recipes.version.cache_clear()
        assert recipes.version("diffusion") == before + 1, module
    monkeypatch.undo()
    recipes.version.cache_clear()
    assert recipes.version("diffusion") == before


def test_the_side_is_that_of_the_data() -> None:
    with pytest.raises(Problem, match=r"mnist are 28 x 28 pixels large; side cannot be 32\."):
        recipes.make("vae-mnist", side=32)


def test_units_follow_the_loss() -> None:
    assert recipes.make("vae-mnist").unit == ("nats", 1)
    assert recipes.make("ddpm-points").unit == ("mse", 4)
    assert recipes.make("ddpm-mnist", loss_kind="l1").unit == ("l1", 4)


def test_changed_settings() -> None:
    assert recipes.changed_settings(recipes.make("vae-mnist", beta=4, epochs=20)) == {"beta": 4.0}
