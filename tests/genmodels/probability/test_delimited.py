"""Tables as spreadsheets, R, pandas, numpy, MATLAB and people write them; and what is said where one is none."""

from __future__ import annotations

import pytest

from genmodels.errors import Problem
from genmodels.probability import delimited, transitions

CELLS = (("0.9", "0.1"), ("0.4", "0.6"))
NAMED = [
    ",sun,rain\nsun,0.9,0.1\nrain,0.4,0.6\n",  # pandas
    ",sun,rain\n0,0.9,0.1\n1,0.4,0.6\n",  # pandas, rows counted
    "sun,rain\n0.9,0.1\n0.4,0.6\n",
    "sun\train\n0,9\t0,1\n0,4\t0,6\n",
    "\tsun\train\nsun\t0,9\t0,1\nrain\t0,4\t0,6\n",
    '"sun" "rain"\n"sun" 0.9 0.1\n"rain" 0.4 0.6\n',  # R: write.table leaves out the corner
    '"","sun","rain"\n"sun",0.9,0.1\n"rain",0.4,0.6\n',  # R: write.csv
    '"";"sun";"rain"\n"sun";0,9;0,1\n"rain";0,4;0,6\n',  # R: write.csv2
    ",sun,rain,\nsun,0.9,0.1,\nrain,0.4,0.6,\n,,,\n",
    "sun;rain\n90,0 %;10 %\n40%;60 %",
    "# weather, Berlin\nsun,rain\n0.9,0.1\n0.4,0.6",
    "Weather in Berlin,,\n,sun,rain\nsun,0.9,0.1\nrain,0.4,0.6",
    ",to,\n,sun,rain\nsun,0.9,0.1\nrain,0.4,0.6",
    "from/to,sun,rain\nsun,0.9,0.1\nrain,0.4,0.6",
    "from/to,sun,rain\n1,0.9,0.1\n2,0.4,0.6",
    ",rain,sun\nsun,0.1,0.9\nrain,0.6,0.4",  # the columns in another order
    "| sun | rain |\n|-----|:-----|\n| 0.9 | 0.1 |\n| 0.4 | 0.6 |",
    "sun,rain\r０．９,0.1\r0.4,0.6\r",
]
UNNAMED = [
    "0.9,0.1\n0.4,0.6",
    "0,9\t0,1\n0,4\t0,6",
    "0,9 0,1\n0,4 0,6",
    "0.9, 0.1\n0.4, 0.6",
    "0.9|0.1\n0.4|0.6",
    '"0,9","0,1"\n"0,4","0,6"',
    "0.9,0.1,\n0.4,0.6\n,,\n",
    "90%,10%\n40 %,60 %\n",
    "sep=;\n0,9;0,1\n0,4;0,6",
    "# a comment\n0.9,0.1\n0.4,0.6",
    "A title\n0.9,0.1\n0.4,0.6",
    "% MATLAB\n   0.9   0.1\n   0.4   0.6",
    "# numpy\n9.000000000000000222e-01 1.000000000000000056e-01\n4.000000000000000222e-01 5.999999999999999778e-01\n",
    "1,2\n0.9,0.1\n0.4,0.6",
    ",1,2\n1,0.9,0.1\n2,0.4,0.6",
]


def test_the_commonest_exports_are_read() -> None:
    for text in NAMED:
        assert transitions.read_csv(text.encode()) == (("sun", "rain"), CELLS), text
    for text in UNNAMED:
        assert transitions.read_csv(text.encode()) == (("1", "2"), CELLS), text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("0,1\n0.9,0.1\n0.4,0.6", ("0", "1")),
        (",2020,2021\n2020,0.9,0.1\n2021,0.4,0.6", ("2020", "2021")),
        ("#1,#2\n0.9,0.1\n0.4,0.6", ("#1", "#2")),
        ('"a;b","c, d"\n0.9,0.1\n0.4,0.6', ("a b", "c d")),
        ("sun,\n0.9,0.1\n0.4,0.6\n", ("1", "2")),
    ],
)
def test_other_names(text: str, names: tuple[str, ...]) -> None:
    assert transitions.read_csv(text) == (names, CELLS)


