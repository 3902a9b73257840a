"""The finished book opened again: what it lists is there, and every link in it arrives."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import cast
from urllib.parse import unquote

from lxml import etree

from bulletin_press.editions.epub.book import XHTML_TYPE
from bulletin_press.problems import Location, ProblemsError, problem

_CONTAINER = "META-INF/container.xml"
_NAMES = {"o": "http://www.idpf.org/2007/opf"}
_TREES = frozenset({XHTML_TYPE, "application/x-dtbncx+xml"})
_IDS = etree.XPath("//@id", smart_strings=False)
_ADDRESSES = etree.XPath("//@href|//@src", smart_strings=False)
_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*:").match
_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")


def inspect(data: bytes, name: str) -> None:
    """Prove the EPUB ``data``, called ``name`` in messages.

    Raises ProblemsError (E101) with everything that is wrong: a file listed and missing or the
    other way round, an id given twice, a link or reading place that leads nowhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            files = {entry.filename: archive.read(entry) for entry in entries}
        found = list(_container(entries, files))
        if not found:
            found = list(_package(files))
    except (zipfile.BadZipFile, etree.XMLSyntaxError, LookupError, ValueError) as error:
        found = [("", f"the file cannot be read back: {error}")]
    if found:
        raise ProblemsError(
            problem("E101", message, Location(posixpath.join(name, path)))
            for path, message in found
        )


def _container(
    entries: list[zipfile.ZipInfo], files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    first = entries[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
        yield "mimetype", "the type does not come first and plain"
    if len(entries) != len(files):
        yield "", "a file is there twice"


def _package(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    (path,) = _values(etree.fromstring(files[_CONTAINER]), "full-path")
    root = etree.fromstring(files[path])
    folder = posixpath.dirname(path)
    listed = {
        posixpath.join(folder, str(item.get("href"))): str(item.get("media-type"))
        for item in root.iterfind("o:manifest/o:item", _NAMES)
    }
    for missing in sorted(listed.keys() - files.keys()):
        yield missing, "the file is listed and missing"
    for extra in sorted(files.keys() - listed.keys() - {"mimetype", _CONTAINER, path}):
        yield extra, "the file is not listed"
    yield from _repeated(path, root)
    own = set(_values(root, "id"))
    pointers = _values(root, "refines", "idref", "toc", "unique-identifier")
    for pointer in (one.removeprefix("#") for one in pointers):
        if pointer not in own:
            yield path, f"“{pointer}” is nowhere in the package"
    trees = {
        name: etree.fromstring(files[name])
        for name, kind in listed.items()
        if kind in _TREES and name in files
    }
    lists = {name: cast("list[str]", _IDS(tree)) for name, tree in trees.items()}
    ids = {name: set(listed) for name, listed in lists.items()}
    for name, tree in trees.items():
        if len(ids[name]) != len(lists[name]):
            yield from _repeated(name, tree)
        for address in dict.fromkeys(cast("list[str]", _ADDRESSES(tree))):
            if not (address.startswith("#") and address[1:] in ids[name]):
                yield from _address(name, address, ids, files)
    for name, kind in listed.items():
        for address in _URL.findall(files[name].decode()) if kind == "text/css" else ():
            yield from _address(name, address, ids, files)


def _values(tree: etree._Element, *names: str) -> Iterator[str]:
    """The values of the named attributes, in document order."""
    for part in tree.iter(etree.Element):
        yield from (str(part.get(name)) for name in names if name in part.attrib)


def _repeated(name: str, tree: etree._Element) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for one in _values(tree, "id"):
        if one in seen:
            yield name, f"the id “{one}” is given twice"
        seen.add(one)


def _address(
    name: str, address: str, ids: Mapping[str, set[str]], files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    if _SCHEME(address):
        return
    path, _, anchor = address.partition("#")
    target = _target(posixpath.dirname(name), path) if path else name
    if target not in files:
        yield name, f"“{address}” leads to no file"
    elif anchor and anchor not in ids.get(target, set()):
        yield name, f"“{address}” leads to no place in its file"


@lru_cache(maxsize=4096)
def _target(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(path)))
