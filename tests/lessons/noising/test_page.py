"""The page on the forward process without a browser: the course's numbers, every schedule, and nonsense in a link."""

from __future__ import annotations

import math
import re
from itertools import product

import pytest

from genmodels.evaluation import measured_samplers
from genmodels.models.schedule import NoiseSchedule
from genmodels.training import checkpoints
from lessons.noising.scene import SCHEDULES
from tests.app import challenges_done, equation, follow, open_page, run_snippet, shown, step, words
from ui.text import labels


def test_the_sections_stand_in_their_order() -> None:
    own, common = labels("en")["noising"], labels("en")["common"]
    stage = [common["look"], common["steps"], common["challenges"]]
    names, more = ["schedules", "terminal"], ["sum", "posterior", "origin", "bridge"]
    for further, shown_names in {"folded": names, "open": [*names, *more]}.items():
        app = open_page("noising", further=further)
        assert [header.value for header in app.header] == [*stage, *(own[name] for name in shown_names), common["code"]]


def test_the_tutorials_schedule_leaves_a_fifth() -> None:
    app = open_page("noising", t="300")
    fourth = step(app, 4)
    assert r"\bar\alpha_T=0.04806}" in fourth and "21.92\u00a0% of the amplitude" in fourth
    assert rf"x_{{300}}=0.2192\,x_0+{math.sqrt(1 - 0.04805843):.4f}\,\varepsilon" in fourth
    assert shown(app) == "0.2192 x_0 + 0.9757 eps" == run_snippet(app)


def test_a_thousand_steps_leave_next_to_nothing() -> None:
    assert r"\bar\alpha_T=4.036\cdot10^{-5}}" in words(open_page("noising", steps="1000"))


def test_small_steps_on_screen_add_up() -> None:
    schedule = NoiseSchedule.linear(300)
    second = step(open_page("noising", t="120"), 2)
    alpha, before, beta, result = map(
        float, re.findall(r"=(\S+)\\cdot(\S+)\\\\&\\quad\+(\S+)\\\\&=(\S+)\\end", second)[0]
    )
    assert alpha * before + beta == pytest.approx(result, abs=2e-6)
    assert result == pytest.approx(1 - float(schedule.alpha_bar[120]), abs=5e-7)


def test_every_schedule_can_be_shown_and_its_snippet_runs() -> None:
    app = open_page("noising")
    for name, steps in product(SCHEDULES, ("2", "300")):
        follow(app, schedule=name, steps=steps, other="linear")
        assert not app.exception
        if (name, steps) == ("rescaled", "2"):
            assert "take more steps or a lower end" in words(app)
        else:
            assert run_snippet(app) == shown(app)


def test_the_laboratory_says_what_equations_6_and_7_say() -> None:
    app = open_page("noising", lab_t="150", x0="0.5", xt="-1.25")
    schedule = NoiseSchedule.linear(300)
    before, here, alpha = (float(x) for x in (schedule.alpha_bar[149], schedule.alpha_bar[150], schedule.alpha[150]))
    of_x0 = math.sqrt(before) * (1 - alpha) / (1 - here)
    of_xt = math.sqrt(alpha) * (1 - before) / (1 - here)
    assert rf"\mu_{{150}}={of_x0:.6f}\,x_0+{of_xt:.6f}\,x_{{150}}" in words(app)
    mean, first, second = re.fullmatch(r"(\S+) = (\S+) \+ \(−(\S+)\)", equation(app)).groups()  # type: ignore[union-attr]
    shown_sum = float(first) - float(second)
    assert float(mean.replace("−", "-")) == pytest.approx(shown_sum, abs=1e-9), "it adds up as it stands"
    assert float(mean.replace("−", "-")) == pytest.approx(of_x0 * 0.5 - of_xt * 1.25, abs=1e-3)


def test_into_the_data_nothing_is_added() -> None:
    app = open_page("noising", lab_t="1", x0="0.5")
    assert r"\beta_t=0$$" in words(app)
    assert r"\mu_{1}=1.000000\,x_0+0.000000\,x_{1}" in words(app)


def test_far_from_the_data_one_origin_is_sure_and_in_noise_none() -> None:
    near = re.search(r"rests on about (\S+) of", words(open_page("noising", lab_t="1", px="1.2", py="-0.4")))
    far = re.search(r"rests on about (\S+) of", words(open_page("noising", lab_t="300", px="0", py="0")))
    assert near and far
    assert float(near[1]) < 3 < 300 < float(far[1])


def test_the_prediction_goes_to_the_end() -> None:
    app = open_page("noising", schedule="cosine")
    app.radio("noising-guess").set_value("c").run()
    app.button("noising-do").click().run()
    assert r"x_{300}=" in step(app, 4), "the page went to the tutorials' last step"
    assert "0.04805843" in words(app)


def test_every_challenge_can_be_solved() -> None:
    assert challenges_done(open_page("noising", steps="911")) == [True, False]
    alpha_bar = NoiseSchedule.linear(300).alpha_bar
    half = next(t for t in range(301) if alpha_bar[t] <= 0.5)
    assert challenges_done(open_page("noising", t=str(half))) == [False, True]


def test_the_end_of_the_chain_is_measured_on_the_shipped_digits() -> None:
    known = measured_samplers.measured(checkpoints.get("ddpm-mnist"))
    assert known is not None
    said = words(open_page("noising"))
    for right, wrong in (("ddpm-50", "late"), ("ddim-25", "late-ddim")):
        assert f"{known.samplers[right].frechet:.1f} | {known.samplers[wrong].frechet:.1f}" in said
        assert known.samplers[wrong].frechet > known.samplers[right].frechet
