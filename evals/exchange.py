"""Samples of a run in the shapes that other evaluation tools read, so that a run can be taken there.

Knows nothing of those tools beyond their documented field names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from evals.compare import asked
from evals.errors import RunError
from evals.measures.answers import answer_text
from evals.record import RunFolder
from evals.trec import QRELS, RANKING

Json = dict[str, Any]
Shape = Literal["ragas", "inspect"]
TrecFile = Literal["trec", "qrels"]
_TREC = {"trec": RANKING, "qrels": QRELS}


def export_run(run: RunFolder, shape: Shape | TrecFile) -> str:
    """A run as a file for another tool.

    Raises:
        RunError: rankings are wanted of a run that has none.
    """
    if shape == "ragas" or shape == "inspect":
        return export_jsonl(run.rows(), shape)
    path = run.path / _TREC[shape]
    if not path.is_file():
        raise RunError(f"{run.name} has no rankings; export a run of retrieval, or as ragas or inspect")
    return path.read_text("utf-8")


def export_jsonl(rows: Iterable[Json], shape: Shape) -> str:
    """One line a question; samples that are no questions (claims, pages, rankings) are left out.

    Args:
        rows: of ``samples.jsonl``.
        shape: ``ragas`` for its SingleTurnSample, ``inspect`` for inspect-ai's dataset samples.
    """
    convert = _ragas if shape == "ragas" else _inspect
    return "".join(json.dumps(convert(row), ensure_ascii=False) + "\n" for row in _questions(rows))


def _questions(rows: Iterable[Json]) -> Iterator[Json]:
    return (row for row in rows if row["task"] in ("ask", "read"))


def _ragas(row: Json) -> Json:
    """ragas SingleTurnSample: user_input, response, retrieved_contexts, reference, reference_contexts."""
    return {
        "user_input": asked(row),
        "response": answer_text(row["reply"]) or _declined(row),
        "retrieved_contexts": _contexts(row),
        "reference": _target(row),
        "reference_contexts": [one["quote"] for one in row["gold"].get("support") or () if one.get("quote")],
    }


def _inspect(row: Json) -> Json:
    """inspect-ai Sample: input (text or messages), target, id, metadata."""
    history = row["input"].get("history") or []
    question = {"role": "user", "content": asked(row)}
    return {
        "id": row["id"],
        "input": [*history, question] if history else asked(row),
        "target": [*row["gold"].get("answers", ()), *row["gold"].get("variants", ())] or _target(row),
        "metadata": {
            "type": row["type"],
            "lang": row["lang"],
            "response": answer_text(row["reply"]) or _declined(row),
            "contexts": _contexts(row),
            "scores": row["scores"],
        },
    }


def _target(row: Json) -> str:
    answers = row["gold"].get("answers") or ()
    return "; ".join(answers) if row["gold"].get("answerable", True) else "abstain"


def _declined(row: Json) -> str:
    return str((row["reply"].get("abstention") or {}).get("message") or row["reply"].get("error") or "")


def _contexts(row: Json) -> list[str]:
    """The texts given, else what the reply quotes."""
    given = [text["text"] for text in row["input"].get("texts", ())]
    nearest = (row["reply"].get("abstention") or {}).get("nearest") or ()
    return given or [one["quote"] for one in (*(row["reply"].get("citations") or ()), *nearest)]
