"""Writes claims made from news of your own: `python -m evals.altered --data FOLDER --out claims.jsonl --half report`.

The folder holds `corpus.jsonl(.gz)` with records that have `text`, or plain text files. Documents are parted in two
halves by a hash of their id: choose rules on `develop`, give figures of `report`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Final, Literal

import click

from evals.altered import figures, names, rewrites, words
from evals.altered.edit import Edit, Source
from evals.errors import DataError
from rag.text.sentences import split_sentences

FALSE: Final[dict[str, tuple[Edit, ...]]] = {
    "figure": (figures.other_value, figures.other_scale, figures.other_date, figures.other_ordinal, figures.other_age),
    "name": (
        names.other_person, names.near_person, names.other_place, names.other_body, names.other_title, names.other_term,
        names.other_rank,
    ),
    "negation": (words.negation_added, words.negation_dropped),
    "direction": (words.other_direction,),
    "attribution": (names.person_of_another_sentence, names.body_of_another_sentence),
    "other_sentence_figure": (figures.of_another_sentence,),
}  # fmt: skip
TRUE: Final[dict[str, tuple[Edit, ...]]] = {
    "dress": (
        rewrites.numerals, rewrites.full_width, rewrites.scales, rewrites.percent, rewrites.dates, rewrites.script,
        rewrites.clause_dropped,
    ),
    "reworded": (
        rewrites.reporting, rewrites.synonym, rewrites.date_last, rewrites.speaker_last, rewrites.by_whom,
        rewrites.merged, rewrites.shortened,
    ),
}  # fmt: skip
MIN_CHARS, MAX_CHARS = 18, 110
LOOSENED: Final = 0.5
"""Share of claims that are put in other words as well, so that a claim is seldom its sentence but for one word."""
AROUND: Final = 3
"""Sentences of evidence on either side."""


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--half", type=click.Choice(["develop", "report"]), default="develop", show_default=True)
@click.option("--each", type=click.IntRange(1), default=60, show_default=True, help="Claims of one edit at most.")
def main(data: Path, out: Path, half: Literal["develop", "report"], each: int) -> None:
    """Write true and false claims made from news, one edit each, with the text that decides them."""
    made: dict[str, int] = {}
    with out.open("w", encoding="utf-8") as file:
        before = ""
        for name, text in _documents(data):
            if half_of(name) != half:
                continue
            for record in claims_of(name, text, before, {key for key, count in made.items() if count >= each}):
                edit = str(record["edit"])
                made[edit] = made.get(edit, 0) + 1
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            before = text
    click.echo(f"{out}: {sum(made.values())} claims, " + ", ".join(f"{key} {count}" for key, count in made.items()))


def half_of(name: str) -> str:
    """The half a document belongs to, whatever else is in the folder."""
    return "develop" if sha256(name.encode()).digest()[0] % 2 else "report"


def claims_of(name: str, text: str, elsewhere: str, enough: set[str]) -> Iterator[dict[str, object]]:
    """At most one claim of each edit from one document, as records of the `claims` suite.

    Args:
        name: the document's id; with it and the edit's name every choice is fixed.
        text: the document.
        elsewhere: another document.
        enough: names of edits no longer wanted.
    """
    for label, kinds in (("unsupported", FALSE), ("supported", TRUE)):
        for kind, edits in kinds.items():
            for edit in edits:
                title = edit.__name__
                if title in enough:
                    continue
                random = Random(f"{name} {title}")
                claim = _first(edit, _sources(text, elsewhere, random), random)
                if claim is not None and random.random() < LOOSENED and kind != "dress":
                    claim = rewrites.loosened(claim[0], random), claim[1]
                if claim is not None:
                    said, evidence = claim
                    yield {
                        "id": f"{name}-{title}", "claim": said, "evidence": [evidence], "label": label, "kind": kind,
                        "edit": title,
                    }  # fmt: skip


def _first(edit: Edit, sources: Iterator[Source], random: Random) -> tuple[str, str] | None:
    for source in sources:
        for claim in edit(source, random):
            if claim not in source.evidence:
                return claim, source.evidence
    return None


def _sources(text: str, elsewhere: str, random: Random) -> Iterator[Source]:
    spans = split_sentences(text)
    for at in random.sample(range(len(spans)), min(len(spans), 12)):
        sentence = text[slice(*spans[at])].strip()
        if not (MIN_CHARS <= len(sentence) <= MAX_CHARS and sentence.endswith("。")) or _is_open(sentence):
            continue
        following = text[slice(*spans[at + 1])].strip() if at + 1 < len(spans) else ""
        low, high = spans[max(0, at - AROUND)][0], spans[min(len(spans) - 1, at + AROUND)][1]
        follows = following.rstrip("。") if not _is_open(following) else ""
        yield Source(sentence.rstrip("。"), follows, text[low:high], elsewhere)


def _is_open(sentence: str) -> bool:
    """Whether a quotation begins or ends in another sentence, or a line break runs through."""
    return sentence.count("“") != sentence.count("”") or "\n" in sentence


def _documents(folder: Path) -> Iterator[tuple[str, str]]:
    records = next((path for path in (folder / "corpus.jsonl.gz", folder / "corpus.jsonl") if path.exists()), None)
    if records is not None:
        opener = gzip.open if records.suffix == ".gz" else open
        with opener(records, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                yield str(record.get("_id") or record.get("id")), str(record["text"])
        return
    texts = sorted(folder.rglob("*.txt"))
    if not texts:
        raise DataError(f"{folder}: neither corpus.jsonl(.gz) nor *.txt; give a folder of news")
    for path in texts:
        yield path.name, path.read_text(encoding="utf-8").replace("\n", "")


if __name__ == "__main__":
    main()
