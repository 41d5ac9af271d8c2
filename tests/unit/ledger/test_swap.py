"""A folder swapped for another, stopped at any moment, is one of the two, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.ledger import fresh_folder, settle, swap, swap_in


def content(folder: Path) -> str:
    return (folder / "file").read_text() if folder.exists() else ""


def begun(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "file").write_text("old")
    (fresh_folder(folder) / "file").write_text("new")
    return folder


def test_the_new_folder_takes_the_place_of_the_old(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    swap_in(folder)
    assert content(folder) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_fresh_folder_nobody_swapped_in_is_dropped(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    settle(folder)
    assert content(folder) == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("stopped_at", [1, 2, 3])
def test_a_stopped_swap_is_finished_or_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: int) -> None:
    folder = begun(tmp_path)
    renames: list[Path] = []

    def rename(source: Path, target: Path) -> None:
        renames.append(source)
        if len(renames) == stopped_at:
            raise KeyboardInterrupt
        source.rename(target)

    with monkeypatch.context() as patched:
        patched.setattr(swap, "_rename", rename)
        with pytest.raises(KeyboardInterrupt):
            swap_in(folder)
    settle(folder)
    assert content(folder) == ("old" if stopped_at == 1 else "new")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_nothing_is_settled_where_nothing_was_swapped(tmp_path: Path) -> None:
    settle(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
