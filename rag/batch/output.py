"""Units in the ledger → the lines of the output file and of the error file, in input order. Pure reading.

Both are OpenAI's: ``{id, custom_id, response: {status_code, request_id, body}, error}``. Every line of the input stands
in exactly one of them. Nothing varies between runs: ids come from the line, so the same batch gives the same bytes
however often it was killed and however many worked on it. Pieces are given out as they are read, for a line that asks
for a whole corpus is as long as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from itertools import chain, groupby
from typing import Any

from rag.batch.plan import SUMMARIES
from rag.batch_shape import ERRORS, OUTPUT
from rag.export import json_text
from rag.ledger import Ledger
from rag.models import Batch, UnitError, UnitResult

OK, PARTLY = 200, 207
"""Status of a line all of whose articles have a summary, and of one where some failed: their rows carry ``error``."""


def output_pieces(ledger: Ledger, batch: Batch) -> Iterator[str]:
    """The output file: every line with a result."""
    incomplete = ledger.units.incomplete(batch)
    for number, units in _lines(ledger, batch):
        if incomplete.get(number, 1):
            yield from _succeeded(units, OK if number not in incomplete else PARTLY)


def error_pieces(ledger: Ledger, batch: Batch) -> Iterator[str]:
    """The error file: every line without any result, once it has its final state."""
    for unit, error in _failed(ledger, batch):
        line = {
            "id": _name("batch_req", unit),
            "custom_id": unit.custom_id,
            "response": None,
            "error": {**asdict(error), "line": unit.line},
        }
        yield json_text(line) + "\n"


def content_pieces(ledger: Ledger, collection: str, file_id: str) -> Iterator[str]:
    """Any file of batches: as it was given, or a batch's output or error file by its id.

    Raises:
        NotFoundError: no file has this id.
    """
    digest, _, kind = file_id.removeprefix("file-").partition("-")
    pieces = {OUTPUT: output_pieces, ERRORS: error_pieces}.get(kind)
    if pieces is None:
        return iter((ledger.batches.content(collection, file_id),))
    return pieces(ledger, ledger.batches.get(collection, f"batch_{digest}"))


def refusals(ledger: Ledger, batch: Batch) -> Iterator[str]:
    """What the error file says, for a person."""
    for unit, error in _failed(ledger, batch):
        where = "" if error.message.startswith("line ") else f"line {unit.line}: "
        yield f"{where}{error.message}" + (f" [{unit.custom_id}]" if unit.custom_id else "")


def _lines(ledger: Ledger, batch: Batch) -> Iterator[tuple[int, Iterator[UnitResult]]]:
    return groupby(ledger.units.results(batch), key=lambda unit: unit.line)


def _succeeded(units: Iterator[UnitResult], status: int) -> Iterator[str]:
    first = next(units)
    response = f'"response": {{"status_code": {status}, "request_id": "{_name("req", first)}", "body": '
    yield f'{{"id": "{_name("batch_req", first)}", "custom_id": {json_text(first.custom_id)}, {response}'
    if first.url == SUMMARIES:
        yield from _joined(chain((first,), units))
    else:
        yield json_text(first.body)
    yield '}, "error": null}\n'


def _joined(units: Iterable[UnitResult]) -> Iterator[str]:
    """The rows of all articles, as ``POST /v1/summaries`` gives them."""
    separator = '{"items": ['
    for unit in units:
        yield separator + json_text(_row(unit))
        separator = ", "
    yield "]}"


def _row(unit: UnitResult) -> Mapping[str, Any]:
    if unit.body is not None:
        return unit.body
    error = unit.error or UnitError("not_done", "not done yet")
    return {"article_id": unit.asked.get("article_id"), "summary": None, "error": asdict(error)}


def _failed(ledger: Ledger, batch: Batch) -> Iterator[tuple[UnitResult, UnitError]]:
    """Lines without any result, each by its first unit that says why."""
    incomplete = ledger.units.incomplete(batch)
    for number, units in _lines(ledger, batch):
        if not incomplete.get(number, 1):
            found = next(((unit, unit.error) for unit in units if unit.error), None)
            if found is not None:
                yield found


def _name(kind: str, unit: UnitResult) -> str:
    return f"{kind}_{sha256(f'{unit.line} {unit.custom_id}'.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
