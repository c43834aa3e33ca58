"""Which VQ-VAE the page shows, the shipped one or an own run, and what its codes stand for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import safetensors.numpy
import streamlit as st

from genmodels.data import mnist
from genmodels.errors import Problem
from genmodels.evaluation import grids
from genmodels.evaluation.grids import Atlas
from genmodels.models.vqvae import SIDE, VQVAE
from genmodels.training import checkpoints
from genmodels.training.checkpoints import Checkpoint
from ui.jobs import runs
from ui.state import Field, Number, State, Token

KINDS = ("VQVAE",)  # the class of the lesson file that this page shows
SHIPPED = "vqvae-mnist"
NUM_PLACES = SIDE**2
NUM_SEEN = 1000  # test digits in which is seen what codes stand for
FOLLOWING = ("painted", "killed", "brush", "label")  # fields that mean something else with another model


@dataclass(frozen=True)
class Network:
    """A trained VQ-VAE, and where it comes from."""

    name: str
    checkpoint: Checkpoint
    model: VQVAE
    atlas: Atlas

    @property
    def num_codes(self) -> int:
        """K."""
        return self.model.num_codes

    def fields(self) -> dict[str, Field]:
        """The state's fields whose limits are this model's."""
        return {
            "brush": Number(int(self.atlas.stamps.mean((1, 2)).argmax()), 0, self.num_codes - 1),
            "painted": Token("", partial(painted, num_codes=self.num_codes)),
            "killed": Token("", partial(killed, num_codes=self.num_codes)),
        }


def painted(text: str, num_codes: int) -> dict[int, int]:
    """The codes that a visitor has painted, place -> code, from a text such as "24-5.25-5"; Problem."""
    found: dict[int, int] = {}
    for part in filter(None, text.split(".")):
        place, _, code = part.partition("-")
        found[_whole(place, NUM_PLACES, "place")] = _whole(code, num_codes, "code")
    return found


def killed(text: str, num_codes: int) -> tuple[int, ...]:
    """The codes that a visitor has killed, from a text such as "3.17"; Problem."""
    codes = tuple(dict.fromkeys(_whole(part, num_codes, "code") for part in filter(None, text.split("."))))
    grids.check_killed(codes, num_codes)
    return codes


def _whole(text: str, number: int, what: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) < number:
        return int(text)
    if what == "code":
        sentence = "There is no code {number}; give whole numbers from 0 to {last}."
        raise Problem("code-range", sentence, number=text[:8], last=number - 1)
    sentence = "The grid has no place {number}; give whole numbers from 0 to {last}."
    raise Problem("code-place", sentence, number=text[:8], last=number - 1)


def _check(name: str) -> None:
    checkpoints.trained_folder(name)


FIELDS: dict[str, Field] = {"model": Token("", _check)}  # "" is the shipped one


@st.cache_resource(show_spinner=False, max_entries=6)
def network(name: str) -> Network:
    """The model called so, one for all visitors; Problem where it cannot be had."""
    checkpoint = checkpoints.get(name)
    model = checkpoint.model("cpu")  # a picture takes it milliseconds
    assert isinstance(model, VQVAE)
    return Network(name, checkpoint, model, grids.atlas(model, mnist.load("test").pixels(slice(0, NUM_SEEN))))


def chosen(state: State) -> Network:
    """The model that the state asks for; where that cannot be shown the shipped one, and the state complains."""
    return runs.asked_for(state, KINDS, network, show) or network(SHIPPED)


def show(state: State, name: str) -> None:
    """Another model, "" for the shipped one."""
    state.reset(*FOLLOWING)
    state.update({"model": "" if name == SHIPPED else name})


@st.cache_resource(show_spinner=False, max_entries=6)
def payload(name: str) -> bytes:
    """What the browser computes with: codebook, decoder, and what each code stands for."""
    shown = network(name)
    weights = {f"decoder.{key}": value.numpy() for key, value in shown.model.codec.decoder.state_dict().items()}
    arrays = {
        "codebook": shown.model.codec.quantiser.codebook.numpy(),
        "stamps": (255 * shown.atlas.stamps).round().astype("uint8"),
        "shares": shown.atlas.shares,
        "blank": shown.atlas.blank.astype("uint8").ravel(),
        **weights,
    }
    return safetensors.numpy.save(arrays, {"name": shown_as(name)})


def shown_as(name: str) -> str:
    """What a model is called in the browser."""
    return f"vqvae:{name}"
