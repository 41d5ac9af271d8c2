"""A service on loopback behind a proxy with a public name: its tools answer under that name, and links lead there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from rag.pipeline import Pipeline
from tests.integration.started import started

QUESTION = "园区非公组织党员有多少人?"
PUBLIC = "news.example"
THROUGH_PROXY = {"Host": PUBLIC, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
ASK = {"name": "ask", "arguments": {"question": QUESTION}}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ASK}


@pytest.fixture(scope="module")
def url(seed_pipeline: Pipeline) -> Iterator[str]:
    settings = seed_pipeline.settings
    names = {"allowed_hosts": (*settings.serve.allowed_hosts, "News.example")}
    known = settings.model_copy(update={"serve": settings.serve.model_copy(update=names)})
    with started(seed_pipeline, known) as address:
        yield address


def _asked(url: str, **headers: str) -> httpx.Response:
    accept = {"Accept": "application/json, text/event-stream"}
    return httpx.post(f"{url}/mcp", json=CALL, headers={**accept, **headers}, timeout=120)


def _cited(reply: httpx.Response) -> Any:
    assert reply.status_code == 200, reply.text
    return reply.json()["result"]["structuredContent"]["citations"][0]["url"]


@pytest.mark.parametrize("more", [{}, {"Origin": f"https://{PUBLIC}", "Sec-Fetch-Site": "same-origin"}])
def test_tools_answer_under_the_public_name_and_link_to_it(url: str, more: dict[str, str]) -> None:
    assert _cited(_asked(url, **THROUGH_PROXY, **more)).startswith(f"https://{PUBLIC}/#/pages/")


def test_a_public_name_with_a_port_is_the_same_name(url: str) -> None:
    sent = {"Host": f"{PUBLIC}:8443", "X-Forwarded-Proto": "https", "Origin": f"https://{PUBLIC}:8443"}
    assert _cited(_asked(url, **sent)).startswith(f"https://{PUBLIC}:8443/#/pages/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_names_of_this_machine_need_no_port(url: str, host: str) -> None:
    assert _cited(_asked(url, Host=host)).startswith(f"http://{host}/#/pages/")


def test_the_chat_links_to_the_public_name_too(url: str) -> None:
    body = {"model": "gazette-qa", "messages": [{"role": "user", "content": QUESTION}]}
    reply = httpx.post(f"{url}/v1/chat/completions", json=body, headers=THROUGH_PROXY, timeout=120).json()
    assert reply["citations"][0]["url"].startswith(f"https://{PUBLIC}/#/pages/")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": f"{PUBLIC}.evil.example"}, 421),
        ({**THROUGH_PROXY, "Origin": "https://evil.example"}, 403),
        ({**THROUGH_PROXY, "Origin": f"https://{PUBLIC}.evil.example"}, 403),
        ({**THROUGH_PROXY, "Origin": "null"}, 403),
        ({**THROUGH_PROXY, "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_other_names_and_other_sites_stay_outside(url: str, headers: dict[str, str], status: int) -> None:
    assert _asked(url, **headers).status_code == status
