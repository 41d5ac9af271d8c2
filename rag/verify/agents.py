"""Who said or did it: a claim that gives the deed of one to another whom the evidence also names.

Takes the one spoken of out of the claim and looks for the sentence that holds the rest; where that sentence has a doer
of its own whom the claim leaves out, and says nothing of the claim's, the deed was put to the wrong one. Names need
not be known as such: bodies and people are recognised by how they end or begin too. Knows nothing of figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.text.figures import same_figure
from rag.text.lexicon import words
from rag.text.normalise import fold
from rag.text.people import SURNAMES
from rag.verify.content import Content, is_neutral, wording_of
from rag.verify.findings import Finding
from rag.verify.reading import figures_in, names_in, narrowed, sentences_in

MIN_TOLD = 0.55
"""Share of the deed that the sentence telling it must hold; it may be told in other words."""
MARGIN = 0.3
"""How much more of it than any sentence that names the claim's doer."""
FIGURE_SHARE = 0.15
"""What a shared figure adds to that share."""
MIN_DEED_CHARS = 3
MIN_AGENT_CHARS, MAX_AGENT_CHARS = 2, 16
MIN_SUBJECT_CHARS = 4
"""Words that begin both the claim and a sentence of the evidence name its subject, from this length."""

_ENDINGS = (
    "公司|集团|药业|实业|企业|银行|合作社|事务所|研究所|派出所|管理所|分局|总局|[公安教育财政税务监管理商水利林业农民卫健委]局|办公室|街道办|纪委|"
    "工委|党委|县委|市委|省委|区委|镇委|团委|委员会|管委会|村委会|居委会|协会|学会|商会|工会|妇联|残联|联合会|基金会|服务站|林业站|工作站|指导站|"
    "大队|中队|支队|医院|学院|大学|中学|小学|学校|幼儿园|电视台|报社|中心|支部|党组|政府|法院|检察院|公安|军分区|消防|"
    "书记|主任|[局县市省镇乡村院校部会站所队组]长|管理员|网格员|工作人员|志愿者|负责人|单位|部门"
)
_ENDS = re.compile(rf"(?:{_ENDINGS})$")
_ENDING = re.compile(rf"(?:{_ENDINGS})(?![长员人会])")
_STOPS = re.compile(
    r"作为|对于|对|在(?!线)|是|将|把|被|于|与|和|向|从|为|以|也|还|就|已|共|均|按|根据|通过|[0-9“\"《,。:;!?、]"
)
_THROUGH = re.compile(
    r"(?:在|由|经)(?P<who>[\u4e00-\u9fff]{2,12}?)的?(?:推动|带领|指导|支持|组织|主持|帮助|领导|主导|牵头|承办|主办|举办|负责)"
)
_IS = re.compile(r"是(?P<who>[^,，。是]{2,16})$")
_IS_DOER = re.compile(r"是(?P<who>[^,，。是的]{2,30})的$")
_NOBODY = frozenset(
    words(
        "公司 集团 企业 银行 该 本 我 其 他 她 它 双方 活动 会议 项目 记者 当天 目前 当地 单位 部门 中心 "
        "政府 工作人员 负责人 学校 医院 "
        "法院 警方 有关部门 相关部门 相关负责人 该公司 我们 大家 全市 全县 全省 全国 今年 去年 志愿者 企业家 "
        "党委 支部 书记 主任 局长 县长 市长 "
        "市委 县委 省委 区委 镇委 专家 业内 消息"
    )
)
"""Words that name nobody in particular: they may stand for the claim's doer."""
_POINTS = re.compile(r"[该本此其他她它我你这那两双各]")


@dataclass(frozen=True, slots=True)
class _Told:
    """One sentence of the evidence, narrow, with its wording."""

    text: str
    folded: str


