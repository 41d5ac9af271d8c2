"""Put the units of a page back together: which of them make one article, and in which order they are read.

A beam search over the page in print order. Each unit may begin an article, go on the one in hand, go back to one that
stood beside it, or (a headline) name text that was printed before it. Each choice is priced by form (sentence ends,
datelines, marks), by joints (does the broken word occur on the page?) and by cohesion. Work per unit is bounded, so
time is linear in page length. Knows nothing of captions, furniture or fields.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.pages.cohesion import Cohesion
from rag.pages.headlines import grouping, is_subtitle_form
from rag.pages.units import SAME_PAGE, Unit, hangs


_SHORT = 20
"""Characters; a stretch between two column breaks is longer."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Prices in log odds, set by reading generated and real pages (no training). Negative: costs."""

    width: int = 20
    reach: int = 14
    near_share: float = 0.5
    named_slope: float = 20.0
    named_even: float = 0.06
    named_ceiling: float = 3.0
    named_later: float = 0.6
    kinship: float = 1.0
    lexical_floor: float = -2.3
    lexical_ceiling: float = 4.0
    new_article: float = -0.6
    new_headless: float = -3.6
    headless_opening: float = 2.6
    headless_left: float = -1.6
    bodiless_left: float = -4.5
    dangling_left: float = -1.5
    title_after: float = -2.0
    title_split: float = -4.0
    subhead: float = -0.8
    subhead_marked: float = -6.0
    subhead_length: float = 0.06
    subhead_announced: float = -2.0
    unannounced: float = -0.6
    series_new: float = -3.0
    subtitle_new: float = -4.0
    subtitle_apart: float = -1.0
    heads_apart: float = -2.5
    reads_on: float = 1.0
    short_middle: float = -2.5
    join: float = 1.2
    joint_seen: float = 1.3
    fresh: float = 0.7
    switch: float = -3.8
    switch_again: float = -1.2
    third: float = -2.0
    byline_apart: float = -4.0
    leave_dangling: float = -0.8
    leave_bodiless: float = -1.6
    gap: float = 0.8
    second_opening: float = -6.0
    byline_late: float = -3.0


class Piece(NamedTuple):
    """An article in the making: unit numbers in reading order. ``turned``: it said that it goes on elsewhere."""

    number: int
    heads: tuple[int, ...]
    bylines: tuple[int, ...]
    bodies: tuple[int, ...]
    last: int
    dangling: bool
    turned: bool
    continuation: bool
    beside: frozenset[int]


