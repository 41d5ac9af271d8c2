"""Reading JSON lines and qrels; a fault names ``file:line``, the value and the remedy. Knows nothing of meaning."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from evals.errors import DataError

T = TypeVar("T")
_NAMES = {str: "a text", list: "a list", dict: "an object", bool: "true or false", int: "a whole number"}


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON object and where it stands."""

    place: str
    record: dict[str, Any]

    def get(self, name: str, kind: type[T]) -> T:
        """A field that must be there.

        Raises:
            DataError: it is missing or of another kind.
        """
        value = self.record.get(name)
        if not isinstance(value, kind):
            raise DataError(
                f"{self.place}: {name} is {json.dumps(value, ensure_ascii=False)[:60]}; {self._wanted(kind)}"
            )
        return value

    def _wanted(self, kind: type) -> str:
        return f"wanted {_NAMES.get(kind, kind.__name__)}; fix the line or leave it out"

    def id(self) -> str:
        """``_id`` or ``id``.

        Raises:
            DataError: neither is there.
        """
        value = self.record.get("_id", self.record.get("id"))
        if not isinstance(value, str | int) or value == "":
            raise DataError(f"{self.place}: needs `_id` or `id`; name every row")
        return str(value)


def read_rows(path: Path) -> Iterator[Row]:
    """Every JSON object of a ``.jsonl`` or ``.jsonl.gz`` file.

    Raises:
        DataError: the file is not there, or a line is not a JSON object.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; give --data the folder that holds it")
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            try:
                record = json.loads(line)
            except ValueError as error:
                raise DataError(f"{place}: not JSON ({error}); one object a line is wanted") from error
            if not isinstance(record, dict):
                raise DataError(f"{place}: {type(record).__name__} instead of an object: {line[:60]!r}")
            yield Row(place, record)


def unique(rows: Iterable[Row]) -> list[Row]:
    """The rows, none of whose ids stands twice.

    Raises:
        DataError: an id stands twice.
    """
    seen: dict[str, str] = {}
    kept = []
    for row in rows:
        name = row.id()
        if name in seen:
            raise DataError(f"{row.place}: id {name!r} was used at {seen[name]}; ids must differ")
        seen[name] = row.place
        kept.append(row)
    return kept


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements ``{query: {document: grade}}`` of a tab-separated file with a header line.

    Raises:
        DataError: a line has not three fields, or its grade is no whole number.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file; a retrieval folder needs its qrels")
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        fields = line.split("\t")
        if number == 1 and not fields[-1].strip().lstrip("-").isdigit():
            continue
        if not line.strip():
            continue
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdigit():
            raise DataError(f"{path}:{number}: {line!r}; wanted query-id, corpus-id, score between tabs")
        judged.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return judged


def digest(paths: Iterable[Path]) -> str:
    """SHA-256 over names and bytes of files."""
    total = sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + sha256(path.read_bytes()).digest())
    return total.hexdigest()
