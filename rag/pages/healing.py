"""Close the white space that printing and recognition left between Chinese characters; change nothing else.

Works on source spans and returns source spans, so the map back is never lost. Knows nothing of articles.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from rag.mapping import Span

_BLANKS = " \u3000\t\xa0"
_WORD = re.compile(r"[0-9A-Za-z%‰°\u00c0-\u024f]")
_COUPLET_END = re.compile(r"[《“‘「『](?P<half>[\u3400-\u9fff]{4,9})$")
_COUPLET_START = re.compile(r"(?P<half>[\u3400-\u9fff]{4,9})[》”’」』]")
_STOP = re.compile(r"[.,;:!?)\]'\"]")


def heal(text: str, spans: Iterable[Span], *, keep_blanks: bool = False) -> list[list[Span]]:
    """Source spans of the reading text, as stretches: a new stretch begins where only a line break parts two words.

    Args:
        text: the document.
        spans: what to read, in reading order.
        keep_blanks: keep one blank where there is white space (headlines, bylines) unless it letter-spaces a word;
            otherwise blanks stay between Latin words and numbers only.
    """
    words = _words(text, spans)
    if not words:
        return []
    spaced = _letterspaced(words) if keep_blanks else set()
    stretches: list[list[Span]] = [[words[0]]]
    for n, (before, word) in enumerate(itertools.pairwise(words)):
        if before[1] == word[0]:
            stretches[-1].append(word)
            continue
        latin = n not in spaced and _parts_words(text[before[1] - 1], text[word[0]])
        if latin or (keep_blanks and n not in spaced) or _is_couplet(text, before, word):
            blank = _blank_between(text, before[1], word[0])
            if blank is not None:
                stretches[-1] += [(blank, blank + 1), word]
                continue
            if latin:
                stretches.append([word])
                continue
        stretches[-1].append(word)
    return stretches


def _is_couplet(text: str, before: Span, word: Span) -> bool:
    """Whether a blank parts the two equal halves of a quoted title: 《四字对四字 这样的题目》."""
    left, right = _COUPLET_END.search(text, *before), _COUPLET_START.match(text, *word)
    return left is not None and right is not None and len(left["half"]) == len(right["half"])


def _parts_words(left: str, right: str) -> bool:
    """Whether white space between two characters parts two words of an alphabet or two numbers."""
    return bool((_WORD.match(left) or _STOP.match(left)) and _WORD.match(right))


def _blank_between(text: str, start: int, end: int) -> int | None:
    """Position of the first blank in ``[start, end)`` that may stand in a clean text; None if there are only breaks."""
    if start >= end:
        return None
    return next((i for i in range(start, min(end, start + 200)) if text[i] in _BLANKS), None)


def _words(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans without their white space."""
    return [
        (start + found.start(), start + found.end())
        for start, end in spans
        for found in re.finditer(r"\S+", text[start:end])
    ]


def _letterspaced(words: Sequence[Span]) -> set[int]:
    """Numbers of the gaps inside runs of three or more single characters set apart (喜 迎 春 天)."""
    gaps: set[int] = set()
    run: list[int] = []
    for n in range(len(words) + 1):
        if n < len(words) and words[n][1] - words[n][0] == 1:
            run.append(n)
            continue
        if len(run) >= 3:
            gaps.update(run[:-1])
        run = []
    return gaps
