"""Stories made for tests: articles, statements that quote them, items."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rag.digest import Item
from rag.mapping import MappedText
from rag.models import Article, Citation, Part, Statement


def article(name: str, text: str = "某地某事。", *, title: str | None = None, **fields: Any) -> Article:
    """An article that is all body."""
    document = str(fields.pop("document_id", "doc_1"))
    made = Article(name, document, "article", MappedText.whole(text), (Part("body", 0, len(text)),), title=title)
    return replace(made, **fields)


def statement(text: str, of: str = "art_1", at: int = 0, document: str = "doc_1") -> Statement:
    """A statement that quotes an article's words."""
    cited = Citation(1, "1.txt", document, of, None, None, None, text, ((at, at + len(text)),), 1.0)
    return Statement(text, "supported", None, (cited,))


def item(name: str, *texts: str, **fields: Any) -> Item:
    """A story of one article that says these texts, one after the other."""
    whole = "".join(texts)
    said, at = [], 0
    for text in texts:
        said.append(statement(text, name, at, name))
        at += len(text)
    return Item(article(name, whole, document_id=name, **fields), f"{name}.txt", tuple(said))
