"""Search: equal terms in both languages, an index that is right and small, a page that finds."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route, expect

from bulletin_press.archive import searching
from bulletin_press.archive.holdings import Archive, Contribution
from tests.searching.archives import archive, contribution, large
from tests.searching.site import FAILED, NONE, Asked, asked, served

SCRIPTS = Path(searching.__file__).parent / "scripts"
MINISEARCH = "0393b3ba253b809d5e55707c7b0875ef9b518a296a006c6739b28876e154edb3"
KINDLESS = ("Cn", "Co")
Postings = dict[str, dict[str, dict[int, int]]]  # term, field, article, how often

STRANGE = [
    "", " ", "a", "I", "Bakı’nın İŞIQ və ışıq", "GƏNCƏ Gəncə gence", "STRASSE Straße STRAẞE",
    "ΟΔΥΣΣΕΥΣ Ὀδυσσεύς ΣΑΣ", "Ёлка ёлка Їжак п’ять пʼять", "كِتَابٌ كتاب كـتاب ٱلْكِتَاب",
    "می‌خواهم كتابي کتابی", "١٢٣ ۱۲۳ 123 ½ ² Ⅳ ① ⒈", "ᲗᲑᲘᲚᲘᲡᲘ თბილისი",
    "Łódź Ørsted Đorđe œuvre ﬁne", "e\u0301\u0302x e\u0302\u0301x", "Qurʾān ʿAbd",
    "soft\u00adhyphen zero\u200bwidth\u2060join\ufeffer", "rock’n’roll well-known __proto__ a_b",
    "ŉŉ ǆ ǅ ﷺ ㎢ ℡ ™ K Å Ω", "한국어 日本語 ㍿ 𠮷野家 𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "👩‍👩‍👧 🇦🇿 ❤️ 🄰🄱",
    "हिन्दी ไทย தமிழ்", "x" * 41, "é" * 90, "𐐀" * 50, "\u1c89\u1c89 \U0001e030\U0001e030",
    "<img src=x onerror=alert(1)>", "\0\x01\u2028\u2029\u0085", "constructor prototype __proto__",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bakı’nın İŞIQLARI və Gəncə", "baki nin isiqlari ve gence"),
        ("Straße STRASSE ΣΑΣ Σας", "strasse strasse σασ σασ"),
        ("soft\u00adhyphen zero\u200bwidth rock’n’roll", "softhyphen zerowidth rock roll"),
        ("كِتَابٌ كتاب كـتاب ٣٤", "كتاب كتاب كتاب 34"),
        ("Ёлка Їжак 1984 a б", "елка іжак 1984"),
        ("Qurʾān ʿAbd пʼять", "quran abd ять"),
        ("well-known \u1c89\u1c89 __proto__ \ud800x\udfff", "well known proto"),
    ],
)
def test_terms(text: str, found: str) -> None:
    assert searching.terms(text) == Counter(found.split())


def test_a_term_has_2_to_40_characters() -> None:
    assert searching.terms("x xy " + "z" * 41 + " " + "\u1e7d" * 40) == Counter(
        {"xy": 1, "z" * 40: 1, "v" * 40: 1}
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The search page of an archive of three hundred articles."""
    with served(_mixed(), tmp_path_factory.mktemp("small")) as address:
        yield address


@pytest.fixture(scope="module")
def script(small: str, browser: Browser) -> Iterator[Page]:
    """A page whose window has ``terms`` of search.js, for texts as code points."""
    page = browser.new_page()
    page.goto(small)
    page.evaluate(
        """async (path) => {
            const { terms } = await import(path);
            window.found = (codes) => terms(codes.map((one) => String.fromCodePoint(one)).join(''));
        }""",
        f"/{searching.script()}",
    )
    yield page
    page.close()


def _in_browser(page: Page, texts: list[str]) -> list[Counter[str]]:
    codes = [[ord(sign) for sign in text] for text in texts]
    found: list[list[str]] = page.evaluate("(texts) => texts.map(window.found)", codes)
    return [Counter(one) for one in found]


