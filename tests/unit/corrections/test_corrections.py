"""A person's corrections: what they make of a cut, and that no character is lost whatever is asked, in whatever cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corrections import Corrected, corrected, made
from rag.corrections.lines import composed, lines_of
from rag.errors import CorrectionError
from rag.mapping import MappedText
from rag.models import Article, Byline, Correction, CorrectionRequest, Document, Part, PartRole
from rag.pages import segment
from tests.conftest import SEEDS
from tests.fakes import make_document

PAGE = """# 河堤加固完工
本报记者 王小禾
沿河两岸的加固工程昨日全部完工,
共修堤十二公里。
图书馆夜间开放
市图书馆从本月起延长开放时间。
读者可以看书到晚上十点。
责编:李四
"""
"""Invented. The library's item is cut as part of the dyke's by ``page_cut``."""


def page_cut(document: Document, *groups: tuple[str, ...]) -> tuple[Article, ...]:
    """A cut by hand: each group one piece, its strings ``role=text``, found in order."""
    pieces = []
    for group in groups:
        stretches: list[list[tuple[int, int]]] = []
        parts: list[Part] = []
        clean = 0
        for item in group:
            role, words = item.split("=", 1)
            at = document.text.index(words)
            stretches.append([(at, at + len(words))])
            clean += 1 if parts else 0
            parts.append(Part(role, clean, clean + len(words)))  # type: ignore[arg-type]
            clean += len(words)
        mapped = MappedText.from_pieces(document.text, stretches)
        first = min(start for start, _ in mapped.source_spans)
        title = next((mapped.text[p.start : p.end] for p in parts if p.role == "headline"), None)
        kind: Any = "furniture" if group[0].startswith("marks") or "责编" in group[0] else "article"
        identity = Article.identify(document.document_id, first)
        pieces.append(Article(identity, document.document_id, kind, mapped, tuple(parts), title, confidence=0.5))
    return tuple(sorted(pieces, key=lambda piece: min(piece.source_spans)))


DYKE = (
    "headline=河堤加固完工",
    "byline=本报记者 王小禾",
    "body=沿河两岸的加固工程昨日全部完工,",
    "body=共修堤十二公里。",
)
LIBRARY = ("body=图书馆夜间开放", "body=市图书馆从本月起延长开放时间。", "body=读者可以看书到晚上十点。")
REST = (("marks=#",), ("body=责编:李四",))


def together(document: Document) -> tuple[Article, ...]:
    """A bad cut: both items in one piece."""
    cut = page_cut(document, DYKE + LIBRARY, *REST)
    return tuple(
        replace(one, bylines=(Byline("王小禾", "记者"),), dateline="昨日") if one.title else one for one in cut
    )


def apart(document: Document) -> tuple[Article, ...]:
    """A better cut: each item in a piece of its own."""
    return page_cut(document, DYKE, ("headline=图书馆夜间开放", *LIBRARY[1:]), *REST)


def torn(document: Document) -> tuple[Article, ...]:
    """Another bad cut: the dyke's text in two pieces, in mid-sentence."""
    return page_cut(document, DYKE[:3], DYKE[3:], LIBRARY, *REST)


def ask(document: Document, pieces: tuple[Article, ...], kind: str, *which: int, **more: Any) -> Correction:
    named = [pieces[n] for n in which]
    request = CorrectionRequest(kind, tuple(one.article_id for one in named), **more)  # type: ignore[arg-type]
    return made(request, named, document, "2024-05-01T00:00:00+00:00")


def check(document: Document, pieces: tuple[Article, ...]) -> None:
    """The invariants of every cut."""
    text = document.text
    held: Counter[int] = Counter()
    for piece in pieces:
        spans = piece.source_spans
        assert piece.text.replace("\n", "") == "".join(text[s:e] for s, e in spans).replace("\n", "")
        assert piece.article_id == Article.identify(document.document_id, min(s for s, _ in spans))
        at = 0
        for part in piece.parts:
            assert at <= part.start < part.end <= len(piece.text)
            assert not piece.text[at : part.start].strip("\n")
            at = part.end
        assert at == len(piece.text)
        held.update(i for s, e in spans for i in range(s, e))
    assert all(held[at] == 1 for at, char in enumerate(text) if not char.isspace())
    assert max(held.values(), default=1) == 1
    ids = [piece.article_id for piece in pieces]
    assert len(set(ids)) == len(ids)
    assert all(piece.duplicate_of in set(ids) - {piece.article_id} for piece in pieces if piece.duplicate_of)
    assert [min(s for s, _ in piece.source_spans) for piece in pieces] == sorted(
        min(s for s, _ in piece.source_spans) for piece in pieces
    )


