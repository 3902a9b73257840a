"""The archive: every link arrives, nothing is made twice, addresses last, errors leave it whole."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from click.testing import CliRunner
from lxml import etree, html

from bulletin_press import cli, freshness, offprints, press
from bulletin_press.archive import citations, facts, lists, publishing, site, state
from bulletin_press.archive.cards import HEIGHT, WIDTH
from bulletin_press.archive.holdings import Archive, Contribution, Holding
from bulletin_press.archive.naming import Names
from bulletin_press.archive.wording import wording
from bulletin_press.config import Publication
from bulletin_press.dispatch import issues as gathering
from bulletin_press.distribution.sending import uplinks
from bulletin_press.source.languages import LABELS
from tests import sites
from tests.sites.crawl import Site, contents
from tests.sites.hosting import hosted

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication whose site is built."""
    root = sites.publication(tmp_path_factory.mktemp("whole"))
    assert site.build(root).folder
    return root


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """The same, to be changed; times of change are kept, as they tell what is fresh."""
    return Path(shutil.copytree(whole, tmp_path / "copy", copy_function=shutil.copy2))


def page(root: Path, path: str) -> Any:
    return html.document_fromstring((root / "build" / "site" / path).read_bytes())


def codes(built: site.Built) -> list[str]:
    return [one.code for one in built.problems if one.severity == "error"]


def test_every_link_arrives_and_every_file_is_listed(whole: Path) -> None:
    found = Site(whole / "build" / "site", sites.BASE)
    assert found.crawl() == []
    assert {"2025-03/index.html", "contributors/ada-weir.html", "opds/en.xml"} <= found.reached


def test_the_issues_of_all_lists_are_there(whole: Path) -> None:
    front = page(whole, "index.html")
    assert front.xpath("string(//*[@class='newest-name'])") == "Valley Notes – March 2025"
    assert len(front.xpath("//ul[@class='shelf']/li")) == 3
    years = page(whole, "archive/index.html")
    assert years.xpath("//h2/text()") == ["2025"]
    ada = page(whole, "contributors/ada-weir.html")
    titles = ada.xpath("//*[@class='listed']/a/text()")
    assert titles == ["I. The Report", "I. A Bridge 2025-02", "I. A Bridge 2025-01"]
    people = page(whole, "contributors/index.html").xpath("//div[@class='headings']//a/text()")
    assert people == ["Jean van der Berg", "River desk", "Ada Weir"]
    subjects = page(whole, "subjects/index.html").xpath("//div[@class='headings']//li")
    assert [one.text_content() for one in subjects] == ["bridge (2)", "river (4)", "transport (2)"]


def test_names_are_found_in_all_spellings_with_their_pages(whole: Path) -> None:
    town = page(whole, "names/mill-town.html")
    places = [one.text_content() for one in town.xpath("//*[@class='places']")]
    assert len(town.xpath("//*[@class='listed']")) == 5
    assert all(one.startswith(("page ", "pages ", "Seite ", "S. ")) for one in places)
    (address,) = set(town.xpath("//*[@class='places']/a[contains(@href, 'bericht')]/@href"))
    assert address.startswith("../2025-03-de/bericht.html#bericht-")


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "In Mill\nTown.", True),
        ("en", "Milltowners", False),
        ("en", "the milltown", False),
        ("az", "Milltownda", True),
        ("az", "Milltown2", False),
        ("en", "Milltown’s", True),
    ],
)
def test_a_name_is_a_whole_word_but_for_endings(language: str, text: str, found: bool) -> None:
    names = Names({"Mill Town": ["Milltown"]}, language).of({"a-1": text})
    assert names == ({"Mill Town": ("a-1",)} if found else {})


def test_downloads_tell_size_and_language(whole: Path) -> None:
    listed = page(whole, "2025-03/index.html").xpath("//*[@class='downloads']/li")
    words = [one.text_content() for one in listed]
    assert words[0].startswith("PDF, as printed (English, 4 pages, ")
    assert [one.split(" (")[0] for one in words[:3]] == [
        "PDF, as printed", "E-book", "PDF in large print",
    ]  # fmt: skip
    assert words[3] == "Deutsch"
    sizes = {one.path: one.octets for one in _listed(whole).values()}
    for link in listed[:3]:
        path = f"2025-03/{link.find('a').get('href').rpartition('/')[2]}"
        assert f"{round(sizes[path] / 1000)} kB" in link.text_content()


