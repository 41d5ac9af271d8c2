"""What OpenAI's own client says of a service: run with any version of it, prints one JSON object.

Knows nothing of the tests that read it, nor of the environment it runs in.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import openai
from openai import OpenAI

QUESTION = "六安经开区园区非公组织党员有多少人?"
FOLLOW_UP = "那单独组建的非公企业党组织有多少个?"
ASKED: Any = [{"role": "user", "content": QUESTION}]


def chat(client: OpenAI) -> Any:
    """A chat, whole and streamed, with what it costs."""
    whole = client.chat.completions.create(model="gazette-qa", messages=ASKED)
    message = whole.choices[0].message
    text, finished, tokens, annotations = "", [], None, None
    for piece in client.chat.completions.create(
        model="gazette-qa", messages=ASKED, stream=True, stream_options={"include_usage": True}
    ):
        for choice in piece.choices:
            text += choice.delta.content or ""
            finished.append(choice.finish_reason)
            annotations = getattr(choice.delta, "annotations", None) or annotations
        tokens = piece.usage.total_tokens if piece.usage else tokens
    places = [one.url_citation for one in message.annotations or []]
    content = message.content or ""
    return {
        "text": content,
        "quoted": [content[place.start_index : place.end_index] for place in places],
        "citations": (whole.model_extra or {})["citations"],
        "tokens": whole.usage.total_tokens if whole.usage else None,
        "streamed": {"text": text, "finished": finished, "tokens": tokens, "annotations": len(annotations or [])},
    }


def conversation(client: OpenAI) -> Any:
    """A follow-up, and a question the pages do not answer."""
    first = client.chat.completions.create(model="gazette-qa", messages=ASKED).choices[0].message.content
    turns: Any = [*ASKED, {"role": "assistant", "content": first}, {"role": "user", "content": FOLLOW_UP}]
    second = client.chat.completions.create(model="gazette-qa", messages=turns)
    alone: Any = [{"role": "user", "content": "光合作用在哪一年被发现?"}]
    refused = client.chat.completions.create(model="gazette-qa", messages=alone)
    return {
        "second": second.choices[0].message.content,
        "refused": refused.choices[0].message.content,
        "abstention": (refused.model_extra or {})["abstention"],
    }


def writing(client: OpenAI) -> Any:
    """A summary and a digest."""
    asked: Any = [{"role": "user", "content": "非公党建"}]
    found = {}
    for model in ("gazette-summary", "gazette-digest"):
        reply = client.chat.completions.create(model=model, messages=asked)
        found[model] = reply.choices[0].message.content
    return found


def responses(client: OpenAI) -> Any:
    """A response, one that goes on from it, and a streamed one."""
    first = client.responses.create(model="gazette-qa", input=QUESTION)
    [part] = [part for item in first.output if item.type == "message" for part in item.content]
    quoted = [
        first.output_text[one.start_index : one.end_index]
        for one in (part.annotations if part.type == "output_text" else [])
        if one.type == "url_citation"
    ]
    second = client.responses.create(model="gazette-qa", input=FOLLOW_UP, previous_response_id=first.id)
    names, text = [], ""
    with client.responses.stream(model="gazette-qa", input=QUESTION) as stream:
        for event in stream:
            names.append(event.type)
            text += event.delta if event.type == "response.output_text.delta" else ""
        final = stream.get_final_response()
    return {
        "text": first.output_text,
        "quoted": quoted,
        "second": second.output_text,
        "streamed": {"names": names, "text": text, "final": final.output_text, "status": final.status},
    }


def embeddings(client: OpenAI) -> Any:
    """Vectors as the client asks for them by itself (base64), and as plain numbers."""
    texts = ["非公组织党员人数", "今天的天气"]
    passages = [one.embedding for one in client.embeddings.create(model="gazette-embedding", input=texts).data]
    plain = client.embeddings.create(model="gazette-embedding", input=texts, encoding_format="float")
    asked = client.embeddings.create(model="gazette-embedding-query", input=QUESTION)
    query = asked.data[0].embedding
    return {
        "same": max(abs(a - b) for a, b in zip(passages[0], plain.data[0].embedding, strict=True)),
        "length": sum(value * value for value in query),
        "cosines": [sum(a * b for a, b in zip(query, row, strict=True)) for row in passages],
        "tokens": plain.usage.prompt_tokens,
    }


def batch(client: OpenAI) -> Any:
    """A file of requests sent, worked through, its output read, and the file deleted."""
    line = {"custom_id": "a", "method": "POST", "url": "/v1/answers", "body": {"question": QUESTION}}
    wrong = {"custom_id": "b", "method": "POST", "url": "/v1/answers", "body": {}}
    content = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in (line, wrong)).encode()
    kept = client.files.create(file=("requests.jsonl", content), purpose="batch")
    endpoint: Any = "/v1/answers"
    made = client.batches.create(input_file_id=kept.id, endpoint=endpoint, completion_window="24h")
    until = time.monotonic() + 120
    while made.status not in ("completed", "failed", "cancelled") and time.monotonic() < until:
        time.sleep(0.1)
        made = client.batches.retrieve(made.id)
    return {
        "listed": kept.id in [one.id for one in client.files.list()],
        "status": made.status,
        "counts": made.request_counts.model_dump() if made.request_counts else None,
        "output": client.files.content(made.output_file_id or "").text,
        "errors": client.files.content(made.error_file_id or "").text,
        "deleted": client.files.delete(kept.id).deleted,
    }


def refusals(client: OpenAI) -> Any:
    """What the client makes of our errors."""
    tries: dict[str, Callable[[], Any]] = {
        "model": lambda: client.chat.completions.create(model="gpt-4o", messages=ASKED),
        "choices": lambda: client.chat.completions.create(model="gazette-qa", messages=ASKED, n=2),
        "tools": lambda: client.responses.create(model="gazette-qa", input="?", tools=[{"type": "web_search"}]),
        "previous": lambda: client.responses.create(model="gazette-qa", input="?", previous_response_id="resp_x"),
        "tokens": lambda: client.embeddings.create(model="gazette-embedding", input=[1, 2]),
    }
    found = {}
    for name, attempt in tries.items():
        try:
            attempt()
        except openai.APIStatusError as error:
            found[name] = [type(error).__name__, error.param, error.code]
    return found


def main() -> None:
    """Ask everything of the service whose address is the only argument."""
    client = OpenAI(base_url=f"{sys.argv[1]}/v1", api_key="any", timeout=120, max_retries=0)
    stories = (chat, conversation, writing, responses, embeddings, batch, refusals)
    told = {story.__name__: story(client) for story in stories}
    models = [one.id for one in client.models.list()]
    print(json.dumps({"version": openai.__version__, "models": models, **told}))


if __name__ == "__main__":
    main()
