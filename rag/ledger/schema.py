"""The ledger's tables. Columns and keys only; knows nothing of domain types or of the database underneath.

A document row is one *version* of a document: while a replacement is being indexed, the old version stays ``ready``
and the new one waits as ``pending`` under the same document id. Exactly the ready version is visible. Articles and
passages belong to a version, so that swapping versions is one update.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import TEXT

SCHEMA_VERSION = 5
"""Raised whenever a table changes shape, with a step in ``upgrade.py``; a newer ledger is refused, never half read."""

PENDING, READY, DELETED = "pending", "ready", "deleted"

tables = MetaData()

Name = Text().with_variant(TEXT(collation="C"), "postgresql")
"""A text that things are ordered by: by code points on every database, whatever a server's own collation is."""

schema_version = Table("schema_version", tables, Column("version", Integer, nullable=False))

documents = Table(
    "documents",
    tables,
    Column("version", Integer, primary_key=True, autoincrement=True),
    Column("collection", String(64), nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("name", Name, nullable=False),
    Column("source", Name, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("is_record", Boolean, nullable=False),
    Column("state", String(8), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("issue_file", Text),
    Column("issue_page", Text),
    # What cut it: see rag.revisions.cutter_revision. Another program may cut it otherwise.
    Column("cutter", String(64), nullable=False),
    # The state belongs to it: without, SQLite prefers the next index and walks through all visible documents.
    Index("documents_by_id", "collection", "document_id", "state"),
    Index("documents_by_issue", "collection", "issue_file", "issue_page"),
    Index("documents_in_order", "collection", "state", "name", "document_id"),
    # Versions are compared over time (see corpus_fingerprint), so a number is never given twice.
    sqlite_autoincrement=True,
)

sources = Table(
    "sources",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("source", Name, primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("metadata", JSON, nullable=False),
    Index("sources_by_document", "collection", "document_id"),
)

articles = Table(
    "articles",
    tables,
    Column("version", ForeignKey("documents.version", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("collection", String(64), nullable=False),
    Column("article_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("published_on", String(10)),
    Column("place_folded", Text),
    Column("paper_folded", Text),
    Column("turning", Boolean, nullable=False),
    Column("issue_told", Text),
    Column("content", JSON, nullable=False),
    Index("articles_by_id", "collection", "article_id"),
    Index("articles_by_issue", "collection", "issue_told"),
)
"""``content`` rebuilds the article; the other columns serve filters. ``published_on`` is a full date or nothing."""

passages = Table(
    "passages",
    tables,
    Column("version", ForeignKey("documents.version", ondelete="CASCADE"), primary_key=True),
    Column("passage_id", String(64), primary_key=True),
    Column("collection", String(64), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("span_start", Integer, nullable=False),
    Column("span_end", Integer, nullable=False),
    Index("passages_by_id", "collection", "passage_id"),
)
"""``ordinal`` is the article's within its version; the span points into the article's clean text."""

corrections = Table(
    "corrections",
    tables,
    Column("version", ForeignKey("documents.version", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("collection", String(64), nullable=False),
    Column("correction_id", String(64), nullable=False),
    Column("body", JSON, nullable=False),
    Index("corrections_by_id", "collection", "correction_id"),
)
"""What a version was cut with, in order, and what became of it: a correction and its cut come and go in one step."""

article_bands = Table(
    "article_bands",
    tables,
    Column("version", ForeignKey("documents.version", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Index("article_bands_by_key", "key"),
    # The primary key is the table: a row stands in two trees, not in three.
    sqlite_with_rowid=False,
)
"""Articles that share a key may be copies of each other; which of them are is decided on their texts when asked."""

index_settings = Table(
    "index_settings",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("embedder", Text, nullable=False),
    Column("dim", Integer, nullable=False),
    Column("chunker", Text, nullable=False),
)

replies = Table(
    "replies",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("reply", JSON, nullable=False),
    Index("replies_by_document", "collection", "document_id"),
)
"""Rows that need not be made twice, each about one document: they go when that document goes or changes."""

reply_documents = Table(
    "reply_documents",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("document_id", String(64), primary_key=True),
    ForeignKeyConstraint(["collection", "key"], ["replies.collection", "replies.key"], ondelete="CASCADE"),
    Index("reply_documents_by_document", "collection", "document_id"),
)
"""Further documents a reply quotes: it goes with any of them."""

answers = Table(
    "answers",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("answer_id", String(64), primary_key=True),
    Column("record", JSON, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("mark", JSON(none_as_null=True)),
    Index("answers_by_time", "collection", "created", "answer_id"),
)
"""``mark`` is a person's judgement; null where nobody gave one."""

batch_files = Table(
    "batch_files",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("file_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
)
"""Inputs of batches as they were given. Outputs are not files: they are written from the units each time."""

batches = Table(
    "batches",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("batch_id", String(64), primary_key=True),
    Column("content", String(64), nullable=False),
    Column("corpus", String(64), nullable=False),
    Column("file_id", String(64), nullable=False),
    Column("endpoint", Text),
    Column("model", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True)),
    Column("started", DateTime(timezone=True)),
    Column("ended", DateTime(timezone=True)),
    Column("budget_usd", Float),
    Column("reason", Text),
    Column("metadata", JSON(none_as_null=True)),
    Index("batches_by_time", "collection", "created", "batch_id"),
)

batch_units = Table(
    "batch_units",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("batch_id", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=False),
    Column("custom_id", Text),
    Column("url", Text),
    Column("body", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("owner", Text),
    # Seconds since the epoch: when a waiting unit may be taken, or when a lease runs out.
    Column("due", Float, nullable=False),
    Column("cost_bound_usd", Float, nullable=False),
    Column("cost_usd", Float, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("error", JSON(none_as_null=True)),
    Index("batch_units_by_state", "collection", "batch_id", "state", "due"),
)
"""``owner`` holds a leased unit until ``due``. ``cost_usd`` holds the bound of an attempt until its cost is known."""

told_articles = Table(
    "told_articles",
    tables,
    Column("collection", String(64), primary_key=True),
    Column("request", String(64), primary_key=True),
    Column("article_id", String(64), primary_key=True),
    Column("text_hash", String(64), primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("document", Text, nullable=False),
)
"""What digests of a request have accounted for. Outlives a document's deletion, but not its erasure."""

access_keys = Table(
    "access_keys",
    tables,
    Column("key_id", String(64), primary_key=True),
    Column("collection", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scope", String(8), nullable=False),
    Column("requests_per_minute", Integer),
    Column("tokens_per_day", BigInteger),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("last_used", DateTime(timezone=True)),
    Column("revoked", DateTime(timezone=True)),
)
"""``digest`` is the SHA-256 of the secret, which is kept nowhere."""

key_spending = Table(
    "key_spending",
    tables,
    Column("key_id", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("tokens", BigInteger, nullable=False),
)
"""Tokens of models that a key's requests used, by day (UTC, ISO)."""
