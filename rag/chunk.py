"""Article → passages: whole sentences packed into slices that the embedder reads to the end.

Long passages find articles better than short ones, so an article is cut only where it must be, and then into slices of
about equal length. Knows nothing of indexes or ranking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import ceil

from rag.mapping import Span
from rag.models import Article, PartRole, Passage
from rag.text.script import to_simplified
from rag.text.sentences import split_clauses, split_sentences

MAX_CONTEXT_CHARS = 120
"""Longest headline context put before a passage: two headline lines with place and date, but never half a passage."""

_REVISION = "sentences-2"
"""Raised when cutting or ``index_text`` changes what is stored for the same article."""

_PUBLISHED = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")


def _spoken_date(published: str | None) -> str:
    """A date as pages and questions write it: 2023年7月25日; the year left out where it is unknown."""
    match = _PUBLISHED.fullmatch(published or "")
    if match is None:
        return ""
    year, month, day = match.groups()
    return (f"{year}年" if year else "") + f"{int(month)}月{int(day)}日"


def _context(article: Article, start: int, end: int, max_chars: int) -> str:
    """What a reader of the slice ``[start, end)`` would know from the page but not from the slice."""
    slice_text = article.text[start:end]
    inside = {part.role for part in article.parts if start <= part.start and part.end <= end}
    headlines: tuple[tuple[PartRole, str | None], ...] = (
        ("kicker", article.kicker),
        ("headline", article.title),
        ("subtitle", article.subtitle),
    )
    named = [line for role, line in headlines if line and role not in inside and line not in slice_text]
    rest = [word for word in (article.place, _spoken_date(article.published)) if word and word not in slice_text]
    return " ".join((*named, *rest))[:max_chars]


def index_text(article: Article, passage: Passage, max_context_chars: int = MAX_CONTEXT_CHARS) -> str:
    """What is indexed for a passage: headlines, place and date that it does not hold itself, then its text.

    In Simplified characters, whatever the source is in, so that a question finds its passage in either script.
    """
    context = _context(article, passage.start, passage.end, max_context_chars)
    return to_simplified(f"{context}\n{passage.text}" if context else passage.text)


class Chunker:
    """Cuts articles into passages of at most ``max_chars`` characters and ``max_tokens`` tokens.

    Args:
        count_tokens: tokens of each text as the embedder counts a passage, prefix and special tokens included.
        max_chars: longest passage in characters, context not counted.
        max_tokens: longest indexed text in tokens, context, prefix and special tokens included.
    """

    def __init__(self, count_tokens: Callable[[Sequence[str]], list[int]], max_chars: int, max_tokens: int) -> None:
        self._count_tokens = count_tokens
        self._max_chars = max_chars
        self._max_tokens = max_tokens
        # Where passages are made very short, a long headline must not leave them no room.
        self._max_context_chars = min(MAX_CONTEXT_CHARS, max_tokens // 4)

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints give equal passages and equal indexed text for equal articles."""
        return f"{_REVISION}:{self._max_chars}:{self._max_tokens}"

    def index_text(self, article: Article, passage: Passage) -> str:
        """As ``rag.chunk.index_text``, with no more context than short passages have room for."""
        return index_text(article, passage, self._max_context_chars)

    def chunk(self, article: Article) -> tuple[Passage, ...]:
        """Passages in order, without overlap, covering all text but white space between sentences.

        Furniture and repeated pieces give none.
        """
        sentences = split_sentences(article.text)
        if article.kind == "furniture" or article.duplicate_of or not sentences:
            return ()
        whole = (sentences[0][0], sentences[-1][1])
        if self._fit(article, [whole])[0]:
            return (Passage.of(article, *whole),)
        return tuple(Passage.of(article, *span) for span in self._slices(article, sentences))

    def _fit(self, article: Article, spans: Sequence[Span]) -> list[bool]:
        """Whether each slice, with its context, is within both limits."""
        short = [end - start <= self._max_chars for start, end in spans]
        texts = [
            self.index_text(article, Passage.of(article, *span)) for span, ok in zip(spans, short, strict=True) if ok
        ]
        tokens = iter(self._count_tokens(texts) if texts else [])
        return [ok and next(tokens) <= self._max_tokens for ok in short]

    def _slices(self, article: Article, sentences: Sequence[Span]) -> list[Span]:
        """Slices of about equal length, each within both limits."""
        atoms = self._atoms(article, sentences)
        empty = self._count_tokens([""])[0]
        tokens = [count - empty for count in self._count_tokens([article.text[start:end] for start, end in atoms])]
        context = self._count_tokens([_context(article, 0, 0, self._max_context_chars)])[0]
        room = self._max_tokens - context
        fewest = len(_pack(atoms, tokens, self._max_chars, room))
        even_chars = ceil((atoms[-1][1] - atoms[0][0]) / fewest)
        # Sentences do not divide evenly: the first limit above the even share that needs no further slice is taken.
        limits = (min(self._max_chars, ceil(even_chars * slack)) for slack in (1.05, 1.15, 1.3))
        packings = (_pack(atoms, tokens, limit, room) for limit in limits)
        packed = next((one for one in packings if len(one) == fewest), None)
        slices = packed or _pack(atoms, tokens, self._max_chars, room)
        return [span for group in slices for span in self._within(article, group)]

    def _within(self, article: Article, group: list[Span]) -> list[Span]:
        """The group as one slice, or as several where counting its tokens together shows that it is too long."""
        span = (group[0][0], group[-1][1])
        if len(group) == 1 or self._fit(article, [span])[0]:
            return [span]
        middle = len(group) // 2
        return self._within(article, group[:middle]) + self._within(article, group[middle:])

    def _atoms(self, article: Article, sentences: Sequence[Span]) -> list[Span]:
        """Sentences, and the pieces of those that are too long for a passage of their own."""
        fits = self._fit(article, sentences)
        return [
            piece
            for sentence, ok in zip(sentences, fits, strict=True)
            for piece in ([sentence] if ok else self._cut(article, sentence))
        ]

    def _cut(self, article: Article, span: Span) -> list[Span]:
        """A stretch that is too long, cut at its clauses; a clause that is too long, in halves."""
        start, end = span
        if end - start <= 1 or self._fit(article, [span])[0]:
            return [span]
        pieces = [(start + low, start + high) for low, high in split_clauses(article.text[start:end])]
        if len(pieces) < 2:
            middle = (start + end) // 2
            pieces = [half for half in (_trim(article.text, start, middle), _trim(article.text, middle, end)) if half]
        return [shorter for piece in pieces for shorter in self._cut(article, piece)]


def _trim(text: str, start: int, end: int) -> Span | None:
    """The span without white space at its edges; None where nothing else is in it."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _pack(atoms: Sequence[Span], tokens: Sequence[int], max_chars: int, max_tokens: int) -> list[list[Span]]:
    """Neighbours put together as long as they stay within both limits; an atom beyond them stands alone."""
    groups: list[list[Span]] = []
    filled = 0
    for atom, count in zip(atoms, tokens, strict=True):
        if groups and atom[1] - groups[-1][0][0] <= max_chars and filled + count <= max_tokens:
            groups[-1].append(atom)
            filled += count
        else:
            groups.append([atom])
            filled = count
    return groups
