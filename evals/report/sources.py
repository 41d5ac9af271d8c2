"""The texts that replies point into, read from the files a run was made over, as far as these are unchanged.

Knows nothing of how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.samples.rows import read_rows

Json = dict[str, Any]

RANKED_SHOWN = 5
"""Documents of a ranking that are shown with their text."""


def read_sources(summary: Json, rows: Iterable[Json]) -> Mapping[str, str]:
    """Document name → text, of the documents that the rows point into.

    A file that is gone or has changed since the run gives none: what is shown is what the system was asked over.
    """
    wanted = {name for row in rows for name in _named(row)}
    texts: dict[str, str] = {}
    for entry in summary["data"] if wanted else ():
        path = Path(entry["path"])
        is_corpus = path.name.startswith("corpus")
        if not (is_corpus or path.name in wanted) or not path.is_file():
            continue
        content = path.read_bytes()
        if sha256(content).hexdigest() != entry["sha256"]:
            continue
        if is_corpus:
            texts.update(_records(path, wanted))
        else:
            texts[path.name] = content.decode("utf-8", "replace")
    return texts


def pointers(reply: Json) -> Sequence[Json]:
    """Every citation of a reply, also those of an abstention."""
    nearest = (reply.get("abstention") or {}).get("nearest") or ()
    return [*(reply.get("citations") or ()), *nearest]


def _named(row: Json) -> set[str]:
    ranked = {document for document, _ in row["reply"].get("ranking", ())[:RANKED_SHOWN]}
    cited = {str(one.get("document")) for one in pointers(row["reply"])}
    return ranked | cited | set(row["gold"].get("qrels", ()))


def _records(path: Path, wanted: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in read_rows(path):
        name = str(row.record.get("_id", row.record.get("id")))
        if name in wanted and isinstance(row.record.get("text"), str):
            found[name] = row.record["text"]
    return found
