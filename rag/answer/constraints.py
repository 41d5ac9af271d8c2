"""What a question fixes and evidence must not contradict: years, dates, figures, quoted terms, places, persons, codes.

A near miss differs from an answer in one of these. Knows nothing of scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.candidates import Candidate
from rag.answer.dating import is_base, shares_grain, standing_dates
from rag.answer.lexicon import PERSON_ROLES
from rag.answer.question import Question
from rag.models import AbstentionCode, Evidence
from rag.text.dates import DateMention, find_dates
from rag.text.figures import Figure, find_figures, same_figure
from rag.text.names import NameMention, find_names
from rag.text.normalise import fold
from rag.text.places import find_places

_QUOTED = re.compile(r"[“「『《\"]([^“”「」『』《》\"\n]{1,40})[”」』》\"]")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9\-]*[A-Za-z0-9]|[A-Z]")
_ASKING = re.compile(
    r"(?<=[写拍])[过了]|(?:多少|几|哪)[一两二三四五六七八九十]?[个家项名位件条次所种类座支级]?|什么|谁|是否|如何|怎[么样]"
)
_DATED = re.compile(
    r"[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?|[0-9]{1,2}月(?:[0-9]{1,2}日|[初底末份]|[上中下]旬)?|[近]?[两二三四五0-9几]年(?:多|来|以来)*|今年|去年|目前"
)
_VAGUE = frozenset("一几数两第")
"""Figures that begin like this often count nothing (一个, 两会)."""
_RUN_ON = re.compile(r"[过了有是拿给把被和与从到请问为对其]")
"""Words that show a place was cut with what stands before it."""
_ROLE = "|".join(sorted(PERSON_ROLES))
_OFFICE_OF = re.compile(rf"(?P<body>[\u4e00-\u9fff]{{2,}}?(?:[局委办部厅院校厂司所]|委员会))的?(?:{_ROLE})")
SHORTEST_BODY = 3
_LETTER_REACH = 4
"""Characters that may stand between two letters of a body's short name written out (科技局: 科学技术局)."""
_PLACE_PART = re.compile(r"[^省市县区乡镇村]{2,}(?:自治[区州县]|街道|社区|[省市县区乡镇村州])")
_PLACE_LEVEL = re.compile(
    r"(?:特别行政区|自治[区州县]|经济技术开发区|经济开发区|经开区|高新区|开发区|[省市县区乡镇村州]|街道|社区)$"
)
_OWN_PLACE = re.compile(
    r"[我全本该][省市县区縣區鄉鎮乡镇村]|(?:^|[^\u4e00-\u9fff])[省市县區縣区乡镇](?=[\u4e00-\u9fff])"
)


@dataclass(frozen=True, slots=True)
class Constraints:
    """The fixed points of one question; quoted terms, places and persons are folded.

    ``bases`` are dates the question compares with, ``dates`` all others; ``body`` is the one whose office is asked for.
    """

    dates: tuple[DateMention, ...]
    figures: tuple[Figure, ...]
    quoted: tuple[str, ...]
    places: tuple[str, ...]
    persons: tuple[str, ...]
    codes: tuple[str, ...]
    bases: tuple[DateMention, ...] = ()
    body: str = ""


def read_constraints(question: Question) -> Constraints:
    """Find the fixed points in the question's text."""
    text = _blank(_ASKING, question.text)
    names = find_names(_blank(_DATED, text))
    places = [place for place in find_places(_blank(_DATED, text)) if not _RUN_ON.search(place.text)]
    return Constraints(
        dates=tuple(standing_dates(text)),
        bases=tuple(date for date in find_dates(text) if is_base(text, date)),
        figures=tuple(
            figure
            for figure in find_figures(text)
            if figure.kind not in ("date", "ordinal")
            and figure.raw[0] not in _VAGUE
            and not any(_meet(figure, place) for place in places)
        ),
        quoted=tuple(term for hit in _QUOTED.finditer(text) if len(term := fold(hit[1])) > 1),
        places=tuple(dict.fromkeys(fold(place.text) for place in places)),
        persons=tuple(fold(name.text) for name in names if name.kind == "person"),
        codes=tuple(fold(hit[0]) for hit in _CODE.finditer(text)),
        body=_body(question),
    )


def _body(question: Question) -> str:
    """The body whose office is asked for (某市*工信局*的局长是谁), without the place before it; empty where none is."""
    found = _OFFICE_OF.search(question.text) if question.kind == "person" else None
    body = fold(_PLACE_PART.sub("", re.sub(r".*谁是?|^的", "", found["body"]))) if found else ""
    return body if len(body) >= SHORTEST_BODY else ""


def _meet(figure: Figure, place: NameMention) -> bool:
    return figure.start < place.end and place.start < figure.end


def _blank(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: "，" * len(found[0]), text)


def contradiction(constraints: Constraints, candidate: Candidate, evidence: Evidence) -> AbstentionCode | None:
    """Why the candidate cannot answer, or None where nothing fixed speaks against it."""
    if not _dates_hold(constraints, candidate, evidence):
        return "out_of_period"
    if not _places_hold(constraints, candidate, evidence):
        return "other_place"
    whole = candidate.setting.whole
    if any(name not in whole for name in constraints.persons) or not _codes_hold(constraints, candidate):
        return "not_stated"
    if not _body_holds(constraints.body, candidate):
        return "not_stated"
    if not _quoted_hold(constraints, candidate) or not _figures_hold(constraints, candidate, evidence):
        return "not_stated"
    return None


