"""What a backup is made of: files, and a manifest, written last, that names every one with its size and checksum.

A folder without a manifest is no backup; one whose files are not what the manifest says is refused. Knows nothing of
what the files hold.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from rag.errors import StoreError

MANIFEST = "manifest.json"
LEDGER = "ledger.sqlite"
FORMAT = 1
"""Raised when a backup's files change their meaning."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds of one collection. ``vectors`` may be fewer than ``passages``; a restore embeds the rest."""

    documents: int
    passages: int
    vectors: int
    dim: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in a backup: which program made it, when, of which ledger, and every file's size and SHA-256."""

    format: int
    program: str
    schema: int
    created: str
    collections: Mapping[str, Kept]
    files: Mapping[str, tuple[int, str]]


def ids_file(collection: str) -> str:
    """Passage ids of a collection's vectors, one a line."""
    return f"vectors-{collection}.ids"


def rows_file(collection: str) -> str:
    """The vectors of those ids, in that order: little-endian float32, ``dim`` numbers each."""
    return f"vectors-{collection}.f32"


def seal(folder: Path, manifest: Manifest) -> None:
    """Write the manifest once every file is on the disk; from then on the folder is a backup."""
    for name in manifest.files:
        _sync(folder / name)
    beside = folder / f"{MANIFEST}.partial"
    beside.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _sync(beside)
    beside.rename(folder / MANIFEST)
    _sync(folder)


def measured(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and checksum of every file there is."""
    return {path.name: (path.stat().st_size, _checksum(path)) for path in sorted(folder.iterdir())}


def opened(folder: Path) -> Manifest:
    """The manifest of a whole backup, every file of it compared.

    Raises:
        StoreError: it is no backup, was not finished, or a file is missing or not what it was.
    """
    try:
        shape = json.loads((folder / MANIFEST).read_bytes())
        manifest = _read(shape)
    except FileNotFoundError as error:
        raise StoreError(
            f"{folder}: no {MANIFEST}: not a backup, or one that was stopped before its end; use another one"
        ) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{folder}/{MANIFEST}: {type(error).__name__}: cannot be read; use another backup") from error
    if manifest.format != FORMAT:
        raise StoreError(f"{folder}: a backup of format {manifest.format}, this program reads {FORMAT}")
    for name, (size, checksum) in manifest.files.items():
        path = folder / name
        if Path(name).name != name or not path.is_file():
            raise StoreError(f"{path}: named by {MANIFEST}, but not there; the backup is not whole, use another one")
        if path.stat().st_size != size or _checksum(path) != checksum:
            raise StoreError(f"{path}: not what was backed up (size or SHA-256 differ); use another backup")
    return manifest


def _read(shape: Any) -> Manifest:
    collections = {name: Kept(**one) for name, one in shape["collections"].items()}
    files = {str(name): (int(size), str(checksum)) for name, (size, checksum) in shape["files"].items()}
    return Manifest(**{**shape, "collections": collections, "files": files})


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
