"""A canary: a document told apart by everything about it is taken in, asked about, summarised, and must be gone.

Every byte of every file of the data folder is looked at, before (so that the test can fail) and after.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.batch import summarise_all
from rag.build import build_pipeline, open_terms, terms_folder
from rag.errors import NotFoundError, StoreError
from rag.models import SourceMetadata
from rag.settings import Settings
from rag.upkeep import check_up, erase, erasure
from tests.integration.stores_on_disk import searches, settings_of, take_in, write_records
from tests.torture.world import use_fake_embedder

NAME, PAPER, PLACE, TITLE = "槑囧.txt", "龘靐日报", "犇猋县", "犇猋县龘靐大桥昨日合龙"
BODY = "本报讯 龘靐大桥昨日在犇猋县合龙，全长7319.26米，总投资58.6417亿元，由骉飝集团承建，明年通车。"
CANARIES = (NAME, PAPER, PLACE, TITLE, "龘靐", "骉飝", "7319.26", "58.6417")
OTHERS = 1200
"""So many that Chroma has written vector files, and the canary is in them."""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    use_fake_embedder(monkeypatch.setattr)
    return settings_of(tmp_path / "store")


def write_canary(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / NAME
    file.write_text(f"{TITLE}\n\n{BODY}\n", encoding="utf-8")
    return file


def use_canary(settings: Settings, inbox: Path) -> tuple[str, list[bytes]]:
    """Take it in among others, ask and summarise it; its id and the bytes of its vectors."""
    canary = write_canary(inbox)
    take_in(settings, canary, metadata=SourceMetadata(paper=PAPER, place=PLACE))
    take_in(settings, write_records(inbox / "others.jsonl", OTHERS))
    with closing(build_pipeline(settings)) as pipeline:
        answer = asyncio.run(pipeline.ask("犇猋县合龙的龘靐大桥全长多少米？"))
        assert "7319.26" in str(answer.claims)
        asyncio.run(pipeline.ask("第3号大桥长多少米？"))
        (document_id,) = [one.document_id for one in pipeline.documents(limit=5000) if one.document == NAME]
        chosen = list(pipeline.summarisable(document_id=document_id))
        asyncio.run(summarise_all(pipeline, chosen, max_chars=100, style="brief", progress=lambda *_: None))
        stored = pipeline._index._stores.vectors
        ids = [
            one
            for one, where in pipeline.ledger.whereabouts("default", sorted(stored.ids())).items()
            if where.document_id == document_id
        ]
        rows = stored.vectors_of(ids)
    return document_id, [_telling(row) for row in rows]


def _telling(row: np.ndarray) -> bytes:
    """Eight neighbouring floats, most of them not zero: nothing else holds these bytes."""
    at = max(range(len(row) - 8), key=lambda start: np.count_nonzero(row[start : start + 8]))
    return bytes(row[at : at + 8].astype("<f4").tobytes())


def found_in(store: Path, needles: Sequence[bytes]) -> list[tuple[str, bytes]]:
    files = [path for path in sorted(store.rglob("*")) if path.is_file()]
    assert files
    contents = [(path.relative_to(store).as_posix(), path.read_bytes()) for path in files]
    return [(name, needle) for name, content in contents for needle in needles if needle in content]


def forms(texts: Sequence[str]) -> list[bytes]:
    """As bytes: UTF-8, UTF-16 either way, and as JSON escapes."""
    encoded = [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return encoded + [json.dumps(text).strip('"').encode() for text in texts]


def folders_with(found: Sequence[tuple[str, bytes]]) -> set[str]:
    return {name.split("/")[0] for name, _ in found}


def dictionary(settings: Settings) -> set[str]:
    """Terms of the canary in tantivy's dictionary, which compresses them, deleted passages' included."""
    with closing(open_terms(terms_folder(settings))) as terms:
        found = terms._index.searcher().terms_with_prefix("terms", "龘") + terms._index.searcher().terms_with_prefix(
            "terms", "骉"
        )
    return {term for term, _ in found}


@pytest.fixture
def used(settings: Settings, tmp_path: Path) -> tuple[str, list[bytes]]:
    return use_canary(settings, tmp_path / "inbox")


def test_what_is_forgotten_is_in_no_file_any_more_and_the_rest_is_unharmed(
    settings: Settings, used: tuple[str, list[bytes]]
) -> None:
    document_id, vectors = used
    store = settings.store.path
    before = found_in(store, forms(CANARIES))
    assert {needle for _, needle in before} >= {text.encode() for text in CANARIES}
    assert dictionary(settings) >= {"龘靐", "骉飝"}
    assert folders_with(found_in(store, vectors)) == {"chroma"}
    others = searches(settings)

    erased = erase(settings, [document_id])

    assert erased.documents == 1
    assert erased.rows == 1  # the answer; kept summaries go with the document
    assert found_in(store, [*forms([*CANARIES, document_id]), *vectors]) == []
    assert dictionary(settings) == set()
    assert searches(settings) == others
    assert all(finding.ok for finding in check_up(settings))
    with closing(build_pipeline(settings)) as pipeline:
        kept = asyncio.run(pipeline.search("龘靐大桥", k=5))
        assert not [hit for hit in kept.evidence if hit.document == NAME]
    assert found_in(store, [*forms([PAPER, PLACE, TITLE, "骉飝"]), *vectors]) == []


def test_an_ordinary_deletion_is_erased_later_with_answers_that_name_it(
    settings: Settings, used: tuple[str, list[bytes]]
) -> None:
    document_id, vectors = used
    with closing(build_pipeline(settings)) as pipeline:
        asyncio.run(pipeline.delete(document_id))
    assert found_in(settings.store.path, [*forms(CANARIES), *vectors])
    erase(settings, with_deleted=True)
    assert dictionary(settings) == set()
    assert found_in(settings.store.path, [*forms([*CANARIES, document_id]), *vectors]) == []


def test_a_document_is_forgotten_by_its_source(settings: Settings, tmp_path: Path) -> None:
    canary = write_canary(tmp_path / "inbox")
    take_in(settings, canary)
    with closing(build_pipeline(settings)) as pipeline:
        (source,) = pipeline.ledger.sources_of("default", pipeline.documents()[0].document_id)
    assert erase(settings, sources=[source]).documents == 1
    assert found_in(settings.store.path, forms([TITLE, "龘靐"])) == []


def test_what_is_not_there_cannot_be_forgotten_and_nothing_else_is(settings: Settings, tmp_path: Path) -> None:
    take_in(settings, write_canary(tmp_path / "inbox"))
    for unknown in ({"document_ids": ["doc_none"]}, {"sources": ["nowhere.txt"]}):
        with pytest.raises(NotFoundError, match="gazette documents"):
            erase(settings, **unknown)  # type: ignore[arg-type]
    with closing(build_pipeline(settings)) as pipeline:
        assert pipeline.counts().documents == 1


@pytest.mark.parametrize("step", ["_write_anew", "swap_in"])
def test_an_interrupted_erasure_is_found_and_finished(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    take_in(settings, write_canary(tmp_path / "inbox"), write_records(tmp_path / "inbox" / "others.jsonl", 20))
    with closing(build_pipeline(settings)) as pipeline:
        (document_id,) = [one.document_id for one in pipeline.documents() if one.document == NAME]

    def stopped(*_: object) -> None:
        raise StoreError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(erasure, step, stopped)
        with pytest.raises(StoreError, match="no space left"):
            erase(settings, [document_id])
    bad = [finding for finding in check_up(settings) if not finding.ok]
    assert [finding.check for finding in bad] == ["erasure"]
    assert "gazette forget --all-deleted" in bad[0].detail
    erase(settings, with_deleted=True)
    assert all(finding.ok for finding in check_up(settings))
    assert found_in(settings.store.path, forms(["龘靐", TITLE])) == []


def test_other_collections_keep_their_vectors(settings: Settings, tmp_path: Path) -> None:
    other = Settings.load(store={"path": settings.store.path, "collection": "other"})
    take_in(other, write_records(tmp_path / "others.jsonl", 30))
    take_in(settings, write_canary(tmp_path / "inbox"))
    before = searches(other)
    with closing(build_pipeline(settings)) as pipeline:
        document_id = pipeline.documents()[0].document_id
    erase(settings, [document_id])
    assert searches(other) == before
    assert all(finding.ok for finding in check_up(other))
