"""Style sheets: what a publication's own may hold, and where each line comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin_press import styles
from bulletin_press.config import Publication
from bulletin_press.problems import ProblemsError


def publication(root: Path, **sheets: str) -> Publication:
    (root / "styles").mkdir()
    for name, text in sheets.items():
        (root / "styles" / f"{name}.css").write_text(text, "utf-8")
    return Publication(root.resolve())


@pytest.mark.parametrize(
    "rule",
    [
        "p { background: url(http://127.0.0.1:9/x.png) }",
        "p { background: URL('x.png') }",
        "p { cursor: image-set('http://127.0.0.1:9/x.png' 1x) }",
        "@import 'http://127.0.0.1:9/y.css';",
        "@media print { p { background: url(x.png) } }",
        "p { color: red } }",
        "p { color }",
        "p::before { content: '\\d800' }",
        "p::before { content: '\ufffe' }",
        "p { color: \x01 }",
    ],
)
def test_own_sheet_that_loads_or_is_broken_is_refused_at_its_line(
    rule: str, tmp_path: Path
) -> None:
    with pytest.raises(ProblemsError) as refused:
        styles.sheet(publication(tmp_path, epub=f"/* two\nlines */\n{rule}\n"), "epub.css")
    assert {(one.code, str(one.where)) for one in refused.value.problems} == {
        ("L103", "styles/epub.css:3")
    }


def test_brackets_too_deep_are_refused(tmp_path: Path) -> None:
    rule = f":root {{ --deep: {'(' * 5_000}{')' * 5_000} }}"
    with pytest.raises(ProblemsError, match="too deep"):
        styles.sheet(publication(tmp_path, epub=rule), "epub.css")


def test_lines_are_found_in_the_sheets_they_come_from(tmp_path: Path) -> None:
    own = publication(
        tmp_path,
        base=":root {\n  --ink: #111111\n}\nhtml { margin: 0 }\n",
        print="/* a\nb */\np { color: var(--ink) }",
    )
    sheet = styles.sheet(own, "base.css", "print.css", before="i{}\n", after="b{}")
    lines = sheet.text.splitlines()
    places = [str(sheet.place(number) or "") for number, _ in enumerate(lines, 1)]
    assert places[lines.index("html { margin: 0 }")] == "styles/base.css:4"
    assert places[lines.index("p { color: #111111 }")] == "styles/print.css:3"
    assert places[lines.index("i{}")] == places[lines.index("b{}")] == ""


def test_unknown_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match="--nothing"):
        styles.sheet(publication(tmp_path, print="p { color: var(--nothing) }"), "print.css")
