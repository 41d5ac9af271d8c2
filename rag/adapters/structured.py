"""Asks one model for one object of a given shape: schema sent, reply validated once, asked once more, else an error.

Knows nothing of what is asked. The call itself is ``completions.py``.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.adapters.completions import Messages, RemoteModel
from rag.adapters.reply import Shape, read_object
from rag.errors import ModelOutputError
from rag.models import Usage
from rag.settings import ModelSettings

_ATTEMPTS = 2


class StructuredModel:
    """One model that replies with objects. Use one per event loop; ``usage`` is of all calls so far."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._remote = RemoteModel(settings)
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
            ModelUnavailableError: the model cannot be reached, or refused; says which, where, and what to do.
            ModelOutputError: it replied twice in a shape that was not asked for.
        """
        *before, last = messages
        problem = ""
        for _ in range(_ATTEMPTS):
            added = f"\n\n{retry(problem)}" if problem else ""
            asked = [*before, last | {"content": last["content"] + added}]
            text, ending = await self._remote.complete(asked, shape.model_json_schema())
            self.usage += ending.usage
            try:
                if ending.problem:
                    raise ValueError(ending.problem)
                return read_object(text, shape)
            except ValueError as error:
                problem = str(error)
        raise ModelOutputError(f"{self.model}: {problem}")
