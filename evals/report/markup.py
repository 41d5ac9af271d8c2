"""HTML that cannot be broken by what it shows: every text is escaped unless it was made here. Knows nothing of runs."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"meta"})


class Html(str):
    """Markup that is already safe."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """An element.

    Args:
        name: of the element.
        children: markup, or anything else as escaped text; None is left out.
        attributes: escaped; ``class_`` is class, underscores become hyphens, None is left out, True stands alone.
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    inner = join(*children)
    return Html(f"<{name}{given}>" if name in _VOID and not inner else f"<{name}{given}>{inner}</{name}>")


def join(*children: object) -> Html:
    """Markup and texts one after the other."""
    return Html(
        "".join(
            child if isinstance(child, Html) else escape(visible(str(child))) for child in children if child is not None
        )
    )


def visible(text: str) -> str:
    """The text with control and bidirectional-override characters made visible: what is shown is what is there."""
    return "".join(
        char if char in "\n\t" or char.isprintable() or char in "\u3000\u00a0" else f"<U+{ord(char):04X}>"
        for char in text
    )


def table(head: list[object], rows: list[list[object]], *, class_: str | None = None) -> Html:
    """A table; numbers stand right."""
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head))),
            tag("tbody", *(tag("tr", *map(_cell, row)) for row in rows)),
            class_=class_,
        ),
        class_="wide",
    )


def marked(text: str, spans: list[tuple[int, int]]) -> Html:
    """The text with the characters of some spans highlighted."""
    inside = [False] * (len(text) + 1)
    for start, end in spans:
        for at in range(max(0, start), min(end, len(text))):
            inside[at] = True
    pieces: list[object] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or inside[at] != inside[start]:
            piece = text[start:at]
            pieces.append(tag("mark", piece) if inside[start] else piece)
            start = at
    return join(*pieces)


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)))}"'


def number(value: float) -> Html:
    """A figure as it is read: four digits, and no more."""
    return Html(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}")


def _cell(value: object) -> Html:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return tag("td", number(value) if isinstance(value, float) else value, class_="number")
    return tag("td", "–" if value is None else value)
