"""Small PDFs written by hand: Chinese text in a font that is named but not embedded, so no font file is needed."""

from __future__ import annotations

from collections.abc import Sequence

_FONT = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
_GLYPHS = (
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 5 0 R"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
)
_DESCRIPTOR = (
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 880"
    "/Descent -120/CapHeight 880/StemV 90>>"
)


def pdf_of(pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with one line of text below the other on each page."""
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
    tree = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>"
    objects = ["<</Type/Catalog/Pages 2 0 R>>", tree, _FONT, _GLYPHS, _DESCRIPTOR]
    for index, lines in enumerate(pages):
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {7 + 2 * index} 0 R>>"
        )
        shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in lines)
        stream = f"BT /F1 12 Tf 20 TL 50 780 Td {shown} ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
    return _assemble(objects)


def pdf_with_stream(stream: bytes, filters: bytes) -> bytes:
    """A PDF whose only page is drawn by these bytes, packed as ``filters`` say."""
    return _assemble(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>",
            b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
        ]
    )


def _assemble(objects: Sequence[str | bytes]) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content.encode() if isinstance(content, str) else content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    return body + f"xref\n0 {size}\n0000000000 65535 f \n".encode() + table + trailer
