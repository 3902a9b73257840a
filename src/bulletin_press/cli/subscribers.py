"""The verbs for the list but import and export: who is on it, what is kept, copies of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin_press.cli import office, sheets
from bulletin_press.cli.office import AS_JSON, CONSENT, CONSENT_DATE, FILE
from bulletin_press.cli.output import EPILOG, finish, show_json
from bulletin_press.distribution.words import FORMS, LISTED_STATES

if TYPE_CHECKING:
    from bulletin_press.distribution.readers.subscription import Subscription

_NARROW = 72  # columns of a terminal, below which a table says too little


@click.group(epilog=EPILOG)
def subscribers() -> None:
    """Keep the list of subscribers."""


_FORM = click.option("--form", type=click.Choice(FORMS), help="What they get.")
_LANGUAGE = click.option("--language", metavar="TAG", help="In which language, such as en or az.")
_NAME = click.option("--name", help="The reader's name.")
_DEVICE = click.option("--device", metavar="ADDRESS", help="An e-reader's address.")


@subscribers.command("list", epilog=EPILOG)
@click.option(
    "--state", "states", type=click.Choice(LISTED_STATES), multiple=True, help="Only these."
)
@click.option("--form", "forms", type=click.Choice(FORMS), multiple=True, help="Only these.")
@click.option("--language", "languages", metavar="TAG", multiple=True, help="Only these.")
@AS_JSON
def show(
    states: tuple[str, ...], forms: tuple[str, ...], languages: tuple[str, ...], as_json: bool
) -> None:
    """List the subscribers."""
    from bulletin_press.distribution.readers import exporting

    chosen = {"state": states, "form": forms, "language": languages}
    with office.opened() as (_, database, _), database.read() as connection:
        found = exporting.subscriptions(connection, chosen)
        if as_json:
            show_json([_values(one) for one in found])
        elif office.on_terminal():
            _table(found)
        else:
            _plain(found)


@subscribers.command(epilog=EPILOG)
@click.argument("address")
@_FORM
@_LANGUAGE
@_NAME
@_DEVICE
@CONSENT
@CONSENT_DATE
@click.option("--consent-source", metavar="TEXT", help="Where the consent was given. [by hand]")
def add(
    address: str,
    form: str | None,
    language: str | None,
    name: str | None,
    device: str | None,
    consent: str | None,
    consent_at: int | None,
    consent_source: str | None,
) -> None:
    """Add the reader of ADDRESS; without consent as unconfirmed.

    Who left is added again by a consent that is younger than that.
    """
    if (consent is None) != (consent_at is None):
        raise click.UsageError("give --consent and --consent-date together")
    from bulletin_press.distribution.readers import subscribers as listed
    from bulletin_press.distribution.readers.subscription import Consent

    with office.opened() as (publication, database, keys), _values_refused():
        agreed = None
        if consent is not None and consent_at is not None:
            agreed = Consent(consent_at, consent_source or "by hand", consent)
        with database.write() as connection:
            now = database.keep_time(connection)
            if consent_at is not None and consent_at > now:
                raise ValueError("the consent is dated in the future")
            known = listed.find(connection, keys, address)
            enlist: Callable[..., Subscription] = listed.add
            if agreed and listed.outdated(connection, keys, address, agreed):
                enlist = listed.confirm
            enlist(
                connection, keys, now, address, source="command", consent=agreed,
                language=language or (known.language if known else publication.language),
                form=form or (known.form if known else listed.DEFAULT_FORM),
                name=name or "", device=device or "",
            )  # fmt: skip


@subscribers.command("set", epilog=EPILOG)
@click.argument("address")
@_FORM
@_LANGUAGE
@_NAME
@_DEVICE
@click.option("--address", "moved", metavar="NEW", help="The address that takes its place.")
@click.option(
    "--state", type=click.Choice(["active", "paused", "unsubscribed"]), help="What they are."
)
def change(
    address: str,
    form: str | None,
    language: str | None,
    name: str | None,
    device: str | None,
    moved: str | None,
    state: str | None,
) -> None:
    """Change what the list has of the reader of ADDRESS."""
    if all(one is None for one in (form, language, name, device, moved, state)):
        raise click.UsageError("say what to change: --form, --language, --name …")
    from bulletin_press.distribution.readers import subscribers as listed

    with (
        office.opened() as (_, database, keys),
        _values_refused(),
        database.write() as connection,
    ):
        now = database.keep_time(connection)
        known = _known(listed.find(connection, keys, address), address)
        listed.change(
                connection, keys, now, known.id, "command", form=form, language=language,
                name=name, device=device, address=moved,
            )  # fmt: skip
        if state:
            listed.set_state(connection, keys, now, known.id, state, "command")


@subscribers.command(epilog=EPILOG)
@click.argument("address")
@AS_JSON
def history(address: str, as_json: bool) -> None:
    """Show all that is stored about the reader of ADDRESS."""
    from bulletin_press.distribution.readers import retention
    from bulletin_press.distribution.readers import subscribers as listed

    with office.opened() as (_, database, keys), database.read() as connection:
        known = _known(listed.find(connection, keys, address), address)
        found = retention.history(connection, known)
    if as_json:
        show_json(found)
        return
    for name, value in found["subscription"].items():
        click.echo(f"{name.replace('_', ' '):<20}{'' if value is None else value}".rstrip())
    for name in [one for one in found if one != "subscription" and found[one]]:
        click.echo(f"\n{name}:")
        for row in found[name]:
            click.echo("  " + "  ".join(str(value) for value in row.values() if value))


@subscribers.command(epilog=EPILOG)
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask whether that is meant.")
def erase(address: str, yes: bool) -> None:
    """Take away for ever all that names the reader of ADDRESS; no import brings it back."""
    from bulletin_press.distribution.readers import retention
    from bulletin_press.distribution.readers import subscribers as listed

    with office.opened() as (_, database, keys):
        with database.read() as connection:
            known = _known(listed.find(connection, keys, address), address)
        if not yes:
            click.confirm(f"Erase {known.address} for ever?", abort=True, err=True)
        with database.write() as connection:
            retention.erase(connection, database.keep_time(connection), known.id, "command")
        database.forget()


@subscribers.command(epilog=EPILOG)
def purge() -> None:
    """Erase whom the limits of [delivery] do not let the list keep."""
    from bulletin_press.distribution.readers import retention

    with office.opened() as (publication, database, _):
        with database.write() as connection:
            now = database.keep_time(connection)
            gone = retention.purge(connection, now, publication.delivery)
        database.forget()
    click.echo(f"never confirmed: {gone.unconfirmed}")
    click.echo(f"left long ago: {gone.left}")


@subscribers.command(epilog=EPILOG)
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write list, ledger and keys to FILE; also while something is sent."""
    from bulletin_press.distribution import safekeeping

    with office.opened() as (publication, database, _):
        safekeeping.backup(publication, database, file.absolute())
    finish([], [file.absolute()], "people", strict=False)


