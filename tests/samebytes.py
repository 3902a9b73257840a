"""Layouts with and without the engine's shortcuts, compared by their bytes.

All layouts of a call are made one after another in one child process: shortcuts are taken, kept
results used and everything put back many times. ``plain`` documents go to the engine as they are,
with the product's faces.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bulletin_press import config, fonts, kept
from bulletin_press.editions.pdf import engine, evenness, shortcuts
from bulletin_press.editions.pdf.composition import Composition, compose
from bulletin_press.editions.pdf.profiles import PROFILES
from bulletin_press.issue import Issue
from bulletin_press.source import reader

WAYS = ("at first", "with what was kept", "plain")


def composed(folder: Path, profile: str = "screen") -> Composition:
    """An issue's sources, composed as the PDF of ``profile``."""
    publication = config.load(config.find_root(folder) or folder)
    issue = Issue(publication, reader.read(publication, folder).document)
    return compose(issue, setting=PROFILES[profile])


def differences(
    compositions: Mapping[str, Composition], documents: Mapping[str, str] | None = None
) -> list[str]:
    """The names of compositions and plain documents that come out in more than one way."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(sender, compositions, documents or {}))
    child.start()
    sender.close()
    found: list[str] = receiver.recv()
    child.join()
    return found


def _work(
    sender: Connection, compositions: Mapping[str, Composition], documents: Mapping[str, str]
) -> None:
    try:
        with tempfile.TemporaryDirectory() as folder:
            sender.send(list(_compared(Path(folder), compositions, documents)))
    except BaseException:
        sender.send([traceback.format_exc()])


def _compared(
    folder: Path, compositions: Mapping[str, Composition], documents: Mapping[str, str]
) -> Iterator[str]:
    chosen = {way: shortcuts.chosen(plain=way == "plain") for way in WAYS}
    if not chosen[WAYS[0]].taken:
        yield f"no shortcut is taken: {chosen[WAYS[0]].strange}"
    engine.isolate(folder)
    with kept.using(kept.Store(folder / "kept")):
        for name, composition in compositions.items():
            layouts = {way: engine.lay_out(composition, folder, chosen[way]) for way in WAYS}
            yield from (f"{name}, {way}" for way in WAYS if layouts[way] != layouts["plain"])
        for name, document in documents.items():
            for tagged in (False, True):
                made = {way: _written(document, chosen[way], tagged) for way in WAYS}
                yield from (f"{name}, {way}" for way in WAYS if made[way] != made["plain"])


def _written(document: str, chosen: shortcuts.Shortcuts, tagged: bool) -> bytes:
    faces = {f"press:faces/{face.name}.ttf": face.data() for face in fonts.PRIMARY}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _engine_wrote(document, chosen, tagged, faces)


def _engine_wrote(
    document: str, chosen: shortcuts.Shortcuts, tagged: bool, faces: Mapping[str, bytes]
) -> bytes:
    with shortcuts.taken(chosen, b"primary"):
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse

        class Faces(URLFetcher):  # type: ignore[misc]
            def fetch(self, url: str, headers: Any = None) -> Any:
                if url.startswith("data:"):
                    return super().fetch(url, headers)
                return URLFetcherResponse(url, faces[url])

        html = HTML(string=document, url_fetcher=Faces(), base_url="press:")
        variant = "pdf/ua-1" if tagged else None
        with evenness.taken(True, b"primary") as failed:
            pdf: bytes = html.write_pdf(pdf_variant=variant, pdf_tags=tagged)
        assert not failed, failed
    return pdf
