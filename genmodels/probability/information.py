"""Information, entropy, cross-entropy and KL divergence of distributions over finitely many outcomes; Huffman's code.

Everything is in units of log `base`: bits for 2, nats for e. 0 log 0 counts as 0; an outcome that p has and q has not
makes what q promises infinite, and so the results. p and q: (n,), n >= 1, summing to 1 but for rounding.

Source: Cover and Thomas 2006, "Elements of information theory", chapters 2 and 5.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Sequence, Sized
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr

from genmodels.errors import Problem
from genmodels.probability import checks

Array = NDArray[np.float64]


def information_content(p: ArrayLike, base: float = 2) -> Any:
    """log 1/p, the surprise of an event of probability p: infinite for 0. Of the shape of p.

    Raises Problem for what is no probability. Source: Cover and Thomas, section 2.1.
    """
    unit = _unit(base)
    probabilities = checks.non_negative(p, "p")
    if probabilities.max() > 1:
        checks.probability(float(probabilities.max()), "p")
    with np.errstate(divide="ignore"):
        surprise = -np.log(probabilities) / unit + 0.0  # + 0.0: certainty costs 0 and not -0
    return surprise if surprise.ndim else float(surprise)


def entropy(p: ArrayLike, base: float = 2) -> float:
    """H(p) = sum p log 1/p, the mean surprise: 0 when certain, log n when all n outcomes are alike."""
    return float(entr(checks.distribution(p, "p")).sum() / _unit(base)) + 0.0


def cross_entropy(p: ArrayLike, q: ArrayLike, base: float = 2) -> float:
    """H(p, q) = sum p log 1/q, the mean surprise of one who expects q where p is true."""
    return float(_cross_terms(*_pair(p, q)).sum() / _unit(base))


def kl_divergence(p: ArrayLike, q: ArrayLike, base: float = 2) -> float:
    """D(p || q) = sum p log p/q = H(p, q) - H(p): what believing q costs more than knowing p. Never negative."""
    first, second = _pair(p, q)
    difference = first - second
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        near = np.log1p(difference / second)  # exact where p and q are nearly equal
        far = np.log(first) - np.log(second)  # not log(p/q), which overflows where q is tiny
        log_ratio = np.where(np.abs(difference) < second / 2, near, far)
        # sum (p - q) is 0; with it no term is negative, and what is tiny is not the rest of what cancels
        terms = np.where(first == 0, second, first * log_ratio - difference)
    return max(float(terms.sum() / _unit(base)), 0.0)  # rounding alone can take it below


def cross_entropy_terms(p: ArrayLike, q: ArrayLike, base: float = 2) -> Array:
    """p log 1/q for each outcome, (n,); they sum to H(p, q), and with q = p to H(p)."""
    return _cross_terms(*_pair(p, q)) / _unit(base)


def ruled_out(p: ArrayLike, q: ArrayLike) -> list[int]:
    """The outcomes that p has and q has not: where there is one, D(p || q) is infinite."""
    first, second = _pair(p, q)
    return np.flatnonzero((first > 0) & (second == 0)).tolist()


def normalised(weights: ArrayLike) -> Array:
    """The distribution proportional to `weights` (n,). Raises Problem if one is negative or all are 0."""
    positive = checks.non_negative(weights, "weights", ndim=1)
    if positive.max() == 0:
        checks.summing_to_one(positive, "weights")
    scaled = positive / positive.max()  # the sum of huge weights would be infinite
    return scaled / scaled.sum()


def with_share(q: ArrayLike, index: int, thetas: ArrayLike) -> Array:
    """q_theta for each theta, (T, n): outcome `index` has the share theta, the others the rest in q's proportions."""
    start = checks.distribution(q, "q")
    shares = checks.array(thetas, "thetas", ndim=1)
    others = start.copy()
    others[checks.index(index, len(start), "index")] = 0
    total = others.sum()
    others = others / total if total else np.where(np.arange(len(start)) == index, 0, 1 / max(len(start) - 1, 1))
    moved = (1 - shares)[:, None] * others
    moved[:, index] = shares
    return moved


def log_ratio_average(p: ArrayLike, q: ArrayLike, num_draws: int, rng: np.random.Generator, base: float = 2) -> Array:
    """The mean of log p(x)/q(x) over the first 1, 2, ... draws x ~ p, (num_draws,): it tends to D(p || q).

    Single draws may favour q; from the first one that q rules out, the mean is infinite.
    """
    first, second = _pair(p, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (np.log(first) - np.log(second)) / _unit(base)
    draws = rng.choice(len(first), size=checks.count(num_draws, "num_draws", least=1), p=first / first.sum())
    return np.cumsum(ratio[draws]) / np.arange(1, num_draws + 1)


def huffman_code(p: ArrayLike) -> list[str | None]:
    """A prefix code of least mean length: "01..." for each outcome, None for those of probability 0.

    H <= mean length < H + 1 in bits. A single possible outcome needs no digit: its code is empty.
    Source: Huffman 1952, "A method for the construction of minimum-redundancy codes".
    """
    probabilities = checks.distribution(p, "p")
    codes: list[str | None] = ["" if share > 0 else None for share in probabilities]
    # (share, order of arrival, outcomes): the order decides ties, so that the same p always has the same code
    trees = [(float(share), i, [i]) for i, share in enumerate(probabilities) if share > 0]
    heapq.heapify(trees)
    while len(trees) > 1:
        (less, _, low), (more, order, high) = heapq.heappop(trees), heapq.heappop(trees)
        for digit, branch in (("0", high), ("1", low)):
            for i in branch:
                codes[i] = digit + (codes[i] or "")
        heapq.heappush(trees, (less + more, order + len(probabilities), high + low))
    return codes


def mean_length(p: ArrayLike, codes: Sequence[str | None]) -> float:
    """Digits of a code per outcome on average; what never happens needs none."""
    return math.fsum(share * len(code or "") for share, code in zip(checks.distribution(p, "p"), codes, strict=True))


def letter_shares(text: Sequence[str]) -> dict[str, float]:
    """Each character of a text with its share, the most frequent first. Raises Problem if there is none.

    Of a `str` these are code points; whoever counts several of them as one character gives a list of characters.
    """
    if not text:
        raise Problem("empty-text", "There is no text yet; type at least one character.")
    return {letter: number / len(text) for letter, number in Counter(text).most_common()}


def unequal(p: Sized, q: Sized) -> Problem:
    """What is wrong with distributions over different numbers of outcomes."""
    sentence = "p has {first} outcomes and q has {second}; give both the same number."
    return Problem("other-outcomes", sentence, first=len(p), second=len(q))


def _pair(p: ArrayLike, q: ArrayLike) -> tuple[Array, Array]:
    first, second = checks.distribution(p, "p"), checks.distribution(q, "q")
    if len(first) != len(second):
        raise unequal(first, second)
    return first, second


def _cross_terms(p: Array, q: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p == 0, 0.0, p * -np.log(q))


def _unit(base: float) -> float:
    """How many nats one unit is."""
    if checks.positive(base, "base") <= 1:
        raise Problem("bad-base", "base cannot be {base}; use 2 for bits or e for nats.", base=checks.shown(base))
    return math.log(base)
