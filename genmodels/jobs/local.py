"""Jobs on this machine: one at a time per graphics card, or one on the processor. Nothing to set up, no port."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import psutil

from genmodels import settings
from genmodels.errors import Problem

TRAINER = (sys.executable, "-m", "genmodels.jobs.trainer")
ARGUMENTS_LIMIT = 100  # ms; it takes microseconds, and a runner that ends at once never shows them
_ROOT = Path(__file__).resolve().parent.parent.parent
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
        arguments = ["-m", "genmodels.jobs.runner", key, slot, str(attempt), *self._trainer]
        try:
            runner = subprocess.Popen(
                [sys.executable, *arguments],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None,  # the host's log; the trainer has a log of its own
                start_new_session=True,
            )
        except OSError as error:
            sentence = "The training could not be started ({reason}). Try again when fewer programs run."
            raise Problem("cannot-start", sentence, reason=error.strerror or "unknown") from error
        threading.Thread(target=runner.wait, daemon=True).start()  # so that no zombie stays when it ends
        handle = {"pid": runner.pid, "arguments": arguments}
        self._wait_for_arguments(handle)
        return handle

    def _wait_for_arguments(self, handle: dict[str, Any]) -> None:
        """A process has its number before it shows its arguments, and in between it would pass for a dead one."""
        for _ in range(ARGUMENTS_LIMIT):
            if self.alive(handle):
                return
            time.sleep(0.001)

    def alive(self, handle: dict[str, Any]) -> bool:
        """Whether that very process lives: its number may have been given to another one since.

        Its arguments tell: key and attempt are never started twice with one number. When it started would not do,
        for clocks are set anew.
        """
        pid, arguments = handle.get("pid"), handle.get("arguments")
        if not isinstance(pid, int) or pid < 1 or not arguments:
            return False
        try:
            return psutil.Process(pid).cmdline()[1:] == arguments
        except psutil.Error:  # there is none, or only its remains
            return False


def _environment() -> dict[str, str]:
    """The runner's, in which it finds this package: a checkout is on no path by itself."""
    if settings.is_installed():
        return dict(os.environ)
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path}
