"""Items → the text of a digest: an opening paragraph, then groups by place and subject with a line a story.

Within a length limit the stories most worth telling come first. Says nothing but statements that were verified before,
and the names of groups. Knows nothing of how items come about, and of formats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isqrt

from rag.digest.desks import desk_names
from rag.digest.items import Item
from rag.digest.places import is_wire, place_names
from rag.digest.subjects import subject_names
from rag.digest.worth import statement_worth, worth
from rag.digest.writer import Writer, length_of
from rag.models import Citation, Claim, Group, Statement, Story
from rag.text.normalise import fold
from rag.text.script import to_simplified

MAX_OPENING = 5
"""Statements an opening paragraph has at most; it has as many as the root of the number of stories."""

LEAST_STORIES = 4
"""With fewer stories than this a paragraph before them would only say them twice."""

OPENING_SHARE = 0.4
"""Share of the length limit that the opening may take."""

ELSEWHERE = "其他"
"""Heads the stories that share no place with another."""

TELLING, LEADING = 0.3, 0.6
"""Worth of a line's second statement (a figure, a name or a day), and of one that opens the digest (two of them)."""

BULLET = "· "
_OTHER_SIDE = "另有刊载："


@dataclass(frozen=True, slots=True)
class Composed:
    """The text and everything that points into it. ``over_length``: articles whose story did not fit."""

    text: str
    opening: tuple[int, ...]
    groups: tuple[Group, ...]
    stories: tuple[Story, ...]
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    over_length: tuple[str, ...]
    writer: Writer = field(repr=False)

    def index_of(self, statement: Statement) -> int | None:
        """The claim that says a statement; None where none does."""
        return self.writer.index_of(statement)


@dataclass(slots=True)
class _Plan:
    """What is told of each item (by its place in the list), and in which group it stands."""

    items: Sequence[Item]
    headings: list[str]
    worths: list[float]
    places: Sequence[str | None]
    opening: list[tuple[int, Statement]] = field(default_factory=list)
    lines: dict[int, tuple[Statement, ...]] = field(default_factory=dict)

    def by_worth(self) -> list[int]:
        return sorted(range(len(self.items)), key=lambda at: (-self.worths[at], at))

    def placed(self, at: int, statement: Statement, heading: str = "") -> str:
        """Where a statement is of, to be written before it, unless it or the heading says so."""
        article = self.items[at].article
        # A wire report is sent from the capital, whatever it tells of.
        place = self.places[at] or (None if is_wire(article) else article.place)
        known = to_simplified(statement.text + heading)
        return "" if not place or to_simplified(place)[:2] in known else f"{place}："


def compose(items: Sequence[Item], max_chars: int | None = None, opening: Sequence[Statement] = ()) -> Composed:
    """The digest of some stories.

    Args:
        items: one a story, in a stable order.
        max_chars: longest text in characters; None for a line of every story.
        opening: what the opening paragraph says instead of the statements most worth telling.
    """
    places = place_names([item.article for item in items])
    groups = _grouped(items, places)
    headings = [""] * len(items)
    for name, _, _, members in groups:
        for at in members:
            headings[at] = name
    plan = _Plan(items, headings, [worth(item) for item in items], places)
    if not opening:
        plan.opening = _opening(plan, max_chars)
    written = [("", one) for one in opening] or [(plan.placed(at, one), one) for at, one in plan.opening]
    taken = sum(len(place) + length_of(statement) for place, statement in written)
    room = None if max_chars is None else max_chars - taken
    _fill(plan, room)
    return _written(plan, groups, written)


def leading(items: Sequence[Item], most: int) -> list[Item]:
    """The most newsworthy reports, the most so first; captions are none."""
    reports = [item for item in items if not item.is_caption]
    return sorted(reports, key=lambda item: -worth(item))[:most]


_Grouped = tuple[str, str | None, str | None, list[int]]


