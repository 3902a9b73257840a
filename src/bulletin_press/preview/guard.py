"""What keeps other pages in the browser from the preview: hosts, origins, methods, headers."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bulletin_press import answers

HOSTS = ("localhost", "127.0.0.1", "[::1]")
_OWN = ("same-origin", "none")  # asked by the page itself, or typed as an address
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self';"
        " script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
}


class Guard:
    """An application that answers this machine's own requests alone, and only those by GET.

    A name of somebody else that leads to this machine (DNS rebinding) is refused with 421, another
    page's request with 403, another method with 405. For its answers see ``answers.Guarded``.
    ``port`` is where it listens.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{host}:{port}" for host in HOSTS} | (set(HOSTS) if port == 80 else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await answers.Guarded(refusal or self._app, _HEADERS)(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [headers.get("host")] or headers["host"] not in self._hosts:
            return PlainTextResponse("This is no address of the preview.\n", 421)
        if headers.get("sec-fetch-site", "none") not in _OWN and not _arrives(headers):
            return PlainTextResponse("Another page may not ask the preview.\n", 403)
        if scope["method"] != "GET":
            return PlainTextResponse("Only GET is answered.\n", 405, {"Allow": "GET"})
        return None


def _arrives(headers: Headers) -> bool:
    """Whether somebody follows a link to the preview, which opens it as a page of its own."""
    return headers.get("sec-fetch-mode") == "navigate" and (
        headers.get("sec-fetch-dest") == "document"
    )
