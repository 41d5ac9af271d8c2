"""Nothing lost and the map exact on pages put together from everything a page prints."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models import Article
from rag.pages import segment
from tests.unit.pages.test_segment_invariants import check, page

NAME = st.sampled_from(["李强", "王 芳", "赵大勇", "欧阳雪", "阿依古丽·买买提"])
TOWN = st.sampled_from(["青石镇", "安泽县", "柳河村", "江北区"])
STRIP = st.builds(
    "{0}日报 {1}年{2}月{3}日 星期{4} 第{5}版".format,
    st.sampled_from(["安泽", "江北"]),
    st.integers(1990, 2030),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from("一二三四五六日"),
    st.one_of(st.integers(1, 24).map(str), st.sampled_from(["A1", "十二", "一"])),
)
EDITORS = st.builds("本版责任编辑 {0} {1} 版式设计 {0}".format, NAME, NAME)
TURN = st.sampled_from(["(下转第3版)", "▲上接第1版", "(下转本版右下)", "(上接本版)", "◀◀◀上接A1版", "(紧接第二版)"])
BYLINE = st.one_of(
    NAME,
    st.builds("{} {}".format, NAME, NAME),
    st.builds("■ 记者 {} 通讯员 {}".format, NAME, NAME),
    st.builds("{}/文 {}/摄".format, NAME, NAME),
    st.builds("(文/{} 图/{})".format, NAME, NAME),
    st.builds("本报记者 {} 摄".format, NAME),
)
HEADLINE = st.one_of(
    st.builds("{}抓好春耕 备足农资".format, TOWN),
    st.builds("{}:\n\n种好果树 留住乡愁".format, TOWN),
    st.builds("——{}春耕见闻".format, TOWN),
    st.just("农 机 下 田"),
    st.builds("## {}果园丰收".format, TOWN),
)
OPENING = st.one_of(
    st.just(""),
    st.builds("本报讯(记者{} 通讯员{})".format, NAME, NAME),
    st.builds("新华社北京3月1日电(记者{})".format, NAME),
    st.builds("新华社记者{}报道:".format, NAME),
    st.builds("{}讯({})".format, st.sampled_from(["安泽", "江北"]), NAME),
)
CLOSING = st.one_of(
    st.just(""),
    st.builds("(作者单位:{}农业局)".format, TOWN),
    st.builds("(作者系{}教师)".format, TOWN),
    st.just("(据新华社)"),
    st.just("新华社北京3月1日电"),
    st.builds(" 记者 {}".format, NAME),
    st.builds("(文/{} 图/{})".format, NAME, NAME),
    st.builds("({})".format, NAME),
)
SENTENCE = st.builds(
    "{}春耕服务队{},{}。".format,
    TOWN,
    st.sampled_from(["把种子送到村口", "帮农户耕 田", "办起《种好果树 留住乡愁》书展"]),
    st.sampled_from(["农机手轮流上阵", "果园今年丰收", "农户说“收成 好”"]),
)


@st.composite
def articles(draw: st.DrawFn) -> list[str]:
    """Lines of one article, with or without headline and byline, broken over columns or not."""
    head = draw(st.one_of(st.just([]), st.lists(HEADLINE, min_size=1, max_size=3)))
    bylines = draw(st.lists(BYLINE, max_size=2))
    body = draw(OPENING) + "".join(draw(st.lists(SENTENCE, min_size=1, max_size=8))) + draw(CLOSING)
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=4)))
    columns = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    return [*head, *bylines, *columns]


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Articles in turn, some interleaved, with strips, editor lines, turns and captions anywhere."""
    lines: list[str] = []
    for written in draw(st.lists(articles(), min_size=1, max_size=4)):
        at = len(lines) if draw(st.booleans()) else draw(st.integers(0, len(lines)))
        lines[at:at] = written
    for extra in draw(st.lists(st.one_of(STRIP, EDITORS, TURN, BYLINE), max_size=4)):
        lines.insert(draw(st.integers(0, len(lines))), extra)
    return draw(st.sampled_from(["\n", "\n\n", "\n\n\n\n", "\r\n", "\n\f"])).join(lines)


def cut(text: str) -> tuple[Article, ...]:
    document = page(text)
    found = segment(document)
    check(document, found)
    return found


@given(pages())
@settings(max_examples=40, deadline=None)
def test_a_page_of_everything_is_cut_without_loss(text: str) -> None:
    for article in cut(text):
        for byline in article.bylines:
            assert "".join(byline.name.split()) in "".join(text.split())


@given(pages())
@settings(max_examples=15, deadline=None)
def test_any_slice_of_a_pieces_text_is_rebuilt_from_the_source(text: str) -> None:
    for article in cut(text):
        middle = len(article.text) // 2
        for start, end in ((0, middle), (middle, len(article.text)), (middle // 2, middle + middle // 2)):
            source = "".join(text[low:high] for low, high in article.mapped.spans_of(start, end))
            assert "".join(source.split()) == "".join(article.text[start:end].split())


@given(articles(), STRIP)
@settings(max_examples=12, deadline=None)
def test_the_strip_of_a_page_is_furniture_wherever_it_stands(lines: list[str], strip: str) -> None:
    found = cut("\n\n".join([strip, *lines, strip]))
    owners = {piece.kind for piece in found if strip in piece.text}
    assert owners == {"furniture"}
