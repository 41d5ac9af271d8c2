"""A service with keys, as it is started: OpenAI's own client, the web page, and the commands beside it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from axe_playwright_python.sync_playwright import Axe
from openai import OpenAI
from playwright.sync_api import Page, expect

from tests.conftest import ROOT, SEEDS
from tests.e2e.conftest import RUN, ask, served

QUESTION = "六安经开区园区非公组织党员有多少人?"


@dataclass(frozen=True)
class Locked:
    """A service over the sample pages that asks for keys, and the folder it works on."""

    url: str
    store: Path

    def gazette(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GAZETTE_STORE__PATH": str(self.store)}
        done = subprocess.run(
            (*RUN, *arguments), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stderr
        return done

    def key(self, name: str, scope: str, *limits: str) -> str:
        made = json.loads(self.gazette("keys", "create", "--name", name, "--scope", scope, *limits, "--json").stdout)
        return str(made["key"])


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    store = tmp_path_factory.mktemp("locked")
    bare = Locked("", store)
    # Before the first page, and before the service.
    bare.key("the first", "admin")
    bare.gazette("ingest", str(SEEDS))
    with served(store) as url:
        yield Locked(url, store)


def _client(locked: Locked, key: str) -> OpenAI:
    return OpenAI(base_url=f"{locked.url}/v1", api_key=key, timeout=120, max_retries=0)


def _chat(client: OpenAI, **options: Any) -> Any:
    asked: Any = [{"role": "user", "content": QUESTION}]
    return client.chat.completions.create(model="gazette-qa", messages=asked, **options)


def test_the_sdk_asks_with_a_key_and_knows_every_refusal_for_its_own(locked: Locked) -> None:
    key = locked.key("sdk", "read", "--requests-per-minute", "3")
    client = _client(locked, key)
    assert "1647人" in _chat(client).choices[0].message.content
    assert "1647人" in "".join(
        piece.choices[0].delta.content or "" for piece in _chat(client, stream=True) if piece.choices
    )
    with pytest.raises(openai.PermissionDeniedError, match="--scope write"):
        client.files.create(file=("x.jsonl", b"{}"), purpose="batch")
    assert "gazette-qa" in {one.id for one in client.models.list()}
    with pytest.raises(openai.RateLimitError, match="3 requests a minute") as refused:
        client.models.list()
    assert 0 < int(refused.value.response.headers["retry-after"]) <= 60
    with pytest.raises(openai.AuthenticationError, match="not known here"):
        _chat(_client(locked, "sk-any"))


def test_a_key_revoked_beside_the_service_is_refused_at_once(locked: Locked) -> None:
    key = locked.key("short-lived", "read")
    headers = {"X-API-Key": key}
    assert httpx.get(f"{locked.url}/v1/documents", headers=headers).status_code == 200
    listed = json.loads(locked.gazette("keys", "list", "--json").stdout)
    mine = next(one for one in listed if one["name"] == "short-lived")
    assert mine["last_used"]
    assert mine["prefix"] == key[: len(mine["prefix"])]
    shown = locked.gazette("keys", "list").stdout
    assert "short-lived" in shown
    assert key not in shown + json.dumps(listed)
    locked.gazette("keys", "revoke", "short-lived")
    assert httpx.get(f"{locked.url}/v1/documents", headers=headers).status_code == 401
    assert "keys list" in locked.gazette("keys", "revoke", "short-lived", status=1).stderr


def test_a_folder_without_keys_says_how_to_make_one_and_makes_nothing(tmp_path: Path) -> None:
    bare = Locked("", tmp_path / "store")
    listed = bare.gazette("keys", "list")
    assert listed.stdout == ""
    assert "no keys yet" in listed.stderr
    assert "gazette keys create" in listed.stderr
    assert json.loads(bare.gazette("keys", "list", "--json").stdout) == []
    assert not bare.store.exists()


def test_the_doctor_looks_at_a_service_that_asks_for_keys(locked: Locked) -> None:
    told = locked.gazette("doctor").stdout
    assert "service: ready" in told


def test_an_address_others_reach_is_not_bound_without_a_key(tmp_path: Path) -> None:
    bare = Locked("", tmp_path / "store")
    refused = bare.gazette("serve", "--host", "0.0.0.0", "--port", "0", status=1)
    assert "gazette keys create" in refused.stderr


# --- the page ---------------------------------------------------------------------------------------------------------


def _give(page: Page, key: str) -> None:
    page.locator("dialog input").fill(key)
    page.keyboard.press("Enter")


def test_the_page_asks_for_a_key_and_keeps_it_only_as_long_as_its_tab(
    page: Page, locked: Locked, tmp_path: Path
) -> None:
    key = locked.key("page", "read")
    page.goto(locked.url)
    expect(page.locator("dialog h2")).to_have_text("此服务需要密钥")
    assert not [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    _give(page, "gaz_wrong")
    expect(page.locator("dialog .bad")).to_be_visible()
    page.screenshot(path=tmp_path / "key.png")
    _give(page, key)
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".log")).to_contain_text("5")
    ask(page, QUESTION)
    expect(page.locator(".answer strong")).to_contain_text("1647")
    with page.expect_download() as downloading:
        page.get_by_text("Markdown").click()
    assert "1647" in downloading.value.path().read_text("utf-8")
    assert downloading.value.suggested_filename.startswith("ans_")
    assert page.evaluate("Object.values(sessionStorage)") == [key]
    assert key not in page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")
    page.reload()
    expect(page.locator(".log")).to_contain_text("5")
    expect(page.locator("dialog")).to_have_count(0)


def test_an_upload_with_a_key_that_may_not_says_why(page: Page, locked: Locked) -> None:
    page.goto(f"{locked.url}/#/pages")
    _give(page, locked.key("page that reads", "read"))
    expect(page.locator("dialog")).to_have_count(0)
    page.locator("input[type=file]").set_input_files(sorted(SEEDS.glob("*.txt"))[0])
    page.locator(".upload button").click()
    expect(page.locator("main .bad")).to_contain_text("--scope write")


def test_a_reader_without_a_key_is_told_so(page: Page, locked: Locked) -> None:
    page.goto(locked.url)
    page.locator("dialog button").last.click()
    expect(page.locator(".log")).to_contain_text("此服务需要密钥")
