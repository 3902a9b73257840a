"""What an e-book is made of before it is packed: its files, and where they are."""

from __future__ import annotations

from dataclasses import dataclass

STYLES = "styles/bulletin.css"
COVER = "images/cover.jpg"
COVER_PAGE, FRONT_PAGE, NAVIGATION, NCX = "cover.xhtml", "front.xhtml", "nav.xhtml", "toc.ncx"
IMPRINT_PAGE = "imprint.xhtml"
XHTML_TYPE = "application/xhtml+xml"


@dataclass(frozen=True, slots=True)
class Part:
    """A finished file of the book: path, bytes, media type, and its entry in the manifest.

    ``reading`` parts stand in the spine, in their order.
    """

    path: str
    data: bytes
    media_type: str
    id: str
    properties: tuple[str, ...] = ()
    reading: bool = False


def article_path(article: str) -> str:
    """The path of an article's file, in a folder of its own so that no id meets another name."""
    return f"articles/{article}.xhtml"


def item_name(path: str) -> str:
    """The id of a page in the manifest."""
    return path.removesuffix(".xhtml").replace("/", "-")
