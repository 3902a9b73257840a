"""What of TeX's notation a formula may use, told from its text before anything reads it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

MAXIMUM_LENGTH = 2000
MAXIMUM_DEPTH = 16
ENVIRONMENTS = frozenset(
    "align align* aligned array bmatrix Bmatrix cases gathered matrix pmatrix smallmatrix split"
    " vmatrix Vmatrix".split()
)
_OUTER = frozenset("displaymath equation equation* math".split())
_TEXT = frozenset("text textrm textit textbf textnormal textup mbox".split())
_DEFINING = frozenset(
    "DeclareMathOperator def edef gdef xdef let newcommand newenvironment providecommand"
    " renewcommand require".split()
)
_DISTANCES = frozenset(
    "above abovewithdelims atopwithdelims clap genfrac hphantom hskip hspace kern leftroot llap"
    " lower mathchoice mathclap mathllap mathrlap mathstrut mkern moveleft moveright mskip mspace"
    " phantom raise rlap rule shoveleft shoveright sideset skew smash strut uproot vcenter"
    " vphantom".split()
)
_LOOKS = frozenset(
    "Huge LARGE Large Tiny cal class color colorbox emph fcolorbox footnotesize frak hbox href"
    " huge it large normalsize rm bf sf scriptsize small style textcolor textmd textsf texttt"
    " tiny tt".split()
)
_INSTEAD = {
    "LaTeX": "", "TeX": "", "bcancel": "", "cancel": "", "ce": r"\mathrm{H_2O}", "cr": r"\\",
    "displaylines": r"\begin{gathered}", "eqalign": r"\begin{aligned}", "boxed": "",
    "eqalignno": r"\begin{aligned}", "fbox": "", "hdashline": "", "hfil": "", "hline": "",
    "idotsint": r"\int \cdots \int", "label": ":name:", "nonumber": "", "not": r"\neq or \notin",
    "notag": "", "sout": "", "tag": r"\qquad (1)", "unicode": "the character itself", "verb": "",
    "xcancel": "", "of": "", "root": r"\sqrt[3]{x}", "limits": r"\sum_{i=1}^{n}",
    "nolimits": r"\sum_{i=1}^{n}", "end": "", "begin": "", "operatornamewithlimits":
    r"\operatorname{name}", "underbar": r"\underline{x}", "Bbb": r"\mathbb{R}",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_TEXT_RUN = re.compile(r"\\(" + "|".join(sorted(_TEXT)) + r")(?![A-Za-z])(?P<rest>.?)", re.DOTALL)
_WORDS = re.compile(r"\{(?P<words>(?:[^{}$\\%&#]|\\[%&$#_])*)\}")
_PART = re.compile(
    r"\\(?P<edge>begin|end)\s*\{(?P<name>[^{}]*)\}|\\(?P<fence>left|middle|right)(?![A-Za-z])"
    r"|\\.|(?P<sign>[{}&%$#])",
    re.DOTALL,
)
_OPENING = {"{": "the opening brace {", "left": r"\left"}


def fault(tex: str) -> str:
    """What is wrong in the notation, in an editor's words, or nothing."""
    if not tex.strip():
        return "the formula is empty"
    if len(tex) > MAXIMUM_LENGTH:
        return f"the formula is longer than {MAXIMUM_LENGTH:,} characters"
    if any(ord(sign) < 32 and sign not in "\t\n" for sign in tex):
        return "the formula holds a control character"
    blanked, found = _without_words(tex)
    return found or _unbalanced(blanked) or _unknown(blanked)


def _without_words(tex: str) -> tuple[str, str]:
    r"""The formula with the words of ``\\text{…}`` blanked out, and what is wrong with them."""
    out, at = [], 0
    for run in _TEXT_RUN.finditer(tex):
        if run.start() < at:
            continue
        brace = run.end() - len(run["rest"])
        inside = _WORDS.match(tex, brace)
        if inside is None:
            return tex, (
                f"after \\{run[1]} come words in braces, as in \\text{{if }},"
                " without braces, commands or formulas among them"
            )
        out += [tex[at:brace], "{", " " * len(inside["words"]), "}"]
        at = inside.end()
    return "".join((*out, tex[at:])), ""


