"""What a clause of news prose needs to be read alone: a verb, a subject, an end. Simplified text in, judgements out.

Closed lists of function words and of the verbs news is written with; no parser. Knows nothing of articles or worth.
"""

from __future__ import annotations

import re

from rag.summarise.verbs import VERBS

_VERB = re.compile(VERBS)
_NOT_NOUN = (
    r"(?!部|局|站|员|组|队|中心|所|院|人员|对象|稿|者|方|费|额|量|率|班|师|委|案|岗|园|区|户|的人|代表|单位|机构|企业"
    r"|领导小组|负责人|资金)"
)
_DEED = re.compile(rf"(?:{VERBS}){_NOT_NOUN}")
"""A verb that is no part of a noun (指导, not 指导站)."""

_ADVERB = (
    r"(?:已经?|共计?|共同|总共|累计|还|也|都|均|先后|分别|相继|陆续|积极|认真|主动|严格|全面|全力|大力|持续|深入|精心|创新|扎实|不断|进一步|切实|着力|努力|充分|及时|"
    r"定期|不定期|常态化|高质高效|精准|成功|顺利|继续|坚决|始终|首次|再次|再|又|正|正在|将|即将|曾|曾经|一起|一同|随机|实地|现场|集中|统一|逐一|逐步|逐项|重点|"
    r"真正|周密|科学|合理|高效|有序|有效|迅速|密切|紧密|紧紧|深刻|细致|用心|大胆|稳步|有力|用力|加力|适时|聚力|合力|潜心|专门|一直|高标准|高质量|常态|长期|率先|另|广泛|多次|多方|详细|仔细|随后|同时|自费|免费|义务|自觉|直接|一体|点对点|从中|就|可|能|可以|要|应|须|必须|需要?|不|未|没有?|无){0,4}"
)
_OPENS_WITH_VERB = re.compile(rf"^{_ADVERB}(?:(?:{VERBS}){_NOT_NOUN})")
_OPENS_WITH_PREPOSITION = re.compile(
    rf"^{_ADVERB}(?:在|对|向|以|按|从|把|将|给|用|通过|由此|于|与|同|针对|围绕|根据|按照|依托|结合|面对|随着|自|经|为|让|使|令)(?!信|外|型)"
)
_SET_PHRASES = re.compile(r"^[^、,，0-9]{4,6}(?:、[^、,，0-9]{4,6})+[,，。]?$")
_TIME_ONLY = re.compile(
    r"^(?:(?:今年|去年|前年|当年|同年|近年|近日|日前|目前|当前|截至|截止|昨|今|当日|当天|连日|近期|近段|上半年|下半年|现场|[0-9一二三四五六七八九十〇○]+(?:年|月|日))[^，,]{0,12}|据[^，,]{1,8})[,，]$"
)
_OPENING_TIME = re.compile(
    r"^(?:每[天日周月年]|每季度|其间|期间|今年|去年|前年|当年|近日|日前|目前|截至目前|截至[0-9]+月底?|连日来|近期|上半年|下半年|全年|[0-9]{2,4}年(?:以来)?|[0-9]{1,2}月(?:[0-9]{1,2}日)?)(?:[上下]午|晚|份|以来|底|初)?[,，]?"
)
_TIED = re.compile(
    r"^(?:并|而|且|使|让|从而|以[^上下内来]|把|将|对|及|和|与|或|则|就|才|却|也|还|又|再|更|但|因|所|其|他|她|它|该|此|这|那|的|了|等|即"
    r"|在[^,，]*[上下中里内]$|直至|进而|以便|以及|同时|力争|较|比(?!赛)|同比|环比|实现了?[“\"]|[0-9一二三四五六七八九十两]+(?:个|名|家|人|户|种|次|件|项|所|条|支|批|万|多|余))"
)
_ENDLESS = re.compile(
    r"(?:的|和|与|及|或|在|以|将|把|对|为|由|从|道|称|是|指出|强调|表示|认为|要求|介绍|提出|透露|坦言|希望|告诉(?:记者|笔者)|如下|如|包括|以及|根据|按照|围绕|针对|关于|即|说|包含|分别|有|达成|做到|其中|例如|比如|发现|获悉|得知|了解到|看到|注意到|显示)[,，：:]?$"
)
_SCENE = re.compile(
    r"^(?:[^,，]{0,60}(?:[^其集空高]中|[^以线]上|[^以线]下|(?<!小)时|[^最]后|[^以]前|[^这那哪公英]里|[^未]来|以来|期间|日|月|(?<!青)(?<!少)(?<!全)年|上午|下午|份|一?起|[^最]初|月底|[^彻]底|年末|[^以境]内|之间|[^白]夜|晨|之际|近日|日前|目前|此|之际|同时|下一步|当前)"
    r"|为[^,，]*|通过[^,，]*|针对[^,，]*|按照[^,，]*|围绕[^,，]*|随着[^,，]*|结合[^,，]*|面对[^,，]*|根据[^,，]*|依托[^,，]*|对于[^,，]*|关于[^,，]*|除了?[^,，]*|自[^,，]*|经[^,，]*|当[^,，]*|不仅[^,，]*|不但[^,，]*|虽然?[^,，]*|尽管[^,，]*|如果[^,，]*|只有[^,，]*|无论[^,，]*|既[^,，]*|据[^,，]{1,8})[,，]$"
    r"|^[^,，]*(?:组织|联合|邀请|会同|带领|率领|动员|发动)[^,，]*(?:部门|单位|人员|一行|干部|党员|志愿者|力量|专家|企业|群众|职工|队员|师生|妇联|支部|党组织|社区|乡镇|成员|[0-9]余?多?[名人])[,，]$"
    r"|(?<!审议)(?<!表决)(?<!一致)(?<!顺利)(?<!成功)(?<!验收)(?<!考核)(?:通过|利用|借助|凭借|依靠)(?!了)[^,，]{1,12}[,，]$"
    r"|^来自[^,，]*[员者表人生民工][,，]$|(?:不顾|不畏|顶着|冒着)[^,，]*[,，]$"
    r"|^[^,，]{0,8}一[场个次项名位支条座份][^,，]*的[^,，]{1,6}[,，]$"
    r"|(?:不仅|不但|不只|既)[^,，]*[,，]$|(?:按照|根据|据)[^,，]{0,14}(?:说法|介绍|报道|统计|消息)[,，]$"
    r"|(?:(?:围绕|紧扣|紧盯|瞄准|锚定)[^,，]*|以[^,，]{2,}(?:方式|形式|为[^,，]+)|采取[^,，]*(?:方式|形式|办法))[,，]$"
)
_LISTED = re.compile(
    r"(?:同志|负责人|领导|副职|代表|干部|人员|书记|主任|局长|处长|科长|委员|单位|部门|群众|专家)[,，]$"
)
_OFFICES = re.compile(r"负责|主要|分管|管理|领导|组织|执法|示范|服务|宣传|监督|建设|发展|管委会|有关|教育")
_WISH = re.compile(
    r"^(?:当前|目前|下一步)?[,，]?(?:不仅|还|既|就|也)?(?:要(?!求)|应当?|必须|拟|力争|希望|计划|下一步)"
    r"|(?:指出|强调|提出|希望|建议|计划|呼吁|倡议|表示)(?:[,，:：]|要|将)"
    r"|[将要](?:严格|进一步|持续|继续|结合|坚持|加[强大快]|深入|全面|全力|认真|牢固|始终|以|按|把|在)"
)
_SPENT = re.compile(r"(?:投资|投入|斥资|出资|耗资|筹资|筹措资金)[约近超共]?[0-9][^,，]*元[,，]?$")
_SPEECH = re.compile(r"(?:说|表示|指出|强调|介绍|坦言|告诉|称|认为|透露|感慨|道|问|答)")
_QUOTED = re.compile(r"“[^”]{0,300}”|「[^」]{0,300}」|『[^』]{0,300}』")
_QUOTES = "“”「」『』"
_LINK = re.compile(
    r"^(?:据(?:了解|悉|介绍)|与此同时|在此基础上|同时|此外|另外|随后|接着|接下来|对此|为此|因此|于是|然而|不过|但是?|而且|并且|并|还|也|而|更|再|又)[,，]"
    r"|^(?:与此同时|同时|此外|另外|并且|以及)(?=[^,，期])|^并(?=[^不非肩排购])"
)
_DANGLING = re.compile(
    r"^(?:(?:今年|去年|近日|目前|截至目前|近年来|随后|当天|当日|[0-9]{1,4}年|[0-9]{1,2}月[0-9]{0,2}日?)[,，]?|在|对于?|就|以|为|因)?"
    r"(?:他|她|它|其(?!中|他|余)|该|此(?!次|外)|这|那|上述|双方|会议(?!室)|活动(?!现场|中心)|后者|前者|以此|从中|两人|二人|与会|另有|[一二三四五六七八九]是|首先|其次|[和与及或而、])"
)
_UNIT_AFTER_THAT = re.compile(r"该([省市县区镇乡村局院校所队厂站馆]|[一-龥]{2})")


