"""Who wrote it: byline lines, photographers' credits, names with their roles. Reads folded text only.

Everything is recognised by form (role words, brackets, the shape of a name), never by a list of people. Knows
nothing of datelines, blocks or articles.
"""

from __future__ import annotations

import re

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
NAMES = rf"{NAME}(?:[ 、,，/\u3000·|]+{NAME})*"
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

_PADDED = re.compile(rf"(?<![{_HAN}])(?P<surname>[{_SINGLE}])[ \u3000]+(?=[{_HAN}](?![{_HAN}]))")
"""A name of two characters set as wide as one of three."""

NAMES_LINE = re.compile(rf"^{_LEAD_MARK}(?:文[/:：]\s*)?{NAME}(?:[ 、,\u3000]+{NAME}){{0,4}}(?:\s*文/图)?$")
"""A line of bare names, nothing else."""

POST_LINE = re.compile(rf"^{_LEAD_MARK}{_POST}\s+{NAME}(?:[ 、]{NAME})*$")
"""An official as author: post, blank, name."""

TRAILING_POST = re.compile(rf"(?<=\s)(?P<byline>[{_HAN}]{{2,24}}(?:{_TITLES})\s+{NAME})$")
"""The same at the end of a headline line that was run together."""

_SHOT = r"\s*/?\s*(?:摄影报道|摄影|摄|供图)"
_SHOT_BY = re.compile(
    rf"(?:{ROLE}\s*[:：]?\s*)?(?:{NAME})(?:[ 、,/\u3000]+(?:{ROLE}\s*)?{NAME}){{0,3}}{_SHOT}[)）]?[。]?$"
)
_CREW = rf"{NAMES}(?:{_SEPARATOR}{ROLE}\s*{NAMES})*"
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
_BY_KIND = re.compile(rf"(?:(?<=^)|(?<=[\s(■□◆●]))(?P<kind>文字?|图片?|摄)\s*[/:：]\s*(?={NAME})")
"""文/X 图/Y and 文:X 图:Y."""
_KINDS = r"(?:文字?|图片?|摄影|摄|作者|编辑)"
_BY_KIND_LINE = re.compile(rf"^{_LEAD_MARK}\(?(?:{_KINDS}\s*[/:：]\s*{NAMES}[\s,、;]*){{2,4}}\)?$")
_KIND_AFTER = re.compile(rf"(?P<names>{NAMES})\s*/\s*(?P<kind>文图|图文|文字?|图片?|摄影?)(?=$|[\s),、;])")
"""X/文 Y/摄."""
_KIND_AFTER_LINE = re.compile(rf"^{_LEAD_MARK}\(?(?:{NAMES}\s*/\s*(?:文图|图文|文字?|图片?|摄影?)[\s,、;]*){{1,4}}\)?$")
_NAMES_FOLLOW = (":", "：", "/")
_HOUSE = re.compile(
    r"(?:本报|本网|本刊|本台|新华社|人民日报|中新社|全媒体|融媒体|融媒|驻[\u3400-\u9fff]{1,4}?(?=记者))"
)
_RANKED = re.compile(r"(?:特约|首席|见习|实习)*(?:记者|通讯员|评论员|特派员|实习生|编辑)")
_CANONICAL = frozenset(("摄影", "文/图", "供图", "作者"))
_WRITERS = {"撰文": "作者", "撰稿": "作者"}
_REPORTS = re.compile(r"(?<!摄影)报道[:：,，]?\s*$")
_PAPER = re.compile(r"[\u3400-\u9fff]{2,6}(?:日报|晚报|晨报|早报|时报|报社|新闻|快报|都市报|客户端|电视台|融媒)$")


def is_byline_line(spaced: str) -> bool:
    """Whether a folded line is a byline and nothing else."""
    line = close_names(spaced.strip())
    if not 2 <= len(line) <= 60 or line[-1] in "。!?;":
        return False
    if BYLINE_LINE.match(line) or POST_LINE.match(line) or _names_kinds(line):
        return True
    return bool(line[0] in "■□◆●▲◎○" and NAMES_LINE.match(line))


def is_names_line(spaced: str) -> bool:
    """Whether a folded line is nothing but one or more names (which a short headline may look like)."""
    return len(spaced) <= 30 and bool(NAMES_LINE.match(close_names(spaced.strip())))


def bare_names(spaced: str) -> tuple[str, ...]:
    """The names of a line of nothing but names; empty where it is none."""
    return tuple(re.findall(NAME, close_names(spaced.strip()))) if is_names_line(spaced) else ()


def is_credit(inside: str) -> bool:
    """Whether what stands in brackets behind a text may be names: with a role, or nothing but names."""
    line = close_names(inside.strip())
    return bool(re.search(ROLE, line) or NAMES_LINE.match(line) or _names_kinds(line))


def close_names(line: str) -> str:
    """The line with names of two characters closed that were set as wide as three (王 强)."""
    return _PADDED.sub(r"\g<surname>", line)


def _names_kinds(line: str) -> bool:
    """文/X 图/Y, X/文 Y/摄; a photographer alone is a caption's."""
    return bool(_BY_KIND_LINE.match(line) or (_KIND_AFTER_LINE.match(line) and "文" in line))


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


def institution(credit: str) -> str | None:
    """Where the author works or what they are, as a credit says (作者单位:…, 作者系…); None where it does not."""
    match = _INSTITUTION.match(credit.strip(" ()（）。"))
    return match["where"].strip() if match else None


def parse_names(credit: str) -> tuple[Byline, ...]:
    """Names with roles from a credit. A role stands before its names; 摄 and 文/图 stand after them."""
    if institution(credit):
        return ()
    credit = _KIND_AFTER.sub(_put_before, close_names(credit))
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


def _put_before(match: re.Match[str]) -> str:
    """X/文 as 作者:X; 文图 stays behind, where it is read."""
    if len(match["kind"]) == 2 and {*match["kind"]} == {*"文图"}:
        return f"{match['names']} 文图 "
    return f"{_spelt_out(match)}{match['names']} "


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
