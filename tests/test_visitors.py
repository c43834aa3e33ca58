"""Who is who: the signed cookie, the secret behind it, the middleware that hands it out, and the teacher's password."""

from __future__ import annotations

import logging
import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from streamlit import config
from streamlit.testing.v1 import AppTest

from frame.visitors import VisitorCookie
from genmodels.jobs import identity
from ui.jobs import visitor
from ui.text import labels

ROOT = Path(__file__).parent.parent
SECRET = bytes(range(32))
WORDS = labels("en")["visitor"]
PASSWORD = "chalk and talk 密码"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENMODELS_HOME", str(tmp_path / "home"))
    for name in ("GENMODELS_SETTINGS", "GENMODELS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    visitor._brakes.cache_clear()
    return tmp_path / "home"


# The cookie's value


def test_a_signed_visitor_is_recognised_and_two_are_two() -> None:
    first, second = identity.new_cookie(SECRET), identity.new_cookie(SECRET)
    assert re.fullmatch(r"[0-9a-f]{32}\.[\w-]{43}", first)
    assert identity.verify(SECRET, first) == first[:32]
    assert first[:32] != second[:32]


def test_another_hosts_signature_is_none_of_ours() -> None:
    assert identity.verify(bytes(32), identity.new_cookie(SECRET)) is None


@pytest.mark.parametrize("position", [0, 31, 33, 74])
def test_one_changed_digit_and_the_cookie_is_worthless(position: int) -> None:
    value = identity.new_cookie(SECRET)
    digit = "0" if value[position] != "0" else "1"
    assert identity.verify(SECRET, value[:position] + digit + value[position + 1 :]) is None


@given(some.text(max_size=200))
@example("a" * 10_000_000)
@example("0" * 32 + "." + "٣" * 64)  # digits, but not of ours
def test_whatever_else_a_browser_sends_is_no_visitor(value: str) -> None:
    assert identity.verify(SECRET, value) is None
    assert identity.visitor_in(SECRET, [f"{identity.COOKIE}={value}"]) is None


def test_nothing_before_or_behind_the_value() -> None:
    value = identity.new_cookie(SECRET)
    for other in (value + "\n", " " + value, value.upper(), value + "0", value[:-1], f'"{value}"'):
        assert identity.verify(SECRET, other) is None or other == value


def test_a_course_under_another_path_of_this_host_does_not_hide_our_cookie() -> None:
    ours, theirs = identity.new_cookie(SECRET), identity.new_cookie(bytes(32))
    pair = f"{identity.COOKIE}="
    for header in (f"{pair}{ours}; {pair}{theirs}", f"a=b; {pair}{theirs}; {pair}{ours}"):
        assert identity.visitor_in(SECRET, [header]) == ours[:32]


def test_what_job_folders_store_leads_to_no_cookie() -> None:
    value = identity.new_cookie(SECRET)
    stored = identity.public_id(value[:32])
    assert re.fullmatch(r"[0-9a-f]{16}", stored)
    assert stored == identity.public_id(value[:32])
    assert stored not in value


# The secret


def test_twenty_processes_that_start_together_agree_on_one_secret(home: Path) -> None:
    program = "import sys; from genmodels.jobs import identity; sys.stdin.read(1); print(identity.host_secret().hex())"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(20)
    ]
    for process in processes:  # all of them wait, with everything imported
        assert process.stdin
        process.stdin.write("x")
        process.stdin.flush()
    secrets = {process.communicate(timeout=60)[0].strip() for process in processes}
    assert secrets == {(home / "secret").read_bytes().hex()}
    assert os.listdir(home) == ["secret"], "something written aside was left"


def test_only_the_owner_can_read_the_secret_and_it_stays(home: Path) -> None:
    secret = identity.host_secret()
    assert len(secret) == 32
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert identity.host_secret() == secret


def test_a_secret_that_is_gone_is_made_anew(home: Path) -> None:
    before = identity.host_secret()
    (home / "secret").unlink()
    after = identity.host_secret()
    assert after != before
    assert (home / "secret").read_bytes() == after


