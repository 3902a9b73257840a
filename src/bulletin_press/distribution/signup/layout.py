"""What all sign-up pages have in common: the frame, fields with their labels, buttons, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from lxml import etree

from bulletin_press import page
from bulletin_press.config import Publication
from bulletin_press.distribution.signup.wording import LANGUAGES, Wording, wording
from bulletin_press.page import element
from bulletin_press.source.languages import direction

SHEET = "signup.css"
Child = etree._Element | str


@dataclass(frozen=True, slots=True)
class View:
    """For whom a page is made: the publication, and the words in the reader's language.

    ``asked`` says whether the reader chose that language, so that links keep it.
    """

    publication: Publication
    words: Wording
    asked: bool = False

    @property
    def base(self) -> str:
        """The path of the form, with a slash at its end."""
        return urlsplit(self.publication.delivery.signup_url).path or "/"

    def path(self, name: str = "", token: str = "") -> str:
        """The path of a page, or of the form."""
        path = self.base + name + ("/" if name else "") + quote(token)
        return f"{path}?lang={self.words.language}" if self.asked else path


def document(view: View, heading: str, *content: Child, mistaken: bool = False) -> bytes:
    """A whole page; ``mistaken`` marks it as one that asks for a correction."""
    title = f"{heading} – {view.publication.title}"
    if mistaken:
        title = f"{view.words('mistake')}: {title}"
    head = [
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="robots", content="noindex"),
        element("link", rel="stylesheet", href=view.base + SHEET),
    ]
    body = element(
        "body",
        _masthead(view.publication),
        element("main", element("h1", text=heading), *content),
        _foot(view),
    )
    root = page.shell(title, view.words.language, view.words.direction, body, head)
    return page.html(root).encode()


def paragraph(*content: Child, kind: str = "") -> etree._Element:
    """A paragraph, of a class if one is given."""
    return element("p", *content, **({"class_": kind} if kind else {}))


def literal(text: str) -> etree._Element:
    """Text that reads in its own direction, such as an address or a name."""
    return element("bdi", text=text)


def sentence(view: View, name: str, **facts: str) -> list[Child]:
    """A sentence of the wording with each fact as a ``literal`` in its place."""
    marks = {key: f"\0{key}\0" for key in facts}
    pieces = view.words(name, **marks).split("\0")
    return [literal(facts[one]) if at % 2 else one for at, one in enumerate(pieces) if one]


def form(*content: Child, action: str = "") -> etree._Element:
    """A form that is posted to where it came from, or to ``action``."""
    made = element("form", *content, method="post")
    if action:
        made.set("action", action)
    return made


def hidden(name: str, value: str) -> etree._Element:
    """A value that is posted with a form."""
    return element("input", type="hidden", name=name, value=value)


def button(text: str, name: str = "", value: str = "", kind: str = "") -> etree._Element:
    """The button that sends a form, with a value of its own if it has a name."""
    made = element("button", text=text, type="submit")
    if name:
        made.set("name", name)
        made.set("value", value)
    if kind:
        made.set("class", kind)
    return made


def link(text: str, address: str) -> etree._Element:
    """A link."""
    return element("a", text=text, href=address)


def field(
    view: View,
    name: str,
    label: str,
    control: etree._Element,
    more: list[Child] | None = None,
    wrong: str = "",
    optional: bool = False,
) -> etree._Element:
    """A control with its label, what there is to say about it, and what is wrong with it."""
    control.set("id", name)
    control.set("name", name)
    caption = element("label", label, for_=name)
    if optional:
        caption.append(element("span", text=f" ({view.words('optional')})", class_="optional"))
    children: list[Child] = [caption]
    described = []
    if more:
        children.append(element("p", *more, class_="more", id=f"{name}-more"))
        described.append(f"{name}-more")
    if wrong:
        children.append(element("p", text=view.words(wrong), class_="wrong", id=f"{name}-wrong"))
        described.append(f"{name}-wrong")
        control.set("aria-invalid", "true")
    if described:
        control.set("aria-describedby", " ".join(described))
    return element("div", *children, control, class_=f"field {name}")


def choice(
    view: View, name: str, values: Mapping[str, tuple[str, str]], chosen: str, wrong: str = ""
) -> etree._Element:
    """Radio buttons for ``values``: each with its label and what there is to say about it."""
    legend = element("legend", text=view.words(name))
    group = element("fieldset", legend, class_="field")
    if wrong:
        group.append(element("p", text=view.words(wrong), class_="wrong", id=f"{name}-wrong"))
        group.set("aria-describedby", f"{name}-wrong")
    for number, (value, (label, more)) in enumerate(values.items()):
        control = element("input", type="radio", name=name, value=value)
        control.set("id", name if not number else f"{name}-{value}")
        control.set("required", "")
        if value == chosen:
            control.set("checked", "")
        text = element("span", element("b", text=label), " ", element("span", text=more))
        group.append(element("label", control, " ", text, class_="choice"))
    return group


def mistakes(view: View, wrong: Mapping[str, str]) -> etree._Element:
    """The list of what must be corrected, each with the way to its field; it has the focus."""
    listed = [
        element("li", link(view.words(sentence), f"#{name}")) for name, sentence in wrong.items()
    ]
    summary = element(
        "div",
        element("h2", text=view.words("mistake")),
        element("ul", *listed),
        class_="mistakes", role="alert", tabindex="-1",
    )  # fmt: skip
    summary.set("autofocus", "")
    return summary


def _masthead(publication: Publication) -> etree._Element:
    title = _own_words(publication, publication.title)
    if publication.base_url:
        title = element("a", title, href=publication.base_url)
    made = element("header", paragraph(title, kind="title"))
    if publication.subtitle:
        made.append(paragraph(_own_words(publication, publication.subtitle), kind="subtitle"))
    return made


def _own_words(publication: Publication, text: str) -> etree._Element:
    tag = publication.language
    return element("bdi", text=text, lang=tag, dir=direction(tag))


def _foot(view: View) -> etree._Element:
    """The other languages of the page, and who publishes."""
    listed = []
    for language in LANGUAGES:
        name = wording(language)("own_name")
        if language == view.words.language:
            one = element("span", text=name, aria_current="true")
        else:
            one = element("a", text=name, href=f"?lang={language}", hreflang=language)
            one.set("rel", "nofollow")
        one.set("lang", language)
        listed.append(element("li", one))
    languages = element("nav", element("ul", *listed), aria_label=view.words("languages"))
    publication = view.publication
    lines = dict.fromkeys(
        filter(
            None, [publication.publisher, publication.imprint.address, publication.imprint.rights]
        )
    )
    imprint = [paragraph(literal(line)) for line in lines]
    return element("footer", languages, *imprint)
