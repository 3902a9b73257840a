"""One layout by WeasyPrint: isolated from system fonts and network, repeated until it is true.

Where WeasyPrint fills in page numbers it lays out some pages anew, and can then, without a word,
print numbers that are out of date or lose a note. So numbers are guessed and written into the
document, which leaves the engine nothing to fill in; numbers and text are read back from the
laid-out boxes and, while one is wrong, the document is laid out again with the numbers found.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulletin_press import garbage
from bulletin_press.editions.pdf import divisions, evenness, shortcuts
from bulletin_press.editions.pdf.composition import BACK_COVER, Composition
from bulletin_press.editions.pdf.layout import Cutting, Glimpse, Layout

if TYPE_CHECKING:
    from bulletin_press.editions.pdf.pagemap import PageMap
    from bulletin_press.editions.pdf.promises import Fault
    from bulletin_press.editions.pdf.resuming import Resumption

ROUNDS = 6
VARIANT = "pdf/a-2a"
_GLIMPSED = 3  # pages: a change is seldom on the first that is laid out anew
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/none</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


def lay_out(
    composition: Composition, folder: Path, wanted: shortcuts.Shortcuts | None = None
) -> Layout:
    """Lay out and write the PDF; ``folder`` is an empty one for the engine's own files.

    ``wanted`` are the shortcuts that are taken, all by default. Sets FONTCONFIG_FILE, so WeasyPrint
    must not have been imported in this process before.
    """
    with opened(folder, wanted or shortcuts.chosen(), composition.faces()) as session:
        return session.lay_out(composition)


@contextmanager
def opened(
    folder: Path, wanted: shortcuts.Shortcuts, used: bytes, resuming: bool = False
) -> Iterator[Session]:
    """The engine at work, for any number of layouts; for the rest see ``lay_out``.

    ``used`` are the ``faces`` of the first layout. With ``resuming`` each layout goes on from the
    one before, as far as that is of the same text.
    """
    isolate(folder)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No fonts configured in FontConfig")
        with shortcuts.taken(wanted, used), divisions.known():
            yield Session(resuming, wanted.taken)


class Session:
    """Layouts by one engine, which share faces and pictures while these stay the same."""

    def __init__(self, resuming: bool = False, quick: bool = False) -> None:
        self._resuming, self._quick = resuming, quick
        self._resources: dict[str, bytes] = {}
        self._fonts: Any = None
        self._pictures: dict[str, Any] = {}
        self._resumptions: dict[str, Resumption] = {}
        self._numbers: dict[str, dict[str, str]] = {}
        self._first: dict[int, int] = {}

    def lay_out(
        self, composition: Composition, glimpse: Callable[[Glimpse], None] | None = None
    ) -> Layout:
        """Lay out and write the PDF.

        ``glimpse`` is shown what can be seen before it is written, where something can.
        """
        from weasyprint.text.fonts import FontConfiguration

        from bulletin_press.editions.pdf import columns, grid, repairs

        if self._fonts is None or self._resources != composition.resources:
            self._resources, self._fonts = composition.resources, FontConfiguration()
            self._pictures, self._resumptions, self._numbers = {}, {}, {}
        with (
            _messages() as messages, garbage.kept(),
            repairs.true_lines(), grid.level_columns(), columns.mended(),
            evenness.taken(composition.even, composition.faces()) as uneven,
        ):  # fmt: skip
            return _with_room(lambda: _lay_out(self, composition, messages, uneven, glimpse))

    @property
    def pictures(self) -> dict[str, Any]:
        """The pictures that the engine has decoded."""
        return self._pictures

    def numbers(self, rules: str) -> dict[str, str]:
        """The page numbers to begin with: those that were true last, where layouts are resumed."""
        return self._numbers.get(rules, {})

    def proved(self, rules: str, numbers: dict[str, str]) -> None:
        """Note the numbers that were true for pages set by ``rules``."""
        if self._resuming:
            self._numbers[rules] = numbers

    def render(self, source: Any, composition: Composition, rules: str) -> Any:
        """Lay out the engine's ``source``, set by ``rules``; with shortcuts, numbers put right."""
        options = {"font_config": self._fonts, "cache": self._pictures, **_kind(composition)}
        with _renumbered(composition) if self._quick else nullcontext():
            if not self._resuming:
                return source.render(**options)
            from bulletin_press.editions.pdf.resuming import Resumption

            resumption = self._resumptions.setdefault(rules, Resumption())
            document = resumption.render(source, **options)
            self._first = {id(document): resumption.first}
            return document

    def first_made(self, document: Any) -> int | None:
        """The first page of ``document`` that was not taken over, if that is known."""
        return self._first.get(id(document))


