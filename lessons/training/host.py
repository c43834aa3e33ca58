"""What the page of trainings tells: the host, the jobs, the models, in words; no torch."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import psutil
import streamlit as st

from genmodels import settings, storage
from genmodels.errors import Problem
from genmodels.jobs import endings, limits, progress, queue, quota, records
from genmodels.jobs.records import Job
from genmodels.storage import Damaged
from genmodels.training import checkpoints, recipes
from genmodels.training.checkpoints import Checkpoint
from lessons.training.sparkline import trained
from ui import wording
from ui.course import is_first
from ui.jobs import visitor, watching
from ui.recently import span
from ui.text import LESSONS, NO_BREAK_SPACE, Text, fill, markdown_table

log = logging.getLogger("course")

GIB = 2**30


@dataclass(frozen=True)
class Model:
    """A trained model of this machine: its checkpoint, whether it came with the course, and its place on the disk."""

    checkpoint: Checkpoint
    shipped: bool
    size: int
    pinned: bool

    @property
    def name(self) -> str:
        """What `load` takes: the name of a shipped one, the key of an own one or of one with other settings."""
        recipe, folder = self.checkpoint.recipe, self.checkpoint.folder
        return recipe.name if self.shipped and folder.name == recipe.name else self.checkpoint.key


@st.cache_resource(show_spinner=False, max_entries=4)
def _models(home: Path, when: int) -> list[Model]:
    stored = {one.key: one for one in quota.stored()}
    found = []
    for one in checkpoints.available():
        shipped = one.folder.parent == settings.shipped()
        own = None if shipped else stored.get(one.key)
        size = own.size if own else sum(int(about.get("size", 0)) for about in one.card["files"].values())
        if one.finished:
            found.append(Model(one, shipped, size, own is not None and own.pinned))
    return sorted(found, key=lambda model: (model.shipped, model.checkpoint.card["date"]), reverse=True)


def models() -> list[Model]:
    """The shipped ones first, then the newest; read at most every two seconds however many look."""
    return _models(settings.home(), span(2.0))


def asked_for(model: Model) -> str:
    """How the link to its page asks for a model: by its key, a page's own first one not at all, others by name."""
    return "" if is_first(model.name) else model.name


def forget() -> None:
    """Something was pinned or deleted: the next look reads anew."""
    _models.clear()
    watching.forget()


def jobs() -> list[Job]:
    """All jobs of this host."""
    return watching.jobs_now(watching.host_home())


def size(num_bytes: float) -> str:
    """Bytes as people read them, on one line."""
    return wording.size(num_bytes).replace(" ", NO_BREAK_SPACE)


def facts(text: Text) -> dict[str, str]:
    """What trains here, and how much memory and disk are taken."""
    host = limits.read()
    memory = psutil.virtual_memory()
    used = memory.total - memory.available
    own = own_bytes(settings.home(), span(2.0))
    devices = ", ".join(watching.slots(host.slots)).upper()
    return {
        "device": text("host-device", slots=devices, cores=psutil.cpu_count()),
        "memory": text("host-memory", used=size(used), total=size(memory.total)),
        "disk": text(
            "host-disk",
            own=size(own),
            quota=size(host.disk_gib * GIB),
            free=size(quota.free_bytes()),
        ),
    }


@st.cache_resource(show_spinner=False, max_entries=4)
def own_bytes(home: Path, when: int) -> int:
    """What the own models take of the disk; the folders are walked once for all who look."""
    return sum(one.size for one in quota.stored())


def status(job: Job, all_jobs: list[Job], text: Text) -> str:
    """Where a job stands, in a line."""
    if job.state.state == "queued":
        host = limits.read()
        position, seconds = queue.starts_in(job.key, all_jobs, len(watching.slots(host.slots))) or (1, 0.0)
        return text("live-queued", position=position, time=wording.about(seconds, text))
    if job.state.state == "running":
        report = watching.report_of(job)
        if report is None or report.stage != "training":
            return watching.told(job, report, text)
        card = text("card-memory", size=wording.size(report.card_memory)) if report.card_memory else ""
        memory = text("uses-memory", size=wording.size(report.memory))
        return f"{watching.told(job, report, text)} · {job.state.slot.upper()} · {memory} {card}".rstrip()
    problem = endings.as_problem(job.state.why)
    if job.state.state == "failed" and problem is not None:
        return text.problem(problem)
    return text(f"state-{job.state.state}")


def company(job: Job, text: Text) -> str:
    """How many wait for it, and whether the reader is among them."""
    mine = visitor.current() in job.waiting
    return text("waiting-mine" if mine else "waiting", number=len(job.waiting))


