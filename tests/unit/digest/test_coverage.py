"""Coverage: used, merged and left out are the articles asked for, each once, whatever happened to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.digest import account, check_coverage
from rag.errors import CoverageError
from rag.models import Coverage, LeftOut, LeftOutReason

IDS = st.lists(st.text("abcdef", min_size=1, max_size=3), unique=True, max_size=12)


@given(asked=IDS, draw=st.data())
def test_every_article_is_accounted_for_once_whatever_became_of_it(asked: list[str], draw: st.DataObject) -> None:
    quoted = draw.draw(st.sets(st.sampled_from([*asked, "elsewhere"])))
    told = draw.draw(st.sets(st.sampled_from([*asked, "elsewhere"])))
    reasons: dict[str, LeftOutReason] = dict.fromkeys(asked, "not_supported")
    coverage = account(asked, quoted, told, reasons)
    everything = [*coverage.used, *coverage.merged, *(one.article_id for one in coverage.left_out)]
    assert sorted(everything) == sorted(asked)
    assert set(coverage.used) == quoted & set(asked)
    assert not set(coverage.merged) & quoted


def test_an_article_nobody_gives_a_reason_for_is_an_error_that_names_it() -> None:
    with pytest.raises(CoverageError, match="not accounted for: b"):
        account(["a", "b"], {"a"}, set(), {})


@pytest.mark.parametrize(
    ("coverage", "fault"),
    [
        (Coverage(("a", "c"), (), (LeftOut("b", "undated"),)), "not asked for: c"),
        (Coverage(("a",), ("a", "b"), ()), "more than once: a"),
        (Coverage(("a",), (), (LeftOut("b", "undated"), LeftOut("b", "undated"))), "more than once: b"),
    ],
)
def test_what_was_not_asked_for_or_is_told_of_twice_is_an_error(coverage: Coverage, fault: str) -> None:
    with pytest.raises(CoverageError, match=fault):
        check_coverage(["a", "b"], coverage)
