"""Things named side by side (A、B 和 C) made whole one by one: each with the words that only one of them carries.

Chinese leaves out what two coordinates share: a place, a time or an owner stands before the first only, the noun after
the last only. Text in, text out. Knows nothing of questions or evidence.
"""

from __future__ import annotations

import re

from rag.text.dates import find_dates
from rag.text.people import COMPOUND_SURNAMES, SURNAMES
from rag.text.places import find_places

_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "‘": "’"}
_JOINT = re.compile(
    r"、|(?<=[”」》])(?=[“「《])|(?<![共温缓中平饱])和(?![平谐睦美气解县服尚约顺蔼])|(?<![参參])(?:与|與)(?![会會其否时時此众眾])|(?<![以涉普论危波遍顾提触])及(?![其时早格至])|以及|跟(?![踪进随])"
)
"""和, 与, 及 and 跟 where they join, and not inside a word (和平, 参与会议, 普及, 跟踪); quoted names side by side."""
_PAIRED = re.compile(r"(?:这|這|那)?[两兩二三四][个個家张張篇位名项項所座处處件场場则則幅条條次版]")
_BOTH = re.compile(rf"的?{_PAIRED.pattern}(?P<noun>[^的]{{0,4}})$")
_THAT = re.compile(r"的?(?:这|那)(?:篇|则|条)$")
_WITHIN = re.compile(r"(?<=.{2})(?:在|于|從|从|为|為|对|對)(?=[^、和与]{2,}$)")
_MADE = re.compile(r"^(?P<who>.{2,4}?)(?P<rest>(?:拍摄?|攝|采写|採寫|撰写|写|寫|报道|報道|主持|创办|负责)的.+)$")
_MEDIA = re.compile(r"(?:报道|報道|稿件|稿子|文章|新闻|新聞|消息|通讯|照片|图片|圖片|那篇|一文)$")
_BODY = re.compile(
    r"(?:[省市县縣区區乡鄉镇鎮村州局厅廳委部院校站所队隊社司厂廠团團办馆館会會行店]|街道|学校|學校|小学|中学|大学|小學|中學|大學|幼儿园|社区|集团|交警|警方|公安|公司|银行|医院|高校)$"
)
_WHEN = re.compile(r"^(?:(?:今|去|前|明|当)年(?:[0-9]{1,2}月)?|[上下]半年|第[一二三四]季度|近[日期年]来?|[春夏秋冬]季)")
_DATE_ENDS = re.compile(r"^(?:初|底|末|份|中旬|上旬|下旬|以来|上午|下午|晚上?|凌晨)")
_NAMED = re.compile(r"[“「『《][^”」』》]*[”」』》]")
_UNDERGONE = re.compile(r"被|遭")
_SOMEBODY = re.compile(r"[一-龥]某{1,2}")
_GOVERNED = re.compile(r".{2,}?[对對给給向](?=.{1,6}$)")
SHORT_OWNER = 4
"""Characters up to which an owner, 的 included, is a place or a person and not a body."""
SHORT_NAME = 5
"""Characters up to which a coordinate cannot stand alone beside 某校的毕业典礼 and is that school's as well."""
_OPENS = re.compile(
    r"[一-龥]{2,4}(?:经济技术开发区|经济开发区|开发区|经开区|高新区|[市县区乡镇村])(?![一-龥]?[长委局和与])"
)
"""A place with its level that no list holds."""


SAID_OF_ALL = 6
"""Characters that may stand between coordinates and what is asked of each (…,摄影者); more of them tell a story."""


def parted(subjects: str) -> list[str]:
    """Each of the coordinates a stretch names, readable alone; empty where it joins nothing.

    At the first comma piece that joins; pieces before it set the scene of each (会上,甲和乙 → 会上,甲 / 会上,乙),
    pieces after it are said of each (甲和乙这两家,负责人 → 甲负责人 / 乙负责人), 除… is left out.
    """
    pieces = [piece for piece in re.split(r"[,，]", subjects) if not piece.startswith("除")]
    at = next((index for index, piece in enumerate(pieces) if len(_split(piece)) > 1), None)
    if at is None or sum(map(len, pieces[at + 1 :])) > SAID_OF_ALL:
        return []
    scene = "".join(f"{piece}," for piece in pieces[:at])
    after = "".join(pieces[at + 1 :])
    names, said, lead = _bare(_split(_uncounted(pieces[at])))
    return [f"{scene}{_joined(lead, name)}{said}{after}" for name in made_whole(names)]


def made_whole(names: list[str]) -> list[str]:
    """Coordinates as they stand, each with the first one's owner and the last one's noun where it lacks them."""
    return _with_owner(_with_noun([_THAT.sub("的报道", name) for name in names]))


def _uncounted(piece: str) -> str:
    """A stretch without the count of what it joins (甲和乙*两家*公司); of reports and pictures the noun stays."""
    found = _BOTH.search(piece)
    if found is None:
        return piece
    return piece[: found.start()] + (f"的{found['noun']}" if _MEDIA.search(found["noun"]) else "")


def _split(text: str) -> list[str]:
    """At the joints that stand outside quotation marks and brackets."""
    inside, awaited = [False] * len(text), ""
    for index, char in enumerate(text):
        inside[index] = bool(awaited)
        if awaited and char == awaited:
            awaited = ""
        elif not awaited and char in _PAIRS and _PAIRS[char] in text[index:]:
            awaited = _PAIRS[char]
    names, start = [], 0
    for joint in _JOINT.finditer(text):
        if not inside[joint.start()]:
            names.append(text[start : joint.start()])
            start = joint.end()
    return [name for name in [*names, text[start:]] if name]