def changes(model: Model, text: Text) -> str:
    """What was set otherwise than the recipe has it; that the shipped ones hold nothing out stands in their details."""
    changed = recipes.changed_settings(model.checkpoint.recipe)
    if model.shipped:
        changed.pop("holdout", None)
    return wording.told(wording.settings(changed), text) or text("settings-default")


def about(model: Model, text: Text) -> str:
    """What a model reached, how large it is, and when it was made, in a line."""
    card, recipe = model.checkpoint.card, model.checkpoint.recipe
    loss = card["metrics"].get(f"{recipe.eval_split}_{recipe.main_loss}", float("nan"))
    values = {
        "epoch": model.checkpoint.epoch,
        "split": text(f"split-{recipe.eval_split}"),
        "loss": text(f"unit-{recipe.unit.name}", value=f"{loss:.{recipe.unit.digits}f}"),
        "size": size(model.size),
    }
    return text("model-shipped", **values) if model.shipped else text("model-own", **values, date=card["date"][:10])


def may_delete(model: Model) -> bool:
    """The teacher may, and whoever alone has asked for it."""
    if model.shipped:
        return False
    job = records.read(model.checkpoint.key)
    return visitor.is_teacher() or (job is not None and set(job.state.charged) == {visitor.current()})


def change(action: str, key: str) -> None:
    """Pin, unpin or delete an own model; what cannot be done is told on the page's next run."""
    try:
        if action == "delete":
            quota.delete(key)
        else:
            quota.pin(key, action == "pin")
    except Problem as problem:
        st.session_state["trainings-problem"] = problem
    forget()


def weights(model: Model) -> bytes:
    """The file of a model's weights; empty, with a word in the log, when it was deleted in this moment."""
    card = model.checkpoint.card
    try:
        return storage.read(model.checkpoint.folder / card["model"])
    except Damaged as damage:
        log.warning("nothing to download: %s", damage)
        return b""


def file_name(model: Model) -> str:
    """What the downloaded weights are called."""
    return f"{model.checkpoint.recipe.name}-{model.checkpoint.key[:8]}.safetensors"


def snippet(model: Model) -> str:
    """The lines that load the downloaded file."""
    recipe = model.checkpoint.recipe
    arguments = ", ".join(f"{name}={value!r}" for name, value in recipes.model_settings(recipe).items())
    values: dict[str, object] = {
        "lesson": recipe.module,
        "model": recipe.model,
        "arguments": arguments,
        "file": file_name(model),
    }
    return fill((LESSONS / "training" / "snippet.py.txt").read_text(encoding="utf-8"), values).strip()


def card_table(model: Model, text: Text) -> str:
    """What the card says, as a table."""
    card, recipe = model.checkpoint.card, model.checkpoint.recipe
    told = wording.settings({name: value for name, value in recipes.as_settings(recipe).items() if name != "name"})
    rows = {text(wording.setting_name(k)): wording.setting_value(v, text) for k, v in told.items()}
    rows |= {
        text("card-parameters"): f"{card['parameters']:,}",
        text("card-epochs-kept"): ", ".join(map(str, model.checkpoint.epochs)),
        **_origin(model.checkpoint, text),
        text("card-device"): str(card["device"]),
        text("card-time"): wording.duration(model.checkpoint.seconds, text),
        text("card-date"): str(card["date"]).replace("T", " ")[:16] + " UTC",
        text("card-versions"): ", ".join(f"{name} {version}" for name, version in card["versions"].items()),
        text("card-key"): f"`{card['key']}`",
    }
    return markdown_table([(text("card-setting"), text("card-value")), *rows.items()], "ll")


def _origin(checkpoint: Checkpoint, text: Text) -> dict[str, str]:
    """Where the training began, if not with random weights."""
    first = checkpoint.begun_from
    if not first:
        return {}
    return {text("card-begun"): text("card-begun-from", name=first["name"], epochs=first["epochs"])}


def curve(model: Model) -> list[float]:
    """The loss after each epoch, of data that the model was not trained on, without the untrained start."""
    recipe = model.checkpoint.recipe
    loss = f"{recipe.eval_split}_{recipe.main_loss}"
    return trained([row.get(loss, float("nan")) for row in model.checkpoint.card["curve"]])


def points(model: Model) -> list[dict[str, float]]:
    """The curve of a card as that of a running training."""
    recipe = model.checkpoint.recipe
    return [progress.point(recipe, row["epoch"], row) for row in model.checkpoint.card["curve"]]
