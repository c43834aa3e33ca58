"""What a training is asked to do, as a frozen record whose values are checked once; its key names the result.

No torch here: a page makes recipes and looks up their results without it.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.training.values import coerce, short

if TYPE_CHECKING:
    import torch

    from genmodels.data import Examples
    from genmodels.models.layers import GenerativeModel


_FEWEST_RESCALED = 20  # 0.02 * 1000 / 20 = 1


def _number(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"limits": (low, high)})


def _choice(default: str, *options: str) -> Any:
    return field(default=default, metadata={"options": options})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What every training has. Values may come as text or as another kind of number: they are coerced, or refused.

    `holdout` is the share of the training data kept back for the second learning curve and for choosing the best
    epoch. With 0 all of it is trained on, the last epoch is kept, and the second curve is of the test set.
    """

    lesson: ClassVar[str]  # the file in genmodels/models
    model: ClassVar[str]  # the class in it
    threads: ClassVar[int] = 1  # of a trainer: with two, small networks wait for each other beside a web server

    card_memory: ClassVar[int] = 2**29  # bytes that a graphics card must have free before it is used
    steadied: ClassVar[bool] = False  # falling learning rate, clipped gradients, and the weights' average as the model
    unit: ClassVar[str] = "nats"  # of the loss, per example
    epoch_seconds: ClassVar[float] = 2.0  # on one processor core; a first guess, until one has ended here
    half_precision: ClassVar[bool] = False  # bfloat16 where the processor has it
    fixed: ClassVar[Mapping[str, Any]] = MappingProxyType({})  # what the model is made with and nobody can change

    name: str
    data: str = _choice("mnist", *datasets.names())
    epochs: int = _number(20, 1, 100)
    seed: int = _number(0, 0, 2**53 - 1)  # the whole numbers that a float, and JSON in a browser, hold exactly
    batch_size: int = _number(128, 1, 4096)
    learning_rate: float = _number(1e-3, 1e-5, 1e-1)
    holdout: float = _number(0.1, 0.0, 0.5)

    def __post_init__(self) -> None:
        for one in fields(self):
            object.__setattr__(self, one.name, coerce(one, getattr(self, one.name), _RECIPES))

    @property
    def effort(self) -> float:
        """How long an epoch takes beside one of the recipe as it stands."""
        return 1.0

    @property
    def second_curve(self) -> str:
        """What the losses beside the training losses are of: "valid" or "test"."""
        return "valid" if self.holdout else "test"

    def examples(self, split: str) -> Examples:
        """The data, "train" or "test"; this is where torch comes in."""
        return datasets.load(self.data, split)


@dataclass(frozen=True, kw_only=True)
class AutoencoderRecipe(Recipe):
    """The settings of models/autoencoder.py."""

    lesson, model = "autoencoder", "Autoencoder"

    latent_dim: int = _number(2, 1, 32)
    hidden_dim: int = _number(256, 8, 1024)


@dataclass(frozen=True, kw_only=True)
class VAERecipe(Recipe):
    """The settings of models/vae.py, its two deliberate mistakes included."""

    lesson, model = "vae", "VAE"

    latent_dim: int = _number(2, 1, 32)
    hidden_dim: int = _number(256, 8, 1024)
    beta: float = _number(1.0, 0.0, 100.0)
    noise: str = _choice("normal", "normal", "uniform")
    relu_after_encoder: bool = False


@dataclass(frozen=True, kw_only=True)
class ImageDiffusionRecipe(Recipe):
    """What the diffusions of pictures in models/diffusion.py have in common."""

    lesson, model, unit = "diffusion", "ImageDiffusion", "mse"
    steadied, half_precision = True, True

    batch_size: int = _number(64, 1, 4096)
    learning_rate: float = _number(2e-3, 1e-5, 1e-1)
    width: int = _number(48, 16, 128)
    num_steps: int = _number(300, 10, 1000)
    schedule: str = _choice("cosine", "cosine", "linear", "rescaled", "cosine-zero")
    predicts: str = _choice("v", "noise", "v")  # at T the noise alone tells nothing of the picture
    loss_kind: str = _choice("mse", "mse", "l1")

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_steps(self.schedule, self.num_steps)
        if self.schedule == "cosine-zero" and self.predicts == "noise":
            sentence = "This schedule leaves nothing of the data at T, and x_0 does not follow from noise; predict v."
            raise Problem("noise-without-signal", sentence)

    @property
    def effort(self) -> float:
        """Grows with the width, as measured from a third to three times the usual one."""
        return float((self.width / type(self).width) ** 1.5)


@dataclass(frozen=True, kw_only=True)
class DiffusionRecipe(ImageDiffusionRecipe):
    """Digits of 28 x 28, with labels."""

    epoch_seconds = 140.0

    epochs: int = _number(6, 1, 100)
    num_classes: int = _number(10, 0, 10)
    skips: bool = True


@dataclass(frozen=True, kw_only=True)
class ColourDiffusionRecipe(ImageDiffusionRecipe):
    """Colour pictures of 64 x 64 from a folder of the host. The network sees them as 16 x 16 patches."""

    epoch_seconds = 88.0
    fixed = MappingProxyType({"channels": 3, "side": 64, "patch": 4, "levels": 3, "num_classes": 0})

    data: str = _choice("cars", *datasets.colour_sets())
    epochs: int = _number(40, 1, 1000)
    learning_rate: float = _number(1e-3, 1e-5, 1e-1)
    width: int = _number(64, 16, 256)


