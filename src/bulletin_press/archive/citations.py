"""An article as reference managers take it: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bulletin_press.archive.holdings import Contribution, Holding
from bulletin_press.editions.epub.contributors import sorted_name
from bulletin_press.source.ids import spelled

FORMS = {".bib": "BibTeX", ".ris": "RIS", ".csl.json": "CSL-JSON"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_AND = re.compile(r"\band\b", re.IGNORECASE)
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        **{sign: f"\\{sign}" for sign in "%&#_$"},
    }
)  # fmt: skip


def files(holding: Holding, article: Contribution, address: str) -> dict[str, bytes]:
    """The article's citation in each form, by the suffix of the file; ``address`` may be empty."""
    made = (form(holding, article, address).encode() for form in (_bibtex, _ris, _csl))
    return dict(zip(FORMS, made, strict=True))


def _bibtex(holding: Holding, article: Contribution, address: str) -> str:
    """An entry of BibTeX; a name that is not surely a person's stands in braces of its own."""
    authors = [_name_of_bibtex(name, holding.language) for name in article.authors]
    pages = f"{article.first}--{article.last}" if article.first != article.last else article.first
    plain = {
        "title": article.title,
        "journal": holding.title,
        "volume": _number(holding.volume),
        "number": _number(holding.number),
        "year": str(holding.date.year),
        "pages": pages,
        "issn": holding.issn,
        "publisher": holding.publisher,
        "language": holding.language,
        "keywords": ", ".join(article.keywords),
        "abstract": article.summary,
    }
    lines = [f"  author = {{{' and '.join(authors)}}}"] if authors else []
    lines += [
        f"  {key} = {{{{{text}}}}}" if key == "title" else f"  {key} = {{{text}}}"
        for key, value in plain.items()
        if (text := _line(value).translate(_TEX))
    ]
    lines.append(f"  month = {_MONTHS[holding.date.month - 1]}")
    lines += [f"  url = {{{address}}}"] if address else []
    return f"@article{{{spelled(holding.id)}-{article.id},\n" + ",\n".join(lines) + "\n}\n"


def _name_of_bibtex(name: str, language: str) -> str:
    parts = sorted_name(name, language)
    sure = parts and not _AND.search(name) and not re.search("[{},]", name)
    return parts.translate(_TEX) if sure else f"{{{_line(name).translate(_TEX)}}}"


def _ris(holding: Holding, article: Contribution, address: str) -> str:
    """A record of RIS: a tag, two blanks, a hyphen, a blank, and the value on one line."""

    def records() -> Iterator[tuple[str, str]]:
        yield "TY", "JOUR"
        for name in article.authors:
            yield "AU", sorted_name(name, holding.language) or name
        yield "TI", article.title
        yield "T2", holding.title
        yield "VL", _number(holding.volume)
        yield "IS", _number(holding.number)
        yield "PY", str(holding.date.year)
        yield "DA", f"{holding.date:%Y/%m/%d}/"
        yield "SP", article.first
        yield "EP", article.last
        yield "SN", holding.issn
        yield "PB", holding.publisher
        yield "LA", holding.language
        for word in article.keywords:
            yield "KW", word
        yield "AB", article.summary
        yield "UR", address

    lines = [f"{tag}  - {_line(value)}" for tag, value in records() if _line(value)]
    return "\r\n".join((*lines, "ER  - ", ""))


def _csl(holding: Holding, article: Contribution, address: str) -> str:
    """An item of CSL-JSON 1.0."""
    pages = f"{article.first}-{article.last}" if article.first != article.last else article.first
    day = holding.date
    item: Mapping[str, Any] = {
        "id": f"{holding.id}-{article.id}",
        "type": "article-journal",
        "title": article.title,
        "author": [_name_of_csl(name, holding.language) for name in article.authors],
        "container-title": holding.title,
        "volume": _number(holding.volume),
        "issue": _number(holding.number),
        "page": pages,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "ISSN": holding.issn,
        "publisher": holding.publisher,
        "language": holding.language,
        "abstract": article.summary,
        "keyword": ", ".join(article.keywords),
        "URL": address,
    }
    given = {key: value for key, value in item.items() if value}
    return json.dumps([given], ensure_ascii=False, indent=2) + "\n"


def _name_of_csl(name: str, language: str) -> dict[str, str]:
    family, comma, given = sorted_name(name, language).partition(", ")
    return {"family": family, "given": given} if comma else {"literal": name}


def _number(number: int) -> str:
    return str(number or "")


def _line(text: str) -> str:
    return " ".join(text.split())
