"""A verified reply as one Markdown text with its annotations and its list of sources. Knows nothing of streams.

Words of newspapers are escaped: a program that shows Markdown must not load a picture or a link that a page prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from api.chat.bodies import SOURCES
from rag.export import escaped_line
from rag.models import Abstention, Answer, Citation, Claim, Conflict, Digest, Summary, Usage
from rag.serialise import Json, citation_json

_NAMES = {"sources": "来源", "nearest": "最接近的原文", "conflict": "说法不一"}


NOTHING = "没有可以写入综述的稿件。"
"""What a digest without a story says."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What answers, summaries and digests have in common for a chat program.

    ``answer_id`` is what an answer is kept as; the others are not kept.
    """

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    abstention: Abstention | None
    usage: Usage
    answer_id: str | None

    @classmethod
    def of(cls, made: Answer | Summary | Digest) -> Reply:
        """Of any of them."""
        if isinstance(made, Answer):
            text, conflicts, abstention = made.answer, made.conflicts, made.abstention
        elif isinstance(made, Summary):
            text, conflicts, abstention = made.summary, (), made.abstention
        else:
            text, conflicts, abstention = made.text or NOTHING, made.conflicts, None
        answer_id = made.id if isinstance(made, Answer) else None
        return cls(text or "", made.claims, made.citations, conflicts, abstention, made.usage, answer_id)


@dataclass(frozen=True, slots=True)
class Written:
    """A reply for a chat program; ``annotations`` index ``text`` in code points."""

    text: str
    annotations: tuple[Json, ...]
    citations: tuple[Json, ...]
    abstention: str | None


def said(claim: Claim, delta: str) -> str:
    """What one claim adds to the reply: its words escaped, what stands around them ours.

    An answer prints its markers itself; summaries and digests are plain text, so theirs are put behind the claim.
    """
    before, found, after = delta.partition(claim.text)
    markers = "".join(f"[{marker}]" for marker in claim.citations)
    if not found:
        return _escaped(delta) + markers
    return before + _escaped(found) + ("" if after.startswith(markers) else markers) + after


def ending(reply: Reply, base: str) -> str:
    """What follows the last claim: a refusal's words, disagreements, the list of sources."""
    if reply.abstention is not None:
        return _escaped(reply.abstention.message) + _listed(_NAMES["nearest"], reply.abstention.nearest, base)
    told = "".join(f"\n\n{_NAMES['conflict']}：{escaped_line(one.reason)}" for one in reply.conflicts)
    return told + _listed(_NAMES["sources"], reply.citations, base)


def written(reply: Reply, base: str) -> Written:
    """The whole reply; ``base`` is the address the service is called at, ending in a slash."""
    text, spans = "", []
    for claim, delta in deltas(reply.text, reply.claims):
        start = len(text)
        text += said(claim, delta) if claim else _escaped(delta)
        if claim:
            spans.append((claim, start, len(text)))
    text += ending(reply, base)
    by_marker = {citation.marker: citation for citation in reply.citations}
    annotations = tuple(
        _annotation(by_marker[marker], start, end, base) for claim, start, end in spans for marker in claim.citations
    )
    citations = tuple({**citation_json(one), "url": address(one, base)} for one in reply.citations)
    return Written(text, annotations, citations, reply.abstention.code if reply.abstention else None)


def deltas(body: str, claims: Sequence[Claim]) -> Iterator[tuple[Claim | None, str]]:
    """The reply's text claim by claim: each with what stands between it and the next."""
    ordered = sorted(claims, key=lambda claim: claim.start)
    before = body[: ordered[0].start] if ordered else body
    if before:
        yield None, before
    for at, claim in enumerate(ordered):
        end = ordered[at + 1].start if at + 1 < len(ordered) else len(body)
        yield claim, body[claim.start : end]


def address(citation: Citation, base: str) -> str:
    """Where the web page shows the quote in its source."""
    spans = "_".join(f"{start}-{end}" for start, end in citation.source_spans)
    return f"{base}#/pages/{quote(citation.document_id, safe='')}/{spans}"


def _escaped(text: str) -> str:
    """Shown as it is, line by line."""
    return "\n".join(escaped_line(line) for line in text.split("\n"))


def _annotation(citation: Citation, start: int, end: int, base: str) -> Json:
    return {
        "type": "url_citation",
        "url_citation": {
            "start_index": start,
            "end_index": end,
            "title": citation.title or citation.document,
            "url": address(citation, base),
        },
    }


def _listed(name: str, citations: Sequence[Citation], base: str) -> str:
    if not citations:
        return ""
    lines = (
        f"- \\[{one.marker}\\] “{escaped_line(one.quote)}” ——[{_label(one)}]({address(one, base)})" for one in citations
    )
    return f"{SOURCES}{name}：\n\n" + "\n".join(lines)


def _label(citation: Citation) -> str:
    title = f"《{citation.title}》" if citation.title else ""
    parts = [f"{title}{citation.document}", citation.place, citation.published]
    return escaped_line("，".join(part for part in parts if part))
