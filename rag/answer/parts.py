"""A question of several parts as several questions: A 和 B 分别…, two questions in one line, a comparison.

Text in, text out. Knows nothing of evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.coordinates import parted
from rag.answer.reckoning import Reckoning, reckoning_of

_ASKS = re.compile(
    r"谁|誰|什么|什麼|甚麼|哪|[几幾](?!(?:篇|个|份|版)(?:报道|報道|稿|文章|新闻|消息)[^,，]{0,3}[里裡中上])|多少|何时|何時|何地|为何|為何|如何|怎|是否|吗|嗎|多[大高长長久]"
)
_QUESTIONS = re.compile(r"(?<=[?？])\s*|[;；]\s*")
_EACH = re.compile(
    r"(?:分别|分別|各自|各(?![类類级級种種界方国國省市县縣区區乡鄉镇鎮村街地部单單科家站族行界州洲党黨派军軍岛島项項校处處所路层層式样樣色位组組队隊阶階环環人族社园園院]))是?"
)
"""各 before a verb deals a deed out; before these it is part of a noun (各类, 各地, 各部门)."""
_ALL = re.compile(
    r"(?<=.)都(?=[属屬是有在由叫姓来來从從用做])(?!.*的[^,，?？的]{1,6}(?:是|有|叫)(?:谁|誰|哪|什么|什麼))"
)
"""A 和 B 都…: asked of each, unless what both share is only a description (都参加的活动是什么)."""
_AGAIN = re.compile(r"^(?:那么?|那麼?)?(?P<what>.+?)呢[?？]?$")
_LEADS = re.compile(r"^(?:请问|請問|另外|还有|還有|以及|同时|同時|而且|并且|並且|而|那么|那麼)[,，]?")
_DOERS = re.compile(
    r"(?P<scene>.*?)(?P<first>(?:谁|誰|哪位)[^、,，谁誰]{1,12})[、,，](?P<second>(?:谁|誰|哪位)[^、,，?？谁誰]{1,12})[?？]?$"
)
_VERDICT = re.compile(r"(?<=[多少几幾谁誰])[,，](?:哪|谁|誰)[^,，?？]{0,6}[更最较較][^,，?？]{1,4}[?？]?$")
_ONE_AND_ONE = re.compile(
    r"^(?P<names>[^,，?？]+)[,，]一(?P<counter>[个個家名位所座篇项項])(?P<one>[^,，?？]+)[,，](?:另|而)?一(?P=counter)(?P<other>[^,，?？]+)"
    r"(?:[,，](?P<asked>[^?？]+?)(?:分别|分別|各自|各)(?P<rest>[^?？]+))?[?？]?$"
)
_WROTE = re.compile(
    r"^(?P<who>[^?？]*(?:谁|誰|哪[一]?[位名个個些])[^?？]*?(?:写|寫|采写|採寫|撰写|拍|拍摄|報道|报道)[了过過]?)(?P<what>[^?？的]+的?[^?？的]*)[?？]?$"
)
_REPORTS = re.compile(r"(?:报道|報道|稿件?|稿子|文章|新闻|新聞|消息|照片|图片)")
_GIST = re.compile(
    r"^(?:主要)?(?:讲|講|说|說|写|寫|报道|報道|是|拍)[了的过]?(?:是|些|哪些)?(?:什么|什麼|啥)(?:事|内容|內容)?[?？]?$"
)
"""各讲什么 after 哪些报道…: each of the reports answers it by what it says."""
_BARE = re.compile(r"^(?:是|为|有)?(?:多少|几|幾)")
_PLAIN = re.compile(r"(?:是|为|有)?(?:多少|几|幾)[?？]?")
MAX_PARTS = 4


def split_question(question: str) -> list[str]:
    """The questions that one line asks, each readable alone as far as the line says what it is about.

    A question of one part comes back as it is. At most ``MAX_PARTS``.
    """
    return _Splitter().split(question.strip())[:MAX_PARTS] or [question]


def reckoned(question: str) -> Reckoning | None:
    """The comparison or sum that a line asks for, wherever in it: the first of its questions that does."""
    pieces = _QUESTIONS.split(question.strip())
    return next((found for piece in pieces if piece and (found := reckoning_of(piece))), None)


def asks_of_all(question: str) -> bool:
    """Whether one thing is asked of several at once (甲和乙都…): a sentence that tells it of all answers best."""
    return _ALL.search(question) is not None and _EACH.search(question) is None and len(split_question(question)) > 1


class _Splitter:
    """Reads a line piece by piece; remembers what the piece before asked of whom."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._names: list[str] = []
        self._compared: list[str] = []

    def split(self, question: str) -> list[str]:
        for piece in _pieces(question):
            again = _AGAIN.match(piece)
            if again and self._found and not _ASKS.search(piece):
                self._found.append(_asked_again(again["what"], self._found[-1]))
            elif (each := _EACH.match(piece)) and not self._names and self._tells_of_reports(piece[each.end() :]):
                continue
            elif self._names and each:
                self._asked_of_each(piece[each.end() :])
            elif _ASKS.search(piece) or not self._found:
                self._found.extend(self._parts(piece))
        return self._found

    def _tells_of_reports(self, asks: str) -> bool:
        return bool(self._found) and _GIST.match(asks) is not None and _REPORTS.search(self._found[-1]) is not None

    def _parts(self, piece: str) -> list[str]:
        if reckoning := reckoning_of(piece):
            self._names = list(reckoning.labels)
            self._compared = list(reckoning.sides)
            return list(reckoning.sides)
        if told := _one_and_one(piece):
            return told
        for mark in (*_EACH.finditer(piece), *_ALL.finditer(piece)):
            names = parted(piece[: mark.start()])
            if names and not any(_ASKS.search(name) for name in names):
                self._names = names
                return [name + _asks(mark[0], piece[mark.end() :]) for name in names]
        return _written(piece) or [piece]

    def _asked_of_each(self, asks: str) -> None:
        """各在哪天 asks of the names of the piece before; 各是多少 after a comparison asks what that asked already."""
        compared, self._compared = self._compared, []
        if compared and _BARE.match(asks):
            if _PLAIN.fullmatch(asks):
                return
            self._found = [one for one in self._found if one not in compared]
        self._found += [name + asks for name in self._names]