def _grouped(items: Sequence[Item], places: Sequence[str | None]) -> list[_Grouped]:
    """Heading, place, subject and members of each group: places with most worth first, the rest last."""
    by_place: dict[str | None, list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        by_place[place].append(at)
    worths = [worth(item) for item in items]
    order = sorted(by_place, key=lambda place: (place is None, -max(worths[at] for at in by_place[place]), place or ""))
    found: list[_Grouped] = []
    for place in order:
        members = by_place[place]
        stories = [items[at].article for at in members]
        subjects = subject_names(stories, place)
        if place is None:
            subjects = desk_names(stories, subjects)
        by_subject: dict[str | None, list[int]] = defaultdict(list)
        for at, subject in zip(members, subjects, strict=True):
            by_subject[subject].append(at)
        ranked = sorted(
            by_subject, key=lambda one: (one is None, -max(worths[at] for at in by_subject[one]), one or "")
        )
        for subject in ranked:
            ranks = sorted(by_subject[subject], key=lambda at: (items[at].is_caption, -worths[at], at))
            found.append((_heading(place, subject, len(ranked)), place, subject, ranks))
    return found


def _heading(place: str | None, subject: str | None, subjects: int) -> str:
    rest = ELSEWHERE if subjects > 1 else ""
    parts = [place or "", subject or (rest if place else ELSEWHERE)]
    return "·".join(part for part in parts if part)


def _opening(plan: _Plan, max_chars: int | None) -> list[tuple[int, Statement]]:
    """The best statements of the best stories, a group's second story only where the groups run out."""
    if len(plan.items) < LEAST_STORIES:
        return []
    room = None if max_chars is None else int(max_chars * OPENING_SHARE)
    wanted = min(MAX_OPENING, isqrt(len(plan.items)))
    chosen: list[tuple[int, Statement]] = []
    seen: set[str] = set()
    for fresh_only in (True, False):
        for at in plan.by_worth():
            if len(chosen) == wanted:
                return chosen
            item = plan.items[at]
            if item.is_caption or any(at == other for other, _ in chosen):
                continue
            if fresh_only and plan.headings[at] and plan.headings[at] in seen:
                continue
            best = _lead(item)
            cost = len(plan.placed(at, best)) + length_of(best) if best else 0
            if best is None or (room is not None and cost > room):
                continue
            chosen.append((at, best))
            seen.add(plan.headings[at])
            room = None if room is None else room - cost
    return chosen


def _lead(item: Item) -> Statement | None:
    """The first statement that tells something: it names who acts, as a later one need not."""
    telling = (one for one in item.statements if statement_worth(one) >= LEADING)
    return next(telling, max(item.statements, key=statement_worth, default=None))


def _fill(plan: _Plan, room: int | None) -> None:
    """Give stories their lines, the most worth first, as far as there is room; a long line may be cut to its start."""
    opened = dict(plan.opening)
    headed: set[str] = set()
    for at in plan.by_worth():
        item = plan.items[at]
        heading = 0 if plan.headings[at] in headed else len(plan.headings[at]) + len("【】\n\n\n")
        whole = _line(item, opened.get(at))
        for line in (whole, whole[:1]):
            cost = heading + len(BULLET) + 1 + sum(map(length_of, line))
            cost += len(plan.placed(at, line[0], plan.headings[at])) if line else 0
            cost += sum(len(_OTHER_SIDE) + length_of(other) for _, other in item.others)
            if line and (room is None or cost <= room):
                plan.lines[at] = line
                headed.add(plan.headings[at])
                room = None if room is None else room - cost
                break


def _line(item: Item, opened: Statement | None) -> tuple[Statement, ...]:
    """What a story's line says: its summary; what the opening did not say already, else its headline."""
    first, *more = item.statements
    second = max(more, key=statement_worth, default=None)
    telling = (first, second) if second and statement_worth(second) >= TELLING else (first,)
    if opened is None:
        return telling
    if item.headline is not None and fold(item.headline.text) not in fold(opened.text):
        return (item.headline,)
    return tuple(one for one in telling if one != opened) or telling


def _written(plan: _Plan, groups: Sequence[_Grouped], opening: Sequence[tuple[str, Statement]]) -> Composed:
    writer = Writer()
    opened = tuple(_say(statement, place, writer) for place, statement in opening)
    stories: dict[int, Story] = {}
    told: list[Group] = []
    for name, place, subject, members in groups:
        lines = [at for at in members if at in plan.lines]
        if lines:
            writer.write(f"\n\n【{name}】" if writer.text else f"【{name}】")
        for at in lines:
            writer.write("\n" + BULLET + plan.placed(at, plan.lines[at][0], name))
            stories[at] = _told(plan.items[at], plan.lines[at], writer)
        if lines:
            told.append(Group(name, place, subject, tuple(lines)))
    spoken = {at: index for index, (at, _) in zip(opened, plan.opening, strict=False)}
    for at, index in spoken.items():
        known = stories.get(at) or _story(plan.items[at], ())
        stories[at] = replace(known, opening=(index,))
    order = sorted(stories)
    numbers = {at: number for number, at in enumerate(order)}
    return Composed(
        text=writer.text,
        opening=opened,
        groups=tuple(replace(group, stories=tuple(numbers[at] for at in group.stories)) for group in told),
        stories=tuple(stories[at] for at in order),
        claims=tuple(writer.claims),
        citations=writer.citations,
        over_length=tuple(item.article.article_id for at, item in enumerate(plan.items) if at not in stories),
        writer=writer,
    )


def _say(statement: Statement, place: str, writer: Writer) -> int:
    writer.write(place)
    return writer.say(statement)


def _told(item: Item, line: Sequence[Statement], writer: Writer) -> Story:
    claims = [writer.say(statement) for statement in line]
    for mine, other in item.others:
        if writer.index_of(mine) is not None and writer.index_of(other) is None:
            writer.write(_OTHER_SIDE)
            claims.append(writer.say(other))
    return _story(item, claims)


def _story(item: Item, claims: Sequence[int]) -> Story:
    article = item.article
    return Story(
        article_id=article.article_id,
        document=item.document,
        kind=article.kind,
        title=article.title,
        published=article.published,
        place=article.place,
        claims=tuple(claims),
        merged=item.merged,
        carried_by=item.carried_by,
        independent_sources=item.independent_sources,
    )
