"""The lines of a batch → its units: what each line asks for, route by route. Knows nothing of how a unit is done.

A line that asks for something that is not there fails by itself; the others go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol

from rag.batch.bodies import AnswersLine, DigestsLine, SummariesLine, read_body
from rag.batch.lines import Line, read_lines
from rag.errors import NotFoundError
from rag.models import Filters, Unit, UnitError
from rag.pipeline import Pipeline

Json = dict[str, Any]

SUMMARIES, ANSWERS, DIGESTS = "/v1/summaries", "/v1/answers", "/v1/digests"


class Bound(Protocol):
    """Says what a unit may cost at most."""

    def __call__(self, url: str, body: Mapping[str, Any]) -> float:
        """US dollars of one attempt."""
        ...


def plan(pipeline: Pipeline, content: str, bound: Bound, endpoint: str | None = None) -> Iterator[Unit]:
    """Every unit of a batch in order; a line without any that can be done is one unit with an error.

    Args:
        pipeline: over the corpus that is asked.
        content: the lines.
        bound: what each unit may cost.
        endpoint: the only route that lines may name; None: any.
    """
    position = 0
    for line in read_lines(content):
        for unit in _units(pipeline, line, bound, endpoint):
            yield replace(unit, position=position)
            position += 1


def _units(pipeline: Pipeline, line: Line, bound: Bound, endpoint: str | None) -> Iterator[Unit]:
    if line.error is not None or line.url is None:
        yield _refused(line, line.error or UnitError("invalid_url", f"line {line.number}: url must name {_NAMED}"))
        return
    if line.url not in _ROUTES or line.url != (endpoint or line.url):
        told = f"line {line.number}: url {line.url!r}; write {endpoint or _NAMED}"
        yield _refused(line, UnitError("mismatched_endpoint" if line.url in _ROUTES else "invalid_url", told))
        return
    try:
        bodies = _ROUTES[line.url](pipeline, line.body)
        first = next(bodies, None)
    except ValueError as error:
        yield _refused(line, UnitError("invalid_body", f"line {line.number}: {error}"))
        return
    except NotFoundError as error:
        yield _refused(line, UnitError("not_found", f"line {line.number}: {error}"))
        return
    if first is None:
        told = f"line {line.number}: there are no articles to summarise; `gazette articles` lists what is there"
        yield _refused(line, UnitError("no_articles", told))
        return
    for body in chain((first,), bodies):
        yield Unit(0, line.number, line.custom_id, line.url, body, bound(line.url, body))


def _refused(line: Line, error: UnitError) -> Unit:
    return Unit(0, line.number, line.custom_id, line.url, {}, error=error)


def _summaries(pipeline: Pipeline, body: Mapping[str, Any]) -> Iterator[Json]:
    """One unit an article; the length is settled now, so that a setting changed later changes nothing."""
    asked = read_body(SummariesLine, body)
    fixed = {"max_chars": asked.max_chars or pipeline.settings.summarise.max_chars, "style": asked.style}
    named = (asked.article_id,) if asked.article_id else asked.article_ids
    if named is not None:
        return ({"article_id": article_id, **fixed} for article_id in dict.fromkeys(named))
    _check_document(pipeline, asked.document)
    filters = Filters(document=asked.document)
    return ({"article_id": article_id, **fixed} for article_id in pipeline.summarisable(filters=filters))


def _answers(pipeline: Pipeline, body: Mapping[str, Any]) -> Iterator[Json]:
    asked = read_body(AnswersLine, body)
    configured = pipeline.generator.model
    if asked.model is not None and asked.model != configured:
        raise ValueError(f"body.model: {asked.model!r} is not configured here; use {configured!r} or leave it out")
    return iter((dict(body),))


def _digests(pipeline: Pipeline, body: Mapping[str, Any]) -> Iterator[Json]:
    _check_document(pipeline, read_body(DigestsLine, body).limits().document)
    return iter((dict(body),))


def _check_document(pipeline: Pipeline, document: str | None) -> None:
    """Tell a mistyped document from an empty one."""
    if document is not None and not pipeline.articles(filters=Filters(document=document), limit=1):
        where = f"in collection {pipeline.collection!r}; `gazette documents` lists them"
        raise NotFoundError(f"no document {document!r} {where}")


_ROUTES = {SUMMARIES: _summaries, ANSWERS: _answers, DIGESTS: _digests}
_NAMED = " or ".join(_ROUTES)
