"""What is active in a file that a program shows: what loads, runs, or leads somewhere. Empty where nothing does."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import html as parser
from markdown_it import MarkdownIt

_LOADING = frozenset(
    ("img", "script", "iframe", "object", "embed", "form", "link", "base", "svg", "video", "audio", "source", "input")
)
_LEADING_OUT = (b'TargetMode="External"', b"<w:hyperlink", b"<w:instrText", b"<w:fldSimple", b"<w:object")
_BARE_ADDRESS = re.compile(r"(?i)(?:https?|ftp)://|\bwww\.")


def active_in_markdown(text: str, own: str = "\0") -> list[str]:
    """Images, links, HTML, and bare addresses that chat programs make links of (GitHub's autolinks).

    Args:
        text: Markdown.
        own: start of the addresses that are ours.
    """
    found: list[str] = []
    for token in MarkdownIt("commonmark").parse(text):
        for part in (token, *(token.children or ())):
            if part.type in ("image", "html_inline", "html_block"):
                found.append(f"{part.type}: {part.content or part.attrs}")
            elif part.type == "link_open" and not str(part.attrs["href"]).startswith(own):
                found.append(f"link: {part.attrs['href']}")
    bare = _BARE_ADDRESS.finditer(text.replace(own, ""))
    return found + [f"address: {text[one.start() : one.start() + 40]}" for one in bare]


def active_in_html(page: str) -> list[str]:
    """Elements that load or run, handlers, and links that lead out of the page."""
    return list(_active(page))


def _active(page: str) -> Iterator[str]:
    for element in parser.document_fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in _LOADING:
            yield f"element: {element.tag}"
        for name, value in element.attrib.items():
            leads = name in ("href", "src", "srcset", "action", "formaction", "data") and not value.startswith("#")
            if leads or name.startswith("on") or "url(" in value:
                yield f"attribute: {name}={value[:60]}"


def active_in_docx(content: bytes) -> list[str]:
    """Links, fields, and parts that stand outside the file."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            found += [f"{name}: {sign.decode()}" for sign in _LEADING_OUT if sign in part]
    return found
