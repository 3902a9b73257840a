"""Pieces that are wrong or meant to harm, of which the press must complain where they stand."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.fuzz.case import OUTSIDE, Block, Case

_OUTSIDE = (
    f"../../../{OUTSIDE}",
    f"figures/../../../../{OUTSIDE}",
    "/etc/hostname",
    "link.txt",
    "linked/" + OUTSIDE,
    "file:///etc/hostname",
    "http://127.0.0.1:9/x.txt",
    "//127.0.0.1/x",
    "no-such-file.txt",
)
_ADDRESSES = (
    "javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "vbscript:x",
    "file:///etc/hostname", "../x.html",
)  # fmt: skip
_CONTROLS = (*range(1, 9), 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x9F, 0xFDD0, 0xFFFE, 0xFFFF)
_BARE = (
    "figure", "image", "include", "list-table", "csv-table", "table", "topic", "sidebar",
    "admonition", "note", "warning", "rubric", "replace", "role", "unicode", "pull-quote",
    "epigraph", "compound", "container", "parsed-literal", "line-block", "raw", "date", "chart",
    "math", "class",
)  # fmt: skip
_LAX = frozenset({"line-block", "compound", "container", "class"})


def hostile(random: Random, counter: list[int], case: Case) -> Block:
    """A block with a fault; its ``error`` says whether one must be reported in it."""
    counter[0] += 1
    return random.choice(_FAULTS)(random, f"Qx{counter[0]}z", case)


def _path(random: Random, word: str, case: Case) -> Block:
    # from a folder below the issue's, .. leads elsewhere
    case.links["link.txt"] = "{outside}"
    case.links["linked"] = "{folder}"
    name = random.choice(_OUTSIDE)
    form = random.choice((
        ".. include:: {}\n\n",
        ".. include:: {}\n   :literal:\n\n",
        ".. csv-table::\n   :file: {}\n\n",
        ".. figure:: {}\n   :alt: x\n\n   A caption.\n\n",
        ".. image:: {}\n   :alt: x\n\n",
        ".. chart:: {}\n\n",
    ))  # fmt: skip
    return Block(form.format(name), error=True)


def _address(random: Random, word: str, case: Case) -> Block:
    address = random.choice(_ADDRESSES)
    return Block(f"A `{word} here <{address}>`__ and more.\n\n", error=True)


def _control(random: Random, word: str, case: Case) -> Block:
    sign = chr(random.choice(_CONTROLS))
    return Block(f"A {word} with {sign} in it.\n\n", error=True)


def _named(random: Random, word: str, case: Case) -> Block:
    form = random.choice((
        "See `{0} nowhere`_ there.\n\n", "The |{0}| is unknown.\n\n",
        "A :nosuchrole:`{0}` here.\n\n",
        ".. nosuchdirective:: {0}\n\n", "A note [#{0}]_ without text.\n\n",
        ":article:`nosucharticle`, {0}\n\n",
        "Of :langaaa:`{0} x` and :langbbb:`y` and :langccc:`z`.\n\n",
    ))  # fmt: skip
    return Block(form.format(word), error=True)


def _bare(random: Random, word: str, case: Case) -> Block:
    name = random.choice(_BARE)
    return Block(f".. {name}::\n\n", error=name not in _LAX)


def _option(random: Random, word: str, case: Case) -> Block:
    form = random.choice((
        ".. figure:: figures/a.png\n   :alt: x\n   :widht: 3\n\n   Caption {0}.\n\n",
        ".. figure:: figures/a.png\n   :alt: x\n   :place: margin\n\n   Caption {0}.\n\n",
        ".. list-table::\n   :header-rows: x\n\n   * - {0}\n\n",
        ".. list-table::\n\n   * - {0}\n     - b\n   * - c\n\n",
        '.. csv-table::\n\n   "{0}"x,y\n\n',
        "+---+\n| {0} |\n+---+\n\n",
    ))  # fmt: skip
    return Block(form.format(word), error=True)


def _formula(random: Random, word: str, case: Case) -> Block:
    tex = random.choice((
        r"\frac{a}", r"{a", r"a}", r"\nosuchcommand x", r"\def\x{\x\x}\x", r"\left( a", r"a^b^c",
        "\\", r"\begin{cases} 1", r"\href{javascript:alert(1)}{x}", r"\input{/etc/hostname}",
        r"\color{red} x", r"\rule{9999cm}{9999cm}", r"\sqrt", "{" * 400, r"\frac{1}{" * 60,
        "x_{" * 90 + "}" * 90,
    ))  # fmt: skip
    form = random.choice((":math:`{}` {}\n\n", ".. math::\n\n   {}\n\nAnd {}.\n\n"))
    return Block(form.format(tex, word), (), (word,))


_NUMBERS = (
    "a,b\n1,x\n", "a,b\n", "a\n1\n", "a,b\n1,1e999\n2,nan\n", "a,b\n1,-5\n2,3\n", ",,\n,,\n",
    "a,b\n1,2\n1,2,3\n", '"a,b\n', "a,b\n" + "1,2\n" * 300, "a,b\n1,1\n2,1\n", "a,b\n\n\n",
    "a" + ",b" * 50 + "\n1" + ",2" * 50 + "\n", "a,b\n1,99999999999999999999\n2,0.00000000001\n",
)  # fmt: skip


def _chart(random: Random, word: str, case: Case) -> Block:
    kind = random.choice(("bar", "line", "stacked", "pie"))
    table = "".join(f"   {row}\n" for row in random.choice(_NUMBERS).splitlines())
    text = f".. chart::\n   :kind: {kind}\n   :caption: {word}\n\n{table}\n"
    return Block(text, (), (word,))


def _unclosed(random: Random, word: str, case: Case) -> Block:
    form = random.choice((
        "An *{0} unclosed.\n\n", "A **{0} unclosed.\n\n", "A ``{0} unclosed.\n\n",
        "A `{0} unclosed.\n\n", "A |{0} unclosed.\n\n",
    ))  # fmt: skip
    return Block(form.format(word), (word,), error=True)


def _silent(random: Random, word: str, case: Case) -> Block:
    """Where docutils says nothing: the words are there, or the press speaks."""
    form = random.choice((
        "Items:\n- one {0}\n- two\n\n", ".. note: {0} here\n\n", "A. {0} went home.\n\n",
        "1992. {0} was warm.\n\n", "  Moved in, {0}.\n\n", "# {0}\n\n", "[{0}](https://x.org/)\n\n",
        "-\u00a0one {0}\n-\u00a0two\n\n", "Text {0}[#]_ here.\n\n", "<b>{0}</b>\n\n",
        "{0}\n---\n\n", "`{0}` quoted.\n\n", "a\u2028{0}\u0085b\u000cc\n\n", "..note:: {0}\n\n",
        "- one\n  - {0}\n\n", "- one\n\t- {0}\n\n", "Text\n  {0}\n\n", "  {0}\nText\n\n",
        ".. _x: {0}\n\n   Lost {0}b?\n\n", ".. class:: a\n\n   {0}\n\n",
        "term : {0}\n   text\n\n", ">>> {0}\n\n", "-a {0}  text\n\n", "{0}::\n\n", ":{0}: text\n\n",
        ".. container::\n\n   {0}\n\n", ".. compound::\n\n   {0}\n\n", ":: \n\n   {0}\n\n",
        ".. highlights::\n\n   {0}\n\n", ".. parsed-literal::\n\n   *{0}*\n\n",
    ))  # fmt: skip
    return Block(form.format(word), (), (word,))


_FAULTS: tuple[Callable[[Random, str, Case], Block], ...] = (
    _path, _path, _formula, _chart, _address, _control, _named, _named, _bare, _bare, _option,
    _unclosed, _silent,
    _silent, _silent,
)  # fmt: skip


# Bombs: small to write, great to read


def bomb(seed: int) -> Case:
    """An issue that would take very long or much memory if its bounds did not hold."""
    random = Random(seed)
    size = random.choice((300, 1000, 3000))
    case = Case(f"bomb-{seed}", {}, marked=True)
    case.files["issue.rst"] = [Block("B\n=====\n\n:Date: 2026-05-29\n\nText.\n")]
    kind = random.randrange(17)
    body, error = "", True
    if kind == 0:
        body = ".. csv-table::\n   :file: big.csv\n"
        case.data["big.csv"] = b"a,b,c\n" * 1_000_000
    elif kind == 1:
        body = ".. include:: big.txt\n"
        case.data["big.txt"] = b"word " * 20 * 80_000
    elif kind == 2:
        body = "word word word\n\n" * 400_000
    elif kind == 3:
        body = "\n".join(f".. |n{i}| replace:: " + f"|n{i + 1}| " * 10 for i in range(12))
        body += "\n.. |n12| replace:: x\n\n|n0|\n"
    elif kind == 4:
        body = ".. include:: a.txt\n"
        case.data |= {f"{a}.txt": f".. include:: {b}.txt\n".encode() * 60
                      for a, b in ("ab", "bc", "cd", "da")}  # fmt: skip
    elif kind == 5:
        body = "- " * size + "x\n"
    elif kind == 6:
        body = "\n\n".join(" " * depth + "x" for depth in range(size)) + "\n"
    elif kind == 7:
        body = ".. csv-table::\n\n   " + "," * 4_900 + "\n" + "   a\n" * 9_000
    elif kind == 8:
        body = ".. list-table::\n\n" + "   * - a\n     - b\n" * 20_000
    elif kind == 9:
        body = "= = = =\n" + "a b c d\n" * 20_000 + "= = = =\n"
    elif kind == 10:
        body = "*a " * size + "\n"
    elif kind == 11:
        body = "word " * 20_000 + "\n"
    elif kind == 12:
        body = "".join(f".. image:: figures/p{i}.png\n   :alt: x\n\n" for i in range(3))
        case.data |= {f"figures/p{i}.png": _png(20_000 + i, 20_000) for i in range(3)}
    elif kind == 13:
        body, error = "".join(f"a [#]_\n\n.. [#] {i}\n\n" for i in range(size)), False
    elif kind == 14:
        signs = random.choice(("`<:_", "[]_ ", "|x_ ", "a_b_ ", "\\*", "((", "-- ", ":a:`b` "))
        body, error = signs * (9_000 // len(signs)) + "\n", False
    elif kind == 15:
        again = random.choice((".. [#a] n\n\n", "a [1]_\n\n.. [1] x\n\n", "see x_ :ref:`y`\n\n"))
        body = again * size
    else:
        body = "+" + "-+" * 4_000 + "\n" + ("|" + " |" * 4_000 + "\n+" + "-+" * 4_000 + "\n") * 20
    case.files["01-a.rst"] = [Block("Title\n=====\n\n"), Block(body, error=error)]
    return case


def _png(width: int, height: int) -> bytes:
    import struct
    import zlib

    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1_000_000)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