def _dates_hold(constraints: Constraints, candidate: Candidate, evidence: Evidence) -> bool:
    """Each asked date agrees with one in the sentence, or in what gives an undated sentence its date."""
    if not (constraints.dates or constraints.bases):
        return True
    own = find_dates(candidate.plain)
    standing = standing_dates(candidate.plain)
    around = find_dates(f"{candidate.before}\n{candidate.setting.heading}\n{evidence.article.published or ''}")
    everywhere = [*around, *find_dates(candidate.setting.whole)]
    return all(_date_holds(date, own, everywhere) for date in constraints.bases) and all(
        _date_holds(date, standing, everywhere) and not _only_compared(date, own, standing)
        for date in constraints.dates
    )


def _only_compared(date: DateMention, own: list[DateMention], standing: list[DateMention]) -> bool:
    """Whether the sentence names the asked date only to compare with it."""
    return any(date.agrees_with(other) for other in own) and not any(date.agrees_with(other) for other in standing)


def _date_holds(date: DateMention, own: list[DateMention], everywhere: list[DateMention]) -> bool:
    same_grain = [other for other in own if shares_grain(date, other)]
    if same_grain:
        return any(date.agrees_with(other) for other in same_grain)
    return any(date.agrees_with(other) for other in everywhere)


def _places_hold(constraints: Constraints, candidate: Candidate, evidence: Evidence) -> bool:
    return all(_place_holds(place, candidate, evidence) for place in constraints.places)


def _place_holds(place: str, candidate: Candidate, evidence: Evidence) -> bool:
    """The place stands in the article, or on its page while the article only says 我市, 区委 …"""
    core = _core(place)
    if core in candidate.setting.whole:
        return True
    page = evidence.document_text
    return core in fold(page) and _OWN_PLACE.search(evidence.article.text) is not None and _is_own(place, core, page)


def _is_own(place: str, core: str, page: str) -> bool:
    """Whether no other place of the same level stands on the page more often: 我市 is hardly one named in passing."""
    level = _PLACE_LEVEL.search(place)
    named = _named_places(page)
    rivals = {_core(other) for other in named if level and other.endswith(level[0])} - {core}
    plain = fold(page)
    return all(plain.count(rival) <= plain.count(core) for rival in rivals)


@lru_cache(maxsize=64)
def _named_places(page: str) -> frozenset[str]:
    return frozenset(fold(place.text) for place in find_places(page))


def places_are_known(constraints: Constraints, candidates: Sequence[Candidate]) -> bool:
    """Whether the articles found speak of each asked place: then nothing is wrong with the place."""
    return all(any(_core(place) in one.setting.whole for one in candidates) for place in constraints.places)


def _core(place: str) -> str:
    """A place without what it lies in and without its level (某县甲乙镇 → 甲乙)."""
    last = _PLACE_PART.findall(place)
    core = _PLACE_LEVEL.sub("", last[-1] if last else place)
    return core if len(core) > 1 else place


def _codes_hold(constraints: Constraints, candidate: Candidate) -> bool:
    """Each code (B in B座) stands in the sentence, or near it while the sentence holds no other."""
    missing = [code for code in constraints.codes if code not in candidate.folded]
    others = {fold(hit[0]) for hit in _CODE.finditer(candidate.plain)}
    return all(code in candidate.near and not any(len(other) == len(code) for other in others) for code in missing)


def _quoted_hold(constraints: Constraints, candidate: Candidate) -> bool:
    """Each quoted term stands in the sentence, or near it while the sentence quotes nothing else in its place."""
    missing = [term for term in constraints.quoted if term not in candidate.folded]
    if not missing:
        return True
    if any(term not in candidate.near for term in missing):
        return False
    others = [fold(hit[1]) for hit in _QUOTED.finditer(candidate.plain)]
    return not any(other[-1:] == term[-1] and other not in constraints.quoted for other in others for term in missing)


def _body_holds(body: str, candidate: Candidate) -> bool:
    """The body asked about stands in the sentence, or in its article while the sentence names no other's office."""
    if not body or _named_or_written_out(body, candidate.folded):
        return True
    another = re.search(rf"[\u4e00-\u9fff]{{2}}{body[-1]}[\u4e00-\u9fff、]{{0,8}}?(?:{_ROLE})", candidate.folded)
    return another is None and _named_or_written_out(body, candidate.setting.whole)


def _named_or_written_out(body: str, text: str) -> bool:
    """Whether the last three characters of a body's name stand in the text, in order and near each other."""
    reach = rf"[\u4e00-\u9fff]{{0,{_LETTER_REACH}}}?"
    return re.search(reach.join(re.escape(letter) for letter in body[-3:]), text) is not None


def _figures_hold(constraints: Constraints, candidate: Candidate, evidence: Evidence) -> bool:
    if not constraints.figures:
        return True
    near = find_figures(candidate.plain) + find_figures(candidate.near)
    missing = [figure for figure in constraints.figures if not any(same_figure(figure, other) for other in near)]
    if not missing:
        return True
    everywhere = find_figures(evidence.article.text)
    return all(
        figure.kind != "percent" and any(same_figure(figure, other) for other in everywhere) for figure in missing
    )
