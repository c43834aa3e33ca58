"""What a training is asked to do, as a frozen record whose values are checked once; its key names the result.

No torch here: a page makes recipes and looks up their results without it. A family of models has a file of its own
beside this one, and its recipes stand in RECIPES.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genmodels import data as datasets
from genmodels.errors import Problem
from genmodels.training.recipes.adversarial import DigitGANRecipe, PointGANRecipe
from genmodels.training.recipes.base import LAST, Phase, Player, Recipe, Unit
from genmodels.training.recipes.diffusion import ColourDiffusionRecipe, DigitDiffusionRecipe, PointDiffusionRecipe
from genmodels.training.recipes.latent import AutoencoderRecipe, MoonAutoencoderRecipe, MoonVAERecipe, VAERecipe
from genmodels.training.recipes.pixels import PixelCNNRecipe, PixelRNNRecipe
from genmodels.training.recipes.quantised import VQVAERecipe
from genmodels.training.values import short

if TYPE_CHECKING:
    import torch

    from genmodels.models.layers import GenerativeModel

__all__ = ["LAST", "Phase", "Player", "Recipe", "Unit"]

RECIPES = (
    AutoencoderRecipe,
    VAERecipe,
    MoonAutoencoderRecipe,
    MoonVAERecipe,
    PixelCNNRecipe,
    PixelRNNRecipe,
    DigitDiffusionRecipe,
    ColourDiffusionRecipe,
    PointDiffusionRecipe,
    PointGANRecipe,
    DigitGANRecipe,
    VQVAERecipe,
)
_MODELS = Path(__file__).parents[2] / "models"
# Not parsed: in Python 3.11 `ast.parse` in two threads at once may end in a SystemError, and visitors are threads.
_VERSION = re.compile(r"^VERSION = (\d+)\b", re.MULTILINE)
_BUILT_ON = re.compile(r"^ *from genmodels\.models\.(\w+) import ", re.MULTILINE)
_RECIPES: dict[str, type[Recipe]] = {name: kind for kind in RECIPES for name in kind.names}


def names() -> tuple[str, ...]:
    """The models that can be trained."""
    return tuple(_RECIPES)


def make(name: str, **settings: Any) -> Recipe:
    """The recipe `name` with some settings changed; None leaves a setting as it is.

    Raises Problem for an unknown name, an unknown setting, and a value of the wrong kind or out of its limits.
    """
    if not isinstance(name, str) or name not in _RECIPES:
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
    shared = {one.name for one in fields(Recipe)}
    own = [one for one in fields(recipe) if one.name not in shared and one.metadata.get("of_model", True)]
    return {**{one.name: getattr(recipe, one.name) for one in own}, **recipe.fixed}


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


def first_settings(name: str) -> Mapping[str, Any]:
    """What a page begins with instead of the recipe's own settings, so that a training there ends within minutes."""
    return _RECIPES[name].first


def key(recipe: Recipe, content: str | None = None, begun_from: str = "") -> str:
    """32 hex digits that name the result: recipe, content of the data and version of the lesson, nothing else.

    `content` is the hash of the data where it is known from elsewhere; otherwise the data have to be here, or Problem.
    `begun_from` is the hash of the weights that the training began with, "" where they were random.
    """
    data = content or datasets.content_hash(recipe.data)
    identity = {"recipe": asdict(recipe), "data": data, "version": version(recipe.module)}
    identity |= {"begun_from": begun_from} if begun_from else {}
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


@cache
def version(module: str) -> int:
    """The version of a lesson: the integers VERSION of its file and of all files of genmodels/models it is built on.

    Their sum, so that raising any of them raises it. They are read from the sources: importing them would bring torch.
    """
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _built_on(name)
    return sum(map(_own_version, seen))


def _own_version(module: str) -> int:
    found = _VERSION.search(_source(module))
    if found is None:
        raise LookupError(f"models/{module}.py has no line VERSION = <integer>")
    return int(found[1])


def _built_on(module: str) -> list[str]:
    return _BUILT_ON.findall(_source(module))


def _source(module: str) -> str:
    return (_MODELS / f"{module}.py").read_text(encoding="utf-8")


def build(recipe: Recipe, generator: torch.Generator | None = None) -> GenerativeModel:
    """The untrained model, its weights drawn from `generator`; this is where torch comes in."""
    lesson = import_module(f"genmodels.models.{recipe.module}")
    model: GenerativeModel = getattr(lesson, recipe.model)(**model_settings(recipe), generator=generator)
    return model
