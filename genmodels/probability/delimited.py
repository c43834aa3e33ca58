"""Square tables in text files as spreadsheets, R, pandas, numpy and people write them: their text, cells and names.

What a file does not say is not made up: the shape decides what are names, and an encoding that was guessed is told.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence

from genmodels.errors import Problem
from genmodels.probability import checks

Grid = list[list[str]]

ENCODINGS = ("cp1252", "cp1250", "cp1251", "mac_roman", "gb18030", "big5", "shift_jis", "euc_kr")
"""Those without a mark of their own that programs still write."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .ods and .numbers; .xls
_COMMENT = re.compile(r'\s*"?(#|%|//|sep=)', re.I)  # "sep=;" is written for one spreadsheet program
_LONG_DECIMAL = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+([eE][+-]?[0-9]+)?")


# --- the text


def text_of(data: bytes, encoding: str = "") -> tuple[str, str]:
    """A file's text, and the encoding of ENCODINGS that was guessed; "" where the file shows it, or it was given.

    Raises Problem for what is no text.
    """
    shown = encoding or _shown(data)
    guessed = "" if shown else _guessed(data)
    text = data.decode(shown or guessed, errors="replace")
    if any(character < " " and character not in "\t\r\n" for character in text):
        raise Problem("chain-file-text", "This file is no text; save the table as CSV in UTF-8.")
    return text, guessed


def refuse_spreadsheets(data: bytes) -> None:
    """Raises Problem for the own format of a spreadsheet program, which is an archive."""
    if data.startswith(_ARCHIVES):
        sentence = (
            "This is a spreadsheet in its program's own format; open it there, choose “Save as” and “CSV UTF-8”, "
            "and give that file."
        )
        raise Problem("chain-file-spreadsheet", sentence)


def _shown(data: bytes) -> str:
    """The encoding that a file has beyond doubt, or "" """
    if mark := next((mark for mark in _MARKS if data.startswith(mark)), None):
        return _MARKS[mark]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if 3 * data[first::2].count(0) > len(data):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "utf-8"


def _guessed(data: bytes) -> str:
    """The likeliest of ENCODINGS. A few names are too short for frequencies: first comes what can be told of them."""
    if _is_common_chinese(data):
        return "gb18030"
    western = data.decode("cp1252", errors="replace")
    accents = [sign for sign in western if sign > "\x7f"]
    if all(map(str.isalpha, accents)) and 2 * len(accents) <= sum(map(str.isalpha, western)):
        return "cp1252"
    from charset_normalizer import from_bytes  # seldom needed

    best = from_bytes(data, cp_isolation=list(ENCODINGS)).best()
    return best.encoding if best and best.encoding in ENCODINGS else ENCODINGS[0]


def _is_common_chinese(data: bytes) -> bool:
    """Whether these are pairs of bytes as GB 2312 has them, most of them among its 3755 most common characters."""
    try:
        signs = [sign.encode("gb2312") for sign in data.decode("gb2312") if sign > "\x7f"]
    except UnicodeDecodeError:
        return False
    common = sum(0xB0 <= sign[0] <= 0xD7 for sign in signs)
    return 2 * common > sum(sign[0] >= 0xB0 for sign in signs)


# --- the cells


def grids(text: str) -> Iterator[Grid]:
    """The cells of a text, once for each sign that may stand between them, the likeliest first.

    csv.Sniffer would take the decimal comma of "0,9;0,1" for that sign.
    """
    for mark in "\t;|,":
        if mark in text:
            yield _trimmed(list(csv.reader(_lines(text, mark), delimiter=mark, skipinitialspace=True)))
    yield _trimmed([next(csv.reader([" ".join(line.split())], delimiter=" "), []) for line in _lines(text, " ")])


def _lines(text: str, mark: str) -> list[str]:
    """All but comments and ruled lines; names may begin with # if all do."""
    lines = []
    for line in text.splitlines():
        if not any(map(str.isalnum, line)):
            continue
        cells = line.split(mark)
        if not _COMMENT.match(line) or (len(cells) > 1 and all(cell.strip(' "').startswith("#") for cell in cells)):
            lines.append(line)
    return lines