def check_agents(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """Doers of the claim whose deed the evidence tells of another; each is half a claim."""
    shown = narrowed(claim).rstrip("。.!?;")
    told = tuple(one for text in evidence for one in _told(text))
    plain = fold("\n".join(evidence))
    findings: list[Finding] = []
    for agent in dict.fromkeys(_agents(shown, told, plain)):
        other = _other_doer(shown, agent, told, plain)
        if other is not None:
            findings.append(Finding("partial", f"原文中这样做或这样说的是“{other}”，不是“{agent}”"))
    return findings


@lru_cache(maxsize=256)
def _told(text: str) -> tuple[_Told, ...]:
    shown = narrowed(text)
    return tuple(_Told(shown[start:end].strip(), fold(shown[start:end])) for start, end in sentences_in(shown))


def _agents(shown: str, told: Sequence[_Told], plain: str) -> Iterator[str]:
    """Those the claim may be about, as far as the evidence names them: its names, its first words, and who 是 names."""
    for name in names_in(shown):
        if name.kind in ("person", "organisation") and fold(name.text) in plain:
            yield name.text
    first = _common(shown, plain)
    if _looks_like_doer(first) or (
        len(first) >= MIN_SUBJECT_CHARS and any(one.folded.startswith(fold(first)) for one in told)
    ):
        yield first
    for pattern in (_IS, _IS_DOER):
        hit = pattern.search(shown)
        if hit is not None:
            yield from _named_after_is(hit["who"], plain)


def _named_after_is(words_there: str, plain: str) -> Iterator[str]:
    head = _common(words_there, plain)
    if _looks_like_doer(head):
        yield head
    for at in range(1, len(words_there) - 1):
        tail = words_there[at:]
        if fold(tail) in plain:
            if _ENDS.search(tail) and tail not in _NOBODY:
                yield tail
            return


def _common(text: str, plain: str) -> str:
    """The longest beginning of a text that stands in the evidence, as far as a doer's name may reach."""
    end = 0
    while end < min(len(text), MAX_AGENT_CHARS) and text[end].isalnum() and fold(text[: end + 1]) in plain:
        end += 1
    return text[:end]


def _looks_like_doer(text: str) -> bool:
    if not MIN_AGENT_CHARS <= len(text) <= MAX_AGENT_CHARS or text in _NOBODY or is_neutral(text):
        return False
    if figures_in(text) or _POINTS.match(text):
        return False
    return _ENDS.search(text) is not None or _is_person(text)


def _is_person(text: str) -> bool:
    return 2 <= len(text) <= 3 and text[0] in SURNAMES and all("\u4e00" <= sign <= "\u9fff" for sign in text)


def _other_doer(shown: str, agent: str, told: Sequence[_Told], plain: str) -> str | None:
    deed = shown.replace(agent, "", 1)
    content = Content.of(deed)
    if content.size < MIN_DEED_CHARS:
        return None
    weighed = [(_share(content, deed, one.text), one) for one in told]
    best, where = max(weighed, key=lambda found: found[0], default=(0.0, None))
    own = max((share for share, one in weighed if _names(one, agent)), default=0.0)
    if where is None or best < MIN_TOLD or best < own + MARGIN or not any(_names(one, agent) for one in told):
        return None
    folded_claim = fold(shown)
    for doer in _doers(where.text, content):
        if fold(doer) not in folded_claim and not _same_one(agent, doer, plain):
            return doer
    return None


def _share(content: Content, deed: str, sentence: str) -> float:
    told = figures_in(sentence)
    figures = sum(any(same_figure(figure, other) for other in told) for figure in figures_in(deed))
    return content.coverage(wording_of(sentence)) + FIGURE_SHARE * figures


def _names(one: _Told, agent: str) -> bool:
    return fold(agent) in one.folded


def _doers(sentence: str, deed: Content) -> Iterator[str]:
    """Who may have done what a sentence tells: through whom, its names, and a body or person at its beginning."""
    for hit in _THROUGH.finditer(sentence):
        if hit["who"] not in _NOBODY:
            yield hit["who"]
    for name in names_in(sentence):
        if name.kind in ("person", "organisation") and name.text not in _NOBODY:
            yield name.text
    begins = _opening(sentence)
    if begins and _is_apart(begins, deed):
        yield begins


def _is_apart(words_there: str, deed: Content) -> bool:
    """Whether the words are no part of the deed itself."""
    content = Content.of(words_there)
    return not any(content.text[at : at + 2] in deed.text for at in range(len(content.text) - 1))


def _opening(sentence: str) -> str | None:
    """A body or a person that a sentence begins with."""
    stop = _STOPS.search(sentence)
    head = sentence[: stop.start() if stop else len(sentence)][:MAX_AGENT_CHARS]
    ends = [hit.end() for hit in _ENDING.finditer(head)]
    if ends:
        head = head[: ends[-1]]
    elif not (stop and _is_person(head)):
        return None
    return head if head not in _NOBODY and not _POINTS.match(head) and len(head) >= MIN_AGENT_CHARS else None


def _same_one(agent: str, doer: str, plain: str) -> bool:
    """Whether two words may name one: printed side by side (县长某某), one short for the other, or with one ending."""
    one, other = fold(agent), fold(doer)
    if one + other in plain or other + one in plain or f"{other}({one}" in plain or f"{one}({other}" in plain:
        return True
    if len(one) > 3 and len(other) > 3 and one[-2:] == other[-2:] and one[:2] == other[:2]:
        return True
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(sign in rest for sign in short)
