"""The one Settings and its groups."""

from rag.settings.groups import (
    COLLECTION_PATTERN,
    AnswerSettings,
    BatchSettings,
    CacheSettings,
    ChromaSettings,
    ChunkSettings,
    DeploymentSettings,
    EmbedderSettings,
    EvalSettings,
    IngestSettings,
    LedgerSettings,
    ModelSettings,
    RetrieveSettings,
    ServeSettings,
    StoreSettings,
    SummariseSettings,
)
from rag.settings.settings import PREFIX, SETTINGS_FILE, Settings

__all__ = [
    "COLLECTION_PATTERN",
    "PREFIX",
    "SETTINGS_FILE",
    "AnswerSettings",
    "BatchSettings",
    "CacheSettings",
    "ChromaSettings",
    "ChunkSettings",
    "DeploymentSettings",
    "EmbedderSettings",
    "EvalSettings",
    "IngestSettings",
    "LedgerSettings",
    "ModelSettings",
    "RetrieveSettings",
    "ServeSettings",
    "Settings",
    "StoreSettings",
    "SummariseSettings",
]
