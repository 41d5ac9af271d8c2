"""Whether the tiles of this processor (AMX) can be worked with. Knows no library that does.

A hypervisor may announce AMX and hide how large its tiles are. oneDNN believes the first, configures tiles of size
nothing, and the first bfloat16 product ends the process with SIGILL. What is hidden is leaf 1DH of CPUID (Intel's
manual, volume 1, 18.2: its EAX is the highest palette, 0 where there are no tiles), which no file of the system shows,
so the instruction itself is asked.
"""

from __future__ import annotations

import ctypes
import mmap
import platform

TILE_LEAF = 0x1D
"""Of CPUID: what tiles there are."""

_ASK_CPUID = bytes.fromhex("53 89f8 89f1 0fa2 5b c3")
"""push rbx; mov eax, edi; mov ecx, esi; cpuid; pop rbx; ret: EAX of a leaf and subleaf, in the System V convention."""


def tiles_described() -> bool:
    """Whether the processor says how large its tiles are; False where it cannot be asked."""
    if platform.machine() != "x86_64" or platform.system() != "Linux":
        return False
    try:
        return eax(0) >= TILE_LEAF and eax(TILE_LEAF) > 0
    except OSError:  # a system that lets no page be written and run
        return False


def eax(leaf: int, subleaf: int = 0) -> int:
    """The first register of CPUID's answer, 32 bits unsigned."""
    with mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC) as page:
        page.write(_ASK_CPUID)
        start = ctypes.c_char.from_buffer(page)
        ask = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32)(ctypes.addressof(start))
        answer = int(ask(leaf, subleaf))
        del ask, start  # the page cannot be closed while something points into it
        return answer
