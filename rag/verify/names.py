"""Names, titles and quoted terms of a claim against those of its evidence. Knows nothing of figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.text.mentions import NameMention
from rag.text.normalise import fold
from rag.verify.content import wording_of
from rag.verify.findings import Finding
from rag.verify.reading import folded, names_in
from rag.verify.slots import Slot, match, same_words, slots_of

RIVAL_MARGIN = 0.3
"""How much likelier another name's surroundings must be before the claim's name counts as put in its place."""
RIVAL_FLOOR = 0.6
"""Names recur everywhere, so a rival must stand in surroundings mostly the claim's own."""
CLAUSE_SHARE = 0.4
"""A name governs its whole sentence more than a figure does."""
MIN_PERSON_CHARS = 3
"""Names of two characters are too like ordinary words to look for misprints of them."""

MIN_ABBREVIATION_CHARS = 3
"""Two characters in order stand in almost any long name."""

_WORDS = {"person": "人名", "place": "地名", "organisation": "单位名", "title": "题名", "quoted": "引号内的词"}
_LOOSE = {"place", "organisation"}
"""Kinds written now long, now short: 某市某区 and 某区, 某某有限公司 and 某某公司."""


def check_names(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """Every name in the claim must stand in its evidence, and in the place the evidence gives it.

    Args:
        claim: the statement.
        evidence: all texts shown; a name may stand far from the sentence quoted, since that may say 该区 or 他.
    """
    told = [names_in(text) for text in evidence]
    everyone = [name for names in told for name in names]
    plain = "\n".join(fold(text) for text in evidence)
    findings = list(_misprinted(fold(claim), everyone, plain))
    for name in _names_in(claim, everyone):
        missing = _missing(name, plain, everyone)
        if missing is not None:
            findings.append(missing)
        else:
            findings.extend(_misplaced(claim, name, evidence, told))
    return findings


def _names_in(claim: str, told: Sequence[NameMention]) -> list[NameMention]:
    """Names the claim shows by itself, and those known from the evidence."""
    own = list(names_in(claim))
    shown = folded(claim)
    for name in told:
        if len(name.text) < 2 or name.kind == "place":
            continue
        for start, end in shown.occurrences(fold(name.text)):
            if not any(other.start < end and start < other.end for other in own):
                own.append(NameMention(start, end, claim[start:end], name.kind))
    return own


def _missing(name: NameMention, evidence: str, told: Sequence[NameMention]) -> Finding | None:
    plain = fold(name.text)
    if plain in evidence:
        return None
    if name.kind in _LOOSE:
        wording = wording_of(evidence)
        lacking = [at for at, sign in enumerate(plain) if sign.isalnum() and not wording.holds(plain, at)]
        if len(lacking) < 2 or any(_abbreviates(plain, fold(other.text)) for other in told if other.kind in _LOOSE):
            return None
    near = _nearest(plain, name.kind, told)
    hint = f"，原文为“{near}”" if near else ""
    return Finding("unsupported", f"{_WORDS[name.kind]}“{name.text}”在证据中没有依据{hint}")


def _abbreviates(short: str, full: str) -> bool:
    """Whether a name is the other with characters left out: 某某经开区 for 某某经济技术开发区."""
    if len(short) < MIN_ABBREVIATION_CHARS or short[:1] != full[:1]:
        return False
    rest = iter(full)
    return all(sign in rest for sign in short)


def _one_name(name: NameMention, told: str) -> bool:
    """Whether two fillers are one name, in other dress, or shorter where its kind allows (湖北宜昌市)."""
    if same_words(told, name.text):
        return True
    short, long = sorted((fold(name.text), fold(told)), key=len)
    if name.kind not in _LOOSE or short[-1:] != long[-1:]:
        return False
    return _abbreviates(short, long) or short[1:] in long


def _nearest(plain: str, kind: str, told: Sequence[NameMention]) -> str | None:
    """A name of the evidence that shares most of its characters with the missing one, in order."""
    for name in told:
        other = fold(name.text)
        shared = sum(mine == theirs for mine, theirs in zip(plain, other, strict=False))
        if name.kind == kind and len(other) == len(plain) and shared * 2 >= len(plain):
            return name.text
    return None


def _misprinted(claim: str, told: Sequence[NameMention], evidence: str) -> Iterator[Finding]:
    """Names of people known from the evidence that the claim has with one character changed."""
    people = {fold(name.text): name.text for name in told if name.kind == "person"}
    for plain, printed in people.items():
        if len(plain) < MIN_PERSON_CHARS or plain in claim:
            continue
        for at in range(len(claim) - len(plain) + 1):
            window = claim[at : at + len(plain)]
            differing = sum(mine != theirs for mine, theirs in zip(window, plain, strict=True))
            if differing == 1 and window.isalpha() and window not in evidence:
                yield Finding("unsupported", f"人名“{window}”在证据中没有依据，原文为“{printed}”")


def _misplaced(
    claim: str, name: NameMention, evidence: Sequence[str], told: Sequence[Sequence[NameMention]]
) -> list[Finding]:
    """The name stands in the evidence, but what the claim says of it is said there of another of its kind."""
    (slot,) = slots_of(claim, [(name.start, name.end)])
    plain = fold(claim)
    places: list[Slot] = []
    for text, names in zip(evidence, told, strict=True):
        rivals = [
            (other.start, other.end) for other in names if other.kind == name.kind and fold(other.text) not in plain
        ]
        places.extend(slots_of(text, [*rivals, *folded(text).occurrences(fold(name.text))]))
    found = match(slot, places, lambda place: _one_name(name, place.value), CLAUSE_SHARE)
    if found.rival is None or found.rival_likeness < max(RIVAL_FLOOR, found.agreeing_likeness + RIVAL_MARGIN):
        return []
    return [Finding("unsupported", f"{_WORDS[name.kind]}“{name.text}”张冠李戴：此处原文为“{found.rival.value}”")]
