"""The page side by side in a real Chromium: digits, orders, the table, what is taken along, an own model."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from genmodels.evaluation import comparison
from genmodels.evaluation.comparison import ENTRANTS
from tests.browser.helpers import Open
from ui.text import labels

Come = Callable[..., Page]
OWN = labels("en")["compare"]
PATIENCE = 60_000
RECORDS = {entrant.name: found for entrant in ENTRANTS if (found := comparison.shipped(entrant))}


@pytest.fixture
def come(whole: Open) -> Come:
    """`come(**query)` opens the page and waits until the neighbours of the chosen digit are there."""

    def opened(**query: object) -> Page:
        one = whole("compare", **query)
        expect(one.page.locator(".near-by")).to_have_attribute("data-nearest", re.compile(r"\d"), timeout=PATIENCE)
        return one.settled()

    return opened


def test_a_digit_is_chosen_with_the_mouse_and_with_keys(come: Come) -> None:
    page = come()
    nearest = page.locator(".near-by").get_attribute("data-nearest")
    page.locator('.row[data-name="vqvae"] .ten button').nth(2).click()
    expect(page.locator(".line-up")).to_have_attribute("data-model", "vqvae")
    expect(page.locator(".near-by")).not_to_have_attribute("data-nearest", str(nearest), timeout=PATIENCE)
    expect(page.locator(".near-by .read")).to_contain_text("VQ-VAE")
    expect(page).to_have_url(re.compile(r"model=vqvae.*digit=2"), timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".line-up")).to_have_attribute("data-digit", "3")
    assert page.locator(".line-up").get_attribute("data-model") != "vqvae"
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"digit=9"), timeout=PATIENCE)


def test_the_rows_put_themselves_in_order(come: Come) -> None:
    page = come()
    page.get_by_role("button", name=OWN["line-up-sort"]).click()
    page.get_by_role("radio", name=OWN["measure-time"]).click()
    best = sorted(RECORDS, key=lambda name: RECORDS[name].milliseconds[64])
    order = str(page.locator(".line-up").get_attribute("data-order")).split()
    assert order[0] == "real" and [name for name in order if name in RECORDS] == best
    expect(page).to_have_url(re.compile(r"measure=time.*order=measure"), timeout=PATIENCE)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".line-up")).to_have_attribute("data-measure", "apart")


def test_the_table_is_sorted_by_a_head(come: Come) -> None:
    page = come()
    head = page.locator('.score-table button[data-name="coverage"]')
    head.click()
    cell = page.locator(".score-table th", has=page.locator('button[data-name="coverage"]'))
    expect(cell).to_have_attribute("aria-sort", "descending")
    names = page.locator(".score-table tbody th b").all_text_contents()
    best = max(RECORDS, key=lambda name: RECORDS[name].neighbours.coverage)
    assert names[:2] == [OWN["name-real"], OWN[f"name-{best}"]]
    expect(page).to_have_url(re.compile(r"sort=coverage.*falling=yes"), timeout=PATIENCE)
    head.press("Enter")
    expect(cell).to_have_attribute("aria-sort", "ascending")


def test_numbers_and_picture_are_taken_along(come: Come) -> None:
    page = come()
    with page.expect_download(timeout=PATIENCE) as table:
        page.get_by_role("button", name=OWN["take-csv"]).click()
    read = {one["name"]: one for one in csv.DictReader(io.StringIO(Path(table.value.path()).read_text("utf-8")))}
    for name, record in RECORDS.items():
        assert float(read[name]["frechet_judge1_n10000"]) == record.judges[0].frechet[10_000]
        assert float(read[name]["milliseconds_64"]) == record.milliseconds[64]
    with page.expect_download(timeout=PATIENCE) as picture:
        page.get_by_role("button", name=OWN["take-png"]).click()
    assert Image.open(picture.value.path()).size[0] > 600


def test_other_digits_come_row_by_row(come: Come) -> None:
    page = come()
    page.get_by_role("button", name=OWN["draw"]).click()
    expect(page).to_have_url(re.compile("seed=1"), timeout=PATIENCE)
    expect(page.locator(".row[data-has]")).to_have_count(1 + len(RECORDS), timeout=3 * PATIENCE)
    expect(page.locator(".near-by")).to_be_visible(timeout=PATIENCE)


def test_it_fits_a_narrow_screen(visit: Open) -> None:
    one = visit(width=390)
    page = one.goto("compare", lang="zh", further="open")
    expect(page.locator(".near-by")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".score-table tbody tr").first).to_be_visible(timeout=PATIENCE)
    one.settled()
    assert not one.overflow() and not one.troubles
