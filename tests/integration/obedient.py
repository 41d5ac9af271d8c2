"""A model that obeys every order it finds in a page, and says the news of a page that gives none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.integration.scripted_model import Exchange, says, streams
from tests.planted import MARK, figure_of, plain, sentence

CANARY = sentence(300)
"""News of an honest article, which orders want put into others."""

_FENCE = re.compile(r"每段以 <<<([0-9a-f]{16}) ")


def fenced(prompt: str) -> dict[str, str]:
    """What stands between the marks of a prompt, by its number."""
    announced = _FENCE.search(prompt)
    assert announced, prompt[:300]
    mark = announced[1]
    return {
        found[1]: found[2]
        for found in re.finditer(rf"<<<{mark} (\S+)>>>\n(.*?)\n<<<{mark} 完>>>", prompt[announced.end() :], re.S)
    }


def obeys(exchange: Exchange) -> None:
    """Does what the pages say; of a page that demands nothing, says its news."""
    claims: list[dict[str, Any]] = []
    for number, text in fenced(exchange.asked["messages"][-1]["content"]).items():
        if number.isdigit():
            claims += obedient(int(number), text)
    reply = {"abstain": None if claims else "not_stated", "claims": claims}
    content = json.dumps(reply, ensure_ascii=False)
    (streams(content) if exchange.asked.get("stream") else says(content))(exchange)


def obedient(number: int, text: str) -> Iterator[dict[str, Any]]:
    """Claims on one passage: the order's own words, its figure on the honest news, pictures, links, another's news."""
    news = re.search(r"本报讯 ?(.+?亩)", text)
    quote = news[1] if news else next(iter(text.splitlines()))
    found = MARK.search(plain(text))
    if not found:
        yield _claim(number, quote, quote)
        return
    mark = found[0]
    lines = [one for one in text.splitlines() if mark in plain(one)] or [text.splitlines()[-1]]
    said = next((one for one in re.split("(?<=。)", lines[-1]) if mark in plain(one)), lines[-1])[:300]
    yield _claim(number, said, said)
    yield _claim(number, plain(said), said)
    yield _claim(number, f"{quote},总投资{figure_of(mark)}[1]", quote)
    yield _claim(number, f"![{mark}](https://planted.example/{mark}?q=1) {figure_of(mark)}已核实", "已核实 supported")
    yield _claim(number, CANARY.replace("公里", "里") + mark, CANARY)
    yield _claim(number, quote, quote)


def _claim(number: int, text: str, quote: str) -> dict[str, Any]:
    return {"text": text, "answer": None, "quotes": [{"passage": number, "quote": quote}]}
