"""Put the units of a page back together: which of them make one article, and in which order they are read.

A beam search over the page in print order. Each unit may begin an article, go on the one in hand, go back to one that
stood beside it, or (a headline) name text that was printed before it. Work per unit is bounded, so time is linear in
page length. Knows nothing of prices, captions, furniture or fields.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter

from rag.pages.cohesion import Cohesion
from rag.pages.continuity import load
from rag.pages.prices import Prices, Weights
from rag.pages.readings import (
    EMPTY,
    Assignment,
    Choice,
    Piece,
    State,
    current_piece,
    replay,
    rivals,
    signature,
    take,
    with_margin,
)
from rag.pages.units import SAME_PAGE, Unit

_OPEN = 4
"""So many articles are kept open at once; three columns side by side and one to come."""

_MAX_HEADS = 8
"""Lines of one headline; nothing printed has more."""

_NEW_PARAGRAPH = 0.5
"""From this freshness on, text starts a paragraph and goes on with no sentence of another page."""

_TURN_REACH = 400
"""Units an article that turned waits for its other half."""


_WEIGHTS = Weights()


def stitch(units: Sequence[Unit], cohesion: Cohesion, weights: Weights = _WEIGHTS) -> list[Assignment]:
    """The best reading found: the assignment of every unit, in page order."""
    return _Search(units, cohesion, weights).best()


class _Search:
    def __init__(self, units: Sequence[Unit], cohesion: Cohesion, weights: Weights) -> None:
        self._units = units
        self._prices = Prices(units, cohesion, load(), weights)
        self._w = weights

    def best(self) -> list[Assignment]:
        beam = [EMPTY]
        for unit in self._units:
            states = [self._retire(state, unit.index) for state in beam]
            ways = [list(self._choices(state, unit)) for state in states]
            known = {id(state): rivals(choices) for state, choices in zip(states, ways, strict=True)}
            reached: dict[object, State] = {}
            for choice in heapq.nlargest(2 * self._w.width, chain.from_iterable(ways), key=itemgetter(0)):
                after = take(with_margin(choice, known[id(choice.state)]), unit)
                reached.setdefault(signature(after), after)
                if len(reached) == self._w.width:
                    break
            beam = list(reached.values())
        return replay(max(beam, key=lambda state: state.score + sum(map(self._prices.left, state.pieces))))

    def _choices(self, state: State, unit: Unit) -> Iterator[Choice]:
        if unit.kind == "turn_out":
            yield from self._turn_out(state)
        elif unit.kind == "turn_in":
            yield from self._turn_in(state, unit)
        elif unit.kind == "byline":
            yield from self._byline(state, unit)
        elif unit.kind == "body":
            yield from self._body(state, unit, 0.0)
        elif unit.kind == "head":
            yield from self._head(state, unit, 0.0)
        else:
            chance = 1.0 / (1.0 + math.exp(-self._prices.odds(unit)))
            yield from self._head(state, unit, math.log(chance))
            yield from self._body(state, unit, math.log(1.0 - chance + 1e-6))

    def _head(self, state: State, unit: Unit, price: float) -> Iterator[Choice]:
        prices, here = self._prices, state.score + price
        start = prices.start_head(unit) + prices.leaving(state, None) + prices.gap(unit)
        yield Choice(here + start, state, None, "head")
        for piece in state.pieces:
            if piece.continuation and not piece.bodies and piece.last == unit.index - 1 and unit.odds > 0.0:
                yield Choice(here, state, piece, "head")  # a title printed again below the mark
            if piece.turned or piece.continuation or len(piece.heads) >= _MAX_HEADS:
                continue
            step = prices.head_on(state, piece, unit)
            if step is not None:
                yield Choice(here + step, state, piece, "head")
        current = current_piece(state)
        if current is not None and current.bodies and not current.dangling and not current.turned:
            yield Choice(here + prices.subhead(unit, current) - prices.gap(unit), state, current, "subhead")

    def _byline(self, state: State, unit: Unit) -> Iterator[Choice]:
        prices = self._prices
        start = prices.start_byline(state, unit) + prices.leaving(state, None) + prices.gap(unit)
        yield Choice(state.score + start, state, None, "byline")
        for piece in state.pieces:
            step = None if piece.turned else prices.byline_on(state, piece, unit)
            if step is not None:
                yield Choice(state.score + step, state, piece, "byline")

    def _body(self, state: State, unit: Unit, price: float) -> Iterator[Choice]:
        prices, here, gap = self._prices, state.score + price, self._prices.gap(unit)
        yield Choice(here + prices.start_body(unit) + prices.leaving(state, None) + gap, state, None, "body")
        for piece in state.pieces:
            if piece.turned:
                continue
            step = prices.going_on(piece, unit) + prices.kinship(unit, piece)
            step += -gap if piece.number == state.current else prices.switching(state, piece) + gap
            yield Choice(here + step, state, piece, "body")

    def _turn_out(self, state: State) -> Iterator[Choice]:
        if not state.pieces:
            yield Choice(state.score, state, None, "turn")
        for piece in state.pieces:
            price = 0.0 if piece.number == state.current else self._w.turn_apart
            yield Choice(state.score + price, state, piece, "turn", turned=True)

    def _turn_in(self, state: State, unit: Unit) -> Iterator[Choice]:
        """上接: the other half of an article that turned on this page, or a piece of an article on another page."""
        here = bool(SAME_PAGE.search(unit.plain))
        turned = [piece for piece in state.pieces if piece.turned]
        new = self._prices.leaving(state, None) + (self._w.turn_apart if here and turned else 0.0)
        yield Choice(state.score + new, state, None, "turn")
        for piece in state.pieces:
            if not here and piece.heads and piece.heads[-1] == unit.index - 1 and not piece.bodies:
                yield Choice(state.score, state, piece, "turn")  # a title printed again above the mark
        for piece in turned:
            price = 0.0 if here else self._w.turn_elsewhere
            yield Choice(state.score + price, state, piece, "turn", turned=False)

    def _retire(self, state: State, now: int) -> State:
        """Close articles last touched long ago (turned ones wait for their other half) or on an earlier page."""
        old = sorted([piece.last for piece in state.pieces if not piece.turned], reverse=True)
        floor = old[_OPEN - 1] if len(old) >= _OPEN else -1
        floor = max(floor, now - self._w.reach)
        closed = [
            piece
            for piece in state.pieces
            if self._is_done(piece, state, floor, now) or self._is_overleaf(piece, state, self._units[now])
        ]
        if not closed:
            return state
        kept = tuple([piece for piece in state.pieces if piece not in closed])
        return state._replace(score=state.score + sum(map(self._prices.left, closed)), pieces=kept)

    def _is_overleaf(self, piece: Piece, state: State, unit: Unit) -> bool:
        """Whether an article ended with an earlier page of the file.

        Only the one in hand may go on, in the first unit of the next page, and only in mid-sentence;
        a line that looks like a headline is no such sentence.
        """
        last = self._units[piece.last]
        if last.block.leaf == unit.block.leaf:
            return False
        here = piece.number == state.current and piece.last == unit.index - 1
        text = unit.kind in ("body", "either") and not unit.opening and unit.fresh < _NEW_PARAGRAPH
        return not (here and piece.dangling and last.odds < 0.0 and text)

    @staticmethod
    def _is_done(piece: Piece, state: State, floor: int, now: int) -> bool:
        if piece.number == state.current:
            return False
        return piece.last < now - _TURN_REACH if piece.turned else piece.last < floor
