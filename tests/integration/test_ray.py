"""Ingest over a real local Ray cluster of two workers: the same result, also when one is killed; nothing leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import pytest

from rag.adapters.ray import RayEngine
from rag.build import build_pipeline
from rag.chunk import Chunker
from rag.errors import GazetteError, MalformedSourceError
from rag.index import Cutter, Index, Order, Prepared, Preparer
from rag.ledger import Ledger
from rag.models import Document, Failure, IngestReport
from rag.protocols import Engine
from rag.settings import IngestSettings, Settings
from tests.conftest import SEEDS
from tests.fakes import HashingEmbedder, MemoryLexicalIndex, MemoryVectorIndex, make_document, one_line_one_article

if find_spec("ray") is None:  # not imported here: it reads its environment when it is
    pytest.skip("needs gazette[ray]", allow_module_level=True)
# Ray leaves sockets and pipes of its own processes to the interpreter's exit.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

WORKING = b"ray::_call"
"""How a Ray worker names its process while it runs our work."""


INSIDE = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1 and ::1 as /proc writes them."""


class Watch(threading.Thread):
    """Looks at the TCP sockets of all processes of the local cluster, again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.outside: set[tuple[str, str]] = set()
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.1):
            inodes = sockets_of_ray()
            for here, there, inode in connections():
                if inode in inodes:
                    self.seen += 1
                    if not here.startswith(INSIDE) or not (there.startswith(INSIDE) or there.endswith(":0000")):
                        self.outside.add((here, there))


def connections() -> Iterator[tuple[str, str, str]]:
    """Local address, remote address and inode of every TCP socket of this machine, as /proc writes them."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            yield columns[1], columns[2], columns[9]


def sockets_of_ray() -> set[str]:
    """Inodes of the sockets of the local cluster's processes."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if command.startswith(b"ray::") or b"/ray/" in command:
                links = [str(link.readlink()) for link in (folder / "fd").iterdir()]
                found |= {link[8:-1] for link in links if link.startswith("socket:[")}
        except OSError:
            continue  # it ended meanwhile
    return found


@pytest.fixture(scope="module")
def watch() -> Iterator[Watch]:
    made = Watch()
    made.start()
    yield made
    made.done.set()
    made.join()


@pytest.fixture(scope="module")
def engine(watch: Watch) -> Iterator[RayEngine]:
    made = RayEngine(IngestSettings(ray_workers=2))
    yield made
    made.close()


class SlowPreparer:
    """Takes its time, so that there is a middle of the run to kill a worker in."""

    def __call__(self, orders: Sequence[Order | Failure]) -> list[Prepared | Failure]:
        time.sleep(0.3)
        embedder = HashingEmbedder()
        chunker = Chunker(embedder.count_tokens, 400, 500)
        return Preparer(Cutter(one_line_one_article, chunker), chunker, embedder)(orders)


class House:
    def __init__(self, folder: Path, engine: Engine | None) -> None:
        folder.mkdir()
        embedder = HashingEmbedder()
        self.ledger = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        self.vectors, self.terms = MemoryVectorIndex(), MemoryLexicalIndex()
        chunker = Chunker(embedder.count_tokens, 400, 500)
        prepare = SlowPreparer() if engine else None
        self.index = Index(
            self.ledger, self.vectors, self.terms, embedder, chunker, one_line_one_article, "default",
            engine=engine, prepare=prepare,
        )  # fmt: skip

    def told(self, report: IngestReport) -> tuple[object, ...]:
        """Everything that must be the same whichever engine did it."""
        pieces = [(article.article_id, name) for article, name in self.ledger.articles("default")]
        counted = (report.documents, report.articles, report.passages, report.unchanged, report.failed)
        return pieces, sorted(self.vectors.ids()), sorted(self.terms.ids()), counted


def given() -> list[Document | Failure]:
    """Nine batches; one document twice, one source with new bytes, one that cannot be read."""
    letters = [chr(0x4E00 + number) for number in range(16)]
    made: list[Document | Failure] = [
        make_document("\n".join(letter * 390 for _ in range(100)), name=f"{number:02}.txt")
        for number, letter in enumerate(letters)
    ]
    return [*made[:10], made[3], Failure("/in/x.pdf", "no text"), make_document("新事", name="05.txt"), *made[10:]]


def working() -> list[int]:
    """Ray workers that run our work at this moment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().startswith(WORKING):
                found.append(int(folder.name))
        except OSError:
            continue  # it ended between being listed and being looked at
    return found


def gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path, engine: RayEngine) -> None:
    spread, here = House(tmp_path / "spread", engine), House(tmp_path / "here", None)
    killed: list[int] = []

    def kill() -> None:
        deadline = time.monotonic() + 60
        while not killed and time.monotonic() < deadline:
            if len(spread.vectors.ids()) and (pids := working()):
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    told = spread.told(spread.index.ingest(given()))
    killer.join()
    assert len(killed) == 1
    assert gone(killed[0])
    assert told == here.told(here.index.ingest(given()))
    assert spread.index.check().is_empty
    for house in (spread, here):
        house.ledger.close()


def refuse(item: int) -> int:
    if item == 2:
        raise MalformedSourceError("two", "is refused")
    return item


def test_results_keep_their_order_and_errors_their_kind(engine: RayEngine) -> None:
    results = engine.map(refuse, iter(range(9)))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(GazetteError, match="two: is refused") as caught:
        next(results)
    assert type(caught.value) is MalformedSourceError


def test_ray_talks_to_this_machine_only(engine: RayEngine, watch: Watch) -> None:
    assert list(engine.map(str, [1])) == ["1"]
    assert watch.seen > 0
    assert not watch.outside
    assert os.environ.get("http_proxy") != "http://127.0.0.1:9"  # ours is as it was


def test_the_pages_come_out_the_same_as_without_ray(tmp_path: Path) -> None:
    told = []
    for name in ("local", "ray"):
        settings = Settings.load(
            store={"path": tmp_path / name}, ingest={"engine": name, "ray_workers": 2}, chunk={"max_chars": 300}
        )
        pipeline = build_pipeline(settings)
        report = asyncio.run(pipeline.ingest(sorted(SEEDS.glob("*.txt"))[:3]))
        pieces = [(article, name) for article, name in pipeline.articles()]
        found = asyncio.run(pipeline.search("党建"))
        ranked = [one.passage.passage_id for one in found.evidence]
        told.append((report.documents, report.passages, pieces, ranked, asyncio.run(pipeline.check_stores())))
        pipeline.close()
    assert told[0] == told[1]
