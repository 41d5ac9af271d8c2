"""What a reply rests on, with the quotes highlighted where they stand in their text.

Knows nothing of what was asked or scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.report.markup import Html, join, marked, table, tag
from evals.report.sources import RANKED_SHOWN

Json = dict[str, Any]
Spans = list[tuple[int, int]]

_AROUND = 60
"""Characters shown before and after a quote."""
_LONGEST = 1600
"""Characters of one text shown; quotes that stand further apart are shown without what is between."""
_UNCITED = 300
"""Characters shown of a text that nothing is quoted from."""
_TEXTS = 12
"""Texts shown of those a sample brought; cited ones first."""


def citations(label: str, found: Sequence[Json], sources: Mapping[str, str]) -> list[Html]:
    """Every citation: its quote, in the document's text where that is at hand, and where it stands."""
    return [tag("h4", label), *(_citation(one, sources) for one in found)] if found else []


def verdict(row: Json) -> list[Html]:
    """A claim's evidence with what the verdict rests on."""
    if row["task"] != "verify":
        return []
    reply = row["reply"]
    parts = [tag("p", tag("span", "reason: ", class_="dim"), reply.get("reason") or "–"), tag("h4", "Evidence")]
    for index, text in enumerate(row["input"]["evidence"]):
        spans = [(one["start"], one["end"]) for one in reply.get("quotes") or () if one["evidence"] == index]
        parts.append(tag("blockquote", _window(text, spans)))
    return parts


def texts(row: Json) -> list[Html]:
    """The texts a sample brought, cited ones first, with what the reply cites of them."""
    given = row["input"].get("texts", ())
    cited: dict[str, Spans] = {}
    for one in row["reply"].get("citations") or ():
        spans = [(start, end) for start, end in one.get("source_spans") or ()]
        cited.setdefault(str(one.get("document")), []).extend(spans)
    ordered = sorted(given, key=lambda text: text["name"] not in cited)
    parts = [
        tag(
            "blockquote",
            tag("p", text["name"], class_="dim"),
            _window(text["text"], sorted(cited.get(text["name"], []))),
        )
        for text in ordered[:_TEXTS]
    ]
    left = len(ordered) - len(parts)
    told = [tag("p", f"{left} further texts are left out here.", class_="dim")] if left else []
    return [tag("h4", "Texts given"), *parts, *told] if parts else []


def ranking(row: Json, sources: Mapping[str, str]) -> list[Html]:
    """The first documents found, and where the relevant ones stand."""
    if row["task"] != "search" or "error" in row["reply"]:
        return []
    found, judged = row["reply"].get("ranking", []), row["gold"]["qrels"]
    ranks = {document: rank for rank, (document, _) in enumerate(found, 1)}
    rows: list[list[object]] = [
        [rank, _grade(judged.get(document, 0)), tag("code", document), score, _head(sources.get(document))]
        for rank, (document, score) in enumerate(found[:RANKED_SHOWN], 1)
    ]
    for document, grade in judged.items():
        if grade > 0 and ranks.get(document, RANKED_SHOWN + 1) > RANKED_SHOWN:
            rank = ranks.get(document, "not found")
            rows.append([rank, _grade(grade), tag("code", document), None, _head(sources.get(document))])
    return [tag("h4", f"Ranking of {len(found)}"), table(["rank", "relevant", "document", "score", "text"], rows)]


def _grade(grade: int) -> Html:
    return tag("span", f"✓ {grade}" if grade > 1 else "✓", class_="good") if grade > 0 else tag("span", "–")


def _head(text: str | None) -> object:
    if text is None:
        return None
    return text if len(text) <= 120 else text[:119] + "…"


def _citation(one: Json, sources: Mapping[str, str]) -> Html:
    spans: Spans = [(start, end) for start, end in one.get("source_spans") or ()]
    where = ", ".join(f"{start}–{end}" for start, end in spans[:6]) + (" …" if len(spans) > 6 else "")
    quote = str(one.get("quote", ""))
    text = sources.get(str(one.get("document")))
    title = f" · {one['title']}" if one.get("title") else ""
    origin = f"[{one.get('marker', '–')}] {one.get('document')}{title} · characters {where or '–'}"
    return tag(
        "blockquote",
        tag("p", origin, class_="dim"),
        _in_place(text, spans, quote) if text is not None and spans else marked(quote, [(0, len(quote))]),
    )


def _in_place(text: str, spans: Spans, quote: str) -> Html:
    """The quote in its text; a pointer that does not hold is said, and the quote shown as it was given."""
    if "".join(text[start:end] for start, end in spans) != quote:
        wrong = tag("p", "These characters of the document are not the quote.", class_="bad")
        return join(wrong, marked(quote, [(0, len(quote))]))
    return _window(text, spans)


def _window(text: str, spans: Spans) -> Html:
    """A text around some spans, which are highlighted; its beginning where there are none."""
    if not spans:
        return join(text[:_UNCITED], "…" if len(text) > _UNCITED else None)
    low = max(0, min(start for start, _ in spans) - _AROUND)
    high = min(len(text), max(end for _, end in spans) + _AROUND)
    if high - low > _LONGEST:
        pieces = [tag("mark", text[start:end][:_LONGEST]) for start, end in spans[:6]]
        return join(*(part for piece in pieces for part in (piece, " … ")))
    inside = [(start - low, end - low) for start, end in spans]
    before, after = "…" if low else None, "…" if high < len(text) else None
    return join(before, marked(text[low:high], inside), after)
