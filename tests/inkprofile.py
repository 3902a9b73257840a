"""A small ICC profile of a press that never was, so that tests need no file from outside.

Four inks as simple dyes: light that passes one is filtered by the next, and grey is taken over by
black ink. Two tables of 8 bits (ICC.1:2001-04 §6.5.7), from inks to colours and back.
"""

from __future__ import annotations

import struct
from functools import cache
from itertools import product

from PIL import Image, ImageCms

NAME = "Press of the tests"
_INK_STEPS, _LAB_STEPS = 7, 33
_RELIEF = 0.75  # how much of what is grey black ink takes over


@cache
def profile(kind: bytes = b"prtr", space: bytes = b"CMYK") -> bytes:
    """The profile's bytes, always the same; ``kind`` and ``space`` are said in its header."""
    there, back = _to_colours(), _to_inks()
    text = NAME.encode() + b"\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0No rights reserved\0",
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),
        b"A2B0": there,
        b"B2A0": back,
    }
    at, table, body = 132 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = struct.pack(
        ">I4sI4s4s4s12s4s4sI4s4sQI3i4s44s",
        at + len(body), b"\0\0\0\0", 0x02400000, kind, space, b"Lab ", bytes(12), b"acsp",
        b"\0\0\0\0", 0, b"\0\0\0\0", b"\0\0\0\0", 0, 0, 63190, 65536, 54061, b"\0\0\0\0", bytes(44),
    )  # fmt: skip
    return head + struct.pack(">I", len(tags)) + table + body


def _to_colours() -> bytes:
    inks = list(product(range(_INK_STEPS), repeat=4))
    image = Image.new("RGB", (len(inks), 1))
    for number, parts in enumerate(inks):
        c, m, y, k = (part / (_INK_STEPS - 1) for part in parts)
        image.putpixel((number, 0), tuple(round(255 * (1 - one) * (1 - k)) for one in (c, m, y)))
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    shown = ImageCms.applyTransform(image, to_lab)
    assert shown is not None
    return _table(4, 3, _INK_STEPS, _signs(shown.tobytes()))


def _to_inks() -> bytes:
    steps = [round(255 * step / (_LAB_STEPS - 1)) for step in range(_LAB_STEPS)]
    grid = b"".join(bytes(parts) for parts in product(steps, repeat=3))
    image = Image.frombytes("LAB", (len(grid) // 3, 1), _signs(grid))
    to_rgb = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
    shown = ImageCms.applyTransform(image, to_rgb)
    assert shown is not None
    rgb, out = shown.tobytes(), bytearray()
    for at in range(0, len(rgb), 3):
        cmy = [1 - part / 255 for part in rgb[at : at + 3]]
        black = _RELIEF * min(cmy) ** 2
        rest = [(one - black) / (1 - black) for one in cmy]
        out += bytes(round(255 * one) for one in (*rest, black))
    return _table(3, 4, _LAB_STEPS, bytes(out))


def _signs(lab: bytes) -> bytes:
    """Colours as Pillow's bytes have them, for as ICC has them, or the other way round."""
    return bytes(part ^ 128 if at % 3 else part for at, part in enumerate(lab))


def _table(before: int, after: int, steps: int, values: bytes) -> bytes:
    straight = bytes(range(256))
    unchanged = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    head = b"mft1\0\0\0\0" + bytes([before, after, steps, 0])
    return head + unchanged + straight * before + values + straight * after
