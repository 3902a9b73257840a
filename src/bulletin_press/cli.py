"""The command line: verbs, options, printing and exit statuses; all else is asked of the press."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from bulletin_press import __version__, press, report
from bulletin_press.problems import Problem, ProblemsError, errors, exit_status
from bulletin_press.report import Finding
from bulletin_press.source import encoding

EPILOG = (
    "Exit status: 0 done, 1 a fault of the program, 2 wrong usage, 3 source, 4 configuration,"
    " 5 a tool is missing, 6 an edition, 7 a judge refused."
)


def _form(context: click.Context, option: click.Parameter, form: str | None) -> str:
    if form and context.obj:
        raise click.UsageError("give --json or --format, not both", context)
    return form or context.obj or "people"


def _ask_for_json(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    context.obj = "json" if wanted else None


_JSON = click.option(
    "--json", is_flag=True, is_eager=True, expose_value=False, callback=_ask_for_json,
    help="The same as --format json.",
)  # fmt: skip
_FORMAT = click.option(
    "--format", "form", type=click.Choice([*report.FORMATS, "json"]), callback=_form,
    help="How problems are printed. [people]",
)  # fmt: skip
_STRICT = click.option("-W", "--strict", is_flag=True, help="Let warnings count as errors.")


def _codec(context: click.Context, option: click.Parameter, name: str | None) -> str:
    codec = encoding.codec(name) if name else ""
    if codec is None:
        hint = encoding.nearest(str(name))
        raise click.BadParameter(f"there is no encoding “{name}”; {hint}", context, option)
    return codec


_ENCODING = click.option(
    "--encoding", "codec", metavar="NAME", callback=_codec,
    help="Read files that are not UTF-8 by this encoding, such as windows-1254.",
)  # fmt: skip


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bulletin-press")
def main() -> None:
    """Turn one issue of a bulletin, written in reStructuredText, into its editions."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@main.command(epilog=EPILOG)
@click.argument("issues", nargs=-1, metavar="[ISSUE]...")
@click.option(
    "-e", "--edition", "editions", multiple=True,
    type=click.Choice([*press.EDITIONS, "all"]), help="Which edition; may be repeated. [all]",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files; with several issues, one folder each in it.",
)  # fmt: skip
@click.option("--draft", is_flag=True, help="Write despite source errors, each page headed DRAFT.")
@click.option("--judge", is_flag=True, help="Have EPUBCheck confirm the EPUB before it is written.")
@_ENCODING
@_STRICT
@_FORMAT
@_JSON
def build(
    issues: tuple[str, ...],
    editions: tuple[str, ...],
    output: Path | None,
    draft: bool,
    judge: bool,
    codec: str,
    strict: bool,
    form: str,
) -> None:
    """Build the editions of ISSUE, an id or an issue's folder; the newest issue without one.

    Prints the path of each file made, a line each.
    """
    chosen = [name for name in press.EDITIONS if not editions or {name, "all"} & set(editions)]
    findings: list[Finding] = []
    paths: list[Path] = []
    folders: dict[Path, Path | None] = {}
    for name in issues or (None,):
        try:
            folder = press.locate(name, Path.cwd())
        except ProblemsError as error:
            findings += _findings(error.problems, None)
        else:
            folders[folder] = output / folder.name if output and len(issues) > 1 else output
    targets = [target for target in folders.values() if target]
    if len(targets) > len(set(targets)):
        raise click.UsageError("two issues would both go into one folder of the output")
    for folder, target in folders.items():
        try:
            built = press.build(
                folder, chosen, target, draft=draft, strict=strict, judge=judge, encoding=codec
            )
        except ProblemsError as error:
            findings += _findings(error.problems, folder)
        else:
            findings += _findings(built.problems, folder)
            paths.extend(built.paths)
    _finish(findings, paths, form, strict)


@main.command(epilog=EPILOG)
@click.argument("issue", required=False)
@_ENCODING
@_STRICT
@_FORMAT
@_JSON
def check(issue: str | None, codec: str, strict: bool, form: str) -> None:
    """List every problem in the sources of ISSUE, an id or a folder; the newest without one."""
    folder = None
    try:
        folder = press.locate(issue, Path.cwd())
        problems = press.read(folder, codec).problems
    except ProblemsError as error:
        problems = error.problems
    _finish(_findings(problems, folder), (), form, strict)


@main.command(epilog=EPILOG)
@click.argument("issue")
@click.argument("what", type=click.Choice(["contents", "pages", "metadata", "tree"]))
@_ENCODING
@_FORMAT
@_JSON
def show(issue: str, what: str, codec: str, form: str) -> None:
    """Show what the press makes of ISSUE: its contents, pages, metadata or document tree."""
    folder = None
    try:
        folder = press.locate(issue, Path.cwd())
        found = press.read(folder, codec)
        if errors(found.problems) and what != "tree":
            raise ProblemsError(found.problems)
        data = press.show(found.issue, what)
    except ProblemsError as error:
        _finish(_findings(error.problems, folder), (), form, strict=False)
    if form == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(data)))


def _findings(problems: Iterable[Problem], folder: Path | None) -> list[Finding]:
    """The problems of the issue in ``folder``, or of the search for one."""
    root = press.root_of(folder, Path.cwd())
    return [Finding(root, one) for one in problems]


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


def _finish(findings: list[Finding], paths: Iterable[Path], form: str, strict: bool) -> NoReturn:
    """Print problems and paths in the form asked for, and end with the exit status."""
    listed = report.sorted_findings(findings)
    outputs = [_relative(path) for path in paths]
    if form == "json":
        click.echo(report.as_json(listed, outputs))
    else:
        if listed:
            colour = False if os.environ.get("NO_COLOR") else None
            click.echo(report.FORMATS[form](listed, Path.cwd()), err=True, color=colour)
            click.echo(report.counts(listed, strict), err=True)
        for path in outputs:
            click.echo(report.encodable(path))
    sys.exit(exit_status((one.problem for one in listed), strict=strict))


def _relative(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
