"""Questions about shapes and counts, drawn from a seed, with what PyTorch answers and what a wrong answer mixes up."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from genmodels.errors import Problem

MOST_SIGNS = 60  # of an answer
Shape = tuple[int, ...]
Answer = Shape | int
_SIGNS = str.maketrans({**dict(zip("，、（）［］【】×＊ｘ", ",,()[][]xxx", strict=True)), "＝": "="})
_DIGITS = str.maketrans("０１２３４５６７８９－", "0123456789-")
_SHAPE = re.compile(r"(?:torch\.)?(?:size|shape)?\s*=?\s*([(\[]*)\s*([-\d\s,x*]*?)\s*([)\]]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """The `code` whose result is asked for, what it is, and by which names its sentence quotes its `values`.

    `traps` names wrong answers that something particular leads to, by the number that is given then.
    """

    kind: str
    code: str
    answer: Answer
    values: Mapping[str, object]
    traps: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and the name of the reason, with what its sentence quotes."""

    right: bool
    reason: str
    values: Mapping[str, object]


def read(text: str) -> Answer:
    """A shape such as "(2, 3)", "[2,3]", "torch.Size([2, 3])", "2x3" or "5,", or a whole number, "5".

    Chinese commas and brackets count too. Raises Problem for anything else.
    """
    plain = text.translate(_SIGNS).translate(_DIGITS).strip().strip(".。")
    match = _SHAPE.fullmatch(plain)
    sizes = re.split(r"[,x*]", match[2]) if match else []
    if not match or len(text) > MOST_SIGNS or len(match[1]) != len(match[3]):
        raise _unreadable(text)
    if len(sizes) > 1 and not sizes[-1].strip():
        sizes.pop()  # "5," is the shape of one axis
        alone = False
    else:
        alone = len(sizes) == 1 and not match[1]
    if sizes == [""] and match[1]:
        return ()
    if not all(re.fullmatch(r"-?\d{1,9}", one.strip()) for one in sizes):
        raise _unreadable(text)
    numbers = tuple(map(int, sizes))
    if negative := [one for one in numbers if one < 0]:
        sentence = "A size is never negative, and here stands {value}; write the size that comes out."
        raise Problem("answer-negative", sentence, value=negative[0])
    return numbers[0] if alone else numbers


def shown(answer: Answer) -> str:
    """As Python writes it: (5,) is the shape of one axis."""
    return str(answer)


def _unreadable(text: str) -> Problem:
    sentence = "“{text}” could not be read; write a shape such as (2, 3), or a whole number."
    return Problem("answer-unreadable", sentence, text=text[:MOST_SIGNS])


# --- what was mixed up


def verdict(question: Question, given: Answer) -> Verdict:
    """Whether the answer is right; if not, the first mistake that explains it."""
    right = question.answer
    values = {"given": shown(given), "right": shown(right), **question.values}
    if given == right and type(given) is type(right):
        return Verdict(True, f"why-{question.kind}", values)
    if isinstance(right, int):
        return Verdict(False, *_wrong_number(question, given, values))
    if isinstance(given, int):
        name = "number-of-axis" if right == (given,) else "number"
        return Verdict(False, f"wrong-{name}", values)
    name, more = _wrong_shape(given, right)
    return Verdict(False, f"wrong-{name}", values | more)


def _wrong_number(question: Question, given: Answer, values: dict[str, object]) -> tuple[str, dict[str, object]]:
    if not isinstance(given, int):
        return "wrong-shape", values
    return f"trap-{question.traps.get(given, 'count')}", values


