"""What happens to a corpus, step by step, and what must be visible after each: real stores, a fake embedder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rag import build
from rag.build import OpenStores, open_stores
from rag.index import Disagreement
from rag.ledger import StoreLock
from rag.models import Article, Document, Query
from rag.retrieve import Retriever
from rag.settings import Settings
from rag.upkeep import erase
from tests.fakes import HashingEmbedder, make_document, one_line_one_article

HERE = "default"
State = dict[str, str]
"""Text by source, aliases included."""
Put = Callable[[object, str, object], None]


def settings_of(folder: Path) -> Settings:
    """Small write batches, so that there is a middle in which to be killed."""
    return Settings.load(store={"path": folder}, chroma={"batch_size": 2})


def use_fakes(put: Put = setattr) -> None:
    """A fake embedder and the simplest segmenter, the stores stay real.

    In this process for good; with `put=monkeypatch.setattr`, for the time of a test.
    """

    def cut(document: Document) -> tuple[Article, ...]:
        return one_line_one_article(document)

    use_fake_embedder(put)
    put(build, "segment", cut)


def use_fake_embedder(put: Put = setattr) -> None:
    """A fake embedder; all else stays real."""

    def load(*_: object) -> HashingEmbedder:
        return HashingEmbedder()

    put(build, "shared_embedder", load)


@contextmanager
def opened(folder: Path) -> Iterator[OpenStores]:
    """The stores as the product opens them, what was interrupted finished."""
    settings = settings_of(folder)
    with StoreLock.acquire(folder), ExitStack() as stack:
        yield open_stores(settings, stack)


OLD, NEW, OTHER, LAST = "旧桥一\n旧桥二\n旧桥三", "新桥一\n新桥二", "粮食丰收", "地铁开工\n地铁竣工"


def _first(folder: Path) -> None:
    with opened(folder) as stores:
        stores.index.ingest([make_document(OLD), make_document(OTHER, name="b.txt")])


def _replace(folder: Path) -> None:
    with opened(folder) as stores:
        stores.index.ingest([make_document(NEW)])


def _recut(folder: Path) -> None:
    with opened(folder) as stores:
        stores.index.ingest([make_document(NEW, place="苏州")])


def _alias(folder: Path) -> None:
    with opened(folder) as stores:
        stores.index.ingest([make_document(OTHER, name="c.txt"), make_document(NEW, name="d.txt", source="/in/a.txt")])


def _turn(folder: Path) -> None:
    """A source turns into bytes that are known from elsewhere."""
    with opened(folder) as stores:
        stores.index.ingest([make_document(NEW, name="c.txt")])


def _add(folder: Path) -> None:
    with opened(folder) as stores:
        stores.index.ingest([make_document(LAST, name="e.txt")])


def _delete(folder: Path) -> None:
    with opened(folder) as stores:
        for document in stores.ledger.documents(HERE):
            if document.text == NEW:
                stores.index.delete(document.document_id)


def _repair(folder: Path) -> None:
    """Something is lost and something strays in, and both are mended."""
    with opened(folder) as stores:
        held = sorted(stores.vectors.ids())
        stores.vectors.upsert(["psg_stray"], HashingEmbedder().embed_passages(["迷"]))
        stores.vectors.delete(held[:1])
        stores.lexical.delete(held[1:2])
        stores.index.repair()


def _erase(folder: Path) -> None:
    with opened(folder) as stores:
        gone = [one.document_id for one in stores.ledger.documents(HERE) if one.text == OTHER]
    if gone:
        erase(settings_of(folder), gone)


STEPS: list[tuple[str, Callable[[Path], None], State]] = [
    ("first ingest", _first, {"/in/a.txt": OLD, "/in/b.txt": OTHER}),
    ("replace", _replace, {"/in/a.txt": NEW, "/in/b.txt": OTHER}),
    ("re-cut", _recut, {"/in/a.txt": NEW, "/in/b.txt": OTHER}),
    ("alias", _alias, {"/in/a.txt": NEW, "/in/b.txt": OTHER, "/in/c.txt": OTHER}),
    ("turn", _turn, {"/in/a.txt": NEW, "/in/b.txt": OTHER, "/in/c.txt": NEW}),
    ("add", _add, {"/in/a.txt": NEW, "/in/b.txt": OTHER, "/in/c.txt": NEW, "/in/e.txt": LAST}),
    ("delete", _delete, {"/in/b.txt": OTHER, "/in/e.txt": LAST}),
    ("repair", _repair, {"/in/b.txt": OTHER, "/in/e.txt": LAST}),
    ("erase", _erase, {"/in/e.txt": LAST}),
]
"""Name, what is done, and what is visible when it is done."""


def faults(folder: Path, allowed: list[State], *, mend: bool = False) -> list[str]:
    """Everything that is not as it must be after opening; empty when all is well.

    Args:
        folder: the data folder, in nobody's use.
        allowed: one of these must be visible, whole.
        mend: whether what vectors and terms lack or hold too many may be repaired first (a repair was under way).
    """
    with opened(folder) as stores:
        if mend:
            stores.index.repair()
        found = []
        if (left := stores.index.check()) != Disagreement():
            found.append(f"stores disagree: {left}")
        if stores.ledger.interrupted(HERE) != (0, 0) or stores.ledger.orphans():
            found.append("rows left over")
        visible = _visible(stores)
        if visible not in allowed:
            found.append(f"visible: {visible}, not one of {allowed}")
        texts = [document.text for document in stores.ledger.documents(HERE)]
        if len(texts) != len(set(texts)):
            found.append(f"doubled: {texts}")
        return found + _wrong_answers(stores, visible)


def _visible(stores: OpenStores) -> State:
    return {
        source: document.text
        for document in stores.ledger.documents(HERE)
        for source in stores.ledger.sources_of(HERE, document.document_id)
    }


def _wrong_answers(stores: OpenStores, visible: State) -> list[str]:
    """Every visible line is found, once, and no other one is."""
    settings = Settings()
    retriever = Retriever(stores.ledger, stores.vectors, stores.lexical, stores.embedder, settings.retrieve)
    shown = {line for text in visible.values() for line in text.splitlines()}
    wrong = []
    for line in {line for text in (OLD, NEW, OTHER, LAST) for line in text.splitlines()}:
        evidence = retriever.retrieve(Query(line, line), 20, 20).evidence
        texts = [one.passage.text for one in evidence]
        if (line in texts) != (line in shown) or len(texts) != len(set(texts)) or set(texts) - shown:
            wrong.append(f"asked for {line}: {texts}")
    return wrong
