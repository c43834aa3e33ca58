"""What the Markov page asks of the long run of a chain: whether the start is forgotten altogether, where it may end."""

from __future__ import annotations

import numpy as np

from genmodels.probability.markov import MarkovChain

EVEN = 0.01  # how near 1/2 the challenge wants the chances of two ends
SHOWN_AS_0, VANISHED = 5e-6, 1e-12  # a rate, and what rounding leaves of a distance


def most_steps(chain: MarkovChain) -> int:
    """Steps after which a chain has forgotten its start, if that takes it finitely many."""
    return len(chain) - 1


def forgets_at_once(chain: MarkovChain) -> bool:
    """Whether all eigenvalues but one are 0, so that after those steps every start has the same distribution.

    Multiple eigenvalues come out inexact, about 1e-6 where 0 is right; so the steps are looked at.
    """
    rate = chain.convergence_rate()
    ahead = np.linalg.matrix_power(chain.matrix, most_steps(chain))
    return rate is not None and rate < SHOWN_AS_0 and bool(np.ptp(ahead, axis=0).max() < VANISHED)


def less_likely_end(chain: MarkovChain) -> float:
    """How likely the second likeliest end of a state is, for the state at which that is most; 0 with a single end."""
    ends = np.sort(chain.absorption(), axis=1)
    return float(ends[:, -2].max()) if ends.shape[1] > 1 else 0.0
