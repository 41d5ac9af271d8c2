"""The best candidates put in an order that a reranker has a say in.

Knows nothing of models, stores or how the candidates were found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.protocols import Reranker
from rag.retrieve.blend import Blended, scaled

Texts = Callable[[Sequence[str]], Mapping[str, str]]
"""Texts as a person reads them, by passage id; what is not visible is missing."""


class Reranking:
    """One question's reranking; a passage is read once, however often candidates are asked for again.

    Args:
        reranker: scores question and text together.
        question: what is asked.
        most: candidates read, the best.
        texts: gives their texts.
        adds: what a score of 1 adds to what the blend gave; unset: the reranker's scores alone decide.
    """

    def __init__(self, reranker: Reranker, question: str, most: int, texts: Texts, adds: float | None = None) -> None:
        self._reranker = reranker
        self._question = question
        self._most = most
        self._texts = texts
        self._adds = adds
        self._known: dict[str, float] = {}

    def reordered(self, blended: Sequence[Blended]) -> list[Blended]:
        """The best ``most`` by the reranker, ties as they stood; the rest behind them as they were.

        Args:
            blended: candidates, best first.

        Returns:
            The same candidates. Scores of those read are stretched over the range that the blend gave the same ones:
            they stay in [0, 1] and none falls behind one that was not read. Those whose text is gone since they were
            found are left out.
        """
        first, rest = blended[: self._most], blended[self._most :]
        self._read([one.passage_id for one in first])
        read = [one for one in first if one.passage_id in self._known]
        if not read:
            return list(rest)
        raw = {one.passage_id: self._known[one.passage_id] for one in read}
        adds = self._adds
        decisive = raw if adds is None else {one.passage_id: one.score + adds * raw[one.passage_id] for one in read}
        final = scaled(decisive, min(one.score for one in read), max(one.score for one in read))
        scored = [replace(one, score=final[one.passage_id], reranked=raw[one.passage_id]) for one in read]
        return [*sorted(scored, key=lambda one: -one.score), *rest]

    def _read(self, passage_ids: Sequence[str]) -> None:
        unread = [name for name in passage_ids if name not in self._known]
        texts = self._texts(unread)
        visible = [name for name in unread if name in texts]
        if visible:
            scores = self._reranker.score(self._question, [texts[name] for name in visible])
            self._known.update(zip(visible, scores, strict=True))
