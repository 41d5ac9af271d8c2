"""Which desk of a newsroom a story would go to, by the words its headline and first sentences print.

For stories that share neither a place nor a word of their headlines: a day's national news. A closed list of words, no
statistics: whoever reads a digest can see why a story stands where it stands. Simplified; knows nothing of groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.models import Article
from rag.text.lexicon import words
from rag.text.normalise import fold
from rag.text.script import to_simplified

LEAD_CHARS = 160
"""Where words are looked for besides the headline."""

HEADED = 2
"""What a word of the headline counts; one of the lead counts one."""

MIN_STORIES = 2
"""Stories of one desk that make a group."""

LEAST = 2
"""A single word of the lead decides nothing."""

DESKS: dict[str, tuple[str, ...]] = {
    name: tuple(word.upper() for word in words(found))
    for name, found in {
        "国际": "外交部 总统 首相 大使馆 联合国 美国 俄罗斯 乌克兰 日本 韩国 朝鲜 英国 法国 德国 欧盟 北约 "
        "以色列 巴勒斯坦 伊朗 印度 巴基斯坦 非洲 拜登 普京 当地时间 访华 驻华 中东 尼日尔 白宫 国务卿 "
        "外长 侨民 使馆 缅甸 泰国 越南 菲律宾 新加坡 澳大利亚 加拿大 巴西 土耳其 意大利 西班牙 波兰",
        "体育": "比赛 联赛 冠军 亚军 决赛 半决赛 小组赛 球队 球员 主场 客场 进球 足球 篮球 排球 网球 乒乓球 "
        "羽毛球 游泳 田径 世界杯 亚运会 大运会 奥运会 全运会 世锦赛 锦标赛 金牌 银牌 铜牌 教练 女足 "
        "男足 女排 男篮 女篮 国足 英超 西甲 意甲 德甲 法甲 中超 欧冠 NBA CBA 转会 赛季 运动员 选手 "
        "夺冠 晋级 击败 战胜 队员 国米 马拉松 电竞",
        "天气与灾害": "暴雨 台风 强降雨 降雨 洪水 洪涝 防汛 汛情 汛期 地震 气象台 气象局 高温 预警 山洪 泥石流 滑坡 "
        "受灾 抢险 救灾 干旱 抗旱 寒潮 雷暴 冰雹 内涝 转移安置 应急响应 水位 泄洪 海啸 登陆 龙卷风",
        "法治与社会": "警方 公安 民警 派出所 犯罪 嫌疑人 法院 检察院 检察 判决 判处 被告 原告 起诉 诈骗 反诈 逮捕 "
        "拘留 刑事 违法 涉嫌 立案 案件 律师 盗窃 毒品 死刑 坠楼 坠亡 溺水 身亡 遇难 死亡 受伤 车祸 "
        "事故 火灾 爆炸 失联 失踪 救援 被骗 赔偿 维权 消防 纪委 监委 受贿 双开 处分 违纪",
        "财经": "股份 股价 股市 上市公司 A股 港股 美股 指数 涨停 跌停 收盘 板块 个股 证券 基金 银行 央行 利率 "
        "汇率 人民币 美元 债券 净利润 营业收入 营收 同比增长 环比 亿元 财报 业绩 公告 募资 IPO 融资 "
        "投资者 期货 现货 黄金 原油 房价 楼市 房企 房地产 保险 GDP CPI PPI 进出口 外贸 消费 物价 税务 "
        "退税 财政 降息 加息",
        "汽车与交通": "汽车 新能源车 电动车 车型 车企 轿车 SUV 销量 续航 自动驾驶 智能驾驶 特斯拉 比亚迪 铁路 高铁 "
        "列车 地铁 航班 机场 航空 客流 高速公路 公路 隧道 大桥 港口 公交 交警 交通 通车 航线 旅客",
        "科技": "人工智能 大模型 芯片 半导体 手机 苹果 华为 小米 三星 微软 谷歌 算力 5G 6G 软件 互联网 卫星 "
        "火箭 航天 航天员 空间站 发射 机器人 量子 数据 算法 数字化 科研 科学家 科技 研究团队 研究人员 "
        "论文 实验室 处理器 显卡 iPhone",
        "教育": "高校 大学 学院 学生 中小学 小学 中学 高中 高考 中考 招生 录取 考生 教师 老师 校园 学校 "
        "教育部 教育局 课程 培训 毕业生 幼儿园 考研 研究生 开学 暑假 助学 奖学金 职业教育 双减",
        "医疗与健康": "医院 医生 患者 疾病 疫苗 疫情 病毒 感染 治疗 手术 药品 医保 医疗 卫健委 疾控 健康 症状 癌症 "
        "药物 临床 中医 血压 血糖 饮食 减肥 睡眠 诊疗 门诊 护士 养生 营养",
        "文化与娱乐": "电影 票房 导演 演员 电视剧 剧集 综艺 明星 歌手 演唱会 音乐 音乐节 粉丝 主演 上映 首映 热播 "
        "博物馆 展览 非遗 文物 考古 遗址 艺术 艺术家 作家 文学 图书 出版 戏曲 话剧 舞蹈 书画 文化节 "
        "文化遗产 动漫 游戏 玩家",
        "旅游与消费": "旅游 景区 游客 酒店 民宿 文旅 度假 夜市 美食 餐饮 餐厅 火锅 奶茶 咖啡 购物 商场 直播带货 "
        "门票 出游 打卡 品牌 消费者 新品 优惠 超市 外卖 快递",
        "农业与乡村": "农业 农民 农村 乡村振兴 粮食 小麦 水稻 玉米 大豆 种植 养殖 丰收 收割 秋粮 夏粮 农产品 合作社 "
        "果园 蔬菜 水果 大棚 农田 耕地 种子 生猪 畜牧 渔业 茶叶 农机 村民",
        "军事": "解放军 海军 空军 陆军 火箭军 武警 官兵 部队 军事 战机 军舰 导弹 演习 演训 军营 国防部 "
        "退役军人 士兵 战士 航母 海警 东部战区 入伍 征兵 双拥",
        "时政": "习近平 总书记 国务院 全国人大 中央政治局 全国政协 党委 党员 党建 主题教育 巡视 省委 市委 "
        "县委 区委 省长 市长 书记 人大常委会 政协 调研 党组 民政部 发改委 工信部 商务部 统战 组织部 "
        "干部 人大代表",
    }.items()
}
"""Words a desk's stories print and others seldom do. Desks whose words stand in anybody's story come last."""


def desk(article: Article) -> str | None:
    """The desk most of whose words a story prints; of equals the first in the list; None where too few are printed."""
    start = min((span[0] for span in article.body_spans), default=0)
    head = _plain("\n".join(text for text in (article.kicker, article.title, article.subtitle) if text))
    lead = _plain(article.text[start : start + LEAD_CHARS])
    if not head:
        # Records without a headline open with it.
        head = lead[: LEAD_CHARS // 4]
    scores = {name: sum(HEADED if word in head else word in lead for word in found) for name, found in DESKS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= LEAST else None


def desk_names(articles: Sequence[Article], subjects: Sequence[str | None]) -> list[str | None]:
    """The subjects, and for stories without one the desk that at least two of them go to."""
    desks = [desk(article) if subject is None else None for article, subject in zip(articles, subjects, strict=True)]
    sizes = Counter(desks)
    return [
        subject or (name if sizes[name] >= MIN_STORIES else None) for subject, name in zip(subjects, desks, strict=True)
    ]


def _plain(text: str) -> str:
    return fold(to_simplified(text)).upper()
