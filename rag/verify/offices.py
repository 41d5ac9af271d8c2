"""Ranks of office: whether the claim gives a person or a body the office that the evidence gives.

副县长 is no 县长, and a 处长 no 局长, though nearly every character agrees. An office is compared by what stands right
before and right after it. Knows nothing of who the people are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.text.lexicon import words
from rag.verify.findings import Finding
from rag.verify.reading import narrowed

_NOUNS = words(
    "总书记 书记 省长 市长 州长 县长 区长 镇长 乡长 村长 旗长 部长 厅长 局长 司长 处长 科长 股长 所长 院长 "
    "校长 园长 馆长 站长 台长 "
    "社长 会长 行长 厂长 店长 班长 组长 大队长 支队长 中队长 队长 秘书长 理事长 董事长 委员长 检察长 总经理 "
    "经理 总裁 总监 主任 "
    "主席 总理 首相 总统 议长 外长 教授 讲师 研究员 工程师 总编辑 总编 主编 大使 司令员 司令 政委 参谋长 "
    "主任医师 主治医师 医师"
)
_LONGEST_FIRST = "|".join(sorted(_NOUNS, key=len, reverse=True))
_RANKED = re.compile(
    r"(?P<body>[省市县区镇乡州]委)?(?P<rank>常务副|第一副|副|代理|代|候任|助理|第一)?"
    rf"(?P<noun>{_LONGEST_FIRST})"
)
_NO_OFFICE = re.compile(
    r"办公室主任医|主席[台团]|书记处|会长期|部长期|部长远|[局处所院校部会]长[期达年大江久短度]|经理[人论解]|主任务"
)
CHAIN_CHARS = 16
"""Offices of one person stand in a row (党组书记、局长) with so many characters between them at most."""
BESIDE_CHARS = 2
_HOLDS = re.compile(r"(?P<who>[\u4e00-\u9fff]{2,3})(?:是|任|担任|出任|现任|曾任|时任|当选为?)")


@dataclass(frozen=True, slots=True)
class Office:
    """One office: ``body`` and ``rank`` may be empty; ``before`` and ``after`` are the characters beside it."""

    body: str
    rank: str
    noun: str
    before: str
    after: str

    @property
    def title(self) -> str:
        """As printed."""
        return f"{self.body}{self.rank}{self.noun}"

    def agrees_with(self, other: Office) -> bool:
        """Whether both name one office; a body only one of them prints does not part them."""
        same_body = not self.body or not other.body or self.body == other.body
        return same_body and (self.rank, self.noun) == (other.rank, other.noun)


def check_offices(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """Offices of the claim that the evidence gives to the same holder, or at the same body, with another rank."""
    told = [chain for text in evidence for chain in _chains(text)]
    findings: list[Finding] = []
    for chain in _chains(claim):
        holder = chain[-1].after
        held = [office for other in told if _is_holder(holder) and other[-1].after == holder for office in other]
        for office in chain:
            rivals = held or [other for row in told for other in row if _same_body(office, other)]
            if rivals and not any(office.agrees_with(other) for other in rivals):
                findings.append(Finding("unsupported", f"职务“{office.title}”在原文中为“{rivals[-1].title}”"))
    return findings


def _is_holder(after: str) -> bool:
    return len(after) == BESIDE_CHARS and all("\u4e00" <= sign <= "\u9fff" for sign in after)


def _same_body(office: Office, other: Office) -> bool:
    return bool(office.before.strip()) and len(office.before) == BESIDE_CHARS and office.before == other.before


@lru_cache(maxsize=1024)
def _chains(text: str) -> tuple[tuple[Office, ...], ...]:
    """The offices of a text; those of one holder, printed in a row, together."""
    shown = narrowed(text)
    chains: list[list[Office]] = []
    end = -CHAIN_CHARS
    for hit in _RANKED.finditer(shown):
        if _NO_OFFICE.match(shown, hit.start("noun")):
            continue
        before = shown[max(0, hit.start() - BESIDE_CHARS) : hit.start()]
        after = shown[hit.end() : hit.end() + BESIDE_CHARS]
        if not _is_holder(after):
            after = _said_to_hold(shown, hit.start()) or after
        office = Office(hit["body"] or "", hit["rank"] or "", hit["noun"], before, after)
        between = shown[max(0, end) : hit.start()]
        if chains and hit.start() - end <= CHAIN_CHARS and re.match(r"[、兼,]", between) and _one_row(between):
            chains[-1].append(office)
        else:
            chains.append([office])
        end = hit.end()
    return tuple(tuple(chain) for chain in chains)


def _said_to_hold(shown: str, start: int) -> str | None:
    """The first characters of who is said to hold the office that begins at ``start`` (某某任县长)."""
    clause = re.split(r"[,。;:!?]", shown[:start])[-1]
    hit = _HOLDS.match(clause)
    return hit["who"][:BESIDE_CHARS] if hit else None


def _one_row(between: str) -> bool:
    return re.search(r"[。;!?:]", between) is None
