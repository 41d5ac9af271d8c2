"""Plots as inline SVG drawn by ourselves. Knows nothing of runs; takes points, gives markup."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evals.report.markup import Html, tag

WIDTH, HEIGHT = 360, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 20, 22, 38
_BASE = HEIGHT - _BOTTOM
_MOST_POINTS = 240
"""Of a curve; more cannot be told apart at this width."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A named mean; ``low`` and ``high`` where it has an interval, ``n`` samples behind it."""

    name: str
    mean: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Round values, three to seven of them."""
        width = (self.high - self.low) or 1.0
        power = 10.0 ** math.floor(math.log10(width))
        step = next(share * power for share in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0) if width / (share * power) <= 6)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(index * step, 10) for index in range(first, last + 1)]


def curve_plot(points: Sequence[Point], *, caption: str, x: str, y: str) -> Html:
    """A curve of shares over shares; both axes run from 0 to 1."""
    across, up = _scales(0.0, 1.0, 0.0, 1.0)
    step = max(1, math.ceil(len(points) / _MOST_POINTS))
    kept = [*points[::step], *([points[-1]] if (len(points) - 1) % step else [])]
    line = " ".join(f"{across.at(px):.1f},{up.at(py):.1f}" for px, py in kept)
    ticks = [_x_label(across.at(value), f"{value:g}") for value in across.ticks()]
    return _figure(caption, [*_frame(up, x, y), *ticks, tag("polyline", points=line, class_="curve")])


def steps_plot(bars: Sequence[Bar], *, caption: str, x: str, y: str) -> Html:
    """Means with their intervals at evenly spaced steps, joined; the y axis is cut where nothing is, and says so."""
    lows = [bar.low if bar.low is not None else bar.mean for bar in bars]
    highs = [bar.high if bar.high is not None else bar.mean for bar in bars]
    low, high = _bounds(min(lows), max(highs))
    across, up = _scales(-0.5, len(bars) - 0.5, low, high)
    parts: list[Html] = []
    for index, bar in enumerate(bars):
        px = across.at(index)
        title = tag("title", f"{bar.name}: {_number(bar.mean)} {_interval(bar)} n {bar.n}")
        ends = {"y1": f"{up.at(lows[index]):.1f}", "y2": f"{up.at(highs[index]):.1f}"}
        parts.append(tag("line", x1=f"{px:.1f}", x2=f"{px:.1f}", **ends, class_="range"))
        parts.append(tag("circle", title, cx=f"{px:.1f}", cy=f"{up.at(bar.mean):.1f}", r=4, class_="dot"))
        if index % max(1, math.ceil(len(bars) / 8)) == 0:
            parts.append(_x_label(px, bar.name))
    line = " ".join(f"{across.at(index):.1f},{up.at(bar.mean):.1f}" for index, bar in enumerate(bars))
    cut = "" if low == 0 else f"; the axis starts at {_number(low)}"
    return _figure(caption + cut, [*_frame(up, x, y), tag("polyline", points=line, class_="curve"), *parts])


def histogram(values: Sequence[float], *, caption: str, x: str, marks: Sequence[tuple[str, float]] = ()) -> Html:
    """How often values fall into 24 classes of equal width from 0 to the 99th percentile; the last holds all beyond.

    Args:
        values: at least one, none negative.
        caption: below the plot.
        x: what is counted, with its unit.
        marks: named values drawn as lines.
    """
    ordered = sorted(values)
    # No smaller than a billionth, for there division by it still has a result.
    high = _round_up(max(ordered[min(len(ordered) - 1, math.ceil(0.99 * len(ordered)) - 1)], 1e-9))
    counts = [0] * 24
    for value in ordered:
        counts[min(int(value / high * 24), 23)] += 1
    across, up = _scales(0.0, high, 0.0, float(max(counts)))
    wide = (across.end - across.start) / 24
    parts = [
        tag(
            "rect",
            tag("title", f"{_number(index * high / 24)} – {_number((index + 1) * high / 24)} {x}: {count}"),
            x=f"{across.start + index * wide + 0.5:.1f}",
            y=f"{up.at(count):.1f}",
            width=f"{wide - 1:.1f}",
            height=f"{_BASE - up.at(count):.1f}",
            class_="bar",
        )
        for index, count in enumerate(counts)
        if count
    ]
    for row, (name, value) in enumerate(marks):
        px = across.at(value)
        parts.append(tag("line", x1=f"{px:.1f}", x2=f"{px:.1f}", y1=_TOP, y2=_BASE, class_="limit"))
        side = {"text_anchor": "end", "x": f"{px - 4:.1f}"} if px > WIDTH * 0.6 else {"x": f"{px + 4:.1f}"}
        parts.append(tag("text", f"{name} {_number(value)}", y=_TOP + 10 + 13 * row, **side, class_="strong"))
    labels = [_x_label(across.at(value), _number(value)) for value in across.ticks()]
    beyond = sum(value > high for value in ordered)
    told = f"; {beyond} beyond {_number(high)} stand in the last class" if beyond else ""
    return _figure(caption + told, [*_frame(up, x, "samples"), *parts, *labels])


def bar_plot(bars: Sequence[Bar], *, caption: str) -> Html:
    """Lying bars from 0 with interval, value and n."""
    row, label, room = 24, 118, 92
    top = max(1.0, *(bar.high if bar.high is not None else bar.mean for bar in bars))
    scale = _Scale(0.0, top, label, WIDTH - room)
    parts: list[Html] = []
    for index, bar in enumerate(bars):
        at = index * row + 4
        short = bar.name if len(bar.name) <= 17 else bar.name[:16] + "…"
        parts += [
            tag("text", tag("title", bar.name), short, x=label - 6, y=at + 13, text_anchor="end"),
            tag("rect", x=label, y=at + 2, width=f"{scale.at(bar.mean) - label:.1f}", height=14, class_="bar"),
        ]
        if bar.low is not None and bar.high is not None:
            ends = {"x1": f"{scale.at(bar.low):.1f}", "x2": f"{scale.at(bar.high):.1f}"}
            parts.append(tag("line", **ends, y1=at + 9, y2=at + 9, class_="whisker"))
        parts.append(tag("text", f"{_number(bar.mean)}  n {bar.n}", x=WIDTH - room + 8, y=at + 13))
    return _figure(caption, parts, row * len(bars) + 8)


def interval_bar(mean: float, low: float, high: float) -> Html:
    """A mean and its interval on a scale from 0 to 1."""
    width = 130
    scale = _Scale(0.0, 1.0, 5, width - 5)
    return tag(
        "svg",
        tag("line", x1=5, y1=8, x2=width - 5, y2=8, class_="axis"),
        tag("line", x1=f"{scale.at(low):.1f}", y1=8, x2=f"{scale.at(high):.1f}", y2=8, class_="range"),
        tag("circle", cx=f"{scale.at(mean):.1f}", cy=8, r=4, class_="dot"),
        viewBox=f"0 0 {width} 16",
        width=width,
        height=16,
        role="img",
        aria_label=f"{mean:.3f} between {low:.3f} and {high:.3f}",
    )


def _scales(left: float, right: float, low: float, high: float) -> tuple[_Scale, _Scale]:
    return _Scale(left, right, _LEFT, WIDTH - _RIGHT), _Scale(low, high, _BASE, _TOP)


def _frame(up: _Scale, x: str, y: str) -> list[Html]:
    """Grid lines with their values, and what the axes are."""
    parts: list[Html] = []
    for value in up.ticks():
        at = up.at(value)
        parts.append(tag("line", x1=_LEFT, y1=f"{at:.1f}", x2=WIDTH - _RIGHT, y2=f"{at:.1f}", class_="axis"))
        parts.append(tag("text", _number(value), x=_LEFT - 6, y=f"{at + 4:.1f}", text_anchor="end"))
    parts.append(tag("text", x, x=(WIDTH + _LEFT) // 2, y=HEIGHT - 6, text_anchor="middle"))
    return [*parts, tag("text", y, x=2, y=10)]


def _x_label(at: float, text: str) -> Html:
    return tag("text", text, x=f"{at:.1f}", y=_BASE + 15, text_anchor="middle")


def _bounds(low: float, high: float) -> tuple[float, float]:
    """Round bounds around values; from 0 where the values come near it, to 1 where they are shares."""
    if 0 <= low <= high <= 1:
        return (0.0 if low < 0.5 else math.floor(low * 20 + 1e-9) / 20), 1.0
    return (min(0.0, low), _round_up(high))


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 or 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next((step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8) if step * power >= value), 10 * power)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _interval(bar: Bar) -> str:
    return f"[{_number(bar.low)}, {_number(bar.high)}]" if bar.low is not None and bar.high is not None else ""


def _figure(caption: str, parts: Sequence[Html], height: int = HEIGHT) -> Html:
    drawing = tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH} {height}", width=WIDTH, height=height, role="img", aria_label=caption
    )
    return tag("figure", drawing, tag("figcaption", caption))
