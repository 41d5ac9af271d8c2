"""Who wrote it and where from: byline lines, names with their roles, datelines. Reads folded text only.

Everything is recognised by form (role words, brackets, the shape of a name), never by a list of people or towns.
Knows nothing of blocks or articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.models import Byline
from rag.text.people import COMPOUND_SURNAMES, SURNAMES

_SINGLE = "".join(sorted((SURNAMES | frozenset("仉储佘占门邝冶区")) - frozenset("时要党战大中")))
_DOUBLE = "|".join(sorted(COMPOUND_SURNAMES))
_HAN = "\u3400-\u9fff"
NAME = rf"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{_SINGLE}][{_HAN}]{{1,2}}|[{_HAN}]{{1,6}}·[{_HAN}]{{1,6}})"
"""A person's name by its shape: a surname and one or two characters, or a name with a middle dot."""

ROLE = (
    r"(?:(?:本报|本网|新华社|人民日报|中新社|本刊|本台|特约|首席|见习|实习|全媒体|融媒体|融媒|驻[\u3400-\u9fff]{1,4})*"
    r"(?:记者|通讯[员贝]|特约评论员|评论员|特派员|实习生|编辑|摄影记者|摄影)|作者|撰文|撰稿|供稿|供图|摄影)"
)
_SEPARATOR = r"[ 、,，/\u3000·|]*"
_NAMES = rf"{NAME}(?:[ 、,，/\u3000·|]+{NAME})*"
_LEAD_MARK = r"[■□◆◇●○▲△★☆◎▪•\-—/\s]*"

_TITLES = (
    r"书记|主任|局长|部长|校长|院长|县长|区长|市长|镇长|乡长|主席|会长|所长|处长|科长|"
    r"总经理|董事长|教授|研究员|站长|委员|常委"
)
_POST = rf"[\u3400-\u9fff()]{{2,26}}(?:{_TITLES})"
_OWN_ROLE = rf"{ROLE}[:：]?\s*"

_LOOSE = rf"(?:{NAME}|[{_HAN}]{{2,4}})(?:[ 、,，/\u3000·|]+(?:{NAME}|[{_HAN}]{{2,3}}(?![{_HAN}])))*"
"""Names beside a role word need no known surname."""

_PAPER_NAME = rf"[{_HAN}]{{2,12}}?(?:日报|晚报|晨报|早报|时报|报社|日报社|电视台|融媒体中心|客户端|新闻网|[{_HAN}]网)"

BYLINE_LINE = re.compile(
    rf"^{_LEAD_MARK}\(?(?:{_PAPER_NAME}\s*)?(?:{_LOOSE}\s+)?(?:{_OWN_ROLE}\s*{_LOOSE}[\s;；、,|]*(?:文/图|图/文|文图|摄影报道|报道)?\s*)+\)?$"
)
"""A line of nothing but roles and names, at least one role: ``■ 记者 X 通讯员 Y Z``, ``X 本报记者 Y``."""

NAMES_LINE = re.compile(rf"^{_LEAD_MARK}(?:文[/:：]\s*)?{NAME}(?:[ 、,\u3000]+{NAME}){{0,4}}(?:\s*文/图)?$")
"""A line of bare names, nothing else."""

POST_LINE = re.compile(rf"^{_LEAD_MARK}{_POST}\s+{NAME}(?:[ 、]{NAME})*$")
"""An official as author: post, blank, name."""

TRAILING_POST = re.compile(rf"(?<=\s)(?P<byline>[{_HAN}]{{2,24}}(?:{_TITLES})\s+{NAME})$")
"""The same at the end of a headline line that was run together."""

DATELINE = re.compile(
    rf"^(?P<dateline>(?:[【\[](?=本报讯))?据?(?P<agency>本报|本刊|本台|新华社|中新社|中新网|央视网|人民网|新华网|央广网|[\u3400-\u9fff]{{2,6}}日报|[\u3400-\u9fff]{{2,6}}晚报)"
    rf"(?P<place>[\u3400-\u9fff]{{0,12}}?)(?P<date>(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)?(?:讯[】\]]?|电|消息)|(?P<town>[\u3400-\u9fff]{{2,5}}?)讯(?=\())"
    rf"(?P<credit>\s*[\(（][^()（）]{{2,60}}[\)）]|\s*(?={ROLE}))?"
)
"""How a report opens: 本报讯(记者X), 新华社上海1月2日电, X讯(Y)."""

END_DATELINE = re.compile(
    r"\(?(?P<dateline>(?:新华社|中新社)(?P<place>[\u3400-\u9fff]{1,10}?)(?P<date>(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?:电|讯))\)?$"
)
"""An agency's dateline printed after the text."""

