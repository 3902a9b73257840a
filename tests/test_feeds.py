"""The feeds: valid in three formats, equal in what they say, and closed to what an issue hides."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bulletin_press.archive import feeds, holdings, syndication, wellformed
from bulletin_press.archive.holdings import Archive, Erratum, Holding
from bulletin_press.archive.tongues import autonym
from bulletin_press.archive.wording import wording
from bulletin_press.edition import EPUB
from bulletin_press.source.languages import LABELS
from tests.feeds import atom
from tests.feeds.samples import (
    BASE,
    DAY,
    SCRIPT,
    archive,
    content,
    holding,
    hostile,
    publication,
    run,
)

ATOM = {"a": atom.SPACE, "m": "urn:ietf:params:xml:ns:metalink"}
MODULES = {
    "a": atom.SPACE,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
CONTENT, DC = (f"{{{MODULES[name]}}}" for name in ("content", "dc"))
TAME = archive(*run(3, "en-US", "az"), holding(4, downloads=(), covers={}, articles=(), summary=""))
WILD = archive(*(hostile(n, tongue) for n in (1, 2) for tongue in ("en-US", "fa")), holding(3))
BOTH = pytest.mark.parametrize("given_archive", [TAME, WILD], ids=["tame", "wild"])


def made(given_archive: Archive) -> dict[str, bytes]:
    return feeds.files(given_archive, content)


def found(document: bytes, path: str, names: dict[str, str] = ATOM) -> list[Any]:
    result = etree.fromstring(document).xpath(path, namespaces=names)
    assert isinstance(result, list)
    return result


def listed(given_archive: Archive, language: str) -> list[Holding]:
    return [one for one in given_archive.holdings if one.language == language][: feeds.ENTRIES]


def addresses(path: str, document: bytes) -> Iterator[str]:
    """Every address in a feed but those in the texts of issues."""
    if path.endswith(".json"):

        def walk(value: Any, name: str = "") -> Iterator[str]:
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield from walk(inner, key)
            elif isinstance(value, list):
                for inner in value:
                    yield from walk(inner, name)
            elif name.endswith("url") or name == "image":
                yield value

        yield from walk(json.loads(document))
    else:
        for element in etree.fromstring(document).iter(etree.Element):
            yield from (str(element.get(name)) for name in ("href", "url") if element.get(name))
            if element.tag == "link":
                yield str(element.text)


def test_each_language_has_its_feeds_and_addresses_names_them() -> None:
    names = ("feed.atom", "feed.rss", "feed.json", "feed-az.atom", "feed-az.rss", "feed-az.json")
    assert tuple(made(TAME)) == names
    kinds = ("application/atom+xml", "application/rss+xml", "application/feed+json")
    assert feeds.addresses(TAME) == tuple(
        zip(("en-US",) * 3 + ("az",) * 3, names, kinds * 2, strict=True)
    )


def test_paths_are_in_small_letters() -> None:
    given_archive = archive(holding(language="zh-Hant"))
    assert list(made(given_archive)) == [
        "feed-zh-hant.atom",
        "feed-zh-hant.rss",
        "feed-zh-hant.json",
    ]
    assert {one[0] for one in feeds.addresses(given_archive)} == {"zh-Hant"}


def test_without_base_url_or_issues_there_are_no_feeds() -> None:
    for none in (archive(*run(2), base_url=""), archive()):
        assert made(none) == {}
        assert feeds.addresses(none) == ()


@BOTH
def test_atom_is_valid(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        if path.endswith(".atom"):
            assert atom.faults(document) == []


BROKEN = {
    "no id": (rb"  <id>.*?</id>\n", b""),
    "two titles": (rb"(  <title>.*?</title>\n)", rb"\1\1"),
    "a date without a zone": (rb"(T00:00:00)Z", rb"\1"),
    "a date alone": (rb"T00:00:00Z", b""),
    "a link without an address": (rb' href="[^"]*"', b""),
    "a length in words": (rb'length="\d+"', b'length="large"'),
    "an unknown type of text": (rb'type="html"', b'type="CDATA"'),
    "an element that Atom has not": (rb"<summary>(.*?)</summary>", rb"<excerpt>\1</excerpt>"),
    "an attribute that Atom has not": (rb"<category ", rb'<category name="x" '),
    "a nameless author": (rb"<name>.*?</name>", b"<name/>"),
    "no author": (rb"(?s)<author>.*?</author>", b""),
    "one id twice": (rb"<entry>\s*<id>.*?</id>", b"<entry><id>tag:example.org,2026:x</id>"),
    "markup as content": (rb'<content type="html">', rb"\g<0><b/>"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_grammar_refuses_a_broken_feed(fault: str) -> None:
    pattern, by = BROKEN[fault]
    document, count = re.subn(pattern, by, made(TAME)["feed.atom"])
    assert count
    assert atom.faults(document)


@BOTH
def test_feedparser_reads_atom_and_rss_without_complaint(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        if path.endswith(".json"):
            continue
        read = feedparser.parse(document)
        assert not read.bozo, read.get("bozo_exception")
        assert read.version == ("atom10" if path.endswith(".atom") else "rss20")
        language = read.feed.language
        entries = listed(given_archive, language)
        assert [one.link for one in read.entries] == [f"{BASE}{one.page}" for one in entries]
        for one, issue in zip(read.entries, entries, strict=True):
            assert one.published_parsed[:3] == issue.date.timetuple()[:3]
            assert one.content[0].value
            assert one.authors


@BOTH
def test_dates_have_zones(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        if path.endswith(".atom"):
            dates = found(document, "//a:updated/text()|//a:published/text()")
            moments = [datetime.fromisoformat(one) for one in dates]
        elif path.endswith(".rss"):
            dates = found(document, "//pubDate/text()|//lastBuildDate/text()")
            moments = [parsedate_to_datetime(one) for one in dates]
            assert all(re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", one) for one in dates)
        else:
            items = json.loads(document)["items"]
            dates = [one[f"date_{name}"] for one in items for name in ("published", "modified")]
            moments = [datetime.fromisoformat(one) for one in dates]
        assert moments
        assert all(one.tzinfo is not None and one.utcoffset() is not None for one in moments)


@BOTH
def test_rss_keeps_its_requirements(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        if not path.endswith(".rss"):
            continue
        (channel,) = found(document, "/rss[@version='2.0']/channel")
        for name in ("title", "link", "description", "language", "lastBuildDate"):
            (value,) = channel.iterfind(name)
            assert value.text.strip() == value.text
        (own,) = found(document, "//a:link[@rel='self']/@href", MODULES)
        assert own == f"{BASE}{path}"
        for item in channel.iterfind("item"):
            names = [one.tag for one in item if one.tag not in ("category", f"{DC}creator")]
            assert len(names) == len(set(names))
            assert {"title", "link", "guid", "pubDate", f"{CONTENT}encoded"} <= set(names)
            assert set(item.find("enclosure").keys() if "enclosure" in names else []) <= {
                "url",
                "length",
                "type",
            }


@BOTH
def test_ids_are_tag_uris(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        if path.endswith(".atom"):
            for one in found(document, "//a:id/text()"):
                pattern = r"tag:bulletin\.example\.org,\d{4}-\d\d-\d\d:[A-Za-z0-9/.%~_-]+"
                assert re.fullmatch(pattern, one)


@BOTH
def test_json_feed_keeps_its_requirements(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        if not path.endswith(".json"):
            continue
        feed = json.loads(document)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert next(iter(feed)) == "version"
        assert feed["title"]
        assert feed["home_page_url"] == BASE
        assert feed["feed_url"] == f"{BASE}{path}"
        ids = [one["id"] for one in feed["items"]]
        assert len(ids) == len(set(ids)) > 0
        for item, issue in zip(feed["items"], listed(given_archive, feed["language"]), strict=True):
            assert item["url"] == f"{BASE}{issue.page}"
            assert item["content_html"] == wellformed.text(content(issue))
            assert item["language"] == issue.language
            assert all(one["name"] for one in (*item["authors"], *feed["authors"]))
            assert all(isinstance(one, str) and one for one in item.get("tags", ()))
            for one in item.get("attachments", ()):
                assert one["url"]
                assert one["mime_type"]
                assert isinstance(one["size_in_bytes"], int)
            assert None not in item.values()
            assert "" not in item.values()


@BOTH
def test_enclosures_name_size_and_hash_of_the_files(given_archive: Archive) -> None:
    documents = made(given_archive)
    for language in given_archive.languages:
        stem = "feed" if language == "en-US" else f"feed-{language}"
        entries = found(documents[f"{stem}.atom"], "a:entry")
        items = found(documents[f"{stem}.rss"], "//item")
        members = json.loads(documents[f"{stem}.json"])["items"]
        shown = listed(given_archive, language)
        for issue, entry, item, member in zip(shown, entries, items, members, strict=True):
            links = entry.xpath("a:link[@rel='enclosure']", namespaces=ATOM)
            files = [(BASE, one.file) for one in issue.downloads]
            assert [unquote(one.get("href")) for one in links] == [a + f.path for a, f in files]
            assert [int(one.get("length")) for one in links] == [f.octets for _, f in files]
            hashes = entry.xpath("a:link/m:hash[@type='sha-256']/text()", namespaces=ATOM)
            assert hashes == [f.sha256 for _, f in files]
            attached = member.get("attachments", [])
            assert [unquote(one["url"]) for one in attached] == [a + f.path for a, f in files]
            assert [one["size_in_bytes"] for one in attached] == [f.octets for _, f in files]
            assert [one["_sha256"] for one in attached] == [f.sha256 for _, f in files]
            epubs = [one for one in issue.downloads if one.media_type == EPUB]
            (*enclosures,) = item.iterfind("enclosure")
            assert len(enclosures) == len(epubs) <= 1
            for one, epub in zip(enclosures, epubs, strict=True):
                assert unquote(one.get("url")) == BASE + epub.file.path
                assert (one.get("type"), one.get("length")) == (EPUB, str(epub.file.octets))


def test_files_are_named_in_the_language_of_the_issue() -> None:
    documents = made(archive(holding(language="az"), holding(language="xx")))
    names = {}
    for language in ("az", "xx"):
        names[language] = found(documents[f"feed-{language}.atom"], "//a:link/@title")
        (item,) = json.loads(documents[f"feed-{language}.json"])["items"]
        assert [one["title"] for one in item["attachments"]] == names[language]
    assert all(len(set(one)) == 3 for one in names.values())
    assert names["xx"] == [wording("en")(one) for one in ("pdf", "epub", "large_print")]
    assert names["az"] == [wording("az")(one) for one in ("pdf", "epub", "large_print")]


def test_without_an_epub_rss_encloses_the_first_file() -> None:
    one = holding()
    papers = tuple(two for two in one.downloads if two.media_type != EPUB)
    document = made(archive(replace(one, downloads=papers)))["feed.rss"]
    (url,) = found(document, "//enclosure/@url")
    assert url == BASE + papers[0].file.path


@BOTH
def test_addresses_are_whole_and_in_ascii(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        every = list(addresses(path, document))
        assert len(every) > 2
        for one in every:
            assert one.startswith("https://bulletin.example.org/archive/")
            assert one.isascii()
            assert not set(one) & set(' "<>#?')


def test_a_host_with_other_letters_is_given_in_ascii() -> None:
    given_archive = archive(holding(), base_url="https://Bülletin.straße.example:8443/bülleten/")
    document = made(given_archive)["feed.atom"]
    address = found(document, "a:link[@rel='alternate']/@href")[0]
    split = urlsplit(address)
    assert address.isascii()
    assert split.port == 8443
    assert split.hostname == "xn--blletin-n2a.xn--strae-oqa.example"
    assert split.path == "/b%C3%BClleten/"
    assert found(document, "a:id/text()") == [
        f"tag:{split.hostname},2015-02-01:/b%C3%BClleten/feed.atom"
    ]


def test_a_script_arrives_as_text_only() -> None:
    for path, document in made(WILD).items():
        if path.endswith(".json"):
            continue
        assert b"<script" not in document
        root = etree.fromstring(document)
        assert not root.xpath("//*[local-name() = 'script']")
    items = found(made(WILD)["feed.rss"], "//item")
    for item, issue in zip(items, listed(WILD, "en-US"), strict=True):
        description = item.findtext("description")
        assert "<" not in description
        assert unescape(description) == syndication.summary(issue)
        assert item.findtext("title") == wellformed.line(issue.name)
        encoded = item.findtext(f"{CONTENT}encoded")
        assert SCRIPT in encoded
        assert encoded == wellformed.text(content(issue))
    entries = found(made(WILD)["feed.atom"], "a:entry")
    for entry, issue in zip(entries, listed(WILD, "en-US"), strict=True):
        (inner,) = entry.xpath("a:content[@type='html']", namespaces=ATOM)
        assert inner.text == wellformed.text(content(issue))
        for one in entry.xpath("a:title|a:summary|a:rights", namespaces=ATOM):
            assert one.get("type", "text") == "text"


@BOTH
def test_documents_have_no_control_characters_comments_or_sections(given_archive: Archive) -> None:
    for path, document in made(given_archive).items():
        text = document.decode("utf-8")
        assert not text.startswith("\ufeff")
        assert not [
            one for one in text if unicodedata.category(one) in ("Cc", "Cs", "Cn") and one != "\n"
        ]
        assert text.endswith("\n")
        if path.endswith(".json"):

            def refused(name: str) -> None:
                raise AssertionError(name)

            values = json.loads(text, parse_constant=refused)
            plain = json.dumps(values, ensure_ascii=False)
            assert not [one for one in ("\\u0000", "\\b", "\\t", "\\u001f") if one in plain]
            continue
        assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<')
        assert "<!" not in text
        assert not re.search("<[^>]*='", text)
        assert text.count("<?") == 1


@BOTH
def test_equal_issues_give_equal_bytes(given_archive: Archive) -> None:
    kept = json.dumps(
        [holdings.as_json(one) for one in given_archive.holdings], default=lambda day: str(day)
    )
    again = tuple(map(holdings.from_json, json.loads(kept)))
    assert made(Archive(publication(), again)) == made(given_archive)


def test_the_newest_twelve_come_first() -> None:
    documents = made(archive(*run(20)))
    for path in ("feed.atom", "feed.rss"):
        read = feedparser.parse(documents[path])
        assert [one.title for one in read.entries] == [
            holding(number).name for number in range(20, 8, -1)
        ]


def test_the_text_of_an_issue_is_asked_for_once() -> None:
    asked: list[str] = []

    def counted(one: Holding) -> str:
        asked.append(one.id)
        return content(one)

    feeds.files(archive(*run(20)), counted)
    assert asked == [holding(number).id for number in range(20, 8, -1)]


def test_ids_are_the_same_in_all_formats_and_stay() -> None:
    first = holding(1)
    before = made(archive(first))
    corrected = replace(first, name="Other", errata=(Erratum(DAY, "One word."),))
    after = made(archive(corrected, *run(5)[1:], holding(1, "az")))
    for documents in (before, after):
        ids = found(documents["feed.atom"], "a:entry/a:id/text()")
        assert ids[-1] == "tag:bulletin.example.org,2015-02-01:/archive/2015-02-01/"
        assert found(documents["feed.rss"], "//guid[@isPermaLink='false']/text()") == ids
        assert [one["id"] for one in json.loads(documents["feed.json"])["items"]] == ids
        assert found(documents["feed.atom"], "a:id/text()") == [
            "tag:bulletin.example.org,2015-02-01:/archive/feed.atom"
        ]
    assert len(found(after["feed.atom"], "//a:id")) == 6


def test_a_correction_moves_what_is_updated_and_nothing_else() -> None:
    corrected = replace(holding(1), errata=(Erratum(date(2015, 4, 1), "One word."),))
    documents = made(archive(corrected, holding(2)))
    updated = found(documents["feed.atom"], "//a:updated/text()")
    assert updated == ["2015-04-01T00:00:00Z", "2015-03-04T00:00:00Z", "2015-04-01T00:00:00Z"]
    published = found(documents["feed.atom"], "//a:published/text()")
    assert published == ["2015-03-04T00:00:00Z", "2015-02-01T00:00:00Z"]
    assert found(documents["feed.rss"], "//lastBuildDate/text()|//pubDate/text()") == [
        "Wed, 01 Apr 2015 00:00:00 GMT",
        "Wed, 04 Mar 2015 00:00:00 GMT",
        "Sun, 01 Feb 2015 00:00:00 GMT",
    ]
    last = json.loads(documents["feed.json"])["items"][-1]
    assert (last["date_published"], last["date_modified"]) == (published[1], updated[2])


def test_authors_are_the_issues_then_the_publisher_then_the_title() -> None:
    for one, given_archive, name in (
        (holding(), archive(holding()), "A. Writer"),
        (holding(articles=()), archive(holding(articles=())), "Harbour Press"),
        (
            holding(articles=(), publisher=""),
            archive(holding(articles=(), publisher=""), publisher=""),
            "Foreign Bulletin",
        ),
    ):
        documents = made(given_archive)
        names = list(syndication.authors(given_archive, one))
        assert names[0] == name
        assert found(documents["feed.atom"], "a:entry/a:author/a:name/text()") == names
        assert found(documents["feed.rss"], "//item/dc:creator/text()", MODULES) == names
        (item,) = json.loads(documents["feed.json"])["items"]
        assert [one["name"] for one in item["authors"]] == names


def test_titles_name_the_language_where_there_are_several() -> None:
    def titles(given_archive: Archive) -> list[str]:
        return [
            found(document, "a:title/text()")[0]
            for path, document in made(given_archive).items()
            if path.endswith(".atom")
        ]

    assert titles(archive(holding())) == ["Foreign Bulletin"]
    assert titles(archive(holding(), holding(language="de", title="Auslandsblatt"))) == [
        "Foreign Bulletin – English",
        "Auslandsblatt – Deutsch",
    ]
    assert titles(archive(holding(), holding(language="en-GB"))) == [
        "Foreign Bulletin – English (en-US)",
        "Foreign Bulletin – English (en-GB)",
    ]


def test_the_picture_is_the_cover_of_640_pixels_or_what_there_is() -> None:
    covers = holding().covers
    for widths, chosen in (((320, 640, 1600), 640), ((320, 1600), 1600), ((2400,), 2400)):
        some = {width: replace(covers[640], path=f"c/{width}.jpg") for width in widths}
        (item,) = json.loads(made(archive(holding(covers=some)))["feed.json"])["items"]
        assert item["image"] == f"{BASE}c/{chosen}.jpg"
    unknown = {640: replace(covers[640], path="c/640.avif")}
    for none in ({}, unknown):
        (item,) = json.loads(made(archive(holding(covers=none)))["feed.json"])["items"]
        assert "image" not in item


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_any_text_leaves_the_feeds_whole(title: str, summary: str) -> None:
    one = holding(name=title, title=title, summary=summary, keywords=(title, summary))
    documents = feeds.files(archive(one), lambda _: summary)
    assert atom.faults(documents["feed.atom"]) == []
    shown = wellformed.line(title)
    assert "".join(found(documents["feed.atom"], "a:entry/a:title/text()")) == shown
    assert "".join(found(documents["feed.rss"], "//item/title/text()")) == shown
    (item,) = json.loads(documents["feed.json"])["items"]
    assert item["title"] == shown
    assert item["content_html"] == wellformed.text(summary)
    assert "".join(found(documents["feed.atom"], "//a:content/text()")) == item["content_html"]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_a_line_is_one_and_what_may_be_written_stays(value: str) -> None:
    line = wellformed.line(value)
    assert len(line.splitlines()) <= 1
    assert wellformed.line(line) == line == line.strip(" ")
    assert wellformed.text(wellformed.text(value)) == wellformed.text(value)
    root = etree.Element("root")
    wellformed.child(root, "words", value, of=value)
    (read,) = etree.fromstring(wellformed.xml(root))
    assert (read.text or "", read.get("of")) == (line, line)
    kept = [one for one in value if unicodedata.category(one)[0] in "LMNPS"]
    assert [one for one in line if unicodedata.category(one)[0] in "LMNPS"] == kept


def test_languages_are_called_by_their_own_names() -> None:
    assert all(autonym(tag) != tag for tag in LABELS)
    given_names = {"de-AT": "Deutsch", "zh-Hant-TW": "繁體中文", "az-Cyrl": "Азәрбајҹанҹа"}
    given_names |= {
        "EN": "English",
        "tlh": "tlh",
        "tlh-Latn": "tlh-Latn",
        "pt-BR": "Português (Brasil)",
    }
    for tag, name in given_names.items():
        assert autonym(tag) == name


def test_a_moment_is_in_utc() -> None:
    assert datetime.fromisoformat(syndication.moment(DAY)) == datetime(2040, 2, 29, tzinfo=UTC)
