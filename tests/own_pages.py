"""The course with pages of a test's own in the place of some of its pages."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.browser import ROOT


def with_pages(root: Path, pages: Mapping[str, str]) -> Path:
    """Fill the folder `root`: what finds files from where it lies is copied, the rest are links."""
    for folder in ("frame", "ui", "lessons", "pages", ".streamlit"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for linked in ("genmodels", "checkpoints", "app.py"):
        (root / linked).symlink_to(ROOT / linked)
    for page, source in pages.items():
        (root / "pages" / f"{page}.py").write_text(source, encoding="utf-8")
    return root
