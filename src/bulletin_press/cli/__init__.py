"""The command line: verbs, options, printing and exit statuses; all else is asked of the press."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from typing import Any

import click

from bulletin_press import __version__
from bulletin_press.cli import (
    archive,
    doctor,
    issues,
    ledger,
    previewing,
    returns,
    sending,
    serving,
    status,
    steering,
    subscribers,
)
from bulletin_press.cli.output import EDITION, EPILOG

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _Program(click.Group):
    def main(self, *given: Any, **more: Any) -> Any:
        """Run; where there is no room for the output, say so."""
        try:
            return super().main(*given, **more)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still to be written
            click.echo(f"the output cannot be written: {error.strerror}", err=True)
            sys.exit(EDITION)


@click.group(cls=_Program, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bulletin-press")
def main() -> None:
    """Turn one issue of a bulletin, written in reStructuredText, into its editions."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


for command in (
    issues.build,
    issues.offprint,
    issues.check,
    issues.show,
    previewing.serve,
    archive.site,
    archive.publish,
    subscribers.subscribers,
    sending.plan,
    sending.send,
    sending.resend,
    sending.erratum,
    status.status,
    steering.pause,
    steering.resume,
    steering.cancel,
    steering.doubts,
    ledger.ledger,
    returns.bounces,
    doctor.doctor,
    serving.signup,
):
    main.add_command(command)
