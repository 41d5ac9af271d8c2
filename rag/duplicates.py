"""Whether two articles carry one report, which of many belong together, and how many sources stand behind them.

Decides on the texts themselves: characters in a row that both have, and figures that both have. Knows nothing of how
candidates are found or where articles are kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.models import Article, Copies, Copy
from rag.text.figures import Figure, find_figures, same_figure
from rag.text.normalise import fold
from rag.text.script import to_simplified
from rag.text.sentences import split_sentences

Shingles: TypeAlias = NDArray[np.uint64]
"""Hashes of the runs of ``RUN`` characters that a text has, sorted, each once."""

ShortShingles: TypeAlias = NDArray[np.uint32]
"""Their upper halves, in half the room: of two texts of 400 runs one in 27,000 pairs shares a hash by chance."""

RUN = 5
"""Characters in a row that are compared: shorter ones are common phrases, longer ones lose edited sentences."""

MIN_SHINGLES = 30
"""Shorter texts (a caption of one line, a notice) have no copies: they are alike by chance or by form."""

CONTAINED = 0.65
"""Share of the shorter text that the longer one must have too. On half of the groups of 5,000 news documents of 2023:
.60 joins 3 wrong pairs of 813, .65 none of 757; parallel reports of one event by other hands stay apart."""

SAME_FIGURES = 0.5
"""Share of the figures (of the text with fewer) that both must print: bulletins made from one form (prices, weather)
share their words and no figures, an edited copy all but a few. On the same half: without it 93 wrong pairs, with it
none, and 5 of 737 right ones are lost."""

FEW_FIGURES = 4
"""With fewer figures than this nothing can be said by them."""

STRANGERS = 0.1
"""Two articles that share less than this and are both in a third one are two reports printed together there."""

ALIKE_SENTENCE = 0.7
"""Share of character pairs, figures left out, that two wordings of one sentence have in common; set by hand, high."""

CACHED_TEXTS = 2048
"""Texts whose hashes are kept: about 10 kB each; the same reports come up again and again."""

LEAD, MIN_LEAD = 6, 2
"""Characters before a figure that say what is counted; copies keep them, and fewer than two say nothing."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_QUOTED = re.compile("“[^“”]{20,}”|「[^「」]{20,}」")
_MARKS = re.compile(r"[\W_]+")
"""Whatever is no letter or digit (``str.isalnum``)."""
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Print:
    """What one report is recognised by. ``own`` leaves out long quotations, which different reports may share."""

    shingles: ShortShingles
    own: ShortShingles
    figures: frozenset[str]

    @classmethod
    def of(cls, article: Article) -> Print:
        """The print of an article's body."""
        text = report_text(article)
        folded = fold(text)
        own, whole = _QUOTED.sub("。", text), _short(_hashed(folded))
        numbers = frozenset(_NUMBER.findall(folded))
        return cls(whole, whole if own == text else _short(_hashed(fold(own))), numbers)

    @property
    def nbytes(self) -> int:
        """About what it takes in memory."""
        runs = self.shingles.nbytes + (0 if self.own is self.shingles else self.own.nbytes)
        return 400 + runs + 60 * len(self.figures)


def report_text(article: Article) -> str:
    """What copies of a report share: the body without headline and byline; the whole text where it has no body."""
    return "\n".join(article.text[start:end] for start, end in article.body_spans) or article.text


def signed_hashes(article: Article) -> Shingles:
    """What an article's copies are looked for by; empty for furniture, what its page repeats, and what is too short."""
    if article.kind == "furniture" or article.duplicate_of is not None:
        return np.empty(0, np.uint64)
    found = shingles(report_text(article))
    return found if len(found) >= MIN_SHINGLES else np.empty(0, np.uint64)


@lru_cache(maxsize=CACHED_TEXTS)
def shingles(text: str) -> Shingles:
    """Hashes of all runs of ``RUN`` letters and digits; script, width, case, white space and marks do not count."""
    return _hashed(fold(text))


