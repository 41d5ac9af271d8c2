"""Proof that the gold fits the sample pages: ``python -m evals.gold.validate``; exit 1 and one line a fault if not.

Every span is looked up, every wanted string is found in the answers and in the evidence, every character of a page
stands in exactly one item. Knows nothing of any system.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from evals.gold.cuts import check_page
from evals.gold.store import GOLD, SEEDS, SPLITS, TEXT_KINDS, Fault, Pages, Row, read_rows
from evals.gold.strings import comparable, missing, squeezed

FILES = ("pages.jsonl", "questions.jsonl", "claims.jsonl", "nuggets.jsonl")
QUESTIONS_WANTED = {
    "single_fact": 50, "list": 12, "multi_article+comparison": 15, "cross_script": 15, "unanswerable": 22,
    "follow_up": 12, "": 130,
}  # fmt: skip
TRUE_KINDS = ("verbatim", "dress", "reworded")
ALTERED_KINDS = ("figure", "name", "negation", "direction", "other_sentence_figure", "attribution")
CLAIMS_WANTED = {**dict.fromkeys(TRUE_KINDS, 20), **dict.fromkeys(ALTERED_KINDS, 10), "": 160}
NUGGETS_PER_KIND = {"article": (3, 6), "continuation": (3, 6), "photo_caption": (1, 3)}
REASONS = ("not_stated", "out_of_period", "other_place")
MIN_SHARE = 0.4
"""Of the rows of a file: the smaller of the two splits must not fall below this."""

Messages = Iterator[str]


def check_spans(spans: Iterable[dict[str, Any]], pages: Pages) -> Messages:
    """Each span must read what it quotes, and lie inside one file."""
    for span in spans:
        text = pages.texts.get(span["file"])
        if text is None:
            yield f"no such page: {span['file']!r}"
            continue
        start, end = span["start"], span["end"]
        if not 0 <= start < end <= len(text):
            yield f"span [{start}, {end}) outside the {len(text)} characters of {span['file']}"
        elif text[start:end] != span["quote"]:
            yield f"[{start}, {end}) of {span['file']} reads {text[start:end]!r}, not {span['quote']!r}"
        if squeezed(span["quote"]) != span["quote_nospace"]:
            yield f"quote_nospace is {span['quote_nospace']!r}, wanted {squeezed(span['quote'])!r}"


def check_place(record: dict[str, Any], spans: list[dict[str, Any]], articles: list[str], pages: Pages) -> Messages:
    """The articles named and the split must be those of the spans."""
    owners = [pages.owner(span["file"], span["start"]) for span in spans]
    names = list(dict.fromkeys(owner.id for owner in owners if owner))
    if set(names) != set(articles):
        yield f"articles are {articles}, the spans lie in {names}"
    parts = {owner.split_at(span["start"]) for owner, span in zip(owners, spans, strict=True) if owner}
    wanted = "test" if "test" in parts else "dev"
    if record["split"] != wanted:
        yield f"split is {record['split']!r}, the spans lie in {sorted(parts)}"


def check_question(record: dict[str, Any], pages: Pages) -> Messages:
    """One row of questions.jsonl."""
    types = {name for names in QUESTIONS_WANTED for name in names.split("+") if name}
    if record["type"] not in types:
        yield f"unknown type {record['type']!r}"
    if record["type"] == "follow_up" and not (record.get("history") and record.get("standalone_question")):
        yield "a follow_up needs history and standalone_question"
    yield from _check_answerable(record, pages) if record["answerable"] else _check_unanswerable(record, pages)


def _check_answerable(record: dict[str, Any], pages: Pages) -> Messages:
    support = record["support"]
    if not (record["answers"] and record["must"] and all(record["must"]) and support):
        yield "an answerable question needs answers, must and support"
    yield from check_spans(support, pages)
    for answer in [*record["answers"], *record["variants"]]:
        for group in missing(answer, record["must"]):
            yield f"answer {answer!r} has none of {group}"
        for string in record["must_not"]:
            if comparable(string) in comparable(answer):
                yield f"answer {answer!r} has {string!r} of must_not"
    evidence = "\n".join(span["quote"] for span in support)
    for group in [] if record.get("derived") else missing(evidence, record["must"]):
        yield f"the support has none of {group}"
    if record["files"] != sorted({span["file"] for span in support}):
        yield f"files are {record['files']}, not those of the support"
    yield from check_place(record, support, record["articles"], pages)


def _check_unanswerable(record: dict[str, Any], pages: Pages) -> Messages:
    if record["answers"] or record["must"] or record["support"] or record["expected"] != "abstain":
        yield "an unanswerable question has no answers, must or support, and expects 'abstain'"
    if not record["why_unanswerable"] or record["reason"] not in REASONS:
        yield f"says not why: {record['why_unanswerable']!r}, reason {record['reason']!r}"
    near = record["near"]
    yield from check_spans(near, pages)
    owners = [owner.id for span in near if (owner := pages.owner(span["file"], span["start"]))]
    yield from check_place(record, near, owners, pages)


def check_claim(record: dict[str, Any], pages: Pages) -> Messages:
    """One row of claims.jsonl."""
    kinds = {"supported": TRUE_KINDS, "unsupported": ALTERED_KINDS}.get(record["label"], ())
    if record["kind"] not in kinds:
        yield f"kind {record['kind']!r} does not go with label {record['label']!r}"
    evidence = record["evidence"]
    if not evidence or evidence[0]["file"] != record["file"]:
        yield f"evidence does not begin in {record['file']}"
    yield from check_spans(evidence, pages)
    joined = "".join(squeezed(span["quote"]) for span in evidence)
    if record["kind"] == "verbatim" and squeezed(record["claim"]) not in joined:
        yield f"verbatim claim does not stand in its evidence: {record['claim']!r}"
    if record["label"] == "unsupported":
        edit = record["edit"]
        if record["claim"].count(edit["false"]) < 1 or edit["true"] == edit["false"]:
            yield f"edit {edit} was not made in {record['claim']!r}"
        elif comparable(record["claim"]) in comparable(joined):
            yield f"the altered claim stands in its evidence: {record['claim']!r}"
    owner = pages.owner(evidence[0]["file"], evidence[0]["start"])
    if owner is None or owner.id != record["article"]:
        yield f"article is {record['article']!r}, the evidence begins in {owner.id if owner else None!r}"
    yield from check_place(record, evidence, _owners(evidence, pages), pages)


def _owners(spans: list[dict[str, Any]], pages: Pages) -> list[str]:
    found = (pages.owner(span["file"], span["start"]) for span in spans)
    return [owner.id for owner in found if owner]


def check_nugget(record: dict[str, Any], pages: Pages) -> Messages:
    """One row of nuggets.jsonl."""
    support, groups = record["support"], record["must"]
    if not (support and groups and all(groups)):
        yield "a nugget needs must and support"
    yield from check_spans(support, pages)
    for group in missing(record["nugget"], groups):
        yield f"nugget {record['nugget']!r} has none of {group}"
    for group in missing("\n".join(span["quote"] for span in support), groups):
        yield f"the support has none of {group}"
    owners = set(_owners(support, pages))
    if owners != {record["article"]}:
        yield f"article is {record['article']!r}, the support lies in {sorted(owners)}"
    elif record["split"] != pages.items[record["article"]].record["split"]:
        yield f"split is {record['split']!r}, not that of {record['article']}"


def check_rows(rows: list[Row], check: Callable[[dict[str, Any], Pages], Messages], pages: Pages) -> Iterator[Fault]:
    """Faults of each row by itself, a missing or misshapen field among them; and names used twice."""
    seen: dict[str, int] = {}
    for row in rows:
        try:
            yield from (Fault(row.file, row.line, f"{row.id}: {message}") for message in check(row.record, pages))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            yield Fault(row.file, row.line, f"{row.id}: field missing or misshapen: {error!r}")
        for name in {row.id, str(row.record.get("question") or row.record.get("claim") or row.id)}:
            if name in seen:
                yield Fault(row.file, row.line, f"{name!r} stands already in line {seen[name]}")
            seen[name] = row.line


def check_counts(rows: list[Row], wanted: dict[str, int], field: str) -> Iterator[Fault]:
    """At least so many rows of each type (``a+b`` counts both, "" counts all), and both splits well filled."""
    if not rows:
        yield Fault(field, 0, "no rows")
        return
    counts = Counter(str(row.record.get(field)) for row in rows)
    for names, least in wanted.items():
        found = sum(counts[name] for name in names.split("+")) if names else len(rows)
        if found < least:
            yield Fault(rows[-1].file, rows[-1].line, f"{found} rows of {names or 'any'} {field}, wanted {least}")
    splits = Counter(row.record.get("split") for row in rows)
    if set(splits) != set(SPLITS) or min(splits.values()) < MIN_SHARE * len(rows):
        yield Fault(rows[-1].file, rows[-1].line, f"splits are {dict(splits)}, wanted about half each")


def check_nugget_counts(rows: list[Row], pages: Pages) -> Iterator[Fault]:
    """Every article, continuation and caption (repeated captions too) has its nuggets, one of them vital."""
    for item in pages.items.values():
        if item.kind not in TEXT_KINDS:
            continue
        mine = [row for row in rows if row.record.get("article") == item.id]
        least, most = NUGGETS_PER_KIND[item.kind]
        if not least <= len(mine) <= most or not any(row.record.get("vital") is True for row in mine):
            yield Fault("nuggets.jsonl", 0, f"{item.id}: {len(mine)} nuggets, wanted {least} to {most}, one vital")


def validate(gold: Path = GOLD, seeds: Path = SEEDS) -> list[Fault]:
    """Every fault of the gold folder against the folder of pages; an empty list is the proof."""
    read = {name: read_rows(gold / name) for name in FILES}
    faults = [fault for _, bad in read.values() for fault in bad]
    cuts, questions, claims, nuggets = (read[name][0] for name in FILES)
    try:
        pages = Pages.from_rows(cuts, seeds)
    except (KeyError, TypeError) as error:
        return [*faults, Fault(FILES[0], 0, f"field missing or misshapen: {error!r}")]
    faults += check_rows(cuts, check_page, pages)
    cut = [row.record.get("file") for row in cuts]
    faults += [
        Fault(FILES[0], 0, f"{name} is cut {cut.count(name)} times") for name in pages.texts if cut.count(name) != 1
    ]
    ids = Counter(one.get("article_id") for row in cuts for one in row.record["articles"])
    faults += [
        Fault(FILES[0], 0, f"article_id {name!r} stands {count} times") for name, count in ids.items() if count > 1
    ]
    faults += check_rows(questions, check_question, pages)
    faults += check_counts(questions, QUESTIONS_WANTED, "type")
    faults += check_rows(claims, check_claim, pages)
    faults += check_counts(claims, CLAIMS_WANTED, "kind")
    faults += check_rows(nuggets, check_nugget, pages)
    faults += check_counts(nuggets, {"": 100}, "vital")
    return faults + list(check_nugget_counts(nuggets, pages))


def main() -> int:
    """Print the faults; 0 when there is none."""
    faults = validate()
    for fault in faults:
        print(fault)
    if not faults:
        rows = {name: len(read_rows(GOLD / name)[0]) for name in FILES}
        print("proved: " + ", ".join(f"{count} rows of {name}" for name, count in rows.items()))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
