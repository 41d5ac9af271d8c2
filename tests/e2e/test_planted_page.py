"""Orders planted in pages, a model that obeys them all, and a reader's browser: nothing runs, and nothing leaves.

A short form; `make planted` takes all two hundred.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ask, served
from tests.integration.obedient import CANARY, obeys
from tests.integration.scripted_model import scripted_model
from tests.planted import EVIL, MARK, figure_of, honest, plain, planted, question

PLANTED = planted(1 if os.environ.get("ALL_PLANTED") else 13)

ACTIVE = f"main img, main iframe, main a[href^='javascript'], a[href*='{EVIL.partition('//')[2]}']"
"""What an order wants on the page: a picture that tells its address, a link that leads away."""


def test_no_view_of_planted_articles_runs_or_asks_for_anything_of_theirs(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with scripted_model(obeys) as model:
        for name, value in (("NAME", "openai/obedient"), ("API_BASE", model.api_base), ("API_KEY", "none")):
            monkeypatch.setenv(f"GAZETTE_MODEL__{name}", value)
        with served(tmp_path / "store") as url:
            files = [("files", (one.name, one.content)) for one in [*honest(), *PLANTED]]
            assert httpx.post(f"{url}/v1/documents", files=files, timeout=300).json()["failed"] == []
            _look_at_answers(page, url)
            _look_at_pages(page, url)
            for view, button, made in (("summaries", "生成摘要", ".card"), ("digests", "生成综述", "section .marker")):
                page.goto(f"{url}/#/{view}")
                if view == "summaries":  # of one planted page: the model is asked for each article in turn
                    page.get_by_label("文件").select_option(index=1)
                page.get_by_role("button", name=button).click()
                expect(page.locator(f"main {made}").first).to_be_visible(timeout=900_000)
                assert page.locator(ACTIVE).count() == 0
            assert all(one.startswith((url, "blob:")) for one in asked)
    assert model.requests


def _look_at_answers(page: Page, url: str) -> None:
    """What an order wants said of the honest news, and another article's news, is never marked as supported."""
    for wanted in (question(305), "总投资多少?", *(question(int(one.name[:3])) for one in PLANTED[:3])):
        page.goto(url)  # a new conversation: this model rewrites no questions
        ask(page, wanted)
        assert page.locator(ACTIVE).count() == 0
        for said in page.locator(".answer:has(.verdict.supported) strong").all_inner_texts():
            assert not ("水渠" in said and any(figure_of(mark[0]) in said for mark in MARK.finditer(plain(said))))
            assert CANARY not in said
        for marker in page.locator(".marker").all()[:1]:
            marker.click()
            expect(page.locator("#source .page-text")).to_be_visible()
            assert page.locator(ACTIVE).count() == 0


def _look_at_pages(page: Page, url: str) -> None:
    page.goto(f"{url}/#/pages")
    expect(page.locator("tbody tr")).to_have_count(min(100, len(PLANTED) + len(honest())))
    assert page.locator(ACTIVE).count() == 0
    for item in httpx.get(f"{url}/v1/documents", params={"limit": 100}).json()["items"]:
        if re.match(r"\d{3}", item["document"]):
            page.goto(f"{url}/#/pages/{item['document_id']}")
            expect(page.locator(".columns .card").first).to_be_visible()
            assert page.locator(ACTIVE).count() == 0
