"""What the page of PyTorch notes claims in words, computed, run, or measured."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from mypy import api

from genmodels import tensors
from genmodels.evaluation.latent import GRID
from genmodels.models.schedule import NoiseSchedule
from lessons.pytorch.annotations import DOUBLE, GIVEN, REPORT
from lessons.pytorch.draws import SHOWN
from lessons.pytorch.mistakes import numbers
from lessons.pytorch.scene import NOTES
from ui.text import LANGUAGES, LESSONS, Text, sections

ROOT = LESSONS.parent


def measured() -> dict[str, Any]:
    """What was measured of a VAE with uniform noise."""
    newest = max((ROOT / "benchmarks" / "results").glob("*-vae-mistakes.json"))
    result: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))["result"]
    return result


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_price_of_uniform_noise_is_the_one_that_was_measured(lang: str) -> None:
    right, wrong = (measured()[run]["seed 0"]["3"] for run in ("as it should be", "uniform noise"))
    told = re.findall(r"\d+\.\d", sections(lang, "pytorch")["predict-answer"])
    assert told == [f"{one:.1f}" for one in (wrong["own loss"], right["own loss"], wrong["true"], right["true"])]


def test_a_uniform_draw_has_variance_one_twelfth() -> None:
    u = torch.rand(1_000_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert float(u.var()) == pytest.approx(1 / 12, rel=0.005) and f"{1 / 12:.4f}" == "0.0833"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_as_many_notes_as_the_words_say(lang: str) -> None:
    number = {"en": "Eight", "zh": "八个"}[lang]
    assert number in sections(lang, "pytorch")["question"] and len(NOTES) == 8


CALLS = [
    *((function, arg) for function in ("double", "report") for arg in GIVEN if arg != "tensor"),
    pytest.param("double", "tensor", marks=pytest.mark.slow),  # mypy reads all of torch for it
]


@pytest.mark.parametrize(("function", "arg"), CALLS)
def test_a_type_checker_says_what_the_page_quotes(tmp_path: Path, function: str, arg: str) -> None:
    source = tmp_path / "call.py"
    head = "import torch\n\n" if arg == "tensor" else ""
    call = f"y = {function}({GIVEN[arg][0]})\n"
    source.write_text(head + (DOUBLE if function == "double" else REPORT) + call, encoding="utf-8")
    options = ["--python-executable", sys.executable, "--cache-dir", str(tmp_path / "cache"), "--follow-imports=silent"]
    said = api.run([*options, str(source)])[0]
    ending = "none" if function == "report" else arg
    for lang in LANGUAGES:
        (quoted,) = re.findall(r"^`(.+)`$", sections(lang, "pytorch")[f"step-3-types-{ending}"], re.M)
        assert quoted in said, said


def test_beta_is_one_place_off_in_a_list_that_begins_with_beta_one() -> None:
    beta, told = NoiseSchedule.cosine(8).beta, numbers()
    assert told["beta-one"] == f"{beta[1]:.4f}" and told["shifted"] == told["beta-two"] == f"{beta[2]:.4f}"
    assert told["refused-index"] == "index 8 is out of bounds for dimension 0 with size 8"
    assert float(beta[0]) == 0 and float(NoiseSchedule.cosine(8).alpha_bar[0]) == 1


def test_a_batch_in_an_if_is_refused_and_where_decides_for_each() -> None:
    told = numbers()
    assert "ambiguous" in str(told["refused-if"]) and told["where"] == [0.0, -0.2]
    assert bool(torch.tensor([0]) == 0), "that works with one number"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_mistakes_are_told_with_pytorchs_own_sentences(lang: str) -> None:
    told = Text("pytorch", lang, None).section("mistakes", **numbers())
    assert str(numbers()["refused-if"]) in told and str(numbers()["refused-index"]) in told


def test_the_vaes_grid_is_the_one_of_the_note() -> None:
    assert torch.allclose(torch.from_numpy(tensors.quantile_grid(20, 0.05)[1]), torch.tensor(GRID))


def test_a_write_into_a_view_changes_what_it_is_a_view_of() -> None:
    x = torch.arange(12).view(2, 6)
    x.view(3, 4)[2, 3] = -1
    assert int(x[1, 5]) == -1
    x.t().reshape(3, 4)[0, 0] = -5
    assert int(x[0, 0]) == 0


def test_without_the_view_the_numbers_meet_the_columns() -> None:
    pictures, factor = torch.ones(28, 1, 28, 28), torch.arange(28.0)
    assert torch.equal((factor * pictures)[5, 0, 3], factor), "columns, not pictures"
    assert torch.equal((factor.view(-1, 1, 1, 1) * pictures)[5], torch.full((1, 28, 28), 5.0))


def test_the_code_that_is_quoted_stands_in_the_models() -> None:
    vae = (ROOT / "genmodels" / "models" / "vae.py").read_text(encoding="utf-8")
    pixels = (ROOT / "genmodels" / "models" / "pixels.py").read_text(encoding="utf-8")
    assert "mu, logvar = " in vae and ".chunk(2, dim=1)" in vae and "randn" in vae
    assert "log_p.gather(1, " in pixels


def test_in_place_functions_return_their_tensor() -> None:
    x = torch.ones(2)
    assert x.add_(1) is x


def test_the_smallest_row_of_draws_has_as_many_as_are_shown() -> None:
    assert SHOWN <= 10
