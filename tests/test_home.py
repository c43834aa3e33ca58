"""A home that is no folder, or that nothing can be written to: every page opens, and the log says it once."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from genmodels.cli import main
from genmodels.errors import Problem
from genmodels.jobs import identity, keeper, local, queue, quota, records
from genmodels.training import recipes
from tests.app import open_page

pytestmark = pytest.mark.usefixtures("denormals")
PAGES_WITH_TRAININGS = ("vae", "denoiser", "plane", "training")


@pytest.fixture(params=["a file", "below a file", "a link to nothing", "a file for each folder"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "home"
    if request.param == "a file for each folder":
        place.mkdir()
        for name in ("trained", "jobs"):
            (place / name).write_text("", encoding="utf-8")
    elif request.param == "a link to nothing":
        place.symlink_to(tmp_path / "missing" / "disk")
    else:
        place.write_text("", encoding="utf-8")
        place = place / "below" if request.param == "below a file" else place
    monkeypatch.setenv("GENMODELS_HOME", str(place))
    identity._warn.cache_clear()
    yield place


def test_a_home_that_is_no_folder_is_a_sentence(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert records.every() == [] and quota.stored() == [] and quota.free_bytes() > 0
    with pytest.raises(Problem, match="is no folder"):
        queue.submit(recipes.make("vae-mnist", seed=7), "0" * 16)
    assert main(["list"]) == 0 and main(["jobs"]) == 0
    assert main(["train", "vae-mnist", "--seed", "7"]) == 1
    assert main(["train", "vae-mnist", "--seed", "7", "--device", "cpu"]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("genmodels: ")]
    assert len(said) == 2 and all("is no folder" in line and "move that file away" in line for line in said)


@pytest.mark.parametrize("page", PAGES_WITH_TRAININGS)
def test_every_page_opens_on_a_home_that_is_a_file(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
    assert not open_page(page).exception


def run_the_keeper(monkeypatch: pytest.MonkeyPatch, seconds: float = 0.5) -> None:
    monkeypatch.setattr(keeper, "_APPLY", 0.02)
    monkeypatch.setattr(keeper, "_LOOK", 0.02)
    stop = threading.Event()
    thread = threading.Thread(target=keeper.Keeper(local.Local("cpu", ["/bin/true"])).run, args=[stop])
    thread.start()
    time.sleep(seconds)
    stop.set()
    thread.join()


def test_the_keeper_says_once_what_it_tries_again_and_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        run_the_keeper(monkeypatch)
    assert len(caplog.messages) == 1 and "is no folder" in caplog.messages[0] and "Traceback" not in caplog.text


def test_a_home_that_may_only_be_read_is_one_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path))
    (tmp_path / "jobs").mkdir()
    with caplog.at_level(logging.INFO), monkeypatch.context() as patch:
        patch.setattr(keeper, "open", refused, raising=False)
        run_the_keeper(monkeypatch)
    assert len(caplog.messages) == 1 and "Read-only file system" in caplog.messages[0]
    caplog.clear()
    with caplog.at_level(logging.INFO), monkeypatch.context() as patch:
        patch.setattr(records, "every", refused)
        patch.setattr(quota, "prune", lambda limits: [])
        run_the_keeper(monkeypatch)
    assert len(caplog.messages) == 1


def test_a_path_that_cannot_be_filled_in_is_a_sentence_everywhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GENMODELS_HOME", "~nobody-of-that-name/models")
    identity._warn.cache_clear()
    assert main(["jobs"]) == 2 and "write the whole path" in capsys.readouterr().err
    assert len(identity.host_secret()) == 32 and not os.path.exists("~nobody-of-that-name")
    assert "write the whole path" in caplog.text
