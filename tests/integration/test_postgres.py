"""The ledger on a real PostgreSQL server: the same contract and order, leases under contention, the whole flow."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from rag.batch import Runner, keep_file, make_batch, output_pieces, validate
from rag.build import build_pipeline
from rag.errors import StoreError
from rag.ledger import Ledger
from rag.models import Batch, Done, Unit
from rag.settings import Settings
from rag.staffing import crew, estimator, patience
from tests.conftest import SEEDS
from tests.fakes import make_document
from tests.integration.postgres_process import Postgres, postgres
from tests.unit.batch.test_lines import line
from tests.unit.ledger import test_ledger, test_listing, test_units
from tests.unit.ledger.test_ledger import take_in
from tests.unit.ledger.test_units import begun

Contract = Callable[[Ledger], None]


def contracts(*rooms: ModuleType) -> list[Contract]:
    """The unit tests of the ledger that need nothing but one."""
    return [
        test
        for room in rooms
        for name, test in vars(room).items()
        if name.startswith("test_")
        and inspect.isfunction(test)
        and list(inspect.signature(test).parameters) == ["ledger"]
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def ledger(server: Postgres) -> Iterator[Ledger]:
    opened = Ledger.open(server.new_database())
    yield opened
    opened.close()


@pytest.mark.parametrize("contract", contracts(test_ledger, test_listing, test_units), ids=lambda test: test.__name__)
def test_what_holds_on_sqlite_holds_on_postgresql(contract: Contract, ledger: Ledger) -> None:
    contract(ledger)


def test_names_come_in_the_same_order_whatever_the_servers_collation(ledger: Ledger) -> None:
    names = ["b.txt", "A.txt", "_.txt", "a-1.txt", "a1.txt", "重庆.txt", "安徽.txt"]
    take_in(ledger, *(make_document(f"文字{at}", name=name) for at, name in enumerate(names)))
    listed = ledger.listed_documents("default")
    assert [one.document for one in listed] == sorted(names)
    after = ledger.listed_documents("default", after=listed[2].document_id)
    assert [one.document for one in after] == sorted(names)[3:]


def test_workers_that_claim_at_the_same_time_never_get_the_same_unit(server: Postgres) -> None:
    url = server.new_database()
    first = Ledger.open(url)
    batch, taken = begun(first, 200), Counter[int]()

    def work(name: str) -> None:
        mine = Ledger.open(url)
        while units := mine.units.claim(batch, name, 3, now=0.0, until=100.0):
            mine.units.settle(batch, name, [(one, Done({}), 0.0) for one in units])
            taken.update(one.position for one in units)
        mine.close()

    threads = [threading.Thread(target=work, args=(f"w{at}",)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert taken == dict.fromkeys(range(200), 1)
    assert first.units.counts(batch).completed == 200
    first.close()


def test_workers_that_claim_at_the_same_time_never_pass_the_budget(server: Postgres) -> None:
    url = server.new_database()
    first = Ledger.open(url)
    batch: Batch = begun(first, 40, bound=1.0, budget=10.5)
    held: list[Unit] = []

    def work(name: str) -> None:
        mine = Ledger.open(url)
        while units := mine.units.claim(batch, name, 2, now=0.0, until=100.0):
            held.extend(units)
        mine.close()

    threads = [threading.Thread(target=work, args=(f"w{at}",)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(held) == len({one.position for one in held}) == 10
    first.close()


def test_ingest_ask_and_a_batch_give_the_same_on_both(server: Postgres, tmp_path: Path) -> None:
    told = []
    for name, url in (("sqlite", None), ("postgresql", server.new_database())):
        pipeline = build_pipeline(Settings.load(store={"path": tmp_path / name}, ledger={"url": url}))
        report = asyncio.run(pipeline.ingest(sorted(SEEDS.glob("*.txt"))[3:4]))
        answer = asyncio.run(pipeline.ask("六安经开区园区非公组织党员有多少人?"))
        content = line(url="/v1/summaries", body={"all": True, "max_chars": 60}).encode()
        batch = make_batch(pipeline, keep_file(pipeline, "in.jsonl", content))
        batch = validate(pipeline, batch, estimator(pipeline))
        with crew(pipeline, 1) as workers:
            runner = Runner(pipeline.ledger, workers, tmp_path / name, patience(pipeline.settings))
            assert asyncio.run(runner.run(batch)).state == "completed"
        articles = [(article, document) for article, document in pipeline.articles()]
        told.append((report.articles, answer.answer, articles, "".join(output_pieces(pipeline.ledger, batch))))
        pipeline.close()
    assert told[0] == told[1]
    assert "1647" in (told[0][1] or "")


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(StoreError, match="ledger postgresql") as caught:
        Ledger.open("postgresql+psycopg://me:secret@127.0.0.1:9/none")
    assert "secret" not in str(caught.value)
