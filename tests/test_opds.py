"""The catalogue: read whole by the strictest e-reader, and by others as OPDS 2.0."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bulletin_press.archive import opds, syndication, wellformed
from bulletin_press.archive.holdings import Archive, Download, Erratum, Holding
from bulletin_press.edition import EPUB, PDF
from tests.feeds import atom, lexer
from tests.feeds.samples import BASE, DAY, HOSTILE, SCRIPT, archive, file, holding, hostile, run

ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
OPEN = "http://opds-spec.org/acquisition/open-access"
NAMES = {"a": atom.SPACE, "dc": "http://purl.org/dc/terms/"}
TAME = archive(*run(3, "en-US", "az"))
WILD = archive(*(hostile(n, tongue) for n in (1, 2) for tongue in ("en-US", "fa")), holding(3))
LONG = archive(*run(120), *run(2, "de"))
ALL = pytest.mark.parametrize("given_archive", [TAME, WILD, LONG], ids=["tame", "wild", "long"])


def documents(given_archive: Archive, ending: str) -> dict[str, bytes]:
    made = opds.files(given_archive)
    return {path: document for path, document in made.items() if path.endswith(ending)}


def shelves(given_archive: Archive) -> Iterator[tuple[str, list[Holding]]]:
    for language in given_archive.languages:
        yield language, [one for one in given_archive.holdings if one.language == language]


def found(document: bytes, path: str) -> list[Any]:
    result = etree.fromstring(document).xpath(path, namespaces=NAMES)
    assert isinstance(result, list)
    return result


def test_a_feed_for_each_language_is_led_to_by_the_root() -> None:
    made = opds.files(LONG)
    pages = ["en-us", "en-us-2", "en-us-3", "de"]
    assert [path for path in made if "/issues/" not in path] == [
        f"opds/{name}.{ending}" for name in ("index", *pages) for ending in ("xml", "json")
    ]
    assert opds.addresses(LONG) == (
        ("opds/index.xml", NAVIGATION),
        ("opds/index.json", "application/opds+json"),
    )
    assert opds.ADDRESS in made


def test_without_base_url_or_files_to_take_away_there_is_no_catalogue() -> None:
    bare = [replace(one, downloads=()) for one in run(3)]
    for none in (archive(*run(2), base_url=""), archive(), archive(*bare)):
        assert opds.files(none) == {}
        assert opds.addresses(none) == ()
    some = archive(holding(9), *bare, *(replace(one, downloads=()) for one in run(2, "az")))
    assert [one.title for one in lexer.items(opds.files(some)["opds/en-us.xml"])] == [
        holding(9).name
    ]
    assert "opds/az.xml" not in opds.files(some)


@ALL
def test_an_e_reader_finds_every_issue_with_all_of_it(given_archive: Archive) -> None:
    made = opds.files(given_archive)
    root = lexer.items(made[opds.ADDRESS])
    for (_, issues), shelf in zip(shelves(given_archive), root, strict=True):
        items, address = [], shelf.address
        while address:
            document = made[address.removeprefix(BASE)]
            items += lexer.items(document)
            address = lexer.ways(document).get("next", "")
        for item, issue in zip(items, issues, strict=True):
            assert item.title == wellformed.line(issue.name)
            assert item.author != "Unknown Author"
            assert item.content == syndication.summary(issue)
            by_form = {one.form: one for one in issue.downloads}
            wanted = [by_form[form] for form in ("epub", "pdf", "large-print")]
            assert [unquote(one["href"]) for one in item.acquisitions] == [
                BASE + one.file.path for one in wanted
            ]
            assert [(one["type"], one["title"]) for one in item.acquisitions] == [
                (EPUB, "EPUB"),
                (PDF, "PDF"),
                (PDF, "PDF, large print"),
            ]
            covers = issue.covers
            assert unquote(item.image) == BASE + covers[640].path
            assert unquote(item.thumbnail) == BASE + covers[min(covers)].path


@ALL
def test_pages_lead_to_one_another(given_archive: Archive) -> None:
    made = opds.files(given_archive)
    for shelf, (_, issues) in zip(
        lexer.items(made[opds.ADDRESS]), shelves(given_archive), strict=True
    ):
        count = -(-len(issues) // opds.PAGE_LENGTH)
        stem = shelf.address.removesuffix(".xml")
        pages = [shelf.address, *(f"{stem}-{page}.xml" for page in range(2, count + 1))]
        for number, address in enumerate(pages):
            ways = {"self": address, "start": BASE + opds.ADDRESS, "up": BASE + opds.ADDRESS}
            if count > 1:
                ways |= {"first": pages[0], "last": pages[-1]}
            if number:
                ways["previous"] = pages[number - 1]
            if number < count - 1:
                ways["next"] = pages[number + 1]
            document = made[address.removeprefix(BASE)]
            assert lexer.ways(document) == ways
            rest = len(issues) - number * opds.PAGE_LENGTH
            assert len(lexer.items(document)) == min(50, rest)


@ALL
def test_catalogues_are_atom_that_feedparser_reads(given_archive: Archive) -> None:
    for document in documents(given_archive, ".xml").values():
        assert atom.faults(document) == []
        assert not feedparser.parse(document).bozo


@ALL
def test_links_have_the_types_of_the_specification(given_archive: Archive) -> None:
    for path, document in documents(given_archive, ".xml").items():
        root = path == opds.ADDRESS
        for relation, kind in (
            ("self", NAVIGATION if root else ACQUISITION),
            ("start", NAVIGATION),
            ("up", NAVIGATION),
            ("subsection", ACQUISITION),
            ("next", ACQUISITION),
            ("http://opds-spec.org/image", "image/jpeg"),
            ("http://opds-spec.org/image/thumbnail", "image/jpeg"),
        ):
            types = found(document, f"//a:link[@rel='{relation}']/@type")
            assert set(types) <= {kind}
        acquired = found(document, f"a:entry[a:link[@rel='{OPEN}']]")
        assert len(acquired) == (0 if root else len(found(document, "a:entry")))
        assert len(found(document, "a:entry[a:link[@rel='subsection']]")) == (
            len(found(document, "a:entry")) if root else 0
        )


@ALL
def test_catalogues_hold_nothing_that_e_readers_stumble_over(given_archive: Archive) -> None:
    for path, document in documents(given_archive, ".xml").items():
        text = document.decode("utf-8")
        assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<feed ')
        assert "<!" not in text
        assert text.count("<?") == 1
        assert "&#" not in text
        assert not re.search("<[^>]*='", text)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]", text)
        start, _, rest = text.partition(">\n<")[2].partition("\n")
        assert "xmlns" not in rest
        spaces = re.findall(r"\sxmlns(:\w+)?=", start)
        assert sorted(spaces) == ([""] if path == opds.ADDRESS else ["", ":dc"])
        assert set(re.findall(r"</?(\w+):", text)) == {one.strip(":") for one in spaces if one}
        for address in found(document, "//@href"):
            assert address.startswith(BASE)
            assert address.isascii()
            assert not set(address) & set(' "<>#?')
        for entry in found(document, "a:entry"):
            names = [one.tag for one in entry if not str(one.tag).endswith("}link")]
            assert len(names) == len(set(names))
            for one in entry.iterfind(f"{{{atom.SPACE}}}link"):
                assert one.get("title", "A").isascii()
                assert one.get("title", "A")[0].isalpha()


def test_entries_say_what_the_issue_is() -> None:
    one = holding(4)
    (entry,) = found(opds.files(archive(one))["opds/en-us.xml"], "a:entry")

    def words(name: str) -> str | None:
        value = entry.findtext(name, namespaces=NAMES)
        assert value is None or isinstance(value, str)
        return value

    assert words("a:id") == one.identifier
    assert words("a:updated") == "2015-05-05T00:00:00Z"
    assert words("dc:language") == "en-US"
    assert words("dc:issued") == "2015-05-05"
    assert words("dc:publisher") == "Harbour Press"
    assert words("dc:isPartOf") == "urn:issn:2049-3630"
    assert words("a:author/a:name") == "A. Writer, B. Writer"
    links = entry.findall(f"a:link[@rel='{OPEN}']", NAMES)
    sizes = {link.get("href"): link.get("length") for link in links}
    assert sizes == {BASE + two.file.path: str(two.file.octets) for two in one.downloads}
    many = tuple(replace(one.articles[0], authors=(f"{n}. Writer",)) for n in "ABCD")
    (name,) = found(
        opds.files(archive(replace(one, articles=many)))["opds/en-us.xml"],
        "//a:entry/a:author/a:name/text()",
    )
    assert name == "Harbour Press"


def test_a_correction_moves_what_is_updated() -> None:
    corrected = replace(holding(1), errata=(Erratum(DAY, "One word."),))
    for document in documents(archive(corrected, holding(2)), ".xml").values():
        assert found(document, "a:updated/text()") == ["2040-02-29T00:00:00Z"]
        assert found(document, "a:entry/a:updated/text()")[-1] == "2040-02-29T00:00:00Z"


def test_ids_stay_when_issues_follow() -> None:
    def ids(count: int, path: str) -> list[Any]:
        return found(opds.files(archive(*run(count)))[path], "a:id/text()")

    for path in ("opds/index.xml", "opds/en-us.xml"):
        expected = [f"tag:bulletin.example.org,2015-02-01:/archive/{path}"]
        assert ids(1, path) == ids(120, path) == expected
    assert ids(120, "opds/en-us-3.xml") == ids(1, "opds/en-us.xml")


def test_equal_issues_give_equal_bytes() -> None:
    for given_archive in (TAME, WILD):
        again = Archive(given_archive.publication, tuple(map(replace, given_archive.holdings)))
        assert opds.files(again) == opds.files(given_archive)


def test_a_script_arrives_as_text_only() -> None:
    for path, document in opds.files(WILD).items():
        if path.endswith(".xml"):
            assert b"<script" not in document
            assert not found(document, "//*[namespace-uri() != '' and local-name() = 'script']")
    for item in lexer.items(opds.files(WILD)["opds/fa.xml"]):
        assert item.title.startswith(f"Name {SCRIPT}")


def relations(link: dict[str, Any]) -> list[str]:
    given_relation = link.get("rel", [])
    return [given_relation] if isinstance(given_relation, str) else given_relation


def links(values: dict[str, Any], relation: str) -> list[dict[str, Any]]:
    return [one for one in values["links"] if relation in relations(one)]


def judge_publication(values: dict[str, Any], issue: Holding) -> None:
    """What the schemas of OPDS 2.0 and of its metadata ask of a publication."""
    metadata = values["metadata"]
    assert metadata["@type"] == "http://schema.org/PublicationIssue"
    assert metadata["title"] == wellformed.line(issue.name)
    assert metadata["identifier"] == issue.identifier
    assert metadata["language"] == issue.language
    assert metadata["published"] == issue.date.isoformat()
    assert datetime.fromisoformat(metadata["modified"]).date() == issue.updated
    assert metadata["author"]
    assert all(isinstance(one, str) and one for one in metadata["author"])
    assert isinstance(metadata["publisher"], str)
    assert metadata["description"] == syndication.summary(issue)
    assert metadata["numberOfPages"] == 16
    assert metadata["belongsTo"]["periodical"]["name"]
    assert metadata["belongsTo"]["periodical"]["identifier"] == "urn:issn:2049-3630"
    assert "" not in metadata.values()
    (own,) = links(values, "self")
    assert own["type"] == "application/opds-publication+json"
    acquired = links(values, OPEN)
    assert [one["type"] for one in acquired] == [EPUB, PDF, PDF]
    assert len({one["title"] for one in acquired}) == 3
    assert [one["width"] for one in values["images"]] == sorted(issue.covers, reverse=True)
    for one in values["images"]:
        assert one["type"] == "image/jpeg"
    for one in (*values["links"], *values["images"]):
        assert one["href"].startswith(BASE)
        assert one["href"].isascii()
    shown = [name for one in values["images"] for name in relations(one)]
    assert sorted(shown) == [
        "http://opds-spec.org/image",
        "http://opds-spec.org/image/thumbnail",
    ]


@ALL
def test_opds_2_lists_the_same(given_archive: Archive) -> None:
    made = opds.files(given_archive)
    root = json.loads(made["opds/index.json"])
    assert root["metadata"]["title"]
    assert [one["href"] for one in links(root, "self")] == [f"{BASE}opds/index.json"]
    for (_, issues), way in zip(shelves(given_archive), root["navigation"], strict=True):
        assert way["title"]
        assert way["type"] == "application/opds+json"
        assert way["properties"]["numberOfItems"] == len(issues)
        listed: list[dict[str, Any]] = []
        address, page = way["href"], 0
        while address:
            page += 1
            feed = json.loads(made[address.removeprefix(BASE)])
            assert [one["href"] for one in links(feed, "self")] == [address]
            assert {one["type"] for one in feed["links"]} == {"application/opds+json"}
            assert feed["metadata"]["title"] == way["title"]
            assert feed["metadata"]["numberOfItems"] == len(issues)
            assert feed["metadata"]["itemsPerPage"] == opds.PAGE_LENGTH
            assert feed["metadata"]["currentPage"] == page
            listed += feed["publications"]
            address = next((one["href"] for one in links(feed, "next")), "")
        for values, issue in zip(listed, issues, strict=True):
            judge_publication(values, issue)
            (own,) = links(values, "self")
            assert json.loads(made[own["href"].removeprefix(BASE)]) == values


def test_an_issue_without_a_cover_has_no_pictures() -> None:
    made = opds.files(archive(holding(covers={})))
    (item,) = lexer.items(made["opds/en-us.xml"])
    assert item.image == item.thumbnail == ""
    (publication,) = json.loads(made["opds/en-us.json"])["publications"]
    assert "images" not in publication


def test_a_form_that_is_not_known_comes_last_under_its_own_name() -> None:
    other = Download("audio", "audio/mpeg", file("x/a.mp3"))
    one = holding()
    made = opds.files(archive(replace(one, downloads=(other, *one.downloads))))
    (item,) = lexer.items(made["opds/en-us.xml"])
    assert [two["title"] for two in item.acquisitions] == [
        "EPUB",
        "PDF",
        "PDF, large print",
        "audio",
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_any_title_reaches_the_e_reader(title: str) -> None:
    one = holding(name=f"x{title}", title=title, summary=f"y{title}", publisher=title)
    made = opds.files(archive(one))
    (item,) = lexer.items(made["opds/en-us.xml"])
    assert item.title == wellformed.line(f"x{title}")
    assert item.content == wellformed.line(f"y{title}")
    assert len(item.acquisitions) == 3
    assert atom.faults(made["opds/en-us.xml"]) == []
    (publication,) = json.loads(made["opds/en-us.json"])["publications"]
    assert publication["metadata"]["title"] == item.title


ENTRY = (
    '<feed xmlns="a"><entry><title>T</title><author><name>N</name></author>{}'
    '<link rel="http://opds-spec.org/acquisition" type="application/epub+zip" {}href="/b"/>'
    "</entry></feed>"
)


def read(inner: str = "", attributes: str = "") -> lexer.Item:
    (item,) = lexer.items(ENTRY.format(inner, attributes).encode())
    return item


def test_the_lexer_loses_what_the_e_reader_loses() -> None:
    assert read().author == "N"
    assert read("<author><name>M</name></author>").author == "N"
    assert read("<content><b>bold</b></content>").content == "<b>bold</b>"
    assert isinstance(read('<summary type="xhtml"><div>x</div></summary>').content, dict)
    assert read("<summary><![CDATA[a < b]]></summary>").content == "a < b"
    assert read("<!-- a -->").acquisitions == read().acquisitions
    assert read(attributes='title="EPUB" ').acquisitions[0]["title"] == "EPUB"
    assert read(attributes='title="Книга EPUB" ').acquisitions[0]["title"] == "EPUB"
    assert "title" not in read(attributes='title="Книга" ').acquisitions[0]
    with pytest.raises(lexer.UnreadableError):
        read(attributes="title='EPUB' ")
    for refused in ("<summary>&#x41;</summary>", "text <link/>"):
        with pytest.raises(lexer.UnreadableError):
            read(refused)


def test_hostile_text_is_hostile_indeed() -> None:
    assert wellformed.line(HOSTILE) != HOSTILE
    with pytest.raises(ValueError, match="surrogates"):
        etree.Element("a").text = HOSTILE
