"""Runs as one self-contained page: no script, nothing fetched, light and dark."""

from evals.record import REPORT, RunFolder
from evals.report.page import render

__all__ = ["keep", "render"]


def keep(run: RunFolder) -> None:
    """Write a finished run's page into its folder, where the service finds it; after every change of the record.

    Raises:
        RunError: the run is not finished.
    """
    run.write_text(REPORT, render([run]))
