"""Search terms: single characters and pairs for Chinese, whole words and whole numbers for the rest.

No dictionary, so no name is too new. Pairs are made across white space and quotation marks (a column break or an
emphasis does not part a word) but not across any other punctuation. Knows nothing of an index.
"""

from __future__ import annotations

import re

from rag.text.normalise import fold, fold_character

_QUOTES = "“”‘’\"'「」『』﹁﹂﹃﹄〝〞＂＇"
_TOKEN = re.compile(
    r"(?P<number>[0-9０-９]{1,3}(?:[,，][0-9０-９]{3})+(?:[.．][0-9０-９]+)?(?![0-9０-９])|[0-9０-９]+[.．][0-9０-９]+(?![0-9０-９a-zA-Z]))"
    r"|(?P<word>[^\W_\u2e80-\U000323af]+)"
    r"|(?P<han>[^\W_])"
    rf"|(?P<open>[\s{_QUOTES}]+)"
    r"|(?P<stop>.)",
    re.DOTALL,
)


def terms(text: str) -> list[str]:
    """Terms in reading order, repetitions kept: characters, pairs of neighbours, words and numbers, all folded."""
    found: list[str] = []
    previous = ""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "open":
            continue
        if kind == "stop":
            previous = ""
            continue
        token = fold_character(match.group()) if kind == "han" else fold(match.group())
        if kind == "han" and token:
            found.append(token)
            if previous:
                found.append(previous + token)
            previous = token
            continue
        previous = ""
        if token:
            found.append(token)
    return found
