"""The same bytes again: what is said about them adds up, and nothing that was known is lost by saying nothing."""

from __future__ import annotations

from dataclasses import astuple, replace

from hypothesis import given
from hypothesis import strategies as st

from rag.ledger import restated
from rag.models import Document, SourceMetadata
from tests.fakes import make_document

FIELD = st.none() | st.sampled_from(["甲", "乙"])
METADATA = st.builds(SourceMetadata, FIELD, FIELD, FIELD, FIELD, FIELD)
SOURCE = st.sampled_from(["/in/a.txt", "/in/b.txt"])


def received(metadata: SourceMetadata, source: str = "/in/a.txt") -> Document:
    return replace(make_document("甲事", source=source, name=source[-5:]), metadata=metadata)


@given(METADATA, METADATA, SOURCE)
def test_what_is_known_is_never_erased_and_the_first_name_stays(
    before: SourceMetadata, now: SourceMetadata, source: str
) -> None:
    known = received(before)
    result = restated(received(now, source), known) or known
    assert (result.document, result.source, result.document_id) == ("a.txt", "/in/a.txt", known.document_id)
    for old, new, kept in zip(astuple(before), astuple(now), astuple(result.metadata), strict=True):
        first, second = (new, old) if source == known.source else (old, new)
        assert kept == (second if first is None else first)


@given(METADATA, METADATA, SOURCE)
def test_saying_the_same_again_or_nothing_changes_nothing(
    before: SourceMetadata, now: SourceMetadata, source: str
) -> None:
    known = restated(received(now, source), received(before)) or received(before)
    assert restated(received(now, source), known) is None
    assert restated(received(SourceMetadata(), source), known) is None


def test_the_same_bytes_read_as_another_text_are_cut_again_under_their_own_source_only() -> None:
    known, reread = make_document("甲事", paper="甲报"), replace(make_document("甲事"), text="乙事")
    assert restated(reread, known) == replace(known, text="乙事")
    assert restated(replace(reread, source="/in/b.txt"), known) is None
