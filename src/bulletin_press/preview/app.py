"""The preview as an ASGI application: the page, its pictures, and news by server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bulletin_press import fonts
from bulletin_press.preview.drawing import WIDTHS, Easel
from bulletin_press.preview.guard import Guard
from bulletin_press.preview.room import Room

HEARTBEAT = 15.0  # seconds, after which a browser is told that nothing has changed
RETRY = 500  # milliseconds, after which a browser asks again when the server is away
_KINDS = {
    "index.html": "text/html",
    "icon.svg": "image/svg+xml",
    "script.js": "text/javascript",
    "style.css": "text/css",
}
_FACES = {
    "sans": fonts.PRIMARY[6],
    "sans-bold": fonts.SANS_BOLD_FACE,
    "display": fonts.DISPLAY_FACE,
    "code": fonts.PRIMARY[9],
}
_LETTERS = frozenset({*range(0x20, 0x530), *range(0x2010, 0x2040), 0x20AC, 0x2190, 0x2192})
_FOR_GOOD = {"Cache-Control": "private, max-age=86400, immutable"}


def application(
    room: Room,
    easel: Easel,
    port: int,
    work: Callable[[], Awaitable[None]],
    heartbeat: float = HEARTBEAT,
) -> ASGIApp:
    """The application that shows ``room`` with the pictures of ``easel`` and listens on ``port``.

    ``work`` runs while it does, and is cancelled at its end.
    """
    site = _Site(room, easel, heartbeat)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        working = asyncio.ensure_future(work())
        try:
            yield
        finally:
            room.close()
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            easel.close()

    app = Starlette(
        routes=[
            Route("/", site.index),
            Route("/events", site.events),
            Route("/issue.pdf", site.pdf),
            Route("/faces/{name:str}.ttf", site.face),
            Route("/pages/{name:str}-{width:int}.png", site.page),
            Route("/{name:str}", site.file),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return Guard(app, port)


@cache
def _file(name: str) -> bytes:
    return files(__package__).joinpath("page", name).read_bytes()


@cache
def _face(name: str) -> bytes:
    return _FACES[name].subset(_LETTERS & _FACES[name].characters())


class _Site:
    def __init__(self, room: Room, easel: Easel, heartbeat: float) -> None:
        self._room, self._easel, self._heartbeat = room, easel, heartbeat

    async def index(self, _: Request) -> Response:
        return Response(_file("index.html"), media_type=_KINDS["index.html"])

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _KINDS:
            return _missing()
        return Response(_file(name), media_type=_KINDS[name])

    async def face(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FACES:
            return _missing()
        made = await asyncio.to_thread(_face, name)
        return Response(made, media_type="font/ttf", headers=_FOR_GOOD)

    async def page(self, request: Request) -> Response:
        name, width = request.path_params["name"], request.path_params["width"]
        made = await self._easel.draw(name, width) if width in WIDTHS else None
        if made is None:
            return _missing()
        return Response(made, media_type="image/png", headers=_FOR_GOOD)

    async def pdf(self, _: Request) -> Response:
        if not self._room.pdf:
            return _missing()
        name = quote(f"{self._room.view.issue}.pdf", safe="")
        headers = {"Content-Disposition": f"inline; filename*=UTF-8''{name}"}  # RFC 8187
        return Response(self._room.pdf, media_type="application/pdf", headers=headers)

    async def events(self, _: Request) -> Response:
        if self._room.full:
            return PlainTextResponse("Too many windows look at the preview.\n", 503)
        return StreamingResponse(self._news(), media_type="text/event-stream")

    async def _news(self) -> AsyncIterator[str]:
        yield f"retry: {RETRY}\n\n"
        async for view in self._room.views(self._heartbeat):
            if view is None:
                yield ": nothing new\n\n"
            else:
                yield f"id: {view.number}\ndata: {json.dumps(view.as_dict())}\n\n"


def _missing() -> Response:
    return PlainTextResponse("There is nothing here.\n", 404)
