"""Opening a data folder to look: nothing is made, and every folder that cannot be used is named with the way out."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from rag.adapters.processor import BACKGROUND_NICENESS
from rag.answer import ExtractiveAnswerer
from rag.build import open_shared
from rag.choosing import build_answerer
from rag.errors import ModelUnavailableError, StoreError
from rag.ledger import Ledger
from rag.ledgers import find_ledger, ledger_url, open_ledger
from rag.models import Query
from rag.settings import AnswerSettings, Settings, StoreSettings
from rag.weights import BUNDLED
from tests.unit.answer.newspaper import READING, evidence_of


def settings_at(path: Path) -> Settings:
    return Settings.load(store={"path": path})


def test_looking_where_no_corpus_is_makes_nothing_and_names_folder_and_command(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with pytest.raises(StoreError, match=rf"data folder {missing} holds no corpus.*`gazette ingest"):
        open_ledger(settings_at(missing))
    assert not missing.exists()
    with pytest.raises(StoreError, match="holds no corpus"):
        open_ledger(settings_at(tmp_path))
    assert list(tmp_path.iterdir()) == []
    assert find_ledger(settings_at(missing)) is None


def test_looking_opens_what_was_made(tmp_path: Path) -> None:
    Ledger.open(ledger_url(settings_at(tmp_path))).close()
    ledger = open_ledger(settings_at(tmp_path))
    assert ledger.counts("default").documents == 0
    ledger.close()


def test_an_empty_file_in_the_ledgers_place_holds_no_corpus_and_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").touch()
    with pytest.raises(StoreError, match="holds no corpus"):
        open_ledger(settings_at(tmp_path))


@pytest.mark.parametrize("place", ["file", "file/store", "n" * 300])
def test_looking_into_what_cannot_be_a_folder_is_a_store_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"data folder .*GAZETTE_STORE__PATH"):
        open_ledger(settings_at(tmp_path / place))


def test_the_reader_is_what_the_settings_name() -> None:
    question = Query("谁主持?", "谁主持?")
    evidence = evidence_of(READING)
    with_rules = build_answerer(Settings.load(answer={"reader": "off"}))
    assert with_rules.answer(question, evidence) == ExtractiveAnswerer(AnswerSettings()).answer(question, evidence)
    named = build_answerer(Settings.load(answer={"reader": "/nowhere/reader.safetensors"}))
    with pytest.raises(ModelUnavailableError, match=r"/nowhere/reader\.safetensors"):
        named.answer(question, evidence)


def test_the_weights_come_with_the_package_and_stay_small() -> None:
    assert 1e6 < BUNDLED.stat().st_size <= 60e6


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives each thread its own niceness")
def test_beside_questions_writing_gives_way_with_all_it_starts_and_by_itself_it_does_not(tmp_path: Path) -> None:
    settings = Settings(store=StoreSettings(path=tmp_path))
    answering = os.getpriority(os.PRIO_PROCESS, 0)
    behind = max(answering, BACKGROUND_NICENESS)
    assert _niceness(settings, None) == [answering] * 3
    assert _niceness(settings, "http://127.0.0.1:8000") == [answering, behind, behind]


def _niceness(settings: Settings, url: str | None) -> list[int]:
    """Of a thread that answers, of the one that writes, and of one that this one starts."""

    def own() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def started() -> int:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(own).result()

    with ExitStack() as opened:
        shared = open_shared(settings, opened, url=url)
        asked = [(shared.work, own), (shared.writer, own), (shared.writer, started)]
        return [pool.submit(question).result() for pool, question in asked]
