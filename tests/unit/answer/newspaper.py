"""Invented articles and evidence for the tests of the answering room."""

from __future__ import annotations

from rag.answer import ExtractiveAnswerer
from rag.mapping import MappedText
from rag.models import Article, Byline, Document, Draft, Evidence, Part, Passage, Query
from rag.settings import AnswerSettings

WATERWORKS = (
    "青溪镇改造供水管网",
    (
        "本报讯(记者 陈大江 通讯员 吴小雨)近日,青溪镇完成供水管网改造。"
        "项目总投资860万元,惠及12个村、3400余户居民。"
        "青溪镇党委书记郑国栋说,下一步将继续改造老旧小区的水管。2021年,该镇更换水表1200只,漏损率下降到8.5%。"
        "镇水务站站长许文涛带领15名党员组成抢修队,队名叫“及时雨”抢修队。"
    ),
    (Byline("陈大江", "记者"), Byline("吴小雨", "通讯员")),
)
READING = (
    "白石镇办起读书会",
    (
        "本报讯(记者 林晓)3月18日,白石镇在文化站举办第三届读书会,共有260人参加。"
        "活动由镇文化站主办,副镇长何敏主持开幕式。"
        "读书会设“童声”“乡音”“书香”三个展区。白石镇已建成农家书屋18家,藏书4.2万册。"
    ),
    (Byline("林晓", "记者"),),
)


def evidence_of(*items: tuple[str, str, tuple[Byline, ...]]) -> list[Evidence]:
    """Evidence, best first, from (headline, body, bylines)."""
    found: list[Evidence] = []
    for rank, (title, body, bylines) in enumerate(items, start=1):
        text = f"{title}\n{body}"
        document = Document.from_bytes(text.encode(), text, document=f"{rank}.txt", source="s", media_type="text/plain")
        parts = (Part("headline", 0, len(title)), Part("body", len(title) + 1, len(text)))
        article = Article(
            Article.identify(document.document_id, 0),
            document.document_id,
            "article",
            MappedText.whole(text),
            parts,
            title=title,
            bylines=bylines,
        )
        passage = Passage.of(article, 0, len(text))
        found.append(Evidence(passage, article, document.document, text, 1.0 / rank, rank))
    return found


def ask(question: str, *, min_support: float = 0.5) -> Draft:
    """The draft for a question over both invented articles."""
    answerer = ExtractiveAnswerer(AnswerSettings(min_support=min_support))
    return answerer.answer(Query(question, question), evidence_of(WATERWORKS, READING))


def answers(draft: Draft) -> list[str | None]:
    """What is marked as the answer in each claim."""
    return [claim.answer for claim in draft.claims]
