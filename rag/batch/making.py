"""Makes a batch out of a file, validates it, pauses, cancels and resumes it. Knows nothing of how units are done.

A batch is known by its file and by every setting that shapes its results: the same file given again goes on where it
was, with no flag. Once it has ended, the same file over a corpus that changed is a new batch.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from rag.batch.plan import Bound, plan
from rag.batch.runner import close_cancelled
from rag.errors import BatchError
from rag.export import json_text
from rag.ledger import Ledger
from rag.models import ENDED, Batch, BatchFile
from rag.pipeline import Pipeline

_SHAPING = {"model": {"name", "temperature", "max_output_tokens", "context_tokens"}}
_SHAPING_GROUPS = ("summarise", "answer", "retrieve", "chunk")


def keep_file(pipeline: Pipeline, name: str, content: bytes) -> BatchFile:
    """Keep an input file; the same bytes are one file.

    Raises:
        BatchError: as ``decoded``.
    """
    text = decoded(name, content)
    digest = sha256(content).hexdigest()
    file = BatchFile(f"file-{digest[:24]}", name, "batch", len(content), datetime.now(UTC))
    pipeline.ledger.batches.keep_file(pipeline.collection, file, text)
    return pipeline.ledger.batches.file(pipeline.collection, file.file_id)


def decoded(name: str, content: bytes) -> str:
    """The text of a batch file.

    Raises:
        BatchError: it is not UTF-8, or holds a character no line of JSON does.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BatchError(f"{name}: byte {error.start} is not UTF-8; a batch file is JSON lines in UTF-8") from error
    if "\0" in text:
        raise BatchError(f"{name}: character {text.index(chr(0))} is a NUL; a batch file is JSON lines in UTF-8")
    return text


def make_batch(
    pipeline: Pipeline,
    file: BatchFile,
    *,
    endpoint: str | None = None,
    budget_usd: float | None = None,
    window: timedelta | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Batch:
    """The batch of a file: the one that is not done yet, the one that is while its corpus stays, or a new one.

    Args:
        pipeline: over the corpus that is asked.
        file: the requests.
        endpoint: the only route its lines may name; None: any.
        budget_usd: never to be passed; None: no limit.
        window: how long it may take; None: as long as it takes.
        metadata: the sender's own, given back as it is.
    """
    content = _content(pipeline, file, endpoint)
    corpus = pipeline.ledger.corpus_stamp(pipeline.collection)
    known = pipeline.ledger.batches.of_content(pipeline.collection, content)
    if known is not None and (known.state not in ENDED or (known.state == "completed" and known.corpus == corpus)):
        return known
    created = datetime.now(UTC)
    follows = known.batch_id if known else ""
    batch = Batch(
        batch_id=f"batch_{sha256(f'{content} {corpus} {follows}'.encode()).hexdigest()[:24]}",
        collection=pipeline.collection,
        content=content,
        corpus=corpus,
        file_id=file.file_id,
        endpoint=endpoint,
        model=pipeline.generator.model,
        state="validating",
        created=created,
        expires=created + window if window else None,
        budget_usd=budget_usd,
        metadata=metadata,
    )
    pipeline.ledger.batches.add(batch)
    return pipeline.ledger.batches.get(batch.collection, batch.batch_id)


def validate(pipeline: Pipeline, batch: Batch, bound: Bound) -> Batch:
    """Read the lines of a batch that is validating and write down its units; any other is returned as it is.

    Returns:
        The batch ``in_progress``, or ``failed`` where no line can be done.

    Raises:
        NotFoundError: its file is gone.
    """
    if batch.state != "validating":
        return batch
    book = pipeline.ledger.batches
    content = book.content(batch.collection, batch.file_id)
    book.begin(batch, plan(pipeline, content, bound, batch.endpoint))
    batch = book.get(batch.collection, batch.batch_id)
    counts = pipeline.ledger.units.counts(batch)
    if counts.failed == counts.total:
        reason = "no line can be done; the error file says why, line by line" if counts.total else "it has no lines"
        return book.move(batch, "failed", "in_progress", reason=reason)
    return batch


def pause(ledger: Ledger, batch: Batch) -> Batch:
    """Stop handing out units; whoever works on it finishes what is under way.

    Raises:
        BatchError: it has ended.
    """
    moved = ledger.batches.move(batch, "paused", "in_progress", reason="paused by request")
    return _checked(moved, "paused")


def cancel(ledger: Ledger, batch: Batch) -> Batch:
    """End a batch for good; what is done stays in its output.

    Raises:
        BatchError: it has ended otherwise.
    """
    moved = ledger.batches.move(batch, "cancelling", "validating", "in_progress", "paused", "finalizing")
    if moved.state == "cancelling" and not ledger.units.is_held(moved, time.time()):
        moved = close_cancelled(ledger, moved)
    return moved if moved.state == "cancelled" else _checked(moved, "cancelling")


def resume(pipeline: Pipeline, batch: Batch, *, budget_usd: float | None = None) -> Batch:
    """Let a batch be worked on again: one that is paused, or one that is done for the requests that failed.

    Raises:
        BatchError: another model is configured than it was made with; or it was cancelled, or has expired.
    """
    if batch.model != pipeline.generator.model:
        raise BatchError(
            f"{batch.batch_id} was made with model {batch.model!r}, configured is {pipeline.generator.model!r}; set "
            f"GAZETTE_MODEL__NAME={batch.model}, or start the file again"
        )
    book = pipeline.ledger.batches
    if budget_usd is not None:
        batch = book.set_budget(batch, budget_usd)
    if batch.state == "completed" and pipeline.ledger.units.reopen(batch):
        return book.move(batch, "in_progress", "completed")
    if batch.state in ("cancelled", "expired", "failed", "cancelling"):
        raise BatchError(f"{batch.batch_id} is {batch.state}; start its file again for a new batch")
    if batch.state == "paused":
        pipeline.ledger.units.renew_tries(batch)
    return book.move(batch, "in_progress", "paused")


def _checked(batch: Batch, wanted: str) -> Batch:
    if batch.state != wanted:
        raise BatchError(f"{batch.batch_id} is {batch.state}, it cannot become {wanted}")
    return batch


def _content(pipeline: Pipeline, file: BatchFile, endpoint: str | None) -> str:
    """Identifies a file together with everything that shapes its results."""
    shown = pipeline.settings.model_dump(mode="json", include={**_SHAPING, **dict.fromkeys(_SHAPING_GROUPS, True)})
    said = json_text([pipeline.collection, file.file_id, endpoint, shown])
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
