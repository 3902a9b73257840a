"""The verb status: how mailings stand, as a table, as JSON or as an HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin_press.cli import mailings
from bulletin_press.cli.office import AS_JSON, keep_safe, refused
from bulletin_press.cli.output import EPILOG, relative, show_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bulletin_press.distribution.sending.status import Details, Standing


@click.command(short_help="Show how the mailings stand, and what to do.", epilog=EPILOG)
@click.argument("issue", required=False)
@AS_JSON
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write a page with a chart, whole by itself.",
)  # fmt: skip
def status(issue: str | None, as_json: bool, page: Path | None) -> None:
    """Show how all mailings stand, or that of ISSUE and its errata in detail."""
    from bulletin_press.cli import accounts
    from bulletin_press.distribution.sending import status as standing

    with mailings.desk(issue, "json" if as_json else "people") as desk:
        now = desk.database.clock.now()
        with desk.database.read() as connection:
            found = standing.standings(connection, now, desk.issue)
            wanted = found if issue or page else []
            details = {
                one.mailing.id: standing.details(connection, one.mailing.id) for one in wanted
            }
            limits = standing.limits(connection, desk.publication.delivery, now)
        if issue and not found:
            raise refused("D306", f"{desk.issue} has not been sent", desk.issue)
        if page:
            from bulletin_press.distribution.sending import statusreport

            sentences = {one.mailing.id: accounts.sentence(one) for one in found}
            text = statusreport.report(desk.publication, found, details, sentences, limits, now)
            keep_safe(desk.publication, page)
            _write(page, text)
        if as_json:
            show_json(_values(found, details, limits))
        elif page:
            click.echo(relative(page))
        elif not found:
            click.echo("Nothing has been sent yet.")
        else:
            click.echo("\n".join(_lines(found, details, limits)))


def _lines(
    found: Sequence[Standing], details: Mapping[int, Details], limits: Sequence[str]
) -> list[str]:
    from bulletin_press.cli import accounts

    lines = accounts.overview(found)
    for one in found:
        if one.mailing.id in details or one.state not in ("done", "cancelled"):
            lines += ["", f"{one.name}: {accounts.sentence(one)}"]
            if one.mailing.forced:
                lines.append(f"It was forced, for the reason “{one.mailing.forced}”.")
        if one.mailing.id in details:
            lines += ["", *accounts.details_lines(details[one.mailing.id], one)]
    return [*lines, *(["", *limits] if limits else [])]


def _values(
    found: Sequence[Standing], details: Mapping[int, Details], limits: Sequence[str]
) -> dict[str, object]:
    listed = []
    for one in found:
        more = details.get(one.mailing.id)
        listed.append({**one.as_dict(), **(more.as_dict() if more else {})})
    return {"mailings": listed, "limits": list(limits)}


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises ProblemsError (E102)."""
    from bulletin_press import press
    from bulletin_press.edition import Edition

    try:
        press.write([Edition("status", "text/html", {path.name: text.encode()})], path.parent)
    except OSError as error:
        message = f"cannot write: {error.strerror or error}"
        raise refused("E102", message, str(path)) from error