def test_without_a_home_the_course_goes_on_with_a_secret_of_its_own(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home.write_text("a file where the folder should be", encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="course"):
        secret = identity.host_secret()
        assert identity.host_secret() == secret
    assert len(secret) == 32
    [record] = caplog.records
    assert str(home) in record.getMessage()
    assert secret.hex() not in record.getMessage()


def test_a_torn_secret_is_not_signed_with(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    home.mkdir()
    (home / "secret").write_bytes(b"")
    assert len(identity.host_secret()) == 32
    assert "0 bytes" in caplog.text


# The middleware


def ask(path: str = "/", cookie: str = "", scheme: str = "http", method: str = "GET", kind: str = "http") -> Any:
    """The headers of the answer to one request, as (name, value) pairs; for a web socket, what came through."""
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/html"), (b"cache-control", b"public")]
        await send({"type": f"{kind}.response.start", "status": 200, "headers": headers})
        await send({"type": f"{kind}.response.body", "body": b"whole"})

    async def receive() -> dict[str, Any]:
        raise AssertionError("a request without a body was read")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "path": path, "method": method, "scheme": scheme, "headers": [(b"cookie", cookie.encode())]}
    with ThreadPoolExecutor(1) as thread:  # the browser tests keep a loop running in the main one
        thread.submit(anyio.run, VisitorCookie(app), scope, receive, send).result()
    assert sent[1]["body"] == b"whole"
    return [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


def given_cookie(headers: list[tuple[str, str]]) -> Any:
    found = [value for name, value in headers if name == "set-cookie"]
    assert len(found) <= 1
    return SimpleCookie(found[0])[identity.COOKIE] if found else None


def test_a_stranger_gets_a_cookie_and_keeps_it() -> None:
    headers = ask("/vae")
    cookie = given_cookie(headers)
    assert identity.verify(identity.host_secret(), cookie.value)
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/", "Lax", "31536000")
    assert cookie["httponly"] is True
    assert cookie["secure"] == ""
    assert [value for name, value in headers if name == "cache-control"] == ["private, no-cache"]
    known = ask("/vae", cookie=f"{identity.COOKIE}={cookie.value}")
    assert given_cookie(known) is None
    assert ("cache-control", "public") in known


def test_over_https_the_cookie_never_travels_in_the_open() -> None:
    assert given_cookie(ask(scheme="https"))["secure"] is True


@pytest.mark.parametrize(
    "value", ["", "nonsense", identity.new_cookie(bytes(32)), "0" * 5000], ids=["empty", "nonsense", "forged", "long"]
)
def test_a_forged_or_damaged_cookie_is_replaced(value: str) -> None:
    assert given_cookie(ask(cookie=f"{identity.COOKIE}={value}")).value != value


@pytest.mark.parametrize(
    "path",
    ["/readyz", "/_stcore/health", "/static/js/index.js", "/app/static/icon.png", "/_stcore/bidi-components/a/b.js"],
)
def test_files_and_health_checks_get_none(path: str) -> None:
    headers = ask(path)
    assert given_cookie(headers) is None
    assert ("cache-control", "public") in headers


def test_what_a_foreign_page_posts_changes_no_visitor() -> None:
    assert given_cookie(ask(method="POST")) is None


def test_web_sockets_pass_untouched() -> None:
    assert given_cookie(ask("/_stcore/stream", kind="websocket")) is None


def test_behind_a_path_the_cookie_belongs_to_that_path() -> None:
    config.set_option("server.baseUrlPath", "course/")
    try:
        assert given_cookie(ask("/course/vae"))["path"] == "/course"
        assert given_cookie(ask("/course/_stcore/health")) is None
    finally:
        config.set_option("server.baseUrlPath", "")


# The visitor of a page, and the teacher


def page() -> None:
    import streamlit as st

    from ui.jobs import visitor

    st.text(visitor.current())
    st.text(visitor.is_teacher())
    visitor.sign_in()


def open_page(**user: Any) -> AppTest:
    app = AppTest.from_function(page)
    app.query_params["lang"] = "en"
    app.user.update(user)
    return app.run()


def who(app: AppTest) -> str:
    assert not app.exception
    return str(app.text[0].value)


def taught(app: AppTest) -> bool:
    return app.text[1].value == "True"


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def give(app: AppTest, password: str) -> AppTest:
    app.text_input[0].set_value(password)
    return app.button[0].click().run()


def test_who_refuses_cookies_is_one_visitor_for_one_session() -> None:
    app = open_page()
    first = who(app)
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert who(app.run()) == first
    assert who(open_page()) != first


def test_a_login_is_the_same_visitor_on_every_machine() -> None:
    ada = who(open_page(is_logged_in=True, iss="https://login.example.org", sub="ada"))
    assert who(open_page(is_logged_in=True, iss="https://login.example.org", sub="ada")) == ada
    assert who(open_page(is_logged_in=True, iss="https://elsewhere.example.org", sub="ada")) != ada
    assert who(open_page(is_logged_in=False, sub="ada")) != ada


def test_an_address_that_streamlit_made_up_is_no_login() -> None:
    assert who(open_page(email="test@example.com")) != who(open_page(email="test@example.com"))


def test_without_a_password_nobody_is_the_teacher_and_the_page_says_how_to_set_one() -> None:
    app = open_page()
    assert not taught(app)
    assert "GENMODELS_PASSWORD" in said(app)
    assert not app.text_input


def test_a_short_password_counts_as_none_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_PASSWORD", "1234567")
    app = open_page()
    assert not taught(app)
    assert "fewer than 8 characters" in said(app)
    assert not app.text_input


def test_broken_settings_make_nobody_the_teacher_and_are_told(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    home.mkdir()
    (home / "settings.toml").write_text("password = ", encoding="utf-8")
    app = open_page()
    assert not taught(app)
    assert "settings.example.toml" in said(app)


def test_the_teacher_signs_in_and_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_PASSWORD", PASSWORD)
    app = open_page()
    assert not taught(app)
    give(app, f" {PASSWORD} ")
    assert taught(app)
    assert not app.text_input
    assert PASSWORD not in str(app.session_state)
    assert not taught(open_page()), "another session is not signed in"
    assert taught(app.run())
    app.button[0].click().run()
    assert not taught(app)


def test_a_wrong_password_is_told_calmly_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_PASSWORD", PASSWORD)
    app = give(open_page(), "chalk and walk")
    assert not taught(app)
    assert WORDS["wrong-password"] in said(app)
    assert WORDS["wrong-password"] not in said(app.run())


def test_another_password_signs_everyone_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_PASSWORD", PASSWORD)
    app = give(open_page(), PASSWORD)
    assert taught(app)
    monkeypatch.setenv("GENMODELS_PASSWORD", PASSWORD + "!")
    assert not taught(app.run())
    monkeypatch.delenv("GENMODELS_PASSWORD")
    assert not taught(app.run())


def test_even_the_right_password_has_to_wait_its_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_PASSWORD", PASSWORD)
    monkeypatch.setattr(visitor, "PAUSE", 1000.0)
    app = give(give(open_page(), "chalk and walk"), PASSWORD)
    assert not taught(app)
    assert "Too many tries" in said(app)


# The brakes


def test_one_visitor_tries_once_a_second_and_ten_times_a_minute() -> None:
    brakes = visitor.Brakes()
    assert brakes.wait("a", 0.0) == 0
    assert 0.4 < brakes.wait("a", 0.5) <= 0.5
    tries = [brakes.wait("a", 1.0 + second) for second in range(20)]
    assert tries[:9] == [0] * 9
    assert all(tries[9:])
    assert brakes.wait("b", 20.0) == 0, "another visitor is not slowed by it"
    assert brakes.wait("a", 61.5) == 0


def test_refused_tries_do_not_make_the_wait_longer() -> None:
    brakes = visitor.Brakes()
    for tenth in range(10_000):
        brakes.wait("a", tenth / 100)
    assert brakes.wait("a", 170.0) == 0
    assert len(brakes._tries) <= visitor.PER_VISITOR


def test_all_together_are_slowed_but_not_a_teacher_who_has_been_here() -> None:
    brakes = visitor.Brakes()
    assert brakes.wait("teacher", 0.0) == 0
    brakes.remember("teacher")
    admitted = sum(brakes.wait(f"stranger {number}", 10 + number / 100) == 0 for number in range(1000))
    assert admitted == visitor.ALL_TOGETHER
    assert brakes.wait("one more", 21.0) > 0
    assert brakes.wait("teacher", 21.0) == 0
    assert brakes.wait("one more", 80.0) == 0


def test_the_brakes_remember_no_more_than_a_minute_of_tries_and_a_few_teachers() -> None:
    brakes = visitor.Brakes()
    for number in range(5000):
        brakes.wait(f"visitor {number}", number / 10)
        brakes.remember(f"visitor {number}")
    assert len(brakes._teachers) == visitor.REMEMBERED
    assert len(brakes._tries) <= visitor.ALL_TOGETHER + visitor.REMEMBERED * visitor.PER_VISITOR
