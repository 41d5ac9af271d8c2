"""Questions about several articles at once: which reports name something or are by someone, what each of them says.

Says which articles are meant; knows nothing of how a sentence answers, of scores, or of claims.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answer.question import Question
from rag.models import Article, Evidence
from rag.text.normalise import fold
from rag.text.script import to_simplified

Scope = Literal["signed", "naming", "told", "each"]

_REPORT = r"(?:报道|稿件|稿子|文章|新闻|消息|通讯|照片|图片|稿)"
_SIGNED = re.compile(
    rf"(?:写|采写|撰写|采访|供稿|拍摄?|摄影|署名|报道|参与|合写)[了过的]?.{{0,4}}(?:哪|什么).{{0,12}}?{_REPORT}"
    rf"|(?:哪|什么).{{0,8}}?{_REPORT}.{{0,6}}(?:是|由|有).{{0,12}}(?:写|采写|撰写|拍|摄|署名|供稿|参与)"
)
_SAYS = r"(?:提到|提及|写到|讲到|说到|谈到|涉及|报道|关于|介绍|出现)"
_NAMING = re.compile(
    rf"(?:哪[些几两三]?[篇个条则张]?|几[篇条则]|什么).{{0,10}}?{_REPORT}(?:里|中|都|均|同时|分别)*{_SAYS}[了过]?(?P<what>[^?,，]+)"
)
_NAMED_IN = re.compile(
    rf"(?P<what>[^?,，]{{2,}}?)(?:在|被)(?:哪[些几两三]?[篇个条则]?).{{0,6}}?{_REPORT}(?:里|中)?{_SAYS}"
)
_TOLD = re.compile(
    rf"^(?P<what>.{{2,}}?)的?(?P<noun>{_REPORT}|那篇|一文)?(?:里|中|上)?(?:主要|都|各自?|分别)*(?:讲|说|写|拍|报道|介绍)[了的过]{{0,2}}(?:都|主要)?(?:是|些|哪些)?(?:什么|啥)(?:事情?|内容)?\?*$"
    rf"|^(?P<of>.{{2,}}?)的?(?P<kind>{_REPORT})(?:是|上是|里是)(?:什么|啥)(?:事情?|内容)?\?*$"
)
_EACH = re.compile(
    rf"(?:这|那|的)?(?P<count>[两二三四几各])[篇张幅个份版则条]?(?:的)?(?P<noun>{_REPORT})?(?:里|中|上|的说法)?[,，]?[^,，?]{{0,6}}(?:分别|各自|各|都|怎么说|如何说)"
    rf"|(?:分别|各)(?=.*哪)|(?P<few>[几两三])(?:篇|版|份){_REPORT}(?:里|中)"
)
_WRITER = re.compile(
    r"(?:记者|通讯员|摄影师)(?P<name>[一-龥]{2,4}?)(?=参与|采写|撰写|合写|写|拍|报道|供稿|采访|和|与|在|的|[0-9今去本近])"
)
_PHOTO = re.compile(r"照片|图片|[张幅]")
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4}
MOST_ARTICLES = 4
"""Articles told of in one answer; more are no answer but a search."""


@dataclass(frozen=True, slots=True)
class Several:
    """What a question wants of several articles: those ``signed`` by somebody, those ``naming`` ``what``, what one on
    ``what`` has ``told``, or its answer in ``each`` of them.

    In the last case ``what`` is the question to ask of each. ``photos`` limits to captions; ``most`` counts articles.
    """

    scope: Scope
    what: str
    most: int
    photos: bool = False


def read_several(question: Question, writers: Sequence[str]) -> Several | None:
    """How a question speaks of several articles; None where it asks one fact.

    Args:
        question: analysed, one part.
        writers: folded names that sign the articles shown.
    """
    text = question.text
    photos = _PHOTO.search(text) is not None and "报道" not in text
    named = _asked_writer(text) or next(
        (name for name in sorted(writers, key=len, reverse=True) if name and name in fold(text)), ""
    )
    if named and (_SIGNED.search(text) or ((told := _TOLD.match(text)) and _is_by(told, named))):
        return Several("signed", named, MOST_ARTICLES, photos)
    if found := _NAMING.search(text) or _NAMED_IN.search(text):
        return Several("naming", found["what"], MOST_ARTICLES)
    if told := _TOLD.match(text):
        what = told["what"] or told["of"]
        return Several("told", what, 1, photos) if told["noun"] or told["kind"] else None
    found = _EACH.search(text)
    if found is None or not re.search(_REPORT + r"|[两几](?:版|篇|张|幅)", text):
        return None
    return Several(
        "each",
        _EACH.sub("", text, count=1).lstrip(",，"),
        _COUNTS.get(found["count"] or found["few"] or "", MOST_ARTICLES),
        photos,
    )


def _asked_writer(text: str) -> str:
    """The folded name behind a writer's role in a question (*记者某某*写了哪些…); empty where none stands there."""
    found = _WRITER.search(text)
    return fold(found["name"]) if found else ""


def _is_by(told: re.Match[str], named: str) -> bool:
    """Whether what a report is asked by is its writer (*某某*拍的照片) and nothing else."""
    what = fold(told["what"] or told["of"] or "")
    return len(re.sub(r"记者|通讯员|摄影|拍|写|采|摄|的|报道", "", what.replace(named, ""))) <= 1


def writers_of(evidence: Sequence[Evidence]) -> list[str]:
    """Folded names that sign the articles shown."""
    return list(dict.fromkeys(fold(to_simplified(one.name)) for item in evidence for one in item.article.bylines))


def is_signed(article: Article, name: str) -> bool:
    """Whether a folded name is among the article's bylines, or stands behind a writer's role in its text."""
    if any(fold(to_simplified(one.name)) == name for one in article.bylines):
        return True
    return re.search(rf"(?:记者|通讯员|摄影|作者):?[^,。;]{{0,6}}{re.escape(name)}", fold(article.text)) is not None


def is_photo(article: Article) -> bool:
    """Whether an article is the caption of a picture."""
    return article.kind == "photo_caption"
