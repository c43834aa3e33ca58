"""What every recipe has: its settings, who learns in it and when, and how its result is told, measured and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from genmodels import data as datasets
from genmodels.training.values import coerce
from genmodels.values import MAX_SEED

if TYPE_CHECKING:
    from genmodels.data import Examples

LAST = "last"  # of the epochs, in place of the best one


def number(default: float, low: float, high: float, of_model: bool = True) -> Any:
    """A setting that is a number within limits; not `of_model`: the network is made without it."""
    return field(default=default, metadata={"limits": (low, high), "of_model": of_model})


def switch(default: bool, of_model: bool = True) -> Any:
    """A setting that is on or off."""
    return field(default=default, metadata={"of_model": of_model})


def choice(default: str, *options: str) -> Any:
    """A setting that is one of these texts."""
    return field(default=default, metadata={"options": options})


class Unit(NamedTuple):
    """What a loss is counted in, and how many digits after the point are told of it."""

    name: str
    digits: int


NATS = Unit("nats", 1)  # per example
SQUARED_ERROR, ABSOLUTE_ERROR = Unit("mse", 4), Unit("l1", 4)  # of a network's output, per value


@dataclass(frozen=True, kw_only=True)
class Player:
    """One learner of a training: the weights it moves, the loss it lowers with them, and how fast.

    `part` is the attribute of the model that holds the weights, "" for all of them, and `loss` the method that gives
    the loss, called as `GenerativeModel.loss` is. It learns from every `every`-th batch. `betas` are Adam's. `name`
    begins the names of its losses, as in "generator_total"; a training's only player has none.
    """

    learning_rate: float
    name: str = ""
    part: str = ""
    loss: str = "loss"
    every: int = 1
    betas: tuple[float, float] = (0.9, 0.999)

    def called(self, loss: str) -> str:
        """A loss of this player by its name in curves."""
        return f"{self.name}_{loss}" if self.name else loss


class Phase(NamedTuple):
    """Epochs in which the same players learn; the next phase begins with the weights that this one leaves."""

    epochs: int
    players: tuple[Player, ...]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What every training has. Values may come as text or as another kind of number: they are coerced, or refused.

    `holdout` is the share of the training data kept back for evaluation after each epoch and for choosing the best
    one. With 0 all of it is trained on, the last epoch is kept, and the evaluation is on the test set.
    """

    names: ClassVar[tuple[str, ...]]  # of the models that are made with it
    module: ClassVar[str]  # the lesson file in genmodels/models
    model: ClassVar[str]  # the class in it
    fixed: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # what the model is made with and nobody can change

    threads: ClassVar[int] = 1  # of a trainer: with two, small networks wait for each other beside a web server
    card_memory: ClassVar[int] = 2**29  # bytes that a graphics card must have free before it is used
    epoch_seconds: ClassVar[float] = 2.0  # on one processor core; a first guess, until one has ended here
    first: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # what a page begins with where the recipe takes long
    half_precision: ClassVar[bool] = False  # bfloat16 where that is faster
    lr_schedule: ClassVar[str] = "constant"  # or "cosine", with a short warm-up
    clip_norm: ClassVar[float | None] = None  # what the norm of a gradient is cut to
    ema: ClassVar[bool] = False  # an exponential moving average of the weights is evaluated and kept

    steps_per_epoch: ClassVar[int] = 10  # how often it tells how far it is
    watched: ClassVar[tuple[str, ...]] = ()  # what is told beside the losses that are minimised, by names in curves
    recorded: ClassVar[str] = ""  # what there is to see at these steps is kept: `genmodels.evaluation.frames.WATCHES`

    best_by: ClassVar[str] = "total"  # the loss that is least in the epoch that is kept, or LAST
    preview: ClassVar[str] = "codes"  # how it is drawn while it learns: `genmodels.evaluation.preview.PREVIEWS`
    quick: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # options of `sample` for that, where it would take long

    name: str
    data: str = choice("mnist", *datasets.names())
    epochs: int = number(20, 1, 100)
    seed: int = number(0, 0, MAX_SEED)
    batch_size: int = number(128, 1, 4096)
    learning_rate: float = number(1e-3, 1e-5, 1e-1)
    holdout: float = number(0.1, 0.0, 0.5)

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, coerce(one, getattr(self, one.name), type(self).names))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Who learns when, in order."""
        return (Phase(self.epochs, (Player(learning_rate=self.learning_rate),)),)

    @property
    def num_epochs(self) -> int:
        """The epochs of all phases."""
        return sum(phase.epochs for phase in self.phases)

    @property
    def curves(self) -> tuple[str, ...]:
        """The losses that are minimised, by their names in curves."""
        return tuple(dict.fromkeys(player.called("total") for phase in self.phases for player in phase.players))

    @property
    def main_loss(self) -> str:
        """The loss that stands for the result where there is room for one number."""
        return self.curves[-1] if self.best_by == LAST else self.best_by

    @property
    def unit(self) -> Unit:
        """Of the losses."""
        return NATS

    @property
    def measure(self) -> str:
        """How the result is measured: a name in `genmodels.evaluation.report.MEASURES`."""
        return "likelihood"

    @property
    def work(self) -> tuple[float, float]:
        """Milliseconds that an example and a batch take beside each other, as one processor core was seen to need."""
        return 1.0, 0.0

    @property
    def effort(self) -> float:
        """How long an epoch takes beside one of the recipe as it stands."""
        usual = type(self)(name=self.name)
        return self._work_per_example() / usual._work_per_example()

    def _work_per_example(self) -> float:
        example, batch = self.work
        return example + batch / self.batch_size

    @property
    def shown_as(self) -> str:
        """What a page has to know to show the model: the class, and more where its data are of their own kind."""
        return self.model

    @property
    def eval_split(self) -> str:
        """What the losses beside the training losses are measured on: "valid" or "test"."""
        return "valid" if self.holdout else "test"

    def examples(self, split: str) -> Examples:
        """The data, "train" or "test"; this is where torch comes in."""
        return datasets.load(self.data, split)
