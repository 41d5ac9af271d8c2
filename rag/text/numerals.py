"""Values of numbers as printed: wide digits, thousands commas, Chinese numerals plain, formal and digit by digit.

Exact ``Decimal`` values. Knows nothing of units, dates or where in a text a number stands.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "〇": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
    "俩": 2,
    "貳": 2,
    "參": 3,
    "叄": 3,
    "陸": 6,
}
"""Chinese digits, everyday, formal and Traditional."""

STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
MYRIADS = {
    "万": Decimal(10**4),
    "萬": Decimal(10**4),
    "亿": Decimal(10**8),
    "億": Decimal(10**8),
    "兆": Decimal(10**12),
}
SCALES: dict[str, Decimal] = {
    **MYRIADS,
    **{sign: Decimal(STEPS[sign]) for sign in "十百千拾佰仟"},
}
"""What may follow Arabic digits to scale them: 6千, 3万, 2.5亿."""

CHINESE_NUMERAL_CHARACTERS = "".join(dict.fromkeys([*DIGITS, *STEPS, *MYRIADS]))


def arabic_value(raw: str) -> Decimal:
    """Value of Arabic digits in any width, with thousands commas and a decimal point: ``６,320.5`` → 6320.5.

    Raises:
        ValueError: ``raw`` holds anything else.
    """
    plain = unicodedata.normalize("NFKC", raw).replace(",", "")
    digits = "".join(c if c == "." else str(unicodedata.decimal(c)) for c in plain)
    return Decimal(digits)


def chinese_value(raw: str) -> Decimal:
    """Value of a Chinese numeral: 二十四 → 24, 三千零五 → 3005, 一九〇八 → 1908, 一点五 → 1.5, 三万五 → 35000.

    Raises:
        ValueError: ``raw`` is empty or holds a character that is no numeral.
    """
    if not raw:
        raise ValueError("an empty numeral")
    whole, point, fraction = raw.partition("点")
    if not point:
        whole, point, fraction = raw.partition("點")
    value = _by_digits(whole) if all(c in DIGITS for c in whole) else _by_places(whole)
    if not point:
        return value
    scale = Decimal(1)
    while fraction and fraction[-1] in MYRIADS:
        scale, fraction = scale * MYRIADS[fraction[-1]], fraction[:-1]
    places = "".join(str(DIGITS[c]) if c in DIGITS else "?" for c in fraction)
    if not places.isdecimal():
        raise ValueError(f"{raw!r} is no numeral")
    return (value + Decimal(f"0.{places}")) * scale


def _by_digits(raw: str) -> Decimal:
    return Decimal("".join(str(DIGITS[c]) for c in raw))


def _by_places(raw: str) -> Decimal:
    if raw[0] in MYRIADS and len(raw) > 1 and raw[1] in DIGITS:
        raise ValueError(f"{raw!r} is no numeral: nothing is scaled")
    total, section, digit, last = Decimal(0), Decimal(0), None, Decimal(1)
    for character in raw:
        if character in DIGITS:
            if digit:
                raise ValueError(f"{raw!r} is no numeral: two digits side by side")
            # A zero only marks skipped places, so what follows it counts from the ones again (三万零五).
            last = Decimal(1) if DIGITS[character] == 0 else last
            digit = DIGITS[character]
        elif character in STEPS:
            bare = 1 if digit is None or digit == 0 else digit
            last = Decimal(STEPS[character]) if character not in "廿卅" else Decimal(10)
            section += bare * STEPS[character]
            digit = None
        elif character in MYRIADS:
            section += digit or 0
            last = MYRIADS[character]
            total = (total + section) * last if total and last > total else total + (section or Decimal(1)) * last
            section, digit = Decimal(0), None
        else:
            raise ValueError(f"{raw!r} is no numeral")
    if digit is not None:
        # 三万五 is 35,000 and 一百二 is 120: a bare last digit counts tenths of the step before it.
        section += digit * (last / 10 if last > 10 and digit else 1)
    return total + section
