"""Decides which continuation goes with which head among the pieces of one newspaper issue that say they turn.

One to one and all at once: a pair is joined only where both halves name each other's page as far as pages are known,
where the texts agree, and where no other way to pair the pieces is about as good. Pure: the same pieces in any order
give the same joins. Knows nothing of where pieces are kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.models import Half, TurnLink, TurnState
from rag.turns.assignment import best_assignment
from rag.turns.likeness import Likeness, likeness

MIN_MARGIN = 1.0
"""Log odds by which a pairing must beat the best one without the pair: below, the pieces cannot be told apart."""

NAMED = 3
"""Candidates named in a doubt."""


@dataclass(frozen=True, slots=True)
class _Pair:
    head: Half
    tail: Half
    rule: str
    likeness: Likeness


def join_turns(halves: Iterable[Half]) -> dict[str, TurnState]:
    """What is joined among the pieces, by article id; pieces that nothing is known of are left out.

    Args:
        halves: turning pieces of one collection; those of other issues do no harm.
    """
    pieces = sorted({half.article.article_id: half for half in halves}.values(), key=_identity)
    links: list[TurnLink] = []
    doubts: dict[str, str] = {}
    for pairs in _groups(_pairs(pieces)):
        _decide(pairs, links, doubts)
    before = {link.continuation: link for link in links}
    after = {link.head: link for link in links}
    known = [half.article.article_id for half in pieces]
    states = {one: TurnState(before.get(one), after.get(one), doubts.get(one)) for one in known}
    return {one: state for one, state in states.items() if state != TurnState()}


def _identity(half: Half) -> str:
    return half.article.article_id


def _pairs(pieces: Sequence[Half]) -> list[_Pair]:
    """Every head with every continuation of the same issue whose pages do not contradict it."""
    tails = [half for half in pieces if half.article.continues_page]
    return [
        _Pair(head, tail, rule, likeness(head, tail))
        for head in pieces
        if head.article.turns_to
        for tail in tails
        if head is not tail and _pages_agree(head, tail) and (rule := _same_issue(head, tail)) is not None
    ]


def _same_issue(head: Half, tail: Half) -> str | None:
    """Why two pieces are of one issue, for a person; None where they are not, or nothing says so."""
    here, there = head.article, tail.article
    if head.told and head.told == tail.told:
        return f"同一报纸同一日期（{here.paper} {here.issued}）"
    if any(a and b and a != b for a, b in ((here.paper, there.paper), (here.issued, there.issued))):
        return None
    if here.document_id == there.document_id:
        return "同一文件的不同版" if here.page != there.page else None
    if head.named and head.named == tail.named:
        return "同一位置的文件，名称只差版次"
    return None


def _pages_agree(head: Half, tail: Half) -> bool:
    """Whether each stands where the other says, as far as it is known where they stand."""
    return _names(head.article.turns_to, tail.page) and _names(tail.article.continues_page, head.page)


def _names(pages: str | None, page: str | None) -> bool:
    return page is None or any(_same_page(one, page) for one in (pages or "").split("、"))


def _same_page(one: str, other: str) -> bool:
    """Equal numbers; a section letter only counts where both have one."""
    if one == other:
        return True
    return one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == other.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") and (
        one[:1].isdigit() or other[:1].isdigit()
    )


def _groups(pairs: Sequence[_Pair]) -> list[list[_Pair]]:
    """Pairs that compete, directly or through others, together."""
    root: dict[str, str] = {}

    def find(node: str) -> str:
        while root.setdefault(node, node) != node:
            node = root[node]
        return node

    for pair in pairs:
        head, tail = find(f"h{_identity(pair.head)}"), find(f"t{_identity(pair.tail)}")
        root[max(head, tail)] = min(head, tail)
    groups: dict[str, list[_Pair]] = {}
    for pair in pairs:
        groups.setdefault(find(f"h{_identity(pair.head)}"), []).append(pair)
    return list(groups.values())


def _decide(pairs: Sequence[_Pair], links: list[TurnLink], doubts: dict[str, str]) -> None:
    """Join what the best pairing of a group joins clearly; note a doubt on the rest."""
    scores = {(_identity(pair.head), _identity(pair.tail)): pair.likeness.odds for pair in pairs}
    chosen, total = best_assignment(scores)
    joined: set[str] = set()
    for pair in pairs:
        key = (_identity(pair.head), _identity(pair.tail))
        if key not in chosen:
            continue
        _, without = best_assignment({other: score for other, score in scores.items() if other != key})
        margin = total - without
        if margin >= MIN_MARGIN:
            confidence = round(1.0 / (1.0 + math.exp(-min(margin, scores[key]))), 3)
            links.append(TurnLink(*key, pair.rule, _reason(pair), confidence))
            joined.update(key)
    _doubt(pairs, scores, joined, doubts)


def _doubt(
    pairs: Sequence[_Pair], scores: Mapping[tuple[str, str], float], joined: set[str], doubts: dict[str, str]
) -> None:
    """Say on each piece left alone which pieces might be its other half: no join is made by guessing."""
    for pair in pairs:
        for piece in (pair.head, pair.tail):
            mine = _identity(piece)
            if mine in joined or mine in doubts:
                continue
            near = sorted(
                (-score, theirs)
                for key, score in scores.items()
                for theirs in key
                if mine in key and theirs != mine and theirs not in joined
            )
            where = "下文" if piece is pair.head else "上文"
            names = "、".join(theirs for _, theirs in near[:NAMED])
            if len(near) == 1:
                doubts[mine] = f"{where}可能是 {names}，依据不足，未接"
            elif near:
                doubts[mine] = f"{where}可能是 {names} 之一，无法分辨，未接"


def _reason(pair: _Pair) -> str:
    head, tail = pair.head.article, pair.tail.article
    pages = f"{_on(pair.head.page)}下转{_on(head.turns_to)}，{_on(pair.tail.page)}上接{_on(tail.continues_page)}"
    return "；".join((pages, *pair.likeness.reasons))


def _on(page: str | None) -> str:
    return f"第{page}版" if page else "未注明版次处"
