from __future__ import annotations

import gzip
import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models import Document, Failure, SourceMetadata
from rag.readers import read_content
from rag.readers.jsonl import MAX_LEADING_FAILURES, read_jsonl
from rag.readers.origin import Origin

ORIGIN = Origin("c.jsonl", "/in/c.jsonl", "default", SourceMetadata())


def lines(*records: object) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def read(
    content: bytes, metadata: SourceMetadata = SourceMetadata(), max_bytes: int = 10_000
) -> list[Document | Failure]:
    origin = Origin("c.jsonl", "/in/c.jsonl", "default", metadata)
    return list(read_jsonl(io.BytesIO(content), origin, max_record_bytes=max_bytes))


def documents(found: list[Document | Failure]) -> list[Document]:
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def failures(found: list[Document | Failure]) -> list[Failure]:
    return [one for one in found if isinstance(one, Failure)]


def test_a_record_is_a_document_named_by_its_id_with_its_own_metadata() -> None:
    record = {
        "_id": "n-1",
        "title": "标题",
        "text": "正文。",
        "date": "2023-07-06",
        "place": "某市",
        "paper": "甲报",
        "page": 2,
    }
    (one,) = documents(read(lines(record)))
    assert (one.document, one.source, one.text, one.is_record) == ("n-1", "/in/c.jsonl#n-1", "正文。", True)
    assert one.metadata == SourceMetadata(title="标题", paper="甲报", published="2023-07-06", page="2", place="某市")


@pytest.mark.parametrize(("record", "name"), [({"id": "b"}, "b"), ({"id": 7}, "7"), ({"_id": "a", "id": "b"}, "a")])
def test_either_spelling_of_the_id_will_do(record: dict[str, object], name: str) -> None:
    (one,) = documents(read(lines({**record, "text": "文"})))
    assert one.document == name


def test_a_record_without_id_is_named_by_file_and_line() -> None:
    _, second = documents(read(lines({"text": "甲"}) + b"\n" + lines({"text": "乙"})))
    assert (second.document, second.source) == ("c.jsonl#3", "/in/c.jsonl#3")


def test_identity_rests_on_id_and_fields_not_on_key_order_spacing_or_line() -> None:
    first = documents(read(b'{"_id": "a", "text": "\xe6\x96\x87"}'))[0]
    again = documents(read(b'\n\n{"text":"\\u6587",   "_id":"a"}\r\n'))[0]
    other = documents(read(lines({"_id": "b", "text": "文"})))[0]
    assert first.document_id == again.document_id != other.document_id


@given(
    st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(str.strip)
)
def test_the_text_of_a_record_is_the_documents_text_character_for_character(text: str) -> None:
    (one,) = documents(read(lines({"_id": "a", "text": text}), max_bytes=1_000_000))
    assert one.text == text


def test_bad_lines_name_file_and_line_and_the_rest_goes_on() -> None:
    content = b'{"text": "good"}\nnope\n[1]\n{"text": 3}\n{"id": [], "text": "x"}\n{"text": "x", "date": "someday"}\n'
    content += b'{"text": "\\ud800"}\n{"text": " \\n"}\n{"text": "a\\u0000b"}\n\xff\xfe\n{"text": "last"}'
    found = read(content)
    assert [one.text for one in found if isinstance(one, Document)] == ["good", "last"]
    assert [(one.source, one.error.split(":")[0].split(";")[0]) for one in failures(found)] == [
        ("/in/c.jsonl:2", "not JSON"),
        ("/in/c.jsonl:3", "a JSON list, not an object"),
        ("/in/c.jsonl:4", "text is int"),
        ("/in/c.jsonl:5", "id is list, not text or a number"),
        ("/in/c.jsonl:6", "'someday' is not a date"),
        ("/in/c.jsonl:7", "half a surrogate pair (U+D800)"),
        ("/in/c.jsonl:8", "text is empty"),
        ("/in/c.jsonl:9", "holds a NUL character"),
        ("/in/c.jsonl:10", "not utf-16-le"),
    ]


