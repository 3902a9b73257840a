"""The whole site: every issue shelved, lists and feeds made, all put in place in one step."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import connection
from pathlib import Path
from threading import Thread
from typing import Any

from bulletin_press import config, freshness, kept, program
from bulletin_press.archive import content, feeds, frame, maps, opds, searching, state, ways
from bulletin_press.archive.holdings import Archive, File, Holding
from bulletin_press.archive.pages import Leaf, leaves
from bulletin_press.archive.publishing import beside, exchange, manifest
from bulletin_press.archive.publishing.headers import IMMUTABLE
from bulletin_press.archive.shelving import Order, Shelf, shelve
from bulletin_press.archive.state import Remembered
from bulletin_press.archive.tree import Tree
from bulletin_press.config import Publication
from bulletin_press.problems import Location, Problem, errors, ordered, problem
from bulletin_press.source import mastheads, siblings
from bulletin_press.source.mastheads import SOURCE_FOLDER
from bulletin_press.source.metadata import addressable

FOLDER = "site"
_PAGES = (".html", ".xml", ".json", ".atom", ".rss", ".txt")
_AGES = 5  # sites for which an immutable file stays that no page uses
Show = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a run gave: the site's folder, None if it stayed as it was, and all problems.

    ``shelved`` are the ids of the issues that were made anew.
    """

    folder: Path | None
    problems: tuple[Problem, ...]
    shelved: tuple[str, ...] = ()


def build(
    root: Path, *, strict: bool = False, encoding: str = "", processes: int = 1,
    show: Show = lambda done, total, what: None,
) -> Built:  # fmt: skip
    """Make the site of the publication in ``root`` into ``build/site``.

    Issues whose sources are as they were are taken from there as they are. ``show`` is told how
    many issues are done, of how many, and which came last; as many ``processes`` work at issues.
    With an error, or with ``strict`` a warning, nothing is put in place. Problems are returned;
    a wrong bulletin.toml raises ProblemsError.
    """
    publication = config.load(root)
    folders = tuple(_published(root))
    problems = list(_reserved(folders))
    if not folders:
        hint = "write an issue, or take :Unpublished: out of one"
        message = "the publication has no issue that is out"
        problems.append(problem("S115", message, Location(SOURCE_FOLDER), hint))
    if problems:
        return Built(None, tuple(problems))
    target = (publication.build / FOLDER).resolve()
    try:
        publication.build.mkdir(exist_ok=True)
        with _readable_by_all(), beside.turn(target):
            exchange.recover(target)
            new = beside.fresh(target)
            try:
                return _made(publication, folders, target, new, strict, encoding, processes, show)
            finally:
                beside.discard(new)
    except BlockingIOError:
        message = "another run is at work on the site"
        return Built(None, (problem("E134", message, Location(f"build/{FOLDER}")),))
    except BrokenProcessPool:
        message = "a process that made an issue was ended from outside"
        hint = "see whether there is enough memory, or take fewer --jobs"
        return Built(None, (problem("E102", message, Location(f"build/{FOLDER}"), hint),))
    except OSError as error:
        message = f"cannot write: {error.strerror or error}"
        return Built(None, (problem("E102", message, Location(f"build/{FOLDER}")),))


def _made(
    publication: Publication, folders: tuple[Path, ...], target: Path, new: Path,
    strict: bool, encoding: str, processes: int, show: Show,
) -> Built:  # fmt: skip
    new.chmod(0o755)
    tree = Tree(new, target)
    holdings, problems, fresh = _shelved(publication, folders, tree, encoding, processes, show)
    show(len(folders), len(folders), "lists, feeds, search")
    by_id = sorted(holdings, key=lambda one: one.id)
    archive = Archive(publication, tuple(sorted(by_id, key=lambda one: one.date, reverse=True)))
    problems += _twice(archive)
    if not publication.base_url:
        message = "without base-url the site has no feeds, no catalogue and no map"
        problems.append(problem("E132", message, Location(config.CONFIGURATION_FILE)))
    if problems if strict else errors(problems):
        return Built(None, ordered(problems))
    pages = _written(archive, tree)
    unused = _unused(publication, tree)
    kept = tree.keep(sorted(unused))
    listed = maps.manifest(archive, tree.files, kept)
    (new / manifest.NAME).write_bytes(manifest.write(listed))
    os.sync()
    exchange.exchange(new, target)
    with contextlib.suppress(OSError):
        for name, known in fresh.items():
            if known.key:
                state.keep(publication.build, name, known)
        state.keep_pages(publication.build, pages)
        state.keep_unused(publication.build, {path: unused[path] for path in kept})
        state.forget(publication.build, {folder.name for folder in folders})
    return Built(publication.build / FOLDER, ordered(problems), tuple(fresh))


