"""Runs as one self-contained page: no script, nothing fetched, light and dark."""

from evals.report.page import render

__all__ = ["render"]
