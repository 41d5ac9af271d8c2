"""What `gazette doctor` does: looks at the files first, then opens them, and mends from the ledger when asked.

Damaged indexes are never opened for use: Chroma ranks by whatever memory holds when its files are cut short. Works
beside a process that holds the folder, by looking only at what may be read meanwhile. Knows nothing of commands.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from rag.adapters.hnsw import database_damage, vector_file_damage
from rag.adapters.segments import term_file_damage
from rag.build import build_pipeline, open_terms, open_vectors, terms_folder, vectors_folder
from rag.doctor import Finding, examine
from rag.errors import StoreError, StoreLockedError, StoreUnavailableError
from rag.ledger import Ledger, StoreLock, settle
from rag.ledger.folder import folder_errors
from rag.ledgers import find_ledger
from rag.settings import Settings
from rag.upkeep.erasure import interrupted_erasure

ASK_SECONDS = 5.0
"""How long a service may take to say how it is."""

_REPAIR = "run `gazette doctor --repair` to rebuild it from the ledger"


def check_up(settings: Settings, *, repair: bool = False) -> list[Finding]:
    """Every finding about a data folder, good and bad.

    Args:
        settings: which folder, collection and models.
        repair: remove damaged indexes, rebuild from the ledger what they lack, and drop rows that belong to nothing.

    Raises:
        StoreLockedError: a repair was asked for while another process holds the folder.
        StoreError: something cannot be looked at or mended.
    """
    try:
        lock = StoreLock.acquire(settings.store.path)
    except StoreLockedError as holder:
        if repair:
            raise
        return list(_beside(settings, holder))
    with lock:
        settle(vectors_folder(settings))
        settle(terms_folder(settings))
        found = [*_ledger_findings(settings, repair=repair), *_index_findings(settings, repair=repair)]
    if not all(finding.ok for finding in found if finding.check in ("ledger file", "vector files", "term files")):
        return found
    pipeline = build_pipeline(settings)
    with closing(pipeline):
        return found + asyncio.run(examine(pipeline, repair=repair))


def _ledger_findings(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    if settings.ledger.url is None and (damage := database_damage(settings.store.path / "ledger.sqlite")):
        yield Finding("ledger file", False, f"{damage}; put a backup in its place: nothing else holds the documents")
        return
    ledger = find_ledger(settings, may_upgrade=True)
    if ledger is None:
        return
    with closing(ledger):
        yield Finding("ledger file", True, "sound")
        yield from _rows(ledger, settings, repair=repair)


def _rows(ledger: Ledger, settings: Settings, *, repair: bool) -> Iterator[Finding]:
    taking, removing = ledger.interrupted(settings.store.collection)
    if taking or removing:
        told = f"an interrupted run left {taking} documents half taken in and {removing} half removed"
        yield Finding("interrupted", True, f"{told}; finished on opening, once all stores answer")
    if orphans := ledger.orphans():
        dropped = ledger.drop_orphans() if repair else 0
        told = f"removed {dropped} rows that belonged to nothing" if repair else f"{orphans} rows belong to nothing"
        yield Finding("orphans", repair, told if repair else f"{told}; run `gazette doctor --repair`")
    if interrupted_erasure(settings.store.path):
        told = "a `gazette forget` was interrupted; run `gazette forget --all-deleted` to finish it"
        yield Finding("erasure", False, told)


def _index_findings(settings: Settings, *, repair: bool) -> Iterator[Finding]:
    folder = vectors_folder(settings)
    if settings.chroma.url is None:
        yield _mended("vector files", folder, _vector_damage(settings, folder), repair=repair)
    else:
        yield _chroma_server(settings, folder)
    folder = terms_folder(settings)
    yield _mended("term files", folder, _term_damage(folder), repair=repair)


def _chroma_server(settings: Settings, folder: Path) -> Finding:
    with closing(open_vectors(settings, folder, settings.store.collection)) as vectors:
        try:
            told = f"{settings.chroma.url} holds {vectors.count()} vectors of this collection"
        except StoreUnavailableError as error:
            return Finding("chroma server", False, str(error))
    return Finding("chroma server", True, told)


def _mended(check: str, folder: Path, damage: list[str], *, repair: bool) -> Finding:
    if not damage:
        return Finding(check, True, "whole")
    told = "; ".join(damage)
    if not repair:
        return Finding(check, False, f"{told}; {_REPAIR}")
    with folder_errors(folder):
        shutil.rmtree(folder)
    return Finding(check, True, f"removed to be rebuilt: {told}")


def _vector_damage(settings: Settings, folder: Path) -> list[str]:
    """From outside first: what is cut short there may kill whoever opens it."""
    database = database_damage(folder / "chroma.sqlite3")
    found = [database] if database else vector_file_damage(folder)
    if found or not folder.is_dir():
        return found
    try:
        vectors = open_vectors(settings, folder, settings.store.collection)
    except StoreError as error:
        return [str(error)]
    with closing(vectors):
        return vectors.damage()


def _term_damage(folder: Path) -> list[str]:
    found = term_file_damage(folder)
    if found or not folder.is_dir():
        return found
    try:
        open_terms(folder).close()
    except StoreError as error:
        return [str(error)]
    return []


# --- beside another process ------------------------------------------------------------------------------------------


def _beside(settings: Settings, holder: StoreLockedError) -> Iterator[Finding]:
    """What can be said while another process holds the folder: from the ledger's file, and from its service."""
    who = f"process {holder.pid or '(starting)'}" + (f", a service at {holder.url}" if holder.url else "")
    limits = "vectors, terms and --repair need it stopped"
    yield Finding("holder", True, f"{settings.store.path} is in use by {who}; {limits}")
    ledger = find_ledger(settings)
    if ledger is not None:
        with closing(ledger):
            damage, counts = ledger.damage(), ledger.counts(settings.store.collection)
        told = f"{counts.documents} documents, {counts.articles} articles, {counts.passages} passages"
        yield Finding("ledger", damage is None, damage or told)
    if holder.url is not None:
        yield _service(holder.url)


def _service(url: str) -> Finding:
    try:
        # The URL our own service wrote into the data folder; it is on this machine, so no proxy is asked.
        with build_opener(ProxyHandler({})).open(f"{url}/readyz", timeout=ASK_SECONDS) as reply:
            told = json.load(reply)
    except HTTPError as error:
        return Finding("service", False, f"{url}/readyz: {error.code} {error.read(500).decode('utf-8', 'replace')}")
    except (URLError, TimeoutError, ValueError) as error:
        return Finding("service", False, f"{url}/readyz: {error}; restart it if it stays so")
    # A service that asks for keys tells only what it is; the ledger above says how much there is.
    holds = f"{told['passages']} passages, " if "passages" in told else ""
    return Finding("service", True, f"{told['status']}: {holds}model {told['model']}")
