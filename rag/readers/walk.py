"""Which files an ingest reads: paths → source files, in a stable order. Opens no file, knows nothing of their content.

Dotfiles, unknown suffixes and the question files of a retrieval collection are counted, never read; a path named
explicitly is always read, so that a file nobody can read is reported and not passed over.
"""

from __future__ import annotations

import os
import unicodedata
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
    ``problem``: why it is not opened at all; None where it may be.
    """

    path: Path
    document_name: str
    explicit: bool
    sidecars: tuple[Path, ...] = ()
    problem: str | None = None

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


def unnameable(name: str) -> str | None:
    """Why a name cannot stand in a list, a run file or on a screen; None where it can."""
    found = next((char for char in name if unicodedata.category(char) == "Cc"), None)
    return None if found is None else f"its name holds a control character (U+{ord(found):04X}); rename it"


def walk(paths: Sequence[Path]) -> Walk:
    """Find the files below the given files and folders. A file reached twice is read once, under its first name.

    Links are followed within a root; a folder is entered once per root, so loops end. What leads out of it, and pipes
    and devices, are handed on with their problem, for a folder may be somebody else's.
    """
    found: dict[str, SourceFile] = {}
    skipped = 0
    for path in paths:
        if path.is_dir():
            folder = _Folder(path)
            files = sorted(folder.files(), key=lambda one: one.document_name)
            skipped += folder.skipped
        else:
            sidecars = _sidecars(path, path.parent)
            files = [SourceFile(path, printable(path.name), True, sidecars, unnameable(path.name))]
        for file in files:
            found.setdefault(file.source, file)
    return Walk(tuple(found.values()), skipped)


class _Folder:
    """One walk below one root; counts what it passes over."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._within = root.resolve()
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
                folders = [child for child in children if child.is_dir() and not child.name.startswith(".")]
                pending.extend(child for child in folders if not self._leads_out(child))
            except OSError:  # handed on as a file, so that reading it reports why it cannot be read
                yield SourceFile(folder, printable(folder.relative_to(self._root).as_posix()), explicit=False)
                continue
            for child in filter(self._leads_out, folders):
                yield self._file(child, ())
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
            yield self._file(child, _sidecars(child, self._root))

    def _file(self, path: Path, sidecars: tuple[Path, ...]) -> SourceFile:
        name = path.relative_to(self._root).as_posix()
        return SourceFile(path, printable(name), False, sidecars, unnameable(name) or self._problem(path))

    def _problem(self, path: Path) -> str | None:
        if self._leads_out(path):
            return (
                f"a link out of the folder, to {printable(str(path.resolve()))}; name that path itself if it is meant"
            )
        if path.exists() and not path.is_file():
            return "a pipe, a device or a socket, not a file; name it itself if meant"
        return None

    def _leads_out(self, path: Path) -> bool:
        # realpath, for resolve() raises on a link to itself
        return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(self._within)


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
