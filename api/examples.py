"""One small invented page and what the service says about it: the examples of the documentation.

Made with the engine's own types and its own JSON, so an example cannot drift from what is really sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rag.asking import Answered, AnswerEvent, Found
from rag.batch import batch_json, file_json
from rag.mapping import MappedText
from rag.models import (
    Anchor,
    Answer,
    AnswerRecord,
    Article,
    Batch,
    BatchCounts,
    BatchFile,
    Byline,
    Citation,
    Claim,
    Correction,
    Document,
    Draft,
    Evidence,
    Failure,
    Filters,
    IngestReport,
    KeptCorrection,
    LegScore,
    Mark,
    Part,
    PartRole,
    Passage,
    Query,
    Ranking,
    SourceMetadata,
    StoredCorrection,
    Summary,
    Verification,
    Weighing,
)
from rag.record import compare, record_json, replay_json
from rag.serialise import (
    Json,
    answer_json,
    article_json,
    correction_json,
    document_json,
    ranking_json,
    report_json,
    summary_json,
    verification_json,
)
from rag.verify import Said

_DAY = datetime(2024, 3, 6, 8, tzinfo=UTC)
_HEADLINE = "青石镇新图书馆开门迎客"
_BYLINE = "本报记者 沈一苇"
_FACT = "新馆藏书八万六千册,每天开放十二小时。"
_TEXT = f"# {_HEADLINE}\n{_BYLINE}\n{_FACT}\n"

DOCUMENT = Document.from_bytes(
    _TEXT.encode(),
    _TEXT,
    document="2024-03-05-02.md",
    source="2024-03-05-02.md",
    media_type="text/markdown",
    metadata=SourceMetadata(paper="青石日报", published="2024-03-05", page="02"),
)


def _stretch(text: str) -> tuple[int, int]:
    start = _TEXT.index(text)
    return start, start + len(text)


_MAPPED = MappedText.from_pieces(_TEXT, [[_stretch(_HEADLINE)], [_stretch(_BYLINE)], [_stretch(_FACT)]])


def _part(role: PartRole, text: str) -> Part:
    start = _MAPPED.text.index(text)
    return Part(role, start, start + len(text))


ARTICLE = Article(
    article_id=Article.identify(DOCUMENT.document_id, _stretch(_HEADLINE)[0]),
    document_id=DOCUMENT.document_id,
    kind="article",
    mapped=_MAPPED,
    parts=(_part("headline", _HEADLINE), _part("byline", _BYLINE), _part("body", _FACT)),
    title=_HEADLINE,
    bylines=(Byline("沈一苇", "本报记者"),),
    place="青石镇",
    published="2024-03-05",
    published_rule="随文件给出的日期",
    paper="青石日报",
    page="02",
    confidence=0.98,
)

_QUESTION = "青石镇的新图书馆有多少册藏书?"
_STATED = "新馆藏书八万六千册"
_CITATION = Citation(
    marker=1,
    document=DOCUMENT.document,
    document_id=DOCUMENT.document_id,
    article_id=ARTICLE.article_id,
    title=ARTICLE.title,
    published=ARTICLE.published,
    place=ARTICLE.place,
    quote=_STATED,
    source_spans=(_stretch(_STATED),),
    score=0.93,
)
_CLAIM = Claim(_STATED, 0, len(_STATED), "supported", None, (1,), answer_span=(4, 9))
ANSWER_VALUE = Answer(
    id="ans_5f1c0a9be2d47730",
    question=_QUESTION,
    standalone_question=_QUESTION,
    answer=f"{_STATED}[1]。",
    abstention=None,
    claims=(_CLAIM,),
    citations=(_CITATION,),
    model="extractive",
    timings_ms={"retrieve": 12, "generate": 3, "verify": 4},
    corpus="sha256:9d0c…",
)
SUMMARY_VALUE = Summary(
    article_id=ARTICLE.article_id,
    document=DOCUMENT.document,
    kind="article",
    title=ARTICLE.title,
    style="brief",
    summary=f"{_STATED}。",
    abstention=None,
    claims=(_CLAIM,),
    citations=(_CITATION,),
    model="extractive",
)
VERIFICATION_VALUE = Verification(_STATED, (replace(_CLAIM, answer_span=None),), (_CITATION,))
_PASSAGE = Passage.of(ARTICLE, 0, len(ARTICLE.text))
RANKING_VALUE = Ranking(
    (
        Evidence(
            _PASSAGE,
            ARTICLE,
            DOCUMENT.document,
            _TEXT,
            0.93,
            1,
            (LegScore("dense", 0.871, 1), LegScore("lexical", 14.2, 1)),
        ),
    ),
    weighing=Weighing("follows the question", 1.2, 0.41),
)
_REPORT = IngestReport(1, 1, 1, failed=(Failure("scan.tiff", "scan.tiff: no reader for .tiff"),), seconds=0.412)

# --- requests -------------------------------------------------------------------------------------------------------

UPLOAD: Json = {"files": ["2024-03-05-02.md"], "paper": "青石日报", "date": "2024-03-05", "page": "02"}
SEARCH: Json = {"query": _QUESTION, "k": 5, "filters": {"from": "2024-01-01", "place": "青石镇"}, "explain": True}
QUESTION: Json = {
    "question": "它每天开放多久?",
    "history": [{"role": "user", "content": _QUESTION}, {"role": "assistant", "content": f"{_STATED}[1]。"}],
    "filters": {"paper": "青石日报"},
}
SUMMARISE: Json = {"article_ids": [ARTICLE.article_id], "max_chars": 120, "style": "brief"}
VERIFY: Json = {"text": _STATED, "against": [ARTICLE.article_id]}

# --- replies --------------------------------------------------------------------------------------------------------

REPORT = report_json(_REPORT)
DOCUMENTS: Json = {"items": [document_json(DOCUMENT)], "next": None}
DOCUMENT_WITH_TEXT = document_json(DOCUMENT, with_text=True)
ARTICLE_FOUND = article_json(ARTICLE, DOCUMENT.document)
ARTICLES: Json = {"items": [ARTICLE_FOUND], "next": ARTICLE.article_id}
RANKING = ranking_json(RANKING_VALUE, explain=True)
ANSWER = answer_json(ANSWER_VALUE)
_QUERY = Query(ANSWER_VALUE.question, ANSWER_VALUE.question)
ANSWER_EVENTS: tuple[AnswerEvent, ...] = (
    Found(_QUERY, RANKING_VALUE, ANSWER_VALUE.id),
    Said(ANSWER_VALUE.claims[0], ANSWER_VALUE.answer or "", ANSWER_VALUE.citations),
    Answered(ANSWER_VALUE, _QUERY, RANKING_VALUE, Draft((), ANSWER_VALUE.model)),
)
RECORD_VALUE = AnswerRecord(
    answer=ANSWER,
    history=(),
    filters=Filters(),
    evidence=(_PASSAGE.passage_id,),
    prompt=None,
    settings={"answer": {"max_claims": 4}},
    revision="5f0c1d2e3a4b5c6d",
    created="2024-03-06T08:00:00+00:00",
    mark=Mark(right=True, comment="与版面一致"),
)
RECORD = record_json(RECORD_VALUE)
RECORDS: Json = {"items": [RECORD], "next": None}
REPLAY = replay_json(compare(RECORD_VALUE, RECORD_VALUE))
MARK: Json = {"right": False, "comment": "页面上写的是另一个数", "answers": ["八万六千册"]}
_CORRECTION = Correction(
    "cor_0d2f6a51c9e84b37",
    "split",
    DOCUMENT.document_id,
    (Anchor.of(_TEXT, (_stretch(_BYLINE),)), Anchor.of(_TEXT, (_stretch(_FACT),))),
    "2024-03-06T08:00:00+00:00",
)
CORRECTION_VALUE = StoredCorrection(
    KeptCorrection(_CORRECTION, (ARTICLE.article_id,)), DOCUMENT.document_id, DOCUMENT.document
)
CORRECT: Json = {"kind": "split", "article_ids": [ARTICLE.article_id], "words": "新馆藏书"}
CORRECTIONS: Json = {"items": [correction_json(CORRECTION_VALUE)], "next": None}
AMENDMENT: Json = {"correction": correction_json(CORRECTION_VALUE), "articles": [ARTICLE_FOUND]}
SUMMARIES: Json = {"items": [summary_json(SUMMARY_VALUE)]}
VERIFICATION = verification_json(VERIFICATION_VALUE)
PROBLEM: Json = {
    "type": "urn:gazette:problem:invalid-request",
    "title": "The request breaks its schema",
    "status": 422,
    "detail": "#/filters/from: '2024-13-01' is not a date; write YYYY-MM-DD",
    "instance": "/v1/search",
    "request_id": "req_5d1f0a6b2c3e4f708192a3b4",
    "errors": [{"pointer": "#/filters/from", "detail": "'2024-13-01' is not a date; write YYYY-MM-DD"}],
}
FILE = file_json(BatchFile("file-0d2f6a51c9e84b37", "requests.jsonl", "batch", 412, _DAY))
FILES: Json = {"object": "list", "data": [FILE], "has_more": False}
FILE_DELETED: Json = {"id": FILE["id"], "object": "file", "deleted": True}
SEND_FILE: Json = {"file": "requests.jsonl", "purpose": "batch"}
START: Json = {"input_file_id": FILE["id"], "endpoint": "/v1/summaries", "completion_window": "24h"}
_BATCH = Batch(
    batch_id="batch_9d0c5f1c0a9be2d4",
    collection="default",
    content="",
    corpus="",
    file_id=FILE["id"],
    endpoint="/v1/summaries",
    model="extractive",
    state="completed",
    created=_DAY,
    expires=_DAY + timedelta(hours=24),
    started=_DAY,
    ended=_DAY + timedelta(seconds=9),
)
BATCH = batch_json(_BATCH, BatchCounts(total=2, completed=1, failed=1, units=37, units_done=37, units_failed=1))
BATCHES: Json = {
    "object": "list",
    "data": [BATCH],
    "first_id": BATCH["id"],
    "last_id": BATCH["id"],
    "has_more": False,
}
LIVE: Json = {"status": "live"}
READY: Json = {
    "status": "ready",
    "collection": "default",
    "documents": 1,
    "articles": 1,
    "passages": 1,
    "model": "extractive",
    "version": "0.1.0",
}

CHAT: Json = {"model": "gazette-qa", "messages": [{"role": "user", "content": QUESTION["question"]}]}
RESPOND: Json = {"model": "gazette-qa", "input": QUESTION["question"]}
EMBED: Json = {"model": "gazette-embedding", "input": [_STATED], "encoding_format": "float"}
COLLECTIONS: Json = {
    "items": [{"collection": "default", "is_chosen": True}, {"collection": "west", "is_chosen": False}]
}
EVALUATIONS: Json = {
    "items": [
        {
            "run": "seeds-20240306t080000z-5f0c1d",
            "suite": "seeds",
            "started": "2024-03-06T08:00:00+00:00",
            "n": 209,
            "failed": 0,
            "seconds": 61.5,
            "model": "extractive",
            "data": None,
            "changed": {"answer.min_support": "0.6"},
            "measures": {"answer_f1": {"mean": 0.81, "low": 0.76, "high": 0.86, "n": 180, "unscored": 0}},
            "gates": [{"measure": "answer_f1", "bound": ">= 0.7", "value": 0.81, "passed": True}],
            "report": "/v1/evaluations/seeds-20240306t080000z-5f0c1d/report",
        }
    ],
    "next": None,
}
