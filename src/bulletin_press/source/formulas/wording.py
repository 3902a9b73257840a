"""A formula as one line of plain text, for mail, search, and readers who cannot see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from bulletin_press.source.formulas.elements import local

_RAISED = dict(zip("0123456789+−=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ", strict=True))
_LOWERED = dict(
    zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_COMBINING = {
    "^": "\u0302", "~": "\u0303", "¯": "\u0304", "‾": "\u0305", "→": "\u20d7", "˙": "\u0307",
    "¨": "\u0308", "´": "\u0301", "`": "\u0300", "ˇ": "\u030c", "˘": "\u0306", "˚": "\u030a",
}  # fmt: skip
_BELOW = {"‾": "\u0332"}
_BRACES = frozenset("⏞⏟⎴⎵⏜⏝")
_ROOTS = {"3": "∛", "4": "∜"}
_OPEN, _CLOSE = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")
_TIGHT = frozenset("/!′″‴⁗%‰°|‖.…⋯⋮∂∇∀∃∄¯")
_LARGE = frozenset("∑∏∐∫∬∭∮⋀⋁⋂⋃⨀⨁⨂⨄⨆")
_PRIMES = frozenset("′″‴⁗")
_QUIET = frozenset({"\u2061", "\u2062", "\u2063", "\u2064"})
_ONE = re.compile(r"[d∂]\w|\([^()]*\)(?:\^\w+|\^\([^()]*\)|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]*)")
_ROW = frozenset({"math", "mrow", "mstyle", "mtd", "msqrt"})


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some words of a formula: ``kind`` says how they stand to their neighbours."""

    text: str
    kind: str


def words(root: etree._Element) -> str:
    """The words of a ``math`` element."""
    return " ".join(_joined(_pieces(root)).split())


def _pieces(element: etree._Element) -> list[_Piece]:
    name = local(element)
    if name in ("mi", "mn", "mo", "mtext"):
        return _token(name, _readable(element.text or ""))
    if name == "mspace":
        return [_Piece(" ", "space")] if _is_wide(element) else []
    if name == "msqrt":
        return [_Piece(f"√{_operand(list(element))}", "atom")]
    if name in _ROW:
        return [piece for child in element for piece in _pieces(child)]
    if name == "mtable":
        return [_Piece(_table(element), "atom")]
    return [_built(name, element)]


def _readable(text: str) -> str:
    """Text without the letters of mathematical alphabets, which few faces and voices know."""
    return "".join(unicodedata.normalize("NFKC", s) if s > "\uffff" else s for s in text)


def _token(name: str, text: str) -> list[_Piece]:
    if name == "mtext":
        return [_Piece(text, "text")]
    if name == "mn":
        return [_Piece(text, "number")]
    if len(text) > 1 and any(sign.isalpha() for sign in text):
        return [_Piece(" ".join(text.split()), "word")]
    if text in _LARGE:
        return [_Piece(text, "large")]
    if name == "mi" or text in _TIGHT:
        return [_Piece(text, "atom")]
    if text in _QUIET:
        return []
    if text in _OPEN or text in _CLOSE:
        return [_Piece(text, "open" if text in _OPEN else "close")]
    return [_Piece(text, "comma" if text in (",", ";", ":") else "sign")]


def _is_wide(space: etree._Element) -> bool:
    try:
        return float(space.get("width", "").removesuffix("em")) > 0.1
    except ValueError:
        return False


def _joined(pieces: Iterable[_Piece]) -> str:
    """Pieces with blanks around signs and words, none where a sign belongs to what follows."""
    out, last = "", ""
    for piece in pieces:
        kind = piece.kind
        if (
            kind == "sign"
            and last in ("", "comma", "open", "sign", "space")
            and piece.text in "+−±∓¬"
        ):
            kind = "prefix"
        apart = (
            kind in ("sign", "large")
            or last in ("sign", "comma", "large")
            or (kind == "word" and last not in ("", "open", "prefix", "raised"))
            or (last == "word" and kind not in ("open", "close", "comma", "raised"))
            or (kind == "number" and last == "number")
        )  # fmt: skip
        out += (" " if apart and out and last != "prefix" and kind != "close" else "") + piece.text
        last = kind
    return out


def _plain(element: etree._Element) -> str:
    return _joined(_pieces(element)).strip()


def _is_single(elements: Sequence[etree._Element]) -> bool:
    """Whether elements are one letter, number, name, or one of these with signs of its own."""
    while len(elements) == 1 and local(elements[0]) in _ROW - {"msqrt"}:
        elements = list(elements[0])
    return len(elements) == 1 and local(elements[0]) not in ("mfrac", "mtable", "mo")


