"""One layout by WeasyPrint: isolated from system fonts and network, repeated until it is true.

Where WeasyPrint fills in page numbers it lays out some pages anew, and can then, without a word,
print numbers that are out of date or lose a note. So numbers and text are read back from the
laid-out boxes and, while one is wrong, the document is laid out again with the numbers written
into it, which leaves the engine nothing to fill in.
"""

from __future__ import annotations

import gc
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulletin_press.editions.pdf.composition import Composition

ROUNDS = 6
VARIANT = "pdf/a-2a"
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/none</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Cutting:
    """The PDF of one article of the issue, by its id.

    ``crowded`` says that its citation has no room on its pages, which begin with ``label``.
    """

    article: str
    pdf: bytes
    label: str
    crowded: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished layout as plain values, fit to leave the process that made it.

    Where offprints are asked for, they are there and ``pdf`` is empty.
    """

    pdf: bytes
    labels: tuple[str, ...]
    starts: tuple[tuple[str, int, str], ...]
    anchors: dict[str, int]
    printed: tuple[tuple[str, str], ...]
    margins: tuple[tuple[str, ...], ...]
    overflows: tuple[tuple[int, str, str, bool], ...]
    incomplete: tuple[str, ...]
    warnings: tuple[str, ...]
    settled: bool
    offprints: tuple[Cutting, ...] = ()


def lay_out(composition: Composition, folder: Path) -> Layout:
    """Lay out and write the PDF; ``folder`` is an empty one for the engine's own files.

    Sets FONTCONFIG_FILE, so WeasyPrint must not have been imported in this process before.
    """
    (folder / "none").mkdir()
    configuration = folder / "fonts.conf"
    configuration.write_text(_FONTCONFIG.format(folder=folder), "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    with _messages() as messages, _no_collection(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No fonts configured in FontConfig")
        from bulletin_press.editions.pdf import footnotes, grid, repairs

        with repairs.true_lines(), grid.level_columns(), footnotes.at_their_calls():
            return _with_room(lambda: _lay_out(composition, messages))


def _with_room(work: Callable[[], Layout]) -> Layout:
    return work()


# CPython keeps its frames in chunks; a loop that calls across the edge of one allocates
# and frees the next at every call. A first frame this large leaves the whole layout in one chunk.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=140_000)


def _lay_out(composition: Composition, messages: list[str]) -> Layout:
    from weasyprint.text.fonts import FontConfiguration

    from bulletin_press.editions.pdf import finish, onscreen, pagemap, tags

    fonts = FontConfiguration()
    numbers: dict[str, str] = {}
    pictures: dict[str, Any] = {}
    setting = composition.setting
    kind = {"pdf_variant": VARIANT if setting.claims else None, "pdf_tags": setting.claims}
    settled = False
    for _ in range(ROUNDS):
        del messages[:]
        source = _parse(composition, numbers)
        document = source.render(font_config=fonts, cache=pictures, **kind)
        anchors: dict[str, int] = {}
        for number, page in enumerate(document.pages, 1):
            for name in page.anchors:
                anchors.setdefault(name, number)
        labels = finish.page_labels(composition, len(document.pages), anchors)
        found = pagemap.read(document, source.etree_element)
        true = {name: labels[anchors[name] - 1] for name, _ in found.printed if name in anchors}
        settled = all(true.get(name) == number for name, number in found.printed)
        incomplete = tuple(block.id for block in found.blocks.values() if not block.whole)
        if settled and not (incomplete and numbers != true):
            break
        numbers = true
    prepared = setting.prepare(document, pictures, composition)

    def written(document: Any, labels: tuple[str, ...]) -> bytes:
        def finished(_: Any, pdf: Any) -> None:
            finish.finish(pdf, labels)
            if setting.claims:
                onscreen.settle(pdf)
            prepared(pdf)

        with tags.tagged(document, source.etree_element) if setting.claims else nullcontext():
            if setting.claims:
                finish.claim(document.metadata)
            pdf: bytes = document.write_pdf(finisher=finished, **kind)
        return pdf

    offprints = tuple(_offprints(composition, document, source.etree_element, labels, written))
    return Layout(
        b"" if composition.cuts else written(document, labels),
        tuple(labels),
        tuple(found.starts),
        {name: anchors[name] for name in composition.anchors if name in anchors},
        tuple(found.printed),
        tuple(tuple(words) for words in found.margins),
        tuple(found.overflows),
        incomplete,
        tuple(dict.fromkeys(messages)),
        settled,
        offprints,
    )


def _offprints(
    composition: Composition,
    document: Any,
    tree: Any,
    labels: tuple[str, ...],
    written: Callable[[Any, tuple[str, ...]], bytes],
) -> Iterator[Cutting]:
    """Each article that is asked for, cut from the document laid out for ``tree``."""
    from bulletin_press.editions.pdf import cutting

    for cut in composition.cuts:
        found = cutting.take(document, tree, labels, cut, lambda html: _source(composition, html))
        pdf = written(found.document, found.labels)
        yield Cutting(cut.article, pdf, found.labels[0], found.crowded)


def _parse(composition: Composition, numbers: Mapping[str, str]) -> Any:
    """The document for the engine, with page numbers written in where they are known."""
    source = _source(composition, composition.html)
    for link in source.etree_element.iter("a"):
        number = numbers.get(link.get("href", "")[1:])
        if number is not None:
            link.set("data-number", number)
    return source


def _source(composition: Composition, html: str) -> Any:
    """HTML for the engine, which finds the composition's resources and nothing else."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Resources(URLFetcher):  # type: ignore[misc]
        """Gives the composition's own resources, those within its drawings, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            if url not in composition.resources:
                raise ValueError("the address is not one of this issue's resources")
            return URLFetcherResponse(url, composition.resources[url])

    return HTML(string=html, url_fetcher=Resources(), base_url="press:")


@contextmanager
def _messages() -> Iterator[list[str]]:
    """Collect what the engine logs as a warning or worse."""
    messages: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger, handler = logging.getLogger("weasyprint"), Collect(logging.WARNING)
    before, propagate = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield messages
    finally:
        logger.handlers, logger.propagate = before, propagate


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the cycle collector off: a layout frees little before its end, and then all."""
    gc.freeze()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
        gc.unfreeze()
