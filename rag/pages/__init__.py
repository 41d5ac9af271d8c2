"""Document → articles: cut a raw newspaper page into the pieces a reader would cut out.

``segment`` is the only public name. Every non-space character of the document is in exactly one piece.
"""

from rag.pages.page import segment

__all__ = ["segment"]
