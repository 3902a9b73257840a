"""Words of languages that pyphen has no patterns for are divided, by either engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pyphen
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bulletin_press
from bulletin_press import program
from bulletin_press.editions import pdf
from bulletin_press.editions.pdf import divisions
from bulletin_press.editions.pdf.evenness import breaks
from scripts import patterns
from tests import samebytes
from tests.divided import SIGNS, WORDS
from tests.printing import Book, load, masthead, write

LETTERS = {
    "az": ("aeəıioöuü", "bcçdfgğhxjkqlmnprsştvyzw"),
    "tr": ("aeıioöuüâîû", "bcçdfgğhjklmnprsştvyz"),
    "ka": ("აეიოუ", "ბგდვზთკლმნპჟრსტფქღყშჩცძწჭხჯჰ"),
    "hy": ("աեէըիոօև", "բգդզթժլխծկհձղճմյնշչպջռսվտրւցփքֆ"),
}
HYPHENS = "[\u2010\u0002\ufffe]"


@pytest.fixture(autouse=True, scope="module")
def known() -> Iterator[None]:
    with divisions.known():
        yield


def divided(language: str, word: str, left: int = 2, right: int = 2) -> str:
    given = pyphen.Pyphen(lang=language, left=left, right=right)
    return str(given.inserted(word, "|"))


def whole(word: str) -> str:
    return word.replace("|", "")


@pytest.mark.parametrize("language", WORDS)
def test_words_are_divided_by_the_rules_of_their_language(language: str) -> None:
    expected = [word.replace("-", "|") for word in WORDS[language].split()]
    assert len(set(expected)) >= 60
    assert [divided(language, whole(word)) for word in expected] == expected


@pytest.mark.parametrize("language", WORDS)
def test_both_engines_divide_alike(language: str) -> None:
    for word in WORDS[language].replace("-", "").split():
        for left, right in ((2, 2), (3, 3)):
            found = breaks._syllables(word, f"{language}-XX", left, right)
            parts = [word[one:other] for one, other in pairwise((0, *found, len(word)))]
            assert "|".join(parts) == divided(language, word, left, right)


@pytest.mark.parametrize("language", SIGNS)
def test_signs_and_digits_divide_nothing(language: str) -> None:
    expected = SIGNS[language].split()
    assert [divided(language, whole(word)) for word in expected] == expected


def test_a_capital_with_a_dot_is_one_letter() -> None:
    assert divided("tr", "İSTANBUL’DAN") == "İS|TAN|BUL’DAN"
    assert divided("az", "I\u0307stanbul") == "I\u0307stan|bul"
    assert divided("tr", "gu\u0308mru\u0308k") == "gu\u0308mru\u0308k"
    assert divided("de", "İmportgüter") == divided("de", "Importgüter").replace("I", "İ", 1)


@given(st.data())
def test_each_part_of_any_word_has_a_vowel(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(sorted(LETTERS)))
    vowels, others = LETTERS[language]
    letters = st.sampled_from(
        [*vowels * 3, *others * 2, *vowels.upper(), "’", "'", "-", "7", "\u0307"]
    )
    word = "".join(data.draw(st.lists(letters, min_size=1, max_size=16)))
    left, right = data.draw(st.sampled_from([(2, 2), (2, 3), (3, 3)]))
    found = pyphen.Pyphen(lang=language, left=left, right=right).positions(word)
    for place in found:
        before, after = word[:place], word[place:]
        assert left <= place <= len(word) - right
        assert before[-1].isalpha()
        assert after[0].isalpha()
        near = re.split(r"[\W\d_]", before)[-1], re.split(r"[\W\d_]", after)[0]
        assert all(len(part) > 1 for part in near)
        assert all(set(part.replace("İ", "i").lower()) & set(vowels) for part in near)
        assert word[place - 1 : place + 1].lower() != "ու"


def test_the_patterns_are_those_of_the_script() -> None:
    folder = Path(divisions.__file__).parent / "patterns"
    given = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert given == {f"hyph_{one}.dic": patterns.text(one) for one in divisions.LANGUAGES}


@pytest.mark.parametrize("language", divisions.LANGUAGES)
def test_no_pattern_takes_the_place_of_another(language: str) -> None:
    lines = patterns.text(language).splitlines()[1:]
    letters = [re.sub(r"\d", "", line) for line in lines if not line.startswith("%")]
    assert len(letters) == len(set(letters))


def test_what_is_kept_is_by_the_content_of_the_patterns() -> None:
    package = Path(bulletin_press.__file__).parent
    assert set((Path(divisions.__file__).parent / "patterns").iterdir()) < set(
        program.files(package)
    )


def test_pyphen_is_as_it_was_afterwards() -> None:
    before = (pyphen.LANGUAGES, pyphen.LANGUAGES_LOWERCASE, pyphen.hdcache)
    with divisions.known():
        assert pyphen.LANGUAGES is not before[0]
    assert before == (pyphen.LANGUAGES, pyphen.LANGUAGES_LOWERCASE, pyphen.hdcache)


def test_another_pyphen_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(divisions, "strange", lambda: ("pyphen/__init__.py",))
    before = pyphen.LANGUAGES
    with divisions.known():
        assert pyphen.LANGUAGES is before


TEXTS = {
    "az": "Nazirliyin məlumatına görə, dəmiryolu xətlərinin elektrikləşdirilməsi başa"
    " çatdırılmışdır. İqtisadiyyat nazirliyinin nümayəndələri beynəlxalq nəqliyyat"
    " dəhlizinin genişləndirilməsini müzakirə etmişlər. Müqavilənin imzalanması Bakı’dan"
    " gəlmiş nümayəndə heyətinin iştirakı ilə keçirilmişdir.",
    "tr": "Ulaştırma bakanlığının açıklamasına göre demiryolu hattının elektriklendirilmesi"
    " tamamlanmıştır. İstanbul’dan gelen temsilciler uluslararası taşımacılık koridorunun"
    " genişletilmesini görüşmüşlerdir. Anlaşmanın imzalanması önümüzdeki çarşambaya ertelenmiştir.",
    "ka": "სამინისტროს ინფორმაციით რკინიგზის ელექტრიფიკაცია დასრულებულია. საერთაშორისო სატრანსპორტო"
    " დერეფნის გაფართოებაზე მოლაპარაკებები თბილისში გაიმართა. ხელშეკრულებას საქართველოს მთავრობის"
    " წარმომადგენლებმა მოაწერეს ხელი.",
    "hy": "Նախարարության տեղեկություններով երկաթուղու էլեկտրաֆիկացումն ավարտված է։ Միջազգային"
    " տրանսպորտային միջանցքի ընդլայնման բանակցությունները տեղի ունեցան Երևանում։ Համաձայնագիրը"
    " ստորագրեցին կառավարության ներկայացուցիչները։",
}
LONG = "elektrikləşdirilməsindəkilərdən"
SPOKEN = "".join(
    f"The {'very ' * number}old harbour of the north has :az:`{LONG}` in its annual report.\n\n"
    for number in range(1, 7)
)
QUOTED = f".. lang:: az\n\n   .. pull-quote::\n\n      {f'Yeni xətlərin {LONG} ' * 3}\n"


def printed(folder: Path, language: str, paragraphs: str, body: str) -> Path:
    """An issue of one article."""
    text = f"Port\n====\n\n{body}\n"
    files = {"issue.rst": masthead(f":Language: {language}"), "01-a.rst": text}
    return write(folder, files, f'[design]\nparagraphs = "{paragraphs}"\n')


def hyphenated(folder: Path) -> list[str]:
    """The words of an issue at ends of lines, with | where they are divided."""
    (data,) = pdf.render(load(folder), draft=True).edition.files.values()
    text = "\n".join(line for sheet in Book(data).sheets for line in sheet.lines)
    return [f"{one}|{other}" for one, other in re.findall(rf"([\w’]+){HYPHENS}\s*([\w’]+)", text)]


@pytest.mark.parametrize("paragraphs", ["total-fit", "plain"])
@pytest.mark.parametrize("language", TEXTS)
def test_lines_of_an_issue_end_within_words(tmp_path: Path, language: str, paragraphs: str) -> None:
    found = hyphenated(printed(tmp_path, language, paragraphs, f"{TEXTS[language]}\n\n" * 4))
    assert len(found) > 3
    for word in found:
        assert word.index("|") in pyphen.Pyphen(lang=language).positions(whole(word))


@pytest.mark.parametrize("paragraphs", ["total-fit", "plain"])
@pytest.mark.parametrize("body", [SPOKEN, QUOTED])
def test_words_within_another_language_and_in_ragged_lines_too(
    tmp_path: Path, body: str, paragraphs: str
) -> None:
    found = hyphenated(printed(tmp_path, "en", paragraphs, body))
    assert [word for word in found if whole(word) in LONG]
    for word in found:
        if whole(word) == LONG:
            assert word.index("|") in pyphen.Pyphen(lang="az").positions(LONG)


def test_every_way_to_lay_out_has_the_same_bytes(tmp_path: Path) -> None:
    ways = zip(TEXTS, ("total-fit", "plain") * 2, strict=True)
    issues = {
        language: printed(tmp_path / language, language, way, f"{TEXTS[language]}\n\n" * 4 + QUOTED)
        for language, way in ways
    }
    compositions = {name: samebytes.composed(folder) for name, folder in issues.items()}
    assert samebytes.differences(compositions) == []


def test_words_all_in_capitals_stay_whole_in_even_paragraphs() -> None:
    words = "İQTİSADİYYAT nazirliyi"
    text = breaks.Text(words, 0, "az", "auto", "\u2010", (5, 2, 2))
    found = [one.begin for one in breaks._within_words(text, "", "")]
    assert [words.encode()[:at].decode().split()[-1] for at in found] == ["na", "nazir", "nazirli"]
