"""What all verbs share: options, and the printing of problems and paths with an exit status."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn

import click

from bulletin_press import folders, kept, report
from bulletin_press.problems import Problem, exit_status
from bulletin_press.report import Finding

EDITION, DELIVERY = 6, 8  # exit statuses, as the end of each help text tells them
EPILOG = (
    "Exit status: 0 done, 1 a fault of the program, 2 wrong usage, 3 source, 4 configuration,"
    " 5 a tool is missing, 6 an edition, 7 a judge refused, 8 delivery."
)


def _form(context: click.Context, option: click.Parameter, form: str | None) -> str:
    if form and context.obj:
        raise click.UsageError("give --json or --format, not both", context)
    return form or context.obj or "people"


def _ask_for_json(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    context.obj = "json" if wanted else None


JSON = click.option(
    "--json", is_flag=True, is_eager=True, expose_value=False, callback=_ask_for_json,
    help="The same as --format json.",
)  # fmt: skip
FORMAT = click.option(
    "--format", "form", type=click.Choice([*report.FORMATS, "json"]), callback=_form,
    help="How problems are printed. [people]",
)  # fmt: skip
STRICT = click.option("-W", "--strict", is_flag=True, help="Let warnings count as errors.")


def _codec(context: click.Context, option: click.Parameter, name: str | None) -> str:
    if not name:
        return ""
    from bulletin_press.source import encoding

    codec = encoding.codec(name)
    if codec is None:
        hint = encoding.nearest(str(name))
        raise click.BadParameter(f"there is no encoding “{name}”; {hint}", context, option)
    return codec


ENCODING = click.option(
    "--encoding", "codec", metavar="NAME", callback=_codec,
    help="Read files that are not UTF-8 by this encoding, such as windows-1254.",
)  # fmt: skip


NO_CACHE = click.option(
    "--no-cache", is_flag=True, help="Make everything anew, whatever is kept from earlier builds."
)


def keeping(no_cache: bool = False) -> AbstractContextManager[None]:
    """Where what is made inside is kept for later, unless it is not to: the user's own folder."""
    folder = None if no_cache else kept.default()
    return kept.using(kept.Store(folder) if folder else None)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def findings_of(problems: Iterable[Problem], folder: Path | None) -> list[Finding]:
    """The problems of the issue in ``folder``, or of the search for one."""
    root = folders.root_of(folder, Path.cwd())
    return [Finding(root, one) for one in problems]


def colour() -> bool | None:
    """What click.echo is to do with colours: none if NO_COLOR is set, else as the output takes."""
    return False if os.environ.get("NO_COLOR") else None


def finish(findings: list[Finding], paths: Iterable[Path], form: str, strict: bool) -> NoReturn:
    """Print problems and paths in the form asked for, and end with the exit status."""
    listed = report.sorted_findings(findings)
    outputs = [relative(path) for path in paths]
    if form == "json":
        click.echo(report.as_json(listed, outputs))
    else:
        if listed:
            click.echo(report.FORMATS[form](listed, Path.cwd()), err=True, color=colour())
            click.echo(report.counts(listed, strict), err=True)
        for path in outputs:
            click.echo(report.encodable(path))
    sys.exit(exit_status((one.problem for one in listed), strict=strict))


def show_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def relative(path: Path) -> str:
    """A path as printed: relative to the current folder if it lies in it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
