"""Bytes → documents: plain text, Markdown, HTML, JSON lines and PDF. Knows nothing of pages, articles or the index.

Whatever cannot be read comes out as a ``Failure`` that names the source and the reason, and the rest goes on.
"""

from rag.readers.encodings import decode
from rag.readers.metadata import merge, parse_published
from rag.readers.reading import DEFAULT_MAX_BYTES, read_content, read_file
from rag.readers.walk import SourceFile, Walk, media_type_of, walk

__all__ = [
    "DEFAULT_MAX_BYTES",
    "SourceFile",
    "Walk",
    "decode",
    "media_type_of",
    "merge",
    "parse_published",
    "read_content",
    "read_file",
    "walk",
]
