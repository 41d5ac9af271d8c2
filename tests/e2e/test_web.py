"""A reader in a real browser, one test a story: she asks, follows quotes to their source, and reads pages."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import QUESTION, ask, document_of


def test_an_answer_shows_its_quote_in_the_source_page(page: Page, seeded: str) -> None:
    page.goto(seeded)
    ask(page, QUESTION)
    expect(page.locator(".answer strong")).to_contain_text("1647")
    expect(page.locator(".answer .verdict.supported")).to_be_visible()
    page.locator(".answer .marker").first.click()
    quote = page.locator(".quotes blockquote").first.inner_text()
    marked = page.locator("#source .page-text mark")
    expect(marked.first).to_be_visible()
    assert re.sub(r"\s", "", "".join(marked.all_inner_texts())) == re.sub(r"\s", "", quote)
    shown = page.locator("#source .page-text").evaluate("node => node.textContent")
    assert shown == document_of(seeded, "003_")["text"]
    expect(page.locator("#source .article-text mark")).to_be_visible()


def test_a_keyboard_alone_opens_a_source_and_comes_back(page: Page, seeded: str) -> None:
    page.goto(seeded)
    ask(page, QUESTION)
    page.locator(".answer .marker").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source mark").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "marker"


def test_a_refusal_says_why_and_shows_the_nearest_words(page: Page, seeded: str) -> None:
    page.goto(seeded)
    ask(page, "光合作用在哪一年被发现?")
    expect(page.locator(".declined")).to_be_visible()
    assert page.locator(".turn .answer").count() == 0


def test_a_follow_up_shows_how_it_was_understood(page: Page, seeded: str) -> None:
    page.goto(seeded)
    ask(page, QUESTION)
    ask(page, "那单独组建的非公企业党组织呢?")
    expect(page.locator(".turn").nth(1)).to_contain_text("理解为")
    page.get_by_role("button", name="新的对话").click()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_filter_limits_what_is_asked(page: Page, seeded: str) -> None:
    page.goto(seeded)
    page.locator("summary", has_text="限定范围").click()
    page.get_by_label("文件").fill(document_of(seeded, "000_")["document"])
    ask(page, QUESTION)
    expect(page.locator(".declined")).to_be_visible()


def test_dates_are_written_as_year_month_day_and_a_wrong_one_is_said(page: Page, seeded: str) -> None:
    sent: list[Any] = []
    page.on("request", lambda one: sent.append(one.post_data_json) if one.url.endswith("/v1/answers") else None)
    page.goto(seeded)
    page.locator("summary", has_text="限定范围").click()
    page.get_by_label(re.compile("起始日期")).fill("2024-02-31")
    page.locator("#question").fill(QUESTION)
    page.keyboard.press("Enter")
    message = page.locator("input[name=from]").evaluate("one => one.validationMessage")
    assert "2024-03-06" in message
    assert sent == []
    page.get_by_label(re.compile("起始日期")).fill("2023-01-01")
    ask(page, QUESTION)
    assert sent[0]["filters"]["from"] == "2023-01-01"


def test_a_question_can_be_stopped(page: Page, seeded: str) -> None:
    def never(route: Route) -> None:
        """A service that takes the question and says nothing."""

    page.goto(seeded)
    page.route("**/v1/answers", never)
    page.locator("#question").fill(QUESTION)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="停止").click()
    expect(page.locator(".turn")).to_contain_text("已停止")
    page.unroute("**/v1/answers")
    ask(page, QUESTION)


def test_a_page_is_shown_with_its_pieces_and_doubts(page: Page, seeded: str) -> None:
    document = document_of(seeded, "004_")
    page.goto(f"{seeded}/#/pages")
    page.get_by_role("link", name=document["document"]).click()
    expect(page.locator(".columns .card").first).to_be_visible()
    pieces = page.locator(".columns .card").count()
    assert pieces > 5
    assert page.locator(".page-text .tag").count() == pieces
    shown = page.locator(".page-text").evaluate(
        "node => { const copy = node.cloneNode(true); copy.querySelectorAll('.tag').forEach(tag => tag.remove()); "
        "return copy.textContent; }"
    )
    assert shown == document["text"]
    assert page.locator(".doubts li").count() > 0


def test_a_chosen_piece_is_in_view_on_both_sides_and_the_keyboard_goes_from_piece_to_piece(
    page: Page, seeded: str
) -> None:
    page.goto(f"{seeded}/#/pages/{document_of(seeded, '004_')['document_id']}")
    last = page.locator(".page-text .tag").last
    expect(last).to_be_attached()
    at = last.locator("..").get_attribute("data-piece")
    last.focus()
    page.keyboard.press("Enter")
    card = page.locator(f"#piece-{at}")
    expect(card).to_be_in_viewport()
    expect(card).to_have_class(re.compile("chosen"))
    expect(card.locator(".jump")).to_be_focused()
    expect(page.locator(f".page-text [data-piece='{at}'].chosen").first).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    above = page.locator(".card.chosen")
    expect(above).to_have_count(1)
    assert above.get_attribute("data-piece") == str(int(at or 0) - 1)
    page.keyboard.press("Enter")
    expect(page.locator(f".page-text [data-piece='{int(at or 0) - 1}'] .tag")).to_be_focused()
    expect(page.locator(".page-text .chosen").first).to_be_in_viewport()
