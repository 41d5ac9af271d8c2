"""Which revision of our own code made something: digests of its files. Knows nothing of what is made."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import prompts


@cache
def revision() -> str:
    """Digest of our own code and prompts: a reply kept under another revision is never taken for a present one."""
    return _digest([Path(__file__).parent, Path(prompts.__file__).parent], (".py", ".md"))


_CUTTING = ("pages", "text", "corrections", "weights", "chunk.py", "mapping.py")
"""What decides how a stored document is cut into articles and passages."""


@cache
def cutter_revision() -> str:
    """Digest of the code and the weights that cut: a document cut under another one may come out differently."""
    rag = Path(__file__).parent
    return _digest([rag / name for name in _CUTTING], (".py", ".gz"))


def _digest(places: Sequence[Path], suffixes: Sequence[str]) -> str:
    code = sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in suffixes:
                code.update(path.relative_to(place.parent).as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()[:16]
