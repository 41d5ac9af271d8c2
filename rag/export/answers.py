"""An answer's record → prose with its quotes as footnotes. Knows nothing of file formats."""

from __future__ import annotations

from collections.abc import Iterator

from rag.export.rows import POSITIONS, VERDICTS, Json, positions, shown
from rag.models import AnswerRecord, Block, Prose, Run

NEAREST = "最接近的原文"
CONFLICTS = "来源不一致"
HOW = "怎样得出"


def answer_prose(record: AnswerRecord) -> Prose:
    """Question, answer with a footnote for every quote, sources that disagree, and how it came about."""
    answer = record.answer
    body = list(_abstention(answer) if answer["abstained"] else _claims(answer))
    if answer["conflicts"]:
        body.append(Block.of("heading", CONFLICTS, 2))
        body += [Block.of("bullet", shown(conflict["reason"])) for conflict in answer["conflicts"]]
    cited = answer["abstention"]["nearest"] if answer["abstained"] else answer["citations"]
    how = [Block.of("heading", HOW, 2), *(Block.of("remark", line) for line in _how(record))]
    return Prose(shown(answer["question"]), (*body, *how), tuple(_note(citation) for citation in cited))


def _claims(answer: Json) -> Iterator[Block]:
    """A paragraph a claim: its words, its verdict where it is not plainly supported, its footnotes."""
    for claim in answer["claims"]:
        mark, name = VERDICTS[claim["verdict"]]
        doubt = "" if claim["verdict"] == "supported" else f"（{mark}{name}：{shown(claim['reason'])}）"
        first, *more = claim["citations"]
        yield Block("paragraph", (Run(shown(claim["text"]) + doubt, note=first), *(Run("", note=one) for one in more)))


def _abstention(answer: Json) -> Iterator[Block]:
    abstention = answer["abstention"]
    yield Block.of("paragraph", shown(abstention["message"]))
    if abstention["nearest"]:
        yield Block.of("heading", NEAREST, 2)
    for citation in abstention["nearest"]:
        yield Block("bullet", (Run(shown(citation["quote"]), note=citation["marker"]),))


def _note(citation: Json) -> str:
    """What stands under the page: the words, where they are printed, and where they stand in the file."""
    title = f"《{citation['title']}》" if citation["title"] else ""
    printed = "，".join(part for part in (title, citation["place"], citation["published"]) if part)
    where = f"{citation['document']}，字符 {positions(citation)}"
    return shown(f"“{citation['quote']}” {printed + '，' if printed else ''}{where}")


def _how(record: AnswerRecord) -> Iterator[str]:
    answer = record.answer
    yield POSITIONS
    if answer["standalone_question"] != answer["question"]:
        yield f"查的是：{shown(answer['standalone_question'])}"
    model = f"{answer['model']}（{record.prompt}）" if record.prompt else answer["model"]
    yield f"答案 {answer['id']}，{record.created or ''}，模型 {shown(model)}，语料 {answer['corpus']}"
    if record.filters.is_empty:
        return
    limits = {name: value for name, value in _limits(record).items() if value is not None}
    yield "范围：" + "，".join(f"{name} {shown(value)}" for name, value in limits.items())


def _limits(record: AnswerRecord) -> dict[str, str | None]:
    """The filters by the names readers give them."""
    filters = record.filters
    return {
        "自": filters.date_from,
        "至": filters.date_to,
        "地点": filters.place,
        "报纸": filters.paper,
        "文件": filters.document,
        "类别": filters.kind,
    }
