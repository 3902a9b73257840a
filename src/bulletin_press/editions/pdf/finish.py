"""What WeasyPrint does not write: page labels, the opening view, a claim of two standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from bulletin_press.editions.pdf.composition import Composition
from bulletin_press.source.ids import roman

_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

_IDENTIFIER = """<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\
<dc:identifier>{}</dc:identifier></rdf:Description>"""


def page_labels(
    composition: Composition, pages: int, anchors: Mapping[str, int]
) -> tuple[str, ...]:
    """The label of every page, as its folio prints it.

    Where the cover counts, the pages are 1, 2, 3 …; else those before the first article are
    i, ii … and the first article begins on page 1.
    """
    front = 0 if composition.cover_counts else anchors.get(composition.opening, 1) - 1
    return tuple(
        roman(number).lower() if number <= front else str(number - front)
        for number in range(1, pages + 1)
    )


def finish(pdf: Any, labels: tuple[str, ...]) -> None:
    """Add page labels (ISO 32000-1 §12.4.2) and the opening view to a pydyf document."""
    import pydyf

    front = sum(not label.isdigit() for label in labels)
    numbers: list[Any] = []
    if front:
        numbers += [0, pydyf.Dictionary({"S": "/r"})]
    decimal = pydyf.Dictionary({"S": "/D"})
    if front < len(labels) and labels[front] != "1":
        decimal["St"] = int(labels[front])
    numbers += [front, decimal]
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(numbers)})
    pdf.catalog["PageMode"] = "/UseOutlines"


def claim(metadata: Any, identifier: str = "") -> None:
    """Let a document's metadata claim PDF/UA-1 beside PDF/A, in XMP that is not compressed.

    ``identifier``, if there is one, is named there too (``dc:identifier``).

    PDF/A asks that a property of another standard be described (ISO 19005-2 §6.6.2.3.2), as
    PDF/UA's part is here (ISO 14289-1 §5). ``metadata`` is that of a WeasyPrint document.
    """
    named = _IDENTIFIER.format(escape(identifier)).encode() if identifier else b""
    write, make = metadata.include_in_pdf, metadata.generate_rdf_metadata

    def generate(*claims: Any) -> bytes:
        whole: bytes = make(*claims)
        end = b"</rdf:RDF>"
        assert whole.endswith(end)
        return whole.removesuffix(end) + named + _UA + end

    metadata.generate_rdf_metadata = generate
    metadata.include_in_pdf = lambda pdf, *claims: write(pdf, *claims[:-1], False)
