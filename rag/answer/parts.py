"""A question of several parts as several questions: A 和 B 分别…, two questions in one line, a comparison.

Text in, text out. Knows nothing of evidence.
"""

from __future__ import annotations

import re

_ASKS = re.compile(r"谁|誰|什么|什麼|甚麼|哪|几|幾|多少|何时|何時|何地|为何|為何|如何|怎|是否|吗|嗎|多[大高长長久]")
_QUESTIONS = re.compile(r"(?<=[?？])\s*|[;；]\s*")
_EACH = re.compile(r"(?:分别|分別|各自|各(?=[有是为為由在]))")
_AND = re.compile(r"和|与|與|及|以及|、|跟")
_COMPARED = re.compile(
    r"(?P<which>哪[一]?[个個家边邊方处處位项項所座]?|谁|誰)(?:的[^,，?？]{1,8})?(?:更|最|比较|比較|较|較)?(?P<scale>[多少大小高低长長早晚])(?:一些|些)?[?？]?$"
)
_PAIRED = re.compile(r"^(?:这|這)?(?:两|兩|[二三四])[个個家张張篇位名项項所座处處件场場则則幅条條次]|^(?:各|都)")
_AGAIN = re.compile(r"^(?:那么?|那麼?)?(?P<what>.+?)呢[?？]?$")
_LEADS = re.compile(r"^(?:请问|請問|另外|还有|還有|以及|同时|同時|而且|并且|並且|而|那么|那麼)[,，]?")
_BOTH = re.compile(r"(?:这|這|那)?[两兩二三四][个個家张張篇位名项項座所处處件场場则則幅条條次][^的]{0,4}$|那篇")
_DOERS = re.compile(
    r"(?P<scene>.*?)(?P<first>(?:谁|誰|哪位)[^、,，谁誰]{1,12})[、,，](?P<second>(?:谁|誰|哪位)[^、,，?？谁誰]{1,12})[?？]?$"
)
_VERDICT = re.compile(r"(?<=[多少几幾谁誰])[,，](?:哪|谁|誰)[^,，?？]{0,6}[更最较較][^,，?？]{1,4}[?？]?$")
_JOINED = re.compile(r"(?P<names>[^,，?？的]{2,12}(?:和|与|與|及)[^,，?？的]{2,12}?)(?:分别|分別|各自|各)")
MAX_PARTS = 4


def split_question(question: str) -> list[str]:
    """The questions that one line asks, each readable alone as far as the line says what it is about.

    A question of one part comes back as it is. At most ``MAX_PARTS``.
    """
    found: list[str] = []
    joined = ""
    for piece in _pieces(question.strip()):
        again = _AGAIN.match(piece)
        subjects = _JOINED.match(piece)
        joined = subjects["names"] if subjects else joined
        if joined and (each := _EACH.match(piece)):
            found.extend(_each(f"{joined}{piece[: each.end()]}{piece[each.end() :]}"))
            continue
        if again and found and not _ASKS.search(piece):
            found.append(_asked_again(again["what"], found[-1]))
        elif _ASKS.search(piece) or not found:
            found.extend(_each(piece))
    return found[:MAX_PARTS] or [question]


def _pieces(question: str) -> list[str]:
    """Split at question marks and semicolons, and at commas where both sides ask."""
    pieces: list[str] = []
    for whole in _QUESTIONS.split(question):
        whole = _VERDICT.sub("", whole)
        if not whole:
            continue
        if doers := _DOERS.match(whole):
            pieces.extend([doers["scene"] + doers["first"], doers["scene"] + doers["second"]])
            continue
        _, colon, listed = whole.rpartition("：" if "：" in whole else ":")
        if colon and len(_asking_clauses(listed)) > 1:
            pieces.extend(_asking_clauses(listed))
        elif len(_asking_clauses(whole)) > 1 and not _EACH.search(whole):
            pieces.extend(_asking_clauses(whole))
        else:
            pieces.append(whole)
    return pieces


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
    tail = re.search(r"(?:是|有|为|為|达|達|叫)*(?:多少|几|幾|谁|誰|什么|什麼|哪)[^,，]*$", before)
    return _LEADS.sub("", what) + (tail[0] if tail else "")


def _each(piece: str) -> list[str]:
    if found := _EACH.search(piece):
        return _distribute(piece[: found.start()], piece[found.end() :]) or [piece]
    if found := _COMPARED.search(piece):
        asks = "是什么时候" if found["scale"] in "早晚" else "有多少"
        return _distribute(piece[: found.start()], asks) or [piece]
    return [piece]


def _distribute(subjects: str, rest: str) -> list[str]:
    """One question for each of the joined subjects; empty where there is nothing to part."""
    pieces = [piece for piece in re.split(r"[,，]", subjects) if not piece.startswith("除")]
    at = next((index for index, piece in enumerate(pieces) if _AND.search(piece)), len(pieces) - 1)
    scene = "".join(f"{piece}," for piece in pieces[:at])
    rest = "".join(pieces[at + 1 :]) + rest
    subjects = _BOTH.sub("", pieces[at]) if pieces else ""
    joined = [subject for subject in _AND.split(subjects) if subject]
    if len(joined) < 2:
        return []
    last, of, shared = joined[-1].partition("的")
    shared = _PAIRED.sub("", shared)
    names = [*joined[:-1], last]
    return [f"{scene}{name}{of if shared else ''}{shared}{rest}" for name in names]
