"""Simplified and Traditional characters: conversion that keeps every position, and telling the two apart.

``to_simplified`` maps one character to one character, so spans into the text stay valid; that is what indexing and
matching use. Knows nothing of words, sentences or pages.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Script = Literal["zh-Hans", "zh-Hant"]

_HAN_BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2F800, 0x2FA1F))
"""Unicode blocks in which OpenCC knows variants: ideographs, extensions A and B, compatibility forms."""

_EXTRA_SIMPLIFIED = {"説": "说", "産": "产", "爲": "为", "靑": "青", "淸": "清", "強": "强", "戶": "户", "內": "内"}
"""Variant glyphs seen in print and on the web that a t2s table may pass through unchanged."""


_UNDERSTAND = re.compile("瞭(?![望哨])")
"""瞭 became 了 where it means to understand (瞭解), and stayed where it means to look far (瞭望)."""


@lru_cache(maxsize=1)
def _simplified_table() -> dict[int, str]:
    """Every character OpenCC's ``t2s`` turns into exactly one other character."""
    from opencc import OpenCC

    characters = [chr(code) for low, high in _HAN_BLOCKS for code in range(low, high + 1)]
    # A line break between characters keeps phrase rules from firing, so each one converts on its own.
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        ord(before): after
        for before, after in zip(characters, converted, strict=True)
        if before != after and len(after) == 1
    }
    table.update({ord(before): after for before, after in _EXTRA_SIMPLIFIED.items()})
    return table


@lru_cache(maxsize=1)
def _simplified_only() -> frozenset[str]:
    """Simplified forms that Traditional text does not use (说, 们), unlike 后 or 台, which both scripts write."""
    return frozenset(form for form in _simplified_table().values() if not _encodes(form, "big5"))


@lru_cache(maxsize=1)
def _traditional_only() -> frozenset[str]:
    """Traditional forms that Simplified text does not use; GB2312 holds the few it still does (乾, 於)."""
    return frozenset(chr(code) for code in _simplified_table() if not _encodes(chr(code), "gb2312"))


def _encodes(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def to_simplified(text: str) -> str:
    """Simplified form, character by character: same length, every position kept."""
    simplified = text.translate(_simplified_table())
    return _UNDERSTAND.sub("了", simplified) if "瞭" in simplified else simplified


@lru_cache(maxsize=1)
def _traditional_converter() -> object:
    from opencc import OpenCC

    return OpenCC("s2t")


def to_traditional(text: str) -> str:
    """Traditional form by phrases (头发 → 頭髮), for display only: the length may change."""
    convert = getattr(_traditional_converter(), "convert")  # noqa: B009 - opencc carries no types
    return str(convert(text))


def detect_script(text: str) -> Script | None:
    """The script most of the telling characters are in; None when none tells or both tell equally."""
    simplified = sum(character in _simplified_only() for character in text)
    traditional = sum(character in _traditional_only() for character in text)
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


_NARROW = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2236: ":", 0xFFE5: "¥"}


def narrow(text: str) -> str:
    """Simplified with half-width signs and digits, character by character: same length, every position kept."""
    return to_simplified(text).translate(_NARROW)
