"""The Markov page without a browser: the course's numbers on the screen, every kind of chain, and nonsense."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest

from genmodels.probability import transitions
from genmodels.probability.markov import MarkovChain
from lessons.markov.scene import RESTAURANT, SETTINGS
from tests.app import (
    challenges_done,
    equation,
    follow,
    in_url,
    notices,
    open_page,
    problem,
    run_snippet,
    shown,
    step,
    words,
)
from ui.text import LANGUAGES, labels

ENDS, WORLDS = SETTINGS["ends"][0], SETTINGS["worlds"][0]


def test_the_sections_stand_in_their_order() -> None:
    own, common = labels("en")["markov"], labels("en")["common"]
    stage = [common["look"], own["classes"], common["steps"], common["challenges"]]
    names, more = ["speed", "bridge"], ["triangle", "elimination"]
    for further, shown_names in {"folded": names, "open": [*names, *more]}.items():
        app = open_page("markov", further=further)
        assert [header.value for header in app.header] == [*stage, *(own[name] for name in shown_names), common["code"]]


def test_the_restaurant_is_on_screen_to_the_digits_of_the_course() -> None:
    app = open_page("markov")
    first = step(app, 1)
    assert r"P(X_4=\text{hot dog}\mid X_3=\text{pizza})\\&=0.7\end" in first
    second = step(app, 2)
    assert r"0.3\cdot0.2\\&+0\cdot0.3\\&+0.7\cdot0.5" in second and "&=0.41" in second
    rows = {"burger": "0.3&0.41&0.35220845", "pizza": "0&0.18&0.21114606", "hot dog": "0.7&0.41&0.43664549"}
    for name, numbers in rows.items():
        assert rf"\text{{{name}}}&{numbers}" in second
    third = step(app, 3)
    for share in (r"\tfrac{25}{71}=0.3521", r"\tfrac{15}{71}=0.2113", r"\tfrac{31}{71}=0.4366"):
        assert share in third
    assert r"|\lambda_2|=0.34641" in step(app, 4)
    assert r"all eigenvalues: $1\text{,}$ $-0.15\pm 0.3122\,\mathrm{i}\text{.}$" in words(app)
    assert equation(app) == "0.4366 = 0.2183 + 0.2183"
    assert shown(app) == "0.35220845 0.21114606 0.43664549 -> 25/71 15/71 31/71"


def test_one_click_brings_the_restaurant_back() -> None:
    app = open_page("markov", matrix=WORLDS, names="a,b,c").button("setting-restaurant").click().run()
    assert shown(app) == "0.35220845 0.21114606 0.43664549 -> 25/71 15/71 31/71"
    assert "burger" in app.code[0].value


def test_the_elimination_is_shown() -> None:
    said = words(open_page("markov", further="open"))
    assert r"Look away from **hot dog**, which is left with probability $\tfrac{1}{2}$:" in said
    assert r"\text{burger}&\tfrac{2}{5}&\tfrac{3}{5}\\\text{pizza}&1&0" in said
    assert r"\text{hot dog}&\tfrac{31}{25}&\tfrac{31}{71}" in said


@pytest.mark.parametrize(("lang", "mark"), [("en", "One recurrent class, period 1"), ("zh", "一个常返类，周期为 1")])
def test_which_kind_the_restaurant_is(lang: str, mark: str) -> None:
    assert mark in words(open_page("markov", lang=lang))


def test_two_ends_and_what_lies_between() -> None:
    app = open_page("markov").button("setting-ends").click().run()
    said = words(app)
    assert "**2 recurrent classes**" in said and "Left for good sooner or later: 2, 3." in said
    assert "Absorbing: 1, 4." in said
    assert "**1**: absorbing. The walk ends here with probability 0.6667." in said
    assert "**2, 3**: transient" in said
    assert "is no rate here" in said
    assert "2 classes that it never leaves" in step(app, 3)
    assert shown(app) == "0.66406250 0.00390625 0.00000000 0.33203125 -> 1 0 0 0 or 0 0 0 1" == run_snippet(app)
    assert challenges_done(app) == [False, False, False], "2/3 and 1/3 are not even"


def test_a_ring_has_a_period_and_no_rate() -> None:
    app = open_page("markov").button("setting-ring").click().run()
    assert "**One recurrent class, period 3**" in words(app)
    assert re.search(r"period\b\W* 3,", step(app, 4))
    assert "1/3, 1/3, 1/3" in words(app)


def test_the_prediction_turns_the_dishes_round() -> None:
    app = open_page("markov")
    app.radio("markov-guess").set_value("b").run()
    app.button("markov-do").click().run()
    assert in_url(app, "matrix") == SETTINGS["ring"][0]
    chain = MarkovChain(transitions.parse(SETTINGS["ring"][0]))
    path = chain.distributions(SETTINGS["ring"][1], 301)
    assert path[300, 0] == 1 and path[301, 0] == 0, "what the answer says"


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(open_page("markov", matrix="0.98,0.02;0.02,0.98")) == [True, False, False]
    assert challenges_done(open_page("markov", matrix="0,1;1,0")) == [False, True, False]
    assert challenges_done(open_page("markov", matrix="1,0,0;0.5,0,0.5;0,0,1")) == [False, False, True]
    even = "1,0,0,0;1/3,0,2/3,0;0,1/2,0,1/2;0,0,0,1"
    assert challenges_done(open_page("markov", matrix=even)) == [False, False, True]
    assert challenges_done(open_page("markov", matrix="1,0;0,1")) == [False, False, False], "no state has a choice"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_snippet_prints_what_is_on_the_screen(lang: str) -> None:
    app = open_page("markov", lang=lang)
    for name in SETTINGS:
        app.button(f"setting-{name}").click().run()
        assert not app.exception
        assert run_snippet(app) == shown(app)


def test_the_snippet_of_nearly_exact_rows() -> None:
    app, inexact = open_page("markov"), labels("en")["markov"]["inexact"]
    for row in ("0.3333333333,0.6666666667", "0.33333333333,0.66666666666", "0.123,0.877"):
        follow(app, matrix=f"{row};1/7,6/7", further="open")
        assert run_snippet(app) == shown(app)
        assert (inexact in words(app)) == (sum(map(Fraction, row.split(","))) != 1)


def test_as_many_states_as_one_likes() -> None:
    app = open_page("markov")
    for count in (8, 5, 2):
        app.number_input("states").set_value(count).run()
        assert not app.exception
        assert (in_url(app, "matrix") or "").count(";") == count - 1
        assert run_snippet(app) == shown(app)
    assert in_url(app, "names") == "burger,pizza"


def test_another_start_another_walk() -> None:
    app = open_page("markov")
    app.selectbox("begin").set_value(2).run()
    app.run()
    assert in_url(app, "start") == "2"
    assert shown(app).startswith(
        " ".join(f"{share:.8f}" for share in MarkovChain(transitions.parse(RESTAURANT)).distributions(2, 8)[8])
    )
    app.button("again").click().run()
    assert in_url(app, "seed") == "1"


def test_a_table_from_a_file() -> None:
    app = open_page("markov")
    app.file_uploader("file").set_value(("weather.csv", b",sun,rain\nsun,0.9,0.1\nrain,0.4,0.6\n", "text/csv")).run()
    assert (in_url(app, "matrix"), in_url(app, "names")) == ("0.9,0.1;0.4,0.6", "sun,rain")
    assert shown(app).endswith("-> 4/5 1/5")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_that_holds_no_table(lang: str) -> None:
    files: list[tuple[bytes, str, dict[str, object]]] = [
        (b"1,0,0\n0,1,0", "chain-not-square", {"rows": 2, "row": 1, "columns": 3}),
        (b"1,0\n-0.5,1.5", "chain-negative", {"row": 2, "column": 1, "value": "-0.5"}),
        (b"1,0\n" * 9000, "chain-file-size", {"size": 36000, "limit": 20000, "most": 8}),
        (b"1,0\nx,1", "chain-entry", {"row": 2, "column": 1, "value": "'x'"}),
        (b"1;0\n;1", "chain-blank", {"row": 2, "column": 1}),
        (b",a,b\nc,1,0\nd,0,1", "chain-file-names", {"rows": "c, d", "columns": "a, b"}),
        (b"PK\x03\x04" + bytes(30_000), "chain-file-spreadsheet", {}),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "chain-file-spreadsheet", {}),
        (b"\x89PNG\r\n\x1a\n", "chain-file-text", {}),
    ]
    for data, code, values in files:
        app = open_page("markov", lang=lang)
        app.file_uploader("file").set_value(("table.csv", data, "text/csv")).run()
        assert not app.exception
        assert notices(app) == [problem(lang, code, **values)]
        assert shown(app).endswith("25/71 15/71 31/71")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_that_does_not_say_how_its_letters_are_written(lang: str) -> None:
    own, app = labels(lang)["markov"], open_page("markov", lang=lang)
    data = "晴れ;雨\n0,9;0,1\n0,4;0,6\n".encode("shift_jis")
    app.file_uploader("file").set_value(("wetter.tsv", data, "text/plain")).run()
    assert notices(app) == [problem(lang, "chain-file-guessed", encoding=own["encoding-gb18030"])]
    assert shown(app).endswith("-> 4/5 1/5")
    app.selectbox("encoding").set_value("shift_jis").run()
    assert (in_url(app, "matrix"), in_url(app, "names")) == ("0.9,0.1;0.4,0.6", "晴れ,雨")
    assert notices(app) == []
    app.file_uploader("file").set_value(("weather.csv", "été,hiver\n0.9,0.1\n0.4,0.6".encode(), "text/csv")).run()
    assert in_url(app, "names") == "été,hiver"
    assert notices(app) == [] and not [one for one in app.selectbox if one.key == "encoding"]


def test_all_digits_of_a_file_are_kept() -> None:
    app = open_page("markov")
    app.file_uploader("file").set_value(("tiny.csv", b"1,0.000000000000001234\n0.5,0.5\n", "text/csv")).run()
    assert not app.exception
    assert in_url(app, "matrix") == "1,0.000000000000001234;0.5,0.5"
    assert "Absorbing" not in words(app)
    assert r"1.234\cdot10^{-15}" not in step(app, 1) and run_snippet(app) == shown(app)


NO_ROWS: list[tuple[str, str, dict[str, object], str]] = [
    ("1,1;-0.5,1", "chain-negative", {"row": 2, "column": 1, "value": "-0.5"}, "0.5,0.5;0,1"),
    ("0.5,0.5;0,0", "chain-row-zero", {"row": 2}, "0.5,0.5;0,1"),
    (
        "0.2,0.6,0.3;0.3,0,0.7;0.5,0,0.5",
        "chain-row-sum",
        {"row": 1, "total": "1.1"},
        "2/11,6/11,3/11;0.3,0,0.7;0.5,0,0.5",
    ),
]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rows_that_are_none_are_put_right_with_one_click(lang: str) -> None:
    app = open_page("markov", lang=lang)
    for matrix, code, values, repaired in NO_ROWS:
        follow(app, matrix=matrix)
        assert problem(lang, code, **values) in words(app)
        assert labels(lang)["markov"]["broken"] in words(app)
        app.button("markov-repair").click().run()
        assert not app.exception
        assert in_url(app, "matrix") == repaired
        assert labels(lang)["markov"]["broken"] not in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_matrix_by_columns_is_transposed_with_one_click(lang: str) -> None:
    own = labels(lang)["markov"]
    app = open_page("markov", lang=lang, matrix="0.9,0.5;0.1,0.5", names="sun,rain")
    assert problem(lang, "chain-columns", row=1, total="1.4") in words(app)
    assert own["broken-columns"] in words(app) and own["broken"] not in words(app)
    assert shown(app).endswith("-> 5/6 1/6"), "what the picture shows in the meantime"
    button = app.button("markov-repair")
    assert button.label == own["transpose"]
    button.click().run()
    assert in_url(app, "matrix") == "0.9,0.1;0.5,0.5"
    assert shown(app).endswith("-> 5/6 1/6") and run_snippet(app) == shown(app)
    assert own["broken-columns"] not in words(app)


def test_matrices_and_names_that_are_none_are_answered_kindly() -> None:
    nonsense = [
        ("matrix", "0.5,x;1,0", "'x'"),
        ("matrix", "nan,1;1,0", "'nan'"),
        ("matrix", "1e999,1;1,0", "'1e999'"),
        ("matrix", "1", "1 rows"),
        ("matrix", ";".join([",".join(["0"] * 9)] * 9), "9 rows"),
        ("matrix", "1,0;1", "row 2 has 1"),
        ("names", "lonely", "lonely"),
        ("names", "a,b," + 25 * "c", "24 signs"),
        ("names", "a,a,b", "“a”"),
    ]
    app = open_page("markov")
    for name, value, named in nonsense:
        follow(app, **{name: value})
        assert not app.exception
        assert named in "".join(notices(app))
        assert shown(app).endswith("25/71 15/71 31/71")


def test_entries_in_a_link_may_be_written_in_many_ways() -> None:
    app = open_page("markov", matrix="0.5/2,.75;1 / 3,+2/3")
    assert not app.exception
    assert run_snippet(app) == shown(app)
    assert shown(app).endswith("-> 4/13 9/13")


def test_names_that_mean_something_to_markdown_or_latex() -> None:
    app = open_page("markov", names="$a_1$,*b*|:smile:,}{\\c")
    assert not app.exception
    assert r"\$a\_1\$" in words(app) and r"\*b\*\|\:smile\:" in words(app)
    assert run_snippet(app) == shown(app)


def test_names_that_mean_something_to_a_chart_or_a_sentence() -> None:
    app = open_page("markov", names="<b>a</b>,b<i,c", matrix="1,0,0;0.5,0,0.5;0,0,1")
    charts = [chart.proto.spec for chart in app.get("plotly_chart")]
    assert any("<b>&lt;b&gt;a&lt;/b&gt;</b>" in str(json.loads(chart)) for chart in charts)
    assert r"“\*a\*”" in notices(follow(app, names="*a*,*a*,c"))[0]


def test_the_dishes_speak_the_language_of_the_reader() -> None:
    app = open_page("markov", lang="zh", names="burger,pizza,hot dog", matrix="0.5,0.5,0;0,0.5,0.5;0.5,0,0.5")
    assert "['汉堡', '披萨', '热狗']" in app.code[0].value
    assert "burger" in open_page("markov", lang="zh", names="burger,pizza,soup").code[0].value


def test_an_empty_matrix_in_a_link_is_the_restaurant() -> None:
    assert shown(open_page("markov", matrix="")).endswith("25/71 15/71 31/71")
