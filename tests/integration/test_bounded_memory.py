"""Giant and packed inputs in a process that may have a gigabyte at most: refused by name, and the rest goes on."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.readers.pdf_files import pdf_with_stream

LIMIT_MIB = 1024
"""Of addresses, not of what is used: interpreter and libraries take some 300 of them before anything is read."""

READING = """
import json, resource, sys
from pathlib import Path
from rag.models import Document
from rag.readers import read_file, walk
import lxml.html, pypdfium2

limit = int(sys.argv[2]) << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
found = {}
for file in walk([Path(sys.argv[1])]).files:
    told = ["" if isinstance(one, Document) else one.error for one in read_file(file)]
    found[file.document_name] = told
print(json.dumps(found))
"""

ZEROS = gzip.compress(b"0" * 32_000_000)
"""Members of a packed file may be strung together: a hundred of these, 3 MB, unpack into 3 GB."""


def packed_zeros(path: Path) -> None:
    path.write_bytes(gzip.compress(b'{"text": "') + ZEROS * 100)


def one_long_line(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(20):
            file.write("新图书馆昨天开放。".encode() * 400_000)


def one_long_record(path: Path) -> None:
    path.write_bytes(b'{"text": "' + b"0" * 200_000_000 + b'"}\n{"text": "short"}\n')


def deep_elements(path: Path) -> None:
    path.write_bytes(b"<div>" * 9_000_000)


def packed_page(path: Path) -> None:
    packing = zlib.compressobj(9)
    pieces = [packing.compress(b" " * 10_000_000) for _ in range(120)]
    path.write_bytes(pdf_with_stream(b"".join((*pieces, packing.flush())), b"/Filter/FlateDecode"))


@pytest.mark.parametrize(
    ("name", "write", "told"),
    [
        ("zeros.jsonl.gz", packed_zeros, ["line 1 has no end within 1000000000 bytes: not JSON lines; rest not read"]),
        ("line.txt", one_long_line, ["larger than 50000000 bytes; split it, or raise ingest.max_file_bytes"]),
        ("record.jsonl", one_long_record, ["record longer than 50000000 bytes", ""]),
        ("page.pdf", packed_page, ["PDF cannot be read within 1024 MiB of memory: it unpacks into more; re-export it"]),
        ("deep.html", deep_elements, ["elements nested too deep to be read whole; simplify the page"]),
    ],
)
def test_a_giant_is_refused_in_bounded_memory_and_the_page_beside_it_is_read(
    tmp_path: Path, name: str, write: Callable[[Path], None], told: list[str]
) -> None:
    write(tmp_path / name)
    (tmp_path / "page.txt").write_text("新图书馆昨天开放。", encoding="utf-8")
    command = (sys.executable, "-c", READING, str(tmp_path), str(LIMIT_MIB))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {name: told, "page.txt": [""]}
