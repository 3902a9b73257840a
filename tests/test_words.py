"""Lines drawn from words that were shaped before have the glyphs that Pango gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bulletin_press import fonts
from bulletin_press.editions.pdf import engine, evenness, shortcuts
from tests.test_evenness import document, in_a_child

SEEDS = range(4)


def _written(seed: int, plain: bool) -> tuple[bytes, int]:
    """A random document as a file, and how many of its lines were drawn from words."""
    with shortcuts.taken(shortcuts.chosen(plain), b"primary"):
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse

        from bulletin_press.editions.pdf import repairs
        from bulletin_press.editions.pdf.evenness import words

        class Faces(URLFetcher):  # type: ignore[misc]
            def fetch(self, url: str, headers: Any = None) -> Any:
                names = {f"press:faces/{face.name}.ttf": face for face in fonts.PRIMARY}
                return URLFetcherResponse(url, names[url].data())

        line, counts = words.Shape.line, [0]

        def counted(*given: Any) -> Any:
            found = line(*given)
            counts[0] += found is not None
            return found

        html = HTML(string=document(seed), url_fetcher=Faces(), base_url="press:")
        words.Shape.line = counted  # type: ignore[method-assign,assignment]
        try:
            with repairs.true_lines(), evenness.taken(True, b"primary"):
                return html.write_pdf(pdf_identifier=b"words"), counts[0]
        finally:
            words.Shape.line = line  # type: ignore[method-assign]


def _compared(folder: Path) -> list[tuple[bool, bool, bool]]:
    engine.isolate(folder)
    found = []
    for seed in SEEDS:
        (quick, drawn), (plain, shaped) = _written(seed, False), _written(seed, True)
        found.append((quick == plain, drawn > 0, shaped > 0))
    return found


def test_lines_drawn_from_words_are_as_pango_shapes_them() -> None:
    found = in_a_child(_compared)
    assert all(same for same, _, _ in found)
    assert any(drawn for _, drawn, _ in found)
    assert not any(shaped for _, _, shaped in found)