@pytest.fixture
def page() -> Document:
    return make_document(PAGE)


def titles(result: Corrected) -> list[str | None]:
    return [piece.title for piece in result.pieces if piece.kind == "article"]


# --- each kind -------------------------------------------------------------------------------------------------------


def test_a_split_makes_two_articles_and_heads_the_second_with_its_short_first_line(page: Document) -> None:
    cut = together(page)
    result = corrected(cut, [ask(page, cut, "split", 1, words="图书馆夜间开放")], page)
    check(page, result.pieces)
    assert titles(result) == ["河堤加固完工", "图书馆夜间开放"]
    dyke, library = (piece for piece in result.pieces if piece.kind == "article")
    assert library.text == "图书馆夜间开放\n市图书馆从本月起延长开放时间。\n读者可以看书到晚上十点。"
    assert [byline.name for byline in dyke.bylines] == ["王小禾"]
    assert (library.bylines, library.dateline, library.confidence) == ((), None, 1.0)
    assert dyke.doubts == library.doubts == ("人工拆分",)
    assert result.kept[0].article_ids == (dyke.article_id, library.article_id)


def test_a_split_in_mid_line_cuts_there(page: Document) -> None:
    cut = together(page)
    result = corrected(cut, [ask(page, cut, "split", 1, words="延长开放时间")], page)
    check(page, result.pieces)
    second = next(piece for piece in result.pieces if piece.text.startswith("延长"))
    assert second.title is None
    assert result.kept[0].article_ids[1] == second.article_id


def test_a_merge_reads_on_in_mid_sentence_and_keeps_one_headline(page: Document) -> None:
    cut = torn(page)
    result = corrected(cut, [ask(page, cut, "merge", 1, 2)], page)
    check(page, result.pieces)
    (dyke, _) = (piece for piece in result.pieces if piece.kind == "article")
    assert dyke.text == "河堤加固完工\n本报记者 王小禾\n沿河两岸的加固工程昨日全部完工,共修堤十二公里。"
    assert (dyke.title, dyke.confidence, dyke.doubts) == ("河堤加固完工", 1.0, ("人工合并",))


def test_a_merge_puts_the_headline_first_wherever_its_piece_is_named(page: Document) -> None:
    cut = torn(page)
    result = corrected(cut, [ask(page, cut, "merge", 2, 1)], page)
    check(page, result.pieces)
    assert result.pieces[1].text.startswith("河堤加固完工\n")
    assert page.text[slice(*result.pieces[1].source_spans[0])].startswith("河堤加固完工")


def test_headlines_of_later_pieces_become_subheads(page: Document) -> None:
    cut = apart(page)
    result = corrected(cut, [ask(page, cut, "merge", 1, 2)], page)
    check(page, result.pieces)
    assert titles(result) == ["河堤加固完工"]
    subheads = [part for part in result.pieces[1].parts if part.role == "subhead"]
    assert [result.pieces[1].text[part.start : part.end] for part in subheads] == ["图书馆夜间开放"]


def test_a_retitle_takes_the_headline_from_the_text_and_puts_it_first(page: Document) -> None:
    cut = page_cut(page, DYKE, ("body=市图书馆从本月起延长开放时间。", "body=图书馆夜间开放", LIBRARY[2]), *REST)
    result = corrected(cut, [ask(page, cut, "retitle", 2, words="图书馆夜间开放")], page)
    check(page, result.pieces)
    assert titles(result) == ["河堤加固完工", "图书馆夜间开放"]
    assert result.pieces[2].source_spans[0] == (page.text.index("图书馆夜"), page.text.index("图书馆夜") + 7)


def test_a_retitle_takes_the_headline_from_another_piece_and_an_emptied_piece_goes(page: Document) -> None:
    cut = page_cut(page, DYKE, ("body=图书馆夜间开放",), LIBRARY[1:], *REST)
    result = corrected(cut, [ask(page, cut, "retitle", 3, words="图书馆夜间开放")], page)
    check(page, result.pieces)
    assert len(result.pieces) == len(cut) - 1
    assert titles(result) == ["河堤加固完工", "图书馆夜间开放"]


