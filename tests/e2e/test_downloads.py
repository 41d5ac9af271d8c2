"""A clerk with a key in the page takes along whatever the page offers as a file, and is told where she may not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import ROOT, SEEDS
from tests.e2e.conftest import QUESTION, RUN, ask, served


def _gazette(store: Path, *arguments: str) -> str:
    environment = {**os.environ, "GAZETTE_STORE__PATH": str(store), "GAZETTE_EVAL__PATH": str(store / "evals")}
    done = subprocess.run((*RUN, *arguments), cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample pages and one evaluation."""
    folder = tmp_path_factory.mktemp("kept")
    claims = tmp_path_factory.mktemp("claims") / "claims.jsonl"
    row = {"id": "a", "claim": "甲县新建三座大桥", "evidence": ["甲县新建三座大桥。"], "label": "supported"}
    claims.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    _gazette(folder, "ingest", str(SEEDS))
    _gazette(folder, "eval", "run", "claims", "--data", str(claims))
    return folder


@pytest.fixture(scope="module")
def key(store: Path) -> str:
    return str(json.loads(_gazette(store, "keys", "create", "--name", "clerk", "--scope", "admin", "--json"))["key"])


@pytest.fixture(scope="module")
def url(store: Path, key: str) -> Iterator[str]:
    assert key
    with served(store) as address:
        yield address


def _enter(page: Page, url: str, key: str) -> None:
    page.goto(url)
    page.locator("dialog input").fill(key)
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)


def _taken(page: Page, link: Locator) -> tuple[str, Path]:
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.suggested_filename, Path(waiting.value.path())


def test_an_answer_is_taken_along(page: Page, url: str, key: str) -> None:
    _enter(page, url, key)
    ask(page, QUESTION)
    name, file = _taken(page, page.get_by_role("link", name="Markdown"))
    assert name.endswith(".md")
    assert "1647" in file.read_text("utf-8")
    name, file = _taken(page, page.get_by_role("link", name="DOCX"))
    assert name.endswith(".docx")
    assert "1647" in zipfile.ZipFile(file).read("word/document.xml").decode()


def test_a_report_is_taken_along(page: Page, url: str, key: str) -> None:
    _enter(page, url, key)
    page.goto(f"{url}/#/evaluations")
    name, file = _taken(page, page.locator("main .card").get_by_role("link"))
    assert name.endswith(".html")
    page.goto(file.rename(file.with_suffix(".html")).as_uri())
    expect(page.locator("h1")).to_contain_text("claims")


def test_the_lines_of_a_batch_are_taken_along_and_one_that_is_gone_is_said(
    page: Page, url: str, key: str, tmp_path: Path
) -> None:
    requests = tmp_path / "requests.jsonl"
    line = {"custom_id": "a", "method": "POST", "url": "/v1/answers", "body": {"question": QUESTION}}
    requests.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    _enter(page, url, key)
    page.goto(f"{url}/#/batches")
    page.get_by_label(re.compile("请求文件")).set_input_files([requests])
    page.get_by_role("button", name="开始").click()
    expect(page.locator("tbody tr")).to_contain_text("completed", timeout=120_000)
    link = page.get_by_role("link", name="结果")
    name, file = _taken(page, link)
    assert name.endswith("-output.jsonl")
    assert "1647人" in file.read_text("utf-8")
    gone = json.dumps({"title": "Not found", "status": 404, "detail": "no such file"})
    page.route("**/v1/files/*/content", lambda route: route.fulfill(status=404, body=gone))
    link.click()
    expect(page.locator("tbody [role=alert]")).to_contain_text("no such file")
    page.unroute("**/v1/files/*/content")
    _taken(page, link)
    expect(page.locator("tbody [role=alert]")).to_have_count(0)


def test_summaries_are_taken_along(page: Page, url: str, key: str) -> None:
    _enter(page, url, key)
    page.goto(f"{url}/#/summaries")
    page.get_by_label("文件").select_option(index=1)
    page.get_by_role("button", name="生成摘要").click()
    expect(page.locator(".card .summary").first).to_be_visible()
    for form in ("JSONL", "Markdown"):
        _, file = _taken(page, page.get_by_role("button", name=form))
        assert file.stat().st_size > 100
