"""The letter: its laws over several issues, its budgets, its pictures, hostile sources."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from PIL import Image

from bulletin_press import monospace, press
from bulletin_press.distribution.mail.messages import Reader, Template, as_mail
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.edition import PDF, PREFERENCES, UNSUBSCRIBE, Enclosure, Letter
from bulletin_press.editions import letter as edition
from bulletin_press.editions.letter import drawing, letter, lines, wording
from bulletin_press.issue import Issue
from bulletin_press.problems import ProblemsError
from bulletin_press.source.languages import LABELS, labels
from tests import epub_support, printing
from tests.epub_support import MASTHEAD, png, simple, write

ROOT = Path(__file__).parents[1]
LETTER_CSS = (ROOT / "styles" / "letter.css").read_text("utf-8")
BASE = "https://bulletin.example.org/"
TOML = '[publication]\nid = "harbour"\n{}\n[imprint]\naddress = "1 Quay Street, 00000 Port"\n{}\n'

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="20" height="20"/></svg>
"""
EVERY = """\
Every kind of block
===================

A formula :math:`E = mc^2` in a line, and one by itself:

.. math::

   \\frac{a}{b}

.. chart::
   :unit: tonnes

   Year,Red,Blue
   2023,1,2
   2024,3,4

.. container:: x

   Words in a container [Key2020]_.

.. class:: language-ar

   كلمات عربية هنا.

.. [Key2020] A work that is cited.

==========  =======  ===========  ===========  ===============================
Place       Tonnes   Inhabitants  Established  Administration
==========  =======  ===========  ===========  ===============================
Harbour     1        20 000       1850         municipal, elected
Quayside    2        3 000        1905         intercommunal, since the reform
==========  =======  ===========  ===========  ===============================
"""


def every(folder: Path) -> Issue:
    """An issue with every kind of block."""
    epub_support.rich(folder)
    return epub_support.load(write(folder, {"03-every.rst": EVERY}))


def issue_of(kind: str, folder: Path) -> Issue:
    if kind == "sample":
        return printing.load(ROOT / "source" / "2026-02")
    if kind == "generated":
        return printing.load(printing.write(folder, printing.generated(11, 4, 8)))
    return every(folder)


@pytest.fixture(scope="module", params=["sample", "every", "generated"])
def made(request: pytest.FixtureRequest, tmp_path_factory: Any) -> tuple[Issue, Letter]:
    issue = issue_of(request.param, tmp_path_factory.mktemp("letter"))
    before = issue.document.pformat()
    found = letter(issue)
    assert issue.document.pformat() == before, "law 1: a letter changed the tree"
    return issue, found


def one(
    folder: Path,
    body: str = "Words.",
    toml: str = "",
    files: Mapping[str, str | bytes] = MappingProxyType({}),
) -> Issue:
    """An issue of one article."""
    write(folder, {"issue.rst": MASTHEAD, "01-a.rst": simple("Title", body), **files}, toml)
    return epub_support.load(folder)


def parsed(text: str) -> Any:
    return html.document_fromstring(text)


def page(found: Letter) -> Any:
    """The letter's document without what is hidden from readers."""
    root = parsed(found.html)
    for hidden in root.xpath("//body/div[@aria-hidden]|//*[@aria-hidden='true']"):
        hidden.drop_tree()
    return root


def tokens(text: str) -> list[str]:
    """Words as letters and figures, raised and lowered ones as others."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text.replace("\u00ad", "")))


def tree_words(issue: Issue, cells: bool = True) -> list[str]:
    """The words of the articles' paragraphs in order, notes and labels apart."""
    words: list[str] = []
    for article in issue.articles:
        for part in article.section.findall(nodes.paragraph):
            inside = part.parent
            notes = (nodes.footnote, nodes.citation)
            while inside is not article.section and not isinstance(inside, notes):
                inside = inside.parent
            if isinstance(inside, notes) or "summary" in part["classes"]:
                continue
            if isinstance(part.parent, nodes.entry) and not cells:
                continue
            for text in part.findall(nodes.Text):
                inside = text.parent
                if not isinstance(inside, (nodes.footnote_reference, nodes.math)):
                    words.extend(tokens(text.astext()))
    return words


