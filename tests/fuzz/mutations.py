"""Real sources, crippled: what happens to a text on its way from an author to the press."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.fuzz.case import Block, Case
from tests.fuzz.grammar import picture

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```rst(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SOURCES = (".rst", ".txt", ".csv")
_MASTHEAD = "My Bulletin\n===========\n\n:Date: 2026-03-31\n"
_CONTROLS = (0, 1, 8, 0x0B, 0x0C, 0x1B, 0x1F, 0x7F, 0x85, 0x9F, 0xFFFE, 0xFFFF)
_INVISIBLE = (
    0xA0, 0xAD, 0x301, 0x200B, 0x200E, 0x2028, 0x2029, 0x202E, 0x202F, 0x2066, 0xFEFF, 0x1F600,
    0xE0001,
)  # fmt: skip
_FRAGMENTS = tuple(
    r"""
    * ** ` `` | _ __ [#]_ [*]_ [1]_ [#x]_ [Smith]_ |x| x_ x__ `x`_ `x<y>`_ :x:`y` :sub:` :: >>>
    --- ==== ~~~~ +---+ ===== -- ... .. .._x: ..__: __ -h /x ``` # ## ![x](y) &nbsp; <b> <script>
    <!-- --> ]]> {{x}} %s {0} \ \\ \x \u0000 a) (i) IV. #. 1) 0. ½ ٣ 99999999999999999999 -1 1e999
    0x110000 U+D800 U+0001 NaN 1/0 ~ . ../outside.txt ../../../outside.txt /etc/passwd //x.y/z
    file:///etc/passwd http://127.0.0.1/x <javascript:alert(1)> `x<javascript:alert(1)>`_
    `x<data:text/html,x>`__
    """.split()
) + tuple(map(chr, (*_CONTROLS, *_INVISIBLE)))


def _names() -> dict[str, list[str]]:
    """The directives, roles, fields and options of which the documentation speaks."""
    text = "".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    found = {
        "directives": re.findall(r"\.\. (?:\|\w+\| )?([a-z][\w-]+)::", text),
        "roles": re.findall(r":([a-z][\w-]*):`", text),
        "fields": re.findall(r"^:([A-Z]\w+):", text, re.MULTILINE),
        "options": re.findall(r"^ +:([a-z][\w-]*):", text, re.MULTILINE),
    }
    return {kind: sorted(set(names)) for kind, names in found.items()}


NAMES = _names()


def corpus() -> list[dict[str, bytes]]:
    """The issues to begin from: the sample, the documentation's examples, the tests' folders."""
    found = [_folder(path) for path in sorted((ROOT / "source").iterdir()) if path.is_dir()]
    for tests in ("problems", "clean"):
        for path in sorted((ROOT / "tests" / tests).glob("*/issue.rst")):
            found.append(_folder(path.parent))
    for page in ("writing", "problems"):
        text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
        for name, example in _FENCE.findall(text):
            whole = name == "issue.rst" or re.match(r".+\n=+\n", example)
            title = "" if whole else "A New Bridge\n============\n\n"
            files = {
                "issue.rst": _MASTHEAD,
                "01-new-bridge.rst": "A New Bridge\n============\n\nText.\n",
                "02-old-bridge.rst": "The Old Bridge\n====\n\nText.\n\nRepair\n------\n\nText.\n",
                "_terms.rst": ".. |town| replace:: Example Town\n",
                "data/trams.csv": "Line,2024,2025\nRed,10,12\nBlue,7,9\n",
            } | {name or "01-new-bridge.rst": title + example}
            found.append({key: value.encode() for key, value in files.items()})
            found[-1]["figures/bridge.png"] = picture("PNG")
    return found


def _folder(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("expected.txt", "bulletin.toml")
    }


def mutant(issues: list[dict[str, bytes]], seed: int) -> Case:
    """One of the issues with some of its text files mutated."""
    random = Random(seed)
    files = dict(random.choice(issues))
    texts = [name for name in files if name.endswith(_SOURCES)]
    mutated = random.choices(texts, k=random.choice((1, 1, 1, 2, 4)))
    other = random.choice(issues)
    spare = b"\n".join(data for name, data in other.items() if name.endswith(".rst"))
    for name in mutated:
        for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
            files[name] = random.choice(_WAYS)(random, files[name], spare)
    return Case(
        f"mutant-{seed}",
        {
            name: [
                Block(line)
                for line in data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
            ]
            for name, data in files.items()
            if name.endswith(_SOURCES)
        },
        {name: data for name, data in files.items() if not name.endswith(_SOURCES)},
    )


