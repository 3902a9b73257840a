"""Charts in words, in the language of the issue, for readers who cannot see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from docutils import nodes

from bulletin_press.source.directives.charts import Chart

_ALL = 6


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a description: the three kinds of chart, and four marks of a value."""

    bar: str
    line: str
    stacked: str
    first: str
    last: str
    highest: str
    lowest: str


def _words(text: str) -> Words:
    return Words(*(word.strip() for word in text.split("|")))


_ENGLISH = _words("Bar chart|Line chart|Stacked bar chart|first|last|highest|lowest")
_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "en": _ENGLISH,
        "az": _words(
            "Sütunlu diaqram|Xətli diaqram|Yığılmış sütunlu diaqram"
            "|ilk|son|ən yüksək|ən aşağı"
        ),
        "tr": _words(
            "Sütun grafiği|Çizgi grafiği|Yığılmış sütun grafiği|ilk|son|en yüksek|en düşük"
        ),
        "ru": _words(
            "Столбчатая диаграмма|График|Столбчатая диаграмма с накоплением"
            "|первое значение|последнее|наибольшее|наименьшее"
        ),
        "uk": _words(
            "Стовпчаста діаграма|Графік|Стовпчаста діаграма з накопиченням"
            "|перше значення|останнє|найбільше|найменше"
        ),
        "ka": _words(
            "სვეტოვანი დიაგრამა|ხაზოვანი დიაგრამა|დაგროვებული სვეტოვანი დიაგრამა"
            "|პირველი|ბოლო|უდიდესი|უმცირესი"
        ),
        "de": _words(
            "Balkendiagramm|Liniendiagramm|Gestapeltes Balkendiagramm"
            "|erster Wert|letzter Wert|höchster Wert|niedrigster Wert"
        ),
        "fr": _words(
            "Diagramme en barres|Courbe|Diagramme en barres empilées"
            "|première valeur|dernière valeur|maximum|minimum"
        ),
        "el": _words(
            "Ραβδόγραμμα|Γράφημα γραμμών|Στοιβαγμένο ραβδόγραμμα"
            "|πρώτη τιμή|τελευταία τιμή|μέγιστη τιμή|ελάχιστη τιμή"
        ),
        "pl": _words(
            "Wykres słupkowy|Wykres liniowy|Skumulowany wykres słupkowy"
            "|pierwsza wartość|ostatnia|najwyższa|najniższa"
        ),
        "ar": _words(
            "مخطط أعمدة|مخطط خطي|مخطط أعمدة مكدسة|القيمة الأولى|القيمة الأخيرة|أعلى قيمة|أدنى قيمة"
        ),
        "fa": _words(
            "نمودار میله‌ای|نمودار خطی|نمودار میله‌ای انباشته|نخستین مقدار|آخرین مقدار|بیشترین|کمترین"
        ),
    }
)  # fmt: skip


def describe_charts(part: nodes.Element, language: str) -> None:
    """Give each chart below ``part`` that has no description of its own the one made of its data.

    ``language`` is a BCP 47 tag; English serves where its words are not known.
    """
    for image in part.findall(nodes.image):
        if isinstance(image.get("chart"), Chart) and not image.get("alt"):
            image["alt"] = description(image["chart"], language)


def description(chart: Chart, language: str) -> str:
    """What a chart shows: its kind, series and unit, from where to where, and its main values.

    Of each series the first, last, highest and lowest value is given, each as typed; where there
    are few, all are.
    """
    words = _WORDS.get(language.split("-")[0].lower(), _ENGLISH)
    kind = {"bar": words.bar, "line": words.line, "stacked": words.stacked}[chart.kind]
    names = ", ".join(name for name, _ in chart.series)
    unit = f" ({chart.unit})" if chart.unit else ""
    span = "" if len(chart.categories) < 2 else f"; {chart.categories[0]} – {chart.categories[-1]}"
    sentences = [f"{kind}: {names}{unit}{span}."]
    for column, (name, values) in enumerate(chart.series):
        marks = _marks(values, words)
        parts = []
        for row, value in enumerate(values):
            if value is None or (len(values) > _ALL and row not in marks):
                continue
            note = f" ({', '.join(marks[row])})" if row in marks and len(values) > 2 else ""
            parts.append(f"{chart.categories[row]}: {chart.cells[row][column]}{note}")
        sentences.append(f"{name} – {'; '.join(parts)}.")
    return " ".join(sentences)


def _marks(values: tuple[float | None, ...], words: Words) -> dict[int, list[str]]:
    """The rows of the first, last, highest and lowest value, with the words for it."""
    known = [(value, row) for row, value in enumerate(values) if value is not None]
    found: dict[int, list[str]] = {known[0][1]: [words.first]}
    found.setdefault(known[-1][1], []).append(words.last)
    highest, lowest = max(value for value, _ in known), min(value for value, _ in known)
    if highest > lowest:
        for extreme, word in ((highest, words.highest), (lowest, words.lowest)):
            row = next(row for value, row in known if value == extreme)
            found.setdefault(row, []).append(word)
    return found
