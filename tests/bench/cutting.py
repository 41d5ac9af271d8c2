"""Speed of the page cutter on pages of one, two and four times a length: characters a second, and how time grows.

    python -m tests.bench.cutting

Time is processor time, the best of ``ROUNDS``; a growth of 2 from double the length is linear. Four shapes: the sample
pages one below the other, columns of different articles in turn with sentences broken between them, thousands of tiny
lines, one line without an end. One JSON object a line.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import chain, pairwise, zip_longest

from rag.models import Document, SourceMetadata
from rag.pages import segment
from tests.conftest import SEEDS

LENGTHS = (1, 2, 4)
ROUNDS = 3
COLUMN = 110
"""Characters of an article between two of its neighbour's."""


def sample_pages(times: int) -> str:
    """All sample pages, repeated."""
    return "\n\n".join([page.read_text(encoding="utf-8") for page in sorted(SEEDS.iterdir())] * times)


def interleaved(times: int) -> str:
    """The texts of the sample pages in turn, a stretch of each, cut in mid-sentence."""
    texts = [page.read_text(encoding="utf-8").split("\n") for page in sorted(SEEDS.iterdir())]
    columns = [
        [line[at : at + COLUMN] for line in lines if len(line) > 30 for at in range(0, len(line), COLUMN)]
        for lines in texts
    ]
    turns = chain.from_iterable(zip_longest(*columns, fillvalue=""))
    return "\n\n".join([stretch for stretch in turns if stretch] * times)


def tiny_lines(times: int) -> str:
    """Lines of six or seven characters."""
    words = ("春耕备耕忙", "镇里召开会", "新种子到村", "农机手下田")
    return "\n".join(f"{words[n % 4]}{n % 97}" for n in range(1500 * times))


def one_line(times: int) -> str:
    """A text of many sentences without a line break."""
    return "全市农业观摩会昨天在城南召开,到会的有各县区的代表,大家看了现场,交流了经验。" * (600 * times)


SHAPES: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("sample pages repeated", sample_pages),
    ("interleaved columns", interleaved),
    ("tiny lines", tiny_lines),
    ("one endless line", one_line),
)


def processor_seconds(text: str) -> float:
    """Processor time of one cut, the best of ``ROUNDS``."""
    document = Document.from_bytes(
        text.encode(),
        text,
        document="bench.txt",
        source="bench.txt",
        media_type="text/plain",
        is_record=False,
        metadata=SourceMetadata(),
    )
    laps = []
    for _ in range(ROUNDS):
        began = time.process_time()
        segment(document)
        laps.append(time.process_time() - began)
    return min(laps)


def measure() -> Iterator[dict[str, object]]:
    """One row a shape."""
    processor_seconds(sample_pages(1))
    for name, make in SHAPES:
        texts = [make(times) for times in LENGTHS]
        seconds = [processor_seconds(text) for text in texts]
        yield {
            "what": name,
            "characters": [len(text) for text in texts],
            "characters a second": [round(len(text) / lap) for text, lap in zip(texts, seconds, strict=True)],
            "growth from double the length": [round(b / a, 2) for a, b in pairwise(seconds)],
        }


def main() -> None:
    """Measure and print."""
    for row in measure():
        print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
