"""Makes the HTTP application: routes, guard, errors, documentation, the collections' life. Knows no route's work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

import rag
from api import errors, openapi
from api.access import check_routes
from api.access_log import AccessLog
from api.admission import Admission
from api.auth import Authentication
from api.batching import Batching
from api.caller import present_caller, present_scope
from api.deps import Opening, page_address
from api.evaluations import Evaluations
from api.guard import Guard
from api.mcp import Tools, http_routes, make_server
from api.routes import (
    answers,
    articles,
    batches,
    chat,
    collections,
    corrections,
    digests,
    documents,
    embeddings,
    evaluations,
    files,
    health,
    metrics,
    records,
    responses,
    search,
    summaries,
    vectors,
    verifications,
    web,
)
from api.stopping import Stopping
from rag.adapters.opentelemetry import configured_tracing
from rag.adapters.prometheus import Meter
from rag.collections import Collections, open_collections
from rag.errors import GazetteError
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.telemetry import listen

if TYPE_CHECKING:
    from mcp.server import MCPServer

_LOG = logging.getLogger(__name__)

_ROOMS = (
    documents,
    articles,
    corrections,
    search,
    answers,
    records,
    summaries,
    digests,
    verifications,
    vectors,
    collections,
    files,
    batches,
    health,
    metrics,
    chat,
    responses,
    embeddings,
    evaluations,
    web,
)
"""The modules of routes, in the order in which the description shows them."""

_DESCRIPTION = """Cited, checked answers and summaries over raw Chinese newspaper pages.

Every citation's `quote` is the document's own text at its `source_spans` (`GET /v1/documents/{id}` gives that
text; spans count Unicode code points). Errors are problem+json (RFC 9457).

A key works on its own collection. Where no key is needed, the header `Gazette-Collection` names the one a request is
for; 404 where there is none of that name, but an upload begins it."""


def create_app(
    settings: Settings,
    served: Pipeline | Collections | None = None,
    *,
    on_failure: Callable[[Exception], None] | None = None,
    url: str | None = None,
) -> FastAPI:
    """The application.

    Args:
        settings: where the data is, and the limits of the service.
        served: one open collection or several, the caller's to close; without it the application opens all of the
            data folder when it starts, beside serving ``/livez``, and closes them when it stops.
        on_failure: told the error when they cannot be opened.
        url: where it listens, as far as known; told to other processes that want its data folder.

    Raises:
        SettingsError: the environment names a collector of spans, and the library that sends them is not installed.
    """
    collections = served if served is None or isinstance(served, Collections) else Collections(served)
    opening = Opening(collections)
    build = partial(open_collections, settings, url=url) if collections is None else None
    mcp = make_server(Tools(lambda: _of_caller(opening), lambda: page_address(Request(present_scope()))))
    app = FastAPI(
        title="Gazette",
        version=rag.__version__,
        description=_DESCRIPTION,
        lifespan=lambda app: _living(app, mcp, build, on_failure),
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.opening = opening
    _equip(app, settings)
    _stand_in_front(app, settings)
    errors.install(app)
    for room in _ROOMS:
        app.include_router(room.router)
    app.router.routes.extend(http_routes(mcp, settings.serve.names))
    openapi.install(app)
    check_routes((*app.routes, *(route for room in _ROOMS for route in room.router.routes)))
    return app


def _equip(app: FastAPI, settings: Settings) -> None:
    """What routes, layers and the life of the application find in its state, the collections aside."""
    app.state.batching = Batching()
    app.state.meter = Meter(settings.model.name, by_collection=settings.serve.metrics_by_collection)
    app.state.tracing = configured_tracing()
    app.state.evaluations = Evaluations(settings.eval.path)
    app.state.stopping = Stopping(settings.serve.grace_seconds)
    app.state.stopping.at_begin(app.state.batching.stop)


def _of_caller(opening: Opening) -> Pipeline:
    """The pipeline of whoever sent the message that is being answered; nobody's is nobody's."""
    caller, collections = present_caller(), opening.require()
    if caller is None:
        raise LookupError("a tool was called by nobody")
    return collections.pipeline(caller.collection)


def _stand_in_front(app: FastAPI, settings: Settings) -> None:
    """The layers a request passes before its route, innermost first: each one added stands in front of the last."""
    serving = settings.serve
    app.add_middleware(
        Admission,
        max_at_work=serving.max_at_work,
        max_changing=serving.max_changing,
        max_waiting=serving.max_waiting,
        max_wait_seconds=serving.max_wait_seconds,
    )
    app.add_middleware(
        Authentication,
        opening=app.state.opening,
        collection=settings.store.collection,
        is_required=not serving.is_loopback,
        folder=settings.store.path,
    )
    app.add_middleware(Guard, max_upload_bytes=serving.max_upload_bytes, hosts=serving.names)
    app.add_middleware(AccessLog, meter=app.state.meter, tracing=app.state.tracing)


@asynccontextmanager
async def _living(
    app: FastAPI,
    mcp: MCPServer[Any],
    build: Callable[[], Collections] | None,
    on_failure: Callable[[Exception], None] | None,
) -> AsyncIterator[None]:
    """What runs as long as the application: the sessions of the protocol, and its own collections where it has any."""
    async with AsyncExitStack() as stack:
        stack.callback(listen(app.state.meter))
        if app.state.tracing is not None:
            stack.push_async_callback(asyncio.to_thread, app.state.tracing.close)
            stack.callback(listen(app.state.tracing))
        await stack.enter_async_context(mcp.session_manager.run())
        if build is not None:
            await stack.enter_async_context(_opened(app, build, on_failure))
        yield


@asynccontextmanager
async def _opened(
    app: FastAPI, build: Callable[[], Collections], on_failure: Callable[[Exception], None] | None
) -> AsyncIterator[None]:
    """Open the collections beside serving, work on their batches, and close them when serving ends."""
    opening: Opening = app.state.opening
    opened = asyncio.create_task(_open(opening, build, on_failure))

    async def worked() -> None:
        await asyncio.shield(opened)
        if opening.collections is not None:
            await app.state.batching.run(opening.collections)

    working = asyncio.create_task(worked())
    try:
        yield
    finally:
        app.state.stopping.begin(again=False)
        await app.state.stopping.let_end(working)
        # A thread cannot be stopped half-way; what it opens must be closed, or the data folder stays locked.
        await opened
        if opening.collections is not None:
            await asyncio.to_thread(opening.collections.close)


async def _open(
    opening: Opening, build: Callable[[], Collections], on_failure: Callable[[Exception], None] | None
) -> None:
    try:
        opening.collections = await asyncio.to_thread(build)
    except Exception as error:  # noqa: BLE001 - kept for /readyz, and handed to whoever runs the application
        _LOG.error("the pipeline could not be opened: %s", error, exc_info=not isinstance(error, GazetteError))
        opening.error = error
        if on_failure is not None:
            on_failure(error)
