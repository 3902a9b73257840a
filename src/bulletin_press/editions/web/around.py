"""What may stand around an issue's web pages: an archive puts its ways and its facts there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from bulletin_press.reading import Page


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Elements for one page: in its head, above all else in its body, and below its text.

    ``within`` follows the contents list on the issue's own page.
    """

    head: tuple[etree._Element, ...] = ()
    top: tuple[etree._Element, ...] = ()
    within: tuple[etree._Element, ...] = ()
    bottom: tuple[etree._Element, ...] = ()


Around = Callable[[Page], Surroundings]


def nothing(page: Page) -> Surroundings:
    """The surroundings of a page that stands for itself."""
    return Surroundings()
