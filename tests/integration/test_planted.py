"""Instructions planted in pages, and a model that obeys every one of them: nothing leaves, nothing false is verified.

A planted sentence stands in its page, so it may be quoted as what the page says: with its quote, escaped, and never
as anything else. A short form runs here; `make planted` takes all two hundred.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from rag.adapters.docx import prose_docx
from rag.batch import Runner, error_pieces, keep_file, make_batch, output_pieces, validate
from rag.build import build_pipeline
from rag.export import answer_prose, digest_html, digest_prose, prose_markdown, summaries_html, summaries_markdown
from rag.intake import Upload
from rag.models import Batch
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.staffing import crew, estimator, patience
from rag.telling import digest_json
from rag.text.figures import find_figures, same_figure
from tests.inert import active_in_docx, active_in_html, active_in_markdown
from tests.integration.obedient import fenced, obeys
from tests.integration.scripted_model import scripted_model
from tests.integration.started import started
from tests.planted import MARK, Planted, honest, plain, planted, question, sentence
from tests.torture.world import use_fake_embedder
from tests.unit.batch.test_lines import line

# The library reads a deprecated attribute of its own types at every chunk.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_:DeprecationWarning")

PLANTED = planted(1 if os.environ.get("ALL_PLANTED") else 9)
HONEST = honest()
_ALL = line(url="/v1/summaries", body={"all": True, "max_chars": 400})
_HONEST_QUESTION = question(305)

connected: list[str] = []
"""Addresses that anything in this process connected to while a corpus was asked."""

_listening = False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        address = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        connected.append(str(address[0] if isinstance(address, tuple) else address))


sys.addaudithook(_watch)


@dataclass
class Made:
    """Everything one corpus gave, and what its model's server was asked."""

    rows: dict[str, Any] = field(default_factory=dict)
    errors: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    digest: Any = None
    markdown: dict[str, str] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    docx: dict[str, bytes] = field(default_factory=dict)
    chats: list[str] = field(default_factory=list)
    tools: list[Any] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    prompts: list[list[dict[str, str]]] = field(default_factory=list)
    url: str = ""


def made(folder: Path, files: Sequence[Planted], model: str = "openai/obedient") -> Made:
    """A corpus asked in every way."""
    global _listening
    found = Made()
    with scripted_model(obeys) as server:
        named = {"name": model, "api_base": server.api_base, "max_retries": 0} if model != "extractive" else {}
        pipeline = build_pipeline(Settings.load(store={"path": folder}, model=named, batch={"concurrency": 4}))
        try:
            _listening = True
            report = asyncio.run(pipeline.ingest([], uploads=[Upload(one.name, one.content) for one in files]))
            assert report.failed == ()
            _batch(pipeline, folder, found)
            _replies(pipeline, files, found)
            with started(pipeline) as url:
                found.url = url
                _outside(url, found)
            found.texts = {
                one.document_id: pipeline.document(one.document_id).text for one in pipeline.documents(limit=1000)
            }
        finally:
            _listening = False
            pipeline.close()
        found.prompts = [request["messages"] for request in server.requests]
    return found


def _batch(pipeline: Pipeline, folder: Path, found: Made) -> None:
    batch = make_batch(pipeline, keep_file(pipeline, "in.jsonl", _ALL.encode()))
    batch = validate(pipeline, batch, estimator(pipeline))
    with crew(pipeline, 1) as workers:
        done: Batch = asyncio.run(Runner(pipeline.ledger, workers, folder, patience(pipeline.settings)).run(batch))
    [row] = [json.loads(one) for one in "".join(output_pieces(pipeline.ledger, done)).splitlines()]
    found.rows = {one["article_id"]: one for one in row["response"]["body"]["items"]}
    found.errors = [json.loads(one) for one in "".join(error_pieces(pipeline.ledger, done)).splitlines()]
    rows = list(found.rows.values())
    found.markdown["summaries"] = "".join(summaries_markdown(rows))
    found.html["summaries"] = "".join(summaries_html(rows))


def _replies(pipeline: Pipeline, files: Sequence[Planted], found: Made) -> None:
    asked = [_HONEST_QUESTION, *(question(int(one.name[:3])) for one in files[::3] if one.mark), "总投资多少?"]
    for number, wanted in enumerate(asked):
        answer = asyncio.run(pipeline.ask(wanted))
        found.answers.append(answer)
        prose = answer_prose(pipeline.record(answer.id))
        found.markdown[f"answer {number}"] = prose_markdown(prose)
        found.docx[f"answer {number}"] = prose_docx(prose)
    digested = asyncio.run(pipeline.digest())
    shape = digest_json(digested.digest)
    found.digest = shape
    found.markdown["digest"] = prose_markdown(digest_prose(shape))
    found.html["digest"] = digest_html(shape)
    found.docx["digest"] = prose_docx(digest_prose(shape))


def _outside(url: str, found: Made) -> None:
    for model, wanted in (("gazette-qa", _HONEST_QUESTION), ("gazette-qa", "总投资多少?"), ("gazette-digest", "水渠")):
        body = {"model": model, "messages": [{"role": "user", "content": wanted}]}
        reply = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=120).json()
        found.chats.append(reply["choices"][0]["message"]["content"])
        links = [one["url_citation"]["url"] for one in reply["choices"][0]["message"]["annotations"]]
        assert all(one.startswith(f"{url}/#/pages/") for one in links)
    found.tools = asyncio.run(_tools(url))


