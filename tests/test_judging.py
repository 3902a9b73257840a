"""The judges of pages and letters find what is wrong, and nothing in what is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.judging.axe import axe
from tests.judging.browser import overflow, shown, views, without_style
from tests.judging.mail import mail_features
from tests.judging.nu import nu

GOOD = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Valley Notes</title>
<meta name="viewport" content="width=device-width">
<style>@media (prefers-color-scheme: dark) { main {
  background-color: #000 !important; color: #fff } }</style>
</head><body style="margin: 0"><main style="background-color: #fff">
<h1>Valley Notes</h1><p>A paragraph.</p></main></body></html>
"""


def test_nu_names_the_place_of_an_error(tmp_path: Path) -> None:
    wrong = GOOD.replace("<p>", "<p><p id=''>")
    path = tmp_path / "page.html"
    path.write_text(wrong, "utf-8")
    assert nu(GOOD) == []
    found = nu(GOOD, wrong, path)
    assert {one.partition(" ")[0] for one in found} == {"1:6:", "page.html:6:"}


def test_axe_measures_contrast_and_order(browser: Browser) -> None:
    wrong = GOOD.replace("<p>", "<h4>Too deep</h4><p style='color: #bbb'>")
    with shown(browser, GOOD) as page:
        assert axe(page) == []
    with shown(browser, wrong) as page:
        found = axe(page)
    assert {one.partition(":")[0] for one in found} == {"color-contrast", "heading-order"}


def test_a_page_is_seen_at_each_width_in_light_and_dark(browser: Browser) -> None:
    colour = "getComputedStyle(document.querySelector('main')).backgroundColor"
    seen = [(page.viewport_size, page.evaluate(colour)) for page in views(browser, GOOD)]
    assert [size["width"] for size, _ in seen if size] == [320, 320, 640, 640, 1200, 1200]
    assert [found for _, found in seen[:2]] == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    with shown(browser, without_style(GOOD), scheme="dark") as page:
        assert page.evaluate(colour) == "rgb(255, 255, 255)"


def test_scrolling_aside_is_measured(browser: Browser) -> None:
    wide = GOOD.replace("<p>", '<p style="width: 400px">')
    assert [overflow(page) for page in views(browser, wide, (320, 640), ["light"])] == [80, 0]


@pytest.mark.parametrize(
    ("html", "feature"),
    [
        ('<div style="display: flex">x</div>', "display:flex"),
        ('<div style="position: fixed">x</div>', "position"),
        ("<form><button>Go</button></form>", "<form> element"),
    ],
)
def test_features_that_mail_programs_lack_are_named(html: str, feature: str) -> None:
    assert mail_features(GOOD) == []
    lacks = {one.feature: one.programs for one in mail_features(GOOD.replace("A par", html))}
    assert "outlook.windows" in lacks[feature]
