"""The Bayes page without a browser: the course's numbers on the screen, and what it says of nonsense."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
from scipy import stats
from streamlit.testing.v1 import AppTest

from genmodels.probability.bayes import DiagnosticTest, JointTable
from genmodels.probability.bivariate import BivariateNormal, cut
from lessons.bayes.scene import SETTINGS, results_of
from lessons.bayes.table import EXAMPLES, texts
from tests.app import (
    challenges_done,
    component,
    equation,
    follow,
    in_url,
    link,
    notices,
    open_page,
    problem,
    run_snippet,
    shown,
    step,
    words,
)
from ui.text import LANGUAGES, fill, labels

OWN = labels("en")["bayes"]
START = {"prior": "1", "sensitivity": "99", "specificity": "95"}


def test_the_sections_stand_in_their_order() -> None:
    app, common = open_page("bayes", further="open"), labels("en")["common"]
    goals = common["challenges"]
    below = [OWN["tested"], OWN["table"], goals, OWN["again"], OWN["target"], goals, common["code"]]
    assert [header.value for header in app.header] == [common["look"], common["steps"], goals, *below]
    assert equation(app) == "16.67 % = 99 / 594"


def conditional(app: AppTest) -> list[list[str]]:
    """The tables of what is given, row by row, the head first; empty where there is none."""
    written = [one.value for one in app.markdown if one.value.startswith("| ")]
    lines = [line for table in written for line in table.split("\n") if not line.startswith("|:")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip().replace("\\", "").replace("\u00a0", " ") for cell in row] for row in cells]


# --- the test


def test_the_example_of_the_course_is_one_click_away() -> None:
    app = open_page("bayes", prior="30", specificity="70").button("setting-start").click().run()
    assert equation(app) == "16.67 % = 99 / 594"
    assert link(app, "bayes") == {"lang": "en"}


def test_the_steps_substitute_the_numbers_on_screen() -> None:
    app = open_page("bayes")
    first = step(app, 1)
    assert r"0.99\cdot0.01=" in first and "{0.0099}" in first
    assert r"0.05\cdot0.99=" in first and "{0.0495}" in first
    assert "Of 10,000 people these are 99 and 495." in first
    assert "&=0.0594" in step(app, 2)
    third = step(app, 3)
    assert r"}{0.0594}=0.1667=16.67\ \%" in third
    last = step(app, 4)
    assert r"0.99\cdot0.1667" in last and r"0.05\cdot0.8333" in last and "&=0.2067" in last
    assert r"&=79.84\ \%" in last


def test_every_button_shows_a_test() -> None:
    expected = {
        "start": "16.67 % = 99 / 594",
        "frequent": "68.75 % = 990 / 1,440",
        "specific": "88.99 % = 800 / 899",
        "coin": "20.00 % = 1,000 / 5,000",
    }
    assert expected.keys() == SETTINGS.keys()
    app = open_page("bayes")
    for name, seen in expected.items():
        app.button(f"setting-{name}").click().run()
        sick, positive = (int(count.replace(",", "")) for count in seen.split(" = ")[1].split(" / "))
        assert f"{100 * sick / positive:.2f} %" == seen.split(" = ")[0]
        assert equation(app) == seen


def test_people_are_whole_however_fine_the_shares() -> None:
    app = open_page("bayes", prior="1.3", sensitivity="98.7", specificity="99.7")
    hits, alarms = 13 * 987, 987 * 3  # of a million
    assert equation(app) == f"{100 * hits / (hits + alarms):.2f} % = {hits:,} / {hits + alarms:,}"


def test_both_squares_hold_the_same_people() -> None:
    told = component(open_page("bayes"), "squares")
    areas = [
        [(right - left) * (bottom - top) for left, top, right, bottom in square["rectangles"]]
        for square in told["squares"]
    ]
    assert areas[0] == pytest.approx([0.0099, 0.0001, 0.0495, 0.9405], abs=1e-12)
    assert areas[1] == pytest.approx(areas[0], abs=1e-12)
    assert [cell["people"] for cell in told["cells"]] == [99, 1, 495, 9405]
    note = told["cells"][2]["note"].replace("\u00a0", " ")
    assert note == "495 of 10,000 people: healthy, positive. 0.99 × 0.05 = 0.0495"
    labelled = [edge["text"] for edge in told["squares"][1]["edges"]]
    assert labelled == ["positive 5.94 %", "negative 94.06 %", "sick\n16.67 %", "healthy\n83.33 %"]
    assert [(one["name"], one["value"]) for one in told["cuts"]] == [
        ("prior", 1),
        ("sensitivity", 99),
        ("specificity", 95),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_test_that_is_never_positive_has_no_posterior_and_is_repaired_with_one_click(lang: str) -> None:
    app = open_page("bayes", further="open", lang=lang, prior="0", specificity="100")
    assert not app.exception
    assert problem(lang, "evidence-impossible") in words(app)
    assert words(app).count(problem(lang, "evidence-impossible")) == 1
    assert labels(lang)["bayes"]["again-never"] in words(app)
    assert "p(+)=0" in step(app, 3)
    assert not app.code, "nothing would be printed"
    app.button("bayes-repair").click().run()
    assert equation(app) == "16.67 % = 99 / 594"
    assert problem(lang, "evidence-impossible") not in words(app)


def test_the_snippet_prints_what_is_on_the_screen() -> None:
    app = open_page("bayes")
    fine = {"prior": "12.3", "sensitivity": "45.6", "specificity": "78.9"}
    for query in ({"prior": "0.1"}, {"prior": "100"}, fine):
        follow(app, **query)
        assert run_snippet(app) == shown(app)
        share, counts = equation(app).replace(",", "").split(" = ")
        assert shown(app) == f"{counts} = {share}"


def test_the_prediction_makes_the_disease_ten_times_as_frequent() -> None:
    app = open_page("bayes", prior="3")
    app.radio("bayes-guess").set_value("b").run()
    app.button("bayes-do").click().run()
    assert equation(app) == "68.75 % = 990 / 1,440"
    assert OWN["predict-b-answer"] in words(app)


# --- people, and tests in a row


def seen(prior: float, number: int, seed: int) -> tuple[int, int]:
    """How many of so many people are positive, and how many of these are sick."""
    people = DiagnosticTest(prior, 0.99, 0.95).joint.draw(number, np.random.default_rng(seed))
    positive = people[people[:, 1] == 0]
    return len(positive), int((positive[:, 0] == 0).sum())


def test_test_one_test_all_and_other_people() -> None:
    app = open_page("bayes", tested="41")
    for button, number, seed in (("one", 42, 0), ("some", 142, 0), ("all", 10_000, 0), ("others", 0, 1), ("one", 1, 1)):
        app.button(f"bayes-tested-{button}").click().run()
        assert not app.exception
        positive, sick = seen(0.01, number, seed)
        if number == 0:
            assert OWN["tested-none"] in words(app)
        elif positive == 0:
            assert f"None of {number:,} was positive." in words(app)
        else:
            error = math.sqrt(sick / positive * (1 - sick / positive) / positive)
            told = {"positive": f"{positive:,}", "number": f"{number:,}", "sick": sick}
            share = {"share": f"{100 * sick / positive:.2f}", "error": f"{100 * error:.2f}"}
            assert fill(OWN["tested-count"], {**told, **share}) in words(app)
    assert in_url(app, "seed") == "1"


def test_results_in_a_row() -> None:
    app = open_page("bayes", further="open")
    for button in ("positive", "negative", "clear"):
        app.button(f"bayes-again-{button}").click().run()
        assert not app.exception
    assert in_url(app, "results") == ""
    figure = json.loads(open_page("bayes", results="pp").get("plotly_chart")[1].proto.spec)
    notes = [note["text"] for note in figure["layout"]["annotations"]]
    assert [note for note in notes if "%" in note] == ["<b>1.00 %</b>", "<b>16.67 %</b>", "<b>79.84 %</b>"]


def test_no_more_than_eight_results() -> None:
    app = open_page("bayes", results="pppppppp")
    assert app.button("bayes-again-positive").disabled
    assert results_of("pn") == [True, False]


# --- any table


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_example_is_a_joint_table_with_names(lang: str) -> None:
    app = open_page("bayes", lang=lang)
    for name, example in EXAMPLES.items():
        app.button(f"example-{name}").click().run()
        assert not app.exception
        assert labels(lang)["bayes"][f"{name}-about"] in words(app)
        told = component(app, "table")
        assert told["cells"] == texts(example)
        assert (len(told["rows"]), len(told["columns"])) == (len(told["cells"]), len(told["cells"][0]))
        assert told["group"] == "all"
        square = component(app, "table-squares")
        assert sum(cell["people"] for cell in square["cells"]) == 10_000


def test_the_table_of_the_test_says_what_the_test_says() -> None:
    app = open_page("bayes", example="test", given="y0")
    assert [row[1] for row in conditional(app)[1:]] == ["0.0099 / 0.0594 = 0.1667", "0.0495 / 0.0594 = 0.8333"]


def test_either_conditional() -> None:
    app = open_page("bayes")
    assert conditional(app) == [
        ["Y", "p(Y | X = rain)", "p(Y)"],
        ["early", "0.0200 / 0.3000 = 0.0667", "0.1600"],
        ["on time", "0.1000 / 0.3000 = 0.3333", "0.5200"],
        ["late", "0.1800 / 0.3000 = 0.6000", "0.3200"],
    ]
    app.selectbox("bayes-given").set_value("y2").run()
    assert [row[1] for row in conditional(app)] == [
        "p(X | Y = late)",
        "0.1800 / 0.3200 = 0.5625",
        "0.1400 / 0.3200 = 0.4375",
    ]
    frames = [square["frame"] for square in component(app, "table-squares")["squares"]]
    assert frames == [None, pytest.approx([0.68, 0, 1, 1])]
    assert in_url(app, "given") == "y2"


def test_a_cell_is_named_by_what_the_edge_of_its_square_does_not_say() -> None:
    by_rows, by_columns = component(open_page("bayes"), "table-squares")["squares"]
    assert by_rows["names"] == ["early", "on time", "late"] * 2
    assert by_columns["names"] == ["rain"] * 3 + ["dry"] * 3


def test_mutual_information_of_the_table() -> None:
    app = open_page("bayes", example="copy")
    entropy = stats.entropy([0.45, 0.05, 0.05, 0.45])
    assert f"{2 * math.log(2) - entropy:.4f}" in words(app)


NO_TABLES: list[tuple[str, str, dict[str, object], str | None]] = [
    ("0.02,0.1,0.3;0.14,0.42,0.14", "table-sum", {"total": "1.12"}, None),
    ("0.2,0.1,0.1;0.1,0,0", "table-sum", {"total": "0.5"}, "0.4,0.2,0.2;0.2,0,0"),
    ("0.5,0.5,0;0.2,0.8,0", "table-given-rows", {"count": 2}, "0.25,0.25,0;0.1,0.4,0"),
    ("1,1,1;1,1,1", "table-sum", {"total": "6"}, "1/6,1/6,1/6;1/6,1/6,1/6"),
    ("0.5,-0.1,0.6;0,0,0", "table-negative", {"row": 1, "column": 2, "value": "-0.1"}, "5/11,0,6/11;0,0,0"),
    ("0,0,0;0,0,0", "table-all-zero", {}, EXAMPLES["bus"]),
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_that_is_none_is_said_and_repaired(lang: str) -> None:
    app = open_page("bayes", lang=lang)
    for table, code, values, repaired in NO_TABLES:
        follow(app, table=table)
        assert not app.exception
        assert problem(lang, code, **values) in words(app)
        app.button("bayes-repair-table").click().run()
        assert not app.exception
        assert problem(lang, code, **values) not in words(app)
        cells = component(app, "table")["cells"]
        if repaired:
            assert cells == texts(repaired)
        weights = np.array([[float(cell) for cell in row] for row in texts(table)]).clip(0)
        if weights.any():
            shares = [[eval(cell) for cell in row] for row in cells]
            assert np.array(shares) == pytest.approx(weights / weights.sum(), abs=1e-10)
        assert conditional(app), "the conditional is back"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_never_happens_cannot_be_given(lang: str) -> None:
    app = open_page("bayes", lang=lang, table="0,0,0;0.5,0.25,0.25")
    assert problem(lang, "conditional-undefined", variable="X", index=0) in words(app)
    assert not conditional(app)
    assert labels(lang)["bayes"]["information"].split("<<")[0] in words(app)
    assert r"p(\text{Y}" not in words(app), "no formula divides by 0"


# --- shots on a target


def test_the_exact_conditional_and_the_hits_in_the_slice() -> None:
    app = open_page("bayes", rho="0.8", sigma_y="2", at="-0.5", aim="3")
    assert "p(y | x = -0.50)" in app.get("plotly_chart")[2].proto.spec
    assert r"0.00+0.80\cdot\frac{2.00}{1.00}\\&\quad\cdot((-0.50)-0.00)=(-0.80)" in words(app)
    assert r"2.00\cdot\sqrt{1-0.80^2}=1.20" in words(app)
    hits = BivariateNormal(0, 0, 1, 2, 0.8).draw(300, np.random.default_rng(3))
    found = cut(hits, -0.5, 0.25)
    assert f"{found.count} of 300 lie within ±0.25" in words(app)
    mean = f"({found.mean:.2f})" if found.mean < 0 else f"{found.mean:.2f}"
    assert f"mean {mean} and standard deviation {found.sd:.2f}." in words(app)


def test_y_may_be_the_one_that_is_known() -> None:
    app = open_page("bayes", along="y", at="1", rho="0.5", sigma_x="2")
    assert r"\mathrm E[x\,|\,y]" in words(app)
    assert r"\cdot(1.00-0.00)=1.00" in words(app)
    points = component(app, "target-handles")["points"]
    assert (points[0]["x"]["name"], points[0]["y"]["name"]) == ("", "at")


def test_a_slice_without_hits() -> None:
    app = open_page("bayes", shots="0")
    assert not app.exception
    assert "0 of 0 lie within" in words(app)
    assert "mean ? and standard deviation ?" in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hits_on_one_line_have_no_density_and_are_repaired(lang: str) -> None:
    app = open_page("bayes", lang=lang)
    for rho in ("1", "-1"):
        follow(app, rho=rho)
        assert problem(lang, "bad-correlation", rho=rho) in words(app)
        app.button("bayes-repair-target").click().run()
        assert problem(lang, "bad-correlation", rho=rho) not in words(app)
        assert float(in_url(app, "rho") or 0) == 0.99 * float(rho)


# --- challenges, links


def test_every_challenge_can_be_solved() -> None:
    def done(**query: str) -> list[bool]:
        return challenges_done(open_page("bayes", further="open", **query))

    assert done(specificity="99.9") == [True, False, False, False]
    assert done(sensitivity="80", specificity="20") == [False, True, False, False]
    assert done(table="0.06,0.15,0.09;0.14,0.35,0.21") == [False, False, True, False]
    assert done(rho="-0.87") == [False, False, False, True]


def test_no_challenge_is_solved_by_what_makes_no_sense() -> None:
    for query in ({"prior": "0"}, {"prior": "0", "specificity": "100"}, {"prior": "100"}, {"rho": "1"}):
        assert challenges_done(open_page("bayes", further="open", **query)) == [False] * 4
    assert not challenges_done(open_page("bayes", table="0.5,0.5,0;0,0,0"))[2], "independent, but with cells at 0"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_results_and_tables_that_are_none_are_answered_kindly(lang: str) -> None:
    app = open_page("bayes", lang=lang)
    nonsense = [("results", "pq"), ("results", "p" * 9), ("table", "0.5,0.5"), ("given", "x2")]
    nonsense += [("table", f"{cell},0,0;0,0,1") for cell in ("a", "1e9999", "1/0")]
    for name, value in nonsense:
        follow(app, **{name: value})
        assert not app.exception
        (said,) = notices(app)
        assert {"0.5,0.5": "2 ", "p" * 9: "p" * 9}.get(value, value.split(",")[0]) in said
        assert equation(app) == "16.67 % = 99 / 594"


def test_a_link_reproduces_the_whole_page() -> None:
    query = {
        "prior": "7.0",
        "results": "np",
        "tested": "500",
        "seed": "4",
        "example": "dice",
        "given": "y3",
        "along": "y",
    }
    app = open_page("bayes", **query)
    assert link(app, "bayes") == {"lang": "en", **query}
    assert component(app, "table")["cells"] == texts(EXAMPLES["dice"])
    table = JointTable([[eval(cell) for cell in row] for row in texts(EXAMPLES["dice"])])
    assert conditional(app)[4][1] == f"0.2500 / 0.4375 = {table.conditional(1, 3)[3]:.4f}"


def test_the_posterior_is_handed_on_as_a_coin() -> None:
    link = next(one for one in open_page("bayes").get("page_link") if one.proto.page == "information")
    assert link.proto.query_string == "lang=en&p=0.166667%2C0.833333"


def test_every_setting_is_one_of_the_state() -> None:
    assert all(values.keys() == START.keys() for values in SETTINGS.values())