def test_part_of_the_old_headline_that_the_new_one_leaves_out_becomes_the_kicker() -> None:
    document = make_document("春耕进行时 农机下田忙\n各地农机已经下田。\n")
    cut = page_cut(document, ("headline=春耕进行时 农机下田忙", "body=各地农机已经下田。"))
    result = corrected(cut, [ask(document, cut, "retitle", 0, words="农机下田忙")], document)
    check(document, result.pieces)
    assert (result.pieces[0].title, result.pieces[0].kicker) == ("农机下田忙", "春耕进行时")


def test_a_piece_of_another_kind_repeats_nothing_and_what_repeats_it_is_found_again(page: Document) -> None:
    cut = apart(page)
    cut = (*cut[:2], replace(cut[2], duplicate_of=cut[1].article_id), *cut[3:])
    result = corrected(cut, [ask(page, cut, "rekind", 1, to_kind="furniture")], page)
    check(page, result.pieces)
    assert (result.pieces[1].kind, result.pieces[1].doubts) == ("furniture", ("人工改类",))
    assert result.pieces[2].duplicate_of is None


def test_a_reference_follows_the_piece_it_points_to(page: Document) -> None:
    cut = torn(page)
    cut = (*cut[:3], replace(cut[3], duplicate_of=cut[2].article_id), *cut[4:])
    result = corrected(cut, [ask(page, cut, "merge", 1, 2)], page)
    check(page, result.pieces)
    assert result.pieces[2].duplicate_of == result.pieces[1].article_id


# --- requests that make no sense -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "which", "more", "message"),
    [
        ("merge", (1,), {}, "two or more"),
        ("merge", (1, 1), {}, "each once"),
        ("split", (1,), {"words": "图书馆白天开放"}, "do not stand in the text of the article; nearest: .*图书馆夜间"),
        ("split", (1,), {"words": "开放"}, "stand 2 times .*图书馆夜间开放.*延长开放时间"),
        ("split", (1,), {"words": "河堤加固"}, "already begins"),
        ("split", (1,), {"words": " “” "}, "needs words"),
        ("retitle", (1,), {"words": "全市大丰收"}, "a headline must be words of the page"),
        ("rekind", (1,), {}, "which kind"),
    ],
)
def test_a_request_that_makes_no_sense_says_why(
    page: Document, kind: str, which: tuple[int, ...], more: dict[str, Any], message: str
) -> None:
    with pytest.raises(CorrectionError, match=message):
        ask(page, together(page), kind, *which, **more)


def test_a_record_is_never_split(page: Document) -> None:
    record = replace(page, is_record=True)
    with pytest.raises(CorrectionError, match="a record is one article"):
        ask(record, together(record), "split", 1, words="图书馆夜间开放")


# --- other cuts, other bytes -----------------------------------------------------------------------------------------


def test_what_a_better_cutter_cuts_so_by_itself_is_left_alone(page: Document) -> None:
    bad = together(page)
    correction = ask(page, bad, "split", 1, words="图书馆夜间开放")
    result = corrected(apart(page), [correction], page)
    assert result.pieces == apart(page)
    assert result.kept[0].reason is None
    assert len(result.kept[0].article_ids) == 2


def test_a_split_holds_in_another_cut(page: Document) -> None:
    correction = ask(page, together(page), "split", 1, words="图书馆夜间开放")
    other = page_cut(page, DYKE[:3], DYKE[3:] + LIBRARY, *REST)
    result = corrected(other, [correction], page)
    check(page, result.pieces)
    assert titles(result)[-1] == "图书馆夜间开放"


def test_a_merge_holds_in_a_cut_with_more_pieces(page: Document) -> None:
    whole = page_cut(page, DYKE, LIBRARY, *REST)
    correction = ask(page, whole, "merge", 1, 2)
    result = corrected(torn(page), [correction], page)
    check(page, result.pieces)
    assert len(titles(result)) == 1


def test_corrections_move_with_their_words_when_the_page_is_read_again(page: Document) -> None:
    cut = together(page)
    asked = [ask(page, cut, "split", 1, words="图书馆夜间开放")]
    better = make_document("第三版\n" + PAGE.replace("王小禾", "王晓禾").replace("十二公里", "十三公里"), name="a.txt")
    again = page_cut(
        better,
        ("body=第三版",),
        tuple(s.replace("王小禾", "王晓禾").replace("十二", "十三") for s in DYKE + LIBRARY),
        *REST,
    )
    result = corrected(again, asked, better)
    check(better, result.pieces)
    assert result.kept[0].reason is None
    assert "图书馆夜间开放" in titles(result)


