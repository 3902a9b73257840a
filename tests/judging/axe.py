"""What axe-core finds wrong with a page that Chromium shows, contrast included."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from playwright.sync_api import Page

from tests.judging import MODULES

_RUN = """async rules => {
    const options = {resultTypes: ['violations'], rules: {}};
    for (const rule of rules) options.rules[rule] = {enabled: false};
    const found = (await axe.run(document, options)).violations;
    return found.flatMap(rule => rule.nodes.map(node =>
        `${rule.id}: ${rule.help}: ${node.target.join(' ')}` +
        (rule.id == 'color-contrast' ? ': ' + node.any.map(one => one.message).join(' ') : '')));
}"""


def axe(page: Page, without: Collection[str] = ()) -> list[str]:
    """Every violation of any rule of axe-core, best practices included, one line for each element.

    ``without`` names rules that are not asked for. A page's own content security policy does not
    keep the judge out.
    """
    page.evaluate(_source())
    found: list[str] = page.evaluate(_RUN, list(without))
    return found


@cache
def _source() -> str:
    return (MODULES / "axe-core" / "axe.min.js").read_text("utf-8")
