"""Calls one model through LiteLLM: retries, time limit, price, and errors that say what to do.

The only module that imports the library, and only at the first call. Knows nothing of prompts or of a reply's shape.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import warnings
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import SecretStr

from rag.adapters.calls import tell_failed, tell_well
from rag.adapters.ending import Ending, is_overlong, problem_of
from rag.adapters.failures import first_line, unavailable
from rag.adapters.native import cited_in
from rag.errors import ModelUnavailableError
from rag.models import Usage
from rag.settings import DeploymentSettings, ModelSettings
from rag.spending import charged_if_cut

logger = logging.getLogger(__name__)
T = TypeVar("T")
Messages = list[dict[str, str]]

_OFFLINE = {
    # Otherwise the library fetches price and header tables at import, and reads a .env file.
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_MODE": "PRODUCTION",
}
_GROUP = "gazette"
_RETRIED_OUTSIDE: ContextVar[bool] = ContextVar("retried_outside", default=False)


@dataclass(slots=True)
class _Deployment:
    """One of the models that may be asked, under the name the Router knows it by."""

    group: str
    name: str
    api_base: str | None
    api_key: SecretStr | None
    takes_schema: bool = True

    def where(self) -> str:
        return f"model {self.name}" + (f" at {self.api_base}" if self.api_base else "")

    def secret(self) -> str:
        return self.api_key.get_secret_value() if self.api_key else ""

    def key(self) -> str | None:
        if self.api_key:
            return self.secret()
        # A server on this machine asks for no key, the client library does; no real one goes there.
        return "none" if self.api_base and _is_loopback(self.api_base) else None


@contextmanager
def retried_outside() -> Iterator[None]:
    """Within, each call is made once: whoever asks tries again by rules of its own, and must hear of every refusal.

    A batch slows down for all of its workers when one is told to wait; a retry down here would keep that to itself.
    """
    token = _RETRIED_OUTSIDE.set(True)
    try:
        yield
    finally:
        _RETRIED_OUTSIDE.reset(token)


class RemoteModel:
    """One model, and those to turn to when it cannot be reached, behind the library's Router. One per event loop."""

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        models: tuple[DeploymentSettings, ...] = (settings, *settings.fallbacks)
        self._deployments = [
            _Deployment(f"{_GROUP}-{at}", one.name, one.api_base, one.api_key) for at, one in enumerate(models)
        ]
        self._loading = Lock()

    async def complete(self, messages: Messages, schema: Mapping[str, Any]) -> tuple[str, Ending]:
        """The whole reply.

        Args:
            messages: role and content each.
            schema: JSON schema of the reply, sent where the model takes one.

        Raises:
            ModelUnavailableError: the model cannot be reached, refused, or took too long.
        """
        began = time.perf_counter()
        with charged_if_cut(messages):
            response, used = await self._call(messages, schema)
        choice = response.choices[0]
        text, limit = choice.message.content or "", self._settings.max_output_tokens
        problem = problem_of(choice.finish_reason, _refusal_in(choice.message), len(text), limit)
        cited = () if problem else cited_in(choice.message)
        ending = Ending(_usage(used, response.usage), problem, used.name, cited)
        tell_well(used.name, ending.usage, began, response)
        return text, ending

    async def stream(self, messages: Messages, schema: Mapping[str, Any]) -> AsyncGenerator[str | Ending, None]:
        """The reply's text piece by piece, and its ending last; arguments and errors as for ``complete``."""
        began = time.perf_counter()
        response, used = await self._call(messages, schema, stream=True, stream_options={"include_usage": True})
        usage, refusal, clock = Usage(), "", asyncio.get_running_loop().time
        deadline, limit = clock() + self._settings.timeout_seconds, self._settings.max_output_tokens
        with charged_if_cut(messages) as cut:
            async with aclosing(response):
                while (chunk := await self._guarded(used, anext(response, None), deadline - clock())) is not None:
                    if getattr(chunk, "usage", None) is not None:
                        usage = _usage(used, chunk.usage)
                    for choice in chunk.choices:
                        refusal += _refusal_in(choice.delta)
                        if choice.delta.content:
                            cut.written += len(choice.delta.content)
                            yield choice.delta.content
                    if is_overlong(cut.written + len(refusal), limit):
                        break
        if not response.chunks:
            raise _unavailable(used, ValueError("nothing came that is a piece of a reply"))
        # The library ends every stream with a finish reason of its own making; what it keeps is what was received.
        received = [choice.finish_reason for chunk in response.chunks for choice in chunk.choices]
        problem = problem_of(next(filter(None, received), None), refusal, cut.written, limit)
        tell_well(used.name, usage, began, response)
        yield Ending(usage, problem, used.name)

    async def _call(self, messages: Messages, schema: Mapping[str, Any], **options: Any) -> tuple[Any, _Deployment]:
        """One model call, of the first model that can be reached; and which one that was."""
        *before, last = self._deployments
        for deployment in before:
            try:
                return await self._call_one(deployment, messages, schema, **options), deployment
            except ModelUnavailableError as error:
                logger.warning("%s; turning to the next model", error)
        return await self._call_one(last, messages, schema, **options), last

    async def _call_one(
        self, deployment: _Deployment, messages: Messages, schema: Mapping[str, Any], **options: Any
    ) -> Any:
        """A model that refuses the schema is asked in words alone from then on."""
        if deployment.takes_schema:
            named = {"name": "reply", "strict": True, "schema": schema}
            try:
                return await self._request(
                    deployment, messages, response_format={"type": "json_schema", "json_schema": named}, **options
                )
            except _SchemaRefusedError as error:
                logger.warning("%s takes no JSON schema, asking in words: %s", deployment.name, error)
                deployment.takes_schema = False
        return await self._request(deployment, messages, **options)

    async def _request(self, deployment: _Deployment, messages: Messages, **options: Any) -> Any:
        router = await asyncio.to_thread(self._load)
        settings, retries = self._settings, self._settings.max_retries
        if _RETRIED_OUTSIDE.get():
            retries = options["num_retries"] = 0  # zero in a call overrules the Router's policy
        asked = router.acompletion(
            model=deployment.group,
            messages=messages,
            temperature=settings.temperature,
            max_tokens=settings.max_output_tokens,
            **options,
        )
        # The library keeps the limit of each attempt but not of a reply that dribbles in; this one is of all attempts.
        seconds = settings.timeout_seconds * (retries + 1)
        return await self._guarded(deployment, asked, seconds, with_schema="response_format" in options)

    async def _guarded(
        self, deployment: _Deployment, work: Awaitable[T], seconds: float, *, with_schema: bool = False
    ) -> T:
        """Await a call of the library for so long at most, and turn its errors into ours."""
        import httpx
        import openai
        from litellm.exceptions import ContentPolicyViolationError, ContextWindowExceededError

        began = time.perf_counter()
        try:
            return await asyncio.wait_for(work, seconds)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            tell_failed(deployment.name, error, began)
            if with_schema and not isinstance(error, (ContextWindowExceededError, ContentPolicyViolationError)):
                raise _SchemaRefusedError(first_line(error, deployment.secret())) from error
            raise _unavailable(deployment, error) from error
        except (openai.OpenAIError, httpx.HTTPError, TimeoutError, ValueError) as error:
            tell_failed(deployment.name, error, began)
            raise _unavailable(deployment, error) from error

    def _load(self) -> Any:
        with self._loading:
            return self._router

    @cached_property
    def _router(self) -> Any:
        litellm = _import_litellm()
        from litellm.types.router import RetryPolicy

        settings = self._settings
        retries = settings.max_retries
        try:
            return litellm.Router(
                model_list=[self._listed(deployment) for deployment in self._deployments],
                num_retries=retries,
                retry_policy=RetryPolicy(
                    BadRequestErrorRetries=0,
                    AuthenticationErrorRetries=0,
                    TimeoutErrorRetries=0,
                    ContentPolicyViolationErrorRetries=0,
                    RateLimitErrorRetries=retries,
                    InternalServerErrorRetries=retries,
                ),
                disable_cooldowns=True,  # turning to another model is decided here, where a refused schema is known
            )
        except (litellm.exceptions.BadRequestError, ValueError) as error:
            raise _unavailable(self._deployments[0], error) from error

    def _listed(self, deployment: _Deployment) -> dict[str, Any]:
        return {
            "model_name": deployment.group,
            "litellm_params": {
                "model": deployment.name,
                "api_base": deployment.api_base,
                "api_key": deployment.key(),
                "timeout": self._settings.timeout_seconds,
                "max_retries": 0,  # of the client below; the Router owns retries
                "drop_params": True,  # such as a temperature that a model does not let one choose
            },
        }


