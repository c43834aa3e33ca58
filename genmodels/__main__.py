"""The command line: python -m genmodels list | train | sample | evaluate | jobs | cancel | prune."""

from __future__ import annotations

import sys

from genmodels.cli import main

if __name__ == "__main__":
    sys.exit(main())
