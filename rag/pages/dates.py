"""When a piece was published, as far as sender, page or dateline say so. Never guessed from a date in the text.

The rule: the sender's date; else the date line printed on the page (with a year); else the dateline's date, with the
year only if one is printed. Knows nothing of pieces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.models import SourceMetadata
from rag.pages.blocks import Block
from rag.pages.furniture import is_furniture_line

_FULL_DATE = re.compile(r"(?P<year>(?:19|20)\d{2})[年\-./](?P<month>\d{1,2})[月\-./](?P<day>\d{1,2})")


def page_date(blocks: Sequence[Block]) -> str | None:
    """ISO date of the page's own date line (2021年3月4日 星期四 第5版); None without one."""
    for block in blocks:
        if len(block.plain) <= 60 and is_furniture_line(block.plain, block.spaced):
            found = _FULL_DATE.search(block.plain)
            if found:
                return f"{found['year']}-{int(found['month']):02d}-{int(found['day']):02d}"
    return None


def published_date(metadata: SourceMetadata, page: str | None, dated: tuple[str | None, str] | None) -> str | None:
    """ISO date or MM-DD, by the rule above."""
    if metadata.published or page:
        return metadata.published or page
    if dated is None:
        return None
    year, day = dated
    return f"{year}-{day}" if year else day
