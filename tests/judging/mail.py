"""What mail programs cannot show of a letter, by the data that Can I email collects.

``TARGETS`` are the programs that letters are made for. ``FALLBACKS`` are the features that some of
them lack and letters use nevertheless, with what a reader sees there instead.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tests.judging import MODULES

TARGETS = (
    "apple-mail.*",
    "fastmail.*",
    "gmail.*",
    "gmx.*",
    "outlook.*",
    "protonmail.*",
    "samsung-email.*",
    "thunderbird.*",
    "yahoo.*",
)

FALLBACKS: Mapping[str, str] = MappingProxyType(
    {
        "<body> element": "the element that they put in its place, and the styles of those within",
        "<style> element": "the inlined styles, which are complete",
        "@media": "the inlined styles, which fit every width",
        "Local anchors": "the notes at the end of their article, by their numbers",
        "aria-hidden attribute": "the article's titles are read once more, before the letter",
        "aria-label attribute": "the number of a note, read without what it leads to",
        "color-scheme meta tag": "the light colours, which are inlined",
        "dir attribute": "the order of words that their letters have by themselves",
        "display:none": "the line for the list of mails, shown above the letter",
        "height property": "a least height in its place",
        "lang attribute": "nothing: text is read aloud in the reader's own language",
        "list-style": "the program's own marks of lists",
        "max-height property": "nothing: it is for what is hidden",
        "overflow": "nothing: it is for what is hidden and for tables, which are stacked on phones",
        "overflow-wrap": "word-wrap, or a word that stands out of its line",
        "role attribute": "headings and paragraphs without names of the parts that they stand in",
        "text-decoration": "the program's own lines below links",
        "white-space": "the element pre",
        "word-wrap": "overflow-wrap, or a word that stands out of its line",
    }
)

_SCRIPT = """
import { caniemail, getAllFeatures, rawData } from '%s';
import { clientNames, parseClients } from '%s';
import fs from 'node:fs';

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
const unknown = { never: 'y' };
for (const feature of rawData.data)
    for (const [family, program] of clientNames.map(name => name.split('.'))) {
        feature.stats[family] ??= {};
        if (!Object.keys(feature.stats[family][program] ?? {}).length)
            feature.stats[family][program] = unknown;
    }
const { issues } = caniemail({ clients: asked.programs, html: asked.html });
const found = [];
for (const kind of asked.partial ? ['errors', 'warnings'] : ['errors'])
    for (const [program, list] of issues[kind])
        for (const issue of list)
            found.push([issue.title, program, issue.notes.join(' ')]);
fs.writeSync(1, JSON.stringify(found));
"""


class Lack(NamedTuple):
    """A feature of HTML or CSS, the mail programs that lack it, and what is known of it there."""

    feature: str
    programs: tuple[str, ...]
    notes: tuple[str, ...]


def mail_features(
    letter: str,
    programs: Collection[str] = TARGETS,
    fallbacks: Collection[str] = FALLBACKS,
    *,
    partial: bool = False,
) -> list[Lack]:
    """The features of a letter's HTML that some of ``programs`` does not support at all.

    Features named in ``fallbacks`` are left out. With ``partial``, those that are supported with
    exceptions are listed too. A program for which nobody tested a feature counts as having it.
    """
    package = MODULES / "caniemail" / "dist"
    script = _SCRIPT % ((package / "index.js").as_uri(), (package / "clients.js").as_uri())
    asked = {"html": letter, "programs": list(programs), "partial": partial}
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lacking: dict[str, tuple[set[str], set[str]]] = {}
    for feature, program, note in json.loads(done.stdout):
        where, notes = lacking.setdefault(feature, (set(), set()))
        where.add(program)
        notes.update([note] if note else [])
    return [
        Lack(feature, tuple(sorted(where)), tuple(sorted(notes)))
        for feature, (where, notes) in sorted(lacking.items())
        if feature not in fallbacks
    ]
