"""The web page and hostile text, in a real browser: nothing a newspaper prints runs, and nothing leaves."""

from __future__ import annotations

import json
from importlib.resources import files

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ask

PAYLOADS = (
    "<img src=x onerror=\"window.ran='img'\">",
    "<script>window.ran='script'</script>",
    "<svg onload=\"window.ran='svg'\"></svg>",
    '"><a href="javascript:window.ran=\'link\'">x</a>',
    "![x](https://example.com/leak?q=1) \u202eevil\u202c [1](javascript:window.ran='md')",
)


def test_hostile_text_in_every_field_never_runs_and_nothing_leaves(page: Page, service: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialog.accept())
    for number, payload in enumerate(PAYLOADS):
        record = {
            "id": payload,
            "title": payload,
            "text": f"{payload} 恶意镇有{number + 3}座桥。{payload}。",
            "place": payload,
        }
        source = (f"{number}.jsonl", json.dumps(record, ensure_ascii=False).encode())
        fields = {"paper": payload, "place": payload, "page": payload}
        assert httpx.post(f"{service}/v1/documents", files={"files": source}, data=fields).status_code in (
            200,
            207,
            422,
        )
    listed = httpx.get(f"{service}/v1/documents").json()["items"]
    assert len(listed) == len(PAYLOADS)
    page.goto(service)
    ask(page, f"恶意镇有多少座桥? {PAYLOADS[0]}")
    markers = page.locator(".marker")
    if markers.count():
        markers.first.click()
        expect(page.locator("#source .page-text")).to_be_visible()
    page.goto(f"{service}/#/check")
    page.locator("main textarea").fill(f"恶意镇有4座桥。{''.join(PAYLOADS)}")
    page.get_by_role("button", name="核对").click()
    expect(page.locator(".draft")).to_be_visible()
    page.goto(f"{service}/#/pages")
    expect(page.locator("tbody tr")).to_have_count(len(PAYLOADS))
    for item in listed:
        page.goto(f"{service}/#/pages/{item['document_id']}")
        expect(page.locator(".columns .card").first).to_be_visible()
    page.goto(f"{service}/#/summaries")
    page.get_by_role("button", name="生成摘要").click()
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("window.ran") is None
    assert all(url.startswith((service, "blob:")) for url in asked)
    assert page.locator("main img, main svg, main a[href^='javascript']").count() == 0


def test_the_page_s_files_are_all_of_it(driven: Browser, seeded: str) -> None:
    context = driven.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(seeded)
    expect(page.locator("#question")).to_be_visible()
    own = {f"{seeded}/web/{one.name}" for one in (files("api") / "web").iterdir()}
    assert {url for url in asked if "/web/" in url} <= own
    assert all(url.startswith(seeded) for url in asked)
    context.close()