def _wrong_shape(given: Shape, right: Shape) -> tuple[str, dict[str, object]]:
    """The name of the mistake that leads from the right shape to the given one, and its numbers."""
    same_number = math.prod(given) == math.prod(right)
    numbers: dict[str, object] = {"given-count": math.prod(given), "right-count": math.prod(right)}
    numbers |= {"given-axes": len(given), "right-axes": len(right)}

    def without_ones(shape: Shape) -> Shape:
        return tuple(one for one in shape if one != 1)

    tests: dict[str, Callable[[], bool]] = {
        "transposed": lambda: len(given) > 1 and given == right[::-1],
        "order": lambda: sorted(given) == sorted(right),
        "extra": lambda: without_ones(given) == without_ones(right) and len(given) > len(right),
        "missing": lambda: without_ones(given) == without_ones(right) and len(given) < len(right),
        "ones": lambda: without_ones(given) == without_ones(right),
        "batch": lambda: given == right[1:],
        "kept": lambda: len(given) == len(right) + 1 and _one_more(given, right),
        "elements": lambda: not same_number and len(given) == len(right),
        "axes": lambda: len(given) != len(right),
    }
    name = next((name for name, test in tests.items() if test()), "sizes")
    return name, numbers


def _one_more(given: Shape, right: Shape) -> bool:
    """Whether an axis that the result has lost is still in the given shape."""
    return any(given[:i] + given[i + 1 :] == right for i in range(len(given)))


# --- questions, one kind for each note and some with two


def ask(note: str, seed: int) -> Question:
    """The question number `seed` about a note: a name of `KINDS`."""
    rng = np.random.default_rng([seed, list(KINDS).index(note)])
    kinds = KINDS[note]
    return kinds[seed % len(kinds)](rng)


def _different(rng: np.random.Generator, low: int, high: int, number: int) -> list[int]:
    """So many different sizes from low to high."""
    return [int(one) for one in rng.permutation(np.arange(low, high + 1))[:number]]


def _mean(rng: np.random.Generator) -> Question:
    a, b = _different(rng, 2, 8, 2)
    dim = int(rng.integers(2))
    code = f"torch.randn({a}, {b}).mean({dim}).shape"
    answer = tuple(torch.zeros(a, b).mean(dim).shape)
    return Question("mean", code, answer, {"dim": dim, "size": (a, b)[dim], "left": (a, b)[1 - dim]})


def _like(rng: np.random.Generator) -> Question:
    a, b, c = _different(rng, 2, 8, 3)
    x = torch.zeros(a, b, c)
    code = f"x = torch.zeros({a}, {b}, {c})\ntorch.randn_like(x[0]).shape"
    return Question("like", code, tuple(torch.zeros_like(x[0]).shape), {"a": a})


def _batches(rng: np.random.Generator) -> Question:
    size = int(rng.choice([8, 16, 32, 64]))
    n = int(rng.integers(3, 30)) * size + int(rng.integers(1, size))
    drop = bool(rng.integers(2))
    answer = len(DataLoader(TensorDataset(torch.zeros(n)), size, drop_last=drop))
    code = f"loader = DataLoader(dataset, batch_size={size}, drop_last={drop})\nlen(loader)"
    down, up = n // size, -(-n // size)
    traps = {n: "pictures", size: "size", (up if drop else down): "last-kept" if drop else "last-lost"}
    values = {"n": n, "size": size, "quotient": f"{n / size:.2f}", "rest": n % size}
    return Question("batches-dropped" if drop else "batches", f"len(dataset) == {n}\n{code}", answer, values, traps)


def _last_batch(rng: np.random.Generator) -> Question:
    size = int(rng.choice([8, 16, 32, 64]))
    n = int(rng.integers(3, 30)) * size + int(rng.integers(2, size))
    last = [one for (one,) in DataLoader(TensorDataset(torch.zeros(n, 1, 28, 28)), size)][-1]
    code = f"len(dataset) == {n}\nfor x, label in DataLoader(dataset, batch_size={size}):\n    pass\nx.shape"
    return Question("last", code, tuple(last.shape), {"n": n, "size": size, "rest": n % size})


def _grid(rng: np.random.Generator) -> Question:
    n = int(rng.integers(5, 25))
    z = np.linspace(-1, 1, n)
    answer = np.stack(np.meshgrid(z, z), -1).reshape(-1, 2).shape
    code = f"z = norm.ppf(np.linspace(0.05, 0.95, {n}))\nnp.stack(np.meshgrid(z, z), -1).reshape(-1, 2).shape"
    return Question("grid", code, answer, {"n": n, "codes": n * n})


