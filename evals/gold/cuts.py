"""Checks of one page's cuts: every character in exactly one item, every field reading what its spans say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from evals.gold.store import KINDS, SPLITS, Item, Pages
from evals.gold.strings import squeezed

HEAD_FIELDS = ("title", "kicker", "subtitle", "column_label")
ROLES = (*HEAD_FIELDS, "byline", "body", "caption", "subhead", "marker", "dateline", "furniture")


def check_page(record: dict[str, Any], pages: Pages) -> Iterator[str]:
    """One row of pages.jsonl."""
    text = pages.texts.get(record["file"])
    if text is None:
        yield f"no such page: {record['file']!r}"
        return
    if record["n_chars"] != len(text):
        yield f"n_chars is {record['n_chars']}, the page has {len(text)}"
    items = [Item(record["file"], one) for one in record["articles"]]
    counts = Counter(item.kind for item in items)
    if record["n_by_kind"] != {kind: counts[kind] for kind in KINDS}:
        yield f"n_by_kind is {record['n_by_kind']}, counted {dict(counts)}"
    yield from _check_cover(items, text)
    for item in items:
        for message in _check_item(item, text, {one.id for one in items}):
            yield f"{item.id}: {message}"


def _check_cover(items: list[Item], text: str) -> Iterator[str]:
    """Every character but white space stands in exactly one item."""
    held: dict[int, str] = {}
    for item in items:
        for start, end in item.spans:
            if not 0 <= start < end <= len(text):
                yield f"{item.id}: span [{start}, {end}) outside the {len(text)} characters"
                continue
            clash = next((at for at in range(start, end) if at in held and not text[at].isspace()), None)
            if clash is not None:
                yield f"{item.id}: character {clash} {text[clash]!r} stands in {held[clash]} too"
            held.update(dict.fromkeys(range(start, end), item.id))
    lost = [at for at, character in enumerate(text) if not character.isspace() and at not in held]
    if lost:
        yield f"{len(lost)} characters in no item, the first at {lost[0]}: {text[lost[0] : lost[0] + 12]!r}"


def _check_item(item: Item, text: str, known: set[str]) -> Iterator[str]:
    record, spans = item.record, item.spans
    if item.kind not in KINDS or record["split"] not in SPLITS:
        yield f"unknown kind or split: {item.kind!r}, {record['split']!r}"
    outer = (min(start for start, _ in spans), max(end for _, end in spans), len(spans) == 1)
    if (record["start"], record["end"], record["contiguous"]) != outer:
        yield f"start, end, contiguous are not {outer}"
    if record.get("duplicate_of", item.id) not in known:
        yield f"duplicate_of {record['duplicate_of']!r} is no item of the page"
    for part in record.get("split_parts", []):
        if part["split"] not in SPLITS or not outer[0] <= part["start"] < part["end"] <= outer[1]:
            yield f"split part {part} does not fit"
    yield from _check_blocks(record, spans, text)
    yield from _check_people(record, spans, text)


def _check_blocks(record: dict[str, Any], spans: list[tuple[int, int]], text: str) -> Iterator[str]:
    for block in record["blocks"]:
        if block["role"] not in ROLES:
            yield f"unknown role {block['role']!r}"
        if not _inside(block["start"], block["end"], spans):
            yield f"block {block} outside the item's spans"
    for field in HEAD_FIELDS:
        blocks = [(block["start"], block["end"]) for block in record["blocks"] if block["role"] == field]
        printed = " ".join(text[start:end] for start, end in blocks) or None
        if record[field] != printed:
            yield f"{field} is {record[field]!r}, its blocks read {printed!r}"
        if field != "column_label" and [tuple(span) for span in record[f"{field}_spans"]] != blocks:
            yield f"{field}_spans are not its blocks {blocks}"
    body = [(b["start"], b["end"]) for b in record["blocks"] if b["role"] in ("body", "caption", "subhead")]
    if [tuple(span) for span in record["body_spans"]] != body:
        yield f"body_spans are not the blocks {body}"


def _check_people(record: dict[str, Any], spans: list[tuple[int, int]], text: str) -> Iterator[str]:
    for part in [*record["bylines"], *([record["dateline"]] if "dateline" in record else [])]:
        start, end = part["span"]
        if text[start:end] != part["raw"] or not _inside(start, end, spans):
            yield f"[{start}, {end}) reads {text[start:end]!r}, not {part['raw']!r} inside the item"
        for person in part.get("names", []):
            if person["name"] not in squeezed(part["raw"]) or (person["role"] or "") not in part["raw"]:
                yield f"{person} does not stand in {part['raw']!r}"


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return start < end and any(low <= start and end <= high for low, high in spans)
