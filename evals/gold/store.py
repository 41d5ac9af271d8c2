"""Reading the gold files: rows with their line numbers, and which item of a page a character belongs to.

Knows nothing of what makes a row right; that is ``evals.gold.validate``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

GOLD = Path(__file__).resolve().parent / "seeds"
SEEDS = Path(__file__).resolve().parents[2] / "seeds"

Split = Literal["dev", "test"]
SPLITS: tuple[Split, ...] = ("dev", "test")
TEXT_KINDS = ("article", "continuation", "photo_caption")
KINDS = (*TEXT_KINDS, "page_furniture")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a gold file; ``line`` counts from 1."""

    file: str
    line: int
    record: dict[str, Any]

    @property
    def id(self) -> str:
        """The row's own name; a page goes by its file."""
        return str(self.record.get("id") or self.record.get("file"))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a gold file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def read_rows(path: Path) -> tuple[list[Row], list[Fault]]:
    """All rows of a JSONL file, and a fault for every line that is not a JSON object."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(path.read_bytes().decode("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(Fault(path.name, number, f"not JSON: {error}"))
            continue
        if isinstance(record, dict):
            rows.append(Row(path.name, number, record))
        else:
            faults.append(Fault(path.name, number, f"not an object: {line[:60]!r}"))
    return rows, faults


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a page as the gold cuts it; spans are ``[start, end)`` in characters of the file."""

    file: str
    record: dict[str, Any]

    @property
    def id(self) -> str:
        """The gold's name of the item."""
        return str(self.record["article_id"])

    @property
    def kind(self) -> str:
        """article, continuation, photo_caption or page_furniture."""
        return str(self.record["kind"])

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The item's stretches in reading order."""
        return [(start, end) for start, end in self.record["spans"]]

    def split_at(self, position: int) -> str:
        """The part of the gold that questions about this character belong to."""
        for part in self.record.get("split_parts", []):
            if part["start"] <= position < part["end"]:
                return str(part["split"])
        return str(self.record["split"])


class Pages:
    """The sample pages and their cuts, by file name."""

    def __init__(self, texts: dict[str, str], items: list[Item]) -> None:
        self.texts = texts
        self.items = {item.id: item for item in items}
        self._by_file: dict[str, list[Item]] = {}
        for item in items:
            self._by_file.setdefault(item.file, []).append(item)

    @classmethod
    def from_rows(cls, rows: list[Row], seeds: Path) -> Pages:
        """Pages from the rows of ``pages.jsonl`` and the folder of the texts."""
        texts = {path.name: path.read_bytes().decode("utf-8") for path in sorted(seeds.glob("*.txt"))}
        return cls(texts, [Item(row.record["file"], one) for row in rows for one in row.record["articles"]])

    def of(self, file: str) -> Iterator[Item]:
        """The items of one page."""
        yield from self._by_file.get(file, [])

    def owner(self, file: str, position: int) -> Item | None:
        """The item that holds a character; ``None`` between items."""
        for item in self.of(file):
            if any(start <= position < end for start, end in item.spans):
                return item
        return None
