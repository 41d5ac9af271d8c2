"""One sample of a run, drillable: what was asked and wanted, the reply, its evidence with quotes, and its scores.

Knows nothing of figures over many samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evals.compare import FLIPPING, asked, said, wanted
from evals.report.markup import Html, join, marked, table, tag

Json = dict[str, Any]

_SHOWN_CHARS = 600
"""Of a text that is not cited; cited ones are shown whole."""


def sample_details(row: Json) -> Html:
    """A closed box that opens to everything known of a sample."""
    head = join(
        _sign(row), " ", tag("code", row["id"]), " ", tag("span", row["type"], class_="dim"), " ", asked(row)[:160]
    )
    return tag("details", tag("summary", head), tag("div", *_inside(row)), id=f"q-{row['id']}")


def _inside(row: Json) -> list[Html]:
    reply, given = row["reply"], row["input"]
    parts = [_labelled(turn["role"], turn["content"]) for turn in given.get("history", ())]
    parts.append(_labelled("asked", asked(row)))
    parts.append(_labelled("wanted", _plain(wanted(row))))
    parts.append(_labelled("replied", _plain(said(row))))
    if reply.get("standalone_question") not in (None, reply.get("question")):
        parts.append(_labelled("searched for", reply["standalone_question"]))
    parts += _verdict(row)
    parts += _claims(reply)
    parts += _citations("citations", reply.get("citations") or ())
    parts += _citations("nearest evidence", (reply.get("abstention") or {}).get("nearest") or ())
    parts += [_labelled("dropped", text) for text in reply.get("dropped") or ()]
    parts += _texts(row)
    parts += _gold(row)
    parts.append(_scores(row))
    return parts


def _sign(row: Json) -> Html:
    name = next((one for one in FLIPPING if one in row["scores"]), None)
    if "error" in row["reply"]:
        return tag("span", "failed", class_="bad")
    if name is None:
        return tag("span", "·", class_="dim")
    value = row["scores"][name]
    return tag(
        "span", "✓" if value == 1 else "✗" if value == 0 else f"{value:.2f}", class_="good" if value == 1 else "bad"
    )


def _labelled(label: str, content: object) -> Html:
    return tag("p", tag("span", f"{label}: ", class_="dim"), content)


def _plain(value: object) -> str:
    return "; ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _claims(reply: Json) -> list[Html]:
    claims = reply.get("claims") or ()
    if not claims:
        return []
    rows: list[list[object]] = [
        [
            claim["text"],
            tag("span", claim.get("verdict"), class_="good" if claim.get("verdict") == "supported" else "bad"),
            claim.get("reason"),
            " ".join(f"[{marker}]" for marker in claim.get("citations") or ()),
        ]
        for claim in claims
    ]
    return [table(["claim", "verdict", "reason", "cites"], rows)]


def _citations(label: str, citations: Sequence[Json]) -> list[Html]:
    found = []
    for one in citations:
        spans = ", ".join(f"{start}–{end}" for start, end in one.get("source_spans") or ())
        where = f"[{one.get('marker')}] {one.get('document')} {one.get('title') or ''} characters {spans}"
        found.append(tag("blockquote", marked(one["quote"], [(0, len(one["quote"]))]), tag("p", where, class_="dim")))
    return [tag("h3", label), *found] if found else []


def _verdict(row: Json) -> list[Html]:
    """A claim's evidence with what the verdict rests on."""
    reply = row["reply"]
    if row["task"] != "verify":
        return []
    found = [_labelled("reason", reply.get("reason") or "–")]
    for index, text in enumerate(row["input"]["evidence"]):
        spans = [(one["start"], one["end"]) for one in reply.get("quotes") or () if one["evidence"] == index]
        found.append(tag("blockquote", marked(text, spans)))
    return found


def _texts(row: Json) -> list[Html]:
    """The texts a sample brought, with what the reply cites of them."""
    found = []
    for text in row["input"].get("texts", ()):
        cited = [
            (start, end)
            for one in row["reply"].get("citations") or ()
            if one.get("document") == text["name"]
            for start, end in one.get("source_spans") or ()
        ]
        shown = text["text"] if cited else text["text"][:_SHOWN_CHARS]
        found.append(tag("blockquote", marked(shown, cited), tag("p", text["name"], class_="dim")))
    return [tag("h3", "texts given"), *found] if found else []


def _gold(row: Json) -> list[Html]:
    support = [one.get("quote") for one in row["gold"].get("support") or () if one.get("quote")]
    return [tag("h3", "gold support"), *(tag("blockquote", quote) for quote in support)] if support else []


def _scores(row: Json) -> Html:
    rows: list[list[object]] = [[name, float(value), ""] for name, value in row["scores"].items()]
    rows += [[name, None, reason] for name, reason in row["unscored"].items()]
    return table(["measure", "score", "unscored because"], rows)
