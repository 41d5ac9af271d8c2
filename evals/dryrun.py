"""What a run would ask: samples by type, tokens and cost, without asking. Knows nothing of how a run is made."""

from __future__ import annotations

from collections import Counter
from typing import Any

from evals.runner import Job
from evals.samples import Sample
from rag.adapters.completions import prices_per_token
from rag.adapters.tiktoken import count_tokens

PROMPT_TOKENS = 700
"""Instructions of our answering prompt, about; added to every question sent to a model."""
REPLY_TOKENS = 250
"""A reply of a few cited claims, about."""


def estimate(job: Job) -> dict[str, Any]:
    """Counts of the run; tokens are what a model would be sent, 0 for the extractive one.

    Evidence of questions over a corpus is counted at its longest. ``cost_usd`` is null where the price is not known.
    """
    asked = job.asked()
    remote = [sample for sample in asked if sample.task in ("ask", "read", "summarise")]
    local = job.target.name == "pipeline" and job.target.model == "extractive"
    texts = [_text(sample) for sample in remote]
    counted = 0 if local else sum(count_tokens(texts)) + len(remote) * PROMPT_TOKENS
    written = 0 if local else len(remote) * REPLY_TOKENS
    limits = job.settings.retrieve.evidence * job.settings.chunk.max_tokens
    if not local:
        counted += limits * sum(sample.task == "ask" for sample in remote)
    return {
        "suite": job.suite.name,
        "n": len(asked),
        "types": dict(Counter(sample.type for sample in asked)),
        "target": job.target.name,
        "model": job.target.model,
        "prompt_tokens": counted,
        "completion_tokens": written,
        "cost_usd": 0.0 if local else _cost(job, counted, written),
        "budget_usd": job.budget_usd,
    }


def _cost(job: Job, prompt_tokens: int, completion_tokens: int) -> float | None:
    """At list prices; what is kept from an earlier run costs nothing, so this is the most."""
    prices = prices_per_token(job.target.model) if job.target.name == "pipeline" else None
    return round(prompt_tokens * prices[0] + completion_tokens * prices[1], 4) if prices else None


def _text(sample: Sample) -> str:
    given = [text["text"] for text in sample.input.get("texts", ())]
    history = [turn["content"] for turn in sample.input.get("history", ())]
    return "\n".join([sample.input.get("question", ""), *history, *given])
