"""Whether a sentence holds the kind of thing a question wants where a quotable stretch alone does not show it.

Four kinds: where somebody comes from, what somebody said, by which means something is done, and what something is.
General Chinese only. Knows nothing of scores, figures or dates.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidate
from rag.answer.question import Question
from rag.mapping import Span
from rag.text.names import find_names

_ORIGIN = re.compile(
    r"哪里人|哪儿人|哪国人|何处人|何方人|什么地方的?人|哪[个座]?(?:省|市|县|乡|镇|村|地方)的?人(?![员口大数])|籍贯|祖籍"
)
_COMES_FROM = re.compile(
    r"[一-龥](?:省|市|县|区|州|旗|镇|乡|村|国|州市)人(?![员民大口数类均事工才物家力气们])|籍贯|祖籍|原籍|籍[,，。]|出生于|生于|出生在|老家|家乡|故乡|来自|家住"
    r"|[,，。;；(（][一-龥]{2,4}人[,，。;；)）]"
)

_VERB = r"指出|强调|表示|介绍|认为|要求|建议|透露|呼吁|坦言|感慨|回忆|谈到|提到|提出|说道?"
_SAID_WHAT = re.compile(
    rf"(?P<who>[^,，?]{{2,}}?)(?:在[^,，?]*?[上中时])?(?:是?怎么(?:说|评价|看)的?|(?:{_VERB})(?:了|过)?(?:些|哪些)?(?:什么|啥))[话?]*$"
)
_SAYS = re.compile(_VERB + r"|讲道?|告诉|直言|笑着|称|补充|解释|写道")
_SPEECH_REACH = 30
"""Characters of a clause or two within which the one who speaks stands before the verb."""

_WHAT_IS = re.compile(
    r"(?P<what>[^,，?]{2,}?)(?:到底|究竟)?(?:是|属于)(?:一|哪)?[家个所种座类]?(?:做|干)?什么(?:样的?)?"
    r"(?:企业|公司|单位|机构|组织|学校|医院|集团|平台|地方|项目|活动|东西|产品|品牌)(?:[的呢啊]|$|\?)"
)
_PREDICATED = (
    r"[”」』》\"]?(?:\([^()]*\))?[^,，。;；]{0,8}?[,，]?(?:是|系|为|即|属于"
    r"|成立于|创建于|创办于|始建于|主营|主要从事|从事|专注|专门|致力|位于|坐落)"
)


_MEANS = re.compile(r"(?:什么样?的?|哪[些几两三种])[一-龥]{0,4}?(?:方式|方法|办法|措施|手段|途径|做法)")
_BY_MEANS = re.compile(
    r"采(?:取|用|(?=[“「]))|通过|利用|运用|借助|按照|依托|实行|推行|以[^,，。]{1,20}(?:方式|方法|形式|手段)|方式|方法|办法|措施"
)


def lacks_wanted(question: Question, candidate: Candidate) -> bool:
    """Whether the question wants an origin, a saying, means or a description and the sentence holds none."""
    if _ORIGIN.search(question.text):
        return _COMES_FROM.search(candidate.plain) is None
    if said := _SAID_WHAT.search(question.text.rstrip("?")):
        speakers = [name.text for name in find_names(said["who"] + "说") if name.kind == "person"]
        return bool(speakers) and not _speaks(speakers[-1], candidate)
    if _MEANS.search(question.text):
        return _BY_MEANS.search(candidate.plain) is None
    if described := _WHAT_IS.search(question.text):
        return not _is_described(described["what"], candidate)
    return False


def means_in(question: Question, text: str) -> Span | None:
    """Where a sentence names means, if the question asks by which means something is done."""
    found = _BY_MEANS.search(text) if _MEANS.search(question.text) else None
    return found.span() if found else None


def _speaks(speaker: str, candidate: Candidate) -> bool:
    """Whether the one named is the last person before a verb of speech, or 他 or 她 stands for the one named before."""
    text = candidate.plain
    others = [name for name in find_names(text) if name.kind == "person" and name.text != speaker]
    places = [hit.end() for hit in re.finditer(re.escape(speaker), text)]
    if speaker in candidate.before:
        places += [hit.end() for hit in re.finditer(r"[他她]", text)]
    for verb in _SAYS.finditer(text):
        near = [end for end in places if end <= verb.start() <= end + _SPEECH_REACH]
        if near and not any(near[-1] <= other.start < verb.start() for other in others):
            return True
    return False


def _is_described(what: str, candidate: Candidate) -> bool:
    """Whether the sentence says of it what it is: X是…, X, 成立于…, 作为…的X."""
    name = re.escape(what.strip('“”"《》「」'))
    return (
        re.search(rf"{name}{_PREDICATED}|(?:作为|是)[^,，。;；]{{2,30}}[,，]?[“「]?{name}", candidate.plain) is not None
    )
