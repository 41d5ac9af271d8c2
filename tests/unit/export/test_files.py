from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import GazetteError
from rag.export import write_atomic


def test_text_is_written_as_utf8_with_its_newlines_and_folders_are_made(tmp_path: Path) -> None:
    target = tmp_path / "new" / "er" / "a.md"
    write_atomic(target, "甲\r\n乙\n")
    assert target.read_bytes() == "甲\r\n乙\n".encode()
    assert [path.name for path in target.parent.iterdir()] == ["a.md"]


def test_bytes_and_pieces_are_written_too(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"\xff\x00")
    write_atomic(tmp_path / "b", (piece for piece in ("甲", "乙")))
    assert (tmp_path / "a").read_bytes() == b"\xff\x00"
    assert (tmp_path / "b").read_text(encoding="utf-8") == "甲乙"


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")

    def pieces() -> Iterator[str]:
        yield "new"
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_atomic(target, pieces())
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_permissions_stay_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    kept, new = tmp_path / "kept", tmp_path / "new"
    kept.write_text("old", encoding="utf-8")
    kept.chmod(0o604)
    before = os.umask(0o027)
    try:
        write_atomic(kept, "x")
        write_atomic(new, "x")
    finally:
        os.umask(before)
    assert kept.stat().st_mode & 0o777 == 0o604
    assert new.stat().st_mode & 0o777 == 0o640


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    write_atomic(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    write_atomic(pipe, "甲")
    reader.join(timeout=5)
    assert received == ["甲"]


def test_the_longest_name_the_file_system_allows_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("a" * 255)
    write_atomic(target, "x")
    assert target.read_text(encoding="utf-8") == "x"


def test_what_cannot_be_written_is_an_error_that_names_the_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for target in (tmp_path / "file" / "a.txt", tmp_path):
        with pytest.raises(GazetteError, match="cannot be written") as caught:
            write_atomic(target, "x")
        assert str(target) in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def _left_behind(folder: Path, target: Path) -> Path:
    """The draft of a write that was killed."""
    child = multiprocessing.get_context("spawn").Process(target=_killed_while_writing, args=(target,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    (draft,) = (path for path in folder.iterdir() if path != target)
    return draft


def _killed_while_writing(target: Path) -> None:
    def pieces() -> Iterator[str]:
        yield "half of it" * 100_000
        os.kill(os.getpid(), signal.SIGKILL)

    write_atomic(target, pieces())


def test_what_a_killed_write_left_behind_is_gone_after_the_next(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    draft = _left_behind(tmp_path, target)
    assert draft.stat().st_size
    write_atomic(target, "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert target.read_text(encoding="utf-8") == "whole"


def test_two_that_write_one_file_at_a_time_do_not_mix(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"

    def pieces() -> Iterator[str]:
        yield "first "
        write_atomic(target, "second")
        assert target.read_text(encoding="utf-8") == "second"
        yield "to the end"

    write_atomic(target, pieces())
    assert target.read_text(encoding="utf-8") == "first to the end"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_link_in_the_place_of_a_draft_is_not_followed(tmp_path: Path) -> None:
    target, other = tmp_path / "a.txt", tmp_path / "other"
    draft = _left_behind(tmp_path, target)
    draft.unlink()
    other.write_text("precious", encoding="utf-8")
    draft.symlink_to(other)
    write_atomic(target, "x")
    assert other.read_text(encoding="utf-8") == "precious"
    assert target.read_text(encoding="utf-8") == "x"
