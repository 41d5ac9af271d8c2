"""A run's figures as tables and plots, each with its n and interval; its gates; where it came from.

Knows nothing of single samples, beyond their scores.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from evals.aggregate import matrix
from evals.errors import SuiteError
from evals.measures import Bench, Measure, build_measures
from evals.measures.risk import curve
from evals.report.markup import Html, join, number, table, tag
from evals.report.plots import Bar, bar_plot, curve_plot, histogram, interval_bar, steps_plot

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
_ARROWS = {"higher": "↑", "lower": "↓"}


def headline(summary: Json) -> str:
    """The measure that stands for a run; empty where it has none."""
    measured = summary["measures"]
    return next((name for name in HEADLINE_MEASURES if name in measured), next(iter(measured), ""))


def told(figure: Json | None) -> Html:
    """A mean with its interval and n, small."""
    if not figure or figure["mean"] is None:
        return Html("–")
    spread = f" [{number(figure['low'])}, {number(figure['high'])}]" if figure["low"] is not None else ""
    return join(number(figure["mean"]), tag("span", f"{spread} n {figure['n']}", class_="dim"))


def gates(summary: Json) -> list[Html]:
    """Every gate with its value; failing ones first."""
    if not summary["gates"]:
        return []
    words = {False: ("fails", "bad"), None: ("not judged", "dim"), True: ("holds", "good")}
    rows: list[list[object]] = [
        [tag("span", word, class_=kind), gate["measure"], gate["bound"], gate["value"]]
        for passed, (word, kind) in words.items()
        for gate in summary["gates"]
        if gate["passed"] is passed
    ]
    failed = [gate["measure"] for gate in summary["gates"] if gate["passed"] is False]
    held = sum(gate["passed"] is True for gate in summary["gates"])
    line = f"{held} of {len(summary['gates'])} hold" + (f"; failing: {', '.join(failed)}" if failed else "")
    inner = table(["", "measure", "bound", "value"], rows)
    shown = tag("details", tag("summary", line), tag("div", inner), open=True if failed else None)
    return [tag("h3", "Gates"), shown]


def figures(summary: Json) -> list[Html]:
    """Every measure over all samples."""
    known = {name: _measure(name) for name in summary["measures"]}
    rows: list[list[object]] = []
    for name, one in summary["measures"].items():
        measure = known[name]
        drawn = interval_bar(one["mean"], one["low"], one["high"]) if _is_share(one) else None
        shown = f"{number(one['low'])} – {number(one['high'])}" if one["low"] is not None else None
        arrow = _ARROWS[measure.better] if measure else ""
        label = (
            join(name, " ", tag("span", arrow, class_="dim", title=f"{measure.better} is better")) if measure else name
        )
        rows.append([label, one["mean"], shown, drawn or "", one["n"], one["unscored"] or ""])
    sources: list[list[object]] = [
        [name, (type(measure).__doc__ or "").strip().split("\n")[0], measure.source]
        for name, measure in known.items()
        if measure
    ]
    return [
        tag("h3", "Figures"),
        table(["measure", "mean", "95 % interval", "0 … 1", "n", "unscored"], rows, class_="types"),
        tag(
            "details",
            tag("summary", "What each measure says, and its source"),
            tag("div", table(["measure", "says", "source"], sources)),
        ),
    ]


def types(summary: Json, rows: Sequence[Json]) -> list[Html]:
    """Every measure within every type: one row a type, one table a task, for tasks are measured by other measures."""
    by_type = summary["by_type"]
    if len(by_type) < 2:
        return []
    tasks: dict[str, dict[str, Json]] = {}
    for kind, task in {row["type"]: row["task"] for row in rows}.items():
        tasks.setdefault(task, {})[kind] = by_type.get(kind, {})
    tables = []
    for task, kinds in tasks.items():
        names = [name for name in summary["measures"] if any(name in found for found in kinds.values())]
        cells: list[list[object]] = [
            [kind, *(told(found.get(name)) for name in names)] for kind, found in kinds.items()
        ]
        tables.append(table([task, *names], cells, class_="types"))
    return [tag("h3", "By type"), *tables]


def judged(found: Json | None) -> list[Html]:
    """What a model as judge said of the run, where one was asked."""
    if found is None:
        return []
    rows: list[list[object]] = []
    for name, label in (("with_verifier", "judge and our verifier"), ("with_gold", "judge and gold")):
        one = found.get(name)
        if one:
            rows.append([f"{label}: kappa", told(one["kappa"])])
            rows.append([f"{label}: the same", told(one["same"])])
    for name, both in found["citations"].items():
        rows.append([f"{name} by the judge", told(both["judge"])])
        rows.append([f"{name} by our verifier, same answers", told(both["verifier"])])
    note = f"{found['judge']} · {found['n']} claims judged, {found['unscored']} unscored"
    return [tag("h3", "A model as judge"), tag("p", note, class_="dim"), table(["", "figure"], rows)]


def plots(summary: Json, rows: Sequence[Json]) -> Html:
    """What this run has points for."""
    drawn = [*_risk(rows), *_recall(summary), *_latency(summary, rows), *_by_type(summary)]
    return tag("div", *drawn, class_="plots")


def provenance(summary: Json) -> Html:
    """Settings, versions and data, closed."""
    settings = json.dumps(summary["settings"], ensure_ascii=False, indent=1, sort_keys=True)
    versions = ", ".join(f"{name} {value}" for name, value in summary["versions"].items())
    files: list[list[object]] = [[one["path"], tag("code", one["sha256"][:16])] for one in summary["data"][:200]]
    return tag(
        "details",
        tag("summary", "Settings, versions and data"),
        tag("div", tag("p", versions), table(["file", "sha256"], files), tag("pre", settings)),
    )


def _measure(name: str) -> Measure | None:
    """None for a measure of an older version that is known no more."""
    try:
        return build_measures([name], Bench())[0]
    except SuiteError:
        return None


def _is_share(figure: Json) -> bool:
    return figure["mean"] is not None and figure["low"] is not None and 0 <= figure["low"] <= figure["high"] <= 1


def _bar(name: str, figure: Json) -> Bar:
    return Bar(name, figure["mean"], figure["low"], figure["high"], figure["n"])


def _risk(rows: Sequence[Json]) -> list[Html]:
    confidences = matrix(rows, "aurc")
    if confidences is None or len(confidences) < 2:
        return []
    coverage, risk = curve(confidences)
    caption = f"Risk over coverage: share of wrong among the surest answers, n {len(risk)}"
    return [
        curve_plot(
            list(zip(coverage.tolist(), risk.tolist(), strict=True)), caption=caption, x="coverage of answers", y="risk"
        )
    ]


def _recall(summary: Json) -> list[Html]:
    depths = sorted(
        (int(name.removeprefix("R@")), one)
        for name, one in summary["measures"].items()
        if name.startswith("R@") and name.removeprefix("R@").isdigit() and one["mean"] is not None
    )
    bars = [_bar(str(depth), one) for depth, one in depths]
    if len(bars) < 2:
        return []
    return [steps_plot(bars, caption=f"Recall at k with 95 % interval, n {bars[0].n}", x="k", y="recall")]


def _latency(summary: Json, rows: Sequence[Json]) -> list[Html]:
    times = [1000.0 * row["seconds"] for row in rows if "error" not in row["reply"]]
    if len(times) < 2:
        return []
    found = summary["latency_ms"]
    marks = [(name, found[name]) for name in ("p50", "p95") if found.get(name) is not None]
    return [histogram(times, caption=f"Milliseconds a reply took, n {len(times)}", x="ms", marks=marks)]


def _by_type(summary: Json) -> list[Html]:
    name = headline(summary)
    bars = [
        _bar(kind, found[name])
        for kind, found in summary["by_type"].items()
        if name in found and found[name]["mean"] is not None
    ]
    return [bar_plot(bars[:40], caption=f"{name} by type, with 95 % interval")] if len(bars) > 1 else []
