"""Every page read by axe-core, in both themes: contrast, names, roles, order; also what opens only when asked.

While a step is open, what it does not speak of is dimmed on purpose, below every bar for contrast.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.helpers import Open
from ui.course import LESSONS, PAGES, address
from ui.text import labels

AXE = Axe()


def violations(page: Any) -> list[str]:
    """What axe-core finds wrong: the rule, and where."""
    found = AXE.run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_wrong_on_a_page(visit: Open, page: str, theme: str) -> None:
    one = visit(theme=theme)
    unfolded = {"further": "open"} if page in LESSONS else {}
    tab = one.goto(address(page), lang="en", **unfolded)
    if page in LESSONS:
        expect(tab.locator(".st-key-next")).to_be_attached(timeout=60_000)
        one.settled()
    assert violations(tab) == []


@pytest.mark.parametrize("page", LESSONS)
def test_nothing_is_wrong_with_the_stage_alone(visit: Open, page: str) -> None:
    one = visit(width=1280, height=720)
    tab = one.goto(page, lang="zh", view="stage")
    assert violations(tab) == []


def test_the_menu_is_groups_of_links(visit: Open) -> None:
    tab = visit().goto(lang="en")
    for section in ("probability", "latent", "diffusion"):
        group = tab.get_by_role("group", name=labels("en")["frame"][f"section-{section}"], exact=True)
        expect(group.get_by_role("link")).not_to_have_count(0)
