"""What a host allows: from a file or the environment, and never misunderstood."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest

from genmodels import settings
from genmodels.errors import Problem
from genmodels.jobs import limits
from genmodels.jobs.limits import Limits
from tests.genmodels.jobs.helpers import ROOT


def test_the_example_lists_every_setting_with_its_default() -> None:
    example = tomllib.loads((ROOT / "settings.example.toml").read_text(encoding="utf-8"))
    assert Limits(**example) == Limits() and list(example) == [one.name for one in dataclasses.fields(Limits)]


def test_file_and_environment(tmp_path: Path) -> None:
    place = tmp_path / "mine.toml"
    place.write_text('wall_seconds = 600\nqueue = 3.0\npassword = "p"\n# a remark\nslots = " cuda:0, cuda:1 "\n')
    found = limits.read({"GENMODELS_SETTINGS": str(place), "GENMODELS_WALL_SECONDS": "900", "GENMODELS_NICE": "0"})
    expected = Limits(wall_seconds=900, queue=3, password="p", slots="cuda:0, cuda:1", nice=0)
    assert found == expected and isinstance(found.queue, int) and isinstance(found.nice, int)


def test_the_file_in_the_home(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENMODELS_NICE")
    monkeypatch.delenv("GENMODELS_FREE_GIB")
    assert limits.read() == Limits()
    own_home.mkdir()
    (own_home / "settings.toml").write_text("attempts = 7")
    assert limits.read() == Limits(attempts=7)
    assert limits.read({}) == Limits(attempts=7)  # the home is not taken from what is handed over


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("queue = 0", "queue cannot be 0; it is a whole number from 1 to"),
        ("queue = 2.5", "queue cannot be 2.5"),
        ("queue = true", "queue cannot be True"),
        ('queue = "many"', "queue cannot be many"),
        ("queue = [1]", "queue cannot be [1]"),
        ("wall_seconds = nan", "wall_seconds cannot be nan"),
        ("wall_seconds = inf", "wall_seconds cannot be inf"),
        ("wall_seconds = -1", "wall_seconds cannot be -1"),
        ("wall_seconds = 1e300", "wall_seconds cannot be 1e+300"),
        ("nice = 20", "nice cannot be 20; it is a whole number from 0 to 19"),
        ("password = 1234", "password cannot be 1234; it is a text"),
        ("walls = 3", "has no setting 'walls'; known: slots, queue,"),
        ("[queue]", "queue cannot be {}"),
        ("queue =", "cannot be read"),
        ("\0", "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_a_sentence(
    own_home: Path, monkeypatch: pytest.MonkeyPatch, line: str, sentence: str
) -> None:
    monkeypatch.delenv("GENMODELS_NICE")
    own_home.mkdir()
    (own_home / "settings.toml").write_text(line)
    with pytest.raises(Problem) as refused:
        limits.read()
    assert sentence in str(refused.value)


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-1", "0", "1.5", "True"])
def test_the_environment_is_checked_too(text: str) -> None:
    with pytest.raises(Problem, match="The host's setting queue cannot be"):
        limits.read({"GENMODELS_QUEUE": text})


def test_a_file_that_is_no_text(own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "settings.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Problem, match="Compare them with settings.example.toml"):
        limits.read()
    (own_home / "settings.toml").unlink()
    (own_home / "settings.toml").mkdir()
    with pytest.raises(Problem, match="cannot be read"):
        limits.read()


def test_a_tilde_and_a_variable_are_filled_in_as_a_shell_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service file hands them over as they are written."""
    (tmp_path / "mine.toml").write_text("attempts = 7")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "~/data")  # platformdirs takes none that begins so
    for written in ("~/mine.toml", "$HOME/mine.toml", "${HOME}/mine.toml"):
        assert limits.read({"GENMODELS_SETTINGS": written}) == Limits(attempts=7)
        monkeypatch.setenv("GENMODELS_HOME", written)
        assert settings.home() == tmp_path / "mine.toml"
    for written in ("~nobody-of-that-name/models", "$NO_SUCH_NAME/models"):
        monkeypatch.setenv("GENMODELS_HOME", written)
        with pytest.raises(Problem, match="GENMODELS_HOME is .* write the whole path"):
            settings.home()
    monkeypatch.setenv("GENMODELS_HOME", " ")
    monkeypatch.setattr(settings, "is_installed", lambda: True)
    assert settings.home() == tmp_path / ".local" / "share" / "genmodels"


def test_a_settings_file_that_was_named_has_to_be_there_and_may_be_a_link(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="nowhere.toml cannot be read"):
        limits.read({"GENMODELS_SETTINGS": str(tmp_path / "nowhere.toml")})
    (tmp_path / "real.toml").write_text("attempts = 7")
    (tmp_path / "linked.toml").symlink_to("real.toml")
    assert limits.read({"GENMODELS_SETTINGS": str(tmp_path / "linked.toml")}) == Limits(attempts=7)
