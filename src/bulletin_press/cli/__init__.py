"""The command line: verbs, options, printing and exit statuses; all else is asked of the press."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from importlib import import_module
from typing import Any

import click

from bulletin_press import __version__
from bulletin_press.cli.output import EDITION, EPILOG

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Each verb is a command of its name in the module named here, which only its use loads.
_VERBS = {
    "build": "issues",
    "offprint": "issues",
    "check": "issues",
    "show": "issues",
    "serve": "previewing",
    "site": "archive",
    "publish": "archive",
    "subscribers": "subscribers",
    "plan": "sending",
    "send": "sending",
    "resend": "sending",
    "erratum": "sending",
    "status": "status",
    "pause": "steering",
    "resume": "steering",
    "cancel": "steering",
    "doubts": "steering",
    "ledger": "ledger",
    "bounces": "returns",
    "doctor": "doctor",
    "signup": "serving",
}


class _Program(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order in which help shows them."""
        return sorted(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of a name, None if there is none: then all are loaded, to be suggested."""
        for name in (cmd_name,) if cmd_name in _VERBS else _VERBS:
            if name not in self.commands:
                module = import_module(f"{__name__}.{_VERBS[name]}")
                self.add_command(getattr(module, name), name)
        return super().get_command(ctx, cmd_name)

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
