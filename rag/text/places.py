"""Administrative places in Chinese text: 省 市 县 区 乡 镇 街道 村 社区 and provinces without their suffix.

Precision before recall: a name is taken only where its left edge is clear. There is no gazetteer of towns, so nothing
goes stale; a city without its suffix is found only in a dateline or next to its province. Knows nothing of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.mapping import Span
from rag.text.lexicon import words
from rag.text.mentions import NameMention, edge_before, without_dates, without_overlap
from rag.text.script import narrow

PROVINCES = words(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 "
    "云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
)
"""The provinces, municipalities and regions of China, as newspapers write them without suffix."""

_PROVINCE = re.compile(rf"(?<![黄淮运沿泰])(?:{'|'.join(PROVINCES)})(?![岸侧面麓路街部])")
_SUFFIX = re.compile(
    r"特别行政区|维吾尔自治区|回族自治区|壮族自治区|自治区|自治州|自治县|自治旗|民族乡|街道|社区|地区|新区|省|市|县|区|州|盟|旗|镇|乡|村"
)
_MAX_NAME_CHARS = 6
"""Longest place name before its suffix that is accepted; longer ones are other words run together."""

_COMMON = frozenset(
    words(
        "城市 全市 我市 本市 该市 各市 县市 省市 上市 超市 门市 夜市 股市 楼市 都市 集市 地市 菜市 闹市 早市 花市 "
        "车市 设区市 地级市 县级市 全省 我省 本省 该省 各省 外省 两省 节省 全县 我县 本县 该县 各县 郡县 市县 区县 "
        "外县 邻县 脱贫县 贫困县 大县 全区 我区 本区 该区 各区 园区 小区 辖区 城区 市区 郊区 山区 灾区 景区 厂区 "
        "校区 片区 矿区 库区 牧区 滩区 林区 学区 战区 禁区 街区 疫区 老区 新区 特区 专区 军区 院区 湖区 湾区 大湾区 "
        "商区 农区 城乡区 示范区 开发区 高新区 保护区 功能区 服务区 工业区 经开区 度假区 旅游区 试验区 实验区 先行区 "
        "自贸区 保税区 产业区 生活区 办公区 居住区 住宅区 风景区 管理区 集聚区 核心区 休息区 展区 展示区 主城区 "
        "老城区 城镇 乡镇 全镇 我镇 本镇 该镇 各镇 古镇 小镇 集镇 重镇 村镇 市镇 强镇 名镇 家乡 故乡 老乡 下乡 城乡 "
        "回乡 全乡 我乡 该乡 各乡 返乡 同乡 水乡 异乡 他乡 侨乡 梦乡 还乡 农村 乡村 全村 我村 本村 该村 各村 山村 "
        "渔村 进村 驻村 出村 入村 新村 行政村 自然村 贫困村 示范村 明星村 城中村 中心村 文明村 脱贫村 数字乡村 "
        "美丽乡村 试点村 空心村 农家村 神州 九州 本社区 该社区 各社区 全社区 新社区 街道社区 各街道 该街道 全街道 "
        "本街道 我街道 镇街道 老旧小区 和谐社区 智慧社区 智慧城市 文明城市 联盟 同盟 加盟 红旗 国旗 党旗 大旗 锦旗 "
        "军旗 彩旗 老地区 本地区 该地区 各地区 贫困地区 灾地区 边远地区 西部地区 东部地区 民族地区 农村地区 高地区 "
        "等地区 部分地区 沿海地区 偏远地区 边境地区 山区县 海内外 强市 强县 强省 大省 大市 质量强市 工业强市 农业强市 "
        "旅游强市 花园城市 中心城市"
    )
)
"""Words that end like a place and are none; 全市 and 我县 are places only to who knows the paper."""

_NAMED_SO = frozenset(
    words(
        "成都市 宜都市 厦门市 江门市 荆门市 天门市 玉门市 盐城市 运城市 宣城市 晋城市 聊城市 白城市 "
        "诸城市 项城市 禹城市 邹城市 海城市 凤城市 韩城市 丰城市 永城市 麻城市 应城市 上街区 东城区 "
        "西城区 任城区 历城区 增城区 宛城区 宿城区 山城区 峄城区 德城区 江城区 滨城区 相城区 管城区 "
        "薛城区 襄城区 樊城区 郾城区 鄂城区 钢城区 陵城区 驿城区 鹿城区 东山区 兰山区 千山区 南山区 "
        "博山区 名山区 坪山区 宝山区 尖山区 崂山区 平山区 房山区 泉山区 泰山区 洪山区 烈山区 璧山区 "
        "相山区 福山区 花山区 莱山区 萧山区 蚌山区 蜀山区 象山区 金山区 钟山区 铁山区 铜山区 雨山区 "
        "青山区 鹤山区 八公山区 东湖区 亭湖区 南湖区 滨湖区 罗湖区 西湖区 镜湖区 青山湖区 梁子湖区 "
        "龙子湖区 张湾区 荔湾区 碑林区 梁园区 沙市区 点军区 井陉矿区 峰峰矿区 白云鄂博矿区"
    )
)
"""Cities and districts whose names end like a common word (盐城市, 房山区)."""

_AFTER_NOT = {
    "市": "场民值容政委属直级价域井面长区",
    "县": "长委直级域城处",
    "区": "域别间分划长委直级块位",
    "省": "长委直级去略心钱级会",
    "镇": "长静压痛定守村",
    "乡": "长村亲镇贤土愁音",
    "村": "民庄长委口里支落部寨两居级",
    "州": "长",
    "旗": "帜下袍舰开号",
    "盟": "友主约",
    "社区": "服工居矫党治建",
    "街道": "办",
}
"""What, right after a suffix, usually makes it part of a longer word or office (市场, 县长, 村民)."""
_OFFICE_FOLLOWS = frozenset("长委直级属政支两居党工服")
"""… of which these leave the place itself standing: 某某县委 still names 某某县."""

_DATELINE = re.compile(
    r"(?:新华社|中新社|新华网|人民网|中新网)(?P<place>[\u4e00-\u9fff]{2,6}?)(?=\ue000|[0-9]{1,2}月|[0-9]{1,2}日)"
)


def find_places(text: str) -> list[NameMention]:
    """Administrative places in reading order, without overlap; a province and its city are one mention."""
    shown = narrow(text)
    spans = [
        *_suffixed(without_dates(shown)),
        *(match.span() for match in _PROVINCE.finditer(shown)),
        *_datelines(shown),
    ]
    return without_overlap(NameMention(start, end, text[start:end], "place") for start, end in _chained(spans))


def _suffixed(shown: str) -> Iterator[Span]:
    floor = 0
    for match in _SUFFIX.finditer(shown):
        suffix, end = match.group(), match.end()
        after = shown[end : end + 1]
        if after and after in _AFTER_NOT.get(suffix, "") and after not in _OFFICE_FOLLOWS:
            continue
        start = edge_before(shown, match.start(), _MAX_NAME_CHARS, floor)
        if start is not None and _is_name(shown[start : match.start()], suffix):
            floor = end
            yield start, end


_COUNT = re.compile(r"[0-9一二三四五六七八九十百千万两几多数余][余多]?[个名位家次条项]|[0-9]")


_RANKS = frozenset(words("副 正 原 常务副 第一副 时任 现任 前"))
"""What stands before 县长 or 市长 and makes no place of 副县."""


_NO_PLACE = re.compile(r"整治|治理|打扫|清扫|战胜|击败|打败|高于|低于|超过|[不没了被把]|比[一二三四五六七八九十]")
"""Words between two places that are run together with the second."""


def _is_name(name: str, suffix: str) -> bool:
    word = name + suffix
    if _COUNT.search(name):
        return False
    if (
        name in _RANKS
        or _NO_PLACE.search(name)
        or len(name) < 1
        or (len(name) < 2 and suffix not in {"县", "市", "镇", "区", "村", "乡"})
    ):
        return False
    return word in _NAMED_SO or not any(word.endswith(common) for common in _COMMON)


def _datelines(shown: str) -> Iterator[Span]:
    return (match.span("place") for match in _DATELINE.finditer(shown))


def _chained(spans: list[Span]) -> list[Span]:
    """Join places that follow each other directly (province, city, county) and drop those inside others."""
    joined: list[Span] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
