"""A letter's HTML whole: the head, the frame, every style written into its element."""

from __future__ import annotations

import re

import css_inline
from lxml import etree

from bulletin_press import styles
from bulletin_press.editions.letter.brand import additions
from bulletin_press.issue import Issue
from bulletin_press.markup import XML_LANG
from bulletin_press.page import element, html, shell

_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
# Outlook's older programs know neither max-width nor padding; the others skip comments.
_FRAME = (
    '[if mso]><table role="presentation" align="center" width="640" cellpadding="24">'
    "<tr><td><![endif]",
    "[if mso]></td></tr></table><![endif]",
)
_LONGEST = 300


def document(issue: Issue, body: etree._Element) -> etree._Element:
    """The HTML document of a letter, from its ``body`` as mail programs know it.

    Raises ProblemsError (L103) for a style sheet that is broken.
    """
    values = styles.variables(issue.publication)
    css = styles.sheet(issue.publication, "letter.css", more=additions(values)).text
    sheet = element("div", *body, class_="letter-sheet", lang=issue.language, dir=issue.direction)
    made = element("body")
    if before := preheader(issue):
        made.append(element("div", text=before, class_="letter-preheader", aria_hidden="true"))
    made.append(etree.Comment(_FRAME[0]))
    made.append(sheet)
    made.append(etree.Comment(_FRAME[1]))
    head = [
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("style", text=css),
    ]
    root = shell(issue.name, issue.language, issue.direction, made, head)
    root.set("dir", issue.direction)
    root.attrib.pop(XML_LANG, "")
    return _inlined(html(root))


def preheader(issue: Issue) -> str:
    """The line that a list of letters shows after the subject: the summary, or the titles."""
    text = issue.summary or " · ".join(article.title for article in issue.articles)
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _inlined(text: str) -> etree._Element:
    """The document with its styles in its elements; rules for dark and narrow screens stay."""
    inliner = css_inline.CSSInliner(
        keep_at_rules=True, load_remote_stylesheets=False, minify_css=True
    )
    root = etree.fromstring(inliner.inline(text), etree.HTMLParser(encoding="utf-8"))
    head = root.find("head")
    assert head is not None
    charset = head.find("meta[@charset]")
    assert charset is not None
    head.insert(0, charset)
    kept = "".join(style.text or "" for style in head.iter("style"))
    known = frozenset(_CLASS.findall(kept))
    for part in root.iter(etree.Element):
        if "class" in part.attrib:
            names = [name for name in (part.get("class") or "").split() if name in known]
            part.set("class", " ".join(names))
            if not names:
                del part.attrib["class"]
    return root
