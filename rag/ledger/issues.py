"""Which documents are pages of one newspaper issue: by paper and date, or by file names that differ in the page alone.

Pure; knows nothing of tables or of what is done with an issue.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from rag.text.turn_marks import page_number

_DATE = re.compile(r"(?<!\d)(?:19|20)\d{2}([-_./年]?)(?:0?[1-9]|1[0-2])(?:\1|[-_./月])(?:0[1-9]|[12]\d|3[01]|[1-9])日?")
_PAGE = re.compile(
    r"(?:(?<![A-Za-z0-9])(?P<plain>[A-Za-z]?\d{1,3})|第(?P<said>[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3})"
    r"|(?<![A-Za-z])(?:page|p)[-_ ]?(?P<named>\d{1,3}))(?:版[\u3400-\u9fff]*)?$",
    re.IGNORECASE,
)


def told_issue(paper_folded: str | None, issued: str | None) -> str | None:
    """The key of the issue of a paper on a day; None where either is not known."""
    return f"{paper_folded}|{issued}" if paper_folded and issued else None


def file_issue(source: str) -> tuple[str, str] | None:
    """What a file name shares with the other pages of its issue, and its page; None where it names no page.

    ``2023-07-06_A01.txt`` and ``2023-07-06_A03.txt`` share everything but the page, which ends the name.
    """
    path = PurePath(source)
    stem = path.name.removesuffix("".join(path.suffixes[-1:]))
    date = next((found for found in reversed(list(_DATE.finditer(stem)))), None)
    start = date.end() if date else 0
    rest = stem[start:]
    match = _PAGE.search(rest)
    if match is None or (date is None and not rest[: match.start()] and stem.isdigit() and len(stem) > 2):
        return None
    number = match["plain"] or match["said"] or match["named"]
    shared = f"{path.parent}/{stem[:start]}{rest[: match.start()]}*{path.suffix}".lower()
    return shared, page_number(number)


def document_issue(source: str, page: str | None, *, is_record: bool) -> tuple[str | None, str | None]:
    """``file_issue`` of a document's source; nothing for a record, or where its sender names another ``page``."""
    found = None if is_record else file_issue(source)
    if found is None or (page and page_number(page) != found[1]):
        return None, None
    return found
