"""Where stories belong: each is put under the place it names that most of the others name too.

A place is taken as printed; there is no gazetteer, so 区 and 县 are known by their last character only. Knows nothing
of subjects or of how a digest is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.models import Article
from rag.text.names import find_organisations
from rag.text.places import PROVINCES, find_places
from rag.text.script import to_simplified

LEAD_CHARS = 400
"""How far into an article a place is looked for: a report says in its first sentences where it happened."""

MIN_STORIES = 2
"""Stories that must share a place for it to head a group of its own."""

PAGE_SHARE = 0.3
"""Share of a page's stories that must name one place for the page to be a page of that place. Set by hand."""

_STEP = re.compile(
    r"[^省市县区州盟旗镇乡村]+?(?:自治区|自治州|自治县|特别行政区|街道|社区|新区|省|市|县|区|州|盟|旗|镇|乡|村)"
)
_SUFFIX = re.compile(r"(?:自治区|自治州|自治县|特别行政区|街道|社区|省|市|县|区|州|盟|旗|镇|乡|村)$")
_OWN = re.compile(r"我[省市县区镇乡]|全[市县区镇乡]|本市|本县|本区")
"""Words by which a local paper speaks of its own place without naming it."""

_BELOW_COUNTY = re.compile(r"(?:街道|社区|镇|乡|村)$")
"""A local paper prints the towns, streets and villages of its own place without saying where they are."""

_ZONE = re.compile(
    r"^(?P<name>[\u4e00-\u9fff]{2,6}?)(?:国家级?)?(?:经济技术|经济|高新技术产业|高新技术|综合)?(?:开发区|经开区|高新区)$"
)
"""A development zone is called by the place it belongs to, which local pages print without its suffix."""

_WIRE = re.compile(r"(?:新华社|中新社|新华网|人民日报|人民网|中央社|路透社|法新社|美联社)")


def place_names(articles: Sequence[Article]) -> list[str | None]:
    """The place each article belongs under, as most of them print it; None where no other shares one with it.

    Args:
        articles: the stories of one digest; what a page is about is worked out from those of the same document.
    """
    named = [_named(article) for article in articles]
    counts = Counter(base for places in named for base in places)
    homes = _homes(articles, named)
    chosen = [_chosen(article, places, counts, homes) for article, places in zip(articles, named, strict=True)]
    sizes, spelt = Counter(chosen), _spellings(named)
    return [spelt[base] if base and sizes[base] >= MIN_STORIES else None for base in chosen]


def _named(article: Article) -> dict[str, str]:
    """Bases of the places an article names, the most telling first, each as printed there."""
    found: dict[str, str] = {}
    start = min((span[0] for span in article.body_spans), default=0)
    lead = article.text[start : start + LEAD_CHARS]
    texts = [article.place or "", article.title or "", lead]
    for at, text in enumerate(texts):
        mentions = [article.place] if at == 0 and article.place else _mentions(text)
        for mention in mentions:
            plain = to_simplified(mention)
            for step in _steps(plain):
                # A province by its bare name stands anywhere (北京时间); it counts where the paper says so.
                if at == 0 or step not in PROVINCES:
                    at_step = plain.find(step)
                    found.setdefault(_base(step), mention[at_step : at_step + len(step)])
    return found


def _mentions(text: str) -> list[str]:
    """Places and the places of development zones, in reading order."""
    found = [(place.start, place.text) for place in find_places(text)]
    for organisation in find_organisations(text):
        if zone := _ZONE.match(to_simplified(organisation.text)):
            found += [(organisation.start, organisation.text[: len(zone["name"])])]
    return [name for _, name in sorted(found)]


def _steps(place: str) -> list[str]:
    """A chain of places in its steps: 甲省乙市丙区 is three; a name without suffix is one."""
    steps = [match.group() for match in _STEP.finditer(place)]
    provinces = [name for name in PROVINCES if place.startswith(name)]
    rest = place[sum(map(len, steps)) :]
    found = steps or [rest]
    if provinces and found[0].startswith(provinces[0]) and len(found[0]) > len(provinces[0]) + 1:
        own = found[0][len(provinces[0]) :]
        found = [provinces[0], own, *found[1:]] if not _SUFFIX.fullmatch(own) else found
    return [step for step in found if len(_base(step)) > 1]


def _base(place: str) -> str:
    bare = _SUFFIX.sub("", place)
    return bare if len(bare) > 1 else place


def _homes(articles: Sequence[Article], named: Sequence[dict[str, str]]) -> dict[str, str]:
    """The place each document is mainly about, by document id; documents that are about none are left out."""
    homes: dict[str, str] = {}
    for document in dict.fromkeys(article.document_id for article in articles):
        local = [
            places
            for article, places in zip(articles, named, strict=True)
            if article.document_id == document and not is_wire(article)
        ]
        counts = Counter(base for places in local for base in places if base not in PROVINCES)
        best = max(counts.items(), key=lambda one: (one[1], -_first(one[0], local)), default=None)
        if best and best[1] >= max(MIN_STORIES, PAGE_SHARE * len(local)):
            homes[document] = best[0]
    return homes


def _first(base: str, named: Sequence[dict[str, str]]) -> int:
    return next(at for at, places in enumerate(named) if base in places)


def is_wire(article: Article) -> bool:
    """Whether a report comes from an agency or a paper elsewhere: its dateline says where it was sent from."""
    return _WIRE.search(article.dateline or "") is not None


def _chosen(article: Article, places: dict[str, str], counts: Counter[str], homes: dict[str, str]) -> str | None:
    first = next(iter(places), None)
    if is_wire(article):
        return first
    if article.place and first and counts[first] >= MIN_STORIES:
        return first
    home = homes.get(article.document_id)
    if home and home in places:
        return home
    shared = [base for base in places if counts[base] >= MIN_STORIES and base not in PROVINCES]
    if shared:
        return max(shared, key=lambda base: (counts[base], -list(places).index(base)))
    return home if home and _speaks_of_home(article, places) else first


def _speaks_of_home(article: Article, places: dict[str, str]) -> bool:
    """Whether a story names no place, its paper's own without its name, or only towns and villages."""
    if all(_BELOW_COUNTY.search(to_simplified(printed)) for printed in places.values()):
        return True
    return not article.place and _OWN.search(to_simplified(article.text)) is not None


def _spellings(named: Sequence[dict[str, str]]) -> dict[str, str]:
    """For each base the way it is printed most often; of equals the longest, then the first."""
    spelt: dict[str, Counter[str]] = {}
    for places in named:
        for base, printed in places.items():
            spelt.setdefault(base, Counter())[printed] += 1
    return {base: max(forms.items(), key=lambda one: (one[1], len(one[0])))[0] for base, forms in spelt.items()}
