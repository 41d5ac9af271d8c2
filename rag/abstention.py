"""Says no properly: why the pages do not answer, what was looked for, and the nearest thing found.

Knows nothing of how the decision was made; it words it, in the script of the question.
"""

from __future__ import annotations

from rag.models import Abstention, AbstentionCode, Citation, Query, Ranking
from rag.text.script import detect_script, to_traditional

_REASONS: dict[AbstentionCode, str] = {
    "no_evidence": "这些版面里没有找到与这个问题有关的内容。",
    "not_stated": "这些版面提到了相关内容,但没有写明所问的事实。",
    "out_of_period": "这些版面提到了相关内容,但写的不是所问的时间。",
    "other_place": "这些版面提到了同类内容,但写的不是所问的地方。",
    "continuation": "这一篇是别版文章的续文,与前文合为一篇。",
}

_CONTINUED = "这一篇是《{title}》的转版续文,已与前文合为一篇摘要,见那一条。"

_EMPTY = "资料库“{collection}”还是空的,没有可查的版面;先用 `gazette ingest` 收录。"


def abstain(
    code: AbstentionCode,
    query: Query,
    ranking: Ranking,
    nearest: tuple[Citation, ...],
    *,
    corpus_is_empty: bool = False,
) -> Abstention:
    """Build the abstention for a query that the evidence does not answer.

    Args:
        code: why; ``no_evidence`` also when retrieval brought nothing.
        query: its filters and its question's script shape the message.
        ranking: what was found.
        nearest: the passages closest to the question, as citations.
        corpus_is_empty: nothing was ever taken in; said instead of "not found", for the remedy is another one.
    """
    if corpus_is_empty:
        message = _EMPTY.format(collection=query.collection)
    else:
        message = _REASONS[code] + _searched(query, ranking)
    if detect_script(query.text) == "zh-Hant":
        message = to_traditional(message)
    return Abstention(code, message, nearest)


def continued(title: str, script_of: str) -> Abstention:
    """Why a continuation has no summary of its own.

    Args:
        title: of the article it goes on with.
        script_of: text in whose script the message is written.
    """
    message = _CONTINUED.format(title=title)
    return Abstention("continuation", to_traditional(message) if detect_script(script_of) == "zh-Hant" else message)


def _searched(query: Query, ranking: Ranking) -> str:
    parts = []
    if query.standalone != query.text:
        parts.append(f"查找的问题:“{query.standalone}”")
    limits = query.filters
    if limits.date_from or limits.date_to:
        parts.append(f"日期限于{limits.date_from or '最早'}至{limits.date_to or '最近'}")
    parts += [f"限于“{value}”" for value in (limits.place, limits.paper, limits.document) if value]
    if ranking.undated_left_out:
        parts.append(f"有{ranking.undated_left_out}篇因没有日期未计入")
    if ranking.evidence:
        parts.append("最接近的是以下文字")
    return ";".join(parts) + "。" if parts else ""
