"""Two collections in one started service, a key each: neither is shown, finds or touches anything of the other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.service_process import Service, service
from tests.torture.gazette import Gazette

SHARED = "新图书馆开馆，馆内有藏书三万册"
OWN = {"east": "东湖大桥昨日通车，全长一千二百米", "west": "西山隧道昨日贯通，全长三千四百米"}
MARKS = {"east": ("东湖大桥", "一千二百米"), "west": ("西山隧道", "三千四百米")}
QUESTION = "新图书馆有多少藏书?"
OTHER = {"east": "west", "west": "east"}


class Desk:
    """What one tenant does, and every word it is told."""

    def __init__(self, url: str, collection: str, secret: str) -> None:
        self.collection = collection
        self.told = ""
        self.client = httpx.Client(base_url=url, timeout=120, headers={"Authorization": f"Bearer {secret}"})

    def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        """One request; what the caller said itself is not counted as told."""
        reply = self.client.request(method, path, **body)
        self.told += reply.text
        return reply

    def posted(self, path: str, body: dict[str, Any]) -> Any:
        reply = self.ask("POST", path, json=body)
        assert reply.status_code == 200, (path, reply.text)
        return reply.json()

    def tool(self, name: str, **arguments: Any) -> Any:
        """A tool of `/mcp`."""
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        accept = {"Accept": "application/json, text/event-stream"}
        return self.ask("POST", "/mcp", json=call, headers=accept).json()["result"]

    def fill(self) -> list[str]:
        """Take in its pages and work with them; addresses of what is there then."""
        pages = {"shared.txt": SHARED, "own.txt": OWN[self.collection]}
        files = [("files", (name, text.encode())) for name, text in pages.items()]
        report = self.ask("POST", "/v1/documents", files=files)
        assert report.json()["documents"] == 2, report.text
        answer = self.posted("/v1/answers", {"question": QUESTION})
        assert "三万册" in answer["answer"]
        assert self.posted("/v1/summaries", {"all": True})["items"]
        self.posted("/v1/digests", {})
        line = {"custom_id": self.collection, "method": "POST", "url": "/v1/answers", "body": {"question": QUESTION}}
        sent = self.ask("POST", "/v1/files", files={"file": ("x.jsonl", json.dumps(line))}, data={"purpose": "batch"})
        file_id = sent.json()["id"]
        batch = self.posted("/v1/batches", {"input_file_id": file_id, "endpoint": "/v1/answers"})
        found = [f"/v1/answers/{answer['id']}", f"/v1/files/{file_id}", f"/v1/batches/{batch['id']}"]
        found += [f"/v1/documents/{one['document_id']}" for one in self._listed("documents")]
        found += [f"/v1/articles/{one['article_id']}" for one in self._listed("articles")]
        return [*found, f"/v1/answers/{answer['id']}/export?format=md", f"/v1/files/{file_id}/content"]

    def has_done_its_batch(self) -> bool:
        return bool(self.ask("GET", "/v1/batches").json()["data"][0]["status"] == "completed")

    def look(self) -> None:
        """Everything that can be read, and both tenants' subjects asked for on every way there is."""
        for mark, _ in MARKS.values():
            asked = f"{mark}有多长?"
            self.posted("/v1/search", {"query": asked, "k": 50})
            self.posted("/v1/answers", {"question": asked})
            self.posted("/v1/verifications", {"text": f"{mark}全长九米。"})
            self.posted("/v1/timelines", {"subject": mark})
            messages = [{"role": "user", "content": asked}]
            for model in ("gazette-qa", "gazette-digest"):
                self.posted("/v1/chat/completions", {"model": model, "messages": messages})
            self.posted("/v1/responses", {"model": "gazette-qa", "input": asked})
            for tool, named in (("search", "query"), ("ask", "question"), ("verify_text", "text")):
                self.tool(tool, **{named: asked})
        for path in ("documents", "articles", "answers", "files", "batches", "corrections"):
            assert self.ask("GET", f"/v1/{path}").status_code == 200

    def _listed(self, what: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ask("GET", f"/v1/{what}").json()["items"]
        return items


def _key(store: Path, collection: str, scope: str = "write") -> str:
    words = ("keys", "create", "--name", f"{collection}-{scope}", "--scope", scope, "--collection", collection)
    return Gazette(store).run(*words).stdout.strip()


def _until(found: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 120
    while not found():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Service, dict[str, Desk]]]:
    secrets = {name: _key(tmp_path, name) for name in OWN}
    with service(tmp_path, SERVE__LOG_FORMAT="json", SERVE__LOG_LEVEL="debug") as started:
        started.ready()
        desks = {name: Desk(started.url, name, secret) for name, secret in secrets.items()}
        yield started, desks
        for desk in desks.values():
            desk.client.close()


