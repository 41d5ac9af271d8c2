"""Which short lines are headlines, and which part of a headline each is: kicker, headline, subtitle, column label.

Reads form (length, phrases, marks, neighbours), not meaning. Levels of ``#`` are a hint, never trusted alone. Knows
nothing of which text a headline belongs to; that is decided by stitching.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.models import PartRole

_LABEL_CLOSENESS = 0.25
"""A short line alone over a text that does not repeat it names the column, not the news."""
MAX_HEADLINE = 60
"""Folded characters; longer lines are text."""

PLACE_LINE = re.compile(r"^[\u3400-\u9fff]{1,8}(?:省|市|县|区|乡|镇|村|街道|社区|旗|州|开发区|园区|局|校)[:]$")
"""A place standing alone as the first half of a headline: X镇:"""

ORIGINAL_TITLE = re.compile(r"^(?:原标题|原题|标题)[:]\s*")
"""Words an editor of a web page put before the headline; not part of it."""

_HANGING = frozenset('的了和与在是为将对以及把被从向到由让使或但而且并着之其这那该、,(“‘"《「『—')
_CREDIT = re.compile(
    r"^(?:来源|作者|责编|责任编辑|编辑|记者|通讯员|文字|摄影|供稿|原创稿|资料来源|据)[:：]|[(](?:记者|通讯员|作者|来源|完)"
)
_REPORTER = re.compile(r"(?:通讯员|记者)[\u3400-\u9fff]{2,9}\d{1,2}[月日]|^[\u3400-\u9fff]{2,4}(?:通讯员|记者)")
_WHOLE_ENDS = frozenset(
    ("行为", "作为", "认为", "成为", "参与", "共和", "目的", "温和", "平和", "祥和", "柔和", "以及", "普及", "谋其")
)
_CALLS = re.compile(r"^[\u3400-\u9fff]{2,5}[促助推筑谱献惠暖护][\u3400-\u9fff]{2,4}$")
"""A whole sentence in seven characters (verb in the middle) is a kicker, not the name of a column."""
_LEAD_WORDS = re.compile(
    r"^(?:近[日期来年]|日前|据[悉了报统]|为[了进深全切贯推加]|当地时间|\d{1,2}月\d{1,2}日|\d{4}年\d|今年以来|目前,|随着|同时|此外|接下来|下一步|在.{2,20}(?:之际|期间|以来))"
)
"""How a paragraph opens and a headline hardly ever does."""
_SUBTITLE = re.compile(r"^(?:——|--|—|──)")
_ENUMERATION = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,2}\)|\d{1,2}[、.](?!\d))")


def phrases(spaced: str) -> list[str]:
    """The phrases of a headline line: between blanks, not inside quotation marks; letter-spacing is closed first."""
    return [phrase for phrase in close_letterspacing(spaced).split(" ") if phrase]


def close_letterspacing(spaced: str) -> str:
    """Close runs of single characters set apart (喜 迎 春 天 → 喜迎春天). Runs of three or more only."""
    return re.sub(r"(?:(?<=\s)|^)\S(?: \S){2,}(?=\s|$)", lambda run: run[0].replace(" ", ""), spaced.strip())


def is_subtitle_form(plain: str) -> bool:
    """A line opened by a dash continues the headline above it."""
    return bool(_SUBTITLE.match(plain)) and len(plain) <= 70


def headline_odds(plain: str, spaced: str, *, wrapped: bool) -> float:
    """Log odds that an unmarked line is a headline or subhead rather than a stretch of text, by its form alone.

    Thresholds come from reading pages: headlines run 4 to 45 characters, seldom hold a full stop, seldom hang.
    ``wrapped``: the page breaks its lines with blanks, so that a blank says little.
    """
    size = len(plain)
    if size < 2 or size > MAX_HEADLINE or "。" in plain[:-1] or plain[-1] in "。,、;(“‘《「『":
        return -6.0
    if _CREDIT.search(plain) or (plain[0] == "(" and plain.find(")") in (-1, size - 1)):
        return -6.0
    if is_subtitle_form(plain):
        return 4.0
    if PLACE_LINE.match(plain):
        return 4.0
    odds = 0.6 if size <= 40 else -0.8
    odds -= 0.7 * (plain.count(",") + 0.6 * plain.count("、") + plain.count(";"))
    if (plain[-1] in _HANGING and plain[-2:] not in _WHOLE_ENDS) or plain[0] in ",、。;:)”’》」』】!?…":
        odds -= 3.0
    if plain[-1] == ":" or plain.count("(") != plain.count(")") or plain.count("“") != plain.count("”"):
        odds -= 2.0
    if _ENUMERATION.match(plain):
        odds -= 0.5
    odds += _phrase_odds(phrases(spaced), size, wrapped)
    if size < 4:
        odds -= 1.0
    if _LEAD_WORDS.match(plain):
        odds -= 3.0
    if _REPORTER.search(plain):
        odds -= 3.0
    if re.search(r"\d{4,}#|\.com|http|小时内", plain):
        odds -= 3.0
    return 2.0 * odds if odds > 0 else odds


def _phrase_odds(parts: Sequence[str], size: int, wrapped: bool) -> float:
    """What blanks inside a line say: two balanced phrases are a headline's, blanks of a wrapped page are not."""
    if len(parts) < 2:
        return 0.0
    lengths = [len(part) for part in parts]
    balanced = 1.5 if min(lengths) >= 3 and max(lengths) <= 28 else 0.3
    return balanced - (1.0 if wrapped and size > 16 and max(lengths) > 15 else 0.0)


