"""The words that a web page adds by itself, in the language of the issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """A web page's own words in one language."""

    skip: str
    articles: str
    previous: str
    following: str
    marks: str


_ENGLISH = Words(
    skip="Skip to the text",
    articles="Articles of this issue",
    previous="Previous",
    following="Next",
    marks="Show the page numbers of the printed issue",
)
WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "en": _ENGLISH,
        "az": Words(
            skip="Mətnə keç",
            articles="Bu sayın məqalələri",
            previous="Əvvəlki",
            following="Növbəti",
            marks="Çap nüsxəsinin səhifə nömrələrini göstər",
        ),
        "tr": Words(
            skip="Metne geç",
            articles="Bu sayının yazıları",
            previous="Önceki",
            following="Sonraki",
            marks="Basılı sayının sayfa numaralarını göster",
        ),
        "ru": Words(
            skip="Перейти к тексту",
            articles="Статьи номера",
            previous="Предыдущая",
            following="Следующая",
            marks="Показать номера страниц печатного издания",
        ),
        "uk": Words(
            skip="Перейти до тексту",
            articles="Статті номера",
            previous="Попередня",
            following="Наступна",
            marks="Показати номери сторінок друкованого видання",
        ),
        "ka": Words(
            skip="ტექსტზე გადასვლა",
            articles="ნომრის სტატიები",
            previous="წინა",
            following="შემდეგი",
            marks="ბეჭდური გამოცემის გვერდების ნომრების ჩვენება",
        ),
        "de": Words(
            skip="Zum Text",
            articles="Beiträge dieses Heftes",
            previous="Zurück",
            following="Weiter",
            marks="Seitenzahlen der gedruckten Ausgabe zeigen",
        ),
        "fr": Words(
            skip="Aller au texte",
            articles="Articles de ce numéro",
            previous="Précédent",
            following="Suivant",
            marks="Afficher les numéros de page de l’édition imprimée",
        ),
        "el": Words(
            skip="Μετάβαση στο κείμενο",
            articles="Άρθρα του τεύχους",
            previous="Προηγούμενο",
            following="Επόμενο",
            marks="Εμφάνιση των αριθμών σελίδας της έντυπης έκδοσης",
        ),
        "pl": Words(
            skip="Przejdź do tekstu",
            articles="Artykuły tego numeru",
            previous="Poprzedni",
            following="Następny",
            marks="Pokaż numery stron wydania drukowanego",
        ),
        "ar": Words(
            skip="انتقل إلى النص",
            articles="مقالات هذا العدد",
            previous="السابق",
            following="التالي",
            marks="أظهر أرقام صفحات النسخة المطبوعة",
        ),
        "fa": Words(
            skip="رفتن به متن",
            articles="مقاله‌های این شماره",
            previous="قبلی",
            following="بعدی",
            marks="نمایش شماره صفحه‌های نسخه چاپی",
        ),
    }
)


def words(language: str) -> Words:
    """The words for a language tag; English for a language that has none."""
    return WORDS.get(language.split("-")[0].lower(), _ENGLISH)