def missing(words: list[str], text: list[str]) -> str | None:
    """The first of ``words`` that does not follow, in order, in ``text``."""
    whole, at = "".join(text), 0
    for word in words:
        found = whole.find(word, at)
        if found < 0:
            return word
        at = found + len(word)
    return None


def furniture(issue: Issue) -> Counter[str]:
    own, added = labels(issue.language), wording.words(issue.language)
    texts = [issue.title, issue.subtitle, issue.line, *issue.imprint, own.contents, own.notes]
    texts += [own.colophon, own.back_cover, own.data, own.key_facts]
    texts += [added.web, added.why.format(title=issue.title), added.links]
    texts += [added.preferences, added.unsubscribe, added.web]
    texts += [issue.title] * 3 + [own.notes] * len(issue.articles)
    for article in issue.articles:
        texts += [article.heading, article.heading, article.numeral]
        texts += [child.astext() for child in article.section.findall(nodes.caption)]
    return Counter(word for text in texts for word in tokens(text))


# Laws -------------------------------------------------------------------------------------------


def test_every_word_is_in_both_parts_in_order(made: tuple[Issue, Letter]) -> None:
    issue, found = made
    shown = tokens(page(found).find("body").text_content())
    assert missing(tree_words(issue), shown) is None
    # a table of many columns is written cell by cell, each after its head
    assert missing(tree_words(issue, cells=False), tokens(found.text)) is None


def test_nothing_is_added_but_the_furniture(made: tuple[Issue, Letter]) -> None:
    issue, found = made
    known = set(furniture(issue)) | set(tokens(issue.document.astext())) | set(tokens(issue.text))
    known |= {word for image in issue.document.findall(nodes.image)
              for word in tokens(image.get("alt", ""))}  # fmt: skip
    body, address = page(found).find("body"), re.compile(r"\S+:\S+")
    for text in (" ".join(body.itertext()), address.sub("", found.text)):
        added = {word for word in tokens(text) if word not in known and not word.isdigit()}
        assert {word for word in added if word not in "".join(known)} <= {"mc", "mc2"}


def test_every_heading_paragraph_cell_and_note_is_in_the_text(made: tuple[Issue, Letter]) -> None:
    issue, found = made
    whole = "".join(tokens(found.text))
    kinds = (nodes.title, nodes.paragraph, nodes.entry, nodes.term, nodes.line, nodes.literal_block)
    for part in issue.document.findall(nodes.Element):
        if isinstance(part, kinds) and not any(part.findall(nodes.math)):
            for run in part.findall(nodes.Text):
                assert "".join(tokens(run.astext())) in whole, run
    headings = [" ".join("".join(one.itertext()).split()) for one in page(found).xpath("//h2|//h3")]
    assert headings
    for heading in headings:
        assert "".join(tokens(heading)) in whole


