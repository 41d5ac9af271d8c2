"""Embeddings in OpenAI's shape: floats or base64, the prefix by the model's name, nothing cut in silence."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import numpy as np
import pytest

from api.embedding_bodies import MAX_TEXTS
from rag.embedding import AT_A_TIME, Embedding
from rag.protocols import Vectors
from tests.fakes import HashingEmbedder
from tests.unit.api.fakes import FakePipeline

URL = "/v1/embeddings"


def _body(**values: Any) -> dict[str, Any]:
    return {"model": "gazette-embedding", "input": "图书馆", **values}


async def test_vectors_come_in_order_of_the_texts_with_their_tokens(client: httpx.AsyncClient) -> None:
    texts = [f"第{number}座桥" for number in range(AT_A_TIME + 3)]
    reply = (await client.post(URL, json=_body(input=texts))).json()
    assert [one["index"] for one in reply["data"]] == list(range(len(texts)))
    made = np.array([one["embedding"] for one in reply["data"]], np.float32)
    assert np.array_equal(made, HashingEmbedder().embed_passages(texts))
    tokens = sum(HashingEmbedder().count_tokens(texts))
    assert reply["usage"] == {"prompt_tokens": tokens, "total_tokens": tokens}


async def test_base64_holds_the_same_floats(client: httpx.AsyncClient) -> None:
    plain = (await client.post(URL, json=_body())).json()["data"][0]["embedding"]
    coded = (await client.post(URL, json=_body(encoding_format="base64"))).json()["data"][0]["embedding"]
    assert np.array_equal(np.frombuffer(base64.b64decode(coded), "<f4"), np.array(plain, np.float32))


class Prefixing(HashingEmbedder):
    """Reads a passage otherwise than a question."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return super().embed_passages([f"p{text}" for text in texts])


async def test_the_model_s_name_says_whether_texts_are_passages_or_questions(
    client: httpx.AsyncClient, pipeline: FakePipeline
) -> None:
    embedder = Prefixing()
    pipeline.embedding = Embedding(embedder, ThreadPoolExecutor(1))
    made_by = {"gazette-embedding": embedder.embed_passages, "gazette-embedding-query": embedder.embed_queries}
    for model, made in made_by.items():
        reply = (await client.post(URL, json=_body(model=model))).json()
        assert np.array_equal(np.array(reply["data"][0]["embedding"], np.float32), made(["图书馆"])[0])


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"input": []}, "input", "0 texts"),
        ({"input": ["桥"] * (MAX_TEXTS + 1)}, "input", f"1 to {MAX_TEXTS}"),
        ({"input": ["桥", " "]}, "input.1", "empty"),
        ({"input": ""}, "input", "empty"),
        ({"input": [12, 34]}, "input.0", "token numbers"),
        ({"input": [[12, 34]]}, "input.0", "token numbers"),
        ({"input": ["桥", "\ud800"]}, "input.1", "surrogate"),
        ({"input": ["桥", "桥" * 600]}, "input.1", "602 tokens; the model reads 512"),
        ({"dimensions": 32}, "dimensions", "have 64"),
    ],
)
async def test_what_cannot_be_embedded_is_refused_by_its_field(
    client: httpx.AsyncClient, change: dict[str, Any], field: str, words: str
) -> None:
    sent = json.dumps(_body(**change)).encode()
    reply = await client.post(URL, content=sent, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["error"]["param"] == field
    assert words in reply.json()["error"]["message"]


async def test_dimensions_may_be_said_if_they_are_the_model_s(client: httpx.AsyncClient) -> None:
    assert (await client.post(URL, json=_body(dimensions=64, encoding_format=None))).status_code == 200


async def test_only_embedding_models_embed(client: httpx.AsyncClient) -> None:
    reply = await client.post(URL, json=_body(model="gazette-qa"))
    assert reply.status_code == 404
    assert "gazette-embedding" in reply.json()["error"]["message"]
