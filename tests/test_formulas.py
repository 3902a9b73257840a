"""Formulas: what is refused, and that the others are right as MathML, as drawings and as words."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from bulletin_press import judges
from bulletin_press.issue import Issue
from bulletin_press.source import formulas
from bulletin_press.source.formulas import grammar, outlines
from tests import epub_support, printing

MATHML = "{http://www.w3.org/1998/Math/MathML}"
LCOE = r"\frac{\sum_{t=1}^{n} \frac{I_t + F_t}{(1+r)^t}}{\sum_{t=1}^{n} \frac{E_t}{(1+r)^t}}"
SHEET = {
    r"E = mc^2": "E = mc²",
    r"F = G\frac{m_1 m_2}{r^2}": "F = Gm₁m₂/r²",
    r"\frac{a}{b}": "a/b",
    r"\frac{a + b}{2c}": "(a + b)/(2c)",
    r"\sqrt{x + 1}": "√(x + 1)",
    r"\sqrt x": "√x",
    r"\sqrt[3]{V} = \sqrt[n]{a}": "∛V = ⁿ√a",
    r"\mathrm{CO_2} + \mathrm{H_2O} \rightleftharpoons \mathrm{H_2CO_3}": "CO₂ + H₂O ⇌ H₂CO₃",
    r"2\,\mathrm{H_2} + \mathrm{O_2} \to 2\,\mathrm{H_2O}": "2 H₂ + O₂ → 2 H₂O",
    r"{}^{235}_{92}\mathrm{U} + \mathrm{n} \to {}^{141}_{56}\mathrm{Ba}": "²³⁵₉₂U + n → ¹⁴¹₅₆Ba",
    r"\sum_{i=1}^{n} x_i": "∑ over i = 1 to n of xᵢ",
    r"\mathrm{LCOE} = " + LCOE: "LCOE = (∑ over t = 1 to n of (Iₜ + Fₜ)/(1 + r)^t)"
    "/(∑ over t = 1 to n of Eₜ/(1 + r)^t)",
    r"\int_0^\infty e^{-x^2}\,dx": "∫ from 0 to ∞ of e^(−x²) dx",
    r"\oint_C \mathbf{B} \cdot d\mathbf{l} = \mu_0 I": "∮ over C of B · dl = μ₀I",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1": "lim as x → 0 of (sin x)/x = 1",
    r"\max_{c} u(c) \quad \text{subject to} \quad p \cdot c \le m":
    "max over c of u(c) subject to p · c ≤ m",
    r"\prod_{k=1}^{n} k = n!": "∏ over k = 1 to n of k = n!",
    r"\binom{n}{k}": "(n over k)",
    r"\frac{\Delta Y}{Y} \approx 2.5\,\%": "ΔY/Y ≈ 2.5 %",
    r"\hat{y}_i = \beta_0 + \beta_1 x_i + \varepsilon_i": "ŷᵢ = β₀ + β₁xᵢ + εᵢ",
    r"\bar{x} = \frac{1}{n}": "x̄ = 1/n",
    r"x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}": "x_(1, 2) = (−b ± √(b² − 4ac))/(2a)",
    r"\nabla \times \mathbf{E} = -\frac{\partial \mathbf{B}}{\partial t}": "∇ × E = −∂B/∂t",
    r"\begin{aligned} a &= b + c \\ &= d \end{aligned}": "a = b + c; = d",
    r"a &= b \\ c &= d": "a = b; c = d",
    r"f(x) = \begin{cases} x^2 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}":
    "f(x) = {x², if x > 0; 0, otherwise",
    r"A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}": "A = (1, 2; 3, 4)",
    r"\det \begin{vmatrix} a & b \\ c & d \end{vmatrix}": "det |a, b; c, d|",
    r"\begin{bmatrix} x_1 \\ \vdots \\ x_n \end{bmatrix}": "[x₁; ⋮; xₙ]",
    r"P_{\text{max}} = \eta \rho g Q h": "P_max = ηρgQh",
    r"10{,}000\ \mathrm{MWh} = 10^{4}\ \mathrm{MWh}": "10,000 MWh = 10⁴ MWh",
    r"T = 20\,^\circ\mathrm{C}": "T = 20 °C",
    r"\alpha\beta\gamma\delta\Gamma\Delta\Omega": "αβγδΓΔΩ",
    r"x \in \mathbb{R}^n \cap \mathcal{L}": "x ∈ ℝⁿ ∩ ℒ",
    r"\forall \epsilon > 0\ \exists \delta": "∀ϵ > 0 ∃δ",
    r"\left( \frac{a}{b} \right)^2": "(a/b)²",
    r"\underbrace{C + I}_{\text{private}} + G": "(C + I)_private + G",
    r"\operatorname{Var}(X) = E[X^2]": "Var(X) = E[X²]",
    r"\vec{F} = m\vec{a},\quad \dot{x},\ \overline{AB}": "F⃗ = ma⃗, ẋ, A̅B̅",
    r"\log_2 8 = 3,\quad \exp(-\lambda t)": "log₂ 8 = 3, exp(−λt)",
    r"\text{Рост ВВП} = 3{,}2\,\%": "Рост ВВП = 3,2 %",
    r"\text{gəlir artımı: } 5\,\%": "gəlir artımı: 5 %",
    r"f'(x) = a'' b": "f′(x) = a″b",
    r"x_{t+1} = A x_t, \qquad (1)": "xₜ₊₁ = Axₜ, (1)",
    "a × b ≤ c": "a × b ≤ c",
    r"\text{50\% \& more}": "50% & more",
}  # fmt: skip

WRONG = {
    "": "the formula is empty",
    "{}": "the formula is empty",
    r"\,": "the formula is empty",
    r"\frac{a}{b": "the opening brace { is not closed",
    "a}": "a closing brace } has no opening one",
    r"\left( x": r"\left is not closed",
    r"x \right)": r"\right has no \left before it",
    r"\left( {x \right)}": r"\right has no \left before it",
    r"\begin{cases} x": r"\begin{cases} is not closed",
    r"x \end{cases}": r"\end{cases} has no \begin{cases} before it",
    r"\begin{matrx} x \end{matrx}":
    r"there is no \begin{matrx} in formulas; did you mean \begin{matrix}?",
    r"\begin{equation} x \end{equation}":
    r"leave out \begin{equation} and \end{equation}: the formula stands by itself",
    r"\lapha": r"there is no command \lapha in formulas; did you mean \alpha?",
    r"\zzzzqqq": r"there is no command \zzzzqqq in formulas",
    r"\ce{H2O}": r"\ce is not supported in formulas; write \mathrm{H_2O}",
    r"\newcommand{\a}{b}": r"\newcommand defines a command, which a formula of a bulletin cannot",
    r"\textcolor{red}{x}": r"\textcolor sets distances or looks, which are the press's own",
    "50% x": r"a percent sign is written \%",
    "$x$": r"leave out the dollar signs; a dollar that is printed is written \$",
    "#1": r"a number sign is written \#",
    "{a & b}": "the sign & stands between the columns of a matrix or of lines; one that is"
    r" printed is written \&",
    r"\text{a {b}}": r"after \text come words in braces, as in \text{if }, without braces,"
    " commands or formulas among them",
    r"\frac{1}": "a fraction needs what is above and what is below its line",
    "x^": "a _ or ^ is followed by nothing",
    "x^2^3": "two ^ follow one another; put what they raise in braces",
    "x_1_2": "two _ follow one another; put what they lower in braces",
    r"\text{漢}": "the face of formulas has no “漢”",
    "x" * 2001: "the formula is longer than 2,000 characters",
    "{" * 30 + "x" + "}" * 30: "the formula is nested too deeply",
    r"\frac{1+" * 10 + "x" + "}{2}" * 10:
    "the formula has too many parts, or is nested too deeply; part it into several",
    "x+" * 100 + "y": "the formula is wider than a page; break it into lines with \\\\",
}  # fmt: skip


@pytest.mark.parametrize("tex", SHEET)
def test_a_formula_is_set_and_its_words_are_readable(tex: str) -> None:
    assert formulas.fault(tex) == ""
    assert formulas.words(tex) == SHEET[tex]


@pytest.mark.parametrize("tex", WRONG)
def test_a_wrong_formula_is_named_in_an_editors_words(tex: str) -> None:
    assert formulas.fault(tex) == WRONG[tex]


def test_the_words_of_a_wrong_formula_are_its_source() -> None:
    assert formulas.words("\\frac{a\n  }") == "\\frac{a }"


@pytest.mark.parametrize("display", [True, False])
@pytest.mark.parametrize("tex", SHEET)
def test_mathml_holds_what_every_reader_knows(tex: str, display: bool) -> None:
    root = formulas.mathml(tex, display)
    assert root.tag == f"{MATHML}math"
    assert root.get("display") == ("block" if display else "inline")
    assert root.get("alttext") == SHEET[tex]
    written = etree.tostring(root, encoding="unicode")
    assert written.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"')
    assert ":" not in re.sub('"[^"]*"|>[^<]*<', "", written)
    for part in root.iter():
        name = part.tag.removeprefix(MATHML)
        if name in ("mi", "mn", "mo", "mtext"):
            assert part.text
            assert not len(part)
            assert "\\" not in part.text
            assert "&" not in part.text or tex.startswith(r"\text{50")
        assert name not in ("menclose", "mpadded", "mphantom", "mfenced")


def test_limits_stand_above_and_below_where_a_formula_stands_by_itself() -> None:
    tags = [
        {one.tag.removeprefix(MATHML) for one in formulas.mathml(r"\sum_{i=1}^n i", way).iter()}
        for way in (True, False)
    ]
    assert "munderover" in tags[0]
    assert "msubsup" in tags[1]


def test_a_minus_before_a_number_is_no_difference() -> None:
    signs = formulas.mathml("-1 - (-2) = -x - y", True).findall(f".//{MATHML}mo")
    assert [one.get("form") for one in signs if one.text == "−"] == [
        "prefix", None, "prefix", "prefix", None,
    ]  # fmt: skip


@pytest.mark.parametrize("tex", SHEET)
def test_a_drawing_needs_no_font_and_nothing_outside(tex: str) -> None:
    drawn = formulas.drawing(tex, True)
    root = etree.fromstring(drawn.svg)
    names = {etree.QName(one).localname for one in root.iter()}
    assert names <= {"svg", "path", "rect", "g"}
    assert {"path"} <= names
    keys = {str(key) for one in root.iter() for key in one.attrib}
    assert not [key for key in keys if "href" in key or key == "id"]
    assert 0 < drawn.depth < drawn.height
    assert drawn.width < formulas.MAXIMUM_WIDTH
    assert outlines.draw(formulas.mathml(tex, True)) == drawn


def test_a_drawing_takes_the_colour_of_the_text() -> None:
    assert b"#123456" in formulas.drawing("x", True, "#123456").svg
    assert b"#16181d" in formulas.drawing("x", True).svg


PIECES = [
    *SHEET, *WRONG,
    "{", "}", "\\", "^", "_", "&", "'", "$", "%", "#", "~", "|", "[", "]", "\n", "‖",
    r"\left", r"\right.", r"\middle|",
    r"\begin{matrix}", r"\end{matrix}", r"\\", r"\sqrt", r"\frac",
    r"\over", r"\choose", r"\atop", r"\def\x{\x\x}", r"\newcommand{\x}[1]{#1#1}\x{\x{x}}", r"\hat",
    r"\mathbf", r"\text", r"\operatorname", r"\overset", r"\xrightarrow[a]", r"\limits", r"\not",
    r"\bigl(", r"\pmod", r"\bra", r"\substack{a\\b}", r"\displaystyle", "&#x1;", "\u202e", "𝐱", "é",
]  # fmt: skip
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join),
    st.builds(lambda piece, times: piece * times, st.sampled_from(PIECES), st.integers(1, 400)),
    st.builds(
        lambda piece, times: f"{piece}{{x+" * times + "}" * times,
        st.sampled_from([r"\sqrt", r"\frac1", "^", "_", "", r"\hat", r"\overset a", r"\binom1"]),
        st.integers(1, 60),
    ),
)


@settings(max_examples=300)
@given(HOSTILE)
def test_no_text_hangs_or_breaks_what_reads_formulas(tex: str) -> None:
    assert isinstance(formulas.words(tex), str)
    if not formulas.fault(tex):
        for display in (True, False):
            written = etree.tostring(formulas.mathml(tex, display))
            assert etree.fromstring(written).tag == f"{MATHML}math"
            assert formulas.drawing(tex, display).svg


@pytest.mark.parametrize("after", ["", " x", "{x}", "{x}{y}"])
def test_every_command_of_the_converter_is_set_or_named(after: str) -> None:
    """A command alone, or with what it may work on, gives a formula or a reason."""
    for name in sorted(grammar._known()):
        assert formulas.fault(f"\\{name}{after}") != "the formula cannot be read", name


ARTICLE = r"""
Power :math:`P = U I`
=====================

