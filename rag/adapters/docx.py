"""Prose as a word processor's file (DOCX), its notes as real footnotes. Knows nothing of its subject.

python-docx has no call for footnotes, so their part is made here after ECMA-376, part 1, section 17.11.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rag.models import Block, Prose

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.text.paragraph import Paragraph

_STYLES = {"paragraph": "Normal", "bullet": "List Bullet", "remark": "Caption"}
_EAST_ASIAN_FONT = "SimSun"
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
"""The first day a zip archive knows: every file gets it, so that the same prose gives the same bytes."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_SEPARATORS = ("separator", "continuationSeparator")
"""Footnotes 0 and 1, which every file with footnotes must hold; ours come after them."""


def prose_docx(prose: Prose) -> bytes:
    """The bytes of a DOCX file; the same prose gives the same bytes."""
    import docx

    document = docx.Document()
    _dress(document, prose.title)
    document.add_heading(_clean(prose.title), 0)
    for block in prose.blocks:
        _write(document, block)
    if prose.notes:
        _attach_footnotes(document, prose.notes)
    written = io.BytesIO()
    document.save(written)
    return _dated(written.getvalue())


def _dress(document: Docx, title: str) -> None:
    from docx.oxml.ns import qn

    normal: Any = document.styles["Normal"]
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _EAST_ASIAN_FONT)
    about = document.core_properties
    about.title, about.author, about.created, about.modified = _clean(title)[:255], "Gazette", _EPOCH, _EPOCH


def _write(document: Docx, block: Block) -> None:
    if block.kind == "heading":
        paragraph = document.add_heading("", block.level)
    else:
        paragraph = document.add_paragraph(style=_STYLES[block.kind])
    for run in block.runs:
        if run.text:
            paragraph.add_run(_clean(run.text)).bold = run.strong or None
        if run.note is not None:
            _refer(paragraph, run.note)


def _refer(paragraph: Paragraph, note: int) -> None:
    """The raised number in the text that belongs to a footnote."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run()
    run.font.superscript = True
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(note - 1 + len(_SEPARATORS)))
    run._r.append(reference)


def _attach_footnotes(document: Docx, notes: Sequence[str]) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, _footnotes_xml(notes), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _footnotes_xml(notes: Sequence[str]) -> bytes:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from lxml import etree

    root = OxmlElement("w:footnotes")
    for number, kind in enumerate(_SEPARATORS):
        note = etree.SubElement(root, qn("w:footnote"), {qn("w:type"): kind, qn("w:id"): str(number)})
        run = etree.SubElement(etree.SubElement(note, qn("w:p")), qn("w:r"))
        etree.SubElement(run, qn(f"w:{kind}"))
    for number, text in enumerate(notes, len(_SEPARATORS)):
        note = etree.SubElement(root, qn("w:footnote"), {qn("w:id"): str(number)})
        paragraph = etree.SubElement(note, qn("w:p"))
        mark = etree.SubElement(paragraph, qn("w:r"))
        look = etree.SubElement(mark, qn("w:rPr"))
        etree.SubElement(look, qn("w:vertAlign"), {qn("w:val"): "superscript"})
        etree.SubElement(mark, qn("w:footnoteRef"))
        words = etree.SubElement(etree.SubElement(paragraph, qn("w:r")), qn("w:t"))
        words.text = f" {_clean(text)}"
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def _clean(text: str) -> str:
    """Text without the characters XML cannot hold."""
    return _NOT_XML.sub("", text)


def _dated(archive: bytes) -> bytes:
    """The archive with every file's time set to the same day."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in given.infolist():
            made.writestr(
                zipfile.ZipInfo(entry.filename, _EPOCH.timetuple()[:6]), given.read(entry), zipfile.ZIP_DEFLATED
            )
    return again.getvalue()
