"""The verb that reads returned mail: bounces."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from bulletin_press import report
from bulletin_press.cli import office
from bulletin_press.cli.output import EPILOG, show_json
from bulletin_press.cli.wording import amount

if TYPE_CHECKING:
    from bulletin_press.distribution.returns.effects import Line, Summary

_MEANING = {
    "hard": "the address is gone: not written to any more",
    "soft": "in trouble for now: five letters in a row end it",
    "refused": "refused because of the sender or the letter: look below",
    "delayed": "still being tried",
    "delivered": "delivered",
    "complaint": "reported as spam: not written to any more",
    "feedback": "other reports of mail providers: look below",
    "unsubscribe": "unsubscriptions by mail",
    "away": "automatic answers",
    "unknown": "not known to be about a letter of ours: look below",
}


@click.command(epilog=EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE|MAILDIR|MBOX|-...")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@office.AS_JSON
def bounces(files: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Read returned mail: bounces, complaints, absences, unsubscriptions; act on each once.

    The files are left as they are. With - a message is read from standard input, so that a mail
    server can hand it over.
    """
    from bulletin_press.distribution.returns import effects, mailboxes

    with office.opened() as here:
        found = mailboxes.items(files, sys.stdin.buffer)
        summary = effects.apply(here.database, here.keys, here.publication, found, rehearse=dry_run)
    if as_json:
        show_json(_data(summary))
    else:
        click.echo(report.encodable("\n".join(_lines(summary, dry_run))))


def _data(summary: Summary) -> dict[str, Any]:
    from bulletin_press.distribution.returns.effects import KINDS

    def listed(lines: list[Line]) -> list[dict[str, str]]:
        return [{"source": one.source, "reason": one.reason} for one in lines]

    return {
        "counts": {kind: summary.counts[kind] for kind in KINDS},
        "repeated": summary.repeated,
        "stopped": dict(summary.stopped),
        "paused": listed(summary.paused),
        "over": listed(summary.over),
        "refused": listed(summary.refused),
        "unknown": listed(summary.unknown),
    }


def _lines(summary: Summary, rehearsed: bool) -> list[str]:
    from bulletin_press.distribution.returns.effects import KINDS

    rows = [(kind, summary.counts[kind], _MEANING[kind]) for kind in KINDS if summary.counts[kind]]
    if summary.repeated:
        rows.append(("repeated", summary.repeated, "read before, not counted again"))
    lines = [f"{kind:<12}{count:>7}  {meaning}" for kind, count, meaning in rows]
    lines = lines or ["no message"]
    would = "would be " if rehearsed else ""
    for state, count in sorted(summary.stopped.items()):
        lines.append(f"{amount(count, 'reader')} {would}{state}")
    lines += [f"{would}paused: {one.source}: {one.reason}" for one in summary.paused]
    lines += [f"over a limit, but sent: {one.source}: {one.reason}" for one in summary.over]
    for name in ("refused", "unknown"):
        lines += [f"{name}: {one.source}: {one.reason}" for one in getattr(summary, name)]
    return lines
