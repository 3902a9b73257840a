"""The verbs around the ledger as proof: ledger export, ledger verify."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from bulletin_press.cli import mailings
from bulletin_press.cli.mailings import ERRATUM
from bulletin_press.cli.office import keep_safe, refused
from bulletin_press.cli.output import DELIVERY, EPILOG, relative

_LONGEST = 1 << 20
_FAULTS = 20


@click.group(short_help="Proof of who was sent what: export it, verify it.", epilog=EPILOG)
def ledger() -> None:
    """The ledger of an issue as a file, whose hashes prove that nothing in it was changed."""


@ledger.command(epilog=EPILOG)
@click.argument("issue")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@ERRATUM
def export(issue: str, file: Path | None, erratum: int | None) -> None:
    """Write the ledger of ISSUE to FILE, or to stdout: a line of JSON for each thing that happened.

    Readers are named by numbers only.
    """
    from bulletin_press.distribution.sending import chain

    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        with desk.database.read() as connection:
            lines = chain.export(connection, mailing.id)
            if file is None or str(file) == "-":
                for line in lines:
                    click.echo(line)
            else:
                keep_safe(desk.publication, file)
                _write(file, lines)
                click.echo(relative(file))


@ledger.command(epilog=EPILOG)
@click.argument("what", metavar="FILE|ISSUE")
@ERRATUM
def verify(what: str, erratum: int | None) -> None:
    """Check every hash of an exported FILE, or of the ledger of ISSUE as it is in the database."""
    from bulletin_press.distribution.sending import chain

    path = Path(what)
    if path.is_file():
        try:
            with path.open(encoding="utf-8", errors="surrogateescape") as lines:
                faults = chain.verify(_bounded(lines))
        except OSError as error:
            raise click.FileError(what, error.strerror) from error
    else:
        with mailings.desk(what) as desk:
            mailing = desk.mailing(erratum)
            with desk.database.read() as connection:
                faults = chain.verify(chain.export(connection, mailing.id))
    for fault in faults[:_FAULTS]:
        click.echo(f"{what}: {fault}", err=True)
    if len(faults) > _FAULTS:
        click.echo(f"… and {len(faults) - _FAULTS:,} more.", err=True)
    if faults:
        click.echo(
            "This is not what the press wrote. Compare it with an earlier export, and ask who could"
            " write to it.", err=True,
        )  # fmt: skip
        sys.exit(DELIVERY)
    click.echo(f"{what}: whole; every hash is right.", err=True)


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    """Lines that no export has are cut, so that they are found wrong and take no memory."""
    return (line[:_LONGEST] for line in lines)


def _write(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file, whole or not at all. Raises ProblemsError (E102)."""
    from bulletin_press.distribution import secretfile

    try:
        with secretfile.saved(path) as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        message = f"cannot write: {error.strerror or error}"
        raise refused("E102", message, str(path)) from error
