"""What a clause tells: figures, dates, names, quoted terms, words of the headline; and how much of it is slogan.

Facts are keyed, so that saying one twice is worth nothing the second time. Knows nothing of lengths or order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.models import Article
from rag.summarise.grammar import sets_time
from rag.text.figures import find_figures
from rag.text.names import find_names
from rag.text.ngrams import terms
from rag.text.normalise import fold
from rag.text.script import to_simplified

FIGURE = 1.3
DATE = 0.6
PERSON = 0.85
QUOTED = 0.5
PLACE = 0.25
ORGANISATION = 0.35
ORDINAL = 0.4
ACTION = 0.2
AWARD = 0.25
MEASURE = 0.6
OUTCOME = 0.6
HEADLINE_WORD = 0.22
THEME_WORD = 0.09
WORD = 0.01
"""Worth of one fact by kind, and of any other term. Readers of a news item ask first for figures, dates and persons."""

SLOGAN_FACTOR = 0.5
"""What a slogan clause keeps of its worth."""

_SLOGAN = re.compile(
    r"^(?:要|必须|坚持|牢固树立|牢记|始终|进一步|切实|着力|努力|不断|全力以?赴?|持续|坚决|奋力|确保|推动|推进|强化|深化|加强|提升|聚焦|围绕|贯彻|落实|凝聚|营造|夯实|发挥|树立|增强|激发|构建|助力|助推|做到|打造|擦亮|抓实|抓牢|筑牢|越|注重|维护|(?:真正)?让|不忘|胸怀|弘扬|践行|营造|倾注|打好|走好|唱响|跑出|下好|释放|点燃|绘就|谱写|扛牢|扛稳|交出|答好|拉高|激活|铆足|鼓足|为[^0-9]*(?:奠定|注入|提供|贡献))"
    r"|^[^,，0-9]{0,10}?(?:坚持|牢固树立|牢记|始终|不断|奋力|统一思想|表示要|表示将)"
    r"|(?:表示|指出|强调|要求|提出)[:：,，]?(?:要|将|必须)"
    r"|(?:新局面|新篇章|新征程|新高地|新格局|强大合力|坚强保障|坚实基础|重要意义|战斗堡垒|模范作用|高质量发展|获得感|幸福感|凝聚力|向心力|战斗力|执行力|免疫力|影响力|竞争力|先锋|提质增效|新活力|新动能)[。,，;；]?$"
)
_SPEECH = re.compile(r"(?:说|表示|指出|强调|要求|认为|希望)[:：,，。]?$|^(?:会议)?(?:指出|强调|要求)")
_ACTION = re.compile(
    r"开展|召开|举行|举办|启动|成立|组建|建成|建立|投资|投入|签约|落户|发放|帮助|解决|查处|发现|拖移|获得?|荣获|入选|评为|授予|参加|出席|主持|调研|走访|安装|覆盖|实现|完成|新增|增长|下降|达|捐赠|设立|印发|出台|制定|征集|创收"
)

_MEASURE = re.compile(
    r"(?:实行|推行|建立|创新|实施|成立|组建|设立|打造|制定|制订|出台|启动|推出|创建|印发|开设|开通|建成|推广)[^,，]{2,40}?"
    r"(?:制度?|机制|模式|方案|小组|队伍?|行动|平台|中心|专班|办法|工程|品牌|路径|体系|计划|基地|站|制管理|条例|意见|规划)[”\"」]?[,，。;；]?$"
    r"|[两二三四五六七八九十]大[^,，大会年]{1,8}[,，。;；”]"
)
"""What was set up or introduced: a scheme with a name is what a reader asks of a report on work done."""

_OUTCOME = re.compile(
    r"(?:明显|显著|大幅|有效|全面|全部|成功)(?:减少|改善|下降|提升|增加|增长|降低|好转|解决|化解|完成|覆盖|建成|脱贫|达标)"
    r"|实现[^,，]{0,12}(?:零|全覆盖|翻番|突破)"
)
_AWARD = re.compile(r"(?:获评|荣获|入选|评为|授予|夺得|获得|命名为|认定为|跻身)[^,，]{0,40}")
_DEEDS = (("a", ACTION, _ACTION), ("m", MEASURE, _MEASURE), ("r", OUTCOME, _OUTCOME), ("w", AWARD, _AWARD))


@dataclass(frozen=True, slots=True)
class Telling:
    """What a stretch tells: worth by fact key, of its other words together, and a factor below 1 for slogans."""

    facts: Mapping[str, float]
    factor: float
    words: float = 0.0

    @property
    def firm(self) -> bool:
        """Whether anything in it can be checked: a figure, a date, a name, a measure, an award."""
        return any(key[0] in "fnwm" or (key[0] == "d" and any(map(str.isdigit, key))) for key in self.facts)


class Reader:
    """Reads stretches of one article; knows its headline and its recurring words."""

    def __init__(self, article: Article) -> None:
        head = "\n".join(part for part in (article.title, article.kicker, article.subtitle) if part)
        self._headline = {term for term in terms(head) if len(term) > 1}
        counts = Counter(term for term in terms(article.text) if len(term) > 1)
        self._themes = {term for term, count in counts.most_common(40) if count > 1}
        self._kept: dict[str, Telling] = {}

    def read(self, text: str) -> Telling:
        """Facts of one clause or headline; read once for as long as the reader is kept."""
        if text not in self._kept:
            self._kept[text] = self._read(text)
        return self._kept[text]

    def _read(self, text: str) -> Telling:
        plain = to_simplified(text)
        words = 0.0
        facts: dict[str, float] = {}
        for figure in find_figures(plain):
            if figure.kind == "date":
                facts[f"d{fold(figure.raw)}"] = DATE
            elif figure.kind == "ordinal":
                facts[f"o{fold(figure.raw)}"] = ORDINAL
            else:
                facts[f"f{fold(figure.raw)}"] = FIGURE
        worth = {"person": PERSON, "quoted": QUOTED, "title": QUOTED, "place": PLACE, "organisation": ORGANISATION}
        for name in find_names(plain):
            kind = "q" if name.kind == "quoted" else "n"
            facts[f"{kind}{fold(name.text)}"] = worth[name.kind]
        for term in terms(plain):
            if term in self._headline:
                facts[f"h{term}"] = HEADLINE_WORD
            elif term in self._themes:
                facts[f"t{term}"] = THEME_WORD
            elif len(term) > 1:
                words += WORD
        start = fold(plain)[:12]
        facts.update({f"{key}{start}": worth for key, worth, found in _DEEDS if found.search(plain)})
        return Telling(facts, _factor(plain, facts), words)


_BACKGROUND = re.compile(r"^[^,，0-9区市县镇乡局村校院司]{2,14}是(?!为|由)")
TIME_FACTOR = 0.95
"""What a clause keeps that only says when; below 1, since it is no statement."""

BACKGROUND_FACTOR = 0.6
"""What a general truth keeps of its worth: it opens many reports and tells nothing of the day."""


QUESTION_FACTOR = 0.3
"""What a question keeps: it asks what a summary should tell."""

PURPOSE_FACTOR = 0.4
"""What a clause keeps that says what a deed was meant for, or in whose spirit it was done (为进一步…, 在…指引下)."""

CREED_FACTOR = 0.4
"""What a quoted guideline keeps that a report of work done opens with."""

ATTENDANCE_FACTOR = 0.5
"""What a list of offices keeps whose holders were there too."""

PROSPECT_FACTOR = 0.5
"""What a clause keeps of a sentence about what is meant to be done next: a wish, however many names it holds."""

_ATTENDS = re.compile(r"(?:参加(?:了)?(?:上述)?(?:调研|活动|会议|座谈会|仪式)?|参会|与会|陪同(?:调研)?|出席)[。！]?$")
_OFFICES = re.compile(r"有关|相关|各|部分|负责同志|负责人|人员|代表|委员")
_PROSPECT = re.compile(r"^[“\"「『]?(?:下一步|下一阶段|接下来|今后|未来|下步)")
_QUESTION = re.compile(r"[?？][”」』]?$")
_TRUTH = re.compile(r"越来越|至关重要|关键在于|重在|贵在|离不开|不可或缺|永恒")
_PURPOSE = re.compile(
    r"^(?:为了?(?!期|主|首|止|由)|旨在)[^,，0-9]*[,，]$|^在[^,，0-9]*(?:指引|引领|领导|关心|号召|感召|指导|鼓舞|推动|影响|感染)(?:之)?下[,，]$"
)
_CREED = re.compile(r"^[^,，]{0,12}(?:总书记|二十大|十九大|中央|国务院)[^,，]{0,20}(?:指出|强调|提出|要求|明确)")


def _factor(plain: str, facts: Mapping[str, float]) -> float:
    if sets_time(plain):
        return TIME_FACTOR
    if _QUESTION.search(plain):
        return QUESTION_FACTOR
    if _PURPOSE.search(plain):
        return PURPOSE_FACTOR
    figures = any(key[0] in "fd" for key in facts)
    if _CREED.search(plain) and not figures:
        return CREED_FACTOR
    if _SLOGAN.search(plain) and not any(key[0] == "m" for key in facts):
        return 0.8 if figures else SLOGAN_FACTOR
    if is_background(plain):
        return BACKGROUND_FACTOR
    return 0.7 if _SPEECH.search(plain) and not figures else 1.0


def is_background(plain: str) -> bool:
    """Whether a clause tells a general truth: what something is, with no figure, office or place in it."""
    return _BACKGROUND.match(plain) is not None and not any(char.isdigit() for char in plain)


def opens_in_general(plain: str) -> bool:
    """Whether a sentence opens with a general truth, a guideline or a question, not with news."""
    general = is_background(plain) or (_TRUTH.search(plain) is not None and not any(char.isdigit() for char in plain))
    return bool(general or _CREED.search(plain) or _QUESTION.search(plain))


def sentence_factors(plain: Sequence[str]) -> list[float]:
    """What each clause of a sentence keeps for what the sentence is: a prospect (下一步…), or who else was there."""
    if _PROSPECT.match(plain[0]):
        return [PROSPECT_FACTOR] * len(plain)
    if not _ATTENDS.search(plain[-1]) or any(char.isdigit() for clause in plain for char in clause):
        return [1.0] * len(plain)
    offices = next((at for at, clause in enumerate(plain) if _OFFICES.search(clause)), len(plain))
    return [ATTENDANCE_FACTOR if at >= offices else 1.0 for at in range(len(plain))]