SEEN_CHARS = 80
"""How much of a clause is looked at, from its beginning or its end; longer ones are no clauses."""

SET_PHRASE_CHARS = 5
"""Up to here a clause is a set phrase (精心组织, 抓重点) rather than a subject with its verb."""

FIRST_WORDS = 12
"""Up to here nobody has been named whom a pronoun could stand for."""

SUBJECT_CHARS = 2
"""Shortest subject: a name or a noun; a single character before a verb is an adverb."""


def has_verb(plain: str) -> bool:
    """Whether a stretch says that something is or happens."""
    return _VERB.search(plain) is not None


def has_subject(plain: str) -> bool:
    """Whether a clause of more than a set phrase names who or what before its verb; an opening time does not count."""
    rest = _OPENING_TIME.sub("", plain[:SEEN_CHARS])
    if len(rest.rstrip("，,。")) <= SET_PHRASE_CHARS:
        return False
    if _OPENS_WITH_VERB.match(rest) or _OPENS_WITH_PREPOSITION.match(rest) or _SET_PHRASES.match(rest):
        return False
    found = _VERB.search(rest)
    return found is not None and found.start() > 0 and _VERB.search(rest, SUBJECT_CHARS) is not None


def opens_with_deed(plain: str) -> bool:
    """Whether a clause opens with its verb or a preposition, so that it can name no subject."""
    rest = _OPENING_TIME.sub("", plain[:SEEN_CHARS])
    return bool(_OPENS_WITH_VERB.match(rest) or _OPENS_WITH_PREPOSITION.match(rest))


