"""A question whose words stand in one passage and whose answer stands in the next one, in real stores."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.models import Answer
from rag.settings import Settings

PAGE = """北山大桥合龙
本报记者 张三
北山大桥昨日合龙。两岸居民燃放礼花，庆祝北山大桥合龙，市民李师傅一早就赶到了江边。
全桥总投资六亿元。桥面铺设沥青之后，车辆从东岸到西岸只要三分钟，过去绕行则要一个小时。
江边还将修建步道和码头，供人散步、垂钓。明年春天这里会种上三千棵柳树，成为一座公园。
"""
QUESTION = "北山大桥昨日合龙时两岸居民燃放礼花庆祝，全桥总投资多少？"


@pytest.mark.parametrize(("neighbours", "is_answered"), [(0, False), (60, True)])
def test_the_next_passage_is_read_on_into_where_that_is_set(tmp_path: Path, neighbours: int, is_answered: bool) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    few = {"evidence": 1, "per_article": 1, "neighbours": neighbours}
    settings = Settings.load(store={"path": tmp_path / "store"}, chunk={"max_chars": 60}, retrieve=few)
    pipeline = build_pipeline(settings)
    try:
        asyncio.run(pipeline.ingest([tmp_path / "page.txt"]))
        answer: Answer = asyncio.run(pipeline.ask(QUESTION))
        (document,) = pipeline.documents()
        text = pipeline.document(document.document_id).text
    finally:
        pipeline.close()
    assert ("六亿元" in (answer.answer or "")) == is_answered
    for citation in answer.citations:
        assert "".join(text[start:end] for start, end in citation.source_spans) == citation.quote
