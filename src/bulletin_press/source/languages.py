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
    volume: str
    number: str
    cover: str
    imprint: str
    months: tuple[str, ...]


def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


_ENGLISH = Labels(
    contents="Contents",
    notes="Notes",
    back="Back to the call of note",
    page="page",
    volume="Volume",
    number="Number",
    cover="Cover",
    imprint="Imprint",
    months=_months(
        "January February March April May June July August September October November December"
    ),
)
LABELS: Mapping[str, Labels] = MappingProxyType(
    {
        "en": _ENGLISH,
        "az": Labels(
            "Mündəricat",
            "Qeydlər",
            "Qeydin çağırışına qayıt",
            "səh.",
            "Cild",
            "Sayı",
            "Üz qabığı",
            "Nəşr məlumatı",
            _months("yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr"),
        ),
        "tr": Labels(
            "İçindekiler",
            "Notlar",
            "Notun çağrısına dön",
            "s.",
            "Cilt",
            "Sayı",
            "Kapak",
            "Künye",
            _months("Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
        ),
        "ru": Labels(
            "Содержание",
            "Примечания",
            "Назад к вызову примечания",
            "с.",
            "Том",
            "Номер",
            "Обложка",
            "Выходные данные",
            _months(
                "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
            ),
        ),
        "de": Labels(
            "Inhalt",
            "Anmerkungen",
            "Zurück zum Verweis auf Anmerkung",
            "Seite",
            "Band",
            "Heft",
            "Titelseite",
            "Impressum",
            _months(
                "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
            ),
        ),
        "fr": Labels(
            "Sommaire",
            "Notes",
            "Retour à l’appel de note",
            "page",
            "Volume",
            "Numéro",
            "Couverture",
            "Mentions légales",
            _months(
                "janvier février mars avril mai juin juillet août septembre octobre novembre"
                " décembre"
            ),
        ),
        "ar": Labels(
            "المحتويات",
            "الحواشي",
            "العودة إلى موضع الحاشية",
            "ص",
            "المجلد",
            "العدد",
            "الغلاف",
            "بيانات النشر",
            _months("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
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