def test_the_browser_finds_the_same_terms_in_strange_texts(script: Page) -> None:
    assert _in_browser(script, STRANGE) == [searching.terms(text) for text in STRANGE]


@settings(max_examples=60)
@given(st.lists(st.text(max_size=60) | st.text(st.sampled_from("".join(STRANGE)), max_size=60)))
def test_the_browser_finds_the_same_terms_in_any_text(script: Page, texts: list[str]) -> None:
    assert _in_browser(script, texts) == [searching.terms(text) for text in texts]


def test_every_character_is_the_same_in_the_browser(script: Page) -> None:
    """But for those that this Python does not know, and private ones."""
    known = (code for code in range(0x110000) if unicodedata.category(chr(code)) not in KINDLESS)
    codes = [*known, *searching._UNKNOWN, 0xE000]
    found: list[str] = script.evaluate(
        "(codes) => codes.map((one) => window.found([120, one, 121, 32, one, one]).join(' '))",
        codes,
    )
    for code, browsers in zip(codes, found, strict=True):
        sign = chr(code)
        assert searching.terms(f"x{sign}y {sign}{sign}") == Counter(browsers.split()), hex(code)


def test_minisearch_is_the_published_file() -> None:
    assert sha256((SCRIPTS / "minisearch.js").read_bytes()).hexdigest() == MINISEARCH


def test_scripts_are_named_by_their_bytes_and_import_one_another() -> None:
    made = searching.scripts()
    (engine,) = (path for path in made if path != searching.script())
    for path, data in made.items():
        match = re.fullmatch(r"assets/(?:minisearch|search)-([0-9a-f]{16})\.js", path)
        assert match
        assert match[1] == sha256(data).hexdigest()[:16]
        assert b"sourceMappingURL" not in data
        assert not re.search(rb"@[A-Z]+@|innerHTML|\beval\b|localStorage", data), path
    own = made[searching.script()].decode()
    assert re.findall(r"from '([^']+)'", own) == [f"./{Path(engine).name}"]
    assert b"Copyright 2022 Luca Ongaro" in made[engine]
    original = (SCRIPTS / "minisearch.js").read_bytes()
    assert original.startswith(made[engine].partition(b"*/\n")[2].rstrip(b"\n"))


def _pointer(made: dict[str, bytes]) -> Any:
    return json.loads(made[searching.INDEX])


def _numbers(code: str) -> Iterator[int]:
    value, weight = 0, 1
    for sign in map(ord, code):
        if sign >= 93:
            yield value + (sign - 93) * weight
            value, weight = 0, 1
        else:
            value, weight = value + (sign - 35 + 34) * weight, weight * 57


def _decoded(code: str) -> dict[int, int]:
    numbers, article, counts = _numbers(code), -1, dict[int, int]()
    for value in numbers:
        article += value // 2 + 1
        counts[article] = next(numbers) + 2 if value % 2 else 1
    return counts


def _read(made: dict[str, bytes]) -> Postings:
    """All postings of an index, its directory and the order of its terms being right."""
    pointer, found, known = _pointer(made), Postings(), list[str]()
    fields = [name for name, _ in pointer["fields"]]
    for first, name, octets in pointer["terms"]:
        data = made[f"search/terms-{name}.json"]
        assert len(data) == octets
        shard = json.loads(data)
        assert shard[0] == first
        known += shard[::2]
        for term, postings in zip(shard[::2], shard[1::2], strict=True):
            codes = dict(zip(fields, postings.split(" "), strict=False))
            found[term] = {field: _decoded(code) for field, code in codes.items() if code}
    assert len(known) == len(set(known))
    assert known == sorted(known, key=lambda term: term.encode("utf-16-be"))
    return found


