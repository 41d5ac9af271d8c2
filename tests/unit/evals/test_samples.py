"""Loading samples: what each kind of data becomes, and how a broken file is named."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.errors import DataError
from evals.samples import Sample, choose, load_given, load_gold
from evals.samples.rows import read_rows
from evals.samples.seeds import turns


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def _folder(folder: Path, *, corpus: str = "corpus.jsonl") -> Path:
    _write(
        folder / corpus,
        [
            {"_id": "d1", "title": "甲", "text": "甲地有三座桥。", "url": "ignored"},
            {"_id": "d2", "title": "", "text": "乙地有五座桥。"},
            {"_id": "x", "text": "甲地有九座桥。", "counterfactual": True},
        ],
    )
    _write(
        folder / "queries.jsonl",
        [
            {"_id": "q1", "text": "甲地有几座桥?", "answers": ["三座"], "lang": "zh-Hans"},
            {"_id": "q2", "text": "丙地有几座桥?", "answers": []},
        ],
    )
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("corpus", ["corpus.jsonl", "corpus.jsonl.gz"])
def test_a_retrieval_folder_leaves_altered_passages_and_unjudged_queries_out(tmp_path: Path, corpus: str) -> None:
    dataset = load_given("retrieval", _folder(tmp_path / "set", corpus=corpus))
    assert [sample.id for sample in dataset.samples] == ["q1"]
    assert dataset.samples[0].gold["qrels"] == {"d1": 2, "d2": 0}
    assert dataset.corpora["set"].texts() == {"d1": "甲地有三座桥。", "d2": "乙地有五座桥。"}
    assert "url" not in dataset.corpora["set"].records[0]


def test_a_corpus_list_joins_collections_relative_to_itself(tmp_path: Path) -> None:
    _folder(tmp_path / "one")
    mixed = tmp_path / "mixed"
    _write(mixed / "queries.jsonl", [{"_id": "q1", "text": "?", "set": "one"}])
    (mixed / "corpus.list").write_text("../one/corpus.jsonl\n", encoding="utf-8")
    (mixed / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n", encoding="utf-8")
    dataset = load_given("retrieval", mixed)
    assert len(dataset.corpora["mixed"].records) == 2
    assert dataset.samples[0].type == "one"


def test_a_file_of_queries_goes_with_the_qrels_of_its_name(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    _write(folder / "queries_hard.jsonl", [{"_id": "h1", "text": "乙地?"}])
    (folder / "qrels_hard.tsv").write_text("query-id\tcorpus-id\tscore\nh1\td2\t1\n", encoding="utf-8")
    assert [one.id for one in load_given("retrieval", folder / "queries_hard.jsonl").samples] == ["h1"]


def test_judgements_of_documents_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td9\t1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"q1 names 'd9'"):
        load_given("retrieval", folder)


def test_a_whole_collection_is_asked_with_what_it_does_not_answer(tmp_path: Path) -> None:
    folder = _folder(tmp_path / "set")
    _write(folder / "unanswerable.jsonl", [{"_id": "u1", "text": "丁地有几座桥?"}])
    dataset = load_given("corpus_questions", folder)
    first, last = dataset.samples
    assert (first.id, first.type, first.corpus, first.gold["answers"]) == ("q1", "answerable", "set", ["三座"])
    assert first.gold["support_any"] == [{"file": "d1", "start": 0, "end": 7}]
    assert (last.id, last.type, last.gold["answerable"]) == ("u1", "unanswerable", False)


def test_a_folder_of_pages_can_be_searched_too(tmp_path: Path) -> None:
    folder = _pages(tmp_path)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tp1.txt\t1\n", encoding="utf-8")
    dataset = load_given("retrieval", folder)
    assert dataset.samples[0].gold["qrels"] == {"p1.txt": 1}
    assert [path.name for path in dataset.corpora[tmp_path.name].files] == ["p1.txt"]


def test_reading_gives_each_question_its_paragraph_and_knows_the_unanswerable(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    _write(
        folder / "queries.jsonl",
        [
            {"_id": "q1", "text": "甲地有几座桥?", "answers": ["三座"]},
            {"_id": "q2", "text": "甲地何时建桥?", "answers": [], "answerable": False, "passage": "d1"},
        ],
    )
    first, second = load_given("reading", folder).samples
    assert (first.type, first.input["texts"][0]["name"], first.gold["answerable"]) == ("answerable", "d1", True)
    assert (second.type, second.input["texts"][0]["text"]) == ("unanswerable", "甲地有三座桥。")


def test_noise_cases_show_their_passages_in_order_altered_ones_too(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    case = {"_id": "c1", "kind": "fact_wrong", "query": "甲地有几座桥?", "docs": ["x", "d1"], "expected": "answer"}
    rejected = {"_id": "c2", "kind": "reject", "query": "?", "docs": ["d2"], "expected": "abstain"}
    _write(folder / "cases.jsonl", [{**case, "answer_groups": [["三座"]], "fake_answers": ["九座"]}, rejected])
    first, second = load_given("noise", folder).samples
    assert [text["name"] for text in first.input["texts"]] == ["x", "d1"]
    assert (first.gold["must"], first.gold["must_not"]) == ([["三座"]], ["九座"])
    assert not second.gold["answerable"]


def test_claims_take_texts_or_quotes_as_evidence(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "claim": "甲", "evidence": ["甲乙"], "label": "supported"},
        {"id": 2, "claim": "丙", "evidence": [{"quote": "甲乙", "file": "a"}], "label": "unsupported", "kind": "name"},
    ]
    first, second = load_given("claims", _write(tmp_path / "c.jsonl", rows)).samples
    assert first.input["evidence"] == second.input["evidence"] == ["甲乙"]
    assert (first.type, second.type) == ("supported", "name")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", r"c\.jsonl:2: not JSON"),
        ("[1]", r"c\.jsonl:2: list instead of an object"),
        ('{"id":2,"claim":"a","evidence":[],"label":"maybe"}', r"c\.jsonl:2: label is 'maybe'"),
        ('{"id":2,"claim":3,"evidence":[],"label":"supported"}', r"c\.jsonl:2: claim is 3; wanted a text"),
        ('{"id":1,"claim":"a","evidence":[],"label":"supported"}', r"c\.jsonl:2: id '1' was used at .*c\.jsonl:1"),
        ('{"claim":"a","evidence":[],"label":"supported"}', r"c\.jsonl:2: needs `_id` or `id`"),
    ],
)
def test_a_broken_line_is_named_with_file_line_and_value(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"id":1,"claim":"a","evidence":["a"],"label":"supported"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=message):
        load_given("claims", path)


def test_a_missing_file_says_what_to_give() -> None:
    with pytest.raises(DataError, match="give --data"):
        list(read_rows(Path("/nowhere/x.jsonl")))


def test_pairs_of_question_and_answer_become_turns() -> None:
    assert turns([{"question": "一?", "answer": "二"}], "here") == [
        {"role": "user", "content": "一?"},
        {"role": "assistant", "content": "二"},
    ]
    assert turns([{"role": "user", "content": "一"}], "here") == [{"role": "user", "content": "一"}]
    with pytest.raises(DataError, match="here: history entry"):
        turns([{"q": "一"}], "here")


def test_the_seed_gold_is_loaded_whole(seeds: Path) -> None:
    questions = load_gold("seed_questions", None)
    assert len(questions.samples) == 209
    assert Counter(one.type for one in questions.samples)["follow_up"] == 22
    assert all(one.input["history"] for one in questions.samples if one.type == "follow_up")
    assert set(questions.corpora["seeds"].texts()) == {path.name for path in seeds.glob("*.txt")}
    assert len(load_gold("seed_claims", None).samples) == 365
    nuggets = load_gold("seed_nuggets", None)
    assert sum(len(one.gold["nuggets"]) for one in nuggets.samples) == 150
    assert len(load_gold("seed_pages", seeds).samples) == 5


def test_a_conversation_asks_each_follow_up_with_and_without_its_history() -> None:
    samples = load_gold("seed_conversation", None).samples
    assert Counter(one.type for one in samples) == {"follow_up": 22, "standalone": 22}
    assert all(bool(one.input["history"]) == (one.type == "follow_up") for one in samples)


def _samples(count: int) -> list[Sample]:
    return [
        Sample(f"s{n}", "ask", "even" if n % 2 == 0 else "odd", None, {}, {}, tags={"split": "dev"})
        for n in range(count)
    ]


def test_choosing_keeps_order_and_is_the_same_for_a_seed() -> None:
    samples = _samples(50)
    chosen = choose(samples, where={"type": "even", "split": "dev"}, limit=10, seed=3)
    assert chosen == choose(samples, where={"type": "even", "split": "dev"}, limit=10, seed=3)
    assert chosen != choose(samples, where={"type": "even"}, limit=10, seed=4)
    assert [one.id for one in chosen] == sorted((one.id for one in chosen), key=lambda name: int(name[1:]))
    assert all(one.type == "even" for one in chosen)


def test_choosing_nothing_says_what_types_there_are() -> None:
    with pytest.raises(DataError, match="types are even, odd"):
        choose(_samples(4), where={"type": "none"}, limit=None, seed=0)


def _pages(folder: Path) -> Path:
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "p1.txt").write_text("甲地有三座桥。\n乙地无桥。", encoding="utf-8")
    article = {"article_id": "p1-a1", "kind": "article", "title": None, "spans": [[0, 8]], "flags": []}
    _write(folder / "gold.jsonl", [{"file": "p1.txt", "style": "plain", "articles": [article]}])
    question = {"_id": "q", "text": "几座?", "answers": ["三座"], "file": "p1.txt", "article_id": "p1-a1"}
    _write(folder / "queries.jsonl", [{**question, "answer_span": [3, 5], "page_style": "plain"}])
    return folder


def test_pages_are_cut_without_a_corpus_and_questions_asked_over_all_of_them(tmp_path: Path) -> None:
    folder = _pages(tmp_path / "set")
    (page,) = load_given("pages", folder).samples
    assert (page.id, page.task, page.type, page.corpus) == ("p1.txt", "segment", "plain", None)
    questions = load_given("page_questions", folder)
    (question,) = questions.samples
    assert question.gold["support"] == [{"file": "p1.txt", "start": 3, "end": 5}]
    assert question.gold["article_spans"] == [[0, 8]]
    assert list(questions.corpora["set"].texts()) == ["p1.txt"]


def test_gold_of_a_page_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = _pages(tmp_path)
    (folder / "pages" / "p1.txt").rename(folder / "pages" / "p2.txt")
    with pytest.raises(DataError, match=r"gold\.jsonl:1: no page 'p1\.txt'"):
        load_given("pages", folder)


def test_questions_in_the_format_of_the_seed_gold_can_come_from_a_file(tmp_path: Path) -> None:
    row = {
        "id": "x1",
        "type": "follow_up",
        "question": "几个?",
        "history": [{"question": "甲", "answer": "乙"}],
        "must": [["三"]],
    }
    (sample,) = load_given("page_questions", _write(tmp_path / "q.jsonl", [row])).samples
    assert (sample.corpus, sample.type, len(sample.input["history"])) == ("seeds", "follow_up", 2)


def test_a_headline_may_be_half_as_long_again_as_the_reference(tmp_path: Path) -> None:
    row = {"_id": "s1", "text": "甲县新建三座大桥。", "reference": "甲" * 30, "core": True}
    (sample,) = load_given("headlines", _write(tmp_path / "headlines.jsonl", [row])).samples
    assert (sample.type, sample.input["max_chars"], sample.input["style"]) == ("core", 45, "headline")


def test_digests_of_given_pages_say_what_is_asked_and_what_belongs_together(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("甲县修桥。乙县修路。", encoding="utf-8")
    item = {"item": "a", "file": "a.txt", "at": 5, "quote": "乙县", "groups": ["路"]}
    _write(tmp_path / "digests.jsonl", [{"id": "d", "request": {"place": "乙县"}, "items": [item]}])
    (sample,) = load_given("digests", tmp_path).samples
    assert (sample.task, sample.type, sample.input["request"]) == ("digest", "filtered", {"place": "乙县"})
    assert sample.gold == {"items": [item], "copies": []}
    faults: dict[str, dict[str, Any]] = {
        "request names where": {"request": {"where": "x"}, "items": [item]},
        "needs a `file`": {"request": {}, "items": [{**item, "at": 99}]},
        "not '丙县'": {"request": {}, "items": [{**item, "quote": "丙县"}]},
    }
    for fault, row in faults.items():
        _write(tmp_path / "digests.jsonl", [{"id": "d", **row}])
        with pytest.raises(DataError, match=fault):
            load_given("digests", tmp_path)


def test_the_gold_digests_of_the_sample_pages_hold_every_article_of_theirs() -> None:
    wanted = {sample.id: len(sample.gold["items"]) for sample in load_gold("seed_digests", None).samples}
    assert wanted["all"] == 36
    assert sum(count for name, count in wanted.items() if name != "all") == 35  # one page is a single article
