from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.cli import gazette
from rag.export import pieces_html
from rag.models import Article, Document
from rag.pages import segment
from tests.unit.export import rows
from tests.unit.export.columns import CutPage
from tests.unit.pages.test_segment_invariants import LINE, PAGES, page

TAGS = {"html", "head", "meta", "title", "style", "body", "header", "main", "section", "nav", "article", "div", "span"}
TAGS |= {"h1", "h2", "h3", "p", "small", "bdi", "a", "i", "code", "ul", "li", "dl", "dt", "dd"}
ATTRIBUTES = {"lang", "charset", "http-equiv", "content", "name", "id", "class", "href", "title", "role", "tabindex"}
ATTRIBUTES |= {"aria-label", "data-label", "data-sign"}
HOSTILE = " ".join(rows.HOSTILE)
ODD = st.text(
    alphabet="\r\n\t\0\x1b\x7f\x85\u200b\u202e\u2028\u2066\ufeff\ufffe\ue000\ud800&<>\"'中\u3000 ", max_size=12
)


def read(document: Document, pieces: tuple[Article, ...]) -> CutPage:
    """The page, checked: the source is the source, every piece's characters are its own, links hit, nothing else."""
    shown = pieces_html([(document, pieces)])
    assert "\r" not in shown  # a parser would make another character of it
    found = CutPage(shown)
    assert "".join(found.source) == document.text
    owners: list[str | None] = [None] * len(document.text)
    for number, piece in enumerate(pieces):
        for start, end in piece.source_spans:
            owners[start:end] = [f"d0p{number + 1}"] * (end - start)
    assert found.owners == owners
    assert found.tags <= TAGS
    assert found.attributes <= ATTRIBUTES
    assert len(found.ids) == len(set(found.ids))
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links)
    assert list(found.labels) == [f"d0p{number}" for number in _by_place(pieces)]
    return found


def _by_place(pieces: tuple[Article, ...]) -> list[int]:
    return sorted(range(1, len(pieces) + 1), key=lambda number: min(pieces[number - 1].source_spans))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name[:3])
def test_the_left_column_of_a_sample_page_is_the_page_and_every_span_is_in_its_piece(path: Path) -> None:
    document = page(path.read_bytes().decode("utf-8"))
    read(document, segment(document))


@given(st.lists(st.one_of(LINE, ODD), max_size=10), st.sampled_from(["\n", "\r\n", "\n\n", "\r"]))
@settings(max_examples=80, deadline=None)
def test_the_left_column_is_the_document_character_for_character(lines: list[str], separator: str) -> None:
    document = page(separator.join(lines))
    read(document, segment(document))


def test_an_interleaved_piece_is_named_again_where_it_goes_on() -> None:
    document = page("甲一乙一甲二#甲三")
    one = segment(page("甲"))[0]
    two = replace(one, article_id="art_2222222222222222", doubts=("归属为推断",))
    marks = segment(page("#"))[0]
    assert {part.role for part in marks.parts} == {"marks"}
    cut = (at(one, document, (0, 2), (4, 6), (7, 9)), at(two, document, (2, 4)), at(marks, document, (6, 7)))
    labels = read(document, cut).labels
    assert [label.split()[0] for label in labels["d0p1"]] == ["1", "↪1"]  # not again behind a heading sign
    assert labels["d0p2"][0].endswith("?存疑")


def at(piece: Article, document: Document, *spans: tuple[int, int]) -> Article:
    mapped = piece.mapped.from_pieces(document.text, [spans], "")
    parts = (replace(piece.parts[0], start=0, end=len(mapped.text)),)
    return replace(piece, mapped=mapped, parts=parts, article_id=f"{piece.article_id[:-1]}{spans[0][0]}")


def test_a_card_shows_the_clean_text_and_what_the_piece_says_of_itself() -> None:
    document = page("# 甲乙丙丁\n\n本报讯 (记者 张三) 今天下雨。\n")
    piece = next(one for one in segment(document) if one.kind == "article")
    told = replace(piece, kicker="引一", published="2020-02-03", doubts=("可能有缺字",), confidence=0.5)
    shown = "".join(read(document, (told,)).text)
    for expected in (piece.text, "引一", "2020-02-03", "可能有缺字", "置信 0.50", "存疑", "张三"):
        assert expected in shown


def test_hostile_text_and_names_are_shown_as_text_and_control_characters_as_signs() -> None:
    document = replace(page(f"# {HOSTILE}\n\n{HOSTILE}\u202e\x1b\n"), document=f"{HOSTILE}\u202e")
    pieces = tuple(replace(one, title=HOSTILE, kicker=HOSTILE, doubts=(HOSTILE,)) for one in segment(document))
    found = read(document, pieces)
    assert {"U+202E", "U+001B"} <= set(found.signs)
    assert not set("".join(found.text)) & {"\u202e", "\x1b"}
    assert "<script>" in "".join(found.source)


def test_the_page_may_be_shown_in_its_own_style_and_nothing_more() -> None:
    document = page("甲乙丙")
    shown = pieces_html([(document, segment(document)), (document, ())])
    style = re.search("<style>(.*?)</style>", shown, re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{digest}';" in shown
    assert CutPage(shown, "d1source").source == ["甲乙丙"]


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_writes_the_page_to_stdout_or_to_a_file(tmp_path: Path) -> None:
    source, out = tmp_path / "page.txt", tmp_path / "page.html"
    source.write_text("# 甲乙丙丁\n\n本报讯 今天下雨。\n", encoding="utf-8")
    printed = CliRunner().invoke(gazette, ["segment", str(source), "--html"])
    assert printed.exit_code == 0
    written = CliRunner().invoke(gazette, ["segment", str(source), "--html", "--out", str(out)])
    assert written.exit_code == 0
    assert out.read_bytes() == printed.stdout_bytes
    assert "".join(CutPage(out.read_text(encoding="utf-8")).source) == source.read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [["--html", "--json"], ["--out", "x.html"], ["--json", "--out", "x.html"]])
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, options: list[str]) -> None:
    source = tmp_path / "page.txt"
    source.write_text("甲", encoding="utf-8")
    assert CliRunner().invoke(gazette, ["segment", str(source), *options]).exit_code == 2
