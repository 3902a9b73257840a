"""The verbs that send: plan, send, resend, erratum."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bulletin_press.cli import mailings
from bulletin_press.cli.mailings import ERRATUM, Desk
from bulletin_press.cli.office import AS_JSON, refused
from bulletin_press.cli.output import DELIVERY, EPILOG, findings_of, finish, relative, show_json
from bulletin_press.problems import Problem, ProblemsError, errors

if TYPE_CHECKING:
    from bulletin_press.dispatch.preparation import Prepared
    from bulletin_press.distribution.sending.ledger import Mail, Mailing

FORCE = click.option(
    "--force", "forced", metavar="REASON", default="",
    help="Send in spite of older files, faults of the text or a site that is not up; recorded.",
)  # fmt: skip
IN_DOUBT = click.option(
    "--in-doubt", type=click.Choice(["resend", "hold"]), default="resend", show_default=True,
    help="What becomes of messages of which nobody knows whether they arrived.",
)  # fmt: skip
TO = click.option(
    "--to", metavar="ADDRESS", help="Send a proof copy of each mail to this address, and no more."
)
REALLY = click.option("--really", is_flag=True, help="Send. Without it, nothing leaves.")


class Moment(click.ParamType[int]):
    """A moment to come, in milliseconds: a day with a time, or the next such time of day."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read ``2026-03-01 09:00``, which may name a zone such as +04:00, or ``09:00``."""
        now = datetime.now().astimezone()
        try:
            if len(value) <= len("09:00"):
                clock = datetime.strptime(value, "%H:%M").time()
                at = datetime.combine(now.date(), clock).astimezone()
                if at <= now:
                    at = datetime.combine(now.date() + timedelta(days=1), clock).astimezone()
            else:
                at = datetime.fromisoformat(value)
                at = at if at.tzinfo else at.astimezone()
        except ValueError:
            self.fail(f"“{value}” is no time such as “2026-03-01 09:00” or “09:00”", param, ctx)
        if at <= now:
            self.fail(f"“{value}” is past", param, ctx)
        return int(at.timestamp() * 1000)


@click.command(short_help="Show what sending an issue would do.", epilog=EPILOG)
@click.argument("issue")
@FORCE
@AS_JSON
def plan(issue: str, forced: str, as_json: bool) -> None:
    """Show what sending ISSUE would do: who gets what, how long it takes, what forbids it."""
    form = "json" if as_json else "people"
    with mailings.desk(issue, form, sources=True) as desk:
        existing = desk.find(None)
        prepared = _prepared(desk, forced, existing)
        if as_json:
            values = prepared.plan.as_dict()
            values["mailing"] = desk.standing(existing).as_dict() if existing else None
            show_json(values)
        elif existing:
            _tell_of(desk, existing, prepared)
        else:
            _tell(desk, prepared)
        if existing:
            sys.exit(0)
        _end(prepared.plan.problems, desk, as_json)


