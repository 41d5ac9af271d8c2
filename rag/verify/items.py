"""Items of a list (甲、乙和丙): one brought in that the evidence does not have, or has with another character.

Only the edges of a list are unclear: its first item ends, and its last begins, with the name. Knows nothing of figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.normalise import fold
from rag.text.people import SURNAMES
from rag.verify.content import Content, wording_of
from rag.verify.findings import Finding
from rag.verify.reading import narrowed

MIN_ITEM_CHARS = 2
"""Shorter list items may be found or missed by chance."""
EDGE_CHARS = 2
"""Characters at the beginning of a list's last item that must not all be missing."""
NAME_CHARS = 3
"""Items of so many characters are compared character by character."""
_MARK = re.compile(r"[、，,和与及]")
_NUMERAL = re.compile("[0-9一二三四五六七八九十百千万亿两几]")
_FUNCTION = re.compile("[的了和与及是在有对于等为将]")
_JOINS = re.compile(r"[和与及]")
_ITEM = re.compile(r"[^、,，。;；:：和与及等“”《》（）()\s]+")


def check_items(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """Items of which nothing stands in the evidence, or one character is another; each is half a claim."""
    shown, told = narrowed(claim), narrowed("\n".join(evidence))
    wording = wording_of(told)
    findings: list[Finding] = []
    if "、" in shown:
        items = [(item, Content.of(item)) for item in _MARK.split(claim)]
        findings += [
            _without_ground(item)
            for item, content in items
            if content.size >= MIN_ITEM_CHARS and content.coverage(wording) == 0.0
        ]
        last = _MARK.split(shown)[-1]
        content = Content.of(last)
        lacking = content.missing(wording)[:EDGE_CHARS]
        if lacking == [0, 1] and not _NUMERAL.search(last[:EDGE_CHARS]) and content.coverage(wording) > 0.0:
            findings.append(_without_ground(last[:EDGE_CHARS]))
    findings += [_without_ground(item) for item in _joined(shown, told)]
    findings += [
        Finding("unsupported", f"“{said}”在证据中没有依据，原文为“{printed}”")
        for said, printed in _misprinted(shown, told)
    ]
    return findings


def _without_ground(item: str) -> Finding:
    return Finding("partial", f"“{item.strip()}”在证据中没有依据")


def _joined(shown: str, told: str) -> Iterator[str]:
    """The second of two joined by 和 that has only its kind in common with the evidence (某某电器)."""
    wording = wording_of(told)
    for hit in _JOINS.finditer(shown):
        item = _ITEM.match(shown, hit.end())
        if item is None or not NAME_CHARS <= len(item.group()) <= 8:
            continue
        content = Content.of(item.group())
        head = fold(item.group())[-EDGE_CHARS:]
        if content.size == len(item.group()) and content.missing(wording)[:EDGE_CHARS] == [0, 1] and head in told:
            yield item.group()


def _misprinted(shown: str, told: str) -> Iterator[tuple[str, str]]:
    """Names of people in a list of the claim that a list of the evidence prints with one other character, "
    "in the same list."""
    if "、" not in shown or "、" not in told:
        return
    printed = dict.fromkeys(_edges(told))
    for said in _edges(shown):
        if said in told or not said.isalpha():
            continue
        for name in printed:
            differing = [at for at in range(NAME_CHARS) if said[at] != name[at]]
            is_name = {said[0], name[0]} <= SURNAMES and not _FUNCTION.search(said + name)
            if is_name and len(differing) == 1 and name not in shown:
                yield said, name
                return


def _edges(text: str) -> Iterator[str]:
    """Three characters of each item of a list: all of it, or what touches the sign that parts it from the next."""
    for hit in re.finditer("、", text):
        before, after = text[max(0, hit.start() - NAME_CHARS) : hit.start()], text[hit.end() : hit.end() + NAME_CHARS]
        for piece in (before, after):
            if len(piece) == NAME_CHARS and piece.isalpha():
                yield piece
