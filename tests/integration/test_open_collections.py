"""The collections of a folder opened together: what was interrupted is finished in each, and one that is unsound stays
alone with that.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.collections import RETRY_SECONDS, Collections, open_collections
from rag.errors import StoreLockedError, StoreMismatchError
from rag.intake import Upload
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.torture.world import use_fakes

NAMES = ("default", "east", "west")


def settings_of(folder: Path, collection: str = "default") -> Settings:
    return Settings.load(store={"path": folder, "collection": collection})


def found(pipeline: Pipeline) -> list[str]:
    return [one.passage.text for one in asyncio.run(pipeline.search("大桥")).evidence]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three collections, the same name of a file in each."""
    use_fakes(monkeypatch.setattr)
    for name in NAMES:
        with closing(build_pipeline(settings_of(tmp_path, name))) as pipeline:
            asyncio.run(pipeline.ingest((), uploads=[Upload("a.txt", f"{name}大桥昨日通车".encode())]))
    return tmp_path


def changed(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection, connection:
        assert connection.execute(statement).rowcount == 1


def test_each_is_opened_with_its_own_stores_and_all_are_closed_together(folder: Path) -> None:
    with closing(open_collections(settings_of(folder))) as collections:
        assert sorted(one.collection for one in collections.opened()) == sorted(NAMES)
        for name in NAMES:
            assert found(collections.pipeline(name)) == [f"{name}大桥昨日通车"]
        with pytest.raises(StoreLockedError):
            build_pipeline(settings_of(folder, "east"))
        assert not collections.holds("north")
        assert found(collections.pipeline("north")) == []
    with closing(build_pipeline(settings_of(folder, "east"))) as pipeline:
        assert found(pipeline) == ["east大桥昨日通车"]


def test_what_was_interrupted_in_another_collection_is_finished_at_the_start(folder: Path) -> None:
    changed(folder, "UPDATE documents SET state = 'pending' WHERE collection = 'west'")
    with closing(open_collections(settings_of(folder))) as collections:
        assert found(collections.pipeline("west")) == ["west大桥昨日通车"]


def test_one_that_was_indexed_otherwise_keeps_none_of_the_others_from_opening(folder: Path) -> None:
    changed(folder, "UPDATE index_settings SET embedder = 'another' WHERE collection = 'east'")
    with closing(open_collections(settings_of(folder))) as collections:
        for _ in range(2):
            with pytest.raises(StoreMismatchError, match="'east' was indexed with embedder another"):
                collections.pipeline("east")
        assert found(collections.pipeline("west")) == ["west大桥昨日通车"]
    with pytest.raises(StoreMismatchError):
        open_collections(settings_of(folder, "east"))
    with closing(open_collections(settings_of(folder))) as collections:
        assert found(collections.own) == ["default大桥昨日通车"]


def test_one_that_was_mended_meanwhile_opens_without_a_restart_and_is_not_tried_at_every_request(folder: Path) -> None:
    setting = "UPDATE index_settings SET embedder = {} WHERE collection = 'east'"
    changed(folder, setting.format("embedder || ' of old'"))
    now = 1000.0
    with closing(open_collections(settings_of(folder), clock=lambda: now)) as collections:
        with pytest.raises(StoreMismatchError) as first:
            collections.pipeline("east")
        changed(
            folder, "UPDATE index_settings SET embedder = replace(embedder, ' of old', '') WHERE collection = 'east'"
        )
        now += RETRY_SECONDS - 1
        with pytest.raises(StoreMismatchError) as again:
            collections.pipeline("east")
        assert again.value is first.value
        now += 1
        assert found(collections.pipeline("east")) == ["east大桥昨日通车"]


def test_while_one_is_opened_the_others_are_at_hand(folder: Path) -> None:
    with closing(build_pipeline(settings_of(folder))) as own:
        begun, let_go = threading.Event(), threading.Event()

        def make(collection: str) -> Pipeline:
            begun.set()
            assert let_go.wait(60)
            return own

        collections = Collections(own, make)
        opening = threading.Thread(target=collections.pipeline, args=("east",))
        opening.start()
        assert begun.wait(60)
        assert collections.pipeline("default") is own
        assert collections.opened() == [own]
        let_go.set()
        opening.join()
        assert collections.opened() == [own, own]