def _expected(whole: Archive) -> Postings:
    found = Postings()
    articles = [one for holding in whole.holdings for one in holding.articles]
    for number, one in enumerate(articles):
        texts = {"title": [one.title], "authors": one.authors, "keywords": one.keywords}
        counted = {field: searching.terms(" ".join(text)) for field, text in texts.items()}
        for field, counts in {**counted, "text": one.words}.items():
            for term, times in counts.items():
                found.setdefault(term, {}).setdefault(field, {})[number] = times
    return found


WORDS = st.sampled_from("constructor proto tostring ab σασ 日本 𠮷野 ﬀ zz".split())
ARTICLES = st.builds(
    lambda title, counts, names: Contribution(
        "a", title, title, "a.html", authors=tuple(names), keywords=tuple(names), words=counts
    ),
    st.text(max_size=20) | WORDS,
    st.dictionaries(WORDS | st.from_regex(r"[a-c]{2,4}", fullmatch=True), st.integers(1, 5000)),
    st.lists(WORDS, max_size=3),
)


@settings(max_examples=60)
@given(st.lists(st.lists(ARTICLES, max_size=8), max_size=6))
def test_every_term_is_in_one_shard_with_the_right_postings(
    issues: list[list[Contribution]],
) -> None:
    whole = archive(*issues)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "SHARD", 200)
        assert _read(searching.files(whole)) == _expected(whole)


@given(st.lists(st.integers(0, 2**31)))
def test_numbers_are_coded_as_the_index_says(numbers: list[int]) -> None:
    coded = b"".join(map(searching.encoded, numbers)).decode("ascii")
    assert list(_numbers(coded)) == numbers
    assert not re.search(r'["\\ \x7f-\xff]', coded)


@pytest.fixture(scope="module")
def hundreds() -> Archive:
    return large(500)


def test_terms_of_most_articles_are_listed_instead(hundreds: Archive) -> None:
    made, expected = searching.files(hundreds), _expected(hundreds)
    common = {term for term, found in expected.items() if len(found.get("text", ())) > 250}
    assert common
    assert _pointer(made)["common"] == sorted(common)
    for term in common:
        del expected[term]["text"]
    assert _read(made) == {term: found for term, found in expected.items() if found}


@pytest.mark.parametrize(("articles", "common"), [(50, []), (51, ["every", "most"])])
def test_few_articles_have_no_common_terms(articles: int, common: list[str]) -> None:
    texts = ["every half most", *["every half most"] * 24, "every most", *["every"] * 25]
    whole = archive(contribution("a", "", text) for text in texts[:articles])
    made = searching.files(whole)
    assert _pointer(made)["common"] == common
    assert ("every" in _read(made)) is not bool(common)
    assert len(_read(made)["half"]["text"]) == 25


def test_files_never_change_under_a_name_and_equal_archives_give_equal_ones(
    hundreds: Archive,
) -> None:
    made = searching.files(hundreds)
    assert made == searching.files(large(500))
    for path, data in made.items():
        match = re.fullmatch(r"search/(?:terms|articles)-([0-9a-f]{16})\.json", path)
        assert path == searching.INDEX if match is None else match[1] == _name(data)
    used = {name for _, name, _ in _pointer(made)["terms"]}
    used |= {name for name, _ in _pointer(made)["documents"]["files"]}
    assert len(made) == len(used) + 1


def _name(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]


def test_shards_are_small_but_for_a_term_that_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SHARD", 120)
    rare = [contribution(f"a{n}", f"w{n:03}", "often" if n % 2 else "x") for n in range(400)]
    made = searching.files(archive(rare))
    heavy = [(first, size) for first, _, size in _pointer(made)["terms"] if size > 122]
    assert [first for first, _ in heavy] == ["often"]
    (often,) = (data for data in made.values() if data.startswith(b'["often"'))
    assert len(json.loads(often)) == 2


