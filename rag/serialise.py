"""The JSON shapes of the outside contract, written once for commands and HTTP alike. Knows nothing of either."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.models import (
    Abstention,
    Answer,
    Article,
    Citation,
    Claim,
    Copies,
    Document,
    IngestReport,
    ListedDocument,
    Ranking,
    StoredCorrection,
    Summary,
    TurnState,
    Verification,
)

Json = dict[str, Any]

ALONE = TurnState()
"""What is known of the turns of a piece that has none."""


def copies_json(copies: Copies | None) -> Json:
    """Who else carries an article: ``copies``, ``carried_by``, ``independent_sources``; nothing where nobody looked."""
    if copies is None:
        return {}
    return {
        "copies": [asdict(copy) for copy in copies.others],
        "carried_by": copies.carried_by,
        "independent_sources": copies.independent_sources,
    }


def citation_json(citation: Citation) -> Json:
    """One citation; ``source_spans`` index the document's text as received."""
    return {
        "marker": citation.marker,
        "document": citation.document,
        "document_id": citation.document_id,
        "article_id": citation.article_id,
        "title": citation.title,
        "published": citation.published,
        "place": citation.place,
        "quote": citation.quote,
        "source_spans": [list(span) for span in citation.source_spans],
        "score": round(citation.score, 4),
        **copies_json(citation.copies),
    }


def claim_json(claim: Claim) -> Json:
    """One verified claim; ``start``, ``end`` and ``answer_span`` index the reply's text."""
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "answer_span": list(claim.answer_span) if claim.answer_span else None,
        "verdict": claim.verdict,
        "reason": claim.reason,
        "citations": list(claim.citations),
    }


def abstention_json(abstention: Abstention | None) -> Json | None:
    """An abstention, or None for a reply that answers."""
    if abstention is None:
        return None
    return {
        "code": abstention.code,
        "message": abstention.message,
        "nearest": [citation_json(citation) for citation in abstention.nearest],
    }


def answer_json(answer: Answer) -> Json:
    """An answer as `gazette ask --json` and `POST /v1/answers` give it."""
    shape: Json = {
        "id": answer.id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "abstained": answer.abstained,
        "abstention": abstention_json(answer.abstention),
        "answer": answer.answer,
        "claims": [claim_json(claim) for claim in answer.claims],
        "conflicts": [{"claims": list(one.claims), "reason": one.reason} for one in answer.conflicts],
        "citations": [citation_json(citation) for citation in answer.citations],
        "dropped": list(answer.dropped),
        "model": answer.model,
        "usage": asdict(answer.usage),
        "timings_ms": dict(answer.timings_ms),
        "corpus": answer.corpus,
    }
    if answer.degraded:
        shape["degraded"] = list(answer.degraded)
    if answer.undated_left_out:
        shape["undated_left_out"] = answer.undated_left_out
    if answer.confidence is not None:
        shape["confidence"] = round(answer.confidence, 3)
    if answer.soft_filters:
        shape["soft_filters"] = [asdict(wish) for wish in answer.soft_filters]
    if answer.overlong:
        shape["question_truncated"] = asdict(answer.overlong)
    return shape


def summary_json(summary: Summary) -> Json:
    """One summary row. Holds nothing that varies between runs."""
    return {
        "article_id": summary.article_id,
        "document": summary.document,
        "kind": summary.kind,
        "title": summary.title,
        "style": summary.style,
        "abstained": summary.abstention is not None,
        "abstention": abstention_json(summary.abstention),
        "summary": summary.summary,
        "claims": [claim_json(claim) for claim in summary.claims],
        "citations": [citation_json(citation) for citation in summary.citations],
        "dropped": list(summary.dropped),
        "model": summary.model,
        "usage": asdict(summary.usage),
        "summarised_with": summary.summarised_with,
    }


def verification_json(verification: Verification) -> Json:
    """What checking a text found; claims' ``start`` and ``end`` index that text."""
    return {
        "claims": [claim_json(claim) for claim in verification.claims],
        "citations": [citation_json(citation) for citation in verification.citations],
    }


def piece_json(article: Article) -> Json:
    """One piece of a page as `gazette segment --json` gives it."""
    return {
        "article_id": article.article_id,
        "kind": article.kind,
        "title": article.title,
        "kicker": article.kicker,
        "subtitle": article.subtitle,
        "column_label": article.column_label,
        "bylines": [{"name": byline.name, "role": byline.role} for byline in article.bylines],
        "dateline": article.dateline,
        "place": article.place,
        "published": article.published,
        "published_rule": article.published_rule,
        "dateline_date": article.dateline_date,
        "paper": article.paper,
        "page": article.page,
        "text": article.text,
        "source_spans": [list(span) for span in article.source_spans],
        "duplicate_of": article.duplicate_of,
        "continues": article.continues,
        "continues_page": article.continues_page,
        "turns_to": article.turns_to,
        "confidence": round(article.confidence, 3),
        "doubts": list(article.doubts),
    }


