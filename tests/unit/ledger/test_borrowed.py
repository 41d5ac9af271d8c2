"""A data folder read through a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import StoreError, StoreLockedError
from rag.ledger import StoreLock, borrowed, cannot_be_written


def filled(folder: Path) -> Path:
    (folder / "chroma" / "segment").mkdir(parents=True)
    (folder / "chroma" / "segment" / "header.bin").write_bytes(b"\0\1")
    (folder / "ledger.sqlite").write_bytes(b"rows")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_copy_holds_everything_but_the_lock_and_is_gone_afterwards(tmp_path: Path) -> None:
    folder = filled(tmp_path / "store")
    StoreLock.acquire(folder).release()
    (folder / "lock.pass").write_text("left by a service that was killed")
    before = contents(folder)
    with borrowed(folder) as copy:
        assert contents(copy) == {name: read for name, read in before.items() if not name.startswith("lock")}
        (copy / "ledger.sqlite").write_bytes(b"other rows")
    assert not copy.exists()
    assert contents(folder) == before


def test_a_folder_that_somebody_holds_is_not_copied(tmp_path: Path) -> None:
    folder = filled(tmp_path / "store")
    with StoreLock.acquire(folder), pytest.raises(StoreLockedError, match="in use"), borrowed(folder):
        pass
    with borrowed(folder):
        pass


def test_only_a_folder_that_is_there_can_be_one_that_cannot_be_written(tmp_path: Path) -> None:
    assert not cannot_be_written(tmp_path)
    assert not cannot_be_written(tmp_path / "missing")
    assert cannot_be_written(Path("/proc/self"))


def test_what_cannot_be_copied_is_a_store_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.copyfile", refused)
    with pytest.raises(StoreError, match="Permission denied"), borrowed(filled(tmp_path / "store")):
        pass
