"""Files that visitors send and that must be refused, or read, in a sentence: name -> bytes.

Used by the unit tests of `genmodels.data.pictures` and by the browser tests, which upload the same bytes.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Grey = NDArray[np.uint8]


def drawing(width: int = 200, height: int = 240, shapes: tuple[str, ...] = ("7",)) -> Image.Image:
    """Black strokes on white: "7" in the middle, or "left" and "right" for two digits side by side. Mode L."""
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    x, y = width / 200, height / 240
    if "7" in shapes:
        pen.line([(60 * x, 60 * y), (140 * x, 60 * y), (90 * x, 180 * y)], fill=0, width=16, joint="curve")
    if "left" in shapes:
        pen.line([(55 * x, 60 * y), (45 * x, 180 * y)], fill=0, width=14)
    if "right" in shapes:
        pen.ellipse([105 * x, 60 * y, 165 * x, 180 * y], outline=0, width=14)
    return picture


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Bytes of a PNG or JPEG file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def colour_photo(side: int = 320) -> bytes:
    """JPEG of a made-up landscape: a sky that changes, a sun, a hill, trees, grain everywhere."""
    rng = np.random.default_rng(0)
    row, col = np.mgrid[:side, :side] / side
    scene = np.stack([0.9 - 0.6 * row, 0.7 - 0.3 * row + 0.2 * col, 0.4 + 0.5 * (1 - row)], axis=-1)
    scene[row > 0.55 + 0.1 * np.sin(7 * col)] *= [0.3, 0.7, 0.2]
    scene[np.hypot(row - 0.2, col - 0.7) < 0.08] = [1.0, 0.95, 0.6]
    for place in rng.uniform(0, 1, 12):
        scene[(abs(col - place) < 0.015) & (row > 0.5)] = [0.25, 0.15, 0.1]
    scene += rng.normal(0, 0.05, scene.shape)
    return encoded(Image.fromarray((255 * scene.clip(0, 1)).astype(np.uint8)), "JPEG", quality=85)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(side: int = 12_000) -> bytes:
    """PNG of side x side black pixels, one bit each: about 17 kB that decode to 144 megapixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def png_with_chunk(kind: bytes, body: bytes) -> bytes:
    """PNG of a 7 with one more chunk right after its header."""
    png = encoded(drawing())
    return png[:33] + chunk(kind, body) + png[33:]


