"""What `make run` says before and instead of running, and how two tours are compared."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from genmodels import __main__ as command_line
from tools import install, serve, tour


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 15, 0)])
def test_a_wrong_python_is_named_with_the_remedy(version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"3.11 to 3.14.*make run PYTHON="):
        install.check_python()


def test_a_missing_venv_module_is_named_with_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit, match=r"apt-get install python3\.\d+-venv"):
        install.check_python()


def test_the_size_is_said_before_anything_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1e12))
    install.announce(cpu_only=False)
    assert "6 GB on disk" in capsys.readouterr().out
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=2e9))
    with pytest.raises(SystemExit, match=r"Only 2.0 GB"):
        install.announce(cpu_only=False)


def test_the_environment_finds_the_package_from_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a space and a quote in its name, too."""
    folder = tmp_path / "a teacher's venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    monkeypatch.setattr(install, "VENV_PYTHON", folder / "bin" / "python")
    install.make_findable()
    code = "import genmodels; print(genmodels.__file__)"
    found = subprocess.run([folder / "bin" / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert found.stdout.strip() == str(install.ROOT / "genmodels" / "__init__.py")
    command = [folder / "bin" / "genmodels", "sample", "vae-mnist"]
    bare = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert bare.returncode == 1 and bare.stderr.count("\n") == 1  # this one has no packages
    assert ", has no " in bare.stderr and "or install the package: pip install" in bare.stderr


def test_a_python_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    assert command_line.main() == 1
    said = capsys.readouterr().err
    assert (
        said.count("\n") == 1 and "is 3.9, and genmodels needs 3.11 or newer" in said and ".venv/bin/genmodels" in said
    )


def test_a_taken_port_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} is taken.*make run PORT=\d+"):
            serve.check_free("127.0.0.1", port)
    serve.check_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("127.0.0.1", 0, "There is no port 0"),
        ("127.0.0.1", 99999, "There is no port 99999"),
        ("192.0.2.1", 8501, "192.0.2.1 is no address of this machine"),
        ("nowhere.invalid", 8501, "nowhere.invalid is no address of this machine"),
    ],
)
def test_an_impossible_address_is_said_plainly(host: str, port: int, sentence: str) -> None:
    with pytest.raises(SystemExit, match=sentence):
        serve.check_free(host, port)


def test_the_tour_sees_every_view_of_a_page() -> None:
    assert dict(tour.views("gan")) == {
        "gan": {},
        "gan-points": {"game": "points"},
        "gan-digits": {"game": "digits"},
    }
    assert [name for name, _ in tour.views("vae")] == ["vae"]


def test_two_tours_are_compared_pixel_by_pixel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    picture = np.zeros((20, 50, 3), np.uint8)
    changed = picture.copy()
    changed[4:6, 10:15, 1] = 1
    pictures = {"same": (picture, picture), "changed": (picture, changed), "grown": (picture, picture[:10])}
    for side, folder in enumerate((here, there)):
        folder.mkdir()
        for name, both in pictures.items():
            Image.fromarray(both[side]).save(folder / f"{name}.png")
    (here / "new.png").write_bytes((here / "same.png").read_bytes())
    assert tour.compare(here, there) == 3
    assert capsys.readouterr().out.splitlines() == [
        "changed.png: 1.000 % of the pixels, within x 10 to 14, y 4 to 5",
        "grown.png: 50 x 20 pixels, and 50 x 10 there",
        f"new.png: not in {there}",
        "same.png: the same",
        "3 of 4 pictures differ",
    ]
