"""Trains a judge of drawn digits anew: python -m tools.train_judge [first | second].

Its hash in genmodels/evaluation/judges.py changes then, and no number of it measured before can be compared any more.
"""

from __future__ import annotations

import hashlib
import sys

import torch
import torch.nn.functional as F

from genmodels import storage
from genmodels.arrays import pack
from genmodels.data import mnist
from genmodels.evaluation import judges
from genmodels.evaluation.judge import Judge
from genmodels.evaluation.judges import FIRST, JUDGES

EPOCHS, BATCH, RATE, SHIFT = 4, 256, 3e-3, 1


def main(name: str = FIRST) -> None:
    """Adam with one cycle of the learning rate, the digits shifted by up to a pixel; the test set is only looked at.

    All that is random follows from the seed of the judge.
    """
    generator = torch.Generator().manual_seed(JUDGES[name].seed)
    model = Judge(JUDGES[name].widths, generator).train()
    training, test = mnist.load("train"), mnist.load("test")
    optimiser = torch.optim.AdamW(model.parameters(), RATE)
    num_steps = EPOCHS * -(-len(training) // BATCH)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=num_steps)
    for epoch in range(1, EPOCHS + 1):
        for index in torch.randperm(len(training), generator=generator).split(BATCH):
            rows, columns = torch.randint(-SHIFT, SHIFT + 1, (2,), generator=generator).tolist()
            x = training.pixels(index).roll((rows, columns), dims=(2, 3))
            loss = F.cross_entropy(model(x), training.labels[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            cycle.step()
        model.eval()
        with torch.no_grad():
            right = sum(
                int((model(test.pixels(slice(start, start + 500))).argmax(1) == test.labels[start : start + 500]).sum())
                for start in range(0, len(test), 500)
            )
        model.train()
        print(f"epoch {epoch}: {right / len(test):.4f} of the test digits", flush=True)
    payload = pack({name: value.numpy() for name, value in model.state_dict().items()})
    file = judges.FOLDER / JUDGES[name].file
    storage.write(file, payload)
    print(file, len(payload), "bytes, sha256", hashlib.sha256(payload).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
