"""Systems under test: peers over HTTP, texts given with a sample, and stores that are never the user's."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from evals.errors import DataError, SuiteError, TargetError
from evals.record import RunFolder
from evals.samples import Corpus, Sample
from evals.session import Options, load_data, prepare, suite_settings
from evals.suite import Suite, load_suite, parse_overrides
from evals.targets import HttpTarget, PipelineTarget, TrecTarget
from evals.targets.corpora import CorpusCache, own_settings
from evals.trec import write_trec
from rag.settings import Settings

URL = "http://peer/v1/chat/completions"


def _ask(reply: Any, sample: Sample, status: int = 200) -> tuple[dict[str, Any], dict[str, Any]]:
    sent: dict[str, Any] = {}

    def respond(request: httpx.Request) -> httpx.Response:
        sent.update(json.loads(request.content))
        return httpx.Response(status, json=reply)

    target = HttpTarget(URL, "peer-model", transport=httpx.MockTransport(respond))
    return asyncio.run(target.answer(sample)), sent


def _question(**given: Any) -> Sample:
    return Sample("q", "ask", "t", None, {"question": "几座桥?", **given}, {})


def _completion(text: str, **own: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": text}}], "usage": {"prompt_tokens": 7}, **own}


def test_a_peer_gets_the_history_as_turns_and_its_text_is_the_answer() -> None:
    history = [{"role": "user", "content": "甲?"}, {"role": "assistant", "content": "乙"}]
    reply, sent = _ask(_completion("三座。"), _question(history=history))
    assert sent == {"model": "peer-model", "messages": [*history, {"role": "user", "content": "几座桥?"}]}
    assert (reply["answer"], reply["abstained"], reply["usage"]["prompt_tokens"]) == ("三座。", False, 7)
    assert "citations" not in reply


def test_our_own_fields_are_read_where_a_peer_has_them() -> None:
    reply, _ = _ask(_completion("三座[1]。", citations=[{"marker": 1}], claims=[], abstained=False), _question())
    assert reply["citations"] == [{"marker": 1}]


def test_a_short_refusal_is_an_abstention_and_a_long_answer_is_not() -> None:
    assert _ask(_completion("根据资料无法回答。"), _question())[0]["abstained"]
    assert not _ask(_completion("有三座。" * 20 + "其余没有提到。"), _question())[0]["abstained"]


def test_given_texts_are_sent_with_the_question() -> None:
    sample = Sample("q", "read", "t", None, {"question": "几座?", "texts": [{"name": "a", "text": "三座桥"}]}, {})
    assert "三座桥" in _ask(_completion("三座"), sample)[1]["messages"][0]["content"]


@pytest.mark.parametrize(("reply", "status"), [({"error": "x"}, 500), ({"no": "choices"}, 200), ([], 200)])
def test_a_peer_that_fails_is_an_error_with_its_address(reply: Any, status: int) -> None:
    with pytest.raises(TargetError, match=URL):
        _ask(reply, _question(), status)


def test_a_chat_endpoint_is_not_asked_to_search() -> None:
    with pytest.raises(TargetError, match="cannot be asked to search"):
        _ask({}, Sample("q", "search", "t", None, {"question": "?"}, {}))


def test_the_harness_never_opens_the_users_stores(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GAZETTE_LEDGER__URL", "sqlite:////home/user/ledger.sqlite")
    monkeypatch.setenv("GAZETTE_CHROMA__URL", "http://chroma:8000")
    monkeypatch.setenv("GAZETTE_STORE__PATH", "/home/user/.gazette")
    monkeypatch.setenv("GAZETTE_STORE__COLLECTION", "mine")
    own = own_settings(Settings.load(), tmp_path / "corpus")
    assert own.ledger.url is None
    assert own.chroma.url is None
    assert not own.retrieve.remember
    assert (own.store.path, own.store.collection) == (tmp_path / "corpus", "default")


def test_a_peer_never_gets_the_key_of_the_users_own_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_MODEL__API_KEY", "sk-own")
    own = prepare("claims", Options(target=URL)).target
    monkeypatch.setenv("GAZETTE_EVAL__TARGET_KEY", "for-the-peer")
    given = prepare("claims", Options(target=URL)).target
    assert isinstance(own, HttpTarget)
    assert isinstance(given, HttpTarget)
    assert own._headers == {}
    assert given._headers == {"Authorization": "Bearer for-the-peer"}


def test_a_corpus_is_kept_by_content_and_by_what_shapes_the_index(tmp_path: Path) -> None:
    def path(sha256: str = "a", **groups: Any) -> Path:
        return CorpusCache(tmp_path, Settings.load(**groups)).path(Corpus("c", sha256))

    assert path() == path(retrieve={"dense_weight": 0.9}) == path(store={"path": tmp_path})
    assert len({path(), path("b"), path(chunk={"max_chars": 300}), path(embedder={"name": "other"})}) == 4


def test_texts_given_are_answered_from_and_cited_exactly(tmp_path: Path) -> None:
    text = "甲县今年新建了三座大桥。乙县今年没有建桥。"
    sample = Sample(
        "q",
        "read",
        "t",
        None,
        {
            "question": "甲县今年新建了几座大桥?",
            "texts": [{"name": "p", "title": None, "text": text}],
            "rank_sentences": True,
        },
        {},
    )
    target = PipelineTarget(Settings.load(), {}, tmp_path)
    try:
        reply = asyncio.run(target.answer(sample))
    finally:
        target.close()
    assert "三座" in reply["answer"]
    assert reply["sentences"][0].startswith("甲县")
    for citation in reply["citations"]:
        assert "".join(text[start:end] for start, end in citation["source_spans"]) == citation["quote"]


def test_overrides_are_settings_and_stand_above_the_suites() -> None:
    overrides = parse_overrides(["retrieve.dense_weight=0", "model.name=openai/x", "answer.max_claims=2"])
    assert overrides == {"retrieve": {"dense_weight": 0}, "model": {"name": "openai/x"}, "answer": {"max_claims": 2}}
    suite = load_suite("seeds").model_copy(update={"settings": {"retrieve": {"dense_weight": 0.9, "k": 5}}})
    settings = suite_settings(suite, overrides)
    assert (settings.retrieve.dense_weight, settings.retrieve.k, settings.model.name) == (0, 5, "openai/x")
    for wrong in ("retrieve=1", "retrieve.k", ".k=1"):
        with pytest.raises(SuiteError, match=r"group\.key=value"):
            parse_overrides([wrong])


def test_a_suite_that_needs_data_says_so_and_takes_gold_where_it_can() -> None:
    with pytest.raises(Exception, match="suite retrieval needs --data"):
        load_data(load_suite("retrieval"), None)
    assert load_data(load_suite("claims"), None).samples[0].task == "verify"
    assert Options().seed == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x", "about: Field required"),
        ("name: [", "not YAML"),
        (
            "{name: x, about: a, parts: [{kind: c, data: gold}], measures: [a], gates: [{measure: b, min: 1}]}",
            "gates on",
        ),
        ("{name: x, about: a, parts: [{kind: c, data: gold}], measures: [a], gates: [{measure: a}]}", "min or max"),
        ("{name: x, about: a, parts: [{kind: c, data: gold}], measures: [a], other: 1}", "other: Extra inputs"),
    ],
)
def test_a_malformed_suite_is_named_with_its_fault(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=message):
        load_suite(str(path))


def test_an_unknown_suite_names_those_there_are() -> None:
    with pytest.raises(SuiteError, match=r"no suite 'sedes'; there are .*seeds"):
        load_suite("sedes")
    assert Suite.model_fields["parallel"].default == 4


def test_a_peers_trec_run_is_judged_like_our_own_and_round_trips(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "r")
    row = {"id": "q1", "task": "search", "reply": {"ranking": [["d2", 0.9], ["d1", 0.5]]}, "gold": {"qrels": {"d1": 1}}}
    write_trec(folder, [row])
    target = TrecTarget(folder.path / "ranking.trec")
    known, unknown = (Sample(name, "search", "t", None, {"question": "?"}, {}) for name in ("q1", "q2"))
    assert asyncio.run(target.answer(known)) == row["reply"]
    assert asyncio.run(target.answer(unknown)) == {"ranking": []}
    assert (folder.path / "qrels.trec").read_text("utf-8") == "q1 0 d1 1\n"
    (tmp_path / "bad.trec").write_text("q1 Q0 d1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"bad\.trec:1"):
        TrecTarget(tmp_path / "bad.trec")
    with pytest.raises(TargetError, match="neither an http"):
        TrecTarget(tmp_path / "none.trec")