def test_deeply_nested_json_is_a_failure_not_a_crash() -> None:
    found = read(b'{"text":' + b"[" * 200_000 + b"\n" + lines({"text": "x"}), max_bytes=1_000_000)
    assert [type(one) for one in found] == [Failure, Document]


def test_the_same_id_for_another_record_is_a_failure_and_an_identical_line_is_none() -> None:
    found = read(lines({"id": "a", "text": "x"}, {"id": "a", "text": "x"}, {"id": "a", "text": "y"}))
    assert [type(one) for one in found] == [Document, Document, Failure]
    assert failures(found)[0].error == "id 'a' was used for another record at /in/c.jsonl:1"


def test_a_long_record_is_passed_over_in_pieces() -> None:
    found = read(lines({"text": "x" * 500}, {"text": "short"}), max_bytes=100)
    assert [getattr(one, "error", None) or getattr(one, "text", None) for one in found] == [
        "record longer than 100 bytes",
        "short",
    ]
    assert isinstance(read(lines({"text": "x"}).strip(), max_bytes=13)[0], Document)


def test_a_bom_before_the_first_record_is_no_part_of_it() -> None:
    assert documents(read(b"\xef\xbb\xbf" + lines({"text": "文"})))[0].text == "文"


def test_what_the_file_says_fills_what_a_record_leaves_open() -> None:
    told = SourceMetadata(title="全集", paper="甲报", published="2023-01-01")
    (one,) = documents(read(lines({"text": "文", "title": "标题", "date": "2022-12-31"}), told))
    assert one.metadata == SourceMetadata(title="标题", paper="甲报", published="2022-12-31")


def test_a_file_of_other_things_is_given_up_early_and_an_empty_one_is_a_failure() -> None:
    found = read(b"nope\n" * 5000)
    assert len(found) == MAX_LEADING_FAILURES + 1
    assert "not JSON lines" in failures(found)[-1].error
    assert failures(read(b"\n \n"))[0].error == "empty: no record"


def test_lines_in_gb18030_are_read() -> None:
    text = "今年以来，全市经济平稳运行，重点项目建设进展顺利。"
    assert documents(read(json.dumps({"text": text}, ensure_ascii=False).encode("gb18030")))[0].text == text


def test_packed_records_are_read_and_a_broken_pack_gives_what_stood_before() -> None:
    rows = lines(*({"_id": str(number), "text": f"第{number}条 {number * 7919}"} for number in range(5000)))
    packed = gzip.compress(rows)
    whole = list(read_content(packed, name="c.jsonl.gz", source="up"))
    assert len(documents(whole)) == 5000
    cut = list(read_content(packed[: len(packed) // 2], name="c.jsonl.gz", source="up"))
    assert len(cut) > 100
    assert "broken gzip file" in failures(cut)[0].error
    assert failures(list(read_content(b"no gzip", name="c.jsonl.gz", source="up")))[0].error.startswith("broken gzip")


def test_a_small_upload_cannot_unpack_into_a_huge_one() -> None:
    bomb = gzip.compress(lines(*({"_id": str(number), "text": "文" * 300} for number in range(1000))))
    found = list(read_content(bomb, name="c.jsonl.gz", source="up", max_file_bytes=100_000))
    assert "larger than 100000 bytes" in failures(found)[0].error
    assert len(found) < 120


class _Endless(io.RawIOBase):
    def __init__(self, records: int) -> None:
        super().__init__()
        self._rows = (lines({"_id": f"r{number}", "text": "文字" * 200}) for number in range(records))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        row = next(self._rows, b"")
        buffer[: len(row)] = row
        return len(row)


def test_memory_does_not_grow_with_the_file() -> None:
    stream = io.BufferedReader(_Endless(4000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_jsonl(stream, ORIGIN, max_record_bytes=10_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 4000
    assert peak < 300_000, "the file has 5 MB"
