"""Imports go one way, and what must stay light stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ui.course import SECTIONS

ROOT = Path(__file__).parent.parent
LAYERS = ("app", "frame", "pages", "lessons", "ui", "genmodels")
MODELS = ROOT / "genmodels" / "models"
LESSON_MAY_USE = {
    "diffusion": {"layers", "schedule", "unet", "samplers"},
    "samplers": {"layers", "schedule"},
    "pixelcnn": {"layers", "pixels", "pixelcache", "pixelwise"},
    "pixelrnn": {"layers", "pixels", "pixelwise", "pixelcnn"},
    "codeprior": {"layers", "pixels"},
    "vqvae": {"layers", "pixels", "quantiser", "codeprior"},
    "pixelcache": {"pixelcnn"},  # for types alone
    "pixelwise": {"pixelcache", "pixelcnn", "pixelrnn"},  # the networks for types alone
}


def sources() -> list[Path]:
    folders = [ROOT / layer for layer in LAYERS if (ROOT / layer).is_dir()]
    return [ROOT / "app.py", *sorted(path for folder in folders for path in folder.rglob("*.py"))]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, top_level_only: bool = False) -> Iterator[str]:
    """Every module that a file imports, as a dotted name: `from a import b` counts as a and as a.b."""
    tree = parsed(path)
    for node in _loaded_at_import(tree) if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the layer"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _loaded_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield node


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def brings(path: Path, *packages: str) -> list[str]:
    return [name for name in imports(path) if name.split(".")[0] in packages]


def loaded_by(statement: str, unwanted: set[str]) -> str:
    """Which of these packages a fresh interpreter has loaded after that statement."""
    program = f"import sys; {statement}; print(*({unwanted!r} & sys.modules.keys()))"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_imports_only_what_stands_to_its_right(path: Path) -> None:
    layer = layer_of(path)
    to_its_left = set(LAYERS[: LAYERS.index(layer)])
    assert {name.split(".")[0] for name in imports(path)} & to_its_left == set()
    assert not (layer == "pages" and brings(path, "pages")), "a page never imports a page"


@pytest.mark.parametrize("path", [path for path in sources() if layer_of(path) in ("pages", "lessons")], ids=str)
def test_no_lesson_knows_another(path: Path) -> None:
    """What two lessons need moves down to `ui` or `genmodels`; a page is made of its own lesson alone."""
    own = path.stem if layer_of(path) == "pages" else path.relative_to(ROOT / "lessons").parts[0]
    lessons = {name.split(".")[1] for name in brings(path, "lessons") if "." in name}
    assert lessons <= {own}, path


def test_genmodels_knows_no_page() -> None:
    for path in (ROOT / "genmodels").rglob("*.py"):
        assert brings(path, "streamlit", "plotly") == [], path


@pytest.mark.parametrize("folder", ["data", "models", "probability"])
def test_what_a_training_is_made_of_knows_no_training(folder: str) -> None:
    """Data, models and mathematics are below training, evaluation and jobs: no circle."""
    above = ("genmodels.training", "genmodels.evaluation", "genmodels.jobs")
    for path in (ROOT / "genmodels" / folder).rglob("*.py"):
        assert not [name for name in imports(path) if name.startswith(above)], path


def test_figures_take_arrays_and_return_figures() -> None:
    """Neither Streamlit nor torch, also not through others."""
    paths = [*(ROOT / "ui" / "figures").glob("[a-z]*.py"), *(ROOT / "lessons").glob("*/figures*.py")]
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    assert loaded_by(f"import {', '.join(modules)}", {"streamlit", "torch"}) == ""


def test_pages_and_frame_wait_for_no_torch() -> None:
    """Seen on a cold server: torch at the top of a page makes its first reader wait a second longer."""
    for path in [*(ROOT / "pages").glob("*.py"), *(ROOT / "frame").glob("*.py")]:
        assert not [name for name in imports(path, top_level_only=True) if name.split(".")[0] == "torch"], path


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.py")), ids=lambda path: path.stem)
def test_a_lesson_file_can_be_read_alone(path: Path) -> None:
    used = {
        name.removeprefix("genmodels.models.").split(".")[0] for name in imports(path) if "genmodels.models." in name
    }
    assert used <= LESSON_MAY_USE.get(path.stem, {"layers"})


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import genmodels", {"torch", "streamlit", "plotly", "scipy"}),
        ("import genmodels.training.recipes, genmodels.training.checkpoints", {"torch", "streamlit", "plotly"}),
        ("import ui.figures.learning", {"torch", "streamlit"}),
        ("import ui.text, ui.theme, ui.course", {"torch", "streamlit", "plotly", "scipy"}),
        ("import ui.lesson", {"torch", "scipy.stats"}),
    ],
)
def test_in_a_fresh_interpreter(statement: str, unwanted: set[str]) -> None:
    """What the source says could still be undone by something it imports."""
    assert loaded_by(statement, unwanted) == ""


def test_the_foundations_need_no_torch() -> None:
    """Whole visits in a fresh interpreter: nothing that the pages run may load it, however indirectly."""
    program = f"""import sys
from streamlit.testing.v1 import AppTest
for page in {SECTIONS["probability"]}:
    app = AppTest.from_file("frame/main.py", default_timeout=60).switch_page(f"../pages/{{page}}.py")
    app.run().run()
    assert app.title[0].value and not app.exception
    print(*[f"{{page}} loads {{name}}" for name in ("torch", "scipy.stats") if name in sys.modules])"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_sizes(path: Path) -> None:
    """A page fits on three screens, a module in an afternoon."""
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= (150 if layer_of(path) == "pages" else 300)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, f"{node.name} is longer than 40 lines"
