"""What a PDF unpacks into: plainly little is read here, everything else in a process with limits."""

from __future__ import annotations

import zlib

import pytest
from fpdf import FPDF

from rag.errors import MalformedSourceError
from rag.readers.pdf import pages_of
from rag.readers.pdf_alone import pages_alone
from rag.readers.pdf_streams import MODEST_BYTES, is_modest
from tests.unit.readers.pdf_files import pdf_of, pdf_with_stream

PAGES = [["新图书馆昨天开放", "馆内有藏书三万册"], ["别的消息"]]
FLATE = b"/Filter/FlateDecode"


def deflated(size: int) -> bytes:
    """Blanks, packed a thousand to one."""
    packing = zlib.compressobj(9)
    whole, rest = divmod(size, 1_000_000)
    return b"".join(
        (*(packing.compress(b" " * 1_000_000) for _ in range(whole)), packing.compress(b" " * rest), packing.flush())
    )


def test_ordinary_files_are_modest_packed_or_not() -> None:
    made = FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.cell(text="A library opened yesterday.")
    assert is_modest(pdf_of(PAGES))
    assert is_modest(bytes(made.output()))
    assert is_modest(pdf_with_stream(deflated(1_000_000), FLATE))
    assert is_modest(pdf_with_stream(b"\xff\xd8\xff", b"/Filter/DCTDecode"))


@pytest.mark.parametrize(
    ("stream", "filters"),
    [
        (deflated(MODEST_BYTES + 1), FLATE),
        (deflated(MODEST_BYTES + 1), b"/Filter [ /FlateDecode ]"),
        (zlib.compress(deflated(1_000_000)), b"/Filter[/FlateDecode/FlateDecode]"),
        (deflated(1_000), b"/Filter/LZWDecode"),
        (deflated(1_000), b"/Filter 9 0 R"),
        (deflated(1_000), b"/Fil#74er/FlateDecode"),
        (deflated(1_000), b"/X(1 0 obj)/Filter/RunLengthDecode"),
        (deflated(1_000), b"/Filter/FlateDecode/Y(/Filter)"),
        (deflated(1_000)[:-6], FLATE),
        (b"no deflate at all", FLATE),
        (zlib.compress(b"endstream", 0) + deflated(1_000), FLATE),
        (deflated(1_000), FLATE + b"/Encrypt 5 0 R"),
    ],
)
def test_what_is_large_or_cannot_be_judged_is_not(stream: bytes, filters: bytes) -> None:
    assert not is_modest(pdf_with_stream(stream, filters))


def test_many_streams_count_together() -> None:
    one = pdf_with_stream(deflated(MODEST_BYTES // 3), FLATE)
    assert is_modest(one)
    assert not is_modest(one * 4)


def test_a_process_of_its_own_reads_the_same_and_tells_the_same_errors() -> None:
    content = pdf_of(PAGES)
    assert pages_alone(content, "/in/a.pdf") == pages_of(content, "/in/a.pdf")
    told = []
    for read in (pages_of, pages_alone):
        with pytest.raises(MalformedSourceError, match="PDF cannot be opened") as raised:
            read(b"%PDF-1.4 nothing", "/in/a.pdf")
        told.append(str(raised.value))
    assert told[0] == told[1]
