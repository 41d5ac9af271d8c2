"""Articles: every piece of every page, filtered and paged."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api import replies, schemas
from api.deps import OpenPipeline
from api.openapi import problems
from api.paging import paged
from rag.models import Article
from rag.serialise import ALONE, Json, article_json

router = APIRouter(prefix="/v1/articles", tags=["articles"])


@router.get("", summary="List articles", response_model=replies.ArticlesReply, responses=problems(404, 422, 503))
async def listed(pipeline: OpenPipeline, query: Annotated[schemas.ArticleQuery, Query()]) -> JSONResponse:
    """Pieces of every kind by document and position; `kind=article` for articles alone.

    An article without a full date never satisfies `from` or `to`.
    """
    found = await run_in_threadpool(
        pipeline.articles, filters=query.filters(), limit=query.limit + 1, after=query.after
    )
    turns = await run_in_threadpool(pipeline.turns, [article for article, _ in found])
    told = await run_in_threadpool(pipeline.copies, [article.article_id for article, _ in found])

    def shape(pair: tuple[Article, str]) -> Json:
        name = pair[0].article_id
        return article_json(*pair, turns.get(name, ALONE), told.get(name))

    return paged(found, query.limit, key=lambda pair: pair[0].article_id, shape=shape)


@router.get(
    "/{article_id}", summary="Read one article", response_model=replies.ArticleReply, responses=problems(404, 503)
)
async def one(
    pipeline: OpenPipeline, article_id: Annotated[str, Path(description="`article_id` of an article.")]
) -> JSONResponse:
    """One article."""
    article, document = await run_in_threadpool(pipeline.article, article_id)
    turns = await run_in_threadpool(pipeline.turns, [article])
    told = await run_in_threadpool(pipeline.copies, [article_id])
    return JSONResponse(article_json(article, document, turns.get(article_id, ALONE), told.get(article_id)))
