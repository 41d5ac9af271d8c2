"""A timeline → prose with its quotes as footnotes. Knows nothing of file formats.

A timeline is what ``rag.telling.timeline_json`` makes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.export.digests import note
from rag.export.rows import POSITIONS, Json, shown
from rag.models import Block, Prose, Run

TITLE = "时间线"
UNDATED = "日期不详"
NOTHING = "语料中没有关于此题的可引用内容。"
RULES = {"dateline": "电头日期", "published": "刊发日期"}


def timeline_prose(timeline: Json) -> Prose:
    """A line a statement, its date before it, with what contradicts it; the undated under a heading of their own."""
    body: list[Block] = []
    if timeline["citations"]:
        body.append(Block.of("remark", f"日期后注明“刊发”“电头”的，原句未写日期，以稿件日期计。{POSITIONS}"))
    else:
        body.append(Block.of("paragraph", NOTHING))
    for entry in timeline["entries"]:
        rule = RULES.get(entry["rule"])
        day = f"{shown(_label(entry))}{f'（{rule}）' if rule else ''}："
        body.append(Block("bullet", (Run(day, strong=True), *_said(timeline, entry["claim"]))))
    if timeline["undated"]:
        body.append(Block.of("heading", UNDATED, 1))
        body += [Block("bullet", tuple(_said(timeline, claim))) for claim in timeline["undated"]]
    return Prose(
        f"{TITLE}：{shown(timeline['subject'])}", tuple(body), tuple(note(one) for one in timeline["citations"])
    )


def _label(entry: Json) -> str:
    """The date; as printed where neither its year nor its day is known."""
    has_year = len(entry["date"]) >= len("2024") and entry["date"][:4].isdigit()
    known = entry["grain"] == "day" or has_year
    return str(entry["date"] if known else entry["words"])


def _said(timeline: Json, index: int) -> Iterator[Run]:
    """The statement with its footnotes, and which others give its fact otherwise."""
    claim = timeline["claims"][index]
    first, *more = claim["citations"]
    yield Run(shown(claim["text"]), note=first)
    yield from (Run("", note=one) for one in more)
    for conflict in timeline["conflicts"]:
        if index in conflict["claims"]:
            yield Run(f"（来源不一致：{shown(conflict['reason'])}）")
