"""The web page of another collection than the service's own, by its address, where no key is needed."""

from __future__ import annotations

import re
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
        with page.expect_download() as waiting:
            page.get_by_text("Markdown").click()
        assert "一千二百米" in Path(waiting.value.path()).read_text("utf-8")
        page.goto(f"{url}/")
        ask(page, QUESTION)
        expect(page.locator(".turn").last).not_to_contain_text("一千二百米")


def test_what_is_uploaded_goes_where_the_address_says(page: Page, tmp_path: Path) -> None:
    news = tmp_path / "东湖.txt"
    news.write_text(PAGE, "utf-8")
    with served(tmp_path / "store") as url:
        for name in ("west", "east"):
            page.goto(f"{url}/?collection={name}#/pages")
            page.get_by_label(re.compile("可多选")).set_input_files([news])
            page.get_by_role("button", name="上传").click()
            expect(page.locator("form.upload [role=status]")).to_contain_text("收入1个文件")
        assert httpx.get(f"{url}/v1/documents").json()["items"] == []
        east = httpx.get(f"{url}/v1/documents", headers={"Gazette-Collection": "east"}).json()["items"]
        assert [one["document"] for one in east] == ["东湖.txt"]


def test_where_there_are_several_the_reader_chooses_and_keeps_the_choice(page: Page, tmp_path: Path) -> None:
    with served(tmp_path) as url:
        page.goto(f"{url}/")
        chosen = page.get_by_label("资料库")
        expect(page.locator("#views a").first).to_be_visible()
        expect(chosen).to_be_hidden()
        for name in ("east", "west"):
            sent = httpx.post(
                f"{url}/v1/documents",
                files={"files": (f"{name}.txt", PAGE.replace("东湖", name).encode())},
                headers={"Gazette-Collection": name},
                timeout=60,
            )
            assert sent.json()["documents"] == 1
        page.goto(f"{url}/#/pages")
        page.reload()
        expect(chosen.locator("option")).to_have_text(["default", "east", "west"])
        expect(chosen).to_have_value("default")
        chosen.select_option("west")
        expect(page.locator("tbody tr")).to_contain_text("west.txt")
        assert page.evaluate("location.search + location.hash") == "?collection=west#/pages"
        expect(chosen).to_have_value("west")
        page.reload()
        expect(chosen).to_have_value("west")
        expect(page.locator("tbody tr")).to_have_count(1)
