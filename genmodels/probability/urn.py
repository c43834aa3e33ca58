"""Ways to draw from an urn, and what becomes of the likelihood when the draws are not independent.

Draws are booleans, True for red. The i.i.d. interval takes them for independent whatever they are; the honest one
knows how they were made. Shapes: R repetitions, n draws, k numbers that hold all that the draws say about the share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlogy

from genmodels.errors import Problem
from genmodels.probability import checks
from genmodels.probability.intervals import critical_value, drop_points, likelihood_ratio_bounds
from genmodels.probability.likelihood import Floats

Draws = NDArray[np.bool_]


class Sampler(Protocol):
    """A way to draw. `share` is the true share of red balls, which the one who estimates does not know."""

    @property
    def share(self) -> float: ...

    def draw(self, num_draws: int, rng: np.random.Generator, num_repeats: int = 1) -> Draws:
        """(R, n). With one repetition, more draws from the same seed begin with the same balls."""
        ...

    def effective_size(self, num_draws: int) -> float:
        """How many independent draws would give the share of red the same variance."""
        ...

    def count_probabilities(self, num_draws: int) -> Floats:
        """Probabilities (n + 1,) that 0, 1, ..., n of the draws are red; exact."""
        ...

    def summary(self, draws: Draws) -> Floats:
        """All that the draws (..., n) say about the share, after each of them: (..., n, k)."""
        ...

    def shares(self) -> Floats:
        """The shares that are possible, or evenly spaced ones where all are."""
        ...

    def log_likelihood(self, summary: Floats) -> Floats:
        """log-likelihood of the draws behind a summary (..., k) at each of `shares()`, in nats."""
        ...

    def intervals(self, summary: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
        """Ends (...) of the honest likelihood-ratio interval for summaries (..., k)."""
        ...


@dataclass(frozen=True)
class WithReplacement:
    """Every ball goes back. With probability `stickiness` the hand takes the same one again: a Markov chain.

    The share of red stays what it is in the urn; draws that lie t apart have correlation stickiness^t, and with
    stickiness 0 they are independent.
    """

    share: float
    stickiness: float = 0.0

    def __post_init__(self) -> None:
        checks.probability(self.share, "share")
        checks.probability(self.stickiness, "stickiness")

    def draw(self, num_draws: int, rng: np.random.Generator, num_repeats: int = 1) -> Draws:
        n, repeats = checks.count(num_draws, "num_draws", least=1), checks.count(num_repeats, "num_repeats", least=1)
        chance = rng.random((repeats, n, 2))
        fresh = chance[..., 0] < self.share
        last_change = np.where(chance[..., 1] < self.stickiness, 0, np.arange(n))  # the first is always fresh
        return np.take_along_axis(fresh, np.maximum.accumulate(last_change, axis=1), axis=1)

    def effective_size(self, num_draws: int) -> float:
        """n / (1 + 2 sum_{t<n} (1 - t/n) stickiness^t); about n (1 - stickiness) / (1 + stickiness)."""
        n = checks.count(num_draws, "num_draws", least=1)
        lag = np.arange(1, n)
        return float(n / (1 + 2 * ((1 - lag / n) * self.stickiness**lag).sum()))

    def count_probabilities(self, num_draws: int) -> Floats:
        """By recursion over the draws, the last one red or blue."""
        n = checks.count(num_draws, "num_draws", least=1)
        last_red, last_blue = np.zeros(n + 1), np.zeros(n + 1)
        last_red[1], last_blue[0] = self.share, 1 - self.share
        for _ in range(n - 1):
            fresh = (1 - self.stickiness) * (last_red + last_blue)
            now_red = self.stickiness * last_red + self.share * fresh
            last_blue = self.stickiness * last_blue + (1 - self.share) * fresh
            last_red = np.concatenate([[0.0], now_red[:-1]])
        return last_red + last_blue

    def summary(self, draws: Draws) -> Floats:
        """How often red came first or after blue, blue first or after red, red after red, blue after blue: k = 4."""
        draws = np.asarray(draws, dtype=bool)
        same = np.zeros_like(draws)
        same[..., 1:] = draws[..., 1:] == draws[..., :-1]
        kinds = np.stack([draws & ~same, ~draws & ~same, draws & same, ~draws & same], axis=-1)
        return kinds.cumsum(axis=-2, dtype=np.float64)

    def shares(self) -> Floats:
        return np.linspace(0, 1, 401)

    def log_likelihood(self, summary: Floats) -> Floats:
        summary = np.asarray(summary, np.float64)[..., None, :]
        changes = summary[..., :2].sum(-1) - 1  # the first draw is no change
        return self._in_share(self.shares(), summary) + xlogy(changes, 1 - self.stickiness)

    def intervals(self, summary: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
        peak = self._peak(summary)
        limit, highest = critical_value(level) ** 2, self._in_share(peak, summary)
        low, high = drop_points(lambda share: 2 * (highest - self._in_share(share, summary)), peak, limit)
        return low, high

    def _in_share(self, share: Floats, summary: Floats) -> Floats:
        """The part of the log-likelihood that depends on the share: a concave function of it."""
        to_red, to_blue, red_again, blue_again = np.moveaxis(summary, -1, 0)
        again, fresh = self.stickiness, 1 - self.stickiness
        changed = xlogy(to_red, share) + xlogy(to_blue, 1 - share)
        return changed + xlogy(red_again, again + fresh * share) + xlogy(blue_again, again + fresh * (1 - share))

    def _peak(self, summary: Floats) -> Floats:
        """The most likely share: where the slope changes sign, by bisection."""
        to_red, to_blue, red_again, blue_again = np.moveaxis(summary, -1, 0)
        again, fresh = self.stickiness, 1 - self.stickiness
        low, high = np.zeros_like(to_red), np.ones_like(to_red)
        for _ in range(53):  # one more, and a share near 1 would be rounded to it
            share = (low + high) / 2
            slope = to_red / share - to_blue / (1 - share)
            slope += fresh * (red_again / (again + fresh * share) - blue_again / (again + fresh * (1 - share)))
            low, high = np.where(slope > 0, share, low), np.where(slope > 0, high, share)
        return (low + high) / 2


@dataclass(frozen=True)
class WithoutReplacement:
    """No ball goes back, so each draw changes the urn: the number of red ones drawn is hypergeometric.

    Raises Problem for more red balls than balls, and when more are drawn than the urn holds.
    """

    num_balls: int
    num_red: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "num_balls", checks.count(self.num_balls, "num_balls", least=1))  # 200.0 is 200
        object.__setattr__(self, "num_red", checks.count(self.num_red, "num_red"))
        if self.num_red > self.num_balls:
            sentence = "num_red cannot be {num_red} in an urn of {num_balls} balls; give 0 to {num_balls}."
            raise Problem("more-red-than-balls", sentence, num_red=self.num_red, num_balls=self.num_balls)

    @property
    def share(self) -> float:
        return self.num_red / self.num_balls

    def draw(self, num_draws: int, rng: np.random.Generator, num_repeats: int = 1) -> Draws:
        n, repeats = self._checked(num_draws), checks.count(num_repeats, "num_repeats", least=1)
        urns = np.tile(np.arange(self.num_balls) < self.num_red, (repeats, 1))
        return rng.permuted(urns, axis=1)[:, :n]

    def effective_size(self, num_draws: int) -> float:
        """n (N - 1) / (N - n): infinite once all N balls are drawn, as nothing is left to chance."""
        n = self._checked(num_draws)
        left = self.num_balls - n
        return n * (self.num_balls - 1) / left if left else np.inf

    def count_probabilities(self, num_draws: int) -> Floats:
        n = self._checked(num_draws)
        num_red = np.arange(n + 1.0)
        in_order = self._log_likelihood(num_red[:, None], n - num_red[:, None], np.array([self.num_red]))[:, 0]
        return np.exp(in_order + gammaln(n + 1) - gammaln(num_red + 1) - gammaln(n - num_red + 1))

    def summary(self, draws: Draws) -> Floats:
        """How many red and how many blue ones came: k = 2."""
        draws = np.asarray(draws, dtype=bool)
        return np.stack([draws, ~draws], axis=-1).cumsum(axis=-2, dtype=np.float64)

    def shares(self) -> Floats:
        return np.arange(self.num_balls + 1) / self.num_balls

    def log_likelihood(self, summary: Floats) -> Floats:
        red, blue = np.moveaxis(np.asarray(summary, np.float64)[..., None, :], -1, 0)
        return self._log_likelihood(red, blue, np.arange(self.num_balls + 1))

    def intervals(self, summary: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
        log_likelihood = self.log_likelihood(summary)
        drop = log_likelihood.max(axis=-1, keepdims=True) - log_likelihood
        likely = 2 * drop <= critical_value(level) ** 2  # without a gap: the likelihood has one peak
        return self.shares()[likely.argmax(-1)], self.shares()[self.num_balls - likely[..., ::-1].argmax(-1)]

    def _log_likelihood(self, red: Floats, blue: Floats, num_red: NDArray[np.int64]) -> Floats:
        """log of K (K-1) ... (K-r+1) (N-K) ... (N-K-b+1) / (N (N-1) ... (N-n+1)), K the balls that are red."""
        of_red, of_blue, of_all = num_red, self.num_balls - num_red, np.int64(self.num_balls)
        return _log_falling(of_red, red) + _log_falling(of_blue, blue) - _log_falling(of_all, red + blue)

    def _checked(self, num_draws: int) -> int:
        n = checks.count(num_draws, "num_draws", least=1)
        if n > self.num_balls:
            sentence = (
                "{n} balls cannot be drawn without replacement from an urn of {num_balls}; "
                "draw at most {num_balls}, or put each ball back."
            )
            raise Problem("urn-empty", sentence, n=n, num_balls=self.num_balls)
        return n


@dataclass(frozen=True, eq=False)
class Run:
    """What is believed after each of n draws; all (n,). `low` and `high` take them for i.i.d., the others do not."""

    num_red: NDArray[np.int64]
    estimate: Floats
    low: Floats
    high: Floats
    honest_low: Floats
    honest_high: Floats


@dataclass(frozen=True, eq=False)
class Repeats:
    """What R repetitions of an experiment conclude about the share after their last draw; all (R,)."""

    share: float
    estimate: Floats
    low: Floats
    high: Floats
    honest_low: Floats
    honest_high: Floats

    @property
    def covered(self) -> Draws:
        """Whether the i.i.d. interval holds the true share."""
        return (self.low <= self.share) & (self.share <= self.high)

    @property
    def honest_covered(self) -> Draws:
        """Whether the honest interval does."""
        return (self.honest_low <= self.share) & (self.share <= self.honest_high)


def fill(rng: np.random.Generator, num_balls: int = 200) -> int:
    """How many balls of a new urn are red: any number from a tenth to nine tenths, equally likely."""
    tenth = checks.count(num_balls, "num_balls", least=1) // 10
    return int(rng.integers(tenth, num_balls - tenth, endpoint=True))


def follow(sampler: Sampler, draws: Draws, level: float = 0.95) -> Run:
    """Estimate and both intervals after each of the draws (n,)."""
    n = checks.count(len(draws), "len(draws)", least=1)
    num_red, after = np.cumsum(draws, dtype=np.int64), np.arange(1, n + 1)
    return Run(
        num_red,
        num_red / after,
        *likelihood_ratio_bounds(num_red, after - num_red, level),
        *sampler.intervals(sampler.summary(draws), level),
    )


def repeat(
    sampler: Sampler, num_draws: int, num_repeats: int, rng: np.random.Generator, level: float = 0.95
) -> Repeats:
    """The whole experiment again and again, each time with new draws."""
    draws = sampler.draw(num_draws, rng, num_repeats)
    num_red = draws.sum(axis=1)
    low, high = _bounds_by_count(num_draws, level)
    honest = sampler.intervals(sampler.summary(draws)[:, -1], level)
    return Repeats(sampler.share, num_red / num_draws, low[num_red], high[num_red], *honest)


def coverage(sampler: Sampler, num_draws: int, level: float = 0.95) -> float:
    """Probability that the i.i.d. interval of n draws holds the true share: exact, over all counts of red."""
    probabilities = sampler.count_probabilities(num_draws)
    low, high = _bounds_by_count(num_draws, level)
    return float(probabilities[(low <= sampler.share) & (sampler.share <= high)].sum())


def _bounds_by_count(num_draws: int, level: float) -> tuple[Floats, Floats]:
    """Ends (n + 1,) of the i.i.d. interval for 0, 1, ..., n red draws."""
    num_red = np.arange(num_draws + 1)
    return likelihood_ratio_bounds(num_red, num_draws - num_red, level)


def _log_falling(base: ArrayLike, steps: Floats) -> Floats:
    """log of base (base - 1) ... (base - steps + 1); -inf where steps > base."""
    left = np.asarray(base) - steps
    return np.where(left < 0, -np.inf, gammaln(np.add(base, 1.0)) - gammaln(np.maximum(left, 0) + 1))
