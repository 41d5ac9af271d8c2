"""Output and error file: every line of the input in exactly one of them, in order, the same bytes every time."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.batch import error_pieces, output_pieces, refusals
from rag.ledger import Ledger
from rag.models import Batch, Done, Failed, Outcome, Unit, UnitError
from tests.unit.batch.conftest import BATCH, Begin, unit

GOOD, BAD = Done({"summary": "好\u2028"}), Failed(UnitError("model_output", "坏"))


def settle(ledger: Ledger, batch: Batch, outcomes: list[Outcome]) -> None:
    units = ledger.units.claim(batch, "me", len(outcomes), now=1.0, until=2.0)
    assert ledger.units.settle(batch, "me", [(one, out, 0.0) for one, out in zip(units, outcomes, strict=True)])


def both(ledger: Ledger, batch: Batch) -> tuple[list[Any], list[Any]]:
    files = ("".join(pieces(ledger, batch)) for pieces in (output_pieces, error_pieces))
    good, bad = ([json.loads(line) for line in file.splitlines()] for file in files)
    return good, bad


def test_a_line_of_many_articles_is_one_line_and_says_which_of_them_failed(ledger: Ledger, begin: Begin) -> None:
    batch = begin(unit(0, line=1), unit(1, line=1), unit(2, line=2), unit(3, line=3))
    settle(ledger, batch, [GOOD, BAD, BAD, GOOD])
    good, bad = both(ledger, batch)
    assert [(one["custom_id"], one["response"]["status_code"], one["error"]) for one in good] == [
        ("r1", 207, None),
        ("r3", 200, None),
    ]
    first, second = good[0]["response"]["body"]["items"]
    assert first == GOOD.body
    assert second == {"article_id": "a1", "summary": None, "error": {"code": "model_output", "message": "坏"}}
    assert [(one["custom_id"], one["response"], one["error"]["code"], one["error"]["line"]) for one in bad] == [
        ("r2", None, "model_output", 2)
    ]
    assert list(refusals(ledger, batch)) == ["line 2: 坏 [r2]"]


def test_an_answer_is_the_body_as_it_is(ledger: Ledger, begin: Begin) -> None:
    batch = begin(Unit(0, 1, "q", "/v1/answers", {"question": "?"}))
    settle(ledger, batch, [Done({"answer": "答"})])
    assert both(ledger, batch)[0][0]["response"]["body"] == {"answer": "答"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12), st.randoms())
def test_every_line_stands_in_one_file_in_order_however_the_work_went(
    tmp_path_factory: Any, given_units: list[tuple[int, bool]], chance: Any
) -> None:
    ledger = Ledger.open(f"sqlite:///{tmp_path_factory.mktemp('l')}/ledger.sqlite")
    lines = sorted(number for number, _ in given_units)
    ledger.batches.add(BATCH)
    ledger.batches.begin(BATCH, [unit(at, line=line) for at, line in enumerate(lines)])
    batch = ledger.batches.get("default", "batch_1")
    units = ledger.units.claim(batch, "me", len(lines), now=1.0, until=2.0)
    order = list(zip(units, [GOOD if good else BAD for _, good in given_units], strict=True))
    chance.shuffle(order)
    for one, outcome in order:
        ledger.units.settle(batch, "me", [(one, outcome, 0.0)])
    good, bad = both(ledger, batch)
    told = [one["custom_id"] for one in good], [one["custom_id"] for one in bad]
    assert all(ids == sorted(ids) for ids in told)
    assert sorted(told[0] + told[1]) == [f"r{line}" for line in sorted(set(lines))]
    counts = ledger.units.counts(batch)
    assert (counts.completed, counts.failed) == (len(good), len(bad))
    ledger.close()
