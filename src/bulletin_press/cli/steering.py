"""The verbs that steer a mailing: pause, resume, cancel, doubts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bulletin_press.cli import mailings
from bulletin_press.cli.mailings import ERRATUM
from bulletin_press.cli.office import AS_JSON, refused
from bulletin_press.cli.output import EPILOG, show_json

if TYPE_CHECKING:
    from bulletin_press.cli.mailings import Desk
    from bulletin_press.distribution.sending.ledger import Mailing

_ISSUE = click.argument("issue")
_NOTE = click.option(
    "--note", metavar="TEXT", default="", help="Where that is known from; kept in the ledger."
)


@click.command(short_help="Stop sending an issue for the time being.", epilog=EPILOG)
@_ISSUE
@click.option("--reason", metavar="TEXT", default="by hand", help="Why; status shows it.")
@ERRATUM
def pause(issue: str, reason: str, erratum: int | None) -> None:
    """Stop sending ISSUE for the time being; a sender at work ends after what is under way."""
    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        if mailing.state != "paused":
            _change(desk, mailing, "paused", reason)
        _tell(desk, mailing)


@click.command(short_help="Let an issue be sent again after a pause.", epilog=EPILOG)
@_ISSUE
@ERRATUM
def resume(issue: str, erratum: int | None) -> None:
    """Let ISSUE be sent again after a pause; `send ISSUE --really` then sends it."""
    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        if mailing.state == "paused":
            _change(desk, mailing, "sending", "")
        _tell(desk, mailing)


@click.command(short_help="End the sending of an issue for good.", epilog=EPILOG)
@_ISSUE
@click.option("--reason", metavar="TEXT", default="by hand", help="Why; status shows it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@ERRATUM
def cancel(issue: str, reason: str, yes: bool, erratum: int | None) -> None:
    """End the sending of ISSUE for good: whoever has not been sent it will not be."""
    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        waiting = desk.standing(mailing).words["waiting"]
        if mailing.state != "cancelled":
            if waiting and not yes:
                click.confirm(f"{waiting:,} readers will not get it. Cancel?", abort=True, err=True)
            _change(desk, mailing, "cancelled", reason)
        _tell(desk, mailing)


@click.group(short_help="Mails of which nobody knows whether they arrived.", epilog=EPILOG)
def doubts() -> None:
    """Mails of which nobody knows whether they arrived: list them, send them again, settle them."""


@doubts.command("list", epilog=EPILOG)
@_ISSUE
@AS_JSON
@ERRATUM
def list_(issue: str, as_json: bool, erratum: int | None) -> None:
    """List those who may have got ISSUE or not, each with the number of the delivery."""
    from bulletin_press.cli.wording import columns, moment
    from bulletin_press.distribution.clock import text
    from bulletin_press.distribution.sending import ledger

    with mailings.desk(issue, "json" if as_json else "people") as desk:
        mailing = desk.mailing(erratum)
        with desk.database.read() as connection:
            found = ledger.doubts(connection, mailing.id)
        if as_json:
            values = [
                {
                    "number": one.id, "address": one.address, "form": one.form,
                    "language": one.language, "reply": one.reply,
                    "at": text(one.started_at) if one.started_at else None,
                }
                for one in found
            ]  # fmt: skip
            show_json(values)
            return
        if not found:
            click.echo("Nothing is in doubt.", err=True)
            return
        now = desk.database.clock.now()
        rows = [
            [
                f"{one.id}", one.address or "(erased)", one.form,
                " " + (moment(one.started_at, now) if one.started_at else ""), " " + one.reply,
            ]
            for one in found
        ]  # fmt: skip
        click.echo(
            "\n".join(columns(["Number", " Reader", " Form", " At", " What is known"], rows, 0))
        )
        known, more = mailing.issue, f" --erratum {erratum}" if erratum else ""
        click.echo(
            "\nThe relay's log, or the reader, can tell whether a mail arrived. Then type:"
            f"\n  bulletin-press doubts settle {known} sent NUMBER…{more}      it arrived"
            f"\n  bulletin-press doubts settle {known} failed NUMBER…{more}    it did not"
            f"\nTo send it again, which may give a reader a second copy:"
            f"\n  bulletin-press doubts resend {known} [NUMBER…]{more}",
            err=True,
        )


@doubts.command("resend", epilog=EPILOG)
@_ISSUE
@click.argument("numbers", nargs=-1, type=click.IntRange(1), metavar="[NUMBER]...")
@ERRATUM
def resend_(issue: str, numbers: tuple[int, ...], erratum: int | None) -> None:
    """Queue doubtful mails again, those with the NUMBERs or all; `send ISSUE --really` sends them.

    A reader may get a second copy. It has the same Message-ID, by which many mail programs show
    only one.
    """
    from bulletin_press.cli.wording import amount
    from bulletin_press.distribution.sending import ledger

    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        _known(desk, mailing, numbers)
        number = ledger.resend_doubts(desk.database, mailing.id, numbers)
        click.echo(f"{amount(number, 'mail')} queued again.", err=True)
        if number:
            _tell(desk, mailing)


@doubts.command(epilog=EPILOG)
@_ISSUE
@click.argument("outcome", type=click.Choice(["sent", "failed"]))
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(1), metavar="NUMBER...")
@_NOTE
@ERRATUM
def settle(
    issue: str, outcome: str, numbers: tuple[int, ...], note: str, erratum: int | None
) -> None:
    """Record that the doubtful mails with the NUMBERs of ISSUE were sent, or that they failed."""
    from bulletin_press.cli.wording import amount
    from bulletin_press.distribution.sending import ledger

    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        _known(desk, mailing, numbers)
        settled: int = 0
        for one in dict.fromkeys(numbers):
            ended = ledger.settle(
                desk.database, one, "sent" if outcome == "sent" else "failed", note or "by hand"
            )
            settled += bool(ended)
        click.echo(f"{amount(settled, 'doubt')} settled.", err=True)
        _tell(desk, mailing)


def _known(desk: Desk, mailing: Mailing, numbers: tuple[int, ...]) -> None:
    """Raise ProblemsError (D311) unless all the numbers are doubts of the mailing."""
    from bulletin_press.distribution.sending import ledger

    with desk.database.read() as connection:
        known = {one.id for one in ledger.doubts(connection, mailing.id)}
    if unknown := [one for one in numbers if one not in known]:
        listed = ", ".join(map(str, unknown))
        raise refused("D311", f"not in doubt: {listed}", desk.issue)


def _change(desk: Desk, mailing: Mailing, state: str, reason: str) -> None:
    from bulletin_press.distribution.sending import ledger

    line = " ".join(reason.split())
    if state != "sending" and desk.standing(mailing).state == "done":
        raise refused("D307", "everybody has been sent it already", desk.issue)
    if not ledger.set_state(desk.database, mailing.id, state, line):
        raise refused("D307", f"it is {desk.standing(mailing).state} already", desk.issue)


def _tell(desk: Desk, mailing: Mailing) -> None:
    """How the mailing stands now; the status is 0: what was asked for was done."""
    from bulletin_press.cli import accounts

    standing = desk.standing(mailing)
    click.echo(f"{standing.name}: {accounts.sentence(standing)}", err=True)
    sys.exit(0)
