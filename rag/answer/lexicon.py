"""Closed lists the answering room reads questions and newspaper sentences with: counters, roles, fillers.

General newspaper Chinese only, Simplified. Knows nothing of any page.
"""

from __future__ import annotations

import re

from rag.text.lexicon import words

COUNTERS = words(
    "个百分点 平方公里 平方米 立方米 千瓦时 公里 千米 厘米 毫米 英里 海里 公斤 千克 公顷 小时 "
    "分钟 人次 人份 户次 批次 架次 车次 场次 件次 周岁 岁 个月 个 名 位 家 所 项 件 条 次 "
    "户 套 辆 台 艘 架 座 栋 幢 间 处 片 块 亩 吨 斤 克 米 升 度 年 月 日 天 周 秒 "
    "人 口 批 支 只 头 匹 张 份 本 部 篇 首 册 场 届 期 轮 种 类 级 层 门 例 宗 起 "
    "笔 股 组 队 枚 颗 棵 株 副 幅 双 对 盏 杯 瓶 箱 袋 辈 代 句 字 页 版 倍 站 村 "
    "盘 顿 段 节 堂 桩 伙 群 尊 吉瓦时 吉瓦 千瓦 兆瓦 万千瓦 元 分 道 面 根 回 趟 遍 桌 "
    "班 孔 眼 发 方 响 维 "
)
"""Counters and units that can follow 多少 or 几."""

PERCENT_NOUNS = r"(?:率|比例|占比|比重|百分比|幅度|增幅|降幅|涨幅|跌幅|增速)(?:标准|水平)?"
MONEY_NOUNS = (
    r"(?:金额|资金|费用|经费|[^不]费|款项?|投资额?|投资|补贴|补助|产值|收入|成本|税|税收|工资|薪酬|价格|价|售价|股价|贷款|利润|创收|营收|预算|"
    r"市值|资产|损失|罚款|奖金|租金|赔偿|债务|出口额|进口额|总额|余额|额)"
)
PERSON_ROLES = words(
    "记者 通讯员 摄影师 摄影 作者 编辑 书记 副书记 市长 省长 县长 区长 镇长 乡长 村长 州长 "
    "部长 局长 副局长 厅长 处长 科长 所长 队长 站长 校长 院长 社长 行长 董事长 总经理 经理 "
    "总裁 主席 副主席 主任 副主任 委员 秘书长 总书记 总理 总统 首相 大使 会长 理事长 发言人 "
    "负责人 教授 院士 博士 医生 护士 老师 教师 导演 演员 歌手 作家 画家 教练 队员 球员 运动员 "
    "冠军 支队长 排长 班长 店长 厂长 创始人 发明者 发明人 设计师 工程师 老板 嘉宾 主持人 专家 "
    "人物 领导 干部 民警 法官 检察官 律师 组长 团长 馆长 首席执行官 代表 选手 丈夫 妻子 父亲 "
    "母亲 儿子 女儿 皇帝 国王 将军 "
)
"""Offices, trades and kin that ask for a person's name."""

PLACE_LEVELS = words("省 市 县 区 乡 镇 村 街道 社区 国家 国 城市 州 地区 地方 岛 洲 省份 场馆 地点 城 ")

FILLERS = re.compile(
    r"请问|请告诉我|你知道|据(?:报道|悉|了解|统计)|根据[^,，]{0,10}?报道|一共|总共|共计|合计|分别|各自|到?目前为止|截至目前|目前|现有|现在|当前|已经|大约|大概|具体|到底|究竟|主要"
    r"|(?<=.)(?:是|为|有|达|叫|了|达到|的|由|以|把|将|被|对|在|于)(?=[?,，]|$)|[吗呢么啊吧]|之[一]|什么|哪些|哪[一个家位]+|多少|职务|职位|身份|头衔|名字|姓名|名称|报道(?:中|里)?|文章(?:中|里)?|文中"
)
"""Words of a question that say nothing about its subject."""
