from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import EncodingError
from rag.readers.encodings import decode, readings

SEEDS = Path(__file__).parents[3] / "seeds"
TRADITIONAL = "時代的發展要求我們不斷學習，市政府今年將擴大對中小企業的支持，推動經濟平穩運行。記者從會議上獲悉，"
SIMPLIFIED = "时代的发展要求我们不断学习，市政府今年将扩大对中小企业的支持，推动经济平稳运行。记者从会议上获悉，"
KOREAN = "정부는오늘서울에서경제정책을발표하고기업지원을확대하겠다고밝혔다국회는예산안을통과시켰으며논의를이어갔다"
JAPANESE = (
    "政府は今日、東京で経済政策を発表し、企業への支援を拡大すると述べた。国会は予算案を可決し、与野党が議論を続けた。"
)
RUSSIAN = "Правительство сегодня объявило в Москве о новой экономической политике и расширении поддержки предприятий."


@cache
def seed_text() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))


@cache
def traditional_text() -> str:
    text = (SEEDS / "002_8b414e6bb8ed5338.txt").read_text(encoding="utf-8")
    return "".join(character for character in text if character.encode("cp950", "ignore"))


def slices(text: str, chars: int, count: int) -> list[str]:
    rng = random.Random(chars)
    starts = [rng.randrange(len(text) - chars + 1) for _ in range(count)]
    return [text[start : start + chars] for start in starts]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_utf8_text_is_never_changed_whatever_it_holds(text: str) -> None:
    if text.encode().startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    try:
        decoded, encoding = decode(text.encode(), "x")
    except EncodingError:
        assert not any("\u3000" <= character <= "\u9fff" for character in text), "only two-byte letters may be doubtful"
    else:
        assert (decoded, encoding) == (text, "utf-8")


@given(st.integers(0, 3000), st.integers(6, 400))
def test_seed_text_in_gb18030_is_read_back_exactly_or_refused(start: int, chars: int) -> None:
    text = seed_text()[start : start + chars]
    try:
        decoded, _ = decode(text.encode("gb18030"), "x")
    except EncodingError:
        assert chars < 60, "running text of this length must be told apart"
    else:
        assert decoded == text


@given(st.integers(0, 1500), st.integers(6, 400))
def test_seed_text_in_big5_is_read_back_exactly_or_refused(start: int, chars: int) -> None:
    text = traditional_text()[start : start + chars]
    try:
        decoded, _ = decode(text.encode("cp950"), "x")
    except EncodingError:
        assert chars < 60, "running text of this length must be told apart"
    else:
        assert decoded == text


@pytest.mark.parametrize(("chars", "most_refused"), [(10, 24), (20, 9), (50, 3), (200, 0), (1000, 0)])
@pytest.mark.parametrize(
    ("text", "codec"), [(seed_text, "gb18030"), (traditional_text, "gb18030"), (traditional_text, "cp950")]
)
def test_no_slice_of_a_page_is_misread_and_few_are_refused(
    text: Callable[[], str], codec: str, chars: int, most_refused: int
) -> None:
    refused = 0
    for piece in slices(text(), chars, 200):
        try:
            decoded, _ = decode(piece.encode(codec), "x")
        except EncodingError:
            refused += 1
        else:
            assert decoded == piece
    assert refused <= most_refused


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_every_seed_page_in_gb18030_comes_back_character_for_character(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert decode(text.encode("gb18030"), path.name) == (text, "gb18030")


def test_big5_with_hong_kong_characters_is_read() -> None:
    text = TRADITIONAL + "佢喺度做嘢，嗰啲人冇嚟。"
    assert decode(text.encode("big5hkscs"), "x") == (text, "big5")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_newlines_are_untouched(codec: str, newline: str) -> None:
    text = newline.join([SIMPLIFIED, "", SIMPLIFIED, ""])
    assert decode(text.encode(codec), "x")[0].removeprefix("\ufeff") == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_bom_stays_character_zero(codec: str) -> None:
    assert decode(SIMPLIFIED.encode(codec), "x")[0] == "\ufeff" + SIMPLIFIED


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf16_is_read_by_its_bom_and_refused_without(order: str) -> None:
    assert decode(("\ufeff" + SIMPLIFIED).encode(order), "x") == ("\ufeff" + SIMPLIFIED, order)
    with pytest.raises(EncodingError, match="UTF-8"):
        decode(SIMPLIFIED.encode(order), "x")


def test_an_encoding_that_the_user_names_is_used_as_is_and_keeps_the_bom() -> None:
    assert decode("短".encode("big5"), "x", encoding="Big5") == ("短", "big5")
    assert decode(b"\xef\xbb\xbfa", "x", encoding="utf-8-sig") == ("\ufeffa", "utf-8")
    assert decode("\ufeff字".encode("utf-16-le"), "x", encoding="UTF-16")[0] == "\ufeff字"
    with pytest.raises(EncodingError, match="not gb18030"):
        decode(b"\xff\xff", "x", encoding="gb18030")
    with pytest.raises(EncodingError, match="unknown encoding 'klingon'"):
        decode(b"a", "x", encoding="klingon")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (KOREAN, "euc_kr"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "shift_jis"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        ("Où est l'été à Nîmes, garçon? Déjà là-bas, près d'où naît la forêt." * 3, "latin-1"),
    ],
)
def test_other_encodings_are_refused_not_guessed(text: str, codec: str) -> None:
    with pytest.raises(EncodingError, match="convert the file to UTF-8"):
        decode(text.encode(codec), "page.txt")


