"""Yes against no, more against less: negation and opposite words of a claim against its evidence.

Works from word lists: scales of opposites, and signs of negation with the words in which they negate nothing (不断).
Knows nothing of figures or names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.mapping import Span
from rag.text.lexicon import words
from rag.verify.events import UNDONE_SIGNS
from rag.verify.findings import Finding
from rag.verify.reading import clauses_in, narrowed
from rag.verify.slots import Slot, match, slots_of

_SCALES = (
    (
        "增长 增加 上升 提高 提升 上涨 增多 扩大 回升 攀升 递增 增强 增大 加大 升高|"
        "下降 减少 降低 下滑 下跌 减弱 缩小 回落 递减 缩减 压缩 减小 削减 跌落"
    ),
    "加大|减缓 减小 放松",
    "高于 多于 大于 超过|低于 少于 小于 不及 不如",
    "首次 第一次|再次 又一次 第二次|末次 最后一次",
    "最高|最低",
    "最大|最小",
    "最多|最少",
    "最早|最晚",
    "上半年|下半年|全年",
    "上旬|中旬|下旬",
    "每天 每日|每周|每月|每季度 每季|每年",
    "次日 第二天 翌日|次月|次年",
    "上周|本周|下周",
    "上个月 上月|本月|下个月 下月",
    "全国|全省|全市|全县|全区|全镇|全乡|全村",
    "国家级|省级|市级|县级|区级|镇级|村级",
    "小学|初中|高中|大学",
    "上午|下午|晚上|凌晨",
    "去年|今年|明年|前年",
    "同比|环比",
    "国内|国外 境外 海外",
    "辖区内 区内|辖区外 区外",
    "进口|出口",
    "盈利|亏损",
    "支持 赞成|反对",
    "接受 答应 同意|谢绝 拒绝 回绝 婉拒 推辞",
    "允许 可以|禁止 不得 严禁 不准",
    "必须 应当|无需 无须 不必",
    "成功|失败 未果",
    "增产|减产 绝收",
    "开放|关闭 封闭",
    "提前|推迟 延期 延后 延迟",
    "加强 强化|削弱 弱化 放松",
    "加快 加速|放缓 减缓 放慢",
    "改善 好转|恶化",
    "严格 从严|宽松 放宽",
    "启用 投用|停用 废止|筹建 在建 拟建",
    "设立|撤销 解散",
    "开工|停工|完工 竣工",
    "单独|联合",
    "专职|兼职",
    "虚拟|实体",
    "偏多 较多|偏少 较少",
    "全部 所有|部分 少数|多数 大多数 大多",
    "免费|收费 付费 有偿",
    "公开|秘密 保密 不公开",
    "有效|无效",
    "收入|支出",
    "收到|补缴 缴纳 退还",
    "东部|西部|南部|北部|中部",
    "男性 男子|女性 女子",
    "优于 好于|劣于 差于",
    "领先|落后 垫底",
    "流入|流出 外流",
    "出席|缺席",
    "批准|否决 驳回",
    "签约|解约",
    "线上 网上|线下",
    "事前|事后|事中",
    "会前|会后",
    "定期|不定期",
    "已 已经|将 即将 拟 计划 准备",
    "正式|非正式 试行",
    "直接|间接",
    "第一责任人|直接责任人",
    "左|右",
    (
        "派出所|法院|检察院|医院|学校|银行|妇联|工会|税务局|公安局|财政局|教育局|民政局|城管大队 城管局|"
        "交警大队 交警队|消防大队 消防队|居委会|村委会"
    ),
    "临时|长期 永久 常设",
    "走强|走弱",
    "利好|利空",
    "看涨|看跌",
    "净流入|净流出",
    "买入|卖出",
    "收紧|放宽 放松",
    "上调|下调",
    "富余 过剩|短缺 不足",
)
"""Each line is a scale, its poles parted by |; a word of one pole contradicts one of another in the same place."""

_SIGNS = re.compile(
    r"并未|尚未|从未|未曾|未能|没有|没能|并非|不是|不再|不曾|不能|不会|不可|不得|不准|无法|无需|拒绝|避免|防止|杜绝|"
    r"未|没|不|无|非|零"
)
_NEAR_SIGNS = frozenset("零无非")
_NOT_NEGATION = re.compile(
    "|".join(
        words(
            "不断 不仅仅 不仅 不少于 不少 不同 不久 不过 不但 不管 不论 不足 不到 不超过 不低于 不高于 不大于 不小于 "
            "不等 不懈 不惧 不怕 不时 不禁 不愧 不忘 不畏 不惜 不凡 不错 不一 不止 不得不 能不能 不能不 不妨 不料 "
            "不定期 不定 不顾 不怠 不遗余力 不打招呼 不可或缺 不可分割 不计 不变 不适 不便 不良 不法 不易 不满 未满 "
            "未来 未必 未婚 未达 无论 无私 无缝 无人机 无线 无偿 无穷 无限 无声 无数 无比 无疑 无愧 无锡 无惧 无畏 "
            "无微不至 无死角 无事 非常 非公 非遗 非凡 非机动 非法 非洲 非物质 非营利 除非 莫非 是非 零售 零件 零部件 "
            "零散 零食 零工 零碎 零距离 没收 埋没 沉没 出没"
        )
    )
)
"""Words that hold a sign of negation and negate nothing, or say how much (不足), which figures check by themselves."""
_SKIP = re.compile(r"(?:因为|由于|造成|[的了过有能会再曾得被予以要在让使]|出(?!席|台|现|口|售|版|任|国|行|动|示|租))*")
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_MOVABLE = re.compile(r"并未|尚未|从未|没有|未能|并不|并没有|不再|不会|不能|未|没|不")
_HAN_END = re.compile(r"[\u4e00-\u9fff,:、”]$")
_DOUBTS = re.compile(r"(?P<again>.)..(?P=again)")
"""是不是, 能不能: the sign asks and denies nothing."""
HEAD_CHARS = 2
"""What a negation negates is recognised by this many characters after it."""
MAX_QUOTED_CHARS = 12
SCALE_FLOOR = 0.35
SCALE_MARGIN = 0.25


@lru_cache(maxsize=1)
def _scales() -> tuple[tuple[re.Pattern[str], dict[str, int]], ...]:
    read = []
    for line in _SCALES:
        poles = {word: at for at, pole in enumerate(line.split("|")) for word in words(pole)}
        longest_first = sorted(poles, key=len, reverse=True)
        read.append((re.compile("|".join(longest_first)), poles))
    return tuple(read)


def check_opposites(claim: str, evidence: Sequence[str], settled: Collection[Span] = ()) -> list[Finding]:
    """Words of the claim for which the evidence has an opposite in the same surroundings.

    ``settled``: spans of the claim where the opposite is right, the sides being exchanged as well (甲高于乙, 乙低于甲).
    """
    shown, told = narrowed(claim), [narrowed(text) for text in evidence]
    findings: list[Finding] = []
    for pattern, poles in _scales():
        spans = [hit.span() for hit in pattern.finditer(shown) if hit.span() not in settled]
        if not spans:
            continue
        places = [slot for text in told for slot in slots_of(text, [hit.span() for hit in pattern.finditer(text)])]
        for slot in slots_of(shown, spans):
            pole = poles[slot.value]
            found = match(slot, places, _of_pole(poles, pole))
            needed = found.agreeing_likeness + SCALE_MARGIN if found.agreeing else SCALE_FLOOR
            if found.rival is not None and found.rival_likeness >= max(SCALE_FLOOR, needed):
                said = claim[slot.start : slot.end]
                findings.append(Finding("unsupported", f"“{said}”与原文“{found.rival.value}”相反或不符"))
    return findings


def _of_pole(poles: dict[str, int], pole: int) -> Callable[[Slot], bool]:
    return lambda place: poles[place.value] == pole


def check_negation(claim: str, quoted: Sequence[str]) -> list[Finding]:
    """Negations the evidence does not have, and negations of the evidence that the claim leaves out.

    What is negated is compared clause by clause: a head counts as negated where its clause holds any negation.
    """
    plain, sources = _unbroken(claim), [_unbroken(text) for text in quoted]
    shown, told = _clauses(plain), [clause for text in sources for clause in _clauses(text)]
    findings = [
        Finding("unsupported", f"“{words_there}”：原文没有否定")
        for words_there, head in _negations(shown)
        if _said_plainly(told, head) and not _said_negated(told, head)
    ]
    findings += [
        Finding("unsupported", f"原文为“{words_there}”，此处少了否定")
        for words_there, head in _negations(told)
        if _said_plainly(shown, head) and not _said_negated(shown, head) and not _said_plainly(told, head)
    ]
    return [*findings, *_signs_moved(plain, sources)]


def _unbroken(text: str) -> str:
    """Narrow text without the blanks that a line break leaves inside words."""
    return _BLANKS.sub("", narrowed(text))


def _signs_moved(shown: str, told: Sequence[str]) -> list[Finding]:
    """A sign of negation put in or left out between words that are otherwise printed alike."""
    plain = "\n".join(told)
    added = [("原文没有否定", found) for found in _framed(shown) if found.bare in plain and found.full not in plain]
    dropped = [
        ("此处少了否定", found) for found in _framed(plain) if found.bare in shown and found.bare not in plain
        and found.full not in shown
    ]  # fmt: skip
    dropped += [
        ("此处少了否定", found) for found in _framed(plain) if shown.startswith(found.after) and found.is_only_in(plain)
    ]
    return [Finding("unsupported", f"“{found.full}”：{what}") for what, found in (*added, *dropped)]


@dataclass(frozen=True, slots=True)
class _Framed:
    """A sign of negation with the characters right before and after it."""

    before: str
    sign: str
    after: str

    @property
    def full(self) -> str:
        """As printed."""
        return self.before + self.sign + self.after

    @property
    def bare(self) -> str:
        """Without the sign."""
        return self.before + self.after

    def is_only_in(self, text: str) -> bool:
        """Whether the text has the words after the sign nowhere without it."""
        return text.count(self.after) == text.count(self.sign + self.after)


def _framed(text: str) -> list[_Framed]:
    found = []
    for hit in _MOVABLE.finditer(text):
        before, after = text[max(0, hit.start() - HEAD_CHARS) : hit.start()], text[hit.end() : hit.end() + HEAD_CHARS]
        whole = len(after) == HEAD_CHARS and len(before) == HEAD_CHARS
        if whole and after.isalpha() and _HAN_END.search(before) and _DOUBTS.match(after + before) is None:
            found.append(_Framed(before, hit.group(), after))
    return found


def _clauses(text: str) -> list[str]:
    """Clauses with the words blanked out in which a sign of negation negates nothing."""
    masked = _NOT_NEGATION.sub(lambda hit: "\ue000" * len(hit.group()), text)
    return [masked[start:end] for start, end in clauses_in(masked)]


def _negations(clauses: Sequence[str]) -> list[tuple[str, str]]:
    """Each negation as printed, up to the end of its clause, with the first characters it negates.

    None where nothing follows the sign.
    """
    found = []
    for clause in clauses:
        for hit in _SIGNS.finditer(clause):
            skipped = _SKIP.match(clause, hit.end())
            at = skipped.end() if skipped else hit.end()
            head = clause[at : at + HEAD_CHARS]
            if len(head) == HEAD_CHARS and head.isalpha() and _SIGNS.match(head) is None:
                found.append((_printed(clause, hit.start()), head))
    return found


def _printed(clause: str, at: int) -> str:
    """The words from ``at`` on, to the end of the clause or as far as is worth quoting."""
    return clause[at : at + MAX_QUOTED_CHARS].partition("\ue000")[0].rstrip(' ,。;:!?、”’"」』)')


def _said_negated(clauses: Sequence[str], head: str) -> bool:
    return any(head in clause and _negates(clause, head) for clause in clauses)


def _negates(clause: str, head: str) -> bool:
    """Whether a clause denies what ``head`` begins: 未 and 没有 reach over the clause, 零 and 无 only one word."""
    if any(hit.group() not in _NEAR_SIGNS for hit in _SIGNS.finditer(clause)):
        return True
    return UNDONE_SIGNS.search(clause) is not None or any(sign + head in clause for sign in _NEAR_SIGNS)


def _said_plainly(clauses: Sequence[str], head: str) -> bool:
    return any(head in clause and not _negates(clause, head) for clause in clauses)