def test_every_link_is_in_the_text(made: tuple[Issue, Letter]) -> None:
    _, found = made
    links = {one.get("href") for one in page(found).iter("a")}
    outside = {address for address in links if not address.startswith("#")}
    listed = set(re.findall(r"^\[\d+\] (\S+)$", found.text, re.MULTILINE))
    assert {found.places.unsubscribe, found.places.preferences} <= listed <= outside
    bare = outside - listed
    assert all(address.removeprefix("mailto:") in found.text for address in bare)
    numbers = [int(one) for one in re.findall(r"^\[(\d+)\] \S+$", found.text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_lines_of_the_text_are_short_but_for_what_cannot_be_broken(
    made: tuple[Issue, Letter],
) -> None:
    for line in made[1].text.splitlines():
        assert monospace.columns(line) <= 72 or len(line.split()) <= 2, line
        assert line == line.rstrip(" ")


def test_headings_follow_one_another_and_every_link_arrives(made: tuple[Issue, Letter]) -> None:
    root = page(made[1])
    depths = [int(one.tag[1]) for one in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert depths[0] == 1
    assert depths.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(depths))
    ids = Counter(one.get("id") for one in root.iter() if one.get("id"))
    assert set(ids.values()) <= {1}
    inner = {a.get("href")[1:] for a in root.iter("a") if a.get("href").startswith("#")}
    assert inner == set(ids)


def test_notes_close_each_article_and_lead_back(made: tuple[Issue, Letter]) -> None:
    issue, found = made
    notes = list(issue.document.findall(nodes.footnote))
    root = page(found)
    assert len(root.xpath("//*[@role='doc-footnote']")) >= len(notes) > 0
    assert len(root.xpath("//a[@role='doc-backlink']")) >= len(notes)


def test_a_letter_loads_nothing_and_does_nothing(made: tuple[Issue, Letter]) -> None:
    root = parsed(made[1].html)
    tags = {one.tag for one in root.iter() if isinstance(one.tag, str)}
    assert not tags & {
        "script",
        "form",
        "link",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "input",
    }
    assert len(root.xpath("//style")) == 1
    for one in root.iter():
        for key, value in one.attrib.items():
            assert not key.startswith("on")
            assert "url(" not in value
            if key == "src":
                assert value.startswith(("cid:", "https://"))
    assert "@import" not in made[1].html
    assert "@font-face" not in made[1].html


def test_every_picture_has_sides_and_words_and_is_in_the_letter(made: tuple[Issue, Letter]) -> None:
    found = made[1]
    shown = set()
    for image in page(found).iter("img"):
        assert int(image.get("width")) > 0
        assert int(image.get("height")) > 0
        assert image.get("alt") or image.get("role") == "presentation"
        shown.add(image.get("src").removeprefix("cid:"))
    assert shown == set(found.pictures)
    for media_type, data in found.pictures.values():
        with Image.open(io.BytesIO(data)) as picture:
            assert Image.MIME[str(picture.format)] == media_type
            assert picture.mode in ("RGB", "P", "L")


def test_the_language_and_direction_stand_on_the_root_and_within(
    made: tuple[Issue, Letter],
) -> None:
    issue, found = made
    root = parsed(found.html)
    assert (root.get("lang"), root.get("dir")) == (issue.language, issue.direction)
    inner = root.xpath("//body//*[@lang and @dir]")
    assert inner[0].get("lang") == issue.language  # programs that drop the root keep this one
    for part in issue.document.findall(nodes.Element):
        for name in part["classes"]:
            if name.startswith("language-"):
                assert any(one.get("lang") == name.removeprefix("language-") for one in inner)


def test_two_letters_are_equal(made: tuple[Issue, Letter]) -> None:
    assert letter(made[0]) == made[1]


BUILD = """
import sys
from pathlib import Path
from bulletin_press import press
built = press.build(Path(sys.argv[1]), ["letter"], Path(sys.argv[2]))
assert built.paths, built.problems
"""


def test_same_bytes_in_any_folder_time_zone_and_order(tmp_path: Path) -> None:
    digests = []
    for number, (zone, seed) in enumerate([("UTC", "1"), ("Pacific/Kiritimati", "7")]):
        home = tmp_path / f"home {number}"
        every(home / "issue")
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "HOME": str(home)}
        command = [sys.executable, "-c", BUILD, str(home / "issue"), str(home / "out")]
        subprocess.run(command, check=True, env=environment, cwd=home)
        digests.append(
            {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
             for path in (home / "out" / "letter").iterdir()}
        )  # fmt: skip
    assert len(digests[0]) == 3
    assert digests[0] == digests[1]


# What it holds ----------------------------------------------------------------------------------


def test_a_letter_too_large_leads_to_the_web(tmp_path: Path) -> None:
    long = "\n\n".join(["Words of the whole text, again and again. " * 40] * 20)
    toml = TOML.format(f'base-url = "{BASE}"', "[letter]\nmax-kilobytes = 20")
    body = f"First words [#n]_.\n\n{long}\n\nLast words.\n\n.. [#n] A note."
    issue = one(tmp_path / "issue", body, toml)
    found = letter(issue)
    assert len(found.html.encode()) <= 20_000
    for part in (page(found).find("body").text_content(), found.text):
        assert "First words" in part
        assert "Last words" not in part
        assert "[1]_" not in part
    links = [a.get("href") for a in page(found).iter("a")]
    assert f"{BASE}issue/a.html" in links
    assert not [address for address in links if address.startswith("#")]
    assert not edition.render(issue).problems


def test_a_letter_too_large_stays_whole_where_there_is_no_rest(tmp_path: Path) -> None:
    long = "\n\n".join(["Words of the whole text, again and again. " * 40] * 20)
    toml = TOML.format("", "[letter]\nmax-kilobytes = 20")
    rendered = edition.render(one(tmp_path, f"{long}\n\nLast words.", toml))
    assert "Last words" in rendered.letter.html
    assert [one.code for one in rendered.problems] == ["E104"]


def test_many_articles_shorten_what_each_has(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{n:03}-part-{n}.rst": simple(f"Article {n}", "Its first words. " * 30)
        for n in range(10, 110)
    }
    toml = TOML.format(f'base-url = "{BASE}"', "[letter]\nmax-kilobytes = 60")
    found = letter(one(tmp_path / "issue", toml=toml, files=files))
    assert len(found.html.encode()) <= 60_000
    assert "Article 109" in found.text
    assert "Its first words" not in found.text


@pytest.mark.parametrize("url", ["", f"{BASE}issue/harbour-issue.pdf"])
def test_the_short_letter_names_its_file(tmp_path: Path, url: str) -> None:
    issue = one(tmp_path / "issue", "First words.\n\nLast words.", TOML.format("", ""))
    enclosure = Enclosure("pdf", "harbour-issue.pdf", PDF, 1_234_567, url)
    found = letter(issue, enclosure, full=False)
    own = wording.words("en")
    for part in (page(found).find("body").text_content(), found.text):
        assert (own.download if url else own.attached) in part
        assert "harbour-issue.pdf (1.2\u00a0MB)" in part
        assert "Title" in part
        assert "First words." in part
        assert "Last words." not in part
    assert ("https:" in found.text) is bool(url)
    ways = {found.places.unsubscribe, found.places.preferences}
    assert ways <= {a.get("href") for a in page(found).iter("a")}


def test_the_short_letter_lists_the_articles_above_their_beginnings(tmp_path: Path) -> None:
    summary = ":Summary: What it is about.\n\n"
    files: dict[str, str | bytes] = {
        f"0{number}-b.rst": simple(f"Article {number}", f"{summary}Words.") for number in (2, 3)
    }
    found = letter(one(tmp_path, files=files), full=False)
    (listed,) = page(found).xpath("//*[@role='navigation']")
    assert tokens(" ".join(listed.itertext()))[1:] == tokens("I Title II Article 2 III Article 3")
    ids = {f"#{one.get('id')}" for one in page(found).iter() if one.get("id")}
    assert {a.get("href") for a in listed.iter("a")} <= ids
    assert found.text.index("III. Article 3") < found.text.index("What it is about.")
    assert found.text.count("What it is about.") == 2


def test_links_into_what_is_left_out_lead_to_the_web_or_become_words(tmp_path: Path) -> None:
    files = {
        "issue.rst": MASTHEAD,
        "01-a.rst": simple("A", "See :article:`the part <b#deep>` and :article:`b`."),
        "02-b.rst": "B\n=\n\nText.\n\n.. _deep:\n\nDeep\n----\n\nText.\n",
    }
    for toml, expected in (
        (TOML.format(f'base-url = "{BASE}"', ""), {f"{BASE}i/b.html#b-deep", f"{BASE}i/b.html"}),
        (TOML.format("", ""), {"#b"}),
    ):
        folder = tmp_path / str(len(toml)) / "i"
        found = letter(epub_support.load(write(folder, dict(files), toml)), full=False)
        links = {a.get("href") for a in page(found).iter("a")}
        assert expected <= links
        assert "the part" in found.text
        assert "#b-deep" not in links


def test_the_foot_has_address_reason_and_ways_out(tmp_path: Path) -> None:
    issue = one(tmp_path / "issue", toml=TOML.format(f'base-url = "{BASE}"', ""))
    found = letter(issue)
    (foot,) = page(found).xpath("//*[@role='contentinfo']")
    words = foot.text_content()
    assert "1 Quay Street, 00000 Port" in words
    assert "You receive this letter because you subscribed to Harbour." in words
    links = [a.get("href") for a in foot.iter("a")]
    places = found.places
    assert links == [places.preferences, places.unsubscribe, f"{BASE}issue/"]


def test_no_word_or_address_of_an_author_becomes_a_readers_own(tmp_path: Path) -> None:
    """A token in an author's link would be a reader's subscription in the author's hands."""
    bait = "https://evil.example/?t="
    text = "\n\n".join(
        f"`a link <{bait}{place}>`__ and {bait}{place} and ``{place}`` and"
        f" `m <mailto:t@evil.example?subject={place}>`__."
        for place in (UNSUBSCRIBE, PREFERENCES)
    )
    body = f"{text}\n\n.. image:: p.png\n   :alt: {UNSUBSCRIBE}\n"
    toml = TOML.format(f'base-url = "{BASE}"', "")
    issue = one(tmp_path / "issue", body, toml=toml, files={"p.png": png(20, 20)})
    for found in (letter(issue), letter(issue, full=False)):
        for part in (found.html, found.text):
            for place in (found.places.unsubscribe, found.places.preferences):
                assert part.count(place) == 1
        delivery = replace(
            issue.publication.delivery, sender="H <h@example.org>", signup_url=f"{BASE}subscribe/"
        )
        sender = Sender.of(replace(issue.publication, delivery=delivery))
        token = f"{'x' * 16}.{'y' * 43}"
        mail = Template.make(found, sender).join(
            Reader("r@example.org", "", token, "m@example.org", 0, "sample")
        )
        parsed = message_from_bytes(as_mail(mail), policy=policy.default)
        for kind in ("plain", "html"):
            shown = parsed.get_body((kind,))
            assert shown is not None
            content = shown.get_content()
            assert content.count(token) == 2
            assert "evil.example/?t=https" not in content


def test_a_letter_without_postal_address_warns(tmp_path: Path) -> None:
    assert [one.code for one in edition.render(one(tmp_path)).problems] == ["E103"]


def test_the_preheader_is_the_summary_or_the_titles(tmp_path: Path) -> None:
    for number, (line, expected) in enumerate(
        [(":Summary: Of ports & <tides>.\n", "Of ports & <tides>."), ("", "Title")]
    ):
        folder = write(
            tmp_path / str(number),
            {"issue.rst": MASTHEAD + line, "01-a.rst": simple("Title")},
        )
        root = parsed(letter(epub_support.load(folder)).html)
        before = root.find("body")[0]
        assert (before.text_content(), before.get("aria-hidden")) == (expected, "true")
        assert "display:none" in before.get("style", "").replace(" ", "")


def test_every_language_has_its_words() -> None:
    assert wording.WORDS.keys() == LABELS.keys()
    for words in wording.WORDS.values():
        texts = [getattr(words, name) for name in wording.Words.__slots__]
        assert all(texts)
        assert "{title}" in words.why
    assert wording.size(340_200, "en-GB") == "340\u00a0kB"
    assert wording.size(1_260_000, "de") == "1,3\u00a0MB"
    assert wording.size(1, "fa") == "1\u00a0کیلوبایت"


# Pictures ---------------------------------------------------------------------------------------


def figure(name: str) -> str:
    return f".. figure:: {name}\n   :alt: What it shows\n\n   Caption."


def noise(width: int, height: int) -> bytes:
    """A picture that does not become small."""
    out = io.BytesIO()
    grain = hashlib.shake_256(b"grain").digest(width * height * 3)
    Image.frombytes("RGB", (width, height), grain).save(out, "PNG")
    return out.getvalue()


def test_heavy_pictures_are_hosted_by_a_name_of_their_own(tmp_path: Path) -> None:
    toml = TOML.format(f'base-url = "{BASE}"', "")
    issue = one(tmp_path / "issue", figure("a.png"), toml, files={"a.png": noise(600, 400)})
    rendered = edition.render(issue)
    assert not rendered.letter.pictures
    (image,) = page(rendered.letter).iter("img")
    name = image.get("src").removeprefix(f"{BASE}issue/letter/")
    data = rendered.edition.files[f"letter/{name}"]
    assert name.startswith(hashlib.sha256(data).hexdigest()[:16])
    on_disk = parsed(rendered.edition.files["letter/harbour-issue.html"].decode())
    assert [one.get("src") for one in on_disk.iter("img")] == [name]


@pytest.mark.parametrize("base", ["", 'base-url = "http://bulletin.example.org/"'])
def test_without_a_safe_place_heavy_pictures_become_smaller(tmp_path: Path, base: str) -> None:
    toml = TOML.format(base, "")
    issue = one(tmp_path, figure("a.png"), toml, files={"a.png": noise(1000, 700)})
    found = letter(issue)
    ((_, data),) = found.pictures.values()
    assert len(data) <= 100_000
    (image,) = page(found).iter("img")
    assert (image.get("width"), image.get("height")) == ("584", "409")


def test_pictures_for_which_there_is_no_room_leave_their_words(tmp_path: Path) -> None:
    toml = TOML.format("", "[letter]\nembed-kilobytes = 0")
    found = letter(one(tmp_path, figure("a.png"), toml, files={"a.png": png()}))
    assert not found.pictures
    assert not list(page(found).iter("img"))
    assert "What it shows" in page(found).text_content()


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(found: Letter) -> Image.Image:
    ((_, data),) = found.pictures.values()
    return Image.open(io.BytesIO(data)).convert("RGB")


def test_photographs_stand_upright_without_what_the_camera_wrote(tmp_path: Path) -> None:
    image = Image.new("RGB", (80, 40), "#202020")
    image.paste("#ff0000", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    data = saved(image, "JPEG", exif=exif, quality=95)
    found = letter(one(tmp_path, figure("a.jpg"), files={"a.jpg": data}))
    ((media_type, kept),) = found.pictures.values()
    assert media_type == "image/jpeg"
    assert b"A camera" not in kept
    with opened(found) as shown:
        assert shown.size == (40, 80)
        red = shown.getpixel((20, 10))
        assert isinstance(red, tuple)
        assert red[0] > 200


def test_clear_parts_become_white(tmp_path: Path) -> None:
    data = saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")
    with opened(letter(one(tmp_path, figure("a.png"), files={"a.png": data}))) as shown:
        assert shown.getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_pictures_of_every_mode_are_shown(tmp_path: Path, mode: str) -> None:
    form, name = ("JPEG", "a.jpg") if mode == "CMYK" else ("PNG", "a.png")
    data = saved(Image.new("RGB", (40, 30), "#fff").convert(mode), form)
    with opened(letter(one(tmp_path, figure(name), files={name: data}))) as shown:
        assert shown.size == (40, 30)


def test_drawings_formulas_and_charts_are_drawn_twice_as_fine(tmp_path: Path) -> None:
    issue = one(tmp_path, figure("a.svg") + "\n\n.. math:: a^2 + b^2", files={"a.svg": SVG})
    found = letter(issue)
    for image in page(found).iter("img"):
        with Image.open(io.BytesIO(found.pictures[image.get("src")[4:]][1])) as drawn:
            assert abs(drawn.width - 2 * int(image.get("width"))) <= 2
            ink = drawn.convert("L").getextrema()
            assert ink[0] != ink[1]


def test_a_drawing_as_tall_as_a_tower_stays_within_bounds(tmp_path: Path) -> None:
    tall = SVG.replace('0 0 40 20"', '0 0 1 9000"')
    with opened(letter(one(tmp_path, figure("a.svg"), files={"a.svg": tall}))) as shown:
        assert shown.width * shown.height < 10_000


def test_a_drawing_without_end_is_told_and_nothing_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "SECONDS", 0.5)
    masks = '<mask id="m0"><rect width="40" height="20" fill="#fff"/></mask>' + "".join(
        f'<mask id="m{n}"><rect width="40" height="20" fill="#fff" mask="url(#m{n - 1})"/>'
        f'<rect width="9" height="9" fill="#fff" mask="url(#m{n - 1})"/></mask>'
        for n in range(1, 30)
    )
    svg = SVG.replace("<rect", masks + '<rect mask="url(#m29)"')
    with pytest.raises(ProblemsError) as caught:
        letter(one(tmp_path, figure("a.svg"), files={"a.svg": svg}))
    (found,) = caught.value.problems
    assert (found.code, found.where.path) == ("E105", "a.svg")


# Hostile sources --------------------------------------------------------------------------------


def test_words_stay_words(tmp_path: Path) -> None:
    word = "w" * 5000
    text = f"{{{{7*7}}}} ${{x}} %(y)s <script>alert(1)</script> &amp; {word} {{title}}"
    issue = one(tmp_path, f"``{text}``\n\n{text.replace('*', chr(92) + '*')}")
    found = letter(issue)
    assert "{{7*7}}" in found.text
    assert "49" not in found.text
    assert word in found.text
    assert not list(page(found).iter("script"))
    assert "<script>alert(1)</script>" in page(found).text_content()


def test_a_class_of_the_source_cannot_hide_words(tmp_path: Path) -> None:
    names = re.findall(r"\.([\w-]+)[^{}]*\{[^}]*display: none", LETTER_CSS)
    assert {"letter-preheader", "cell-label"} <= set(names)
    for number, name in enumerate(names):
        write(
            tmp_path / str(number),
            {"issue.rst": MASTHEAD, "01-a.rst": simple("A", f".. class:: {name}\n\n   B.")},
        )
        problems = press.read(tmp_path / str(number)).problems
        assert "S108" in {one.code for one in problems} or name == "stacked"


def test_addresses_of_the_source_stay_whole_and_safe(tmp_path: Path) -> None:
    address = "https://example.org/" + "a" * 300 + "?b=1&c=%22%3E#d"
    issue = one(tmp_path, f"`Words <{address}>`_ and mailto:someone@example.org.")
    found = letter(issue)
    assert address in found.text
    assert address in [a.get("href") for a in page(found).iter("a")]


# Plain text -------------------------------------------------------------------------------------

WORD = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=90)


