from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from api import examples
from rag.adapters.docx import prose_docx
from rag.errors import NotFoundError
from rag.export import answer_prose, prose_markdown, write_marked
from rag.models import AnswerRecord, Block, Filters, Mark, Prose, Run
from rag.serialise import answer_json
from tests.unit.api.fakes import abstaining

WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _footnotes(made: bytes) -> dict[str, str]:
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(made)).read("word/footnotes.xml"))
    return {note.get(f"{WORDS}id"): "".join(note.itertext()) for note in root}


def _references(made: bytes) -> list[str]:
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml"))
    return [one.get(f"{WORDS}id") for one in root.iter(f"{WORDS}footnoteReference")]


def _record(**changes: Any) -> AnswerRecord:
    return replace(examples.RECORD_VALUE, **changes)


def test_an_exported_answer_has_a_footnote_with_the_exact_quote_and_its_place() -> None:
    record = _record()
    [citation] = record.answer["citations"]
    markdown = prose_markdown(answer_prose(record))
    assert markdown.startswith(f"# {record.answer['question']}")
    assert f"{record.answer['claims'][0]['text']}[^1]" in markdown
    note = markdown.partition("[^1]: ")[2]
    start, end = citation["source_spans"][0]
    assert citation["quote"] in note
    assert f"字符 {start}–{end}" in note


def test_a_docx_has_real_footnotes_that_the_text_refers_to() -> None:
    record = _record()
    made = prose_docx(answer_prose(record))
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs]
    assert texts[0] == record.answer["question"]
    assert record.answer["claims"][0]["text"] in texts
    [reference] = _references(made)
    assert record.answer["citations"][0]["quote"] in _footnotes(made)[reference]


def test_an_abstention_is_exported_with_its_reason_and_the_nearest_words() -> None:
    answer = answer_json(abstaining())
    markdown = prose_markdown(answer_prose(_record(answer=answer)))
    assert answer["abstention"]["message"] in markdown
    assert all(citation["quote"] in markdown for citation in answer["abstention"]["nearest"])


def test_a_doubtful_claim_says_so_where_it_stands() -> None:
    claim = {**examples.ANSWER["claims"][0], "verdict": "partial", "reason": "数字没有找到"}
    markdown = prose_markdown(answer_prose(_record(answer={**examples.ANSWER, "claims": [claim]})))
    assert "部分有据：数字没有找到" in markdown


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_text_gives_a_docx_that_opens_and_the_same_bytes_each_time(texts: list[str]) -> None:
    blocks = tuple(Block("paragraph", (Run(text, strong=True, note=at),)) for at, text in enumerate(texts, 1))
    prose = Prose(texts[0], blocks, tuple(texts))
    made = prose_docx(prose)
    assert made == prose_docx(prose)
    assert len(docx.Document(io.BytesIO(made)).paragraphs) == len(texts) + 1
    assert len(_footnotes(made)) == len(texts) + 2


def test_markup_in_newspaper_text_stays_text() -> None:
    prose = Prose("# x", (Block.of("bullet", "<img src=x onerror=alert(1)> [a](http://b)"),), ("**n**",))
    markdown = prose_markdown(prose)
    assert "<img" not in markdown.replace("\\<img", "")
    assert "](http" not in markdown.replace("\\](http", "")


def _text_of(document_id: str) -> str:
    if document_id != examples.DOCUMENT.document_id:
        raise NotFoundError(f"no document {document_id}")
    return examples.DOCUMENT.text


def test_a_right_answer_becomes_a_question_with_its_answer_and_page() -> None:
    written = write_marked([_record()], _text_of)
    [row] = [json.loads(line) for line in written.files["questions.jsonl"].splitlines()]
    [support] = row["support"]
    page = written.files[f"pages/{support['file']}"]
    assert row["answerable"]
    assert row["must"] == [[answer] for answer in row["answers"]]
    assert page[support["start"] : support["end"]].replace("\n", "") == support["quote"]


def test_a_wrong_answer_becomes_a_question_only_with_what_would_have_been_right() -> None:
    given = _record(mark=Mark(False, answers=("八万册",)))
    declined = _record(mark=Mark(False, unanswerable=True))
    bare = _record(mark=Mark(False))
    written = write_marked([given, declined, bare], _text_of)
    rows = [json.loads(line) for line in written.files["questions.jsonl"].splitlines()]
    assert [(row["answerable"], row["answers"]) for row in rows] == [(True, ["八万册"]), (False, [])]
    [(answer_id, reason)] = written.left_out
    assert answer_id == bare.answer_id
    assert "--answer" in reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mark": None}, "not marked"),
        ({"filters": Filters(place="某地")}, "filters"),
        ({"answer": {**examples.ANSWER, "citations": []}}, "no document"),
    ],
)
def test_what_cannot_be_asked_again_is_left_out_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    written = write_marked([_record(**changes)], _text_of)
    assert written.questions == 0
    assert reason in written.left_out[0][1]


def test_an_answer_over_a_deleted_document_is_left_out() -> None:
    def gone(document_id: str) -> str:
        raise NotFoundError(f"no document {document_id}")

    assert "no document" in write_marked([_record()], gone).left_out[0][1]
