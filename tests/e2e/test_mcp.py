"""The Model Context Protocol with its own client, over both transports, against the sample pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.conftest import ROOT, SEEDS
from tests.e2e.conftest import RUN

QUESTION = "六安经开区园区非公组织党员有多少人?"
TOOLS = {"search", "fetch", "ask", "summarise_article", "verify_text"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("protocol")
    environment = {**os.environ, "GAZETTE_STORE__PATH": str(folder)}
    subprocess.run((*RUN, "ingest", str(SEEDS)), cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


async def _value(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def _works(client: Client, url: str) -> None:
    offered = (await client.list_tools()).tools
    assert {tool.name for tool in offered} == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in offered)
    found = (await _value(client, "search", query=QUESTION))["results"][0]
    assert found["url"].startswith(url)
    article = await _value(client, "fetch", id=found["id"])
    assert "1647人" in article["text"]
    answer = await _value(client, "ask", question=QUESTION)
    assert "1647人" in answer["answer"]
    assert answer["citations"][0]["url"].startswith(url)
    summary = await _value(client, "summarise_article", id=found["id"], max_chars=100)
    assert 0 < len(summary["summary"]) <= 100
    claims = (await _value(client, "verify_text", text="园区非公组织党员达到1747人。"))["claims"]
    assert [claim["verdict"] for claim in claims] == ["unsupported"]
    missing = await client.call_tool("fetch", {"id": "art_nothing"})
    assert missing.is_error
    assert "art_nothing" in str(missing.content)
    text = (await client.read_resource(f"gazette://articles/{found['id']}")).contents[0]
    assert "1647人" in str(getattr(text, "text", ""))


async def test_the_service_offers_the_tools(seeded: str) -> None:
    async with Client(f"{seeded}/mcp") as client:
        await _works(client, f"{seeded}/#/pages/")


async def test_the_command_offers_the_tools_on_standard_input(store: Path) -> None:
    environment = {**os.environ, "GAZETTE_STORE__PATH": str(store)}
    server = StdioServerParameters(command=sys.executable, args=[*RUN[1:], "mcp"], env=environment, cwd=str(ROOT))
    async with Client(stdio_client(server)) as client:
        await _works(client, "gazette://articles/art_")


def test_another_site_s_name_for_this_machine_is_refused(seeded: str) -> None:
    import httpx

    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Host": "evil.example", "Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{seeded}/mcp", json=body, headers=headers).status_code in (403, 421)