def _trimmed(rows: Grid) -> Grid:
    """Without empty rows and empty columns at the sides, and without a title above."""
    rows = [[_held(" ".join(cell.split())) for cell in row] for row in rows if any(map(str.strip, row))]
    while len(rows) > 1 and _is_title(rows[0]) and max(sum(map(bool, row)) for row in rows[1:]) > 1:
        rows = rows[1:]
    if len(rows) > 1 and _lacks_its_corner(rows):
        rows[0] = ["", *rows[0]]
    used = [j for row in rows for j, cell in enumerate(row) if cell]
    if not used:
        return []
    first, last = min(used), max(used) + 1
    return [row[first:last] for row in rows]


def _is_title(row: Sequence[str]) -> bool:
    told = [cell for cell in row if cell]
    return len(told) == 1 and not is_number(told[0])


def _lacks_its_corner(rows: Grid) -> bool:
    """Whether the names above are one fewer than the cells of every row, as R leaves out the corner."""
    widths = {len(row) for row in rows[1:]}
    return widths == {len(rows[0]) + 1} and not any(map(is_number, rows[0])) and all(row[-1] for row in rows[1:])


def _held(cell: str) -> str:
    """A decimal of more digits than are read as the float that it rounds to."""
    long = len(cell) > checks.LONGEST and _LONG_DECIMAL.fullmatch(cell)
    return repr(float(cell.replace(",", "."))) if long else cell


def is_number(cell: str) -> bool:
    """Whether a cell is meant for a number."""
    try:
        checks.fraction(cell, "entry")
    except Problem:
        return cell.lower().strip("+-") in {"nan", "inf", "infinity"}  # no name of a state
    return True


# --- the names


def named(grid: Grid) -> tuple[list[str], Grid]:
    """The names beside or above a table, none where there are none, and its cells; rows and columns in one order.

    Raises Problem where rows and columns are not called the same.
    """
    above, beside = _names_above(grid), _names_beside(grid)
    head = grid[0][beside:] if above else []
    side = [row[0] for row in grid[above:]] if beside else []
    cells = [row[beside:] for row in grid[above:]]
    if head and side and not any(map(is_number, head)) and not any(map(is_number, side)):
        if sorted(head) != sorted(side):
            sentence = "The rows are called {rows} and the columns {columns}; call both the same."
            raise Problem("chain-file-names", sentence, rows=", ".join(side), columns=", ".join(head))
        if len(set(head)) == len(head) and all(len(row) == len(head) for row in cells):
            cells = [[row[head.index(name)] for name in side] for row in cells]
        head = side
    counted = all(map(is_number, head)) and side
    return (side if counted else head) or side, cells


def _names_above(grid: Grid) -> bool:
    """Whether the first row are names: it holds no numbers, or the table has a row too many without it."""
    if not grid:
        return False
    if not any(map(is_number, grid[0])):
        return any(grid[0])
    height, width = len(grid), len(grid[0])
    if height == width + 1:
        return not all(_is_word(row[0]) for row in grid[1:])
    corner = not is_number(grid[0][0])
    return height == width and height > 2 and corner and grid[0][1:] == [row[0] for row in grid[1:]]


def _names_beside(grid: Grid) -> bool:
    """Whether the first column are names: words, or numbers that only count, and the table has a column too many."""
    height, width = len(grid), len(grid[0]) if grid else 0
    above = _names_above(grid)
    side = [row[0] for row in grid[above:]]
    if width < 2 or not side:
        return False
    if all(map(_is_word, side)):
        return True
    if width != height - above + 1:
        return False
    counts = any(side == [str(i + first) for i in range(len(side))] for first in (0, 1))
    if above and (side == grid[0][1:] or (counts and not grid[0][0])):
        return True
    return counts and side[-1] not in ("0", "1")  # which might be probabilities


def _is_word(cell: str) -> bool:
    return bool(cell) and not is_number(cell)
