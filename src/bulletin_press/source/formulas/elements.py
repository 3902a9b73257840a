"""A formula as MathML of the kind that browsers, reading systems and EPUBCheck know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from types import ModuleType
from xml.etree.ElementTree import Element as Source

from lxml import etree

from bulletin_press.source.formulas.grammar import MAXIMUM_DEPTH

MATHML = "http://www.w3.org/1998/Math/MathML"
_MAXIMUM_ELEMENTS = 6000
_LEVELS = 3 * MAXIMUM_DEPTH
_PARTS = {
    "mfrac": (2, "a fraction needs what is above and what is below its line"),
    "mroot": (2, "a root needs what stands under it"),
    "msub": (2, "a _ needs what it lowers"),
    "msup": (2, "a ^ needs what it raises"),
    "msubsup": (3, "_ and ^ need what they lower and raise"),
    "mover": (2, "a sign above a formula needs what stands below it"),
    "munder": (2, "a sign below a formula needs what stands above it"),
    "munderover": (3, "signs above and below need what stands between them"),
}
_KEPT = {
    "mi": {"mathvariant"},
    "mo": {"fence", "form", "maxsize", "minsize", "movablelimits", "separator", "stretchy"},
    "mn": set(),
    "mtext": set(),
    "mspace": {"width"},
    "mrow": set(),
    "mstyle": {"displaystyle", "scriptlevel"},
    "mfrac": {"linethickness"},
    "msqrt": set(),
    "mroot": set(),
    "msub": set(),
    "msup": set(),
    "msubsup": set(),
    "munder": {"accentunder"},
    "mover": {"accent"},
    "munderover": set(),
    "mtable": {"columnspacing", "displaystyle", "rowspacing"},
    "mtr": set(),
    "mtd": {"columnalign"},
}  # fmt: skip
_ROWS = frozenset({"math", "mrow", "msqrt", "mstyle", "mtd"})
_TOKENS = frozenset({"mi", "mn", "mo", "mtext"})
_SCRIPTS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_LIMITED = frozenset(
    "∑ ∏ ∐ ⋀ ⋁ ⋂ ⋃ ⨀ ⨁ ⨂ ⨄ ⨆ lim max min sup inf det gcd Pr plim"
    " arg\u2009max arg\u2009min lim\u2006inf lim\u2006sup".split(" ")
)
_VARIANTS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "fraktur": "FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "sans-serif-italic": "SANS-SERIF ITALIC",
    "monospace": "MONOSPACE",
}
_SPACES = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
    "thinmathspace": "0.167em",
    "mediummathspace": "0.222em",
    "thickmathspace": "0.278em",
}
_SIGNS = {"―": "‾", "-": "−"}
_IDENTIFIERS = frozenset("%‰°∞∅′″‴⁗$€£&…§¶†‡∂∇∀∃∄∠△□")
_SIGNED = frozenset("+−±∓")
_OPENING = frozenset("([{⟨⌊⌈|‖")
_FUNCTION = "data-function"


class FormulaError(ValueError):
    """A formula cannot be set; says why in an editor's words."""


def build(tex: str, display: bool) -> etree._Element:
    """The formula, which ``grammar.fault`` has passed, as a ``math`` element.

    Raises FormulaError if a part is missing, or whatever the converter raises.
    """
    root = _convert(_prepared(tex), "block" if display else "inline")
    _measure(root)
    spaces: dict[str | None, str] = {None: MATHML}
    made = etree.Element(_name("math"), nsmap=spaces)  # type: ignore[arg-type]
    made.set("display", "block" if display else "inline")
    for child in root:
        _copy(child, made)
    if display:
        _set_limits(made)
    for finish in (_flatten, _join, _form, _space_functions, _fence):
        finish(made)
    if not "".join(map(str, made.itertext())).strip():
        raise FormulaError("the formula is empty")
    return made


def _name(tag: str) -> str:
    return f"{{{MATHML}}}{tag}"


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def _prepared(tex: str) -> str:
    """The formula in the converter's dialect; several lines or columns stand as such."""
    tex = re.sub(r"(\\math[a-z]+)\{", r"\1 {", tex)
    tex = re.sub(r"\\(begin|end)\s*\{(?:aligned|align)\}", r"\\\1{align*}", tex)
    tex = re.sub(r"\\(begin|end)\s*\{gathered\}", r"\\\1{matrix}", tex)
    depth = 0
    for part in re.finditer(r"\\(begin|end)\s*\{|\\\\|\\.|&", tex):
        if part[1]:
            depth += 1 if part[1] == "begin" else -1
        elif part[0] in ("&", r"\\") and not depth:
            return rf"\begin{{align*}}{tex}\end{{align*}}"
    return tex


