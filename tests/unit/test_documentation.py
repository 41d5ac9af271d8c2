"""What a README names exists, and every command, setting and make target is named in one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from rag.cli import gazette
from rag.settings import Settings
from tests.conftest import ROOT

READMES = [path for path in ROOT.rglob("README.md") if not {".venv", "node_modules"} & set(path.parts)]
ALL = "\n".join(path.read_text(encoding="utf-8") for path in READMES)
CODE = "\n".join(
    re.findall(r"```\n(.*?)```", ALL, re.S) + re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", ALL, flags=re.S))
)
"""What stands in code blocks and between backticks."""


def _commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")


COMMANDS = dict(_commands(gazette))


def _calls() -> Iterator[tuple[str, str]]:
    """Every `gazette COMMAND …` in code: the command (with its subcommand) and the whole call."""
    for call in re.findall(r"gazette ([a-z][^\n]*)", CODE):
        words = call.split()
        full = " ".join(words[:2])
        yield (full if full in COMMANDS else words[0]), call.split("#")[0]


def test_every_command_a_readme_names_exists() -> None:
    named = {name for name, _ in _calls()}
    assert named
    assert not named - set(COMMANDS)


def test_every_command_is_named_in_a_readme() -> None:
    named = {name for name, _ in _calls()}
    assert not {name for name, command in COMMANDS.items() if not isinstance(command, click.Group)} - named


def test_every_option_a_readme_gives_a_command_exists() -> None:
    shared = {option for param in gazette.params for option in param.opts} | {"--help"}
    for name, call in _calls():
        options = {option for param in COMMANDS[name].params for option in param.opts}
        assert not set(re.findall(r"(?<=\s)--[a-z][a-z-]*", call)) - options - shared, call


def test_every_setting_a_readme_names_exists_and_every_setting_is_named() -> None:
    known = {row["variable"] for row in Settings().rows()}
    named = set(re.findall(r"GAZETTE_[A-Z]+__[A-Z_]+", ALL))
    assert not named - known
    assert not known - named


def test_every_path_a_readme_names_exists() -> None:
    for path in [*READMES, ROOT / "SECURITY.md"]:
        text = path.read_text(encoding="utf-8")
        for named in re.findall(r"`((?:rag|api|prompts|evals|tests|seeds|\.ci)/[\w./-]*)`", text):
            assert (ROOT / named).exists(), f"{path.relative_to(ROOT)} names {named}"


def test_every_make_target_a_readme_names_exists_and_every_target_is_named() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"make ([a-z][a-z-]*)", CODE))
    assert not named - targets
    assert not targets - named
