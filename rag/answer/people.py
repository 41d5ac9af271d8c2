"""Persons that can answer who: the holder of the asked office, the doer of the asked deed, the hand behind the article.

Knows nothing of figures, dates or scores.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidate
from rag.answer.lexicon import PERSON_ROLES
from rag.answer.locality import Found, Locality
from rag.answer.question import Question
from rag.mapping import Span
from rag.text.names import find_names
from rag.text.normalise import fold
from rag.text.people import COMPOUND_SURNAMES, SURNAMES

_AUTHORSHIP = re.compile(
    r"作者|记者|通讯员|供稿|撰稿|撰写|采写|写的|报道的|拍摄|摄影|摄的|照片|拍的|署名|(?:谁|哪位|何人|通讯员|记者)(?:一起|一同|共同|联名|合作)*(?:写|拍|摄|报道|采写)了?"
)
_ASKS_AUTHOR = re.compile(
    r"(?:(?:和|与|同|跟)(?=谁|哪))?(?:[这那两一三四])*(?:张|篇|则|幅)?(?:照片|图片|报道|稿子|稿件|新闻|消息|文章)?的?[是由各]*"
    r"(?:哪一?[位名些]|谁|什么人)+(?:记者|通讯员|作者|摄影师)?(?:一起|一同|共同|联名|合作)*(?:拍摄?|写|采写|撰写|报道|摄)*[的了]?(?:关于|有关)?"
    r"|(?:作者|记者|通讯员|摄影者?|拍摄者?|照片|图片|报道|稿子|稿件|供稿|署名|写的|拍的)"
)
_MORE_OFFICES = r"(?:[、,，兼及和][^,，。、；;]{1,12}?){0,2}[ \u3000]?"
_LINKS = r"(?:[，,]?(?:是|为|任|担任|出任|当选|兼任|系|现任|时任|原)?)"
_SHORTEST_ROLE = 2
_DEED_REACH = 14
_LONGEST_DOER = 24
_SELDOM = frozenset("全从同时向应有通以连年关相经实成常要当主项严于和方高平公都水路党边那")
"""Surnames that open far more words than names."""
_ENDS_BEFORE = frozenset("说在对是的和与向从将把被就也到因曾已为及等作做表指介强")


def asks_authorship(question: Question) -> bool:
    """Whether who wrote or took it is asked, which bylines answer."""
    return question.kind == "person" and _AUTHORSHIP.search(question.text) is not None


def topic_of(question: str) -> str:
    """A question about authorship without the words that ask for it: what the article is about."""
    return _ASKS_AUTHOR.sub("，", question)


def find_people(question: Question, candidate: Candidate, locality: Locality) -> list[Found]:
    """Person names of the candidate, not in the question, by how surely they are the one asked for."""
    asked = fold(question.text)
    text = candidate.plain
    names = sorted(span for span in _names(question, candidate) if fold(text[slice(*span)]) not in asked)
    found = [Found(start, end, 0.8, locality.close(start, end)) for start, end in _doers(question, text, asked)]
    for start, end in names:
        rivals = [span for span in names if span != (start, end)]
        fit = _fit(question, candidate.plain, candidate.near, (start, end), rivals)
        if fit:
            found.append(Found(start, end, fit, locality.close(start, end, rivals)))
    return found


def _names(question: Question, candidate: Candidate) -> set[Span]:
    """Names cued in the sentence, those the article makes known elsewhere, and one right after the asked office."""
    text = candidate.plain
    spans = {
        (name.start, name.end)
        for name in find_names(text)
        if name.kind == "person" and (_asks_office(question) or name.text not in candidate.setting.writers)
    }
    for name in candidate.setting.people | (_recurring(candidate) if not spans else set()):
        spans |= {hit.span() for hit in re.finditer(re.escape(name), text)}
    role = _role_in(question.noun, text) if _asks_office(question) else ""
    if role:
        after = text.find(role) + len(role)
        bare = _bare_name(text, after) or _repeated_name(candidate, role, after)
        spans |= {bare} if bare else set()
    return {span for span in spans if not any(_inside(span, other) for other in spans)}


def _repeated_name(candidate: Candidate, role: str, at: int) -> Span | None:
    """What follows the office and stands elsewhere without it: a name without a known surname."""
    for length in (4, 3):
        name = candidate.plain[at : at + length]
        han = len(name) == length and all("\u4e00" <= char <= "\u9fff" for char in name)
        whole = candidate.setting.whole
        if han and whole.count(name) > whole.count(role + name):
            return at, at + length
    return None


def _recurring(candidate: Candidate) -> set[str]:
    """What looks like a name at the start of a clause and stands elsewhere in the article too."""
    starts = [0, *(hit.end() for hit in re.finditer(r"[,，。；;、]", candidate.plain))]
    spans = [span for at in starts if (span := _bare_name(candidate.plain, at)) is not None]
    names = {candidate.plain[slice(*span)] for span in spans}
    return {name for name in names if name[0] not in _SELDOM and candidate.setting.whole.count(name) > 1}


_DATES = re.compile(
    r"(?:[0-9]{1,2}[年月日])+|近日|日前|近期|今年"
    r"|昨日|今天|[上下]午|正式|已|将|也|还|率先|首次|共同|联合|最早|先后|[,，\s]"
)


def _doers(question: Question, text: str, asked: str) -> list[Span]:
    """What stands right before the deed in its clause, whoever that is: an office or a body as well as a person."""
    deed = _deed(question)
    if _asks_office(question) or not deed:
        return []
    spans: list[Span] = []
    for hit in re.finditer(re.escape(deed), text):
        start = max(text.rfind(mark, 0, hit.start()) for mark in ",，。；;：:”\n)）") + 1
        end = hit.start()
        while trailing := re.search(rf"(?:{_DATES.pattern})$", text[start:end]):
            end = start + trailing.start()
        if leading := re.match(rf"(?:{_DATES.pattern})+", text[start:end]):
            start += leading.end()
        if 2 <= end - start <= _LONGEST_DOER and fold(text[start:end]) not in asked:
            spans.append((start, end))
    return spans


def _asks_office(question: Question) -> bool:
    """Whether the holder of an office is asked, rather than who did a deed (主持人: who presided)."""
    return bool(question.noun) and not question.noun.endswith("主持人")


def _inside(span: Span, other: Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _bare_name(text: str, at: int) -> Span | None:
    """A surname right after the office with the two characters that follow, though nothing marks where it ends."""
    surname = 2 if text[at : at + 2] in COMPOUND_SURNAMES else 1 if text[at : at + 1] in SURNAMES else 0
    name = text[at : at + surname + 2]
    if not surname or len(name) < surname + 2 or not all("\u4e00" <= char <= "\u9fff" for char in name):
        return None
    return (at, at + surname + 2) if name[-1] not in _ENDS_BEFORE else (at, at + surname + 1)


def _fit(question: Question, text: str, near: str, name: Span, rivals: list[Span]) -> float:
    if _asks_office(question):
        if not question.noun.endswith(PERSON_ROLES) and not question.noun.endswith("长"):
            return 0.5
        role = _role_in(question.noun, text)
        return (
            _holds(text, role, name)
            * _exactness(question.noun, role, text)
            * (1.0 if _owned(question, role, near) else 0.2)
        )
    deed = _deed(question)
    if not deed:
        return 0.6
    at = text.find(deed, name[1])
    if at < 0:
        passive = text.rfind(deed, 0, name[0])
        return 0.5 if passive >= 0 else 0.35
    between = any(name[1] <= rival[0] and rival[1] <= at for rival in rivals)
    return 0.5 if between else (1.0 if at - name[1] <= _DEED_REACH else 0.7)


def _role_in(noun: str, text: str) -> str:
    """The longest ending of the asked office that the text prints, at least two characters; else empty."""
    for start in range(len(noun) - _SHORTEST_ROLE + 1):
        if noun[start:] in text:
            return noun[start:]
    return ""


def _owned(question: Question, role: str, near: str) -> bool:
    """Whether whose office it is (*某某局*的局长) stands in or near the sentence."""
    before = question.text[: question.asked[0]].rstrip("的是由叫为")
    owner = fold(before.removesuffix(role).rstrip("的、"))[-3:]
    return len(owner) < 2 or owner in near or owner[-2:] in near


_QUALIFIER = re.compile(r"(?:副|代|代理|常务|名誉|执行|第一|原|前任?|助理)$")
"""Asked before an office, these name another office; the office alone does not answer."""


def _exactness(noun: str, role: str, text: str) -> float:
    """How much of the asked office the text prints; less where the text's office goes on to the left another way."""
    if not role or role == noun:
        return 1.0
    if _QUALIFIER.search(noun[: -len(role)]):
        return 0.0
    before = noun[-len(role) - 1]
    at = text.find(role)
    other = at > 0 and "\u4e00" <= text[at - 1] <= "\u9fff" and text[at - 1] != before
    return (0.75 + 0.25 * len(role) / len(noun)) * (0.6 if other and len(role) > _SHORTEST_ROLE else 1.0)


def _holds(text: str, role: str, name: Span) -> float:
    """Whether the name is the holder of the role: right after it, with other offices between, or named before it."""
    if not role or (
        not role.startswith("副") and text[: name[0]].rfind("副" + role) > max(name[0] - len(role) - 4, -1)
    ):
        return 0.0
    escaped = re.escape(role)
    if re.search(rf"{escaped}[“\"（(]?[ \u3000]?$", text[: name[0]]):
        return 1.0
    if re.search(rf"{escaped}(?:{_MORE_OFFICES}|{_LINKS}|的?名字?叫?)$", text[: name[0]]):
        return 0.9
    if re.match(rf"{_LINKS}[^,，。；;、]{{0,12}}?{escaped}", text[name[1] :]):
        return 0.8
    return 0.0


def _deed(question: Question) -> str:
    """The two characters that open what was done (谁*主持*了…), or close it before 的是谁."""
    if question.noun.endswith("主持人"):
        return "主持"
    after = re.sub(r"^(?:在|于|曾|曾经|最早|首先|首次|率先|来|负责|是|担任)+", "", question.text[question.asked[1] :])
    return after[:2] if len(after) >= 2 and after[:2].isalpha() else ""
