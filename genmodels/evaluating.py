"""python -m genmodels evaluate: one model's own measures, or those of all that draw digits, side by side."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from genmodels import shell
from genmodels.errors import Problem
from genmodels.evaluation import comparison
from genmodels.evaluation.comparison import ENTRANTS, LARGE, SMALL, TESTS, Compared

if TYPE_CHECKING:
    from genmodels.evaluation.compare import Task

NAMES = tuple(one.name for one in (*ENTRANTS, *TESTS))
_OF_ONE = ("draws", "steps", "eta", "guidance")  # options that a comparison does not have
_HEAD = "n pixels Frechet real density coverage precision recall 1-NN copied ms/64 nats"
_ROW = "{:18}{:>7}{:>8}{:>9}{:>7}{:>9}{:>10}{:>11}{:>8}{:>7}{:>9}{:>10}  {}"


def add(evaluate: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    about = "a shipped model, the key of an own one, or its folder"
    evaluate.add_argument("name", nargs="?", metavar="NAME|KEY|DIR", help=about)
    evaluate.add_argument("--seed", type=shell.seed, default=0, help="the same seed, the same images (default: 0)")
    shell.add_computing(evaluate, "auto", 1)
    evaluate.add_argument("--draws", type=shell.count, help="of a VAE: draws of z per image (default: 5)")
    n = "how many drawn pictures are judged (default: 1000, with --all 10000)"
    evaluate.add_argument("-n", type=int, help=n)
    evaluate.add_argument("--steps", type=int, help="of a diffusion: steps from noise to data (default: 25)")
    evaluate.add_argument("--eta", type=float, help="of a diffusion: 0 is DDIM, 1 is DDPM (default: 0)")
    evaluate.add_argument("--guidance", type=float, help="of a diffusion with labels (default: 0.5)")
    evaluate.add_argument("--json", action="store_true", help="print JSON")
    beside = evaluate.add_argument_group("beside each other: what is measured is kept, and measured once")
    about = "all that come with the course and all tests of the measures, or these: " + ", ".join(NAMES)
    beside.add_argument("--all", nargs="*", metavar="ENTRANT", choices=NAMES, help=about)
    beside.add_argument("--compare", action="store_true", help="measure NAME as those are measured")
    beside.add_argument("--fresh", action="store_true", help="measure again what has been measured")
    evaluate.set_defaults(refuse=evaluate.error)


def run(options: argparse.Namespace, arguments: list[str]) -> None:
    """Do what was asked for."""
    if (options.name is None) == (options.all is None):
        options.refuse("give either a model or --all")
    if options.all is None and not options.compare:
        if options.fresh:
            options.refuse("--fresh is for --all and --compare")
        _one(options)
        return
    if options.all is not None and options.compare:
        options.refuse("--compare is for one model, --all for those that come with the course")
    if given := [name for name in _OF_ONE if getattr(options, name) is not None]:
        options.refuse(f"--{given[0]} is not for comparing: each model draws as it does on its page")
    _beside_each_other(options)


def _one(options: argparse.Namespace) -> None:
    checkpoint = shell.checkpoint(options.name)
    shell.prepare(options.threads)
    from tqdm import tqdm

    from genmodels.evaluation import report

    asked = {name: getattr(options, name) for name in report.OPTIONS if getattr(options, name) is not None}
    with tqdm(unit="image") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done)

        found = report.report(checkpoint, options.device, options.seed, asked, progress)
    print(json.dumps(found) if options.json else report.as_text(found))


def _beside_each_other(options: argparse.Namespace) -> None:
    shell.prepare(options.threads)
    from tqdm import tqdm

    from genmodels.evaluation import compare

    found, tasks = [], _tasks(options)
    with tqdm(total=sum(task.work for task in tasks), unit="digit") as bar:
        try:
            for task in tasks:
                bar.set_description(task.entrant.name)
                found.append(compare.compare(task, options.device, options.fresh, bar.update))
        except KeyboardInterrupt as interrupt:
            bar.close()
            sentence = "Stopped; the same command goes on with the digits that have been drawn."
            raise Problem("comparison-interrupted", sentence) from interrupt
    print(json.dumps([comparison.as_json(one) for one in found]) if options.json else as_table(found))


def _tasks(options: argparse.Namespace) -> list[Task]:
    from genmodels.evaluation import compare

    if options.all is None:
        n = SMALL if options.n is None else options.n
        return [compare.of_checkpoint(shell.checkpoint(options.name), n, options.seed)]
    every = compare.every(LARGE if options.n is None else options.n, options.seed)
    return [task for task in every if task.entrant.name in (options.all or NAMES)]


def as_table(found: Sequence[Compared]) -> str:
    """The first judge's numbers, a line for each."""
    return "\n".join([_ROW.format("", *_HEAD.split(), ""), *map(_row, found)])


def _row(one: Compared) -> str:
    judge, near = one.judges[0], one.neighbours
    shares = (near.density, near.coverage, near.precision, near.recall, near.one_nn)
    speed = f"{one.milliseconds[64]:.3g}" if one.milliseconds else "-"
    nats = "-" if one.nats.mean is None else f"{one.nats.mean:.2f}"
    numbers = (f"{judge.frechet[one.n]:.2f}", f"{judge.real[one.n]:.2f}", *(f"{share:.3f}" for share in shares))
    return _ROW.format(one.name, one.n, one.pixels, *numbers, f"{one.copied:.4f}", speed, nats, one.nats.kind)
