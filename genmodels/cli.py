"""python -m genmodels: train, list, sample and evaluate models from a shell, and look after the queue.

Exit codes: 0 done, 1 failed, 2 not understood. Errors are one line that says what to do.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from genmodels import evaluating, shell, storage
from genmodels.errors import Problem
from genmodels.training import checkpoints, recipes

_USAGE_CODES = {"unknown-model", "unknown-setting", "bad-setting", "unknown-device", "unknown-data", "bad-count"}
_USAGE_CODES |= {
    "bad-limit",
    "unknown-limit",
    "bad-settings-file",
    "unknown-path",
    "bad-key",
    "detach-here",
    "bad-sample-size",
    "sampling-options",
    "sampling-steps",
    "option-not-here",
    "not-comparable",
}
_Command = Callable[..., argparse.ArgumentParser]
_BAR = "{l_bar}{bar}| {n:.1f}/{total} epochs [{elapsed}<{remaining}{postfix}]"


class _Misunderstood(Exception):
    """A problem with what was asked for, whatever its code."""


class _Parser(argparse.ArgumentParser):
    """argparse prints its usage before the error; one line is enough, --help has the rest."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"genmodels: {message} (see {self.prog} --help)\n")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; SystemExit only for --help and wrong usage."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(arguments)
    try:
        options.run(options, arguments)
    except _Misunderstood as problem:
        print(f"genmodels: {problem}", file=sys.stderr)
        return 2
    except Problem as problem:
        print(f"genmodels: {problem}", file=sys.stderr)
        return 2 if problem.code in _USAGE_CODES else 1
    except KeyboardInterrupt:
        print("\ngenmodels: stopped", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m genmodels", description="Generative models to learn from.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Any, about: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        return added

    command("list", _list, "List what can be trained and what has been.")
    _add_training(command)
    _add_using(command)
    _add_queue(command)
    return parser


def _add_training(command: _Command) -> None:
    train = command("train", _train, "Train a model, or go on where it was stopped.")
    train.add_argument("name", metavar="NAME", help="one of: " + ", ".join(recipes.names()))
    train.add_argument("--data", help="the data set (default: the recipe's own)")
    train.add_argument("--epochs", help="how often to go through the data")
    train.add_argument("--seed", help="all random numbers follow from it (default: 0)")
    train.add_argument(
        "--set", action="append", default=[], metavar="SETTING=VALUE", type=shell.setting, help="any setting"
    )
    train.add_argument("--detach", action="store_true", help="only put it into the queue, for a running course")
    here = train.add_argument_group("in this process instead of by the queue, with any of these")
    here.add_argument("--out", type=Path, metavar="DIR", help="keep the model in DIR (default: found by its key)")
    here.add_argument(
        "--keep", type=shell.epochs, metavar="EPOCHS", help='epochs to look back at, as "0,1,5" or "none"'
    )
    here.add_argument("--from", dest="begin_from", metavar="NAME|KEY|DIR", help="begin with the weights of this model")
    here.add_argument("--averages", action="store_true", help="put averages aside to choose from after the training")
    here.add_argument("--fresh", action="store_true", help="start over, whatever is there")
    shell.add_computing(here)


def _add_using(command: _Command) -> None:
    sample = command("sample", _sample, "Draw new images into a PNG file.")
    sample.add_argument("name", metavar="NAME|KEY|DIR", help="a shipped model, the key of an own one, or its folder")
    sample.add_argument("--seed", type=shell.seed, default=0, help="the same seed, the same images (default: 0)")
    sample.add_argument("-n", type=int, default=64, help="how many images (default: 64)")
    sample.add_argument("--out", type=Path, default=Path("grid.png"), metavar="FILE", help="default: grid.png")
    shell.add_computing(sample, "auto", 1)
    evaluating.add(command("evaluate", evaluating.run, "Measure a model on the test set, or compare models."))


def _add_queue(command: _Command) -> None:
    jobs = command("jobs", _jobs, "Show what trains, waits, is done or failed, and why.")
    jobs.add_argument("--json", action="store_true", help="print JSON")
    cancel = command("cancel", _cancel, "End a training, for everybody who waits for it; asked again, it goes on.")
    cancel.add_argument("key", metavar="KEY", help="as jobs shows it")
    prune = command("prune", _prune, "Delete models: those given, or those used least recently, down to the quota.")
    prune.add_argument("keys", metavar="KEY", nargs="*", help="own models to delete")
    prune.add_argument("--disk-gib", type=float, metavar="N", help="the quota (default: the host's setting)")


def _list(options: argparse.Namespace, arguments: list[str]) -> None:
    print("can be trained:", ", ".join(recipes.names()))
    for one in checkpoints.available():
        changed = " ".join(f"{name}={value}" for name, value in recipes.changed_settings(one.recipe).items())
        last = one.card["curve"][-1]["epoch"]
        state = f"{one.recipe.num_epochs} epochs" if one.finished else f"stopped after epoch {last}"
        split, unit = one.recipe.eval_split, one.recipe.unit
        loss = one.card["metrics"].get(f"{split}_{one.recipe.main_loss}", float("nan"))
        loss_text = f"{split} {loss:.{unit.digits}f} {unit.name}"
        print(f"{one.key}  {one.recipe.name:12} {state}, {loss_text}  {changed}".rstrip())
    for name, problem in checkpoints.unusable().items():
        print(f"{name}  {problem}")


def _train(options: argparse.Namespace, arguments: list[str]) -> None:
    settings = {"data": options.data, "epochs": options.epochs, "seed": options.seed}
    try:
        recipe = recipes.make(
            options.name, **({k: v for k, v in settings.items() if v is not None} | dict(options.set))
        )
    except Problem as problem:
        raise _Misunderstood(problem) from problem
    switches = (options.fresh or None, options.averages or None)
    here = (options.out, options.keep, options.begin_from, options.device, options.threads, *switches)
    if any(option is not None for option in here):
        if options.detach:
            raise Problem("detach-here", "--detach is for the queue; leave out the options that train in this process.")
        key, folder = _train_here(recipe, options, arguments)
    else:
        from genmodels.jobs import commands

        commands.train(recipe, _BAR, wait=not options.detach)
        key = recipes.key(recipe)
        folder = checkpoints.trained_folder(key)
    print(f"{key}  {folder}")


def _train_here(recipe: recipes.Recipe, options: argparse.Namespace, arguments: list[str]) -> tuple[str, Path]:
    """The key of the model and the folder where it lies."""
    shell.prepare(options.threads or 1)
    from tqdm import tqdm

    from genmodels.jobs import progress
    from genmodels.training import run

    command = "python -m genmodels " + shlex.join(arguments)
    keep = run.KEPT_EPOCHS if options.keep is None else options.keep
    begin_from = shell.checkpoint(options.begin_from) if options.begin_from else None
    key = recipes.key(recipe, begun_from=begin_from.sha256 if begin_from else "")
    folder: Path = options.out.absolute() if options.out else checkpoints.trained_folder(key)
    how = {"device": options.device or "auto", "fresh": options.fresh, "begin_from": begin_from}
    how["averaged"] = options.averages
    steps = run.run(recipe, folder, command=command, keep=keep, **how)
    with tqdm(total=recipe.num_epochs, unit="epoch", bar_format=_BAR) as bar:
        try:
            for step in steps:
                bar.update(step.position - bar.n)
                bar.set_postfix(progress.in_words(progress.point(recipe, step.position, step.losses), recipe))
        except KeyboardInterrupt as interrupt:
            bar.close()
            sentence = "Stopped; the same command goes on after the last whole epoch, {epoch}."
            raise Problem("interrupted", sentence, epoch=int(bar.n)) from interrupt
    return key, folder


def _jobs(options: argparse.Namespace, arguments: list[str]) -> None:
    from genmodels.jobs import commands

    commands.show(options.json)


def _cancel(options: argparse.Namespace, arguments: list[str]) -> None:
    from genmodels.jobs import queue

    queue.stop(options.key)


def _prune(options: argparse.Namespace, arguments: list[str]) -> None:
    from genmodels.jobs import commands

    for key in commands.prune(options.keys, options.disk_gib):
        print(key)


def _sample(options: argparse.Namespace, arguments: list[str]) -> None:
    checkpoint = shell.checkpoint(options.name)
    shell.prepare(options.threads)
    from genmodels import sampling

    sampling.check_count(options.n)
    samples = sampling.from_model(checkpoint.model(options.device), options.n, options.seed)
    storage.write(options.out, sampling.png(samples))
    print(options.out)
