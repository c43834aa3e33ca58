"""A GAN that is trained by hand: now the discriminator alone, now the generator, now both, as many updates as one says.

What is played is a list of moves, which a link can hold: "d100-g20-b300" is 100 updates of D, 20 of G, and 300 of both
in turns. The same recipe and the same moves lead to the same weights.
"""

from __future__ import annotations

import copy
import math
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch

from genmodels.arrays import Arrays
from genmodels.errors import Problem
from genmodels.evaluation.frames import stacked
from genmodels.evaluation.game import Watch
from genmodels.models.gan import GAN
from genmodels.training import recipes
from genmodels.training.learner import Learner
from genmodels.training.recipes import Recipe

PLAYERS = {"d": ("discriminator",), "g": ("generator",), "b": ("discriminator", "generator")}
MOST, LONGEST = 40, 500  # moves of a game, and updates of a move
FRAMES = 50  # at most of a move: more cannot be told apart
_MOVE = re.compile(r"([dgb])([1-9]\d{0,2})")
_KEPT = 24  # games that can be gone on with at once


class Move(NamedTuple):
    """Who learns, "d", "g" or "b", and for how many updates."""

    who: str
    updates: int


def moves(token: str) -> tuple[Move, ...]:
    """The moves of a text such as "d100-b300"; Problem for any other text, and for too many."""
    found = [_MOVE.fullmatch(one) for one in token.split("-")] if token else []
    played = [Move(one[1], int(one[2])) for one in found if one]
    if len(played) < len(found) or any(one.updates > LONGEST for one in played):
        raise Problem("damaged-moves", "The moves in this link are damaged; begin the game anew.")
    if len(played) > MOST:
        raise Problem("many-moves", "A game has at most {most} moves; begin it anew.", most=MOST)
    return tuple(played)


def as_token(played: tuple[Move, ...]) -> str:
    """The text of moves; moves(as_token(m)) == m."""
    return "-".join(f"{one.who}{one.updates}" for one in played)


@dataclass(frozen=True)
class Played:
    """All frames of a game so far, and the share of the newest moves that is done."""

    record: Arrays
    share: float


class Duel:
    """Two networks with random weights, and what their next updates depend on."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.random = torch.Generator().manual_seed(recipe.seed)
        self.model = cast(GAN, recipes.build(recipe, self.random))
        self.learners = [Learner(player, self.model) for player in recipe.phases[0].players]
        self.data = recipe.examples("train").batch()
        self.watch = Watch(recipe)
        self.update = 0
        self.frames = [self.watch.look(self.model, 0)]

    def play(self, move: Move) -> Iterator[float]:
        """Make a move; hands out the share that is done. Problem where the numbers leave all bounds."""
        every = math.ceil(move.updates / FRAMES)
        for number in range(1, move.updates + 1):
            self._learn(PLAYERS[move.who])
            self.update += 1
            if number % every == 0 or number == move.updates:
                self.frames.append(self.watch.look(self.model, self.update))
                yield number / move.updates

    def _learn(self, players: tuple[str, ...]) -> None:
        batch = torch.randint(len(self.data), (self.recipe.batch_size,), generator=self.random)
        for learner in self.learners:
            if learner.player.name in players:
                losses = getattr(self.model, learner.player.loss)(self.data[batch], self.random)
                if not bool(torch.isfinite(losses["total"])):
                    sentence = "After {update} updates a loss is no number any more. Go back, or take lower rates."
                    raise Problem("duel-diverged", sentence, update=self.update)
                learner.update(losses, len(batch), 1.0, None)

    def copy(self) -> Duel:
        """Another one that stands at the same place."""
        other = copy.copy(self)
        other.random = torch.Generator()
        other.random.set_state(self.random.get_state())
        other.model = cast(GAN, recipes.build(self.recipe, torch.Generator()))
        other.model.load_state_dict(self.model.state_dict())
        other.learners = [Learner(one.player, other.model) for one in self.learners]
        for mine, its in zip(self.learners, other.learners, strict=True):
            its.restore(mine.state(), torch.device("cpu"))
        other.frames = list(self.frames)
        return other


class Games:
    """Games that have been played, so that a further move begins where they stand. For one thread at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, tuple[Move, ...]], Duel] = OrderedDict()

    def play(self, recipe: Recipe, played: tuple[Move, ...]) -> Iterator[Played]:
        """Play a game to its end, from the longest beginning that is known."""
        key = recipes.key(recipe)
        known = next((n for n in range(len(played), 0, -1) if (key, played[:n]) in self._kept), 0)
        duel = self._kept[key, played[:known]].copy() if known else Duel(recipe)
        yield Played(stacked(duel.frames), 0.0 if played[known:] else 1.0)
        for number, move in enumerate(played[known:], known + 1):
            for share in duel.play(move):
                done = (number - 1 - known + share) / (len(played) - known)
                yield Played(stacked(duel.frames), done)
            self._keep(key, played[:number], duel)

    def _keep(self, key: str, played: tuple[Move, ...], duel: Duel) -> None:
        self._kept[key, played] = duel.copy()
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