def _listed(root: Path) -> Mapping[str, Any]:
    found = json.loads((root / "build" / "site" / "issues.json").read_bytes())
    from bulletin_press.archive.holdings import File

    return {one["path"]: File(**one) for issue in found["issues"] for one in issue["files"]}


def test_links_of_letters_are_proved_by_the_list(whole: Path) -> None:
    data = (whole / "build" / "site" / "issues.json").read_bytes()
    listed = uplinks.listed(data)
    assert {"2025-03/index.html", "2025-03/report.html", "2025-03/valley-2025-03.pdf"} <= set(
        listed
    )


def test_citations_are_read_back_by_other_programs(whole: Path) -> None:
    folder = whole / "build" / "site" / "2025-01"
    (entry,) = parse_string((folder / "bridge.bib").read_text("utf-8")).entries
    fields = {one.key: one.value for one in entry.fields}
    assert fields["author"] == "Weir, Ada and Berg, Jean van der"
    assert fields["title"] == "{A Bridge 2025-01}"
    assert (fields["year"], fields["month"], fields["pages"]) == ("2025", "jan", "2")
    with (folder / "bridge.ris").open(encoding="utf-8", newline="") as file:
        (record,) = rispy.load(file)
    assert record["authors"] == ["Weir, Ada", "Berg, Jean van der"]
    assert record["title"] == "A Bridge 2025-01"
    assert record["date"] == "2025/01/15/"
    (item,) = json.loads((folder / "bridge.csl.json").read_bytes())
    assert item["author"][0] == {"family": "Weir", "given": "Ada"}
    assert item["issued"] == {"date-parts": [[2025, 1, 15]]}
    assert item["URL"] == f"{sites.BASE}2025-01/bridge.html"


def test_machines_are_told_what_a_page_is(whole: Path) -> None:
    root = page(whole, "2025-01/bridge.html")
    (article,) = root.xpath("//*[@itemtype='https://schema.org/Article']")
    (headline,) = article.xpath("./meta[@itemprop='headline']/@content")
    assert headline == "A Bridge 2025-01"
    kinds = [one.rpartition("/")[2] for one in root.xpath("//@itemtype")]
    assert kinds == ["Article", "Person", "Person", "Organization", "PublicationIssue",
                     "PublicationVolume", "Periodical", "Organization"]  # fmt: skip
    told = {one.get("property"): one.get("content") for one in root.xpath("//meta[@property]")}
    assert told["og:url"] == f"{sites.BASE}2025-01/bridge.html"
    from PIL import Image

    card = told["og:image"].removeprefix(sites.BASE)
    with Image.open(whole / "build" / "site" / card) as image:
        assert image.size == (WIDTH, HEIGHT)


def test_no_page_asks_for_a_script_a_style_or_another_host(whole: Path) -> None:
    for path in (whole / "build" / "site").rglob("*.html"):
        root: Any = html.document_fromstring(path.read_bytes())
        assert not root.xpath("//script[not(@src)]|//style|//iframe|//@style")
        assert not root.xpath("//@*[starts-with(name(), 'on')]")
        asked = root.xpath(
            "//@src|//link[@rel='stylesheet' or @rel='preload' or @rel='icon']/@href"
        )
        assert not [one for one in asked if "://" in one or one.startswith("//")]
        scripts = root.xpath("//script/@src")
        assert bool(scripts) == (path.name == "index.html" and path.parent.name == "search")


def test_corrections_stand_on_the_page_and_in_feeds(whole: Path) -> None:
    notice = page(whole, "2025-01/bridge.html").xpath("//aside[@class='erratum']/p")
    said = [" ".join(one.text_content().split()) for one in notice]
    assert said == [
        "Correction (2025-03-09): So it is.",
        "Correction (2025-03-01): It is 4 km, not 14.",
    ]
    assert page(whole, "2025-03/index.html").xpath("//aside[@class='erratum']")
    feed = etree.parse(whole / "build" / "site" / "feed.atom")
    space = {"a": "http://www.w3.org/2005/Atom"}
    updated: Any = feed.xpath("//a:entry/a:updated/text()", namespaces=space)
    assert updated[0] == "2025-04-01T00:00:00Z"
    assert updated[2] == "2025-03-09T00:00:00Z"


