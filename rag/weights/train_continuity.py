"""Count which characters follow which in running Chinese text: the weights of ``rag.pages.continuity``.

    python -m rag.weights.train_continuity NEWS.jsonl.gz rag/weights/continuity.txt.gz

NEWS holds one document a line with ``text``, perhaps ``title`` and ``near_dup_group``. Documents with a title, and near
duplicates of those, are left out: pages for measuring are made of them. Nothing seen in fewer than two documents is
kept and counts are rounded to quarter powers of two, so no text can be read back.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.pages.blocks import fold_page
from rag.pages.continuity import COUNT_BASE, STEPS_PER_DOUBLING, simplify

_MIN_DOCUMENTS = 2
_SIZES = (1, 2, 3)


def running_texts(path: Path) -> Iterator[str]:
    """Folded texts, without white space, of the documents to count in."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    titled = {document.get("near_dup_group") for document in documents if document.get("title")} - {None}
    for document in documents:
        if not document.get("title") and document.get("near_dup_group") not in titled:
            yield simplify(re.sub(r"\s", "", fold_page(document["text"])))


def count(texts: Iterable[str]) -> Counter[str]:
    """How often each run of one to three characters stands in the texts, of those seen in two documents."""
    counts: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for text in texts:
        for size in _SIZES:
            runs = [text[i : i + size] for i in range(len(text) - size + 1)]
            counts.update(runs)
            documents.update(set(runs))
    return Counter({run: n for run, n in counts.items() if documents[run] >= _MIN_DOCUMENTS})


def write(counts: Counter[str], path: Path) -> None:
    """One line a context: the context, a blank, then each character that follows it with its rounded count."""
    lines: dict[str, list[str]] = {}
    for run in sorted(counts):
        step = round(STEPS_PER_DOUBLING * math.log2(counts[run]))
        lines.setdefault(run[:-1], []).append(run[-1] + chr(COUNT_BASE + step))
    text = "\n".join(f"{context} {''.join(found)}" for context, found in sorted(lines.items()))
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def main() -> None:
    """Read the news, write the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    write(count(running_texts(arguments.news)), arguments.out)


if __name__ == "__main__":
    main()
