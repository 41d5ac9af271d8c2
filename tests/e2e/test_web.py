"""The web page in a real browser, one test a story: what a reader does, and what she then sees."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.conftest import ROOT
from tests.e2e.conftest import QUESTION, RUN, ask


def _document(url: str, name: str) -> dict[str, Any]:
    items = httpx.get(f"{url}/v1/documents").json()["items"]
    found = next(item for item in items if item["document"].startswith(name))
    return dict(httpx.get(f"{url}/v1/documents/{found['document_id']}").json())


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
    assert shown == _document(seeded, "003_")["text"]
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
    page.get_by_label("文件").fill(_document(seeded, "000_")["document"])
    ask(page, QUESTION)
    expect(page.locator(".declined")).to_be_visible()


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


def test_a_service_that_fails_is_said_in_words(page: Page, seeded: str) -> None:
    problem = json.dumps({"type": "about:blank", "title": "Model", "status": 502, "detail": "the model is away"})
    page.goto(seeded)
    page.route("**/v1/verifications", lambda route: route.fulfill(status=502, body=problem))
    page.goto(f"{seeded}/#/check")
    page.locator("main textarea").fill("党员1647人。")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main form [role=status]")).to_contain_text("the model is away")


def test_a_page_is_shown_with_its_pieces_and_doubts(page: Page, seeded: str) -> None:
    document = _document(seeded, "004_")
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


def test_a_draft_is_checked_statement_by_statement(page: Page, seeded: str) -> None:
    page.goto(f"{seeded}/#/check")
    page.locator("main textarea").fill("园区非公组织党员达到1647人。园区非公组织党员达到1747人。")
    page.get_by_role("button", name="核对").click()
    expect(page.locator(".draft .claim.supported")).to_have_count(1)
    expect(page.locator(".draft .claim.unsupported")).to_have_count(1)
    expect(page.locator(".reasons")).to_contain_text("1747")


def test_summaries_are_shown_and_taken_along(page: Page, seeded: str) -> None:
    page.goto(f"{seeded}/#/summaries")
    page.get_by_label("文件").select_option(index=1)
    page.get_by_role("button", name="生成摘要").click()
    expect(page.locator(".card .summary").first).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSONL").click()
    lines = Path(waiting.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == page.locator(".card").count()
    assert all("claims" in json.loads(line) for line in lines)


def test_a_digest_accounts_for_every_article_and_opens_its_sources(page: Page, seeded: str) -> None:
    page.goto(f"{seeded}/#/digests")
    page.get_by_role("button", name="生成综述").click()
    status = page.locator("main form [role=status]")
    expect(status).to_contain_text("引用", timeout=120_000)
    counts = [int(number) for number in re.findall(r"\d+", status.inner_text())]
    assert counts[0] == sum(counts[1:]) > 30
    page.locator("main section .marker").first.click()
    expect(page.locator("#source mark").first).to_be_visible()


def test_a_timeline_is_in_order_of_time(page: Page, seeded: str) -> None:
    page.goto(f"{seeded}/#/digests")
    page.get_by_label("主题").fill("六安经济技术开发区")
    page.get_by_role("button", name="按时间列出").click()
    expect(page.locator(".timeline li").first).to_be_visible(timeout=120_000)
    dates = re.findall(r"\((\d{4}[-\d]*)\)", " ".join(page.locator(".timeline time").all_inner_texts()))
    assert dates == sorted(dates)


def test_a_batch_is_started_watched_and_its_output_taken(page: Page, seeded: str, tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    body = {"question": QUESTION}
    line = {"custom_id": "a", "method": "POST", "url": "/v1/answers", "body": body}
    requests.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    page.goto(f"{seeded}/#/batches")
    page.get_by_label(re.compile("请求文件")).set_input_files([requests])
    page.get_by_role("button", name="开始").click()
    expect(page.locator("tbody tr")).to_contain_text("completed", timeout=120_000)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="结果").click()
    assert "1647人" in Path(waiting.value.path()).read_text("utf-8")


def test_files_are_uploaded_and_deleted(page: Page, service: str, tmp_path: Path) -> None:
    text = "河口修桥\n\n本报讯 河口镇的新桥昨日合龙，全长412米，由镇政府投资修建，预计年底通车。"
    news = tmp_path / "河口.txt"
    news.write_text(text, "utf-8")
    page.goto(f"{service}/#/pages")
    page.get_by_label(re.compile("可多选")).set_input_files([news])
    page.get_by_label("报纸").fill("河口日报")
    page.get_by_role("button", name="上传").click()
    expect(page.locator("form.upload [role=status]")).to_contain_text("收入1个文件")
    expect(page.locator("tbody tr")).to_contain_text("河口日报")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除 河口.txt").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    assert httpx.get(f"{service}/v1/documents").json()["items"] == []


def test_a_chosen_piece_is_in_view_on_both_sides_and_the_keyboard_goes_from_piece_to_piece(
    page: Page, seeded: str
) -> None:
    page.goto(f"{seeded}/#/pages/{_document(seeded, '004_')['document_id']}")
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


def test_without_evaluations_the_page_says_how_to_make_one(page: Page, service: str) -> None:
    page.goto(f"{service}/#/evaluations")
    expect(page.locator("main [role=status]")).to_contain_text("gazette eval run seeds")


def test_an_evaluation_shows_its_figures_and_its_report_opens(
    page: Page, seeded: str, seeded_store: Path, tmp_path: Path
) -> None:
    claims = tmp_path / "claims.jsonl"
    told = (("a", "甲县新建三座大桥", "supported"), ("b", "甲县新建九座大桥", "unsupported"))
    rows = [
        {"id": one, "claim": claim, "evidence": ["甲县新建三座大桥。"], "label": label} for one, claim, label in told
    ]
    claims.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    environment = {**os.environ, "GAZETTE_EVAL__PATH": str(seeded_store / "evals")}
    command = (*RUN, "eval", "run", "claims", "--data", str(claims))
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    page.goto(f"{seeded}/#/evaluations")
    card = page.locator("main .card")
    expect(card.locator("h2")).to_contain_text("claims")
    card.locator("summary").click()
    expect(card.locator("tbody")).to_contain_text("verdict_accuracy")
    card.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("claims")
    page.locator("details summary").first.click()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1120px", "its style is let in"
    page.go_back()
    expect(page.locator("main h1")).to_have_text("评测")


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
    page.goto(f"{seeded}/#/pages/{_document(seeded, '004_')['document_id']}")
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
