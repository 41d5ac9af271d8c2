"""One sample of a run, drillable: what was asked and wanted, the reply, its evidence with quotes, and its scores.

Knows nothing of figures over many samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.compare import FLIPPING, asked, said, wanted
from evals.gold.strings import holds
from evals.report.evidence import citations, ranking, texts, verdict
from evals.report.markup import Html, join, number, table, tag

Json = dict[str, Any]


def outcome(row: Json) -> str:
    """failed, wrong, partly right, right, or not judged: by the first measure that says whether a question flipped."""
    if "error" in row["reply"]:
        return "failed"
    name = next((one for one in FLIPPING if one in row["scores"]), None)
    if name is None:
        return "not judged"
    return {0.0: "wrong", 1.0: "right"}.get(row["scores"][name], "partly right")


def anchor(run: int, name: str) -> str:
    """Where on the page a sample of the nth run stands."""
    return f"r{run}-{name}"


def sample_details(row: Json, sources: Mapping[str, str], run: int) -> Html:
    """A closed box that opens to everything known of a sample."""
    head = join(_sign(row), " ", tag("code", row["id"]), " ", tag("span", row["type"], class_="tag"), " ")
    line = asked(row)
    shown = line if len(line) <= 160 else line[:159] + "…"
    return tag(
        "details", tag("summary", head, shown), tag("div", *_inside(row, sources)), id=anchor(run, str(row["id"]))
    )


def _sign(row: Json) -> Html:
    found = outcome(row)
    sign = {"failed": "!", "wrong": "✗", "right": "✓", "not judged": "·"}.get(found)
    if sign is None:
        name = next(one for one in FLIPPING if one in row["scores"])
        sign = f"{row['scores'][name]:.2f}"
    kind = {"right": "good", "not judged": "dim", "partly right": "half"}.get(found, "bad")
    return tag("span", sign, class_=f"sign {kind}", title=found)


def _inside(row: Json, sources: Mapping[str, str]) -> list[Html]:
    reply, given = row["reply"], row["input"]
    parts = [_labelled(turn["role"], turn["content"]) for turn in given.get("history", ())]
    parts.append(_labelled("asked", asked(row)))
    if reply.get("standalone_question") not in (None, reply.get("question")):
        parts.append(_labelled("searched for", reply["standalone_question"]))
    if row["task"] in ("ask", "read", "verify") or "error" in reply:
        parts.append(_labelled("wanted", _plain(wanted(row))))
    if row["task"] not in ("search", "segment") or "error" in reply:
        parts.append(_labelled("replied", _plain(said(row))))
    parts += verdict(row)
    parts += _claims(reply)
    parts += citations("Citations", reply.get("citations") or (), sources)
    parts += citations("Nearest evidence", (reply.get("abstention") or {}).get("nearest") or (), sources)
    parts += [_labelled("dropped", text) for text in reply.get("dropped") or ()]
    parts += ranking(row, sources)
    parts += _pieces(row)
    parts += texts(row)
    parts += _gold(row)
    parts.append(_scores(row))
    return parts


def _labelled(label: str, content: object) -> Html:
    return tag("p", tag("span", f"{label}: ", class_="dim"), content)


def _plain(value: object) -> str:
    if value is None:
        return "–"
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
    return [tag("h4", "Claims"), table(["claim", "verdict", "reason", "cites"], rows)]


def _gold(row: Json) -> list[Html]:
    found: list[Html] = []
    support = [one.get("quote") for one in row["gold"].get("support") or () if one.get("quote")]
    if support:
        found += [tag("h4", "Supporting text of the gold"), *(tag("blockquote", quote) for quote in support)]
    nuggets = row["gold"].get("nuggets") or ()
    if nuggets:
        text = row["reply"].get("summary") or ""
        rows: list[list[object]] = [
            [_held(holds(text, one["must"])), one["nugget"], "vital" if one["vital"] else ""] for one in nuggets
        ]
        found += [tag("h4", "Nuggets wanted"), table(["", "nugget", ""], rows)]
    if row["task"] == "summarise" and row["gold"].get("reference"):
        found.append(_labelled("reference", row["gold"]["reference"]))
    return found


def _held(held: bool) -> Html:
    return tag("span", "✓" if held else "✗", class_="good" if held else "bad")


def _pieces(row: Json) -> list[Html]:
    """The cuts of a page, the gold's and ours."""
    if row["task"] != "segment" or "error" in row["reply"]:
        return []
    parts: list[Html] = []
    for heading, pieces, spans in (
        ("Pieces of the gold", row["gold"]["articles"], "spans"),
        ("Pieces cut", row["reply"]["articles"], "source_spans"),
    ):
        rows: list[list[object]] = [
            [one["kind"], one.get("title"), _spans(one.get(spans) or ())]
            for one in pieces
            if one["kind"] != "furniture"
        ]
        parts += [tag("h4", heading), table(["kind", "title", "characters"], rows)]
    return parts


def _spans(spans: Sequence[Sequence[int]]) -> str:
    shown = ", ".join(f"{start}–{end}" for start, end in spans[:3])
    return shown if len(spans) <= 3 else f"{shown} … {spans[-1][1]} ({len(spans)} spans)"


def _scores(row: Json) -> Html:
    """On a few lines; what could not be scored with its reason."""
    scores = {**row["scores"], "seconds": row["seconds"]}
    chips = [part for name, value in scores.items() for part in (_chip(name, value), " ")]
    unscored = [_labelled(f"{name} unscored", reason) for name, reason in row["unscored"].items()]
    return join(tag("h4", "Scores"), tag("p", *chips, class_="scores"), *unscored)


def _chip(name: str, value: float) -> Html:
    return tag("span", name, " ", tag("b", number(float(value))), class_="tag")
