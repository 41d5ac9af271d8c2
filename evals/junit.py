"""Gates as JUnit XML, so that any CI shows them. Knows nothing of how they were judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

Json = dict[str, Any]


def junit_xml(summaries: Sequence[Json]) -> str:
    """One test suite a run: a case for every gate, and one for samples that failed.

    A gate that was not judged (part of the suite was run) is skipped, not passed.
    """
    root = ElementTree.Element("testsuites")
    for summary in summaries:
        gates = summary["gates"]
        failed = [gate for gate in gates if gate["passed"] is False]
        skipped = [gate for gate in gates if gate["passed"] is None]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=f"eval.{summary['suite']}",
            tests=str(len(gates) + 1),
            failures=str(len(failed)),
            errors=str(int(bool(summary["failed"]))),
            skipped=str(len(skipped)),
            time=str(summary["seconds"]),
            timestamp=summary["started"],
        )
        for gate in gates:
            _gate(suite, summary["suite"], gate)
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"eval.{summary['suite']}", name="every sample replied"
        )
        if summary["failed"]:
            message = f"{summary['failed']} of {summary['n']} samples failed"
            ElementTree.SubElement(case, "error", message=message).text = f"{message}; see {summary['run']}"
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _gate(suite: ElementTree.Element, name: str, gate: Json) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=f"eval.{name}", name=f"{gate['measure']} {gate['bound']}"
    )
    if gate["passed"] is False:
        message = f"{gate['measure']} is {gate['value']}, wanted {gate['bound']}"
        ElementTree.SubElement(case, "failure", message=message).text = message
    elif gate["passed"] is None:
        ElementTree.SubElement(case, "skipped", message="nothing in this run speaks to it")
