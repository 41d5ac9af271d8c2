"""Asks a model to rewrite a follow-up question so that it stands alone. Knows nothing of evidence or answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from rag.adapters.fence import Fence
from rag.adapters.structured import StructuredModel
from rag.models import Rewriting, Turn
from rag.prompts import load_prompt
from rag.settings import ModelSettings

MAX_TURNS = 8
"""Turns shown to the model, the newest; older ones seldom say what a follow-up means, and cost tokens every time."""

MAX_TURN_CHARS = 500
"""Characters shown of one turn: an answer names its subject early."""

MAX_QUESTION_CHARS = 300
"""Longer than any question needs to be; a model that writes more has answered or explained."""

_SPEAKERS = {"user": "提问", "assistant": "回答"}


def _one_question(text: str) -> str:
    question = " ".join(text.split())
    if not 0 < len(question) <= MAX_QUESTION_CHARS:
        raise ValueError(f"must be one question of at most {MAX_QUESTION_CHARS} characters; it has {len(question)}")
    return question


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Annotated[str, AfterValidator(_one_question)]


class Rewriter:
    """Rewrites with one model. Use one per event loop."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    async def rewrite(self, question: str, history: Sequence[Turn]) -> Rewriting:
        """The question made to stand alone; the question itself where there is no history.

        Raises:
            ModelUnavailableError: the model cannot be reached, or refused.
            ModelOutputError: it replied twice in a shape that was not asked for.
        """
        if not history:
            return Rewriting(question)
        prompt, fence = load_prompt("rewrite"), Fence()
        turns = "\n\n".join(
            fence.around(number, f"{_SPEAKERS[turn.role]}：{turn.content[:MAX_TURN_CHARS]}")
            for number, turn in enumerate(history[-MAX_TURNS:], 1)
        )
        messages = prompt.render(passages=turns, fence=fence.mark, question=question)
        model = StructuredModel(self._settings)
        reply = await model.ask(messages, _Reply, lambda problem: prompt.fragment("retry", problem=problem))
        return Rewriting(reply.question, model.usage)
