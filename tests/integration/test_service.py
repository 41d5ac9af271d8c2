"""The HTTP service over the real engine: pages go in as uploads, answers come out with quotes that are the source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from api import replies, search_replies
from api.app import create_app
from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.conftest import SEEDS
from tests.unit.api.wire import events

QUESTION = "六安经开区园区非公组织党员有多少人?"
TRADITIONAL = "六安經開區園區非公組織黨員有多少人?"
UNANSWERED = "六安经开区2019年的财政收入是多少?"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """A pipeline of this module's own, for its documents come and go."""
    pipeline = build_pipeline(Settings.load(store={"path": tmp_path_factory.mktemp("service")}))
    yield pipeline
    pipeline.close()


@pytest.fixture
async def client(pipeline: Pipeline) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(pipeline.settings, pipeline))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=120) as client:
        if not (await client.get("/v1/documents")).json()["items"]:
            files = [("files", (page.name, page.read_bytes())) for page in sorted(SEEDS.glob("*.txt"))]
            report = (await client.post("/v1/documents", files=files)).json()
            assert (report["documents"], report["failed"]) == (5, [])
        yield client


async def _check_quotes(client: httpx.AsyncClient, citations: list[dict[str, Any]]) -> None:
    for citation in citations:
        document = (await client.get(f"/v1/documents/{citation['document_id']}")).json()
        assert document["document"] == citation["document"]
        quoted = "".join(document["text"][start:end] for start, end in citation["source_spans"])
        assert quoted == citation["quote"] != ""


async def _upload(client: httpx.AsyncClient, name: str, text: str, **fields: str) -> httpx.Response:
    return await client.post("/v1/documents", files=[("files", (name, text.encode()))], data=fields)


async def test_the_service_says_how_much_it_holds(client: httpx.AsyncClient) -> None:
    shape = (await client.get("/readyz")).json()
    replies.ReadyReply.model_validate(shape)
    assert shape["documents"] == 5
    assert shape["articles"] > 5
    assert shape["passages"] > 5


async def test_the_same_pages_again_are_unchanged(client: httpx.AsyncClient) -> None:
    files = [("files", (page.name, page.read_bytes())) for page in sorted(SEEDS.glob("*.txt"))]
    reply = await client.post("/v1/documents", files=files)
    assert reply.status_code == 200
    assert (reply.json()["documents"], reply.json()["unchanged"]) == (0, 5)


async def test_a_file_no_reader_takes_does_not_stop_the_rest(client: httpx.AsyncClient) -> None:
    bad = ("files", ("table.xls", b"\x00\x01\x02"))
    alone = await client.post("/v1/documents", files=[bad])
    assert alone.status_code == 422
    assert alone.json()["type"] == "urn:gazette:problem:nothing-ingested"
    page = sorted(SEEDS.glob("*.txt"))[0]
    some = await client.post("/v1/documents", files=[bad, ("files", (page.name, page.read_bytes()))])
    assert some.status_code == 207
    assert [failure["source"] for failure in some.json()["failed"]] == ["table.xls"]
    assert some.json()["unchanged"] == 1


