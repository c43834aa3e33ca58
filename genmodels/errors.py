"""Errors meant for people: a sentence that names the value and the remedy, and a code to translate it by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Problem(ValueError):
    """Something the user gave cannot be used; `str(problem)` is a whole sentence fit to be shown.

    `code` names the kind of problem for ever, and `values` holds what the sentence quotes, so that a page can say the
    same in another language: `ui/words/<language>.toml`, section `[problem]`.
    """

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.code = code
        self.values = values

    @classmethod
    def recalled(cls, code: str, sentence: str, values: Mapping[str, object]) -> Self:
        """A problem as it was written down before: `sentence` is whole already."""
        problem = cls.__new__(cls, sentence)
        problem.code, problem.values = code, dict(values)
        return problem
