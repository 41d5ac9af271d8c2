"""Near misses: a question changed in one point, so that the text which answered it does so no longer.

Four kinds: another figure, another name, another word in the place of one that question and text share, and the
opposite of a word. Knows nothing of texts that are cut, tokens or training.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.text.names import find_names

OPPOSITES = (
    ("最大", "最小"), ("最多", "最少"), ("最高", "最低"), ("最早", "最晚"), ("最长", "最短"), ("第一", "第二"),
    ("增加", "减少"), ("增长", "下降"), ("上升", "下降"), ("提高", "降低"), ("开始", "结束"), ("成立", "解散"),
    ("之前", "之后", "以前", "以后"), ("东", "西", "南", "北"), ("父亲", "母亲"), ("儿子", "女儿"), ("男", "女"),
    ("胜", "负"), ("击败", "败给"), ("支持", "反对"), ("同意", "拒绝"), ("进口", "出口"), ("买", "卖"),
    ("生于", "死于"), ("出生", "去世"), ("上海", "广州"), ("内", "外"), ("上半年", "下半年"), ("国内", "国外"),
    ("优点", "缺点"), ("可以", "不可以"), ("可", "不可"), ("会", "不会"), ("能", "不能"), ("属于", "不属于"),
    ("前", "后"), ("首次", "末次"),
)  # fmt: skip
"""Words of which each can stand for another of its row, with another meaning."""

WORD = (2, 5)
"""Characters, fewest and most, of a shared run that counts as a word."""

DRAWN = 500
"""Words drawn to find one of the same length, and if there is, with the same last character: often the same kind."""

_FIGURE = re.compile(r"[0-9]+")
_ASKING = re.compile(r"[什么谁哪几多少何怎为是的了在有和与曾被又将该其0-9]")


@dataclass(frozen=True, slots=True)
class Stock:
    """What is put in: names of other questions with their kinds, and words that others share with their texts."""

    names: tuple[tuple[str, str], ...]
    words: tuple[str, ...]

    @classmethod
    def of(cls, asked: Sequence[tuple[str, str]]) -> Stock:
        """From questions with their texts."""
        names = (((name.kind, name.text) for name in find_names(question)) for question, _ in asked)
        words = (shared_words(question, text) for question, text in asked)
        return cls(
            tuple(one for found in names for one in found),
            tuple(question[slice(*span)] for (question, _), found in zip(asked, words, strict=True) for span in found),
        )


def shared_words(question: str, text: str) -> list[tuple[int, int]]:
    """Spans of the question's longest runs that the text holds too, of a word's length, without words that ask."""
    found, start = [], 0
    while start < len(question):
        end = start + 1
        while end <= len(question) and question[start:end] in text:
            end += 1
        end -= 1
        run = question[start:end]
        if WORD[0] <= end - start <= WORD[1] and run.isalnum() and not _ASKING.search(run):
            found.append((start, end))
        start = max(end, start + 1)
    return found


def near_miss(question: str, text: str, stock: Stock, random_: random.Random) -> str | None:
    """The question with one point changed to what the text does not hold; None where it has no such point."""
    ways: list[Callable[[], str | None]] = [
        lambda: _other_figure(question, text, random_),
        lambda: _other_name(question, text, stock.names, random_),
        lambda: _opposite(question, text, random_),
        lambda: _other_word(question, text, stock.words, random_),
    ]
    random_.shuffle(ways)
    return next((changed for way in ways if (changed := way())), None)


def _other_figure(question: str, text: str, random_: random.Random) -> str | None:
    figures = [found for found in _FIGURE.finditer(question) if found[0] in text]
    if not figures:
        return None
    found = random_.choice(figures)
    other = str(abs(int(found[0]) + random_.choice((-3, -2, -1, 1, 2, 3, 5, 10))))
    return None if other in text else question[: found.start()] + other + question[found.end() :]


def _other_name(question: str, text: str, names: Sequence[tuple[str, str]], random_: random.Random) -> str | None:
    named = [name for name in find_names(question) if name.text in text and name.end - name.start >= 2]
    if not named:
        return None
    name = random_.choice(named)
    others = [other for kind, other in names if kind == name.kind and other not in text]
    return question[: name.start] + random_.choice(others) + question[name.end :] if others else None


def _other_word(question: str, text: str, words: Sequence[str], random_: random.Random) -> str | None:
    shared = shared_words(question, text)
    if not shared:
        return None
    start, end = random_.choice(shared)
    drawn = random_.sample(words, min(DRAWN, len(words)))
    fitting = [word for word in drawn if len(word) == end - start and word not in text]
    alike = [word for word in fitting if word[-1] == question[end - 1]]
    other = random_.choice(alike or fitting or [""])
    return question[:start] + other + question[end:] if other else None


def _opposite(question: str, text: str, random_: random.Random) -> str | None:
    held = [(word, row) for row in OPPOSITES for word in row if word in question and word in text]
    if not held:
        return None
    word, row = max(held, key=lambda one: len(one[0]))
    other = random_.choice([one for one in row if one != word])
    return None if other in text else question.replace(word, other, 1)
