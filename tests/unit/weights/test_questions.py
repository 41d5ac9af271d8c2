from __future__ import annotations

import random

from rag.weights.questions import LONGEST, SHORTEST, made_questions

NEWS = (
    "本报讯(记者 林晓)3月18日,白石镇在文化站举办第三届读书会,共有260人参加。"
    "白石镇已建成农家书屋18家,藏书4.2万册,比上年增加3000册。副镇长何敏主持了当天的开幕活动并讲话。"
)


def _all(seeds: int) -> list[tuple[str, tuple[int, int]]]:
    return [made for seed in range(seeds) for made in made_questions(NEWS, random.Random(seed))]


def test_a_made_question_asks_and_does_not_hold_its_answer() -> None:
    made = _all(40)
    assert len({question for question, _ in made}) > 10
    for question, (start, end) in made:
        assert SHORTEST <= len(question) <= LONGEST
        assert NEWS[start:end] not in question
        assert any(word in question for word in ("多少", "谁", "哪", "什么", "何时", "几"))


def test_a_figure_is_asked_for_by_its_unit() -> None:
    asked = {NEWS[start:end]: question for question, (start, end) in _all(60)}
    assert "260人" in asked
    assert "多少人" in asked["260人"]


def test_the_same_seed_makes_the_same_questions() -> None:
    assert list(made_questions(NEWS, random.Random(3))) == list(made_questions(NEWS, random.Random(3)))


def test_a_text_without_facts_makes_no_question() -> None:
    assert list(made_questions("大家都很高兴地走来走去,说说笑笑。", random.Random(0))) == []