@dataclass(frozen=True, kw_only=True)
class PointDiffusionRecipe(Recipe):
    """The settings of models/diffusion.py for points in the plane; `drawn` are a visitor's own, as text."""

    lesson, model, unit, epoch_seconds = "diffusion", "PointDiffusion", "mse", 0.15
    steadied = True

    data: str = _choice("two-moons", *datasets.point_sets())
    drawn: str = field(default="", metadata={"longest": 1500})
    epochs: int = _number(50, 1, 100)
    batch_size: int = _number(256, 1, 4096)
    learning_rate: float = _number(2e-3, 1e-5, 1e-1)
    holdout: float = _number(0.0, 0.0, 0.5)
    hidden_dim: int = _number(128, 8, 512)
    num_steps: int = _number(300, 10, 1000)
    schedule: str = _choice("cosine", "cosine", "linear", "rescaled")
    predicts: str = _choice("noise", "noise", "v")  # with v the eight spots of the ring are not found
    loss_kind: str = _choice("mse", "mse", "l1")

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_steps(self.schedule, self.num_steps)
        if (self.data == "drawn") != bool(self.drawn):
            raise Problem("points-not-drawn", "Own points need data=drawn, and data=drawn needs points: draw some.")

    def examples(self, split: str) -> Examples:
        """The points, "train" or "test"."""
        from genmodels.data import points

        return points.drawn(self.drawn, split) if self.data == "drawn" else points.load(self.data, split)


def _check_steps(schedule: str, num_steps: int) -> None:
    """Told before a training is queued: the schedule itself would refuse it in the trainer."""
    if schedule == "rescaled" and num_steps <= _FEWEST_RESCALED:
        sentence = "The rescaled schedule needs more than {fewest} steps, not {steps}, or beta would reach 1."
        raise Problem("rescaled-steps", sentence, fewest=_FEWEST_RESCALED, steps=num_steps)


_RECIPES: dict[str, type[Recipe]] = {
    "ae-mnist": AutoencoderRecipe,
    "vae-mnist": VAERecipe,
    "ddpm-mnist": DiffusionRecipe,
    "ddpm-cars": ColourDiffusionRecipe,
    "ddpm-points": PointDiffusionRecipe,
}


def names() -> tuple[str, ...]:
    """The models that can be trained."""
    return tuple(_RECIPES)


def make(name: str, **settings: Any) -> Recipe:
    """The recipe `name` with some settings changed; None leaves a setting as it is.

    Raises Problem for an unknown name, an unknown setting, and a value of the wrong kind or out of its limits.
    """
    if name not in _RECIPES:
        known = ", ".join(_RECIPES)
        raise Problem("unknown-model", "There is no model {name!r}; known: {known}.", name=short(name), known=known)
    kind = _RECIPES[name]
    known_settings = [one.name for one in fields(kind) if one.name != "name"]
    for setting in settings:
        if setting not in known_settings:
            known = ", ".join(known_settings)
            sentence = "{name} has no setting {setting!r}; known: {known}."
            raise Problem("unknown-setting", sentence, name=name, setting=short(setting), known=known)
    return kind(name=name, **{setting: value for setting, value in settings.items() if value is not None})


def as_settings(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values, `name` included: make(**as_settings(r)) == r."""
    return asdict(recipe)


def model_settings(recipe: Recipe) -> dict[str, Any]:
    """The settings that the model itself is made with."""
    shared = {one.name for one in fields(Recipe)} | {"drawn"}
    own = {one.name: getattr(recipe, one.name) for one in fields(recipe) if one.name not in shared}
    return {**own, **recipe.fixed}


def changed_settings(recipe: Recipe) -> dict[str, Any]:
    """The settings that differ from the recipe's own."""
    return {
        one.name: getattr(recipe, one.name)
        for one in fields(recipe)
        if one.default is not MISSING and getattr(recipe, one.name) != one.default
    }


def as_command(recipe: Recipe) -> str:
    """The arguments of `python -m genmodels` that train `recipe`."""
    return f"train {recipe.name}" + "".join(
        f" --set {name}={value}" for name, value in changed_settings(recipe).items()
    )


def field_of(name: str, setting: str) -> Field[Any]:
    """What is known of a setting of the recipe `name`: its type as a text, default, and "limits" or "options"."""
    return {one.name: one for one in fields(_RECIPES[name])}[setting]


def limits(name: str, setting: str) -> tuple[float, float]:
    """The smallest and the largest value that a number in the recipe `name` may have; KeyError if it is no number."""
    low, high = field_of(name, setting).metadata["limits"]
    return low, high


def key(recipe: Recipe, content: str | None = None) -> str:
    """32 hex digits that name the result: recipe, content of the data and version of the lesson, nothing else.

    `content` is the hash of the data where it is known from elsewhere; otherwise the data have to be here, or Problem.
    """
    data = content or datasets.content_hash(recipe.data)
    identity = {"recipe": asdict(recipe), "data": data, "version": version(recipe.lesson)}
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


@cache
def version(lesson: str) -> int:
    """The integer VERSION of a lesson file, read from its source: importing it would bring torch."""
    source = (Path(__file__).parent.parent / "models" / f"{lesson}.py").read_text(encoding="utf-8")
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="VERSION")], value=ast.Constant(value=int(number))):
                return number
    raise LookupError(f"models/{lesson}.py has no line VERSION = <integer>")


def build(recipe: Recipe, generator: torch.Generator | None = None) -> GenerativeModel:
    """The untrained model, its weights drawn from `generator`; this is where torch comes in."""
    lesson = import_module(f"genmodels.models.{recipe.lesson}")
    model: GenerativeModel = getattr(lesson, recipe.model)(**model_settings(recipe), generator=generator)
    return model
