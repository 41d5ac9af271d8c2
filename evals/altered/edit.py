"""What an edit is given and what it makes. Knows no kind of edit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Source:
    """One sentence of news and where it stands.

    ``sentence`` without its full stop; ``following`` the sentence after it, or empty; ``evidence`` the stretch of text
    around both; ``elsewhere`` another article, for words to bring in.
    """

    sentence: str
    following: str
    evidence: str
    elsewhere: str


Edit = Callable[[Source, Random], Iterator[str]]
"""Makes claims from one source; the first that differs from the evidence is kept."""
