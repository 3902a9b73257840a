"""Each character of the e-book is in the face in which reading systems set it."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
import uharfbuzz

from tests import epub_support
from tests.epub_support import MASTHEAD, render

ARTICLE = """\
One
===

abc abc

Part
----

def *ghi* def

jkl jkl

.. note:: mno
"""


@pytest.mark.parametrize(
    ("rule", "signs"),
    [
        ("[role=doc-chapter] section > p", "defghijkl"),
        ("h2 + p", "defghi"),
        ("h2 + p em", "ghi"),
        ("[role=doc-chapter] section > p:nth-of-type(2)", "jkl"),
        ("[role=doc-chapter] section > p:not(h2 + p)", "jkl"),
        (".box p", "mno"),
        ("section > aside[class~='box'] *", "mno"),
    ],
)
def test_faces_follow_every_kind_of_selector(tmp_path: Path, rule: str, signs: str) -> None:
    files: dict[str, str | bytes] = {
        "issue.rst": MASTHEAD,
        "01-a.rst": ARTICLE,
        "styles/epub.css": f"{rule} {{ font-family: var(--code) }}\n",
    }
    book = render(epub_support.write(tmp_path, files))
    face = uharfbuzz.Face(book.read("fonts/BulletinCode-400.ttf"))
    letters = {ord(sign) for sign in string.ascii_lowercase}
    assert letters & set(face.unicodes) == set(map(ord, signs))
