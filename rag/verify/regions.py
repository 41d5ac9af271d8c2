"""Countries, provinces and large cities printed without a level (日本, 安徽): one that the evidence never names.

They have no ending to be recognised by, so they are listed. Knows nothing of smaller places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.text.lexicon import words
from rag.text.normalise import fold
from rag.verify.findings import Finding

_REGIONS = (
    "北京:京 天津:津 上海:沪 重庆:渝 河北:冀 山西:晋 辽宁:辽 吉林:吉 黑龙江:黑 江苏:苏 浙江:浙 安徽:皖 "
    "福建:闽 江西:赣 山东:鲁 河南:豫 "
    "湖北:鄂 湖南:湘 广东:粤 海南:琼 四川:川蜀 贵州:黔贵 云南:滇云 陕西:陕秦 甘肃:甘陇 青海:青 台湾:台 "
    "内蒙古:蒙 广西:桂 西藏:藏 宁夏:宁 "
    "新疆:疆新 香港:港 澳门:澳 石家庄 太原 沈阳 哈尔滨 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 广州:穗 "
    "海口 成都 贵阳 昆明 西安 兰州 西宁 "
    "银川 乌鲁木齐 拉萨 呼和浩特 南宁 深圳:深 青岛 大连 宁波 厦门 苏州 无锡 烟台 温州 徐州 珠海 东莞 佛山 "
    "洛阳 桂林 三亚 "
    "美国:美 日本:日 韩国:韩 朝鲜:朝 俄罗斯:俄 法国:法 德国:德 英国:英 印度:印 巴西:巴 澳大利亚:澳 加拿大:加 "
    "意大利:意 乌克兰:乌 泰国:泰 越南:越 "
    "西班牙:西 葡萄牙:葡 荷兰:荷 比利时:比 瑞士 瑞典 挪威 芬兰 丹麦 波兰:波 希腊 土耳其:土 伊朗:伊 伊拉克:伊 "
    "以色列:以 埃及:埃 南非 "
    "尼日利亚 肯尼亚 埃塞俄比亚 巴基斯坦:巴 孟加拉国 印度尼西亚:印尼 印尼:印度尼西亚 马来西亚:马 新加坡:新 "
    "菲律宾:菲 缅甸:缅 老挝:老 柬埔寨:柬 "
    "蒙古国:蒙 哈萨克斯坦:哈 阿富汗:阿 沙特:沙 阿根廷:阿 墨西哥:墨 智利:智 古巴:古 新西兰:新 奥地利:奥 "
    "匈牙利:匈 捷克:捷"
)
"""Each with what may stand for it in print."""


@lru_cache(maxsize=1)
def _regions() -> tuple[re.Pattern[str], dict[str, str]]:
    known = {name: short for name, _, short in (entry.partition(":") for entry in words(_REGIONS))}
    return re.compile("|".join(sorted(known, key=len, reverse=True))), known


def check_regions(claim: str, evidence: Sequence[str]) -> list[Finding]:
    """Regions of the claim that the evidence names neither in full nor in short."""
    pattern, known = _regions()
    told = fold("\n".join(evidence))
    return [
        Finding("unsupported", f"地名“{name}”在证据中没有依据")
        for name in dict.fromkeys(pattern.findall(fold(claim)))
        if name not in told and not any(short in told for short in _shorts(known[name]))
    ]


def _shorts(short: str) -> Sequence[str]:
    return [short] if short in ("印尼", "印度尼西亚") else list(short)
