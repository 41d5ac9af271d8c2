"""Names, titles and quoted terms of a claim against those of its evidence. Knows nothing of figures."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.mentions import NameMention
from rag.text.names import find_names
from rag.text.normalise import fold, fold_mapped
from rag.verify.content import wording_of
from rag.verify.findings import Finding
from rag.verify.slots import Slot, match, same_words, slots_of

RIVAL_MARGIN = 0.3
"""How much likelier another name's surroundings must be before the claim's name counts as put in its place."""
RIVAL_FLOOR = 0.6
"""Names recur everywhere, so a rival must stand in surroundings mostly the claim's own."""
CLAUSE_SHARE = 0.4
"""A name governs its whole sentence more than a figure does."""

_WORDS = {"person": "人名", "place": "地名", "organisation": "单位名", "title": "题名", "quoted": "引号内的词"}
_LOOSE = {"place", "organisation"}
"""Kinds written now long, now short: 某市某区 and 某区, 某某有限公司 and 某某公司."""


def check_names(claim: str, quoted: Sequence[str], evidence: Sequence[str]) -> list[Finding]:
    """Every name in the claim must stand in its evidence, and in the place the evidence gives it.

    Args:
        claim: the statement.
        quoted: the sentences it rests on.
        evidence: all texts shown; a name may stand there only, since the sentence may say 该区 or 他.
    """
    told = [name for text in evidence for name in find_names(text)]
    names = _names_in(claim, told)
    folded = [fold(text) for text in evidence]
    findings: list[Finding] = []
    for name in names:
        missing = _missing(name, folded, told)
        if missing is not None:
            findings.append(missing)
        elif name.kind not in _LOOSE:
            findings.extend(_misplaced(claim, name, names, evidence, told))
    return findings


def _names_in(claim: str, told: Sequence[NameMention]) -> list[NameMention]:
    """Names the claim shows by itself, and those known from the evidence."""
    own = find_names(claim)
    known = {name.text: name.kind for name in told if len(name.text) > 1 and name.kind in {"person", "quoted"}}
    for text, kind in known.items():
        start = claim.find(text)
        if start >= 0 and not any(name.start <= start < name.end for name in own):
            own.append(NameMention(start, start + len(text), text, kind))
    return own


def _missing(name: NameMention, evidence: Sequence[str], told: Sequence[NameMention]) -> Finding | None:
    plain = fold(name.text)
    if any(plain in text for text in evidence):
        return None
    near = _nearest(plain, name.kind, told)
    hint = f"，原文为“{near}”" if near else ""
    if name.kind in _LOOSE:
        wording = wording_of("\n".join(evidence))
        lacking = [at for at, sign in enumerate(plain) if sign.isalnum() and not wording.holds(plain, at)]
        if len(lacking) < 2:
            return None
    return Finding("unsupported", f"{_WORDS[name.kind]}“{name.text}”在证据中没有依据{hint}")


def _nearest(plain: str, kind: str, told: Sequence[NameMention]) -> str | None:
    """A name of the evidence that shares most of its characters with the missing one, in order."""
    for name in told:
        other = fold(name.text)
        shared = sum(mine == theirs for mine, theirs in zip(plain, other, strict=False))
        if name.kind == kind and len(other) == len(plain) and shared * 2 >= len(plain):
            return name.text
    return None


def _misplaced(
    claim: str, name: NameMention, names: Sequence[NameMention], evidence: Sequence[str], told: Sequence[NameMention]
) -> list[Finding]:
    (slot,) = slots_of(claim, [(name.start, name.end)])
    plain = fold(claim)
    places: list[Slot] = []
    for text in evidence:
        spans = [(other.start, other.end) for other in find_names(text) if _rivals(name, other, plain)]
        spans += _occurrences(name.text, text)
        places.extend(slots_of(text, spans))
    found = match(slot, places, lambda place: same_words(place.value, name.text), CLAUSE_SHARE)
    if found.rival is None or found.rival_likeness < max(RIVAL_FLOOR, found.agreeing_likeness + RIVAL_MARGIN):
        return []
    return [Finding("unsupported", f"{_WORDS[name.kind]}“{name.text}”张冠李戴：此处原文为“{found.rival.value}”")]


def _rivals(name: NameMention, other: NameMention, claim: str) -> bool:
    return other.kind == name.kind and fold(other.text) not in claim


def _occurrences(value: str, text: str) -> list[tuple[int, int]]:
    return list(fold_mapped(text).occurrences(fold(value)))
