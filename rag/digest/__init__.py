"""Stories → the text of a digest; statements → a timeline. Every article asked for is accounted for.

Everything that comes in was verified before, and nothing else is said. Knows nothing of models or storage.
"""

from rag.digest.compose import LEAST_STORIES, Composed, compose, leading
from rag.digest.coverage import account, check_coverage
from rag.digest.items import Item
from rag.digest.merge import Gathered, gather
from rag.digest.moments import moment_of
from rag.digest.timeline import Dated, Written, in_order, write_timeline
from rag.digest.worth import worth

__all__ = [
    "LEAST_STORIES",
    "Composed",
    "Dated",
    "Gathered",
    "Item",
    "Written",
    "account",
    "check_coverage",
    "compose",
    "gather",
    "in_order",
    "leading",
    "moment_of",
    "worth",
    "write_timeline",
]
