"""What a clause of news prose needs to be read alone: a verb, a subject, an end. Simplified text in, judgements out.

Closed lists of function words and of the verbs news is written with; no parser. Knows nothing of articles or worth.
"""

from __future__ import annotations

import re

_VERBS = (
    "开展|召开|举行|举办|承办|主办|启动|成立|组建|建成|建立|建设|建造|新建|扩建|改建|改造|兴建|筹建|修建|投资|投入|签约|签订|签署|落户|发放|发布|发送|发出|"
    "发生|发展|发挥|发现|帮助|帮办|帮扶|解决|查处|查获|查看|检查|督查|督导|督促|排查|拖移|获得|获评|获批|荣获|入选|评为|评选|评比|授予|授牌|参加|参与|参观|参会|"
    "出席|出台|出动|主持|调研|调查|调解|调处|调整|走访|走进|走上|走到|慰问|看望|安装|安排|覆盖|实现|实施|实行|完成|完善|新增|增加|增长|增强|增添|增至|下降|减少|减免|降低|降至|上升|"
    "提升|提高|提供|提出|提交|提醒|达到|达成|达|捐赠|捐款|捐献|设立|设置|设有|设计|印发|印制|下发|制定|制作|制订|征集|创收|创建|创新|创办|创造|创作|组织|构建|打造|打通|打击|"
    "推进|推动|推出|推行|推广|推荐|推送|落实|抓好|抓实|抓|加强|加快|加大|强化|深化|优化|细化|简化|规范|引导|引领|引进|引入|邀请|聘请|招聘|招引|选派|选聘|选出|抽调|"
    "培育|培养|培训|动员|鼓励|激励|激发|激活|凝聚|围绕|坚持|坚守|坚定|坚决|聚焦|聚力|紧扣|紧盯|锚定|把握|贯彻|执行|履行|服务|惠及|方便|便利|满足|保障|保护|保证|确保|确定|维护|维修|"
    "防范|防止|整治|整改|整理|整合|清理|清除|清运|拆除|治理|管理|监督|监测|监管|收集|收到|收购|收获|受理|办理|办结|处理|处置|处罚|化解|宣传|宣讲|讲解|讲述|介绍|"
    "学习|学会|讨论|研讨|研究|研判|研发|交流|座谈|听取|汇报|通报|公布|公示|公开|了解|掌握|指出|强调|要求|表示|认为|希望|指导|协调|协助|配合|联合|联系|联络|对接|合作|开发|开设|"
    "开放|开通|开启|开工|开幕|竣工|投产|运营|运行|使用|采用|采取|采购|利用|运用|统筹|整顿|巩固|夯实|拓展|拓宽|扩大|延伸|形成|营造|助力|助推|促进|带动|带领|率领|前往|来到|赶到|抵达|"
    "返回|进入|进行|迎来|迎接|庆祝|纪念|吸引|吸纳|接待|接受|接到|展示|展出|展现|表演|演出|比赛|夺得|赢得|取得|享受|购买|购置|购进|销售|出售|生产|种植|栽种|种|养殖|铺设|铺|更换|配备|配置|"
    "搭建|搭乘|编写|编辑|编入|撰写|出版|记录|记者|通过|经过|申报|申请|审批|审核|审查|审议|批准|验收|考核|考察|考评|评估|评定|认定|认领|承接|承担|承诺|负责|兼任|担任|任命|当选|"
    "具有|拥有|现有|共有|占|有|是|为|属于|位于|来自|涉及|包括|包含|分为|成为|作为|变成|变为|做到|做好|做实|努力|争做|争当|争创|力争|致力|突破|超过|超|突出|注重|重视|压实|扛牢|扛实|筑牢|"
    "抢修|抢救|救援|救助|救治|资助|支持|支援|支付|奖励|奖补|表彰|表扬|缴纳|张贴|巡查|巡逻|巡河|值班|驻守|定点|输送|转移|转化|转变|转为|流转|反馈|反映|上报|登记|注册|录入|说|称|告诉|让|使|"
    "送上|送去|送到|给予|陪同|团结|服从|面临|遭遇|受灾|死亡|受伤|逮捕|抓获|起诉|判处|宣判|离开|出生|出现|呈现|保持|保留|恢复|开始|结束|停止|继续|持续|持有|导致|造成|引发|预计|计划|决定|"
    "同意|响应|自觉|践行|弘扬|传承|传播|传达|部署|汲取|锤炼|锻造|争取|满意|回落|反弹|好转|上涨|下跌|突破|入驻|入学|毕业|就业|创业|上岗|到岗|离岗|归集|汇集|汇聚|集聚|招商|谋划|规划|挖掘|梳理|"
    "摸排|退出|纳入|列入|加入|植入|融入|深耕|建强|升级|更新|健全|丰富|提水|用电|用水|灌溉|抗旱|抗击|抵御|应对|面向|面对|针对|瞄准|关注|关爱|关心|探索|尝试|试点|示范|联创|结对|共建|共享|共同|"
    "不忘|牢记|牢固树立|树立|引发|敢于|善于|乐于|能够|可以|可|应|须|需|要|必须|应当|得到|受到|遇到|感到|看到|听到|想到|起到|达标|合格|符合|遵守|违反|拿到|用于|改善|改变|改进|改革|清查|核查|核实|"
    "打扫|清扫|捡拾|献血|义诊|普法|执法|立案|结案|检测|检验|化验|接种|治疗|隔离|护送|运送|运输|装运|装修|粉刷|供应|供水|供电|供暖|通车|通水|通电|通航|开通|关闭|叫停|责令|约谈|问责|处分"
)
_VERB = re.compile(_VERBS)
_NOT_NOUN = r"(?!部|局|站|员|组|队|中心|所|院|人员|对象|稿|者|方|费|额|量|率|班|师|委|案|岗|园|区|户|的人|代表|单位|机构|企业|领导小组|负责人|资金)"
_ADVERB = (
    r"(?:已经?|共计?|共同|总共|累计|还|也|都|均|先后|分别|相继|陆续|积极|认真|主动|严格|全面|全力|大力|持续|深入|精心|创新|扎实|不断|进一步|切实|着力|努力|充分|及时|"
    r"定期|不定期|常态化|高质高效|精准|成功|顺利|继续|坚决|始终|首次|再次|再|又|正|正在|将|即将|曾|曾经|一起|一同|随机|实地|现场|集中|统一|逐一|逐步|逐项|重点|"
    r"周密|科学|合理|高效|有序|有效|迅速|密切|紧密|紧紧|深刻|细致|用心|大胆|稳步|有力|用力|加力|适时|聚力|合力|潜心|专门|一直|高标准|高质量|常态|长期|率先|另|广泛|多次|多方|详细|仔细|随后|同时|自费|免费|义务|自觉|直接|通过[^，,]*|一体|点对点|从中|就|可|能|可以|要|应|须|必须|需要?|不|未|没有?|无)*"
)
_OPENS_WITH_VERB = re.compile(rf"^{_ADVERB}(?:(?:{_VERBS}){_NOT_NOUN})")
_OPENS_WITH_PREPOSITION = re.compile(
    rf"^{_ADVERB}(?:在|对|向|以|按|从|把|将|给|用|由此|于|与|同|针对|围绕|根据|按照|依托|结合|面对|随着|自|经|为|让|使|令)(?!信|外|型)"
)
_TIME_ONLY = re.compile(
    r"^(?:(?:今年|去年|前年|当年|同年|近年|近日|日前|目前|当前|截至|截止|昨|今|当日|当天|连日|近期|近段|上半年|下半年|现场|[0-9一二三四五六七八九十〇○]+(?:年|月|日))[^，,]{0,12}|据[^，,]{1,8})[,，]$"
)
_OPENING_TIME = re.compile(
    r"^(?:今年|去年|前年|当年|近日|日前|目前|截至目前|截至[0-9]+月底?|连日来|近期|上半年|下半年|全年|[0-9]{2,4}年(?:以来)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?)(?:[上下]午|晚|份|以来|底|初)?[,，]?"
)
_TIED = re.compile(
    r"^(?:并|而|且|使|让|从而|以[^上下内来]|把|将|对|及|和|与|或|则|就|才|却|也|还|又|再|更|但|因|所|其|他|她|它|该|此|这|那|的|了|等|即"
    r"|在[^,，]*[上下中里内]$|直至|进而|以便|以及|同时|力争|较|比(?!赛)|同比|环比|实现了?[“\"]|[0-9一二三四五六七八九十两]+(?:个|名|家|人|户|种|次|件|项|所|条|支|批|万|多|余))"
)
_ENDLESS = re.compile(
    r"(?:的|和|与|及|或|在|以|将|把|对|为|由|从|道|称|是|指出|强调|表示|认为|要求|介绍|提出|透露|坦言|希望|如|包括|以及|根据|按照|围绕|针对|关于|即|说|包含|分别|有|达成|做到)[,，：:]?$"
)
_SCENE = re.compile(
    r"^(?:[^,，]{0,30}(?:[^其集空高]中|[^以线]上|[^以线]下|(?<!小)时|[^最]后|[^以]前|[^这那哪]里|[^未]来|以来|期间|日|月|(?<!青)(?<!少)(?<!全)年|上午|下午|份|一?起|[^最]初|月底|[^彻]底|年末|[^以境]内|之间|[^白]夜|晨|之际|近日|日前|目前|此|之际|同时|下一步|当前)"
    r"|为[^,，]*|通过[^,，]*|针对[^,，]*|按照[^,，]*|围绕[^,，]*|随着[^,，]*|结合[^,，]*|面对[^,，]*|根据[^,，]*|依托[^,，]*|对于[^,，]*|关于[^,，]*|除了?[^,，]*|自[^,，]*|经[^,，]*|当[^,，]*|不仅[^,，]*|不但[^,，]*|虽然?[^,，]*|尽管[^,，]*|如果[^,，]*|只有[^,，]*|无论[^,，]*|既[^,，]*|据[^,，]{1,8})[,，]$"
    r"|(?:围绕[^,，]*|以[^,，]{2,}(?:方式|形式|为[^,，]+)|采取[^,，]*(?:方式|形式|办法))[,，]$"
)
_SPENT = re.compile(r"(?:投资|投入|斥资|出资|耗资|筹资|筹措资金)[约近超共]?[0-9][^,，]*元[,，]?$")
_SPEECH = re.compile(r"(?:说|表示|指出|强调|介绍|坦言|告诉|称|认为|透露|感慨|道|问|答)")
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|『[^』]*』")
_QUOTES = "“”「」『』"
_LINK = re.compile(
    r"^(?:据(?:了解|悉|介绍)|与此同时|在此基础上|同时|此外|另外|其中|随后|接着|接下来|对此|为此|因此|于是|然而|不过|但是?|而且|并且|并|还|也|而|更|再|又)[,，]"
    r"|^(?:与此同时|同时|此外|另外|并且|以及)(?=[^,，期])|^并(?=[^不非肩排购])"
)
_DANGLING = re.compile(
    r"^(?:(?:今年|去年|近日|目前|截至目前|近年来|随后|当天|当日|[0-9]{1,4}年|[0-9]{1,2}月[0-9]{0,2}日?)[,，]?|在|对于?|就|以|为|因)?"
    r"(?:他|她|它|其(?!中|他|余)|该|此(?!次|外)|这|那|上述|双方|会议(?!室)|活动(?!现场|中心)|后者|前者|以此|从中|两人|二人|与会|[和与及或而、])"
)
_UNIT_AFTER_THAT = re.compile(r"该([省市县区镇乡村局院校所队厂站馆]|[一-龥]{2})")


