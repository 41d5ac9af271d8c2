"""Shared by the tests in a browser: Debian's Chromium, and a real service over a data folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import ROOT, SEEDS

PATIENCE_MS = 60_000
"""A busy machine takes seconds for what an idle one shows at once; only a failure ever waits that long."""

expect.set_options(timeout=PATIENCE_MS)

RUN = (sys.executable, "-c", "from rag.cli import main; main()")
QUESTION = "六安经开区园区非公组织党员有多少人?"


def chromium() -> str:
    """Where Debian's Chromium is."""
    found = shutil.which("chromium")
    assert found, "this test needs Chromium: run `make system`"
    return found


@contextmanager
def served(store: Path) -> Iterator[str]:
    """A service over a data folder, with a folder of evaluation runs inside; its address."""
    environment = {**os.environ, "GAZETTE_STORE__PATH": str(store), "GAZETTE_EVAL__PATH": str(store / "evals")}
    process = subprocess.Popen(
        (*RUN, "serve", "--port", "0"), cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("Gazette listens on http://127.0.0.1:"), line
        url = line.split()[3]
        deadline = time.monotonic() + 60
        while httpx.get(f"{url}/readyz", timeout=10).status_code != 200:
            assert time.monotonic() < deadline, "the service did not open its data folder"
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.communicate(timeout=120)


@pytest.fixture(scope="session")
def browser() -> str:
    """The browser's program."""
    return chromium()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over an empty corpus."""
    with served(tmp_path_factory.mktemp("store")) as url:
        yield url


@pytest.fixture(scope="module")
def seeded_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of ``seeded``."""
    return tmp_path_factory.mktemp("seeded")


@pytest.fixture(scope="module")
def seeded(seeded_store: Path) -> Iterator[str]:
    """A service over the sample pages."""
    store = seeded_store
    environment = {**os.environ, "GAZETTE_STORE__PATH": str(store)}
    subprocess.run((*RUN, "ingest", str(SEEDS)), cwd=ROOT, env=environment, check=True, capture_output=True)
    with served(store) as url:
        yield url


@pytest.fixture(scope="module")
def driven() -> Iterator[Browser]:
    """Chromium, driven."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(driven: Browser) -> Iterator[Page]:
    """A page of its own; whatever its console complains of fails the test, but for statuses: those are replies."""
    context = driven.new_context(locale="zh-CN", viewport={"width": 1280, "height": 860})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    yield opened
    context.close()
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


def ask(page: Page, question: str) -> None:
    """Ask one question in the page, and wait for the whole reply."""
    before = page.locator(".turn footer").count()
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".turn footer")).to_have_count(before + 1, timeout=60_000)


def document_of(url: str, name: str) -> dict[str, Any]:
    """A document of the service, by how its name begins."""
    items = httpx.get(f"{url}/v1/documents").json()["items"]
    found = next(item for item in items if item["document"].startswith(name))
    return dict(httpx.get(f"{url}/v1/documents/{found['document_id']}").json())
