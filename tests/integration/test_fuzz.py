"""The service keeps to its own description, whatever it is sent: a short form of `make fuzz`, the same every time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.build import build_pipeline
from rag.settings import Settings
from tests.conftest import SEEDS
from tests.fuzz.requests import fuzzed
from tests.integration.started import started

TOOLS = ("search", "fetch", "ask", "summarise_article", "verify_text", "no_such_tool")
METHODS = ("tools/call", "tools/list", "resources/read", "resources/list", "prompts/list", "initialize", "ping", "x")
PROTOCOL = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}

words = st.text(max_size=30) | st.sampled_from(["\x00", "\ud800", "art_0", "\u202e", "a" * 3000, "../../etc/passwd"])
numbers = st.integers() | st.sampled_from([2**63, -(2**200), 0]) | st.floats(allow_nan=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
named = st.fixed_dictionaries({}, optional=dict.fromkeys(("query", "id", "question", "text", "max_chars", "k"), values))
calls = st.fixed_dictionaries({"name": st.sampled_from(TOOLS), "arguments": named | values})
messages = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0"), "method": st.sampled_from(METHODS), "params": calls | values}, optional={"id": values}
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pipeline = build_pipeline(Settings.load(store={"path": tmp_path_factory.mktemp("fuzzed")}))
    asyncio.run(pipeline.ingest([min(SEEDS.glob("*.txt"))]))
    with started(pipeline) as url:
        yield url
    pipeline.close()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(message=messages | st.lists(messages, max_size=2) | values)
def test_whatever_a_client_of_the_protocol_sends_is_answered_or_refused(service: str, message: Any) -> None:
    # In ASCII, so that half a surrogate pair can be sent.
    reply = httpx.post(f"{service}/mcp", content=json.dumps(message).encode(), headers=PROTOCOL, timeout=60)
    assert reply.status_code < 500, (message, reply.text)


def test_every_request_the_description_allows_gets_a_reply_it_describes(service: str, tmp_path: Path) -> None:
    done = fuzzed(service, tmp_path, seconds=45, examples=4, seed=20261122)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Stateful" in done.stdout
