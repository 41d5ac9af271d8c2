from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import PromptError
from rag.prompts import load_prompt, parse_prompt
from tests.conftest import ROOT

FILES = sorted(path for path in (ROOT / "prompts").glob("*.md") if path.name != "README.md")
HEAD = "---\nname: test\nversion: 3\ndescription: For tests.\n---\n"
BODY = "## system\nBe {{mood}}.\n\n## user\n{{question}} {{mood}}\n\n## extra\nMore {{thing}}\n"


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_every_prompt_file_loads_under_its_name(name: str) -> None:
    prompt = load_prompt(name)

    assert prompt.name == name
    assert prompt.version >= 1


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_every_prompt_fences_its_passages_and_can_ask_again(name: str) -> None:
    prompt = load_prompt(name)

    assert prompt.sections["user"].count("{{fence}}") == 2
    assert "{{passages}}" in prompt.sections["user"]
    assert "{{" not in prompt.sections["system"]  # the same for every request, so that providers can cache it
    assert "x" in prompt.fragment("retry", problem="x")


def test_the_readme_names_every_prompt_its_variables_and_fragments() -> None:
    readme = (ROOT / "prompts" / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        (row,) = [line for line in readme.splitlines() if line.startswith(f"| `{path.name}` |")]
        for section in load_prompt(path.stem).sections:
            assert section in ("system", "user") or f"`{section}`" in row


def test_messages_are_filled() -> None:
    assert parse_prompt("test", HEAD + BODY).render(mood="kind", question="Who?") == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Who? kind"},
    ]


@given(st.text())
def test_braces_in_a_value_stay_what_they_are(value: str) -> None:
    _, user = parse_prompt("test", HEAD + BODY).render(mood="{{question}}", question=value)

    assert user["content"] == f"{value} {{{{question}}}}"


def test_a_fragment_is_filled_with_its_own_variables() -> None:
    assert parse_prompt("test", HEAD + BODY).fragment("extra", thing="this") == "More this"


@pytest.mark.parametrize(
    ("given_variables", "named"),
    [({"mood": "a"}, "question"), ({"mood": "a", "question": "b", "colour": "c"}, "colour")],
)
def test_variables_are_checked_both_ways(given_variables: dict[str, str], named: str) -> None:
    with pytest.raises(PromptError, match=named):
        parse_prompt("test", HEAD + BODY).render(**given_variables)


def test_a_fragment_s_variables_are_checked_both_ways() -> None:
    prompt = parse_prompt("test", HEAD + BODY)
    with pytest.raises(PromptError, match="thing"):
        prompt.fragment("extra")
    with pytest.raises(PromptError, match="colour"):
        prompt.fragment("extra", thing="a", colour="b")
    with pytest.raises(PromptError, match="no section 'missing'"):
        prompt.fragment("missing")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (BODY, "front matter"),
        (HEAD.replace("version: 3\n", "") + BODY, "version"),
        (HEAD.replace("3", "three") + BODY, "three"),
        (HEAD.replace("For tests.", "") + BODY, "description"),
        (HEAD.replace("test\n", "other\n", 1) + BODY, "other"),
        (HEAD + "## system\nx\n", "## user"),
        (HEAD + "## system\n\n## user\nx\n", "## system"),
        (HEAD + "stray\n" + BODY, "stray"),
        (HEAD + BODY + "## user\nagain\n", "two sections"),
        (HEAD + BODY + "## more\n{{Bad Name}}\n", "Bad Name"),
    ],
)
def test_a_file_that_is_not_right_says_what_is_wrong(text: str, named: str) -> None:
    with pytest.raises(PromptError, match=named):
        parse_prompt("test", text)


@pytest.mark.parametrize("name", ["nosuch", "../answer", "README", ""])
def test_a_prompt_that_does_not_exist_is_an_error(name: str) -> None:
    with pytest.raises(PromptError, match="no such prompt"):
        load_prompt(name)
