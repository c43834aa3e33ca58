"""The information page without a browser: the course's numbers on the screen, and what it says of nonsense."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats
from streamlit.testing.v1 import AppTest

from genmodels.probability import information
from lessons.information.scene import SETTINGS, target
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
from ui.text import LANGUAGES, fill, labels


def test_the_sections_stand_in_their_order() -> None:
    app, own, common = open_page("information", further="open"), labels("en")["information"], labels("en")["common"]
    beside, sections = (common["steps"], common["challenges"]), (own[name] for name in ("average", "loss", "letters"))
    assert [header.value for header in app.header] == [common["look"], *beside, *sections, common["code"]]
    assert equation(app) == "1.3219 = 1.0000 + 0.3219"


@pytest.mark.parametrize(
    ("button", "sum_", "reverse"),
    [("coin", "1.3219 = 1.0000 + 0.3219", "0.2781"), ("closer", "1.0294 = 1.0000 + 0.0294", "0.0290")],
)
def test_the_examples_of_the_course_are_one_click_away(button: str, sum_: str, reverse: str) -> None:
    app = open_page("information", p="0.3,0.7").button(f"setting-{button}").click().run()
    assert equation(app) == sum_
    last = step(app, 4)
    entropy_and_kl = sum_.split(" = ")[1].split(" + ")
    assert f"{sum_[:6]}-{entropy_and_kl[0]}" in last and reverse in last


def test_the_steps_substitute_the_numbers_on_screen() -> None:
    app = open_page("information", p="0.2,0.8", q="0.2,0.8")
    assert r"\log_2\tfrac1{0.2}=2.3219" in step(app, 1) and r"\log_2\tfrac1{0.8}=0.3219" in step(app, 1)
    assert r"0.2\cdot\log_2\tfrac1{0.2}" in step(app, 2)
    assert "&=0.7219" in step(app, 2)


def test_nats() -> None:
    app = open_page("information", unit="nats")
    assert equation(app) == "0.91629 = 0.69315 + 0.22314", "four digits would not add up"
    assert r"\ln" in step(app, 1)


def test_what_was_ruled_out_is_infinite_and_says_why() -> None:
    app = open_page("information").button("setting-never").click().run()
    assert equation(app) == "∞ = 1.8464 + ∞"
    own = labels("en")["information"]["infinite"]
    assert own.split("<<")[0] in words(app)
    assert "log(1/0)" in words(app)
    assert r"\infty" in step(app, 4)
    assert run_snippet(app) == "inf = 1.8464 + inf"
    assert shown(app) == "inf = 1.8464 + inf"


def hit(goal: float) -> float:
    """The share that the believer must give to heads for a fair coin to diverge by so many bits."""
    shares = np.linspace(0.001, 0.5, 5000)
    found = [information.kl_divergence((0.5, 0.5), (share, 1 - share)) for share in shares]
    return float(shares[int(np.argmin(np.abs(np.array(found) - goal)))])


def test_every_challenge_can_be_solved() -> None:
    share = hit(target(0, 2, 2.0))
    assert challenges_done(open_page("information", q=f"{share},{1 - share}")) == [True, False, False]
    assert challenges_done(open_page("information", p="0.75,0.25", q="0.999,0.001")) == [False, True, False]
    assert challenges_done(open_page("information", p="1,0", q="0.5,0.5")) == [False, False, True]


def test_another_target_is_another_game() -> None:
    app = open_page("information")
    before = next(element.value for element in app.markdown if "radio_button_unchecked" in element.value)
    app.button("information-game").click().run()
    after = next(element.value for element in app.markdown if "radio_button_unchecked" in element.value)
    assert before != after
    assert all(target(game, 12, 2.0) <= math.log2(12) for game in range(50)), "beyond what most visitors can reach"


def test_the_snippet_prints_what_is_on_the_screen() -> None:
    app = open_page("information")
    for query in ({"unit": "nats"}, {"p": "0.1,0.2,0.7", "q": "0.3,0.3,0.4"}, {"p": "0.5,0.5", "q": "0.3,0.7"}):
        follow(app, **query)
        assert run_snippet(app) == shown(app) == equation(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_that_do_not_sum_to_one_are_repaired_with_one_click(lang: str) -> None:
    app = open_page("information", lang=lang, p="0.5,0.6")
    assert problem(lang, "not-a-distribution", what="p", total="1.1") in words(app)
    assert labels(lang)["information"]["broken"] in words(app)
    there = [len(app.header), len(app.code), len(app.get("plotly_chart")), run_snippet(app), challenges_done(app)]
    app.button("information-repair-p").click().run()
    assert not app.exception
    assert in_url(app, "p") == "0.454545454545,0.545454545455"
    assert [len(app.header), len(app.code), len(app.get("plotly_chart"))] == there[:3], "nothing had gone"
    assert [run_snippet(app), challenges_done(app)] == there[3:], "nor is anything another"
    assert labels(lang)["information"]["broken"] not in words(app)
    p = (5 / 11, 6 / 11)
    assert equation(app).endswith(f"{stats.entropy(p, base=2):.4f} + {stats.entropy(p, (0.2, 0.8), base=2):.4f}")


def test_nothing_at_all_is_repaired_too() -> None:
    app = open_page("information", p="0,0,0", q="0.2,0.3,0.5")
    assert problem("en", "all-zero", what="p") in words(app)
    app.button("information-repair-p").click().run()
    assert equation(app).endswith(
        f"= {math.log2(3):.4f} + {information.kl_divergence([1 / 3] * 3, [0.2, 0.3, 0.5]):.4f}"
    )


def test_a_link_may_leave_open_what_is_believed() -> None:
    app = open_page("information", p="0.2,0.3,0.5")
    assert equation(app).split(" = ")[1].startswith(f"{information.entropy([0.2, 0.3, 0.5]):.4f}")
    assert len((in_url(app, "q") or "").split(",")) == 3


def test_as_many_outcomes_as_one_likes() -> None:
    app = open_page("information")
    app.number_input("outcomes").set_value(12).run()
    assert equation(app).split(" = ")[1].startswith(f"{math.log2(12):.5f}")
    assert not app.exception


def test_every_button_shows_two_distributions() -> None:
    app = open_page("information")
    for name, setting in SETTINGS.items():
        assert sum(setting["p"]) == pytest.approx(1) == sum(setting["q"])  # type: ignore[arg-type]
        assert not app.button(f"setting-{name}").click().run().exception


def test_the_letters_of_a_text() -> None:
    app = open_page("information", further="open")
    result = labels("en")["information"]["typed-result"]
    for text, length in {"abab": "1.0000", "aabc": "1.5000", "知之为知之": "1.6000"}.items():
        app.text_area("letters").input(text).run()
        entropy = f"{stats.entropy([*Counter(text).values()], base=2):.4f}"
        assert fill(result, {"entropy": entropy, "length": length}) in words(app)
        assert len(app.table[0].value) == len(set(text))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_kind_of_letter_and_none(lang: str) -> None:
    app = open_page("information", further="open", lang=lang)
    app.text_area("letters").input("aaa").run()
    assert labels(lang)["information"]["typed-one"] in words(app)
    app.text_area("letters").input("").run()
    assert problem(lang, "empty-text") in words(app)
    assert not app.exception


def cells(app: AppTest, written: str) -> dict[str, str]:
    """What the table shows after a text was typed: each character, and how often it is there."""
    table = app.text_area("letters").input(written).run().table[0].value
    assert not app.exception
    return dict(zip(table.iloc[:, 0], table.iloc[:, 1], strict=True))


def test_characters_that_mean_something_to_markdown_are_shown_as_they_are() -> None:
    app = open_page("information", further="open")
    shown_cells = cells(app, "# - + * > $ | `")
    assert shown_cells == {"␣": "7", **{rf"\{sign}": "1" for sign in "#-+*>$|`"}}


FAMILY = "👨‍👩‍👧"  # three people and two joiners


def test_what_a_reader_counts_as_one_is_one_character_and_what_cannot_be_seen_has_a_number() -> None:
    app = open_page("information", further="open")
    assert cells(app, f"{FAMILY}🇩🇪👍🏽{FAMILY}❤️") == {FAMILY: "2", "🇩🇪": "1", "👍🏽": "1", "❤️": "1"}
    assert cells(app, "e\u0301é") == {"é": "2"}, "one letter in two spellings"
    assert cells(app, "a\u200b\u00a0\u202e\u3000a\u200d\ufeff") == {
        "a": "1",
        r"U\+200B": "1",
        r"U\+00A0": "1",
        r"U\+202E": "1",
        r"U\+3000": "1",
        r"a U\+200D": "1",
        r"U\+FEFF": "1",
    }
    assert cells(app, "\u0301a") == {"◌\u0301": "1", "a": "1"}
    assert "8 bits" not in words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_that_is_too_long_is_answered(lang: str) -> None:
    app = open_page("information", further="open", lang=lang)
    box = app.text_area("letters")
    assert not box.proto.max_chars, "what is longer would be dropped without a word"
    for number, said in {500: False, 501: True, 600: True, 20_000: True}.items():
        box.input("ab" * (number // 2) + "c" * (number % 2)).run()
        assert (problem(lang, "text-long", given=number, most=500) in notices(app)) == said
    box.input(FAMILY * 300).run()
    assert notices(app) == [], "300 characters, though of five code points each"


@pytest.mark.parametrize("query", [{}, {"p": "0.9,0.1", "q": "0.1,0.9", "unit": "nats"}])
def test_the_prediction_swaps_the_truth_and_the_belief_that_it_names(query: dict[str, str]) -> None:
    app = open_page("information", **query)
    app.radio("information-guess").set_value("b").run()
    app.button("information-do").click().run()
    assert equation(app) == "1.0000 = 0.7219 + 0.2781", "D goes from 0.3219 to 0.2781, whatever was on screen before"


@pytest.mark.parametrize("name", ["p", "q"])
def test_what_is_no_distribution_is_called_by_its_name(name: str) -> None:
    app = open_page("information", **{"p": "0.5,0.5", "q": "0.5,0.5", name: "0.3,0.3"})
    (said,) = notices(app)
    assert said.startswith(f"{name} sums to 0.6")