@contextlib.contextmanager
def _readable_by_all() -> Iterator[None]:
    """Let what is written be readable by the server that shows it, whoever that runs as."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def _unused(publication: Publication, tree: Tree) -> dict[str, int]:
    """Immutable files that no page uses any more, of the last sites, with how long ago that was.

    A page that a reader has open may still ask for them, also if several sites were made before
    one was published. A site that differs in nothing does not make them older. Nothing stays of
    an issue that has lost a page, nor what the search knew of it.
    """
    before = _before(tree.old)
    same = all(tree.files.get(path) == file for path, file in before.items())
    known = state.recall_unused(publication.build)
    found = {path: known[path] + (not same) for path in known}
    found |= {path: 1 for path in before if path not in tree.files and IMMUTABLE.search(path)}
    lost = {path for path in before if path.endswith(".html") and path not in tree.files}
    withdrawn = {path.partition("/")[0] for path in lost if "/" in path} - {*ways.LISTS, "archive"}
    withdrawn |= {searching.FOLDER} if withdrawn else set()
    return {
        path: age
        for path, age in found.items()
        if age <= _AGES and path not in tree.files and path.partition("/")[0] not in withdrawn
    }


def _published(root: Path) -> Iterator[Path]:
    """The folders of all issues but those that are not out yet."""
    for path in sorted((root / SOURCE_FOLDER).glob("*/issue.rst")):
        held = mastheads.glance(path.parent).get("unpublished", "").lower() == "yes"
        if not held and not path.parent.name.startswith("."):
            yield path.parent


def _reserved(folders: Iterable[Path]) -> Iterator[Problem]:
    """Issues whose names no address takes, or that are those of parts of the site (E130)."""
    for folder in folders:
        where = Location(f"{SOURCE_FOLDER}/{folder.name}")
        if not addressable(folder.name):
            message = f"the name of the folder, {folder.name}, cannot be part of an address"
            hint = "give it a name of letters, digits and hyphens"
            yield problem("E130", message, where, hint)
        elif _is_part(folder.name):
            message = f"the site has a page or a part that is called {folder.name} itself"
            yield problem("E130", message, where)


def _is_part(name: str) -> bool:
    """Whether the site has a page or a folder of that name itself."""
    return name in ways.PARTS or name.endswith(_PAGES)


def _twice(archive: Archive) -> Iterator[Problem]:
    """Former addresses that are in use, or that two issues claim (E131)."""
    pages = {one.path: holding.id for holding in archive.holdings for one in holding.files}
    claims: dict[str, str] = {}
    for holding in archive.holdings:
        said = set()
        for path in (*holding.moved, *holding.copies):
            folder = path.partition("/")[0]
            has = "the archive has itself" if _is_part(folder) else ""
            has = has or (f"{pages[path]} has today" if path in pages else "")
            has = has or (f"{claims[path]} claims too" if path in claims else "")
            claims[path] = holding.id
            if has and folder not in said:
                said.add(folder)
                where = Location(f"{SOURCE_FOLDER}/{holding.id}/issue.rst")
                yield problem("E131", f"the former address {path} is one that {has}", where)


def _shelved(
    publication: Publication, folders: tuple[Path, ...], tree: Tree, encoding: str,
    processes: int, show: Show,
) -> tuple[list[Holding], list[Problem], dict[str, Remembered]]:  # fmt: skip
    """All issues: as they lie in the old site where they are fresh, else made."""
    family, twins = _families(publication, folders), _twins(publication)
    icon, _ = frame.icon(publication)
    held: list[Holding] = []
    problems: list[Problem] = []
    orders: dict[str, Order] = {}
    for folder in folders:
        known = state.recall(publication.build, folder.name)
        outside = known.outside if known else ()
        sources = freshness.fingerprint(publication, folder, outside, encoding, web=True)
        key = _key(publication, sources, (family[folder.name], twins[folder.name]), icon)
        if known and known.key == key and known.stands(tree.old):
            held.append(known.holding)
            problems += known.problems
            for file in known.holding.files:
                tree.link(file)
            show(len(held), len(folders), folder.name)
        else:
            orders[folder.name] = Order(
                publication.root, folder, tree.new, family[folder.name], icon, encoding
            )
    fresh: dict[str, Remembered] = {}
    with contextlib.closing(_results(list(orders.values()), processes)) as results:
        for number, (order, shelf) in enumerate(results, len(held) + 1):
            problems += (one for one in shelf.problems if one not in problems)
            show(number, len(folders), order.folder.name)
            if shelf.holding is None:
                continue
            for file in shelf.holding.files:
                tree.adopt(file)
            name = order.folder.name
            others = (family[name], twins[name])
            key = _key(publication, shelf.sources, others, icon) if shelf.sources else ""
            changed = {one.path: tree.changed[one.path] for one in shelf.holding.files}
            fresh[name] = Remembered(key, shelf.outside, shelf.holding, changed, shelf.problems)
    return [*held, *(one.holding for one in fresh.values())], problems, fresh


def _results(orders: list[Order], processes: int) -> Generator[tuple[Order, Shelf], None, None]:
    """Each order with what came of it, as it comes."""
    if processes < 2 or len(orders) < 3:
        for order in orders:
            yield order, shelve(order)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _helper) as pool:
        waiting = {pool.submit(_shelve, order, kept.store()): order for order in orders}
        try:
            for done in as_completed(waiting):
                yield waiting.pop(done), done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _shelve(order: Order, store: kept.Store | None) -> Shelf:
    """The same as ``shelve`` in a helper, with the store of the process that ordered it."""
    with kept.using(store):
        return shelve(order)


def _helper() -> None:
    """Begin a helper: what it writes is readable by all; its parent alone says when it ends."""
    os.umask(0o022)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _key(publication: Publication, sources: str, others: tuple[object, ...], icon: str) -> str:
    """A hash of all that an issue's pages and problems follow from.

    That is its sources, the program, the archive's facts, and what ``others`` are to it.
    """
    facts = (sources, program.fingerprint(), publication.site.large_print,
             publication.site.offprints, tuple(sorted(publication.names.items())), others,
             icon)  # fmt: skip
    return sha256(repr(facts).encode()).hexdigest()


def _twins(publication: Publication) -> Mapping[str, tuple[str, ...]]:
    """For each issue, by id, those of one volume or year and number, or else of one day (S211)."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted((publication.root / SOURCE_FOLDER).glob("*/issue.rst")):
        fields, day = mastheads.glance(path.parent), mastheads.date_of(path.parent)
        number = fields.get("number", "")
        place = (fields.get("volume") or str(day.year), number) if number else (str(day), "")
        found.setdefault(place, []).append(path.parent.name)
    return {name: tuple(names) for names in found.values() for name in names}


