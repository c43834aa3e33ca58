"""An autoencoder and a VAE that have learned the same phases of the moon: shipped, trained here before, or just now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import safetensors.numpy
import streamlit as st
from numpy.typing import NDArray

from genmodels.data import moon_phases
from genmodels.evaluation import moons
from genmodels.models.autoencoder import Autoencoder
from genmodels.models.vae import VAE
from genmodels.training import checkpoints, recipes
from genmodels.training.recipes import Recipe
from genmodels.training.together import Together
from ui.recently import span

AE_NAME, VAE_NAME = "ae-moon-phases", "vae-moon-phases"
NUM_KEPT = 12  # pairs that were trained by this process; 4 MB each
SOON = 3.0  # seconds after which it is looked again whether models are on the disk
Model = Autoencoder | VAE


@dataclass(frozen=True)
class Pair:
    """Two models with the same network: `name` is theirs in the browser; `live` while they are being trained."""

    name: str
    recipes: tuple[Recipe, Recipe]
    ae: Autoencoder
    vae: VAE
    live: bool = False

    @property
    def learned(self) -> tuple[int, ...]:
        """The phases that they have learned."""
        return moon_phases.from_token(self.recipes[0].learned)  # type: ignore[attr-defined]

    def codes(self) -> dict[str, NDArray[np.float32]]:
        """Where all phases lie, (181, 2) each: "ae", and of the VAE's q(z|x) the means, "vae"."""
        return {name: moons.codes(model).contiguous().numpy() for name, model in (("ae", self.ae), ("vae", self.vae))}


def asked(learned: str, beta: float, seed: int) -> tuple[Recipe, Recipe]:
    """The two recipes; Problem for phases that cannot be learned from."""
    same = {"learned": learned, "seed": seed}
    return recipes.make(AE_NAME, **same), recipes.make(VAE_NAME, **same, beta=beta)


def pair(learned: str, beta: float, seed: int) -> Pair | None:
    """The two models where both lie on the disk, one pair for all visitors; else None."""
    both = asked(learned, beta, seed)
    keys = tuple(map(recipes.key, both))
    return _loaded(learned, beta, seed) if _there(keys, span(SOON)) else None


@st.cache_resource(show_spinner=False, max_entries=64)
def _there(keys: tuple[str, ...], when: int) -> bool:
    return all(checkpoints.find(key) is not None for key in keys)


@st.cache_resource(show_spinner=False, max_entries=12)
def _loaded(learned: str, beta: float, seed: int) -> Pair:
    both = asked(learned, beta, seed)
    ae, vae = (checkpoints.get(recipes.key(recipe)).model("cpu") for recipe in both)
    assert isinstance(ae, Autoencoder) and isinstance(vae, VAE)
    return Pair(name_of(both), both, ae, vae)


def name_of(both: tuple[Recipe, Recipe], position: float | None = None) -> str:
    """What a pair is called in the browser; one that is still being trained by how far it is."""
    name = "-".join(recipes.key(recipe)[:12] for recipe in both)
    return name if position is None else f"{name}:{position:.2f}"


@st.cache_resource(show_spinner=False)
def _trained() -> OrderedDict[str, Pair]:
    """Pairs that were trained by this process, by name, the newest last."""
    return OrderedDict()


def ready(learned: str, beta: float, seed: int) -> Pair | None:
    """The two models, from the disk or from a training here; None where they have to be trained."""
    return pair(learned, beta, seed) or _trained().get(name_of(asked(learned, beta, seed)))


def training(both: tuple[Recipe, Recipe]) -> Iterator[Together]:
    """Train the two side by side; it gives the same object again and again, which holds the newest moment."""
    together = Together(both)
    for _ in together.run():
        yield together
    kept = _trained()
    done = now(both, together)
    kept[done.name] = replace(done, live=False)
    while len(kept) > NUM_KEPT:
        kept.popitem(last=False)


def now(both: tuple[Recipe, Recipe], together: Together) -> Pair:
    """The two as they are at the newest moment of their training."""
    moment = together.moment
    ae, vae = moment.models
    assert isinstance(ae, Autoencoder) and isinstance(vae, VAE)
    ended = together.share == 1
    return Pair(name_of(both, None if ended else moment.position), both, ae, vae, live=True)


def payload(pair: Pair) -> bytes:
    """What the browser computes with: all phases, their codes, and both decoders in half precision."""
    codes = pair.codes()
    arrays: dict[str, Any] = {
        "phases": moon_phases.load().images.flatten(1).numpy(),
        "ae.codes": codes["ae"],
        "vae.codes": codes["vae"],
        **_decoder("ae", pair.ae),
        **_decoder("vae", pair.vae),
    }
    return safetensors.numpy.save(arrays, {"name": pair.name})


def _decoder(prefix: str, model: Model) -> Mapping[str, NDArray[np.float16]]:
    weights = model.decoder.state_dict()
    return {f"{prefix}.decoder.{name}": value.numpy().astype(np.float16) for name, value in weights.items()}
