"""False names: a person, place, body, title, quoted term or rank of office put in the place of another.

Finds names by patterns of its own, so that what the engine cannot see is asked as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from evals.altered.edit import Source
from rag.text.lexicon import words

_SURNAME = (
    "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭"
    "吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康]"
)
_NAME = rf"{_SURNAME}[\u4e00-\u9fff]{{2}}"
_SAYS = r"(?:表示|介绍|说|指出|称|认为|告诉|强调|透露|坦言)"
_ROLES = words("记者 书记 主任 局长 市长 县长 经理 教授 主席 部长 院长 校长 会长 总裁 所长")
_AFTER_ROLE = "|".join(f"(?<={role})" for role in _ROLES)
PERSON = re.compile(
    rf"(?:{_AFTER_ROLE}){_NAME}(?={_SAYS}|[，、。（在对向等和与率到为]|主持|出席|一行|先生|女士)"
    rf"|(?<=[，。、 ]){_NAME}(?={_SAYS})"
)
_PLACES = words(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 "
    "四川 贵州 云南 "
    "陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 石家庄 太原 沈阳 长春 哈尔滨 南京 杭州 合肥 "
    "福州 南昌 济南 "
    "郑州 武汉 长沙 广州 海口 成都 贵阳 昆明 西安 兰州 西宁 深圳 青岛 大连 宁波 厦门 苏州 无锡 烟台 美国 "
    "日本 韩国 俄罗斯 "
    "法国 德国 英国 印度 巴西 澳大利亚 加拿大 意大利 乌克兰 尼日尔 泰国 越南"
)
PLACE = re.compile("|".join(_PLACES))
_INNER = (
    r"(?:(?![的了是将被对会因其该此这那本等与和在为从向以及按照后前个名位家我们你他她一都也已能可])[\u4e00-\u9fff])"
)
BODY = re.compile(
    rf"(?<=[，。、由 ])({_INNER}{{2,10}}(?:公司|集团|银行|大学|医院|中学|小学|研究院|研究所|委员会|"
    r"协会|公安局|派出所|教育局|管理局|法院|检察院|电视台|博物馆|图书馆|交警大队|街道办|村委会|居委会|联合会))(?=[，。、在与和将对于表宣发举开])"
)
TITLE = re.compile(r"《([^《》]{2,20})》")
QUOTED = re.compile(r"“([^“”，。！？]{2,10})”")
_OFFICES = re.compile(r"(?<!副)(?=(?:[省市县区镇村局处科厅校院部会]长|主任|主席|书记|经理|总裁)(?!助理))")
_DEPUTIES = re.compile(r"副(?=(?:[省市县区镇村局处科厅校院部会]长|主任|主席|书记|总经理|总裁))")
_RANKS = re.compile(
    r"(?<=[\u4e00-\u9fff])(省委|市委|县委|区委|副省长|市长|县长|区长|镇长|局长|处长|科长|教授|研究员)(?=[\u4e00-\u9fff])"
)
_RANK_FOR = {
    "省委": "市委", "市委": "县委", "县委": "市委", "区委": "市委", "副省长": "副市长", "市长": "县长", "县长": "市长",
    "区长": "县长", "镇长": "村长", "局长": "处长", "处长": "局长", "科长": "处长", "教授": "讲师", "研究员": "工程师",
}  # fmt: skip
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"


def other_person(source: Source, random: Random) -> Iterator[str]:
    """A person of another article."""
    yield from _swapped(PERSON, source, random, PERSON.finditer(source.elsewhere))


def near_person(source: Source, random: Random) -> Iterator[str]:
    """A person's name with one character changed."""
    for hit in PERSON.finditer(source.sentence):
        name, at = hit.group(), random.choice((1, 2))
        put = name[:at] + random.choice([one for one in _GIVEN if one != name[at]]) + name[at + 1 :]
        if put not in source.evidence:
            yield source.sentence.replace(name, put)


def person_of_another_sentence(source: Source, random: Random) -> Iterator[str]:
    """A person named in another sentence of the evidence: who said or did it is another."""
    rest = source.evidence.replace(source.sentence, "。")
    yield from _swapped(PERSON, source, random, PERSON.finditer(rest), fresh=False)


def other_place(source: Source, random: Random) -> Iterator[str]:
    """A place that the evidence does not name."""
    for hit in random.sample(hits := list(PLACE.finditer(source.sentence)), len(hits)):
        put = random.choice(_PLACES)
        if put not in source.evidence and (len(put) == 2 or hit.group() not in put):
            yield source.sentence.replace(hit.group(), put)


def other_body(source: Source, random: Random) -> Iterator[str]:
    """A company, office or school of another article, of the same kind (公司 for 公司)."""
    same = [(hit, other) for hit in BODY.finditer(source.sentence) for other in BODY.finditer(source.elsewhere)]
    for hit, other in random.sample(same, len(same)):
        if hit[1][-2:] == other[1][-2:] and other[1] not in source.evidence:
            yield source.sentence[: hit.start(1)] + other[1] + source.sentence[hit.end(1) :]


def body_of_another_sentence(source: Source, _random: Random) -> Iterator[str]:
    """A company, office or school that the evidence names in another sentence."""
    rest = source.evidence.replace(source.sentence, "。")
    for hit in BODY.finditer(source.sentence):
        for other in BODY.finditer(rest):
            if other[1] not in source.sentence and hit[1] not in other[1] and other[1][-4:] != hit[1][-4:]:
                yield source.sentence[: hit.start(1)] + other[1] + source.sentence[hit.end(1) :]


def other_title(source: Source, random: Random) -> Iterator[str]:
    """The title of another work."""
    yield from _swapped(TITLE, source, random, TITLE.finditer(source.elsewhere))


def other_term(source: Source, random: Random) -> Iterator[str]:
    """Another quoted term."""
    yield from _swapped(QUOTED, source, random, QUOTED.finditer(source.elsewhere))


def other_rank(source: Source, random: Random) -> Iterator[str]:
    """县长 for 副县长 and the other way, or an office of another level."""
    sentence = source.sentence
    made = [sentence[: hit.start()] + sentence[hit.end() :] for hit in _DEPUTIES.finditer(sentence)]
    made += [
        sentence[: hit.start()] + "副" + sentence[hit.start() :]
        for hit in _OFFICES.finditer(sentence)
        if not re.search(r"[总副代]$", sentence[: hit.start()])
    ]
    made += [sentence[: hit.start()] + _RANK_FOR[hit[1]] + sentence[hit.end() :] for hit in _RANKS.finditer(sentence)]
    yield from random.sample(made, len(made))


def _swapped(
    pattern: re.Pattern[str],
    source: Source,
    random: Random,
    others: Iterator[re.Match[str]],
    *,
    fresh: bool = True,
) -> Iterator[str]:
    known = sorted({hit.group() for hit in others})
    hits = list(pattern.finditer(source.sentence))
    for hit in random.sample(hits, len(hits)):
        for put in random.sample(known, len(known)):
            if put not in (source.evidence if fresh else source.sentence) and hit.group() not in put:
                yield source.sentence[: hit.start()] + put + source.sentence[hit.end() :]
