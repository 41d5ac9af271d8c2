"""What this machine's processor offers an encoder: cores, and the precision it multiplies fastest. Knows no model."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.adapters.tiles import tiles_described

NATIVE_BFLOAT16 = ("amx_bf16", "avx512_bf16")
"""Instructions that multiply bfloat16; without them it is converted back and forth, and slower than float32."""

_HIDDEN = "this processor announces AMX but not how large its tiles are (a hypervisor hides it); float32 is faster then"
"""Processors that have AMX multiply bfloat16 slowly without it: 79 to 85 Gflop/s a core against 133 to 138 in float32
(products of 2000 × 384 by 384 × 1536 on a Xeon of the fourth generation under a load of 20; 22 November 2026)."""

NATIVE_INT8 = ("avx512_vnni", "avx_vnni")
"""Instructions that multiply 8-bit integers. The built-in model on one thread of that Xeon: a question of 20 tokens
4.6 ms where float32 takes 17, passages 4,400 tokens a second where it embeds 1,800 (23 November 2026)."""

_KEPT_KERNELS = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32", "LRU_CACHE_CAPACITY": "32"}
"""oneDNN writes code for every shape it meets and keeps 1,024 pieces; every length of a text is one. With 32 an ingest
took 916 MiB after 640 news texts and grew by 10 over the last 256, where it took 1,178 and grew by 85; as fast (one
thread, side by side; 22 November 2026). torch keeps some of its own by the second name."""


_NO_TILES = {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_FP16"}
"""The most oneDNN may use below AMX (oneDNN's guide, "CPU dispatcher control")."""


_PATIENCE = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads that wait for each other sleep. By default they spin, and on a busy machine burn what the others need: one
question on two threads cost 340 ms of CPU where it costs 42 so, and passages twice what they cost on one thread (two
cores, load of eight; 22 November 2026)."""

ONE_THREAD_TOKENS = 1024
"""A batch of no more tokens (a question, the sentences read for an answer) runs on one thread. On a busy machine two
made a question slower (52 ms on one, 153 on two); the other cores have other questions to work on."""


def settle_onednn() -> None:
    """Let oneDNN keep few of the kernels it makes, and no tiles that cannot be used; let threads wait asleep.

    Before torch is imported and the first product is made, for both look once; what somebody set stays.
    """
    for name, value in (_KEPT_KERNELS | _PATIENCE).items():
        os.environ.setdefault(name, value)
    for name, value in (_NO_TILES if _announces_tiles() and not tiles_described() else {}).items():
        os.environ.setdefault(name, value)


@cache
def offered() -> frozenset[str]:
    """What the processor can do, in Linux's words; torch, which takes seconds to import, is asked where it is not."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        import torch

        return frozenset(name for name, has in torch.cpu.get_capabilities().items() if has)
    line = next((line for line in told.splitlines() if line.startswith(("flags", "Features"))), "")
    return frozenset(line.partition(":")[2].split())


def _announces_tiles() -> bool:
    return "amx_tile" in offered()


@dataclass(frozen=True, slots=True)
class Precision:
    """``bfloat16`` or ``float32``, and why."""

    name: str
    why: str


def chosen_precision(asked: str) -> Precision:
    """The precision torch runs in: as asked for, or with ``auto`` the faster one of this processor."""
    if asked not in ("auto", "int8"):
        return Precision(asked, "asked for by GAZETTE_EMBEDDER__PRECISION")
    if _announces_tiles() and not tiles_described():
        return Precision("float32", _HIDDEN)
    if native := [name for name in NATIVE_BFLOAT16 if name in offered()]:
        return Precision("bfloat16", f"this processor multiplies it in hardware: {', '.join(native)}")
    return Precision("float32", f"this processor has none of {', '.join(NATIVE_BFLOAT16)}")


@dataclass(frozen=True, slots=True)
class Precisions:
    """What an embedder runs in, and why: ``int8``, ``bfloat16`` or ``float32``."""

    passages: str
    questions: str
    why: str


def embedding_precisions(asked: str, *, is_measured: bool) -> Precisions:
    """The precisions to embed in: as asked for, or with ``auto`` the fastest of this processor.

    Args:
        asked: ``auto``, or one of them.
        is_measured: whether what 8-bit integers cost this model is known; another is never rounded unasked.
    """
    if asked == "int8":
        return Precisions(asked, asked, "asked for by GAZETTE_EMBEDDER__PRECISION")
    chosen = chosen_precision(asked)
    native = [name for name in NATIVE_INT8 if name in offered()]
    if asked != "auto" or not is_measured or not native:
        return Precisions(chosen.name, chosen.name, chosen.why)
    integers = f"this processor multiplies 8-bit integers in hardware: {', '.join(native)}"
    if chosen.name == "bfloat16":  # many tokens at once are as fast in it
        return Precisions(chosen.name, "int8", f"{chosen.why}; for questions {integers}")
    return Precisions("int8", "int8", integers)


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def usable_threads(asked: int) -> int:
    """Threads for one batch: as asked for (0: one a core), never more than there are cores."""
    return min(asked or usable_cores(), usable_cores())


def share_out(tokens: int, threads: int) -> None:
    """Let the products of the calling thread run on as many threads as a batch of ``tokens`` is worth.

    torch counts them for each thread that calls it, so a question is not slowed by what an ingest was given.
    """
    import torch

    wanted = threads if tokens > ONE_THREAD_TOKENS else 1
    if torch.get_num_threads() != wanted:
        torch.set_num_threads(wanted)


BACKGROUND_NICENESS = 10
"""Of a thread that takes documents in while others answer: about a tenth of a share where the cores are taken."""


def give_way() -> None:
    """The calling thread, and those it starts, run where no other has work; only Linux tells threads apart."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(os.getpriority(os.PRIO_PROCESS, thread), BACKGROUND_NICENESS))
