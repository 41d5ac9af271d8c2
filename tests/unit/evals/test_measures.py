"""Measures on examples worked by hand, and against independent implementations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.errors import SuiteError
from evals.measures import Bench, Score, Unscored, build_measures, known_measures
from evals.measures.measure import Outcome
from evals.measures.risk import curve
from evals.measures.similarity import longest_common, rouge_l
from evals.samples import Sample
from evals.samples.sample import Task
from evals.suite import load_suite, suite_names
from rag.models import Verdict

Json = dict[str, Any]


class _Holds:
    """Supported where the claim stands in the evidence, or all of its parts do."""

    def verify(self, claim: str, evidence: Sequence[str]) -> Verdict:
        text = "".join(evidence)
        return Verdict("supported" if all(part in text for part in claim.split("+")) else "unsupported", None)


TEXTS = {"pages": {"a.txt": "甲地有三座桥,乙地有五座桥。"}}
BENCH = Bench(TEXTS, _Holds())


def _score(name: str, gold: Json, reply: Json, *, task: Task = "ask", given: Json | None = None) -> Outcome:
    sample = Sample("s", task, "t", None, given or {}, gold, "pages")
    return build_measures([name], BENCH)[0].score(sample, {"seconds": 0.5, **reply})


def _value(name: str, gold: Json, reply: Json, **options: Any) -> float | None:
    outcome = _score(name, gold, reply, **options)
    assert not isinstance(outcome, Unscored), outcome
    return outcome.value if outcome else None


def _answer(text: str, *, claims: list[Json] | None = None, citations: list[Json] | None = None) -> Json:
    return {"abstained": False, "answer": text, "claims": claims or [], "citations": citations or []}


ABSTAINS: Json = {"abstained": True, "answer": None, "claims": [], "abstention": {"code": "not_stated", "nearest": []}}
BRIDGES = {"answerable": True, "must": [["3座", "三座"], ["5座", "五座"]], "answers": ["三座和五座"]}
NONE: Json = {"answerable": False, "must": [], "reason": "not_stated"}


def test_every_group_must_be_met_by_the_string_rule() -> None:
    assert _value("answer_match", BRIDGES, _answer("甲地「三座」,乙地５ 座[1]。")) == 1
    assert _value("answer_match", BRIDGES, _answer("甲地三座")) == 0
    assert _value("answer_match", BRIDGES, ABSTAINS) == 0
    assert _value("answer_match", {"answers": ["產品"]}, _answer("产品")) == 1
    assert _value("answer_match", NONE, ABSTAINS) is None


def test_a_citation_marker_is_no_part_of_the_answer() -> None:
    assert _value("answer_match", {"answers": ["1"]}, _answer("甲[1]")) == 0


def test_accuracy_counts_both_ways_of_being_right() -> None:
    assert _value("accuracy", BRIDGES, _answer("三座,五座")) == 1
    assert _value("accuracy", NONE, ABSTAINS) == 1
    assert _value("accuracy", NONE, _answer("三座")) == 0
    assert isinstance(_score("accuracy", NONE, {"answer": "三座", "abstained": None}), Unscored)


def test_over_altered_texts_declining_flagging_and_knowing_better_are_right() -> None:
    altered = {"answerable": False, "may_flag": True, "must": [["三座"]], "must_not": ["九座"]}
    assert _value("accuracy", altered, ABSTAINS) == 1
    assert _value("accuracy", altered, _answer("三座")) == 1
    assert _value("accuracy", altered, {**_answer("九座"), "conflicts": [{"claims": [0, 1]}]}) == 1
    assert _value("accuracy", altered, _answer("九座")) == 0
    assert _value("abstention_recall", altered, _answer("九座")) is None
    assert _value("abstention_precision", altered, ABSTAINS) == 1


def test_a_failed_sample_is_unscored_not_wrong() -> None:
    failed = {"error": "ModelUnavailableError: gone"}
    for name in ("accuracy", "answer_match", "char_f1", "pointer_validity", "unsupported_claim_rate", "latency_ms"):
        outcome = _score(name, BRIDGES, failed)
        assert isinstance(outcome, Unscored), name
        assert "gone" in outcome.reason


def test_character_f1_and_exact_match_take_the_marked_answer() -> None:
    reply = _answer("甲地有三座桥[1]。", claims=[{"text": "甲地有三座桥", "answer_span": [3, 5], "citations": [1]}])
    assert _value("char_em", {"answers": ["三座"]}, reply) == 1
    assert _value("char_f1", {"answers": ["三座"]}, reply) == 1
    assert _value("char_f1", {"answers": ["三座桥", "桥"]}, reply) == pytest.approx(2 * 2 / 5)
    assert _value("char_em", {"answers": ["三座桥"]}, reply) == 0


def test_figures_agree_in_any_dress() -> None:
    assert _value("figure_accuracy", {"answers": ["320万元"]}, _answer("投入3200000元")) == 1
    assert _value("figure_accuracy", {"answers": ["320万元"]}, _answer("投入320元")) == 0
    assert _value("figure_accuracy", {"answers": ["张三"]}, _answer("张三")) is None


def test_mix_ups_and_fake_answers_are_counted_only_where_gold_names_them() -> None:
    assert _value("mix_up_rate", {"must_not": ["九座"]}, _answer("九座")) == 1
    assert _value("mix_up_rate", {"must_not": ["九座"]}, _answer("三座")) == 0
    assert _value("mix_up_rate", {}, _answer("三座")) is None


def _citation(quote: str, *spans: list[int], document: str = "a.txt", marker: int = 1, score: float = 0.5) -> Json:
    return {"marker": marker, "document": document, "quote": quote, "source_spans": list(spans), "score": score}


def test_a_pointer_is_valid_where_its_characters_are_the_documents() -> None:
    assert _value("pointer_validity", {}, _answer("x", citations=[_citation("三座桥", [3, 6])])) == 1
    assert _value("pointer_validity", {}, _answer("x", citations=[_citation("三座五座", [3, 5], [10, 12])])) == 1
    for bad in (
        _citation("三座桥", [2, 5]),
        _citation("三座桥", [3, 6], document="b.txt"),
        _citation("三座桥"),
        _citation("三座桥", [3, 99]),
    ):
        assert _value("pointer_validity", {}, _answer("x", citations=[bad])) == 0
    nearest = {**ABSTAINS, "abstention": {"code": "not_stated", "nearest": [_citation("桥", [0, 1])]}}
    assert _value("pointer_validity", {}, nearest) == 0


def test_given_texts_are_what_citations_point_into() -> None:
    given_texts = {"texts": [{"name": "p", "text": "丙地无桥"}]}
    reply = _answer("x", citations=[_citation("丙地", [0, 2], document="p")])
    assert _value("pointer_validity", {}, reply, task="read", given=given_texts) == 1


def test_support_recall_asks_for_an_overlap_in_the_same_document() -> None:
    gold = {"support": [{"file": "a.txt", "start": 0, "end": 6}, {"file": "a.txt", "start": 7, "end": 13}]}
    assert _value("support_recall", gold, _answer("x", citations=[_citation("q", [3, 5])])) == 0.5
    assert _value("support_recall", gold, _answer("x", citations=[_citation("q", [5, 8])])) == 1
    assert _value("support_recall", gold, _answer("x", citations=[_citation("q", [3, 5], document="b.txt")])) == 0
    assert _value("support_recall", gold, ABSTAINS) == 0


def test_one_of_several_documents_that_hold_the_answer_is_support_enough() -> None:
    gold = {"support_any": [{"file": "b.txt", "start": 0, "end": 9}, {"file": "a.txt", "start": 0, "end": 9}]}
    assert _value("support_recall", gold, _answer("x", citations=[_citation("q", [3, 5])])) == 1
    assert _value("support_recall", gold, _answer("x", citations=[_citation("q", [3, 5], document="c.txt")])) == 0
    assert _value("support_recall", gold, ABSTAINS) == 0


def test_cited_article_wants_the_whole_citation_inside() -> None:
    gold = {"file": "a.txt", "article_spans": [[0, 6], [9, 12]]}
    reply = _answer("x", citations=[_citation("q", [1, 3], [9, 10]), _citation("q", [4, 8])])
    assert _value("cited_article", gold, reply) == 0.5


def _alce(claims: list[tuple[str, list[int]]], quotes: list[str]) -> Json:
    listed = [{"text": text, "citations": markers} for text, markers in claims]
    return _answer("x", claims=listed, citations=[_citation(q, [0, 1], marker=n) for n, q in enumerate(quotes, 1)])


def test_citation_recall_and_precision_follow_alces_definitions() -> None:
    # Supported by two together: both needed. The third supports nothing but does not hurt recall.
    reply = _alce([("甲+乙", [1, 2, 3])], ["甲", "乙", "丙"])
    assert _value("citation_recall", {}, reply) == 1
    assert _value("citation_precision", {}, reply) == pytest.approx(2 / 3)
    # Each supports alone: neither is irrelevant though one would do.
    assert _value("citation_precision", {}, _alce([("甲", [1, 2])], ["甲", "甲甲"])) == 1
    # Not supported: recall 0, and none of its citations is precise.
    both = _alce([("甲", [1]), ("丁", [2])], ["甲", "乙"])
    assert _value("citation_recall", {}, both) == 0.5
    assert _value("citation_precision", {}, both) == 0.5
    assert _value("citation_recall", {}, _alce([("甲", [])], [])) == 0
    assert _value("citation_recall", {}, ABSTAINS) is None


def test_an_answer_without_claims_is_unscored_for_citations() -> None:
    plain = {"answer": "三座", "abstained": False}
    assert isinstance(_score("citation_recall", {}, plain), Unscored)
    assert isinstance(_score("unsupported_claim_rate", {}, plain), Unscored)


def test_the_replys_own_verdict_does_not_make_a_claim_supported() -> None:
    reply = _alce([("甲", [1]), ("丁", [1]), ("乙", [])], ["甲"])
    for claim in reply["claims"]:
        claim["verdict"] = "supported"
    outcome = _score("unsupported_claim_rate", {}, reply)
    assert isinstance(outcome, Score)
    assert outcome.parts == (2, 3)


def test_abstention_precision_looks_at_replies_and_recall_at_questions() -> None:
    assert _value("abstention_precision", BRIDGES, ABSTAINS) == 0
    assert _value("abstention_precision", NONE, ABSTAINS) == 1
    assert _value("abstention_precision", NONE, _answer("三座")) is None
    assert _value("abstention_recall", NONE, _answer("三座")) == 0
    assert _value("abstention_recall", BRIDGES, ABSTAINS) is None
    assert _value("wrong_abstention_rate", BRIDGES, ABSTAINS) == 1
    assert _value("abstention_reason", NONE, ABSTAINS) == 1
    assert _value("abstention_reason", {**NONE, "reason": "other_place"}, ABSTAINS) == 0


def test_the_risk_coverage_area_is_the_mean_risk_of_the_surest() -> None:
    parts = np.array([[0.9, 0], [0.8, 1], [0.7, 0], [0.6, 1]], dtype=float)
    measure = build_measures(["aurc"], BENCH)[0]
    assert measure.combine(parts) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=12))
def test_the_area_does_not_depend_on_the_order_of_ties(rows: list[tuple[float, bool]]) -> None:
    parts = np.array([[confidence, wrong] for confidence, wrong in rows], dtype=float)
    assert curve(parts)[1].mean() == pytest.approx(curve(parts[::-1])[1].mean())
    assert curve(parts)[1][-1] == pytest.approx(parts[:, 1].mean())


def test_verdicts_count_partial_as_not_supported() -> None:
    true, false = {"label": "supported"}, {"label": "unsupported"}
    assert _value("verdict_accuracy", false, {"verdict": "partial"}, task="verify") == 1
    assert _value("verdict_accuracy", true, {"verdict": "partial"}, task="verify") == 0
    assert _value("false_claims_caught", true, {"verdict": "supported"}, task="verify") is None
    assert _value("true_claims_kept", true, {"verdict": "supported"}, task="verify") == 1
    assert isinstance(_score("verdict_accuracy", true, {"verdict": None}, task="verify"), Unscored)


def test_nuggets_are_counted_over_all_articles() -> None:
    nuggets = [{"must": [["三座"]], "vital": True}, {"must": [["五座"]], "vital": False}]
    outcome = _score("nugget_recall", {"nuggets": nuggets}, {"summary": "甲地三座桥"}, task="summarise")
    assert isinstance(outcome, Score)
    assert list(outcome.parts) == [1, 2]
    assert _value("vital_nugget_recall", {"nuggets": nuggets}, {"summary": "三座"}, task="summarise") == 1


def test_fact_density_is_facts_a_hundred_characters() -> None:
    outcome = _score("fact_density", {}, {"summary": "投入320万元" + "桥" * 43}, task="summarise")
    assert isinstance(outcome, Score)
    assert list(outcome.parts) == pytest.approx([1, 0.5])


def test_the_first_sentence_is_judged_whether_or_not_it_was_said() -> None:
    reply = {**ABSTAINS, "sentences": ["甲地有三座桥", "无"]}
    assert _value("sentence@1", {"answers": ["三座"]}, reply, task="read") == 1
    assert isinstance(_score("sentence@1", {"answers": ["三座"]}, ABSTAINS, task="read"), Unscored)


def _lcs(a: str, b: str) -> int:
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


@given(st.text("甲乙丙丁", max_size=30), st.text("甲乙丙丁", max_size=30))
def test_the_longest_common_subsequence_agrees_with_the_textbook_table(a: str, b: str) -> None:
    assert longest_common(a, b) == _lcs(a, b)


def test_rouge_l_is_the_f_measure_of_lin() -> None:
    common, said, wanted = _lcs("甲乙丙丁戊", "甲丙戊己"), 5, 4
    precision, recall = common / said, common / wanted
    assert rouge_l("甲乙丙丁戊", "甲丙戊己") == pytest.approx(2 * precision * recall / (precision + recall))
    assert rouge_l("", "甲") == 0


def _chrf(text: str, reference: str) -> float:
    """chrF2 after Popović 2015: mean precision and recall of character 1- to 6-grams, beta 2."""
    precisions, recalls = [], []
    for n in range(1, 7):
        a = [text[i : i + n] for i in range(len(text) - n + 1)]
        b = [reference[i : i + n] for i in range(len(reference) - n + 1)]
        if not a or not b:
            continue
        shared = sum(min(a.count(gram), b.count(gram)) for gram in set(a))
        precisions.append(shared / len(a))
        recalls.append(shared / len(b))
    p, r = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 100 * 5 * p * r / (4 * p + r) if p + r else 0.0


def test_chrf_is_popovics() -> None:
    text, reference = "甲地新建三座大桥通车", "甲地三座新桥建成通车"
    gold = {"reference": reference}
    assert _value("chrf", gold, {"summary": text}, task="summarise") == pytest.approx(_chrf(text, reference), abs=1e-6)


def _ndcg(ranked: list[str], judged: dict[str, int], k: int) -> float:
    gains = [judged.get(name, 0) / math.log2(rank + 1) for rank, name in enumerate(ranked[:k], 1)]
    ideal = sorted(judged.values(), reverse=True)[:k]
    return sum(gains) / sum(gain / math.log2(rank + 1) for rank, gain in enumerate(ideal, 1))


@given(st.permutations([f"d{n}" for n in range(12)]), st.lists(st.integers(0, 2), min_size=12, max_size=12))
def test_ranking_measures_agree_with_their_formulas(ranked: list[str], grades: list[int]) -> None:
    judged = {f"d{n}": grade for n, grade in enumerate(grades)}
    if not any(judged.values()):
        judged["d0"] = 1
    reply = {"ranking": [[name, 1.0 - 0.01 * rank] for rank, name in enumerate(ranked)]}
    relevant = {name for name, grade in judged.items() if grade}
    first = min(rank for rank, name in enumerate(ranked, 1) if name in relevant)
    found = len(relevant & set(ranked[:5]))
    wanted = {
        "nDCG@5": _ndcg(ranked, judged, 5),
        "R@5": found / len(relevant),
        "RR@10": 1 / first if first <= 10 else 0.0,
        "Success@1": float(ranked[0] in relevant),
        "all_gold@5": float(found == len(relevant)),
    }
    for name, value in wanted.items():
        assert _value(name, {"qrels": judged}, reply, task="search") == pytest.approx(value), name


def test_a_query_without_a_ranking_counts_as_nothing_found() -> None:
    for name in ("nDCG@10", "R@10", "all_gold@10"):
        assert _value(name, {"qrels": {"d": 1}}, {"ranking": []}, task="search") == 0


def test_an_unknown_measure_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SuiteError, match="did you mean answer_match"):
        build_measures(["answers_match"], BENCH)
    with pytest.raises(SuiteError, match="no measure 'nDGC@x'"):
        build_measures(["nDGC@x"], BENCH)


def test_every_measure_says_what_it_is_and_where_it_comes_from() -> None:
    for measure in known_measures():
        assert measure.source
        assert type(measure).__doc__
        assert measure.better in ("higher", "lower")


@pytest.mark.parametrize("name", suite_names())
def test_every_suite_names_measures_that_exist(name: str) -> None:
    suite = load_suite(name)
    assert len(build_measures(suite.measures, BENCH)) == len(suite.measures)
    assert suite.name == name


# --- digests ---

DIGEST_GOLD: Json = {
    "items": [
        {"item": "a", "file": "a.txt", "at": 2, "groups": ["桥"]},
        {"item": "b", "file": "a.txt", "at": 12, "groups": ["桥", "甲县"]},
        {"item": "c", "file": "a.txt", "at": 22, "groups": ["书", "甲县"]},
        {"item": "d", "file": "a.txt", "at": 32, "groups": ["桥"]},
    ],
    "copies": [["a", "d"]],
}


def _digest(groups: list[list[int]], merged: list[str], *, left_out: tuple[str, ...] = ()) -> Json:
    """A reply over articles A to D of ten characters each; D may be merged into the story of A."""
    names = [name for name in "ABCD" if name not in merged]
    return {
        "articles": [
            {"article_id": name, "document": "a.txt", "source_spans": [[at * 10, at * 10 + 10]]}
            for at, name in enumerate("ABCD")
        ],
        "stories": [{"article_id": name, "merged": merged if name == "A" else []} for name in names],
        "groups": [{"place": None, "subject": None, "stories": stories} for stories in groups],
        "coverage": {"used": names, "merged": merged, "left_out": [{"article_id": name} for name in left_out]},
    }


def _of_digest(name: str, reply: Json) -> float | None:
    return _value(name, DIGEST_GOLD, reply, task="digest")


def test_every_article_asked_for_stands_in_the_coverage_once_and_no_other() -> None:
    assert _of_digest("coverage_complete", _digest([[0, 1, 2]], ["D"])) == 1
    assert _of_digest("coverage_complete", _digest([[0, 1, 2]], ["D"], left_out=("C",))) == 0.75
    assert _of_digest("coverage_complete", _digest([[0, 1, 2]], ["D"], left_out=("E",))) == 0.8


def test_copies_are_merged_where_one_story_tells_both() -> None:
    assert _of_digest("copies_merged", _digest([[0, 1, 2]], ["D"])) == 1
    assert _of_digest("copies_merged", _digest([[0, 1, 2, 3]], [])) == 0


def test_grouping_asks_for_first_labels_together_and_allows_any_shared_one() -> None:
    assert _of_digest("grouping_f", _digest([[0, 1], [2]], ["D"])) == 1
    # b stands with c, which it may, and not with a, which it must: precision 1, recall (1/2 + 1/2 + 1) / 3.
    assert _of_digest("grouping_f", _digest([[0], [1, 2]], ["D"])) == pytest.approx(2 * (2 / 3) / (1 + 2 / 3))


def test_figures_said_must_stand_in_a_quote_cited_for_them() -> None:
    citations = [{"marker": 1, "quote": "投资320万元,建桥三座"}, {"marker": 2, "quote": "灌田5000亩"}]
    claims = [{"text": "投资3200000元", "citations": [1]}, {"text": "灌田5000亩", "citations": [1]}]
    assert _value("unsupported_figure_rate", {}, _answer("x", claims=claims, citations=citations)) == 0.5
    claims[1]["citations"] = [2]
    assert _value("unsupported_figure_rate", {}, _answer("x", claims=claims, citations=citations)) == 0
