"""The JSON shapes of digests and timelines, written once for commands and HTTP alike. Knows nothing of either."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.models import Digest, DigestRequest, Filters, LeftOutReason, Story, Timeline
from rag.serialise import citation_json, claim_json

Json = dict[str, Any]

REASONS: dict[LeftOutReason, str] = {
    "over_length": "超出篇幅",
    "not_supported": "没有可核实的内容",
    "undated": "没有完整日期，无法判断是否在所问时段",
    "told_before": "此前的简报已经写过",
    "with_head": "转版续文，其首部不在所问范围",
    "model_failed": "模型输出不合要求，下次重试",
}
"""Why an article is not told, in words for a person."""


def digest_json(digest: Digest) -> Json:
    """A digest as `gazette digest --json` and `POST /v1/digests` give it. Holds nothing that varies between runs."""
    return {
        "digest": digest.text,
        "nothing_new": digest.nothing_new,
        "request": _request(digest.request),
        "opening": list(digest.opening),
        "groups": [
            {"name": group.name, "place": group.place, "subject": group.subject, "stories": list(group.stories)}
            for group in digest.groups
        ],
        "stories": [_story(story) for story in digest.stories],
        "claims": [claim_json(claim) for claim in digest.claims],
        "conflicts": [{"claims": list(one.claims), "reason": one.reason} for one in digest.conflicts],
        "citations": [citation_json(citation) for citation in digest.citations],
        "coverage": {
            "used": list(digest.coverage.used),
            "merged": list(digest.coverage.merged),
            "left_out": [{**asdict(one), "message": REASONS[one.reason]} for one in digest.coverage.left_out],
        },
        "undated_left_out": digest.undated_left_out,
        "dropped": list(digest.dropped),
        "model": digest.model,
        "usage": asdict(digest.usage),
    }


def timeline_json(timeline: Timeline) -> Json:
    """A timeline as `gazette timeline --json` and `POST /v1/timelines` give it."""
    return {
        "subject": timeline.subject,
        "request": _filters(timeline.filters),
        "timeline": timeline.text,
        "entries": [
            {
                "date": entry.moment.day,
                "grain": entry.moment.grain,
                "words": entry.moment.words,
                "rule": entry.moment.rule,
                "claim": entry.claim,
                "conflicts": list(entry.conflicts),
            }
            for entry in timeline.entries
        ],
        "undated": list(timeline.undated),
        "claims": [claim_json(claim) for claim in timeline.claims],
        "conflicts": [{"claims": list(one.claims), "reason": one.reason} for one in timeline.conflicts],
        "citations": [citation_json(citation) for citation in timeline.citations],
        "articles": list(timeline.articles),
    }


def _story(story: Story) -> Json:
    return {
        "article_id": story.article_id,
        "document": story.document,
        "kind": story.kind,
        "title": story.title,
        "published": story.published,
        "place": story.place,
        "claims": list(story.claims),
        "opening": list(story.opening),
        "merged": list(story.merged),
        "carried_by": story.carried_by,
        "independent_sources": story.independent_sources,
    }


def _request(request: DigestRequest) -> Json:
    return {
        **_filters(request.filters),
        "topic": request.topic,
        "since": "last" if request.since_last else None,
        "max_chars": request.max_chars,
    }


def _filters(filters: Filters) -> Json:
    return {
        "from": filters.date_from,
        "to": filters.date_to,
        "place": filters.place,
        "paper": filters.paper,
        "document": filters.document,
        "kind": filters.kind,
    }