def _bare(names: list[str]) -> tuple[list[str], str, str]:
    """The coordinates, what is said of all after the last, and the time that stands before the first."""
    last, said = _cut_within(names[-1])
    last, when = _dated_last(last)
    first, lead = _led(names[0])
    return [first, *names[1:-1], last], said, when or lead


def _cut_within(last: str) -> tuple[str, str]:
    """What is said of all of them after the last (甲和乙*在会上*)."""
    found = _WITHIN.search(last)
    if found is None or "的" in last[: found.start()]:
        return last, ""
    return last[: found.start()], last[found.start() :]


def _dated_last(last: str) -> tuple[str, str]:
    """A date that stands behind the last coordinate is the date of all."""
    date = next((date for date in find_dates(last) if date.end == len(last) and date.start > 1), None)
    return (last[: date.start], last[date.start :]) if date else (last, "")


def _led(first: str) -> tuple[str, str]:
    """The first coordinate, and the time before it, which holds for all."""
    date = next((date for date in find_dates(first) if date.start == 0), None)
    end = date.end if date else 0
    if more := (_DATE_ENDS.match(first[end:]) if date else _WHEN.match(first)):
        end += more.end()
    return (first[end:], first[:end]) if 0 < end < len(first) else (first, "")


def _joined(lead: str, name: str) -> str:
    return name if not lead or find_dates(name) else lead + name


def _with_noun(names: list[str]) -> list[str]:
    """The noun after the last coordinate given to those that are names alone (甲镇和乙镇*的学校*)."""
    last = names[-1]
    if made := _MADE.match(last):
        return [name + made["rest"] if "的" not in name and _is_person(name) else name for name in names[:-1]] + [last]
    if last.endswith("的"):
        head = names[0].rpartition("的")[2] if "的" in names[0] else ""
        return [*names[:-1], last + head]
    owner, _, noun = last.rpartition("的")
    noun = _PAIRED.sub("", noun)
    if not owner or not noun:
        return [*(name + last_head(last) if name.endswith("的") else name for name in names[:-1]), last]
    whole = [
        name + noun
        if name.endswith("的")
        else f"{name}的{noun}"
        if "的" not in name and _alike(name, owner, noun)
        else name
        for name in names[:-1]
    ]
    return [*whole, f"{owner}的{noun}"]


def last_head(name: str) -> str:
    """The noun of a coordinate without 的: all of it."""
    return name.rpartition("的")[2]


def _alike(name: str, owner: str, noun: str) -> bool:
    """Whether a name without a noun is the like of the owner of the noun: then the noun is meant of both."""
    if _MEDIA.search(noun) or name[-1:] == owner[-1:]:
        return True
    return all(_is_person(one) for one in (name, owner)) or all(_BODY.search(one) for one in (name, owner))


def _is_person(name: str) -> bool:
    surname = 2 if name[:2] in COMPOUND_SURNAMES else 1 if name[:1] in SURNAMES else 0
    return bool(surname) and 2 <= len(name) <= surname + 2 and _BODY.search(name) is None


def _with_owner(names: list[str]) -> list[str]:
    """The place or owner before the first coordinate given to those that name none of their own."""
    first = names[0]
    owner = first[: _of(first) + 1] if "的" in first[:-1] else ""
    place = _place_before(first)
    return [first, *(_owned(name, first, owner, place) for name in names[1:])]


def _of(text: str) -> int:
    """Where the first 的 outside quotation marks stands; -1 where none does."""
    blanked = _NAMED.sub(lambda found: "　" * len(found[0]), text)
    return blanked.find("的")


def _owned(name: str, first: str, owner: str, place: str) -> str:
    if find_places(name) or _OPENS.match(name):
        return name
    if "的" in name:
        if not place and (doer := _doer(name, owner)):
            return doer + name
        return (place or _preposed(first)) + name
    if _UNDERGONE.match(name) and (who := _SOMEBODY.match(first)):
        return who[0] + name
    body = owner[:-1] != place and len(owner) > SHORT_OWNER and _BODY.search(owner[:-1])
    is_of_all = len(name) <= SHORT_NAME or not body
    if owner and is_of_all and not _MEDIA.search(first):
        return owner + name
    return (place or _preposed(first)) + name


def _doer(name: str, owner: str) -> str:
    """Who did the first of two parallel deeds, and so the other (*某人*写的书和编的书); empty where they are none."""
    before, own = owner.removesuffix("的"), name.partition("的")[0]
    parallel = len(own) in (1, 2, 4) and not _BODY.search(own) and not _MEDIA.search(name)
    return before[: -len(own)] if parallel and len(before) - len(own) in range(2, 7) else ""


def _preposed(first: str) -> str:
    """What stands before the first coordinate up to the preposition that governs all (活动对*男生*和女生)."""
    found = _GOVERNED.match(first)
    return found[0] if found else ""


def _place_before(first: str) -> str:
    """The place a coordinate opens with and is not itself; empty where it opens with none."""
    found = next((place.text for place in find_places(first) if place.start == 0), "")
    if not found and (opens := _OPENS.match(first)):
        found = opens[0]
    return found if len(found) < len(first) else ""
