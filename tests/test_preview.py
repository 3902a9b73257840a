"""The preview's server: who gets an answer, which pictures, and how it begins and ends."""

from __future__ import annotations

import asyncio
import io
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image
from starlette.testclient import TestClient

from bulletin_press import cli
from bulletin_press.cli import previewing
from bulletin_press.preview import app, benches
from bulletin_press.preview.drawing import WIDTHS, Easel
from bulletin_press.preview.room import MOST, Room, View
from bulletin_press.preview.setting import Setter
from bulletin_press.preview.work import Order, Setting
from tests.preview_support import (
    LONGEST,
    MILL,
    alive,
    edit,
    eventually,
    serving,
    setting,
    tree,
    until,
    valley,
)

PORT = 8026
HERE = f"http://127.0.0.1:{PORT}"
SHOWN = setting("one", "three")
PAGE = SHOWN.pages[0].sha256


@pytest.fixture(scope="module")
def room() -> Room:
    return Room("2026-05")


@pytest.fixture(scope="module")
def client(room: Room) -> Iterator[TestClient]:
    easel = Easel()

    async def work() -> None:
        await easel.take(SHOWN.pdf, (page.sha256 for page in SHOWN.pages))
        room.show(SHOWN)

    with TestClient(app.application(room, easel, PORT, work), HERE) as opened:
        yield opened


# Who gets an answer ---------------------------------------------------------


@pytest.mark.parametrize("host", [f"localhost:{PORT}", f"127.0.0.1:{PORT}", f"[::1]:{PORT}"])
def test_this_machine_gets_an_answer_by_each_of_its_names(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{PORT}", "localhost", "127.0.0.1:1", f"127.0.0.1.evil:{PORT}",
     f"0.0.0.0:{PORT}", "", f"localhost:{PORT}@evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/events", "/issue.pdf", f"/pages/{PAGE}-900.png", "/x"])
