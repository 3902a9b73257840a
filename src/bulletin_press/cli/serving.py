"""The verb that serves the readers' web pages: signup."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from pathlib import Path

import click

from bulletin_press import report
from bulletin_press.cli import office
from bulletin_press.cli.listening import listening
from bulletin_press.cli.output import EPILOG
from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.problems import Location, Problem, ProblemsError, errors, problem

_NEEDED = {"from": "sender", "relay": "relay", "signup-url": "signup_url"}
_MOST_AT_ONCE = 200
_LONGEST_HEAD = 16 * 1024


def _addresses(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    for one in given:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            message = f"“{one}” is no IP address, such as 10.0.0.7, and no network of them"
            raise click.BadParameter(message, context, option) from error
    return given


@click.command(epilog=EPILOG)
@click.option("--host", default="127.0.0.1", help="The address to listen on. [127.0.0.1]")
@click.option("--port", default=8025, type=click.IntRange(0, 65535), help="The port. [8025]")
@click.option(
    "--proxy", "proxies", multiple=True, metavar="ADDRESS", callback=_addresses,
    help="A server in front whose X-Forwarded-For is believed; may be repeated. [this machine]",
)  # fmt: skip
def signup(host: str, port: int, proxies: tuple[str, ...]) -> None:
    """Serve the web pages by which readers subscribe, change and leave, until it is stopped.

    It listens on this machine alone: put a web server in front of it that speaks https.
    """
    with office.problems_printed():
        publication = office.publication_here()
        problems = _problems(publication)
        if errors(problems):
            raise ProblemsError(problems)
        for text in filter(None, [report.people(office.findings(problems), Path.cwd())]):
            click.echo(text, err=True)
    with (
        office.opened() as (publication, database, keys),
        listening(host, port, "signup", "D503") as listener,
    ):
        import uvicorn

        from bulletin_press.distribution.signup import app, posting

        mail = posting.relayed(publication, database.clock)
        application = app.application(
            publication, database, keys, mail, proxies=proxies or app.LOOPBACK
        )
        configured = uvicorn.Config(
            application,
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            http="h11",
            h11_max_incomplete_event_size=_LONGEST_HEAD,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=30,
        )
        place, number = listener.getsockname()[:2]
        shown = f"[{place}]" if ":" in place else place
        click.echo(f"http://{shown}:{number}/ serves {publication.delivery.signup_url}")
        with suppress(KeyboardInterrupt, SystemExit):
            uvicorn.Server(configured).run(sockets=[listener])


def _problems(publication: Publication) -> list[Problem]:
    where, delivery = Location(CONFIGURATION_FILE), publication.delivery
    found = [
        problem("D501", f"[delivery] “{key}” is missing", where)
        for key, name in _NEEDED.items()
        if not getattr(delivery, name)
    ]
    if delivery.signup_url.startswith("http:"):
        found.append(problem("D502", f"{delivery.signup_url} is without https", where))
    return found
