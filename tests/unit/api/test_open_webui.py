"""What Open WebUI reads of a streamed chat, by recorded expectations: it is too large to install for a test.

Recorded from its public sources (`backend/open_webui/utils/middleware.py`,
`src/lib/components/chat/Messages/Citations.svelte`; versions of 2025 and 2026):

- a chunk may carry `event`; one of type `source` adds `{source, document: […], metadata: […]}` to the message;
- `delta.annotations` of type `url_citation` add a source whose `metadata[0].source` is the address;
- sources with the same `metadata.source` are shown as one; `[n]` in the text opens the n-th that is shown;
- an address without `source_url` beside it is shown with an icon asked of a foreign server, by that address;
- `choices` may be empty only where there is nothing but usage or an error; comments and `[DONE]` are skipped.
"""

from __future__ import annotations

import json
from typing import Any

import httpx

from api import examples
from tests.unit.api.fakes import FakePipeline, abstaining

URL = "/v1/chat/completions"
BODY = {"model": "gazette-qa", "stream": True, "messages": [{"role": "user", "content": "有多少人?"}]}


async def _chunks(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    lines = (await client.post(URL, json=BODY)).text.split("\n")
    data = [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    return [json.loads(one) for one in data if one != "[DONE]"]


def _shown(chunks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sources below the message, in their order."""
    sources: list[dict[str, Any]] = []
    for chunk in chunks:
        if chunk.get("event", {}).get("type") == "source":
            sources.append(chunk["event"]["data"])
        for one in chunk["choices"][0]["delta"].get("annotations", ()):
            cited = one["url_citation"]
            named = {"source": cited["url"], "name": cited["title"]}
            sources.append({"source": {"name": cited["title"]}, "document": [cited["title"]], "metadata": [named]})
    shown: dict[str, dict[str, Any]] = {}
    for source in sources:
        for document, metadata in zip(source["document"], source["metadata"], strict=True):
            one = shown.setdefault(
                metadata["source"], {"documents": [], "asks_for_an_icon": "source_url" not in metadata}
            )
            one["documents"].append(document)
    return list(shown.values())


async def test_every_marker_opens_its_source_with_the_quote_first(client: httpx.AsyncClient) -> None:
    chunks = await _chunks(client)
    shown = _shown(chunks)
    assert [one["documents"][0] for one in shown] == [one.quote for one in examples.ANSWER_VALUE.citations]
    assert [one.marker for one in examples.ANSWER_VALUE.citations] == list(range(1, len(shown) + 1))


async def test_no_foreign_server_is_asked_for_an_icon(client: httpx.AsyncClient) -> None:
    shown = _shown(await _chunks(client))
    assert shown
    assert not [one for one in shown if one["asks_for_an_icon"]]


async def test_a_refusal_has_no_sources(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    pipeline.answer = abstaining()
    chunks = await _chunks(client)
    assert _shown(chunks) == []
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
