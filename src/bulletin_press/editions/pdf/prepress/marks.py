"""Boxes and marks of pages that are printed on larger paper and cut to their size.

WeasyPrint draws crop marks within the bleed, where they would be printed over what runs into it,
and gives the page no room outside. Here the marks stand outside the bleed: in registration colour,
so that every plate shows them, a quarter of a point thin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MILLIMETRE = 72 / 25.4
SLUG = 8.0  # millimetres of paper outside the bleed, for the marks
_OFFSET, _LENGTH = 1.0, 5.0  # from the bleed to a mark, and along it, in millimetres
_THIN = 0.25
_REGISTRATION = "registration"


def taken(document: Any) -> tuple[frozenset[str], ...]:
    """Take the wish for marks from each page of a laid-out document, which then draws none."""
    found = []
    for page in document.pages:
        style = page._page_box.style
        found.append(frozenset(style["marks"] or ()))
        style["marks"] = ()
    return tuple(found)


def set_up(pdf: Any, marks: tuple[frozenset[str], ...], inks: bool) -> None:
    """Give the pages of a pydyf document their boxes (ISO 32000-1 §14.11.2), and draw the marks.

    What is printed ends with the bleed. ``inks`` is whether the document is one of CMYK.
    """
    import pydyf

    space = pydyf.Array(
        ["/Separation", "/All", "/DeviceCMYK" if inks else "/DeviceGray", _tint(inks)]
    )
    pdf.add_object(space)
    for number, wanted in zip(pdf.pages["Kids"][::3], marks, strict=True):
        page = pdf.objects[number]
        trim, bleed = tuple(page["TrimBox"]), tuple(page["MediaBox"])
        room = SLUG * MILLIMETRE if wanted else 0
        left, bottom, right, top = bleed
        media = (left - room, bottom - room, right + room, top + room)
        page["BleedBox"], page["MediaBox"] = pydyf.Array(bleed), pydyf.Array(media)
        before = f"q {left:f} {bottom:f} {right - left:f} {top - bottom:f} re W n"
        drawn = "\n".join(_drawn(wanted, trim, bleed))
        after = (
            f"Q /Artifact BMC q /{_REGISTRATION} CS 1 SCN {_THIN} w\n{drawn}\nQ EMC"
            if drawn
            else "Q"
        )
        parts = [pydyf.Stream([text.encode()]) for text in (before, after)]
        for part in parts:
            pdf.add_object(part)
        page["Contents"] = pydyf.Array([parts[0].reference, page["Contents"], parts[1].reference])
        colours = _colours(pdf, page)
        colours[_REGISTRATION] = space.reference


def _tint(inks: bool) -> Any:
    """How registration colour looks where there are no plates (ISO 32000-1 §7.10.3)."""
    import pydyf

    none, full = ((0,) * 4, (1,) * 4) if inks else ((1,), (0,))
    return pydyf.Dictionary(
        {"FunctionType": 2, "Domain": pydyf.Array((0, 1)), "N": 1,
         "C0": pydyf.Array(none), "C1": pydyf.Array(full)}
    )  # fmt: skip


def _colours(pdf: Any, page: Any) -> Any:
    """The colour spaces that a page can name."""

    def found(reference: bytes) -> Any:
        return pdf.objects[int(reference.split()[0])]

    return found(found(page["Resources"])["ColorSpace"])


def _drawn(
    wanted: frozenset[str], trim: tuple[float, ...], bleed: tuple[float, ...]
) -> Iterator[str]:
    """The lines of a page's marks."""
    near, far = _OFFSET * MILLIMETRE, (_OFFSET + _LENGTH) * MILLIMETRE
    left, bottom, right, top = bleed
    if "crop" in wanted:
        for x in (trim[0], trim[2]):
            yield _line(x, bottom - far, x, bottom - near)
            yield _line(x, top + near, x, top + far)
        for y in (trim[1], trim[3]):
            yield _line(left - far, y, left - near, y)
            yield _line(right + near, y, right + far, y)
    if "cross" in wanted:
        middle, half = (near + far) / 2, (far - near) / 2
        x, y = (trim[0] + trim[2]) / 2, (trim[1] + trim[3]) / 2
        for a, b in (
            (x, bottom - middle),
            (x, top + middle),
            (left - middle, y),
            (right + middle, y),
        ):
            yield _line(a - half, b, a + half, b)
            yield _line(a, b - half, a, b + half)


def _line(a: float, b: float, c: float, d: float) -> str:
    return f"{a:f} {b:f} m {c:f} {d:f} l S"
