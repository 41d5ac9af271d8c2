"""Plain text and Markdown: the decoded file is the document, character for character."""

from __future__ import annotations

from rag.models import Document
from rag.readers.encodings import decode
from rag.readers.origin import Origin


def read_plain(
    content: bytes, origin: Origin, media_type: str, *, encoding: str | None = None, charset: str | None = None
) -> Document:
    """Decode; BOM, newlines and Markdown marks stay, since spans index the file as received.

    Args:
        content: the file.
        origin: where it comes from.
        media_type: ``text/plain`` or ``text/markdown``.
        encoding: given by the user, used as is.
        charset: declared by the transport, believed where the text bears it out.

    Raises:
        EncodingError: the bytes are not text in one certain encoding.
    """
    text, _ = decode(content, origin.source, encoding=encoding, declared=charset)
    return origin.document(content, text, media_type)
