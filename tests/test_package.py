"""The package genmodels on its own: what it declares, and that it works where nothing of the repository is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
import tomllib
from itertools import cycle
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.app import open_page, shown
from ui import lesson
from ui.course import LESSONS
from ui.notebook import notebook
from ui.text import LANGUAGES, labels

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {canonicalize_name(one.name): one for one in map(Requirement, PROJECT["dependencies"])}
QUICK = {"denoiser": {"steps": "12"}, "plane": {"steps": "12"}}  # fewer than the pages take by themselves
NAMES = {"pil": "pillow"}  # of packages that are imported under another one
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


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the package; of this one it sees the packages, not the repository."""
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheel = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run([*pip, *wheel], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    (built,) = folder.glob("*.whl")
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(built)], check=True)
    (packages_of(python) / "packages.pth").write_text(f"{packages_of(Path(sys.executable))}\n", encoding="utf-8")
    return python


def packages_of(python: Path) -> Path:
    """Where a Python has its packages."""
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())


def run(folder: Path, *words: str | Path) -> list[str]:
    """The lines that a command says in a folder outside of the repository, with a home of its own."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    answer = subprocess.run(list(map(str, words)), cwd=folder, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


@pytest.mark.slow
def test_installed_it_draws_trains_and_has_a_command(installed: Path, tmp_path: Path) -> None:
    file, shape, steps = run(tmp_path, installed, "-c", DRAW_AND_TRAIN)
    assert file.startswith(str(packages_of(installed)))
    assert shape == "(1, 1, 28, 28)" and steps == "2"
    command = installed.parent / "genmodels"
    assert any("vae-mnist" in line for line in run(tmp_path, command, "list"))
    run(tmp_path, command, "sample", "vae-mnist", "-n", "4", "--out", "digits.png")
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    home = run(tmp_path, installed, "-c", "from genmodels import settings; print(settings.home())")
    assert home == [str(tmp_path / ".local" / "share" / "genmodels")]


@pytest.mark.slow
def test_every_notebook_runs_where_only_the_package_is(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page hands out is a lesson that one can keep: valid, whole, and its code prints the number on screen."""
    kept: list[str] = []
    monkeypatch.setattr(lesson, "notebook", lambda *parts: kept.append(notebook(*parts)) or kept[-1])
    expected = []
    for page, lang in zip(LESSONS, cycle(LANGUAGES), strict=False):
        app = open_page(page, lang=lang, **QUICK.get(page, {}))
        while not app.code:  # what the page draws in the background comes first
            time.sleep(0.1)
            app.run()
        book = nbformat.reads(kept[-1], as_version=4)
        nbformat.validate(book)
        told = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
        assert labels(lang)[page]["title"] in told and "$$" in told and "pip install ." in told
        assert not re.search(r":(small|gray|orange|green|blue|material)\b|textcolor|<<", told), page
        (code,) = (cell.source for cell in book.cells if cell.cell_type == "code")
        assert code == app.code[0].value
        (tmp_path / f"{page}.py").write_text(code, encoding="utf-8")
        expected.append(shown(app))
    together = f"import runpy\nfor page in {list(LESSONS)!r}:\n    runpy.run_path(page + '.py'); print('##')"
    printed = "\n".join(run(tmp_path, installed, "-c", together)).split("\n##")
    assert [one.strip() for one in printed[: len(LESSONS)]] == expected