def _renumbered(composition: Composition) -> AbstractContextManager[None]:
    from bulletin_press.editions.pdf import finish
    from bulletin_press.editions.pdf.shortcuts import renumbering

    return renumbering.true(partial(finish.page_labels, composition), ROUNDS)


def isolate(folder: Path) -> None:
    """Let an engine that is imported later find no font of the machine; ``folder`` is for it."""
    (folder / "none").mkdir(exist_ok=True)
    configuration = folder / "fonts.conf"
    configuration.write_text(_FONTCONFIG.format(folder=folder), "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def _with_room(work: Callable[[], Layout]) -> Layout:
    return work()


# CPython keeps its frames in chunks; a loop that calls across the edge of one allocates
# and frees the next at every call. A first frame this large leaves the whole layout in one chunk.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=140_000)


@dataclass(frozen=True, slots=True)
class _Pages:
    """Pages whose numbers are true, or the last of several tries; with what was found on them."""

    document: Any
    tree: Any
    labels: tuple[str, ...]
    anchors: dict[str, int]
    found: PageMap
    faults: tuple[Fault, ...]
    incomplete: tuple[str, ...]
    warnings: tuple[str, ...]
    settled: bool

    @property
    def short(self) -> bool:
        """Whether the last page has few lines."""
        return any(one.code == "L113" for one in self.faults)

    def better_than(self, other: _Pages) -> bool:
        """Whether these are fewer pages with no more faults."""
        whole = self.settled and not self.incomplete and not self.short
        fewer = len(self.labels) < len(other.labels)
        return whole and fewer and len(self.faults) <= len(other.faults)


def _lay_out(
    session: Session,
    composition: Composition,
    messages: list[str],
    uneven: dict[Any, str],
    glimpse: Callable[[Glimpse], None] | None = None,
) -> Layout:
    from bulletin_press.editions.pdf import finish, onscreen, tags

    pages = _tightest_needed(
        composition, lambda rules: _pages(session, composition, rules, messages)
    )
    del messages[:]
    setting = composition.setting
    prepared = setting.prepare(pages.document, session.pictures, composition)

    def written(document: Any, labels: tuple[str, ...]) -> bytes:
        def finished(_: Any, pdf: Any) -> None:
            finish.finish(pdf, labels)
            if setting.claims:
                onscreen.settle(pdf)
            prepared(pdf)

        with ExitStack() as stack:
            if setting.claims:
                stack.enter_context(onscreen.joined())
                stack.enter_context(tags.tagged(document, pages.tree))
                finish.claim(document.metadata, composition.identifier)
            pdf: bytes = document.write_pdf(finisher=finished, **_kind(composition))
        return pdf

    first = session.first_made(pages.document)
    if glimpse and first is not None and pages.settled:
        some = slice(first, first + _GLIMPSED)
        document = pages.document.copy(pages.document.pages[some])
        document.metadata = copy(pages.document.metadata)
        glimpse(Glimpse(first, written(document, pages.labels[some])))
        del messages[:]  # of links that lead to other pages
    offprints = tuple(_offprints(composition, pages, written))
    anchors = {name: pages.anchors[name] for name in composition.anchors if name in pages.anchors}
    return Layout(
        b"" if composition.cuts else written(pages.document, pages.labels),
        pages.labels,
        tuple(pages.found.starts),
        anchors,
        tuple(pages.found.printed),
        tuple(tuple(words) for words in pages.found.margins),
        (*pages.faults, *_uneven(uneven, pages)),
        pages.incomplete,
        tuple(dict.fromkeys((*pages.warnings, *messages))),
        pages.settled,
        offprints,
    )


def _uneven(uneven: dict[Any, str], pages: _Pages) -> Iterator[Fault]:
    """The paragraphs whose lines could not be broken as a whole, each with the error.

    Those of pages that were taken over are known from these.
    """
    from bulletin_press.editions.pdf.blocks import Owners
    from bulletin_press.editions.pdf.promises import Fault

    owners = Owners(pages.tree)
    now = {owners.name(element): error for element, error in uneven.items()}
    names = pages.found.uneven | now
    for name, error in names.items():
        block = pages.found.blocks.get(name)
        yield Fault("L116", name, 1, block.characters if block else "", error)


def _offprints(
    composition: Composition,
    pages: _Pages,
    written: Callable[[Any, tuple[str, ...]], bytes],
) -> Iterator[Cutting]:
    """Each article that is asked for, cut from the pages."""
    if not composition.cuts:
        return
    from bulletin_press.editions.pdf import cutting

    for cut in composition.cuts:
        found = cutting.take(
            pages.document, pages.tree, pages.labels, cut, lambda text: _source(composition, text)
        )
        pdf = written(found.document, found.labels)
        yield Cutting(cut.article, pdf, found.labels[0], found.crowded)


def _kind(composition: Composition) -> dict[str, Any]:
    claims = composition.setting.claims
    return {"pdf_variant": VARIANT if claims else None, "pdf_tags": claims}


def _tightest_needed(composition: Composition, lay_out: Callable[[str], _Pages]) -> _Pages:
    """The pages, set tighter by the smallest step that spares a last page of a few lines.

    The largest step is tried first: where that does not help, none does.
    """
    usual = lay_out("")
    if not usual.short:
        return usual
    *smaller, largest = composition.tightenings
    tightest = lay_out(largest)
    if not tightest.better_than(usual):
        return usual
    tries = (lay_out(rules) for rules in smaller)
    return next((pages for pages in tries if pages.better_than(usual)), tightest)


def _pages(session: Session, composition: Composition, rules: str, messages: list[str]) -> _Pages:
    """Lay out, with ``rules`` after all others, until the numbers printed are true."""
    from bulletin_press.editions.pdf import faults, finish, numbering, pagemap, placed

    numbers = session.numbers(rules)
    for _ in range(ROUNDS):
        del messages[:]
        source = _parse(composition, numbers, rules)
        document = session.render(source, composition, rules)
        anchors: dict[str, int] = {}
        for number, page in enumerate(document.pages, 1):
            for name in page.anchors:
                anchors.setdefault(name, number)
        labels = finish.page_labels(composition, len(document.pages), anchors)
        found = pagemap.read(document, source.etree_element)
        true = numbering.true({name for name, _ in found.printed}, labels, anchors)
        settled = all(true.get(name) == number for name, number in found.printed)
        incomplete = tuple(block.id for block in found.blocks.values() if not block.whole)
        if settled and not (incomplete and numbers != true):
            session.proved(rules, true)
            break
        numbers = true
    sheets = placed.read(document, source.etree_element)
    last = anchors.get(BACK_COVER, len(sheets) + 1) - 1
    wrong = faults.find(sheets, anchors.get(composition.opening, len(sheets)), last)
    return _Pages(
        document, source.etree_element, labels, anchors, found, tuple(wrong), incomplete,
        tuple(messages), settled,
    )  # fmt: skip


def _parse(composition: Composition, numbers: Mapping[str, str], rules: str) -> Any:
    """The document for the engine, with page numbers written in: those known, others guessed."""
    from bulletin_press.editions.pdf import numbering

    source = _source(composition, composition.html)
    if rules:
        style = deepcopy(source.etree_element.find("head/style"))
        style.text, style.tail = rules, None
        source.etree_element.find("head").append(style)
    tree = source.etree_element
    numbering.write(tree, {**numbering.guessed(composition, tree), **numbers})
    return source


def _source(composition: Composition, text: str) -> Any:
    """A document for the engine, which finds the composition's resources and nothing else.

    The engine would read its ``text`` as HTML; as XML it is read in a tenth of the time.
    """
    from email.message import EmailMessage, Message
    from xml.etree import ElementTree

    from cssselect2 import ElementWrapper
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Resources(URLFetcher):  # type: ignore[misc]
        """Gives the composition's own resources, those within its drawings, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            if url not in composition.resources:
                raise ValueError("the address is not one of this issue's resources")
            headers = EmailMessage(Message().policy)  # the usual policy is a long import
            data = composition.resources[url]
            if data.startswith(b"<"):  # else the engine asks each of Pillow's plugins first
                headers["Content-Type"] = "image/svg+xml"
            return URLFetcherResponse(url, data, headers)

    source = HTML.__new__(HTML)
    source.base_url, source.url_fetcher, source.media_type = "press:", Resources(), "print"
    source.etree_element = ElementTree.fromstring(text)
    source.wrapper_element = ElementWrapper.from_html_root(source.etree_element, None)
    return source


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
