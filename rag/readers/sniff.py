"""Which format bytes are in: by declared type, by name, else by their first characters. Reads no further."""

from __future__ import annotations

import json
import zlib

from rag.readers.walk import MEDIA_TYPES, media_type_of

HEAD_BYTES = 65_536
"""Bytes looked at to tell a format."""

GZIPPED = "application/x-ndjson+gzip"
_ALIASES = {
    "application/xhtml+xml": "text/html",
    "text/x-markdown": "text/markdown",
    "application/jsonl": "application/x-ndjson",
    "application/jsonlines": "application/x-ndjson",
    "application/ndjson": "application/x-ndjson",
}
_VAGUE = frozenset(("text/plain", "application/octet-stream", "application/gzip", "application/x-gzip", ""))
"""What clients send when they do not know: the file's name says more."""


_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "a zip archive or an Office document: unpack it, or save it as text or PDF"),
    (0, b"\x1f\x8b", "packed with gzip: unpack it (only .jsonl.gz is read packed)"),
    (0, b"BZh91AY&SY", "packed with bzip2: unpack it"),
    (0, b"\xfd7zXZ\x00", "packed with xz: unpack it"),
    (0, b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it"),
    (0, b"Rar!\x1a\x07", "a rar archive: unpack it"),
    (257, b"ustar", "a tar archive: unpack it"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document: save it as text or PDF"),
    (0, b"%PDF-", "a PDF: name it .pdf"),
)
"""Where which first bytes stand in files that are no text, and what to do with one (as in file(1)'s tables)."""


def foreign_kind(head: bytes) -> str | None:
    """What bytes that were taken for text are instead, and the remedy; None where nothing says so."""
    return next((told for at, sign, told in _FOREIGN if head[at : at + len(sign)] == sign), None)


def split_media_type(value: str | None) -> tuple[str, str | None]:
    """``text/html; charset=gb2312`` → type in lower case and charset, if any."""
    kind, *parameters = (value or "").split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charset = next((value.strip(" \"'") for key, _, value in pairs if key.strip().lower() == "charset"), None)
    return kind.strip().lower(), charset or None


def format_of(name: str, head: bytes, media_type: str | None = None) -> str | None:
    """The media type to read these bytes as; None where neither name nor type nor content tells.

    Args:
        name: file or upload name.
        head: the first ``HEAD_BYTES`` of the content.
        media_type: as declared by the sender; vague ones give way to the name.
    """
    kind, _ = split_media_type(media_type)
    kind = _ALIASES.get(kind, kind)
    if kind in MEDIA_TYPES.values() and kind not in _VAGUE:
        return kind
    return media_type_of(name) or _by_content(head)


def _by_content(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x1f\x8b") and _unpacked_start(head).lstrip().startswith(b"{"):
        return GZIPPED
    start = head[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "text/html"
    return "application/x-ndjson" if _is_record(head) else None


def _unpacked_start(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
    except zlib.error:
        return b""


def _is_record(head: bytes) -> bool:
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line).get("text"), str)
    except (ValueError, RecursionError):
        return False
