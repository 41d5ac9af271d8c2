"""Evidence cut into sentences that could answer, each with the words around it: sentence, neighbours, heading, article.

Knows nothing of questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.models import Article, Evidence
from rag.text.names import find_names
from rag.text.normalise import Folded, fold, fold_mapped
from rag.text.script import to_simplified
from rag.text.sentences import split_sentences

NEIGHBOURS = 2
"""Sentences before one that still give it its subject."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an article lends to each of its sentences: folded heading, folded text with the heading, and its people.

    ``people`` are the names (Simplified) the article makes known anywhere, without its ``writers``.
    """

    heading: str
    whole: str
    sentences: tuple[tuple[int, int], ...]
    people: frozenset[str]
    writers: frozenset[str]
    lead: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of one passage. ``[start, end)`` points into the passage's text; ``text`` is that slice.

    ``plain`` is the slice in Simplified, same length; ``mapping`` its folded form with positions; ``before`` the folded
    sentences just before it in the same article; ``score`` the retrieval score of its passage.
    """

    evidence: int
    start: int
    end: int
    text: str
    plain: str
    mapping: Folded
    before: str
    setting: Setting
    score: float
    is_lead: bool

    @property
    def folded(self) -> str:
        """The sentence, folded."""
        return self.mapping.text

    @property
    def near(self) -> str:
        """Folded: the sentence with what stands just before it and its heading."""
        return f"{self.setting.heading}\n{self.before}\n{self.folded}"


def heading(article: Article) -> str:
    """Headline, kicker, place and date of an article, one a line: what its sentences leave unsaid."""
    parts = (
        article.kicker, article.title, article.subtitle, article.column_label, article.place, article.dateline,
        article.published, article.paper,
    )  # fmt: skip
    return "\n".join(part for part in parts if part)


def gather(evidence: Sequence[Evidence]) -> list[Candidate]:
    """Every sentence of the evidence once, in evidence order; one that two passages share goes with the better one."""
    settings: dict[str, Setting] = {}
    seen: set[tuple[str, int]] = set()
    found: list[Candidate] = []
    for index, item in enumerate(evidence):
        article = item.article
        if article.article_id not in settings:
            settings[article.article_id] = _setting(article)
        setting = settings[article.article_id]
        for position, (start, end) in enumerate(setting.sentences):
            low, high = max(start, item.passage.start), min(end, item.passage.end)
            if low >= high or (article.article_id, low) in seen:
                continue
            seen.add((article.article_id, low))
            text = article.text[low:high]
            neighbours = setting.sentences[max(position - NEIGHBOURS, 0) : position]
            paragraph = article.text.rfind("\n", 0, start) + 1
            before = article.text[min([paragraph, *(first for first, _ in neighbours)]) : low]
            found.append(
                Candidate(
                    index,
                    low - item.passage.start,
                    high - item.passage.start,
                    text,
                    to_simplified(text),
                    fold_mapped(text),
                    fold(before),
                    setting,
                    item.score,
                    position == setting.lead,
                )
            )
    return found


def _setting(article: Article) -> Setting:
    head = heading(article)
    writers = {to_simplified(byline.name) for byline in article.bylines}
    people = {name.text for name in find_names(to_simplified(article.text)) if name.kind == "person"} - writers
    sentences = tuple(split_sentences(article.text))
    return Setting(
        fold(head),
        fold(f"{head}\n{article.text}"),
        sentences,
        frozenset(people),
        frozenset(writers),
        _lead(article, sentences),
    )


def _lead(article: Article, sentences: Sequence[tuple[int, int]]) -> int:
    """Index of the sentence the body opens with."""
    body = article.body_spans[0][0] if article.body_spans else 0
    return next((index for index, (_, end) in enumerate(sentences) if end > body), 0)
