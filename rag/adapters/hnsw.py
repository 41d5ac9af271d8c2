"""Looks at the vector files of a Chroma folder from outside, before Chroma reads them.

Chroma 1.5 loads files that were cut short without a word (it then ranks by whatever memory holds) or dies of them, so
their sizes are compared with what the header says they must be. Knows nothing of what the vectors stand for. The layout
is hnswlib's (`saveIndex`), little-endian, with Chroma's format number in front.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_HEADER = struct.Struct("<i6QiI3QdQ")
"""Format, offset of level 0, room, used, bytes an element, offsets of label and vector, top level, entry, M's, …"""

_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
_NAMES = "index_metadata.pickle"
"""Which element is whose; written with the first vectors that leave Chroma's queue."""

_LENGTH_BYTES = 4
_ZEROS = 1 << 20


def vector_file_damage(folder: Path) -> list[str]:
    """What is wrong with the files of a Chroma folder, one sentence each; empty when nothing is, or nothing is there.

    Costs a read of one small file a collection; the vectors themselves are not read.
    """
    if not folder.is_dir():
        return []
    known = _segments(folder / "chroma.sqlite3")
    found = []
    for segment in sorted(path for path in folder.iterdir() if path.is_dir()):
        if known is not None and segment.name not in known:
            found.append(f"{segment}: vectors that no collection knows")
        elif any(segment.iterdir()):
            found += [f"{segment / name}: {problem}" for name, problem in _segment_damage(segment)]
    return found


def wipe_unused_room(folder: Path) -> None:
    """Fill the room for vectors to come with zeros. Chroma must not have the folder open.

    hnswlib allocates it without clearing and saves it as it is, so that whatever the process read before, texts too,
    may stand there. What is stored is not touched: an element is cleared when it is first used.
    """
    for segment in sorted(path for path in folder.iterdir() if path.is_dir()):
        header = segment / "header.bin"
        if header.is_file() and header.stat().st_size == _HEADER.size:
            _, _, _, used, element_bytes, *_ = _HEADER.unpack(header.read_bytes())
            for name, each in (("data_level0.bin", element_bytes), ("length.bin", _LENGTH_BYTES)):
                _zero(segment / name, used * each)


def _zero(file: Path, start: int) -> None:
    with file.open("r+b") as opened:
        left = opened.seek(0, 2) - start
        opened.seek(start)
        for at in range(0, left, _ZEROS):
            opened.write(bytes(min(_ZEROS, left - at)))


def database_damage(file: Path) -> str | None:
    """What SQLite finds wrong with a database file, in its own words; None when it is sound or missing."""
    if not file.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            told = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return f"{file}: {error}"
    return None if told == "ok" else f"{file}: {told}"


def _segments(database: Path) -> set[str] | None:
    """Segments the database names; None when it cannot say."""
    if not database.exists():
        return set()
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return {str(row[0]) for row in connection.execute("SELECT id FROM segments")}
    except sqlite3.OperationalError as error:
        # An empty file is a sound database without tables; whatever stands beside it belongs to nothing.
        return set() if "no such table" in str(error) else None
    except sqlite3.DatabaseError:
        return None


def _segment_damage(segment: Path) -> Iterator[tuple[str, str]]:
    missing = [name for name in _FILES if not (segment / name).is_file()]
    yield from ((name, "is missing") for name in missing)
    if missing:
        return
    header = (segment / "header.bin").read_bytes()
    if len(header) != _HEADER.size:
        yield "header.bin", f"has {len(header)} bytes, not {_HEADER.size}"
        return
    _, _, room, used, element_bytes, *_ = _HEADER.unpack(header)
    if used > room:
        yield "header.bin", f"counts {used} vectors in room for {room}"
        return
    for name, each in (("data_level0.bin", element_bytes), ("length.bin", _LENGTH_BYTES)):
        # Written whole it has room for all; written on after growing, only as far as it is used.
        if not used * each <= (size := (segment / name).stat().st_size) <= room * each:
            yield name, f"has {size} bytes, not {used * each} to {room * each}"
    if not _links_are_whole((segment / "link_lists.bin").read_bytes(), used):
        yield "link_lists.bin", "ends in the middle"
    names = segment / _NAMES
    if used and not names.is_file():
        yield _NAMES, "is missing"
    elif names.is_file() and not names.read_bytes().endswith(b"."):
        yield _NAMES, "ends in the middle"


def _links_are_whole(links: bytes, elements: int) -> bool:
    """Whether the file is one length-prefixed list for each element, and nothing else."""
    at = 0
    for _ in range(elements):
        if at + _LENGTH_BYTES > len(links):
            return False
        at += _LENGTH_BYTES + int.from_bytes(links[at : at + _LENGTH_BYTES], "little")
    return at == len(links)
