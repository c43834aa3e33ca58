"""Jobs on this machine: one at a time per graphics card, or one on the processor. Nothing to set up, no port."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil

from genmodels.errors import Problem

TRAINER = (sys.executable, "-m", "genmodels.jobs.trainer")
_ROOT = Path(__file__).resolve().parent.parent.parent
_SAME_START = 2.0  # seconds; the time of boot is told in whole ones, and no number is given anew so soon
_COUNT = "import torch; print(torch.cuda.device_count() if torch.cuda.is_available() else 0)"


class Local:
    """The adapter for one machine. `slots` as in the settings; `trainer` is the command that the runner starts."""

    def __init__(self, slots: str = "auto", trainer: Sequence[str] = TRAINER) -> None:
        self._slots, self._trainer = slots, list(trainer)

    def slots(self) -> tuple[str, ...]:
        """Every CUDA card, or else the processor; or what the settings name."""
        if self._slots == "auto":
            return self._found
        return tuple(dict.fromkeys(name.strip() for name in self._slots.split(",") if name.strip()))

    @cached_property
    def _found(self) -> tuple[str, ...]:
        """A card without a driver file is none; one with it is asked for in another process, which may bring torch."""
        if not list(Path("/dev").glob("nvidia[0-9]*")):
            return ("cpu",)
        asked = subprocess.run([sys.executable, "-c", _COUNT], capture_output=True, text=True, timeout=120)
        count = int(asked.stdout.strip() or 0) if asked.returncode == 0 else 0
        return tuple(f"cuda:{index}" for index in range(count)) or ("cpu",)

    def start(self, key: str, slot: str, attempt: int) -> dict[str, Any]:
        """Start the runner in a session of its own: it outlives this process."""
        command = [sys.executable, "-m", "genmodels.jobs.runner", key, slot, str(attempt), *self._trainer]
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        try:
            runner = subprocess.Popen(
                command,
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None,  # the host's log; the trainer has a log of its own
                start_new_session=True,
            )
        except OSError as error:
            sentence = "The training could not be started ({reason}). Try again when fewer programs run."
            raise Problem("cannot-start", sentence, reason=error.strerror or "unknown") from error
        threading.Thread(target=runner.wait, daemon=True).start()  # so that no zombie stays when it ends
        return {"pid": runner.pid, "started": _started(runner.pid), "boot": _boot()}

    def alive(self, handle: dict[str, Any]) -> bool:
        """Whether that very process lives: its number may have been given to another one since."""
        pid = handle.get("pid")
        if not isinstance(pid, int) or handle.get("boot") != _boot():
            return False
        started, noted = _started(pid), handle.get("started")
        return started is not None and isinstance(noted, int | float) and abs(started - noted) < _SAME_START


def _started(pid: int) -> float | None:
    """When a process started, in seconds since the machine did; None when there is none, or only its remains."""
    try:
        process = psutil.Process(pid)
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return None
        return round(process.create_time() - psutil.boot_time(), 2)  # a clock that is set anew moves both
    except psutil.Error:
        return None


def _boot() -> str:
    """What tells this run of the machine from the one before."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
