"""The web page in a real browser for everyone: by keyboard alone, on a phone, in the dark, in her own language."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import QUESTION, ask, document_of


def test_on_a_phone_the_question_leaves_the_page_to_the_answer(driven: Browser, seeded: str) -> None:
    context = driven.new_context(locale="zh-CN", viewport={"width": 360, "height": 720})
    page = context.new_page()
    page.goto(seeded)
    ask(page, QUESTION)
    box = page.locator("form.ask").bounding_box()
    bar = page.locator(".bar").bounding_box()
    assert box is not None
    assert bar is not None
    assert box["height"] < 720 / 6
    assert bar["height"] < 720 / 8
    context.close()


def test_a_keyboard_alone_goes_the_whole_way(page: Page, seeded: str) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"the tab key never comes to {selector}")

    page.goto(seeded)
    expect(page.locator("#question")).to_be_visible()
    tab_to("#skip")
    page.keyboard.press("Enter")
    tab_to("#question")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".turn footer")).to_be_visible(timeout=60_000)
    page.locator("#view").focus()
    tab_to(".answer .marker")
    page.keyboard.press("Enter")
    expect(page.locator("#source mark").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#skip").focus()
    tab_to("#views a[href='#/pages']")
    page.keyboard.press("Enter")
    tab_to("tbody a")
    page.keyboard.press("Enter")
    expect(page.locator(".columns .card").first).to_be_visible()
    tab_to(".tag")
    page.keyboard.press("Enter")
    expect(page.locator(".card.chosen .jump")).to_be_focused()


VIEWS = ("ask", "pages", "check", "summaries", "digests", "batches", "evaluations")


def _axe(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_obstacle_for_people(driven: Browser, seeded: str, scheme: Any) -> None:
    # The checker puts its own script into the page, which the policy rightly refuses; it alone is let in here.
    context = driven.new_context(locale="zh-CN", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(seeded)
    ask(page, QUESTION)
    page.locator(".answer .marker").first.click()
    expect(page.locator("#source mark").first).to_be_visible()
    assert _axe(page) == []
    for view in VIEWS[1:]:
        page.goto(f"{seeded}/#/{view}")
        expect(page.locator("main h1")).to_be_visible()
        assert _axe(page) == []
    page.goto(f"{seeded}/#/pages/{document_of(seeded, '004_')['document_id']}")
    expect(page.locator(".columns .card").first).to_be_visible()
    assert _axe(page) == []
    context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_a_phone_s_width_needs_no_sideways_scrolling(driven: Browser, seeded: str, view: str) -> None:
    context = driven.new_context(locale="zh-CN", viewport={"width": 360, "height": 720})
    page = context.new_page()
    page.goto(f"{seeded}/#/{view}")
    expect(page.locator("main h1")).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("#views [aria-current]")).to_be_in_viewport(ratio=1)
    context.close()


@pytest.mark.parametrize(("locale", "word"), [("zh-CN", "提问"), ("zh-TW", "提問"), ("en-GB", "Ask")])
def test_the_page_speaks_the_reader_s_language_and_keeps_her_choice(
    driven: Browser, seeded: str, locale: str, word: str
) -> None:
    context = driven.new_context(locale=locale)
    page = context.new_page()
    page.goto(seeded)
    expect(page.locator("#views a").first).to_have_text(word)
    page.locator("#language").select_option("en")
    page.reload()
    expect(page.locator("#views a").first).to_have_text("Ask")
    context.close()
