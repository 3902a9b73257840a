"""The verbs that make editions: build, offprint, check, show."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click

from bulletin_press import edition, folders, unchanged
from bulletin_press.cli.output import (
    ENCODING,
    EPILOG,
    FORMAT,
    JSON,
    NO_CACHE,
    STRICT,
    findings_of,
    finish,
    keeping,
    processors,
    show_json,
)
from bulletin_press.problems import ProblemsError, errors
from bulletin_press.report import Finding

_Made = tuple[list[Finding], tuple[Path, ...]]


@click.command(epilog=EPILOG)
@click.argument("issues", nargs=-1, metavar="[ISSUE]...")
@click.option(
    "-e", "--edition", "editions", multiple=True,
    type=click.Choice([*edition.NAMES, "all"]), help="Which edition; may be repeated. [pdf, epub]",
)  # fmt: skip
@click.option(
    "--profile", "profiles", multiple=True, type=click.Choice(edition.PROFILES),
    help="For whom the PDF is set; may be repeated. [screen]",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files; with several issues, one folder each in it.",
)  # fmt: skip
@click.option("--draft", is_flag=True, help="Write despite source errors, each page headed DRAFT.")
@click.option("--no-pages", is_flag=True, help="Make EPUB and web pages without page numbers.")
@click.option("--judge", is_flag=True, help="Have outside judges confirm PDF and EPUB first.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 64),
    help="How many processes make editions at once. [processors]",
)  # fmt: skip
@NO_CACHE
@click.option("--plain-engine", is_flag=True, help="Have the PDF's engine take no shortcuts.")
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
    jobs: int | None,
    no_cache: bool,
    plain_engine: bool,
    codec: str,
    strict: bool,
    form: str,
) -> None:
    """Build the editions of ISSUE, an id or an issue's folder; the newest issue without one.

    Prints the path of each file made, a line each.
    """
    wanted = set(editions or (edition.USUAL[:1] if profiles else edition.USUAL))
    if profiles and not wanted & {"pdf", "all"}:
        raise click.UsageError("--profile is for the edition pdf")
    chosen = [name for name in edition.NAMES if {name, "all"} & wanted]
    profiles = tuple(dict.fromkeys(profiles)) or edition.PROFILES[:1]
    findings: list[Finding] = []
    targets: dict[Path, Path | None] = {}
    for name in issues or (None,):
        try:
            folder = folders.locate(name, Path.cwd())
        except ProblemsError as error:
            findings += findings_of(error.problems, None)
        else:
            targets[folder] = output / folder.name if output and len(issues) > 1 else output
    given = [target for target in targets.values() if target]
    if len(given) > len(set(given)):
        raise click.UsageError("two issues would both go into one folder of the output")
    made: dict[Path, _Made] = {}
    if not (output or draft or no_pages or judge or no_cache or plain_engine):
        for folder in targets:
            found = unchanged.standing(folder, chosen, profiles, strict=strict, encoding=codec)
            if found:
                made[folder] = findings_of(found.problems, folder), found.paths
    waiting = {one: target for one, target in targets.items() if one not in made}
    if waiting:
        options = {
            "draft": draft, "strict": strict, "judge": judge, "encoding": codec,
            "profiles": profiles, "paged": not no_pages, "plain": plain_engine,
        }  # fmt: skip
        with keeping(no_cache):
            made |= _built(waiting, chosen, jobs or processors(), options)
    for folder in targets:
        findings += made[folder][0]
    finish(findings, [path for folder in targets for path in made[folder][1]], form, strict)


def _built(
    targets: dict[Path, Path | None], editions: list[str], jobs: int, options: dict[str, Any]
) -> dict[Path, _Made]:
    """What came of each issue, made side by side where there are several."""
    from bulletin_press import presses
    from bulletin_press.cli import progress

    shared = max(jobs // len(targets), 1)
    works = [
        partial(_build, folder, editions, target, shared, options)
        for folder, target in targets.items()
    ]
    try:
        with progress.steps("build", len(works)) as show:
            return dict(zip(targets, presses.side_by_side(works, jobs, show), strict=True))
    except ProblemsError as error:
        lost = findings_of(error.problems, None)
        return dict.fromkeys(targets, (lost, ()))


def _build(
    folder: Path, editions: list[str], target: Path | None, jobs: int, options: dict[str, Any]
) -> _Made:
    from bulletin_press import press

    try:
        built = press.build(folder, editions, target, jobs=jobs, **options)
    except ProblemsError as error:
        return findings_of(error.problems, folder), ()
    return findings_of(built.problems, folder), built.paths


@click.command(epilog=EPILOG)
@click.argument("issue")
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files. [build/ISSUE/offprints]",
)  # fmt: skip
@click.option("--judge", is_flag=True, help="Have outside judges confirm each file first.")
@NO_CACHE
@ENCODING
@STRICT
@FORMAT
@JSON
def offprint(
    issue: str,
    articles: tuple[str, ...],
    output: Path | None,
    judge: bool,
    no_cache: bool,
    codec: str,
    strict: bool,
    form: str,
) -> None:
    """Cut each ARTICLE of ISSUE, its id or numeral, from the PDF; all of them without one.

    The pages keep their numbers. Prints the path of each file made, a line each.
    """
    from bulletin_press import offprints

    folder = None
    paths: tuple[Path, ...] = ()
    try:
        folder = folders.locate(issue, Path.cwd())
        with keeping(no_cache):
            built = offprints.make(
                folder, articles, output, strict=strict, judge=judge, encoding=codec
            )
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
    from bulletin_press import press

    folder = None
    try:
        folder = folders.locate(issue, Path.cwd())
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
    from bulletin_press import press, showing

    folder = None
    try:
        folder = folders.locate(issue, Path.cwd())
        found = press.read(folder, codec)
        if errors(found.problems) and what != "tree":
            raise ProblemsError(found.problems)
        with keeping():
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