:Summary: On :math:`\frac{a}{b}`.

The energy :math:`E = mc^2` of a body. [#]_

.. math::
   :name: power

   P &= U I \\
     &= R I^2

A heading with :math:`\sqrt{x + 1}`
-----------------------------------

- In a list :math:`x_i`:

  .. math:: \sum_{i=1}^{n} x_i

See power_, :article:`the formula <power#power>`.

.. list-table:: A table of :math:`\alpha`

   * - :math:`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`
     - :math:`\mathbf{v} \in \mathbb{R}^3`

.. [#] A note on :math:`c`:

   .. math:: c = 299{,}792{,}458\ \mathrm{m/s}
"""
FORMULAS = [
    "P = UI", "E = mc²", "P = UI; = RI²", "√(x + 1)", "xᵢ", "∑ over i = 1 to n of xᵢ", "α",
    "(1, 2; 3, 4)", "v ∈ ℝ³", "c", "c = 299,792,458 m/s",
]  # fmt: skip


@pytest.fixture
def issue(tmp_path: Path) -> Issue:
    files: dict[str, str | bytes] = {
        "issue.rst": epub_support.MASTHEAD, "01-power.rst": ARTICLE,
        "02-other.rst": epub_support.simple("Other", "See :article:`power`."),
    }  # fmt: skip
    return epub_support.load(epub_support.write(tmp_path, files))


def test_the_e_book_holds_every_formula_and_the_judge_passes_it(
    issue: Issue, tmp_path: Path
) -> None:
    from bulletin_press.editions import epub

    (data,) = epub.render(issue).files.values()
    book = epub_support.Book(data)
    page = book.tree("articles/power.xhtml")
    assert [one.get("alttext") for one in page.iter(f"{MATHML}math")] == FORMULAS
    assert b":math" not in data
    held = dict(
        zip(book.opf("//o:item/@href"), [one.get("properties") for one in
            book.opf("//o:item[@href]")], strict=True)
    )  # fmt: skip
    assert held["articles/power.xhtml"] == "mathml"
    assert held["articles/other.xhtml"] is None
    assert held["front.xhtml"] == "mathml"
    features = book.opf("//o:meta[@property='schema:accessibilityFeature']/text()")
    assert {"MathML", "describedMath"} <= set(features)
    file = tmp_path / "book.epub"
    file.write_bytes(data)
    assert not judges.epubcheck(file)


def test_titles_give_their_formulas_as_words_where_only_words_can_stand(issue: Issue) -> None:
    assert issue.articles[0].title == "Power P = UI"
    _, book = printing.render(issue)
    titles = [title for _, title, _ in book.outline]
    assert titles[0] == "I. Power P = UI"
    assert "A heading with √(x + 1)" in issue.text


def test_the_printed_issue_draws_every_formula_with_its_words(issue: Issue) -> None:
    _, book = printing.render(issue)
    with pikepdf.open(io.BytesIO(book.data)) as file:
        found = [
            str(one.Alt) for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and "/Alt" in one and one.get("/S") == "/Formula"
        ]  # fmt: skip
    assert sorted(found) == sorted(["a/b", *FORMULAS])


def test_a_drawn_letter_is_as_high_as_the_letters_beside_it_and_on_their_line(
    tmp_path: Path,
) -> None:
    source = "Text\n====\n\nzzzz :math:`z` zzzz\n"
    folder = printing.write(tmp_path, {"issue.rst": printing.masthead(), "01-text.rst": source})
    _, book = printing.render(printing.load(folder))
    page = book.document[len(book.document) - 1]
    text = page.get_textpage()
    boxes = [
        text.get_charbox(at) for at in range(text.count_chars())
        if text.get_text_range(at, 1) == "z"
    ]  # fmt: skip
    assert len(boxes) == 8
    bottom, top = boxes[0][1], boxes[0][3]
    left, right = boxes[3][2], boxes[4][0]
    scale = 20
    image: Image.Image = page.render(
        scale=scale, crop=(left, bottom - 3, page.get_width() - right,
                           page.get_height() - top - 3)
    ).to_pil().convert("L")  # fmt: skip
    drawn = image.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert drawn is not None
    low, high = image.height - drawn[3] - 3 * scale, image.height - drawn[1] - 3 * scale
    assert abs(low) < 0.3 * scale
    assert abs(high - (top - bottom) * scale) < 0.3 * scale


def test_a_display_formula_stands_in_the_middle_of_its_column(tmp_path: Path) -> None:
    source = "Text\n====\n\n" + "Words words words. " * 30 + "\n\n.. math:: x\n"
    folder = printing.write(
        tmp_path, {"issue.rst": printing.masthead(), "01-text.rst": source},
        "[design]\ncolumns = 1\n",
    )  # fmt: skip
    _, book = printing.render(printing.load(folder))
    page = book.document[len(book.document) - 1]
    pictures = [
        one for one in page.get_objects(max_depth=4) if one.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH
    ]
    middles = [(one.get_bounds()[0] + one.get_bounds()[2]) / 2 for one in pictures]
    assert any(abs(middle - page.get_width() / 2) < 12 for middle in middles)


def test_the_effort_of_a_drawing_is_told_before_it_is_made() -> None:
    small, deep = (formulas.mathml(tex, True) for tex in ("x", r"\frac{1+\frac{1+x}{2}}{2}"))
    assert outlines.effort(small) < outlines.effort(deep) < 200
