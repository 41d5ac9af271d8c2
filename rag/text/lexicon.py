"""Word lists written the way they read: words with spaces between. Knows nothing of what the words are for."""

from __future__ import annotations


def words(listing: str) -> tuple[str, ...]:
    """The words of a listing, in order: ``"省 市 县"`` → ``("省", "市", "县")``."""
    return tuple(listing.split())
