"""The verb that shows an issue in the browser while it is written: serve."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

import click

from bulletin_press import folders
from bulletin_press.cli.listening import listening
from bulletin_press.cli.output import ENCODING, EPILOG, findings_of, finish
from bulletin_press.problems import ProblemsError

HOSTS = ("127.0.0.1", "::1")
PORT = 8026
_MOST_AT_ONCE = 200
_LAST_WORDS = 2  # seconds, at the end, for answers that are under way


@click.command(epilog=EPILOG)
@click.argument("issue", required=False)
@click.option(
    "--host", type=click.Choice(HOSTS), default=HOSTS[0],
    help="The address of this machine to listen on. [127.0.0.1]",
)  # fmt: skip
@click.option(
    "--port", default=PORT, type=click.IntRange(0, 65535),
    help=f"The port; 0 takes any that is free. [{PORT}]",
)  # fmt: skip
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@ENCODING
def serve(issue: str | None, host: str, port: int, no_open: bool, codec: str) -> None:
    """Show the pages of ISSUE in the browser, and again at each save, until it is stopped.

    Prints the address. Only this machine can reach it. Without ISSUE the newest one is shown.
    """
    folder = None
    try:
        folder = folders.locate(issue, Path.cwd())
        with listening(host, port, "serve", "E140") as listener:
            number = listener.getsockname()[1]
            address = f"http://{f'[{host}]' if ':' in host else host}:{number}/"
            click.echo(address)
            if not no_open and _has_desktop():
                threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
            with suppress(KeyboardInterrupt, SystemExit):
                _run(folder, codec, listener, number)
    except ProblemsError as error:
        finish(findings_of(error.problems, folder), (), "people", strict=False)


def _run(folder: Path, codec: str, listener: socket.socket, port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    import uvicorn

    from bulletin_press.preview import app
    from bulletin_press.preview.drawing import Easel
    from bulletin_press.preview.room import Room
    from bulletin_press.preview.rounds import Rounds

    room, easel = Room(folder.name), Easel()

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            room.close()  # else it would wait for those who look
            await super().shutdown(sockets)

    async def work() -> None:
        await Rounds(folder, codec, room, easel).run()

    configured = uvicorn.Config(
        app.application(room, easel, port, work),
        access_log=False,
        log_level="error",
        server_header=False,
        proxy_headers=False,
        http="h11",
        ws="none",
        lifespan="on",
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=_LAST_WORDS,
    )
    asyncio.run(Server(configured).serve([listener]))


def _has_desktop() -> bool:
    """Whether somebody sits at a terminal of a machine that shows windows."""
    if not sys.stdout.isatty():
        return False
    return sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
