"""The page side by side: its numbers are those of the records, and it stands whatever is missing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.evaluation import comparison
from genmodels.evaluation.comparison import ENTRANTS, TESTS
from lessons.compare import own, rows
from lessons.compare.scene import FIRST
from tests.app import (
    challenges_done,
    component,
    equation,
    in_url,
    link,
    notices,
    open_page,
    problem,
    run_snippet,
    settled,
    shown,
    step,
    words,
)
from tests.runs import train_small
from ui.text import LANGUAGES, Text

RECORDS = {entrant.name: found for entrant in (*ENTRANTS, *TESTS) if (found := comparison.shipped(entrant))}
MODELS = [entrant.name for entrant in ENTRANTS if entrant.name in RECORDS]


def arrived(**query: str) -> AppTest:
    return settled(open_page("compare", **query))


def lines(app: AppTest) -> dict[str, dict[str, object]]:
    """What the line-up was told of each row."""
    return {line["name"]: line for line in component(app, "line-up")["lines"]}


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+\.\d+", text)]


# --- the stage


def test_the_rows_show_what_the_records_say() -> None:
    told = lines(arrived())
    assert list(told) == ["real", *(entrant.name for entrant in ENTRANTS)]
    for name in MODELS:
        record, shown_ = RECORDS[name], told[name]["numbers"]
        assert isinstance(shown_, dict)
        assert shown_["quality"]["at"] == pytest.approx(record.times_real)
        assert shown_["variety"]["at"] == record.neighbours.coverage
        assert shown_["nats"]["at"] == record.nats.mean
        assert shown_["nats"]["bound"] is (record.nats.kind == "bound")


@pytest.mark.parametrize("name", MODELS)
def test_the_equation_adds_up_to_the_distance(name: str) -> None:
    app = arrived(model=name)
    total, means, spreads = numbers(equation(app))
    judge, n = RECORDS[name].judges[0], RECORDS[name].n
    assert total == pytest.approx(means + spreads, abs=1e-9)
    assert total == pytest.approx(judge.frechet[n], abs=0.011)
    assert (means, spreads) == pytest.approx((judge.means[n], judge.spreads[n]), abs=0.0051)


def test_another_judge_and_fewer_digits_give_other_numbers() -> None:
    name = MODELS[0]
    app = arrived(model=name, judge="second", n="1000")
    judge = RECORDS[name].judges[1]
    assert numbers(equation(app))[0] == pytest.approx(judge.frechet[1000], abs=0.011)
    told = lines(app)[name]["numbers"]
    assert isinstance(told, dict) and told["quality"]["at"] == pytest.approx(judge.frechet[1000] / judge.real[1000])


def test_the_neighbours_are_told_of_the_digit_on_screen() -> None:
    app = arrived(model=MODELS[0], digit="7")
    near = component(app, "near")
    printed = re.findall(r"\d\.\d{4}", shown(app))
    assert [f"{one:.4f}" for one in near["distances"]] == printed
    assert run_snippet(app) == shown(app)


def test_a_copy_is_found_to_be_one() -> None:
    app = arrived(show="tests", model="memorised")
    assert component(app, "near")["distances"][0] == 0
    assert component(app, "near")["words"]["remark"] == Text("compare", "en", None)("near-same")


def test_other_digits_are_drawn_from_another_seed() -> None:
    first, other = arrived(model="gan"), arrived(model="gan", seed="5")
    assert component(first, "line-up")["pixels"] != component(other, "line-up")["pixels"]
    assert run_snippet(other) == shown(other) != shown(first)
    assert not notices(other)


# --- words


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", MODELS)
def test_the_last_step_says_which_kind_of_number_it_is(name: str, lang: str) -> None:
    app, nats = arrived(model=name, lang=lang), RECORDS[name].nats
    told = step(app, 5)
    assert (f"{nats.mean:.2f}" in told) if nats.mean is not None else ("G(z)" in told)
    assert (r"\le" in told) is (nats.kind == "bound")
    assert (nats.elbo is not None) is ("IWAE" in told)


def test_the_steps_tell_the_chosen_row() -> None:
    name = MODELS[0]
    app, near = arrived(model=name), RECORDS[name].neighbours
    assert f"{near.coverage:.3f}" in step(app, 2) and f"{near.density:.3f}" in open_again(app, 2)
    told = open_again(app, 3)
    for judge in RECORDS[name].judges:
        for n in (1000, RECORDS[name].n):
            ratio = judge.frechet[n] / judge.real[n]
            assert any(one == pytest.approx(ratio, rel=0.005) for one in map(float, re.findall(r"\d+\.?\d*", told)))
    assert f"{100 * near.one_nn:.1f}" in open_again(app, 4)


def open_again(app: AppTest, number: int) -> str:
    return step(app, number)


def test_the_front_names_the_models_that_nothing_beats() -> None:
    text = Text("compare", "en", None)
    told = next(one.value for one in arrived().markdown if "faster and better" in one.value)
    for name in MODELS:
        mine = RECORDS[name]
        beaten = any(
            RECORDS[other].times_real <= mine.times_real
            and RECORDS[other].milliseconds[64] <= mine.milliseconds[64]
            and other != name
            for other in MODELS
        )
        title = re.escape(text(f"name-{name}"))
        assert (re.search(rf"{title}(?=[,.])", told) is None) is beaten


def test_the_measures_pass_their_tests_on_the_page() -> None:
    app = arrived(further="open")
    table = next(one.value for one in app.markdown if one.value.startswith("| Drawn as if"))
    assert table.count(":material/check_circle:") == table.count("\n") - 1 and ":material/cancel:" not in table


# --- the table


def test_the_file_of_numbers_equals_the_records() -> None:
    from lessons.compare import exports

    read = {one["name"]: one for one in csv.DictReader(io.StringIO(exports.as_csv(rows.of_models()).decode()))}
    assert set(read) == {"real", *MODELS}
    assert all(float(read[name]["coverage"]) == RECORDS[name].neighbours.coverage for name in read)
    assert [one.proto.label for one in arrived().get("download_button")][:2] == [
        Text("compare", "en", None)(f"take-{kind}") for kind in ("csv", "png")
    ]


def test_the_table_is_told_the_order_of_the_link() -> None:
    told = component(arrived(sort="coverage", falling="yes"), "score-table")
    assert (told["sort"], told["falling"]) == ("coverage", True)
    assert [entry["pinned"] for entry in told["entries"]] == [True] + [False] * len(ENTRANTS)


# --- challenges


def test_the_weakest_digit_is_a_challenge() -> None:
    found = [
        (share, name, label)
        for name in MODELS
        for label, share in enumerate(RECORDS[name].judges[0].per_label or ())
        if share is not None
    ]
    _, name, label = min(found)
    assert challenges_done(arrived(model=name, digit=str(label)))[1]
    assert not challenges_done(arrived(model=name, digit=str((label + 1) % 10)))[1]


def test_the_one_that_moves_most_is_a_challenge() -> None:
    quality = sorted(MODELS, key=lambda name: RECORDS[name].times_real)
    time = sorted(MODELS, key=lambda name: RECORDS[name].milliseconds[64])
    most = max(MODELS, key=lambda name: abs(quality.index(name) - time.index(name)))
    assert challenges_done(arrived(model=most, measure="time", order="measure"))[2]
    assert not challenges_done(arrived(model=most, measure="time"))[2]


def test_a_misread_digit_is_a_challenge() -> None:
    """It takes looking for one: among the drawn digits of some seeds there is one."""
    for name in (name for name in MODELS if RECORDS[name].judges[0].per_label):
        for digit in range(10):
            app = arrived(model=name, digit=str(digit))
            read = int(shown(app).removeprefix("read as ")[0])
            assert challenges_done(app)[0] is (read != digit)


# --- what is missing or wrong


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder for records that is empty."""
    monkeypatch.setattr(comparison, "folder", lambda: tmp_path)
    rows._shipped.clear()
    yield tmp_path
    rows._shipped.clear()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_records_the_page_stands_with_a_sentence(nowhere: Path, lang: str) -> None:
    app = arrived(lang=lang)
    assert not app.exception
    assert notices(app) == [problem(lang, "nothing-measured", command="evaluate --all")]
    assert all(not line["has"] for line in lines(app).values())


