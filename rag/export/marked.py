"""Marked answers → an eval set: questions with what would have been right, and the pages they were asked over.

Knows nothing of the harness but the format of its folder: ``questions.jsonl`` and ``pages/*.txt``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import NotFoundError
from rag.export.rows import Json
from rag.models import AnswerRecord


@dataclass(frozen=True, slots=True)
class Written:
    """The files of an eval set by their names, how many questions it holds, and answers left out with the reason."""

    files: Mapping[str, str]
    questions: int
    left_out: tuple[tuple[str, str], ...]


def write_marked(records: Sequence[AnswerRecord], text_of: Callable[[str], str]) -> Written:
    """The eval set of marked answers.

    Args:
        records: marked answers.
        text_of: a document's text by its id; raises NotFoundError where it is gone.
    """
    rows, pages, left_out = list[Json](), dict[str, str](), list[tuple[str, str]]()
    for record in records:
        try:
            row, documents = _question(record)
            texts = {page_name(one): text_of(one) for one in documents}
        except (ValueError, NotFoundError) as error:
            left_out.append((record.answer_id, str(error)))
            continue
        rows.append(row)
        pages |= texts
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    files = {"questions.jsonl": lines, **{f"pages/{name}": text for name, text in sorted(pages.items())}}
    return Written(files, len(rows), tuple(left_out))


def page_name(document_id: str) -> str:
    """The file of a document; its own name may be a path, or stand twice."""
    return f"{document_id}.txt"


def _question(record: AnswerRecord) -> tuple[Json, list[str]]:
    answer, mark = record.answer, record.mark
    if mark is None:
        raise ValueError("it is not marked")
    if not record.filters.is_empty:
        raise ValueError("it was asked with filters, which a question of an eval set does not carry")
    declined = mark.unanswerable or (mark.right and answer["abstained"])
    wanted = list(mark.answers) if not mark.right else _given(answer)
    if not declined and not wanted:
        raise ValueError("it is marked wrong without the right answer; mark it again with --answer or --unanswerable")
    cited = answer["citations"] if not answer["abstained"] else answer["abstention"]["nearest"]
    if not cited:
        raise ValueError("it names no document; an eval set needs the page it was asked over")
    row: Json = {
        "id": record.answer_id,
        "type": "follow_up" if record.history else "marked",
        "question": answer["question"],
        "answerable": not declined,
        "answers": [] if declined else wanted,
        "support": [] if declined or not mark.right else [_support(citation) for citation in cited],
        "comment": mark.comment,
    }
    if record.history:
        row["history"] = [{"role": turn.role, "content": turn.content} for turn in record.history]
    if mark.right and not declined:
        row["must"] = [[one] for one in wanted]
    return row, sorted({citation["document_id"] for citation in cited})


def _given(answer: Json) -> list[str]:
    """What a right answer said: the part of each claim that answers, or the claim."""
    found = []
    for claim in answer["claims"]:
        start, end = claim["answer_span"] or (claim["start"], claim["end"])
        found.append(answer["answer"][start:end])
    return found


def _support(citation: Json) -> Json:
    start, end = citation["source_spans"][0][0], citation["source_spans"][-1][1]
    return {"file": page_name(citation["document_id"]), "start": start, "end": end, "quote": citation["quote"]}
