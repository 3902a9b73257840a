"""The kept pages are those that are laid out now; differences are shown, not only told."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from tests.golden import FOLDER, ISSUES, TOLERANCE, difference, packed, pages

HINT = "Look at them. If the new page is right, keep it: make golden"


@pytest.mark.parametrize("issue", ISSUES)
def test_pages_look_as_they_were_kept(issue: str) -> None:
    changed = []
    for name, page in pages(issue):
        with Image.open(FOLDER / name) as kept:
            found = difference(page, kept)
        if found.worst > TOLERANCE:
            folder = Path(tempfile.mkdtemp(prefix="golden-"))
            page.save(folder / name)
            found.picture.save(folder / name.replace(".png", "-difference.png"))
            changed.append(f"{folder / name}: a square differs by {found.worst:.0f} of 255")
    assert not changed, "\n".join([*changed, HINT])


def test_exactly_the_wanted_pages_are_kept_and_they_are_small() -> None:
    wanted = {f"{issue}-{page}.png" for issue, (_, pages) in ISSUES.items() for page in pages}
    kept = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(kept) == wanted
    assert max(kept.values()) < 60_000


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return Image.open(FOLDER / "clean-2.png").convert("L")


def test_packing_keeps_every_dot(page: Image.Image) -> None:
    with Image.open(io.BytesIO(packed(page))) as kept:
        assert kept.convert("L").tobytes() == page.tobytes()


def test_small_changes_are_seen(page: Image.Image) -> None:
    part = (60, 300, 290, 312)  # one line of the left column
    lowered = page.copy()
    lowered.paste(page.crop(part), (part[0], part[1] + 1))
    spaced = page.copy()
    spaced.paste(page.crop(part), (part[0] + 2, part[1]))
    ruled = page.copy()
    ImageDraw.Draw(ruled).line((60, 500, 290, 500), 221)  # as thin as the thinnest
    for changed in (lowered, spaced, ruled, ImageChops.offset(page, 1, 0)):
        found = difference(changed, page)
        assert found.worst > TOLERANCE
        assert found.picture.size == page.size
    assert difference(page, page).worst == 0
    assert difference(page, page.resize((page.width, page.height + 40))).worst > TOLERANCE
