"""At the door: what every answer carries, what is not for everybody, and a proxy that hides the course's name."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import pytest
import requests
from streamlit import config, net_util

from frame import guard
from frame.guard import Guard
from genmodels.jobs import limits
from genmodels.jobs.limits import Limits
from tools.browser import Server

ROOT = Path(__file__).parent.parent
SAFE = {"x-content-type-options": "nosniff", "content-security-policy": "frame-ancestors 'self'"}


def ask(door: Guard, path: str, kind: str = "http", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of an answer; a web socket that was let through is (101, {}, "")."""
    sent: list[dict[str, Any]] = []
    scope = {"type": kind, "method": "GET", "path": path, "query_string": b"", "scheme": "http"}
    scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def main() -> None:
        await door(scope, receive, send)

    with ThreadPoolExecutor(1) as thread:  # the browser tests keep a loop running in the main one
        thread.submit(anyio.run, main).result()
    if not sent:
        return 101, {}, ""
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(one.get("body", b"") for one in sent[1:]).decode()


async def streamlit(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"streamlit"})


def test_every_answer_of_the_server_says_how_it_may_be_used(server: Server) -> None:
    paths = ["", "vae", "readyz", "_stcore/health", "_stcore/host-config", "_stcore/metrics", "no/such/page", "..%2f.."]
    paths += ["app/static/LICENSES.txt", "static/index.html", "media/none", "_stcore/script-health-check"]
    for path in paths:
        answer = requests.get(f"{server.url}/{path}", timeout=60, allow_redirects=False)
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE, path
    assert requests.get(f"{server.url}/_stcore/metrics", timeout=60).status_code == 404
    assert requests.get(f"{server.url}/_stcore/metrics/", timeout=60).status_code == 404


def test_a_failure_of_the_server_itself_carries_the_same() -> None:
    answer = guard.failed(None, ZeroDivisionError())  # type: ignore[arg-type]
    assert {name: answer.headers[name] for name in SAFE} == SAFE and answer.status_code == 500


def test_what_the_host_opens_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENMODELS_METRICS", "true")
    monkeypatch.setenv("GENMODELS_EMBED", " https://moodle.example.org  https://*.example.com:8443 ")
    door = Guard(streamlit)
    status, headers, body = ask(door, "/_stcore/metrics")
    assert (status, body) == (200, "streamlit")
    sites = "https://moodle.example.org https://*.example.com:8443"
    assert headers["content-security-policy"] == f"frame-ancestors 'self' {sites}"
    for bad in ("moodle.example.org", "https://a.org; script-src *", "https://a.org\nx: y", "javascript:1", "'none'"):
        with pytest.raises(limits.Problem, match="(?s)embed cannot be .* addresses such as https://moodle"):
            limits.read({"GENMODELS_EMBED": bad})
    monkeypatch.setenv("GENMODELS_EMBED", "nonsense")  # what keeps most back, until it is right
    assert ask(Guard(streamlit), "/_stcore/metrics")[0] == 404


@pytest.mark.parametrize("base", ["", "course"])
def test_metrics_are_closed_below_a_path_too(base: str) -> None:
    config.set_option("server.baseUrlPath", base)
    try:
        for path in ("/_stcore/metrics", "/_stcore/metrics/", "//_stcore/metrics"):
            assert ask(Guard(streamlit, Limits()), f"/{base}{path}" if base else path)[0] == 404
        assert ask(Guard(streamlit, Limits()), f"/{base}/vae".replace("//", "/"))[0] == 200
    finally:
        config.set_option("server.baseUrlPath", "")


MISLED = {"host": "127.0.0.1:8501", "referer": "https://course.example.org/vae"}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the network fails the test."""
    monkeypatch.setattr(requests, "get", lambda *_, **__: pytest.fail("a request has left the host"))
    monkeypatch.setattr(
        net_util, "_make_blocking_http_get", lambda *_, **__: pytest.fail("a request has left the host")
    )


def test_a_proxy_that_hides_the_name_is_told_to_the_reader_and_once_in_the_log(
    offline: None, caplog: pytest.LogCaptureFixture
) -> None:
    door = Guard(streamlit, Limits())
    for language, said in (("zh-CN,zh;q=0.9", "代理"), ("de", "proxy_set_header Host $http_host;")):
        status, _, body = ask(door, "/_stcore/health", accept_language=language, **MISLED)
        assert status == guard.MISDIRECTED and said in json.loads(body)  # JSON: Streamlit's page can show nothing else
        assert "course.example.org" in body and "127.0.0.1:8501" in body
    assert ask(door, "/static/index.js", **MISLED)[0] == 200
    assert (
        ask(door, "/_stcore/stream", "websocket", host="127.0.0.1:8501", origin="https://course.example.org")[0] == 101
    )
    assert len(caplog.messages) == 1 and "$http_host" in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_proxy_that_hands_no_web_sockets_on_is_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    door = Guard(streamlit, Limits())
    for _ in range(3):
        ask(door, "/_stcore/stream", host="course.example.org")
    assert len(caplog.messages) == 1 and "Upgrade" in caplog.text


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "course.example.org", "referer": "https://course.example.org/vae"},
        {"host": "course.example.org:8443", "origin": "https://course.example.org:8443"},
        {"host": "127.0.0.1:8501", "referer": "http://localhost:8501/"},  # a tunnel
        {"host": "127.0.0.1:8501"},
        {"host": "127.0.0.1:8501", "origin": "null"},
        {"host": "127.0.0.1:8501", "referer": "http://[broken"},
        {},
    ],
)
def test_who_is_called_by_the_right_name_is_served(
    offline: None, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(Guard(streamlit, Limits()), "/_stcore/health", **headers)[0] == 200 and not caplog.messages


@pytest.mark.slow
def test_the_file_that_is_served_says_so_when_it_is_run(tmp_path: Path) -> None:
    """Also by a Python without the packages, and from another folder."""
    for options in ([], ["-S"]):
        command = [sys.executable, *options, str(ROOT / "app.py")]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 1 and done.stderr.count("\n") == 1 and "make run" in done.stderr
