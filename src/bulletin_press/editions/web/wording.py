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
    addresses: str
    address: str
    correction: str


_ENGLISH = Words(
    skip="Skip to the text",
    articles="Articles of this issue",
    previous="Previous",
    following="Next",
    marks="Show the page numbers of the printed issue",
    addresses="Show the addresses of the paragraphs",
    address="Address of paragraph",
    correction="Correction",
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
            addresses="Abzasların ünvanlarını göstər",
            address="Abzasın ünvanı",
            correction="Düzəliş",
        ),
        "tr": Words(
            skip="Metne geç",
            articles="Bu sayının yazıları",
            previous="Önceki",
            following="Sonraki",
            marks="Basılı sayının sayfa numaralarını göster",
            addresses="Paragrafların adreslerini göster",
            address="Paragrafın adresi",
            correction="Düzeltme",
        ),
        "ru": Words(
            skip="Перейти к тексту",
            articles="Статьи номера",
            previous="Предыдущая",
            following="Следующая",
            marks="Показать номера страниц печатного издания",
            addresses="Показать адреса абзацев",
            address="Адрес абзаца",
            correction="Исправление",
        ),
        "uk": Words(
            skip="Перейти до тексту",
            articles="Статті номера",
            previous="Попередня",
            following="Наступна",
            marks="Показати номери сторінок друкованого видання",
            addresses="Показати адреси абзаців",
            address="Адреса абзацу",
            correction="Виправлення",
        ),
        "ka": Words(
            skip="ტექსტზე გადასვლა",
            articles="ნომრის სტატიები",
            previous="წინა",
            following="შემდეგი",
            marks="ბეჭდური გამოცემის გვერდების ნომრების ჩვენება",
            addresses="აბზაცების მისამართების ჩვენება",
            address="აბზაცის მისამართი",
            correction="შესწორება",
        ),
        "de": Words(
            skip="Zum Text",
            articles="Beiträge dieses Heftes",
            previous="Zurück",
            following="Weiter",
            marks="Seitenzahlen der gedruckten Ausgabe zeigen",
            addresses="Adressen der Absätze zeigen",
            address="Adresse des Absatzes",
            correction="Berichtigung",
        ),
        "fr": Words(
            skip="Aller au texte",
            articles="Articles de ce numéro",
            previous="Précédent",
            following="Suivant",
            marks="Afficher les numéros de page de l’édition imprimée",
            addresses="Afficher les adresses des paragraphes",
            address="Adresse du paragraphe",
            correction="Rectificatif",
        ),
        "el": Words(
            skip="Μετάβαση στο κείμενο",
            articles="Άρθρα του τεύχους",
            previous="Προηγούμενο",
            following="Επόμενο",
            marks="Εμφάνιση των αριθμών σελίδας της έντυπης έκδοσης",
            addresses="Εμφάνιση των διευθύνσεων των παραγράφων",
            address="Διεύθυνση παραγράφου",
            correction="Διόρθωση",
        ),
        "pl": Words(
            skip="Przejdź do tekstu",
            articles="Artykuły tego numeru",
            previous="Poprzedni",
            following="Następny",
            marks="Pokaż numery stron wydania drukowanego",
            addresses="Pokaż adresy akapitów",
            address="Adres akapitu",
            correction="Sprostowanie",
        ),
        "ar": Words(
            skip="انتقل إلى النص",
            articles="مقالات هذا العدد",
            previous="السابق",
            following="التالي",
            marks="أظهر أرقام صفحات النسخة المطبوعة",
            addresses="أظهر عناوين الفقرات",
            address="عنوان الفقرة",
            correction="تصويب",
        ),
        "fa": Words(
            skip="رفتن به متن",
            articles="مقاله‌های این شماره",
            previous="قبلی",
            following="بعدی",
            marks="نمایش شماره صفحه‌های نسخه چاپی",
            addresses="نمایش نشانی بندها",
            address="نشانی بند",
            correction="تصحیح",
        ),
    }
)


def words(language: str) -> Words:
    """The words for a language tag; English for a language that has none."""
    return WORDS.get(language.split("-")[0].lower(), _ENGLISH)
