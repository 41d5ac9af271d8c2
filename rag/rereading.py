"""Kept summary rows read back: the reverse of ``rag.serialise.summary_json``. Knows nothing of who kept them."""

from __future__ import annotations

from typing import Any

from rag.models import Abstention, Citation, Claim, Summary, Usage

Json = dict[str, Any]


def summary_of(row: Json) -> Summary:
    """The summary that a row was written from, without the copies of what it cites."""
    abstention = row["abstention"]
    return Summary(
        article_id=row["article_id"],
        document=row["document"],
        kind=row["kind"],
        title=row["title"],
        style=row["style"],
        summary=row["summary"],
        abstention=abstention and Abstention(abstention["code"], abstention["message"], _cited(abstention["nearest"])),
        claims=tuple(_claim(claim) for claim in row["claims"]),
        citations=_cited(row["citations"]),
        model=row["model"],
        dropped=tuple(row["dropped"]),
        usage=Usage(**row["usage"]),
        summarised_with=row["summarised_with"],
    )


def _claim(claim: Json) -> Claim:
    span = claim["answer_span"]
    return Claim(
        claim["text"],
        claim["start"],
        claim["end"],
        claim["verdict"],
        claim["reason"],
        tuple(claim["citations"]),
        (span[0], span[1]) if span else None,
    )


def _cited(citations: list[Json]) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            marker=one["marker"],
            document=one["document"],
            document_id=one["document_id"],
            article_id=one["article_id"],
            title=one["title"],
            published=one["published"],
            place=one["place"],
            quote=one["quote"],
            source_spans=tuple((start, end) for start, end in one["source_spans"]),
            score=one["score"],
        )
        for one in citations
    )