@given(st.lists(WORD, max_size=40), st.integers(20, 90))
def test_wrapping_loses_no_word_and_keeps_the_width(words: list[str], width: int) -> None:
    found = lines.wrap(" ".join(words), width, "- ")
    kept = [word for word in (lines.single(word) for word in words) if word]
    assert " ".join(found).split() == ["-", *" ".join(kept).split()]
    for line in found:
        assert monospace.columns(line) <= width or len(line.removeprefix("- ").split()) == 1


@given(st.lists(st.lists(WORD, min_size=1, max_size=5), min_size=1, max_size=6))
def test_tables_lose_no_cell(rows: list[list[str]]) -> None:
    rows = [[lines.single(cell) for cell in row] for row in rows]
    found = lines.grid(rows, 1, frozenset({1})) or lines.records(rows, 1)
    whole = "".join("".join(found).split())
    for row in rows[1:]:
        for cell in row:
            assert "".join(cell.split()) in whole


@pytest.mark.parametrize(
    ("line", "leftward", "expected"),
    [
        ("English words", True, "\u200fEnglish words"),
        ("===", True, "\u200f==="),
        ("كلمات", True, "كلمات"),
        ("(1) كلمات", True, "(1) كلمات"),
        ("كلمات English", False, "\u200eكلمات English"),
        ("English", False, "English"),
        ("", True, ""),
    ],
)
def test_lines_say_which_way_they_read(line: str, leftward: bool, expected: str) -> None:
    assert lines.directed([line], leftward) == [expected]