@subscribers.command(epilog=EPILOG)
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Put a backup in the place of list, ledger and keys, which are kept beside it."""
    from bulletin_press.distribution import safekeeping
    from bulletin_press.distribution.clock import Clock

    with office.problems_printed():
        kept = safekeeping.restore(office.publication_here(), file.absolute(), Clock().now())
    finish([], kept, "people", strict=False)


@contextmanager
def _values_refused() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise office.refused("D209", str(error), "subscribers") from error


def _known(found: Subscription | None, address: str) -> Subscription:
    if found is None:
        message = f"nobody on the list has the address “{address}”"
        raise office.refused("D208", message, "subscribers")
    return found


def _values(one: Subscription) -> dict[str, str]:
    from bulletin_press.distribution.readers import exporting

    return dict(zip(exporting.COLUMNS, exporting.cells(one), strict=True))


def _table(found: Iterator[Subscription]) -> None:
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    console = Console()
    if console.width < _NARROW:
        _plain(found)
        return
    table = Table(Column("address", overflow="fold"), "state", "form", "language", "name")
    for one in found:
        cells = (one.address, one.state, one.form, one.language, one.name)
        table.add_row(*map(Text, cells))
    console.print(table)


def _plain(found: Iterable[Subscription]) -> None:
    for one in found:
        click.echo("\t".join((one.address, one.state, one.form, one.language, one.name)))


for command in (sheets.take, sheets.export):
    subscribers.add_command(command)
