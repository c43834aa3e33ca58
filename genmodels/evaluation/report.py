"""What `python -m genmodels evaluate` measures of a trained model, whichever kind it is of: numbers by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import torch
from torch import Tensor

from genmodels import data
from genmodels.data import moon_phases
from genmodels.data.points import RING_SD, ring_centres
from genmodels.errors import Problem
from genmodels.evaluation import codes, drawn, judge, likelihood, modes, moons, nats
from genmodels.evaluation.discrepancy import mmd
from genmodels.evaluation.nearest import nearest
from genmodels.models.diffusion import Diffusion
from genmodels.models.gan import GAN
from genmodels.models.layers import GenerativeModel
from genmodels.models.pixels import PixelModel
from genmodels.models.vqvae import VQVAE
from genmodels.training.checkpoints import Checkpoint
from genmodels.training.recipes import Recipe

OPTIONS = ("draws", "n", "steps", "eta", "guidance")
SAMPLER = {"steps": 25, "eta": 0.0, "guidance": 0.5}
N = {
    "ddpm-mnist": 1000,
    "ddpm-points": 2000,
    "ddpm-cars": 64,
    "gan-points": 2000,
    "gan-mnist": 1000,
    "vqvae-mnist": 1000,
}
CHECKED = 500  # pictures over which the noise loss is averaged
Progress = Callable[[int, int], object]  # how many more are done, of how many


def report(
    checkpoint: Checkpoint, device: str, seed: int, asked: Mapping[str, Any], progress: Progress = lambda *_: None
) -> dict[str, Any]:
    """Measure a model; `asked` are some of OPTIONS. Raises Problem for one that its kind does not have."""
    recipe, model = checkpoint.recipe, checkpoint.model(device)
    about = {"name": recipe.name, "key": checkpoint.key, "data": recipe.data, "seed": seed}
    if recipe.measure not in MEASURES:
        raise LookupError(f"{recipe.name} is measured by {recipe.measure!r}; known: {', '.join(MEASURES)}")
    measure, options = MEASURES[recipe.measure]
    for name in asked:
        if name not in options:
            known = ", ".join(sorted(options))
            sentence = "{name} is measured without {option}; it knows: {known}."
            raise Problem("option-not-here", sentence, name=recipe.name, option=name, known=known)
    return about | measure(model, recipe, seed, asked, progress)


def as_text(found: Mapping[str, Any]) -> str:
    """What `report` gives, as lines for people."""
    lines = []
    for name, value in found.items():
        if isinstance(value, Mapping):
            rows = [f"  {part:16} {_number(one)}" for part, one in value.items()]
            lines += [name, *rows]
        else:
            lines.append(f"{name:18} {_number(value)}")
    return "\n".join(lines)


def _number(value: Any) -> str:
    if isinstance(value, Mapping) and "mean" in value:
        return f"{value['mean']:8.2f} +- {value['standard_error']:.2f}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _likelihood(
    model: GenerativeModel, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    images = data.load(recipe.data, "test").images.to(next(model.parameters()).device)
    draws = asked.get("draws", 5)
    generator, total = torch.Generator().manual_seed(seed), len(images) * draws
    terms = likelihood.evaluate(model, images, draws, generator, progress=lambda done: progress(done, total))
    bound = {} if nats.kind(recipe) == "none" else {"bound": asdict(nats.measured(model, recipe))}
    return {"split": "test", "images": len(images), "draws": draws, "nats": terms, **bound}


def _exact(
    model: PixelModel, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """-log p(x) of the first n test pictures, each quantised once; without a label, the mean over all labels counts."""
    images = data.load(recipe.data, "test").images
    n = asked.get("n", len(images))
    if not 2 <= n <= len(images):
        sentence = "{n} test pictures cannot be taken; take {fewest} to {most}."
        raise Problem("bad-test-size", sentence, n=n, fewest=2, most=len(images))
    x = model.quantised(images[:n].float() / 255, torch.Generator().manual_seed(seed))
    nats = likelihood.exact(model, x, lambda done: progress(done, n))
    mean, error = float(nats.mean()), float(nats.std() / math.sqrt(n))
    told = {"mean": mean, "standard_error": error}
    return {"split": "test", "images": n, "nats": {"total": told}, "bits_per_pixel": mean / math.log(2) / x[0].numel()}


def _sampler(model: Diffusion, asked: Mapping[str, Any]) -> dict[str, Any]:
    sampler = {**SAMPLER, **{name: value for name, value in asked.items() if name in SAMPLER}}
    sampler["steps"] = sampler["steps"] if "steps" in asked else min(25, model.schedule.num_steps)
    return sampler if model.num_classes else {name: sampler[name] for name in ("steps", "eta")}


def _digits(
    model: Diffusion, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    n, sampler = asked.get("n", N["ddpm-mnist"]), _sampler(model, asked)
    images, labels, seconds = drawn.draw(model, n, seed, lambda done: progress(done, n), lambda *_: dict(sampler))
    return {"sampler": sampler, "judge": judge.SHA256, "digits": asdict(drawn.quality(images, labels, seconds))}


def _made_digits(model: GAN, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The same where nothing is asked for, and the share of each digit as the judge reads them: a GAN may leave out."""
    n = asked.get("n", N["gan-mnist"])
    images, labels, seconds = drawn.draw(model, n, seed, lambda done: progress(done, n))
    return {"judge": judge.SHA256, "digits": asdict(drawn.quality(images, labels, seconds)), "shares": shares(images)}


