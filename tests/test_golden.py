"""The kept pages are those that are laid out now; differences are shown, not only told."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw
from playwright.sync_api import Browser

from tests.golden import (
    FOLDER,
    ISSUES,
    SCREEN_SQUARE,
    SCREEN_TOLERANCE,
    SCREENS,
    TOLERANCE,
    changed,
    difference,
    packed,
    pages,
    shown,
)

HINT = "Look at them. If the new page is right, keep it: make golden"


def changes(made: Iterable[tuple[str, Image.Image]]) -> list[str]:
    """What differs of pages from those that are kept, and where both can be looked at."""
    seen = []
    for name, page in made:
        with Image.open(FOLDER / name) as kept:
            found = changed(name, page, kept)
        if found:
            folder = Path(tempfile.mkdtemp(prefix="golden-"))
            page.save(folder / name)
            found.picture.save(folder / name.replace(".png", "-difference.png"))
            seen.append(f"{folder / name}: a square differs by {found.worst:.0f} of 255")
    return [*seen, HINT] if seen else []


@pytest.mark.parametrize("issue", ISSUES)
def test_pages_look_as_they_were_kept(issue: str) -> None:
    assert changes(pages(issue)) == []


def test_screens_look_as_they_were_kept(browser: Browser) -> None:
    assert changes(shown(browser)) == []


def test_exactly_the_wanted_pages_are_kept_and_they_are_small() -> None:
    wanted = {f"{issue}-{page}.png" for issue, (_, pages) in ISSUES.items() for page in pages}
    wanted |= {f"screen-{name}.png" for name in SCREENS}
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
    for other in (lowered, spaced, ruled, ImageChops.offset(page, 1, 0)):
        found = difference(other, page)
        assert found.worst > TOLERANCE
        assert found.picture.size == page.size
    assert difference(page, page).worst == 0
    assert difference(page, page.resize((page.width, page.height + 40))).worst > TOLERANCE


def test_small_changes_of_a_screen_are_seen() -> None:
    screen = Image.open(FOLDER / "screen-front-phone.png").convert("L")
    moved = ImageChops.offset(screen, 0, 2)
    part = screen.crop((0, 300, 360, 330))
    spaced = screen.copy()
    spaced.paste(part, (4, 300))
    for other in (moved, spaced):
        assert difference(other, screen, SCREEN_SQUARE).worst > SCREEN_TOLERANCE
