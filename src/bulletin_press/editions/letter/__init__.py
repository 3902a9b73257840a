"""The letter: the e-mail edition, as HTML and as plain text, from the same tree."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from bulletin_press.config import CONFIGURATION_FILE
from bulletin_press.edition import Edition, Enclosure, Letter
from bulletin_press.editions.letter import plain, sheet
from bulletin_press.editions.letter.mail import adapted
from bulletin_press.editions.letter.parts import Extent, body
from bulletin_press.editions.letter.pictures import Shown, shown
from bulletin_press.editions.letter.placing import FOLDER, Placed, place
from bulletin_press.issue import Issue
from bulletin_press.page import html
from bulletin_press.problems import Location, Problem, problem

HTML = "text/html"
_SHORT = (Extent.LEADS, Extent.OPENINGS, Extent.TITLES)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The letter with its files for the output folder, and what a publisher should mend in it."""

    edition: Edition
    letter: Letter
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    letter: Letter
    root: etree._Element
    placed: Placed


def letter(issue: Issue, enclosure: Enclosure | None = None, *, full: bool = True) -> Letter:
    """The letter of ``issue``, the same for every reader of one form.

    With ``full`` it holds the whole text if its HTML is at most ``[letter] max-kilobytes``, or if
    there is no other place to read the rest: neither base-url nor ``enclosure``. Else, and without
    ``full``, it holds the beginning of each article with links, and names the ``enclosure``.
    Raises ProblemsError for a style sheet that is broken (L103) or a drawing that takes too long
    (E105), ValueError or OSError for a picture that has changed since it was checked.
    """
    return _made(issue, enclosure, full).letter


def render(issue: Issue, draft: bool = False) -> Rendered:
    """The letter, its problems (E103, E104), and its files for a website and for a look at it.

    These are ``letter/ID-ISSUE.html``, whose pictures stand in it or beside it, ``.txt``, and the
    pictures that letters show from the web. Raises what ``letter`` raises.
    """
    made = _made(issue, None, True, draft)
    problems = tuple(_inspected(issue, made.letter))
    name = f"{FOLDER}/{issue.stem}"
    files = {
        f"{name}.html": html(_on_disk(made)).encode(),
        f"{name}.txt": made.letter.text.encode(),
        **{f"{FOLDER}/{one}": data for one, data in made.placed.hosted.items()},
    }
    return Rendered(Edition("letter", HTML, files), made.letter, problems)


def hosted(issue: Issue) -> Mapping[str, bytes]:
    """The pictures that letters of an issue show from the web, by their paths below its page."""
    made = _extended(issue, None, Extent.WHOLE, False, {})
    return {f"{FOLDER}/{name}": data for name, data in made.placed.hosted.items()}


def _inspected(issue: Issue, made: Letter) -> Iterator[Problem]:
    if not issue.publication.imprint.address:
        where = Location(CONFIGURATION_FILE)
        yield problem("E103", "the letter has no postal address in its foot", where)
    size, most = _weight(made.html), issue.publication.letter.kilobytes
    if size > most * 1000:
        message = f"the letter has {round(size / 1000)} kB, more than {most}"
        yield problem("E104", message, issue.place(issue.document))


def _made(issue: Issue, enclosure: Enclosure | None, full: bool, draft: bool = False) -> _Made:
    limit = issue.publication.letter.kilobytes * 1000
    elsewhere = bool(issue.publication.base_url) or enclosure is not None
    extents = ((Extent.WHOLE,) if full else ()) + (_SHORT if elsewhere or not full else ())
    pictures: dict[str, Shown] = {}
    for extent in extents:
        made = _extended(issue, enclosure, extent, draft, pictures)
        if _weight(made.letter.html) <= limit:
            break
    return made


def _extended(
    issue: Issue, enclosure: Enclosure | None, extent: Extent, draft: bool,
    pictures: dict[str, Shown],
) -> _Made:  # fmt: skip
    """The letter of one extent; ``pictures`` keeps what was drawn for another."""
    parts, places = body(issue, extent, enclosure, draft)
    wanted = [str(image.get("src")) for image in parts.iter("img")]
    pictures.update(shown(issue, set(wanted) - pictures.keys()))
    placed = place(issue, {name: pictures[name] for name in dict.fromkeys(wanted)})
    root = sheet.document(issue, adapted(parts, placed.pictures, placed.addresses, issue.direction))
    text = plain.text(parts, issue.language)
    made = Letter(issue.name, issue.language, html(root), text, placed.embedded, places)
    return _Made(made, root, placed)


def _weight(text: str) -> int:
    return len(text.encode())


def _on_disk(made: _Made) -> etree._Element:
    """The document with its pictures in it or beside it, as a browser finds them."""
    beside: Mapping[str, str] = {
        made.placed.addresses[name]: picture.name for name, picture in made.placed.pictures.items()
    }
    for image in made.root.iter("img"):
        address = image.get("src", "")
        mark = address.removeprefix("cid:")
        if mark in made.placed.embedded:
            media_type, data = made.placed.embedded[mark]
            image.set("src", f"data:{media_type};base64,{base64.b64encode(data).decode()}")
        else:
            image.set("src", beside.get(address, address))
    return made.root
