"""The verbs that make editions: build, offprint, check, show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from bulletin_press import offprints, press, showing
from bulletin_press.cli.output import (
    ENCODING,
    EPILOG,
    FORMAT,
    JSON,
    STRICT,
    findings_of,
    finish,
    show_json,
)
from bulletin_press.problems import ProblemsError, errors
from bulletin_press.report import Finding


@click.command(epilog=EPILOG)
@click.argument("issues", nargs=-1, metavar="[ISSUE]...")
@click.option(
    "-e", "--edition", "editions", multiple=True,
    type=click.Choice([*press.EDITIONS, "all"]), help="Which edition; may be repeated. [pdf, epub]",
)  # fmt: skip
@click.option(
    "--profile", "profiles", multiple=True, type=click.Choice(press.PROFILES),
    help="For whom the PDF is set; may be repeated. [screen]",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files; with several issues, one folder each in it.",
)  # fmt: skip
@click.option("--draft", is_flag=True, help="Write despite source errors, each page headed DRAFT.")
@click.option("--no-pages", is_flag=True, help="Make EPUB and web pages without page numbers.")
@click.option("--judge", is_flag=True, help="Have outside judges confirm PDF and EPUB first.")
@ENCODING
@STRICT
@FORMAT
@JSON
def build(
    issues: tuple[str, ...],
    editions: tuple[str, ...],
    profiles: tuple[str, ...],
    output: Path | None,
    draft: bool,
    no_pages: bool,
    judge: bool,
    codec: str,
    strict: bool,
    form: str,
) -> None:
    """Build the editions of ISSUE, an id or an issue's folder; the newest issue without one.

    Prints the path of each file made, a line each.
    """
    wanted = set(editions or (press.USUAL[:1] if profiles else press.USUAL))
    if profiles and not wanted & {"pdf", "all"}:
        raise click.UsageError("--profile is for the edition pdf")
    chosen = [name for name in press.EDITIONS if {name, "all"} & wanted]
    profiles = tuple(dict.fromkeys(profiles)) or press.PROFILES[:1]
    findings: list[Finding] = []
    paths: list[Path] = []
    folders: dict[Path, Path | None] = {}
    for name in issues or (None,):
        try:
            folder = press.locate(name, Path.cwd())
        except ProblemsError as error:
            findings += findings_of(error.problems, None)
        else:
            folders[folder] = output / folder.name if output and len(issues) > 1 else output
    targets = [target for target in folders.values() if target]
    if len(targets) > len(set(targets)):
        raise click.UsageError("two issues would both go into one folder of the output")
    for folder, target in folders.items():
        try:
            built = press.build(
                folder, chosen, target, draft=draft, strict=strict, judge=judge, encoding=codec,
                profiles=profiles, paged=not no_pages,
            )  # fmt: skip
        except ProblemsError as error:
            findings += findings_of(error.problems, folder)
        else:
            findings += findings_of(built.problems, folder)
            paths.extend(built.paths)
    finish(findings, paths, form, strict)


@click.command(epilog=EPILOG)
@click.argument("issue")
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files. [build/ISSUE/offprints]",
)  # fmt: skip
@click.option("--judge", is_flag=True, help="Have outside judges confirm each file first.")
@ENCODING
@STRICT
@FORMAT
@JSON
def offprint(
    issue: str,
    articles: tuple[str, ...],
    output: Path | None,
    judge: bool,
    codec: str,
    strict: bool,
    form: str,
) -> None:
    """Cut each ARTICLE of ISSUE, its id or numeral, from the PDF; all of them without one.

    The pages keep their numbers. Prints the path of each file made, a line each.
    """
    folder = None
    paths: tuple[Path, ...] = ()
    try:
        folder = press.locate(issue, Path.cwd())
        built = offprints.make(folder, articles, output, strict=strict, judge=judge, encoding=codec)
        problems, paths = built.problems, built.paths
    except ProblemsError as error:
        problems = error.problems
    finish(findings_of(problems, folder), paths, form, strict)


@click.command(epilog=EPILOG)
@click.argument("issue", required=False)
@ENCODING
@STRICT
@FORMAT
@JSON
def check(issue: str | None, codec: str, strict: bool, form: str) -> None:
    """List every problem in the sources of ISSUE, an id or a folder; the newest without one."""
    folder = None
    try:
        folder = press.locate(issue, Path.cwd())
        problems = press.read(folder, codec).problems
    except ProblemsError as error:
        problems = error.problems
    finish(findings_of(problems, folder), (), form, strict)


@click.command(epilog=EPILOG)
@click.argument("issue")
@click.argument("what", type=click.Choice(["contents", "pages", "metadata", "tree"]))
@ENCODING
@FORMAT
@JSON
def show(issue: str, what: str, codec: str, form: str) -> None:
    """Show what the press makes of ISSUE: its contents, pages, metadata or document tree."""
    folder = None
    try:
        folder = press.locate(issue, Path.cwd())
        found = press.read(folder, codec)
        if errors(found.problems) and what != "tree":
            raise ProblemsError(found.problems)
        data = showing.show(found.issue, what)
    except ProblemsError as error:
        finish(findings_of(error.problems, folder), (), form, strict=False)
    if form == "json":
        show_json(data)
    else:
        click.echo("\n".join(_lines(data)))


def _lines(data: Any, indent: str = "") -> Iterable[str]:
    if isinstance(data, str):
        yield from (indent + line for line in data.rstrip("\n").split("\n"))
    elif isinstance(data, dict):
        width = max((len(key) for key in data), default=0)
        for key, value in data.items():
            text = ", ".join(value) if isinstance(value, (list, tuple)) else str(value)
            yield f"{indent}{key:<{width}}  {text}".rstrip()
    else:
        for item in data:
            below = item.get("entries", ())
            heading, page = item.get("heading", ""), item.get("page", item.get("label", ""))
            rest = [f"{item['block']}+{item['offset']}"] if "block" in item else []
            yield "  ".join(filter(None, [f"{indent}{page:>4}", heading, *rest]))
            yield from _lines(below, indent + "  ")
