"""True claims in other dress and other words: nothing said that the sentence does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from evals.altered.edit import Source
from evals.altered.names import PERSON
from rag.text.lexicon import words
from rag.text.script import to_traditional

_DIGITS = "〇一二三四五六七八九"
_COUNTED = re.compile(r"(?<![0-9.:：第])([1-9][0-9]{0,3})(?=[个名人家次岁天户辆条座](?!前|代|级))")
_TEN_THOUSANDS = re.compile(r"(?<![0-9.])([1-9][0-9]{0,3}(?:\.[0-9]{1,2})?)万(?=[元人吨亩户])")
_HUNDRED_MILLIONS = re.compile(r"(?<![0-9.])([1-9][0-9]{0,3}(?:\.[0-9]{1,2})?)亿(?=元|人|吨)")
_PERCENT = re.compile(r"(?<![0-9.\-—~至到])([1-9][0-9]?(?:\.[0-9]+)?)%(?![-—~至到])")
_DATE = re.compile(r"(?<![0-9])([1-9]|1[0-2])月([1-9]|[12][0-9]|3[01])日")
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?=年)")
_DAY = re.compile(r"(?<=月)([0-9]{1,2})日")
_BRACKETS = re.compile(r"（[^（）]{1,30}）|\([^()]{1,30}\)")
_SPEECH = {"表示": "称", "指出": "表示", "介绍": "说", "强调": "指出", "认为": "表示", "透露": "介绍"}
_SYNONYMS = words(
    "举行|举办 开始|启动 增加|增长 目前|现在 因此|所以 位于|地处 购买|买 公布|发布 必须|须 之后|以后 由于|"
    "因为 导致|造成 帮助|协助 "
    "全部|全都 立即|马上 十分|非常 曾经|曾 如果|若 包括|含 共同|一起 参加|参与 超过|突破 获得|取得 进行|开展 "
    "已经|已 前往|赶往 "
    "今年以来|今年 可以|能够 同时|与此同时 但是|但 仍然|仍 或者|或 迅速|快速 医生|医师 群众|民众 儿童|孩子 提升|提高"
)
_LEAD = re.compile(
    r"^(?:据[^，]{1,14}(?:报道|消息|介绍|透露|了解|悉)|记者[^，]{0,12}(?:获悉|了解到)|据悉|据了解|此外|另外|同时|目前)，"
)
_WHEN = re.compile(
    r"^((?:[0-9]{4}年)?(?:当地时间)?[0-9]{1,2}月[0-9]{1,2}日(?:[上下]午|晚)?)，?(?!消息|电|讯|至|到|前|后)(?=[\u4e00-\u9fff])"
)
_BY = re.compile(r"^([^，、“”]{4,20}?)由([^，、“”]{3,20}?)(主办|承办|组织|举办|牵头|负责)(?=$|，)")
_SAID = re.compile(rf"^(?:{PERSON.pattern})(?:表示|介绍说?|认为|指出)，(?P<what>[^，“”]{{8,60}})$")
_PROVINCE = re.compile(r"(?<=[\u4e00-\u9fff])(?<!全)(?<!本)(?<!我)(?<!各)(?<!该)省(?=[\u4e00-\u9fff]{2}市)")
_PRONOUN = re.compile(r"^(?:他|她)(?:还|也)?(?:说|表示)，")


def numerals(source: Source, _random: Random) -> Iterator[str]:
    """Arabic counts in Chinese numerals."""
    if _COUNTED.search(source.sentence):
        yield _COUNTED.sub(lambda hit: _chinese(int(hit[1])), source.sentence)


def full_width(source: Source, _random: Random) -> Iterator[str]:
    """Digits and letters full width."""
    if re.search("[0-9]", source.sentence):
        yield source.sentence.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})


def scales(source: Source, _random: Random) -> Iterator[str]:
    """万 and 亿 written out or exchanged."""
    made = [
        _TEN_THOUSANDS.sub(lambda hit: f"{round(float(hit[1]) * 10000)}", source.sentence),
        _HUNDRED_MILLIONS.sub(lambda hit: f"{round(float(hit[1]) * 10000)}万", source.sentence),
    ]
    yield from (one for one in made if one != source.sentence)


def percent(source: Source, _random: Random) -> Iterator[str]:
    """百分之…, or 成 for tens."""
    hit = _PERCENT.search(source.sentence)
    if hit:
        tens = hit[1] if re.fullmatch("[1-9]0", hit[1]) else ""
        put = f"{_DIGITS[int(tens[0])]}成" if tens else f"百分之{_spelt(hit[1])}"
        yield source.sentence[: hit.start()] + put + source.sentence[hit.end() :]


def dates(source: Source, random: Random) -> Iterator[str]:
    """Dates in Chinese numerals, or 号 for 日."""
    spelt = _DATE.sub(lambda hit: f"{_chinese(int(hit[1]))}月{_chinese(int(hit[2]))}日", source.sentence)
    spelt = _YEAR.sub(lambda hit: "".join(_DIGITS[int(sign)] for sign in hit[1]), spelt)
    spoken = _DAY.sub(lambda hit: f"{hit[1]}号", source.sentence)
    yield from (one for one in random.sample([spelt, spoken], 2) if one != source.sentence)


def script(source: Source, _random: Random) -> Iterator[str]:
    """Traditional script."""
    yield to_traditional(source.sentence)


def clause_dropped(source: Source, _random: Random) -> Iterator[str]:
    """A bracket, the last of three clauses or more, or the opening words left out, from the inside of the sentence."""
    sentence = source.sentence
    if _BRACKETS.search(sentence):
        yield _BRACKETS.sub("", sentence)
    clauses = sentence.split("，")
    if len(clauses) >= 4 and "“" not in sentence:
        yield "，".join([*clauses[:-2], clauses[-1]]) if clauses[-1][:1] in "并同也还" else "，".join(clauses[:-1])


def reporting(source: Source, _random: Random) -> Iterator[str]:
    """Another verb of reporting."""
    for said, put in _SPEECH.items():
        if f"{said}，" in source.sentence:
            yield source.sentence.replace(f"{said}，", f"{put}，", 1)


def synonym(source: Source, random: Random) -> Iterator[str]:
    """One or two words for others of the same meaning, and the opening words left out."""
    if "“" in source.sentence:
        return
    made = _LEAD.sub("", source.sentence)
    pairs = [pair.split("|") for pair in random.sample(_SYNONYMS, len(_SYNONYMS))]
    for said, put in [pair for pair in pairs if pair[0] in made and pair[1] not in made][:2]:
        made = made.replace(said, put, 1)
    if made != source.sentence:
        yield made


def date_last(source: Source, _random: Random) -> Iterator[str]:
    """The date moved from the beginning to the end."""
    hit = _WHEN.match(source.sentence)
    if hit:
        yield f"{source.sentence[hit.end() :]}，时间是{hit[1]}"


def speaker_last(source: Source, _random: Random) -> Iterator[str]:
    """甲表示，乙 turned to 说乙的是甲."""
    hit = _SAID.match(source.sentence)
    if hit:
        name = PERSON.search(source.sentence)
        assert name is not None
        yield f"说“{hit['what']}”的是{name.group()}"


def by_whom(source: Source, _random: Random) -> Iterator[str]:
    """甲由乙主办 turned to 乙主办甲."""
    hit = _BY.match(source.sentence)
    if hit:
        yield f"{hit[2]}{hit[3]}{hit[1]}"


def merged(source: Source, _random: Random) -> Iterator[str]:
    """Two sentences in one, the second with its own subject or a plain pronoun."""
    if 10 <= len(source.following) <= 50 and "“" not in source.sentence + source.following:
        first = source.sentence.split("，")
        yield "，".join(first[: max(1, min(2, len(first)))]) + "，" + _LEAD.sub("", source.following)


def shortened(source: Source, _random: Random) -> Iterator[str]:
    """省 before a city, 的 and 了 left out, with the opening words."""
    if "《" in source.sentence:
        return
    made = _LEAD.sub("", source.sentence)
    made = re.sub(r"(?<=[\u4e00-\u9fff]{2})的(?=[\u4e00-\u9fff]{2})", "", made, count=2)
    made = re.sub(r"(?<=[\u4e00-\u9fff]{2})了(?=[\u4e00-\u9fff0-9])", "", _PROVINCE.sub("", made), count=1)
    if made != source.sentence:
        yield made


def loosened(claim: str, random: Random) -> str:
    """A claim, true or false, in other words here and there: opening words left out, synonyms, its date last."""
    source = Source(claim, "", "", "")
    for edit in random.sample((synonym, shortened, reporting, date_last), 3):
        claim = next(edit(source, random), claim)
        source = Source(claim, "", "", "")
    return claim


def _chinese(value: int) -> str:
    """A count below 10,000 in Chinese numerals."""
    text, zero = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("零" if zero else "") + _DIGITS[digit] + sign
            zero = False
        elif text:
            zero = True
    return text.removeprefix("一") if text.startswith("一十") else text


def _spelt(number: str) -> str:
    whole, _, rest = number.partition(".")
    return _chinese(int(whole)) + (
        "点" + "".join("零" if one == "0" else _DIGITS[int(one)] for one in rest) if rest else ""
    )
