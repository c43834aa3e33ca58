"""The smallest GAN in its phase plane: the field, the path of the updates, and what becomes of it, under the hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from genmodels.probability.dirac_gan import DiracGAN
from ui.components import Listener, register_live

_component = register_live(Path(__file__).parent, "transport.css", "transport.js", "svg.js", "parts.js")


def smallest(
    key: str,
    game: DiracGAN,
    start: tuple[float, float],
    update: int,
    num_updates: int,
    words: Mapping[str, str],
    listener: Listener,
) -> None:
    """Show the game from `start` = (theta, psi) on, at one of its updates; the browser computes it as the hand moves.

    The `listener` hears {"theta", "psi", "r1_small", "rate_g", "rate_d", "update"}; what a hand has moved stays until
    a new revision of the page's state comes.

    `words` are the page's labels that begin with `small-`, and the transport bar's.
    """
    theta, psi = start
    values = {"theta": theta, "psi": psi, "r1_small": game.r1}
    values |= {"rate_g": game.generator_rate, "rate_d": game.discriminator_rate}
    rules = {"loss": game.loss, "alternating": game.alternating, "last": num_updates}
    _component(key, {"values": values, "rules": rules, "begin": update, "words": dict(words)}, listener)