def _asks(mark: str, rest: str) -> str:
    """What is asked of one: the words after 各, with the 是 that stood between them."""
    return ("是" if mark.endswith("是") else "") + rest


def _pieces(question: str) -> Iterator[str]:
    """Split at question marks and semicolons, and at commas where both sides ask."""
    for whole in _QUESTIONS.split(question):
        whole = _VERDICT.sub("", whole)
        if not whole:
            continue
        if _ONE_AND_ONE.match(whole):
            yield whole
        elif doers := _DOERS.match(whole):
            yield from (doers["scene"] + doers["first"], doers["scene"] + doers["second"])
        else:
            yield from _listed(whole)


def _listed(whole: str) -> list[str]:
    _, colon, listed = whole.rpartition("：" if "：" in whole else ":")
    if colon and len(_asking_clauses(listed)) > 1:
        return _asking_clauses(listed)
    if len(_asking_clauses(whole)) > 1 and not _EACH.search(whole):
        return _asking_clauses(whole)
    return [whole]


def _asking_clauses(text: str) -> list[str]:
    """Clauses that ask, each with the clauses before it that only set the scene."""
    clauses: list[str] = []
    scene = ""
    for clause in re.split(r"[,，]", text):
        if _ASKS.search(clause):
            clauses.append(_LEADS.sub("", scene + clause))
            scene = ""
        else:
            scene += f"{clause},"
    return clauses


def _asked_again(what: str, before: str) -> str:
    """…呢 asks of ``what`` what the question before it asked: its asking end is taken over."""
    tail = re.search(r"(?:是|有|叫|为|為|达|達)*(?:多少|几|幾|谁|誰|什么|什麼|哪)[^,，]*$", before)
    return _LEADS.sub("", what) + (tail[0] if tail else "")


def _one_and_one(piece: str) -> list[str]:
    """甲和乙,一个…,一个…: the first deed is the first one's, the second the other's, and so with what is asked."""
    found = _ONE_AND_ONE.match(piece)
    names = parted(found["names"]) if found else []
    if found is None or len(names) != 2:
        return []
    told = [names[0] + found["one"], names[1] + found["other"]]
    if not found["asked"]:
        return told if all(_ASKS.search(one) for one in told) else []
    asked = parted(found["asked"]) or [found["asked"]] * 2
    return [f"{one},{what}{found['rest']}" for one, what in zip(told, asked, strict=False)]


def _written(piece: str) -> list[str]:
    """谁写了甲、乙的两篇稿子: one question for each of the pieces named after the deed."""
    found = _WROTE.match(piece)
    names = parted(found["what"]) if found else []
    return [found["who"] + name for name in names] if found else []
