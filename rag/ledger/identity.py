"""What bytes that come again become: nothing new, or the known document with more said about it.

Metadata given now overrides what was known from the same source; what is not given now never erases anything. The same
bytes from elsewhere are an alias: they fill in what is unknown and change nothing else. Pure; knows nothing of tables.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from rag.models import Document, SourceMetadata


def restated(received: Document, known: Document) -> Document | None:
    """What is to be cut when the bytes of a known document are received.

    Args:
        received: as read now.
        known: the visible document with the same id.

    Returns:
        The document to cut in place of the known one, or None when nothing that is cut would change (its name may).
    """
    if received.source != known.source:
        filled = _over(known.metadata, received.metadata)
        return None if filled == known.metadata else replace(known, metadata=filled)
    updated = replace(received, metadata=_over(received.metadata, known.metadata))
    # Another text from the same bytes: another encoding was named, or a reader extracts better now.
    same = (updated.metadata, updated.text, updated.is_record) == (known.metadata, known.text, known.is_record)
    return None if same else updated


def _over(first: SourceMetadata, second: SourceMetadata) -> SourceMetadata:
    """Every field of ``first`` that is given, else that of ``second``."""
    given = {name: value for name, value in asdict(first).items() if value is not None}
    return replace(second, **given)
