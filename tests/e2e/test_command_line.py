"""The command line as a user meets it: real processes, real exit statuses, data on stdout and talk on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, SEEDS

QUESTION = "六安经开区园区非公组织党员有多少人?"


class Gazette:
    """Runs `gazette` on one data folder."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.store = store
        self.folder = folder

    def __call__(self, *words: str, stdin: bytes = b"", expect: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZETTE_")}
        environment |= {"GAZETTE_STORE__PATH": str(self.store), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        code = "from rag.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], input=stdin, capture_output=True, env=environment, cwd=self.folder
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert done.returncode == expect, (words, done.returncode, out[-2000:], err[-3000:])
        assert "Traceback" not in err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def json(self, *words: str, stdin: bytes = b"", expect: int = 0) -> Any:
        return json.loads(self(*words, stdin=stdin, expect=expect).stdout)

    def lines(self, *words: str, stdin: bytes = b"", expect: int = 0) -> list[Any]:
        return [json.loads(line) for line in self(*words, stdin=stdin, expect=expect).stdout.splitlines()]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Gazette:
    folder = tmp_path_factory.mktemp("command-line")
    gazette = Gazette(folder / "store", folder)
    report = gazette.json("ingest", str(SEEDS), "--json")
    assert (report["documents"], report["unchanged"], report["failed"]) == (5, 0, [])
    return gazette


@pytest.fixture
def empty(tmp_path: Path) -> Gazette:
    return Gazette(tmp_path / "store", tmp_path)


def test_an_answer_carries_the_figure_the_quote_and_exact_spans(seeded: Gazette) -> None:
    answer = seeded.json("ask", QUESTION, "--json")
    assert "1647人" in answer["answer"]
    for citation in answer["citations"]:
        text = (SEEDS / citation["document"]).read_bytes().decode("utf-8")
        assert "".join(text[start:end] for start, end in citation["source_spans"]) == citation["quote"]
    start, end = answer["claims"][0]["answer_span"]
    assert answer["answer"][start:end] == "1647人"


def test_an_abstention_is_a_reply_with_exit_status_0(seeded: Gazette) -> None:
    answer = seeded.json("ask", "六安经开区2019年的财政收入是多少?", "--json")
    assert answer["abstained"]
    assert answer["answer"] is None
    assert answer["claims"] == []
    assert answer["abstention"]["message"]
    assert answer["abstention"]["nearest"]


def test_segment_and_articles_agree_on_ids_before_and_after_ingest(seeded: Gazette) -> None:
    stored = {article["article_id"]: article for article in seeded.lines("articles", "--json")}
    for page in sorted(SEEDS.iterdir()):
        for piece in seeded.lines("segment", str(page), "--json"):
            assert stored[piece["article_id"]]["text"] == piece["text"]


def test_the_same_bytes_twice_are_unchanged_and_a_bad_file_does_not_stop_the_rest(empty: Gazette) -> None:
    folder = empty.folder / "pages"
    folder.mkdir()
    (folder / "good.txt").write_text("# 标题一则\n\n本报讯 今天召开会议,共有35人参加。\n", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "table.xls").write_bytes(b"\x00\x01")
    first = empty.json("ingest", str(folder), "--json", expect=3)
    assert (first["documents"], first["skipped"], len(first["failed"])) == (1, 1, 1)
    assert first["failed"][0]["source"].endswith("empty.txt")
    again = empty.json("ingest", str(folder), "--json", expect=3)
    assert (again["documents"], again["unchanged"]) == (0, 1)


def test_a_deleted_document_is_never_found_again(empty: Gazette) -> None:
    page = empty.folder / "page.txt"
    page.write_text("# 市图书馆新馆开放\n\n本报讯 市图书馆新馆昨日开放,藏书达到83万册。\n", encoding="utf-8")
    empty("ingest", str(page))
    assert "83万册" in empty.json("ask", "市图书馆新馆藏书多少册?", "--json")["answer"]
    document = empty.lines("documents", "--json")[0]["document_id"]
    empty("delete", document)
    assert empty.json("ask", "市图书馆新馆藏书多少册?", "--json")["abstained"]
    assert empty.lines("articles", "--json") == []
    assert (
        "no such document" in empty("delete", document, expect=1).stderr.lower()
        or "document" in empty("delete", document, expect=1).stderr
    )


def test_standard_input_and_records_are_taken_in_under_their_own_names(empty: Gazette) -> None:
    empty("ingest", "-", stdin="# 一则短讯\n\n本报讯 大桥全长1280米。\n".encode())
    records = empty.folder / "corpus.jsonl"
    rows = [{"_id": "n1", "title": "新桥通车", "text": "新桥昨日通车,全长3456米。", "date": "2023-07-06"}]
    records.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    empty("ingest", str(records))
    assert {row["document"] for row in empty.lines("documents", "--json")} == {"stdin", "n1"}
    found = empty.json("ask", "新桥全长多少米?", "--from", "2023-07-01", "--to", "2023-07-31", "--json")
    assert "3456米" in found["answer"]
    assert found["undated_left_out"] == 1


def test_a_batch_search_writes_a_trec_run_named_by_document(seeded: Gazette) -> None:
    queries, run = seeded.folder / "queries.jsonl", seeded.folder / "out.trec"
    queries.write_text(
        '{"_id": "q1", "text": "园区非公组织党员", "lang": "zh-Hans"}\n{"id": 2, "query": "徐州"}\n', "utf-8"
    )
    seeded("search", "--batch", str(queries), "--run", str(run), "--k", "3")
    rows = [line.split() for line in run.read_text("utf-8").splitlines()]
    assert [row[3] for row in rows if row[0] == "q1"] == ["1", "2", "3"]
    assert next(row[2] for row in rows if row[0] == "q1").startswith("003")
    assert next(row[2] for row in rows if row[0] == "2").startswith("002")
    scores = [float(row[4]) for row in rows if row[0] == "q1"]
    assert scores == sorted(scores, reverse=True)


def test_summaries_are_one_row_an_article_and_the_same_bytes_every_time(seeded: Gazette) -> None:
    first, second = seeded.folder / "one.jsonl", seeded.folder / "two.jsonl"
    seeded("summarise", "--all", "--out", str(first))
    seeded("summarise", "--all", "--out", str(second))
    assert first.read_bytes() == second.read_bytes()
    rows = [json.loads(line) for line in first.read_text("utf-8").splitlines()]
    articles = {
        article["article_id"]
        for article in seeded.lines("articles", "--json")
        if article["kind"] != "furniture" and not article["duplicate_of"]
    }
    assert len(rows) == len(articles)
    assert {row["article_id"] for row in rows} == articles


def test_a_text_is_checked_claim_by_claim_with_and_without_an_index(seeded: Gazette) -> None:
    draft = "园区非公组织党员达到1647人。园区非公组织党员达到1746人。"
    verdicts = [claim["verdict"] for claim in seeded.json("verify", "-", "--json", stdin=draft.encode())["claims"]]
    assert verdicts[0] == "supported"
    assert verdicts[1] != "supported"
    row = {"id": 7, "claim": "大桥全长1280米", "evidence": ["大桥全长1,280米,昨日通车。"], "note": "ignored"}
    judged = seeded.json("verify", "-", "--json", stdin=json.dumps(row, ensure_ascii=False).encode())
    assert (judged["id"], judged["verdict"]) == (7, "supported")


def test_an_article_that_is_not_there_is_named(seeded: Gazette) -> None:
    assert "art_nothing" in seeded("show", "art_nothing", expect=1).stderr


def test_a_dry_run_stores_nothing(empty: Gazette) -> None:
    report = empty.json("ingest", str(SEEDS), "--dry-run", "--json")
    assert report["documents"] == 5
    assert report["articles"] > 20
    assert not empty.store.exists()


@pytest.mark.parametrize("words", [("documents",), ("articles",), ("show", "art_nothing")])
def test_looking_where_nothing_was_taken_in_makes_no_folder_and_says_what_to_do(
    empty: Gazette, words: tuple[str, ...]
) -> None:
    told = empty(*words, expect=1).stderr
    assert str(empty.store) in told
    assert "gazette ingest" in told
    assert not empty.store.exists()


@pytest.mark.parametrize("words", [("documents",), ("delete", "doc_0"), ("ask", "谁"), ("ingest", "page.txt")])
def test_a_file_in_the_place_of_the_data_folder_is_named_by_every_command(
    empty: Gazette, words: tuple[str, ...]
) -> None:
    empty.store.write_text("")
    assert f"data folder {empty.store}: a file is in its place" in empty(*words, expect=1).stderr


def test_a_summary_never_cites_a_name_or_a_date_that_is_gone(empty: Gazette) -> None:
    page, moved = empty.folder / "x.txt", empty.folder / "y.txt"
    page.write_text("# 市图书馆新馆开放\n\n本报讯 市图书馆新馆昨日开放,藏书达到83万册。\n", encoding="utf-8")
    empty("ingest", str(page))
    (undated,) = empty.lines("summarise", "--all")
    assert {one["published"] for one in undated["citations"]} == {None}
    dated = empty.json("ingest", str(page), "--date", "2023-06-04", "--json")
    assert (dated["documents"], dated["unchanged"]) == (1, 0)
    again = empty.json("ingest", str(page), "--json")
    assert (again["documents"], again["unchanged"]) == (0, 1)
    (row,) = empty.lines("summarise", "--all")
    assert {one["published"] for one in row["citations"]} == {"2023-06-04"}
    empty("delete", empty.lines("documents", "--json")[0]["document_id"])
    page.rename(moved)
    empty("ingest", str(moved))
    (row,) = empty.lines("summarise", "--all")
    assert {row["document"], *(one["document"] for one in row["citations"])} == {"y.txt"}


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("ask",), 2, "QUESTION"),
        (("ask", "x", "--from", "gestern"), 2, "--from"),
        (("ingest", "nowhere.txt"), 1, "nowhere.txt"),
        (("search",), 2, "QUESTION"),
        (("--collection", "../x", "documents"), 1, "GAZETTE_STORE__COLLECTION"),
        (("nonsense",), 2, "nonsense"),
        (("ask", " "), 2, "blank"),
        (("ask", "x", "--from", "2024-02-01", "--to", "2024-01-01"), 2, "--from"),
        (("ask", "x", "--document", "nowhere.txt"), 1, "nowhere.txt"),
    ],
)
def test_mistakes_are_named_with_the_status_that_was_promised(
    empty: Gazette, words: tuple[str, ...], status: int, told: str
) -> None:
    done = empty(*words, expect=status)
    assert told in done.stderr
    assert status == 1 or done.stdout == ""


def test_a_page_from_standard_input_is_cut_like_the_file(seeded: Gazette) -> None:
    page = next(SEEDS.glob("002*"))
    piped = seeded.lines("segment", "-", "--json", stdin=page.read_bytes())
    assert piped == seeded.lines("segment", str(page), "--json")


def test_names_with_blanks_stay_one_column_of_a_trec_run(empty: Gazette) -> None:
    (empty.folder / "第 2 版.txt").write_text("# 新桥通车\n\n大桥全长1280米。\n", encoding="utf-8")
    empty("ingest", str(empty.folder / "第 2 版.txt"))
    queries, run = empty.folder / "q.jsonl", empty.folder / "out.trec"
    queries.write_text('\ufeff{"_id": "q 1", "text": "大桥"}\n', "utf-8")
    empty("search", "--batch", str(queries), "--run", str(run))
    (line,) = run.read_text("utf-8").splitlines()
    assert line.split()[:4] == ["q%201", "Q0", "第%202%20版.txt", "1"]


def test_doctor_and_config_tell_the_state(seeded: Gazette) -> None:
    assert "agree with the ledger" in seeded("doctor").stdout
    assert "store.path" in seeded("config", "show", "--origin").stdout
