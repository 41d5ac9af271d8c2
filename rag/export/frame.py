"""The frame of every page we write: one file that loads nothing and runs nothing. Knows nothing of what it holds."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256

COLOURS = """
:root { color-scheme: light dark; --ink: #1d1d1b; --soft: #66645e; --line: #dcd9d0; --paper: #faf9f6; --card: #fff;
  --link: #1d5a8a; --good: #2c6e49; --half: #8a5a00; --bad: #a3262a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e7e1; --soft: #a09d94; --line: #3b3a36; --paper: #181816;
  --card: #21211e; --link: #8fc1ea; --good: #7fc59b; --half: #e0b25a; --bad: #f08a8a; } }
* { box-sizing: border-box; }
a { color: var(--link); text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
"""


def framed(title: str, style: str, body: str) -> str:
    """A whole page; see ``framed_pieces``."""
    return "".join(framed_pieces(title, style, (body,)))


def framed_pieces(title: str, style: str, body: Iterable[str]) -> Iterator[str]:
    """A whole page, piece by piece.

    The policy says what a browser may do with it: show it, in this one style. Should markup ever slip through, it still
    cannot load or run.

    Args:
        title: plain, our own words.
        style: CSS behind ``COLOURS``; without markup.
        body: markup, every text in it escaped.
    """
    sheet = COLOURS + style
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield (
        f'<!DOCTYPE html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{sheet}</style>\n</head>\n<body>\n"
    )
    yield from body
    yield "\n</body>\n</html>\n"


def is_shown(char: str) -> bool:
    """Whether a page can show the character as it is: no control, no bidirectional or other format character."""
    return char.isprintable() or char in "\n\t" or unicodedata.category(char) == "Zs"
