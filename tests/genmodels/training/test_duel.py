"""A game by hand: who does not learn stays as it is, the same moves lead to the same place, bad ones are refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from genmodels.errors import Problem
from genmodels.training import duel, recipes
from genmodels.training.duel import Duel, Games, Move, Played

RECIPE = recipes.make("gan-points", hidden_dim=16)


def weights(game: Duel, part: str) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in game.model.get_submodule(part).state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, other[name]) for name, value in one.items())


def last(games: Games, token: str, recipe: recipes.Recipe = RECIPE) -> Played:
    *_, played = games.play(recipe, duel.moves(token))
    return played


def test_moves_are_text_and_back() -> None:
    moves = (Move("d", 100), Move("g", 20), Move("b", 1))
    assert duel.as_token(moves) == "d100-g20-b1" and duel.moves("d100-g20-b1") == moves
    assert duel.moves("") == ()


@pytest.mark.parametrize("token", ["x10", "d", "d0", "d501", "d10--g10", "d10-", "D10", "d1e3", "d-10", "d１0", " d10"])
def test_what_is_no_move_is_refused(token: str) -> None:
    with pytest.raises(Problem, match="damaged; begin the game anew"):
        duel.moves(token)


def test_too_many_moves_are_refused() -> None:
    assert len(duel.moves("-".join(["b1"] * duel.MOST))) == duel.MOST
    with pytest.raises(Problem, match=f"at most {duel.MOST} moves"):
        duel.moves("-".join(["b1"] * (duel.MOST + 1)))


@pytest.mark.parametrize(
    ("who", "learns"), [("d", {"discriminator"}), ("g", {"generator"}), ("b", {"discriminator", "generator"})]
)
def test_only_who_is_asked_learns(who: str, learns: set[str]) -> None:
    game = Duel(RECIPE)
    before = {part: weights(game, part) for part in ("discriminator", "generator")}
    list(game.play(Move(who, 3)))
    assert {part for part, value in before.items() if not same(value, weights(game, part))} == learns
    assert game.update == 3


def test_the_same_moves_lead_to_the_same_place_from_wherever_one_goes_on() -> None:
    at_once = last(Games(), "b20-d10-g5").record
    games = Games()
    for token in ("", "b20", "b20-g3", "b20-d10", "b20-d10-g5"):
        step_by_step = last(games, token).record
    assert all(np.array_equal(at_once[name], step_by_step[name]) for name in at_once)


def test_going_on_changes_nothing_of_where_it_began() -> None:
    games = Games()
    before = last(games, "b10").record
    last(games, "b10-d10")
    again = last(games, "b10").record
    assert all(np.array_equal(before[name], again[name]) for name in before)


def test_other_settings_are_another_game() -> None:
    games = Games()
    one, other = last(games, "b5"), last(games, "b5", recipes.make("gan-points", hidden_dim=16, seed=1))
    assert not np.array_equal(one.record["made"], other.record["made"])


def test_frames_come_as_it_is_played_and_not_too_many() -> None:
    shares = [played.share for played in Games().play(RECIPE, duel.moves("b2-d500"))]
    assert shares[0] == 0.0 and shares[-1] == 1.0 and shares == sorted(shares)
    assert len(shares) <= 1 + 2 + duel.FRAMES
    record = last(Games(), "b2-d500").record
    assert record["numbers"][-1, 0] == 502


def test_a_discriminator_alone_comes_near_the_best_one() -> None:
    """The generator stands still, so what it makes becomes known."""
    games, recipe = Games(), recipes.make("gan-points")
    away = [last(games, token, recipe).record for token in ("b60", "b60-d300")]
    far = [np.abs(one["surface"][-1].astype(float) - one["best"][-1])[one["best"][-1] > 200].mean() for one in away]
    assert far[1] < 0.6 * far[0]
    value = away[1]["numbers"][:, 1]
    assert value[-1] > value[0] + 0.3, "V goes up"


def test_a_generator_alone_fools_it() -> None:
    games = Games()
    before, after = (last(games, token, recipes.make("gan-points")).record for token in ("b60-d200", "b60-d200-g150"))
    assert before["numbers"][-1, 4] < 0.5 < 0.8 < after["numbers"][-1, 4]


def test_rates_that_diverge_end_in_a_sentence_and_what_was_played_stays() -> None:
    recipe = recipes.make(
        "gan-points", hidden_dim=16, loss_kind="wasserstein", learning_rate=0.1, discriminator_rate=0.1, r1=100.0
    )
    game = Duel(recipe)
    game.model.get_submodule("generator").requires_grad_(False)
    with torch.no_grad():
        game.model.discriminator[1].weight.fill_(1e30)  # type: ignore[index]
    with pytest.raises(Problem, match="a loss is no number any more. Go back, or take lower rates"):
        list(game.play(Move("b", 5)))
    assert len(game.frames) >= 1
