"""What stands around an issue's pages in the archive: bar, downloads, citations, facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bulletin_press.archive import citations, facts, parts, ways
from bulletin_press.archive.frame import linked
from bulletin_press.archive.holdings import Archive, Contribution, Holding
from bulletin_press.archive.tongues import autonym
from bulletin_press.archive.wording import wording
from bulletin_press.editions.web.around import Surroundings
from bulletin_press.page import element
from bulletin_press.reading import Page


@dataclass(frozen=True)
class Shelved:
    """The issue whose pages are made, and what they say of others.

    ``siblings`` are the id and the language of the issue in its other languages; ``icon`` is the
    path of the archive's icon.
    """

    archive: Archive
    holding: Holding
    siblings: tuple[tuple[str, str], ...]
    icon: str

    def around(self, page: Page) -> Surroundings:
        """What stands around one of the issue's pages."""
        holding = self.holding
        path = f"{holding.id}/{page.path}"
        article = next((one for one in holding.articles if one.page == path), None)
        title = page.title if article is None else f"{page.title} · {holding.name}"
        about = (article.summary if article else holding.summary) or holding.line
        head = (
            *facts.head(self.archive, path, title, about, holding),
            *linked(self.archive, ways.root(path), self.icon),
            *self._alternates(path, article is None),
        )
        bar = ways.bar(self.archive.publication, path, holding.language)
        if article:
            about_it = facts.of_article(self.archive, holding, article)
            return Surroundings(head, (bar,), bottom=(*self._citations(article), about_it))
        if page.path == ways.FRONT:
            about_it = facts.of_issue(self.archive, holding)
            return Surroundings(head, (bar,), tuple(self._downloads()), (about_it,))
        return Surroundings(head, (bar,))

    def _alternates(self, path: str, whole: bool) -> Iterator[etree._Element]:
        """Links to the issue in all its languages (HTML, 4.6.7), as search engines want them."""
        if whole and path.endswith("/index.html") and self.siblings:
            base = self.archive.publication.base_url
            for name, language in ((self.holding.id, self.holding.language), *self.siblings):
                address = self.archive.address(f"{name}/") if base else f"../{name}/index.html"
                yield element("link", rel="alternate", hreflang=language, href=address)

    def _downloads(self) -> Iterator[etree._Element]:
        """The issue's files, and the issue in other languages."""
        holding = self.holding
        words = wording(holding.language)
        files = parts.downloads(holding, f"{holding.id}/index.html", holding.language)
        if files is not None:
            yield element(
                "section", element("h2", text=words("downloads"), id="Downloads"), files,
                class_="archive-part", aria_labelledby="Downloads",
            )  # fmt: skip
        if self.siblings:
            items = [
                element("li", element("a", text=autonym(language), href=f"../{name}/index.html",
                                      lang=language, hreflang=language))
                for name, language in self.siblings
            ]  # fmt: skip
            yield element(
                "section", element("h2", text=words("languages"), id="Languages"),
                element("ul", *items, class_="downloads"),
                class_="archive-part", aria_labelledby="Languages",
            )  # fmt: skip

    def _citations(self, article: Contribution) -> Iterator[etree._Element]:
        """The article as an offprint, and its citation for reference managers."""
        holding = self.holding
        words = wording(holding.language)
        stem = article.page.rpartition("/")[2].removesuffix(".html")
        items = []
        if article.offprint:
            size = next(one.octets for one in holding.files if one.path == article.offprint)
            name = element("a", text=words("offprint"), type="application/pdf")
            name.set("href", article.offprint.partition("/")[2])
            items.append(element("li", name, f" ({parts.size(size, words)})"))
        items += [
            element("li", element("a", text=kind, href=f"{stem}{suffix}"))
            for suffix, kind in citations.FORMS.items()
        ]
        yield element(
            "section", element("h2", text=words("cite"), id="Cite"),
            element("ul", *items, class_="downloads citations"),
            class_="archive-part", aria_labelledby="Cite",
        )  # fmt: skip
