"""Real trainings that save without pause, each killed at a random moment: is what they leave always readable?

    python -m tests.genmodels.jobs.writer KILLS          (prints JSON; an AssertionError when something was lost)

The trainings are forked from one process that has imported torch, which costs milliseconds instead of seconds.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def killed(number: int) -> dict[str, int]:
    """Kill so many, in a process of its own; how many there were and what they were doing."""
    command = [sys.executable, "-m", "tests.genmodels.jobs.writer", str(number)]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    counts: dict[str, int] = json.loads(answer.stdout)
    return counts


def main(wanted: int) -> dict[str, int]:
    import torch

    from genmodels.data import mnist
    from genmodels.training import loop, recipes, run

    torch.set_num_threads(1)
    splits = mnist.load("test").subset(torch.arange(200)), mnist.load("test").subset(torch.arange(200, 250))
    loop.split = lambda recipe: splits
    run._SECONDS_BETWEEN_STATES = 0.0  # save at every step
    counts = {"kills": 0, "in the middle of a file": 0, "runs": 0, "finished": 0}
    chance = random.Random(12)
    while counts["kills"] < wanted:
        counts["runs"] += 1
        one = recipes.make("vae-mnist", seed=counts["runs"], epochs=40, hidden_dim=16, batch_size=20)
        _kill_until_finished(one, wanted, chance, counts)
    return counts


def _kill_until_finished(one: Any, wanted: int, chance: random.Random, counts: dict[str, int]) -> None:
    from genmodels.training import checkpoints, recipes

    key, reached, epochs = recipes.key(one), -1, 0
    folder = checkpoints.trained_folder(key)
    while counts["kills"] < wanted:
        was_killed = _kill(one, chance.uniform(0.0, 0.15))
        counts["kills"] += was_killed
        counts["in the middle of a file"] += len(list(folder.glob(".*.writing")))
        found = checkpoints.find(key, unfinished=True)
        assert found is not None and found.model("cpu"), "unreadable"
        assert not list(folder.glob("quarantine/card*")), "the card was damaged"
        step = newest(folder)
        assert found.finished or step >= reached, f"went back from {reached} to {step}"
        assert len(found.card["curve"]) >= epochs, "went back"
        reached, epochs = step, len(found.card["curve"])
        if found.finished:
            counts["finished"] += 1
            return


def _kill(one: Any, seconds: float) -> bool:
    """Whether the training was killed, so long after its first step, before it had ended."""
    from genmodels.training import run

    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        for _ in run.run(one, device="cpu"):
            os.write(write, b"x")
        os._exit(0)
    os.close(write)
    os.read(read, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    os.close(read)
    return os.WIFSIGNALED(status)


def newest(folder: Path) -> int:
    """The step of the newest whole state; -1 when there is none."""
    from genmodels import storage
    from genmodels.arrays import unpack

    steps = [-1]
    for path in folder.glob("state-*.safetensors"):
        try:
            payload, record = storage.verify(path)
            unpack(payload)
        except storage.Damaged:
            continue
        steps.append(int(record["step"]))
    return max(steps)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
