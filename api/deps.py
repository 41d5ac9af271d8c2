"""What routes need from the application: the caller's pipeline once it is open, and a way to stop unwanted work."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from api.caller import Caller, caller_of
from api.errors import CLIENT_GONE, RETRY_SECONDS, Problem
from api.stopping import shutting_down
from rag.collections import Collections
from rag.pipeline import Pipeline

T = TypeVar("T")


class Opening:
    """The collections on their way: not yet open (``collections`` and ``error`` None), open, or failed."""

    def __init__(self, collections: Collections | None = None) -> None:
        self.collections = collections
        self.error: Exception | None = None

    def require(self) -> Collections:
        """The open collections.

        Raises:
            Problem: 503, still opening or could not be opened.
        """
        if self.collections is not None:
            return self.collections
        if self.error is not None:
            detail = f"the pipeline could not be opened: {self.error}"
            raise Problem(503, "not-ready", "Not ready", detail)
        detail = "the pipeline is being opened; ask again in a few seconds, /readyz says when"
        raise Problem(503, "not-ready", "Not ready", detail, headers={"Retry-After": str(RETRY_SECONDS)})


def opening_of(request: Request) -> Opening:
    """The application's collections, open or not."""
    opening: Opening = request.app.state.opening
    return opening


def open_pipeline(request: Request) -> Pipeline:
    """The pipeline of the caller's collection; of the service's own where nobody needs to be known.

    Raises:
        Problem: 503 until there is one.
    """
    collections, caller = opening_of(request).require(), caller_of(request.scope)
    return collections.pipeline(caller.collection) if caller else collections.own


def page_address(request: Request) -> str:
    """Where the web page shows the caller's collection; to this ``#/pages/…`` is added."""
    collections, caller = opening_of(request).require(), caller_of(request.scope)
    return f"{request.base_url}{chosen(collections, caller)}"


def chosen(collections: Collections, caller: Caller | None) -> str:
    """What tells the page which collection, where neither a key does nor the service's own is meant."""
    if caller is None or caller.key_id is not None or caller.collection == collections.own.collection:
        return ""
    return f"?collection={caller.collection}"


OpenPipeline = Annotated[Pipeline, Depends(open_pipeline)]


async def gone(request: Request) -> None:
    """Return when the client has hung up. Only for after the body was read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Await ``work``, but cancel it as soon as the client hangs up: a model call costs money and a thread.

    Only for work that changes nothing; a write runs to its end, whoever still listens.

    Raises:
        Problem: the client has gone (nobody will read it), or the service is stopped before the work is done.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone(request))
    stopping = asyncio.ensure_future(request.app.state.stopping.over.wait())
    try:
        await asyncio.wait({working, leaving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done() and not leaving.done():
            raise shutting_down()
        if not working.done():
            raise Problem(CLIENT_GONE, "client-gone", "Client gone", "the client hung up; the work was cancelled")
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()
        stopping.cancel()
