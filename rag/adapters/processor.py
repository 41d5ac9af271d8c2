"""What this machine's processor offers an encoder: cores, and the precision it multiplies fastest. Knows no model."""

from __future__ import annotations

import os
from dataclasses import dataclass

NATIVE_BFLOAT16 = ("amx_bf16", "avx512_bf16")
"""Instructions that multiply bfloat16; without them it is converted back and forth, and slower than float32."""


_KEPT_KERNELS = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32", "LRU_CACHE_CAPACITY": "32"}
"""oneDNN writes code for every shape it meets and keeps 1,024 pieces; every length of a text is one. With 32 an ingest
took 916 MiB after 640 news texts and grew by 10 over the last 256, where it took 1,178 and grew by 85; as fast (one
thread, side by side; 22 November 2026). torch keeps some of its own by the second name."""


def bound_kernels() -> None:
    """Let oneDNN keep few of the kernels it makes; before the first product, for it looks once."""
    for name, count in _KEPT_KERNELS.items():
        os.environ.setdefault(name, count)


@dataclass(frozen=True, slots=True)
class Precision:
    """``bfloat16`` or ``float32``, and why."""

    name: str
    why: str


def chosen_precision(asked: str) -> Precision:
    """The precision to run in: as asked for, or with ``auto`` the faster one of this processor."""
    if asked != "auto":
        return Precision(asked, "asked for by GAZETTE_EMBEDDER__PRECISION")
    import torch

    offered = torch.cpu.get_capabilities()
    native = [name for name in NATIVE_BFLOAT16 if offered.get(name)]
    if native:
        return Precision("bfloat16", f"this processor multiplies it in hardware: {', '.join(native)}")
    return Precision("float32", f"this processor has none of {', '.join(NATIVE_BFLOAT16)}")


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usable_threads(asked: int) -> int:
    """Threads for one batch: as asked for (0: one a core), never more than there are cores."""
    return min(asked or usable_cores(), usable_cores())
