"""The process that serves: not ready, ready, and still so behind a path and a list of hosts."""

from __future__ import annotations

import re
from urllib.request import urlopen

import pytest

from tools.browser import Server, readiness, start_server


def test_ready_only_after_a_real_page(server: Server) -> None:
    assert 503 in server.answers, "readiness was never denied"
    assert server.answers[-1] == 200
    status, body = server.status("readyz")
    assert status == 200
    assert readiness(body) == {"ready": True}


def test_the_first_pages_leave_nothing_to_complain_about_in_the_log(server: Server) -> None:
    """No traceback, and no call that Streamlit has called deprecated."""
    assert not re.search(r"Traceback|deprecat|WARNING", server.log.read_text(encoding="utf-8"))


def test_a_server_says_why_it_is_not_ready_while_it_is_healthy() -> None:
    with start_server() as fresh:
        fresh.wait_until("_stcore/health")
        status, body = fresh.status("readyz")
        assert status == 503
        assert readiness(body)["reason"]
        fresh.wait_until("readyz")


@pytest.mark.slow
def test_the_warm_up_finds_its_own_server_behind_a_path_and_allowed_hosts() -> None:
    with start_server("--server.baseUrlPath=course", "--server.allowedHosts=*.example.org") as moved:
        moved.wait_until("course/readyz")
        assert moved.status("readyz") == moved.status("course/readyz")
        check_below_pages(moved, "/course")
        assert "Traceback" not in moved.log.read_text(encoding="utf-8")


def check_below_pages(server: Server, base: str) -> None:
    """An address below a page leads to the page, with what it asked for; what Streamlit itself asks for does not."""
    with urlopen(f"{server.url}{base}/markov/x?lang=zh&start=1") as answer:
        assert answer.url == f"{server.url}{base}/markov?lang=zh&start=1"
    assert server.status(f"{base}/markov/_stcore/health".lstrip("/"))[0] == 404


def test_an_address_below_a_page_is_the_page(server: Server) -> None:
    check_below_pages(server, "")
