"""Which files an ingest reads: paths → source files, in a stable order. Opens no file, knows nothing of their content.

Dotfiles, unknown suffixes and the question files of a retrieval collection are counted, never read; a path named
explicitly is always read, so that a file nobody can read is reported and not passed over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.readers.metadata import FOLDER_SIDECAR, SIDECAR_SUFFIX

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".jsonl.gz": "application/x-ndjson+gzip",
    ".pdf": "application/pdf",
}
"""Known suffixes and what they hold."""

_COLLECTION_CORPUS = frozenset({"corpus.jsonl", "corpus.jsonl.gz"})
_COLLECTION_QUERIES = frozenset({"queries.jsonl", "queries.jsonl.gz"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read. ``document_name``: relative to the ingested folder with ``/``; the file name for a file.

    ``explicit``: named by the user rather than found. ``sidecars``: existing metadata files, nearest first.
    """

    path: Path
    document_name: str
    explicit: bool
    sidecars: tuple[Path, ...] = ()

    @property
    def source(self) -> str:
        """Where it came from: the absolute path, whatever folder the command ran in."""
        return printable(os.path.abspath(self.path))  # noqa: PTH100  (resolve() would follow links and rename them)


@dataclass(frozen=True, slots=True)
class Walk:
    """Files to read, by path order within each root, and how many were passed over."""

    files: tuple[SourceFile, ...]
    skipped: int


def media_type_of(name: str) -> str | None:
    """Media type by suffix; None for an unknown one."""
    lowered = name.lower()
    return next((kind for suffix, kind in MEDIA_TYPES.items() if lowered.endswith(suffix)), None)


def printable(name: str) -> str:
    """A file name as valid Unicode: bytes that are not UTF-8 become U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def walk(paths: Sequence[Path]) -> Walk:
    """Find the files below the given files and folders. A file reached twice is read once, under its first name.

    Symlinks are followed; a folder is entered once per root, so loops end.
    """
    found: dict[str, SourceFile] = {}
    skipped = 0
    for path in paths:
        if path.is_dir():
            folder = _Folder(path)
            files = sorted(folder.files(), key=lambda one: one.document_name)
            skipped += folder.skipped
        else:
            files = [SourceFile(path, printable(path.name), explicit=True, sidecars=_sidecars(path, path.parent))]
        for file in files:
            found.setdefault(file.source, file)
    return Walk(tuple(found.values()), skipped)


class _Folder:
    """One walk below one root; counts what it passes over."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entered: set[tuple[int, int]] = set()
        self.skipped = 0

    def files(self) -> Iterator[SourceFile]:
        pending = [self._root]
        while pending:
            folder = pending.pop()
            try:
                if self._was_entered(folder):
                    continue
                children = list(folder.iterdir())
                pending.extend(child for child in children if child.is_dir() and not child.name.startswith("."))
            except OSError:  # handed on as a file, so that reading it reports why it cannot be read
                yield SourceFile(folder, printable(folder.relative_to(self._root).as_posix()), explicit=False)
                continue
            yield from self._files_of(children)

    def _was_entered(self, folder: Path) -> bool:
        status = folder.stat()
        identity = (status.st_dev, status.st_ino)
        entered = identity in self._entered
        self._entered.add(identity)
        return entered

    def _files_of(self, children: Sequence[Path]) -> Iterator[SourceFile]:
        names = {child.name for child in children}
        is_collection = bool(names & _COLLECTION_CORPUS and names & _COLLECTION_QUERIES)
        for child in children:
            hidden = child.name.startswith(".")
            if (child.is_dir() and not hidden) or _is_sidecar(child.name, names):
                continue
            wanted = child.name in _COLLECTION_CORPUS if is_collection else media_type_of(child.name) is not None
            if hidden or not wanted:
                self.skipped += 1
                continue
            name = printable(child.relative_to(self._root).as_posix())
            yield SourceFile(child, name, explicit=False, sidecars=_sidecars(child, self._root))


def _is_sidecar(name: str, siblings: set[str]) -> bool:
    """Whether a file is metadata of the folder or of a sibling; one that belongs to no file is not."""
    return name == FOLDER_SIDECAR or (name.endswith(SIDECAR_SUFFIX) and name.removesuffix(SIDECAR_SUFFIX) in siblings)


def _sidecars(path: Path, root: Path) -> tuple[Path, ...]:
    """Existing sidecars of a file: its own, then its folder's, then the folders' above up to the root."""
    folders = [path.parent]
    while folders[-1] != root and root in folders[-1].parents:
        folders.append(folders[-1].parent)
    candidates = [path.with_name(path.name + SIDECAR_SUFFIX), *(folder / FOLDER_SIDECAR for folder in folders)]
    return tuple(candidate for candidate in candidates if candidate.is_file())