def test_former_addresses_lead_on(whole: Path) -> None:
    targets = {
        "spring/index.html": "../2025-03/index.html",
        "spring/report.html": "../2025-03/report.html",
        "2025-03/the-weir.html": "../2025-03/damba.html",
        "spring/the-weir.html": "../2025-03/damba.html",
        "2025-02/dam-story.html": "../2025-03/damba.html",
    }
    for path, target in targets.items():
        root = page(whole, path)
        assert root.xpath("//meta[@http-equiv='refresh']/@content") == [f"0; url={target}"]
        assert root.xpath("//main//a/@href") == [target]
        assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    folder = whole / "build" / "site"
    pdf = (folder / "2025-03" / "valley-2025-03.pdf").read_bytes()
    assert (folder / "spring" / "valley-spring.pdf").read_bytes() == pdf
    assert b"spring" not in (folder / "sitemap.xml").read_bytes()


def test_what_is_not_found_is_shown_from_any_depth(whole: Path) -> None:
    root = page(whole, "404.html")
    addresses = root.xpath("//@href|//@src")
    assert all(one.startswith(("/notes/", "#", "http")) for one in addresses)


def test_addresses_of_paragraphs_outlast_another_order(copied: Path) -> None:
    before = page(copied, "2025-02/bridge.html").xpath("//main//p/@id")
    folder = copied / "source" / "2025-02"
    (folder / "01-bridge.rst").rename(folder / "09-bridge.rst")
    built = site.build(copied)
    assert built.shelved == ("2025-02",)
    assert page(copied, "2025-02/bridge.html").xpath("//main//p/@id") == before
    assert Site(copied / "build" / "site", sites.BASE).crawl() == []


def test_the_language_switch_leads_both_ways(whole: Path) -> None:
    for path, tag, other in (
        ("2025-03", "de", "2025-03-de"), ("2025-03-de", "en", "2025-03"),
    ):  # fmt: skip
        root = page(whole, f"{path}/index.html")
        links = root.xpath("//link[@rel='alternate' and not(@type)]")
        assert {one.get("hreflang"): one.get("href") for one in links} == {
            tag: f"{sites.BASE}{other}/",
            page(whole, f"{path}/index.html").get("lang"): f"{sites.BASE}{path}/",
        }
        (switch,) = root.xpath("//*[@id='Languages']/..//a")
        assert (switch.get("lang"), switch.get("href")) == (tag, f"../{other}/index.html")


def test_two_runs_give_equal_bytes(whole: Path, copied: Path) -> None:
    before = contents(whole / "build" / "site")
    shutil.rmtree(copied / "build" / ".archive")
    shutil.rmtree(copied / "build" / "site")
    built = site.build(copied, processes=2)
    assert len(built.shelved) == 4
    assert contents(copied / "build" / "site") == before


