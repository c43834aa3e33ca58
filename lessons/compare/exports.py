"""What can be taken along: all numbers as a table of commas, and the line-up as a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from genmodels.evaluation.comparison import BY_N, LARGE, SMALL, Compared
from lessons.compare.rows import SHOWN, Row

NEIGHBOURS = ("precision", "recall", "density", "coverage", "one_nn", "one_nn_real", "one_nn_drawn")
FONTS = ("NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "PingFang.ttc", "msyh.ttc")  # that know Chinese
DIGIT, GAP, MARGIN = 56, 6, 24  # pixels
NAME, NUMBER, SIZE = 220, 130, 20


def as_csv(rows: Sequence[Row]) -> bytes:
    """Everything that was measured, a line for each record, in UTF-8; the heads are plain English names."""
    lines = [_line(row.name, row.record) for row in rows if row.record is not None]
    file = io.StringIO()
    if lines:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return file.getvalue().encode()


def _line(name: str, record: Compared) -> dict[str, object]:
    line: dict[str, object] = {"name": name, "model": record.model, "pixels": record.pixels, "n": record.n}
    line |= {"options": " ".join(f"{option}={value}" for option, value in record.options.items())}
    for number, judge in enumerate(record.judges, 1):
        for n in (SMALL, LARGE):
            line |= {f"{what}_judge{number}_n{n}": getattr(judge, what).get(n, "") for what in BY_N}
        line[f"accuracy_judge{number}"] = "" if judge.accuracy is None else judge.accuracy
    line |= {f"accuracy_of_{digit}": share for digit, share in enumerate(record.judges[0].per_label or [""] * 10)}
    line |= {f"share_of_{digit}": share for digit, share in enumerate(record.judges[0].shares)}
    line |= {measure: getattr(record.neighbours, measure) for measure in NEIGHBOURS}
    line |= {"k": record.neighbours.k, "n_neighbours": record.neighbours.n}
    nats = record.nats
    line |= {"nats_kind": nats.kind, "nats": _given(nats.mean), "nats_standard_error": _given(nats.standard_error)}
    line |= {"negative_elbo": _given(nats.elbo), "nats_samples": nats.samples, "nats_images": nats.images}
    line |= {f"milliseconds_{n}": record.milliseconds.get(n, "") for n in (1, 64)}
    line |= {"device": record.device, "threads": record.threads, "parameters": record.parameters}
    line |= {f"training_{what}": record.trained.get(what, "") for what in ("seconds", "epochs", "device")}
    return {**line, "copied": record.copied, "apart": record.apart, "date": record.date, "weights": record.weights}


def _given(number: float | None) -> object:
    return "" if number is None else number


def as_png(rows: Sequence[Row], names: Sequence[str], numbers: Sequence[str], plain_names: Sequence[str]) -> bytes:
    """The rows that have digits, each with its name and number, black on white.

    `plain_names` are written where no font of this machine has the letters of `names`.
    """
    font, whole = _font("".join([*names, *numbers]))
    lines = [
        line for line in zip(rows, names if whole else plain_names, numbers, strict=True) if line[0].drawn is not None
    ]
    width = 2 * MARGIN + NAME + SHOWN * (DIGIT + GAP) + NUMBER
    canvas = Image.new("L", (width, 2 * MARGIN + max(1, len(lines)) * (DIGIT + GAP)), 255)
    pen = ImageDraw.Draw(canvas)
    for number, (row, name, told) in enumerate(lines):
        top = MARGIN + number * (DIGIT + GAP)
        pen.text((MARGIN, top + DIGIT // 2), name, 0, font, anchor="lm")
        for place in range(SHOWN):
            assert row.drawn is not None
            digit = Image.fromarray(255 - np.asarray(row.drawn[place])).resize((DIGIT, DIGIT), Image.Resampling.LANCZOS)
            canvas.paste(digit, (MARGIN + NAME + place * (DIGIT + GAP), top))
        pen.text((width - MARGIN, top + DIGIT // 2), told, 0, font, anchor="rm")
    file = io.BytesIO()
    canvas.save(file, "PNG")
    return file.getvalue()


def _font(text: str) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, bool]:
    """A font, and whether it has all the letters: Pillow's own knows no Chinese."""
    if text.isascii():
        return ImageFont.load_default(SIZE), True
    for name in FONTS:
        try:
            return ImageFont.truetype(name, SIZE), True
        except OSError:
            continue
    return ImageFont.load_default(SIZE), False
