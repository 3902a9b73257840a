"""Bytes of source files become text: UTF-8, another encoding that was asked for, or a refusal."""

from __future__ import annotations

import encodings.aliases
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_press.problems import problem, suggestion

if TYPE_CHECKING:
    from bulletin_press.source.session import Session

UTF_8 = "utf-8-sig"
MAXIMUM_SAMPLE = 65_536
# Who writes in it, by Python's name; the first word of each is the name that an editor knows.
NAMES = {
    "cp1252": ("Windows-1252", "Western European"),
    "cp1254": ("Windows-1254", "Turkish"),
    "cp1251": ("Windows-1251", "Cyrillic"),
    "cp1250": ("Windows-1250", "Central European"),
    "cp1253": ("Windows-1253", "Greek"),
    "cp1256": ("Windows-1256", "Arabic"),
    "cp1257": ("Windows-1257", "Baltic"),
    "iso8859_2": ("ISO-8859-2", "Central European"),
    "iso8859_5": ("ISO-8859-5", "Cyrillic"),
    "iso8859_6": ("ISO-8859-6", "Arabic"),
    "iso8859_7": ("ISO-8859-7", "Greek"),
    "koi8_r": ("KOI8-R", "Russian"),
    "mac_roman": ("Mac-Roman", "Western European"),
    "mac_turkish": ("Mac-Turkish", "Turkish"),
    "mac_cyrillic": ("Mac-Cyrillic", "Cyrillic"),
    "cp866": ("CP866", "Cyrillic, from DOS"),
}
_WIDE = {
    "utf_16": ("UTF-16", "saved as “Unicode” by Notepad"),
    "utf_16_le": ("UTF-16LE", "“Unicode” without its mark"),
    "utf_16_be": ("UTF-16BE", "“Unicode” without its mark"),
    "utf_32": ("UTF-32", "four bytes to a letter"),
    "utf_32_le": ("UTF-32LE", "four bytes to a letter"),
    "utf_32_be": ("UTF-32BE", "four bytes to a letter"),
}
_MARKS = (
    (b"\xff\xfe\0\0", "utf_32"),
    (b"\0\0\xfe\xff", "utf_32"),
    (b"\xff\xfe", "utf_16"),
    (b"\xfe\xff", "utf_16"),
)
_MARKED = ("utf_16", "utf_32")
_NO_TEXT = (
    (b"PK\x03\x04", "a Word, OpenDocument or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file"),
    (b"%PDF", "a PDF"),
)
_USUAL = {
    language: codec
    for languages, codec in (
        ("az tr", "cp1254 mac_turkish"),
        ("be bg kk ky mk ru sr tg uk", "cp1251 koi8_r iso8859_5 mac_cyrillic cp866"),
        ("bs cs hr hu pl ro sk sl", "cp1250 iso8859_2"),
        ("da de es fi fr it nl no pt sv", "cp1252 mac_roman"),
        ("el", "cp1253 iso8859_7"),
        ("ar fa ur", "cp1256 iso8859_6"),
        ("et lt lv", "cp1257"),
    )
    for language in languages.split()
}
# Curly quotes, dashes and the ellipsis have these places in every Windows encoding.
_TYPOGRAPHIC = frozenset(b"\x85\x91\x92\x93\x94\x96\x97")
_C1 = re.compile("[\x80-\x9f]")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_WITHOUT_ALIAS = frozenset("cp720 cp737 cp856 cp874 cp1006 koi8_t koi8_u mac_arabic".split())
_NOT_FOR_TEXT = frozenset(
    "base64_codec bz2_codec hex_codec quopri_codec rot_13 uu_codec zlib_codec punycode idna mbcs"
    " oem undefined unicode_escape raw_unicode_escape utf_7".split()
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file that is not UTF-8 seems to be in: Python's codec, its name, who writes in it."""

    codec: str
    name: str
    use: str


def codec(name: str) -> str | None:
    """Python's codec for the name of an encoding, such as windows-1254; None if unknown."""
    normal = encodings.normalize_encoding(name.strip()).lower() if name.isascii() else ""
    known = encodings.aliases.aliases
    found = known.get(normal, normal)
    is_known = found in known.values() or found in _WITHOUT_ALIAS
    return found if is_known and found not in _NOT_FOR_TEXT else None


def nearest(name: str) -> str:
    """A hint that names the encoding nearest to an unknown name."""
    return suggestion(name, {one.lower() for one, _ in (*NAMES.values(), *_WIDE.values())})


def decode(data: bytes, session: Session, path: Path | None = None) -> str | None:
    """The text of a file, without a byte order mark; None after a report (S101).

    ``path`` is the file the bytes are of, by default the session's own.
    """
    found = codec_of(data, session, path)
    return data.decode(found).removeprefix("\ufeff") if found else None


def codec_of(data: bytes, session: Session, path: Path | None = None) -> str | None:
    """The codec by which a file is read: UTF-8's, or the session's; None after a report (S101)."""
    wide = wide_codec(data)
    place: tuple[int, int] = (1, 0)
    mixed = False
    if wide is None:
        try:
            data.decode(UTF_8)
        except UnicodeDecodeError as error:
            start = error.start
        else:
            return UTF_8
        mixed = _is_mixed(data)
        guess = _guess(data, session, mixed)
        place = _line_and_column(data[:start])
    else:
        guess = Guess(wide, *_WIDE[wide])
    asked = session.encoding
    if asked and not mixed and _reads(data, asked, wide):
        return wide if wide and (wide in _MARKED or asked in _MARKED) else asked
    kind = next((kind for sign, kind in _NO_TEXT if data.startswith(sign)), None)
    where = session.place(str(path) if path else None, 1 if kind else place[0])
    if kind:
        hint = "save its text as plain text, in UTF-8"
        session.report("S101", f"the file is no text but {kind}", where, hint)
        return None
    message, hint = _refusal(data, guess, place, session.encoding, mixed)
    column = 0 if wide else place[1] + 1
    session.problems.append(problem("S101", message, where, hint, column))
    return None


def _refusal(
    data: bytes, guess: Guess | None, place: tuple[int, int], asked: str, mixed: bool
) -> tuple[str, str]:
    """The message and hint for a file that cannot be read."""
    line, column = place
    if guess is None:
        what = f"nor {_shown(asked)}" if asked else "nor anything else that is known here"
        return f"line {line} is not UTF-8, {what}", ""
    hint = f"save the file as UTF-8, or read it with --encoding {guess.name.lower()}"
    if guess.codec in _WIDE:
        if asked[:6] == guess.codec[:6]:
            return f"the file is not whole {guess.name} text", "save it again, as UTF-8"
        return f"the file is not UTF-8 but {guess.name} ({guess.use})", hint
    word = word_at(data, guess.codec, line, column)
    looks = f"this looks like {guess.name} ({guess.use}): “{word}”"
    if mixed:
        hint = "write the word again and save the file as UTF-8"
        return f"line {line} is not UTF-8, as the rest of the file is: {looks}", hint
    if asked:
        return f"line {line} is neither UTF-8 nor {_shown(asked)}: {looks}", hint
    return f"line {line} is not UTF-8: {looks}", hint


def _shown(asked: str) -> str:
    return {**NAMES, **_WIDE}.get(asked, (asked, ""))[0]


def wide_codec(data: bytes) -> str | None:
    """The codec of a file in UTF-16 or UTF-32, which are full of zero bytes."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    if data.count(0, 0, MAXIMUM_SAMPLE) * 50 < len(data[:MAXIMUM_SAMPLE]) or b"\0" not in data:
        return None
    import chardet

    sample = data[: MAXIMUM_SAMPLE - MAXIMUM_SAMPLE % 4]
    names = [name for name in _WIDE if name not in _MARKED]
    found = chardet.detect(
        sample, include_encodings=names, compat_names=False, prefer_superset=False,
        no_match_encoding=names[0],
    )  # fmt: skip
    if found["confidence"] < 0.5:
        return None
    name = str(found["encoding"]).replace("-", "_")
    return name if name in _WIDE else None


def _reads(data: bytes, asked: str, wide: str | None) -> bool:
    if wide and asked[:6] != wide[:6]:
        return False
    try:
        data.decode(asked)
    except UnicodeError:
        return False
    return True


def _is_mixed(data: bytes) -> bool:
    """Whether more of a file's letters are in UTF-8 than are not."""
    signs = [sign for sign in data.decode("utf-8", "surrogateescape") if sign > "\x7f"]
    strange = sum("\udc80" <= sign <= "\udcff" for sign in signs)
    return len(signs) > 3 * strange


def _guess(data: bytes, session: Session, mixed: bool) -> Guess | None:
    parts = data.split() if mixed else data.splitlines()
    strange = (part for part in parts if not part.isascii() and not (mixed and _is_utf_8(part)))
    sample = b"\n".join(strange)[:MAXIMUM_SAMPLE]
    own = re.search(rb"^:language:[ \t]*([a-z]+)", data, re.MULTILINE | re.IGNORECASE)
    language = own[1].decode() if own else session.language
    return guess(sample, sample if mixed else data, language)


def guess(sample: bytes, whole: bytes, language: str) -> Guess | None:
    """What bytes that are not UTF-8 seem to be in: by ``sample``, its lines beyond ASCII.

    The codec reads ``whole``. None if no encoding of NAMES fits.
    """
    import chardet

    usual = _USUAL.get(language.lower().partition("-")[0], "").split()
    if all(byte in _TYPOGRAPHIC for byte in sample if byte > 127):
        name = usual[0] if usual else "cp1252"
        return Guess(name, *NAMES[name])
    found = chardet.detect_all(
        sample, ignore_threshold=True, include_encodings=NAMES, compat_names=False,
        prefer_superset=False,
    )  # fmt: skip
    # The fewer the letters, the more the language counts.
    weight = 1 + 2 / sum(byte > 127 for byte in sample)
    weights: dict[str, float] = {}
    for one in found:
        name = str(one["encoding"]).replace("-", "_")
        if name in NAMES and _reads(whole, name, None) and not _C1.search(sample.decode(name)):
            weights[name] = one["confidence"] * (weight if name in usual else 1)
    if not weights:
        return None
    name = max(weights, key=lambda one: weights[one])
    return Guess(name, *NAMES[name])


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line_and_column(before: bytes) -> tuple[int, int]:
    """The line, from 1, of what comes after ``before``, and how many bytes of it come before."""
    lines = _LINE_END.split(before)
    return len(lines), len(lines[-1])


def word_at(data: bytes, name: str, line: int, column: int) -> str:
    """The word around a byte of a line, read by a codec that has one byte for each letter."""
    text = _LINE_END.split(data, maxsplit=line)[line - 1].decode(name, "replace")
    start = max(text.rfind(sign, 0, column) for sign in " \t,;|") + 1
    word = re.match(r"[^\s,;|]*", text[start:])
    found = word[0] if word else ""
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in found)
    return (shown.strip(".,;:!?()[]{}<>«»“”\"'*`") or shown)[:40]
