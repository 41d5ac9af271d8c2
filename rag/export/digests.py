"""A digest → prose with its quotes as footnotes, for Markdown and DOCX. Knows nothing of file formats.

A digest is what ``rag.telling.digest_json`` makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.export.rows import KINDS, POSITIONS, UNTITLED, VERDICTS, Json, positions, shown
from rag.models import Block, Prose, Run

TITLE = "新闻简报"
OPENING = "要闻"
CONFLICTS = "来源不一致"
COVERAGE = "稿件去向"
NOTHING_NEW = "上次简报以来没有新稿件。"
NOTHING_TOLD = "所问范围内没有可写入简报的稿件。"


def digest_prose(digest: Json) -> Prose:
    """Opening, groups with a line a story, sources that disagree, and where every article went."""
    body: list[Block] = [Block.of("remark", line) for line in tally(digest)]
    if digest["digest"] is None:
        body.append(Block.of("paragraph", NOTHING_NEW if digest["nothing_new"] else NOTHING_TOLD))
    if digest["opening"]:
        body.append(Block.of("heading", OPENING, 1))
        body.append(Block("paragraph", tuple(_runs(digest, digest["opening"]))))
    for group in digest["groups"]:
        body.append(Block.of("heading", shown(group["name"]), 1))
        body += [_line(digest, digest["stories"][at]) for at in group["stories"]]
    if digest["conflicts"]:
        body.append(Block.of("heading", CONFLICTS, 1))
        body += [_conflict(digest, one) for one in digest["conflicts"]]
    body += list(_coverage(digest))
    return Prose(title_of(digest), tuple(body), tuple(note(citation) for citation in digest["citations"]))


def title_of(digest: Json) -> str:
    """What the digest is called: with the days, the place and the topic it was asked for."""
    asked = digest["request"]
    days = "至".join(dict.fromkeys(day for day in (asked["from"], asked["to"]) if day))
    limits = "，".join(shown(part) for part in (days, asked["place"], asked["topic"], asked["document"]) if part)
    return f"{TITLE}（{limits}）" if limits else TITLE


def tally(digest: Json) -> Iterator[str]:
    """How many articles went where, and what the numbers of a quote mean."""
    coverage = digest["coverage"]
    used, merged, left = (len(coverage[name]) for name in ("used", "merged", "left_out"))
    yield f"稿件 {used + merged + left} 篇：引用 {used} 篇，并入同题稿件 {merged} 篇，未写入 {left} 篇。"
    if digest["citations"]:
        yield POSITIONS


def sources(story: Json) -> str:
    """Who carries a story, where more than one source does; captions are called so."""
    kind = KINDS.get(story["kind"], "")
    count = story["independent_sources"]
    told = f"{count} 个独立来源" if count > 1 else f"{story['carried_by']} 处刊载" if story["carried_by"] > 1 else ""
    return "，".join(part for part in (kind, told) if part)


def note(citation: Json) -> str:
    """What stands under the page: the words, where they are printed, and where they stand in the file."""
    title = f"《{citation['title']}》" if citation["title"] else ""
    printed = "，".join(part for part in (title, citation["place"], citation["published"]) if part)
    where = f"{citation['document']}，字符 {positions(citation)}"
    return shown(f"“{citation['quote']}” {printed + '，' if printed else ''}{where}")


def leading(digest: Json, index: int) -> str:
    """What the text writes on a claim's line before it and after the claim before: where it is of, whose side it is."""
    text, start = digest["digest"], digest["claims"][index]["start"]
    before = [claim["end"] for claim in digest["claims"][:index]]
    led = text[max([text.rfind("\n", 0, start) + 1, *before]) : start]
    return shown(led.lstrip("。").removeprefix("· "))


def stop(digest: Json, claim: Json) -> str:
    """The full stop the text sets behind a claim that has none."""
    return "。" if digest["digest"][claim["end"] : claim["end"] + 1] == "。" else ""


def _line(digest: Json, story: Json) -> Block:
    runs = list(_runs(digest, story["claims"]))
    remark = sources(story)
    return Block("bullet", (*runs, Run(f"（{remark}）")) if remark else tuple(runs))


def _runs(digest: Json, claims: Sequence[int]) -> Iterator[Run]:
    """Each claim as the text has it, its verdict where it is not plainly supported, and its footnotes."""
    for index in claims:
        claim = digest["claims"][index]
        if led := leading(digest, index):
            yield Run(led)
        mark, name = VERDICTS[claim["verdict"]]
        doubt = "" if claim["verdict"] == "supported" else f"（{mark}{name}：{shown(claim['reason'])}）"
        first, *more = claim["citations"]
        yield Run(shown(claim["text"]) + stop(digest, claim) + doubt, note=first)
        yield from (Run("", note=one) for one in more)


def _conflict(digest: Json, conflict: Json) -> Block:
    runs: list[Run] = []
    for index in conflict["claims"]:
        told = [run for run in _runs(digest, [index]) if run.note is not None]
        runs += [Run("一说：" if not runs else "另一说："), *told]
    return Block("bullet", (*runs, Run(f" {shown(conflict['reason'])}")))


def _coverage(digest: Json) -> Iterator[Block]:
    left = digest["coverage"]["left_out"]
    if not left:
        return
    yield Block.of("heading", COVERAGE, 1)
    reasons = dict.fromkeys(one["message"] for one in left)
    for reason in reasons:
        missing = [one for one in left if one["message"] == reason]
        listed = "；".join(f"{shown(one['title'] or UNTITLED)}（{shown(one['document'])}）" for one in missing)
        yield Block.of("bullet", f"{reason}，{len(missing)} 篇：{listed}")