def test_one_service_keeps_two_tenants_apart(running: tuple[Service, dict[str, Desk]], tmp_path: Path) -> None:
    started, desks = running
    addresses = {name: desk.fill() for name, desk in desks.items()}
    for name, desk in desks.items():
        _until(desk.has_done_its_batch, name)
        desk.look()
        foreign = [one for one in addresses[OTHER[name]] if "/files/" not in one]
        assert [(one, desk.ask("GET", one).status_code) for one in foreign] == [(one, 404) for one in foreign]
        for one in foreign:
            if one.startswith("/v1/documents/"):
                assert desk.ask("DELETE", one).status_code == 404
        article = next(one.rpartition("/")[2] for one in foreign if one.startswith("/v1/articles/"))
        assert desk.tool("fetch", id=article)["isError"]
        assert desk.tool("summarise_article", id=article)["isError"]
        assert desk.ask("POST", "/v1/summaries", json={"article_ids": [article]}).status_code == 404
    for name, desk in desks.items():
        assert MARKS[name][1] in desk.told
        assert MARKS[OTHER[name]][1] not in desk.told
    # Deleted in one, kept in the other, which holds the same bytes.
    for one in addresses["east"]:
        if one.startswith("/v1/documents/"):
            assert desks["east"].ask("DELETE", one).status_code == 204
    assert desks["east"].posted("/v1/search", {"query": QUESTION})["results"] == []
    assert "三万册" in desks["west"].posted("/v1/answers", {"question": QUESTION})["answer"]
    started.process.terminate()
    assert started.ended() == 0
    lines = started.log()
    seen = {(one.get("collection"), one["key_id"] is not None) for one in lines if one["message"] == "request"}
    assert {("east", True), ("west", True)} <= seen
    assert not [text for marks in MARKS.values() for text in (*marks, "藏书") if text in "".join(started.lines)]
    with service(tmp_path) as again:
        again.ready()
        headers = dict(desks["west"].client.headers)
        answer = httpx.post(f"{again.url}/v1/answers", json={"question": QUESTION}, headers=headers, timeout=60).json()
        assert "三万册" in answer["answer"]


def test_files_and_batches_of_one_are_not_there_for_the_other(running: tuple[Service, dict[str, Desk]]) -> None:
    _, desks = running
    for name, desk in desks.items():
        addresses = desk.fill()
        other = desks[OTHER[name]]
        for one in addresses:
            if "/files/" in one or "/batches/" in one:
                assert other.ask("GET", one).status_code == 404, one
                assert other.ask("DELETE", one).status_code in (404, 405), one
            if "/batches/" in one:
                for deed in ("cancel", "pause", "resume"):
                    assert other.ask("POST", f"{one}/{deed}").status_code == 404, deed
        batch = {"input_file_id": addresses[1].rpartition("/")[2], "endpoint": "/v1/answers"}
        assert other.ask("POST", "/v1/batches", json=batch).status_code == 404


def test_without_keys_a_header_chooses_and_an_upload_begins_a_collection(tmp_path: Path) -> None:
    east, here = {"Gazette-Collection": "east"}, {"Gazette-Collection": "default"}
    with service(tmp_path) as started, httpx.Client(base_url=started.ready().url, timeout=120) as client:
        missing = client.post("/v1/search", json={"query": QUESTION}, headers=east)
        assert (missing.status_code, missing.json()["type"]) == (404, "urn:gazette:problem:no-collection")
        assert not (tmp_path / "terms" / "east").exists()
        sent = client.post("/v1/documents", files=[("files", ("o.txt", OWN["east"].encode()))], headers=east)
        assert sent.json()["documents"] == 1
        assert len(client.post("/v1/search", json={"query": "大桥"}, headers=east).json()["results"]) == 1
        for headers in ({}, here):
            assert client.post("/v1/search", json={"query": "大桥"}, headers=headers).json()["results"] == []
        assert client.get("/readyz", headers=east).json()["collection"] == "east"
        assert client.get("/readyz").json()["collection"] == "default"
        body = {"model": "gazette-qa", "messages": [{"role": "user", "content": "东湖大桥有多长?"}]}
        for headers, page in ((east, "?collection=east#/pages/"), (here, None)):
            said = client.post("/v1/chat/completions", json=body, headers=headers).json()["choices"][0]["message"]
            links = [one["url_citation"]["url"] for one in said["annotations"]]
            assert bool(links) == (page is not None)
            assert all(one.startswith(f"{started.url}/{page}") for one in links)
        kept = Gazette(tmp_path).run("backup", str(tmp_path / "kept"))
        assert kept.returncode == 0, kept.stderr
        names = (tmp_path / "kept" / "vectors-east.ids").read_text().split()
        assert len(names) == 1
    with service(tmp_path) as again:
        found = httpx.post(f"{again.ready().url}/v1/search", json={"query": "大桥"}, headers=east, timeout=60)
        assert len(found.json()["results"]) == 1