async def test_documents_are_the_bytes_that_were_sent(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/documents", params={"limit": 500})).json()
    replies.DocumentsReply.model_validate(listed)
    assert [one["document"] for one in listed["items"]] == sorted(page.name for page in SEEDS.glob("*.txt"))
    for one in listed["items"]:
        text = (await client.get(f"/v1/documents/{one['document_id']}")).json()["text"]
        assert text == (SEEDS / one["document"]).read_bytes().decode()


async def test_articles_page_through_the_corpus_without_gap_or_repetition(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/v1/articles", params={"limit": 500})).json()
    replies.ArticlesReply.model_validate(whole)
    assert whole["next"] is None
    ids: list[str] = []
    after: dict[str, str] = {}
    while True:
        part = (await client.get("/v1/articles", params={"limit": 7, **after})).json()
        ids += [one["article_id"] for one in part["items"]]
        if part["next"] is None:
            break
        after = {"after": part["next"]}
    assert ids == [one["article_id"] for one in whole["items"]]
    document = whole["items"][0]["document"]
    mine = (await client.get("/v1/articles", params={"document": document, "limit": 500})).json()["items"]
    assert {one["document"] for one in mine} == {document}
    assert (await client.get(f"/v1/articles/{ids[0]}")).json() == whole["items"][0]
    assert (await client.get("/v1/articles", params={"after": "art_0"})).status_code == 404


async def test_a_search_finds_the_passage_in_either_script(client: httpx.AsyncClient) -> None:
    found = [
        (await client.post("/v1/search", json={"query": query, "k": 5, "explain": True})).json()
        for query in (QUESTION, TRADITIONAL)
    ]
    for shape in found:
        search_replies.SearchReply.model_validate(shape)
        assert [row["rank"] for row in shape["results"]] == [1, 2, 3, 4, 5]
        assert any("1647人" in row["text"] for row in shape["results"][:2])
    ranked = [[row["passage_id"] for row in shape["results"]] for shape in found]
    assert ranked[0] == ranked[1]


async def test_an_answer_quotes_its_source_and_streams_the_same(client: httpx.AsyncClient) -> None:
    whole = (await client.post("/v1/answers", json={"question": QUESTION})).json()
    replies.AnswerReply.model_validate(whole)
    assert "1647人" in whole["answer"]
    await _check_quotes(client, whole["citations"])
    stream = events((await client.post("/v1/answers", json={"question": QUESTION, "stream": True})).content)
    assert "".join(value["text"] for name, value in stream if name == "delta") == whole["answer"]
    assert stream[-1][0] == "done"
    varying = {"id", "timings_ms"}
    assert {key: value for key, value in stream[-1][1].items() if key not in varying} == {
        key: value for key, value in whole.items() if key not in varying
    }


async def test_what_no_page_says_is_an_abstention_with_the_nearest(client: httpx.AsyncClient) -> None:
    shape = (await client.post("/v1/answers", json={"question": UNANSWERED})).json()
    replies.AnswerReply.model_validate(shape)
    assert shape["abstained"] is True
    assert shape["abstention"]["message"]
    await _check_quotes(client, shape["abstention"]["nearest"])


async def test_a_follow_up_is_asked_with_its_history(client: httpx.AsyncClient) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "1647人[1]。"}]
    shape = (await client.post("/v1/answers", json={"question": "那党组织有多少个?", "history": history})).json()
    assert shape["question"] == "那党组织有多少个?"
    assert "六安" in shape["standalone_question"]


async def test_every_article_of_a_document_has_a_summary(client: httpx.AsyncClient) -> None:
    document = sorted(page.name for page in SEEDS.glob("*.txt"))[0]
    shape = (await client.post("/v1/summaries", json={"document": document, "max_chars": 120})).json()
    replies.SummariesReply.model_validate(shape)
    pieces = (await client.get("/v1/articles", params={"document": document, "limit": 500})).json()["items"]
    wanted = [one["article_id"] for one in pieces if one["kind"] != "furniture" and not one["duplicate_of"]]
    assert [row["article_id"] for row in shape["items"]] == wanted
    for row in shape["items"]:
        assert row["summary"] is None or len(row["summary"]) <= 120
        await _check_quotes(client, row["citations"])
    everything = (await client.post("/v1/summaries", json={"all": True})).json()["items"]
    assert {row["article_id"] for row in everything} > set(wanted)


async def test_a_deleted_document_is_never_found_or_cited_again(client: httpx.AsyncClient) -> None:
    text = "# 市图书馆新馆开放\n\n本报讯 市图书馆新馆昨日开放,藏书达到83万册。\n"
    assert (await _upload(client, "new.txt", text, paper="某报", date="2024-03-05", page="2")).status_code == 200
    asked = {"question": "市图书馆新馆藏书多少册?"}
    answer = (await client.post("/v1/answers", json=asked)).json()
    assert "83万册" in answer["answer"]
    assert answer["citations"][0]["published"] == "2024-03-05"
    dated = {**asked, "filters": {"from": "2024-04-01"}}
    assert (await client.post("/v1/answers", json=dated)).json()["abstained"]
    address = f"/v1/documents/{answer['citations'][0]['document_id']}"
    assert (await client.delete(address)).status_code == 204
    assert (await client.delete(address)).status_code == 404
    assert (await client.get(address)).status_code == 404
    gone = (await client.post("/v1/answers", json=asked)).json()
    assert gone["abstained"]
    found = (await client.post("/v1/search", json={"query": asked["question"], "k": 50})).json()["results"]
    assert "new.txt" not in {row["document"] for row in found}


async def test_writers_and_readers_do_not_wait_for_each_other_for_ever(client: httpx.AsyncClient) -> None:
    text = "# 大桥通车\n\n本报讯 大桥昨日通车,全长{}米。\n"
    writes = [_upload(client, f"bridge-{at}.txt", text.format(1000 + at)) for at in range(4)]
    reads = [client.post("/v1/answers", json={"question": QUESTION}) for _ in range(4)]
    done = await asyncio.wait_for(asyncio.gather(*writes, *reads), 100)
    assert {reply.status_code for reply in done} == {200}
    for one in (await client.get("/v1/documents")).json()["items"]:
        if one["document"].startswith("bridge-"):
            assert (await client.delete(f"/v1/documents/{one['document_id']}")).status_code == 204
