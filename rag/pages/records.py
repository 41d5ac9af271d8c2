"""A record is one article: its title, paper, date and place come with it, and its text is never cut further.

Knows nothing of pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.models import Document
from rag.pages.assemble import Draft
from rag.pages.blocks import Block, fold_page
from rag.pages.fields import add_body, add_byline_unit, read_place
from rag.pages.headlines import headline_odds
from rag.pages.units import Unit, make_units


def write_record(document: Document, blocks: Sequence[Block]) -> Draft:
    """The draft of a record: every block in order; a first line that repeats the title is the headline."""
    text = document.text
    units = make_units(list(blocks), marked=False, wrapped=False)
    draft = Draft("article", title=document.metadata.title)
    wanted = re.sub(r"\s", "", fold_page(document.metadata.title or ""))
    at = 0
    if units and ((wanted and units[0].plain == wanted) or _opens_with_headline(units, document)):
        draft.add("headline", units[0].block.spans)
        at = 1
    bodies = [unit for unit in units[at:] if unit.kind not in ("byline", "head")]
    before: Unit | None = None
    for unit in units[at:]:
        if unit.kind == "byline":
            add_byline_unit(draft, text, unit)
            continue
        if unit.kind == "head":
            draft.add("subhead", unit.block.spans)
            before = None
            continue
        first, last = unit is bodies[0], unit is bodies[-1]
        joined = before is not None and _reads_on(before, unit)
        add_body(draft, text, unit, first=first, last=last, joined=joined)
        before = unit
    draft.place = document.metadata.place or read_place(draft, (), [unit.plain[:80] for unit in bodies[:1]])
    return draft


def _reads_on(before: Unit, unit: Unit) -> bool:
    """Whether a line of a record was broken in mid-sentence; headings and list items were not."""
    return not before.complete and before.odds < 0 and unit.fresh < 0.5 and unit.odds < 0


def _opens_with_headline(units: Sequence[Unit], document: Document) -> bool:
    """Without a title from the sender, a marked first line is one."""
    first = units[0]
    return (
        document.metadata.title is None
        and len(units) > 1
        and (first.block.level > 0 or headline_odds(first.plain, first.spaced, wrapped=False) > 1.0)
    )
