"""What figures are counted in: units, measure words, and which of them may state the same fact.

A unit has a dimension; units of one dimension convert by an exact factor (公斤 and 吨, 公里 and 米). Measure words form
groups instead (家 and 户 may count the same firms, 家 and 岁 never). Knows nothing of numbers in a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from rag.text.lexicon import words
from rag.text.script import narrow


@dataclass(frozen=True, slots=True)
class Unit:
    """``dimension`` names what is measured; a value times ``factor`` is in the dimension's base unit."""

    dimension: str
    factor: Decimal = Decimal(1)


_FACTORS: dict[str, str] = {
    "长度": "公里 1000 千米 1000 km 1000 海里 1852 米 1 厘米 0.01 cm 0.01 毫米 0.001 mm 0.001",
    "面积": "平方公里 1000000 平方千米 1000000 公顷 10000 平方米 1 平米 1 ㎡ 1",
    "质量": "吨 1000 公斤 1 千克 1 kg 1 斤 0.5 克 0.001 毫克 0.000001",
    "体积": "立方米 1 升 0.001 毫升 0.000001",
    "电量": "千瓦时 1 kwh 1",
    "功率": "兆瓦 1000 mw 1000 千瓦 1 kw 1",
    "元": "元 1 元人民币 1 块钱 1",
}
_SYNONYMS = (
    "美元 美金",
    "港元 港币",
    "新台币 台币",
    "℃ 摄氏度",
    "岁 周岁",
    "小时 个小时 个钟头 钟头",
    "分钟",
    "秒 秒钟",
    "天 个工作日 个昼夜",
    "周 个星期 星期 个礼拜",
    "个月",
    "年 周年 个年头 载",
    "季度 个季度",
    "学年 个学年",
    "世纪 个世纪",
    "年代",
    "百分点 个百分点",
    "亩",
    "倍",
    "折",
    "分",
    "点",
    "度",
    *words("欧元 日元 英镑 韩元 卢布 澳元 加元 法郎 澳门元 卢比 泰铢 新元"),
)
_CLASSIFIER_GROUPS = {
    "人": "人 名 位 口 个人 人口",
    "家": "家 户 间",
    "次": "次 回 趟 遍",
    "人次": "人次",
    "架次": "架次 车次 班次",
    "届": "场 期 届 轮",
    "件": "件 起 宗 例",
    "项": "项 条 款",
    "辆": "辆 台 部 套 架 艘 列",
    "份": "份 张 页 封 幅 版 篇 首",
    "本": "本 册 卷",
    "座": "座 所 处 栋 幢",
    "棵": "棵 株 颗 粒 枚",
    "只": "只 头 匹 羽 尾",
    "类": "类 种",
    "级": "级 等 等奖",
    "批": "批 支 组 队 班 排 块 片",
    "镇": "镇 乡 村 县 市 省 国",
    "楼": "层 楼",
    "号": "号",
    "票": "票 席",
    "球": "球 局 胜",
    "米道": "道",
    "步": "步",
}
"""Measure words by what they count. Within a group they replace each other; 个 replaces any of them."""

_NOT_BEFORE = {
    "年": "级货轻均限龄",
    "分": "之别布期行公局店院会部支管析类钟工",
    "点": "多余",
    "度": "过假量",
    "天": "然津气空山河文下",
    "周": "边围末报",
    "人": "民大才均工选体物事类",
    "家": "庭长乡属园政具电居教里",
    "户": "外籍型口均主",
    "名": "单誉优城师牌额列字校",
    "位": "于居列置次",
    "口": "岸号味碑",
    "项": "目",
    "条": "件例块",
    "场": "地馆所景上合外",
    "期": "间待货末",
    "批": "准复评发",
    "元": "旦素宵首件老",
    "米": "粉线饭兰",
    "克": "服隆里拉",
    "升": "级至到学旗降值入温",
    "号": "召码称",
    "台": "湾阶风账",
    "部": "分门队署长委级",
    "所": "以有需属得在谓示占长做",
    "处": "理于置罚分在长级",
    "组": "织长建成合团员",
    "队": "员伍长",
    "班": "子级主",
    "支": "持部付撑出队援行",
    "排": "名查放练",
    "片": "区面",
    "等": "级于待候",
    "级": "别",
    "轮": "值流换廓椅胎船",
    "版": "本权面",
    "道": "路德理",
    "步": "行伐骤",
    "国": "家务内际",
    "市": "场民",
    "县": "城",
    "村": "民庄",
    "乡": "村镇亲",
    "镇": "村",
    "套": "路餐",
    "起": "来到步",
    "列": "入为车",
    "首": "先要次都",
    "本": "地报市县区身月周年",
    "回": "来到归报落",
    "球": "员队迷",
    "胜": "利",
    "张": "贴",
    "楼": "宇市",
    "头": "部条",
    "种": "植子养",
    "类": "别型似",
    "架": "构",
    "间": "隔接",
    "斤": "两",
    "载": "体",
    "折": "射",
    "倍": "增受感",
}
"""What, right after the word, makes it part of another word: 3年级, 5项目, 2分之一 hold no unit."""

CURRENCIES = frozenset(
    words(
        "元 元人民币 块钱 美元 美金 港元 港币 新台币 台币 欧元 日元 英镑 韩元 卢布 澳元 加元 法郎 澳门元 卢比 泰铢 新元"
    )
)
DURATIONS = frozenset(
    words(
        "小时 个小时 个钟头 钟头 分钟 秒 秒钟 天 个工作日 个昼夜 周 个星期 星期 个礼拜 个月 年 周年 个年头 载 "
        "季度 个季度 学年 个学年 世纪 个世纪"
    )
)
AGES = frozenset({"岁", "周岁"})


def _known_units() -> dict[str, Unit]:
    known = {"个": Unit("量词")}
    for group, listing in _CLASSIFIER_GROUPS.items():
        known.update(dict.fromkeys(words(listing), Unit(f"量词:{group}")))
    for listing in _SYNONYMS:
        known.update(dict.fromkeys(words(listing), Unit(words(listing)[0])))
    for dimension, table in _FACTORS.items():
        names, factors = words(table)[::2], words(table)[1::2]
        known.update({name: Unit(dimension, Decimal(factor)) for name, factor in zip(names, factors, strict=True)})
    return known


UNITS: dict[str, Unit] = _known_units()
"""Every unit and measure word known, Simplified and lower case."""


def _alternative(name: str) -> str:
    guard = rf"(?![{_NOT_BEFORE[name]}])" if name in _NOT_BEFORE else ""
    return f"(?i:{name})(?![A-Za-z])" if name.isascii() else name + guard


UNIT_PATTERN = re.compile(
    "|".join(_alternative(name) for name in sorted(UNITS, key=len, reverse=True)) + r"|[A-Za-z]{1,4}(?![A-Za-z])"
)
"""A unit right after a number, longest first, in narrow text; unknown Latin letters (5G) count as one."""


def find_unit(name: str) -> Unit:
    """The unit a figure names; an unknown one is a dimension of its own."""
    plain = narrow(name).lower()
    return UNITS.get(plain) or Unit(plain)


def comparable(first: Unit, second: Unit) -> bool:
    """Whether figures in the two units may state the same fact: one dimension, or 个 against any measure word."""
    if first.dimension == second.dimension:
        return True
    return "量词" in (first.dimension, second.dimension) and all(
        unit.dimension.startswith("量词") for unit in (first, second)
    )
