"""ICC profiles of printing inks: is a file one? Only its header and its table of tags are read."""

from __future__ import annotations

import struct
from pathlib import Path

MAXIMUM_BYTES = 16 * 1024 * 1024
_HEADER, _MOST_TAGS = 128, 200


def read(root: Path, name: str) -> bytes:
    """The profile ``name`` below the folder ``root``; raises ValueError as ``inspect`` does."""
    return inspect(root, name).read_bytes()


def inspect(root: Path, name: str) -> Path:
    """The path of the CMYK output profile ``name`` below ``root``, its header checked.

    The checks are of ICC.1:2022 §7.2 (header) and §7.3 (tags): the size is the file's own, the
    class is that of output devices, the inks are CMYK, and there is a table from colours to inks.
    Raises ValueError, with what is wanted instead.
    """
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ValueError("a file inside the publication's folder")
    try:
        if not path.is_file():
            raise FileNotFoundError
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEADER + 4 + 12 * _MOST_TAGS)
    except OSError:
        raise ValueError(f"the name of an ICC profile: “{name}” cannot be read") from None
    if len(head) < _HEADER + 4 or head[36:40] != b"acsp":
        raise ValueError(f"the name of an ICC profile; “{name}” is none")
    if size > MAXIMUM_BYTES:
        raise ValueError(f"an ICC profile of at most {MAXIMUM_BYTES // 1024 // 1024} MB")
    declared, count = struct.unpack(">I124xI", head[: _HEADER + 4])
    if declared != size:
        raise ValueError(f"a whole ICC profile; “{name}” has {size} bytes and speaks of {declared}")
    kind, space = head[12:16], head[16:20].decode("latin-1").strip()
    if kind != b"prtr" or space != "CMYK":
        raise ValueError(
            "an ICC profile of a press with four inks (class prtr, colour space CMYK);"
            f" “{name}” is of class {kind.decode('latin-1').strip()}, colour space {space}"
        )
    if head[20:24] not in (b"Lab ", b"XYZ "):
        raise ValueError(f"an ICC profile between inks and colours; “{name}” leads elsewhere")
    tags = {head[at : at + 4] for at in range(_HEADER + 4, _HEADER + 4 + 12 * count, 12)}
    if not {b"A2B0", b"B2A0"} <= tags:
        raise ValueError(f"an ICC profile that leads to inks and back; “{name}” does not")
    return path
