"""The ledger: the truth about documents, articles, passages, replies and answers, and the lock on the data folder."""

from rag.ledger.borrowed import borrowed, cannot_be_written
from rag.ledger.engine import Opening
from rag.ledger.identity import restated
from rag.ledger.kept import Kept
from rag.ledger.ledger import Ledger, SourceRecord
from rag.ledger.lock import StoreLock
from rag.ledger.lookup import Whereabouts
from rag.ledger.reading import Counts
from rag.ledger.records import IndexSettings, KeptAnswer, KeptReply
from rag.ledger.rows import CutDocument, StoredPassage, article_count, check_storable
from rag.ledger.selection import Allowed
from rag.ledger.snapshot import Snapshot
from rag.ledger.swap import fresh_folder, settle, swap_in
from rag.ledger.told import ToldArticle
from rag.ledger.touched import Touched

__all__ = [
    "Allowed",
    "Counts",
    "CutDocument",
    "IndexSettings",
    "Kept",
    "KeptAnswer",
    "KeptReply",
    "Ledger",
    "Opening",
    "Snapshot",
    "SourceRecord",
    "StoreLock",
    "StoredPassage",
    "ToldArticle",
    "Touched",
    "Whereabouts",
    "article_count",
    "borrowed",
    "cannot_be_written",
    "check_storable",
    "fresh_folder",
    "restated",
    "settle",
    "swap_in",
]
