"""Words and dates that an edition adds by itself, in the language of the issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

RIGHT_TO_LEFT = frozenset(
    {"ar", "azb", "ckb", "dv", "fa", "he", "ku-arab", "ps", "sd", "ug", "ur", "yi"}
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The furniture words of one language."""

    contents: str
    notes: str
    back: str
    page: str
    pages: str
    page_range: str
    volume: str
    number: str
    cover: str
    back_cover: str
    imprint: str
    colophon: str
    data: str
    key_facts: str
    advertisement: str
    months: tuple[str, ...]
    comma: str = ","
    semicolon: str = ";"


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_ENGLISH = Labels(
    contents="Contents",
    notes="Notes",
    back="Back to the call of note",
    page="page",
    pages="Pages",
    page_range="pages",
    volume="Volume",
    number="Number",
    cover="Cover",
    back_cover="Back cover",
    imprint="Imprint",
    colophon="Colophon",
    data="Chart data",
    key_facts="Key facts",
    advertisement="Advertisement",
    months=_months(
        "January February March April May June July August September October November December"
    ),
)
LABELS: Mapping[str, Labels] = MappingProxyType(
    {
        "en": _ENGLISH,
        "az": Labels(
            contents="Mündəricat",
            notes="Qeydlər",
            back="Qeydin çağırışına qayıt",
            page="səh.",
            pages="Səhifələr",
            page_range="səh.",
            volume="Cild",
            number="Sayı",
            cover="Üz qabığı",
            back_cover="Arxa qapaq",
            imprint="Nəşr məlumatı",
            colophon="Buraxılış məlumatı",
            data="Diaqramın məlumatları",
            key_facts="Əsas faktlar",
            advertisement="Reklam",
            months=_months(
                "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr"
            ),
        ),
        "tr": Labels(
            contents="İçindekiler",
            notes="Notlar",
            back="Notun çağrısına dön",
            page="s.",
            pages="Sayfalar",
            page_range="s.",
            volume="Cilt",
            number="Sayı",
            cover="Kapak",
            back_cover="Arka kapak",
            imprint="Künye",
            colophon="Kolofon",
            data="Grafik verileri",
            key_facts="Temel bilgiler",
            advertisement="Reklam",
            months=_months(
                "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"
            ),
        ),
        "ru": Labels(
            contents="Содержание",
            notes="Примечания",
            back="Назад к вызову примечания",
            page="с.",
            pages="Страницы",
            page_range="с.",
            volume="Том",
            number="Номер",
            cover="Обложка",
            back_cover="Задняя обложка",
            imprint="Выходные данные",
            colophon="Выпускные данные",
            data="Данные диаграммы",
            key_facts="Ключевые факты",
            advertisement="Реклама",
            months=_months(
                "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
            ),
        ),
        "uk": Labels(
            contents="Зміст",
            notes="Примітки",
            back="Назад до тексту, примітка",
            page="с.",
            pages="Сторінки",
            page_range="с.",
            volume="Том",
            number="Номер",
            cover="Обкладинка",
            back_cover="Задня обкладинка",
            imprint="Вихідні дані",
            colophon="Випускні дані",
            data="Дані діаграми",
            key_facts="Ключові факти",
            advertisement="Реклама",
            months=_months(
                "січень лютий березень квітень травень червень липень серпень вересень жовтень"
                " листопад грудень"
            ),
        ),
        "ka": Labels(
            contents="სარჩევი",
            notes="შენიშვნები",
            back="დაბრუნება ტექსტში, შენიშვნა",
            page="გვ.",
            pages="გვერდები",
            page_range="გვ.",
            volume="ტომი",
            number="ნომერი",
            cover="ყდა",
            back_cover="უკანა ყდა",
            imprint="საგამომცემლო მონაცემები",
            colophon="კოლოფონი",
            data="დიაგრამის მონაცემები",
            key_facts="ძირითადი ფაქტები",
            advertisement="რეკლამა",
            months=_months(
                "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი"
                " ნოემბერი დეკემბერი"
            ),
        ),
        "de": Labels(
            contents="Inhalt",
            notes="Anmerkungen",
            back="Zurück zum Verweis auf Anmerkung",
            page="Seite",
            pages="Seiten",
            page_range="Seiten",
            volume="Band",
            number="Heft",
            cover="Titelseite",
            back_cover="Rückseite",
            imprint="Impressum",
            colophon="Kolophon",
            data="Daten des Diagramms",
            key_facts="Auf einen Blick",
            advertisement="Anzeige",
            months=_months(
                "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
            ),
        ),
        "fr": Labels(
            contents="Sommaire",
            notes="Notes",
            back="Retour à l’appel de note",
            page="page",
            pages="Pages",
            page_range="pages",
            volume="Volume",
            number="Numéro",
            cover="Couverture",
            back_cover="Quatrième de couverture",
            imprint="Mentions légales",
            colophon="Colophon",
            data="Données du graphique",
            key_facts="L’essentiel",
            advertisement="Publicité",
            months=_months(
                "janvier février mars avril mai juin juillet août septembre octobre novembre"
                " décembre"
            ),
        ),
        "el": Labels(
            contents="Περιεχόμενα",
            notes="Σημειώσεις",
            back="Επιστροφή στο κείμενο, σημείωση",
            page="σ.",
            pages="Σελίδες",
            page_range="σσ.",
            volume="Τόμος",
            number="Τεύχος",
            cover="Εξώφυλλο",
            back_cover="Οπισθόφυλλο",
            imprint="Ταυτότητα έκδοσης",
            colophon="Κολοφώνας",
            data="Δεδομένα γραφήματος",
            key_facts="Βασικά στοιχεία",
            advertisement="Διαφήμιση",
            months=_months(
                "Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος Ιούλιος Αύγουστος"
                " Σεπτέμβριος Οκτώβριος Νοέμβριος Δεκέμβριος"
            ),
            semicolon="·",
        ),
        "pl": Labels(
            contents="Spis treści",
            notes="Przypisy",
            back="Powrót do tekstu, przypis",
            page="s.",
            pages="Strony",
            page_range="s.",
            volume="Tom",
            number="Numer",
            cover="Okładka",
            back_cover="Okładka tylna",
            imprint="Stopka redakcyjna",
            colophon="Kolofon",
            data="Dane wykresu",
            key_facts="Najważniejsze fakty",
            advertisement="Reklama",
            months=_months(
                "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik"
                " listopad grudzień"
            ),
        ),
        "ar": Labels(
            contents="المحتويات",
            notes="الحواشي",
            back="العودة إلى موضع الحاشية",
            page="ص",
            pages="الصفحات",
            page_range="الصفحات",
            volume="المجلد",
            number="العدد",
            cover="الغلاف",
            back_cover="الغلاف الخلفي",
            imprint="بيانات النشر",
            colophon="بيانات الطباعة",
            data="بيانات الرسم البياني",
            key_facts="حقائق أساسية",
            advertisement="إعلان",
            months=_months(
                "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
            ),
            comma="،",
            semicolon="؛",
        ),
        "fa": Labels(
            contents="فهرست مطالب",
            notes="یادداشت‌ها",
            back="بازگشت به متن، یادداشت",
            page="ص",
            pages="صفحات",
            page_range="صص",
            volume="دوره",
            number="شماره",
            cover="روی جلد",
            back_cover="پشت جلد",
            imprint="شناسنامه",
            colophon="مشخصات چاپ",
            data="داده‌های نمودار",
            key_facts="در یک نگاه",
            advertisement="آگهی",
            months=_months("ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
            comma="،",
            semicolon="؛",
        ),
    }
)


def labels(tag: str) -> Labels:
    """The labels for a BCP 47 tag by its first subtag; English where the language is unknown."""
    return LABELS.get(tag.split("-")[0].lower(), _ENGLISH)


def direction(tag: str) -> str:
    """``rtl`` or ``ltr`` for a BCP 47 tag."""
    lower = tag.lower()
    return "rtl" if lower in RIGHT_TO_LEFT or lower.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def month(day: date, tag: str) -> str:
    """The month and year as printed on a masthead, such as “February 2026”."""
    return f"{labels(tag).months[day.month - 1]} {day.year}"
