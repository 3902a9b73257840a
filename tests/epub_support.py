"""Issues for the tests of the e-book, and a reader of EPUBs that is not the product's."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image

from bulletin_press import config
from bulletin_press.editions import epub
from bulletin_press.issue import Issue
from bulletin_press.source import reader

NAMES = {
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
    "dc": "http://purl.org/dc/elements/1.1/",
    "e": "http://www.idpf.org/2007/ops",
    "h": "http://www.w3.org/1999/xhtml",
    "n": "http://www.daisy.org/z3986/2005/ncx/",
    "o": "http://www.idpf.org/2007/opf",
    "x": "http://www.w3.org/XML/1998/namespace",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

MASTHEAD = """\
=======
Harbour
=======
-----------------------
Notes on ports & people
-----------------------

:Volume: 3
:Number: 5
:Date: 2026-05-31
:Publisher: Harbour Press
:ISSN: 1234-5679
:Rights: © 2026 Harbour Press
:Keywords: ports; "trade" & tides
"""

RICH = """\
The *Port* at <Night> & Day [#head]_
====================================

:Authors: Ada Ferry; Jon Quay
:Standfirst: A harbour that *never* sleeps.
:Summary: How the port works after dark.
:Keywords: night

First words of the port, with **strong** and *slanted* words, ``code``, H\\ :sub:`2`\\ O and
10\\ :sup:`3`. See :article:`tides` or :article:`the spring tide <tides#spring>`, and
`the register <https://example.org/a?b=1&c=2#d>`_. A note [#one]_, and again [#one]_.

.. pull-quote::

   Ships do not wait for daylight.

   -- A pilot

Work & wages
------------

- One crane
- Two cranes

  1. first shift
  2. second shift

Term
   Its meaning.

Pay
~~~

.. table:: Tonnes handled

   ======  ========  ========
   Year    Inbound   Outbound
   ======  ========  ========
   2024    1 250     980
   2025    1 400     1 010
   ======  ========  ========

.. figure:: figures/quay.png
   :alt: Two cranes above a ship
   :credit: Ada Ferry

   The quay at *night*.

.. figure:: figures/map.svg
   :alt: Map of the basin

   The basin.

.. note::

   Boxed words stand apart.

.. _buoy:

| A line of verse
| and another

.. code::

   this = "code"

.. [#head] Note of the head.
.. [#one] Note with *emphasis*.

   And a second paragraph, see `Pay`_.
"""

TIDES = """\
Tides
=====

Plain words of the tide. Back to :article:`port`.

.. _spring:

Spring tide
-----------

High water, as :article:`the buoy <port#buoy>` shows.
"""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<path d="M0 0h40v20z"/><text x="2" y="10">Basin</text></svg>'
)


LEFTWARD: dict[str, str | bytes] = {
    "issue.rst": "===========\nمجلة المثال\n===========\n\n:Date: 2026-02-28\n:Language: ar\n",
    "01-a.rst": """\
مؤتمر الموانئ في باكو
=====================

:Author: أ. كاتب
:Standfirst: ما يقال عن الموانئ وما لا يقال.

نص *مائل* و **غليظ** في هذا المقال عن الموانئ والسفن التي تصل كل يوم. [#]_

.. pull-quote::

   السفن لا تنتظر النهار.

.. list-table:: الصادرات
   :header-rows: 1

   * - البلد
     - يناير
     - فبراير
   * - أذربيجان
     - 1250
     - 1310
   * - تركيا
     - 850
     - −20

.. box:: حقائق

   - واحد
   - اثنان

.. [#] حاشية.
""",
}


def png(width: int = 60, height: int = 40) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#35a").save(out, "PNG")
    return out.getvalue()


def write(folder: Path, files: dict[str, str | bytes], toml: str = "") -> Path:
    """Write an issue's files into a new folder; return that folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
    if toml:
        (folder / "bulletin.toml").write_text(toml, "utf-8")
    return folder


def rich(folder: Path) -> Path:
    """An issue with every kind of block."""
    return write(
        folder,
        {
            "issue.rst": MASTHEAD
            + "\nWords of the editor, with a note [#e]_.\n\n.. [#e] Edited.\n",
            "01-port.rst": RICH,
            "02-tides.rst": TIDES,
            "figures/quay.png": png(),
            "figures/map.svg": SVG,
        },
    )


def simple(title: str, body: str = "Words.", fields: str = "") -> str:
    """An article with a title and a text."""
    return f"{title}\n{'=' * (2 * len(title))}\n\n{fields}\n\n{body}\n"


def load(folder: Path) -> Issue:
    """The issue in a folder, which must have no error."""
    publication = config.load(folder)
    reading = reader.read(publication, folder)
    assert not [one for one in reading.problems if one.severity == "error"], reading.problems
    return Issue(publication, reading.document)


class Book:
    """An EPUB read with zipfile and lxml alone."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = self.archive.namelist()

    @cached_property
    def package(self) -> etree._Element:
        """The package document."""
        return self.tree("content.opf")

    def read(self, path: str) -> bytes:
        """The bytes of a file below the book's folder."""
        return self.archive.read(f"EPUB/{path}")

    def tree(self, path: str) -> etree._Element:
        """The root of an XML file."""
        return etree.fromstring(self.read(path))

    def find(self, path: str, expression: str) -> list[Any]:
        """What an XPath finds in a file."""
        found: Any = self.tree(path).xpath(expression, namespaces=NAMES)
        return list(found)

    def opf(self, expression: str) -> list[Any]:
        """What an XPath finds in the package."""
        found: Any = self.package.xpath(expression, namespaces=NAMES)
        return list(found)

    @property
    def spine(self) -> list[str]:
        """The files in reading order."""
        by_id = {item.get("id"): item.get("href") for item in self.opf("//o:manifest/o:item")}
        return [by_id[ref] for ref in self.opf("//o:itemref/@idref")]

    @property
    def trees(self) -> dict[str, etree._Element]:
        """Every XHTML file."""
        return {
            name[5:]: etree.fromstring(self.archive.read(name))
            for name in self.names
            if name.endswith(".xhtml")
        }

    def target(self, path: str, address: str) -> etree._Element | bytes:
        """What an address in the file ``path`` leads to: an element, or a file's bytes."""
        file, _, anchor = address.partition("#")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
        if not anchor:
            return self.read(name)
        (found,) = [one for one in self.tree(name).iter() if one.get("id") == anchor]
        return found


def render(folder: Path) -> Book:
    """The e-book of the issue in a folder, read back."""
    (data,) = epub.render(load(folder)).files.values()
    return Book(data)


def words(element: etree._Element) -> str:
    """The text below an element with single spaces."""
    return re.sub(r"\s+", " ", "".join(map(str, element.itertext()))).strip()
