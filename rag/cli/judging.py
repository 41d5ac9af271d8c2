"""`gazette eval judge` and `gazette eval agreement`. Parses, calls and prints; judging is in ``evals``."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from rag.cli.session import echo_json, load_settings


@click.command(name="judge")
@click.argument("run", metavar="RUN")
@click.option("--against", metavar="OTHER", help="Prefer RUN's or OTHER's replies instead, each pair in both orders.")
@click.option("--model", help="LiteLLM id of the judge; default GAZETTE_MODEL__NAME.")
@click.option("--limit", type=click.IntRange(1), help="So many samples, drawn at random by the seed.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of drawing samples and of intervals.")
@click.option("--budget-usd", type=click.FloatRange(min=0), help="Stop when so much is spent; what was judged is kept.")
@click.option(
    "--labels", type=click.Path(dir_okay=False, path_type=Path), help="The claims as CSV for people to label."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def judge_(run: str, against: str | None, model: str | None, limit: int | None, seed: int, **given: Any) -> None:
    """Let a model judge RUN: is every claim supported by its quotes, and does our verifier agree."""
    from evals.record import RunFolder
    from rag.settings import Settings

    settings = load_settings()
    name = model or settings.model.name
    if name == "extractive":
        raise click.UsageError("name a judge: --model openai/…, or GAZETTE_MODEL__NAME")
    if against and given["labels"]:
        raise click.UsageError("--labels is of claims; leave --against out")
    judging = Settings.load(model={"name": name}).model
    folders = [RunFolder.find(settings.eval.path, one) for one in (run, against) if one]
    shape = asyncio.run(_judge(judging, folders, limit, seed, given["budget_usd"], given["labels"]))
    echo_json(shape) if given["as_json"] else _show(shape)


async def _judge(
    settings: Any, folders: list[Any], limit: int | None, seed: int, budget_usd: float | None, labels: Path | None
) -> dict[str, Any]:
    from random import Random

    from evals.judge import ModelJudge
    from evals.judging import judge_pair, judge_run, judged_json
    from evals.labels import labels_csv
    from evals.record import JUDGED, RUN
    from evals.report import keep
    from rag.export import write_atomic
    from rag.progress import progress_on_stderr

    judge = ModelJudge(settings, folders[0].path / "judgements.jsonl", budget_usd)
    rows = folders[0].rows()
    if len(folders) == 2:
        others = {row["id"]: row for row in folders[1].rows()}
        wanted = ("ask", "read", "summarise")
        pairs = [(row, others[row["id"]]) for row in rows if row["id"] in others and row["task"] in wanted]
        drawn = Random(seed).sample(pairs, limit) if limit and limit < len(pairs) else pairs
        return {"a": folders[0].name, "b": folders[1].name, **await judge_pair(drawn, judge, seed)}
    chosen = [row for row in rows if row["task"] == "verify" or row["reply"].get("claims")]
    chosen = Random(seed).sample(chosen, limit) if limit and limit < len(chosen) else chosen
    with progress_on_stderr() as progress:
        judged = await judge_run(chosen, judge, progress)
    if labels:
        write_atomic(labels, labels_csv(judged.items))
        click.echo(f"{len(judged.items)} claims in {labels}", err=True)
    shape = {"run": folders[0].name, **judged_json(judged, judge, seed)}
    folders[0].write_text(JUDGED, json.dumps(shape, ensure_ascii=False, indent=1))
    if (folders[0].path / RUN).is_file():
        keep(folders[0])
    return shape


@click.command(name="agreement")
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="Of the intervals.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def agreement_(labels: Path, seed: int, as_json: bool) -> None:
    """How the judge and our verifier agree with people: LABELS is the exported CSV with `human_label` filled in."""
    from evals.labels import read_labels, with_people

    shape = with_people(read_labels(labels), seed)
    echo_json(shape) if as_json else _show(shape)


def _show(shape: dict[str, Any], indent: str = "") -> None:
    for name, value in shape.items():
        if isinstance(value, dict) and "mean" in value:
            click.echo(
                f"{indent}{name:20} {value['mean']:.4f}  [{value['low']:.4f}, {value['high']:.4f}]  n {value['n']}"
            )
        elif isinstance(value, dict):
            click.echo(f"{indent}{name}")
            _show(value, indent + "  ")
        else:
            click.echo(f"{indent}{name:20} {'not defined' if value is None else value}")
