"""`gazette eval`: run suites, compare runs, report them. Parses, calls and prints; measuring is in ``evals``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from rag.cli.judging import agreement_, judge_
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
@click.option("--target", metavar="URL|RUN", help="Another system: a chat-completions endpoint, or its TREC run.")
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
    from rag.progress import progress_on_stderr

    with progress_on_stderr() as progress:
        job = prepare(suite, _options(**given), progress=progress)
        try:
            if dry_run:
                echo_json(estimate(job))
                return
            folder = _folder(job, resume)
            click.echo(f"run {folder.path}", err=True)
            from evals.report import keep
            from evals.runner import run

            summary = asyncio.run(run(job, folder, progress))
            keep(folder)
        finally:
            job.target.close()
    _show(summary, folder, as_json)
    for name, report in summary["corpora"].items():
        for failure in report["failed"]:
            click.echo(f"corpus {name} lacks {failure['source']}: {failure['error']}", err=True)
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
        kept = ("suite", "n", "measures", "gates", "by_type", "by_label", "failed", "seconds", "latency_ms", "usage")
        echo_json({**{name: summary[name] for name in kept}, "run": str(folder.path)})
        return
    click.echo(f"{summary['suite']}  n {summary['n']}  {summary['seconds']} s  {folder.path}")
    for name, one in summary["measures"].items():
        unscored = f"  unscored {one['unscored']}" if one["unscored"] else ""
        shown = f"{one['mean']:8.4f}  [{one['low']:.4f}, {one['high']:.4f}]" if one["n"] else "not scored"
        click.echo(f"  {name:24} {shown}  n {one['n']}{unscored}")
    for label, found in sorted(
        summary["by_label"].items(), key=lambda pair: -max(one["n"] for one in pair[1].values())
    ):
        shares = "  ".join(f"{name} {one['mean']:.3f} (n {one['n']})" for name, one in found.items())
        click.echo(f"  {label:28} {shares}")
    if summary["failed"]:
        click.echo(f"  {summary['failed']} samples failed; see {folder.path / 'samples.jsonl'}", err=True)


@eval_.command(name="compare")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--also", nargs=2, multiple=True, metavar="A B", help="The same two over other data, taken together.")
@click.option("--measure", "only", multiple=True, help="Only this one, fixed beforehand: p is corrected for fewer.")
@click.option("--by-type", is_flag=True, help="Within every type too.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def compare_(first: str, second: str, also: tuple[tuple[str, str], ...], as_json: bool, **given: Any) -> None:
    """What changed from run A to run B, by how much more than chance, and which questions flipped."""
    from evals.compare import compare
    from evals.provenance import asked_over

    found = compare(_run(first), _run(second), also=[(_run(a), _run(b)) for a, b in also], **given)
    if as_json:
        echo_json(found.json())
        return
    for a, b in ((found.a, found.b), *found.also):
        for side, run in (("A", a), ("B", b)):
            click.echo("  ".join((f"{side} {run['run']}", *asked_over(run))))
    click.echo(f"{found.n} questions in both")
    if found.only_a or found.only_b:
        click.echo(f"left out: {found.only_a} only in A, {found.only_b} only in B", err=True)
    for row in found.rows:
        name = f"{row.measure} [{row.type}]" if row.type else row.measure
        click.echo(
            f"  {name:30} {row.a:8.4f} → {row.b:8.4f}  {row.difference:+.4f} [{row.low:+.4f}, {row.high:+.4f}]  "
            f"p {row.p_holm:.4f}  n {row.n}  {row.verdict}"
        )
    for label, flips in (("gained", found.gained), ("lost", found.lost)):
        click.echo(f"{label} by {found.flips_by}: {len(flips)}")
        for flip in flips:
            click.echo(f"  {flip.id} {flip.asked}\n    wanted {flip.wanted}\n    A {flip.a}\n    B {flip.b}")


@eval_.command(name="report")
@click.argument("runs", nargs=-1, required=True, metavar="RUN…")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The page; one self-contained file.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="The gates as JUnit XML.")
@click.option("--json", "as_json", is_flag=True, help="The summaries as JSON lines.")
def report_(runs: tuple[str, ...], out: Path | None, junit: Path | None, as_json: bool) -> None:
    """RUNs as one page, as JUnit XML, or as JSON. Exit 1 when a gate of theirs fails."""
    from evals.junit import junit_xml
    from evals.report import render
    from rag.export import write_atomic

    if not (out or junit or as_json):
        raise click.UsageError("give --out FILE, --junit FILE or --json")
    folders = [_run(name) for name in runs]
    summaries = [folder.summary() for folder in folders]
    if out:
        write_atomic(out, render(folders))
        click.echo(f"{out}", err=True)
    if junit:
        write_atomic(junit, junit_xml(summaries))
        click.echo(f"{junit}", err=True)
    if as_json:
        for summary in summaries:
            echo_json(summary)
    failed = [(one["suite"], gate) for one in summaries for gate in one["gates"] if gate["passed"] is False]
    for suite, gate in failed:
        click.echo(f"gate failed: {suite}: {gate['measure']} {gate['bound']}, measured {gate['value']}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


@eval_.command(name="export")
@click.argument("run", metavar="RUN")
@click.option(
    "--format", "shape", type=click.Choice(["ragas", "inspect", "trec", "qrels"]), required=True, help="Whose shape."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file.")
def export_(run: str, shape: Literal["ragas", "inspect", "trec", "qrels"], out: Path) -> None:
    """RUN for another evaluation tool: its questions as JSONL, or its rankings or judgements as TREC files."""
    from evals.exchange import export_run
    from rag.export import write_atomic

    content = export_run(_run(run), shape)
    write_atomic(out, content)
    click.echo(f"{content.count(chr(10))} lines in {out}", err=True)


def _run(name: str) -> RunFolder:
    from evals.record import RunFolder
    from rag.cli.session import load_settings

    return RunFolder.find(load_settings().eval.path, name)


eval_.add_command(judge_)
eval_.add_command(agreement_)
