"""Asks one model for a reply of a given shape: schema sent, reply read once, asked once more, else an error.

Knows nothing of what is asked. The call itself is ``completions.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from rag.adapters.completions import Messages, RemoteModel
from rag.adapters.ending import Ending
from rag.adapters.reply import Shape, read_object
from rag.errors import ModelOutputError
from rag.models import Usage
from rag.settings import ModelSettings

ATTEMPTS = 2

T = TypeVar("T")


class StructuredModel:
    """One model that replies in shapes. Use one per event loop; ``usage`` is of all calls so far."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self.remote = RemoteModel(settings)
        self.usage = Usage()

    @property
    def model(self) -> str:
        """The LiteLLM id."""
        return self._settings.name

    async def ask(self, messages: Messages, shape: type[Shape], retry: Callable[[str], str]) -> Shape:
        """One object.

        Args:
            messages: role and content each; the last is the user's.
            shape: what the reply must be; its JSON schema is sent where the model takes one.
            retry: from the problem of a first reply to what is added to the last message of the second attempt.

        Raises:
            ModelUnavailableError, ModelOutputError: as for ``read``.
        """

        def again(problem: str) -> Messages:
            *before, last = messages
            return [*before, last | {"content": f"{last['content']}\n\n{retry(problem)}"}]

        found, _ = await self.read(messages, shape.model_json_schema(), lambda text, _: read_object(text, shape), again)
        return found

    async def read(
        self,
        messages: Messages,
        schema: Mapping[str, Any],
        read: Callable[[str, Ending], T],
        again: Callable[[str], Messages],
    ) -> tuple[T, Ending]:
        """What ``read`` makes of the reply; and the ending of the reply, with what all attempts cost.

        Args:
            messages: role and content each.
            schema: JSON schema of the reply, sent where the model takes one.
            read: from a finished reply to what it says; a ``ValueError`` asks once more.
            again: from the problem of a first reply to the messages of the second attempt.

        Raises:
            ModelUnavailableError: the model cannot be reached, or refused; says which, where, and what to do.
            ModelOutputError: it replied twice in a shape that was not asked for.
        """
        usage, problem = Usage(), ""
        for _ in range(ATTEMPTS):
            text, ending = await self.remote.complete(again(problem) if problem else messages, schema)
            self.usage += ending.usage
            usage += ending.usage
            try:
                if ending.problem:
                    raise ValueError(ending.problem)
                return read(text, ending), replace(ending, usage=usage)
            except ValueError as error:
                problem = str(error)
        raise ModelOutputError(f"{self.model}: {problem}")
