"""What writes to a Chroma server, when the server is really killed or has really lost something."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest

from rag.adapters.chroma import ChromaVectorIndex
from rag.build import build_pipeline
from rag.ledgers import open_ledger
from rag.models import IngestReport
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder
from tests.integration.chroma_process import Server, command, settings
from tests.integration.stores_on_disk import write_records
from tests.torture.world import use_fake_embedder

RECORDS, KILLED_AT, WRITTEN_AT_ONCE = 600, 400, 256
"""The server dies after the first batch of 256 was written, before the second."""


@pytest.fixture(autouse=True)
def fake_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fake_embedder(monkeypatch.setattr)


def taken_in(pipeline: Pipeline, file: Path, kill: Server | None = None) -> IngestReport:
    def progress(stage: str, done: int, total: int | None) -> None:
        if kill and done == KILLED_AT:
            kill.kill()

    return asyncio.run(pipeline.ingest([file], progress=progress))


def found(pipeline: Pipeline, number: int) -> bool:
    text = f"第{number}号大桥昨日通车，长{number * 7}米。"
    ranking = asyncio.run(pipeline.search(text, k=20))
    return text in {one.passage.text for one in ranking.evidence}


def test_an_ingest_whose_server_dies_says_what_is_missing_and_is_completed_at_the_next_start(
    server: Server, tmp_path: Path
) -> None:
    file = write_records(tmp_path / "records.jsonl", RECORDS)
    store = tmp_path / "store"
    with closing(build_pipeline(settings(server, store))) as pipeline:
        report = taken_in(pipeline, file, kill=server)
        assert (report.documents, len(report.failed)) == (WRITTEN_AT_ONCE, WRITTEN_AT_ONCE)
        assert all("completed at the next start, or by `gazette doctor --repair`" in one.error for one in report.failed)
        assert all("was not read: ingest again" in one.error for one in report.failed)
        assert len(pipeline.documents(limit=1000)) == WRITTEN_AT_ONCE
        assert (found(pipeline, 3), found(pipeline, 300)) == (True, False)
    told = command(server, store, "doctor")
    assert (told.exit_code, "256 documents half taken in" in told.output) == (1, True)

    server.start(tmp_path / "first")
    with closing(build_pipeline(settings(server, store))) as pipeline:
        assert len(pipeline.documents(limit=1000)) == 2 * WRITTEN_AT_ONCE
        assert all(found(pipeline, number) for number in (3, 300))
        again = taken_in(pipeline, file)
        assert (again.documents, again.unchanged) == (RECORDS - 2 * WRITTEN_AT_ONCE, 2 * WRITTEN_AT_ONCE)
        assert asyncio.run(pipeline.check_stores()).is_empty
        assert found(pipeline, RECORDS - 1)


def test_doctor_names_a_server_that_does_not_answer_as_what_it_is(server: Server, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with closing(build_pipeline(settings(server, store))) as pipeline:
        taken_in(pipeline, write_records(tmp_path / "records.jsonl", 3))
    sound = {row["check"]: row for row in findings(server, store)}
    assert sound["chroma server"]["detail"] == f"{server.url} holds 3 vectors of this collection"
    server.kill()
    for words in ((), ("--repair",)):
        bad = {row["check"]: row["detail"] for row in findings(server, store, *words, fails=True) if not row["ok"]}
        assert set(bad) == {"chroma server", "stores"}
        assert server.url in bad["chroma server"]
        assert "chroma run" in bad["chroma server"]
        assert bad["stores"].startswith("not repaired" if words else "not compared")


def findings(server: Server, store: Path, *words: str, fails: bool = False) -> list[dict[str, str]]:
    told = command(server, store, "doctor", "--json", *words)
    assert told.exit_code == int(fails), told.output
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_doctor_repairs_what_a_server_has_lost_and_holds_too_many(server: Server, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with closing(build_pipeline(settings(server, store))) as pipeline:
        taken_in(pipeline, write_records(tmp_path / "records.jsonl", 20))
    with closing(ChromaVectorIndex.open(settings(server, store).chroma, store, "default")) as vectors:
        vectors.delete(sorted(vectors.ids())[:7])
        vectors.upsert(["psg_stray"], HashingEmbedder().embed_passages(["迷"]))
    bad = [row["detail"] for row in findings(server, store, fails=True) if not row["ok"]]
    assert bad == [
        "vectors lack 7 passages and hold 1 too many, terms lack 0 and hold 0 too many; run `gazette doctor --repair`"
    ]
    findings(server, store, "--repair")
    findings(server, store)


def test_what_is_forgotten_is_gone_from_the_server_too(server: Server, tmp_path: Path) -> None:
    store = tmp_path / "store"
    own = settings(server, store)
    with closing(build_pipeline(own)) as pipeline:
        taken_in(pipeline, write_records(tmp_path / "records.jsonl", 20))
        document = next(one for one in pipeline.documents() if one.document == "r7")
    with closing(open_ledger(own)) as ledger:
        whereabouts = ledger.whereabouts("default", sorted(ledger.passage_ids("default")))
    gone = {name for name, place in whereabouts.items() if place.document_id == document.document_id}
    erased = command(server, store, "forget", document.document_id)
    assert erased.exit_code == 0, erased.output
    assert f"not ours to erase: the Chroma server at {server.url}" in erased.output
    with closing(ChromaVectorIndex.open(own.chroma, store, "default")) as vectors:
        assert len(gone) == 1
        assert vectors.count() == 19
        assert not gone & vectors.ids()
    findings(server, store)
    with closing(build_pipeline(own)) as pipeline:
        assert (found(pipeline, 7), found(pipeline, 8)) == (False, True)
