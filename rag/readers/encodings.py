"""Bytes → text without ever guessing mojibake. Knows nothing of formats, files or metadata.

A BOM or strictly valid UTF-8 settles the matter. Otherwise every East Asian candidate that decodes strictly is read as
a person would: how likely is this text as Chinese? Each character counts by its tier (the commonest few hundred, the
rest of the two level-1 sets, other Han, punctuation, everything else). The best reading is taken only if it looks like
Chinese at all and no other reading comes near it; else the bytes are refused with the candidates and the remedy.
"""

from __future__ import annotations

import codecs
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from rag.errors import EncodingError

CANDIDATES = {"gb18030": ("gb18030",), "big5": ("cp950", "big5hkscs", "big5")}
"""Encodings to tell apart, each with its dialects in order of preference (first what Windows calls Big5)."""

MARGIN_NATS = 12.0
"""A reading is taken when it is e^12 (160,000) times as likely as any other."""
DECLARED_NATS = 12.0
"""What a page's own declaration adds: enough to settle a tie, not enough to overrule the text."""
MIN_COMMON_SHARE = 0.35
"""Least share of the commonest characters among Han: running text has .70, a wrong reading .03–.15 (see tests)."""
MAX_RARE_SHARE = 0.15
"""Largest share of rare Han and stray symbols among characters beyond ASCII: running text has .01."""
MAX_FORBIDDEN_SHARE = 0.005
"""Largest share of private-use, unassigned and control characters beyond ASCII: strays of a real page, none in a short
text; Big5 read as GB18030 has .2 and more."""
MAX_CONTROL_SHARE = 0.01
"""Control characters a valid UTF-8 text may hold: strays of OCR or PDF extraction; more means a binary file."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_REMEDY = "convert the file to UTF-8, or name its encoding with --encoding"
_UTF8_THREE = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf][\x80-\xbf]")
_ABOVE_ASCII = bytes(range(0x80, 0x100))
_SAMPLE_BYTES = 65_536
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

# The 400 commonest characters of Simplified news and of Traditional encyclopaedia text, counted over 3.6 million
# characters of public collections, in code point order. They make up 70 % (Simplified) and 74 % (Traditional) of Han.
_COMMON = frozenset(
    "一万三上下不与专且世业东两並个中为主举之乐也书了事二于五亚些亞交亦产京人今仍从他代以们件任众会传但位体作使來供保"
    "信個們傳元先克党入內全兩公兰共关兵其具内再军出分列创初別利到制則前劉力办功加务动助動務包化北区医區十升华单南卡即"
    "原县参又及反发取受口古只可台史号司各合同名后向告员命和品員商四回因团国國團土在地场型城域基報場境增士处外多大天太"
    "夫头奧女好如始委威子字学學安完宗官定实客家實对导将將對導小少尔就尼局居展属屬山岛島州工已巴市布帝带帶常平年并广应"
    "府度廣建开式引张張強强当形影很後得從德心性总息情意應成我或战戰所手打投报拉括持指据接推提擊據支收改攻放政教数數文"
    "斯新方於族无日早时明易星是時普更書曾最會月有服朝期未本机村条来東林果某查标校根格案條業機權次歐正此步武歷比民气氣"
    "水江決沒河治法洲活派流海消深清港游湾源演漢濟灣点為無然爭爾物特獲王环现現球理生產用由电界當發的皇目直相省知石研示"
    "社神福种科称程種稱空立站第等管米类系紀約納組結統經維網線縣總繼约级线组经结统续网罗羅美群義者而联聯股能自至臺與舉"
    "色节花英获華营萬著蒙蘇蘭處行術街表被西要規視规视解言計設許該認語說論警議變计议记设该语说调資賽质资赛起超路身車軍"
    "較轉车转较达过运近还这进选這通造進運過道達選還邦部都里重量金鐵铁長长門開間關门问间队防阿际院除陸隊際隨集電青非面"
    "韓音響領類项领题風风食首香馬马體高鱼鳍點黨龙"
)
_PUNCTUATION = frozenset("，。、：；？！“”‘’（）《》〈〉「」『』【】—…·‧•～－／％　０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class _Tier:
    mass: float  # share of a running Chinese text that this tier takes
    size: int  # characters that share it

    @property
    def log_probability(self) -> float:
        return math.log(self.mass / self.size)


# Masses as counted over the same collections; sizes of the open tiers are those of the Unicode blocks they stand for.
_TIERS = {
    "ascii": _Tier(0.08, 98),
    "common": _Tier(0.58, len(_COMMON)),
    "level1": _Tier(0.24, 6100),
    "punctuation": _Tier(0.09, len(_PUNCTUATION)),
    "rare_han": _Tier(0.006, 22000),
    "symbol": _Tier(0.004, 4000),
    "forbidden": _Tier(1e-9, 7000),
}


@cache
def _level1() -> frozenset[str]:
    """The everyday sets of both scripts: GB2312 level 1 (3,755) and Big5 level 1 (5,401)."""
    simplified = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    traditional = (
        bytes((high, low))
        for high in range(0xA4, 0xC7)
        for low in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
        if (high, low) <= (0xC6, 0x7E)
    )
    return frozenset(
        {pair.decode("gb2312", "ignore") for pair in simplified} | {pair.decode("big5") for pair in traditional}
    ) - {""}


@cache
def _tier(character: str) -> str:
    if character in _COMMON:
        return "common"
    if character < "\x80":
        return "forbidden" if _CONTROL.match(character) else "ascii"
    if character in _PUNCTUATION:
        return "punctuation"
    if character in _level1():
        return "level1"
    category = unicodedata.category(character)
    if category in {"Cc", "Cn", "Co", "Cs"}:
        return "forbidden"
    return "rare_han" if category == "Lo" and unicodedata.name(character, "").startswith("CJK") else "symbol"


@dataclass(frozen=True, slots=True)
class Reading:
    """One strict decoding and how it reads. ``nats``: log-likelihood of the text as Chinese; higher is better."""

    encoding: str
    text: str
    nats: float
    common_share: float
    rare_share: float
    forbidden_share: float
    han: int

    @classmethod
    def of(cls, text: str, encoding: str) -> Reading:
        """Count the tiers of a decoded text; linear in its length, with one dictionary entry a distinct character."""
        tiers: Counter[str] = Counter()
        for character, count in Counter(text).items():
            tiers[_tier(character)] += count
        nats = sum(count * _TIERS[tier].log_probability for tier, count in tiers.items())
        han = tiers["common"] + tiers["level1"] + tiers["rare_han"]
        beyond_ascii = max(len(text) - tiers["ascii"], 1)
        rare = tiers["rare_han"] + tiers["symbol"]
        return cls(
            encoding,
            text,
            nats,
            tiers["common"] / max(han, 1),
            rare / beyond_ascii,
            tiers["forbidden"] / beyond_ascii,
            han,
        )

    @property
    def is_chinese(self) -> bool:
        """Whether this can be running Chinese text."""
        return (
            self.han > 0
            and self.forbidden_share <= MAX_FORBIDDEN_SHARE
            and self.common_share >= MIN_COMMON_SHARE
            and self.rare_share <= MAX_RARE_SHARE
        )


def decode(content: bytes, source: str, *, encoding: str | None = None, declared: str | None = None) -> tuple[str, str]:
    """Decode strictly; a BOM stays the first character and newlines stay as they are.

    Args:
        content: the bytes as received.
        source: named in errors.
        encoding: given by the user; used as is.
        declared: what the content says about itself (an HTML ``charset``); believed where the text bears it out.

    Returns:
        The text and the name of the encoding used.

    Raises:
        EncodingError: binary, damaged, in no known encoding, or in more than one; the message says which.
    """
    bom = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    if encoding is not None:
        chosen = _as_named(encoding, bom)
        return _decode_as(content, source, chosen), chosen
    if bom is not None:
        return _decode_as(content, source, bom), bom
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _detect(content, source, declared, error)
    _refuse_binary(text, source)
    _refuse_disguised(content, text, source)
    return text, "utf-8"


def readings(content: bytes) -> list[Reading]:
    """Every candidate that decodes strictly, the best dialect of each, most likely first."""
    found: list[Reading] = []
    for name, dialects in CANDIDATES.items():
        decoded = [text for text in (_strict(content, dialect) for dialect in dialects) if text is not None]
        if decoded:
            found.append(max((Reading.of(text, name) for text in dict.fromkeys(decoded)), key=lambda one: one.nats))
    return sorted(found, key=lambda one: -one.nats)


def _detect(content: bytes, source: str, declared: str | None, error: UnicodeDecodeError) -> tuple[str, str]:
    if b"\0" in content:
        raise EncodingError(source, f"NUL byte at {content.index(0)}: binary, or UTF-16 without a BOM; {_REMEDY}")
    if _is_damaged_utf8(content, error.start):
        raise EncodingError(source, f"UTF-8 damaged at byte {error.start} ({error.reason}); {_REMEDY}")
    favoured = _candidate_of(declared)
    ranked = sorted(
        readings(content), key=lambda one: -(one.nats + (DECLARED_NATS if one.encoding == favoured else 0.0))
    )
    names = ", ".join(one.encoding for one in ranked) or "none"
    if not ranked or not ranked[0].is_chinese:
        raise EncodingError(
            source, f"not UTF-8, and no Chinese encoding gives readable text (tried: {names}); {_REMEDY}"
        )
    best = ranked[0]
    lead = min((best.nats - other.nats for other in ranked[1:]), default=math.inf)
    if lead + (DECLARED_NATS if best.encoding == favoured else 0.0) < MARGIN_NATS:
        raise EncodingError(source, f"reads as more than one encoding (candidates: {names}); {_REMEDY}")
    return best.text, best.encoding


def _as_named(encoding: str, bom: str | None) -> str:
    """The user's encoding; the variants that would swallow the BOM give way to the one that keeps it."""
    label = encoding.strip().lower().replace("_", "-")
    if label == "utf-8-sig":
        return "utf-8"
    return bom if bom is not None and label in {"utf-16", "utf-32"} else label


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _decode_as(content: bytes, source: str, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except LookupError as error:
        raise EncodingError(
            source, f"unknown encoding {encoding!r}; with --encoding name utf-8, gb18030, big5 or utf-16"
        ) from error
    except UnicodeDecodeError as error:
        raise EncodingError(source, f"not {encoding}: {error.reason} at byte {error.start}; {_REMEDY}") from error
    _refuse_binary(text, source)
    return text


def _refuse_binary(text: str, source: str) -> None:
    controls = _CONTROL.findall(text)
    if "\0" in controls or len(controls) > MAX_CONTROL_SHARE * len(text):
        first = _CONTROL.search(text)
        assert first is not None
        raise EncodingError(
            source,
            f"{len(controls)} control characters, the first (U+{ord(first.group()):04X}) at {first.start()}: not text; "
            "remove them, or convert the file to UTF-8 text",
        )


def _refuse_disguised(content: bytes, text: str, source: str) -> None:
    """A few Chinese characters in another encoding can be valid UTF-8 of two-byte letters; refuse if they read better.

    Everyday characters alone make a rival only to letters outside Western Europe: ``é`` is a character of GB2312 too.
    """
    if _UTF8_THREE.search(content) or content.isascii():
        return
    is_western = max(text) < "\u0100"
    rivals = [one for one in readings(content) if one.is_chinese or (one.han and not one.rare_share and not is_western)]
    if rivals and max(one.nats for one in rivals) > Reading.of(text, "utf-8").nats:
        names = ", ".join(["utf-8", *(one.encoding for one in rivals)])
        raise EncodingError(source, f"reads as more than one encoding (candidates: {names}); {_REMEDY}")


def _is_damaged_utf8(content: bytes, error_at: int) -> bool:
    """Whether most bytes beyond ASCII, before the fault and around it, stand in whole UTF-8 sequences of Chinese."""
    sample = content[:_SAMPLE_BYTES] + content[max(error_at - _SAMPLE_BYTES, _SAMPLE_BYTES) : error_at + _SAMPLE_BYTES]
    high = len(sample) - len(sample.translate(None, _ABOVE_ASCII))
    return 3 * len(_UTF8_THREE.findall(sample)) > 0.6 * high


def _candidate_of(declared: str | None) -> str | None:
    if declared is None:
        return None
    label = declared.strip().lower().replace("_", "-")
    if label in {"gb2312", "gbk", "gb18030", "x-gbk", "gb-2312-80", "hz-gb-2312", "cp936", "ms936"}:
        return "gb18030"
    return "big5" if label.startswith(("big5", "cn-big5", "x-x-big5", "cp950")) else None
