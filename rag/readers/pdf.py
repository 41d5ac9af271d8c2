"""PDF with a text layer → text: pages in order, a form feed on a line of its own between two. Scans are refused.

A page without text keeps its form feed, so that counting them gives the page number.
"""

from __future__ import annotations

import re
import threading

from rag.errors import MalformedSourceError
from rag.models import Document
from rag.readers.origin import Origin
from rag.readers.pdf_alone import pages_alone
from rag.readers.pdf_streams import is_modest

_LOCK = threading.Lock()
"""PDFium may be entered by one thread at a time."""

PAGE_BREAK = "\n\f\n"
"""Between two pages of the file; as page text holds no form feed of its own, one stands for one page turned."""
_LINE_BREAK = re.compile(r"\r\n?")
_SOFT_BREAK = re.compile("[\x02\u00ad\ufffe]\n?")
"""How PDFium marks a hyphen at a line's end, and a soft hyphen: the word goes on, the mark is no character of it."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\uffff\ud800-\udfff]")
_SPACES_AT_LINE_END = re.compile(r"[ \t]+\n")


def read_pdf(content: bytes, origin: Origin) -> Document:
    """Read the text layer.

    Raises:
        MalformedSourceError: encrypted, broken, without any text (a scan), or unpacking into too much.
    """
    pages = pages_of if is_modest(content) else pages_alone
    text = PAGE_BREAK.join(pages(content, origin.source)).rstrip()
    if not text.strip():
        raise MalformedSourceError(origin.source, "PDF without a text layer (a scan?); run it through OCR first")
    return origin.document(content, text, "application/pdf")


def pages_of(content: bytes, source: str) -> list[str]:
    """Each page's text, read in this process.

    Raises:
        MalformedSourceError: encrypted or broken.
    """
    import pypdfium2

    with _LOCK:
        try:
            pdf = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            remedy = "remove the password" if "password" in str(error).lower() else "repair or re-export it"
            raise MalformedSourceError(source, f"PDF cannot be opened ({error}); {remedy}") from error
        try:
            return [_page_text(pdf[index]) for index in range(len(pdf))]
        except pypdfium2.PdfiumError as error:
            raise MalformedSourceError(source, f"PDF broken ({error}); repair or re-export it") from error
        finally:
            pdf.close()


def _page_text(page: object) -> str:
    layer = page.get_textpage()  # type: ignore[attr-defined]
    try:
        return _clean(layer.get_text_range()).strip("\n")
    finally:
        layer.close()
        page.close()  # type: ignore[attr-defined]


def _clean(text: str) -> str:
    text = _LINE_BREAK.sub("\n", text)
    text = _CONTROL.sub("", _SOFT_BREAK.sub("", text))
    return _SPACES_AT_LINE_END.sub("\n", text)