def test_articles_are_told_newest_first_and_summaries_cut_at_a_word() -> None:
    long = "word " * 50
    articles = [contribution(f"a {n}", f"Title {n}", long, authors=("A B", "C")) for n in range(11)]
    made = searching.files(archive(articles, [contribution("z", "Last", "\n" * 300 + "w")]))
    pointer = _pointer(made)
    shards = [
        json.loads(made[f"search/articles-{name}.json"])
        for name, octets in pointer["documents"]["files"]
        if len(made[f"search/articles-{name}.json"]) == octets
    ]
    assert pointer["articles"] == 12
    assert [len(one["articles"]) for one in shards] == [10, 2]
    assert shards[1]["issues"] == [["No. 1", "2026-01-01", "en"], ["No. 2", "2026-01-01", "en"]]
    issue, title, address, authors, summary = shards[1]["articles"][0]
    assert (issue, title, address) == (0, "Title 10", "2026-01/a%2010.html")
    assert authors == ["A B", "C"]
    assert re.fullmatch(r"(word )+…", summary)
    assert 190 < len(summary) < 203
    assert shards[1]["articles"][1] == [1, "Last", "2026-01/z.html", [], "w"]


def test_an_archive_without_articles_has_an_index() -> None:
    assert _pointer(searching.files(archive()))["articles"] == 0


LANGUAGES = {
    "az": [contribution("az", "Gəncədə qış", "Bakıdan Gəncəyə qatar İsmayıllıdan keçir, ışıq")],
    "tr": [contribution("tr", "Yazı", "İstanbul’da ışıklar söndü")],
    "ru": [contribution("ru", "Ёлка", "Шёл снег над Невой")],
    "el": [contribution("el", "Ὀδύσσεια", "ὁ Ὀδυσσεύς νόστος")],
    "ar": [contribution("ar", "الكِتَاب", "كِتَابٌ قَدِيمٌ في المكتبة")],
}


def _mixed() -> Archive:
    """Three hundred articles, the newest of which are made for the questions below."""
    own = [
        contribution("bridge", "The old bridge", "Engineers measured the river, a bridge at dusk"),
        contribution("harbour", "At the quay", "A harbour with cranes; the bridge is far away"),
        contribution("later", "Harbours", "Ships"),
        contribution("crane", "Migration", "Cranes fly in autumn", keywords=("ornithology",)),
        contribution("author", "A letter", "Dear editor", authors=("Zoë Quillfeather",)),
        contribution("names", "Prototypes", "constructor __proto__ toString hasOwnProperty"),
        contribution("hostile", "<img src=x onerror=alert(1)>", "markup <b>injected</b>"),
        *(contribution(f"same{n}", f"Same {n}", "equinox") for n in range(45)),
    ]
    foreign = [
        holding
        for language, articles in LANGUAGES.items()
        for holding in archive(articles, language=language).holdings
    ]
    rest = large(240)
    holdings = (*archive(own).holdings, *foreign, *rest.holdings)
    return Archive(rest.publication, holdings)


@pytest.fixture(scope="module")
def window(small: str, browser: Browser) -> Iterator[Asked]:
    with asked(browser, small) as made:
        yield made


@pytest.fixture
def site(window: Asked) -> Iterator[Asked]:
    window.responses.clear()
    window.open()
    yield window
    assert window.complaints == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("harbour", "At the quay"),
        ("dusk", "The old bridge"),
        ("Quillfeather", "A letter"),
        ("zoe", "A letter"),
        ("ornithology", "Migration"),
        ("cranes harbour", "At the quay"),
        ("migrat", "Migration"),
        ("enginners", "The old bridge"),
        ("gence", "Gəncədə qış"),
        ("GƏNCƏYƏ", "Gəncədə qış"),
        ("ismayıllı", "Gəncədə qış"),
        ("istanbul", "Yazı"),
        ("ISIKLAR", "Yazı"),
        ("елка", "Ёлка"),
        ("НЕВО", "Ёлка"),
        ("ΟΔΥΣΣΕΥΣ", "Ὀδύσσεια"),
        ("كتاب", "الكِتَاب"),
        ("كِتَابٌ قديم", "الكِتَاب"),
        ("constructor", "Prototypes"),
        ("__proto__", "Prototypes"),
        ("hasOwnProperty toString", "Prototypes"),
        ("injected", "<img src=x onerror=alert(1)>"),
    ],
)
def test_a_query_finds_its_article_first(query: str, title: str, site: Asked) -> None:
    assert site.ask(query)[0] == title


