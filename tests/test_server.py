"""The process that serves: not ready, ready, and still so behind a path and a list of hosts."""

from __future__ import annotations

import re

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
        moved.wait_until("readyz")
        assert "Traceback" not in moved.log.read_text(encoding="utf-8")