@click.command(short_help="Send an issue; a dry run without --really.", epilog=EPILOG)
@click.argument("issue")
@REALLY
@click.option("--all", "everybody", is_flag=True, help="Dry run: write each reader's mail.")
@TO
@click.option(
    "--at", "send_at", type=Moment(), metavar="TIME",
    help="Wait until then: “2026-03-01 09:00”, or “09:00”.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1), metavar="N", help="End after so many messages.")
@IN_DOUBT
@FORCE
@ERRATUM
def send(
    issue: str,
    really: bool,
    everybody: bool,
    to: str | None,
    send_at: int | None,
    limit: int | None,
    in_doubt: str,
    forced: str,
    erratum: int | None,
) -> None:
    """Send ISSUE to its readers with --really; without it, lay the mails into build/ISSUE/outbox.

    A second call goes on where the first one ended, or watches it if it still runs; what was
    frozen by the first goes out, and nobody gets anything twice.
    """
    _check_usage(really, everybody, to, limit or send_at)
    with mailings.desk(issue, sources=not erratum) as desk:
        existing = desk.mailing(erratum) if erratum else desk.find(None)
        if really and existing:
            _join(desk, existing, limit)
        prepared = None if erratum else _prepared(desk, forced, None)
        if to is not None:
            _proof(desk, prepared, to)
        if not really:
            _dry_run(desk, prepared, existing, everybody)
        assert prepared is not None
        if refusals := errors(prepared.plan.problems):
            raise ProblemsError(refusals)
        _really(desk, prepared, in_doubt, send_at or 0, limit)


@click.command(short_help="Send an issue again to those whose mail failed.", epilog=EPILOG)
@click.argument("issue")
@click.option("--failed", is_flag=True, required=True, help="To those whose mail failed.")
@REALLY
@ERRATUM
def resend(issue: str, failed: bool, really: bool, erratum: int | None) -> None:
    """Send ISSUE again to those whom it did not reach: the same mail, under the same Message-ID."""
    from bulletin_press.cli import running
    from bulletin_press.cli.wording import amount
    from bulletin_press.distribution.sending import ledger

    with mailings.desk(issue) as desk:
        mailing = desk.mailing(erratum)
        with desk.database.read() as connection:
            number, beyond = ledger.failed(connection, mailing.id)
        if not number + beyond:
            click.echo(f"Nothing has failed of {desk.issue}.", err=True)
            sys.exit(0)
        if beyond:
            click.echo(
                f"{amount(beyond, 'mail')} failed to readers who are not written to any more: they"
                " left, or the address is gone. Was that an error? Then first:"
                "\n  bulletin-press subscribers set ADDRESS --state active", err=True,
            )  # fmt: skip
        if not number:
            sys.exit(DELIVERY)
        if not really:
            said = f"{amount(number, 'mail')} failed. To send again, add: --really"
            click.echo(said, err=True)
            sys.exit(0)
        if mailing.state in ("paused", "cancelled"):
            raise refused("D307", f"the mailing is {mailing.state}", desk.issue)
        ledger.requeue_failed(desk.database, mailing.id)
        running.run(desk, mailing)


@click.command(short_help="Write a correction to those who got an issue.", epilog=EPILOG)
@click.argument("issue")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--subject", default="", help="The subject; without it, the text's title.")
@REALLY
@TO
@IN_DOUBT
def erratum(
    issue: str, files: tuple[Path, ...], subject: str, really: bool, to: str | None, in_doubt: str
) -> None:
    """Write a correction to exactly those who got ISSUE, or may have: the text of FILE.

    FILE.az.rst is for those who got it in az. Without --really nothing is sent: the mails are laid
    into build/ISSUE/outbox.
    """
    from bulletin_press.dispatch import errata, issues

    _check_usage(really, False, to, None)
    with mailings.desk(issue, sources=True) as desk:
        mailing = desk.mailing(None)
        assert desk.folder is not None
        whole = issues.read(desk.folder)
        line = " ".join(subject.split())
        prepared = errata.prepare(whole, desk.database, mailing.id, files, line)
        if to is not None:
            _proof(desk, prepared, to)
        if not really:
            words = ["bulletin-press", "erratum", issue, *map(str, files)]
            words += ["--subject", subject] if subject else []
            _dry_run(desk, prepared, None, False, f"{shlex.join(words)} --really")
        if refusals := errors(prepared.plan.problems):
            raise ProblemsError(refusals)
        if same := errata.same(desk.database, desk.issue, prepared.mails):
            _join(desk, same, None)
        _really(desk, prepared, in_doubt, 0, None, kind="erratum")


def _check_usage(really: bool, everybody: bool, to: str | None, timed: object) -> None:
    if really and (everybody or to is not None):
        raise click.UsageError("--all and --to are for looking, --really is for sending: choose")
    if timed and not really:
        raise click.UsageError("--at and --limit need --really")


def _prepared(desk: Desk, forced: str, existing: Mailing | None) -> Prepared:
    from bulletin_press.dispatch import issues, preparation

    assert desk.folder is not None
    whole = issues.read(desk.folder)
    return preparation.prepare(whole, desk.database, forced, existing.id if existing else None)


def _join(desk: Desk, mailing: Mailing, limit: int | None) -> NoReturn:
    """Go on with a mailing that was begun before."""
    from bulletin_press.cli import running
    from bulletin_press.cli.wording import moment

    if mailing.state in ("paused", "cancelled"):
        running.finish(desk, mailing)
    standing = desk.standing(mailing)
    if standing.words["waiting"]:
        begun = moment(mailing.created_at, standing.now)
        click.echo(f"Going on with {standing.name} as it was frozen at {begun}.", err=True)
    running.run(desk, mailing, limit)


def _really(
    desk: Desk,
    prepared: Prepared,
    in_doubt: str,
    send_at: int,
    limit: int | None,
    kind: str = "issue",
) -> NoReturn:
    from bulletin_press.cli import accounts, running
    from bulletin_press.cli.wording import moment
    from bulletin_press.dispatch.preparation import sender_of
    from bulletin_press.distribution.sending import ledger

    sender = sender_of(desk.publication)
    mailing = ledger.open_mailing(
        desk.database, desk.issue, kind,
        mails=prepared.mails, audience=prepared.audience.recipients,
        message_domain=sender.domain,
        in_doubt="hold" if in_doubt == "hold" else "resend",
        send_at=send_at, forced=prepared.plan.forced,
    )  # fmt: skip
    click.echo(accounts.pace_line(prepared.plan, desk.publication), err=True)
    if send_at:
        at = moment(send_at, desk.database.clock.now())
        said = "It waits here; if this ends, type the same again, and it still waits until then."
        click.echo(f"It goes out at {at}. {said}", err=True)
    running.run(desk, mailing, limit)


def _dry_run(
    desk: Desk,
    prepared: Prepared | None,
    existing: Mailing | None,
    everybody: bool,
    command: str = "",
) -> NoReturn:
    """Write what would go out, and say so."""
    from bulletin_press import folders
    from bulletin_press.dispatch import outbox
    from bulletin_press.dispatch.preparation import sender_of
    from bulletin_press.distribution.sending import composing

    sender = sender_of(desk.publication)
    keys, now = desk.keys(), desk.database.clock.now()
    with desk.database.read() as connection:
        if existing:
            mails: Iterable[Mail] = composing.frozen(connection, existing.id)
            recipients = tuple(composing.enlisted(connection, existing.id))
        else:
            assert prepared is not None
            mails, recipients = prepared.mails, prepared.audience.recipients
        files = composing.outbox(mails, sender, keys, now)
        if everybody:
            files = composing.readers_outbox(connection, mails, recipients, sender, keys, now)
        folder = desk.folder or Path.cwd() / desk.issue
        output = folders.destination(desk.publication, folder)
        paths = outbox.write(output, desk.publication.root, files)
    if existing:
        standing = desk.standing(existing)
        click.echo(f"{standing.name} has been begun; these are its mails as frozen then.", err=True)
    else:
        assert prepared is not None
        _tell(desk, prepared, err=True)
    shown = sorted({path.parent for path in paths}) if everybody else paths
    for path in shown:
        click.echo(relative(path))
    problems = () if existing or prepared is None else prepared.plan.problems
    if not errors(problems):
        more = "send the rest" if existing else "send it"
        command = command or f"bulletin-press send {desk.issue} --really"
        said = f"Nothing has been sent. Open these files in a mail program; to {more}, type:"
        click.echo(f"\n{said}\n  {command}", err=True)
    _end(problems, desk, False)


def _proof(desk: Desk, prepared: Prepared | None, to: str) -> NoReturn:
    """Send a copy of each mail to one address; it is no delivery."""
    from bulletin_press.cli.wording import amount
    from bulletin_press.dispatch.preparation import composed
    from bulletin_press.distribution.mail.sender import Sender
    from bulletin_press.distribution.readers import addresses
    from bulletin_press.distribution.sending import composing, proofs

    try:
        address = addresses.normalise(to)
    except ValueError as error:
        raise click.BadParameter(f"{error}", param_hint="--to") from error
    if prepared is None:
        raise click.UsageError("--to and --erratum do not go together: use erratum … --to")
    sender = Sender.of(desk.publication)
    pieces = map(composing.proof, prepared.pieces)
    mails, problems = composed(pieces, sender, desk.issue)
    if problems:
        raise ProblemsError(problems)
    keys, now = desk.keys(), desk.database.clock.now()
    outcomes = proofs.send(desk.publication, mails, keys, now, address)
    wrong = [one for one in outcomes if one[1]]
    for name, reply in wrong:
        click.echo(f"{name}: {reply}", err=True)
    sent = len(outcomes) - len(wrong)
    click.echo(f"{amount(sent, 'proof copy', 'proof copies')} sent to {address}.", err=True)
    sys.exit(DELIVERY if wrong else 0)


def _tell(desk: Desk, prepared: Prepared, *, err: bool = False) -> None:
    """The plan, and what to type next."""
    from bulletin_press.cli import accounts

    for line in accounts.plan_lines(prepared.plan, desk.publication):
        click.echo(line, err=err)
    wrong = len(errors(prepared.plan.problems))
    if wrong:
        click.echo(f"\nIt cannot be sent as it is ({wrong} to be mended, below).\n", err=err)
    elif not err:
        issue = desk.issue
        click.echo("\nTo see the mails, type:  bulletin-press send " + issue)
        click.echo(f"To send them, type:      bulletin-press send {issue} --really")


def _tell_of(desk: Desk, existing: Mailing, prepared: Prepared) -> None:
    """How an issue stands that has been begun."""
    from bulletin_press.cli import accounts
    from bulletin_press.cli.wording import amount

    standing = desk.standing(existing)
    click.echo("\n".join(accounts.overview([standing])))
    click.echo(f"\n{accounts.sentence(standing)}")
    if new := prepared.plan.readers:
        joined = amount(new, "reader")
        said = "they are not in this mailing, whose readers were frozen when it was begun."
        click.echo(f"\n{joined} came since then: {said}")


def _end(problems: tuple[Problem, ...], desk: Desk, as_json: bool) -> NoReturn:
    if as_json:
        from bulletin_press.problems import exit_status

        sys.exit(exit_status(problems))
    finish(findings_of(problems, desk.folder), (), "people", strict=False)