async def _tools(url: str) -> list[Any]:
    async with Client(f"{url}/mcp") as client:
        asked = [("search", {"query": "总投资"}), ("ask", {"question": "总投资多少?"})]
        return [(await client.call_tool(tool, arguments)).structured_content for tool, arguments in asked]


@pytest.fixture(scope="module", params=["openai/obedient", "extractive"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Made]:
    """The corpus with planted articles, and the honest ones alone."""
    with pytest.MonkeyPatch.context() as patched:
        use_fake_embedder(patched.setattr)
        with_planted = made(tmp_path_factory.mktemp("planted"), [*HONEST, *PLANTED], request.param)
        alone = made(tmp_path_factory.mktemp("honest"), HONEST, request.param)
    return with_planted, alone


def _summary_rows_of_honest(found: Made) -> dict[str, Any]:
    return {name: row for name, row in found.rows.items() if row["document"].startswith("honest-")}


def test_no_other_item_of_a_batch_is_affected(pair: tuple[Made, Made]) -> None:
    mixed, alone = (_summary_rows_of_honest(found) for found in pair)
    assert len(alone) == len(HONEST)
    assert mixed == alone
    assert all(row["summary"] for row in alone.values())
    assert len(pair[0].rows) + len(pair[0].errors) >= len(HONEST) + len(PLANTED)


def test_nothing_is_asked_beyond_this_machine(pair: tuple[Made, Made]) -> None:
    assert set(connected) <= {"127.0.0.1", "::1", "localhost", "None"}


def test_the_newspaper_s_words_stay_inside_their_fence(pair: tuple[Made, Made]) -> None:
    for messages in pair[0].prompts:
        *before, last = messages
        assert not any(MARK.search(plain(message["content"])) for message in before)
        outside = last["content"]
        for text in fenced(outside).values():
            assert "<<<" not in text
            assert ">>>" not in text
            outside = outside.replace(text, "")
        assert not MARK.search(plain(outside)), outside


def test_what_is_verified_stands_in_its_quote_and_the_quote_in_its_page(pair: tuple[Made, Made]) -> None:
    found = pair[0]
    shapes = [*found.rows.values(), found.digest]
    claims = [
        (claim["text"], claim["verdict"], [shape["citations"][at - 1] for at in claim["citations"]])
        for shape in shapes
        for claim in shape["claims"]
    ]
    told = 0
    for text, verdict, citations in claims:
        quoted = "".join(one["quote"] for one in citations)
        for one in citations:
            page = found.texts[one["document_id"]]
            assert "".join(page[start:end] for start, end in one["source_spans"]) == one["quote"] != ""
        for mark in MARK.findall(plain(text)):
            told += 1
            assert mark in plain(quoted), (text, quoted)
        if verdict == "supported":
            for figure in find_figures(text):
                assert any(same_figure(figure, other) for other in find_figures(quoted)), (text, quoted)
    assert told, "no planted word was quoted at all: the model obeyed nothing, and nothing is proven"


def test_an_order_s_figure_is_never_put_on_the_honest_news(pair: tuple[Made, Made]) -> None:
    for row in pair[0].rows.values():
        for claim in row["claims"]:
            quoted = plain("".join(row["citations"][at - 1]["quote"] for at in claim["citations"]))
            for figure in re.findall(r"7\d{4}万元", plain(claim["text"])):
                # The page does print it, elsewhere: then the claim is marked, and says so.
                assert figure in quoted or (claim["verdict"] == "partial" and figure in claim["reason"])


def test_an_honest_question_is_still_answered_with_its_own_page(pair: tuple[Made, Made]) -> None:
    answer = pair[0].answers[0]
    right = [claim for claim in answer.claims if sentence(305).split(",")[0] in claim.text]
    assert right
    assert right[0].verdict == "supported"
    assert answer.citations[right[0].citations[0] - 1].document == "honest-305.txt"


def test_nothing_planted_is_active_in_any_file_or_reply(pair: tuple[Made, Made]) -> None:
    found = pair[0]
    for name, text in found.markdown.items():
        assert active_in_markdown(text) == [], name
    for name, page in found.html.items():
        assert active_in_html(page) == [], name
    for name, content in found.docx.items():
        assert active_in_docx(content) == [], name
    for text in found.chats:
        assert active_in_markdown(text, f"{found.url}/#/pages/") == []
        assert text


def test_a_program_s_addresses_are_all_ours(pair: tuple[Made, Made]) -> None:
    def addresses(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in ("url", "href", "uri"):
                    yield inner
                yield from addresses(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from addresses(inner)

    urls = list(addresses(pair[0].tools))
    assert urls
    assert all(one.startswith(f"{pair[0].url}/#/pages/") for one in urls)


def test_there_are_two_hundred_of_twenty_orders_in_ten_dresses_each_its_own() -> None:
    everything = planted()
    assert len(everything) == len({one.mark for one in everything}) == len({one.content for one in everything}) == 200
    for one in everything:
        assert one.mark
    assert {one.name.rpartition("-")[2] for one in PLANTED} == {one.name.rpartition("-")[2] for one in everything}
    assert {int(one.name[:3]) // 10 for one in PLANTED} == set(range(20))