def _hashed(folded: str) -> Shingles:
    plain = _MARKS.sub("", folded)
    codes = np.frombuffer(plain.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(codes) < RUN:
        return np.empty(0, np.uint64)
    runs = len(codes) - RUN + 1
    hashed = np.zeros(runs, np.uint64)
    for at in range(RUN):
        # Unsigned arithmetic wraps; the last two lines spread what a polynomial leaves close together.
        hashed = hashed * _BASE + codes[at : at + runs]
    hashed = (hashed ^ (hashed >> np.uint64(31))) * _MIX
    found = np.unique(hashed ^ (hashed >> np.uint64(29)))
    found.setflags(write=False)  # one array serves all who ask
    return found


def _short(found: Shingles) -> ShortShingles:
    return np.unique((found >> np.uint64(32)).astype(np.uint32))


def alike(one: Print, other: Print) -> bool:
    """Whether one text is the other, or an edited or shortened copy of it."""
    if min(len(one.shingles), len(other.shingles)) < MIN_SHINGLES:
        return False
    if contained(one.shingles, other.shingles) < CONTAINED or not _share_figures(one.figures, other.figures):
        return False
    mostly_quoted = min(len(one.own), len(other.own)) < MIN_SHINGLES
    return mostly_quoted or contained(one.own, other.own) >= CONTAINED


def contained(one: Shingles | ShortShingles, other: Shingles | ShortShingles) -> float:
    """Share of the shorter text's runs that the longer one has too."""
    shorter = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / shorter if shorter else 0.0


def share_held(part: Shingles, whole: Shingles) -> float:
    """Share of one text's runs that another has; 1 for a text too short to have any."""
    return len(np.intersect1d(part, whole, assume_unique=True)) / len(part) if len(part) else 1.0


def _share_figures(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer = min(len(one), len(other))
    return fewer < FEW_FIGURES or len(one & other) >= SAME_FIGURES * fewer


def clusters(prints: Mapping[str, Print], alike_pairs: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """The articles that belong together, through others too: what is joined by alike pairs.

    An article that holds two reports which share nothing joins neither to the other: it stays apart from both.
    """
    links: dict[str, set[str]] = {name: set() for name in prints}
    for one, other in alike_pairs:
        links[one].add(other)
        links[other].add(one)
    for name in [name for name, near in links.items() if _is_collection(name, near, prints)]:
        for shorter in [other for other in links[name] if _is_shorter(other, name, prints)]:
            links[name].discard(shorter)
            links[shorter].discard(name)
    return _components(links)


def _is_shorter(one: str, other: str, prints: Mapping[str, Print]) -> bool:
    return len(prints[one].shingles) < 0.8 * len(prints[other].shingles)


def _is_collection(name: str, near: Collection[str], prints: Mapping[str, Print]) -> bool:
    parts = [other for other in sorted(near) if _is_shorter(other, name, prints)]
    return any(
        contained(prints[one].shingles, prints[other].shingles) < STRANGERS for one, other in combinations(parts, 2)
    )


def _components(links: Mapping[str, Collection[str]]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    left = dict.fromkeys(sorted(links))
    while left:
        waiting, group = [next(iter(left))], set[str]()
        while waiting:
            name = waiting.pop()
            if name not in group:
                group.add(name)
                waiting += links[name]
                del left[name]
        found.append(frozenset(group))
    return found


# --- sources ---------------------------------------------------------------------------------------------------------

_AGENCIES = (
    ("新华社", "新华社|新华网"),
    ("中新社", "中新社|中新网|中国新闻社|中国新闻网"),
    ("中央社", "中央社"),
    ("路透社", "路透社"),
    ("美联社", "美联社"),
    ("法新社", "法新社"),
    ("塔斯社", "塔斯社"),
    ("共同社", "共同社"),
    ("韩联社", "韩联社"),
    ("彭博社", "彭博社"),
)
_ALL_AGENCIES = "|".join(words for _, words in _AGENCIES)
_CREDIT_BEFORE = re.compile(
    rf"^[\s【〔\[（(]*(?:据|综合|来源[:：]?|转自|本文转自|本文来源[:：]?)?\s*[【〔\[（(]?(?P<agency>{_ALL_AGENCIES})"
)
_DATELINE = re.compile(rf"(?P<agency>{_ALL_AGENCIES})[^，。；,;]{{1,12}}?[0-9]{{1,2}}月[0-9]{{1,2}}日[电讯]")
_CREDIT_AFTER = re.compile(
    rf"(?:[（(【]\s*(?:据|来源[:：]?|转自|综合)?\s*|来源[:：]\s*|转自[:：]?\s*)(?P<agency>{_ALL_AGENCIES})"
    rf"[^（()）【】。]{{0,30}}[）)】]?\s*$"
)


def credited_agency(article: Article) -> str | None:
    """The news agency a report is credited to: in its dateline, at its head or at its foot; None where none is."""
    body = to_simplified(report_text(article))
    credits_ = [to_simplified(article.text[part.start : part.end]) for part in article.parts if part.role == "credit"]
    heads = (to_simplified(article.dateline or ""), *credits_, body[:60])
    found = next((match for head in heads if (match := _CREDIT_BEFORE.search(head))), None)
    found = found or _DATELINE.search(body[:200]) or _CREDIT_AFTER.search(body[-60:])
    if found is None:
        return None
    return next(name for name, words in _AGENCIES if found["agency"] in words.split("|"))


def copies_among(members: Sequence[tuple[Article, str]]) -> dict[str, Copies]:
    """What each member of a cluster, given with its document's name, is told of the others, by article id."""
    ordered = sorted(members, key=lambda member: (*_day(member[0]), member[1], member[0].article_id))
    carriers = {_carrier(article) for article, _ in members}
    origins = {credited_agency(article) or _carrier(article) for article, _ in members}
    known = [
        Copy(article.article_id, article.document_id, document, article.paper, article.published)
        for article, document in ordered
    ]
    return {
        one.article_id: Copies(tuple(copy for copy in known if copy is not one), len(carriers), len(origins))
        for one in known
    }


def _day(article: Article) -> tuple[bool, str]:
    """Undated and half-dated articles come last."""
    published = article.published or ""
    return len(published) != len("2024-07-06"), published


def _carrier(article: Article) -> str:
    return fold(article.paper).strip("《》") if article.paper else article.document_id


# --- figures that differ ---------------------------------------------------------------------------------------------


def other_figures(quote: str, text: str) -> str | None:
    """The sentence of ``text`` that says what ``quote`` says with another figure; None where none does."""
    mine = [(figure, _lead(quote, figure)) for figure in _figures(quote)]
    wording = _pairs(quote, [figure for figure, _ in mine])
    for start, end in split_sentences(text) if mine else ():
        sentence = text[start:end]
        theirs = _figures(sentence)
        # The quote may be a part of the sentence, so only its own wording must be there.
        if len(wording & _pairs(sentence, theirs)) < ALIKE_SENTENCE * max(len(wording), 1):
            continue
        for figure, lead in mine:
            there = [other for other in theirs if other.kind == figure.kind and _lead(sentence, other).endswith(lead)]
            if len(lead) >= MIN_LEAD and there and not any(same_figure(figure, other) for other in there):
                return sentence.strip()
    return None


def _lead(text: str, figure: Figure) -> str:
    """The last characters before a figure: what it is the figure of."""
    before = fold(text[: figure.start])
    return "".join(char for char in before if char.isalnum())[-LEAD:]


def _figures(text: str) -> list[Figure]:
    return [figure for figure in find_figures(text) if figure.kind not in ("date", "time", "ordinal")]


def _pairs(text: str, figures: Sequence[Figure]) -> set[str]:
    parts, at = [], 0
    for figure in figures:
        parts.append(text[at : figure.start])
        at = figure.end
    rest = fold("|".join([*parts, text[at:]]))
    return {a + b for a, b in pairwise(rest) if a.isalnum() and b.isalnum()}