def rotated(orientation: int) -> bytes:
    """JPEG of a 7 that stands upright only when its EXIF orientation (1 to 8) is applied."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    picture = drawing()
    if orientation in undo:
        picture = picture.transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(picture, "JPEG", quality=95, exif=exif.tobytes())


def large_jpeg(width: int, height: int, **options: object) -> bytes:
    """JPEG of a 7 with that many pixels."""
    return encoded(drawing().resize((width, height)), "JPEG", quality=30, **options)


def dot() -> Image.Image:
    """One dot of a pen on white paper."""
    picture = Image.new("L", (200, 240), 255)
    ImageDraw.Draw(picture).ellipse([90, 110, 108, 128], fill=0)
    return picture


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><path d="M6 6h8l-5 12"/></svg>\n'
HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(200)
TEXT = b"This is a letter to my teacher about the digit seven.\n" * 4

REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "blank.png": ("blank-picture", lambda: encoded(Image.new("L", (200, 200), 255))),
    "nearly_uniform.jpg": ("blank-picture", lambda: encoded(Image.new("L", (90, 80), 131), "JPEG", quality=20)),
    "one_pixel.png": ("blank-picture", lambda: encoded(Image.new("L", (1, 1), 0))),
    "several_digits.png": ("several-digits", lambda: encoded(drawing(shapes=("left", "right")))),
    "two_rows.png": (
        "several-digits",
        lambda: encoded(Image.fromarray(np.vstack([np.asarray(drawing()), np.asarray(drawing())]))),
    ),
    "dot.png": ("only-a-dot", lambda: encoded(dot())),
    "colour_photo.jpg": ("busy-picture", colour_photo),
    "empty.png": ("empty-file", lambda: b""),
    "drawing.svg": ("svg-file", lambda: SVG),
    "svg_called.png": ("svg-file", lambda: b"\xef\xbb\xbf" + SVG),
    "photo.heic": ("heic-file", lambda: HEIC),
    "text.png": ("text-file", lambda: TEXT),
    "animation.png": ("other-format", lambda: b"GIF89a\1\0\1\0\0\0\0;"),
    "sky.png": ("other-format", lambda: b"SIMPLE  =                    T".ljust(2880)),
    "figure.png": ("other-format", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
    "web.jpg": ("other-format", lambda: b"RIFF\x24\0\0\0WEBPVP8 " + bytes(24)),
    "page.png": ("other-format", lambda: b"<!DOCTYPE html><html><body><svg></svg></body></html>"),
    "noise.png": ("unknown-file", lambda: bytes(range(256)) * 8),
    "huge_12000.png": ("large-picture", huge_png),
    "huge_scans.jpg": ("large-picture", partial(large_jpeg, 8000, 6000, progressive=True)),
    "large_file.png": ("large-file", lambda: encoded(drawing()) + bytes(10_000_000)),
    "truncated.png": ("truncated-picture", lambda: encoded(drawing())[:-200]),
    "truncated.jpg": ("truncated-picture", lambda: encoded(drawing(), "JPEG")[:-900]),
    "damaged.png": ("damaged-picture", lambda: encoded(drawing()).replace(b"IDAT", b"IDOT", 1)),
    "long_text.png": ("picture-metadata", lambda: png_with_chunk(b"tEXt", b"Comment\0" + b"seven " * 400_000)),
    "packed_text.png": (
        "picture-metadata",
        lambda: png_with_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9)),
    ),
}


def _half_transparent() -> Image.Image:
    """A black 7 on fully transparent ground whose hidden colour is black too."""
    return Image.merge("LA", [Image.new("L", (200, 240), 0), drawing().point(lambda value: 255 - value)])


def _deep(picture: Image.Image) -> Image.Image:
    """The same picture with 16 bits, its values between 8000 and 57000 of 65535."""
    return Image.fromarray((np.asarray(picture).astype(np.uint32) * 192 + 8000).astype(np.uint16))


GOOD: dict[str, Callable[[], bytes]] = {
    "grey.png": lambda: encoded(drawing()),
    "grey.jpg": lambda: encoded(drawing(), "JPEG", quality=90),
    "rgb.png": lambda: encoded(drawing().convert("RGB")),
    "one_bit.png": lambda: encoded(drawing().convert("1")),
    "palette.png": lambda: encoded(drawing().convert("P")),
    "transparent_palette.png": lambda: encoded(drawing().convert("P"), transparency=255),
    "rgba.png": lambda: encoded(_half_transparent().convert("RGBA")),
    "grey_alpha.png": lambda: encoded(_half_transparent()),
    "white_on_transparent.png": lambda: encoded(
        Image.merge("LA", [Image.new("L", (200, 240), 255), drawing().point(lambda value: 255 - value)])
    ),
    "sixteen_bits.png": lambda: encoded(_deep(drawing())),
    "white_on_black.png": lambda: encoded(drawing().point(lambda value: 255 - value)),
    "cmyk.jpg": lambda: encoded(drawing().convert("CMYK"), "JPEG", quality=90),
    **{f"rotated_{value}.jpg": partial(rotated, value) for value in range(1, 9)},
}


def bad_pictures() -> dict[str, bytes]:
    """Every file that must be refused, by name; its Problem code is `REFUSED[name][0]`."""
    return {name: make() for name, (_, make) in REFUSED.items()}


def good_pictures() -> dict[str, bytes]:
    """The same 7 in every kind of file that must be read."""
    return {name: make() for name, make in GOOD.items()}
