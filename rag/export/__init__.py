"""Summary rows → files for people and programs: JSON lines, Markdown, one self-contained HTML page; written whole.
A digest → an HTML page and prose with footnotes. A cut page → one such HTML page. A recorded answer → prose with
footnotes; marked answers → an eval set.

Knows nothing of how summaries and pieces come about. The same input gives the same bytes.
"""

from rag.export.answers import answer_prose
from rag.export.digest_page import digest_html
from rag.export.digests import digest_prose
from rag.export.files import write_atomic
from rag.export.markdown import escaped_line, markdown_pieces, summaries_markdown
from rag.export.marked import write_marked
from rag.export.page import html_pieces, summaries_html
from rag.export.pieces import pieces_html
from rag.export.prose import prose_markdown
from rag.export.prose_page import prose_html
from rag.export.rows import json_text, summaries_jsonl
from rag.export.timelines import timeline_prose

__all__ = [
    "answer_prose",
    "digest_html",
    "digest_prose",
    "escaped_line",
    "html_pieces",
    "json_text",
    "markdown_pieces",
    "pieces_html",
    "prose_html",
    "prose_markdown",
    "summaries_html",
    "summaries_jsonl",
    "summaries_markdown",
    "timeline_prose",
    "write_atomic",
    "write_marked",
]
