"""The page's files: all there, in three complete languages, under a policy that lets nothing else in."""

from __future__ import annotations

import re
from importlib.resources import files

import httpx
import pytest

WEB = files("api") / "web"
FORBIDDEN = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc"
SCRIPTS = sorted(one.name for one in WEB.iterdir() if one.name.endswith(".js"))


def _read(name: str) -> str:
    return (WEB / name).read_text("utf-8")


async def test_the_root_is_the_page_and_may_load_only_its_own_files(client: httpx.AsyncClient) -> None:
    reply = await client.get("/")
    assert reply.headers["content-type"].startswith("text/html")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)


async def test_every_file_the_page_names_is_served_with_its_type(client: httpx.AsyncClient) -> None:
    named = set(re.findall(r'(?:src|href)="(web/[^"]+)"', _read("index.html")))
    for script in SCRIPTS:
        named |= {f"web/{name}" for name in re.findall(r'from "\./([^"]+)"', _read(script))}
    assert len(named) > len(SCRIPTS)
    for path in sorted(named):
        reply = await client.get(f"/{path}")
        assert reply.status_code == 200, path
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-type"].split(";")[0] in ("text/javascript", "text/css", "image/svg+xml")


@pytest.mark.parametrize("path", ["/web/nothing.js", "/web/app.py", "/web/..%2fapp.py", "/web/index.html", "/web/"])
async def test_nothing_but_the_page_s_files_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in (404, 422)


def test_every_language_has_every_word_and_every_word_used_is_there() -> None:
    blocks = re.findall(r'^  "([^"]+)": \{\n(.*?)^  \},', _read("words.js"), re.M | re.S)
    keys = {language: re.findall(r"^    (\w+): \"", block, re.M) for language, block in blocks}
    assert set(keys) == {"zh-Hans", "zh-Hant", "en"}
    assert keys["zh-Hans"] == keys["zh-Hant"] == keys["en"]
    used = {key for script in SCRIPTS for key in re.findall(r'\bt\("(\w+)"', _read(script))}
    assert used - set(keys["en"]) == set()


def test_no_script_writes_markup_or_runs_text() -> None:
    for script in SCRIPTS:
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc",
            _read(script),
        ), script


def test_the_page_loads_nothing_from_elsewhere() -> None:
    for one in WEB.iterdir():
        text = re.sub(r'xmlns="http://www\.w3\.org/2000/svg"', "", one.read_text("utf-8"))
        assert not re.search(r"https?://|@import|url\(", text), one.name
