"""The command line as a test calls it: in this process, by its exit code and its one line of complaint."""

from __future__ import annotations

import pytest

from genmodels.cli import main


def run(*arguments: str) -> int:
    """The exit code, argparse's own exits included."""
    try:
        return main(list(arguments))
    except SystemExit as stop:
        return int(stop.code or 0)


def error_of(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr; progress bars before it are overwritten in place and do not count."""
    lines = [
        line for line in capsys.readouterr().err.replace("\r", "\n").splitlines() if line.startswith("genmodels: ")
    ]
    assert len(lines) == 1
    return lines[0]
