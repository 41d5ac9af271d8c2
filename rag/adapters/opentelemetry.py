"""Sends spans of requests, their steps and calls of models to a collector (OTLP over HTTP). Off until one is named.

The only module that imports the library, and only where a collector is named, in OpenTelemetry's own variables
(https://opentelemetry.io/docs/specs/otel/protocol/exporter/). A span holds route templates, statuses, times, models and
tokens; never an address asked for, a question, a page or a key. Knows nothing of HTTP or of the ledger.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import rag
from rag.errors import SettingsError
from rag.models import Answer
from rag.telemetry import Listener, ModelCall

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NANOSECONDS = 1_000_000_000
_FLUSH_MILLISECONDS = 3000
"""A collector that does not answer holds up neither a request nor, longer than this, the end of the service."""


class RequestSpan:
    """The span of one request, open while it is served."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def served(self, method: str, route: str, status: int, request_id: str) -> None:
        """Say what became of it.

        Args:
            method: of HTTP.
            route: a template, never the address asked for.
            status: of HTTP.
            request_id: as in the log.
        """
        from opentelemetry.trace import StatusCode

        self._span.update_name(f"{method} {route}")
        self._span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "gazette.request_id": request_id,
            }
        )
        if status >= 500:
            self._span.set_status(StatusCode.ERROR)


class Tracing(Listener):
    """Spans of one service. Close it, so that the last ones are sent."""

    def __init__(self, exporter: SpanExporter) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        name = os.environ.get("OTEL_SERVICE_NAME", "gazette")
        resource = Resource.create({"service.name": name, "service.version": rag.__version__})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=_FLUSH_MILLISECONDS))
        self._tracer = self._provider.get_tracer("gazette", rag.__version__)

    @contextmanager
    def request(self, headers: Mapping[str, str]) -> Iterator[RequestSpan]:
        """A request is served while this block runs; its ``traceparent``, if any, names the span it belongs to."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        above = TraceContextTextMapPropagator().extract(dict(headers))
        # What goes wrong is told by status alone: the text of an error may quote a page.
        with self._tracer.start_as_current_span(
            "request", above, SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            yield RequestSpan(span)

    def answered(self, answer: Answer) -> None:
        """The steps of an answer that was given just now, one after the other."""
        ends = time.time_ns()
        began = ends - int(sum(answer.timings_ms.values()) * 1e6)
        for step, milliseconds in answer.timings_ms.items():
            span = self._tracer.start_span(step, start_time=began)
            began += int(milliseconds * 1e6)
            span.end(began)

    def model_called(self, call: ModelCall) -> None:
        """A call of a model, by the conventions for generative models."""
        from opentelemetry.trace import SpanKind, StatusCode

        ended = time.time_ns()
        attributes: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": call.model,
            "gen_ai.usage.input_tokens": call.usage.prompt_tokens,
            "gen_ai.usage.output_tokens": call.usage.completion_tokens,
            "gazette.retries": call.retries,
        }
        began = ended - int(call.seconds * _NANOSECONDS)
        span = self._tracer.start_span("chat", kind=SpanKind.CLIENT, attributes=attributes, start_time=began)
        if call.error:
            span.set_attribute("error.type", call.error)
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def close(self) -> None:
        """Send what is left."""
        self._provider.force_flush(_FLUSH_MILLISECONDS)
        self._provider.shutdown()


def configured_tracing() -> Tracing | None:
    """Tracing to the collector the environment names; None where it names none.

    Raises:
        SettingsError: one is named and the library is not installed.
    """
    named = next((name for name in _ENDPOINTS if os.environ.get(name)), None)
    if named is None or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise SettingsError(
            f"{named}={os.environ[named]}: sending spans needs a library: pip install 'gazette[otel]', or unset it"
        ) from error
    return Tracing(OTLPSpanExporter(timeout=_FLUSH_MILLISECONDS / 1000))