SET_PHRASE_CHARS = 5
"""Up to here a clause is a set phrase (精心组织, 抓重点) rather than a subject with its verb."""

SUBJECT_CHARS = 2
"""Shortest subject: a name or a noun; a single character before a verb is an adverb."""


def has_verb(plain: str) -> bool:
    """Whether a stretch says that something is or happens."""
    return _VERB.search(plain) is not None


def has_subject(plain: str) -> bool:
    """Whether a clause of more than a set phrase names who or what before its verb; times and scenes at its opening do not count."""
    rest = _OPENING_TIME.sub("", plain)
    if len(rest.rstrip("，,。")) <= SET_PHRASE_CHARS:
        return False
    if _OPENS_WITH_VERB.match(rest) or _OPENS_WITH_PREPOSITION.match(rest):
        return False
    found = _VERB.search(rest)
    return found is not None and found.start() >= SUBJECT_CHARS


def sets_time(plain: str) -> bool:
    """Whether a clause only says when, or on whose word."""
    return _TIME_ONLY.match(plain) is not None


def tied(plain: str) -> bool:
    """Whether a clause leans on the one before it: a connective, a pronoun, the next member of a list."""
    return _TIED.match(plain) is not None


def leads_on(plain: str) -> bool:
    """Whether a clause cannot end a statement: it only sets the scene, or its grammar waits for more."""
    return bool(_ENDLESS.search(plain) or _SCENE.search(plain) or _SPENT.search(plain))


def only_quoted(plain: str) -> bool:
    """Whether a statement is somebody's words without the somebody."""
    rest = _QUOTED.sub("", plain)
    if rest == plain or plain[0] not in _QUOTES:
        return False
    outside = sum(char.isalnum() for char in rest)
    return outside < 3 or (_ends_a_sentence_inside(plain) and not _SPEECH.search(rest))


def _ends_a_sentence_inside(plain: str) -> bool:
    return any(mark + close in plain for mark in "。！？!?…" for close in "”」』")


def opening_link(plain: str) -> int:
    """Length of the connective (同时, 据了解, …) that a statement opens with; 0 where it opens with none."""
    found = _LINK.match(plain)
    return found.end() if found and found.end() < len(plain) else 0


def dangles(plain: str) -> bool:
    """Whether a statement opens with a word whose noun stands elsewhere (他, 该区, 此)."""
    return _DANGLING.match(plain) is not None


def noun_pointed_at(plain: str) -> str | None:
    """What kind of thing 「该…」 points at (镇, 公司); None where the opening word is another."""
    found = _DANGLING.match(plain) and _UNIT_AFTER_THAT.search(plain[:16])
    return found[1] if found else None
