"""The models of digits side by side: who is compared, and what was measured of each. No torch to read it.

`python -m genmodels evaluate --all` measures (`genmodels.evaluation.compare`) and keeps one record for each entrant,
in checkpoints/shipped/compared, with the first pictures that it drew. A record says how it came about: the weights, the
options, n and both judges. One that is of other weights, or by other judges, is no longer read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from genmodels import settings, storage
from genmodels.arrays import Arrays, unpack
from genmodels.errors import Problem
from genmodels.evaluation.judges import JUDGES
from genmodels.training import checkpoints
from genmodels.training.checkpoints import Checkpoint

FOLDER = "compared"
OWN = "compared"  # the name of the record of an own model, which lies in its folder
SMALL, LARGE = 1000, 10_000  # pictures drawn: the first thousand of them are measured too, and show what n does
KEPT = 60  # of the pictures, for the page: with labels 0, 1, ..., 9, 0, 1, ...

BY_N = ("frechet", "means", "spreads", "real")  # what a judge says at several n

Kind = Literal["exact", "bound", "none"]


@dataclass(frozen=True)
class Entrant:
    """One that draws digits: a shipped model with options of its `sample`, or, without a model, a test of the measures.

    `name` is also that of its record.
    """

    name: str
    model: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


ENTRANTS: tuple[Entrant, ...] = (
    Entrant("pixelcnn", "pixelcnn-mnist"),
    Entrant("pixelrnn", "pixelrnn-mnist"),
    Entrant("vae", "vae-mnist"),
    Entrant("vae-binary-2", "vae-mnist-binary-2"),
    Entrant("vae-binary-32", "vae-mnist-binary-32"),
    Entrant("vqvae", "vqvae-mnist"),
    Entrant("gan", "gan-mnist"),
    Entrant("diffusion-10", "ddpm-mnist", {"steps": 10, "eta": 0.0}),
    Entrant("diffusion", "ddpm-mnist", {"steps": 50}),
    Entrant("diffusion-binary", "ddpm-mnist-binary", {"steps": 50}),
)
"""The models, in the order of the course."""

TESTS: tuple[Entrant, ...] = tuple(map(Entrant, ("real", "memorised", "repeated", "half")))
"""Of the measures themselves: real digits that no model has seen, the training digits as if drawn, one digit again and
again, and real digits of five of the ten classes. What the measures must say of them is known."""


@dataclass(frozen=True)
class ByJudge:
    """What one judge, named by its hash, says; the first four are by n, the number of digits drawn.

    `frechet` is the sum of `means`, how far the mean features are apart, and `spreads`, how differently they spread.
    `real` are as many real digits at random, by the same distance.
    `accuracy` is the share that is read as asked for, `per_label` the same for each label; None where no label is asked
    for, or not this one. `shares` (10) is how often each digit is drawn, as the judge reads them.
    """

    judge: str
    frechet: Mapping[int, float]
    means: Mapping[int, float]
    spreads: Mapping[int, float]
    real: Mapping[int, float]
    accuracy: float | None
    per_label: tuple[float | None, ...] | None
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Neighbours:
    """Quality and variety apart, from nearest neighbours in the first judge's features: of n drawn and n test digits.

    See `genmodels.evaluation.clouds` for what each is. `one_nn` is the leave-one-out accuracy of telling the two apart,
    1/2 where that cannot be done; `one_nn_real` and `one_nn_drawn` are its parts.
    """

    n: int
    k: int
    precision: float
    recall: float
    density: float
    coverage: float
    one_nn: float
    one_nn_real: float
    one_nn_drawn: float


@dataclass(frozen=True)
class Nats:
    """-log p(x) of the binarised test digits, nats per picture: "exact", or a "bound" from above; "none" has no number.

    `elbo` is the same by the negative ELBO alone, where the number is an importance-weighted bound of `samples` draws.
    """

    kind: Kind
    mean: float | None = None
    standard_error: float | None = None
    images: int = 0
    elbo: float | None = None
    samples: int = 0


@dataclass(frozen=True)
class Compared:
    """All that was measured of one entrant.

    `pixels` is "grey" or "binary": binary ones are compared with binarised real digits. `milliseconds` are per picture,
    for 1 and for 64 at once, on `device` with `threads`. `copied` is the mean squared difference per pixel to the
    nearest training digit, of the median drawn digit; `apart` that of test digits. A test of the measures has neither
    weights nor speed.
    """

    name: str
    model: str
    key: str
    weights: str
    options: Mapping[str, Any]
    seed: int
    n: int
    date: str
    pixels: str
    parameters: int
    trained: Mapping[str, Any]  # "seconds", "epochs", "device"
    milliseconds: Mapping[int, float]
    device: str
    threads: int
    judges: tuple[ByJudge, ByJudge]
    neighbours: Neighbours
    nats: Nats
    copied: float
    apart: float

    @property
    def times_real(self) -> float:
        """The Frechet distance by the first judge, in multiples of what as many real digits get."""
        return self.judges[0].frechet[self.n] / self.judges[0].real[self.n]


def folder() -> Path:
    """Where the records of what comes with the course lie."""
    return settings.shipped() / FOLDER


def as_json(compared: Compared) -> dict[str, Any]:
    """A record as plain values."""
    return asdict(compared)


def from_json(record: Mapping[str, Any]) -> Compared:
    """What `as_json` made; Damaged where it is no such record."""
    try:
        judges = tuple(_by_judge(one) for one in record["judges"])
        first, second = judges
        milliseconds = {int(n): float(value) for n, value in record["milliseconds"].items()}
        parts = {"neighbours": Neighbours(**record["neighbours"]), "nats": Nats(**record["nats"])}
        return Compared(**{**record, **parts, "judges": (first, second), "milliseconds": milliseconds})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise storage.Damaged(f"it is no record of a comparison: {error}") from error


def _by_judge(record: Mapping[str, Any]) -> ByJudge:
    by_n = {name: {int(n): float(value) for n, value in record[name].items()} for name in BY_N}
    per_label = None if record["per_label"] is None else tuple(record["per_label"])
    return ByJudge(**{**record, **by_n, "per_label": per_label, "shares": tuple(record["shares"])})


def read(at: Path, name: str) -> Compared:
    """The record `name` in the folder `at`; Damaged where there is none that can be used."""
    return from_json(storage.read_json(at / f"{name}.json"))


def pictures(at: Path, name: str) -> Arrays:
    """What it drew first: "pictures" uint8 (KEPT, 28, 28), and "labels" int64 (KEPT,), -1 where none was asked for.

    Damaged where they are not there.
    """
    return unpack(storage.read(at / f"{name}.safetensors"))


def shipped(entrant: Entrant) -> Compared | None:
    """The record of an entrant, or None where it has not been measured as it is now."""
    try:
        found = read(folder(), entrant.name)
        checkpoint = None if not entrant.model else checkpoints.open_folder(settings.shipped() / entrant.model)
    except (storage.Damaged, Problem):
        return None
    if checkpoint is not None and checkpoint.sha256 != found.weights:
        return None
    return found if dict(found.options) == dict(entrant.options) and by_these_judges(found) else None


def of_own(checkpoint: Checkpoint) -> Compared | None:
    """The record of an own model, or None where it has not been measured."""
    try:
        found = read(checkpoint.folder, OWN)
    except storage.Damaged:
        return None
    return found if found.weights == checkpoint.sha256 and by_these_judges(found) else None


def by_these_judges(compared: Compared) -> bool:
    """Whether it was measured by the judges that come along now."""
    return tuple(one.judge for one in compared.judges) == tuple(known.sha256 for known in JUDGES.values())
