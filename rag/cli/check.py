"""`gazette verify`: check any text, ours or not, against the corpus or against evidence given with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

import click

from rag.cli.session import echo_json, open_pipeline_to_read

if TYPE_CHECKING:
    from rag.serialise import Json


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--against", multiple=True, metavar="ARTICLE_ID", help="Only this article; may be given again.")
@click.option("--fail-on", type=click.Choice(["unsupported"]), help="Exit 1 when a claim gets this verdict.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(file: IO[str], against: tuple[str, ...], fail_on: str | None, as_json: bool) -> None:
    """Judge every claim of FILE (`-`: standard input).

    Plain text is checked against the corpus. JSONL lines `{id, claim, evidence: [text…]}` are judged each against the
    evidence they bring, without any index.
    """
    text = file.read()
    rows = _claims_with_evidence(text)
    labels = _judge_rows(rows, file.name) if rows is not None else _judge_text(text, against, as_json=as_json)
    if fail_on and fail_on in labels:
        raise click.exceptions.Exit(1)


def _claims_with_evidence(text: str) -> list[str] | None:
    """The lines, if the first one is a JSON object; None for a plain text."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines if lines and lines[0].lstrip().startswith("{") else None


def _judge_rows(lines: Sequence[str], name: str) -> set[str]:
    from rag.verify import RuleVerifier

    verifier = RuleVerifier()
    labels: set[str] = set()
    failed = 0
    for number, line in enumerate(lines, 1):
        try:
            row = _parse_row(line)
        except ValueError as error:
            failed += 1
            click.echo(f"failed: {name}:{number}: {error}", err=True)
            continue
        verdict = verifier.verify(row["claim"], row["evidence"])
        labels.add(verdict.label)
        quotes = [{"evidence": quote.evidence, "start": quote.start, "end": quote.end} for quote in verdict.quotes]
        echo_json({"id": row.get("id"), "verdict": verdict.label, "reason": verdict.reason, "quotes": quotes})
    if failed:
        raise click.exceptions.Exit(3 if labels else 1)
    return labels


def _parse_row(line: str) -> dict[str, Any]:
    """One input line.

    Raises:
        ValueError: it is not a JSON object with a text ``claim`` and a list of texts ``evidence``.
    """
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(f"expected a JSON object, got {type(row).__name__}")
    claim, evidence = row.get("claim"), row.get("evidence")
    if (
        not isinstance(claim, str)
        or not isinstance(evidence, list)
        or not all(isinstance(one, str) for one in evidence)
    ):
        raise ValueError("needs `claim` (text) and `evidence` (list of texts)")
    return row


def _judge_text(text: str, against: Sequence[str], *, as_json: bool) -> set[str]:
    from rag.serialise import verification_json

    with open_pipeline_to_read() as pipeline:
        shape: Json = verification_json(asyncio.run(pipeline.verify_text(text, against=against)))
    if as_json:
        echo_json(shape)
    else:
        marks = {"supported": "✓", "partial": "~", "unsupported": "✗"}
        for claim in shape["claims"]:
            click.echo(f"{marks[claim['verdict']]} {claim['text']}")
            if claim["reason"]:
                click.echo(f"    {claim['reason']}")
            for marker in claim["citations"]:
                citation = shape["citations"][marker - 1]
                click.echo(f"    [{marker}] “{citation['quote']}” {citation['document']}")
    return {claim["verdict"] for claim in shape["claims"]}
