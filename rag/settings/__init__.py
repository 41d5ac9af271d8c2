"""The one Settings and its groups."""

from rag.settings.groups import (
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
