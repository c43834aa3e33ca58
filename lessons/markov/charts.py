"""The charts of the Markov page, each from one state of it."""

from __future__ import annotations

import plotly.graph_objects as go

from lessons.markov import figures
from lessons.markov.classes import class_names
from lessons.markov.scene import NUM_DISTANCES, Scene

SQUARE = figures.SQUARE


def speed(scene: Scene, mode: str | None) -> tuple[go.Figure, go.Figure]:
    """The distance from the long run over the steps, and all eigenvalues."""
    chain, text = scene.chain, scene.text
    distances = chain.distances(scene.start, NUM_DISTANCES)
    second = chain.second_modulus()
    label = text("second", value=f"{second:.5f}")
    return (
        figures.distance(distances, chain.convergence_rate(), text.all("distance-"), mode),
        figures.eigenvalues(chain.eigenvalues(), second, label, mode),
    )


def mixtures(scene: Scene, mode: str | None) -> go.Figure:
    """All stationary distributions, and where each start ends among them."""
    return figures.simplex(scene.chain.absorption(), scene.names, class_names(scene), scene.text("listed"), mode)


def way(scene: Scene, mode: str | None) -> go.Figure:
    """Distribution and visits of a chain of three states on their way through the triangle."""
    words = scene.text.all("triangle-")
    return figures.triangle(scene.path, scene.visits, scene.stationary, scene.names, words, mode)