def test_an_article_is_known_again_by_most_of_its_words(page: Document) -> None:
    cut = apart(page)
    asked = [ask(page, cut, "rekind", 2, to_kind="furniture")]
    better = make_document("号外\n" + PAGE.replace("晚上十点", "晚上十一点"))
    again = page_cut(better, ("body=号外",), DYKE, (*LIBRARY[:2], LIBRARY[2].replace("十点", "十一点")), *REST)
    result = corrected(again, asked, better)
    check(better, result.pieces)
    assert [piece.kind for piece in result.pieces if "图书馆" in piece.text] == ["furniture"]


def test_words_that_are_gone_or_stand_twice_are_reported_and_change_nothing(page: Document) -> None:
    cut = together(page)
    asked = [ask(page, cut, "split", 1, words="图书馆夜间开放"), ask(page, cut, "rekind", 2, to_kind="article")]
    other = make_document("明日天气晴。\n责任编辑另有其人。\n")
    result = corrected(segment(other), asked, other)
    assert result.pieces == segment(other)
    assert [bool(one.reason) for one in result.kept] == [True, True]
    twice = make_document("广告\n" + PAGE + PAGE)
    result = corrected(segment(twice), asked[:1], twice)
    assert "2 times" in str(result.kept[0].reason)


# --- nothing is ever lost --------------------------------------------------------------------------------------------


@cache
def sample(number: int) -> tuple[Document, tuple[Article, ...]]:
    path = sorted(SEEDS.glob("*.txt"))[number]
    document = make_document(path.read_text(encoding="utf-8"), name=path.name)
    return document, segment(document)


@pytest.mark.parametrize("number", range(5))
def test_an_article_taken_into_lines_and_put_together_is_the_same(number: int) -> None:
    document, pieces = sample(number)
    for piece in pieces:
        assert composed(document.text, lines_of(piece)) == (piece.mapped, piece.parts)


KINDS: tuple[PartRole, ...] = ("headline", "body", "subhead", "byline", "kicker")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_corrected_nothing_is_lost_and_the_map_is_exact(data: st.DataObject) -> None:
    document, fresh = sample(data.draw(st.integers(0, 4)))
    pieces = fresh
    asked: list[Correction] = []
    for _ in range(data.draw(st.integers(1, 5))):
        try:
            correction = _any_correction(data, document, pieces)
        except CorrectionError:
            continue
        asked.append(correction)
        result = corrected(fresh, asked, document)
        check(document, result.pieces)
        assert [one.correction for one in result.kept] == asked
        pieces = result.pieces
    assert corrected(fresh, asked, document).pieces == pieces
    dropped = data.draw(st.integers(0, 4))
    check(document, corrected(fresh, asked[:dropped] + asked[dropped + 1 :], document).pieces)
    whole = page_of_one(document)
    check(document, corrected(whole, asked, document).pieces)


def test_a_blank_that_stands_in_another_piece_moves_with_the_headline() -> None:
    document, fresh = sample(0)
    asked, pieces = list[Correction](), fresh
    for of_piece in (False, True):
        words = (pieces[0].text if of_piece else document.text)[:8]
        asked.append(ask(document, pieces, "retitle", 0, words=words))
        pieces = corrected(fresh, asked, document).pieces
        check(document, pieces)


def page_of_one(document: Document) -> tuple[Article, ...]:
    """The coarsest cutter there is."""
    mapped = MappedText.whole(document.text.strip())
    start = len(document.text) - len(document.text.lstrip())
    mapped = MappedText.from_pieces(document.text, [[(start, start + len(mapped.text))]])
    identity = Article.identify(document.document_id, start)
    return (Article(identity, document.document_id, "article", mapped, (Part("body", 0, len(mapped.text)),)),)


def _any_correction(data: st.DataObject, document: Document, pieces: tuple[Article, ...]) -> Correction:
    kinds = ["split", "retitle", "rekind"] + (["merge"] if len(pieces) > 1 else [])
    kind = data.draw(st.sampled_from(kinds))
    number = st.integers(0, len(pieces) - 1)
    if kind == "merge":
        return ask(document, pieces, kind, *data.draw(st.lists(number, min_size=2, max_size=4, unique=True)))
    n = data.draw(number)
    if kind == "rekind":
        return ask(
            document, pieces, kind, n, to_kind=data.draw(st.sampled_from(["article", "furniture", "photo_caption"]))
        )
    text = pieces[n].text if kind == "split" or data.draw(st.booleans()) else document.text
    start = data.draw(st.integers(0, max(0, len(text) - 2)))
    return ask(document, pieces, kind, n, words=text[start : start + data.draw(st.integers(1, 30))])