def _convert(tex: str, display: str) -> Source:
    from latex2mathml import converter, exceptions

    try:
        return converter.Converter(display=display).convert_to_element(tex)
    except exceptions.DoubleSubscriptsError:
        raise FormulaError("two _ follow one another; put what they lower in braces") from None
    except exceptions.DoubleSuperscriptsError:
        raise FormulaError("two ^ follow one another; put what they raise in braces") from None
    except exceptions.MissingSuperScriptOrSubscriptError:
        raise FormulaError("a _ or ^ is followed by nothing") from None
    except exceptions.ExtraLeftOrMissingRightError:
        raise FormulaError("a \\left has no \\right") from None
    except (exceptions.NumeratorNotFoundError, exceptions.DenominatorNotFoundError):
        raise FormulaError(_PARTS["mfrac"][1]) from None
    except exceptions.InvalidAlignmentError:
        raise FormulaError("the columns of an array are given by l, c and r") from None
    except _raised(exceptions):
        raise FormulaError("a command lacks what it works on") from None


def _raised(module: ModuleType) -> tuple[type[Exception], ...]:
    """The exceptions that a module defines, and what it lets through where a formula ends early."""
    found = vars(module).values()
    own = (one for one in found if isinstance(one, type) and issubclass(one, Exception))
    return (StopIteration, IndexError, *own)


def _measure(root: Source) -> None:
    level, count = list(root), 0
    for _ in range(_LEVELS):
        count += len(level)
        level = [child for one in level for child in one]
    if level:
        raise FormulaError("the formula is nested too deeply")
    if count > _MAXIMUM_ELEMENTS:
        raise FormulaError("the formula has too many parts")


def _copy(source: Source, target: etree._Element) -> None:
    """Copy what readers know; letters of a special kind become characters of their own."""
    tag = str(source.tag)
    text = re.sub(r"&#x([0-9A-Fa-f]+);", lambda code: chr(int(code[1], 16)), source.text or "")
    if source.get("columnlines") or source.get("rowlines"):
        raise FormulaError("lines between columns or rows are not supported")
    if tag == "mpadded":
        tag = "mrow"
    if tag not in _KEPT:
        raise FormulaError("the formula uses something that is not supported")
    if tag in _PARTS and len(source) != _PARTS[tag][0]:
        raise FormulaError(_PARTS[tag][1])
    if tag in _TOKENS:
        _copy_token(tag, text, source, target)
        return
    made = etree.SubElement(target, _name(tag))
    for key in sorted(_KEPT[tag].intersection(source.keys())):
        value = str(source.get(key))
        made.set(key, _SPACES.get(value, value))
    if tag == "mspace" and not made.get("width"):
        target.remove(made)
    if tag in ("mover", "munder"):
        mark = source[1]
        if mark.tag == "mo" and mark.text and len(source) == 2:
            made.set("accent" if tag == "mover" else "accentunder", "true")
    for child in source:
        _copy(child, made)


def _copy_token(tag: str, text: str, source: Source, target: etree._Element) -> None:
    if tag == "mtext":
        text = re.sub(r"\\([%&$#_])", r"\1", text)
    elif "\\" in text[:1] and len(text) > 1:
        raise FormulaError(f"{text[:40]} has no place there")
    else:
        text = text.strip(" ")
    if not text:
        if local(target) not in _ROWS:
            etree.SubElement(target, _name("mrow"))
        return
    variant = str(source.get("mathvariant", ""))
    if variant in _VARIANTS:
        text = "".join(_styled(sign, _VARIANTS[variant]) for sign in text)
    text = _SIGNS.get(text, text)
    if tag in ("mi", "mo") and len(text) == 1:
        tag = "mo" if _is_operator(text) or (tag == "mo" and text not in _IDENTIFIERS) else "mi"
    named = tag in ("mi", "mo") and len(text) > 1 and text not in _LIMITED and text != "mod"
    tag = "mi" if named and text.replace(" ", "").isalpha() else tag
    made = etree.SubElement(target, _name(tag))
    made.text = text
    for key in sorted(_KEPT[tag].intersection(source.keys()) - {"mathvariant"}):
        made.set(key, str(source.get(key)))
    if tag == "mi" and variant == "normal" and len(text) == 1:
        made.set("mathvariant", "normal")
    if tag == "mi" and named and not variant:
        made.set(_FUNCTION, "")


def _is_operator(sign: str) -> bool:
    return sign not in _IDENTIFIERS and unicodedata.category(sign) in (
        "Sm", "Po", "Ps", "Pe", "Pd",
    )  # fmt: skip


