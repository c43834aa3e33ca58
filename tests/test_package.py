"""The package genmodels on its own: what it declares, and that it works where nothing of the repository is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from genmodels import settings
from tests.app import open_page, shown
from ui import lesson
from ui.course import LESSONS
from ui.notebook import notebook, plain
from ui.text import LANGUAGES, Text, labels

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {canonicalize_name(one.name): one for one in map(Requirement, PROJECT["dependencies"])}
QUICK = {"denoiser": {"steps": "12"}, "plane": {"steps": "12"}}  # fewer than the pages take by themselves
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
NAMES = {"pil": "pillow", "charset_normalizer": "charset-normalizer"}  # of packages that are imported under another one
DRAW_AND_TRAIN = """
from itertools import islice
import genmodels
print(genmodels.__file__)
print(tuple(genmodels.sample("vae-mnist", 1).shape))
print(len(list(islice(genmodels.train("vae-mnist", epochs=1), 2))))
"""


def pins() -> dict[str, str]:
    """Package -> version in requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def test_the_app_installs_all_that_the_package_needs_in_a_version_that_it_accepts() -> None:
    for name, requirement in DECLARED.items():
        assert requirement.specifier.contains(pins()[name]), f"{requirement} and requirements.txt"


def test_whatever_the_package_imports_is_declared() -> None:
    imported = set()
    for path in (ROOT / "genmodels").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0].lower() for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0].lower())
    foreign = imported - {name.lower() for name in sys.stdlib_module_names} - {"genmodels"}
    assert {NAMES.get(name, name) for name in foreign} == set(DECLARED)


def test_a_checkout_keeps_what_it_makes_and_a_tilde_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENMODELS_HOME", raising=False)
    assert settings.home() == ROOT / "checkpoints" / "local"
    assert settings.shipped() == ROOT / "checkpoints" / "shipped"
    monkeypatch.setenv("GENMODELS_HOME", "~/models")
    assert settings.home() == Path.home() / "models"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as pip builds it; the builder is one of requirements-dev.txt, so no network is asked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the package; of this one it sees the packages, not the repository."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([*PIP, "--python", str(python), "install", "--no-deps", wheel], check=True)
    (packages_of(python) / "packages.pth").write_text(f"{packages_of(Path(sys.executable))}\n", encoding="utf-8")
    return python


def packages_of(python: Path) -> Path:
    """Where a Python has its packages."""
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())


def run(folder: Path, *words: str | Path) -> list[str]:
    """The lines that a command says in a folder outside of the repository, with a home of its own."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GENMODELS_FREE_GIB": "0"}
    answer = subprocess.run(list(map(str, words)), cwd=folder, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


@pytest.mark.slow
def test_the_wheel_holds_the_package_its_models_and_its_digits_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    assert {name.split("/")[0] for name in inside} == {"genmodels", f"genmodels-{PROJECT['version']}.dist-info"}
    assert {name for name in inside if name.startswith("genmodels/")} == {
        *(f"genmodels/{file}" for file in files_in(ROOT / "genmodels")),
        *(f"genmodels/shipped/{file}" for file in files_in(ROOT / "checkpoints" / "shipped")),
    }


def files_in(folder: Path) -> set[str]:
    """What lies in a folder and below, but for what Python has compiled."""
    found = {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}
    return {file.as_posix() for file in found if "__pycache__" not in file.parts}


@pytest.mark.slow
def test_installed_it_draws_trains_and_has_a_command(installed: Path, tmp_path: Path) -> None:
    file, shape, steps = run(tmp_path, installed, "-c", DRAW_AND_TRAIN)
    assert file.startswith(str(packages_of(installed)))
    assert shape == "(1, 1, 28, 28)" and steps == "2"
    command = installed.parent / "genmodels"
    assert any("vae-mnist" in line for line in run(tmp_path, command, "list"))
    run(tmp_path, command, "sample", "vae-mnist", "-n", "4", "--out", "digits.png")
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    *_, trained = run(tmp_path, command, "train", "vae-mnist", "--epochs", "1", "--set", "hidden_dim=8")
    key, folder = trained.split()
    assert folder == str(tmp_path / ".local" / "share" / "genmodels" / "trained" / key)
    assert any(key in line for line in run(tmp_path, command, "list"))


@pytest.mark.slow
@pytest.mark.parametrize("page", LESSONS)
def test_the_notebook_of_a_page_runs_where_only_the_package_is(
    page: str, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every language it is a lesson that one can keep: valid, whole, and its code prints the number on screen."""
    prints = {}
    for lang in LANGUAGES:
        book, code, number = handed_out(page, lang, monkeypatch)
        nbformat.validate(book)
        told = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
        question = plain(Text(page, lang, "light").section("question"))
        assert told.startswith(f"# {labels(lang)[page]['title']}\n\n{question}") and "#term-" not in told
        assert "$$" in told and "pip install ." in told and f"`{number}`" in told
        assert not re.search(r":[a-z-]+\[|:material|textcolor|\\(data|model|q|error)\{|<<", told)
        assert [cell.source for cell in book.cells if cell.cell_type == "code"] == [code]
        prints[code] = number
    for code, number in prints.items():
        assert run(tmp_path, installed, "-c", code) == [number]


def handed_out(page: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> tuple[NotebookNode, str, str]:
    """The notebook that a page offers, and beside it the snippet and what the page says that it prints."""
    kept: list[str] = []
    monkeypatch.setattr(lesson, "notebook", lambda *parts: kept.append(notebook(*parts)) or kept[-1])
    app = open_page(page, lang=lang, **QUICK.get(page, {}))
    end = time.monotonic() + 120
    while not app.code:  # what the page draws in the background comes first
        assert time.monotonic() < end, "the page never came to its snippet"
        time.sleep(0.1)
        app.run()
    return nbformat.reads(kept[-1], as_version=4), app.code[0].value, shown(app)
