"""Summary rows → files for people and programs: JSON lines, Markdown, one self-contained HTML page; written whole.

Works on the JSON of ``rag.serialise`` and knows nothing of how summaries come about. The same rows give the same bytes.
"""

from rag.export.files import write_atomic
from rag.export.markdown import summaries_markdown
from rag.export.page import summaries_html
from rag.export.rows import summaries_jsonl

__all__ = ["summaries_html", "summaries_jsonl", "summaries_markdown", "write_atomic"]
