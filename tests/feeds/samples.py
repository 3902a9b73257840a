"""Made-up issues, tame and hostile."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bulletin_press.archive.holdings import Archive, Contribution, Download, Erratum, File, Holding
from bulletin_press.config import Imprint, Publication
from bulletin_press.edition import EPUB, PDF

BASE = "https://bulletin.example.org/archive/"
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    f"{SCRIPT} ]]> <!-- c --> <![CDATA[d]]> &amp; & \"q\" 'a' \x00\x08\x0b\x1b\x1f\x7f\x9f"
    "\ufffe\ufdd0\ud800 Ə İ ı 日本 😀 שלום \u202e \u2028 %41 {x} <?pi?> &#x41; \r\n\t end"
)
FORMS = (("pdf", PDF, ".pdf"), ("epub", EPUB, ".epub"), ("large-print", PDF, "-large-print.pdf"))


def publication(**changes: object) -> Publication:
    given = Publication(
        Path("/nowhere"),
        title="Foreign Bulletin",
        publisher="Harbour Press",
        language="en-US",
        issn="2049-3630",
        base_url=BASE,
        imprint=Imprint(rights="© 2026 Harbour Press"),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def file(path: str) -> File:
    digest = hashlib.sha256(path.encode()).hexdigest()
    return File(path, digest, 1000 + int(digest[:4], 16))


def holding(number: int = 1, language: str = "en-US", **changes: object) -> Holding:
    """An issue; a greater number is a later one."""
    day = date(2015, 1, 1) + timedelta(days=31 * number)
    folder = f"{day:%Y-%m-%d}" + ("" if language == "en-US" else f"-{language}")
    authors = ("A. Writer", "B. Writer")
    given = Holding(
        id=folder,
        identifier=f"urn:uuid:00000000-0000-5000-8000-{number:06d}{len(language):06d}",
        title="Foreign Bulletin",
        name=f"Foreign Bulletin – {day:%B %Y}",
        line=f"Number {number} · {day:%B %Y}",
        date=day,
        language=language,
        publisher="Harbour Press",
        subtitle="News from the harbour",
        summary="Ships & cranes.",
        rights="© 2026 Harbour Press",
        issn="2049-3630",
        volume=3,
        number=number,
        pages=16,
        keywords=("harbours", "cranes"),
        articles=(
            Contribution("one", "I. Ships", "Ships", f"{folder}/one.html", authors),
            Contribution("two", "II. Cranes", "Cranes", f"{folder}/two.html", authors[1:]),
        ),
        downloads=tuple(
            Download(form, kind, file(f"{folder}/bulletin-{folder}{ending}"))
            for form, kind, ending in FORMS
        ),
        covers={width: file(f"{folder}/cover-{width}.jpg") for width in (1600, 320, 640)},
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def hostile(number: int = 1, language: str = "en-US") -> Holding:
    """An issue whose every text is hostile, and whose files' names are not ASCII."""
    return holding(
        number,
        language,
        title=f"Title {HOSTILE}",
        name=f"Name {HOSTILE}",
        line=HOSTILE,
        publisher=HOSTILE,
        subtitle=HOSTILE,
        summary=f"Summary {HOSTILE}",
        rights=HOSTILE,
        keywords=(HOSTILE, "\x00", ""),
        articles=(
            Contribution("one", HOSTILE, HOSTILE, "one.html", (HOSTILE, "\x07")),
            Contribution("two", HOSTILE, HOSTILE, "two.html", errata=(Erratum(DAY, HOSTILE),)),
        ),
        downloads=tuple(
            Download(form, kind, file(f"{number}/Bülleten #1 & “{language}”?{ending}"))
            for form, kind, ending in FORMS
        ),
        covers={640: file(f"{number}/üz qabığı.JPG")},
    )


DAY = date(2040, 2, 29)


def archive(*holdings: Holding, **changes: object) -> Archive:
    newest = sorted(holdings, key=lambda one: (-one.date.toordinal(), one.id))
    return Archive(publication(**changes), tuple(newest))


def run(count: int, *languages: str) -> list[Holding]:
    return [holding(n, one) for one in languages or ("en-US",) for n in range(1, count + 1)]


def content(one: Holding) -> str:
    return f'<h1>{one.id}</h1>\n<p><a href="{BASE}">ways</a> &amp; {SCRIPT}\x08 ]]></p>\n'
