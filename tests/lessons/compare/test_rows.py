"""Who stands in the rows, and what is done about records that are damaged, missing, or of something else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from genmodels.arrays import pack
from genmodels.errors import Problem
from genmodels.evaluation import comparison
from genmodels.evaluation.comparison import ENTRANTS, TESTS
from lessons.compare import rows
from lessons.compare.rows import MOST_OWN, SHOWN
from tests.lessons.compare.records import made

KEY = "0123456789abcdef" * 2


def keep(folder: Path, name: str, labels: list[int], **about: object) -> None:
    """A record and its pictures, each of which is filled with its place."""
    folder.mkdir(exist_ok=True)
    record = made(name, **{"model": "", "milliseconds": {}, **about})
    (folder / f"{name}.json").write_text(json.dumps(comparison.as_json(record)))
    pictures = np.arange(len(labels), dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    (folder / f"{name}.safetensors").write_bytes(pack({"pictures": pictures, "labels": np.array(labels, np.int64)}))


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where records are looked for."""
    at = tmp_path / "compared"
    monkeypatch.setattr(comparison, "folder", lambda: at)
    rows._shipped.clear()
    return at


def test_real_digits_come_first_then_the_models_in_their_order(folder: Path) -> None:
    assert [row.name for row in rows.of_models()] == ["real", *(entrant.name for entrant in ENTRANTS)]
    assert [row.name for row in rows.of_tests()] == [entrant.name for entrant in TESTS]
    assert all(row.record is None and row.drawn is None for row in (*rows.of_models(), *rows.of_tests()))


def test_each_digit_stands_in_its_own_place_where_there_is_one_of_each(folder: Path) -> None:
    keep(folder, "real", [3, 3, 0, 1, 2, 9, 8, 7, 6, 5, 4, 4])
    keep(folder, "half", [4, 3, 2, 1, 0] * 3)
    real, half = rows.of_models()[0], rows.of_tests()[-1]
    assert real.places == (2, 3, 4, 0, 10, 9, 8, 7, 6, 5) and real.in_order
    assert real.drawn is not None and [int(one[0, 0]) for one in real.drawn] == list(real.places)
    assert half.places == tuple(range(SHOWN)) and not half.in_order
    assert [half.label(place) for place in range(5)] == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("damage", ["json", "pictures", "shape", "judge"])
def test_what_is_damaged_counts_as_not_there(folder: Path, damage: str) -> None:
    keep(folder, "real", list(range(SHOWN)))
    record, pictures = folder / "real.json", folder / "real.safetensors"
    if damage == "json":
        record.write_text("{}")
    if damage == "judge":
        record.write_text(record.read_text().replace(made().judges[0].judge, "f" * 64))
    if damage == "pictures":
        pictures.write_bytes(b"no such file")
    if damage == "shape":
        pictures.write_bytes(pack({"pictures": np.zeros((3, 28, 28), np.uint8), "labels": np.zeros(3, np.int64)}))
    row = rows.of_models()[0]
    assert (row.record is None) is (damage in ("json", "judge")) and row.drawn is None
    assert (rows.find([row], "real") is None) is (row.record is None)


def test_a_record_of_other_weights_is_not_shown(folder: Path) -> None:
    keep(folder, "gan", [-1] * SHOWN, model="gan-mnist", weights="f" * 64)
    assert next(row for row in rows.of_models() if row.name == "gan").record is None


def test_keys_of_own_models_are_checked() -> None:
    assert rows.check_own(f"{KEY}.{KEY}") == (KEY,) and rows.check_own("") == ()
    with pytest.raises(Problem) as found:
        rows.check_own("../../etc")
    assert found.value.code == "bad-key"
    with pytest.raises(Problem) as found:
        rows.check_own(".".join(f"{number:032x}" for number in range(MOST_OWN + 1)))
    assert found.value.code == "too-many-own"
