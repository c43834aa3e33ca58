"""Settings, durations and sizes in the reader's words, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping

from genmodels.data import moon_phases
from genmodels.training import recipes
from genmodels.training.recipes import Recipe
from ui.text import Text


def setting_name(setting: str) -> str:
    """The label that names a setting."""
    return f"setting-{setting.replace('_', '-')}"


def settings(values: Mapping[str, object]) -> dict[str, object]:
    """Those that can be told in words: points that somebody drew cannot, and of phases their number is enough."""
    told = {name: value for name, value in values.items() if name != "drawn"}
    if "learned" in told:
        told["learned"] = len(moon_phases.from_token(str(told["learned"])))
    return told


def heading(setting: str, text: Text) -> str:
    """The same above a control, where it begins with a capital; a Greek letter stays as formulas have it."""
    name = text(setting_name(setting))
    return name[0].upper() + name[1:] if name[0].isascii() else name


def setting_value(value: object, text: Text) -> str:
    """A setting's value, numbers as they are."""
    if isinstance(value, float):
        return f"{value:g}"
    return text(f"value-{str(value).lower()}") if isinstance(value, bool | str) else str(value)


def in_words(recipe: Recipe, text: Text) -> str:
    """What was set otherwise than the recipe has it, such as "epochs 4, β 2"."""
    return told(settings(recipes.changed_settings(recipe)), text) or text("settings-default")


def told(values: Mapping[str, object], text: Text) -> str:
    """Settings by name, such as "epochs 4, β 2"."""
    parts = [f"{text(setting_name(name))} {setting_value(value, text)}" for name, value in values.items()]
    return text("comma").join(parts)


def duration(seconds: float, text: Text) -> str:
    """A time in the two largest units that matter: "8 s", "2 min 10 s", "1 h 5 min"."""
    whole = max(1, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if whole >= 600:  # nobody counts the seconds of ten minutes
        rest = 0
    parts = [(hours, "hours"), (minutes, "minutes"), (rest if not hours else 0, "seconds")]
    return " ".join(text(f"duration-{unit}", n=number) for number, unit in parts if number)


def about(seconds: float, text: Text) -> str:
    """An estimated time, as coarse as an estimate is: to ten seconds, from 90 s to half a minute, from 5 min to one."""
    steps = ((10, 1), (90, 10), (300, 30), (3600, 60))
    step = next((step for below, step in steps if seconds < below), 300)
    return duration(round(seconds / step) * step, text)


def size(num_bytes: float) -> str:
    """Bytes as people read them."""
    for unit in ("B", "kB", "MB"):
        if num_bytes < 999.5:
            return f"{num_bytes:.3g} {unit}"
        num_bytes /= 1000
    return f"{num_bytes:.3g} GB"
