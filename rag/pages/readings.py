"""Readings of a page: articles in the making, and how a reading grows by one unit. No prices, no search.

A reading is immutable; growing it makes a new one that shares what did not change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.pages.units import Unit

_KEPT = 40
"""So many of its last units a piece remembers itself; the trail remembers all. Keeps a step's work bounded."""
_SURE = 20.0
"""Margin of a choice without a rival."""


class Piece(NamedTuple):
    """An article in the making: unit numbers in reading order (the last ones, see ``_KEPT``).

    ``dangling``: its text stops in mid-sentence. ``turned``: it said that it goes on elsewhere. ``beside``: the pieces
    it has been found to stand beside (the search went from one to the other and back). ``bare``: its last line is a
    subhead that waits for its text. ``serial``: it has subheads of one series.
    """

    number: int
    heads: tuple[int, ...]
    bylines: tuple[int, ...]
    bodies: tuple[int, ...]
    last: int
    dangling: bool
    turned: bool
    continuation: bool
    beside: frozenset[int]
    bare: bool = False
    serial: bool = False


class State(NamedTuple):
    """A reading of the page so far. ``trail``: linked list of (trail before, unit, piece, role, margin)."""

    score: float
    pieces: tuple[Piece, ...]
    current: int
    born: int
    trail: tuple[object, int, int, str, float] | None


EMPTY = State(0.0, (), -1, 0, None)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one unit became: its piece and its role (head, subhead, byline, body, turn).

    ``margin``: log odds by which the choice was better than the best that would have put the unit elsewhere.
    """

    unit: int
    piece: int
    role: str
    margin: float


class Choice(NamedTuple):
    """One way to go on from a state; ``piece`` None begins a new one, ``turned`` None leaves that as it is."""

    score: float
    state: State
    piece: Piece | None
    role: str
    turned: bool | None = None
    margin: float = 0.0


class Rivals(NamedTuple):
    """Scores of one state's best choice and of the best that puts the unit in another piece (None: there is none)."""

    leader: int
    best: float
    second: float | None


def rivals(choices: Sequence[Choice]) -> Rivals:
    """The rivals among all choices of one state, at least one."""
    best: dict[int, float] = {}
    for choice in choices:
        number = choice.piece.number if choice.piece else -1
        if choice.score > best.get(number, -math.inf):
            best[number] = choice.score
    leader = max(best, key=best.__getitem__)
    return Rivals(leader, best[leader], max((best[number] for number in best if number != leader), default=None))


def with_margin(choice: Choice, known: Rivals) -> Choice:
    """The choice with its margin over the best other piece."""
    number = choice.piece.number if choice.piece else -1
    rival = known.second if number == known.leader else known.best
    return choice._replace(margin=_SURE if rival is None else choice.score - rival)


def current_piece(state: State) -> Piece | None:
    """The piece the last unit went to."""
    for piece in state.pieces:
        if piece.number == state.current:
            return piece
    return None


def take(choice: Choice, unit: Unit) -> State:
    """The reading after a choice."""
    if choice.piece is None:
        return _start(choice, unit)
    return _extend(choice, choice.piece, unit)


def _start(choice: Choice, unit: Unit) -> State:
    state, role, only = choice.state, choice.role, (unit.index,)
    piece = Piece(
        number=state.born,
        heads=only if role == "head" else (),
        bylines=only if role == "byline" else (),
        bodies=only if role == "body" else (),
        last=unit.index,
        dangling=role == "body" and not unit.complete,
        turned=unit.kind == "turn_out",
        continuation=unit.kind == "turn_in",
        beside=frozenset(),
    )
    trail = (state.trail, unit.index, piece.number, role, choice.margin)
    return State(choice.score, (*state.pieces, piece), piece.number, state.born + 1, trail)


def _extend(choice: Choice, piece: Piece, unit: Unit) -> State:
    state, role = choice.state, choice.role
    back = piece.number != state.current
    dangling = not unit.complete if role == "body" else piece.dangling and role != "subhead"
    after = Piece(
        piece.number,
        (*piece.heads, unit.index) if role == "head" else piece.heads,
        (*piece.bylines[-_KEPT:], unit.index) if role == "byline" else piece.bylines,
        (*piece.bodies[-_KEPT:], unit.index) if role in ("body", "subhead") else piece.bodies,
        unit.index,
        dangling,
        piece.turned if choice.turned is None else choice.turned,
        piece.continuation,
        piece.beside | {state.current} if back else piece.beside,
        role == "subhead" or (piece.bare and role != "body"),
        piece.serial or (role == "subhead" and unit.in_series),
    )
    pieces: list[Piece] = []
    for other in state.pieces:
        if other.number == piece.number:
            pieces.append(after)
        elif back and other.number == state.current:
            pieces.append(other._replace(beside=other.beside | {piece.number}))
        else:
            pieces.append(other)
    trail = (state.trail, unit.index, piece.number, role, choice.margin)
    return State(choice.score, tuple(pieces), piece.number, state.born, trail)


def signature(state: State) -> object:
    """Two readings with the same signature have the same future; only the better one is kept."""
    return state.current, tuple([(p.heads[-1:], len(p.heads), p.bodies[-2:], p.last, p.turned) for p in state.pieces])


def replay(state: State) -> list[Assignment]:
    """The assignments of a reading, in page order."""
    found: list[Assignment] = []
    trail: object = state.trail
    while isinstance(trail, tuple):
        trail, unit, piece, role, margin = trail
        found.append(Assignment(unit, piece, role, margin))
    return found[::-1]
