"""One issue in the archive: its folder with pages, downloads, citations and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from bulletin_press import config, freshness, offprints, press, styles, weblinks
from bulletin_press.archive import cards, citations, searching
from bulletin_press.archive.editions import COVERS, Offered, forget, forms, offered
from bulletin_press.archive.frame import STYLES
from bulletin_press.archive.holdings import (
    Archive,
    Contribution,
    Download,
    Erratum,
    File,
    Holding,
    Terms,
)
from bulletin_press.archive.naming import Folios, Names
from bulletin_press.archive.surroundings import Shelved
from bulletin_press.issue import Article, Issue
from bulletin_press.problems import Problem, ProblemsError, errors, problem

_WEB = "web/"
_OTHER_PAGES = "E107"  # the PDF is of a version of the program that made other words or ids


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be shelved: the issue in ``folder``, its files below ``shelves``.

    ``siblings`` are id and language of the issue in its other languages, ``icon`` the path of the
    archive's icon.
    """

    root: Path
    folder: Path
    shelves: Path
    siblings: tuple[tuple[str, str], ...]
    icon: str
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What came of an order: the holding, None if errors forbid it, and all problems.

    ``sources`` is the fingerprint of what it was made of, empty if that has changed meanwhile, and
    ``outside`` the files read that lie elsewhere, both as ``freshness`` has them.
    """

    holding: Holding | None
    problems: tuple[Problem, ...]
    sources: str = ""
    outside: tuple[str, ...] = ()


def shelve(order: Order) -> Shelf:
    """Make all files of one issue of the archive, and write them.

    Problems are returned; what of the issue is written is whole unless there is an error.
    Raises OSError.
    """
    try:
        publication = config.load(order.root)
        watch = freshness.Watch(publication, order.folder, order.encoding)
        found = press.read_in(publication, order.folder, order.encoding)
        watch.read(found.files)
        if errors(found.problems):
            return Shelf(None, found.problems)
        if found.issue.unpublished:
            where = found.issue.place(found.issue.document)
            message = "the issue is not out yet, but the site would show it"
            hint = "write :Unpublished: yes in one line, in UTF-8"
            return Shelf(None, (problem("S113", message, where, hint),))
        given = offered(found, order.folder, order.encoding)
        try:
            holding, files = _made(found.issue, given, order)
        except ProblemsError as error:
            if not any(one.code == _OTHER_PAGES for one in error.problems):
                raise
            forget(found.issue, order.folder)
            given = offered(found, order.folder, order.encoding)
            holding, files = _made(found.issue, given, order)
    except ProblemsError as error:
        return Shelf(None, error.problems)
    except ValueError as error:
        where = found.issue.place(found.issue.document)
        return Shelf(None, (problem("E102", f"the issue cannot be shown: {error}", where),))
    for path, data in files.items():
        target = order.shelves / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    sources = watch.sources(web=True)
    return Shelf(holding, (*found.problems, *given.problems), sources, watch.outside)


def _made(issue: Issue, given: Offered, order: Order) -> tuple[Holding, Mapping[str, bytes]]:
    from bulletin_press.editions import web

    own = f"{issue.id}/"
    files = {own + path: data for path, data in given.files.items()}
    brand = styles.variables(issue.publication)["--brand"]
    card = f"{own}covers/{issue.stem}-card.jpg"
    files[card] = cards.card(files[f"{own}covers/{issue.stem}{COVERS[640]}"], brand)
    filed = {path: _file(path, data) for path, data in files.items()}
    holding = _holding(issue, given, filed, card)
    archive = Archive(issue.publication, (holding,))
    shelved = Shelved(archive, holding, order.siblings, order.icon)
    edition = web.render(issue, False, given.pagination, shelved.around, STYLES)
    files |= {own + path.removeprefix(_WEB): data for path, data in edition.files.items()}
    for article in holding.articles:
        address = archive.address(article.page) if issue.publication.base_url else ""
        for suffix, data in citations.files(holding, article, address).items():
            files[article.page.removesuffix(".html") + suffix] = data
    files |= {own + path: data for path, data in _pictures_of_letters(issue).items()}
    listed = tuple(filed.get(path) or _file(path, files[path]) for path in sorted(files))
    moved = _once(issue, _moved(issue, files))
    return replace(holding, files=listed, moved=moved, copies=dict(_copies(issue, files))), files


def _pictures_of_letters(issue: Issue) -> Mapping[str, bytes]:
    if not (issue.pictures or issue.charts or issue.formulas):
        return {}
    from bulletin_press.editions import letter

    return letter.hosted(issue)


def _holding(issue: Issue, given: Offered, files: Mapping[str, File], card: str) -> Holding:
    """What the archive knows of an issue, but for its pages; ``files`` are the others."""
    own = f"{issue.id}/"
    folios = Folios(issue, given.pagination)
    names = Names(issue.publication.names, issue.language)
    articles = tuple(_contribution(issue, one, folios, names) for one in issue.articles)
    covers = {width: f"{own}covers/{issue.stem}{ending}" for width, ending in COVERS.items()}
    return Holding(
        id=issue.id, identifier=issue.identifier, title=issue.title, name=issue.name,
        line=issue.line, date=issue.date, language=issue.language, publisher=issue.publisher,
        subtitle=issue.subtitle, summary=issue.summary, rights=issue.rights, issn=issue.issn,
        volume=issue.volume, number=issue.number, pages=len(given.pagination.pages),
        translation_of=issue.translation_of, keywords=tuple(issue.document["keywords"]),
        articles=articles,
        downloads=tuple(
            Download(form, media_type, files[own + name])
            for form, (name, media_type) in forms(issue).items()
        ),
        covers={width: files[path] for width, path in covers.items()},
        card=files[card],
        files=tuple(files.values()),
        errata=tuple(Erratum(*one) for one in issue.errata),
    )  # fmt: skip


def _contribution(issue: Issue, article: Article, folios: Folios, names: Names) -> Contribution:
    own = f"{issue.id}/"
    texts = article.texts
    named = names.of(texts)
    first = folios.opening(article)
    return Contribution(
        id=article.id, heading=article.heading, title=article.title,
        page=own + weblinks.article_file(article.id), authors=article.authors,
        summary=article.summary, keywords=article.keywords,
        first=first, last=folios.last(article) or first,
        offprint=f"{own}{offprints.FOLDER}/{article.id}.pdf"
        if issue.publication.site.offprints else "",
        words=Terms(searching.terms("\n".join((*texts.values(), article.summary)))),
        names=named,
        folios={one: folios.first(one) for found in named.values() for one in found},
        errata=tuple(Erratum(*one) for one in article.errata),
    )  # fmt: skip


def _moved(issue: Issue, files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The former address of each page, and that of today."""
    own = f"{issue.id}/"
    pages = [path for path in files if path.endswith(".html")]
    for former in issue.formerly:
        for page in pages:
            yield f"{former}/{page.removeprefix(own)}", page
    for article in issue.articles:
        for former, name in article.formerly:
            folders = [former] if former else [issue.id, *issue.formerly]
            for folder in folders:
                page = own + weblinks.article_file(article.id)
                yield f"{folder}/{weblinks.article_file(name)}", page


def _once(issue: Issue, moved: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The same by address. Raises ProblemsError (E131) for one that two pages claim."""
    found: dict[str, str] = {}
    for path, page in moved:
        other = found.setdefault(path, page)
        if other != page:
            message = f"the former address {path} is claimed by {other} and by {page}"
            raise ProblemsError([problem("E131", message, issue.place(issue.document))])
    return found


def _copies(issue: Issue, files: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The former address of each file that letters and readers may lead to, and that of today."""
    own, stem = f"{issue.id}/", issue.stem
    taken = {own + name for name, _ in forms(issue).values()}
    for former in issue.formerly:
        for path in files:
            name = path.removeprefix(own)
            if path in taken:
                old = f"{issue.publication.id}-{former}"
                yield f"{former}/{name.replace(stem, old, 1)}", path
            elif name.startswith((f"{offprints.FOLDER}/", "letter/")):
                yield f"{former}/{name}", path


def _file(path: str, data: bytes) -> File:
    return File(path, sha256(data).hexdigest(), len(data))
