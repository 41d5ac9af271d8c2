"""Where the settings' ledger is, and opening it alone: for looking, with nothing else loaded. Makes nothing."""

from __future__ import annotations

from rag.errors import StoreError
from rag.ledger import Ledger, Opening
from rag.models import Article
from rag.settings import Settings


class _LateSigner:
    """Signs articles; what that needs is loaded with the first one, for who looks signs none."""

    def keys(self, article: Article) -> tuple[int, ...]:
        from rag.adapters.rensa import RensaSigner
        from rag.duplicates import signed_hashes

        return RensaSigner(signed_hashes).keys(article)


def ledger_url(settings: Settings) -> str:
    """Where the ledger is: as set, or SQLite in the data folder."""
    return settings.ledger.url or f"sqlite:///{settings.store.path.absolute() / 'ledger.sqlite'}"


def open_ledger(settings: Settings) -> Ledger:
    """The ledger alone, for looking: makes nothing, needs no lock, loads no model, and works while a service runs.

    Raises:
        StoreError: there is no corpus yet, or the data folder cannot be used.
    """
    ledger = find_ledger(settings)
    if ledger is None:
        where = "the database of GAZETTE_LEDGER__URL" if settings.ledger.url else f"data folder {settings.store.path}"
        raise StoreError(
            f"{where} holds no corpus; fill it with `gazette ingest PATH…`, or name another folder with --store or "
            "GAZETTE_STORE__PATH"
        )
    return ledger


def find_ledger(settings: Settings, *, may_upgrade: bool = False) -> Ledger | None:
    """As ``open_ledger``, but None where there is no corpus yet.

    Args:
        settings: where it is.
        may_upgrade: bring a ledger of an older version up to this one; only for who holds the data folder.
    """
    return Ledger.find(ledger_url(settings), Opening(may_upgrade, _LateSigner()))
