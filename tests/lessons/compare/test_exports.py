"""What is taken along: the numbers are those of the records, the picture shows the digits."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PIL import Image

from genmodels.evaluation.comparison import LARGE, SMALL, Nats
from lessons.compare import exports
from lessons.compare.exports import DIGIT, GAP, MARGIN, NAME
from tests.lessons.compare.records import row


def test_the_table_holds_the_records() -> None:
    rows = [
        row("gan", times=2.0, nats=Nats("none")),
        row("pixelcnn", times=3.0, nats=Nats("exact", 81.5, 0.1, 10_000), accuracy=0.9, per_label=(0.5,) * 10),
        row("own", kind="own", n=SMALL),
    ]
    read = list(csv.DictReader(io.StringIO(exports.as_csv(rows).decode("utf-8"))))
    assert [one["name"] for one in read] == ["gan", "pixelcnn", "own"]
    for line, shown in zip(read, rows, strict=True):
        record = shown.record
        assert record is not None and int(line["n"]) == record.n
        for number, judge in enumerate(record.judges, 1):
            for n in (SMALL, LARGE):
                told = line[f"frechet_judge{number}_n{n}"]
                assert (float(told) if told else None) == judge.frechet.get(n)
        assert float(line["coverage"]) == record.neighbours.coverage
        assert (float(line["nats"]) if line["nats"] else None) == record.nats.mean
        assert line["nats_kind"] == record.nats.kind
        assert (float(line["accuracy_judge1"]) if line["accuracy_judge1"] else None) == record.judges[0].accuracy
    assert all(head.isascii() and head.islower() for head in read[0])


def test_what_has_not_been_measured_has_no_line() -> None:
    assert exports.as_csv([]) == b""


@pytest.mark.parametrize("names", [["GAN", "A rather long name"], ["扩散", "二维"]])
def test_the_picture_opens_and_shows_the_digits(names: list[str]) -> None:
    rows = [row("gan"), row("vae")]
    picture = Image.open(io.BytesIO(exports.as_png(rows, names, ["1.00 ×", "≤ 84.2"], ["gan", "vae"])))
    pixels = np.asarray(picture.convert("L"), float)
    assert picture.format == "PNG" and pixels.shape[0] == 2 * MARGIN + 2 * (DIGIT + GAP)
    first = pixels[MARGIN : MARGIN + DIGIT, MARGIN + NAME : MARGIN + NAME + DIGIT]
    drawn = rows[0].drawn
    assert drawn is not None
    small = np.asarray(Image.fromarray(first.astype(np.uint8)).resize((28, 28), Image.Resampling.BOX), float)
    assert np.corrcoef(small.ravel(), 255.0 - drawn[0].ravel())[0, 1] > 0.9
    assert (pixels[MARGIN : MARGIN + DIGIT, :NAME] < 128).any(), "its name"
    assert (pixels[MARGIN : MARGIN + DIGIT, -100:] < 128).any(), "its number"


def test_without_a_font_for_chinese_the_plain_names_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FONTS", ())
    rows = [row("gan")]
    told = [exports.as_png(rows, [name], ["1"], ["gan"]) for name in ("扩散", "gan")]
    assert told[0] == told[1]
