"""Who the sentences of a body are about, and whether a statement can be read behind those already taken.

A statement without its own subject is read as told of whoever was named last; it may only stand where that is right.
Knows nothing of worth or length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.models import Article
from rag.summarise.grammar import has_subject, noun_pointed_at, opens_with_deed
from rag.summarise.options import Option
from rag.summarise.statements import speaks_of
from rag.summarise.units import Sentence
from rag.text.names import find_names
from rag.text.script import to_simplified


@dataclass(frozen=True, slots=True)
class Subjects:
    """Up to which sentence a summary may begin without a subject, and who those sentences are told of that have none.

    ``governor`` leads from a sentence to the last one before it that is about somebody named, other than the actor the
    article is about; sentences about the actor are missing from it.
    """

    first: int
    governor: Mapping[int, int]

    @classmethod
    def of(cls, article: Article, sentences: Sequence[Sentence], options: Sequence[Option], lead: int) -> Subjects:
        """Read the sentences in order; the beginning of the lead may always open a summary."""
        named = [one.position for one in options if not one.run.first and one.run.leans_on == "nothing"]
        actor, other = "", -1
        governor: dict[int, int] = {}
        for sentence in sentences:
            if sentence.is_headline:
                continue
            plain = [to_simplified(article.text[start:end]) for start, end in sentence.clauses]
            actor = actor or "".join(plain)
            if other >= 0:
                governor[sentence.position] = other
            about = next((clause for clause in plain if has_subject(clause)), _opening_name(plain[0]))
            if about is None or sentence.broken:
                continue
            if speaks_of(about, actor):
                other = -1
            elif _names_other(about, actor):
                other = sentence.position
        return cls(max(lead, min((at for at in named if at >= 0), default=0)), governor)

    def readable(self, option: Option, chosen: Sequence[Option]) -> bool:
        """Whether what is chosen before a statement names whom it is told of and what its opening word points at, and
        whether what is chosen after it still reads as before."""
        before = [one for one in chosen if one.position < 0 or one.span < option.span]
        if (option.dangles and not _resolved(option, before)) or (option.lacks_noun and not before):
            return False
        after = [one for one in chosen if one.position >= 0 and one.span > option.span]
        follower = min(after, key=lambda one: one.span, default=None)
        if follower is not None and not self._may_follow(follower, option):
            return False
        return self._stands(option, before)

    def _stands(self, option: Option, before: Sequence[Option]) -> bool:
        body = [one for one in before if one.position >= 0]
        if option.run.leans_on == "nothing":
            return True
        if option.run.leans_on == "sentence":
            named = option.run.named_in
            return any(one.position == option.position and named in one.run.kept for one in body)
        if not body:
            opens = not option.run.first and option.position <= self.first
            return opens and option.position not in self.governor
        return self._may_follow(option, max(body, key=lambda one: one.span))

    def _may_follow(self, option: Option, before: Option) -> bool:
        """Whether a statement told of the actor, or of whom its governor names, may stand right behind another."""
        if option.run.leans_on != "actor" or before.position < 0:
            return True
        governor = self.governor.get(option.position)
        about_other = before.position in self.governor.values()
        return before.position == governor if governor is not None else not about_other


def _opening_name(clause: str) -> str | None:
    """A clause whose verb is not known, where it is about a person it names."""
    return clause if not opens_with_deed(clause) and any(name.kind == "person" for name in find_names(clause)) else None


def _names_other(about: str, actor: str) -> bool:
    """Whether a clause names a person or an organisation that the lead does not."""
    return any(name.kind in ("person", "organisation") and name.text not in actor for name in find_names(about))


def _resolved(option: Option, before: Sequence[Option]) -> bool:
    noun = noun_pointed_at(option.plain)
    if noun is not None and any(noun in one.plain for one in before):
        return True
    return any(one.position in (option.position - 1, option.position) and one.position >= 0 for one in before)
