"""Who asks stands in the scope of every request, for whatever logs, counts or admits it."""

from __future__ import annotations

import httpx
from fastapi import FastAPI, Request

from api.caller import Caller, caller_of
from rag.models import scopes_up_to


async def test_without_keys_a_caller_is_nobody_known_and_may_do_everything(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    seen: list[Caller | None] = []

    @app.get("/seen")
    async def see(request: Request) -> None:
        seen.append(caller_of(request.scope))

    assert (await client.get("/seen")).status_code == 200
    assert seen == [Caller(None, scopes_up_to("admin"), "default")]


def test_a_scope_nobody_looked_at_has_no_caller() -> None:
    assert caller_of({"type": "http"}) is None