def test_damaged_records_leave_the_others(monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> None:
    monkeypatch.undo()
    whole = comparison.folder()
    for path in whole.iterdir():
        (nowhere / path.name).write_bytes(path.read_bytes())
    (nowhere / f"{FIRST['models']}.json").write_text(json.dumps({"name": "x"}))
    (nowhere / f"{MODELS[0]}.safetensors").write_bytes(b"")
    monkeypatch.setattr(comparison, "folder", lambda: nowhere)
    rows._shipped.clear()
    app = arrived()
    assert not app.exception and not notices(app)
    told = lines(app)
    assert not told[FIRST["models"]]["has"] and not told[MODELS[0]]["has"]
    assert equation(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_model_that_nobody_knows_is_answered(lang: str) -> None:
    said = notices(arrived(lang=lang, model="dall-e"))
    assert len(said) == 1 and "dall-e" in said[0]
    assert notices(arrived(lang=lang, own="f" * 32)) == [problem(lang, "run-not-here", key="f" * 8)]


# --- own models


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, str]]:
    """A home with a small VAE of digits and one of moons."""
    folder = tmp_path_factory.mktemp("home")
    yield folder, train_small(folder, epochs=1), train_small(folder, "gan-points", epochs=1)


def test_an_own_model_is_measured_and_stands_beside_the_others(
    monkeypatch: pytest.MonkeyPatch, home: tuple[Path, str, str]
) -> None:
    folder, key, points = home
    monkeypatch.setenv("GENMODELS_HOME", str(folder))
    app = arrived()
    box = app.selectbox("compare-add")
    assert key[:8] in " ".join(box.options) and points[:8] not in " ".join(box.options)
    settled(box.set_value(key).run())
    assert in_url(app, "own") == key and not lines(app)[key]["has"]
    app = settled(app.button(f"own-measure-{key}").click().run())
    assert not app.exception and not notices(app)
    mine = lines(app.run())[key]
    assert mine["has"] and "n = 1,000" in str(mine["note"])
    entry = component(app, "score-table")["entries"][-1]
    assert "n = 1,000" in entry["note"] and entry["cells"][0]["value"] > 0
    chosen = arrived(own=key, model=key)
    assert link(chosen, "compare")["model"] == key
    assert run_snippet(chosen) == shown(chosen)
    app.button(f"own-out-{key}").click().run()
    assert in_url(app, "own") is None and key not in lines(app)


