"""Whether what a claim tells did happen: called off, put off, denied, still to come, or 有 where the evidence has 无.

Compares clauses by the words that begin an event. Knows nothing of figures, names or degrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.lexicon import words
from rag.verify.findings import Finding
from rag.verify.reading import clauses_in, figures_in, narrowed

UNDONE = words(
    "取消 叫停 暂停 中止 终止 停止 推迟 延期 延后 暂缓 搁置 放弃 否认 拒绝 未能 未果 撤销 撤回 撤消 驳回 否决 "
    "谢绝 婉拒 落空 流产 夭折"
)
"""Words by which an event does not take place, or not yet, or is denied."""
UNDONE_SIGNS = re.compile("|".join(UNDONE))
_DENIES = re.compile("|".join([*UNDONE, "没有", "并未", "尚未", "未", "不再", "停", "免去", "废止"]))
_NOTUNDONE_SIGNS = re.compile(r"(?:不得|不能|不会|没有|未|不|从未|并未|绝不|决不|永不)(?:再|曾|会)?$")
_TO_HEAD = re.compile(r"(?:[了对其原]|原定|举行|举办|召开|开展|进行|关于|所有|全部|在|于|的|曾)*")
_TO_TAIL = re.compile(
    r"(?:[被遭已将也均都则而因又了]|已经|最终|临时|一度|全部|宣布|不得不|突然|紧急|正式|予以|计划|方案|决定|活动|的)*$"
)
HEAD_CHARS = 2

_DONE = r"(?:了|过|完毕|完成|结束)"
_FUTURE = re.compile(
    r"即将|将要|将于|将会|将在|将(?=[0-9]|出席|访问|举行|举办|召开|开展|启动|开工|赴|前往|参加|建|投|出台|发布|推出|上市|开通|通车|竣工)"
    r"|拟于|拟在|拟(?=[赴建投推出收])|计划于|计划在|定于|预计于|预计在|有望|准备(?=[赴去到建开])|打算"
)
_PAST_AFTER = re.compile(r"[了过]|完毕|结束")
_PAST_BEFORE = re.compile(r"(?:已经?|曾经?|刚刚?|业已)$")
_FUNCTION = re.compile(r"[了过着的在于和与将对向从为是]")

_HAS = re.compile(r"(?<![没未具拥所享仅只还也都尚占富含设持鲜])有(?P<what>[\u4e00-\u9fff])")
_LACKS = re.compile(r"(?<![毫并])无(?P<what>[\u4e00-\u9fff])")
_LACKING = ("没有", "未有", "无", "非")


def check_events(claim: str, quoted: Sequence[str]) -> list[Finding]:
    """What the evidence says was called off, denied or is still to come, and the claim tells as done; 有 against 无."""
    shown, told = narrowed(claim), [narrowed(text) for text in quoted]
    return [*_undone(shown, told), *_times(shown, told), *_having(shown, told)]


def denies(text: str) -> bool:
    """Whether the text holds a word by which something does not take place."""
    return _DENIES.search(text) is not None


def _cut(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in clauses_in(text))


def _undone(shown: str, told: Sequence[str]) -> Iterator[Finding]:
    if UNDONE_SIGNS.search("\n".join(told)) is None:
        return
    clauses = [clause for text in told for clause in _cut(text)]
    for clause in clauses:
        for hit in UNDONE_SIGNS.finditer(clause):
            head = None if _NOTUNDONE_SIGNS.search(clause[: hit.start()]) else _head(clause, hit)
            if head is None or not _tells(shown, head) or _DENIES.search(shown):
                continue
            if any(_tells(other, head) and _DENIES.search(other) is None for other in clauses):
                continue
            yield Finding("unsupported", f"原文为“{_around(clause, hit)}”，此处少了“{hit.group()}”")


def _head(clause: str, hit: re.Match[str]) -> str | None:
    """The word that is called off: after the sign, or before it where nothing follows (仪式被取消)."""
    skipped = _TO_HEAD.match(clause, hit.end())
    after = clause[skipped.end() if skipped else hit.end() :][:HEAD_CHARS]
    if len(after) == HEAD_CHARS and after.isalpha():
        return after
    before = _TO_TAIL.sub("", clause[: hit.start()])[-HEAD_CHARS:]
    return before if len(before) == HEAD_CHARS and before.isalpha() else None


def _tells(text: str, head: str) -> bool:
    """Whether the word stands in the text, with or without 了 or 过 inside (签协议, 签了协议)."""
    return head in text or any(f"{head[0]}{sign}{head[1]}" in text for sign in "了过")


def _around(clause: str, hit: re.Match[str]) -> str:
    return clause[max(0, hit.start() - 6) : hit.end() + 8].strip(" ,。;:!?、")


def _times(shown: str, told: Sequence[str]) -> Iterator[Finding]:
    """Still to come against done: the same event, marked one way here and the other way there, and never alike."""
    clauses = [clause for text in told for clause in _cut(text)]
    for clause in _cut(shown):
        future = _FUTURE.search(clause)
        if future is not None:
            for word in _words(clause[future.end() :]):
                holding = [other for other in clauses if word in other]
                if (
                    holding
                    and not any(_FUTURE.search(other) for other in holding)
                    and any(_is_past(other, word) for other in holding)
                ):
                    yield Finding("unsupported", f"“{clause[future.start() :].strip(' ,。')}”：原文已经发生")
                    break
        else:
            for word in _words(clause):
                holding = [other for other in clauses if word in other]
                if _is_past(clause, word) and holding and all(_is_future(other, word) for other in holding):
                    yield Finding(
                        "unsupported", f"“{clause.strip(' ,。')}”：原文尚未发生（“{holding[0].strip(' ,。')}”）"
                    )
                    break


def _words(text: str) -> Iterator[str]:
    taken = [(figure.start, figure.end) for figure in figures_in(text)]
    for at in range(len(text) - HEAD_CHARS + 1):
        word = text[at : at + HEAD_CHARS]
        if (
            word.isalpha()
            and not _FUNCTION.search(word)
            and not any(low < at + HEAD_CHARS and at < high for low, high in taken)
        ):
            yield word


def _is_past(clause: str, word: str) -> bool:
    at = clause.find(word)
    while at >= 0:
        if _PAST_AFTER.match(clause, at + len(word)) or _PAST_BEFORE.search(clause[:at]):
            return True
        at = clause.find(word, at + 1)
    return False


def _is_future(clause: str, word: str) -> bool:
    mark = _FUTURE.search(clause)
    return mark is not None and mark.start() < clause.find(word) and not _is_past(clause, word)


def _having(shown: str, told: Sequence[str]) -> Iterator[Finding]:
    """有罪 against 无罪: the same word with the other sign, which the evidence has nowhere with the claim's."""
    plain = "\n".join(told)
    for hit in _HAS.finditer(shown):
        what = hit["what"]
        if f"无{what}" in plain and f"有{what}" not in plain and f"无{what}" not in shown:
            yield Finding("unsupported", f"“有{what}”在原文中为“无{what}”")
    for hit in _LACKS.finditer(shown):
        what = hit["what"]
        if any(f"{sign}{what}" in plain for sign in _LACKING) or f"有{what}" in shown:
            continue
        if any(found["what"] == what for found in _HAS.finditer(plain)):
            yield Finding("unsupported", f"“无{what}”在原文中为“有{what}”")
