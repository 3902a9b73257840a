"""Publications of several issues, and what is wrong with the sites made of them."""

from __future__ import annotations

from pathlib import Path

BASE = "https://valley.example.org/notes/"
TOML = """\
[publication]
id = "valley"
title = "Valley Notes"
subtitle = "News of the river towns"
publisher = "Example Institute"
language = "en"
issn = "1234-5679"
base-url = "{base}"

[imprint]
rights = "© Example Institute"
address = "1 Example Street"
"""
NAMES = """
[names]
"Mill Town" = ["Milltown"]
"Ada Weir" = ["Weir"]
"""
_MASTHEAD = "Valley Notes\n============\n\n:Date: {date}\n:Volume: 5\n:Number: {number}\n"


def article(title: str, text: str, fields: str = "") -> str:
    """An article file."""
    return f"{title}\n{'=' * 2 * len(title)}\n\n{fields}\n{text}\n"


def issue(root: Path, name: str, fields: str, articles: dict[str, str]) -> Path:
    """Write an issue's folder; the month of its name is its date and number."""
    folder = root / "source" / name
    folder.mkdir(parents=True, exist_ok=True)
    masthead = _MASTHEAD.format(date=f"{name[:7]}-15", number=int(name[5:7]))
    (folder / "issue.rst").write_text(masthead + fields, "utf-8")
    for path in folder.glob("0*.rst"):
        path.unlink()
    for file, text in articles.items():
        (folder / file).write_text(text, "utf-8")
    return folder


def publication(root: Path, base: str = BASE, names: str = NAMES) -> Path:
    """Write a publication of three issues, the last of them in two languages."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "bulletin.toml").write_text(TOML.format(base=base) + names, "utf-8")
    fields = ":Author: Ada Weir; Jean van der Berg\n:Summary: {0}\n:Keywords: bridge, {1}\n"
    bridge = "The bridge of Mill Town opens, says Weir. [#]_\n\n{0}\n\n.. [#] In Milltown.\n"
    mill = article("The Mill", "It turns, near Milltown.", ":Author: River desk\n")
    for name, word in (("2025-01", "Transport"), ("2025-02", "transport")):
        text = bridge.format(f"It is quintuple, {word}.")
        given = fields.format("It opens.", word)
        if name == "2025-01":
            given += ":Errata: 2025-03-01: It is 4 km, not 14. 2025-03-09: So it is.\n"
        articles = {"01-bridge.rst": article(f"A Bridge {name}", text, given), "02-mill.rst": mill}
        issue(root, name, ":Keywords: river\n", articles)
    table = (
        ".. list-table:: Numbers\n   :header-rows: 1\n\n   * - a\n     - b\n   * - 1\n     - 2\n"
    )
    long = "\n\n".join(f"Paragraph {n} of the report. " + "Water runs. " * 46 for n in range(14))
    newest = {
        "01-report.rst": article("The Report", f"{table}\n{long}", ":Author: Ada Weir\n"),
        "02-дамба.rst": article("The Dam", "Ada Weir saw it. [#]_\n\n.. [#] Twice.\n",
                               ":Formerly: the-weir, 2025-02/dam-story\n"),
    }  # fmt: skip
    issue(root, "2025-03", ":Formerly: spring\n:Errata: 2025-04-01: Of 15 March.\n", newest)
    translated = {"01-bericht.rst": article("Der Bericht", "Ein Bericht aus Mill Town.")}
    issue(root, "2025-03-de", ":Language: de\n:Translation-of: 2025-03\n", translated)
    return root