def test_a_text_from_right_to_left_is_marked_throughout(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "issue.rst": "النشرة\n======\n\n:Date: 2026-03-31\n",
            "01-a.rst": "عنوان المقال\n============\n\nنص المقال.\n\nEnglish only.\n",
        },
        '[publication]\nlanguage = "ar"\ntitle = "النشرة"\n',
    )
    found = letter(epub_support.load(tmp_path))
    assert parsed(found.html).get("dir") == "rtl"
    assert "\u200fEnglish only." in found.text
    for line in lines_of(found):
        strong = [unicodedata.bidirectional(sign) for sign in line]
        assert next(kind for kind in strong if kind in ("L", "R", "AL")) != "L", line


def lines_of(found: Letter) -> Iterator[str]:
    """The lines of a text but its addresses."""
    for line in found.text.splitlines():
        if line and not re.match(r"\[\d+\] ", line):
            yield line


def test_wide_tables_become_records_in_the_text(tmp_path: Path) -> None:
    found = letter(every(tmp_path))
    assert "Place: Harbour\n  Tonnes: 1\n  Inhabitants: 20 000\n" in found.text
    (table,) = page(found).xpath("//table[contains(@class, 'stacked')]")
    assert len(table.xpath(".//tr")) == 3


# Files ------------------------------------------------------------------------------------------


