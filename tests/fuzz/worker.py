"""A child process that reads issues within limits and tells what it did wrong.

It takes pickled cases from its standard input and writes lists of findings to its standard output.
Every file opened, every folder listed and every connection is seen by an audit hook. A case that
takes too much time kills it; the parent then knows why.
"""

from __future__ import annotations

import os
import pickle
import resource
import shutil
import struct
import sys
import tempfile
import traceback
from pathlib import Path
from typing import IO, Any

SECONDS = 16
MEGABYTES = 1536
_WATCHED = ("open", "os.listdir", "os.scandir", "os.chdir")
_ACTS = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.spawn", "os.remove",
    "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "shutil.",
    "ctypes.dl", "webbrowser.", "urllib.", "ftplib.", "http.", "smtplib.",
)  # fmt: skip


class Watch:
    """What a reading opened that is not its own."""

    def __init__(self, styles: Path) -> None:
        self.root: Path | None = None
        self.seen: list[str] = []
        self.own = tuple(
            str(Path(path).resolve())
            for path in {*sys.path, str(styles), sys.prefix, sys.base_prefix, sys.exec_prefix}
            if path
        )
        sys.addaudithook(self)

    def __call__(self, event: str, values: tuple[Any, ...]) -> None:
        if self.root is None:
            return
        root, self.root = self.root, None
        try:
            if event in _WATCHED:
                self._file(event, values, root)
            elif event.startswith(_ACTS):
                self.seen.append(f"outside: {event} {values!r:.100}")
        finally:
            self.root = root

    def _file(self, event: str, values: tuple[Any, ...], root: Path) -> None:
        if not isinstance(values[0], (str, bytes, os.PathLike)):
            return
        path = os.path.realpath(os.fsdecode(values[0]))
        inside = path == str(root) or path.startswith(f"{root}{os.sep}")
        if event == "open":
            mode, flags = str(values[1] or ""), int(values[2] or 0)
            if set("wax+") & set(mode) or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.seen.append(f"outside: {path} is opened to be written")
        if not inside and not path.startswith((*self.own, "/dev/null", "/dev/urandom")):
            self.seen.append(f"outside: {event} {path}")


def evaluate(case: Any, watch: Watch) -> list[str]:
    """All findings of one case."""
    from tests.fuzz.oracle import judge

    folder = Path(tempfile.mkdtemp(prefix="bulletin-fuzz-")).resolve()
    try:
        issue = case.write(folder)
        root = folder / "publication"
        watch.seen, watch.root = [], root
        try:
            read, bodies = _press(issue)
        except BaseException as error:
            watch.root = None
            return [*dict.fromkeys(watch.seen), _raised(error)]
        finally:
            watch.root = None
        found = [*dict.fromkeys(watch.seen), *judge(case, read, root, bodies)]
        if hash(case.name) % 4 == 0:
            again, _ = _press(issue)
            if again.problems != read.problems:
                found.append("unstable: a second reading finds other problems")
            if again.issue.document.pformat() != read.issue.document.pformat():
                found.append("unstable: a second reading gives another tree")
        return found
    finally:
        shutil.rmtree(folder)


def _press(issue: Path) -> tuple[Any, list[Any]]:
    """The issue as read, and its reading pages, parsed again as a reader's program would."""
    from lxml import etree

    from bulletin_press import press
    from bulletin_press.artwork import artwork
    from bulletin_press.editions.epub import text
    from bulletin_press.problems import errors

    read = press.read(issue)
    paths = {uri: f"images/{number}" for number, uri in enumerate(artwork(read.issue, 300))}
    pages, _ = text.pages(read.issue, paths, bool(errors(read.problems)))
    return read, [etree.fromstring(etree.tostring(page.body)) for page in pages]


def _raised(error: BaseException) -> str:
    where = [
        f"{Path(frame.filename).name}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "bulletin_press" in frame.filename
    ]
    kind = "memory" if isinstance(error, MemoryError) else "exception"
    at = where[-1] if where else "?"
    return f"{kind}: {type(error).__name__} in {at}: {str(error)[:200]}"


def receive(stream: IO[bytes]) -> Any:
    """The next message of a stream, None at its end."""
    head = stream.read(4)
    return pickle.loads(stream.read(struct.unpack("<I", head)[0])) if len(head) == 4 else None


def send(stream: IO[bytes], message: Any) -> None:
    """Write a message to a stream."""
    data = pickle.dumps(message)
    stream.write(struct.pack("<I", len(data)) + data)
    stream.flush()


def main() -> None:
    """Evaluate cases until there are no more."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    from bulletin_press import press
    from bulletin_press.editions import epub  # noqa: F401

    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    watch = Watch(Path(press.__file__).parents[2] / "styles")
    while (case := receive(sys.stdin.buffer)) is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(usage.ru_utime + usage.ru_stime) + SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        send(out, evaluate(case, watch))


if __name__ == "__main__":
    main()
