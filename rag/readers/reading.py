"""The two ways in: bytes in hand (an upload, standard input) and files on disk.

Chooses the reader and turns errors into failures; reads no format itself.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, cast

from rag.errors import EncodingError, MalformedSourceError, ReadError, UnknownFormatError
from rag.models import DEFAULT_COLLECTION, Document, Failure, SourceMetadata
from rag.readers.html import read_html
from rag.readers.jsonl import read_jsonl
from rag.readers.metadata import resolve
from rag.readers.origin import Origin
from rag.readers.pdf import read_pdf
from rag.readers.plain import read_plain
from rag.readers.sniff import GZIPPED, HEAD_BYTES, foreign_kind, format_of, split_media_type
from rag.readers.walk import MEDIA_TYPES, SourceFile

DEFAULT_MAX_BYTES = 50_000_000
_RECORDS = frozenset(("application/x-ndjson", GZIPPED))


def read_content(
    content: bytes,
    *,
    name: str,
    source: str,
    collection: str = DEFAULT_COLLECTION,
    metadata: SourceMetadata = SourceMetadata(),
    media_type: str | None = None,
    encoding: str | None = None,
    max_file_bytes: int = DEFAULT_MAX_BYTES,
) -> Iterator[Document | Failure]:
    """Read bytes in hand.

    Args:
        content: the bytes; for packed records the limit holds for the unpacked ones too.
        name: shown as the document's name, and tells the format by its suffix (``stdin`` has none: told by content).
        source: where the bytes came from.
        collection: the collection the documents belong to.
        metadata: what the sender says about the source.
        media_type: as declared by the sender, with a charset if any.
        encoding: of text; unset: detected.
        max_file_bytes: more is refused.
    """
    origin = Origin(name, source, collection, metadata)
    try:
        if len(content) > max_file_bytes:
            raise _too_large(source, max_file_bytes)
        kind = _checked(format_of(name, content[:HEAD_BYTES], media_type), content[:HEAD_BYTES], source)
        if kind in _RECORDS:
            unpacked = _Limited(_unpacked(io.BytesIO(content), kind), max_file_bytes, source)
            yield from _records(io.BufferedReader(unpacked), origin, encoding, max_file_bytes)
        else:
            yield _whole(content, kind, origin, encoding, split_media_type(media_type)[1])
    except ReadError as error:
        yield Failure(error.source, error.reason)


def read_file(
    file: SourceFile,
    *,
    collection: str = DEFAULT_COLLECTION,
    metadata: SourceMetadata = SourceMetadata(),
    encoding: str | None = None,
    max_file_bytes: int = DEFAULT_MAX_BYTES,
) -> Iterator[Document | Failure]:
    """Read one file with its sidecars. Records are streamed: there the limit holds for a record, not for the file.

    Args:
        file: as found by ``walk``.
        collection: the collection the documents belong to.
        metadata: given explicitly; what it leaves open comes from the sidecars, then from the content.
        encoding: of text; unset: detected.
        max_file_bytes: larger files (records) are failures.
    """
    source = file.source
    if file.problem is not None:
        yield Failure(source, file.problem)
        return
    try:
        origin = Origin(file.document_name, source, collection, _with_sidecars(file, metadata))
        with file.path.open("rb") as stream:
            head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
            kind = _checked(format_of(file.path.name, head), head, source)
            if kind in _RECORDS:
                yield from _records(_unpacked(stream, kind), origin, encoding, max_file_bytes)
                return
            content = stream.read(max_file_bytes + 1)
        if len(content) > max_file_bytes:
            raise _too_large(source, max_file_bytes)
        yield _whole(content, kind, origin, encoding)
    except ReadError as error:
        yield Failure(error.source, error.reason)
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror or error}")


def _checked(kind: str | None, head: bytes, source: str) -> str | None:
    """The format, if these can be its first bytes.

    Raises:
        UnknownFormatError: they are an archive's, or another program's, whatever the file is called.
    """
    foreign = foreign_kind(head) if kind not in (GZIPPED, "application/pdf") else None
    if foreign is not None:
        raise UnknownFormatError(source, f"not text but {foreign}")
    return kind


def _whole(
    content: bytes, kind: str | None, origin: Origin, encoding: str | None, charset: str | None = None
) -> Document:
    """One document from one source of any format but records."""
    if not content:
        raise MalformedSourceError(origin.source, "empty")
    if kind == "application/pdf":
        document = read_pdf(content, origin)
    elif kind == "text/html":
        document = read_html(content, origin, encoding=encoding, charset=charset)
    else:
        document = _plain(content, kind, origin, encoding, charset)
    if not document.text.lstrip("\ufeff").strip():
        raise MalformedSourceError(origin.source, "empty: no character but white space")
    return document


def _plain(content: bytes, kind: str | None, origin: Origin, encoding: str | None, charset: str | None) -> Document:
    try:
        return read_plain(content, origin, kind or "text/plain", encoding=encoding, charset=charset)
    except EncodingError as error:
        suffix = PurePath(origin.name).suffix
        if kind is not None or not suffix:
            raise
        reason = f"no reader for {suffix}, and not plain text ({error.reason}); known: {', '.join(MEDIA_TYPES)}"
        raise UnknownFormatError(origin.source, reason) from error


def _records(stream: IO[bytes], origin: Origin, encoding: str | None, max_bytes: int) -> Iterator[Document | Failure]:
    try:
        yield from read_jsonl(stream, origin, encoding=encoding, max_record_bytes=max_bytes)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = f"broken gzip file ({error}); what stood before the break was read, pack it again"
        raise MalformedSourceError(origin.source, reason) from error


def _unpacked(stream: IO[bytes], kind: str | None) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=stream)) if kind == GZIPPED else stream


def _with_sidecars(file: SourceFile, metadata: SourceMetadata) -> SourceMetadata:
    try:
        return resolve(metadata, file.sidecars)
    except ReadError as error:
        raise MalformedSourceError(file.source, f"sidecar {error}") from error


def _too_large(source: str, max_bytes: int) -> MalformedSourceError:
    return MalformedSourceError(source, f"larger than {max_bytes} bytes; split it, or raise ingest.max_file_bytes")


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than so many bytes: a small upload must not unpack into a huge one."""

    def __init__(self, stream: IO[bytes], max_bytes: int, source: str) -> None:
        super().__init__()
        self._stream = stream
        self._left = max_bytes
        self._max_bytes = max_bytes
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        piece = self._stream.read(len(view))
        if len(piece) > self._left:
            raise _too_large(self._source, self._max_bytes)
        self._left -= len(piece)
        view[: len(piece)] = piece
        return len(piece)