class State(NamedTuple):
    """A reading of the page so far. ``trail``: linked list of (trail before, unit, piece, role)."""

    score: float
    pieces: tuple[Piece, ...]
    current: int
    born: int
    trail: tuple[object, int, int, str] | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one unit became: its piece, its role (head, subhead, byline, body, turn), and how sure the choice was."""

    unit: int
    piece: int
    role: str


class Stitcher:
    """Finds the best reading of one page."""

    def __init__(
        self, units: Sequence[Unit], cohesion: Cohesion, *, marked: bool, weights: Weights = Weights()
    ) -> None:
        self._units = units
        self._cohesion = cohesion
        self._marked = marked
        self._w = weights
        self._lexical: dict[tuple[int, tuple[int, ...], tuple[int, ...]], float] = {}

    def best(self) -> list[Assignment]:
        """The assignment of every unit, in page order."""
        beam = [State(0.0, (), -1, 0, None)]
        for unit in self._units:
            reached: dict[object, State] = {}
            for state in beam:
                for after in self._choices(self._retire(state, unit.index), unit):
                    key = self._signature(after)
                    known = reached.get(key)
                    if known is None or known.score < after.score:
                        reached[key] = after
            beam = heapq.nlargest(self._w.width, reached.values(), key=lambda state: state.score)
        final = max(beam, key=lambda state: state.score + sum(self._left(piece) for piece in state.pieces))
        return self._replay(final)

    @staticmethod
    def _signature(state: State) -> object:
        return state.current, tuple((p.heads[-1:], len(p.heads), p.bodies[-2:], p.last, p.turned) for p in state.pieces)

    @staticmethod
    def _replay(state: State) -> list[Assignment]:
        found: list[Assignment] = []
        trail: object = state.trail
        while isinstance(trail, tuple):
            trail, unit, piece, role = trail
            found.append(Assignment(unit, piece, role))
        return found[::-1]

    # --- what a unit may become ------------------------------------------------------------------------------------

    def _choices(self, state: State, unit: Unit) -> Iterator[State]:
        if unit.kind == "turn_out":
            yield from self._turn_out(state, unit)
        elif unit.kind == "turn_in":
            yield from self._turn_in(state, unit)
        elif unit.kind == "byline":
            yield from self._byline(state, unit)
        elif unit.kind == "body":
            yield from self._body(state, unit, 0.0)
        elif unit.kind == "head":
            yield from self._head(state, unit, 0.0)
        else:
            chance = 1.0 / (1.0 + math.exp(-self._odds(unit)))
            yield from self._head(state, unit, math.log(chance))
            yield from self._body(state, unit, math.log(1.0 - chance + 1e-6))

    def _odds(self, unit: Unit) -> float:
        """Log odds of a headline line, less where it reads on into the next unit."""
        after = self._units[unit.index + 1] if unit.index + 1 < len(self._units) else None
        if after is None or after.kind != "body" or after.opening or after.fresh > 0.5:
            return unit.odds
        seen = self._cohesion.joint(unit.plain[-1:] + after.plain[:1]) > 0
        return unit.odds - (self._w.reads_on if seen else 0.0)

    def _head(self, state: State, unit: Unit, price: float) -> Iterator[State]:
        here = state.score + price
        current = self._current(state)
        new = self._w.new_article + (0.0 if unit.announced else self._w.unannounced)
        new += self._w.series_new if unit.in_series else 0.0
        new += self._w.subtitle_new if is_subtitle_form(unit.plain) else 0.0
        yield self._start(state, unit, "head", here + new + self._leaving(state, None) + self._gap(unit))
        for piece in state.pieces:
            if piece.turned or piece.continuation:
                continue
            step = self._head_on(state, piece, unit)
            if step is not None:
                yield self._extend(state, piece, unit, "head", here + step)
        if current is not None and current.bodies and not current.dangling and not current.turned:
            cost = self._w.subhead_marked if unit.block.level else self._w.subhead
            cost -= 0.0 if unit.in_series else self._w.subhead_length * max(0, len(unit.plain) - 14)
            cost += self._w.subhead_announced if unit.announced else 0.0
            yield self._extend(state, current, unit, "subhead", here + cost - self._gap(unit))

    def _head_on(self, state: State, piece: Piece, unit: Unit) -> float | None:
        """Price of giving a headline line to an article that is there already."""
        w = self._w
        beside = 0.0 if piece.number == state.current else w.leave_bodiless
        if piece.heads and piece.heads[-1] == unit.index - 1:
            above = self._units[piece.heads[-1]]
            return beside + grouping(above.spaced.strip(), unit.spaced.strip(), above.block.level, unit.block.level)
        if piece.heads and is_subtitle_form(unit.plain):
            return beside + w.subtitle_apart + 4.0 * (self._cohesion.contained_in_all(unit.index, piece.heads) - 0.2)
        if piece.heads and not piece.bodies and not piece.bylines:
            above = self._units[piece.heads[-1]]
            group = grouping(above.spaced.strip(), unit.spaced.strip(), above.block.level, unit.block.level)
            return w.heads_apart + min(1.0, group)
        if not piece.heads and piece.bodies:
            return beside + w.title_after + self._named(unit, piece) - 0.5 * self._gap(unit)
        if 0 < len(piece.bodies) <= 6 and piece.number != state.current and len(unit.plain) <= 24:
            return beside + w.title_split + max(self._named(unit, piece), 5.0 * (self._ahead(unit) - 0.35))
        return None

    def _byline(self, state: State, unit: Unit) -> Iterator[State]:
        w = self._w
        apart = w.byline_apart if any(p.heads[-1:] == (unit.index - 1,) and not p.bodies for p in state.pieces) else 0.0
        new = w.new_headless + w.headless_opening + apart + self._leaving(state, None) + self._gap(unit)
        yield self._start(state, unit, "byline", state.score + new)
        for piece in state.pieces:
            if piece.turned:
                continue
            if piece.heads and not piece.bodies and not piece.bylines:
                near = 0.0 if piece.last == unit.index - 1 else -0.7
                yield self._extend(state, piece, unit, "byline", state.score + near)
            elif piece.bylines and piece.bylines[-1] == unit.index - 1:
                yield self._extend(state, piece, unit, "byline", state.score)
            elif piece.bodies and not piece.dangling:
                late = w.byline_late * (0.4 if unit.plain.startswith("(") or unit.plain[0] not in "■□◆●▲" else 1.0)
                late += w.switch if piece.number != state.current else 0.0
                yield self._extend(state, piece, unit, "byline", state.score + late)

    def _body(self, state: State, unit: Unit, price: float) -> Iterator[State]:
        w = self._w
        here = state.score + price
        start = w.new_headless + (w.headless_opening if unit.opening else 0.0) - w.fresh * max(0.0, -unit.fresh)
        yield self._start(state, unit, "body", here + start + self._leaving(state, None) + self._gap(unit))
        for piece in state.pieces:
            if piece.turned:
                continue
            step = self._going_on(piece, unit) + self._kinship(unit, piece)
            if piece.number != state.current:
                step += self._switching(state, piece) + self._gap(unit)
            else:
                step -= self._gap(unit)
            yield self._extend(state, piece, unit, "body", here + step)

    def _turn_out(self, state: State, unit: Unit) -> Iterator[State]:
        if not state.pieces:
            yield self._start(state, unit, "turn", state.score)
        for piece in state.pieces:
            cost = 0.0 if piece.number == state.current else -3.0
            yield self._extend(state, piece, unit, "turn", state.score + cost, turned=True)

    def _turn_in(self, state: State, unit: Unit) -> Iterator[State]:
        here = bool(SAME_PAGE.search(unit.plain))
        turned = [piece for piece in state.pieces if piece.turned]
        yield self._start(
            state, unit, "turn", state.score + self._leaving(state, None) - (3.0 if here and turned else 0.0)
        )
        for piece in turned:
            yield self._extend(state, piece, unit, "turn", state.score - (0.0 if here else 2.5), turned=False)

    # --- prices ----------------------------------------------------------------------------------------------------

    def _going_on(self, piece: Piece, unit: Unit) -> float:
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
        if self._cohesion.joint(last.plain[-1:] + unit.plain[:1]) >= 1:
            price += w.joint_seen
        if hangs(last.plain):
            price += 0.3
        return price

    def _kinship(self, unit: Unit, piece: Piece) -> float:
        """Log odds that unit and article share their subject, from cohesion with its headline and its last stretches."""
        bodies, heads = piece.bodies[-8:], piece.heads
        key = (unit.index, heads, bodies)
        known = self._lexical.get(key)
        if known is not None:
            return known
        w = self._w
        scores = sorted((self._pair(unit.index, body) for body in bodies), reverse=True)
        price = 0.0
        if scores:
            near = sum(scores[:2]) / len(scores[:2])
            price = w.near_share * near + (1.0 - w.near_share) * sum(scores) / len(scores)
        if heads:
            share = max(self._cohesion.contained(head, unit.index) for head in heads)
            named = max(-1.5, min(w.named_ceiling, w.named_slope * (share - w.named_even)))
            price = named if not scores else price + w.named_later * named
        size = min(1.0, len(unit.plain) / 60)
        price = w.kinship * size * max(w.lexical_floor, min(w.lexical_ceiling, price))
        self._lexical[key] = price
        return price

    def _pair(self, a: int, b: int) -> float:
        """Log odds that two stretches are of one article (measured on generated pages: straight in the cosine's root)."""
        return max(-2.3, min(5.0, 30.0 * (math.sqrt(self._cohesion.cosine(a, b)) - 0.165)))

    def _named(self, unit: Unit, piece: Piece) -> float:
        """Log odds that a headline names text printed before it."""
        share = self._cohesion.contained_in_all(unit.index, piece.bodies[-8:])
        return 5.0 * (share - 0.35)

    def _ahead(self, unit: Unit) -> float:
        """Which share of a line the next stretch of text repeats, in [0, 1]."""
        after = next((u for u in self._units[unit.index + 1 : unit.index + 4] if u.kind == "body"), None)
        return self._cohesion.contained(unit.index, after.index) if after else 0.0

    def _switching(self, state: State, piece: Piece) -> float:
        """Price of going back to an article that stood beside the one in hand."""
        if not piece.bodies:
            return self._leaving(state, piece) * 0.5
        again = state.current in piece.beside
        more = 0.0 if again or not piece.beside else self._w.third
        return (self._w.switch_again if again else self._w.switch) + more + self._leaving(state, piece)

    def _leaving(self, state: State, towards: Piece | None) -> float:
        current = self._current(state)
        if current is None or current is towards or current.turned:
            return 0.0
        if not current.bodies:
            return self._w.leave_bodiless
        return self._w.leave_dangling if current.dangling else 0.0

    def _gap(self, unit: Unit) -> float:
        return self._w.gap if unit.gap >= 4 else 0.0

    def _left(self, piece: Piece) -> float:
        """Price of an article as it stands when nothing more can come."""
        w = self._w
        price = w.dangling_left if piece.dangling and not piece.turned else 0.0
        if not piece.bodies:
            price += w.bodiless_left
        elif not piece.heads and not piece.continuation:
            price += w.headless_left
        return price

    # --- bookkeeping -----------------------------------------------------------------------------------------------

    @staticmethod
    def _current(state: State) -> Piece | None:
        return next((piece for piece in state.pieces if piece.number == state.current), None)

    def _start(self, state: State, unit: Unit, role: str, score: float) -> State:
        body = (unit.index,) if role == "body" else ()
        piece = Piece(
            state.born,
            (unit.index,) if role == "head" else (),
            (unit.index,) if role == "byline" else (),
            body,
            unit.index,
            bool(body) and not unit.complete,
            unit.kind == "turn_out",
            unit.kind == "turn_in",
            frozenset(),
        )
        trail = (state.trail, unit.index, piece.number, role)
        return State(score, (*state.pieces, piece), piece.number, state.born + 1, trail)

    def _extend(
        self, state: State, piece: Piece, unit: Unit, role: str, score: float, turned: bool | None = None
    ) -> State:
        back = piece.number != state.current
        after = Piece(
            piece.number,
            (*piece.heads, unit.index) if role == "head" else piece.heads,
            (*piece.bylines, unit.index) if role == "byline" else piece.bylines,
            (*piece.bodies, unit.index) if role in ("body", "subhead") else piece.bodies,
            unit.index,
            not unit.complete if role == "body" else (piece.dangling and role not in ("subhead",)),
            piece.turned if turned is None else turned,
            piece.continuation,
            piece.beside | {state.current} if back else piece.beside,
        )
        pieces = tuple(
            after
            if p.number == piece.number
            else (p._replace(beside=p.beside | {piece.number}) if back and p.number == state.current else p)
            for p in state.pieces
        )
        return State(score, pieces, piece.number, state.born, (state.trail, unit.index, piece.number, role))

    def _retire(self, state: State, now: int) -> State:
        """Close articles that were last touched long ago; turned ones wait for their other half."""
        kept: list[Piece] = []
        score = state.score
        old = sorted((p.last for p in state.pieces if not p.turned), reverse=True)
        floor = old[3] if len(old) > 3 else -1
        for piece in state.pieces:
            stale = piece.last < now - self._w.reach or piece.last < floor
            if piece.number != state.current and (stale if not piece.turned else piece.last < now - 400):
                score += self._left(piece)
            else:
                kept.append(piece)
        return state._replace(score=score, pieces=tuple(kept)) if len(kept) != len(state.pieces) else state
