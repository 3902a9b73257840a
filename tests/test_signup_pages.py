"""The sign-up pages as readers see them: one whole journey without script, and what judges say."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Formatter

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from bulletin_press.distribution.clock import SECOND
from bulletin_press.distribution.signup.wording import LANGUAGES, choose, wording
from tests.delivery_support import TOML
from tests.judging.axe import axe
from tests.judging.browser import SCHEMES, Scheme, overflow, shown
from tests.judging.nu import nu
from tests.signup_support import Site, opened, site

WIDTHS = (320, 1200)
READER = "reader@example.org"
SIGNUP = Path(__file__).parents[1] / "src/bulletin_press/distribution/signup"


@contextmanager
def served(folder: Path, toml: str = TOML) -> Iterator[tuple[Site, str]]:
    """A site that listens, and its address on this machine."""
    with site(folder, toml) as one, socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(one.app, log_level="warning", access_log=False, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield one, f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def press(page: Page, name: str) -> str:
    """Press a button; returns the heading of the page that follows."""
    page.get_by_role("button", name=name, exact=True).click()
    return page.locator("h1").inner_text()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_whole_journey_without_script(
    tmp_path: Path, browser: Browser, width: int, scheme: Scheme
) -> None:
    with (
        served(tmp_path) as (here, address),
        shown(browser, address + "/", width, scheme, scripts=False) as page,
    ):
        assert not page.locator("#device").is_visible()
        page.get_by_label("E-mail address").fill(READER)
        page.get_by_role("radio", name="As a PDF").check()
        assert press(page, "Subscribe") == "Subscribe"  # too quick for a person
        here.later(10 * SECOND)
        assert page.get_by_role("radio", name="As a PDF").is_checked()
        assert press(page, "Subscribe") == "Look into your mailbox"
        page.goto(address + here.box.link("confirm"))
        assert press(page, "Yes, subscribe me") == "You are subscribed"
        assert (here.state(), here.reader(READER).form) == ("active", "pdf")
        page.goto(address + here.box.link("preferences"))
        page.get_by_role("radio", name="As an e-book").check()
        page.get_by_label("Name").fill("R. Eader")
        press(page, "Save")
        assert page.get_by_role("status").inner_text() == "Your choices are saved."
        assert (here.reader(READER).form, here.reader(READER).name) == ("epub", "R. Eader")
        press(page, "Pause")
        assert here.state() == "paused"
        press(page, "Resume")
        assert here.state() == "active"
        page.goto(address + here.box.link("unsubscribe"))
        assert press(page, "Unsubscribe") == "You are unsubscribed"
        assert here.state() == "unsubscribed"
        page.get_by_role("link", name="Subscribe again").click()
        assert page.locator("h1").inner_text() == "Subscribe"
        assert page.context.cookies() == []


def prepared(here: Site) -> dict[str, str]:
    """The paths of all pages, by name, of a site with a reader."""
    token = here.subscribe(form="kindle", device="me@kindle.com", name="R. Eader")
    here.ask(address="other@example.org", form="kindle", device="me@kindle.com")
    confirm = here.box.link("confirm", "other@example.org")
    here.client.post(f"/preferences/{token}", data={"do": "move", "new_address": "n@example.net"})
    return {
        "form": "/",
        "confirm": confirm,
        "move": here.box.link("confirm", "n@example.net"),
        "leave": f"/unsubscribe/{token}",
        "preferences": f"/preferences/{token}",
        "dead": "/confirm/x",
    }


def test_pages_please_axe_and_fit_at_each_width_in_light_and_dark(
    tmp_path: Path, browser: Browser
) -> None:
    found = []
    with served(tmp_path) as (here, address):
        paths = prepared(here)
        for language in ("en", "ar"):
            for name, path in paths.items():
                query = "&lang=" if "?" in path else "?lang="
                with shown(browser, address + path + query + language) as page:
                    for width in WIDTHS:
                        for scheme in SCHEMES:
                            page.set_viewport_size({"width": width, "height": 900})
                            page.emulate_media(color_scheme=scheme)
                            where = f"{language} {name} {width} {scheme}"
                            found += [f"{where}: {one}" for one in [*axe(page), *small(page)]]
                            found += [f"{where}: scrolls aside"] * bool(overflow(page))
    assert found == []


def test_a_form_to_be_corrected_pleases_axe_and_has_the_focus(
    tmp_path: Path, browser: Browser
) -> None:
    with served(tmp_path) as (_, address):
        for scheme in SCHEMES:
            with shown(browser, address + "/", 320, scheme) as page:
                page.fill("#address", "reader@example")
                page.fill("#name", "see https://x.example")
                page.get_by_role("button", name="Subscribe").click()
                assert axe(page) == []
                assert page.evaluate("document.activeElement.className") == "mistakes"
                assert page.title().startswith("Please correct this")
                page.locator(".mistakes a").first.click()
                assert page.evaluate("document.activeElement.id") == "address"
                page.keyboard.press("Tab")
                assert page.evaluate("document.activeElement.type") == "radio"


def test_the_publications_own_colours_are_readable_in_the_dark(
    tmp_path: Path, browser: Browser
) -> None:
    base = (Path(__file__).parents[1] / "styles/base.css").read_text("utf-8")
    (tmp_path / "styles").mkdir()
    for brand in ("#000000", "#5b1a8a", "#00450f"):
        own = base.replace("#14325c", brand).replace("#a8322d", brand)
        (tmp_path / "styles" / "base.css").write_text(own, "utf-8")
        with served(tmp_path) as (here, address):
            for scheme in SCHEMES:
                with shown(browser, address + "/confirm/x", 320, scheme) as page:
                    assert axe(page) == []
            with here.office.database.write() as connection:
                connection.exec_driver_sql("DELETE FROM requests")


def test_pages_are_valid_html_in_every_language(tmp_path: Path) -> None:
    pages = []
    with site(tmp_path) as here:
        paths = prepared(here)
        for language in LANGUAGES:
            for path in paths.values():
                query = "&lang=" if "?" in path else "?lang="
                answer = here.client.get(path + query + language)
                tree = opened(answer.content)
                assert tree.get("lang") == language
                assert tree.get("dir", "ltr") == wording(language).direction
                pages.append(answer.text)
        wrong = here.client.post("/", data={"address": "<", "name": "<", "form": "x"})
        sent = here.client.post("/", data=here.form(address="third@example.org"))
        pages += [wrong.text, sent.text]
    assert nu(*pages) == []


def small(page: Page) -> list[str]:
    """What can be pressed and is smaller than 44 pixels; links within a sentence may be."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, select, input, label.choice')]
        .filter(one => !['hidden', 'radio'].includes(one.type) && one.checkVisibility())
        .filter(one => !one.closest('.trap'))
        .filter(one => one.getBoundingClientRect().height < 44)
        .map(one => `${one.outerHTML} is ${one.getBoundingClientRect().height} high`)"""
    )
    return found


# Words ------------------------------------------------------------------------------------------


def test_every_language_has_every_sentence_with_the_same_facts() -> None:
    english = wording("en").sentences
    for language in LANGUAGES:
        sentences = wording(language).sentences
        assert list(sentences) == list(english), language
        for name, sentence in sentences.items():
            assert facts(sentence) == facts(english[name]), (language, name)
            assert sentence.strip() == sentence != ""


def test_every_sentence_is_used() -> None:
    code = "".join(path.read_text("utf-8") for path in SIGNUP.glob("*.py"))
    made = re.compile(r"(letter|pdf|epub|large_print|link|kindle)(_more)?|mail_.*|confirm_.*")
    for name in wording("en").sentences:
        assert f'"{name}"' in code or made.fullmatch(name), name


@pytest.mark.parametrize(
    ("asked", "known", "accepted", "chosen"),
    [
        ("tr", "de", "fr", "tr"),
        ("xx", "de-AT", "fr", "de"),
        ("", "", "fr-CH, de;q=0.9, *;q=0.5", "fr"),
        ("", "", "nl, de;q=0.3, az;q=0.8", "az"),
        ("", "", "de;q=0, ru;q=0.001", "ru"),
        ("", "", "de;q=x, ;;;,=, *", "pl"),
        ("", "xx", "", "pl"),
        ("../en", "", "a" * 100_000, "pl"),
    ],
)
def test_the_language_of_a_page(asked: str, known: str, accepted: str, chosen: str) -> None:
    assert choose(asked, known, accepted, "pl-PL").language == chosen


def facts(sentence: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}
