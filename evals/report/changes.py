"""What changed between runs: the trend of a suite over all of them, and two of them question by question.

Knows nothing of single runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.compare import Comparison, Flip, Row, compare
from evals.errors import RunError
from evals.record import RunFolder
from evals.report.figures import headline, told
from evals.report.markup import Html, join, table, tag
from evals.report.plots import Bar, steps_plot
from evals.report.samples import anchor

Json = dict[str, Any]
Placed = tuple[int, RunFolder, Json]
"""A run with its number on the page and its summary."""

_FLIPS = 200
"""Flipped questions shown each way."""
_MEASURES = 3
"""Measures of a suite whose trend is drawn; the table has all."""


def changes(runs: Sequence[Placed], shown: Mapping[int, frozenset[str]]) -> list[Html]:
    """One section a suite with several runs: the trend, and the comparison where there are exactly two.

    Args:
        runs: all on the page.
        shown: ids of the samples on the page, by run; flips link to these.
    """
    sections = []
    for suite in dict.fromkeys(summary["suite"] for _, _, summary in runs):
        group = sorted((one for one in runs if one[2]["suite"] == suite), key=lambda one: str(one[2]["started"]))
        if len(group) > 1:
            compared = _compared(group[0], group[1], shown) if len(group) == 2 else []
            sections.append(tag("section", tag("h2", f"{suite}: {len(group)} runs"), *_trend(group), *compared))
    return sections


def _trend(group: Sequence[Placed]) -> list[Html]:
    """The first measures drawn, all of them as a table; oldest run first."""
    names = list(dict.fromkeys(name for _, _, summary in group for name in summary["measures"]))
    first = headline(group[0][2])
    gated = [gate["measure"] for gate in group[-1][2]["gates"] if gate["measure"] in names]
    drawn = []
    for name in list(dict.fromkeys([first, *gated, "latency_ms"]))[:_MEASURES]:
        bars = [
            Bar(f"#{at}", one["mean"], one["low"], one["high"], one["n"])
            for at, _, summary in group
            if (one := summary["measures"].get(name)) and one["mean"] is not None
        ]
        if len(bars) > 1:
            drawn.append(
                steps_plot(bars, caption=f"{group[0][2]['suite']}: {name} over runs, oldest first", x="run", y=name)
            )
    head: list[object] = ["measure", *(_run_head(one) for one in group)]
    rows: list[list[object]] = [
        [name, *(told(summary["measures"].get(name)) for _, _, summary in group)] for name in names
    ]
    # Two runs are told apart by their comparison, which has the same figures and more.
    return [tag("div", *drawn, class_="plots"), *([table(head, rows, class_="types")] if len(group) > 2 else [])]


def _run_head(placed: Placed) -> Html:
    at, _, summary = placed
    started = str(summary["started"])[:16].replace("T", " ")
    return join(tag("a", f"#{at}", href=f"#run-{at}"), " ", tag("span", started, class_="dim"))


def _compared(first: Placed, second: Placed, shown: Mapping[int, frozenset[str]]) -> list[Html]:
    try:
        found = compare(first[1], second[1])
    except RunError as error:
        return [tag("h3", "Compared by question"), tag("p", f"Not comparable: {error}", class_="bad")]
    a, b = f"#{first[0]}", f"#{second[0]}"
    only = f"; left out: {found.only_a} only in {a}, {found.only_b} only in {b}" if found.only_a or found.only_b else ""
    moved = [row for row in found.rows if (row.difference, row.low, row.high) != (0, 0, 0)]
    moved.sort(key=lambda row: row.p_holm)
    same = ", ".join(row.measure for row in found.rows if row not in moved)
    note = f"{found.n} questions in both{only}; paired bootstrap, p corrected for the {len(moved)} that differ."
    head: list[object] = ["measure", a, b, "difference", "95 % interval", "p (Holm)", "n", ""]
    return [
        tag("h3", f"{b} against {a}"),
        tag("p", note, class_="dim"),
        *([table(head, [_difference(row) for row in moved], class_="types")] if moved else []),
        *([tag("p", tag("span", "The same in both: ", class_="dim"), same)] if same else []),
        *_flips(found, first, second, shown),
    ]


def _difference(row: Row) -> list[object]:
    kind = {"better": "good", "worse": "bad"}.get(row.verdict, "dim")
    return [
        row.measure,
        row.a,
        row.b,
        tag("span", f"{row.difference:+.4g}", class_=kind),
        f"{row.low:+.4g} to {row.high:+.4g}",
        f"{row.p_holm:.4f}",
        row.n,
        tag("span", row.verdict, class_=kind),
    ]


def _flips(found: Comparison, first: Placed, second: Placed, shown: Mapping[int, frozenset[str]]) -> list[Html]:
    if not found.flips_by:
        return []
    parts: list[Html] = []
    for word, flips, kind in (("Lost", found.lost, "bad"), ("Gained", found.gained, "good")):
        rows = [_flip(flip, first[0], second[0], shown) for flip in flips[:_FLIPS]]
        left = len(flips) - len(rows)
        note = tag("p", f"{left} more are left out; `gazette eval compare` lists all.", class_="note") if left else None
        inner = table(["question", "wanted", f"#{first[0]}", f"#{second[0]}"], rows, class_="flips") if rows else None
        line = tag("summary", tag("b", f"{word} by {found.flips_by}: ", tag("span", len(flips), class_=kind)))
        parts.append(tag("details", line, tag("div", inner, note), open=True if 0 < len(flips) <= 20 else None))
    return parts


def _flip(flip: Flip, a: int, b: int, shown: Mapping[int, frozenset[str]]) -> list[object]:
    links = [
        tag("a", f"{flip.id} in #{run}", href=f"#{anchor(run, flip.id)}")
        for run in (a, b)
        if flip.id in shown.get(run, frozenset())
    ]
    asked = join(flip.asked, tag("p", *(part for link in links for part in (link, " ")), class_="dim"))
    return [asked, *(_short(value) for value in (flip.wanted, flip.a, flip.b))]


def _short(value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else "–" if value is None else str(value)
    return text if len(text) <= 300 else text[:299] + "…"
