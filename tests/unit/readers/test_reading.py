from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Document, Failure, SourceMetadata
from rag.readers import read_content, read_file, walk
from tests.conftest import SEEDS
from tests.unit.readers.pdf_files import pdf_of

TEXT = "今年以来，全市经济平稳运行，重点项目建设进展顺利。\r\n"


def one(content: bytes, name: str = "a.txt", **options: object) -> Document | Failure:
    (found,) = read_content(content, name=name, source="up:" + name, **options)  # type: ignore[arg-type]
    return found


def document(content: bytes, name: str = "a.txt", **options: object) -> Document:
    found = one(content, name, **options)
    assert isinstance(found, Document), found
    return found


def failure(content: bytes, name: str = "a.txt", **options: object) -> Failure:
    found = one(content, name, **options)
    assert isinstance(found, Failure), found
    return found


def read_all(*paths: Path, **options: object) -> list[Document | Failure]:
    return [found for file in walk(paths).files for found in read_file(file, **options)]  # type: ignore[arg-type]


def test_the_seed_pages_are_read_as_they_are() -> None:
    found = read_all(SEEDS)
    assert [one.document for one in found if isinstance(one, Document)] == sorted(path.name for path in SEEDS.iterdir())
    for one_read in found:
        assert isinstance(one_read, Document)
        assert one_read.text.encode() == (SEEDS / one_read.document).read_bytes()
        assert one_read.source == str(SEEDS / one_read.document)


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]))


@given(ANY_TEXT, ANY_TEXT, st.booleans())
def test_text_is_the_file_character_for_character(before: str, after: str, bom: bool) -> None:
    text = before + "的" + after
    content = b"\xef\xbb\xbf" * bom + text.encode()
    assert document(content).text == "\ufeff" * bom + text


def test_markdown_is_left_as_it_is() -> None:
    found = document(b"# \xe9\xa2\x98\n\n**x** ![](y)\n", "a.md")
    assert (found.text, found.media_type) == ("# 题\n\n**x** ![](y)\n", "text/markdown")


def test_the_same_bytes_are_the_same_document_under_any_name_but_not_in_another_collection() -> None:
    first, second = document(TEXT.encode(), "a.txt"), document(TEXT.encode(), "b.txt")
    other = document(TEXT.encode(), "a.txt", collection="other")
    assert first.document_id == second.document_id != other.document_id


@pytest.mark.parametrize("content", [b"", b" \r\n\t", "\ufeff\u3000\n".encode()])
def test_a_source_without_any_character_is_a_failure(content: bytes) -> None:
    assert failure(content).error.startswith("empty")


def test_a_source_over_the_limit_is_refused_by_size(tmp_path: Path) -> None:
    assert "larger than 10 bytes" in failure(b"x" * 11, max_file_bytes=10).error
    assert document(b"x" * 10, max_file_bytes=10).text == "x" * 10
    (tmp_path / "a.txt").write_bytes(b"x" * 11)
    (found,) = read_all(tmp_path, max_file_bytes=10)
    assert isinstance(found, Failure)
    assert "larger than 10 bytes" in found.error


def test_records_are_streamed_so_the_limit_holds_for_one_of_them(tmp_path: Path) -> None:
    rows = "".join(json.dumps({"id": str(number), "text": "x"}) + "\n" for number in range(100))
    (tmp_path / "a.jsonl").write_text(rows, encoding="utf-8")
    assert len(read_all(tmp_path, max_file_bytes=100)) == 100


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><p>x</p>", "text/html"),
        (b"\xef\xbb\xbf <html><p>x</p>", "text/html"),
        (b'{"text": "x"}\n', "application/x-ndjson"),
        (pdf_of([["甲"]]), "application/pdf"),
        (b"plain", "text/plain"),
        (b'{"other": 1}', "text/plain"),
    ],
)
def test_standard_input_is_told_by_its_content(content: bytes, kind: str) -> None:
    assert document(content, "stdin").media_type == kind


@pytest.mark.parametrize(
    ("name", "declared", "kind"),
    [
        ("a.md", "application/octet-stream", "text/markdown"),
        ("a.md", "text/plain", "text/markdown"),
        ("a", "text/html; charset=utf-8", "text/html"),
        ("a.txt", "text/html", "text/html"),
        ("a.txt", "image/png", "text/plain"),
        ("a", "application/xhtml+xml", "text/html"),
    ],
)
def test_the_declared_type_counts_unless_it_is_vague(name: str, declared: str, kind: str) -> None:
    assert document(b"<p>text</p>", name, media_type=declared).media_type == kind


def test_the_users_encoding_is_used_where_detection_would_refuse() -> None:
    short = "短".encode("gb18030")
    assert isinstance(one(short), Failure)
    assert document(short, encoding="gb18030").text == "短"
    assert "unknown encoding" in failure(b"x", encoding="klingon").error


def test_an_explicit_file_of_unknown_suffix_is_read_as_text_or_fails_by_name(tmp_path: Path) -> None:
    (tmp_path / "page.ocr").write_text(TEXT, encoding="utf-8", newline="")
    (tmp_path / "page.docx").write_bytes(b"PK\x03\x04" + bytes(range(256)))
    text, binary, missing, folder = (
        next(iter(read_all(tmp_path / name))) for name in ("page.ocr", "page.docx", "missing.txt", "page.ocr")
    )
    assert isinstance(text, Document)
    assert text.text == TEXT
    assert isinstance(binary, Failure)
    assert binary.error.startswith("not text but a zip archive or an Office document")
    assert isinstance(missing, Failure)
    assert missing.error == "cannot be read: No such file or directory"
    assert missing.source == str(tmp_path / "missing.txt")
    assert isinstance(folder, Document)


def test_a_bad_file_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "b.txt").write_bytes(TEXT.encode()[:-4] + b"\xff\xff")
    (tmp_path / "c.txt").write_bytes(TEXT.encode("gb18030"))
    found = read_all(tmp_path)
    assert [type(one_read) for one_read in found] == [Document, Failure, Document]


def test_sidecars_fill_what_flags_leave_open(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.txt.meta.json").write_text('{"page": 3, "date": "2023-07-06"}', encoding="utf-8")
    (tmp_path / "gazette.meta.json").write_text('{"paper": "甲报", "page": 1}', encoding="utf-8")
    (found,) = read_all(tmp_path, metadata=SourceMetadata(place="某市"))
    assert isinstance(found, Document)
    assert found.metadata == SourceMetadata(paper="甲报", page="3", published="2023-07-06", place="某市")


def test_a_bad_sidecar_fails_its_files_and_names_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "gazette.meta.json").write_text('{"papr": 1}', encoding="utf-8")
    (found,) = read_all(tmp_path)
    assert isinstance(found, Failure)
    assert found.source == str(tmp_path / "a.txt")
    assert f"sidecar {tmp_path / 'gazette.meta.json'}: unknown key 'papr'" in found.error


def test_a_folder_that_may_not_be_opened_is_a_failure_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    listed = Path.iterdir

    def refuse(self: Path) -> Iterator[Path]:
        if self.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    text, closed = read_all(tmp_path)
    assert isinstance(text, Document)
    assert isinstance(closed, Failure)
    assert closed.source == str(tmp_path / "closed")
