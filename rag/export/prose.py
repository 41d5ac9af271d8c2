"""Prose as Markdown, its notes as footnotes (``[^1]``); newspaper text is escaped. Knows nothing of its subject."""

from __future__ import annotations

from rag.export.markdown import escaped_line
from rag.models import Block, Prose, Run


def prose_markdown(prose: Prose) -> str:
    """Title, paragraphs, lists, and the footnotes at the end; the same prose gives the same text."""
    parts = [f"# {escaped_line(prose.title)}", *(_block(block) for block in prose.blocks)]
    parts += [f"[^{number}]: {escaped_line(note)}" for number, note in enumerate(prose.notes, 1)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    text = "".join(_run(run) for run in block.runs)
    match block.kind:
        case "heading":
            return f"{'#' * (block.level + 1 if block.level < 3 else 4)} {text}"
        case "bullet":
            return f"- {text}"
        case "remark":
            return f"*{text}*"
    return text


def _run(run: Run) -> str:
    text = escaped_line(run.text) if run.text else ""
    strong = f"**{text}**" if run.strong and text else text
    return strong + (f"[^{run.note}]" if run.note else "")
