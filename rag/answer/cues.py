"""Words by which a sentence shows that it answers a kind of question (又称 for 叫什么, 位于 for 在哪里, 因 for 为什么).

General Chinese only. Knows nothing of scores.
"""

from __future__ import annotations

import re

from rag.answer.candidates import Candidate
from rag.answer.question import Question

_PAIRS: tuple[tuple[str, str], ...] = (
    (r"叫|名称|别名|别称|简称|全称|称[为作呼]|名字|本名|原名", (
        r"又[称名叫]|亦称|[别俗简合并统总旧古又]称|[原本别全俗]名|[称叫命]为|称作|叫做|名为|名叫|改名"
        r"|名称"
    )),
    (r"哪里|哪儿|何处|何地|位于|在哪|什么地方|位置|坐落", (
        r"位于|地处|坐落|设[在于]|在[^,，。]{1,12}[省市县区镇乡村路街国州]|附近|境内"
    )),
    (r"哪里人|籍贯|哪国人|什么地方人|出生地|出生[在于]哪", r"[^,，。]{2,6}人[,，。]|籍贯|出生于|生于|祖籍"),
    (r"出生|生于|诞生", r"出生|生于|诞生|[0-9]{3,4}年[^,，。]{0,8}[-－—–~至]"),
    (r"逝世|去世|死|卒|身亡|病逝", r"逝世|去世|病逝|卒于|身亡|死于|遇害|阵亡|[享终]年|驾崩|被杀"),
    (r"为什么|为何|原因|何故|缘何", r"因|由于|为了|原因|导致|使得|由此|所以|鉴于|得益于|源于|理由"),
    (r"如何|怎么|怎样|方式|方法|办法|措施|途径|手段", r"通过|采取|以|利用|采用|按照|用|借助|经"),
    (r"职业|身份|职务|什么人|是谁|做什么", (
        r"是[^,，。]{0,20}(?:员|家|师|手|人|长|者|将|帝|王|臣|官)|任|担任|[^,，。]{2,8}(?:演员|歌手"
        r"|运动员|政治人物|作家|学者|教授)"
    )),
    (r"定义|什么是|是什么[?？呀呢]*$|指什么|含义|意思", (
        r"是指|指的是|意[为思]|即|是(?:一|指|由|[^,，。]{2,20}的)|定义|称为"
    )),
    ((
        r"组成|构成|包括|包含|分为|分成|哪些|哪几|哪[两三四五六七八九十]"
    ), r"包括|包含|分为|分成|组成|构成|分别|有[^,，。]{1,12}、|如|等|、"),
    (r"特征|特点|外形|形状|样子|外观|性质|性格", r"呈|状|形|具有?|似|如|特|色|性|像"),
    (r"作用|用途|用来|功能|意义|影响", r"用[于来作以]|作[为用]|可以?|能够?|使|促进|减轻|提供|影响"),
    (r"时期|时候|何时|年代|朝代|哪[一个]*[年月日天]", (
        r"[0-9一二三四五六七八九〇零]+[年月日]|世纪|时期|年代|[^,，。]朝|代"
    )),
    (r"获得?|奖|荣誉|称号", r"获|荣|奖|授|评为|当选|入选|称号"),
    (r"第一|最早|首次|首[个家位]|最[大小高多长]", r"第一|最|首"),
    (r"创立|创办|成立|建立|建成|创建|建于|启用|开通|通车", (
        r"创[立办建]|成立|建[立成于造]|启用|开通|通车|设立|落成|竣工|兴建"
    )),
)  # fmt: skip
_RULES = tuple((re.compile(asks), re.compile(shows)) for asks, shows in _PAIRS)


def cue(question: Question, candidate: Candidate) -> float:
    """Share of the question's own cues that the sentence answers to, in [0, 1]; 0 where it has none."""
    asked = [shows for asks, shows in _RULES if asks.search(question.text)]
    return sum(shows.search(candidate.plain) is not None for shows in asked) / len(asked) if asked else 0.0
