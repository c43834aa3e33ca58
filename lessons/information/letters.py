"""A text that somebody types, its characters and their code."""

from __future__ import annotations

import unicodedata

from genmodels.probability import information
from ui.text import Text, literal
from ui.widgets import require_short

MOST_CHARACTERS = 500
_SIGNS = {" ": "␣", "\n": "↵", "\r\n": "↵", "\t": "⇥"}
_JOINED = range(0xFE00, 0xFE10)  # variation selectors, which choose between two looks of the character before


def characters(text: str) -> list[str]:
    """What a reader counts as one: a family that several code points join, a letter with the accents on it.

    Spellings that Unicode holds for the same are the same.
    """
    import regex  # takes longer to load than the rest of the page needs

    found: list[str] = regex.findall(r"\X", unicodedata.normalize("NFC", text))
    return found


def visible(character: str) -> str:
    """A character as a table shows it: blanks as signs, what cannot be seen by its number in Unicode."""
    if character in _SIGNS:
        return _SIGNS[character]
    hidden = [one for one in character if unicodedata.category(one)[0] in "CZ" or ord(one) in _JOINED]
    picture = any(unicodedata.category(one) == "So" for one in character)  # what is hidden in an emoji makes it
    numbers = [] if picture else [f"U+{ord(one):04X}" for one in hidden]
    seen = "".join(one for one in character if picture or one not in hidden)
    return " ".join([*([f"◌{seen}" if unicodedata.combining(seen[0]) else seen] if seen else []), *numbers])


class Typed:
    """A typed text, its characters and their code. Raises Problem where there are none, or too many."""

    def __init__(self, written: str) -> None:
        letters = characters(written) if len(written) <= 10 * MOST_CHARACTERS else list(written)
        require_short(len(letters), MOST_CHARACTERS)
        self.shares = information.letter_shares(letters)
        p = list(self.shares.values())
        self.codes = information.huffman_code(p)
        self.entropy, self.length = information.entropy(p), information.mean_length(p, self.codes)
        self.num_letters, self.num_bits = len(letters), 8 * len(written.encode())

    def result(self, text: Text) -> str:
        """The two numbers side by side, and what they come to for the whole text."""
        if len(self.shares) == 1:
            return text("typed-one")
        sizes = {"bits": round(self.length * self.num_letters), "utf8": self.num_bits}
        numbers = {"entropy": f"{self.entropy:.4f}", "length": f"{self.length:.4f}"}
        return f"{text('typed-result', **numbers)}\n\n{text('typed-all', **sizes)}"

    def table(self, most: int) -> list[tuple[str, str, str, str, str]]:
        """The most frequent ones: character, how often, its information, its code, the code's length."""
        rows = zip(self.shares.items(), self.codes, strict=True)
        return [
            (
                literal(visible(letter)),
                str(round(share * self.num_letters)),
                f"{information.information_content(share):.3f}",
                code or "",
                str(len(code or "")),
            )
            for (letter, share), code in list(rows)[:most]
        ]
