"""Both sides of a figure: copies compared sentence by sentence, other stories where they tell of the same thing."""

from __future__ import annotations

from dataclasses import replace

from rag.digest import Item
from rag.models import Evidence
from rag.replies import whole_article
from rag.sides import other_sides, quoted
from rag.verify import RuleVerifier
from tests.unit.digest.stories import article

JUDGE = RuleVerifier()


def _story(name: str, text: str, title: str, said: str, **fields: object) -> tuple[Item, Evidence]:
    one = article(name, text, title=title, document_id=f"doc_{name}", published="2024-05-04")
    evidence = whole_article(one, f"{name}.txt", text)
    statement = quoted(said, evidence, JUDGE)
    assert statement is not None
    return replace(Item(one, f"{name}.txt", (statement,)), **fields), evidence  # type: ignore[arg-type]


FIRE = "甘泉县仓库昨日发生火灾。火灾造成甘泉县仓库工人死亡3人。消防人员赶到现场。"
OTHER_FIRE = "甘泉县仓库昨日发生大火。火灾造成甘泉县仓库工人死亡5人。原因正在调查。"


def test_two_reports_of_one_event_with_other_figures_are_both_quoted() -> None:
    one, here = _story("a", FIRE, "甘泉县仓库火灾", "火灾造成甘泉县仓库工人死亡3人。")
    two, there = _story("b", OTHER_FIRE, "甘泉县仓库大火", "甘泉县仓库昨日发生大火。")
    items, clashes = other_sides([one, two], {"a": here, "b": there}, JUDGE)
    assert [(clash.first.text, clash.second.text) for clash in clashes] == [
        ("火灾造成甘泉县仓库工人死亡3人。", "火灾造成甘泉县仓库工人死亡5人。")
    ]
    assert "互相矛盾" in clashes[0].reason
    assert items[0].others == ((clashes[0].first, clashes[0].second),)
    assert clashes[0].second.citations[0].article_id == "b"


def test_sentences_made_from_one_form_in_reports_of_other_things_contradict_nothing() -> None:
    one, here = _story(
        "a", "石门镇举办书画展。现有注册会员志愿者共计300人。", "书画展开幕", "现有注册会员志愿者共计300人。"
    )
    two, there = _story(
        "b", "清水镇修建公路。现有注册会员志愿者共计500人。", "公路动工", "现有注册会员志愿者共计500人。"
    )
    assert not other_sides([one, two], {"a": here, "b": there}, JUDGE)[1]


def test_a_copy_that_prints_another_figure_is_quoted_beside_the_line() -> None:
    one, here = _story("a", FIRE, "甘泉县仓库火灾", "火灾造成甘泉县仓库工人死亡3人。", merged=("c",))
    _, copy = _story("c", FIRE.replace("3人", "4人"), "甘泉县仓库火灾", "甘泉县仓库昨日发生火灾。")
    _, clashes = other_sides([one], {"a": here, "c": copy}, JUDGE)
    assert [clash.second.text for clash in clashes] == ["火灾造成甘泉县仓库工人死亡4人。"]
    assert "c.txt" in clashes[0].reason


def test_what_does_not_stand_in_an_article_is_not_quoted() -> None:
    _, here = _story("a", FIRE, "甘泉县仓库火灾", "消防人员赶到现场。")
    assert quoted("火灾造成九人受伤。", here, JUDGE) is None
