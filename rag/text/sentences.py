"""Where sentences and clauses stand in Chinese text. Spans only; the text is never changed.

A sentence may be a quoted speech with its attribution: “……。”某某说。 is one. Knows nothing of articles or meaning.
"""

from __future__ import annotations

import re

from rag.mapping import Span

MAX_PROTECTED_CHARS = 120
"""A quotation or bracket up to this long is never cut; longer ones hold several sentences worth citing apart."""

_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "（": "）",
    "(": ")",
    "《": "》",
    "【": "】",
    "〈": "〉",
    "[": "]",
}
_CLOSERS = frozenset([*_PAIRS.values(), '"', "'"])
_ENDERS = frozenset("。！？!?；;…⋯｡")
_LEANS_ON = frozenset(",，、的等是和与及而就地")
"""A character that, right after a closed quotation, carries the sentence on: “……！”的口号."""

_ATTRIBUTION = re.compile(
    r"[^。！？!?；;…\n“「『]{0,40}?(?:说|說|説|道|表示|介绍|介紹|告诉记者|告訴記者|称|稱|认为|認為|坦言|感慨|强调|強調|指出|写道|寫道)"
    r"[^。！？!?；;…\n“「『,，]{0,6}[。！!]"
)


def _protected(text: str) -> list[Span]:
    """Matched quotations and brackets within one line, inner span, short enough to keep whole."""
    found: list[Span] = []
    open_at: list[tuple[str, int]] = []
    straight: int | None = None
    for index, character in enumerate(text):
        if character == "\n":
            open_at, straight = [], None
        elif character == '"':
            if straight is not None:
                found.append((straight, index))
            straight = index if straight is None else None
        elif character in _PAIRS:
            open_at.append((_PAIRS[character], index))
        elif open_at and any(character == closer for closer, _ in open_at):
            while open_at[-1][0] != character:
                open_at.pop()
            found.append((open_at.pop()[1], index))
    return [(start, end) for start, end in found if end - start <= MAX_PROTECTED_CHARS]


def _shield(text: str) -> bytearray:
    """1 for every character strictly inside a protected pair."""
    shield = bytearray(len(text))
    for start, end in _protected(text):
        shield[start + 1 : end] = b"\x01" * (end - start - 1)
    return shield


def _is_full_stop(text: str, at: int) -> bool:
    """Whether a Latin or wide dot ends a sentence here, rather than standing in a number, name or address."""
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else "\n"
    if before >= "\u2e80" and before.isalpha():
        return not after.isascii() or after.isspace() or after in _CLOSERS
    return before.isascii() and before.islower() and (after.isspace() or after in _CLOSERS)


def _ends_at(text: str, at: int) -> int | None:
    """End of the sentence whose ending mark stands at ``at`` (repeated marks and closers taken in), or None."""
    character = text[at]
    if not (character in _ENDERS or (character in ".．" and _is_full_stop(text, at))):
        return None
    end = at + 1
    while end < len(text) and (text[end] in _ENDERS or (text[end] in ".．" and text[at] in ".．")):
        end += 1
    while end < len(text) and text[end] in _CLOSERS and not (text[end] in "\"'" and _opens(text, end)):
        end += 1
    return end


def _opens(text: str, at: int) -> bool:
    """Whether the straight quotation mark at ``at`` opens: an even number of its kind stands before it on the line."""
    line = text.rfind("\n", 0, at) + 1
    return text.count(text[at], line, at) % 2 == 0


def _breaks(text: str) -> list[int]:
    """Positions right after each sentence, line breaks included."""
    shield = _shield(text)
    found: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1 if text[at] == "\n" else _ends_at(text, at)
        if end is None:
            at += 1
            continue
        if text[at] == "\n" or not (shield[end - 1] or _carries_on(text, at, end)):
            found.append(end)
        at = end
    return found


def _carries_on(text: str, at: int, end: int) -> bool:
    """Whether the sentence goes on after a quotation that ended in its own mark."""
    if text[end - 1] not in _CLOSERS or end >= len(text):
        return False
    return text[end] in _LEANS_ON or (text[at] not in "；;" and _ATTRIBUTION.match(text, end) is not None)


def _trimmed(text: str, cuts: list[int]) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for cut in [*cuts, len(text)]:
        piece = text[start:cut]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append((left, right))
        start = max(start, cut)
    return spans


def split_sentences(text: str) -> list[Span]:
    """Sentence spans in order: no overlap, no white space at the edges, every other character covered.

    Breaks at line breaks and after 。！？；… (Latin forms too) with the quotation marks and brackets that close there;
    not inside a number, nor inside a quotation or bracket of up to ``MAX_PROTECTED_CHARS`` characters.
    """
    return _trimmed(text, _breaks(text))


_CLAUSE_MARK = re.compile(r"[，、：﹐]|(?<![0-9０-９])[,:]|[,:](?![0-9０-９])")


def split_clauses(text: str) -> list[Span]:
    """As ``split_sentences``, cut further after commas and colons that do not stand inside a number or time."""
    commas = (match.end() for match in _CLAUSE_MARK.finditer(text) if not _inside_number(text, match.start()))
    return _trimmed(text, sorted({*_breaks(text), *commas}))


def _inside_number(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isdecimal() and text[at + 1].isdecimal() and text[at] in "，："