def test_other_languages_in_utf8_are_read() -> None:
    for text in (KOREAN, JAPANESE, RUSSIAN, "Où est l'été? 25°C ± 2·3", "plain"):
        assert decode(text.encode(), "x") == (text, "utf-8")


@pytest.mark.parametrize("at", range(300, 330))
def test_damaged_utf8_is_never_taken_for_another_encoding(at: int) -> None:
    content = seed_text()[:400].encode()
    for damaged in (content[:at], content[:at] + b"\xff" + content[at + 1 :], content[at:]):
        try:
            damaged.decode()
        except UnicodeDecodeError as error:
            with pytest.raises(EncodingError, match=f"UTF-8 damaged at byte {error.start}"):
                decode(damaged, "x")


@given(st.binary(min_size=16, max_size=400))
def test_binary_bytes_that_decode_are_at_least_text(content: bytes) -> None:
    try:
        text, encoding = decode(content, "x")
    except EncodingError:
        return
    assert text.encode(encoding if encoding != "big5" else "cp950") == content
    assert "\0" not in text


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("low", "high"), [(0, 256), (0xA1, 0xFF), (0xB0, 0xD8)])
def test_random_bytes_are_refused(seed: int, low: int, high: int) -> None:
    rng = random.Random(seed)
    with pytest.raises(EncodingError):
        decode(bytes(rng.randrange(low, high) for _ in range(200)), "x")


@pytest.mark.parametrize(
    "head", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04\x14\0\x06\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_binary_files_are_refused(head: bytes) -> None:
    with pytest.raises(EncodingError):
        decode(head + bytes(range(256)), "x")


def test_nul_and_many_control_characters_are_refused_with_their_place() -> None:
    with pytest.raises(EncodingError, match=r"U\+0000\) at 1"):
        decode(b"a\0b", "x")
    with pytest.raises(EncodingError, match="control characters"):
        decode(b"\x01\x02\x03abc", "x")
    with pytest.raises(EncodingError):
        decode(("\x01" + SIMPLIFIED * 3).encode("gb18030"), "x")


def test_a_stray_control_character_in_a_long_utf8_page_is_kept() -> None:
    text = SIMPLIFIED * 4 + "\x02" + SIMPLIFIED * 4 + "\x0c"
    assert decode(text.encode(), "x") == (text, "utf-8")


@pytest.mark.parametrize("text", ["为580", "07:22:19 墨", "占 23", "S 3帧", "727 印刷"])
def test_two_byte_text_that_is_valid_utf8_by_accident_is_refused_with_both_candidates(text: str) -> None:
    content = text.encode("gb18030")
    assert content.decode("utf-8") != text
    with pytest.raises(EncodingError, match="candidates: utf-8, gb18030"):
        decode(content, "x")


def test_a_declaration_settles_a_tie_but_does_not_overrule_the_text() -> None:
    short = "长 1389".encode("gb18030")
    with pytest.raises(EncodingError, match="candidates: gb18030, big5"):
        decode(short, "x")
    assert decode(short, "x", declared="GB2312") == ("长 1389", "gb18030")
    assert decode(SIMPLIFIED.encode("gb18030"), "x", declared="big5") == (SIMPLIFIED, "gb18030")
    assert decode(SIMPLIFIED.encode(), "x", declared="gbk") == (SIMPLIFIED, "utf-8")
    assert decode(TRADITIONAL.encode("cp950"), "x", declared="iso-8859-1") == (TRADITIONAL, "big5")


def test_the_error_names_source_candidates_and_remedy() -> None:
    with pytest.raises(EncodingError) as caught:
        decode("锟斤拷".encode("gb18030")[:5] + b"\xff", "desk/page.txt")
    assert caught.value.source == "desk/page.txt"
    assert "UTF-8" in caught.value.reason
    assert "or name its encoding with --encoding" in caught.value.reason


def test_the_true_reading_leads_by_far_on_running_text() -> None:
    best, *others = readings(SIMPLIFIED.encode("gb18030"))
    assert best.encoding == "gb18030"
    assert best.common_share > 0.6
    assert all(best.nats - other.nats > 50 for other in others)