def subject(plain: str) -> str | None:
    """The words before the first verb of a clause that names its subject; None for another."""
    rest = _OPENING_TIME.sub("", plain[:SEEN_CHARS])
    found = _DEED.search(rest, SUBJECT_CHARS) if has_subject(plain) else None
    return rest[: found.start()] if found else None


def sets_time(plain: str) -> bool:
    """Whether a clause only says when, or on whose word."""
    return _TIME_ONLY.match(plain) is not None


def tied(plain: str) -> bool:
    """Whether a clause leans on the one before it: a connective, a pronoun, the next member of a list."""
    return _TIED.match(plain) is not None


def leads_on(plain: str) -> bool:
    """Whether a clause cannot end a statement: it only sets the scene, or its grammar waits for more."""
    plain = plain[-SEEN_CHARS:]
    if _LISTED.search(plain) and not _VERB.search(_OFFICES.sub("", plain)):
        return True
    return bool(_ENDLESS.search(plain) or _SCENE.search(plain) or _SPENT.search(plain))


def waits(plain: str) -> bool:
    """Whether a clause is no more than the beginning of the next one: its object, or the rest of its list, follows."""
    plain = plain[-SEEN_CHARS:]
    listed = _LISTED.search(plain) is not None and not _VERB.search(_OFFICES.sub("", plain))
    return listed or _ENDLESS.search(plain) is not None


def only_quoted(plain: str) -> bool:
    """Whether a statement is somebody's words without the somebody."""
    rest = _QUOTED.sub("", plain)
    if rest == plain or plain[0] not in _QUOTES:
        return False
    outside = sum(char.isalnum() for char in rest)
    return outside < 3 or (_ends_a_sentence_inside(plain) and not _SPEECH.search(rest))


def _ends_a_sentence_inside(plain: str) -> bool:
    return any(mark + close in plain for mark in "。！？!?…" for close in "”」』")


def wishes(plain: str) -> bool:
    """Whether a clause says what should or will be done (要, 将, 强调), so that what follows is no fact yet."""
    return _WISH.search(plain) is not None


def opening_link(plain: str) -> int:
    """Length of the connective (同时, 据了解, …) that a statement opens with; 0 where it opens with none."""
    found = _LINK.match(plain)
    return found.end() if found and found.end() < len(plain) else 0


def dangles(plain: str) -> bool:
    """Whether a statement opens with a word whose noun stands elsewhere (他, 该区, 此)."""
    return _DANGLING.match(plain) is not None


def lacks_noun(plain: str) -> bool:
    """Whether a statement says 「该…」, 他 or 她 early on without having named what it points at."""
    that = _UNIT_AFTER_THAT.search(plain)
    if that is not None and that[1] not in plain[: that.start()]:
        return True
    return any(pronoun in plain[:FIRST_WORDS] for pronoun in "他她")


def noun_pointed_at(plain: str) -> str | None:
    """What kind of thing 「该…」 points at (镇, 公司); None where the opening word is another."""
    found = _DANGLING.match(plain) and _UNIT_AFTER_THAT.search(plain[:16])
    return found[1] if found else None
