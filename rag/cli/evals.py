"""`gazette eval`: run suites, compare runs, report them. Parses, calls and prints; measuring is in ``evals``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.cli.session import echo_json

if TYPE_CHECKING:
    from evals.record import RunFolder
    from evals.runner import Job


@click.group(name="eval")
def eval_() -> None:
    """Measure: run suites, compare runs, report them. Runs are kept in GAZETTE_EVAL__PATH, never in the corpus."""


@eval_.command(name="list")
@click.option("--measures", is_flag=True, help="The measures instead, each with its source.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(measures: bool, as_json: bool) -> None:
    """The suites, what each asks and needs."""
    from evals.measures import known_measures
    from evals.suite import load_suite, suite_names

    if measures:
        for one in known_measures():
            row = {"measure": one.name, "better": one.better, "about": type(one).__doc__, "source": one.source}
            echo_json(row) if as_json else click.echo(f"{one.name:24} {row['about']}\n{'':24} {one.source}")
        return
    for name in suite_names():
        suite = load_suite(name)
        needs = [part.kind for part in suite.parts if part.data == "given"]
        has_gold = any(part.data == "gold" for part in suite.parts)
        if as_json:
            gates = [{"measure": gate.label, "bound": gate.bound} for gate in suite.gates]
            shape = {"suite": name, "about": suite.about, "data": needs, "needs_data": not has_gold}
            echo_json({**shape, "measures": list(suite.measures), "gates": gates})
        else:
            takes = f" (--data {'|'.join(needs)}{', or none' if has_gold else ''})" if needs else ""
            click.echo(f"{name:14} {suite.about}{takes}")


@eval_.command(name="run")
@click.argument("suite")
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="Folder or file the suite reads.")
@click.option("--limit", type=click.IntRange(1), help="So many samples, drawn at random by the seed.")
@click.option("--where", multiple=True, metavar="KEY=VALUE", help="Only samples with this type, lang, split …")
@click.option("--seed", type=int, default=0, show_default=True, help="Of drawing samples and of intervals.")
@click.option("--repeat", type=click.IntRange(1, 100), default=1, show_default=True, help="Ask everything so often.")
@click.option("--target", metavar="URL", help="Ask this chat-completions endpoint instead of ourselves.")
@click.option("--model", help="extractive, or a LiteLLM id; with --target the name sent to it.")
@click.option("--set", "overrides", multiple=True, metavar="GROUP.KEY=VALUE", help="A setting of the system.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped.")
@click.option("--dry-run", is_flag=True, help="Only say what would be asked, with tokens and cost.")
@click.option("--budget-usd", type=click.FloatRange(min=0), help="Stop when so much is spent.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def run_(suite: str, resume: str | None, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Run SUITE (a name, or a .yaml file) and write its record. Exit 1 when a gate fails."""
    from evals.dryrun import estimate
    from evals.session import prepare
    from rag.terminal import progress_on_stderr

    with progress_on_stderr() as progress:
        job = prepare(suite, _options(**given), progress=progress)
        try:
            if dry_run:
                echo_json(estimate(job))
                return
            folder = _folder(job, resume)
            click.echo(f"run {folder.path}", err=True)
            from evals.runner import run

            summary = asyncio.run(run(job, folder, progress))
        finally:
            job.target.close()
    _show(summary, folder, as_json)
    failed = [gate for gate in summary["gates"] if gate["passed"] is False]
    for gate in failed:
        click.echo(f"gate failed: {gate['measure']} {gate['bound']}, measured {gate['value']}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def _options(
    data: Path | None,
    limit: int | None,
    where: tuple[str, ...],
    seed: int,
    repeat: int,
    target: str | None,
    model: str | None,
    overrides: tuple[str, ...],
    budget_usd: float | None,
) -> Any:
    from evals.session import Options
    from evals.suite import parse_overrides

    conditions = dict(pair.partition("=")[::2] for pair in where)
    if any("=" not in pair for pair in where):
        raise click.BadParameter(
            f"{', '.join(where)}: wanted KEY=VALUE, such as type=unanswerable", param_hint="--where"
        )
    groups = parse_overrides(overrides)
    if model and not target:
        groups.setdefault("model", {})["name"] = model
    return Options(data, limit, conditions, seed, repeat, target, model, groups, budget_usd)


def _folder(job: Job, resume: str | None) -> RunFolder:
    from evals.record import RunFolder

    root = job.settings.eval.path
    return RunFolder.find(root, resume) if resume else RunFolder.create(root, job.suite.name)


def _show(summary: dict[str, Any], folder: RunFolder, as_json: bool) -> None:
    if as_json:
        kept = ("suite", "n", "measures", "gates", "by_type", "failed", "seconds", "latency_ms", "usage")
        echo_json({**{name: summary[name] for name in kept}, "run": str(folder.path)})
        return
    click.echo(f"{summary['suite']}  n {summary['n']}  {summary['seconds']} s  {folder.path}")
    for name, one in summary["measures"].items():
        unscored = f"  unscored {one['unscored']}" if one["unscored"] else ""
        shown = f"{one['mean']:8.4f}  [{one['low']:.4f}, {one['high']:.4f}]" if one["n"] else "not scored"
        click.echo(f"  {name:24} {shown}  n {one['n']}{unscored}")
    if summary["failed"]:
        click.echo(f"  {summary['failed']} samples failed; see {folder.path / 'samples.jsonl'}", err=True)