def _families(
    publication: Publication, folders: Iterable[Path]
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """For each issue, by id, the id and the language of those that are it in other languages."""
    glances = {folder.name: mastheads.glance(folder) for folder in folders}
    members: dict[str, list[tuple[str, str]]] = {}
    first = {name: found.get(siblings.FIELD, name) for name, found in glances.items()}
    for name, found in glances.items():
        language = found.get("language", publication.language)
        members.setdefault(first[name], []).append((name, language))
    return {name: tuple(one for one in members[first[name]] if one[0] != name) for name in glances}


def _written(archive: Archive, tree: Tree) -> dict[str, list[Any]]:
    """Write all that is no issue's; returns what is to be remembered of the pages."""
    framed = frame.frame(archive)
    for path, data in framed.files.items():
        tree.write(path, data)
    before = state.recall_pages(archive.publication.build)
    pages = {leaf.path: _page(leaf, framed.mark, before.get(leaf.path), tree)
             for leaf in leaves(framed)}  # fmt: skip
    for holding in archive.holdings:
        for path, source in holding.copies.items():
            tree.write(path, (tree.new / source).read_bytes())
    indexed = [path for path in pages if "/" not in path or path.split("/")[0] in ways.PARTS]
    files: dict[str, bytes] = {
        **feeds.files(archive, lambda one: content.content(tree.new, archive, one)),
        **opds.files(archive),
        **searching.files(archive),
        **maps.sitemaps(archive, (path for path in indexed if path != "404.html")),
    }
    for path, data in files.items():
        tree.write(path, data)
    return pages


def _page(leaf: Leaf, mark: str, before: list[Any] | None, tree: Tree) -> list[Any]:
    """Put a page: the one of the last run if it follows from the same, else made."""
    key = sha256(repr((mark, program.fingerprint(), leaf.facts)).encode()).hexdigest()
    if before and before[0] == key:
        file = File(leaf.path, before[1], before[2])
        if state.untouched(tree.old, file, before[3]) and tree.link(file):
            return before
    tree.write(leaf.path, leaf.make())
    file = tree.files[leaf.path]
    return [key, file.sha256, file.octets, tree.changed[leaf.path]]


def _before(target: Path) -> Mapping[str, File]:
    """The files that the old site's list names, by path; none if there is no such list."""
    try:
        return manifest.read((target / manifest.NAME).read_bytes()).files
    except (OSError, ValueError):
        return {}
