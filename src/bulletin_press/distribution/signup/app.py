"""The sign-up server as an ASGI application: which request leads to which page and change.

GET, HEAD and OPTIONS change nothing: mail scanners follow every link. No address to go to is taken
from a request, and links in mails come from the configuration alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bulletin_press import answers, styles
from bulletin_press.config import Publication
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.keys import Keys
from bulletin_press.distribution.signup import layout, pages, protection
from bulletin_press.distribution.signup.desk import Answer, Desk
from bulletin_press.distribution.signup.fields import submitted
from bulletin_press.distribution.signup.layout import View
from bulletin_press.distribution.signup.mails import Mail
from bulletin_press.distribution.signup.settings import Settings
from bulletin_press.distribution.signup.wording import choose

LOOPBACK = ("127.0.0.1", "::1")
_LOG = logging.getLogger(__name__)
_MAILS = ThreadPoolExecutor(4, thread_name_prefix="mail")
_REFUSALS = {
    404: ("missing", ""),
    429: ("throttled", "throttled_text"),
    500: ("failed", "down_text"),
    503: ("failed", "down_text"),
}


def application(
    publication: Publication,
    database: Database,
    keys: Keys,
    mail: Mail,
    *,
    proxies: Sequence[str] = LOOPBACK,
    body_seconds: float = 15,
) -> ASGIApp:
    """The application for a publication, whose mails ``mail`` sends.

    ``proxies`` are the addresses of the servers in front of it whose X-Forwarded-For is believed.
    A body that takes longer than ``body_seconds`` to arrive is refused.
    """
    sheet = styles.sheet(publication, layout.SHEET).text
    desk = Desk(publication, database, keys, mail)
    site = _Site(publication, desk, sheet, body_seconds)
    app = Starlette(
        routes=[
            Route("/", site.form, methods=["GET", "POST"]),
            Route(f"/{layout.SHEET}", site.sheet),
            Route("/confirm/{token:anything}", site.confirm, methods=["GET", "POST"]),
            Route("/unsubscribe/{token:anything}", site.unsubscribe, methods=["GET", "POST"]),
            Route("/preferences/{token:anything}", site.preferences, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(_Below, urlsplit(publication.delivery.signup_url).path)],
        exception_handlers={
            HTTPException: site.refuse,
            SQLAlchemyError: site.down,
            Exception: site.broken,
        },
    )
    app.router.redirect_slashes = False
    guarded: Any = answers.Guarded(app, protection.HEADERS)
    return cast(ASGIApp, ProxyHeadersMiddleware(guarded, trusted_hosts=list(proxies)))


class _Anything(Convertor[str]):
    """The rest of a path, whatever it is: what is no token gets the answer of one that is not."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())


class _Below:
    """Takes the path of signup-url off a request's path where the proxy has left it there."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self.base = base.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if self.base and f"{path}/".startswith(f"{self.base}/"):
            scope = {**scope, "path": path[len(self.base) :] or "/"}
        await self.app(scope, receive, send)


class _Site:
    def __init__(
        self, publication: Publication, desk: Desk, sheet: str, body_seconds: float
    ) -> None:
        self.publication = publication
        self.desk = desk
        self.settings = Settings(desk)
        self.css = sheet
        self.body_seconds = body_seconds

    async def sheet(self, request: Request) -> Response:
        headers = {"Cache-Control": "public, max-age=3600"}
        return Response(self.css, media_type="text/css", headers=headers)

    async def form(self, request: Request) -> Response:
        view = self._view(request)
        if request.method != "POST":
            return _page(await run_in_threadpool(self.desk.form, view))
        given = await submitted(request, self.body_seconds)
        origin = protection.origin(self.desk.keys, request.client)
        return _page(await run_in_threadpool(self.desk.subscribe, view, given, origin))

    async def confirm(self, request: Request) -> Response:
        return await self._personal(request, self.desk.show_confirm, self.desk.confirm)

    async def unsubscribe(self, request: Request) -> Response:
        return await self._personal(request, self.desk.show_leave, self.desk.leave)

    async def preferences(self, request: Request) -> Response:
        return await self._personal(request, self.settings.show, self.settings.change)

    async def _personal(
        self,
        request: Request,
        show: Callable[[Callable[[str], View], str], Answer],
        act: Callable[[Callable[[str], View], str, Mapping[str, str]], Answer],
    ) -> Response:
        """Answer a request for a page with a token: ``show`` changes nothing, ``act`` may."""
        token = request.path_params["token"]

        def view(language: str) -> View:
            return self._view(request, language)

        if request.method != "POST":
            return _page(await run_in_threadpool(show, view, token))
        given = await submitted(request, self.body_seconds)
        return _page(await run_in_threadpool(act, view, token, given))

    def _view(self, request: Request, known: str = "") -> View:
        asked = request.query_params.get("lang", "")
        accepted = request.headers.get("Accept-Language", "")
        words = choose(asked, known, accepted, self.publication.language)
        return View(self.publication, words, asked == words.language)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """A page for a request that has no other answer."""
        assert isinstance(error, HTTPException)
        if request.method == "OPTIONS" and error.status_code == 405:
            return Response(status_code=204, headers=error.headers)
        return self._refusal(request, error.status_code, error.headers)

    async def down(self, request: Request, error: Exception) -> Response:
        """A page for a time in which the database cannot be used."""
        _LOG.error("the database cannot be used: %s", type(getattr(error, "orig", error)).__name__)
        return self._refusal(request, 503, {"Retry-After": "120"})

    async def broken(self, request: Request, error: Exception) -> Response:
        """A page for a fault of the program."""
        return self._refusal(request, 500, None)

    def _refusal(
        self, request: Request, status: int, headers: Mapping[str, str] | None
    ) -> Response:
        heading, text = _REFUSALS.get(status, ("failed", "failed_text"))
        content = pages.refused(self._view(request), heading, text)
        return Response(content, status, headers, "text/html")


def _page(answer: Answer) -> Response:
    task = BackgroundTask(_afterwards, answer.afterwards) if answer.afterwards else None
    headers = {"Vary": "Accept-Language"}
    if answer.status == 429:
        headers["Retry-After"] = "3600"
    return Response(answer.page, answer.status, headers, "text/html", task)


async def _afterwards(task: Callable[[], object]) -> None:
    """Run a task whose reader has got an answer; what fails is named in the log, never whom.

    A slow relay holds up few threads, so that pages are still served.
    """
    try:
        await asyncio.get_running_loop().run_in_executor(_MAILS, task)
    except Exception as error:
        _LOG.error("a mail to a reader was not sent: %s", type(error).__name__)
