"""The documentation's page told as a digest and as a timeline, made with the engine's own types and JSON."""

from __future__ import annotations

from dataclasses import replace

from api import examples
from rag.candidates import Chosen
from rag.digesting import Digested
from rag.models import (
    Coverage,
    Digest,
    DigestRequest,
    Filters,
    Group,
    Moment,
    Story,
    Timeline,
    TimelineEntry,
)
from rag.serialise import Json
from rag.telling import digest_json, timeline_json

DIGEST_BODY: Json = {"filters": {"from": "2024-07-01", "to": "2024-07-07"}, "topic": "图书馆", "max_chars": 1000}
TIMELINE_BODY: Json = {"subject": "图书馆"}

_SAID = examples.SUMMARY_VALUE
_CLAIM = replace(_SAID.claims[0], answer_span=None)
_ARTICLE = examples.ARTICLE
_NAME = "青石镇"


def _moved(lead: str) -> tuple[str, int]:
    """The example's statement behind what leads to it, and how far that moves it."""
    return f"{lead}{_CLAIM.text}。", len(lead)


def _digest() -> Digest:
    text, by = _moved(f"【{_NAME}】\n· ")
    story = Story(
        _ARTICLE.article_id, _SAID.document, "article", _ARTICLE.title, _ARTICLE.published, _ARTICLE.place, (0,)
    )
    return Digest(
        request=DigestRequest(Filters("2024-07-01", "2024-07-07"), "图书馆", max_chars=1000),
        text=text,
        opening=(),
        groups=(Group(_NAME, _NAME, None, (0,)),),
        stories=(story,),
        claims=(replace(_CLAIM, start=by, end=by + len(_CLAIM.text)),),
        citations=_SAID.citations,
        conflicts=(),
        coverage=Coverage(used=(_ARTICLE.article_id,)),
        model="extractive",
    )


def _timeline() -> Timeline:
    day = _ARTICLE.published or "2024-07-06"
    text, by = _moved(f"· {day}：")
    return Timeline(
        subject="图书馆",
        filters=Filters(),
        entries=(TimelineEntry(Moment(day, "day", day, "published"), 0),),
        undated=(),
        text=text,
        claims=(replace(_CLAIM, start=by, end=by + len(_CLAIM.text)),),
        citations=_SAID.citations,
        articles=(_ARTICLE.article_id,),
    )


DIGEST_VALUE = _digest()
DIGESTED = Digested(DIGEST_VALUE, Chosen((), (), frozenset()))
TIMELINE_VALUE = _timeline()
DIGEST = digest_json(DIGEST_VALUE)
TIMELINE = timeline_json(TIMELINE_VALUE)
