"""The verb that looks at all that sending needs: doctor."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bulletin_press import report
from bulletin_press.cli import office
from bulletin_press.cli.output import DELIVERY, EPILOG, colour, show_json

if TYPE_CHECKING:
    from bulletin_press.distribution.doctor import Finding

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}


@click.command(epilog=EPILOG)
@click.option("--send-test", metavar="ADDRESS", default="", help="Send a message to this address.")
@click.option("--offline", is_flag=True, help="Ask neither the relay nor the network's names.")
@office.AS_JSON
def doctor(send_test: str, offline: bool, as_json: bool) -> None:
    """Look whether all is in place for sending: keys, files, sender, relay, SPF, DKIM, DMARC."""
    if offline and send_test:
        raise click.UsageError("give --offline or --send-test, not both")
    from bulletin_press.distribution.doctor import ERROR, examine

    with office.problems_printed():
        publication = office.publication_here()
    found = examine(
        publication, offline=offline, send_test=send_test, told=_silent if as_json else _say
    )
    wrong = any(one.level == ERROR for one in found)
    if as_json:
        show_json({"healthy": not wrong, "findings": [asdict(one) for one in found]})
    sys.exit(DELIVERY if wrong else 0)


def _silent(_: Finding) -> None:
    pass


def _say(finding: Finding) -> None:
    level = click.style(f"{finding.level:<9}", fg=_COLOURS[finding.level])
    said = report.encodable(f"{level}{finding.check:<13}{finding.message}")
    click.echo(said, color=colour())
    if finding.remedy:
        click.echo(report.encodable(f"{'':<22}{finding.remedy}"))
