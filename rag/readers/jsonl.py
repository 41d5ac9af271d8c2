"""JSON lines: one record, one article. Reads a stream line by line; memory does not grow with the file.

Knows the fields of common collections (``_id|id, title, text, date|published, place, paper, page``) and ignores others.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from typing import IO

from rag.errors import EncodingError, MalformedSourceError, ReadError
from rag.models import Document, Failure
from rag.readers.encodings import decode
from rag.readers.metadata import for_record, from_mapping
from rag.readers.origin import Origin

MEDIA_TYPE = "application/x-ndjson"
MAX_LEADING_FAILURES = 100
"""So many bad lines before the first good one mean that the file is something else."""
MAX_SKIPPED_LIMITS = 20
"""So many times the longest record without an end of line mean that too: a small file may unpack into terabytes."""
MAX_ID_CHARS = 1000

_BOM = b"\xef\xbb\xbf"


def read_jsonl(
    stream: IO[bytes], origin: Origin, *, encoding: str | None = None, max_record_bytes: int
) -> Iterator[Document | Failure]:
    """Each line a document or a failure that names ``source:line``; a bad line never stops the rest.

    Args:
        stream: the lines, unpacked.
        origin: where the file comes from. A record is named by its id (``name#line`` without one) and has the source
            ``source#id``; the origin's metadata, but for the title, fill what a record does not say itself.
        encoding: of the lines; unset: UTF-8, other encodings detected line by line.
        max_record_bytes: longer lines are failures.
    """
    with closing(_SeenIds()) as seen:
        failures = documents = 0
        for number, line in _lines(stream, origin.source, max_record_bytes):
            if line is not None and not line.strip():
                continue
            found = _read_line(line, number, origin, encoding, max_record_bytes, seen)
            yield found
            documents += isinstance(found, Document)
            failures += isinstance(found, Failure)
            if failures == MAX_LEADING_FAILURES and not documents:
                yield Failure(origin.source, f"no record in the first {failures} lines: not JSON lines; rest not read")
                return
        if not documents and not failures:
            yield Failure(origin.source, "empty: no record")


def _read_line(
    line: bytes | None, number: int, origin: Origin, encoding: str | None, max_bytes: int, seen: _SeenIds
) -> Document | Failure:
    place = f"{origin.source}:{number}"
    if line is None:
        return Failure(place, f"record longer than {max_bytes} bytes")
    try:
        document = _document(_parse(line, place, encoding), number, origin, place)
        seen.check(document, place)
    except ReadError as error:
        return Failure(error.source, error.reason)
    return document


def _lines(stream: IO[bytes], source: str, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one that is too long (read on in pieces, never held whole).

    Raises:
        MalformedSourceError: a line does not end.
    """
    number = 0
    while line := stream.readline(max_bytes + 1):
        number += 1
        too_long = len(line) > max_bytes
        limits = 1
        while too_long and not line.endswith(b"\n") and (line := stream.readline(max_bytes + 1)):
            limits += 1
            if limits > MAX_SKIPPED_LIMITS:
                reason = f"line {number} has no end within {MAX_SKIPPED_LIMITS * max_bytes} bytes: not JSON lines"
                raise MalformedSourceError(source, f"{reason}; rest not read")
        if number == 1 and not too_long:
            line = line.removeprefix(_BOM)
        yield number, None if too_long else line


def _parse(line: bytes, place: str, encoding: str | None) -> dict[str, object]:
    try:
        record = json.loads(_text_of(line, place, encoding))
    except (ValueError, RecursionError) as error:
        raise MalformedSourceError(place, f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise MalformedSourceError(place, f"a JSON {type(record).__name__}, not an object")
    return record


def _text_of(line: bytes, place: str, encoding: str | None) -> str:
    """JSON is UTF-8 by definition (RFC 8259); only a line that is not gets its encoding detected."""
    if encoding is not None:
        return decode(line, place, encoding=encoding)[0]
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return decode(line, place)[0]


def _document(record: dict[str, object], number: int, origin: Origin, place: str) -> Document:
    text = record.get("text")
    if not isinstance(text, str):
        raise MalformedSourceError(place, f"text is {type(text).__name__}; a record needs a text field of type string")
    if not text.strip():
        raise MalformedSourceError(place, "text is empty")
    identifier = _identifier(record, place)
    return Document.from_bytes(
        _canonical(record, place),
        text,
        document=identifier or f"{origin.name}#{number}",
        source=f"{origin.source}#{identifier or number}",
        media_type=MEDIA_TYPE,
        collection=origin.collection,
        metadata=for_record(from_mapping(record, place), origin.metadata),
        is_record=True,
    )


def _canonical(record: dict[str, object], place: str) -> bytes:
    """The record as bytes that name it: key order and spacing do not matter, its id and every field do."""
    if any("\0" in value for value in record.values() if isinstance(value, str)):
        raise EncodingError(place, "holds a NUL character; remove it")
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        found = f"U+{ord(text[error.start]):04X}"
        raise EncodingError(place, f"half a surrogate pair ({found}); write the character itself") from error


def _identifier(record: dict[str, object], place: str) -> str | None:
    for key in ("_id", "id"):
        value = record.get(key)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise MalformedSourceError(place, f"{key} is {type(value).__name__}, not text or a number")
        name = str(value)
        control = next((char for char in name if unicodedata.category(char) == "Cc"), None)
        if control is not None:
            raise MalformedSourceError(place, f"{key} holds a control character (U+{ord(control):04X}); leave it out")
        if len(name) > MAX_ID_CHARS:
            raise MalformedSourceError(place, f"{key} has {len(name)} characters; {MAX_ID_CHARS} are allowed")
        return name
    return None


class _SeenIds:
    """Ids met in one file, in a temporary table on disk, so that memory stays flat."""

    def __init__(self) -> None:
        # Autocommit, no journal: the table dies with the connection. A generator may move between threads.
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._table.execute("PRAGMA journal_mode=OFF")
        self._table.execute("CREATE TABLE seen (id BLOB PRIMARY KEY, content TEXT, place TEXT) WITHOUT ROWID")

    def check(self, document: Document, place: str) -> None:
        """Raise where the same id was met before with other content; an identical line is no harm."""
        key = sha256(document.document.encode()).digest()[:16]
        row = (key, document.document_id, place)
        if self._table.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", row).rowcount:
            return
        earlier, where = self._table.execute("SELECT content, place FROM seen WHERE id = ?", (key,)).fetchone()
        if earlier != document.document_id:
            raise MalformedSourceError(place, f"id {document.document!r} was used for another record at {where}")

    def close(self) -> None:
        self._table.close()
