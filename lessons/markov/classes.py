"""What the Markov page says of a chain's classes, and of the elimination that gives its exact fractions."""

from __future__ import annotations

from collections.abc import Sequence

from genmodels.probability.elimination import Elimination
from lessons.markov.formulas import LONGEST_FRACTION, ratio, table, tex
from lessons.markov.scene import Scene
from ui.text import literal


def _listed(scene: Scene, members: Sequence[int]) -> str:
    return scene.text("listed").join(literal(scene.names[i]) for i in members)


def class_names(scene: Scene) -> list[str]:
    """Recurrent classes as a chart names them."""
    return [scene.text("listed").join(scene.names[i] for i in members) for members in scene.classes]


def case(scene: Scene) -> str:
    """Which case this chain is, in a sentence or more, and then every communicating class of it."""
    chain, text = scene.chain, scene.text
    period = chain.period()
    kind = "several" if len(scene.classes) > 1 else "periodic" if period > 1 else "ergodic"
    said = [text(f"case-{kind}", number=len(scene.classes), period=period)]
    if moved := chain.transient_states():
        said.append(text("case-transient", states=_listed(scene, moved)))
    if stuck := chain.absorbing_states():
        said.append(text("case-absorbing", states=_listed(scene, stuck)))
    lines = [f"- {_kind(scene, members)}" for members in chain.communicating_classes()]
    return "\n\n".join([*said, "\n".join(lines)])


def _kind(scene: Scene, members: list[int]) -> str:
    """One class: what it is, how likely the walk ends in it, and its stationary distribution."""
    text, period, states = scene.text, scene.chain.class_period(members), _listed(scene, members)
    if members not in scene.classes:
        return text("kind-transient", states=states) if period else text("kind-passed", states=states)
    place = scene.classes.index(members)
    ends = f"{scene.chain.absorption()[scene.start, place]:.4g}"
    shares = text("listed").join(_share(scene, place, i) for i in members)
    kind = "kind-absorbing" if len(members) == 1 else "kind-recurrent"
    return text(kind, states=states, period=period, ends=ends, shares=shares)


def _share(scene: Scene, place: int, state: int) -> str:
    """A stationary share as a fraction, or as a decimal where that is long or not known exactly."""
    written = str(scene.exact[place][state]) if scene.exact else ""
    return written if 0 < len(written) <= LONGEST_FRACTION else f"{scene.stationary[place][state]:.6g}"


def eliminations(scene: Scene) -> list[list[str]]:
    """For each recurrent class of more than one state its steps, each in words and as a formula.

    None where there are no exact fractions.
    """
    if scene.exact is None:
        return []
    pairs = zip(scene.classes, scene.chain.eliminations(), strict=True)
    return [_steps(scene, members, found) for members, found in pairs if len(members) > 1]


def _steps(scene: Scene, members: Sequence[int], found: Elimination) -> list[str]:
    names = [tex(scene.names[i]) for i in members]
    listed = []
    for step in found.steps:
        away = scene.text("away", state=literal(scene.names[members[step.state]]), leaving=ratio(step.leaving))
        rows = [[name, *map(ratio, row)] for name, row in zip(names, step.matrix, strict=False)]
        listed.append(f"{away}\n\n$${table(rows, 'l|' + 'c' * step.state)}$$")
    lines = [["", "w", r"\pi"]]
    for name, weight, share in zip(names, found.weights, found.shares, strict=True):
        lines.append([name, ratio(weight), ratio(share)])
    return [*listed, f"{scene.text('back-substitution')}\n\n$${table(lines, 'l|ll')}$$"]
