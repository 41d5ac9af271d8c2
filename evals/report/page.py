"""The page: every run with its figures, gates, types, plots and samples; runs of one suite side by side.

Knows nothing of how runs are made.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from evals.aggregate import matrix
from evals.measures.risk import curve
from evals.record import RunFolder
from evals.report.markup import Html, join, table, tag
from evals.report.plots import bar_plot, interval_bar, line_plot
from evals.report.samples import sample_details
from evals.report.style import STYLE

Json = dict[str, Any]

HEADLINE_MEASURES = (
    "accuracy",
    "nDCG@10",
    "verdict_accuracy",
    "vital_nugget_recall",
    "art_f80",
    "rouge_l",
    "latency_ms",
)
"""The first of these a run has is the one that plots show by type and over time."""


def render(runs: Sequence[RunFolder]) -> str:
    """One page for some finished runs, in the order given.

    Raises:
        RunError: a run is not finished.
    """
    summaries = [run.summary() for run in runs]
    sections = [_run(run, summary) for run, summary in zip(runs, summaries, strict=True)]
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    names = ", ".join(dict.fromkeys(summary["suite"] for summary in summaries))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"Evaluation: {names}"),
        tag("style", Html(STYLE)),
    )
    body = tag("body", tag("main", tag("h1", f"Evaluation: {names}"), _trends(summaries), *sections))
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def _run(run: RunFolder, summary: Json) -> Html:
    rows = run.rows()
    return tag(
        "section",
        tag("h2", f"{summary['suite']} · {run.name}"),
        tag("p", _origin(summary), class_="dim"),
        *_gates(summary),
        tag("h3", "Figures"),
        _figures(summary["measures"]),
        tag("div", *_plots(summary, rows), class_="plots"),
        *_types(summary),
        tag("h3", f"All {len(rows)} samples"),
        *(sample_details(row) for row in rows),
    )


def _origin(summary: Json) -> str:
    git = (summary["git"] or "no checkout")[:10] + (" with changes" if summary["dirty"] else "")
    used = summary["usage"]
    return (
        f"{summary['started']} · n {summary['n']} in {summary['seconds']} s · {summary['target']} · {summary['model']}"
        f" · settings {summary['settings']['fingerprint']} · commit {git} · seed {summary['seed']}"
        f" · failed {summary['failed']} · tokens {used['prompt_tokens']} + {used['completion_tokens']}"
        f" · {used['cost_usd']:.4f} USD"
    )


def _gates(summary: Json) -> list[Html]:
    if not summary["gates"]:
        return []
    words = {True: ("holds", "good"), False: ("fails", "bad"), None: ("not judged", "dim")}
    rows: list[list[object]] = [
        [gate["measure"], gate["bound"], gate["value"], tag("span", word, class_=kind)]
        for gate in summary["gates"]
        for word, kind in (words[gate["passed"]],)
    ]
    return [tag("h3", "Gates"), table(["measure", "bound", "value", ""], rows)]


def _figures(measures: dict[str, Json]) -> Html:
    rows: list[list[object]] = []
    for name, one in measures.items():
        drawn = interval_bar(one["mean"], one["low"], one["high"]) if _is_share(one) else None
        shown = f"{one['low']:.4g} – {one['high']:.4g}" if one["low"] is not None else None
        rows.append([name, one["mean"], shown, drawn, one["n"], one["unscored"] or ""])
    return table(["measure", "mean", "95 % interval", "0 … 1", "n", "unscored"], rows)


def _is_share(figure: Json) -> bool:
    return figure["mean"] is not None and figure["low"] is not None and 0 <= figure["low"] <= figure["high"] <= 1


def _types(summary: Json) -> list[Html]:
    by_type = summary["by_type"]
    if len(by_type) < 2:
        return []
    names = [name for name in summary["measures"] if sum(name in found for found in by_type.values()) > 0]
    rows: list[list[object]] = [[name, *(_short(found.get(name)) for found in by_type.values())] for name in names]
    return [tag("h3", "By type"), table(["measure", *by_type], rows, class_="types")]


def _short(figure: Json | None) -> object:
    if not figure or figure["mean"] is None:
        return None
    spread = f" {figure['low']:.3g}–{figure['high']:.3g}" if figure["low"] is not None else ""
    return join(f"{figure['mean']:.3g}", tag("span", f"{spread} n {figure['n']}", class_="dim"))


def _plots(summary: Json, rows: Sequence[Json]) -> list[Html]:
    drawn: list[Html] = []
    confidences = matrix(rows, "aurc")
    if confidences is not None and len(confidences) > 1:
        coverage, risk = curve(confidences)
        caption = "Risk over coverage: wrong share of the surest answers"
        points = list(zip(coverage.tolist(), risk.tolist(), strict=True))
        drawn.append(line_plot(points, caption=caption, x="coverage of answers", y="risk", top=1.0))
    depths = sorted(
        (int(name.removeprefix("R@")), one["mean"])
        for name, one in summary["measures"].items()
        if name.startswith("R@") and one["mean"] is not None
    )
    if len(depths) > 1:
        drawn.append(line_plot([(float(k), v) for k, v in depths], caption="Recall at k", x="k", y="recall", top=1.0))
    seconds = sorted(row["seconds"] for row in rows)
    if seconds:
        points = [(1000 * second, (rank + 1) / len(seconds)) for rank, second in enumerate(seconds)]
        drawn.append(line_plot(points, caption="Share of replies within so many ms", x="ms", y="share", top=1.0))
    headline = _headline(summary)
    by_type = [
        (kind, found[headline]["mean"])
        for kind, found in summary["by_type"].items()
        if headline in found and found[headline]["mean"] is not None
    ]
    if len(by_type) > 1:
        top = max(1.0, *(value for _, value in by_type))
        drawn.append(bar_plot(by_type, caption=f"{headline} by type", top=top))
    return drawn


def _headline(summary: Json) -> str:
    measured = summary["measures"]
    return next((name for name in HEADLINE_MEASURES if name in measured), next(iter(measured), ""))


def _trends(summaries: Sequence[Json]) -> Html:
    """How the headline figure of a suite went over its runs, oldest first."""
    drawn = []
    for suite in dict.fromkeys(summary["suite"] for summary in summaries):
        runs = sorted((one for one in summaries if one["suite"] == suite), key=lambda one: str(one["started"]))
        name = _headline(runs[0])
        values = [one["measures"].get(name, {}).get("mean") for one in runs]
        points = [(float(index), value) for index, value in enumerate(values, 1) if value is not None]
        if len(points) > 1:
            drawn.append(line_plot(points, caption=f"{suite}: {name} over runs, oldest first", x="run", y=name))
    return tag("div", *drawn, class_="plots")
