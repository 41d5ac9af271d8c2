"""Photo captions: text signed by a photographer, with its headline where it has one.

A caption is found from its credit backwards. Knows nothing of articles; what it takes is not offered to stitching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.pages.blocks import Block, is_marked
from rag.pages.bylines import is_byline_line, is_shot_line, shot_credit
from rag.pages.cohesion import bigrams
from rag.pages.datelines import read_opening
from rag.pages.headlines import MAX_HEADLINE, headline_odds

_MAX_CAPTION = 330
"""Characters; a longer signed text is an article with a photographer's name under it."""
_MIN_CAPTION = 8


@dataclass(frozen=True, slots=True)
class Caption:
    """Block numbers of one caption, headline first, then text, then credit. ``credit_at``: index in ``spaced`` of the
    last text block where the credit starts on the same line, None where the credit is a block of its own.
    """

    head: tuple[int, ...]
    text: tuple[int, ...]
    credit: tuple[int, ...]

    @property
    def members(self) -> tuple[int, ...]:
        """All block numbers, in reading order."""
        return self.head + self.text + self.credit


def find_captions(blocks: Sequence[Block], taken: set[int]) -> list[Caption]:
    """Captions among the blocks not taken yet; the numbers they use are added to ``taken``."""
    found: list[Caption] = []
    marked = is_marked(blocks)
    for number, block in enumerate(blocks):
        if number in taken or block.level:
            continue
        caption = _from_credit_line(blocks, number, taken, marked=marked) or _from_signed_text(blocks, number, taken)
        if caption is not None:
            found.append(caption)
            taken.update(caption.members)
    return found


def _from_credit_line(blocks: Sequence[Block], number: int, taken: set[int], *, marked: bool) -> Caption | None:
    """The credit is a line of its own (本报记者 X 摄; ■ 摄影 记者 X, with a line of 通讯员 below)."""
    block = blocks[number]
    if not _is_shot_byline(block):
        return None
    credit = [number]
    after = number + 1
    if after < len(blocks) and after not in taken and blocks[after].gap == 1 and is_byline_line(blocks[after].spaced):
        credit.append(after)
    text = _text_above(blocks, number, credit[-1], taken, marked=marked)
    if not text:
        return None
    return Caption(_headline_above(blocks, text, credit[-1], taken), tuple(text), tuple(credit))


def _is_shot_byline(block: Block) -> bool:
    if is_shot_line(block.spaced):
        return True
    line = block.spaced.strip().lstrip("■□◆●▲◎ ")
    return line.startswith("摄影") and is_byline_line(block.spaced)


def _text_above(blocks: Sequence[Block], number: int, last: int, taken: set[int], *, marked: bool) -> list[int]:
    """Text blocks of a caption whose credit is block ``number``.

    One block, unless a headline stands close above and nothing of an article follows: then all between belong to it.
    """
    above = number - 1
    if above < 0 or above in taken or not _is_caption_text(blocks[above]):
        return []
    text, size, at = [above], len(blocks[above].plain), above - 1
    while at >= 0 and at not in taken and size <= _MAX_CAPTION and above - at <= 3:
        block = blocks[at]
        if block.level or (not marked and _is_bare_headline(block)):
            return list(range(at + 1, number)) if at + 1 < above and _piece_ends(blocks, last, taken) else text
        if not _is_caption_text(block):
            break
        size += len(block.plain)
        at -= 1
    return text


def _piece_ends(blocks: Sequence[Block], last: int, taken: set[int]) -> bool:
    """Whether the block after a credit begins something new rather than going on with an interrupted text."""
    after = last + 1
    if after >= len(blocks):
        return True
    block = blocks[after]
    return (
        after in taken
        or block.level > 0
        or read_opening(block.spaced.strip()) is not None
        or is_byline_line(block.spaced)
    )


def _is_caption_text(block: Block) -> bool:
    return (
        not block.level
        and _MIN_CAPTION <= len(block.plain) <= _MAX_CAPTION
        and not _opens_report(block)
        and not is_byline_line(block.spaced)
    )


def _opens_report(block: Block) -> bool:
    """A paper's own dateline or one with a writer's name opens an article; an agency's bare one may open a caption."""
    opening = read_opening(block.spaced.strip())
    own = ("本报", "本刊", "本台")
    return opening is not None and (bool(opening.bylines) or (opening.dateline or "").startswith(own))


def _is_bare_headline(block: Block) -> bool:
    return (
        not block.complete and len(block.plain) <= 30 and headline_odds(block.plain, block.spaced, wrapped=False) > 0.5
    )


def _from_signed_text(blocks: Sequence[Block], number: int, taken: set[int]) -> Caption | None:
    """The credit ends the text's own line (… 。X 摄)."""
    block = blocks[number]
    if not _is_caption_text(block):
        return None
    at = shot_credit(block.spaced)
    if at is None or at < _MIN_CAPTION:
        return None
    return Caption(_headline_above(blocks, [number], number, taken), (number,), ())


def _headline_above(blocks: Sequence[Block], text: Sequence[int], last: int, taken: set[int]) -> tuple[int, ...]:
    """The caption's own headline: the short line right above it whose words the caption repeats more than the page's
    text around does.
    """
    above = text[0] - 1
    if above < 0 or above in taken:
        return ()
    block = blocks[above]
    if len(block.plain) > MAX_HEADLINE or block.complete or is_byline_line(block.spaced):
        return ()
    if not block.level and headline_odds(block.plain, block.spaced, wrapped=False) < 0.3:
        return ()
    words = bigrams(block.plain)
    if not words:
        return ()
    own = words & set().union(*(bigrams(blocks[n].plain) for n in text))
    around = [
        n
        for n in [*range(max(0, above - 5), above), *range(last + 1, min(len(blocks), last + 4))]
        if not blocks[n].level
    ]
    other = max((len(words & bigrams(blocks[n].plain)) for n in around), default=0)
    return (above,) if len(own) >= max(1, other) and len(own) / len(words) >= 0.15 else ()