def _unbalanced(tex: str) -> str:
    """What does not close, or is nested too deeply, or has no meaning where it stands."""
    open_: list[str] = []
    for part in _PART.finditer(tex):
        if name := part["name"]:
            if found := _environment(part["edge"], name, open_):
                return found
        elif part["fence"]:
            if part["fence"] == "left":
                open_.append("left")
            elif not open_ or open_[-1] != "left":
                return f"\\{part['fence']} has no \\left before it"
            elif part["fence"] == "right":
                open_.pop()
        elif (sign := part["sign"]) and (found := _sign(sign, open_)):
            return found
        if len(open_) > MAXIMUM_DEPTH:
            return "the formula is nested too deeply"
    if open_:
        last = open_[-1]
        return _OPENING.get(last, f"\\begin{{{last}}}") + " is not closed"
    return ""


def _environment(edge: str, name: str, open_: list[str]) -> str:
    if name in _OUTER:
        return f"leave out \\begin{{{name}}} and \\end{{{name}}}: the formula stands by itself"
    if name not in ENVIRONMENTS:
        near = get_close_matches(name, ENVIRONMENTS, 1)
        suggested = _near(f"\\begin{{{near[0]}}}") if near else ""
        return f"there is no \\begin{{{name[:40]}}} in formulas{suggested}"
    if edge == "begin":
        open_.append(name)
    elif not open_ or open_[-1] != name:
        return f"\\end{{{name}}} has no \\begin{{{name}}} before it"
    else:
        open_.pop()
    return ""


def _sign(sign: str, open_: list[str]) -> str:
    if sign == "{":
        open_.append(sign)
    elif sign == "}":
        if not open_ or open_[-1] != "{":
            return "a closing brace } has no opening one"
        open_.pop()
    elif sign == "$":
        return "leave out the dollar signs; a dollar that is printed is written \\$"
    elif sign == "%":
        return "a percent sign is written \\%"
    elif sign == "#":
        return "a number sign is written \\#"
    elif open_ and open_[-1] in ("{", "left"):
        return "the sign & stands between the columns of a matrix or of lines; one that is" \
            " printed is written \\&"  # fmt: skip
    return ""


def _unknown(tex: str) -> str:
    """The first command that no edition can set."""
    for found in _COMMAND.finditer(tex.replace(r"\\", "  ")):
        name = found[1]
        if name in _TEXT or name in ("left", "right", "middle"):
            continue
        if name in ("begin", "end"):
            if not re.match(r"\s*\{", tex[found.end() :]):
                return f"\\{name} needs a name in braces, such as \\{name}{{cases}}"
            continue
        if name in _DEFINING:
            return f"\\{name} defines a command, which a formula of a bulletin cannot"
        if name in _DISTANCES or name in _LOOKS:
            return f"\\{name} sets distances or looks, which are the press's own"
        if name in _INSTEAD:
            instead = f"; write {_INSTEAD[name]}" if _INSTEAD[name] else ""
            return f"\\{name} is not supported in formulas{instead}"
        if name not in _known():
            near = get_close_matches(name, _known(), 1, 0.75) if len(name) < 40 else []
            suggested = _near(f"\\{near[0]}") if near else ""
            return f"there is no command \\{name[:40]} in formulas{suggested}"
    return ""


def _near(name: str) -> str:
    return f"; did you mean {name}?"


@cache
def _known() -> frozenset[str]:
    """The names of all commands that the converter knows, of signs and of constructs."""
    from latex2mathml import commands, symbols_parser

    names: set[str] = set()
    for value in vars(commands).values():
        if isinstance(value, str):
            names.add(value)
        elif isinstance(value, (dict, tuple)):
            names.update(one for one in value if isinstance(one, str))
    names.update(symbols_parser.SYMBOLS)
    return frozenset(name[1:] for name in names if _COMMAND.fullmatch(name))
