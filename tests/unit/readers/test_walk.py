from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.readers import walk
from rag.readers.walk import media_type_of, printable


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("文", encoding="utf-8")


def names(*paths: Path) -> list[str]:
    return [file.document_name for file in walk(paths).files]


def test_a_folder_is_read_in_name_order_with_paths_relative_to_it(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt", "a/z.md", "a/b/c.HTML", "c.jsonl.gz", "d.pdf", "e.ndjson")
    assert names(tmp_path) == ["a/b/c.HTML", "a/z.md", "b.txt", "c.jsonl.gz", "d.pdf", "e.ndjson"]


def test_dotfiles_and_unknown_suffixes_are_counted(tmp_path: Path) -> None:
    tree(tmp_path, ".hidden.txt", ".git/a.txt", ".git/b.txt", "x.docx", "noext", "good.txt", "y.gz")
    found = walk([tmp_path])
    assert [file.document_name for file in found.files] == ["good.txt"]
    assert found.skipped == 5


def test_a_file_named_explicitly_is_never_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, ".hidden", "x.docx")
    found = walk([tmp_path / ".hidden", tmp_path / "x.docx", tmp_path / "missing.txt"])
    assert [(file.document_name, file.explicit) for file in found.files] == [
        (".hidden", True),
        ("x.docx", True),
        ("missing.txt", True),
    ]
    assert found.skipped == 0


def test_a_file_reached_twice_is_read_once_under_its_first_name(tmp_path: Path) -> None:
    tree(tmp_path, "a/b.txt")
    assert names(tmp_path, tmp_path / "a", tmp_path / "a/b.txt") == ["a/b.txt"]
    assert names(tmp_path / "a/b.txt", tmp_path) == ["b.txt"]


def test_sidecars_belong_to_their_files_and_are_neither_read_nor_counted(tmp_path: Path) -> None:
    tree(tmp_path, "gazette.meta.json", "sub/gazette.meta.json", "sub/a.txt", "sub/a.txt.meta.json", "b.txt")
    found = walk([tmp_path])
    assert found.skipped == 0
    assert {
        file.document_name: [path.relative_to(tmp_path).as_posix() for path in file.sidecars] for file in found.files
    } == {
        "b.txt": ["gazette.meta.json"],
        "sub/a.txt": ["sub/a.txt.meta.json", "sub/gazette.meta.json", "gazette.meta.json"],
    }
    (alone,) = walk([tmp_path / "sub/a.txt"]).files
    assert [path.name for path in alone.sidecars] == ["a.txt.meta.json", "gazette.meta.json"]


def test_a_sidecar_of_no_file_is_counted_as_skipped(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt", "b.txt.meta.json")
    assert walk([tmp_path]).skipped == 1


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_of_a_retrieval_collection_only_the_corpus_is_read(tmp_path: Path, suffix: str) -> None:
    tree(tmp_path, f"set/corpus.jsonl{suffix}", "set/queries.jsonl", "set/README.md", "set/qrels/dev.tsv", "page.txt")
    found = walk([tmp_path])
    assert [file.document_name for file in found.files] == ["page.txt", f"set/corpus.jsonl{suffix}"]
    assert found.skipped == 3


def test_a_corpus_without_queries_is_an_ordinary_file_among_others(tmp_path: Path) -> None:
    tree(tmp_path, "corpus.jsonl", "more.jsonl", "README.md")
    assert names(tmp_path) == ["README.md", "corpus.jsonl", "more.jsonl"]


def test_symlink_loops_end_and_linked_files_are_read(tmp_path: Path) -> None:
    tree(tmp_path, "a/b.txt")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a/b.txt")
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["a/b.txt", "dead.txt", "link.txt"]


def test_the_source_is_the_absolute_path_wherever_the_command_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "in/a.txt")
    monkeypatch.chdir(tmp_path)
    sources = {walk([path]).files[0].source for path in (Path("in"), Path("./in/a.txt"), tmp_path / "in")}
    assert sources == {str(tmp_path / "in/a.txt")}
    assert names(Path()) == ["in/a.txt"]


def test_a_file_name_that_is_no_unicode_is_shown_with_marks(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xd6\xd0.txt")).write_text("文", encoding="utf-8")
    (file,) = walk([tmp_path]).files
    assert file.document_name == "\ufffd\ufffd.txt"
    assert file.path.read_text(encoding="utf-8") == "文"


@given(st.binary(max_size=20))
def test_printable_names_can_be_encoded(raw: bytes) -> None:
    printable(os.fsdecode(raw)).encode("utf-8")


def test_suffixes_are_known_whatever_their_case() -> None:
    assert media_type_of("A.JSONL.GZ") == "application/x-ndjson+gzip"
    assert media_type_of("a.Markdown") == "text/markdown"
    assert media_type_of("a.gz") is None
    assert media_type_of("txt") is None
