"""What each step of a reading costs, in log odds: by form, by sentence ends, by broken words, by cohesion.

Slopes of cohesion and of headline form were measured on generated pages; the rest was set by reading pages. Knows
nothing of the search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.pages.cohesion import Cohesion
from rag.pages.continuity import Continuity
from rag.pages.headlines import grouping, is_subtitle_form
from rag.pages.readings import Piece, State, current_piece
from rag.pages.units import Unit, hangs

_SHORT = 20
"""Characters; a stretch between two column breaks is longer."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Prices in log odds, set by reading generated and real pages (no training). Negative: costs."""

    width: int = 12
    reach: int = 14
    near_share: float = 0.5
    few: float = 1.0
    cosine_slope: float = 38.0
    cosine_even: float = 0.124
    cosine_ceiling: float = 5.0
    named_slope: float = 34.0
    named_even: float = 0.035
    after_slope: float = 5.0
    after_even: float = 0.16
    named_ceiling: float = 3.0
    named_later: float = 0.6
    unnamed_later: float = -0.658
    kinship: float = 1.0
    lexical_floor: float = -2.3
    serial_floor: float = -0.7
    lexical_ceiling: float = 5.4
    new_article: float = -0.81
    new_headless: float = -2.34
    headless_opening: float = 1.69
    headless_left: float = -1.6
    bodiless_left: float = -4.5
    bare_left: float = -3.0
    dangling_left: float = -0.975
    title_after: float = -0.91
    title_split: float = -4.0
    subhead: float = -0.8
    subhead_marked: float = -6.0
    subhead_length: float = 0.06
    subhead_announced: float = -4.0
    subhead_stacked: float = -0.52
    unannounced: float = -0.6
    series_new: float = -1.95
    series_apart: float = -9.0
    inside_series: float = -6.0
    subtitle_new: float = -4.0
    subtitle_apart: float = -1.0
    heads_apart: float = -1.625
    reads_on: float = 0.7
    short_middle: float = -2.5
    join: float = 0.4
    joint_seen: float = 0.5
    continuity: float = 0.52
    fresh: float = 0.877
    switch: float = -3.8
    switch_again: float = -1.2
    third: float = -1.3
    byline_apart: float = -4.0
    leave_dangling: float = -0.338
    leave_bodiless: float = -1.04
    gap: float = 0.8
    turn_apart: float = -3.0
    turn_elsewhere: float = -1.625
    second_opening: float = -6.0
    byline_near: float = -0.296
    byline_late: float = -4.5


