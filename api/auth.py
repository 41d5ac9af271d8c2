"""Finds out who asks, what they may do, and whether it is within their limits, before any route works.

Plain ASGI, so that streamed replies stay streams and are counted to their end. No message, log or header holds a key:
only its public name leaves this module.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import Access, access_of
from api.caller import Caller, calling
from api.deps import Opening
from api.errors import Problem, of_any
from api.limits import RequestRates, within_budget
from rag.errors import GazetteError, StoreError
from rag.ledger.keys import FoundKey, KeyBook
from rag.ledger.lock import folder_pass
from rag.models import AccessScope, scopes_up_to
from rag.settings import COLLECTION_PATTERN
from rag.spending import metered
from rag.upkeep.asking import PASS_HEADER

HEADER = "Gazette-Collection"
"""Names the collection a request is for. A key has its own; without keys, whoever asks may choose."""

HOW = "send it as `Authorization: Bearer …` or `X-API-Key: …`"

_EVERYTHING = scopes_up_to("admin")
_NAME = re.compile(COLLECTION_PATTERN)
_BEGINS = ("POST", "/v1/documents")
"""The one request that may name a collection that does not exist yet: it begins one."""
_BACKUP = ("POST", "/v1/vectors")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request that may go on; ``headers`` say what is left of its key's limits."""

    caller: Caller | None
    headers: Mapping[str, str] = field(default_factory=dict)


class Authentication:
    """Puts the caller of every request into its scope, or refuses it.

    While no key was ever made, everybody who reaches the service may do everything, whatever key they send. A backup
    made beside the service needs none: it shows that it may read the data folder, where all there is to take stands.

    Args:
        app: what stands behind.
        opening: gives the collections, whose ledger holds the keys.
        rates: how often each key has asked.
        collection: what callers without a key see, unless they name another.
        is_required: a key is needed even where none was ever made: others reach the service.
        folder: the data folder, with the word of those who may read it.
        now: the time, with its zone.
    """

    def __init__(
        self,
        app: ASGIApp,
        opening: Opening,
        collection: str,
        *,
        rates: RequestRates | None = None,
        is_required: bool = False,
        folder: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.app = app
        self._opening = opening
        self._rates = rates or RequestRates()
        self._collection = collection
        self._is_required = is_required
        self._folder = folder
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            admitted = await self._admitted(scope)
        except (Problem, GazetteError) as error:
            await of_any(error).response(scope["path"])(scope, receive, send)
            return
        caller = admitted.caller
        if caller is None:
            await self.app(scope, receive, send)
            return
        with calling(scope, caller), metered() as meter:
            try:
                await self.app(scope, receive, _with(send, admitted.headers))
            finally:
                if caller.key_id is not None and meter.tokens:
                    # Also for a reply that broke off: the model was paid for what it wrote.
                    await run_in_threadpool(self._keys().spend, caller.key_id, meter.tokens, self._now())

    async def _admitted(self, scope: Scope) -> _Admitted:
        """Who asks, once all is well.

        Raises:
            Problem: 401 no key, or not a good one; 403 not for this, or not this collection; 404 no such collection;
                422 no name of one; 429 too much; 503 not open yet.
        """
        needed, asks_a_model = access_of(scope["method"], scope["path"])
        if needed == "open" and self._opening.collections is None:
            return _Admitted(None)
        headers = Headers(scope=scope)
        secret = _secret(headers)
        found, is_required = await run_in_threadpool(self._look_up, secret)
        if not is_required or await run_in_threadpool(self._reads_folder, scope, headers):
            chosen = _named(headers) or self._collection
            if chosen != self._collection and (scope["method"], scope["path"]) != _BEGINS:
                await run_in_threadpool(self._check_known, chosen)
            return _Admitted(Caller(None, _EVERYTHING, chosen))
        if found is None:
            if needed == "open":
                return _Admitted(None)
            raise _unknown(is_sent=secret is not None)
        caller = Caller(found.key.key_id, scopes_up_to(found.key.scope), found.key.collection)
        if _named(headers) not in (None, caller.collection):
            # The same whether there is such a collection or not: a key learns of none but its own.
            raise _elsewhere(caller.collection)
        _check_scope(caller, needed)
        return self._within_limits(caller, found, needed, asks_a_model=asks_a_model)

    def _reads_folder(self, scope: Scope, headers: Headers) -> bool:
        """Whether a backup asks that showed the folder's word."""
        shown = headers.get(PASS_HEADER)
        if shown is None or self._folder is None or (scope["method"], scope["path"]) != _BACKUP:
            return False
        word = folder_pass(self._folder)
        return word is not None and compare_digest(shown.encode(), word.encode())

    def _within_limits(self, caller: Caller, found: FoundKey, needed: Access, *, asks_a_model: bool) -> _Admitted:
        headers = self._rates.admit(found) if needed != "open" else {}
        if asks_a_model:
            headers |= within_budget(found, self._now())
        return _Admitted(caller, headers)

    def _check_known(self, collection: str) -> None:
        if not self._opening.require().holds(collection):
            detail = f"no collection {collection!r} here; POST /v1/documents with the same {HEADER} begins it"
            raise Problem(404, "no-collection", "No such collection", detail)

    def _look_up(self, secret: str | None) -> tuple[FoundKey | None, bool]:
        """The key, and whether one is needed."""
        keys = self._keys()
        found = keys.find(secret, self._now()) if secret else None
        if found is None:
            return None, self._is_required or keys.any_made()
        try:
            keys.touch(found.key, self._now())
        except StoreError as error:
            # A full disk does not lock readers out.
            _LOG.warning("the use of %s could not be noted: %s", found.key.key_id, error)
        return found, True

    def _keys(self) -> KeyBook:
        return self._opening.require().own.ledger.keys


def _secret(headers: Headers) -> str | None:
    """The key as sent, if one was; OpenAI's clients send a bearer token."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return headers.get("x-api-key", "").strip() or None


def _unknown(*, is_sent: bool) -> Problem:
    """The same for a key that never was and for one that was revoked."""
    told = "this key is not known here, or was revoked" if is_sent else f"this service needs a key; {HOW}"
    detail = f"{told}; `gazette keys create` makes one"
    return Problem(401, "invalid-api-key", "No valid key", detail, headers={"WWW-Authenticate": "Bearer"})


def _named(headers: Headers) -> str | None:
    """The collection a request names, if it does.

    Raises:
        Problem: 422, no collection can have that name, or several are named.
    """
    names = set(headers.getlist(HEADER))
    if not names:
        return None
    name = names.pop()
    if names or not _NAME.fullmatch(name):
        detail = f"{HEADER}: name one collection: up to 63 letters, digits, - and _, a letter or digit first"
        raise Problem(422, "collection-name", "Not the name of a collection", detail)
    return name


def _elsewhere(collection: str) -> Problem:
    """Says nothing of the collection that was named: the caller has no business with it."""
    detail = f"this key opens collection {collection!r} and no other; leave {HEADER} out, or use that one's key"
    return Problem(403, "other-collection", "Not this key's collection", detail)


def _check_scope(caller: Caller, needed: Access) -> None:
    scopes: frozenset[str] = caller.scopes
    if needed in ("open", "unknown") or needed in scopes:
        return
    best: AccessScope = "write" if "write" in scopes else "read"
    detail = f"{caller.key_id} may {best}; this needs a key with `--scope {needed}`"
    raise Problem(403, "key-scope", "This key may not do that", detail)


def _with(send: Send, added: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(added)
        await send(message)

    return sending
