"""The page: an overview, what changed between runs, and every run with its figures, plots and samples.

Knows nothing of how runs are made.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from evals.provenance import asked_over
from evals.record import SAMPLES, RunFolder
from evals.report.browse import browse
from evals.report.changes import Placed, changes
from evals.report.figures import figures, gates, headline, judged, plots, provenance, told, types
from evals.report.markup import Html, join, table, tag
from evals.report.style import STYLE

Json = dict[str, Any]

MAX_CHARS = 12_000_000
"""Of all samples' markup on one page; browsers open this in about a second. Shared by the runs on it."""


def render(runs: Sequence[RunFolder], *, max_chars: int = MAX_CHARS) -> str:
    """One page for some finished runs, in the order given.

    Args:
        runs: finished ones.
        max_chars: of markup that samples may take; what is left out is counted on the page.

    Raises:
        RunError: a run is not finished.
    """
    placed: list[Placed] = [(at, run, run.summary()) for at, run in enumerate(runs, 1)]
    shown: dict[int, frozenset[str]] = {}
    sections = []
    for at, run, summary in placed:
        section, shown[at] = _run(at, run, summary, max_chars // len(placed))
        sections.append(section)
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    names = ", ".join(dict.fromkeys(summary["suite"] for _, _, summary in placed))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"Evaluation: {names}"),
        tag("style", Html(STYLE)),
    )
    main = tag("main", tag("h1", f"Evaluation: {names}"), _overview(placed), *changes(placed, shown), *sections)
    return "<!doctype html>\n" + tag("html", head, tag("body", main), lang="en") + "\n"


def _overview(placed: Sequence[Placed]) -> Html:
    """One row a run."""
    rows: list[list[object]] = []
    for at, _, summary in placed:
        name = headline(summary)
        failed = sum(gate["passed"] is False for gate in summary["gates"])
        held = sum(gate["passed"] is True for gate in summary["gates"])
        idle = "none judged" if summary["gates"] else "no gates"
        state = f"{failed} of {len(summary['gates'])} fail" if failed else f"{held} hold" if held else idle
        unscored = sum(one["unscored"] for one in summary["measures"].values())
        rows.append(
            [
                tag("a", f"#{at} {summary['suite']}", href=f"#run-{at}"),
                join(tag("span", f"{name} ", class_="dim"), told(summary["measures"].get(name))),
                tag("span", state, class_="bad" if failed else "good" if held else "dim"),
                summary["failed"] or "",
                unscored or "",
                summary["model"],
                f"{summary['seconds']} s",
            ]
        )
    return table(["run", "headline", "gates", "failed", "unscored", "model", "took"], rows)


def _run(at: int, run: RunFolder, summary: Json, max_chars: int) -> tuple[Html, frozenset[str]]:
    rows = run.rows()
    samples, shown = browse(summary, rows, run=at, max_chars=max_chars, path=run.path / SAMPLES)
    section = tag(
        "section",
        tag("h2", f"#{at} {summary['suite']}", " ", tag("span", run.name, class_="dim")),
        tag("p", _origin(summary), class_="dim"),
        *gates(summary),
        *figures(summary),
        plots(summary, rows),
        *types(summary, rows),
        *judged(run.judged()),
        tag("h3", f"All {len(rows)} samples"),
        samples,
        provenance(summary),
        id=f"run-{at}",
    )
    return section, shown


def _origin(summary: Json) -> str:
    git = (summary["git"] or "no checkout")[:10] + (" with changes" if summary["dirty"] else "")
    used = summary["usage"]
    return (
        f"{summary['started']} · n {summary['n']} in {summary['seconds']} s · {summary['target']} · {summary['model']}"
        f"{''.join(f' · {told}' for told in asked_over(summary))}"
        f" · settings {summary['settings']['fingerprint']} · commit {git} · seed {summary['seed']}"
        f" · failed {summary['failed']} · tokens {used['prompt_tokens']} + {used['completion_tokens']}"
        f" · {used['cost_usd']:.4f} USD"
    )
