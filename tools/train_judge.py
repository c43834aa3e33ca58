"""Trains the judge of drawn digits anew: python -m tools.train_judge.

Its hash in genmodels/evaluation/judge.py changes then, and no number measured before can be compared any more.
"""

from __future__ import annotations

import hashlib

import torch
import torch.nn.functional as F

from genmodels import storage
from genmodels.arrays import pack
from genmodels.data import mnist
from genmodels.evaluation.judge import FILE, Judge

EPOCHS, BATCH, RATE, SHIFT = 4, 256, 3e-3, 1


def main() -> None:
    """Adam with one cycle of the learning rate, the digits shifted by up to a pixel; the test set is only looked at."""
    generator = torch.Generator().manual_seed(0)
    model = Judge(generator).train()
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
    storage.write(FILE, payload)
    print(FILE, len(payload), "bytes, sha256", hashlib.sha256(payload).hexdigest())


if __name__ == "__main__":
    main()
