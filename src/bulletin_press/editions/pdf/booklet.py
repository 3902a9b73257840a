"""The booklet: the pages of a PDF two-up on sheets that are printed on both sides and folded."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

_BLANK = "–"


def order(
    pages: int, *, back_cover: bool = False, leftward: bool = False
) -> tuple[tuple[int | None, int | None], ...]:
    """What stands left and right on each side of the sheets of a saddle-stitched booklet.

    Pages are counted from 0, None is a blank one. The sides come in the order of printing, front
    and back of each sheet, the outermost sheet first; ``pages`` is at least 1. Blanks fill the
    last sheet up: they stand at the end or, with ``back_cover``, before the last page, which then
    stays outside. ``leftward`` is for text from right to left, whose spine is on the right.
    """
    places: list[int | None] = [*range(pages)]
    end = pages - 1 if back_cover else pages
    places[end:end] = [None] * (-pages % 4)
    sides = []
    for inner in range(len(places) // 2):
        pair = places[-1 - inner], places[inner]
        sides.append(pair if inner % 2 == leftward else pair[::-1])
    return tuple(sides)


def impose(
    pdf: bytes, labels: Sequence[str], *, back_cover: bool = False, leftward: bool = False
) -> bytes:
    """The pages of ``pdf``, which is untagged, as a booklet; see ``order``. They are of one size.

    A sheet is twice as wide as a page. Each page is drawn as it is, by a form XObject (ISO 32000-1
    §8.10), so that faces and pictures stay shared. ``labels`` are the pages' labels; a sheet is
    named by both of its. Bookmarks lead to the sheets, a printer is asked for both sides turned
    at the short edge and for no scaling (§12.2). Links and XMP metadata, which are for the screen,
    are left out.
    """
    import pikepdf
    from pikepdf import Array, Dictionary, Name

    source = pikepdf.open(io.BytesIO(pdf))
    made = pikepdf.new()
    with source, made:
        _, _, width, height = (float(edge) for edge in source.pages[0].trimbox)
        for key, value in source.docinfo.items():
            made.docinfo[key] = value if not isinstance(value, pikepdf.Object) else str(value)
        forms = []
        for page in source.pages:
            forms.append(made.copy_foreign(page.as_form_xobject()))
        sheet_of: dict[Any, tuple[int, float]] = {}
        names: list[Any] = []
        for number, side in enumerate(order(len(forms), back_cover=back_cover, leftward=leftward)):
            made.add_blank_page(page_size=(2 * width, height))
            sheet = made.pages[-1]
            drawn = []
            for place, index in enumerate(side):
                if index is not None:
                    name = sheet.add_resource(forms[index], Name.XObject, Name(f"/Page{index + 1}"))
                    drawn.append(f"q 1 0 0 1 {place * width:.6f} 0 cm {name} Do Q")
                    sheet_of[source.pages[index].objgen] = (number, place * width)
            sheet.Contents = made.make_stream("\n".join(drawn).encode())
            named = ", ".join(_BLANK if index is None else labels[index] for index in side)
            names += [number, Dictionary(P=named)]
        made.Root.PageLabels = Dictionary(Nums=Array(names))
        with source.open_outline() as old, made.open_outline() as new:
            new.root.extend(_mapped(old.root, sheet_of, made))
        made.Root.Lang = str(source.Root.get("/Lang", ""))
        made.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None")
        )
        out = io.BytesIO()
        made.save(
            out,
            min_version=source.pdf_version,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return out.getvalue()


def _mapped(items: Any, sheet_of: Any, made: Any) -> list[Any]:
    """Bookmarks with those below them, each leading to the place of its page on a sheet."""
    from pikepdf import Array, Name, OutlineItem

    out = []
    for item in items:
        page, _, left, top, _ = item.destination
        sheet, moved = sheet_of[page.objgen]
        place = [made.pages[sheet].obj, Name.XYZ, float(left) + moved, float(top), 0]
        mark = OutlineItem(item.title, Array(place))
        mark.children.extend(_mapped(item.children, sheet_of, made))
        out.append(mark)
    return out
