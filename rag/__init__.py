"""Gazette's engine: raw Chinese newspaper pages in, cited and checked answers out. Knows nothing of HTTP."""

__version__ = "0.1.0"