def _operand(elements: Sequence[etree._Element]) -> str:
    """Words that another sign takes as one, in brackets if they are several."""
    text = _joined(piece for one in elements for piece in _pieces(one)).strip()
    return text if _is_single(elements) or _ONE.fullmatch(text) else f"({text})"


def _built(name: str, element: etree._Element) -> _Piece:
    """Fractions, roots, and what stands above, below or beside something."""
    parts = list(element)
    if name == "mfrac":
        return _fraction(element)
    if name == "mroot":
        degree = _plain(parts[1])
        sign = _ROOTS.get(degree) or f"{_beside(degree, _RAISED, '', True) or f'({degree})'}√"
        return _Piece(f"{sign}{_operand(parts[:1])}", "atom")
    lower = parts[1] if name in ("msub", "munder", "msubsup", "munderover") else None
    upper = parts[-1] if name in ("msup", "mover", "msubsup", "munderover") else None
    base = _pieces(parts[0])
    text = _joined(base).strip()
    if not text:
        return _Piece(_before(base, lower, upper), "raised")
    if len(base) == 1 and (base[0].kind == "large" or text in ("lim", "max", "min", "sup", "inf")):
        return _Piece(_limits(text, lower, upper), "large")
    if name in ("mover", "munder") and (marked := _marked(name, parts, text)):
        return _Piece(marked, "atom")
    if " " in text and not _ONE.fullmatch(text):
        text = f"({text})"
    text += _lowered(lower) + _raised(upper)
    kind = base[-1].kind if base and base[-1].kind in ("sign", "word") else "atom"
    return _Piece(text, kind)


def _before(
    base: Sequence[_Piece], lower: etree._Element | None, upper: etree._Element | None
) -> str:
    """What stands at the upper and lower left of a sign, as the numbers of an isotope do."""
    return _joined(base) + _raised(upper) + _lowered(lower)


def _lowered(part: etree._Element | None) -> str:
    return _beside(_plain(part), _LOWERED, "_") if part is not None else ""


def _raised(part: etree._Element | None) -> str:
    return _beside(_plain(part), _RAISED, "^") if part is not None else ""


def _fraction(element: etree._Element) -> _Piece:
    above, below = list(element)
    if element.get("linethickness", "").startswith("0"):
        return _Piece(f"{_plain(above)} over {_plain(below)}", "atom")
    top = _plain(above)
    top = top if " " not in top and "/" not in top else f"({top})"
    return _Piece(f"{top}/{_operand([below])}", "atom")


def _limits(sign: str, lower: etree._Element | None, upper: etree._Element | None) -> str:
    below = _plain(lower) if lower is not None else ""
    above = _plain(upper) if upper is not None else ""
    if not above:
        return f"{sign} {'as' if sign == 'lim' else 'over'} {below} of" if below else sign
    if not below:
        return f"{sign} to {above} of"
    return f"{sign} {'over' if ' ' in below else 'from'} {below} to {above} of"


def _marked(name: str, parts: Sequence[etree._Element], text: str) -> str:
    """A letter with its accent, a braced formula without its brace; nothing if it is neither."""
    mark = parts[1].text or "" if local(parts[1]) == "mo" else ""
    if mark in _BRACES:
        return text
    accents = _COMBINING if name == "mover" else _BELOW
    if mark not in accents or (mark == "→" and name != "mover"):
        return ""
    if not all(sign.isalnum() for sign in text) or (len(text) > 1 and mark not in "¯‾"):
        return f"({text}){mark}"
    return "".join(unicodedata.normalize("NFC", sign + accents[mark]) for sign in text)


def _beside(text: str, small: dict[str, str], sign: str, plain: bool = False) -> str:
    """An index or a power: in small signs where they exist and are short, else marked so."""
    tight = text.replace(" ", "")
    if not tight:
        return ""
    if set(tight) <= _PRIMES:
        return tight
    if tight == "∘" and sign == "^":
        return "°"
    if all(one in small for one in tight) and sum(one.isalpha() for one in tight) <= 1:
        return "".join(small[one] for one in tight)
    if plain:
        return ""
    return f"{sign}{text}" if text.isalnum() else f"{sign}({text})"


def _table(table: etree._Element) -> str:
    """Rows parted by semicolons; the cells of a matrix or of cases by commas."""
    lines = table.get("displaystyle") == "true"
    rows = []
    for row in table:
        if lines:
            rows.append(_joined(piece for cell in row for piece in _pieces(cell)).strip())
        else:
            rows.append(", ".join(filter(None, map(_plain, row))))
    return "; ".join(filter(None, rows))
