"""The command line: python -m genmodels list | train | sample | evaluate | jobs | cancel | prune.

Keeps to what every Python from 3.7 on understands: to say that it is the wrong one is part of the work.
"""

from __future__ import annotations

import os
import sys

OLDEST = (3, 11)
FOLDER = os.path.dirname(os.path.abspath(__file__))


def main() -> int:
    """Run the command and return its exit code; 1 and a line that says what to do where this Python cannot."""
    if sys.version_info[:2] < OLDEST:
        return _refuse(f"is {sys.version_info[0]}.{sys.version_info[1]}, and genmodels needs 3.11 or newer")
    try:
        from genmodels import cli

        return cli.main()
    except ModuleNotFoundError as missing:
        if not missing.name or missing.name.split(".")[0] == "genmodels":
            raise  # a mistake of ours
        return _refuse(f"has no {missing.name}")


def _refuse(why: str) -> int:
    root = os.path.dirname(FOLDER)
    if os.path.isfile(os.path.join(root, "pyproject.toml")):
        own = os.path.join(root, ".venv", "bin", "genmodels")
        remedy = f"Use the course's own, {own}, which make run brings; or install the package: pip install {root}"
    else:
        remedy = "Install the package genmodels once more, into a Python from 3.11 on."
    print(f"genmodels: this Python, {sys.executable}, {why}. {remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