def test_all_digits_are_kept() -> None:
    long = "0.333333333333333314829616256247390992939472198486328125"
    written = {
        "0.000000000000001234": "0.000000000000001234",
        "0.12345678901": "0.12345678901",
        "1e-300": "1e-300",
        "33.3333333 %": "0.333333333",
        "0,3333333333333333": "1/3",  # all digits of the float
        long: "1/3",
    }
    for given, kept in written.items():
        assert transitions.read_csv(f"0;1\n{given};0.5")[1][1][0] == kept
    tiny = transitions.normalised([["2", "0.000000000000001234"], ["0", "1"]])
    assert tiny[0][1] == "0.000000000000000617", "a way that is seldom taken is still there"


ENCODED = [
    *(("Größe,Süß", "cp1252"), ("été,hiver", "cp1252"), ("Sonne,Schnee,Föhn", "cp1252"), ("São,não", "cp1252")),
    *(("晴,雨", "gb18030"), ("汉堡,披萨,热狗", "gb18030"), ("晴,雾,霾", "gb18030"), ("Солнце,Дождь", "cp1251")),
]
AMBIGUOUS = [("漢堡,披薩", "big5"), ("晴れ,雨", "shift_jis"), ("맑음,비", "euc_kr"), ("słońce,ż", "cp1250")]


def table(names: str) -> str:
    number = names.count(",") + 1
    return "\n".join([names, *[",".join(["1"] + ["0"] * (number - 1))] * number])


def test_the_letters_of_names() -> None:
    for names, encoding in ENCODED:
        data = table(names).encode(encoding)
        assert ",".join(transitions.read_csv(data)[0]) == names
        assert delimited.text_of(data)[1] == encoding, "a guess is told"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        data = table("Größe,晴").encode(encoding)
        assert transitions.read_csv(data)[0] == ("Größe", "晴")
        assert delimited.text_of(data)[1] == "", "nothing was guessed"
    for names, encoding in (
        ("漢堡,披薩", "big5"),
        ("晴れ,雨", "shift_jis"),
        ("맑음,비", "euc_kr"),
        ("słońce,ż", "cp1250"),
    ):
        data = table(names).encode(encoding)
        assert delimited.text_of(data)[1], "whatever was guessed, it is told"
        assert ",".join(transitions.read_csv(data, encoding)[0]) == names, "and another one can be chosen"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("0.9,\n0.4,0.6", "chain-blank", ["Row 1, column 2", "0.25"]),
        ("sun,rain\n0.9,0.1\n,1", "chain-blank", ["Row 2, column 1"]),
        (",0.5,0.5\n0.2,0.3,0.5\n0.1,0.2,0.7", "chain-blank", ["Row 1, column 1"]),
        ("a,b,c\n1,0,0\n0,1,0", "chain-not-square", ["2 rows", "3 numbers"]),
        ("1,0\n1,0,0\n0,1,0", "chain-not-square", ["row 1 has"]),
        ("0,0.9,0.1\n1,0.4,0.6", "chain-not-square", ["2 rows"]),
        ("3. Jan,0.1\n0.4,0.6", "chain-entry", ["Row 1, column 1", "'3. Jan'", "1/4"]),
        ("0,9;x\n0,4;0,6", "chain-entry", ["Row 1, column 2", "'x'"]),
        ("1,0\nx;y,1", "chain-entry", ["Row 2, column 1", "'x;y'"]),
        (",a,b\nc,1,0\nd,0,1", "chain-file-names", ["c, d", "a, b", "the same"]),
        ("PK\x03\x04", "chain-file-spreadsheet", ["Save as", "CSV UTF-8"]),
    ],
)
def test_one_sentence_names_the_cell_and_the_remedy(text: str, code: str, said: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        transitions.read_csv(text.encode())
    assert caught.value.code == code
    assert all(part in str(caught.value) for part in said)