def _number_of_chunks(rng: np.random.Generator) -> Question:
    """One of those in which PyTorch gives fewer than were asked for."""
    fewer = [(n, k) for n in range(5, 13) for k in range(3, n) if len(torch.zeros(n).chunk(k)) < k]
    n, k = fewer[int(rng.integers(len(fewer)))]
    size = -(-n // k)
    values = {"n": n, "asked": k, "size": size}
    return Question("chunks", f"len(torch.arange({n}).chunk({k}))", len(torch.zeros(n).chunk(k)), values, {k: "asked"})


def _halves(rng: np.random.Generator) -> Question:
    b, d = _different(rng, 2, 8, 2)
    x = torch.zeros(b, 2 * d)
    code = f"h = torch.zeros({b}, {2 * d})\nmu, logvar = h.chunk(2, dim=1)\nmu.shape"
    return Question("halves", code, tuple(x.chunk(2, dim=1)[0].shape), {"b": b, "d": d, "twice": 2 * d})


def _view(rng: np.random.Generator) -> Question:
    a, b = _different(rng, 2, 6, 2)
    k = int(rng.choice([one for one in range(2, a * b) if a * b % one == 0 and one not in (a, b)] or [a]))
    code = f"x = torch.zeros({a}, {b})\nx.view(-1, {k}).shape"
    answer = tuple(torch.zeros(a, b).view(-1, k).shape)
    return Question("view", code, answer, {"all": a * b, "k": k, "first": answer[0]})


def _flat(rng: np.random.Generator) -> Question:
    b = int(rng.choice([4, 8, 16, 32, 64]))
    side = int(rng.choice([7, 14, 28]))
    answer = tuple(torch.zeros(b, 1, side, side).view(b, -1).shape)
    code = f"x = torch.zeros({b}, 1, {side}, {side})\nx.view({b}, -1).shape"
    return Question("flat", code, answer, {"b": b, "side": side, "pixels": side * side})


def _gathered(rng: np.random.Generator) -> Question:
    steps, b = _different(rng, 2, 9, 2)
    answer = tuple(torch.zeros(steps).gather(-1, torch.zeros(b, dtype=torch.long)).shape)
    code = f"alpha_bar.shape == ({steps},)\nt.shape == ({b},)\nalpha_bar.gather(-1, t).shape"
    return Question("gathered", code, answer, {"steps": steps, "b": b})


def _broadcast(rng: np.random.Generator) -> Question:
    b = int(rng.integers(2, 10))
    factor = torch.zeros(5).gather(-1, torch.zeros(b, dtype=torch.long)).view(b, 1, 1, 1)
    answer = tuple((factor * torch.zeros(b, 3, 32, 32)).shape)
    code = f"x.shape == ({b}, 3, 32, 32)\nt.shape == ({b},)\n(alpha_bar.gather(-1, t).view({b}, 1, 1, 1) * x).shape"
    return Question("broadcast", code, answer, {"b": b})


def _doubled(rng: np.random.Generator) -> Question:
    n = int(rng.integers(2, 6))
    items = [int(one) for one in rng.integers(0, 10, n)]
    code = f"def double(x: int) -> int:\n    return x * 2\n\nlen(double({items}))"
    return Question("doubled", code, len(items * 2), {"n": n}, {n: "multiplied"})


def _doubled_tensor(rng: np.random.Generator) -> Question:
    a, b = _different(rng, 2, 6, 2)
    answer = tuple((torch.zeros(a, b) * 2).shape)
    code = f"def double(x: int) -> int:\n    return x * 2\n\ndouble(torch.zeros({a}, {b})).shape"
    return Question("doubled-tensor", code, answer, {"a": a, "b": b})


KINDS: dict[str, tuple[Callable[[np.random.Generator], Question], ...]] = {
    "draws": (_mean,),
    "like": (_like,),
    "loader": (_batches, _last_batch),
    "ppf": (_grid,),
    "view": (_view, _flat),
    "chunk": (_number_of_chunks, _halves),
    "gather": (_gathered, _broadcast),
    "types": (_doubled, _doubled_tensor),
}