def fragment(random: Random) -> str:
    """A piece of hostile text, or of markup in the wrong place."""
    directive, role, option = (
        random.choice(NAMES[kind]) for kind in ("directives", "roles", "options")
    )
    value = random.choice(_FRAGMENTS)
    kind = random.randrange(9)
    if kind < 4:
        return value
    return (
        f":{role}:`{value}`",
        f"\n\n.. {directive}:: {random.choice(('', value))}\n\n",
        f"\n\n.. {directive}:: {value}\n   :{option}: {random.choice(_FRAGMENTS)}\n\n   Words.\n\n",
        f"\n:{random.choice(NAMES['fields'])}: {value}\n",
        f"\n   :{option}: {value}\n",
    )[kind - 4]


def _at(random: Random, data: bytes) -> int:
    return random.randrange(len(data) + 1)


def _flip(random: Random, data: bytes, spare: bytes) -> bytes:
    at = _at(random, data)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _splice(random: Random, data: bytes, spare: bytes) -> bytes:
    at = _at(random, data)
    return data[:at] + fragment(random).encode("utf-8", "surrogatepass") + data[at:]


def _splice_at_word(random: Random, data: bytes, spare: bytes) -> bytes:
    edges = [found.start() for found in re.finditer(rb"\b", data)] or [0]
    at = random.choice(edges)
    return data[:at] + fragment(random).encode("utf-8", "surrogatepass") + data[at:]


def _cut(random: Random, data: bytes, spare: bytes) -> bytes:
    at = _at(random, data)
    return data[:at] + data[at + random.choice((1, 1, 2, 10, 100, 1000)) :]


def _graft(random: Random, data: bytes, spare: bytes) -> bytes:
    at, other = _at(random, data), _at(random, spare)
    return data[:at] + spare[other : other + random.choice((10, 100, 1000))] + data[at:]


def _lines(change: Callable[[Random, list[bytes]], None]) -> Callable[..., bytes]:
    def way(random: Random, data: bytes, spare: bytes) -> bytes:
        lines = data.split(b"\n")
        change(random, lines)
        return b"\n".join(lines)

    return way


def _swap(random: Random, lines: list[bytes]) -> None:
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _delete(random: Random, lines: list[bytes]) -> None:
    at = random.randrange(len(lines))
    del lines[at : at + random.choice((1, 1, 1, 2, 5))]
    lines[:] = lines or [b""]


def _repeat(random: Random, lines: list[bytes]) -> None:
    at = random.randrange(len(lines))
    piece = lines[at : at + random.choice((1, 1, 2, 10))]
    lines[at:at] = piece * random.choice((1, 1, 2, 50))


def _shift(random: Random, lines: list[bytes]) -> None:
    at = random.randrange(len(lines))
    by = random.choice((-4, -3, -2, -1, 1, 2, 3, 4, 8))
    for number in range(at, min(at + random.choice((1, 1, 2, 5, 20)), len(lines))):
        line = lines[number]
        lines[number] = b" " * by + line if by > 0 else line.removeprefix(b" " * -by)


def _blank(random: Random, lines: list[bytes]) -> None:
    lines.insert(random.randrange(len(lines) + 1), random.choice((b"", b"  ", b"\t")))


def _unblank(random: Random, lines: list[bytes]) -> None:
    blank = [number for number, line in enumerate(lines) if not line.strip()]
    if blank:
        del lines[random.choice(blank)]


def _join(random: Random, lines: list[bytes]) -> None:
    at = random.randrange(len(lines))
    lines[at : at + 2] = [b" ".join(lines[at : at + 2])]


def _swap_signs(random: Random, data: bytes, spare: bytes) -> bytes:
    old, new = random.choice(
        ((b" ", b"\xc2\xa0"), (b"\n", b"\r"), (b"\n", b"\r\n"), (b"   ", b"\t"), (b"*", b"**"),
         (b"::", b":"), (b":", b"::"), (b"`", b"``"), (b".. ", b".."), (b"-", b"\xe2\x80\x93"))
    )  # fmt: skip
    places = [found.start() for found in re.finditer(re.escape(old), data)]
    if not places:
        return data
    if random.random() < 0.2:
        return data.replace(old, new)
    at = random.choice(places)
    return data[:at] + new + data[at + len(old) :]


_WAYS = (
    _flip, _splice, _splice, _splice_at_word, _splice_at_word, _cut, _graft, _swap_signs,
    *map(_lines, (_swap, _delete, _repeat, _shift, _shift, _blank, _unblank, _join)),
)  # fmt: skip
