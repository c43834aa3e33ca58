"""Read a picture from bytes that anybody may have sent: PNG or JPEG in, one grey uint8 array (H, W) out.

Nothing is believed: bytes and pixels are counted before pixels are decoded, only two formats are opened, and whatever
goes wrong inside the decoder comes out as a `Problem` that says what to do.
"""

from __future__ import annotations

import io
import math
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin

from genmodels.errors import Problem

MAX_BYTES = 10_000_000
MAX_PIXELS = 16_000_000
MAX_JPEG_PIXELS = 120_000_000  # of a JPEG that is scaled down while it is decoded, as what a phone takes
SCALED_SIDE = 2048  # such a JPEG keeps at least this on its longer side
MAX_METADATA = 1_000_000  # bytes of text and colour profile in a PNG, unpacked
MAX_SCANS = 200  # passes of a progressive JPEG; each costs time over all pixels, and ordinary files have about ten

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
SCAN = b"\xff\xda"  # begins one pass over a JPEG
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
OTHER_FORMATS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"SIMPLE  =", "FITS"),
    (b"8BPS", "PSD"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "GZIP"),
)


def decode(data: bytes) -> NDArray[np.uint8]:
    """Grey picture from the bytes of a PNG or JPEG file.

    Returns uint8 (H, W), 0 black and 255 white, upright by its EXIF orientation; transparent parts lie on white, or on
    black where white would hide the drawing; colour becomes luminance and 16 bits become 8.
    Raises Problem: empty-file, large-file, svg-file, heic-file, text-file, other-format, unknown-file, large-picture,
    picture-metadata, truncated-picture, damaged-picture.
    """
    if not data:
        raise Problem("empty-file", "The file is empty (0 bytes). Save the picture again and send that copy.")
    if len(data) > MAX_BYTES:
        sentence = "The file has {size} MB; at most {limit} MB are read. Save a smaller copy of the picture."
        raise Problem("large-file", sentence, size=math.ceil(len(data) / 1e5) / 10, limit=MAX_BYTES // 1_000_000)
    if not data.startswith((PNG, JPEG)):
        raise _wrong_format(data)
    try:
        return _pixels(data)
    except Problem:
        raise
    except Exception as error:  # decoders fail in many ways on hostile bytes; to the visitor all of them are one
        raise _broken(data) from error


def _pixels(data: bytes) -> NDArray[np.uint8]:
    """Decode a file that starts like a PNG or a JPEG; any exception may come out. Returns uint8 (H, W)."""
    image: Image.Image
    # The two classes are called directly: Image.open would warn about large pictures, which are refused here anyway.
    if data.startswith(PNG):
        _check_metadata(data)
        image = PngImagePlugin.PngImageFile(io.BytesIO(data))
    else:
        if data.count(SCAN) > MAX_SCANS:
            raise ValueError("too many scans")
        image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        _scale_down(image, data)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _large(width, height, MAX_PIXELS)
    image.load()
    return _upright(_grey(image), _orientation(image))


def _scale_down(image: JpegImagePlugin.JpegImageFile, data: bytes) -> None:
    """Have a large JPEG decoded at a half to an eighth of its size, which takes neither its memory nor its time.

    One in several scans is held whole all the same, and each scan goes over all of it.
    """
    width, height = image.size
    limit = MAX_JPEG_PIXELS if _in_one_scan(data) else MAX_JPEG_PIXELS // 4
    if width * height > min(limit, MAX_SCANS * MAX_PIXELS // max(1, data.count(SCAN))):
        raise _large(width, height, limit)
    if width * height > MAX_PIXELS:
        scale = SCALED_SIDE / max(width, height)
        image.draft("L", (math.ceil(scale * width), math.ceil(scale * height)))


def _in_one_scan(jpeg: bytes) -> bool:
    """Whether the first scan of a JPEG holds all of its colours at full precision: walk from marker to marker."""
    offset, colours = 2, 0
    while offset + 10 <= len(jpeg):
        marker, length = jpeg[offset + 1], int.from_bytes(jpeg[offset + 2 : offset + 4], "big")
        if marker in (0xC0, 0xC1):
            colours = jpeg[offset + 9]
        if marker == SCAN[1]:
            return jpeg[offset + 4] == colours
        offset += 2 + length
    return False


def _large(width: int, height: int, limit: int) -> Problem:
    """The problem of a picture with more pixels than are read."""
    sentence = (
        "The picture is {width} x {height} pixels; at most {limit} megapixels are read. Save a smaller copy of it."
    )
    return Problem("large-picture", sentence, width=width, height=height, limit=limit // 1_000_000)


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    """Luminance of a loaded picture in any mode that PNG and JPEG have. Returns uint8 (H, W)."""
    transparent = image.info.get("transparency")
    if image.mode.startswith("I"):  # 16-bit grey; Pillow's own conversion to 8 bits clips instead of scaling
        deep = np.asarray(image).astype(np.uint32)
        grey = ((deep + 128) // 257).clip(0, 255).astype(np.uint8)
        return _on_paper(grey, np.where(deep == transparent, 0, 255).astype(np.uint8)) if transparent else grey
    if image.mode in ("LA", "RGBA", "PA") or transparent is not None:
        both = np.asarray(image.convert("RGBA").convert("LA"))
        return _on_paper(both[..., 0], both[..., 1])
    colours = image.convert("RGB") if image.mode in ("P", "CMYK") else image
    return np.array(colours.convert("L"))


def _on_paper(grey: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay a partly transparent picture on white, or on black if white would hide what is drawn. uint8 (H, W)."""
    shade = grey.astype(np.uint16) * alpha // 255
    on_white = (shade + (255 - alpha)).astype(np.uint8)
    hidden = np.ptp(on_white) < 32 < np.ptp(shade)  # a white pen on transparent ground
    return shade.astype(np.uint8) if hidden else on_white


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it cannot be read, for the pixels are good all the same."""
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # broken EXIF raises anything from KeyError to struct.error
        return 1
    return value if value in range(1, 9) else 1


def _upright(grey: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Undo an EXIF orientation (1 to 8). Returns a contiguous uint8 (H, W) or (W, H)."""
    if orientation >= 5:
        grey = grey.T
    if orientation in (3, 4, 7, 8):
        grey = grey[::-1]
    if orientation in (2, 3, 6, 7):
        grey = grey[:, ::-1]
    return np.ascontiguousarray(grey)


def _check_metadata(png: bytes) -> None:
    """Raise Problem when the text and profile chunks of a PNG unpack to more than MAX_METADATA bytes."""
    offset, total = len(PNG), 0
    while offset + 8 <= len(png):
        length, kind = int.from_bytes(png[offset : offset + 4], "big"), png[offset + 4 : offset + 8]
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf"):
            total += _unpacked(kind, png[offset + 8 : offset + 8 + length])
        if total > MAX_METADATA:
            sentence = (
                "The picture carries more than {limit} MB of text beside its pixels. "
                "Take a screenshot of it and send that instead."
            )
            raise Problem("picture-metadata", sentence, limit=MAX_METADATA // 1_000_000)
        offset += 12 + length


def _unpacked(kind: bytes, body: bytes) -> int:
    """Bytes that one PNG text or profile chunk unpacks to, counted no further than MAX_METADATA + 1."""
    rest = body.partition(b"\0")[2]
    if kind in (b"zTXt", b"iCCP"):
        packed = rest[1:]
    elif kind == b"iTXt" and rest[:1] == b"\1":
        packed = rest[2:].split(b"\0", 2)[-1]
    else:
        return len(body)
    try:
        return len(zlib.decompressobj().decompress(packed, MAX_METADATA + 1))
    except zlib.error:
        return len(body)


def _broken(data: bytes) -> Problem:
    """The problem of a PNG or JPEG that does not decode: cut off, or damaged in the middle."""
    kind, end = ("PNG", b"IEND") if data.startswith(PNG) else ("JPEG", b"\xff\xd9")
    if end not in data:
        sentence = "The {kind} file breaks off before its end ({size} bytes arrived). Copy or download it again."
        return Problem("truncated-picture", sentence, kind=kind, size=len(data))
    sentence = "The {kind} file is damaged and cannot be read. Open it in a picture viewer and save it again as PNG."
    return Problem("damaged-picture", sentence, kind=kind)


def _wrong_format(data: bytes) -> Problem:
    """The problem of bytes that are neither PNG nor JPEG, named by what they look like."""
    head = data[:4096]
    letters = head.replace(b"\0", b"").lower()  # without the zeros UTF-16 reads like ASCII
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        sentence = (
            "This looks like a HEIC photo, as phones take them. "
            "Share or export it as JPEG, or take a screenshot, and send that."
        )
        return Problem("heic-file", sentence)
    kind = _format_name(data, letters)
    if kind is not None:
        sentence = "This looks like a file of type {kind}, whatever its name ends in. Save the picture as PNG or JPEG."
        return Problem("other-format", sentence, kind=kind)
    if b"<svg" in letters:
        return Problem("svg-file", "This looks like an SVG (a drawing in text form). Export it as PNG.")
    if not any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in letters):
        sentence = "This is a text file, not a picture, whatever its name ends in. Choose a PNG or JPEG picture."
        return Problem("text-file", sentence)
    sentence = "This file is neither a PNG nor a JPEG picture. Open it in a picture viewer and save it as PNG."
    return Problem("unknown-file", sentence)


def _format_name(data: bytes, letters: bytes) -> str | None:
    """Name of a known format other than PNG, JPEG, HEIC and SVG; None when the first bytes tell nothing."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp":
        return "AVIF" if data[8:12] in (b"avif", b"avis") else "MP4"
    if letters.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith((b"<!doctype html", b"<html")):
        return "HTML"
    return next((name for magic, name in OTHER_FORMATS if data.startswith(magic)), None)
