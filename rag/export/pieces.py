"""A page as it was cut: the source with every piece coloured, the cleaned pieces beside it. Loads and runs nothing.

What is shown of the source is the source: all that is added to it (labels, names of control characters) stands in
attributes, which the style draws. Knows nothing of how a page is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from rag.export.frame import framed, is_shown
from rag.export.look import COLOUR_COUNT, LINE_COUNT, PIECES_STYLE
from rag.export.rows import KINDS, UNTITLED
from rag.mapping import Span
from rag.models import Article, Document
from rag.text.script import detect_script

Cut = tuple[Document, Sequence[Article]]

_TITLE = "版面切分"
_KINDS = {"article": "稿件", **KINDS}
_DOUBTFUL = "存疑"
_LEGEND = "颜色与下线样式相同的文字属同一件，↪ 是它被隔断后的接续；点标签看稿件，点编号回原文。"


def pieces_html(cuts: Iterable[Cut]) -> str:
    """Documents with their pieces → one page; each piece's label in the source and its card link to each other."""
    found = list(cuts)
    sections = "\n".join(_section(document, pieces, f"d{at}") for at, (document, pieces) in enumerate(found))
    count = sum(len(pieces) for _, pieces in found)
    doubtful = sum(bool(piece.doubts) for _, pieces in found for piece in pieces)
    tally = f"{len(found)} 个文件，{count} 件" + (f"，其中 {doubtful} 件{_DOUBTFUL}" if doubtful else "")
    chosen = "\n".join(
        f"body:has(#{key}:target,#{key}s:target) .{key} {{ --tint: 40%; border-bottom-width: 5px; }}"
        for at, (_, pieces) in enumerate(found)
        for key in (_key(f"d{at}", number) for number in range(len(pieces)))
    )
    header = f"<header>\n<h1>{_TITLE}</h1>\n<p>{tally}。{_LEGEND}</p>\n</header>"
    return framed(_TITLE, PIECES_STYLE + chosen + "\n", f"{header}\n<main>\n{sections}\n</main>")


def _section(document: Document, pieces: Sequence[Article], name: str) -> str:
    keys = {piece.article_id: _key(name, number) for number, piece in enumerate(pieces)}
    cards = "\n".join(_card(piece, number, name, keys) for number, piece in enumerate(pieces))
    jumps = f'<a href="#{name}source">原文</a> <a href="#{name}pieces">稿件</a>'
    return (
        f'<section aria-label="{_attribute(document.document)}">\n'
        f"<h2><bdi>{_text(document.document)}</bdi> <small>{len(document.text)} 字符，{len(pieces)} 件</small> "
        f"<nav>{jumps}</nav></h2>\n"
        f'<div class="columns">\n<div class="source" id="{name}source" role="region" aria-label="原文" tabindex="0"'
        f"{_language(document.text)}>{''.join(_source(document.text, pieces, name))}</div>\n"
        f'<div class="pieces" id="{name}pieces" role="region" aria-label="稿件" tabindex="0">\n'
        f"{cards or '<p>没有切出稿件。</p>'}\n</div>\n</div>\n</section>"
    )


# --- the source ----------------------------------------------------------------------------------------------------


def stretches(text: str, pieces: Sequence[Article]) -> Iterator[tuple[Span, int | None]]:
    """The text in order, span by span, each with the number of the piece it belongs to; what is in none has None."""
    owned = sorted((start, end, number) for number, piece in enumerate(pieces) for start, end in piece.source_spans)
    at = 0
    for start, end, number in owned:
        if at < start:
            yield (at, start), None
        yield (max(at, start), end), number
        at = max(at, end)
    if at < len(text):
        yield (at, len(text)), None


def _source(text: str, pieces: Sequence[Article], name: str) -> Iterator[str]:
    seen: set[int] = set()
    last: int | None = None
    for (start, end), number in stretches(text, pieces):
        if number is None:
            yield _text(text[start:end])
            continue
        piece, key = pieces[number], _key(name, number)
        if number not in seen:
            yield _label(piece, number, f' id="{key}s"', key, _full_label(piece, number))
        elif number != last and not _is_marks(piece):
            yield _label(piece, number, "", key, f"↪{number + 1}{'?' if piece.doubts else ''}")
        title = _attribute(_full_label(piece, number))
        yield f'<span class="{_look(piece, number)} {key}" title="{title}">{_text(text[start:end])}</span>'
        seen.add(number)
        # Heading signs stand inside articles and break nothing: no label each time the text goes on behind one.
        last = last if _is_marks(piece) and last is not None else number