def article_json(article: Article, document: str, turns: TurnState = ALONE, copies: Copies | None = None) -> Json:
    """One stored article: a piece plus the document it comes from and what joins it on other pages, who carries it.

    ``continues`` is the head's article id where that is known, else the page as printed; ``turn_rule``, ``turn_reason``
    and ``turn_confidence`` say why, of the join behind where there is none before.
    """
    link = turns.before or turns.after
    return {
        **piece_json(article),
        "continues": turns.before.head if turns.before else article.continues,
        "continued_by": turns.after.continuation if turns.after else None,
        "turn_rule": link.rule if link else None,
        "turn_reason": link.reason if link else None,
        "turn_confidence": link.confidence if link else None,
        "doubts": [*article.doubts, *([turns.doubt] if turns.doubt else [])],
        "document": document,
        "document_id": article.document_id,
        **copies_json(copies),
    }


def document_json(document: Document, *, with_text: bool = False) -> Json:
    """One document; ``text`` (what spans index) only when asked for."""
    shape = listed_json(ListedDocument.of(document))
    return {**shape, "text": document.text} if with_text else shape


def listed_json(document: ListedDocument) -> Json:
    """One document of a list."""
    return {
        "document_id": document.document_id,
        "document": document.document,
        "source": document.source,
        "collection": document.collection,
        "media_type": document.media_type,
        "chars": document.chars,
        "metadata": asdict(document.metadata),
    }


def correction_json(stored: StoredCorrection) -> Json:
    """One correction; ``source_spans`` index the text of the document it was made on."""
    kept = stored.kept
    correction = kept.correction
    return {
        "correction_id": correction.correction_id,
        "kind": correction.kind,
        "to_kind": correction.to_kind,
        "document": stored.document,
        "document_id": stored.document_id,
        "applied": kept.reason is None,
        "reason": kept.reason,
        "article_ids": list(kept.article_ids),
        "anchors": [
            {"words": list(anchor.words), "source_spans": [list(span) for span in anchor.spans]}
            for anchor in correction.anchors
        ],
        "made_on": correction.made_on,
        "created": correction.created,
    }


def report_json(report: IngestReport) -> Json:
    """What one ingest did; ``corrections_not_applied`` and ``truncated`` only where there are such."""
    shape: Json = {
        "documents": report.documents,
        "articles": report.articles,
        "passages": report.passages,
        "unchanged": report.unchanged,
        "skipped": report.skipped,
        "failed": [asdict(failure) for failure in report.failed],
        "seconds": round(report.seconds, 3),
    }
    if report.unapplied:
        shape["corrections_not_applied"] = [asdict(one) for one in report.unapplied]
    if report.truncated:
        shape["truncated"] = [asdict(one) for one in report.truncated]
    return shape


def ranking_json(ranking: Ranking, *, explain: bool = False) -> Json:
    """Search results; with ``explain`` each leg's rank and raw score."""
    results: list[Json] = []
    for found in ranking.evidence:
        passage, mapped = found.passage, found.article.mapped
        row: Json = {
            "rank": found.rank,
            "score": round(found.score, 4),
            "document": found.document,
            "document_id": passage.document_id,
            "article_id": passage.article_id,
            "passage_id": passage.passage_id,
            "title": found.article.title,
            "published": found.article.published,
            "place": found.article.place,
            "text": passage.text,
            "source_spans": [list(span) for span in mapped.spans_of(passage.start, passage.end)],
            **copies_json(found.copies),
        }
        if explain:
            row["legs"] = {leg.leg: {"rank": leg.rank, "score": round(leg.score, 4)} for leg in found.legs}
            row["raised"] = round(found.raised, 4)
            if found.reranked is not None:
                row["reranked"] = round(found.reranked, 4)
            if found.signs:
                row["signs"] = [asdict(sign) for sign in found.signs]
        results.append(row)
    shape: Json = {"results": results}
    if explain and ranking.weighing:
        shape["weighing"] = asdict(ranking.weighing)
    if ranking.degraded:
        shape["degraded"] = list(ranking.degraded)
    if ranking.undated_left_out:
        shape["undated_left_out"] = ranking.undated_left_out
    if ranking.soft_filters:
        shape["soft_filters"] = [asdict(wish) for wish in ranking.soft_filters]
    if ranking.overlong:
        shape["question_truncated"] = asdict(ranking.overlong)
    return shape
