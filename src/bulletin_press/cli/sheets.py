"""The list from and to CSV: the verbs import and export."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from bulletin_press.cli import office
from bulletin_press.cli.office import AS_JSON, CONSENT, CONSENT_DATE, FILE
from bulletin_press.cli.output import ENCODING, EPILOG, finish, show_json
from bulletin_press.problems import exit_status
from bulletin_press.source.encoding import UTF_8

if TYPE_CHECKING:
    from bulletin_press.distribution.readers.importing import Outcome, Report


_UNCONFIRMED = (
    "No consent of the unconfirmed is known, so nothing is sent to them; if they agreed, import the"
    " file again with --consent and --consent-date."
)


@click.command("import", epilog=EPILOG)
@click.argument("file", type=FILE)
@CONSENT
@CONSENT_DATE
@click.option("--skip-refused", is_flag=True, help="Take the other rows if some are wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and take nothing.")
@click.option("--report", type=FILE, metavar="FILE", help="Write what became of each row.")
@ENCODING
@AS_JSON
def take(
    file: Path,
    consent: str | None,
    consent_at: int | None,
    skip_refused: bool,
    dry_run: bool,
    report: Path | None,
    codec: str,
    as_json: bool,
) -> None:
    """Take the readers of FILE, a table saved as CSV, into the list.

    If a row is wrong, nothing is taken.
    """
    if (consent is None) != (consent_at is None):
        raise click.UsageError("give --consent and --consent-date together")
    from bulletin_press.distribution.readers import importing, retention, sheets
    from bulletin_press.distribution.readers.candidates import Supplied

    with office.opened() as (publication, database, keys), ExitStack() as stack:
        sheet = stack.enter_context(sheets.opened(file, codec, publication.language))
        told: Callable[[Outcome], None] = _untold
        if report:
            office.keep_safe(publication, report)
            told = stack.enter_context(_told(report))
        progress = stack.enter_context(_progress(sheet.octets))
        supplied = Supplied(f"import {file.name}", consent or "", consent_at)
        order = importing.Order(
            str(file), publication.language, supplied, skip_refused=skip_refused, dry_run=dry_run
        )
        found = importing.run(database, keys, sheet, order, told, progress)
        if not found.undone:
            with database.write() as connection:
                retention.purge(connection, database.clock.now(), publication.delivery)
    if as_json:
        show_json(_report_values(found))
        sys.exit(exit_status(found.problems))
    _show_report(found)
    if found.counts["unconfirmed"]:
        click.echo(_UNCONFIRMED, err=True)
    if not dry_run and found.undone:
        click.echo("Nothing was taken: correct the rows, or add --skip-refused.", err=True)
    finish(office.findings(found.problems), [report] if report else [], "people", strict=False)


@click.command(epilog=EPILOG)
@click.argument("file", type=FILE, required=False)
def export(file: Path | None) -> None:
    """Write the whole list as CSV, to FILE or to stdout."""
    from bulletin_press.distribution.readers import exporting, sheets

    with office.opened() as (publication, database, _), database.read() as connection:
        rows = map(exporting.cells, exporting.subscriptions(connection))
        if file is None or str(file) == "-":
            stream = io.TextIOWrapper(sys.stdout.buffer, UTF_8, newline="")
            sheets.write(stream, exporting.COLUMNS, rows)
            stream.flush()
            stream.detach()
            return
        office.keep_safe(publication, file)
        with _saved(file) as written:
            sheets.write(written, exporting.COLUMNS, rows)
    finish([], [file.absolute()], "people", strict=False)


def _untold(row: Outcome) -> None:
    pass


@contextmanager
def _told(path: Path) -> Iterator[Callable[[Outcome], None]]:
    """Writes what becomes of each row into a table."""
    from bulletin_press.distribution.readers import sheets

    with _saved(path) as file:
        write = sheets.writer(file, ("line", "outcome", "address", "reason"))
        yield lambda row: write((str(row.line), row.kind, row.address, row.detail))


@contextmanager
def _saved(path: Path) -> Iterator[TextIO]:
    """A new table, with the mark that spreadsheets look for.

    Raises ProblemsError (D210) if it cannot be written.
    """
    from bulletin_press.distribution import secretfile

    try:
        with secretfile.saved(path, UTF_8) as file:
            yield file
    except OSError as error:
        message = f"cannot write the file: {error.strerror}"
        raise office.refused("D210", message, str(path)) from error


@contextmanager
def _progress(octets: int) -> Iterator[Callable[[int], None]]:
    """A bar for a terminal, which is told how many octets were read."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=octets)
        yield lambda done: bar.update(task, completed=done)


def _show_report(found: Report) -> None:
    from bulletin_press.distribution.readers.importing import LISTED, OUTCOMES

    for row in found.rows:
        if row.kind in ("changed", "left") and row.detail:
            click.echo(f"line {row.line}: {row.kind}: {row.detail}")
    if found.counts["changed"] > LISTED:
        click.echo(f"and {found.counts['changed'] - LISTED} more that were changed")
    would = "would be " if found.undone else ""
    click.echo(", ".join(f"{would}{kind}: {found.counts[kind]}" for kind in OUTCOMES))


def _report_values(found: Report) -> dict[str, Any]:
    from bulletin_press.distribution.readers.importing import OUTCOMES

    return {
        "undone": found.undone,
        "counts": {kind: found.counts[kind] for kind in OUTCOMES},
        "rows": [
            {"line": row.line, "outcome": row.kind, "address": row.address, "reason": row.detail}
            for row in found.rows
        ],
        "problems": [one.as_dict() for one in found.problems],
    }
