"""HTML → reading text. Headings become Markdown headings, so that whoever cuts pages sees them; layout is forgotten.

Each block is a paragraph of its own; scripts, styles, navigation, form controls and hidden elements are dropped. Knows
nothing of any particular site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.errors import MalformedSourceError
from rag.models import Document, SourceMetadata
from rag.readers.encodings import decode
from rag.readers.metadata import parse_published
from rag.readers.origin import Origin

MEDIA_TYPE = "text/html"

# fmt: off
_DROPPED = frozenset(
    (
        "head", "script", "style", "noscript", "template", "nav", "iframe", "object", "embed", "svg", "math",
        "canvas", "audio", "video", "map", "button", "input", "select", "textarea", "datalist", "dialog", "rp",
        "rt",
    )
)
_INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "img", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "s", "samp", "small", "span", "strike", "strong",
        "sub", "sup", "time", "tt", "u", "var", "wbr", "picture", "source",
    )
)
# fmt: on
_UNSEEN = _DROPPED - {"nav", "dialog"}
"""Dropped without a gap: the text around them reads on."""
_LINES = frozenset(("li", "dt", "dd", "tr"))
"""Blocks that follow each other line by line, without a blank line between."""
_CELLS = frozenset(("td", "th"))
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_HEAD_BYTES = 4096

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u201c\u201d\u2018\u2019\u2014\u2026\u3000-\u303f"
_SOURCE_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_WIDE}])")
"""A line break of the HTML source between two wide characters: no word boundary, though browsers show a blank."""
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")

_META = {
    "title": ("og:title", "citation_title", "dc.title"),
    "paper": ("og:site_name", "citation_journal_title", "mediaid", "source"),
    "published": ("article:published_time", "publishdate", "pubdate", "date", "dc.date", "citation_date"),
}
"""Names of ``<meta>`` elements that state what we ask, the surest first."""


def read_html(content: bytes, origin: Origin, *, encoding: str | None = None, charset: str | None = None) -> Document:
    """Extract the reading text; it is what spans of this document index.

    Args:
        content: the page as received.
        origin: where it comes from; the page's own title, paper and date fill what the sender leaves open.
        encoding: given by the user, used as is.
        charset: from the transport (HTTP ``Content-Type``); else the page's own declaration is looked at.

    Raises:
        EncodingError: the bytes are not text in one certain encoding.
        MalformedSourceError: no element at all.
    """
    text, _ = decode(content, origin.source, encoding=encoding, declared=charset or _declared(content))
    root = _parse(text, origin.source)
    return origin.document(content, reading_text(root), MEDIA_TYPE, _stated(root))


def reading_text(root: Any) -> str:
    """The text of an lxml tree as read: blocks apart by blank lines, list items and table rows line by line."""
    layout = _Layout()
    skipping: Any = None
    for event, element in _events(root):
        if skipping is not None:
            if event == "end" and element is skipping:
                skipping = None
                layout.write(element.tail)
            continue
        if event == "start" and _is_dropped(element):
            skipping = element
            if element.tag not in _INLINE and element.tag not in _UNSEEN:
                layout.apart()
        elif event == "start":
            layout.open(element)
        else:
            layout.close(element)
    return layout.text()


def _declared(content: bytes) -> str | None:
    head = content[:_HEAD_BYTES]
    match = _CHARSET.search(head) or _XML_ENCODING.search(head)
    return match.group(1).decode("ascii") if match else None


def _parse(text: str, source: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(text.lstrip("\ufeff").encode(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise MalformedSourceError(source, f"not HTML: {error}") from error
    if parser.error_log.filter_types([etree.ErrorTypes.ERR_RESOURCE_LIMIT]):
        raise MalformedSourceError(source, "elements nested too deep to be read whole; simplify the page")
    return root


def _events(root: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if isinstance(element.tag, str):
            yield event, element


def _is_dropped(element: Any) -> bool:
    return (
        element.tag in _DROPPED
        or "hidden" in element.attrib
        or element.get("aria-hidden", "").lower() == "true"
        or element.get("role", "").lower() == "navigation"
        or _HIDDEN_STYLE.search(element.get("style", "")) is not None
    )


class _Layout:
    """Collects text in document order; of several breaks in a row the widest counts."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._inline: list[str] = []
        self._separator = ""
        self._prefix = ""
        self._after_newline = False
        self._verbatim = 0

    def open(self, element: Any) -> None:
        tag = element.tag
        if tag in _CELLS:
            self._inline.append(" ")
        elif tag not in _INLINE and tag != "br":
            self._break("\n" if tag in _LINES else "\n\n")
            self._prefix = _HEADINGS.get(tag, self._prefix)
        self._verbatim += tag == "pre"
        self.write(element.text)

    def close(self, element: Any) -> None:
        tag = element.tag
        self._verbatim -= tag == "pre"
        if tag == "br":
            self._newline()
        elif tag not in _INLINE and tag not in _CELLS:
            self._break("\n" if tag in _LINES else "\n\n")
            self._prefix = "" if tag in _HEADINGS else self._prefix
        self.write(element.tail)

    def write(self, text: str | None) -> None:
        lines = (text or "").split("\n") if self._verbatim else [text or ""]
        for index, line in enumerate(lines):
            if index:
                self._newline()
            self._inline.append(line)

    def apart(self) -> None:
        """What stood here was a block, though it is dropped: its neighbours do not read on."""
        self._break("\n\n")

    def text(self) -> str:
        self._flush()
        return "".join(self._parts)

    def _newline(self) -> None:
        """A line break; the second in a row makes a paragraph, as pages without ``<p>`` write it."""
        if self._prefix:
            self._inline.append(" ")
            return
        self._flush()
        self._separator = "\n\n" if self._after_newline and self._separator else self._separator or "\n"
        self._after_newline = True

    def _break(self, separator: str) -> None:
        self._flush()
        self._separator = max(self._separator, separator, key=len)

    def _flush(self) -> None:
        joined = _CONTROL.sub("", "".join(self._inline))
        block = _SPACE.sub(" ", _SOURCE_BREAK.sub("", joined)).strip()
        self._inline.clear()
        if block:
            self._parts += [self._separator if self._parts else "", self._prefix, block]
            self._separator = ""
            self._after_newline = False


def _stated(root: Any) -> SourceMetadata:
    """What the page says about itself; a date that is none is no statement."""
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        key = (element.get("property") or element.get("name") or "").lower()
        content = _SPACE.sub(" ", _CONTROL.sub("", element.get("content") or "")).strip()
        if key and content:
            values.setdefault(key, content)
    found = {field: next((values[key] for key in keys if key in values), None) for field, keys in _META.items()}
    title = root.find(".//title")
    if title is not None and title.text:
        found["title"] = found["title"] or _SPACE.sub(" ", _CONTROL.sub("", title.text)).strip() or None
    return SourceMetadata(title=found["title"], paper=found["paper"], published=_date_or_none(found["published"]))


def _date_or_none(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return parse_published(value, "meta")
    except MalformedSourceError:  # a page's own date in a form of its own: no statement, not a fault of the page
        return None
