"""Tells of calls of a model: what they used, how often the library tried again, what they failed of.

Reads the library's replies and errors by their attributes alone, so that it need not load it.
"""

from __future__ import annotations

import time
from typing import Any

from rag.models import Usage
from rag.spending import spend
from rag.telemetry import ModelCall, tell_model_called


def tell_well(model: str, usage: Usage, began: float, response: Any) -> None:
    """A call went well; ``began`` by ``time.perf_counter``. How often it was tried again stands in its headers."""
    headers = (getattr(response, "_hidden_params", None) or {}).get("additional_headers") or {}
    retries = int(headers.get("x-litellm-attempted-retries") or 0)
    spend(usage.tokens)
    tell_model_called(ModelCall(model, usage, time.perf_counter() - began, retries))


def tell_failed(model: str, error: Exception, began: float) -> None:
    """A call failed for good."""
    retries = int(getattr(error, "num_retries", None) or 0)
    tell_model_called(ModelCall(model, Usage(), time.perf_counter() - began, retries, type(error).__name__))
