"""The desk's work in a real browser, one test a story: drafts, summaries, digests, batches, uploads, evaluations."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from tests.conftest import ROOT
from tests.e2e.conftest import QUESTION, RUN


def test_a_draft_is_checked_statement_by_statement(page: Page, seeded: str) -> None:
    page.goto(f"{seeded}/#/check")
    page.locator("main textarea").fill("园区非公组织党员达到1647人。园区非公组织党员达到1747人。")
    page.get_by_role("button", name="核对").click()
    expect(page.locator(".draft .claim.supported")).to_have_count(1)
    expect(page.locator(".draft .claim.unsupported")).to_have_count(1)
    expect(page.locator(".reasons")).to_contain_text("1747")


def test_a_service_that_fails_is_said_in_words(page: Page, seeded: str) -> None:
    problem = json.dumps({"type": "about:blank", "title": "Model", "status": 502, "detail": "the model is away"})
    page.goto(seeded)
    page.route("**/v1/verifications", lambda route: route.fulfill(status=502, body=problem))
    page.goto(f"{seeded}/#/check")
    page.locator("main textarea").fill("党员1647人。")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("main form [role=status]")).to_contain_text("the model is away")


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
    command = (*RUN, "eval", "run", "claims", "--data", str(claims), "--set", "answer.min_support=0.6")
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    page.goto(f"{seeded}/#/evaluations")
    card = page.locator("main .card")
    expect(card.locator("h2")).to_contain_text("claims")
    expect(card.locator("p").first).to_have_text("claims.jsonl · answer.min_support=0.6")
    card.locator("summary").click()
    expect(card.locator("tbody")).to_contain_text("verdict_accuracy")
    card.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("claims")
    page.locator("details summary").first.click()
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") == "1120px", "its style is let in"
    page.go_back()
    expect(page.locator("main h1")).to_have_text("评测")