def test_an_own_model_of_other_data_is_refused(monkeypatch: pytest.MonkeyPatch, home: tuple[Path, str, str]) -> None:
    monkeypatch.setenv("GENMODELS_HOME", str(home[0]))
    app = arrived(own=home[2])
    assert len(notices(app)) == 1 and not app.exception


def test_measuring_can_be_stopped(monkeypatch: pytest.MonkeyPatch, home: tuple[Path, str, str]) -> None:
    from genmodels.training import checkpoints

    monkeypatch.setenv("GENMODELS_HOME", str(home[0]))
    found = checkpoints.get(home[1])
    going = own.measured(found, 300)
    shares = [next(going).share, next(going).share]
    going.close()
    assert 0 == shares[0] < shares[1] < 1
    assert comparison.of_own(found) is None or comparison.of_own(found).n != 300  # type: ignore[union-attr]


def test_no_number_of_the_page_stands_in_its_words() -> None:
    """The records are measured anew now and then; only the size of the features and of the course are fixed."""
    from genmodels.evaluation.judge import NUM_FEATURES

    app = arrived()
    assert str(NUM_FEATURES) in step(app, 1)
    first = FIRST["models"]
    chosen = first if first in RECORDS else rows.REAL  # what has not been measured cannot be looked at
    assert Text("compare", "en", None)(f"name-{chosen}") in words(app)
