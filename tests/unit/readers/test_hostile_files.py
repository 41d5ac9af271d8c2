"""Files that are not what they are called, folders that are somebody else's: refused by name, the rest goes on."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.models import Document, Failure
from rag.readers import read_content, read_file, walk
from rag.readers.jsonl import MAX_ID_CHARS, MAX_SKIPPED_LIMITS

TEXT = "本报讯 新图书馆昨天开放,馆内有藏书三万册。\n"


def _zip(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../page.txt", content)
    return packed.getvalue()


def _tar(content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("../../page.txt")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def read_all(*paths: Path) -> dict[str, Document | Failure]:
    """What a folder gives, by the file's name."""
    return {
        file.document_name: found for file in walk(paths).files for found in read_file(file, max_file_bytes=1_000_000)
    }


def error_of(content: bytes, name: str) -> str:
    [found] = read_content(content, name=name, source=f"/in/{name}")
    assert isinstance(found, Failure)
    assert found.source == f"/in/{name}"
    return found.error


@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.html", "records.jsonl", "page.unknown"])
@pytest.mark.parametrize(
    ("pack", "kind"),
    [(_zip, "zip"), (_tar, "tar"), (gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")],
)
def test_an_archive_is_refused_by_its_kind_whatever_it_is_called(
    pack: Callable[[bytes], bytes], kind: str, name: str
) -> None:
    error = error_of(pack(TEXT.encode()), name)
    assert kind in error
    assert "unpack it" in error


def test_a_pdf_called_text_is_told_its_name() -> None:
    assert error_of(b"%PDF-1.7\n%\xe2\xe3\n", "page.txt") == "not text but a PDF: name it .pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe" + TEXT.encode(),  # says UTF-16, is UTF-8
        b"\xef\xbb\xbf" + TEXT.encode("gb18030"),  # says UTF-8, is GB18030
        TEXT.encode() * 30 + TEXT.encode("gb18030") * 30,
        TEXT.encode("utf-16-le"),
        TEXT.encode() + b"\0" + TEXT.encode(),
        TEXT.encode().replace("三".encode(), b"\xed\xa0\x80"),  # half a surrogate pair
    ],
)
def test_wrong_marks_mixed_encodings_nul_and_half_pairs_are_refused_with_a_remedy(content: bytes) -> None:
    error = error_of(content, "page.txt")
    assert any(remedy in error for remedy in ("--encoding", "convert", "remove", "save")), error


def test_pipes_and_devices_in_a_folder_are_never_opened_and_the_rest_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")  # opening it would wait for ever
    (tmp_path / "zeros.txt").symlink_to("/dev/zero")
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    found = read_all(tmp_path)
    assert isinstance(found["page.txt"], Document)
    pipe, device = found["pipe.txt"], found["zeros.txt"]
    assert isinstance(pipe, Failure)
    assert isinstance(device, Failure)
    assert "a pipe, a device or a socket" in pipe.error
    assert pipe.source == str(tmp_path / "pipe.txt")
    assert "/dev/zero" in device.error


def test_links_that_lead_out_of_the_folder_are_refused_and_those_inside_are_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside / "deep", outside):
        folder.mkdir(parents=True)
        (folder / "page.txt").write_text(TEXT + str(folder), encoding="utf-8")
    (inside / "near.txt").symlink_to("deep/page.txt")
    (inside / "far.txt").symlink_to(outside / "page.txt")
    (inside / "climbing.txt").symlink_to("../out/page.txt")
    (inside / "folder").symlink_to(outside, target_is_directory=True)
    (inside / "self.txt").symlink_to("self.txt")
    found = read_all(inside)
    failed = {name: one.error for name, one in found.items() if isinstance(one, Failure)}
    assert set(failed) == {"far.txt", "climbing.txt", "folder", "self.txt"}
    for name in ("far.txt", "climbing.txt", "folder"):
        assert failed[name].startswith(f"a link out of the folder, to {outside}")
        assert "name that path itself" in failed[name]
    assert set(found) - set(failed) == {"deep/page.txt", "near.txt"}
    assert isinstance(read_all(inside / "far.txt")["far.txt"], Document), "named itself, it is meant"


def test_a_folder_reached_by_a_link_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/page.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "real/again.txt").symlink_to("page.txt")
    (tmp_path / "alias").symlink_to("real", target_is_directory=True)
    assert all(isinstance(one, Document) for one in read_all(tmp_path / "alias").values())


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[31mb.txt", "a\tb.txt"])
def test_a_name_with_control_characters_is_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    found = read_all(tmp_path)
    refused = found[name]
    assert isinstance(refused, Failure)
    assert "its name holds a control character (U+" in refused.error
    assert isinstance(found["page.txt"], Document)


@pytest.mark.parametrize("key", ["id", "_id"])
@pytest.mark.parametrize(
    ("value", "told"), [("a\nb", "U+000A"), ("\x1b]0;x\x07", "U+001B"), ("长" * (MAX_ID_CHARS + 1), "1001 characters")]
)
def test_an_id_that_no_list_can_show_is_refused_and_the_rest_is_read(key: str, value: str, told: str) -> None:
    rows = [{key: value, "text": TEXT}, {key: "../../etc/passwd", "text": TEXT}]
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    refused, read = read_content(content, name="r.jsonl", source="/in/r.jsonl")
    assert isinstance(refused, Failure)
    assert told in refused.error
    assert refused.source == "/in/r.jsonl:1"
    assert isinstance(read, Document)
    assert read.document == "../../etc/passwd", "a name, never a path: nothing is opened or written by it"


def test_a_line_without_an_end_is_given_up_and_says_so(tmp_path: Path) -> None:
    limit = 1000
    packed = gzip.compress(b'{"text": "' + b"0" * (limit * (MAX_SKIPPED_LIMITS + 2)))
    (tmp_path / "bomb.jsonl.gz").write_bytes(packed)
    [file] = walk([tmp_path]).files
    [found] = read_file(file, max_file_bytes=limit)
    assert isinstance(found, Failure)
    assert found.source == str(tmp_path / "bomb.jsonl.gz")
    assert "has no end within 20000 bytes" in found.error
