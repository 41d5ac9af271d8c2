"""Names of people in newspaper Chinese, found by the words around them: 记者某某, 局长某某说, 某某(右一), 某女士.

Precision before recall: a name needs a known surname, a cue on one side and a clear edge on the other; once found, it
is found wherever it stands. Knows nothing of places or organisations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.mapping import Span
from rag.text.lexicon import words
from rag.text.mentions import NameMention, begins_after_edge, without_overlap
from rag.text.script import narrow

SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康"
    "毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜"
    "詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚"
    "木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺水云昌"
    "凤酆皮卞元平湛尧狄贝麻危骆支昝经裘缪干宣贲诸钮嵇滑荣羊於惠曲松巴车弓牧隗山全班仰秋仲伊暴斜厉戎祖束幸韶钭宿怀蒲邰鄂索咸籍双闻莘贡劳逄扶堵宰郦雍郤璩濮寿通"
    "扈郏浦尚农别阎充慕茹宦鱼容慎戈庾终暨居衡步耿满弘国寇广禄阙东殳沃利蔚越夔隆师厍晁勾融訾阚那空毋沙乜养须丰巢蒯相后红游竺权逯益桓公肖闫付代樊仝"
)
COMPOUND_SURNAMES = frozenset(
    words(
        "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 宇文 长孙 端木 南宫 独孤 轩辕 呼延 申屠 司空 "
        "百里 东郭 西门 澹台 淳于 单于 太史 公冶 钟离 闾丘 鲜于 赫连 万俟 闻人 濮阳 拓跋 完颜"
    )
)

_ROLES = (
    "首席记者|见习记者|实习记者|特约记者|记者|特约通讯员|通讯员|实习生|摄影|摄影师|责任编辑|编辑|责编|校对|美编|版式设计|作者|撰稿|总编辑|总编|主编|主播|主持人|"
    "总书记|副书记|书记|省长|市长|州长|县长|区长|镇长|乡长|村长|旗长|盟长|部长|厅长|局长|司长|处长|科长|股长|所长|院长|校长|园长|馆长|站长|台长|社长|会长|行长|厂长|"
    "店长|班长|组长|队长|排长|连长|营长|团长|师长|军长|舰长|机长|船长|车间主任|副主任|主任|副主席|主席|委员长|委员|常委|秘书长|理事长|董事长|总经理|经理|总裁|主管|总监|"
    "总工程师|工程师|研究员|教授|博士|院士|专家|学者|老师|教师|教练员|教练|医生|医师|护士长|护士|律师|法官|检察官|警官|民警|辅警|消防员|干警|公诉人|调研员|科员|"
    "政协委员|人大代表|代表|发言人|负责人|创始人|法定代表人|继承人|传承人|当事人|申请人|报案人|受害人|嫌疑人|经营户|养殖户|种植户|脱贫户|贫困户|农户|店主|业主|村民|居民|"
    "市民|农民|牧民|渔民|工人|职工|员工|司机|乘客|旅客|游客|顾客|消费者|患者|家长|学生|同学|选手|运动员|队员|球员|演员|歌手|导演|编剧|作家|诗人|画家|书法家|艺术家|"
    "科学家|企业家|志愿者|网格员|宣讲员|调解员|指导员|辅导员|联络员|护林员|饲养员|保洁员|快递员|外卖员|驾驶员|党员|老党员|退役军人|老人|男子|女子|烈士|英雄|劳模|"
    "第一书记|支书|总统|总理|首相|外长|大使|妻子|丈夫|儿子|女儿|母亲|父亲|同事|同志|学者|民兵|军人|战士"
)
_SPEAKS = (
    "说道|说|表示|指出|强调|介绍|认为|告诉|坦言|感慨|感叹|回忆|透露|坚定地|愤愤地|激动地|高兴地|笑着|谈到|谈起|写道|补充|解释|呼吁|建议|宣布|"
    "主持|出席|带队|带领|率队|率|一行|作|做|在|对|参加|参观|调研|讲话|致辞|陪同|任|等|为|也|和|与|及|的|是|向|从|将|把|被|就|还|又|到|因|因为|曾|已|正|"
    "毫|跟|走|带|自|以|于|介|摄|文|图|负责|担任|来到|赶|第|同志|先生|女士|老师|教授|书记|主任|局长|院长|校长|所|接|深|给|拿|看|听|打|创|推|用|顾|敬|当|通|淡|认|潜"
)
_GIVEN = r"[\u4e00-\u9fff]"
_NOT_GIVEN = frozenset(
    "的了是在和与及等说为对把被将也都就们这那有个于从到着过并其之而但或者以向由让使给啊吗呢吧该各每我你他她它您，、某先女"
)
_TITLES_AFTER = (
    "先生|女士|同志|老师|教授|博士|书记|主任|局长|院长|校长|医生|经理|大爷|大妈|大娘|爷爷|奶奶|阿姨|师傅|某某|某"
)

_AFTER_ROLE = re.compile(rf"(?:{_ROLES})[)]?[ :、]?[“‘\"]?")
_NEXT_IN_LIST = re.compile(r"(?:[ 、] ?|(?=\())(?:通讯员|记者|实习生)? ?")
_BEFORE_SPEECH = re.compile(
    r"(?:说道|说|表示|指出|强调|介绍说|介绍|认为|告诉记者|坦言|感慨|感叹|回忆|透露|补充道|写道|一行|(?:\([左右前后中][一二三四五六]?\)))"
)
_POLITE = re.compile(rf"(?P<surname>[\u4e00-\u9fff]{{1,2}})(?:{_TITLES_AFTER})")
_TRANSLITERATES = (
    "阿埃艾安奥巴白柏班邦宝保贝本比彼宾波博伯布卡查达大戴丹德登迪蒂丁杜顿多恩尔法菲费芬弗福盖甘戈格哥古哈海汉豪赫亨胡华霍基吉加贾简"
    "杰金凯坎康柯科克肯库拉莱兰朗劳勒雷里利莉林琳隆卢鲁路伦罗洛马玛迈曼梅蒙米密明莫姆穆纳娜内尼妮宁纽努诺欧帕潘佩皮珀普齐奇恰强乔"
    "切琼丘热日荣萨塞桑沙莎舍圣史施斯司丝苏索塔泰坦汤唐特提廷图托瓦万威维韦温文沃乌吾武西希席锡夏肖谢辛休雪雅亚扬耶叶伊义因英尤于约扎"
    "泽詹兹祖佐木买合山思"
)
"""Characters that spell foreign and minority names; other words around a dot are titles."""
_FOREIGN = re.compile(rf"[{_TRANSLITERATES}A-Z]{{1,7}}(?:[·•・‧][{_TRANSLITERATES}A-Z]{{1,7}}){{1,4}}")
_ENDS_NAME = re.compile(rf"$|[^\u4e00-\u9fff]|(?:{_SPEAKS})")
_ENDS_STRICT = re.compile(r"$|[^\u4e00-\u9fff]")


def find_people(text: str) -> list[NameMention]:
    """Names of people in reading order, without overlap. 某女士 counts as a name with its title."""
    shown = narrow(text)
    cued = list(_cued(shown))
    known = {shown[start:end] for start, end in cued}
    spans = {*cued, *_polite(shown), *(match.span() for match in _FOREIGN.finditer(shown)), *_repeated(shown, known)}
    return without_overlap(NameMention(start, end, text[start:end], "person") for start, end in spans)


def _cued(shown: str) -> Iterator[Span]:
    for cue in _AFTER_ROLE.finditer(shown):
        span = _name_at(shown, cue.end())
        while span is not None:
            yield span
            following = _NEXT_IN_LIST.match(shown, span[1])
            span = _name_at(shown, following.end(), strict=True) if following and following.group() else None
    for cue in _BEFORE_SPEECH.finditer(shown):
        span = _name_before(shown, cue.start())
        if span is not None:
            yield span


def _surname_length(shown: str, at: int) -> int:
    if shown[at : at + 2] in COMPOUND_SURNAMES:
        return 2
    return 1 if shown[at : at + 1] in SURNAMES else 0


_SPACED = re.compile(r"([\u4e00-\u9fff]) ([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
_OFFICE = re.compile(
    r"(?:[省市州县区镇乡村部厅局司处科股所院校园馆站台社会行厂店组队排连事]长|书记|主任|主席|总?经理|总裁|科员|调研员|教授|工程师)[)]?$"
)
_BEGINS_VERB = frozenset(
    "迅组召来去要深毫不有就带说感接走起没也都抓赴首一二积主先前还正已作做听看见拿打会能可必需立即快随亲认率参出入检督慰视考察调研指强宣介表透回坦总今昨近"
)


def _name_at(shown: str, at: int, *, strict: bool = False) -> Span | None:
    """The name that begins at ``at``; longer first, and only up to a clear edge on the right."""
    surname = _surname_length(shown, at)
    if not surname:
        return None
    ends = _ENDS_STRICT if strict else _ENDS_NAME
    for given in (2, 1):
        end = at + surname + given
        name = shown[at:end]
        if len(name) == surname + given and _is_name(name, surname) and ends.match(shown, end):
            return at, end
    spaced = _SPACED.match(shown, at)
    if spaced and surname == 1 and _is_name(shown[at] + shown[at + 2], 1):
        return at, spaced.end()
    return None if strict else _after_office(shown, at, surname)


def _after_office(shown: str, at: int, surname: int) -> Span | None:
    """A name right after a title of office, where nothing marks its end: two given characters unless a verb begins."""
    if not _OFFICE.search(shown, max(0, at - 6), at):
        return None
    end = at + surname + (1 if shown[at + surname + 1 : at + surname + 2] in _BEGINS_VERB else 2)
    name = shown[at:end]
    return (at, end) if len(name) == end - at and _is_name(name, surname) else None


def _name_before(shown: str, end: int) -> Span | None:
    """The name that ends at ``end``, where a clear edge stands on its left."""
    for length in (3, 2, 4):
        start = end - length
        if start < 0:
            continue
        surname = _surname_length(shown, start)
        fits = surname and length - surname in {1, 2} and (length != 4 or surname == 2)
        if fits and _is_name(shown[start:end], surname) and _clear_before(shown, start):
            return start, end
    return None


_PRECEDES = re.compile(rf"(?:{_ROLES})$")


def _clear_before(shown: str, start: int) -> bool:
    if start == 0 or not ("\u4e00" <= shown[start - 1] <= "\u9fff"):
        return True
    return _PRECEDES.search(shown, max(0, start - 6), start) is not None


def _is_name(name: str, surname: int) -> bool:
    given = name[surname:]
    return (
        all("\u4e00" <= c <= "\u9fff" and c not in _NOT_GIVEN for c in given)
        and name not in _NO_NAMES
        and name[:2] not in _NO_NAMES
    )


_NO_NAMES = frozenset(
    words(
        "干部 养成 党建 沙国 任务 高度 高兴 高级 方面 方式 方法 全体 全部 全面 单位 成员 成立 关于 关注 任务 任何 "
        "包括 石油 金融 文化 文明 平安 安全 安排 和谐 时间 时候 向前 常务 经济 明确 水平 强化 国家 国际 公开 公司 "
        "公安 通过 通知 通报 应急 应该 项目 管理 计划 易发 解决 解释 广大 广泛 广东 广西 云南 江苏 江西 安徽 海南 "
        "河南 温暖 严格 严肃 严重 盛大 简单 连续 游客 曾经 别人 原来 元旦 时代 都市 路上 司机 车辆 车主 利用 师生 "
        "相关 后来 红色 有关 代表 那么 习惯 余人 位于 居民 来自 万元 方案 方向 左右 支持 支部 查看 查处 包含 农村 "
        "农业 农民 花费 计算 应当 应对 谈话 高效 高温 高铁 平台 平均 华侨 强调 成功 成为 全国 全省 全市 全区 施工 "
        "施行 宣传 宣布 祝贺 祝福 边境 党员 党委 党组 党支部 常委 白天 黄金 金额 钱款 简介 冷静 乐观 牛奶 马上 马路 "
        "石头 田间 林业 林场 江河 温度 安装"
    )
)


def _polite(shown: str) -> Iterator[Span]:
    for match in _POLITE.finditer(shown):
        for start in range(match.start(), match.end("surname")):
            word = shown[start : match.end("surname")]
            if (word in COMPOUND_SURNAMES or (len(word) == 1 and word in SURNAMES)) and begins_after_edge(shown, start):
                yield start, match.end()
                break


def _repeated(shown: str, known: set[str]) -> Iterator[Span]:
    for name in known:
        if len(name) > 2:
            yield from (match.span() for match in re.finditer(re.escape(name), shown))