def _usage(deployment: _Deployment, counts: Any) -> Usage:
    """Tokens as the provider counts them, at list price; a model without a listed price costs nothing."""
    prompt, completion = counts.prompt_tokens or 0, counts.completion_tokens or 0
    prices = prices_per_token(deployment.name) or (0.0, 0.0)
    return Usage(prompt, completion, prompt * prices[0] + completion * prices[1])


def _refusal_in(message: Any) -> str:
    """What a model says instead of a reply, beside its content; the library keeps it in one of two places."""
    fields = getattr(message, "provider_specific_fields", None) or {}
    return getattr(message, "refusal", None) or fields.get("refusal") or ""


def _unavailable(deployment: _Deployment, error: Exception) -> ModelUnavailableError:
    return unavailable(deployment.where(), error, deployment.secret())


def _import_litellm() -> Any:
    os.environ.update(_OFFLINE)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*`ReadOnly` qualifier.*")  # about the library's own types
        import litellm
        from litellm.types import utils

        for kind in (utils.Message, utils.Delta):  # otherwise built, with that warning, at the first reply
            kind.model_rebuild()
    litellm.disable_aiohttp_transport = True  # it leaves sessions open that nobody can close
    litellm.suppress_debug_info = True  # it prints to stdout, which is for data
    for name in ("LiteLLM", "LiteLLM Router"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # every error reaches the user once, as ours
    return litellm


class _SchemaRefusedError(Exception):
    """The provider refused a request that carried a JSON schema."""


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def prices_per_token(model: str) -> tuple[float, float] | None:
    """List prices in USD of one prompt and one completion token; None for a model without a listed price."""
    litellm = _import_litellm()
    price = litellm.model_cost.get(model) or litellm.model_cost.get(model.partition("/")[2])
    if not price:
        return None
    return price.get("input_cost_per_token") or 0.0, price.get("output_cost_per_token") or 0.0