def test_all_words_count_and_any_if_no_article_has_all(site: Asked) -> None:
    assert site.ask("bridge harbour") == ["At the quay"]
    assert site.status == "1 article"
    assert set(site.ask("dusk autumn")) == {"The old bridge", "Migration"}
    assert site.status == "2 articles"


def test_a_result_tells_its_address_line_and_language(site: Asked) -> None:
    site.ask("Quillfeather")
    item = site.page.locator("#Search-results > li")
    link = item.locator("a")
    assert link.get_attribute("href") == "../2026-01/author.html"
    assert link.get_attribute("lang") == "en"
    assert item.locator(".search-line").text_content() == "Zoë Quillfeather · No. 1"
    assert item.locator(".search-summary").text_content() == "Dear editor"
    assert item.locator(".search-summary").get_attribute("lang") is None
    site.ask("قديم")
    assert item.locator("[lang=ar][dir=auto]").count() == 3


def test_equal_results_come_newest_first_and_more_on_demand(site: Asked) -> None:
    titles = site.ask("equinox")
    assert titles == [f"Same {n}" for n in range(20)]
    assert site.status == "45 articles"
    button = site.page.get_by_role("button", name="More")
    items = site.page.locator("#Search-results > li")
    button.click()
    expect(items).to_have_count(40)
    assert site.page.evaluate("document.activeElement.textContent") == "Same 20"
    button.click()
    expect(items).to_have_count(45)
    expect(button).to_be_hidden()
    assert site.titles() == [f"Same {n}" for n in range(45)]


@pytest.mark.parametrize(
    "query",
    [
        "<img src=x onerror=alert(1)>",
        "x" * 10_000,
        "ab " * 3_000,
        "𝒳-" * 5_000,
        "__proto__",
        "constructor prototype __defineGetter__ valueOf",
        "👩‍👩‍👧 🇦🇿",
        "\u0301\u200b",
        "$& $1 {count} {words}",
        "%00%ff\"'\\",
    ],
)
def test_a_hostile_query_neither_throws_nor_injects(query: str, site: Asked) -> None:
    site.ask(query)
    assert site.page.locator("img, b").count() == 0
    assert site.status
    assert site.status != FAILED
    assert len(site.page.url) < 10_000
    site.open(query[:500])
    site.titles()
    assert site.page.input_value("#Search-words") == query[:500]


def test_nothing_found_and_nothing_asked(site: Asked) -> None:
    assert site.ask("xylophonist") == []
    assert site.status == NONE
    assert site.ask("!?") == []
    assert site.status == NONE
    site.page.fill("#Search-words", " ")
    site.page.press("#Search-words", "Enter")
    assert site.status == ""


def test_common_words_are_named_and_the_others_looked_for(site: Asked) -> None:
    common = json.loads(site.page.request.get(f"{site.address}index.json").body())["common"]
    word = str(common[0]).upper()
    assert site.ask(f"{word} harbour")[0] == "At the quay"
    assert site.status == f"2 articles · {word}: in too many articles to be looked for"
    site.ask(word)
    elsewhere = {
        number
        for field, found in _expected(_mixed())[common[0]].items()
        for number in found
        if field != "text"
    }
    assert len(elsewhere) > 1
    assert site.status == (
        f"{len(elsewhere)} articles · {word}: in too many articles to be looked for"
    )


