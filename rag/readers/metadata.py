"""What a sender says about a source: flags, sidecar files, a record's own fields. Knows nothing of formats or pages.

Precedence: what is given explicitly (flags, HTTP fields) over the file's own sidecar (``NAME.meta.json``) over the
folder's (``gazette.meta.json``, the nearest first) over what the content says. Only a JSONL record speaks first for
itself: its fields are a statement about that one article, the flags one about the whole file.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path

from rag.errors import MalformedSourceError, ReadError
from rag.models import SourceMetadata
from rag.text.dates import parse_date

SIDECAR_SUFFIX = ".meta.json"
FOLDER_SIDECAR = "gazette.meta.json"
MAX_SIDECAR_BYTES = 1_000_000
KEYS = ("title", "paper", "published", "date", "page", "place")
"""What a sidecar may say; ``date`` and ``published`` are the same."""

_NAMES = tuple(field.name for field in fields(SourceMetadata))
_ISO = re.compile(r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?\Z")
_MONTH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})\Z")
_LEAP_YEAR = 2000


def parse_published(value: str, source: str) -> str:
    """A date as ISO ``YYYY-MM-DD``, or ``MM-DD`` where no year is given.

    Args:
        value: ISO (also with a time, or with ``/`` or ``.``), ``MM-DD``, or a date as Chinese papers print it.
        source: named in the error.

    Raises:
        MalformedSourceError: not a date, or a day that does not exist.
    """
    text = value.strip()
    try:
        if match := _ISO.match(text):
            return datetime.date(*(int(part) for part in match.groups())).isoformat()
        if match := _MONTH_DAY.match(text):
            month, day = (int(part) for part in match.groups())
            return datetime.date(_LEAP_YEAR, month, day).isoformat()[5:]
    except ValueError as error:
        raise MalformedSourceError(source, f"{value!r} is not a date: {error}") from error
    parsed = parse_date(text)
    if parsed is None:
        raise MalformedSourceError(source, f"{value!r} is not a date; write YYYY-MM-DD, or MM-DD without a year")
    return parsed


def merge(first: SourceMetadata, *others: SourceMetadata) -> SourceMetadata:
    """Fill what ``first`` leaves open from the others, in order."""
    filled = {
        name: next((value for one in (first, *others) if (value := getattr(one, name)) is not None), None)
        for name in _NAMES
    }
    return SourceMetadata(**filled)


def from_mapping(values: Mapping[str, object], source: str) -> SourceMetadata:
    """Read metadata fields (``published`` or ``date``); other keys are ignored, empty and null values are unset.

    Raises:
        MalformedSourceError: a value is no text or number, the date is none, or ``date`` and ``published`` disagree.
    """
    texts = {key: text for key in KEYS if (text := _as_text(values.get(key), key, source)) is not None}
    dates = {parse_published(texts.pop(key), source) for key in ("published", "date") if key in texts}
    if len(dates) > 1:
        raise MalformedSourceError(source, f"date and published disagree: {' and '.join(sorted(dates))}; give one")
    return SourceMetadata(published=next(iter(dates), None), **texts)


def read_sidecar(path: Path) -> SourceMetadata:
    """Read one sidecar file.

    Raises:
        ReadError: unreadable, not a JSON object, an unknown key, or a value that is none.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SIDECAR_BYTES + 1)
        if len(content) > MAX_SIDECAR_BYTES:
            raise MalformedSourceError(str(path), f"larger than {MAX_SIDECAR_BYTES} bytes")
        values = json.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise ReadError(str(path), f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise MalformedSourceError(str(path), f"not a JSON file: {error}") from error
    if not isinstance(values, dict):
        raise MalformedSourceError(str(path), f"holds {type(values).__name__}, not a JSON object")
    if unknown := sorted(set(values) - set(KEYS)):
        raise MalformedSourceError(str(path), f"unknown key {', '.join(map(repr, unknown))}; known: {', '.join(KEYS)}")
    return from_mapping(values, str(path))


def resolve(given: SourceMetadata, sidecars: Iterable[Path]) -> SourceMetadata:
    """What is given, filled from the sidecars, nearest first.

    Raises:
        ReadError: a sidecar cannot be read; it names the sidecar.
    """
    return merge(given, *(read_sidecar(path) for path in sidecars))


def for_record(own: SourceMetadata, inherited: SourceMetadata) -> SourceMetadata:
    """A record's own fields first; the file's title is not the title of its records."""
    return merge(own, replace(inherited, title=None))


def _as_text(value: object, key: str, source: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise MalformedSourceError(source, f"{key} is {type(value).__name__}, not text")
    return str(value).strip() or None
