from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from rag.weights.examples import Asked, Examples, Rivals, cut, part_of, read_collection, without_answers

TEXT = "青溪镇位于县城以东。2021年,该镇更换水表1200只。镇长郑国栋主持了开工活动。水厂日产水3万吨。"


def asked(question: str, answer: str, text: str = TEXT, paragraph: str = "p1", part: str = "train") -> Asked:
    start = text.index(answer)
    return Asked(question, "青溪镇", text, ((start, start + len(answer)),), (answer,), paragraph, part)


def test_a_collection_is_read_with_the_spans_of_its_answers(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(
        json.dumps({"_id": "p", "title": "青溪鎮", "text": "鎮長是鄭國棟。"}), "utf-8"
    )
    query = {"_id": "q", "text": "誰是鎮長?", "answers": ["鄭國棟"], "answer_starts": [3]}
    lost = {"_id": "r", "text": "幾人?", "answers": ["八人"], "answer_starts": [-1]}
    (tmp_path / "queries.jsonl").write_text(f"{json.dumps(query)}\n{json.dumps(lost)}\n", "utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\tp\t1\nr\tp\t1\n", "utf-8")

    (one,) = read_collection(tmp_path)

    assert [one.text[slice(*span)] for span in one.spans] == ["郑国栋"]
    assert (one.question, one.title, one.answers) == ("谁是镇长?", "青溪镇", ("郑国栋",))


def test_about_a_fifth_of_the_titles_is_held_out_and_always_the_same() -> None:
    parts = [part_of("somewhere", str(number)) for number in range(2000)]
    assert parts == [part_of("somewhere", str(number)) for number in range(2000)]
    assert parts.count("choose") == pytest.approx(200, abs=60)
    assert parts.count("report") == pytest.approx(200, abs=60)


def test_a_cut_keeps_an_answer_and_knows_where_it_stands() -> None:
    one = asked("更换水表多少只?", "1200只")
    for seed in range(20):
        shown = cut(one.title, one.text, one.spans, random.Random(seed))
        assert shown is not None
        assert [shown.text[slice(*span)] for span in shown.spans] == ["1200只"]


def test_a_text_without_its_answers_holds_none_of_them() -> None:
    one = asked("谁主持了活动?", "郑国栋")
    left = without_answers(one.text, one.answers, one.spans)
    assert "郑国栋" not in left
    assert "1200只" in left


def test_the_likest_paragraph_without_the_answer_is_the_rival() -> None:
    near = asked("白石镇在哪里?", "县城以西", "白石镇更换水表300只。白石镇位于县城以西。", "p2")
    far = asked("谁唱歌?", "何敏", "何敏唱歌。", "p3")
    one = asked("青溪镇更换水表多少只?", "1200只")
    titles = [text for _, text in Rivals([one, near, far]).of(one)]
    assert titles[0] == near.text
    assert one.text not in titles


def test_an_epoch_holds_answered_and_unanswered_texts_of_the_training_part_only() -> None:
    questions = [asked(f"2021年更换水表多少只{number}?", "1200只", paragraph=f"p{number}") for number in range(30)]
    held = asked("谁主持了活动?", "郑国栋", paragraph="held", part="report")
    news = "白石镇已建成农家书屋18家,藏书4.2万册,比上年增加3000册。全镇共有260人参加读书会。" * 3

    drawn = Examples([*questions, held], [news]).epoch(seed=1, made=5)

    assert all(example.question != held.question for example in drawn)
    assert len([example for example in drawn if example.spans]) >= 30
    assert len([example for example in drawn if not example.spans]) >= 5
    assert Examples([*questions, held], [news]).epoch(seed=1, made=5) == drawn
