"""What axe-core finds wrong with a page that Chromium shows, contrast included."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from playwright.sync_api import Page

from tests.judging import MODULES

_RUN = """async ([rules, book]) => {
    if (book) axe.configure({rules: ['aria-prohibited-attr', 'landmark-unique'].map(
        id => ({id, selector: ':not([role^=doc-])'}))});
    const options = {resultTypes: ['violations'], rules: {}};
    for (const rule of rules) options.rules[rule] = {enabled: false};
    const found = (await axe.run(document, options)).violations;
    return found.flatMap(rule => rule.nodes.map(node =>
        `${rule.id}: ${rule.help}: ${node.target.join(' ')}` +
        (rule.id == 'color-contrast' ? ': ' + node.any.map(one => one.message).join(' ') : '')));
}"""


def axe(page: Page, without: Collection[str] = (), *, book: bool = False) -> list[str]:
    """Every violation of any rule of axe-core, best practices included, one line for each element.

    ``without`` names rules that are not asked for. A page's own content security policy does not
    keep the judge out. For a page of a ``book``, two rules are not asked about elements with a
    role of DPUB-ARIA: they take it for no role at all.
    """
    page.evaluate(_source())
    found: list[str] = page.evaluate(_RUN, [list(without), book])
    return found


@cache
def _source() -> str:
    return (MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
