"""Counts what happens and writes it as Prometheus reads it. The only module that imports the library.

Labels have few values: route templates, statuses, outcomes, models of the settings; never ids, names or words of users.
Collections are told apart only where asked for. Knows nothing of HTTP or of the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

import rag
from rag.errors import StoreError
from rag.models import Answer, Holdings
from rag.telemetry import Listener, ModelCall

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STEPS = ("rewrite", "retrieve", "generate", "verify")


Look = Callable[[], Sequence[Holdings]]


class Meter(Listener):
    """All figures of one service."""

    def __init__(self, model: str, *, by_collection: bool = False) -> None:
        """With everything at zero.

        Args:
            model: the configured model, for the build's line.
            by_collection: tell collections apart; their names are then to be read by whoever reads the figures.
        """
        self._registry = registry = CollectorRegistry()
        self._requests = Histogram(
            "gazette_http_request_seconds",
            "Requests by method, route template and status.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._in_flight = Gauge("gazette_http_requests_in_flight", "Requests being served.", registry=registry)
        self._streams = Gauge("gazette_streams_open", "Streams of events being sent.", registry=registry)
        self._answers = Counter("gazette_answers", "Questions by outcome.", ("outcome",), registry=registry)
        self._claims = Counter("gazette_claims", "Claims in answers by verdict.", ("verdict",), registry=registry)
        self._steps = Histogram(
            "gazette_step_seconds", "Steps of an answer.", ("step",), buckets=_SECONDS, registry=registry
        )
        self._calls = Counter("gazette_model_calls", "Model calls by outcome.", ("model", "outcome"), registry=registry)
        self._tokens = Counter("gazette_model_tokens", "Tokens by kind.", ("model", "kind"), registry=registry)
        self._cost = Counter("gazette_model_cost_usd", "Cost at list price.", ("model",), registry=registry)
        self._retries = Counter("gazette_model_retries", "Calls tried again.", ("model",), registry=registry)
        self._call_seconds = Histogram(
            "gazette_model_call_seconds", "Model calls, retries included.", ("model",), buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self._ready = Gauge("gazette_ready", "1 when the store is open and could be counted.", registry=registry)
        Info("gazette_build", "This program.", registry=registry).info({"version": rag.__version__, "model": model})
        self._stock = _Stock(by_collection=by_collection)
        registry.register(self._stock)
        for step in _STEPS:
            self._steps.labels(step)

    def render(self, look: Look | None) -> bytes:
        """Every figure, in Prometheus' text format.

        Args:
            look: counts what is held just now; None while nothing can be counted.
        """
        try:
            self._stock.holdings = look() if look else ()
            self._ready.set(look is not None)
        except StoreError:
            # Told as a figure, for this is what figures are for; the others are worth having all the more.
            self._stock.holdings = ()
            self._ready.set(0)
        return generate_latest(self._registry)

    # --- told by the service ---------------------------------------------------------------------------------------

    def in_flight(self) -> AbstractContextManager[None]:
        """A request is being served while this block runs."""
        return self._in_flight.track_inprogress()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was served."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def stream_opened(self) -> None:
        """A stream of events began."""
        self._streams.inc()

    def stream_closed(self) -> None:
        """It ended."""
        self._streams.dec()

    # --- heard from the engine -------------------------------------------------------------------------------------

    def answered(self, answer: Answer) -> None:
        """Count an answer by its outcome, its claims by their verdicts, and the time of its steps."""
        self._answers.labels(answer.abstention.code if answer.abstention else "answered").inc()
        for claim in answer.claims:
            self._claims.labels(claim.verdict).inc()
        for step, milliseconds in answer.timings_ms.items():
            if step in _STEPS:
                self._steps.labels(step).observe(milliseconds / 1000)

    def model_called(self, call: ModelCall) -> None:
        """Count a call with its tokens and cost."""
        self._calls.labels(call.model, call.error or "ok").inc()
        self._tokens.labels(call.model, "prompt").inc(call.usage.prompt_tokens)
        self._tokens.labels(call.model, "completion").inc(call.usage.completion_tokens)
        self._cost.labels(call.model).inc(call.usage.cost_usd)
        self._retries.labels(call.model).inc(call.retries)
        self._call_seconds.labels(call.model).observe(call.seconds)


class _Stock(Collector):
    """What is held, as it was counted for this reading."""

    def __init__(self, *, by_collection: bool) -> None:
        self.holdings: Sequence[Holdings] = ()
        self._labels = ("collection",) if by_collection else ()

    def collect(self) -> Iterator[Metric]:
        """The gauges; those of all collections together where they are not told apart."""
        for name, told, read in (
            ("gazette_documents", "Visible documents.", lambda one: {(): one.documents}),
            ("gazette_passages", "Visible passages.", lambda one: {(): one.passages}),
            ("gazette_documents_pending", "Documents half taken in.", lambda one: {(): one.pending}),
            ("gazette_batch_units", "Units of batches by state.", lambda one: {(k,): v for k, v in one.units.items()}),
        ):
            extra = ("state",) if name == "gazette_batch_units" else ()
            family = GaugeMetricFamily(name, told, labels=(*self._labels, *extra))
            sums: dict[tuple[str, ...], int] = {}
            for one in self.holdings:
                owner = (one.collection,) if self._labels else ()
                for key, count in read(one).items():
                    sums[(*owner, *key)] = sums.get((*owner, *key), 0) + count
            for labels, total in sums.items():
                family.add_metric(labels, total)
            yield family
