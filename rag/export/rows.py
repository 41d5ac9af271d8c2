"""What every shape of an export shows of a summary row, and the plainest shape: the rows themselves.

A row is what ``rag.serialise.summary_json`` makes, or one with ``summary: null`` and an ``error``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]

TITLE = "文章摘要"
UNTITLED = "（无标题）"
POSITIONS = "引文后的数字是它在原文件中的字符位置：从 0 数起，含起点，不含终点。"
VERDICTS = {"supported": ("✓", "有据"), "partial": ("◐", "部分有据"), "unsupported": ("✗", "无据")}
"""How a verdict is shown: a mark that does not rest on colour, and words."""
KINDS = {"photo_caption": "图片说明", "continuation": "转版续文", "furniture": "版面元素"}
"""Kinds worth naming; an article is the ordinary case."""

_LINE_BREAKS = {ord("\u2028"): "\\u2028", ord("\u2029"): "\\u2029", ord("\x85"): "\\u0085"}
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def summaries_jsonl(rows: Iterable[Json]) -> str:
    """One row a line, as it is; no line holds a character that some readers take for a line break."""
    return "".join(json_text(row) + "\n" for row in rows)


def json_text(value: Any) -> str:
    """A JSON value in one line, Chinese as Chinese; equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).translate(_LINE_BREAKS)


def shown(text: object) -> str:
    """Text without the control characters no page can show."""
    return _UNSHOWN.sub("", str(text))


def pieces(row: Json) -> Iterator[tuple[str, Json | None]]:
    """The summary in order: each claim's own text with the claim, and what stands between claims without one."""
    text, at = str(row["summary"]), 0
    for claim in sorted(row.get("claims", ()), key=lambda claim: (claim["start"], claim["end"])):
        start = max(claim["start"], at)
        end = start + len(
            text[start : max(claim["end"], 0)].rstrip()
        )  # a marker belongs before the line break, not behind it
        if start < end:
            yield text[at:start], None
            yield text[start:end], claim
            at = end
    yield text[at:], None


def positions(citation: Json) -> str:
    """Where a quote stands in its document, for a person."""
    return "，".join(f"{start}–{end}" for start, end in citation["source_spans"])


def declined(row: Json) -> tuple[str, Sequence[Json]] | None:
    """Why there is no summary, and the nearest quotes; None where there is one."""
    if row.get("error"):
        return f"未能生成：{row['error']}", ()
    if row.get("abstention"):
        return str(row["abstention"]["message"]), row["abstention"]["nearest"]
    return None if row.get("summary") else ("没有摘要。", ())


class Tally:
    """How much there is, counted row by row."""

    def __init__(self) -> None:
        self._documents: set[str] = set()
        self._without = 0
        self.rows = 0

    def add(self, row: Json) -> None:
        """One more row."""
        self.rows += 1
        self._without += declined(row) is not None
        self._documents.add(row["document"])

    def __str__(self) -> str:
        without = f"，其中 {self._without} 篇没有摘要" if self._without else ""
        return f"{len(self._documents)} 个文件，{self.rows} 篇{without}"
