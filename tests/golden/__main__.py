"""Keeps the pages as they are laid out now: ``make golden``. Look at them before they are kept."""

from __future__ import annotations

from PIL import Image

from tests.golden import FOLDER, ISSUES, TOLERANCE, difference, packed, pages


def main() -> None:
    """Write each page that differs from the kept one, and say so."""
    wanted = set()
    for issue in ISSUES:
        for name, page in pages(issue):
            wanted.add(name)
            path = FOLDER / name
            if path.is_file() and difference(page, Image.open(path)).worst <= TOLERANCE:
                continue
            path.write_bytes(packed(page))
            print(path)
    for path in FOLDER.glob("*.png"):
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
