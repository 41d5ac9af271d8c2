"""Figures and dates of a claim against those of its evidence. Knows nothing of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.text.figures import Figure, same_figure, same_value
from rag.text.units import comparable, find_unit
from rag.verify.content import Content
from rag.verify.findings import Finding
from rag.verify.reading import figures_in
from rag.verify.slots import Slot, match, same_frame, slots_of
from rag.verify.sums import derived, ranked

RIVAL_MARGIN = 0.25
"""How much likelier another figure's surroundings must be before the claim's figure counts as taken from elsewhere."""
RIVAL_FLOOR = 0.5
"""A figure with surroundings less alike than this is about something else altogether."""
DATE_CLAUSE_CHARS = 2
"""Content beside a date in a clause that only says when (时间)."""

_Placed = tuple[Figure, Slot]


def _placed(text: str, *, lone_one: bool = False) -> list[_Placed]:
    figures = figures_in(text, lone_one=lone_one)
    return list(zip(figures, slots_of(text, [(figure.start, figure.end) for figure in figures]), strict=True))


def check_figures(claim: str, quoted: Sequence[str], evidence: Sequence[str], *, turned: bool = False) -> list[Finding]:
    """Every figure of the claim must stand in the quoted sentences, about the same thing and as exact.

    Args:
        claim: the statement.
        quoted: the sentences it rests on.
        evidence: all texts shown; a figure found only here is another fact unless nothing speaks against it.
        turned: the claim tells a relation from its other side (甲胜乙, 乙负于甲), so scores are turned as well.
    """
    near = [placed for text in quoted for placed in _placed(text, lone_one=True)]
    far = [placed for text in evidence for placed in _placed(text, lone_one=True)]
    own = [(_turned(figure) if turned else figure, slot) for figure, slot in _placed(claim)]
    findings = [_derived(claim, figure, near, far) or _check(figure, slot, near, far) for figure, slot in own]
    return [*_ranked(claim, [figure for figure, _ in own]), *(finding for finding in findings if finding is not None)]


def _ranked(claim: str, figures: Sequence[Figure]) -> list[Finding]:
    """Two figures set one over the other must stand so; that they do is shown."""
    found = ranked(claim, figures)
    if found is None:
        return []
    holds, shown = found
    return [Finding("shown", shown) if holds else Finding("unsupported", f"比较不成立：{shown.removeprefix('比较：')}")]


def _derived(claim: str, figure: Figure, near: list[_Placed], far: list[_Placed]) -> Finding | None:
    """A sum or difference drawn from figures of the quoted sentences; none where the figure is printed."""
    if any(same_figure(figure, told) for told, _ in far):
        return None
    shown = derived(claim, figure, [told for told, _ in near])
    return Finding("shown", shown) if shown else None


def _turned(figure: Figure) -> Figure:
    return replace(figure, low=figure.high, high=figure.low) if figure.kind == "score" else figure


def _check(figure: Figure, slot: Slot, near: list[_Placed], far: list[_Placed]) -> Finding | None:
    equal_near = [told for told, _ in near if same_figure(figure, told)]
    equal_far = equal_near or [told for told, _ in far if same_figure(figure, told)]
    rival = _rival(figure, slot, far)
    if not equal_far:
        other_base = next((told for told, _ in far if same_value(figure, told)), None)
        if other_base is not None:
            told_per = _per_words(other_base)
            return Finding("unsupported", f"“{figure.raw}”此处按{_per_words(figure)}计，原文按{told_per}计")
        hint = f"，原文为“{rival}”" if rival else ""
        return Finding("unsupported", f"{_noun(figure)}“{figure.raw}”在证据中没有依据{hint}")
    if rival is not None and not (equal_near and _says_when(figure, slot)):
        return Finding("unsupported", f"{_noun(figure)}“{figure.raw}”张冠李戴：此处原文为“{rival}”")
    if not equal_near:
        return Finding("partial", f"{_noun(figure)}“{figure.raw}”不在所引句子中，只见于证据的其他句子")
    if figure.per and not any(told.per for told, _ in near) and not any(_says_each(place) for _, place in near):
        return Finding("partial", f"“{figure.raw}”在原文中没有按{_per_words(figure)}计")
    return _check_exactness(figure, equal_near)


def _says_when(figure: Figure, slot: Slot) -> bool:
    """Whether the clause is nothing but a date (时间是7月5日), so that other clauses must tell of what."""
    return figure.kind in ("date", "time") and Content.of(slot.clause).size <= DATE_CLAUSE_CHARS


def _per_words(figure: Figure) -> str:
    return "、".join(f"每{name}" for name in figure.per)


def _says_each(place: Slot) -> bool:
    """Whether the sentence says 每 or 均 at all, perhaps too far from its figure to be read with it."""
    return "每" in place.sentence or "均" in place.sentence


def _rival(figure: Figure, slot: Slot, far: list[_Placed]) -> str | None:
    """The figure the evidence states in the claim's surroundings, if it is another one."""
    family = [(told, place) for told, place in far if _same_family(figure, told)]
    agreeing = {id(place) for told, place in family if same_figure(figure, told)}
    framed = [place for _, place in family if same_frame(slot, place)]
    if framed:
        return None if any(id(place) in agreeing for place in framed) else framed[0].value
    found = match(slot, [place for _, place in family], lambda place: id(place) in agreeing)
    if found.rival is None or found.rival_likeness < RIVAL_FLOOR:
        return None
    needed = found.agreeing_likeness + RIVAL_MARGIN if found.agreeing is not None else RIVAL_FLOOR
    return found.rival.value if found.rival_likeness >= needed else None


def _same_family(first: Figure, second: Figure) -> bool:
    if first.kind != second.kind and {first.kind, second.kind} & {"date", "time", "ordinal", "percent", "fraction"}:
        return False
    if first.unit is None or second.unit is None:
        return True
    return comparable(find_unit(first.unit), find_unit(second.unit))


def _check_exactness(figure: Figure, told: Sequence[Figure]) -> Finding | None:
    """Over against under is another fact; exact against approximate is half of one."""
    hedges = {other.hedge for other in told}
    if figure.hedge in hedges:
        return None
    shown = f"“{told[0].raw}”"
    if {figure.hedge, *hedges} >= {"over", "under"} and None not in hedges:
        return Finding("unsupported", f"“{figure.raw}”的多少与原文相反（原文{_words_of(told[0])}）")
    if figure.hedge is None:
        return Finding("partial", f"“{figure.raw}”在原文中不是确数（原文{_words_of(told[0])}{shown}）")
    if hedges == {None}:
        return Finding("partial", f"“{figure.raw}”在原文中是确数（{shown}）")
    return None


def _words_of(figure: Figure) -> str:
    return {"over": "为超过", "under": "为不到", "about": "为大约", None: "为"}[figure.hedge]


def _noun(figure: Figure) -> str:
    return {"date": "日期", "time": "时间", "age": "年龄"}.get(figure.kind, "数字")