class Prices:
    """Prices of the steps on one page."""

    def __init__(self, units: Sequence[Unit], cohesion: Cohesion, continuity: Continuity, weights: Weights) -> None:
        self._units = units
        self._cohesion = cohesion
        self._continuity = continuity
        self._joined: dict[tuple[int, int], float] = {}
        self._w = weights
        self._pairs: dict[tuple[int, int], float] = {}
        self._lexical: dict[tuple[int, tuple[int, ...], tuple[int, ...]], float] = {}

    def start_head(self, unit: Unit) -> float:
        """Price of a new article that begins with this headline line."""
        w = self._w
        price = w.new_article + (0.0 if unit.announced else w.unannounced)
        price += w.series_new if unit.in_series else 0.0
        return price + (w.subtitle_new if is_subtitle_form(unit.plain) else 0.0)

    def start_body(self, unit: Unit) -> float:
        """Price of a new article that begins with text."""
        w = self._w
        inside = w.inside_series if unit.inside_series and not unit.opening else 0.0
        return inside + w.new_headless + (w.headless_opening if unit.opening else 0.0) - w.fresh * max(0.0, -unit.fresh)

    def start_byline(self, state: State, unit: Unit) -> float:
        """Price of a new article that begins with a byline; dear right below a headline that waits for one."""
        w = self._w
        waiting = any(p.heads[-1:] == (unit.index - 1,) and not p.bodies for p in state.pieces)
        return w.new_headless + w.headless_opening + (w.byline_apart if waiting else 0.0)

    def subhead(self, unit: Unit, piece: Piece) -> float:
        """Price of a headline line inside an article."""
        w = self._w
        if unit.series_before is not None and unit.series_before not in piece.bodies:
            return w.series_apart
        price = w.subhead_marked if unit.block.level else w.subhead
        price -= 0.0 if unit.in_series else w.subhead_length * max(0, len(unit.plain) - 14)
        price += w.subhead_stacked if unit.stacked else 0.0
        return price + (w.subhead_announced if unit.announced else 0.0)

    def byline_on(self, state: State, piece: Piece, unit: Unit) -> float | None:
        """Price of giving a byline to an article that is there already."""
        w = self._w
        if piece.heads and not piece.bodies and not piece.bylines:
            return 0.0 if piece.last == unit.index - 1 else w.byline_near
        if piece.bylines and piece.bylines[-1] == unit.index - 1:
            return 0.0
        if not piece.bodies or piece.dangling:
            return None
        late = w.byline_late * (1.0 if unit.plain[0] in "■□◆●▲" else 0.4)
        return late + (w.switch if piece.number != state.current else 0.0)

    def odds(self, unit: Unit) -> float:
        """Log odds of a headline line, less where it reads on into the next unit."""
        after = self._units[unit.index + 1] if unit.index + 1 < len(self._units) else None
        if after is None or after.kind != "body" or after.opening or after.fresh > 0.5:
            return unit.odds
        return unit.odds - self._w.reads_on * max(0.0, self.joined(unit, after))

    def joined(self, before: Unit, unit: Unit) -> float:
        """Log odds that a stretch reads on from another: by the language, and by the page's own words."""
        key = (before.index, unit.index)
        known = self._joined.get(key)
        if known is None:
            seen = self._cohesion.joint(before.plain[-1:] + unit.plain[:1]) > 0
            known = self._w.continuity * self._continuity.log_odds(before.plain, unit.plain)
            known += self._w.joint_seen if seen else 0.0
            self._joined[key] = known
        return known

    def head_on(self, state: State, piece: Piece, unit: Unit) -> float | None:
        """Price of giving a headline line to an article that is there already."""
        w = self._w
        beside = 0.0 if piece.number == state.current else w.leave_bodiless
        if piece.heads and piece.heads[-1] == unit.index - 1:
            return beside + self._grouped(piece, unit)
        if piece.heads and is_subtitle_form(unit.plain):
            return beside + w.subtitle_apart + 4.0 * (self._cohesion.contained_in_all(unit.index, piece.heads) - 0.2)
        if piece.heads and not piece.bodies and not piece.bylines:
            return w.heads_apart + min(1.0, self._grouped(piece, unit))
        if not piece.heads and piece.bodies:
            return beside + w.title_after + self.named(unit, piece) - 0.5 * self.gap(unit)
        if 0 < len(piece.bodies) <= 6 and piece.number != state.current and len(unit.plain) <= 24:
            return (
                beside + w.title_split + max(self.named(unit, piece), w.after_slope * (self.ahead(unit) - w.after_even))
            )
        return None

    def _grouped(self, piece: Piece, unit: Unit) -> float:
        """Log odds that a headline line and the article's last one are of one headline."""
        above = self._units[piece.heads[-1]]
        return grouping(above.spaced.strip(), unit.spaced.strip(), above.block.level, unit.block.level)

    def going_on(self, piece: Piece, unit: Unit) -> float:
        """Does the text go on here? By sentence ends, by the broken word, by the opening."""
        w = self._w
        if not piece.bodies:
            price = w.fresh * min(0.0, unit.fresh) - (
                0.0 if piece.heads or piece.bylines or piece.continuation else 1.0
            )
            return price + (0.5 if unit.opening else 0.0)
        if unit.opening:
            return w.second_opening
        last = self._units[piece.bodies[-1]]
        if not piece.dangling:
            return w.fresh * unit.fresh if unit.fresh < 0 else 0.0
        price = w.join - w.fresh * unit.fresh
        if not unit.complete and len(unit.plain) < _SHORT:
            price += w.short_middle
        price += self.joined(last, unit)
        if hangs(last.plain):
            price += 0.3
        return price

    def kinship(self, unit: Unit, piece: Piece) -> float:
        """Log odds that unit and article share their subject, by its headline and its last stretches."""
        bodies, heads = piece.bodies[-8:], piece.heads
        key = (unit.index, heads, bodies)
        known = self._lexical.get(key)
        if known is not None:
            return known
        w = self._w
        scores = sorted((self._pair(unit.index, body) for body in bodies), reverse=True)
        price = 0.0
        if scores:
            near = sum(scores[:2]) / (len(scores[:2]) if scores[0] < 0 else 2)
            few = w.few if scores[0] > 0 else 0.0
            price = w.near_share * near + (1.0 - w.near_share) * sum(scores) / (len(scores) + few)
        if heads:
            share = max(self._cohesion.contained(head, unit.index) for head in heads)
            named = max(-1.5, min(w.named_ceiling, w.named_slope * (share - w.named_even)))
            price = named if not scores else price + w.named_later * max(w.unnamed_later, named)
        size = min(1.0, len(unit.plain) / 60)
        floor = w.serial_floor if piece.serial else w.lexical_floor
        price = w.kinship * size * max(floor, min(w.lexical_ceiling, price))
        self._lexical[key] = price
        return price

    def _pair(self, a: int, b: int) -> float:
        """Log odds that two stretches are of one article; measured: straight in the root of the cosine."""
        known = self._pairs.get((a, b))
        if known is None:
            w = self._w
            score = w.cosine_slope * (math.sqrt(self._cohesion.cosine(a, b)) - w.cosine_even)
            known = self._pairs[a, b] = max(w.lexical_floor, min(w.cosine_ceiling, score))
        return known

    def named(self, unit: Unit, piece: Piece) -> float:
        """Log odds that a headline names text printed before it."""
        share = self._cohesion.contained_in_all(unit.index, piece.bodies[-8:])
        return self._w.after_slope * (share - self._w.after_even)

    def ahead(self, unit: Unit) -> float:
        """Which share of a line the next stretch of text repeats, in [0, 1]."""
        after = next((u for u in self._units[unit.index + 1 : unit.index + 4] if u.kind == "body"), None)
        return self._cohesion.contained(unit.index, after.index) if after else 0.0

    def switching(self, state: State, piece: Piece) -> float:
        """Price of going back to an article that stood beside the one in hand."""
        if not piece.bodies:
            return self.leaving(state, piece) * 0.5
        again = state.current in piece.beside
        more = 0.0 if again or not piece.beside else self._w.third
        return (self._w.switch_again if again else self._w.switch) + more + self.leaving(state, piece)

    def leaving(self, state: State, towards: Piece | None) -> float:
        """Price of turning away from the article in hand, by what it still lacks."""
        current = current_piece(state)
        if current is None or current is towards or current.turned:
            return 0.0
        if not current.bodies or current.bare:
            return self._w.leave_bodiless
        return self._w.leave_dangling if current.dangling else 0.0

    def gap(self, unit: Unit) -> float:
        """Log odds of a change of article that a wide gap in print speaks for."""
        return self._w.gap if unit.gap >= 4 else 0.0

    def left(self, piece: Piece) -> float:
        """Price of an article as it stands when nothing more can come."""
        w = self._w
        price = w.dangling_left if piece.dangling and not piece.turned else 0.0
        if not piece.bodies or piece.bare:
            price += w.bodiless_left if not piece.bodies else w.bare_left
        elif not piece.heads and not piece.continuation:
            price += w.headless_left
        return price
