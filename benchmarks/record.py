"""Writes what a benchmark measured, with what it was measured on, to benchmarks/results/<date>-<name>.json."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("torch", "streamlit", "numpy")


def write(name: str, result: dict[str, Any], **about: Any) -> Path:
    """Record `result`; `about` are settings that belong to it."""
    today = datetime.now(UTC).date().isoformat()
    record = {
        "date": today,
        "machine": f"{os.cpu_count()} cores, {_processor()}",
        "load average": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        **about,
        "result": result,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{today}-{name}.json"
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path)
    return path


def on_one_core(name: str, measures: Mapping[str, Callable[[], dict[str, Any]]], asked: Sequence[str]) -> None:
    """Run the measures that are asked for, or all, and record each as `<name>-<measure>`."""
    import torch

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for one in asked or measures:
        write(f"{name}-{one}", measures[one](), threads=1)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