_INLINE_CREDIT = re.compile(
    rf"^{ROLE}\s*[:：]?\s*{_NAMES}(?:{_SEPARATOR}{ROLE}\s*[:：]?\s*{_NAMES})*\s*(?:报道|摄影报道|文/图)[:：]?"
)
_LEADING_NAMES = re.compile(r"^\((?P<inside>[^()]{2,60})\)")
_END_CREDIT = re.compile(r"\((?P<inside>[^()]{2,60})\)[。]?$")
_SHOT = r"\s*/?\s*(?:摄影报道|摄影|摄|供图)"
_SHOT_BY = re.compile(
    rf"(?:{ROLE}\s*[:：]?\s*)?(?:{NAME})(?:[ 、,/\u3000]+(?:{ROLE}\s*)?{NAME}){{0,3}}{_SHOT}[)）]?[。]?$"
)
_CREW = rf"{_NAMES}(?:{_SEPARATOR}{ROLE}\s*{_NAMES})*"
_SHOT_LINE = re.compile(
    rf"^{_LEAD_MARK}[(（]?(?:(?:摄影|图片|图|供图|摄)\s*[:：/]?\s*(?:{ROLE}\s*)?{_CREW}"
    rf"|(?:{ROLE}\s*[:：]?\s*)?{_CREW}{_SHOT}|资料图片?|资料照片)[)）]?[。]?$"
)
_TOKEN = re.compile(
    rf"(?P<house>{_PAPER_NAME}(?={ROLE}))|(?P<role>摄影报道|{ROLE}|摄影|作者单位|摄|供图|文/图|文图)|(?P<name>{NAME})|(?P<other>[^\s、,，;；/:：|()（）■□◆●▲◎○\-—]+)"
)
_INSTITUTION = re.compile(
    r"^(?:(?:本文)?作者(?:单位|工作单位)[:：]?|(?:本文)?作者(?:系|为|是))\s*(?P<where>[^()。]{3,40})$"
)
_BY_KIND = re.compile(rf"(?:(?<=^)|(?<=[\s(■□◆●]))(?P<kind>文字?|图片?)\s*[/:：]\s*(?={NAME})")
"""文/X 图/Y and 文:X 图:Y."""
_BY_KIND_LINE = re.compile(rf"^{_LEAD_MARK}(?:(?:文字?|图片?|摄影|作者|编辑)\s*[/:：]\s*{_NAMES}\s*){{2,4}}$")
_NAMES_FOLLOW = (":", "：", "/")
_NOT_TOWN = frozenset("通资电简喜信审问音传快")
"""通讯, 资讯, 电讯 … before a bracket are words, not datelines."""
_HOUSE = re.compile(
    r"(?:本报|本网|本刊|本台|新华社|人民日报|中新社|全媒体|融媒体|融媒|驻[\u3400-\u9fff]{1,4}?(?=记者))"
)
_RANKED = re.compile(r"(?:特约|首席|见习|实习)*(?:记者|通讯员|评论员|特派员|实习生|编辑)")
_CANONICAL = frozenset(("摄影", "文/图", "供图", "作者"))
_WRITERS = {"撰文": "作者", "撰稿": "作者"}
_REPORTS = re.compile(r"(?<!摄影)报道[:：]?\s*$")
_PAPER = re.compile(r"[\u3400-\u9fff]{2,6}(?:日报|晚报|晨报|早报|时报|报社|新闻|快报|都市报|客户端|电视台|融媒)$")


def is_byline_line(spaced: str) -> bool:
    """Whether a folded line is a byline and nothing else."""
    line = spaced.strip()
    if not 2 <= len(line) <= 60 or line[-1] in "。!?;":
        return False
    if BYLINE_LINE.match(line) or POST_LINE.match(line) or _BY_KIND_LINE.match(line):
        return True
    return bool(line[0] in "■□◆●▲◎○" and NAMES_LINE.match(line))


def is_names_line(spaced: str) -> bool:
    """Whether a folded line is nothing but one or more names (which a short headline may look like)."""
    return len(spaced) <= 30 and bool(NAMES_LINE.match(spaced.strip()))


def is_shot_line(spaced: str) -> bool:
    """Whether a folded line is a photographer's credit and nothing else (本报记者 X 摄)."""
    return len(spaced) <= 60 and bool(_SHOT_LINE.match(spaced.strip()))


def shot_credit(spaced: str) -> int | None:
    """Where the photographer's credit at the end of a caption starts; None without one."""
    line = spaced.rstrip()
    tail = line[-40:]
    found = _SHOT_BY.search(tail)
    if found is None:
        return None
    start = len(line) - len(tail) + found.start()
    before = line[:start].rstrip(" (（")
    return start if not before or before[-1] in '。!?…”"』」)）;,:' or line[start - 1] in " (（" else None


@dataclass(frozen=True, slots=True)
class Opening:
    """How a body opens: ``length`` folded characters of dateline and credit, with what they say."""

    length: int
    dateline: str
    place: str | None
    month_day: tuple[str | None, str] | None
    bylines: tuple[Byline, ...]


