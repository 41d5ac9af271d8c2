"""Small trained weights, with the scripts that made them and the licence of what they were made from (README.md)."""

from __future__ import annotations

from pathlib import Path

BUNDLED = Path(__file__).with_name("reader.safetensors")
"""The weights of the trained reader that comes with the package."""
