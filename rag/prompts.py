"""Loads, checks and fills the prompts in ``prompts/*.md``. Knows nothing of models.

A prompt file is a front matter (``name``, ``version``, ``description``), then sections headed ``## system``,
``## user`` and any further fragment. ``{{name}}`` stands for a variable; filling names every variable and no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.errors import PromptError

_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(r"[a-z][a-z_]*")
_FIELDS = {"name", "version", "description"}
_MESSAGES = ("system", "user")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt. ``version`` rises with every change of wording, so that replies can be told apart."""

    name: str
    version: int
    description: str
    sections: Mapping[str, str]

    @property
    def label(self) -> str:
        """How records name it: ``name@version``."""
        return f"{self.name}@{self.version}"

    def render(self, **variables: str) -> list[dict[str, str]]:
        """The system and user messages, filled.

        Raises:
            PromptError: a variable of these sections is not given, or one that none of them has is.
        """
        known = {name for section in _MESSAGES for name in _variables(self.sections[section])}
        self._check(known, variables)
        return [{"role": role, "content": _fill(self.sections[role], variables)} for role in _MESSAGES]

    def fragment(self, section: str, **variables: str) -> str:
        """One further section, filled.

        Raises:
            PromptError: there is no such section, or the variables are not exactly its own.
        """
        if section not in self.sections:
            raise PromptError(f"prompts/{self.name}.md: no section {section!r}; it has {', '.join(self.sections)}")
        self._check(_variables(self.sections[section]), variables)
        return _fill(self.sections[section], variables)

    def _check(self, known: set[str], given: Mapping[str, str]) -> None:
        if missing := sorted(known - given.keys()):
            raise PromptError(f"prompts/{self.name}.md: nothing given for {', '.join(missing)}")
        if unknown := sorted(given.keys() - known):
            raise PromptError(
                f"prompts/{self.name}.md: no variable {', '.join(unknown)}; it has {', '.join(sorted(known))}"
            )


def _variables(text: str) -> set[str]:
    return set(_VARIABLE.findall(text))


def _fill(text: str, variables: Mapping[str, str]) -> str:
    """One pass, so that braces inside a value stay what they are."""
    return _VARIABLE.sub(lambda found: variables[found.group(1)], text)


@lru_cache(maxsize=32)
def load_prompt(name: str) -> Prompt:
    """Read one prompt from the ``prompts`` package.

    Raises:
        PromptError: there is no such file, or it lacks a field or a section.
    """
    file = files("prompts") / f"{name}.md"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise PromptError(f"prompts/{name}.md: no such prompt")
    return parse_prompt(name, file.read_text(encoding="utf-8"))


def parse_prompt(name: str, text: str) -> Prompt:
    """A prompt from its file's text.

    Raises:
        PromptError: the front matter, a section or a variable's name is not as it must be.
    """
    fields, body = _front_matter(name, text)
    if fields["name"] != name:
        raise PromptError(f"prompts/{name}.md: the front matter says name: {fields['name']}")
    if not fields["version"].isdecimal():
        raise PromptError(f"prompts/{name}.md: version {fields['version']!r} is not a whole number")
    sections = _sections(name, body)
    for section in _MESSAGES:
        if not sections.get(section):
            raise PromptError(f"prompts/{name}.md: section '## {section}' is missing or empty")
    for section, content in sections.items():
        if wrong := sorted(word for word in _variables(content) if not _NAME.fullmatch(word)):
            raise PromptError(f"prompts/{name}.md: {wrong[0]!r} in section {section!r} is no name of a variable")
    return Prompt(name, int(fields["version"]), fields["description"], sections)


def _front_matter(name: str, text: str) -> tuple[dict[str, str], str]:
    opening, _, rest = text.partition("---\n")
    block, closed, body = rest.partition("\n---\n")
    if opening or not closed:
        raise PromptError(f"prompts/{name}.md: the front matter must stand first, between two lines of ---")
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in block.splitlines())}
    if fields.keys() != _FIELDS or not all(fields.values()):
        raise PromptError(
            f"prompts/{name}.md: the front matter must hold {', '.join(sorted(_FIELDS))}, and holds {', '.join(fields)}"
        )
    return fields, body


def _sections(name: str, body: str) -> dict[str, str]:
    sections: dict[str, str] = {}
    before, *blocks = re.split(r"^## ", body, flags=re.MULTILINE)
    if before.strip():
        raise PromptError(f"prompts/{name}.md: text before the first section: {before.strip()[:40]!r}")
    for block in blocks:
        title, _, content = block.partition("\n")
        if title.strip() in sections:
            raise PromptError(f"prompts/{name}.md: two sections '## {title.strip()}'")
        sections[title.strip()] = content.strip()
    return sections