def read_opening(folded: str) -> Opening | None:
    """The dateline a report opens with; None where it opens without one. ``folded`` keeps its white space."""
    match = DATELINE.match(folded)
    if match is None:
        return None
    end = match.end()
    credit = match["credit"] or ""
    if not credit.strip():
        inline = _INLINE_CREDIT.match(folded[end:].lstrip())
        if inline:
            lead = len(folded[end:]) - len(folded[end:].lstrip())
            credit, end = inline[0], end + lead + inline.end()
    names = parse_names(credit)
    if match["town"] and (not names or match["town"][-1] in _NOT_TOWN):
        return None
    town = match["town"] if match["town"] and match["town"][-1] not in "网报台社" else None
    return Opening(end, match["dateline"].strip(), match["place"] or town, _month_day(match["date"]), names)


def read_closing(folded: str) -> tuple[int, tuple[Byline, ...], re.Match[str] | None]:
    """Credit at the end of a text: (start of the credit or the length, names, an agency's dateline if it is one)."""
    tail = folded[-80:]
    base = len(folded) - len(tail)
    dated = END_DATELINE.search(tail)
    if dated:
        return base + dated.start(), (), dated
    match = _END_CREDIT.search(tail)
    if match and institution(match["inside"]):
        return base + match.start(), (Byline("", institution(match["inside"])),), None
    if match and (re.search(ROLE, match["inside"]) or NAMES_LINE.match(match["inside"].strip())):
        names = parse_names(match["inside"])
        if names:
            return base + match.start(), names, None
    return len(folded), (), None


def _month_day(date: str | None) -> tuple[str | None, str] | None:
    """(year or None, MM-DD) of a printed date."""
    found = re.match(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日", date or "")
    return (found[1], f"{int(found[2]):02d}-{int(found[3]):02d}") if found else None


def month_day(match: re.Match[str]) -> tuple[str | None, str] | None:
    """(year or None, MM-DD) of a match of ``END_DATELINE``."""
    return _month_day(match["date"])


def institution(credit: str) -> str | None:
    """Where the author works or what they are, as a credit says (作者单位:…, 作者系…); None where it does not."""
    match = _INSTITUTION.match(credit.strip(" ()（）。"))
    return match["where"].strip() if match else None


def parse_names(credit: str) -> tuple[Byline, ...]:
    """Names with roles from a credit. A role stands before its names; 摄 and 文/图 stand after them."""
    if institution(credit):
        return ()
    credit = _REPORTS.sub("", _BY_KIND.sub(_spelt_out, credit))
    names: list[Byline] = []
    role: str | None = None
    pending = 0
    credit = _rejoin(credit)
    for match in _TOKEN.finditer(credit):
        if match["house"]:
            continue
        if match["role"]:
            if match["role"] in ("摄", "供图", "文/图", "文图", "摄影报道") or (
                match["role"] == "摄影" and pending and credit[match.end() : match.end() + 1] not in _NAMES_FOLLOW
            ):
                names[len(names) - pending :] = [
                    Byline(n.name, _after(n.role, match["role"])) for n in names[len(names) - pending :]
                ]
            else:
                role = match["role"] if role != "摄影" or pending else f"摄影{match['role']}"
            pending = 0
        elif match["name"]:
            names.append(Byline(match["name"], role))
            pending += 1
        elif _PAPER.search(match["other"]):
            continue
        elif names and pending and len(match["other"]) == 1:
            names[-1] = Byline(names[-1].name + match["other"], names[-1].role)
        elif 2 <= len(match["other"]) <= 4 and role is not None:
            names.append(Byline(match["other"], role))
            pending += 1
    return tuple(Byline(name.name, canonical_role(name.role)) for name in names)


def _spelt_out(match: re.Match[str]) -> str:
    return "作者:" if match["kind"].startswith("文") else "摄影:"


def canonical_role(printed: str | None) -> str | None:
    """One word for one role, of whatever house: 本报记者 and 新华社记者 are 记者, 本报记者 摄 and 摄影记者 are 摄影.

    A rank stays (首席记者, 见习记者, 特约评论员); 文/图 is writer and photographer in one. A printed word without a
    canonical one, such as an official's post, stays as it is. ``printed`` is folded.
    """
    if printed is None:
        return None
    role = printed.replace(" ", "").replace("通讯贝", "通讯员")
    if role.endswith(("文/图", "图/文", "文图")):
        return "文/图"
    if "摄" in role:
        return "摄影"
    if role.endswith("供图"):
        return "供图"
    ranked = _HOUSE.sub("", role)
    return ranked if _RANKED.fullmatch(ranked) else _WRITERS.get(role, printed)


def is_canonical(role: str | None) -> bool:
    """Whether a role is one of the words every printed form is brought to; those are Simplified on every page."""
    return role is not None and bool(role in _CANONICAL or _RANKED.fullmatch(role))


def _after(role: str | None, printed: str) -> str:
    return f"{role} {printed}" if role else printed


def _rejoin(credit: str) -> str:
    """Close a blank that a line break left inside a name: a lone character after a two-character name."""
    return re.sub(rf"(?<=[{_HAN}]{{2}}) (?=(?![摄文图])[{_HAN}](?:[)）]|$))", "", credit.replace("\n", " "))
