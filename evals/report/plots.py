"""Plots as inline SVG drawn by ourselves. Knows nothing of runs; takes points, gives markup."""

from __future__ import annotations

from collections.abc import Sequence

from evals.report.markup import Html, tag

WIDTH, HEIGHT = 340, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 12, 10, 34

Point = tuple[float, float]


def line_plot(points: Sequence[Point], *, caption: str, x: str, y: str, top: float | None = None) -> Html:
    """A curve through points, axes from zero; ``top`` is the highest y shown, by default the highest there is."""
    high_x = max((point[0] for point in points), default=1.0) or 1.0
    high_y = top or max((point[1] for point in points), default=1.0) or 1.0

    def place(point: Point) -> Point:
        across = _LEFT + point[0] / high_x * (WIDTH - _LEFT - _RIGHT)
        return across, HEIGHT - _BOTTOM - min(point[1] / high_y, 1.0) * (HEIGHT - _TOP - _BOTTOM)

    placed = [place(point) for point in points]
    drawn = tag("polyline", points=" ".join(f"{px:.1f},{py:.1f}" for px, py in placed), class_="curve")
    dots = [tag("circle", cx=f"{px:.1f}", cy=f"{py:.1f}", r=3, class_="dot") for px, py in placed[:40]]
    shown_dots = dots if len(points) <= 40 else []
    return _figure(caption, [*_axes(high_x, high_y, x, y), drawn, *shown_dots])


def bar_plot(bars: Sequence[tuple[str, float]], *, caption: str, top: float = 1.0) -> Html:
    """Lying bars with their labels and values."""
    row, label = 20, 130
    height = row * len(bars) + 8
    parts = []
    for index, (name, value) in enumerate(bars):
        middle = index * row + 4
        length = max(0.0, min(value / top, 1.0)) * (WIDTH - label - 50)
        parts += [
            tag("text", name[:20], x=label - 6, y=middle + 12, text_anchor="end"),
            tag("rect", x=label, y=middle + 2, width=f"{length:.1f}", height=12, class_="bar"),
            tag("text", f"{value:.3f}", x=f"{label + length + 5:.1f}", y=middle + 12),
        ]
    return _figure(caption, parts, height)


def interval_bar(mean: float, low: float, high: float) -> Html:
    """A mean and its interval on a scale from 0 to 1."""
    width, left = 150, 4

    def place(value: float) -> str:
        return f"{left + max(0.0, min(value, 1.0)) * (width - 2 * left):.1f}"

    return tag(
        "svg",
        tag("line", x1=left, y1=8, x2=width - left, y2=8, class_="axis"),
        tag("line", x1=place(low), y1=8, x2=place(high), y2=8, class_="range"),
        tag("circle", cx=place(mean), cy=8, r=4, class_="dot"),
        viewBox=f"0 0 {width} 16",
        width=width,
        height=16,
        role="img",
        aria_label=f"{mean:.3f} between {low:.3f} and {high:.3f}",
    )


def _axes(high_x: float, high_y: float, x: str, y: str) -> list[Html]:
    base = HEIGHT - _BOTTOM
    return [
        tag("line", x1=_LEFT, y1=base, x2=WIDTH - _RIGHT, y2=base, class_="axis"),
        tag("line", x1=_LEFT, y1=_TOP, x2=_LEFT, y2=base, class_="axis"),
        tag("text", "0", x=_LEFT - 6, y=base + 4, text_anchor="end"),
        tag("text", f"{high_y:.3g}", x=_LEFT - 6, y=_TOP + 8, text_anchor="end"),
        tag("text", f"{high_x:.3g}", x=WIDTH - _RIGHT, y=base + 14, text_anchor="end"),
        tag("text", x, x=(WIDTH + _LEFT) // 2, y=HEIGHT - 6, text_anchor="middle"),
        tag("text", y, x=_LEFT + 6, y=_TOP + 8),
    ]


def _figure(caption: str, parts: Sequence[Html], height: int = HEIGHT) -> Html:
    drawing = tag(
        "svg", *parts, viewBox=f"0 0 {WIDTH} {height}", width=WIDTH, height=height, role="img", aria_label=caption
    )
    return tag("figure", drawing, tag("figcaption", caption))