def test_what_has_not_changed_is_not_made_again(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied / "build" / "site"
    before = {path: (folder / path).stat().st_ino for path in contents(folder)}
    monkeypatch.setattr(site, "shelve", None)
    assert site.build(copied).shelved == ()
    after = {path: (folder / path).stat().st_ino for path in contents(folder)}
    assert {path for path in before if before[path] != after.get(path)} == {"issues.json"}


def test_a_new_issue_touches_no_other(copied: Path) -> None:
    folder = copied / "build" / "site"
    before = {path: (folder / path).stat().st_ino for path in contents(folder)}
    sites.issue(copied, "2025-04", "", {"01-x.rst": sites.article("X", "Words of X.")})
    assert site.build(copied).shelved == ("2025-04",)
    same = [path for path in before if path.startswith("2025-0")]
    assert [path for path in same if (folder / path).stat().st_ino != before[path]] == []
    assert Site(folder, sites.BASE).crawl() == []


def test_a_file_of_the_site_that_was_touched_is_made_again(copied: Path) -> None:
    path = copied / "build" / "site" / "2025-01" / "bridge.html"
    good = path.read_bytes()
    path.unlink()
    path.write_bytes(b"Another text.")
    assert site.build(copied).shelved == ("2025-01",)
    assert path.read_bytes() == good


def test_editions_that_are_fresh_are_taken_as_they_are(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(copied / "build" / ".archive")
    monkeypatch.setattr(press, "build", None)
    monkeypatch.setattr(offprints, "make", None)
    pdf = copied / "build" / "2025-01" / "valley-2025-01.pdf"
    assert len(site.build(copied).shelved) == 4
    taken = copied / "build" / "site" / "2025-01" / pdf.name
    assert taken.read_bytes() == pdf.read_bytes()


def test_a_missing_edition_is_built_alone(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = copied / "build" / "2025-02" / "valley-2025-02-large-print.pdf"
    good = large.read_bytes()
    large.unlink()
    shutil.rmtree(copied / "build" / ".archive")
    monkeypatch.setattr(offprints, "make", None)
    site.build(copied)
    assert large.read_bytes() == good


@pytest.mark.parametrize(
    ("change", "stale"),
    [
        (("source/2025-01/01-bridge.rst", b"\n\nMore.\n"), {"2025-01"}),
        (("source/terms.rst", b".. |x| replace:: y\n"), {"2025-01", "2025-02", "2025-03"}),
        (("styles/own.css", b"p { color: red }"), {"2025-01", "2025-02", "2025-03"}),
        (("bulletin.toml", b"\n[delivery]\nconnections = 2\n"), set()),
        (("bulletin.toml", b"\n[design]\ncolumns = 1\n"), {"2025-01", "2025-02", "2025-03"}),
        (("source/2025-01/.hidden", b"x"), set()),
        (("styles/.base.css.swp", b"x"), set()),
        (("styles/web.css", b"p { color: red }"), set()),
        (("source/2025-01/issue.rst", b":Errata: 2025-02-02: Of May,\n   not June.\n"), set()),
        (("source/2025-01/issue.rst", b":Summary: Of May.\n"), {"2025-01"}),
    ],
)
def test_an_edition_is_stale_if_what_it_shows_has_changed(
    change: tuple[str, bytes], stale: set[str], whole: Path, tmp_path: Path
) -> None:
    from bulletin_press import config

    names = ("2025-01", "2025-02", "2025-03")
    root = tmp_path / "copy"
    shutil.copytree(whole, root, ignore=shutil.ignore_patterns("build"))

    def prints() -> dict[str, str]:
        publication = config.load(root)
        folders = ((name, root / "source" / name) for name in names)
        return {name: freshness.fingerprint(publication, folder) for name, folder in folders}

    before = prints()
    path, text = root / change[0], change[1]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.is_file() else b"") + text)
    after = prints()
    assert {name for name in names if before[name] != after[name]} == stale


def test_a_correction_changes_pages_alone(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = copied / "source" / "2025-02" / "issue.rst"
    path.write_text(path.read_text() + ":Errata: 2025-05-05: It has 2 pages.\n")
    monkeypatch.setattr(press, "build", None)
    monkeypatch.setattr(offprints, "make", None)
    assert site.build(copied).shelved == ("2025-02",)
    assert page(copied, "2025-02/index.html").xpath("//aside[@class='erratum']")
    dates = {
        one: page(copied, f"2025-02/{one}.html").xpath("//meta[@itemprop='dateModified']/@content")
        for one in ("bridge", "mill")
    }
    assert dates == {"bridge": ["2025-02-15"], "mill": ["2025-02-15"]}
    text = (copied / "build" / "site" / "feed.atom").read_text("utf-8")
    assert "It has 2 pages." in text


def test_what_changes_while_it_is_read_is_made_again(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied / "source" / "2025-01" / "02-mill.rst"
    path.write_text(path.read_text().replace("turns", "stands"))
    whole = press.read_in
    edits: list[int] = []

    def read_in(*given: Any) -> press.Read:
        found = whole(*given)
        if not edits:
            edits.append(path.write_text(path.read_text().replace("stands", "rests")))
        return found

    monkeypatch.setattr(press, "read_in", read_in)
    site.build(copied)
    monkeypatch.setattr(press, "read_in", whole)
    assert site.build(copied).shelved == ("2025-01",)
    assert "rests" in page(copied, "2025-01/mill.html").text_content()


def test_an_edition_of_other_pages_than_the_pdf_is_built_again(copied: Path) -> None:
    note = copied / "build" / ".made" / "2025-01.json"
    values = json.loads(note.read_text())
    values["pagination"]["sha256"] = "0" * 64
    note.write_text(json.dumps(values))
    shutil.rmtree(copied / "build" / ".archive")
    assert site.build(copied).folder
    values = json.loads(note.read_text())
    printed = values["files"]["valley-2025-01.pdf"]["sha256"]
    assert values["pagination"]["sha256"] == printed


def test_another_encoding_is_another_text(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    (root / "bulletin.toml").write_text("[site]\nlarge-print = false\noffprints = false\n")
    folder = sites.issue(root, "2025-01", "", {})
    text = sites.article("Мост", "Мост открыт.").encode("koi8-r")
    (folder / "01-most.rst").write_bytes(text)
    assert codes(site.build(root)) == ["S101"]
    assert site.build(root, encoding="cp1251").folder
    assert site.build(root, encoding="koi8-r").shelved == ("2025-01",)
    assert "Мост открыт" in page(root, "2025-01/most.html").text_content()


def test_warnings_are_the_same_at_each_run(copied: Path) -> None:
    first = site.build(copied).problems
    assert [one.code for one in first] == ["L113"]
    assert site.build(copied, strict=True).folder is None
    shutil.rmtree(copied / "build" / ".archive")
    assert site.build(copied).problems == first


def test_a_warning_goes_with_its_cause_in_another_issue(copied: Path) -> None:
    path = copied / "source" / "2025-02" / "issue.rst"
    text = path.read_text()
    path.write_text(text.replace(":Number: 2", ":Number: 1"))
    twins = {f"source/2025-0{n}/issue.rst" for n in (1, 2)}
    assert {one.where.path for one in site.build(copied).problems if one.code == "S211"} == twins
    assert {one.where.path for one in site.build(copied).problems if one.code == "S211"} == twins
    path.write_text(text)
    assert not [one for one in site.build(copied).problems if one.code == "S211"]


def test_times_that_were_lost_make_nothing_again(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (copied / "build").rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(site, "shelve", None)
    assert site.build(copied).shelved == ()


def test_a_link_in_the_sites_place_is_followed(copied: Path) -> None:
    folder, real = copied / "build" / "site", copied / "www"
    folder.rename(real)
    folder.symlink_to(real)
    assert site.build(copied).folder == folder
    assert folder.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o755
    assert not [one for one in (copied / "build").iterdir() if "press-new" in one.name]
    assert Site(folder, sites.BASE).crawl() == []


def test_everybody_may_read_the_site(copied: Path) -> None:
    shutil.rmtree(copied / "build" / "site")
    before = os.umask(0o077)
    try:
        assert site.build(copied, processes=2).folder
    finally:
        os.umask(before)
    for path in (copied / "build" / "site").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_files_of_open_pages_stay_for_some_sites(copied: Path) -> None:
    folder = copied / "build" / "site"
    (old,) = folder.glob("assets/archive-*.css")
    with (copied / "bulletin.toml").open("a") as file:
        file.write("\n[site]\nlarge-print = false\noffprints = false\n")

    def again(title: str) -> bool:
        path = copied / "bulletin.toml"
        lines = [f'subtitle = "{title}"' if one.startswith("subtitle") else one
                 for one in path.read_text().splitlines()]  # fmt: skip
        path.write_text("\n".join(lines))
        styles = copied / "styles"
        styles.mkdir(exist_ok=True)
        (styles / "archive.css").write_text(f"/* */ p {{ margin: {len(title)}px }}")
        assert site.build(copied).folder
        assert Site(folder, sites.BASE).crawl() == []
        return old.is_file()

    assert again("a")
    assert again("a")
    assert [again("b" * n) for n in range(2, 7)] == [True, True, True, True, False]
    root = page(copied, "search/index.html")
    assert root.xpath("//meta[@name='description']/@content") == ["b" * 6]


@pytest.mark.parametrize("name", ["a b", "50%", "a#b", "a:b", "feed.atom", "opds", "_x", "a?b"])
def test_a_name_that_no_address_takes_is_refused(name: str, copied: Path) -> None:
    (copied / "source" / "2025-01").rename(copied / "source" / name)
    assert codes(site.build(copied)) == ["E130"]


@pytest.mark.parametrize(
    ("former", "code"),
    [("index.html", "E131"), ("feed.atom", "E131"), ("search", "E131"), ("a b", "S113")],
)
def test_a_former_name_must_be_free_too(former: str, code: str, copied: Path) -> None:
    path = copied / "source" / "2025-01" / "issue.rst"
    path.write_text(path.read_text() + f":Formerly: {former}\n")
    assert codes(site.build(copied)) == [code]


def test_two_articles_cannot_have_been_one(copied: Path) -> None:
    for name in ("01-bridge.rst", "02-mill.rst"):
        path = copied / "source" / "2025-02" / name
        title, line, rest = path.read_text().split("\n", 2)
        path.write_text(f"{title}\n{line}\n\n:Formerly: dyke\n{rest.lstrip()}")
    assert codes(site.build(copied)) == ["E131"]


@pytest.mark.parametrize("field", [":Unpublished: yes", ":Unpublished:\n   yes"])
def test_no_form_of_the_field_lets_an_issue_out(field: str, copied: Path) -> None:
    path = copied / "source" / "2025-02" / "issue.rst"
    path.write_text(f"{path.read_text()}{field}\n")
    built = site.build(copied)
    shown = (copied / "build" / "site" / "2025-02" / "bridge.html").is_file()
    assert not (built.folder and shown)


def test_a_withdrawn_issue_is_gone_at_once(copied: Path) -> None:
    path = copied / "source" / "2025-02" / "issue.rst"
    path.write_text(path.read_text() + ":Unpublished: yes\n")
    assert site.build(copied).folder
    files = contents(copied / "build" / "site")
    assert not [name for name in files if name.startswith("2025-02/") and "dam-story" not in name]
    assert not [name for name, data in files.items()
                if name.startswith("search/") and b"A Bridge 2025-02" in data]  # fmt: skip


def test_keywords_meet_by_the_rules_of_their_language() -> None:
    def heading(words: tuple[str, ...], language: str) -> list[str]:
        articles = tuple(Contribution(f"a{n}", word, word, f"x/a{n}.html", keywords=(word,))
                         for n, word in enumerate(words))  # fmt: skip
        held = Holding("x", "urn:x", "X", "X", "X", date(2025, 1, 1), language, articles=articles)
        return [one.name for one in lists.subjects(Archive(Publication(ROOT), (held,)))]

    assert heading(("IŞIK", "ışık", "Işık"), "tr") == ["ışık"]
    assert heading(("istanbul", "İSTANBUL"), "tr") == ["istanbul"]
    assert heading(("IZMIR", "Izmir", "izmir"), "en") == ["Izmir"]


@pytest.mark.parametrize("word", ["long " * 60, "ж" * 300, "../..", "%20", "C++", "C#"])
def test_any_heading_has_a_page(word: str) -> None:
    one = Contribution("a", "A", "A", "x/a.html", keywords=(word, f"{word}x"))
    held = Holding("x", "urn:x", "X", "X", "X", date(2025, 1, 1), "en", articles=(one,))
    found = lists.subjects(Archive(Publication(ROOT), (held,)))
    assert len({heading.slug for heading in found}) == 2
    assert all(re.fullmatch(r"[a-z0-9-]{1,80}", heading.slug) for heading in found)


@pytest.mark.parametrize(
    ("name", "bibtex", "body"),
    [
        ("Ada Weir", "Weir, Ada", False),
        ("Marks and Spencer", "{Marks and Spencer}", True),
        ("World Bank", "{World Bank}", True),
        ("Dr. Ada Weir", "{Dr. Ada Weir}", False),
        ("Hüseyn Əliyev oğlu", "{Hüseyn Əliyev oğlu}", False),
        ("A. {Weir", r"{A. \textbraceleft{}Weir}", False),
    ],
)
def test_only_names_that_are_sure_are_turned(name: str, bibtex: str, body: bool) -> None:
    one = Contribution("a", "A", "A set {a", "x/a.html", authors=(name,))
    held = Holding("Spring 1", "urn:x", "X", "X", "X", date(2025, 1, 1), "en", articles=(one,))
    text = citations.files(held, one, "")[".bib"].decode()
    assert f"author = {{{bibtex}}}" in text
    assert text.count("{") == text.count("}")
    assert not parse_string(text).failed_blocks
    told = facts.of_article(Archive(Publication(ROOT), (held,)), held, one)
    assert (f"schema.org/{'Organization' if body else 'Person'}") in etree.tostring(told).decode()


def test_a_list_has_each_letter_once() -> None:
    titles = ["2024 review", "zed", "۱۴۰۳", "alpha"]
    headings = [lists.Heading(one, lists.sorting(one), one, ()) for one in titles]
    found = dict(lists.by_initial(headings))
    assert {letter: len(group) for letter, group in found.items()} == {"#": 2, "Z": 1, "A": 1}


def test_a_colour_that_pictures_do_not_know_is_no_end(tmp_path: Path) -> None:
    from bulletin_press.archive.cards import card

    cover = (ROOT / "docs" / "pictures").glob("*.png")
    assert card(next(cover).read_bytes(), "hwb(220 10% 50%)").startswith(b"\xff\xd8")


def test_all_errors_come_at_once_and_the_site_stays(copied: Path) -> None:
    folder = copied / "build" / "site"
    before = contents(folder)
    for name in ("2025-01", "2025-02"):
        with (copied / "source" / name / "02-mill.rst").open("a") as file:
            file.write("\nSee |nothing|.\n")
    built = site.build(copied)
    assert built.folder is None
    assert [one.where.path for one in built.problems if one.severity == "error"] == [
        "source/2025-01/02-mill.rst", "source/2025-02/02-mill.rst",
    ]  # fmt: skip
    assert contents(folder) == before
    assert [one for one in (copied / "build").iterdir() if "press-new" in one.name] == []


def test_an_issue_cannot_take_the_place_of_a_part(copied: Path) -> None:
    (copied / "source" / "2025-01").rename(copied / "source" / "search")
    assert codes(site.build(copied)) == ["E130"]


def test_a_former_address_in_use_is_refused(copied: Path) -> None:
    path = copied / "source" / "2025-01" / "issue.rst"
    path.write_text(path.read_text() + ":Formerly: 2025-02\n")
    built = site.build(copied)
    assert codes(built) == ["E131"]
    (found,) = (one for one in built.problems if one.code == "E131")
    assert "2025-02/index.html" in found.message


def test_a_second_run_is_refused(copied: Path) -> None:
    from bulletin_press.archive.publishing import beside

    with beside.turn(copied / "build" / "site"):
        assert codes(site.build(copied)) == ["E134"]


def test_an_issue_that_is_not_out_is_left_out(copied: Path) -> None:
    path = copied / "source" / "2025-02" / "issue.rst"
    path.write_text(path.read_text() + ":Unpublished: yes\n")
    (path.parent / "02-mill.rst").write_text("Not ready |yet|.\n")
    assert site.build(copied).folder
    files = contents(copied / "build" / "site")
    assert not [name for name in files if name.startswith("2025-02/") and "dam-story" not in name
                and "/assets/" not in name]  # fmt: skip
    assert Site(copied / "build" / "site", sites.BASE).crawl() == []


def test_a_publication_without_issues_says_so(tmp_path: Path) -> None:
    (tmp_path / "bulletin.toml").write_text("")
    assert codes(site.build(tmp_path)) == ["S115"]


def test_without_an_address_there_is_a_site_without_feeds(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    (root / "bulletin.toml").write_text("[site]\nlarge-print = false\noffprints = false\n")
    sites.issue(root, "2025-01", "", {"01-x.rst": sites.article("X", "Words of X.")})
    built = site.build(root)
    assert [one.code for one in built.problems if one.code.startswith("E")] == ["E132"]
    files = contents(root / "build" / "site")
    assert not [path for path in files if "feed" in path or "opds" in path or "sitemap" in path]
    assert not [path for path in files if "offprints" in path or "large-print" in path]
    assert b"canonical" not in files["index.html"]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    evil = "<script>alert(1)</script>&\"'{{7*7}}"
    (root / "bulletin.toml").write_text(
        '[publication]\ntitle = "A <b> & Co"\nbase-url = "https://x.example/"\n'
        "[site]\nlarge-print = false\noffprints = false\n"
        '[names]\n"<i>Name</i>" = []\n',
    )
    given = f":Author: {evil}\n:Keywords: {evil.replace(',', '')}\n:Summary: {evil}\n"
    sites.issue(root, "2025-01", f":Summary: {evil}\n",
                {"01-x.rst": sites.article(f"X {evil}", f"<i>Name</i> {evil}", given)})  # fmt: skip
    assert site.build(root).folder
    for path, data in contents(root / "build" / "site").items():
        if path.endswith(".html"):
            assert not html.document_fromstring(data).xpath("//script[not(@src)]|//i|//b"), path
    assert Site(root / "build" / "site", "https://x.example/").crawl() == []
    bib = (root / "build" / "site" / "2025-01" / "x.bib").read_text("utf-8")
    assert not parse_string(bib).failed_blocks


def test_the_archive_speaks_every_language_that_the_press_knows() -> None:
    keys = set(wording("en").sentences)
    for tag in LABELS:
        assert set(wording(tag).sentences) == keys, tag
        assert "3" in wording(tag)("count", count=3), tag


@pytest.mark.parametrize(
    ("name", "order"),
    [("Əliyev", "e\uffffliyev"), ("İlham", "ilham"), ("“Quoted”", "quoted"), ("Çay", "cay")],
)
def test_headings_sort_without_marks(name: str, order: str) -> None:
    assert lists.sorting(name) == order


def test_a_long_list_is_parted_by_letters(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bulletin_press.archive import frame, pages
    from bulletin_press.config import load

    monkeypatch.setattr(pages, "_PAGE", 1)
    monkeypatch.setattr(pages, "_WHOLE", 1)
    known = [state.recall(whole / "build", name) for name in ("2025-01", "2025-03")]
    archive = Archive(load(whole), tuple(one.holding for one in known if one))
    made = {one.path: one.make() for one in pages.leaves(frame.frame(archive))}
    assert {"articles/initial_a.html", "articles/initial_t.html", "archive/2025.html"} <= set(made)
    root: Any = html.document_fromstring(made["articles/index.html"])
    assert root.xpath("//nav[@class='initials']//a/@href") == ["initial_a.html", "initial_t.html"]


def test_the_verb_prints_the_folder(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied / "source" / "2025-01")
    result = CliRunner().invoke(cli.main, ["site"])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == os.path.relpath(copied / "build" / "site") or (
        result.stdout.strip() == str(copied / "build" / "site")
    )


def test_the_verb_needs_a_publication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for verb in ("site", "publish"):
        result = CliRunner().invoke(cli.main, [verb])
        assert result.exit_code == 4, verb
        assert "C103" in result.stderr


def test_a_site_is_published_where_the_publication_says(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied)
    assert CliRunner().invoke(cli.main, ["publish"]).exit_code == 6
    with (copied / "bulletin.toml").open("a") as file:
        file.write('\n[site]\npublish = "public"\n')
    result = CliRunner().invoke(cli.main, ["publish"])
    assert result.exit_code == 0, result.output
    assert contents(copied / "public") == contents(copied / "build" / "site")


def test_what_letters_link_to_is_proved_where_it_is_published(tmp_path: Path) -> None:
    root, served = tmp_path / "p", tmp_path / "www"
    root.mkdir()
    served.mkdir()
    with hosted(served) as base:
        text = sites.TOML.format(base=base) + "[site]\nlarge-print = false\noffprints = false\n"
        (root / "bulletin.toml").write_text(text, "utf-8")
        folder = sites.issue(root, "2025-01", "", {"01-x.rst": sites.article("X", "Words of X.")})
        assert site.build(root).folder
        issues = gathering.read(folder)
        made, _ = gathering.pieces(issues, [("letter", "en"), ("link", "en")])
        links = tuple(gathering.links(one.letter for one in made))
        assert f"{base}2025-01/" in links
        index = gathering.site_index(issues.publication)
        assert index is not None

        def faults() -> list[str]:
            found = uplinks.faults(links, base, uplinks.listed(index), gathering.built(issues))
            return [one.code for one in found]

        assert set(faults()) == {"D304"}
        shutil.rmtree(served)
        publishing.publish(root / "build" / "site", str(served))
        assert faults() == []
        (served / "2025-01" / "index.html").write_text("Another page.")
        assert faults() == ["D304"]
