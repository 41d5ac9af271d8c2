from __future__ import annotations

import io

import docx
import httpx
import pytest

from tests.unit.api.fakes import FakePipeline


async def test_answers_given_are_listed_a_page_at_a_time(client: httpx.AsyncClient) -> None:
    first = (await client.get("/v1/answers?limit=2")).json()
    assert [item["answer"]["id"] for item in first["items"]] == ["ans_0", "ans_1"]
    rest = (await client.get(f"/v1/answers?limit=2&after={first['next']}")).json()
    assert [item["answer"]["id"] for item in rest["items"]] == ["ans_2"]
    assert rest["next"] is None


async def test_a_mark_is_set_read_and_taken_away(client: httpx.AsyncClient) -> None:
    mark = {"right": False, "comment": "不对", "answers": ["八万册"], "unanswerable": False}
    reply = await client.put("/v1/answers/ans_1/mark", json=mark)
    assert reply.json()["mark"] == mark
    [item] = (await client.get("/v1/answers?marked=true")).json()["items"]
    assert item["mark"] == mark
    assert (await client.delete("/v1/answers/ans_1/mark")).status_code == 204
    assert (await client.get("/v1/answers/ans_1")).json()["mark"] is None


@pytest.mark.parametrize(
    "body", [{"right": True, "answers": ["x"]}, {"right": False, "answers": ["x"], "unanswerable": True}]
)
async def test_a_mark_that_contradicts_itself_is_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await client.put("/v1/answers/ans_1/mark", json=body)).status_code == 422


async def test_an_answer_is_exported_with_a_name_and_its_type(client: httpx.AsyncClient) -> None:
    markdown = await client.get("/v1/answers/ans_0/export")
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert "[^1]:" in markdown.text
    made = await client.get("/v1/answers/ans_0/export?format=docx")
    assert made.headers["content-disposition"] == 'attachment; filename="ans_0.docx"'
    assert docx.Document(io.BytesIO(made.content)).paragraphs


async def test_a_replay_is_asked_and_compared(client: httpx.AsyncClient, pipeline: FakePipeline) -> None:
    reply = (await client.post("/v1/answers/ans_2/replay")).json()
    assert reply["same"] is True
    assert ("replay", ("ans_2",)) in pipeline.asked


@pytest.mark.parametrize("path", ["", "/export", "/replay", "/mark"])
async def test_an_unknown_answer_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    method = {"/replay": "POST", "/mark": "DELETE"}.get(path, "GET")
    reply = await client.request(method, f"/v1/answers/ans_9{path}")
    assert reply.status_code == 404
    assert "ans_9" in reply.json()["detail"]
