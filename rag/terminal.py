"""What a person at a terminal sees: answers, rankings. Plain text; colour only where the terminal takes it.

Newspaper text is hostile until escaped: control characters are shown, never sent to the terminal.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from rag.models import Answer, AnswerRecord, Citation, Copies, Half, Overlong, Ranking, Replay, TurnState, Weighing

NAMED_COPIES = 3
"""Documents named beside a passage that others carry too; `--json` lists them all."""

_MARKS = {"supported": "", "partial": "〔部分有据〕", "unsupported": "〔无据〕"}


def harmless(text: str) -> str:
    """The text with control and bidirectional-override characters made visible (`␛`), line breaks kept."""
    return "".join(char if char == "\n" or char.isprintable() or char == "\u3000" else _visible(char) for char in text)


def _visible(char: str) -> str:
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else f"<U+{ord(char):04X}>"


def print_answer(answer: Answer) -> None:
    """The reply with its markers, then every quote and where it stands; or the abstention with the nearest evidence."""
    if answer.standalone_question != answer.question:
        click.secho(f"(查的是:{harmless(answer.standalone_question)})", dim=True)
    if answer.abstention:
        click.secho(harmless(answer.abstention.message), fg="yellow")
        _print_citations(answer.abstention.nearest)
    else:
        click.secho(harmless(answer.answer or ""), bold=True)
        for claim in answer.claims:
            if claim.verdict != "supported":
                click.secho(
                    f"  {_MARKS[claim.verdict]}{harmless(claim.text)}:{harmless(claim.reason or '')}", fg="yellow"
                )
        _print_citations(answer.citations)
    for conflict in answer.conflicts:
        click.secho(f"  来源不一致:{harmless(conflict.reason)}", fg="yellow")
    for dropped in answer.dropped:
        click.secho(f"  去掉了:{harmless(dropped)}", fg="yellow")
    for leg in answer.degraded:
        click.secho(f"  (检索缺少一路:{leg})", fg="yellow")
    if answer.overlong:
        click.secho(f"  {_overlong_line(answer.overlong)}", fg="yellow")


def _print_citations(citations: Sequence[Citation]) -> None:
    for citation in citations:
        spans = ", ".join(f"{start}–{end}" for start, end in citation.source_spans)
        title = f" 《{harmless(citation.title)}》" if citation.title else ""
        click.echo(f"  [{citation.marker}] “{harmless(citation.quote)}”")
        carried = _carried(citation.copies)
        click.secho(f"      {harmless(citation.document)}{title} 字符 {spans}{carried}", dim=True)


def _carried(copies: Copies | None) -> str:
    """How many others carry the report, and how many sources that makes."""
    if copies is None or not copies.others:
        return ""
    return f"(另有 {len(copies.others)} 篇刊载,独立来源共 {copies.independent_sources} 个)"


def print_ranking(ranking: Ranking, *, explain: bool) -> None:
    """Passages in rank order, with each leg's rank and score where asked."""
    for found in ranking.evidence:
        title = found.article.title or "(无题)"
        click.secho(f"{found.rank:>3}. {found.score:.3f}  {harmless(title)}  {harmless(found.document)}", bold=True)
        if explain:
            legs = "  ".join(f"{leg.leg} #{leg.rank} {leg.score:.3f}" for leg in found.legs)
            raised = f"  date or place +{found.raised:.3f}" if found.raised else ""
            reranked = "" if found.reranked is None else f"  reranker {found.reranked:.3f}"
            signs = "".join(f"  {sign.seen} {sign.adds:+.1f}" for sign in found.signs)
            click.secho(f"     {legs}{signs}{raised}{reranked}", dim=True)
        click.echo(f"     {harmless(found.passage.text[:160])}")
        if found.copies and found.copies.others:
            names = "、".join(dict.fromkeys(copy.document for copy in found.copies.others[:NAMED_COPIES]))
            click.secho(f"     {_carried(found.copies)} {harmless(names)}", dim=True)
    if explain and ranking.weighing:
        click.secho(_weighing_line(ranking.weighing), dim=True)
    if not ranking.evidence:
        click.secho("没有找到。", fg="yellow")
    for wish in ranking.soft_filters if explain else ():
        click.secho(f"(问题提到“{harmless(wish.words)}”:{wish.value} 的报道排前)", dim=True)
    if ranking.undated_left_out:
        click.secho(f"({ranking.undated_left_out} 篇没有日期,未计入)", fg="yellow")
    for leg in ranking.degraded:
        click.secho(f"(检索缺少一路:{leg})", fg="yellow")
    if ranking.overlong:
        click.secho(_overlong_line(ranking.overlong), fg="yellow")


def _overlong_line(overlong: Overlong) -> str:
    return f"(问题过长:按意思只读了前 {overlong.limit} 个词元,共 {overlong.tokens} 个;其余只按字词检索)"


def _weighing_line(weighing: Weighing) -> str:
    """How meaning was weighed against words, in one line."""
    why = f"; ten best by words hold {weighing.crowding:.0%} of the best" if weighing.crowding is not None else ""
    why += f"; agreement {weighing.agreement:.1f}" if weighing.agreement else ""
    why += f"; all words held {weighing.held:.1f}" if weighing.held else ""
    return f"     meaning {weighing.dense:.2f} ({weighing.rule}{why})"


def print_record_line(record: AnswerRecord) -> None:
    """One recorded answer on one line: when, id, mark, question, reply."""
    answer = record.answer
    mark = {None: " ", True: "✓", False: "✗"}[record.mark.right if record.mark else None]
    reply = answer["answer"] or f"〔{answer['abstention']['code']}〕"
    line = " ".join(f"{answer['question']} → {reply}".split())
    click.echo(f"{record.created}  {record.answer_id}  {mark}  {harmless(line)}")


def print_replay(replay: Replay) -> None:
    """What came out differently, and what went in differently; values as JSON."""
    if replay.is_same:
        click.secho("答案、引文和依据都与当时相同。", fg="green")
    for change in replay.effects:
        click.secho(f"{change.name}:", bold=True)
        click.echo(f"  当时 {harmless(_json(change.before))}\n  现在 {harmless(_json(change.after))}")
    for change in replay.causes:
        click.secho(f"  ({change.name}: {harmless(_json(change.before))} → {harmless(_json(change.after))})", dim=True)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def print_halves(article_id: str, halves: Sequence[Half], turns: TurnState) -> None:
    """Below a piece: which pieces it goes on from or why none is known, and the text of those that go on from it."""
    at = next((number for number, half in enumerate(halves) if half.article.article_id == article_id), 0)
    if turns.before:
        head = halves[at - 1]
        click.secho(f"── 上接 {harmless(head.document)} {_titled(head)} [{turns.before.confidence:.2f}]", dim=True)
    if turns.doubt:
        click.secho(f"? {harmless(turns.doubt)}", fg="yellow")
    for half in halves[at + 1 :]:
        page = f"第{half.page}版 " if half.page else ""
        click.secho(f"── 下转 {page}{harmless(half.document)} {half.article.article_id}", dim=True)
        click.echo(harmless(half.article.text))
    for link in filter(None, (turns.before, turns.after)):
        click.secho(f"   {harmless(link.rule)}；{harmless(link.reason)}", dim=True)


def _titled(half: Half) -> str:
    title = f"《{harmless(half.article.title)}》 " if half.article.title else ""
    return f"{title}{half.article.article_id}"
