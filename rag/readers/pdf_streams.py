"""Whether a PDF unpacks into little, told from its bytes. Knows nothing of pages or text.

A file of three megabytes may unpack into gigabytes, and PDFium holds what it unpacks (3 GB of blanks in one page's
stream took 3.9 GB). Whatever is not plainly small is for a process of its own.
"""

from __future__ import annotations

import re
import zlib

MODEST_BYTES = 64_000_000
"""Of all streams, unpacked; the text and fonts of a newspaper page take some megabytes."""

_PIECE = 1 << 20
_START = re.compile(rb"\bstream\r?\n")
_END = b"endstream"
_DEFLATED = re.compile(rb"/Filter\s*(?:\[\s*/(?:FlateDecode|Fl)\s*\]|/(?:FlateDecode|Fl))(?=[\s/>])")
_PICTURE = re.compile(rb"/Filter\s*(?:\[\s*)?/(?:DCT|JPX|CCITTFax|JBIG2)Decode\s*(?:\]\s*)?(?=[\s/>])")


def is_modest(content: bytes) -> bool:
    """Whether every stream is unpacked, a picture, or deflated once, and all of them together are small.

    What cannot be judged (encrypted, filters in a row or by reference, a stream that ends elsewhere) is not.
    """
    if b"/Encrypt" in content:
        return False
    at, left = 0, MODEST_BYTES
    while (start := _START.search(content, at)) is not None:
        # Everything since the last stream: a dictionary cannot hide behind words that look like the start of one.
        before = content[at : start.start()]
        end = content.find(_END, start.end())
        if end < 0 or b"#" in before:
            return False
        if before.count(b"/Filter") == 1 and _DEFLATED.search(before):
            left -= _unpacked_bytes(content[start.end() : end], left)
        elif b"/Filter" in before and not (before.count(b"/Filter") == 1 and _PICTURE.search(before)):
            return False
        if left < 0:
            return False
        at = end + len(_END)
    return True


def _unpacked_bytes(packed: bytes, most: int) -> int:
    """How much it unpacks into; more than ``most`` where it is more, or not whole."""
    unpacking, total = zlib.decompressobj(), 0
    try:
        while packed and not unpacking.eof and total <= most:
            total += len(unpacking.decompress(packed, _PIECE))
            packed = unpacking.unconsumed_tail
    except zlib.error:
        return most + 1
    return total if unpacking.eof else most + 1
