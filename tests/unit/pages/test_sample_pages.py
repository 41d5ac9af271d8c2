"""The five sample pages come out as the gold cut, made by hand, says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.models import Article
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import SEEDS, page

GOLD = Path(__file__).parents[3] / "evals" / "gold" / "seeds" / "pages.jsonl"
PAGES: list[dict[str, Any]] = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def positions(text: str, spans: list[list[int]] | tuple[tuple[int, int], ...]) -> set[int]:
    return {i for s, e in spans for i in range(s, e) if not text[i].isspace() and text[i] not in "#*"}


def tight(title: str | None) -> str:
    return "".join((title or "").split())


def best(wanted: set[int], text: str, articles: tuple[Article, ...]) -> tuple[float, Article]:
    def overlap(article: Article) -> float:
        mine = positions(text, article.source_spans)
        return len(mine & wanted) / len(mine | wanted) if mine | wanted else 0.0

    article = max(articles, key=overlap)
    return overlap(article), article


@pytest.mark.parametrize("gold", PAGES, ids=lambda gold: str(gold["file"])[:3])
def test_each_piece_of_a_sample_page_is_found_with_its_title(gold: dict[str, Any]) -> None:
    text = (SEEDS / gold["file"]).read_text(encoding="utf-8")
    articles = segment(page(text))
    kinds = {"page_furniture": "furniture"}
    for piece in gold["articles"]:
        overlap, article = best(positions(text, piece["spans"]), text, articles)
        assert overlap >= 0.95, (piece["title"], article.title)
        assert article.kind == kinds.get(piece["kind"], piece["kind"])
        if piece["kind"] != "page_furniture":
            accepted = {tight(piece["title"]), tight(piece.get("title_normalised") or piece["title"])}
            assert tight(article.title) in accepted
            assert (article.duplicate_of is not None) == ("duplicate" in piece["flags"])


@pytest.mark.parametrize("gold", PAGES, ids=lambda gold: str(gold["file"])[:3])
def test_the_names_of_the_bylines_are_found(gold: dict[str, Any]) -> None:
    text = (SEEDS / gold["file"]).read_text(encoding="utf-8")
    articles = segment(page(text))
    for piece in gold["articles"]:
        _, article = best(positions(text, piece["spans"]), text, articles)
        printed = tight("".join(byline["raw"] for byline in piece["bylines"]))
        assert bool(printed) == bool(article.bylines) or piece["kind"] == "page_furniture"
        assert all(byline.name in printed for byline in article.bylines)