def _label(piece: Article, number: int, anchor: str, key: str, words: str) -> str:
    shown = _attribute(words)
    return (
        f'<a class="label {_look(piece, number)}"{anchor} href="#{key}" aria-label="{shown}" data-label="{shown}"></a>'
    )


def _full_label(piece: Article, number: int) -> str:
    doubt = f" ?{_DOUBTFUL}" if piece.doubts else ""
    return f"{number + 1} {_KINDS[piece.kind]} {_short(piece.article_id)}{doubt}"


def _is_marks(piece: Article) -> bool:
    return all(part.role == "marks" for part in piece.parts)


# --- the pieces ----------------------------------------------------------------------------------------------------


def _card(piece: Article, number: int, name: str, keys: dict[str, str]) -> str:
    key = _key(name, number)
    doubts = "".join(f"<li>{_text(doubt)}</li>" for doubt in piece.doubts)
    flag = f' <span class="doubtful">? {_DOUBTFUL}</span>' if piece.doubts else ""
    title = _text(piece.title.replace("\n", " ")) if piece.title else f'<span class="soft">{UNTITLED}</span>'
    headline = "" if piece.kind == "furniture" and not piece.title else f"<h3>{title}</h3>\n"
    fields = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in _fields(piece, keys) if value)
    return (
        f'<article id="{key}" class="{_look(piece, number)}"{_language(piece.text)}>\n'
        f'<p class="head"><a href="#{key}s">↑ {number + 1} {_KINDS[piece.kind]}</a> '
        f"<code>{_text(_short(piece.article_id))}</code>"
        f'{flag} <span class="confidence">置信 {piece.confidence:.2f}</span></p>\n'
        f"{headline}<dl>{fields}</dl>\n"
        + (f'<ul class="doubts">{doubts}</ul>\n' if doubts else "")
        + f'<div class="text">{"".join(_parts(piece))}</div>\n</article>'
    )


def _fields(piece: Article, keys: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What the piece says of itself, as markup; empty where it says nothing."""
    yield "引题", _text(piece.kicker or "")
    yield "副题", _text(piece.subtitle or "")
    yield "栏目", _text(piece.column_label or "")
    yield "作者", "、".join(_text(f"{one.role} {one.name}" if one.role else one.name) for one in piece.bylines)
    yield "电头", _text(piece.dateline or "")
    yield "地点", _text(piece.place or "")
    yield "日期", _text(" · ".join(filter(None, (piece.published, piece.published_rule))))
    yield "报纸", _text(" ".join(filter(None, (piece.paper, piece.page and f"第{piece.page}版"))))
    yield "上接", _other(piece.continues, keys)
    yield "重复", _other(piece.duplicate_of, keys)


def _other(article_id: str | None, keys: dict[str, str]) -> str:
    if article_id is None:
        return ""
    known = keys.get(article_id)
    return f'<a href="#{known}">{_text(_short(article_id))}</a>' if known else _text(article_id)


def _parts(piece: Article) -> Iterator[str]:
    """The clean text, whole and in order, each part in the look of its role."""
    at = 0
    for part in piece.parts:
        yield _text(piece.text[at : part.start])
        yield f'<span class="{part.role}">{_text(piece.text[part.start : part.end])}</span>'
        at = part.end
    yield _text(piece.text[at:])


# --- text and names ------------------------------------------------------------------------------------------------


def _key(name: str, number: int) -> str:
    return f"{name}p{number + 1}"


def _short(article_id: str) -> str:
    return article_id.removeprefix("art_")[:6]


def _look(piece: Article, number: int) -> str:
    if piece.kind == "furniture":
        return "piece furniture"
    return f"piece c{number % COLOUR_COUNT} l{number % LINE_COUNT}" + (" doubt" if piece.doubts else "")


def _language(text: str) -> str:
    script = detect_script(text)
    return f' lang="{script}"' if script else ""


def _text(text: str) -> str:
    """The text as markup; a character no page can show is an empty element that the style draws as its code point."""
    if all(map(is_shown, text)):
        return escape(text)
    followed = zip(text, [*text[1:], ""], strict=True)
    return "".join(escape(char) if is_shown(char) else _sign(char, after) for char, after in followed)


def _sign(char: str, after: str) -> str:
    if char == "\r" and after == "\n":  # an ordinary line break; as a reference, for a bare one would be made "\n"
        return "&#13;"
    return f'<i class="sign" data-sign="U+{ord(char):04X}"></i>'


def _attribute(text: str) -> str:
    return escape("".join(char if is_shown(char) else f"<U+{ord(char):04X}>" for char in text))