def test_the_address_asks_and_the_way_back_asks_again(site: Asked) -> None:
    site.open("dusk")
    assert site.titles() == ["The old bridge"]
    first = site.page.locator("#Search-results > li > a").first
    site.ask("ornithology")
    assert site.page.url == f"{site.address}?q=ornithology"
    site.page.go_back()
    expect(first).to_have_text("The old bridge")
    assert site.page.input_value("#Search-words") == "dusk"
    site.page.go_back()
    expect(first).to_have_count(0)
    assert site.page.input_value("#Search-words") == ""
    site.page.go_forward()
    expect(first).to_have_text("The old bridge")


def test_a_shard_is_loaded_once_and_only_from_the_site(site: Asked) -> None:
    site.ask("dusk")
    loaded = len(site.responses)
    site.ask("dusk")
    assert len(site.responses) == loaded
    addresses = [one.url for one in site.responses]
    assert len(addresses) == len(set(addresses))
    assert all(one.startswith(site.address.removesuffix("search/")) for one in addresses)


def test_a_later_query_is_not_overwritten_by_an_earlier(site: Asked) -> None:
    held: list[Route] = []
    site.page.route("**/articles-*.json", lambda route: held.append(route), times=1)
    site.page.fill("#Search-words", "dusk")
    with site.page.expect_request("**/articles-*.json"):
        site.page.press("#Search-words", "Enter")
    assert site.ask("قديم") == ["الكِتَاب"]
    with site.page.expect_response("**/articles-*.json") as late:
        held[0].continue_()
    late.value.finished()
    site.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert site.titles() == ["الكِتَاب"]
    assert site.status == "1 article"


@pytest.mark.parametrize("lost", ["index.json", "terms-*.json", "articles-*.json"])
def test_an_index_that_cannot_be_loaded_is_told_and_tried_again(
    lost: str, small: str, browser: Browser
) -> None:
    page = browser.new_page()
    site = Asked(page, small)
    site.open()
    page.route(f"**/search/{lost}", lambda route: route.fulfill(status=404, body="gone"))
    assert site.ask("dusk") == []
    assert site.status == FAILED
    page.unroute_all()
    assert site.ask("dusk") == ["The old bridge"]
    page.route(f"**/search/{lost}", lambda route: route.abort())
    page.reload()
    assert site.titles() == []
    assert site.status == FAILED
    page.close()


@pytest.fixture(scope="module")
def thousands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The search page of 5,000 articles, and the pointer of its index."""
    folder = tmp_path_factory.mktemp("thousands")
    with served(large(5_000), folder) as address:
        yield address, json.loads((folder / searching.INDEX).read_bytes())


def _octets(site: Asked) -> dict[str, int]:
    return {one.url: len(one.body()) for one in site.responses}


@pytest.mark.parametrize("words", [1, 2, 8])
def test_a_query_of_a_large_archive_is_light(
    words: int, thousands: tuple[str, Any], browser: Browser
) -> None:
    """300 kB with page and scripts, 200 kB of which the index may be."""
    address, pointer = thousands
    shards = pointer["terms"]
    query = " ".join(shards[len(shards) * n // words + 3][0] for n in range(words))
    with asked(browser, address) as site:
        assert site.ask(query)
        octets = _octets(site)
        index = {url: size for url, size in octets.items() if url.endswith(".json")}
        assert len([url for url in index if "/terms-" in url]) >= words
        assert sum(index.values()) <= 200_000
        assert sum(octets.values()) <= 300_000


def test_heavy_lines_are_shown_as_far_as_they_fit(tmp_path: Path, browser: Browser) -> None:
    heavy = [
        contribution(f"a{n}", f"{n} {'თბილისი ' * 150}", "" if n % 10 else "equinox")
        for n in range(400)
    ]
    with served(archive(heavy), tmp_path) as address, asked(browser, address) as site:
        shown = len(site.ask("equinox"))
        assert 1 <= shown < 20
        assert site.status == "40 articles"
        assert sum(size for url, size in _octets(site).items() if url.endswith("json")) <= 200_000
        site.page.get_by_role("button", name="More").click()
        expect(site.page.locator("#Search-results > li").nth(shown)).to_be_visible()
