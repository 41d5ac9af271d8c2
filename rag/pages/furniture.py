"""What stands on a page and belongs to no article: editor lines, date lines, section names, slogans, adverts, strays.

Recognised by form and by words any paper uses for them. Knows nothing of articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.pages.blocks import Block, is_marked
from rag.pages.bylines import NAME, is_byline_line, is_names_line
from rag.pages.datelines import read_opening
from rag.pages.headlines import PLACE_LINE, headline_odds, is_subtitle_form
from rag.pages.units import is_turn

_DUTY = (
    r"(?:[本]?[版刊页]?(?:责任编辑|执行编辑|值班编辑|图片编辑|编辑|责编|校对|检校|美编|美术编辑|版式设计|版式|组版|排版|设计|制图|"
    r"监制|审校|终审|审核|签发|值班编委|值班主任|值班总编辑?|值班|总编辑|主编|编审|编委|统筹|策划|视觉|图编))"
)
_DATE = (
    r"(?:(?:\d{4}年)?\d{1,2}月\d{1,2}[日曰]|\d{4}[-./]\d{1,2}[-./]\d{1,2}|(?:星期|周|礼拜)[一二三四五六日天]|"
    r"(?:农历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年?)[\u3400-\u9fff]{0,10}|[正腊一二三四五六七八九十冬]{1,2}月[初十廿三][\u3400-\u9fff]{1,2})"
)
_LEAF = r"(?:第?\s?[A-Z]?\d{1,3}\s?版|第[一二三四五六七八九十]{1,3}版|[A-Z]\d{1,3}|总?第\d+期|今日\d+版|版)"
_DEGREES = r"-?\d{1,2}\s?(?:℃|°C|度)"
_WEATHER = (
    r"(?:今[日天]|明[日天]|后天|白天|夜间|本市|天气(?:预报)?|(?:最[高低])?气温|[晴阴转有间]|多云|[小中大暴阵雷]{1,3}[雨雪]|[东南西北偏]{1,3}风|微风|"
    rf"\d(?:[-~～]\d)?级|(?:-?\d{{1,2}}\s?(?:℃|°C|度)?\s?[-~～到至/]\s?)?{_DEGREES})"
)
_IMPRINT = r"(?:国内统一[\u3400-\u9fff]*|刊号|CN\d[\d-]*|邮发代号[\d-]*|[\u3400-\u9fff]{2,6}[日晚晨早时]报社?)"
_TOPIC = (
    r"(?:时政|政务|经济|社会|民生|文化|教育|体育|健康|法治|科技|财经|娱乐|文娱|文体|国际|国内|天下|本地|县区|县域|农业|三农|生活|旅游|理论|评论|文艺|军事|汽车|房产|消费|金融|"
    r"读书|人物|热点|焦点|深度)"
)
_SECTION = (
    r"(?:[\u3400-\u9fff]{0,4}(?:新闻|[要时见]闻|副刊|专[版栏刊题]|特刊|周刊|周末|月刊|旬刊|文摘|广告|导读|综合|时评|特别报道|特别策划)"
    rf"|{_TOPIC}(?:[·•・/]?{_TOPIC}){{0,2}}(?![\u3400-\u9fff]))"
)
_PEOPLE = rf"(?:{NAME}|[\u3400-\u9fff]{{2,4}})(?:[\s、,/|]+(?!{_DUTY}){NAME})*"
_CONTACT = r"(?:(?:[\u3400-\u9fff]{0,4}(?:电话|热线|邮箱|传真|信箱))|E-?mail|QQ)\s*[:：]?\s*[\w.@()-]{5,40}"
_TOKEN = re.compile(
    rf"(?:{_DUTY}\s*[:：/|]?\s*{_PEOPLE}|{_DATE}|{_LEAF}|{_IMPRINT}|{_SECTION}|{_CONTACT}|{_WEATHER})[\s|/·:,;、()—-]*"
)
"""Read one after the other, never tried again, so that no line is slow."""
_DUTY_WORD = re.compile(_DUTY)
_ODD_DUTY = re.compile(rf"[\u3400-\u9fff]{{2,4}}[\s:：/|]+{NAME}[\s|/·:,;、()—-]*")
"""A misread or rare duty with its name; believed only on a line of several known ones."""
_SEVERAL = 2
_FIRM = re.compile(rf"{_DUTY}|{_DATE}|{_LEAF}|{_DEGREES}|天气")
_PUBLIC_GOOD = re.compile(r"\s公益广告$")
_SECTION_ONLY = re.compile(rf"^{_SECTION}$")
_NOTICE_WORD = (
    r"(?:遗失|公告|声明|启事|招租|招聘|出租|转让|拍卖|讣告|更正|通告|公示|招标|寻人|挂失|征订|出售|求购|"
    r"注销|认尸|迁坟|清算|减资|催告|催收|通知|启示|鸣谢|收购|回收|征集|招生|招工)"
)
_NOTICE = re.compile(rf"^[\u3400-\u9fff]{{0,6}}{_NOTICE_WORD}[\u3400-\u9fff]{{0,4}}[\s:]")
_NOTICE_BODY = re.compile(
    r"(?:声明作废|作废|特此(?:公告|声明|通知)|特声明|敬请谅解|逾期|电话\d|申报债权|联系电话|联系人|热线|有意者|面议|咨询电话|报名电话|订阅|邮编|绕行|\d{7,})"
)
_REACH = re.compile(r"(?:热线|电话|传真|邮箱|地址|网址|邮编|印刷|发行|零售|定价|订价|承印|投稿)[^。]{0,6}[:：]?")
_SLOGAN_WORD = re.compile(
    r"(?:家园|高地|强[市省县国区镇]|名城|城市|新城|新篇|篇章|新时代|现代化|中国梦|示范区|先行区|样板|文明|征程|复兴|伟业|答卷|幸福|"
    r"美丽|宜居|和谐|梦想|辉煌|未来|感恩|使命|初心|前行|前列|佳绩|潮头|公平|正气|蓝天|碧水|绿色)"
)
_WISH = re.compile(r"^(?:守护|守望|共享|传承|赓续|砥砺|奋楫|扬帆|勇立|不忘|走在|再创|厚植|绘就)")
"""These open headlines too, so they count only where other words of a slogan stand."""
_CALL = re.compile(
    r"^(?:创|建|共|打造|奋力|奋进|谱写|推动|争|树|弘扬|践行|牢记|坚定|坚持|高举|凝聚|开创|勇当|描绘|书写|铸就|筑梦|聚力|加快|全面|实现|同心)"
)
_HAN_ONLY = re.compile(r"[\u3400-\u9fff]+")
_VIRTUES = 4
_SLOGAN = 0.75
"""From here on a short line is a slogan."""
_MAX_STRAY_LINE = 4
"""A line of so few characters with nothing of a headline around it is a section name."""


def find_furniture(blocks: Sequence[Block]) -> list[int]:
    """Numbers of the blocks that are furniture by themselves or by what stands beside them."""
    marked = is_marked(blocks)
    return [
        n
        for n, block in enumerate(blocks)
        if not is_turn(block.plain)
        and (is_furniture_line(block.plain, block.spaced) or _stands_alone(blocks, n, marked=marked))
    ]


def is_furniture_line(plain: str, spaced: str) -> bool:
    """Whether a folded block is furniture by its form alone: editor line, date line, section name, contacts, notice."""
    line = spaced.strip()
    if len(plain) > 200:
        return False
    if len(plain) <= 90 and "。" not in plain and "|" not in plain:
        if _is_strip(line) and (_FIRM.search(plain) or _SECTION_ONLY.match(plain)):
            return True
        if _PUBLIC_GOOD.search(line):
            return True
        if len(_REACH.findall(plain)) >= 2 and re.search(r"\d{5,}", plain) and not re.search(r"[!?]", plain):
            return True
    return is_notice(line)


def _is_strip(line: str) -> bool:
    """Whether a line is nothing but duties with names, dates, page numbers, section names and contacts."""
    at = len(line) - len(line.lstrip("|/·:,;、()—-■□◆●▲ "))
    duties = len(_DUTY_WORD.findall(line))
    while at < len(line):
        token = _TOKEN.match(line, at) or (_ODD_DUTY.match(line, at) if duties >= _SEVERAL else None)
        if token is None:
            return False
        at = token.end()
    return bool(line)


def is_notice(line: str) -> bool:
    """Whether a folded line is a classified advert or an official notice in one paragraph."""
    if not _NOTICE.match(line) or len(line) > 200:
        return False
    head = re.split(r"[\s:]", line, maxsplit=1)[0]
    told = "。" in line and len(head) <= 8 and len(line) > len(head) + 4
    return told or bool(_NOTICE_BODY.search(line))


def is_stray(plain: str) -> bool:
    """A single character on its own line: what is left of a vertical title."""
    return len(plain) == 1 and plain.isalnum()


def _stands_alone(blocks: Sequence[Block], n: int, *, marked: bool) -> bool:
    """A slogan or a bare section name: short, and neither above nor below it is what a headline would have there."""
    block = blocks[n]
    plain, spaced = block.plain, block.spaced.strip()
    after = blocks[n + 1] if n + 1 < len(blocks) else None
    before = blocks[n - 1] if n else None
    weight = slogan_weight(spaced)
    if weight >= _SLOGAN:
        unmarked = marked and not block.level
        return unmarked or after is None or not _takes_headline(after) or (weight == 1.0 and bool(_CALL.match(plain)))
    if len(plain) > _MAX_STRAY_LINE or not re.fullmatch(r"[\u3400-\u9fff]+", plain) or (block.level and len(plain) > 3):
        return False
    if before is not None and (PLACE_LINE.match(before.plain) or (is_names_line(spaced) and _is_headlike(before))):
        return False
    return after is None or not (_takes_headline(after) or (len(plain) > 2 and _is_headlike(after)))


def _takes_headline(after: Block) -> bool:
    """Whether a block is what follows a headline: byline, dateline, subtitle."""
    spaced = after.spaced.strip()
    return is_byline_line(spaced) or read_opening(spaced) is not None or is_subtitle_form(after.plain)


def _is_headlike(block: Block) -> bool:
    return block.level > 0 or headline_odds(block.plain, block.spaced, wrapped=False) > 0


def slogan_weight(spaced: str) -> float:
    """How much a short line looks like a page slogan (a banner) rather than a kicker: 0 … 1.

    A slogan is two or three phrases of six to thirteen characters that wish something for the whole place; or four and
    more of one length, such as a town's or a trade's virtues.
    """
    phrases = spaced.strip().split(" ")
    if (
        len(phrases) >= _VIRTUES
        and {len(phrase) for phrase in phrases} <= {2, 3, 4}
        and len(set(map(len, phrases))) == 1
    ):
        return float(all(map(_HAN_ONLY.fullmatch, phrases)))
    if not 2 <= len(phrases) <= 3 or any(c in spaced for c in ',。:;—!?“”"'):
        return 0.0
    sizes = [len(phrase) for phrase in phrases]
    if min(sizes) < 4 or max(sizes) > 14 or max(sizes) - min(sizes) > 4:
        return 0.0
    wishes = [bool(_SLOGAN_WORD.search(phrase)) for phrase in phrases]
    words = sum(
        wish or bool(_CALL.match(phrase) or _WISH.match(phrase)) for wish, phrase in zip(wishes, phrases, strict=True)
    )
    words = words if any(wishes) else 0
    long = sum(sizes) / len(sizes) >= 6
    return min(1.0, 0.3 * words + (0.3 if long else 0.0) + (0.2 if words == len(phrases) and long else 0.0))
