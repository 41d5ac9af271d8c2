"""From what was handed over (files, folders, uploads) to a stream of documents; and a rehearsal that stores nothing.

Memory stays flat: one file, or one record of a file, is held at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.models import Article, Document, Failure, IngestReport, SourceMetadata
from rag.readers import Walk, read_content, read_file, walk


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came without a path: its name and bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Intake:
    """What one ingest was given. ``metadata`` and ``encoding`` hold for every source in it."""

    paths: Sequence[Path]
    collection: str
    max_bytes: int
    uploads: Sequence[Upload] = ()
    metadata: SourceMetadata = SourceMetadata()
    encoding: str | None = None

    def walk(self) -> Walk:
        """The files to read, and how many a folder holds that no reader takes."""
        return walk(self.paths)

    def documents(self, walked: Walk) -> Iterator[Document | Failure]:
        """Every document of the walked files and the uploads; what cannot be read comes as a Failure."""
        for file in walked.files:
            yield from read_file(
                file,
                collection=self.collection,
                metadata=self.metadata,
                max_file_bytes=self.max_bytes,
                encoding=self.encoding,
            )
        for upload in self.uploads:
            yield from read_content(
                upload.content,
                name=upload.name,
                source=upload.name,
                collection=self.collection,
                metadata=self.metadata,
                max_file_bytes=self.max_bytes,
                encoding=self.encoding,
            )


def rehearse(intake: Intake, segment: Callable[[Document], tuple[Article, ...]]) -> IngestReport:
    """Read and cut everything, store nothing; ``passages`` is 0 because nothing is chunked."""
    started = time.perf_counter()
    walked = intake.walk()
    documents = articles = 0
    failed: list[Failure] = []
    for read in intake.documents(walked):
        if isinstance(read, Failure):
            failed.append(read)
            continue
        documents += 1
        articles += sum(piece.kind != "furniture" for piece in segment(read))
    seconds = time.perf_counter() - started
    return IngestReport(documents, articles, 0, 0, walked.skipped, tuple(failed), seconds)
