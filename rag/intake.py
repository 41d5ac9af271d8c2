"""From what was handed over (files, folders, uploads) to a stream of documents; and a rehearsal that stores nothing.

Memory stays flat: one file, or one record of a file, is held at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from rag.errors import GazetteError
from rag.ledger import Ledger, article_count, restated
from rag.models import Article, Document, Failure, IngestReport, SourceMetadata
from rag.protocols import Engine
from rag.readers import SourceFile, Walk, media_type_of, read_content, read_file, walk


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

    def documents(self, walked: Walk, engine: Engine | None = None) -> Iterator[Document | Failure]:
        """Every document of the walked files and the uploads, in order; what cannot be read comes as a Failure.

        Args:
            walked: what ``walk`` found.
            engine: reads the files that are one document each; unset: all are read here. Files of records are one
                stream each and always read here, record by record.
        """
        reader = FileReader(self.collection, self.max_bytes, self.metadata, self.encoding)
        for is_stream, files in groupby(walked.files, _is_stream):
            if is_stream or engine is None:
                for file in files:
                    yield from reader.stream(file)
            else:
                for read in engine.map(reader, files):
                    yield from read
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


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads one file with what was said about all of them. May travel to another process."""

    collection: str
    max_bytes: int
    metadata: SourceMetadata
    encoding: str | None

    def __call__(self, file: SourceFile) -> list[Document | Failure]:
        """All documents of the file at once."""
        return list(self.stream(file))

    def stream(self, file: SourceFile) -> Iterator[Document | Failure]:
        """The documents of the file, one by one."""
        return read_file(
            file,
            collection=self.collection,
            metadata=self.metadata,
            max_file_bytes=self.max_bytes,
            encoding=self.encoding,
        )


def _is_stream(file: SourceFile) -> bool:
    """Whether a file may hold many documents: by its suffix, or because it has none that says what it holds."""
    kind = media_type_of(file.path.name)
    return kind is None or "ndjson" in kind


def rehearse(
    intake: Intake, segment: Callable[[Document], tuple[Article, ...]], ledger: Ledger | None = None
) -> IngestReport:
    """Read and cut everything, store nothing.

    Args:
        intake: what an ingest would be given.
        segment: cuts a document.
        ledger: of the corpus it would go into, only looked into; None when there is none yet.

    Returns:
        What an ingest would report, ``unchanged`` included, but ``passages`` is 0 because nothing is chunked.
    """
    started = time.perf_counter()
    walked = intake.walk()
    documents = articles = unchanged = 0
    failed: list[Failure] = []
    seen: dict[str, Document] = {}
    for read in intake.documents(walked):
        if isinstance(read, Failure):
            failed.append(read)
            continue
        wanted = _unknown(read, seen, ledger)
        if wanted is None:
            unchanged += 1
            continue
        try:
            pieces = segment(wanted)
        except GazetteError as error:
            failed.append(Failure(wanted.source, str(error)))
            continue
        documents += 1
        articles += article_count(pieces)
    seconds = time.perf_counter() - started
    return IngestReport(documents, articles, 0, unchanged, walked.skipped, tuple(failed), seconds)


def _unknown(read: Document, seen: dict[str, Document], ledger: Ledger | None) -> Document | None:
    """What an ingest would cut of this document; None when it is known, from the ledger or from earlier on."""
    known = seen.get(read.document_id)
    if known is None and ledger is not None:
        known = ledger.known_document(read.collection, read.document_id)
    # Texts of equal bytes are compared with the ledger's only: what was seen is kept without, to keep memory flat.
    here = replace(read, text="") if read.document_id in seen else read
    wanted = restated(here, known) if known else read
    seen[read.document_id] = replace(wanted or known or read, text="")
    return wanted and replace(wanted, text=read.text)
