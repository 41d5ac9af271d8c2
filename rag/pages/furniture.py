"""What stands on a page and belongs to no article: editor lines, date lines, section names, slogans, adverts, strays.

Recognised by form and by words any paper uses for them. Knows nothing of articles.
"""

from __future__ import annotations

import re

from rag.pages.bylines import NAME

_DUTY = (
    r"(?:本?[版刊]?(?:责任编辑|执行编辑|值班编辑|编辑|责编|校对|美编|美术编辑|版式设计|版式|组版|排版|设计|制图|监制|审校|终审|审核|签发|值班编委|值班主任|"
    r"值班总编辑?|总编辑|主编|编审|统筹|策划|检校|视觉|图编|电话|邮箱|E-?mail))"
)
_DUTY_LINE = re.compile(
    rf"^\W*(?:{_DUTY}\s*[:：/|]?\s*(?:{NAME}|[\u3400-\u9fff]{{2,4}}|[\w.@-]{{5,40}})(?:[\s、,/|]+(?!{_DUTY}){NAME})*[\s|/;,、]*)+$"
)
_DATE_LINE = re.compile(
    r"^(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2}|星期[一二三四五六日天]|农历[\u3400-\u9fff]{2,12}|第?[A-Z]?\d{1,3}版|[A-Z]\d{1,2}|"
    r"总?第\d+期|国内统一[\u3400-\u9fff]*|刊号|CN\d[\d-]*|邮发代号[\d-]*|今日\d+版|版|[\u3400-\u9fff]{2,6}日报|[\u3400-\u9fff]{2,6}[晚晨早时]报|[\s|/·:,第()])+$"
)
_SECTION = re.compile(
    r"^(?:[\u3400-\u9fff]{0,3}(?:新闻|[要时见]闻|副刊|专[版栏刊题]|特刊|专刊|广告|公益广告|导读|[经财体]育?[济经]?版|综合|[\u3400-\u9fff]{1,2}版))$"
)
_NOTICE_WORD = r"(?:遗失|公告|声明|启事|招租|招聘|出租|转让|拍卖|讣告|更正|通告|公示|招标|广告|寻人|挂失|征订|出售|求购|注销|认尸|迁坟|清算|减资|催告)"
_NOTICE = re.compile(rf"^[\u3400-\u9fff]{{0,6}}{_NOTICE_WORD}[\u3400-\u9fff]{{0,4}}[\s:]")
_NOTICE_BODY = re.compile(
    r"(?:声明作废|特此(?:公告|声明)|申报债权|联系电话|联系人|热线|有意者|面议|咨询电话|报名电话|订阅|邮编|平方米.{0,12}\d{7,}|绕行|作废)"
)
_CONTACT = re.compile(
    r"(?:热线|电话|传真|邮箱|地址|网址|邮编|印刷|发行|零售|定价|订价|承印|投稿|微信|客户端)[^。]{0,6}[:：]?"
)
_SLOGAN_WORD = re.compile(
    r"(?:家园|高地|强市|强省|强县|强国|名城|城市|新城|新篇|篇章|新时代|现代化|中国梦|示范区|先行区|样板|文明|征程|复兴|伟业|答卷|幸福|美丽|宜居|和谐|梦想|辉煌|未来)"
)


def is_furniture_line(plain: str, spaced: str) -> bool:
    """Whether a folded block is furniture by its form alone: editor line, date line, section name, contact line, notice."""
    line = spaced.strip()
    if len(plain) > 200:
        return False
    if len(plain) <= 90 and "。" not in plain and ("|" not in plain):
        if _DUTY_LINE.match(line) or (_DATE_LINE.match(line) and any(c.isdigit() for c in plain)):
            return True
        if len(_CONTACT.findall(plain)) >= 2 and len(re.findall(r"\d{5,}", plain)) >= 1 and len(plain) <= 120:
            return True
    if len(plain) <= 6 and _SECTION.match(plain):
        return True
    return is_notice(line)


def is_notice(line: str) -> bool:
    """Whether a folded line is a classified advert or an official notice in one paragraph."""
    match = _NOTICE.match(line)
    if not match or len(line) > 200:
        return False
    head = re.split(r"[\s:]", line, maxsplit=1)[0]
    return len(head) <= 8 or bool(_NOTICE_BODY.search(line))


def is_stray(plain: str) -> bool:
    """A single character on its own line: what is left of a vertical title."""
    return len(plain) == 1 and (plain.isalnum())


def slogan_weight(spaced: str) -> float:
    """How much a short line looks like a page slogan (a banner) rather than a kicker: 0 … 1.

    A slogan is two or three equal phrases of six to nine characters that wish something for the whole place.
    """
    phrases = spaced.strip().split(" ")
    if not 2 <= len(phrases) <= 3 or any(c in spaced for c in ",。:;—"):
        return 0.0
    sizes = [len(phrase) for phrase in phrases]
    if min(sizes) < 4 or max(sizes) > 11 or max(sizes) - min(sizes) > 3:
        return 0.0
    words = sum(bool(_SLOGAN_WORD.search(phrase)) for phrase in phrases)
    long = sum(sizes) / len(sizes) >= 6
    return min(1.0, 0.3 * words + (0.3 if long else 0.0) + (0.2 if words == len(phrases) and long else 0.0))