def test_a_build_writes_html_text_and_a_mail(tmp_path: Path) -> None:
    every(tmp_path / "issue")
    built = press.build(tmp_path / "issue", ["letter"], tmp_path / "out")
    names = [path.relative_to(tmp_path / "out").as_posix() for path in built.paths]
    stem = "letter/bulletin-issue"
    assert names == [f"{stem}.html", f"{stem}.txt", f"{stem}.eml"]
    shown = parsed((tmp_path / "out" / f"{stem}.html").read_text("utf-8"))
    assert all(str(one.get("src")).startswith("data:image/") for one in shown.iter("img"))
    message = message_from_bytes(
        (tmp_path / "out" / f"{stem}.eml").read_bytes(), policy=policy.default
    )
    assert message["To"] == "reader@example.org"
    assert message["Date"].datetime.date().isoformat() == "2026-05-31"
    text = message.get_body(("plain",))
    body = message.get_body(("html",))
    assert text is not None
    assert body is not None
    assert "Words of the editor" in text.get_content()
    assert UNSUBSCRIBE not in text.get_content() + body.get_content()
    marks = {part["Content-ID"].strip("<>") for part in message.walk() if part["Content-ID"]}
    sources = re.findall(r'src="cid:([^"]+)"', body.get_content())
    assert marks == set(sources)
    assert sources


def test_a_draft_says_so_in_both_parts(tmp_path: Path) -> None:
    made = edition.render(one(tmp_path), draft=True)
    assert made.letter.text.startswith("DRAFT\n")
    assert "DRAFT" in page(made.letter).text_content()


def test_an_own_sheet_changes_the_letter_and_a_broken_one_is_told(tmp_path: Path) -> None:
    own = {"styles/letter.css": "p { color: var(--mail-sans) } h2 { color: #123456 }"}
    found = letter(one(tmp_path / "a", files=own))
    assert "color:#123456" in found.html.replace(" ", "")
    with pytest.raises(ProblemsError) as caught:
        letter(one(tmp_path / "b", files={"styles/letter.css": "@import 'x.css';"}))
    assert {found.code for found in caught.value.problems} == {"L103"}


def test_the_html_is_one_document_of_its_kind(made: tuple[Issue, Letter]) -> None:
    found = made[1]
    assert found.html.startswith("<!DOCTYPE html>\n<html ")
    root = parsed(found.html)
    assert root.find("head")[0].get("charset") == "utf-8"
    assert root.xpath("string(//title)") == found.subject == made[0].name
