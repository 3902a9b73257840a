"""What lets a passage go unsearched: a sign's mark is in all that it finds, odd lines are odd."""

import sys

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press.source.kinds import Kinds
from bulletin_press.source.proofreading import lint
from bulletin_press.source.proofreading.signs import SIGNS, Sign

EXAMPLES = (
    "word[#]_", "[1]_word", "[1]", "[#]", "![a](b)", "[a](b)", "[a][b]", "# Title", "```", "> said",
    "~~gone~~", "__bold__", "_italic_", "***both***", "** bold **", "[x] done", "|---|", "<br/>",
    "<!-- no", "&amp;", "word*s*", "2*3*", "a@example.org_", "..note::", "a\n.. note:: b",
    "...note::",
)  # fmt: skip
_PARTS = ["\n", "\t", " ", "word", "1", "\x00", "\\", "amp;", "br>", "note", "__init__", "İ", "ſ"]


@pytest.mark.parametrize(("sign", "example"), [*zip(SIGNS, EXAMPLES, strict=True)])
def test_a_sign_is_found_and_holds_its_mark(sign: Sign, example: str) -> None:
    found = list(sign.found(example))
    assert found
    assert all(sign.mark in one[0] for one in found)


@given(st.lists(st.sampled_from([*_PARTS, *EXAMPLES, *"[]()#_*~<>!&@.:-|`"])).map("".join))
def test_whatever_a_sign_finds_holds_its_mark(text: str) -> None:
    for sign in SIGNS:
        assert all(sign.mark in one[0] for one in sign.found(text))


def test_what_is_sought_in_odd_lines_cannot_be_printed() -> None:
    printed = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    for name in ("_SEPARATORS", "_INVISIBLE", "_CONTROL", "_ODD_BLANK"):
        assert not vars(lint)[name].search(printed)


def test_kinds_are_those_of_a_walk() -> None:
    inner = nodes.paragraph("", "", nodes.Text("one"), nodes.emphasis("", "two"))
    tree = nodes.section("", inner, nodes.block_quote("", nodes.paragraph("", "three")))
    kinds = Kinds(tree)
    for kind in (nodes.section, nodes.paragraph, nodes.emphasis, nodes.Text, nodes.comment):
        assert list(kinds.all(kind)) == list(tree.findall(kind))
