"""The web page: static files of the package, under a policy that lets them talk to this service and to nothing else."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.errors import Problem

router = APIRouter(include_in_schema=False)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Revalidated at every visit: after an upgrade no half of an old page meets the new service.
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}


@router.get("/")
def page() -> Response:
    """The page."""
    return _file("index.html")


@router.get("/web/{name}")
def asset(name: Annotated[str, Path(pattern=r"^[a-z]+\.(js|css|svg)$")]) -> Response:
    """One file the page is made of.

    Raises:
        Problem: 404, there is none of that name.
    """
    return _file(name)


def _file(name: str) -> Response:
    found = files("api") / "web" / name
    if not found.is_file():
        raise Problem(404, "not-found", "Not found", f"/web/{name}: the page has no such file")
    return Response(found.read_bytes(), media_type=_TYPES[name[name.rindex(".") :]], headers=_HEADERS)
