"""The report as a reader opens it: what stands on it, and that nothing it shows can break it."""

from __future__ import annotations

import asyncio
import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measures import Bench, build_measures
from evals.record import RunFolder
from evals.report import render
from evals.report.evidence import citations
from evals.report.markup import join, marked, tag, visible
from evals.report.plots import Bar, bar_plot, curve_plot, histogram, steps_plot
from evals.report.sources import read_sources
from evals.runner import judged, run
from evals.samples import Sample
from tests.unit.evals.conftest import GOOD, MakeJob

Json = dict[str, Any]
ALL_RIGHT = {"q0": "三座", "q1": "三座", "q3": "三座", "q4": "三座"}
HOSTILE = "</details></style><script>alert('一')</script><img src=//x onerror=y>\"'&\u202e\x1b\x00\ud800"
_VOID = {"meta"}


class _Checker(HTMLParser):
    """Every element that opens closes in its order; what may not be there is not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in _VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{tag} {name}"
            assert name not in {"style", "src", "srcset", "action", "xlink:href"}, f"{tag} {name}"
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> _Checker:
    checker = _Checker()
    checker.feed(page)
    checker.close()
    assert not checker.open
    assert len(checker.ids) == len(set(checker.ids))
    assert all(link.startswith("#") and link[1:] in checker.ids for link in checker.links)
    assert not checker.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "foreignobject"}
    page.encode("utf-8")
    return checker


def made(make_job: MakeJob, root: Path, replies: Json, **options: Any) -> RunFolder:
    folder = RunFolder.create(root, "small")
    asyncio.run(run(make_job(replies, **options), folder))
    return folder


def boxes(page: str) -> list[str]:
    return re.findall(r'<details id="(r\d+-[^"]*)"', page)


def test_the_report_holds_every_sample_with_quotes_verdicts_and_interval(make_job: MakeJob, tmp_path: Path) -> None:
    page = render([made(make_job, tmp_path, GOOD, gates=({"measure": "accuracy", "min": 0.99},))])
    assert sorted(boxes(page)) == [f"r1-q{n}" for n in range(6)]
    for wanted in ("第0地有几座桥", "supported", "0.75", "fails", "TargetError: gone", "not_stated", "characters 3–5"):
        assert wanted in page
    assert "<mark>三座</mark>" in page
    assert "failing: accuracy" in page
    checked(page)


def test_what_went_wrong_stands_first(make_job: MakeJob, tmp_path: Path) -> None:
    page = render([made(make_job, tmp_path, GOOD)])
    assert re.findall(r"<b>(\w[\w ]*): (\d)</b>", page) == [("Failed", "1"), ("Wrong", "1"), ("Right", "4")]


def test_the_report_fetches_nothing_and_runs_no_script(make_job: MakeJob, tmp_path: Path) -> None:
    page = render([made(make_job, tmp_path, GOOD)])
    checked(page)
    assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/)|//[a-z]+\.", page)
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    policy = re.search(r'content="(default-src [^"]*)"', page)
    assert style
    assert policy
    from base64 import b64encode

    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{digest}&#x27;" in policy[1]


def test_what_the_report_shows_cannot_break_it(make_job: MakeJob, tmp_path: Path) -> None:
    folder = made(make_job, tmp_path, {"q0": "x"})
    rows = folder.rows()
    rows[0]["input"]["question"] = rows[0]["type"] = rows[0]["id"] = HOSTILE
    rows[0]["reply"] |= {"answer": HOSTILE, "dropped": [HOSTILE], "standalone_question": HOSTILE}
    rows[0]["reply"]["claims"][0] |= {"text": HOSTILE, "verdict": HOSTILE, "reason": HOSTILE}
    rows[0]["reply"]["citations"][0] |= {"quote": HOSTILE, "document": HOSTILE, "title": HOSTILE}
    rows[0]["unscored"] = {HOSTILE: HOSTILE}
    (folder.path / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    summary = folder.summary()
    summary["by_type"][HOSTILE] = summary["by_type"]["fact"]
    summary["model"] = summary["target"] = HOSTILE
    (folder.path / "run.json").write_text(json.dumps(summary))
    page = render([folder, folder])
    checked(page)
    assert "&lt;script&gt;" in page
    assert not {"\u202e", "\x1b", "\x00", "\ud800"} & set(page)
    assert "&lt;U+202E&gt;" in page


@given(st.text())
def test_any_text_comes_back_from_the_markup_as_it_was_but_for_what_is_made_visible(text: str) -> None:
    read: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            read.append(data)

    reader = Reader(convert_charrefs=True)
    reader.feed(tag("p", text, title=text))
    reader.close()
    assert "".join(read) == visible(text)


@given(
    st.text(alphabet="甲乙<&", min_size=1, max_size=30), st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)))
)
def test_marking_adds_marks_and_changes_no_text(text: str, spans: list[tuple[int, int]]) -> None:
    page = marked(text, spans)
    assert page.replace("<mark>", "").replace("</mark>", "") == join(text)
    inside = {at for start, end in spans for at in range(max(start, 0), min(end, len(text)))}
    shown = "".join(re.findall(r"<mark>(.*?)</mark>", page))
    assert shown == join("".join(text[at] for at in sorted(inside)))


def test_two_runs_show_what_flipped_with_both_answers_and_links(make_job: MakeJob, tmp_path: Path) -> None:
    runs = [made(make_job, tmp_path, GOOD), made(make_job, tmp_path, {**ALL_RIGHT, "q0": "九座"})]
    page = render(runs)
    checked(page)
    assert "small: accuracy over runs" in page
    assert "#2 against #1" in page
    assert re.search(r"Lost by accuracy: <span class=\"bad\">1</span>", page)
    assert '<a href="#r1-q0">q0 in #1</a>' in page
    assert "over runs" not in render(runs[:1])


def test_three_runs_show_their_trend_and_no_pair(make_job: MakeJob, tmp_path: Path) -> None:
    page = render([made(make_job, tmp_path, GOOD) for _ in range(3)])
    checked(page)
    assert "small: 3 runs" in page
    assert "against #1" not in page


def test_runs_over_other_data_are_shown_but_said_to_be_not_comparable(make_job: MakeJob, tmp_path: Path) -> None:
    runs = [made(make_job, tmp_path, GOOD), made(make_job, tmp_path, GOOD)]
    rows = runs[1].rows()
    rows[0]["gold"]["answers"] = ["九座"]
    runs[1].write_rows(rows)
    assert "Not comparable: 1 questions differ" in render(runs)


def test_a_large_run_is_cut_to_a_bounded_page_that_says_so_wrong_ones_first(make_job: MakeJob, tmp_path: Path) -> None:
    folder = made(make_job, tmp_path, GOOD)
    rows = folder.rows()
    folder.write_rows([{**row, "id": f"{row['id']}-{copy}"} for copy in range(400) for row in rows])
    page = render([folder], max_chars=700_000)
    assert len(page) < 900_000
    assert {name.split("-")[1] for name in boxes(page)} == {"q0", "q2", "q4", "q5"} or len(boxes(page)) < 2400
    assert sum("-q5-" in name for name in boxes(page)) == 400
    left = [int(count) for count in re.findall(r"(\d+) more are left out here", page)]
    assert sum(left) + len(boxes(page)) == 2400
    checked(page)


def test_a_quote_is_shown_in_its_text_while_the_file_is_the_one_asked_over(tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    file.write_text("甲地昨天通车。乙地有三座桥。丙地无桥。", encoding="utf-8")
    summary = {"data": [{"path": str(file), "sha256": sha256(file.read_bytes()).hexdigest()}]}
    citation = {"marker": 1, "document": "page.txt", "quote": "乙地有三座桥", "source_spans": [[7, 13]]}
    rows = [{"reply": {"citations": [citation]}, "gold": {}}]
    shown = join(*citations("Citations", [citation], read_sources(summary, rows)))
    assert "甲地昨天通车。<mark>乙地有三座桥</mark>。丙地无桥" in shown
    moved = {**citation, "source_spans": [[6, 12]]}
    assert "are not the quote" in join(*citations("Citations", [moved], read_sources(summary, rows)))
    file.write_text("别的", encoding="utf-8")
    assert read_sources(summary, rows) == {}


def test_documents_of_a_corpus_file_are_read_by_id(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text("".join(json.dumps({"_id": name, "text": name * 3}) + "\n" for name in "abc"), encoding="utf-8")
    summary = {"data": [{"path": str(file), "sha256": sha256(file.read_bytes()).hexdigest()}]}
    rows = [{"reply": {"ranking": [["a", 1.0]]}, "gold": {"qrels": {"c": 1}}}]
    assert read_sources(summary, rows) == {"a": "aaa", "c": "ccc"}


@pytest.mark.parametrize("task", ["search", "read", "verify", "summarise", "segment"])
def test_every_task_can_be_opened(task: Any, make_job: MakeJob, tmp_path: Path) -> None:
    inputs: dict[str, tuple[Json, Json, Json, str]] = {
        "search": (
            {"question": "问"},
            {"qrels": {"d9": 2}},
            {"ranking": [[f"d{n}", 1 / n] for n in range(1, 12)]},
            "<td class=\"number\">9</td>",
        ),
        "read": (
            {"question": "问", "texts": [{"name": f"t{n}", "text": "甲" * 400} for n in range(20)]},
            {"answerable": True, "answers": ["甲"]},
            {"answer": "甲", "citations": [{"marker": 1, "document": "t19", "quote": "甲", "source_spans": [[0, 1]]}]},
            "8 further texts are left out",
        ),
        "verify": (
            {"claim": "甲有桥", "evidence": ["甲有三桥", "乙"]},
            {"label": "supported"},
            {"verdict": "supported", "reason": None, "quotes": [{"evidence": 0, "start": 2, "end": 4}]},
            "甲有<mark>三桥</mark>",
        ),
        "summarise": (
            {"document": "d"},
            {"nuggets": [{"nugget": "三桥建成", "must": [["三桥"]], "vital": True}]},
            {"summary": "甲有三桥", "claims": []},
            "三桥建成",
        ),
        "segment": (
            {"path": "p"},
            {"articles": [{"kind": "article", "title": "甲", "spans": [[0, 5]]}]},
            {"articles": [{"kind": "article", "title": "乙", "source_spans": [[0, n] for n in range(1, 6)]}]},
            "(5 spans)",
        ),
    }  # fmt: skip
    given_, gold, reply, wanted = inputs[task]
    folder = made(make_job, tmp_path, GOOD)
    measures = build_measures(["nDCG@10", "verdict_accuracy"], Bench())
    folder.write_rows([judged(Sample("one", task, "t", None, given_, gold), reply, 0.1, measures)])
    page = render([folder])
    checked(page)
    assert wanted in page


def test_plots_say_where_their_axis_starts_and_what_lies_beyond() -> None:
    bars = [Bar("1", 0.9, 0.85, 0.95, 10), Bar("5", 0.97, None, None, 10)]
    assert "the axis starts at 0.85" in steps_plot(bars, caption="c", x="k", y="r")
    assert "n 10" in bar_plot(bars, caption="c")
    drawn = histogram([1.0] * 199 + [900.0], caption="c", x="ms", marks=[("p50", 1.0)])
    assert "1 beyond 1 stand in the last class" in drawn
    many = curve_plot([(n / 5000, 0.1) for n in range(5001)], caption="c", x="x", y="y")
    assert many.count(",") < 400


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60))
def test_a_histogram_counts_every_value_once(values: list[float]) -> None:
    counted = re.findall(r"ms: (\d+)</title>", histogram(values, caption="c", x="ms"))
    assert sum(map(int, counted)) == len(values)


def test_what_a_judge_said_stands_beside_our_verifier(make_job: MakeJob, tmp_path: Path) -> None:
    folder = made(make_job, tmp_path, GOOD)
    assert "A model as judge" not in render([folder])
    same = {"mean": 0.75, "low": 0.5, "high": 1.0, "n": 8}
    both = {"judge": same, "verifier": None, "unscored": 1}
    shape = {"judge": HOSTILE, "n": 9, "unscored": 1, "with_verifier": {"same": same, "kappa": None}, "with_gold": None}
    folder.write_text("judge.json", json.dumps({**shape, "citations": {"citation_recall": both}}))
    page = render([folder])
    checked(page)
    assert "9 claims judged, 1 unscored" in page
    assert "citation_recall by the judge" in page