def _styled(sign: str, variant: str) -> str:
    """A letter or digit as the mathematical character of a kind; itself where there is none."""
    name = unicodedata.name(sign, "")
    found = re.fullmatch(r"(?:LATIN|GREEK) (CAPITAL|SMALL) LETTER (\w+)|DIGIT (\w+)", name)
    if found is None:
        return sign
    letter = f"DIGIT {found[3]}" if found[3] else f"{found[1]} {found[2]}"
    kind = "BLACK-LETTER" if variant == "FRAKTUR" else variant
    for name in (f"MATHEMATICAL {variant} {letter}", f"{kind} {letter}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return "ℎ" if (sign, variant) == ("h", "ITALIC") else sign


def _set_limits(root: etree._Element) -> None:
    """In a formula that stands by itself, limits stand above and below their sign."""
    for tag, stacked in _SCRIPTS.items():
        for script in list(root.iter(_name(tag))):
            base = script[0]
            if local(base) == "mo" and (base.text or "") in _LIMITED and _is_outer(script):
                script.tag = _name(stacked)


def _is_outer(script: etree._Element) -> bool:
    for above in script.iterancestors():
        name = local(above)
        if name == "mfrac" or name in _SCRIPTS or name in _SCRIPTS.values():
            return False
        if name == "mtable" and above.get("displaystyle") != "true":
            return False
    return True


def _flatten(root: etree._Element) -> None:
    """Take away rows of a single part, but for a sign, which such a row keeps from its spaces."""
    for row in list(root.iter(_name("mrow"))):
        above = row.getparent()
        if len(row) == 1 and above is not None and local(row[0]) != "mo":
            above.replace(row, row[0])


def _join(root: etree._Element) -> None:
    """Upright letters in a row become one name, digits with their comma one number."""
    for row in list(_rows(root)):
        at = 0
        while at < len(row) - 1:
            one, two = row[at], row[at + 1]
            if _is_letter(one) and _is_letter(two):
                one.text = f"{one.text}{two.text}"
                one.attrib.pop("mathvariant", "")
                one.set("mathvariant", "normal")
                row.remove(two)
            elif at + 2 < len(row) and _is_number(one, two, row[at + 2]):
                one.text = f"{one.text},{row[at + 2].text}"
                row.remove(row[at + 2])
                row.remove(two)
            else:
                at += 1
    for name in root.iter(_name("mi")):
        text = name.text or ""
        if len(text) > 1:
            name.attrib.pop("mathvariant", "")
        elif "Α" <= text <= "Ω":
            name.set("mathvariant", "normal")


def _rows(root: etree._Element) -> Iterator[etree._Element]:
    return (one for one in root.iter(etree.Element) if local(one) in _ROWS)


def _form(root: etree._Element) -> None:
    """Say of each sign whose place does not tell whether it stands before, between or after."""
    for sign in root.iter(_name("mo")):
        before, text = sign.getprevious(), sign.text or ""
        row = sign.getparent()
        cell = row is not None and local(row) == "mtd" and row.getprevious() is not None
        if text in _SIGNED and (local(before) == "mo" if before is not None else not cell):
            if before is None or (before.text or "") not in ")]}⟩⌋⌉|‖!":
                sign.set("form", "prefix")
        elif text == "!":
            sign.set("form", "postfix")
        elif before is None and cell and text not in _OPENING:
            sign.set("form", "infix")


def _space_functions(root: etree._Element) -> None:
    """A thin space between the name of a function and what it is applied to."""
    for name in [one for one in root.iter(_name("mi")) if one.get(_FUNCTION) is not None]:
        del name.attrib[_FUNCTION]
        whole, above = name, name.getparent()
        while above is not None and (local(above) in _SCRIPTS or _is_stacked(above)):
            if above[0] is not whole:
                break
            whole, above = above, above.getparent()
        if above is None or local(above) not in _ROWS:
            continue
        for other, add in (
            (whole.getnext(), whole.addnext),
            (whole.getprevious(), whole.addprevious),
        ):
            if other is not None and not _is_sign(other):
                space = etree.Element(_name("mspace"))
                space.set("width", "0.167em")
                add(space)


def _is_stacked(element: etree._Element) -> bool:
    return local(element) in _SCRIPTS.values()


def _is_sign(element: etree._Element) -> bool:
    while local(element) in ("mrow", "mstyle") and len(element):
        element = element[0]
    return local(element) in ("mo", "mspace", "mtext")


def _fence(root: etree._Element) -> None:
    """Brackets and bars grow with the matrix, the lines or the coefficient that they enclose."""
    for inner in root.iter(_name("mtable"), _name("mfrac")):
        if local(inner) == "mfrac" and inner.get("linethickness") != "0":
            continue
        for sign, form in ((inner.getprevious(), "prefix"), (inner.getnext(), "postfix")):
            if sign is not None and local(sign) == "mo" and (sign.text or "") in "()[]{}|‖":
                for size in ("minsize", "maxsize"):
                    sign.attrib.pop(size, "")
                for key, value in (("fence", "true"), ("form", form), ("stretchy", "true")):
                    sign.set(key, value)
                if sign.text == "{" and local(inner) == "mtable" and inner.getnext() is None:
                    inner.set("columnspacing", "1em")
    for mark in root.iter(_name("mo")):
        above = mark.getparent()
        if mark.text == "→" and above is not None and above.get("accent"):
            mark.set(
                "stretchy", "true" if len("".join(map(str, above.itertext()))) > 2 else "false"
            )


def _is_letter(element: etree._Element) -> bool:
    return local(element) == "mi" and element.get("mathvariant") == "normal"


def _is_number(whole: etree._Element, comma: etree._Element, rest: etree._Element) -> bool:
    """Whether three elements are a number written 10{,}000."""
    return (
        (local(whole), local(comma), local(rest)) == ("mn", "mrow", "mn")
        and len(comma) == 1
        and comma[0].text == ","
    )
