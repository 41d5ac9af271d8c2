"""The web page of another collection than the service's own, by its address, where no key is needed."""

from __future__ import annotations

from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ask, served

QUESTION = "东湖大桥全长多少米?"
PAGE = "东湖大桥通车\n\n本报讯 东湖大桥昨日通车，全长一千二百米，设双向六车道。"


def test_the_page_shows_the_collection_its_address_names_and_no_other(page: Page, tmp_path: Path) -> None:
    with served(tmp_path) as url:
        sent = httpx.post(
            f"{url}/v1/documents",
            files={"files": ("east.txt", PAGE.encode())},
            headers={"Gazette-Collection": "east"},
            timeout=60,
        )
        assert sent.json()["documents"] == 1
        page.goto(f"{url}/?collection=east")
        ask(page, QUESTION)
        expect(page.locator(".turn").last).to_contain_text("一千二百米")
        page.goto(f"{url}/")
        ask(page, QUESTION)
        expect(page.locator(".turn").last).not_to_contain_text("一千二百米")
