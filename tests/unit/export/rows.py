"""Summary rows for tests: one builder in the shape of ``rag.serialise.summary_json``, and rows nobody should trust."""

from __future__ import annotations

from typing import Any

from rag.models import Abstention, Citation, Claim, Summary
from rag.serialise import summary_json

Json = dict[str, Any]

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "&lt;b&gt;",
    "[点我](javascript:alert(1))",
    "![x](http://e.x/y)",
    "# 标题\n- 一\n1. 二\n> 引",
    "`代码` *斜* __粗__ ~~删~~ | 表 |",
    "\x00\x07\x1b[31m",
    "\u202e倒\u2028行",
)


def citation(marker: int, quote: str, *spans: tuple[int, int]) -> Citation:
    return Citation(marker, "p.txt", "doc_1", "art_1", "题", None, None, quote, spans or ((3, 9),), 1.0)


def row(
    text: str = "甲乙。丙丁。",
    *,
    document: str = "p.txt",
    article_id: str = "art_1",
    title: str | None = "题",
    verdicts: tuple[str, ...] = ("supported", "supported"),
    quotes: tuple[str, ...] = ("甲乙。", "丙丁。"),
) -> Json:
    """A summary whose two halves are its claims."""
    half = len(text) // 2
    bounds = ((0, half), (half, len(text)))
    claims = tuple(
        Claim(text[start:end], start, end, verdict, None if verdict == "supported" else "缘由", (marker,))  # type: ignore[arg-type]
        for marker, ((start, end), verdict) in enumerate(zip(bounds, verdicts, strict=True), 1)
    )
    citations = tuple(citation(marker, quote) for marker, quote in enumerate(quotes, 1))
    return summary_json(
        Summary(article_id, document, "article", title, "brief", text, None, claims, citations, "extractive")
    )


def declined_row(message: str = "没有可核实的句子。", quote: str = "最近的一句") -> Json:
    abstention = Abstention("not_stated", message, (citation(1, quote, (1, 2), (5, 8)),))
    return summary_json(
        Summary("art_2", "p.txt", "photo_caption", None, "brief", None, abstention, (), (), "extractive")
    )


def failed_row(error: str = "模型没有回答") -> Json:
    return {
        "article_id": "art_3",
        "document": "p.txt",
        "kind": "article",
        "title": "题三",
        "summary": None,
        "error": error,
    }
