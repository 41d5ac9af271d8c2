"""Spans at a real collector: one a request with what was done for it, and no word of what was asked or read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.app import create_app
from rag.adapters.opentelemetry import configured_tracing
from rag.errors import SettingsError
from rag.models import Usage
from rag.pipeline import Pipeline
from rag.telemetry import ModelCall

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
QUESTION = "园区非公组织党员有多少人?"
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Collector:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def spans(self) -> list[dict[str, object]]:
        """Every span with its name, ids and attributes."""
        found = []
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        told = {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
                        ids = {"trace": span.trace_id, "id": span.span_id, "above": span.parent_span_id}
                        found.append({"name": span.name, **{of: each.hex() for of, each in ids.items()}, **told})
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_a_question_is_one_trace_with_its_steps_and_without_a_word_of_it(
    seed_pipeline: Pipeline, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENDPOINT, collector.url)
    with TestClient(create_app(seed_pipeline.settings, seed_pipeline), base_url="http://127.0.0.1") as client:
        sent = {"X-Request-ID": "abc-123", "traceparent": PARENT}
        assert client.post("/v1/answers", json={"question": QUESTION}, headers=sent).status_code == 200
        assert client.get("/v1/documents/没有这一版").status_code == 404
    spans = collector.spans()
    (asked,) = (span for span in spans if span["name"] == "POST /v1/answers")
    assert asked["trace"] == PARENT.split("-")[1]
    assert asked["above"] == PARENT.split("-")[2]
    assert asked["http.response.status_code"] == 200
    assert asked["gazette.request_id"] == "abc-123"
    steps = [span["name"] for span in spans if span["above"] == asked["id"]]
    assert {"retrieve", "generate", "verify"} <= set(steps)
    assert any(span["http.response.status_code"] == 404 for span in spans if "http.route" in span)
    sent_bytes = b"".join(collector.bodies)
    for word in (QUESTION, "1647", "没有这一版", "%E6%B2%A1"):
        assert word.encode() not in sent_bytes


def test_a_call_of_a_model_is_told_with_its_tokens(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, collector.url)
    tracing = configured_tracing()
    assert tracing is not None
    with tracing.request({}) as request:
        tracing.model_called(ModelCall("openai/some", Usage(11, 7), 0.2, retries=1, error="Timeout"))
        request.served("POST", "/v1/answers", 502, "r")
    tracing.close()
    call, above = collector.spans()
    assert call["above"] == above["id"]
    assert (call["gen_ai.usage.input_tokens"], call["gen_ai.usage.output_tokens"]) == (11, 7)
    assert call["error.type"] == "Timeout"


def test_a_collector_that_does_not_answer_holds_up_nothing(
    seed_pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:9")
    with TestClient(create_app(seed_pipeline.settings, seed_pipeline), base_url="http://127.0.0.1") as client:
        assert all(client.get("/v1/documents").status_code == 200 for _ in range(5))
    assert len([one for one in caplog.records if one.name.startswith("opentelemetry")]) < 10


def test_without_a_collector_the_library_is_not_even_imported() -> None:
    seen = (
        "import sys; from api.app import create_app; from rag.settings import Settings; create_app(Settings()); "
        "sys.exit(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", seen], check=False).returncode == 0


def test_a_collector_without_the_library_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"pip install 'gazette\[otel\]'"):
        configured_tracing()
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert configured_tracing() is None
