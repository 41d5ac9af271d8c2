"""Vector files looked at from outside, without Chroma: sizes against the header, and room that is not used yet."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from rag.adapters.hnsw import vector_file_damage, wipe_unused_room

ELEMENT, ROOM, USED = 24, 10, 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One segment without a database beside it, so that only its files are looked at once the database names it."""
    import sqlite3

    segment = tmp_path / "segment"
    segment.mkdir()
    with sqlite3.connect(tmp_path / "chroma.sqlite3") as database:
        database.execute("CREATE TABLE segments (id TEXT)")
        database.execute("INSERT INTO segments VALUES ('segment')")
    database.close()
    header = struct.pack("<i6QiI3QdQ", 1, 0, ROOM, USED, ELEMENT, 16, 8, 0, 0, 2, 4, 2, 0.5, 400)
    (segment / "header.bin").write_bytes(header)
    (segment / "data_level0.bin").write_bytes(b"v" * ELEMENT * ROOM)
    (segment / "length.bin").write_bytes(b"l" * 4 * ROOM)
    (segment / "link_lists.bin").write_bytes(struct.pack("<I", 0) * 3 + struct.pack("<I", 3) + b"abc")
    (segment / "index_metadata.pickle").write_bytes(b"...")
    return tmp_path


def test_whole_files_are_whole_with_room_or_without(folder: Path) -> None:
    assert vector_file_damage(folder) == []
    with (folder / "segment" / "data_level0.bin").open("r+b") as file:
        file.truncate(ELEMENT * USED)
    assert vector_file_damage(folder) == []


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("header.bin", 99),
        ("data_level0.bin", ELEMENT * USED - 1),
        ("length.bin", 4 * USED - 1),
        ("link_lists.bin", 18),
        ("link_lists.bin", 3),
    ],
)
def test_a_file_cut_short_is_named(folder: Path, name: str, size: int) -> None:
    with (folder / "segment" / name).open("r+b") as file:
        file.truncate(size)
    (told,) = vector_file_damage(folder)
    assert f"{folder / 'segment' / name}: " in told


def test_vectors_that_no_collection_knows_are_named(folder: Path) -> None:
    (folder / "segment").rename(folder / "stray")
    (told,) = vector_file_damage(folder)
    assert told.endswith("stray: vectors that no collection knows")


def test_a_folder_that_is_not_there_is_not_damaged(tmp_path: Path) -> None:
    assert vector_file_damage(tmp_path / "none") == []


def test_room_that_is_not_used_is_zeroed_and_nothing_else(folder: Path) -> None:
    wipe_unused_room(folder)
    vectors = (folder / "segment" / "data_level0.bin").read_bytes()
    assert vectors == b"v" * ELEMENT * USED + bytes(ELEMENT * (ROOM - USED))
    assert (folder / "segment" / "length.bin").read_bytes() == b"l" * 4 * USED + bytes(4 * (ROOM - USED))
    assert vector_file_damage(folder) == []