def test_another_name_for_this_machine_gets_none(client: TestClient, host: str, path: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/events", "/script.js", "/x"])
def test_only_get_is_answered(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_in_the_browser_gets_none(client: TestClient, site: str) -> None:
    for mode, dest in (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
        assert client.get(f"/pages/{PAGE}-900.png", headers=headers).status_code == 403
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/style.css", "/faces/sans.ttf", "/missing", "/issue.pdf"])
def test_every_answer_bounds_what_a_page_may_do(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://evil.example"}).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert not [name for name in headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/__init__.py", "/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "/page/index.html",
     "//etc/passwd", "/%2fetc%2fpasswd", "/faces/../style.ttf", "/faces/other.ttf", "/pages/",
     "/pages/../../app.py", f"/pages/{PAGE}-901.png", f"/pages/{'0' * 64}-900.png",
     "/pages/..%2f..%2fwork-900.png", f"/pages/{PAGE}-{'9' * 400}.png", "/index.html/", "/%00"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_the_page_has_no_style_or_script_of_its_own_and_names_no_other_place(
    client: TestClient,
) -> None:
    html = client.get("/").text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*src=)", html)
    for path in ("/", "/script.js", "/style.css"):
        assert not re.search(r"https?://", client.get(path).text)
    for path in re.findall(r'(?:href|src)="(/[^"]*)"', html):
        assert client.get(path).status_code == 200, path


# Pictures ---------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_a_picture_of_that_width_which_may_be_kept(
    client: TestClient, width: int
) -> None:
    answer = client.get(f"/pages/{PAGE}-{width}.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    document = pypdfium2.PdfDocument(SHOWN.pdf)
    drawn = document[0].render(scale=width / 300).to_pil()
    document.close()
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (width, width * 4 // 3)
        assert picture.tobytes() == drawn.tobytes()
        assert picture.getextrema() != ((255, 255),) * 3


def test_a_page_that_will_be_asked_for_is_drawn_beforehand_as_wide_as_the_last() -> None:
    async def check() -> set[tuple[str, int]]:
        easel = Easel()
        first, second = (page.sha256 for page in SHOWN.pages)
        await easel.take(SHOWN.pdf, (first, second))
        easel.begin(first)
        await easel.draw(first, 1800)
        easel.begin(second)
        await easel.draw(first, 1800)
        drawn = set(easel._drawn)
        easel.close()
        return drawn

    assert asyncio.run(check()) == {(page.sha256, 1800) for page in SHOWN.pages}


def test_the_pdf_is_the_one_that_is_shown(client: TestClient) -> None:
    answer = client.get("/issue.pdf")
    assert (answer.content, answer.headers["Content-Type"]) == (SHOWN.pdf, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_pdf_is_named_after_the_issue_in_any_letters() -> None:
    easel, room = Easel(), Room('ş "1"')

    async def work() -> None:
        room.show(SHOWN)

    with TestClient(app.application(room, easel, PORT, work), HERE) as opened:
        answer = opened.get("/issue.pdf")
    said = answer.headers["Content-Disposition"]
    assert said == "inline; filename*=UTF-8''%C5%9F%20%221%22.pdf"


def test_an_easel_keeps_the_newest_printing_and_the_one_before() -> None:
    async def check() -> list[bool]:
        easel = Easel()
        for number in range(4):
            made = setting("a" * (number + 1), "shared")
            await easel.take(made.pdf, (page.sha256 for page in made.pages))
            first = await easel.draw(made.pages[0].sha256, 900)
            assert first == await easel.draw(made.pages[0].sha256, 900)
        names = [setting("a" * (number + 1)).pages[0].sha256 for number in range(4)]
        found = [await easel.draw(name, 900) is not None for name in names]
        assert len(easel._drawn) == 2
        easel.close()
        return found

    assert asyncio.run(check()) == [False, False, True, True]


# The room ---------------------------------------------------------------------


def test_who_looks_is_told_of_the_newest_view_at_once_and_of_nothing_in_between() -> None:
    async def check() -> list[int]:
        room = Room("2026-05")
        views = room.views(LONGEST)
        numbers = [_number(await anext(views))]
        for _ in range(5):
            room.begin()
        numbers.append(_number(await anext(views)))
        waiting = asyncio.ensure_future(anext(views))
        await asyncio.sleep(0)
        assert not waiting.done()
        room.show(setting("one"))
        numbers.append(_number(await waiting))
        assert room.looking == 1
        room.close()
        with pytest.raises(StopAsyncIteration):
            await anext(views)
        assert room.looking == 0
        return numbers

    assert asyncio.run(check()) == [0, 5, 6]


def _number(view: View | None) -> int:
    assert view
    return view.number


def test_a_quiet_room_gives_a_sign_of_life() -> None:
    async def check() -> None:
        views = Room("2026-05").views(0.001)
        assert await anext(views) is not None
        assert await anext(views) is None
        await views.aclose()  # type: ignore[attr-defined]

    asyncio.run(check())


def test_the_last_good_pages_stay_while_the_text_is_broken() -> None:
    room = Room("2026-05")
    room.show(Setting(fault="Traceback"))
    assert (room.view.stale, room.view.fault) == (False, "Traceback")
    room.show(setting("one"))
    room.show(Setting("Other title"))
    assert (room.view.stale, room.view.title) == (True, "Other title")
    assert room.view.pages == setting("one").pages
    room.show(setting("two"), proved=False)
    assert (room.view.stale, room.view.fault, room.view.proved) == (False, "", False)


def test_no_more_windows_are_served_than_there_is_room_for() -> None:
    async def check() -> bool:
        room = Room("2026-05")
        views = [room.views(LONGEST) for _ in range(MOST)]
        for one in views:
            assert not room.full
            await anext(one)
        full = room.full
        for one in views:
            await one.aclose()  # type: ignore[attr-defined]
        return full and not room.full

    assert asyncio.run(check())


# The process that sets ----------------------------------------------------------


def test_all_that_is_wrong_is_told_and_nothing_raised(tmp_path: Path) -> None:
    issue = valley(tmp_path)
    with Setter() as setter:
        edit(issue / MILL, "Mill\n", "The Mill at the River\n")
        [wrong] = setter.set(Order(issue)).problems
        assert (wrong.code, wrong.where.path) == ("S104", f"source/2026-05/{MILL}")
        (tmp_path / "bulletin.toml").write_text("[design", "utf-8")
        assert [one.code for one in setter.set(Order(issue)).problems] == ["C101"]
        assert [one.code for one in setter.set(Order(tmp_path / "gone")).problems] == ["S115"]


def test_files_in_an_older_encoding_are_read_by_its_name(tmp_path: Path) -> None:
    issue = valley(tmp_path)
    (issue / MILL).write_bytes("Mühle\n=====\n\nText.\n".encode("windows-1252"))
    with Setter() as setter:
        assert [one.code for one in setter.set(Order(issue)).problems] == ["S101"]
        assert setter.set(Order(issue, "windows-1252")).pages


def test_a_failure_of_the_press_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the ink is out")

    monkeypatch.setattr("bulletin_press.press.read", fail)
    with Setter() as setter:
        assert "the ink is out" in setter.set(Order(valley(tmp_path))).fault


def test_a_bench_that_dies_is_told_and_a_new_one_answers(tmp_path: Path) -> None:
    async def check() -> None:
        bench = benches.Bench()
        broken = Order(tmp_path / "gone")
        assert (await bench.ask(broken)).problems
        assert bench._process
        bench._process.kill()
        await bench._process.wait()
        with pytest.raises(benches.BenchError, match="-9"):
            await bench.ask(broken)
        assert (await bench.ask(broken)).problems
        child = bench._process.pid
        await bench.close()
        assert not alive(child)

    asyncio.run(check())


# The command ----------------------------------------------------------------------


def test_a_port_that_is_taken_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valley(tmp_path)
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(cli.main, ["serve", "--no-open", "--port", port])
    assert (done.exit_code, done.stdout) == (6, "")
    assert f"error E140: cannot listen on 127.0.0.1, port {port}" in done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org"])
def test_no_other_address_is_listened_on(host: str) -> None:
    done = CliRunner().invoke(cli.main, ["serve", "--host", host])
    assert done.exit_code == 2


def test_an_issue_that_is_not_there_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valley(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli.main, ["serve", "--no-open", "2026-06"])
    assert done.exit_code == 4
    assert "C103" in done.stderr


@pytest.mark.parametrize(("desktop", "options", "opened"), [
    (True, [], 1), (True, ["--no-open"], 0), (False, [], 0),
])  # fmt: skip
def test_the_browser_is_opened_where_somebody_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desktop: bool, options: list[str], opened: int
) -> None:
    asked: Queue[str] = Queue()
    monkeypatch.setattr("webbrowser.open", asked.put)
    monkeypatch.setattr(previewing, "_has_desktop", lambda: desktop)
    monkeypatch.setattr(previewing, "_run", lambda *_: None)
    done = CliRunner().invoke(cli.main, ["serve", "--port", "0", *options, str(valley(tmp_path))])
    assert done.exit_code == 0
    assert [asked.get(timeout=LONGEST) for _ in range(opened)] == [done.stdout.strip()] * opened
    assert asked.empty()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped_and_leaves_no_process(tmp_path: Path, number: int) -> None:
    valley(tmp_path)
    with serving(tmp_path) as served:
        views = served.views()
        shown = until(views, lambda view: view["pages"])
        assert shown["title"] == "Valley Notes"
        edit(tmp_path / "source/2026-05" / MILL, "Text.", "More text.")
        until(views, lambda view: view["busy"])
        children = tree(served.process.pid)
        assert len(children) > 1
        assert served.stop(number) == 0
        assert not [one for one in children if alive(one)]
        assert [view for view in views if not view["busy"]] == []


def test_a_server_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    valley(tmp_path)
    with serving(tmp_path) as served:
        views = served.views()
        until(views, lambda view: view["pages"])
        children = tree(served.process.pid)[1:]
        assert children
        served.stop(signal.SIGKILL)
        eventually(lambda: not any(map(alive, children)))


@pytest.mark.parametrize("module", ["bulletin_press.cli.previewing", "bulletin_press.preview.app",
                                    "bulletin_press.preview.rounds"])  # fmt: skip
def test_the_server_loads_nothing_that_lays_out(module: str) -> None:
    check = f"import sys, {module}; sys.exit(bool({{'weasyprint', 'pikepdf'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_process_that_asks_for_layouts_loads_no_engine(tmp_path: Path) -> None:
    check = (
        "import sys, pathlib; from bulletin_press.preview import setting, work;"
        "made = setting.Setter().set(work.Order(pathlib.Path(sys.argv[1])));"
        "sys.exit(not made.pages or 'weasyprint' in sys.modules)"
    )
    command = [sys.executable, "-c", check, str(valley(tmp_path))]
    assert subprocess.run(command, check=False).returncode == 0
