"""Keeps the pages as they are laid out now: ``make golden``. Look at them before they are kept."""

from __future__ import annotations

import itertools

from PIL import Image

from tests.golden import FOLDER, ISSUES, changed, packed, pages, shown
from tests.judging.browser import chromium


def main() -> None:
    """Write each page that differs from the kept one, and say so."""
    with chromium() as browser:
        screens = list(shown(browser))
    wanted = set()
    for name, page in itertools.chain(*map(pages, ISSUES), screens):
        wanted.add(name)
        path = FOLDER / name
        if not path.is_file() or changed(name, page, Image.open(path)):
            path.write_bytes(packed(page))
            print(path)
    for path in FOLDER.glob("*.png"):
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
