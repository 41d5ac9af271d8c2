"""One page from start to finish: blocks, furniture, captions, stitching, articles.

The only module that knows the order.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.models import Article, Document
from rag.pages.assemble import Draft, write_down
from rag.pages.blocks import Block, by_leaf, is_marked, read_blocks
from rag.pages.captions import Caption, find_captions
from rag.pages.cohesion import Cohesion, bigrams
from rag.pages.continuity import load
from rag.pages.dates import Day, published_date
from rag.pages.doubts import Doubts
from rag.pages.fields import add_body, add_byline_unit, add_caption_text, add_credit, add_heads, read_place
from rag.pages.folio import Folio, read_folio
from rag.pages.furniture import find_furniture, is_stray, slogan_weight
from rag.pages.joining import Joins, column_width
from rag.pages.readings import Assignment
from rag.pages.records import write_record
from rag.pages.stitching import stitch
from rag.pages.turns import noting_turns
from rag.pages.units import PAGE_NUMBER, Unit, make_units

_SLOGAN = 0.75
"""From here on a short line is a banner of the page (see ``slogan_weight``)."""


def segment(document: Document) -> tuple[Article, ...]:
    """Cut a document into its pieces, in order of their first character.

    Returns articles, photo captions, continuations and furniture; the marks of the page are one furniture piece. A
    record is one article. Every non-space character of ``document.text`` is in exactly one piece; no piece is empty.
    """
    if not document.text.strip():
        return ()
    blocks, marks = read_blocks(document.text)
    if document.is_record:
        drafts = [write_record(document, blocks)] if blocks else []
    else:
        drafts = _cut(document.text, by_leaf(blocks))
    if marks.spans:
        draft = Draft("furniture")
        for span in marks.spans:
            draft.add("marks", (span,))
        drafts.append(draft)
    folio = Folio() if document.is_record else read_folio(blocks)
    articles = [_placed(document, draft, folio) for draft in drafts]
    if document.metadata.page is None:
        articles = _numbered(document, articles)
    return _mark_duplicates(tuple(sorted(articles, key=lambda article: min(article.source_spans))))


def _placed(document: Document, draft: Draft, folio: Folio) -> Article:
    """The article of a draft, with the issue it stood in: by the sender, else by what the page prints of itself."""
    published = published_date(document.metadata, folio.day, Day(*draft.dated) if draft.dated else None)
    article = replace(
        write_down(document, draft),
        published=published.date,
        published_rule=published.rule,
        dateline_date=published.sent,
        paper=document.metadata.paper or folio.paper,
        page=document.metadata.page or folio.page,
    )
    issued = str(folio.day) if folio.day and folio.day.year else None
    return noting_turns(article, document.metadata.published or issued)


def _numbered(document: Document, articles: Sequence[Article]) -> list[Article]:
    """Each piece with the page of the file it begins on, where the file has pages: a PDF, or text with form feeds."""
    feeds = [feed.start() for feed in re.finditer("\f", document.text)]
    if document.is_record or not (feeds or document.media_type == "application/pdf"):
        return list(articles)
    return [replace(article, page=str(bisect.bisect(feeds, article.source_spans[0][0]) + 1)) for article in articles]


def _cut(text: str, leaves: Sequence[Sequence[Block]]) -> list[Draft]:
    """Pieces of a file page by page; an article crosses to the next page only in mid-sentence (see ``stitch``)."""
    drafts: list[Draft] = []
    units: list[Unit] = []
    width = column_width([block for blocks in leaves if _is_wrapped(blocks) for block in blocks])
    for blocks in leaves:
        taken: set[int] = set()
        drafts += _furniture(blocks, taken)
        captions = find_captions(blocks, taken)
        drafts += [_caption(text, blocks, caption) for caption in captions]
        rest = [block for block in blocks if block.index not in taken]
        marked, wrapped = is_marked(blocks), _is_wrapped(blocks)
        units += make_units(rest, marked=marked, wrapped=wrapped, first=len(units))
    cohesion = Cohesion([unit.plain for unit in units], load().rarity)
    return drafts + _pieces(text, units, cohesion, stitch(units, cohesion), width)


def _is_wrapped(blocks: Sequence[Block]) -> bool:
    """Whether long blocks are full of blanks between Chinese characters, as where lines were joined by blanks."""
    long = [block.spaced for block in blocks if len(block.plain) >= 60]
    blanks = sum(len(re.findall(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", spaced)) for spaced in long)
    return bool(long) and blanks * 60 >= sum(len(spaced) for spaced in long)


def _furniture(blocks: Sequence[Block], taken: set[int]) -> list[Draft]:
    """Furniture that shows by itself. Stray characters in a row are one piece."""
    drafts: list[Draft] = []
    stray_before = -2
    alone = set(find_furniture(blocks))
    for block in blocks:
        stray = is_stray(block.plain)
        if not stray and block.index not in alone:
            continue
        taken.add(block.index)
        if stray and stray_before == block.index - 1:
            drafts[-1].add("body", block.spans)
        else:
            drafts.append(Draft("furniture"))
            drafts[-1].add("body", block.spans)
        stray_before = block.index if stray else -2
    return drafts


def _caption(text: str, blocks: Sequence[Block], caption: Caption) -> Draft:
    draft = Draft("photo_caption")
    for number in caption.head:
        draft.add("headline", blocks[number].spans)
    for n, number in enumerate(caption.text):
        joined = n > 0 and not blocks[caption.text[n - 1]].complete
        add_caption_text(draft, text, blocks[number], joined=joined)
    for number in caption.credit:
        add_credit(draft, text, blocks[number].spans)
    draft.place = read_place(draft, (), [blocks[caption.text[0]].plain[:60]])
    return draft


def _pieces(
    text: str, units: Sequence[Unit], cohesion: Cohesion, stitched: Iterable[Assignment], width: int
) -> list[Draft]:
    members: dict[int, list[Assignment]] = {}
    for assignment in stitched:
        members.setdefault(assignment.piece, []).append(assignment)
    owners = {a.unit: piece for piece, mine in members.items() for a in mine if a.role == "body"}
    doubts = Doubts(units, cohesion, owners)
    drafts: list[Draft] = []
    for mine in members.values():
        drafts += _piece(text, units, cohesion, doubts, mine, width)
    return drafts


def _piece(
    text: str, units: Sequence[Unit], cohesion: Cohesion, doubts: Doubts, mine: list[Assignment], width: int
) -> list[Draft]:
    """One stitched article; banners among its headline lines become furniture of their own."""
    heads = [units[a.unit] for a in mine if a.role == "head"]
    bodies = [units[a.unit] for a in mine if a.role == "body"]
    banners = _banners(heads)
    extra = [unit for a in mine if a.role == "subhead" and slogan_weight((unit := units[a.unit]).spaced) >= _SLOGAN]
    drafts = []
    for unit in [*banners, *extra]:
        banner = Draft("furniture")
        banner.add("body", unit.block.spans)
        drafts.append(banner)
    gone = {unit.index for unit in [*banners, *extra]}
    heads = [unit for unit in heads if unit.index not in gone]
    mine = [a for a in mine if a.unit not in gone]
    if not mine:
        return drafts
    draft = Draft("article")
    texts = [unit.index for unit in bodies]
    add_heads(draft, text, heads, [cohesion.contained_in_all(unit.index, texts[:12]) for unit in heads])
    for a in mine:
        if a.role == "byline":
            add_byline_unit(draft, text, units[a.unit])
    _flow(draft, text, units, Joins(bodies, cohesion, width), mine)
    lines = [*(unit.spaced for unit in heads), *(unit.plain[:60] for unit in bodies[:1])]
    draft.place = read_place(draft, heads, lines)
    if draft.kind == "article" and not bodies and all(a.role == "head" for a in mine):
        draft.kind = "furniture" if len(heads) == 1 and len(heads[0].plain) <= 24 else "article"
    if draft.kind != "furniture":
        if not heads and draft.kind == "article":
            draft.doubt("没有找到标题")
        doubts.weigh(draft, mine)
    return [*drafts, draft]


def _banners(heads: Sequence[Unit]) -> list[Unit]:
    """Slogans printed on top of a headline that has other lines."""
    if len(heads) < 2:
        return []
    return [unit for unit in heads[:-1] if slogan_weight(unit.spaced) >= _SLOGAN]


def _flow(draft: Draft, text: str, units: Sequence[Unit], joins: Joins, mine: Sequence[Assignment]) -> None:
    """Text, subheads and turn markers in print order."""
    flow = [a for a in mine if a.role in ("body", "subhead", "turn")]
    texts = [a.unit for a in flow if a.role == "body"]
    before: Unit | None = None
    for a in flow:
        unit = units[a.unit]
        if a.role == "subhead":
            draft.add("subhead", unit.block.spans)
            before = None
        elif a.role == "turn":
            draft.add("credit", unit.block.spans)
            if unit.kind == "turn_in" and a is flow[0]:
                draft.kind = "continuation"
                number = PAGE_NUMBER.search(unit.plain)
                draft.continues = number[0] if number else None
        else:
            joined = before is not None and not before.complete and joins.reads_on(before, unit)
            if before is not None and not before.complete:
                _doubt_join(draft, before, unit, joined=joined)
            add_body(draft, text, unit, first=a.unit == texts[0], last=a.unit == texts[-1], joined=joined)
            before = unit


def _doubt_join(draft: Draft, before: Unit, unit: Unit, *, joined: bool) -> None:
    """Note what is guessed where a text stopped in mid-sentence."""
    if not joined and before.plain[-1].isalnum():
        draft.doubt("段落在句中断开,可能有缺字")
    if joined and unit.block.leaf != before.block.leaf:
        draft.doubt("断句处跨页,接续为推断")
    elif joined and unit.index != before.index + 1:
        draft.doubt("断句处隔着其他内容,接续为推断")


def _mark_duplicates(articles: tuple[Article, ...]) -> tuple[Article, ...]:
    """Point a piece that repeats an earlier one to it. Captions may differ by a few characters, articles may not."""
    seen: dict[str, str] = {}
    captions: list[tuple[Article, set[str]]] = []
    marked: list[Article] = []
    for article in articles:
        body = re.sub(r"\s", "", "".join(article.text[s:e] for s, e in article.body_spans))
        original = seen.get(body) if article.kind != "furniture" and len(body) >= 20 else None
        if article.kind == "photo_caption" and original is None:
            grams = bigrams(body)
            original = next((known.article_id for known, other in captions[-40:] if _alike(grams, other)), None)
            if original is None:
                captions.append((article, grams))
        seen.setdefault(body, article.article_id)
        marked.append(replace(article, duplicate_of=original) if original else article)
    return tuple(marked)


def _alike(a: set[str], b: set[str]) -> bool:
    return len(a & b) >= 0.7 * max(1, len(a | b))
