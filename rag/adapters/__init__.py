"""Adapters: one third-party library a file, imported inside functions so that commands start fast."""
