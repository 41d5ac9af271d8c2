"""Halves of articles made of words, for tests of the decision."""

from __future__ import annotations

from rag.mapping import MappedText
from rag.models import Article, Half, Part

BRIDGE = (
    "北山大桥昨天合龙，施工队员在桥面上燃放礼花庆祝，这座大桥全长三千米，横跨清水河，工期两年，总投资",
    "六亿元，由北山大桥建设公司承建。大桥通车以后，清水河两岸居民过河只要五分钟，施工队员还将铺设桥面沥青。",
)
SCHOOL = (
    "南湖小学新学期开设书法课，每周两节，邀请退休教师走进教室授课，学生们铺开宣纸，蘸墨临帖，书法课很受",
    "欢迎，学生们的书法作品贴满走廊。退休教师说，南湖小学的书法课还要教篆刻，宣纸和墨都由学校提供。",
)
HARVEST = (
    "东川县十万亩早稻开镰收割，收割机在稻田里来回穿梭，农技员测产，亩产预计超过五百公斤，早稻收购价",
    "每公斤两元八角，粮站敞开收购。农技员介绍，东川县早稻品种换了三成，收割机作业补贴也提高了。",
)


def half(
    name: str,
    text: str,
    *,
    page: str | None,
    to: str | None = None,
    since: str | None = None,
    title: str | None = None,
    told: str | None = "晨报|2023-07-06",
    named: str | None = None,
    document: str | None = None,
) -> Half:
    paper, issued = told.split("|") if told else (None, None)
    article = Article(
        f"art_{name}",
        document or f"doc_{page}",
        "continuation" if since else "article",
        MappedText.whole(text),
        (Part("body", 0, len(text)),),
        title=title,
        paper=paper,
        issued=issued,
        turns_to=to,
        continues_page=since,
    )
    return Half(article, f"{page}.txt", text, page, told, named)
