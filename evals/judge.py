"""A model as judge: does a text support a claim, and which of two replies is better.

What it cannot be brought to say in the shape asked for is unscored, with the reason; a preference that follows the
position rather than the reply is a tie. Judgements are kept in a file, so that judging goes on where it was stopped.
Knows nothing of runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evals.errors import BudgetError
from evals.measures.measure import Unscored
from rag.adapters.fence import Fence
from rag.adapters.structured import StructuredModel
from rag.errors import ModelOutputError, ModelUnavailableError
from rag.models import Usage
from rag.prompts import load_prompt
from rag.settings import ModelSettings

Json = dict[str, Any]
Label = Literal["supported", "partial", "unsupported"]


class SupportReply(BaseModel):
    """Asked for by schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reason: str
    label: Label


class PreferReply(BaseModel):
    """Asked for by schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    reason: str
    better: Literal["first", "second", "equal"]


@dataclass(frozen=True, slots=True)
class Support:
    """What the judge says of a claim and its evidence."""

    label: Label
    reason: str


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two replies is better. ``swayed``: the judge named the same position both times, not the same reply."""

    choice: Literal["a", "b", "tie"]
    swayed: bool
    reasons: tuple[str, str]


class ModelJudge:
    """Judges with one model. Use one per event loop.

    Args:
        settings: which model, and how to reach it.
        kept: file of judgements made before and from now on; None keeps none.
        budget_usd: what may be spent.
    """

    def __init__(self, settings: ModelSettings, kept: Path | None = None, budget_usd: float | None = None) -> None:
        self._model = StructuredModel(settings)
        self._prompt = load_prompt("judge")
        self._kept = kept
        self._budget_usd = budget_usd
        self._known = _read(kept)
        self._reached = False

    @property
    def name(self) -> str:
        """Model and version of the prompt: judgements of another are not taken for this one's."""
        return f"{self._model.model} judge.md v{self._prompt.version}"

    @property
    def usage(self) -> Usage:
        """Of the calls made, not of the judgements that were kept."""
        return self._model.usage

    async def support(self, claim: str, evidence: Sequence[str]) -> Support | Unscored:
        """Whether the evidence, read together, supports the claim.

        Raises:
            ModelUnavailableError: the model did not reply once; later it is unscored.
            BudgetError: the budget is spent.
        """
        found = await self._judge("support", [claim, *evidence], SupportReply)
        return found if isinstance(found, Unscored) else Support(found["label"], found["reason"])

    async def prefer(self, question: str, a: str, b: str) -> Preference | Unscored:
        """The better of two replies, asked in both orders; only a reply preferred in both is the better one.

        Source: Zheng et al. 2023, Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, section 3.4.

        Raises:
            ModelUnavailableError: as for ``support``.
            BudgetError: as for ``support``.
        """
        straight = await self._judge("prefer", [question, a, b], PreferReply)
        if isinstance(straight, Unscored):
            return straight
        swapped = await self._judge("prefer", [question, b, a], PreferReply)
        if isinstance(swapped, Unscored):
            return swapped
        reasons = str(straight["reason"]), str(swapped["reason"])
        said = straight["better"], swapped["better"]
        if said == ("first", "second"):
            return Preference("a", False, reasons)
        if said == ("second", "first"):
            return Preference("b", False, reasons)
        return Preference("tie", said[0] == said[1] != "equal", reasons)

    async def _judge(self, task: str, material: Sequence[str], shape: type[BaseModel]) -> Json | Unscored:
        key = _key(self.name, task, material)
        if key in self._known:
            return self._known[key]
        spent = self._model.usage.cost_usd
        if self._budget_usd is not None and spent >= self._budget_usd:
            raise BudgetError(
                f"{spent:.4f} of {self._budget_usd:.4f} USD spent; judge again with a larger --budget-usd"
            )
        fence = Fence()
        shown = "\n\n".join(fence.around(number, text) for number, text in enumerate(material, 1))
        messages = self._prompt.render(fence=fence.mark, passages=shown, task=self._prompt.fragment(task))
        try:
            reply = await self._model.ask(
                messages, shape, lambda problem: self._prompt.fragment("retry", problem=problem)
            )
        except ModelOutputError as error:
            self._reached = True
            return Unscored(str(error))
        except ModelUnavailableError as error:
            if not self._reached:
                raise
            return Unscored(str(error))
        self._reached = True
        return self._keep(key, reply.model_dump())

    def _keep(self, key: str, found: Json) -> Json:
        self._known[key] = found
        if self._kept is not None:
            with self._kept.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"key": key, **found}, ensure_ascii=False) + "\n")
        return found


def _key(name: str, task: str, material: Sequence[str]) -> str:
    content = json.dumps([name, task, *material], ensure_ascii=False)
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read(path: Path | None) -> dict[str, Json]:
    """Judgements kept; a last line cut by a kill is left out, for it is judged again."""
    if path is None or not path.is_file():
        return {}
    lines = path.read_text("utf-8").split("\n")
    if lines[-1]:
        path.write_text("".join(f"{line}\n" for line in lines[:-1]), encoding="utf-8")
    rows = [json.loads(line) for line in lines[:-1]]
    return {row.pop("key"): row for row in rows}
