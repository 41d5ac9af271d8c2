"""Every article asked for is accounted for, once. Knows nothing of how a digest is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from rag.errors import CoverageError
from rag.models import Coverage, LeftOut, LeftOutReason


def account(
    asked: Sequence[str], quoted: Collection[str], told_with: Collection[str], why: Mapping[str, LeftOutReason]
) -> Coverage:
    """The coverage of a digest, in the order asked for.

    Args:
        asked: ids of all articles asked for.
        quoted: articles the text quotes; a quoted one is used, whatever else is said of it.
        told_with: articles that another one's story tells.
        why: the reason of each that is neither.

    Raises:
        CoverageError: an article is not accounted for.
    """
    used = tuple(one for one in asked if one in quoted)
    merged = tuple(one for one in asked if one in told_with and one not in quoted)
    rest = [one for one in asked if one not in quoted and one not in told_with]
    coverage = Coverage(used, merged, tuple(LeftOut(one, why[one]) for one in rest if one in why))
    check_coverage(asked, coverage)
    return coverage


def check_coverage(asked: Sequence[str], coverage: Coverage) -> None:
    """Used, merged and left out together are the articles asked for, each once.

    Raises:
        CoverageError: they are not; says which articles are missing, unasked or told of twice.
    """
    told = Counter([*coverage.used, *coverage.merged, *(one.article_id for one in coverage.left_out)])
    wanted = set(asked)
    faults = {
        "not accounted for": sorted(wanted - told.keys()),
        "not asked for": sorted(told.keys() - wanted),
        "accounted for more than once": sorted(one for one, count in told.items() if count > 1),
    }
    found = [f"{what}: {', '.join(ids)}" for what, ids in faults.items() if ids]
    if found:
        raise CoverageError(
            f"digest of {len(wanted)} articles: {'; '.join(found)}; this is a fault of the program, please report it"
        )
