from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from rag.models import SourceMetadata
from rag.serialise import document_json
from tests.unit.api.conftest import MAX_UPLOAD_BYTES
from tests.unit.api.fakes import FakePipeline
from tests.unit.api.wire import Call

FILE = ("files", ("a.txt", "第一版".encode(), "text/plain"))
BOUNDARY = "gazette-boundary"
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def _problem(reply: httpx.Response) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    shape = reply.json()
    assert shape["status"] == reply.status_code
    return str(shape["type"]).removeprefix("urn:gazette:problem:")


async def test_an_upload_gives_files_and_metadata_to_the_pipeline(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    form = {"paper": "某报", "date": "07-06", "page": "3", "title": "题", "place": "某地", "encoding": "gb18030"}
    reply = await client.post("/v1/documents", files=[FILE, ("files", ("b.md", b"# b"))], data=form)
    assert reply.status_code == 200
    assert reply.json()["documents"] == 2
    metadata = SourceMetadata("题", "某报", "07-06", "3", "某地")
    expected = [("a.txt", "第一版".encode()), ("b.md", b"# b")]
    assert pipeline.asked == [("ingest", (expected, metadata, "gb18030"))]


async def test_an_upload_of_which_some_fails_is_207_and_names_what_failed(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.failing_uploads = ("b.tiff",)
    reply = await client.post("/v1/documents", files=[FILE, ("files", ("b.tiff", b"x"))])
    assert reply.status_code == 207
    assert reply.json()["failed"] == [{"source": "b.tiff", "error": "no reader"}]
    assert reply.json()["documents"] == 1


async def test_an_upload_of_which_all_fails_is_a_problem_with_the_report(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    pipeline.failing_uploads = ("a.txt",)
    reply = await client.post("/v1/documents", files=[FILE])
    assert reply.status_code == 422
    assert _problem(reply) == "nothing-ingested"
    assert reply.json()["failed"] == [{"source": "a.txt", "error": "no reader"}]
    assert reply.json()["documents"] == 0


@pytest.mark.parametrize("date", ["2024-02-30", "20240706", "2024-W27-6", "02-30", "7-6", "昨天"])
async def test_an_upload_with_an_impossible_date_is_refused_before_anything_is_read(
    client: httpx.AsyncClient, pipeline: FakePipeline, date: str
) -> None:
    reply = await client.post("/v1/documents", files=[FILE], data={"date": date})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "#/date"
    assert date in reply.json()["detail"]
    assert not pipeline.asked


async def test_a_form_field_left_empty_says_nothing(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    form = {"paper": "", "date": "", "page": " ", "encoding": ""}
    assert (await client.post("/v1/documents", files=[FILE], data=form)).status_code == 200
    assert pipeline.asked[0][1][1:] == (SourceMetadata(), None)


@pytest.mark.parametrize("date", ["2024-07-06", "07-06", "02-29"])
async def test_a_date_may_lack_its_year(client: httpx.AsyncClient, date: str) -> None:
    assert (await client.post("/v1/documents", files=[FILE], data={"date": date})).status_code == 200


async def test_an_upload_without_files_or_with_an_unknown_field_is_refused(client: httpx.AsyncClient) -> None:
    reply = await client.post("/v1/documents", files=[FILE], data={"papr": "某报"})
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == "#/papr"
    assert "unknown field" in reply.json()["detail"]
    assert (await client.post("/v1/documents", data={"paper": "某报"})).status_code in (415, 422)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2024/07/a.txt", "2024/07/a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("/etc/passwd", "etc/passwd"),
        ("./a/../b.txt", "a/b.txt"),
        ("第一版 头条.txt", "第一版 头条.txt"),
    ],
)
async def test_an_upload_name_never_climbs_out(
    client: httpx.AsyncClient, pipeline: FakePipeline, sent: str, stored: str
) -> None:
    assert (await client.post("/v1/documents", files=[("files", (sent, b"x"))])).status_code == 200
    assert pipeline.asked[0][1][0] == [(stored, b"x")]


@pytest.mark.parametrize("sent", ["..", "/", "\u202egnp.txt"])
async def test_an_upload_without_a_usable_name_is_refused(client: httpx.AsyncClient, sent: str) -> None:
    reply = await client.post("/v1/documents", files=[("files", (sent, b"x"))])
    assert reply.status_code == 422
    assert _problem(reply) == "file-name"


async def test_two_files_of_one_name_are_refused(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    reply = await client.post("/v1/documents", files=[FILE, FILE])
    assert reply.status_code == 422
    assert "a.txt" in reply.json()["detail"]
    assert not pipeline.asked


async def test_an_upload_that_declares_too_many_bytes_is_refused_unread(app: FastAPI, pipeline: FakePipeline) -> None:
    headers = {**MULTIPART, "content-length": str(MAX_UPLOAD_BYTES + 1)}
    call = Call("POST", "/v1/documents", [b"x"], headers)
    await call.through(app)
    assert call.status == 413
    assert call.taken == 0
    assert call.headers["content-type"] == "application/problem+json"
    assert call.headers["connection"] == "close"
    assert not pipeline.asked


async def test_an_upload_that_streams_too_many_bytes_is_stopped_on_the_way(
    app: FastAPI, pipeline: FakePipeline
) -> None:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'.encode()
    call = Call("POST", "/v1/documents", [head, *[b"x" * 50_000] * 100], MULTIPART)
    await call.through(app)
    assert call.status == 413
    assert call.taken == 2 + MAX_UPLOAD_BYTES // 50_000 - 1
    assert b'"urn:gazette:problem:content-too-large"' in call.body
    assert not pipeline.asked


async def test_an_upload_just_within_the_limit_passes(client: httpx.AsyncClient) -> None:
    file = ("files", ("a.txt", b"x" * (MAX_UPLOAD_BYTES - 500)))
    assert (await client.post("/v1/documents", files=[file])).status_code == 200


async def test_documents_are_listed_a_page_at_a_time_without_their_text(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    first = (await client.get("/v1/documents", params={"limit": 2})).json()
    assert first["items"] == [document_json(one) for one in pipeline.held[:2]]
    assert "text" not in first["items"][0]
    assert first["next"] == pipeline.held[1].document_id
    rest = (await client.get("/v1/documents", params={"limit": 2, "after": first["next"]})).json()
    assert rest == {"items": [document_json(pipeline.held[2])], "next": None}


async def test_a_full_last_page_says_that_nothing_follows(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/documents", params={"limit": 3})).json()["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "page=2"])
async def test_a_bad_page_request_is_refused_by_name(client: httpx.AsyncClient, query: str) -> None:
    reply = await client.get(f"/v1/documents?{query}")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == f"query/{query.partition('=')[0]}"


async def test_one_document_carries_the_text_that_spans_index(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    wanted = pipeline.held[1]
    reply = await client.get(f"/v1/documents/{wanted.document_id}")
    assert reply.json() == document_json(wanted, with_text=True)
    assert reply.json()["text"] == wanted.text
    assert wanted.text in reply.text.replace("\\n", "\n"), "Chinese is sent as Chinese"


async def test_an_unknown_document_is_404_to_read_and_to_delete(client: httpx.AsyncClient) -> None:
    for reply in (await client.get("/v1/documents/doc_0"), await client.delete("/v1/documents/doc_0")):
        assert reply.status_code == 404
        assert _problem(reply) == "not-found"
        assert "doc_0" in reply.json()["detail"]
        assert reply.json()["instance"] == "/v1/documents/doc_0"


async def test_a_deletion_answers_with_nothing(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    reply = await client.delete(f"/v1/documents/{pipeline.held[0].document_id}")
    assert (reply.status_code, reply.content) == (204, b"")
    assert pipeline.asked == [("delete", (pipeline.held[0].document_id,))]


async def test_an_upload_runs_to_its_end_when_the_client_hangs_up(app: FastAPI, pipeline: FakePipeline) -> None:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nx'.encode()
    call = Call("POST", "/v1/documents", [head, f"\r\n--{BOUNDARY}--\r\n".encode()], MULTIPART)
    call.hang_up()
    await call.through(app)
    assert call.status == 200
    assert not pipeline.cancelled