def shares(images: Tensor) -> dict[str, float]:
    """The share of each digit among pictures (N, 1, 28, 28), as the judge reads them."""
    counts = judge.classes(images).bincount(minlength=10).tolist()
    return {str(digit): count / len(images) for digit, count in enumerate(counts)}


def _codes(model: VQVAE, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """What codes keep of digits, what a code costs, and what is drawn without labels and with them."""
    n, with_labels = asked.get("n", N["vqvae-mnist"]), model.num_classes == 10
    images, _, seconds = drawn.draw(model, n, seed, lambda done: progress(done, n + n * with_labels), labelled=False)
    digits = asdict(drawn.quality(images, None, seconds))
    if with_labels:
        images, *_ = drawn.draw(model, n, seed, lambda done: progress(done, 2 * n))  # each label equally often
        digits["accuracy"] = float(judge.classes(images).eq(torch.arange(n) % 10).double().mean())
    found = {"reconstruction": asdict(codes.kept(model, n)), "prior": codes.prior_nats(model, n), "digits": digits}
    return {"judge": judge.SHA256, **found, "seconds_per_100": codes.seconds_per_100(model)}


def _points(
    model: Diffusion, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    n, sampler = asked.get("n", N["ddpm-points"]), _sampler(model, asked)
    test, training = _as_many(recipe, n)
    points = model.sample(n, torch.Generator().manual_seed(seed), **sampler).cpu()
    progress(n, n)
    return {"sampler": sampler, "n": n, "mmd": mmd(points, test), "floor": mmd(training, test)}


def _made_points(model: GAN, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """How far they are from the data's; of the ring also its spots, and what share of the points lies in one."""
    n = asked.get("n", N["gan-points"])
    test, training = _as_many(recipe, n)
    points = model.sample(n, torch.Generator().manual_seed(seed)).cpu()
    progress(n, n)
    found: dict[str, Any] = {"n": n, "mmd": mmd(points, test), "floor": mmd(training, test)}
    if recipe.data == "ring":
        on_ring = modes.found(points.double().numpy(), ring_centres(), RING_SD)
        found |= {"modes": on_ring.number, "within 3 sd": on_ring.share}
    return found


def _moons(model: Any, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """What stands between half and full moon, and what z ~ N(0, I) decodes into."""
    learned = moon_phases.from_token(recipe.learned)  # type: ignore[attr-defined]
    return {"learned": len(learned), "moons": asdict(moons.measured(model, learned, seed))}


def _as_many(recipe: Recipe, n: int) -> tuple[Tensor, Tensor]:
    """n points of the test set and n of the training set; Problem where that cannot be."""
    if not 2 <= n <= drawn.MOST:
        sentence = "{n} points are too few or too many to compare; take {fewest} to {most}."
        raise Problem("bad-sample-size", sentence, n=n, fewest=2, most=drawn.MOST)
    test, training = (recipe.examples(split).batch(slice(0, n)) for split in ("test", "train"))
    return test, training


def _pictures(
    model: Diffusion, recipe: Recipe, seed: int, asked: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """The noise loss on pictures held out, and how near the samples are to training pictures."""
    n, sampler = asked.get("n", N["ddpm-cars"]), _sampler(model, asked)
    if not 1 <= n <= drawn.MOST:
        sentence = "{n} pictures are too few or too many to compare; take {fewest} to {most}."
        raise Problem("bad-sample-size", sentence, n=n, fewest=1, most=drawn.MOST)
    test, training = (data.load(recipe.data, split).images for split in ("test", "train"))
    loss = noise_loss(model, test[:CHECKED].float() / 255, torch.Generator().manual_seed(seed))
    samples = model.sample(n, torch.Generator().manual_seed(seed), **sampler).cpu()
    progress(n, n)
    distance = partial(_median_distance, training=training)
    held_out = distance(test[:n].float() / 255)
    return {"sampler": sampler, "n": n, "noise_loss": loss, "copied": distance(samples), "apart": held_out}


def _median_distance(pictures: Tensor, training: Tensor) -> float:
    """Mean squared distance per value to the nearest training picture, of the median picture."""
    return float(nearest(pictures, training)[1][:, 0].median())


@torch.no_grad()
def noise_loss(model: Diffusion, pictures: Tensor, generator: torch.Generator) -> float:
    """The mean squared error of the predicted noise over pictures in [0, 1], t spread evenly, one noise for each."""
    device, last = next(model.parameters()).device, model.schedule.num_steps
    errors = []
    for chunk, t in zip(
        pictures.split(100), torch.linspace(1, last, len(pictures)).round().long().split(100), strict=True
    ):
        eps = torch.randn(chunk.shape, generator=generator)
        xt = model.schedule.noise(2 * chunk - 1, t, eps).to(device)
        errors.append((model.predict_noise(xt, t.to(device)).cpu() - eps).square().flatten(1).mean(1))
    return float(torch.cat(errors).mean())


MEASURES: Mapping[str, tuple[Callable[..., dict[str, Any]], frozenset[str]]] = {
    "likelihood": (_likelihood, frozenset({"draws"})),
    "exact": (_exact, frozenset({"n"})),
    "digits": (_digits, frozenset({"n", "steps", "eta", "guidance"})),
    "pictures": (_pictures, frozenset({"n", "steps", "eta"})),
    "points": (_points, frozenset({"n", "steps", "eta"})),
    "moons": (_moons, frozenset()),
    "made-points": (_made_points, frozenset({"n"})),
    "made-digits": (_made_digits, frozenset({"n"})),
    "codes": (_codes, frozenset({"n"})),
}
"""How models are measured, and with which of OPTIONS, by the name under which a recipe asks for it."""