def grouping(above: str, below: str, above_level: int, below_level: int) -> float:
    """How readily ``below`` goes on a headline that ``above`` began, as log odds. Folded, with blanks."""
    a, b = above.replace(" ", ""), below.replace(" ", "")
    if is_subtitle_form(b):
        return 3.5
    if is_subtitle_form(a):
        return 1.5 if len(b) <= 8 and below_level else -2.5
    if PLACE_LINE.match(a):
        return 4.0
    if PLACE_LINE.match(b):
        return -3.0
    score = 0.0 if bool(above_level) == bool(below_level) else -2.5
    if is_label(above) or is_kicker_form(above):
        score += 2.0
    elif len(a) >= 14 and len(b) >= 10:
        score -= 2.0
    if above_level and below_level:
        score += 0.8 if above_level != below_level else -0.3
    if is_label(below) and not is_label(above):
        score -= 1.0 if below_level <= above_level else -0.5
    elif is_kicker_form(below) and len(a) > len(b) + 2 and not is_label(above):
        score -= 1.5
    return score


def is_label(spaced: str) -> bool:
    """A column label is a short name: at most nine characters, no verb phrase pair."""
    plain = spaced.replace(" ", "")
    return 2 <= len(plain) <= 8 and not any(c in plain for c in ",。:;!?“”—")


def is_kicker_form(spaced: str) -> bool:
    """A kicker (引题) is one to four phrases of three to nine characters."""
    parts = phrases(spaced)
    plain = "".join(parts)
    if any(c in plain for c in ",。:;—") or len(plain) > 24:
        return False
    return (len(parts) > 1 and all(2 <= len(part) <= 9 for part in parts)) or len(plain) <= 8


def assign_roles(lines: Sequence[tuple[str, int]], closeness: Sequence[float]) -> list[PartRole]:
    """The part each line of one headline group is.

    Args:
        lines: (folded line with blanks, level) in page order.
        closeness: how much of each line stands in the article's text, in [0, 1].
    """
    if not lines:
        return []
    if len(lines) == 1 and is_label(lines[0][0]) and len(phrases(lines[0][0])) == 1 and closeness[0] < _LABEL_CLOSENESS:
        return ["column_label"]
    main = _main_line(lines, closeness)
    roles: list[PartRole] = []
    for n, (spaced, level) in enumerate(lines):
        plain = spaced.replace(" ", "")
        if n == main:
            roles.append("headline")
        elif n < main:
            role = _role_above(lines, n, main)
            roles.append("kicker" if role == "column_label" and role in roles else role)
        elif is_subtitle_form(plain) or len(plain) > 8 or (n == main + 1 and not level):
            roles.append("subtitle")
        else:
            roles.append("column_label" if len(phrases(spaced)) == 1 and len(plain) <= 6 else "subtitle")
    return roles


def _role_above(lines: Sequence[tuple[str, int]], n: int, main: int) -> PartRole:
    spaced = lines[n][0]
    plain = spaced.replace(" ", "")
    if PLACE_LINE.match(plain):
        return "headline"
    if main - n >= 2 and n == 0:
        return "column_label"
    parts = phrases(spaced)
    if len(parts) == 1 and len(plain) <= 7 and not lines[n][0].startswith("“") and not _CALLS.match(plain):
        return "column_label"
    if len(parts) == 2 and {len(part) for part in parts} == {3, 4} and len(plain) == 7:
        return "column_label"
    return "kicker"


def _main_line(lines: Sequence[tuple[str, int]], closeness: Sequence[float]) -> int:
    """The headline among the lines of a group: by marks, form, length, and how much the text repeats it."""
    best, best_score = 0, -1e9
    top = min((level for _, level in lines if level), default=0)
    for n, (spaced, level) in enumerate(lines):
        plain = spaced.replace(" ", "")
        score = min(len(plain), 24) / 8 + 1.5 * closeness[n]
        score -= 6.0 if is_subtitle_form(plain) else 0.0
        score -= 1.5 if is_kicker_form(spaced) and len(plain) <= 16 else 0.0
        score -= 4.0 if PLACE_LINE.match(plain) else 0.0
        if level and top:
            score += 2.0 if level == top else 0.0
        score += 0.2 * n if n and not is_subtitle_form(plain) else 0.0
        if score > best_score:
            best, best_score = n, score
    return best
