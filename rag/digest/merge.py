"""Which articles are told together: copies of a report, pieces a page repeats, continuations with their heads.

Knows nothing of how copies and continuations are found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from rag.models import Article, Copies, LeftOutReason

ALONE = Copies()


@dataclass(slots=True)
class Gathered:
    """Articles by who tells them. ``stories``: id of the article a story is told from → the others it tells too.

    ``left_out``: articles nobody tells, with the reason.
    """

    stories: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, LeftOutReason] = field(default_factory=dict)


def gather(
    articles: Sequence[Article],
    heads: Mapping[str, str],
    copies: Mapping[str, Copies],
    told_before: Collection[str] = (),
) -> Gathered:
    """Put every article with the one that tells its story.

    Of several copies the fullest is told, of equally full ones the one that comes first. A continuation whose head is
    not asked for, and a copy of what was told before, is left out.

    Args:
        articles: what is asked for, in a stable order.
        heads: for each continuation that is joined to its head, the head's id.
        copies: who else carries an article, by id.
        told_before: articles an earlier digest accounted for.
    """
    found = Gathered()
    asked = {article.article_id: article for article in articles}
    teller: dict[str, str] = {}
    for article in articles:
        name = article.article_id
        owner = heads.get(name) or article.duplicate_of
        if owner is not None and owner != name:
            if owner in asked:
                teller[name] = owner
            else:
                found.left_out[name] = "with_head" if name in heads else "told_before"
    alone = [article for article in articles if article.article_id not in teller | found.left_out]
    _choose_tellers(alone, copies, told_before, teller, found)
    for article in articles:
        name = article.article_id
        if name in found.left_out:
            continue
        owner = _last(name, teller)
        if owner in found.left_out:
            found.left_out[name] = found.left_out[owner]
        elif owner == name:
            found.stories.setdefault(name, [])
        else:
            found.stories.setdefault(owner, []).append(name)
    return found


def _choose_tellers(
    articles: Sequence[Article],
    copies: Mapping[str, Copies],
    told_before: Collection[str],
    teller: dict[str, str],
    found: Gathered,
) -> None:
    position = {article.article_id: at for at, article in enumerate(articles)}
    for article in articles:
        name = article.article_id
        others = [copy.article_id for copy in copies.get(name, ALONE).others]
        if any(other in told_before for other in others):
            found.left_out[name] = "told_before"
            continue
        same = [name, *(other for other in others if other in position)]
        fullest = max(same, key=lambda one: (len(articles[position[one]].text), -position[one]))
        if fullest != name:
            teller[name] = fullest


def _last(name: str, teller: Mapping[str, str]) -> str:
    """Who tells an article in the end; of a ring of tellers the first by name."""
    path = [name]
    while (owner := teller.get(path[-1])) is not None:
        if owner in path:
            return min(path[path.index(owner) :])
        path.append(owner)
    return path[-1]
