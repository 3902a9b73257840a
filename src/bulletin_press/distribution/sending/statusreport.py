"""How mailings stand as one HTML page: sentences, a chart with its numbers, tables; no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from bulletin_press import charts, styles
from bulletin_press.config import Publication
from bulletin_press.distribution.clock import minute
from bulletin_press.distribution.sending.status import WORDS, Details, Standing
from bulletin_press.page import element, html, shell
from bulletin_press.source.directives.charts import Chart

_WIDTH, _MOST = 620.0, 24
_STYLE = """
:root { color-scheme: light dark; --ink: #16181d; --paper: #fff; --rule: #c3cad4; --tint: #eef2f7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaee; --paper: #15181d; --rule: #4a5260; --tint: #232831; }
}
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; } h2 { font-size: 1.2rem; margin-top: 2rem; }
figure { margin: 1rem 0; }
figure svg { background: #fff; padding: .75rem; box-sizing: border-box; width: 100%; height: auto;
  max-width: 42rem; border: 1px solid var(--rule); }
.said { white-space: pre-line; } .table { overflow-x: auto; } tbody th { white-space: nowrap; }
table { border-collapse: collapse; min-width: 60%; }
caption { text-align: start; font-weight: 600; padding: .25rem 0; }
th, td { padding: .35rem .75rem; text-align: start; border-bottom: 1px solid var(--rule);
  vertical-align: top; }
thead th { background: var(--tint); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
"""


def report(
    publication: Publication,
    standings: Sequence[Standing],
    details: Mapping[int, Details],
    sentences: Mapping[int, str],
    limits: Iterable[str],
    now: int,
) -> str:
    """The page as HTML text.

    ``details`` and ``sentences`` (what happened, and what to do now) are by the mailing's id.
    """
    body = element("body")
    main = etree.SubElement(body, "main")
    names = list(dict.fromkeys(one.mailing.issue for one in standings))
    title = f"{publication.title}: delivery" + (f" of {names[0]}" if len(names) == 1 else "")
    main.append(element("h1", text=title))
    main.append(element("p", text=f"As of {minute(now)}."))
    if not standings:
        main.append(element("p", text="Nothing has been sent yet."))
    else:
        main.append(_figure(publication, _bars(standings[-_MOST:], details)))
        main.append(_overview(standings))
    for one in reversed(standings):
        if one.mailing.id in details:
            main.extend(_section(one, details[one.mailing.id], sentences.get(one.mailing.id, "")))
    if listed := list(limits):
        main.append(element("h2", text="Limits"))
        main.append(element("ul", *(element("li", text=said) for said in listed)))
    head = [
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex"),
        element("style", text=_STYLE),
    ]
    return html(shell(title, "en", "ltr", body, head))


def _bars(
    standings: Sequence[Standing], details: Mapping[int, Details]
) -> Mapping[str, Mapping[str, int]]:
    """What is counted in the chart: mailings; of a single one, its forms and languages."""
    if len(standings) == 1 and standings[0].mailing.id in details:
        kinds = details[standings[0].mailing.id].kinds
        return {f"{form}, {language}": counts for (form, language), counts in kinds.items()}
    return {one.name: one.words for one in standings}


def _figure(publication: Publication, bars: Mapping[str, Mapping[str, int]]) -> etree._Element:
    """The chart: a bar for each name, parted by what became of its deliveries."""
    words = [word for word in WORDS if any(one[word] for one in bars.values())] or ["sent"]
    rows = [[one[word] for word in words] for one in bars.values()]
    series = tuple(
        (word, tuple(float(row[column]) for row in rows)) for column, word in enumerate(words)
    )
    cells = tuple(tuple(f"{number:,}" for number in row) for row in rows)
    chart = Chart("stacked", "readers", "Copies", tuple(bars), series, cells)
    drawn = charts.draw(chart, styles.variables(publication), _WIDTH)
    svg = etree.fromstring(drawn.data)
    said = "; ".join(f"{name}: {_counts(one)}" for name, one in bars.items())
    svg.set("role", "img")
    svg.set("aria-label", f"Readers by what became of their copies. {said}.")
    for child in svg:
        child.set("aria-hidden", "true")
    caption = "What became of the copies. The tables below have the numbers."
    return element("figure", svg, element("figcaption", text=caption))


def _overview(standings: Sequence[Standing]) -> etree._Element:
    head = ["Issue", "State", "Readers", *(word.capitalize() for word in WORDS)]
    head += ["Bounced", "Complained"]
    rows = [
        [one.name, one.state, f"{one.readers:,}"]
        + [f"{number:,}" for number in one.words.values()]
        + [f"{one.returned.get(kind, 0):,}" for kind in ("bounced", "complained")]
        for one in standings
    ]
    return _table("Mailings", head, rows, 2)


def _section(one: Standing, details: Details, sentence: str) -> Iterable[etree._Element]:
    yield element("h2", text=f"{one.name}: {one.state}")
    if sentence:
        yield element("p", text=sentence[:1].upper() + sentence[1:], class_="said")
    facts = [f"Begun {minute(one.mailing.created_at)}"]
    if one.last_at:
        facts.append(f"last answer of the relay {minute(one.last_at)}")
    if one.mailing.forced:
        facts.append(f"sent in spite of problems, for the reason “{one.mailing.forced}”")
    yield element("p", text="; ".join(facts) + ".")
    head = ["Form", "Language", *(word.capitalize() for word in WORDS)]
    rows = [
        [form, language, *(f"{number:,}" for number in counts.values())]
        for (form, language), counts in details.kinds.items()
    ]
    yield _table("By form and language", head, rows, 2)
    if details.replies:
        replies = [[reply, f"{number:,}"] for reply, number in details.replies.items()]
        yield _table("What the relay answered to those not sent", ["Answer", "Readers"], replies, 1)


def _table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], words: int
) -> etree._Element:
    """A table whose first ``words`` columns hold words and the others numbers."""

    def attributes(column: int) -> dict[str, str]:
        return {} if column < words else {"class_": "number"}

    titles = [
        element("th", text=name, scope="col", **attributes(column))
        for column, name in enumerate(head)
    ]
    table = element(
        "table", element("caption", text=caption), element("thead", element("tr", *titles))
    )
    body = etree.SubElement(table, "tbody")
    for cells in rows:
        row = etree.SubElement(body, "tr")
        row.append(element("th", text=cells[0], scope="row"))
        for column, cell in enumerate(cells[1:], 1):
            row.append(element("td", text=cell, **attributes(column)))
    region = element("div", table, class_="table", role="region", tabindex="0")
    region.set("aria-label", caption)
    return region


def _counts(words: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {word}" for word, number in words.items() if number)
