"""What is asked and what is expected: samples, the corpora they are asked over, and a set of both.

Knows nothing of file formats, of systems or of measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Task = Literal["ask", "read", "search", "verify", "segment", "summarise", "digest"]
"""ask: over a corpus. read: from the texts given. search: documents for a query. verify: a claim against texts."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing to ask. ``tags`` are further words to choose by (``--where split=dev``)."""

    id: str
    task: Task
    type: str
    lang: str | None
    input: Json
    gold: Json
    corpus: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def has(self, key: str, value: str) -> bool:
        """Whether ``key=value`` holds: of id, task, type, lang or a tag."""
        own = {"id": self.id, "task": self.task, "type": self.type, "lang": self.lang}
        return (own[key] if key in own else self.tags.get(key)) == value


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents to ask over: files as they are, or records; ``sha256`` names their content."""

    name: str
    sha256: str
    files: tuple[Path, ...] = ()
    records: tuple[Json, ...] = ()

    def texts(self) -> dict[str, str]:
        """Every document's text as received, by document name, read without the system under test."""
        read = {path.name: path.read_bytes().decode("utf-8") for path in self.files}
        return read | {str(record["_id"]): record["text"] for record in self.records}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Samples in order, the corpora they name, and the files all of it was read from."""

    samples: tuple[Sample, ...]
    corpora: Mapping[str, Corpus] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @classmethod
    def join(cls, parts: Sequence[Dataset]) -> Dataset:
        """All parts, one after the other."""
        corpora: dict[str, Corpus] = {}
        for part in parts:
            corpora.update(part.corpora)
        asked = [path for corpus in corpora.values() for path in corpus.files]
        files = dict.fromkeys([*(path for part in parts for path in part.files), *asked])
        return cls(tuple(sample for part in parts for sample in part.samples), corpora, tuple(files))
