"""The sign-up pages: what each says and asks."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from bulletin_press.distribution.readers.subscription import Subscription
from bulletin_press.distribution.signup import mails
from bulletin_press.distribution.signup.fields import LONGEST_NAME, Wish
from bulletin_press.distribution.signup.layout import (
    Child,
    View,
    button,
    choice,
    document,
    field,
    form,
    hidden,
    link,
    mistakes,
    paragraph,
    sentence,
)
from bulletin_press.distribution.signup.wording import LANGUAGES, wording
from bulletin_press.distribution.words import FORMS
from bulletin_press.page import element

TRAP = "website"
STAMP = "given"


def languages(view: View) -> dict[str, str]:
    """The languages in which issues can be asked for, by tag, with their own names."""
    own = view.publication.language
    first = own.split("-")[0].lower()
    tags = {own if one == first else one: wording(one)("own_name") for one in LANGUAGES}
    return tags if own in tags else {own: own, **tags}


def subscribe(view: View, wish: Wish, stamp: str) -> bytes:
    """The form by which somebody subscribes, with what is filled in and wrong."""
    words = view.words
    address = element("input", type="email", value=wish.address, autocomplete="email", dir="ltr")
    address.set("required", "")
    address.set("maxlength", "254")
    trap = element("input", type="text", autocomplete="off", tabindex="-1", id=TRAP, name=TRAP)
    content: list[Child] = [paragraph(words("how"), kind="lead")]
    if wish.wrong:
        content.insert(0, mistakes(view, wish.wrong))
    content.append(
        form(
            hidden(STAMP, stamp),
            field(view, "address", words("address"), address, wrong=wish.wrong.get("address", "")),
            *_choices(view, wish),
            element(
                "div", element("label", words("trap"), for_=TRAP), trap,
                class_="trap", aria_hidden="true",
            ),
            _privacy(view),
            button(words("subscribe")),
        )
    )  # fmt: skip
    return document(view, words("subscribe"), *content, mistaken=bool(wish.wrong))


def consent(view: View) -> str:
    """The words to which somebody agrees by sending the form, as the page shows them."""
    lines = (
        " ".join("".join(map(str, one.itertext())).split())
        for one in _privacy(view).iter("h2", "p")
    )
    return "\n".join(lines)


def sent(view: View) -> bytes:
    """What everybody sees who has sent the form, whoever they are."""
    words = view.words
    return document(
        view, words("sent"), paragraph(words("sent_text"), kind="lead"),
        paragraph(words("sent_missing")),
    )  # fmt: skip


def confirm(view: View, kind: str, form_name: str, language: str, device: str) -> bytes:
    """The page with the button that confirms a wish."""
    words = view.words
    if kind == "subscribe":
        tags = languages(view)
        chosen = [
            element("dt", text=words("language")),
            element("dd", text=tags.get(language, language)),
            element("dt", text=words("form")),
            element("dd", text=words(form_name.replace("-", "_"))),
        ]
        if device:
            chosen += [
                element("dt", text=words("device")),
                element("dd", element("bdi", text=device)),
            ]
        return document(
            view, words("confirm"), paragraph(words("confirm_text"), kind="lead"),
            element("dl", *chosen), form(button(words("confirm_button"), kind="large")),
        )  # fmt: skip
    return document(
        view, words(f"confirm_{kind}"),
        paragraph(*sentence(view, f"confirm_{kind}_text", device=device), kind="lead"),
        form(button(words("confirm_change"), kind="large")),
    )  # fmt: skip


def confirmed(view: View, kind: str) -> bytes:
    """What is said once a wish is confirmed, however often."""
    words = view.words
    if kind == "subscribe":
        return document(view, words("confirmed"), paragraph(words("confirmed_text"), kind="lead"))
    return document(view, words("changed"))


def leave(view: View, token: str) -> bytes:
    """The page with the button that ends a subscription."""
    words = view.words
    return document(
        view, words("leave"), paragraph(words("leave_text"), kind="lead"),
        form(button(words("leave"), kind="large")),
        paragraph(link(words("leave_instead"), view.path("preferences", token))),
    )  # fmt: skip


def left(view: View) -> bytes:
    """What is said once a subscription has ended, however often."""
    return _ending(view, "left", "left_text", "again")


def preferences(
    view: View, known: Subscription, token: str, wish: Wish, said: tuple[str, ...] = ()
) -> bytes:
    """The page on which readers change their subscription; ``said`` tells what was just done."""
    words = view.words
    content: list[Child] = []
    if said:
        lines = [paragraph(words(one)) for one in said]
        content.append(element("div", *lines, class_="said", role="status"))
    if wish.wrong:
        content.append(mistakes(view, wish.wrong))
    content.append(paragraph(*sentence(view, "settings_for", address=masked(known.address))))
    if known.state == "paused" and "paused" not in said:
        content.append(paragraph(words("paused"), kind="notice"))
    content += [
        form(
            *_choices(view, wish, known.device),
            button(words("save"), "do", "save"),
        ),
        _pause(view, known),
        _move(view, wish),
        element(
            "section", element("h2", text=words("leave")),
            form(
                paragraph(words("leave_text")), button(words("leave"), kind="plain"),
                action=view.path("unsubscribe", token),
            ),
        ),
    ]  # fmt: skip
    return document(view, words("settings"), *content, mistaken=bool(wish.wrong))


def not_active(view: View) -> bytes:
    """The preferences of somebody to whom nothing is sent."""
    return _ending(view, "not_active", "not_active_text", "again")


def dead(view: View) -> bytes:
    """The one answer to every link that does not work, whatever the reason."""
    return _ending(view, "dead", "dead_text", "subscribe")


def _ending(view: View, heading: str, text: str, onward: str) -> bytes:
    """A page of two sentences and a link to the form, by the names of their words."""
    words = view.words
    return document(
        view, words(heading), paragraph(words(text), kind="lead"),
        paragraph(link(words(onward), view.path())),
    )  # fmt: skip


def refused(view: View, heading: str, text: str = "") -> bytes:
    """A page that says by two sentences what did not work."""
    words = view.words
    content = [paragraph(words(text), kind="lead")] if text else []
    return document(
        view, words(heading), *content, paragraph(link(words("subscribe"), view.path()))
    )


def masked(address: str) -> str:
    """An address as its owner recognises it and nobody else can use it."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…\u2060@{domain}" if address else ""


def _choices(view: View, wish: Wish, device: str = "") -> list[etree._Element]:
    """The fields that say what is sent: form, e-reader, language, name."""
    words, wrong = view.words, wish.wrong
    forms = {
        one: (words(one.replace("-", "_")), words(f"{one.replace('-', '_')}_more")) for one in FORMS
    }
    reader = element("input", type="email", value=wish.device, autocomplete="off", dir="ltr")
    reader.set("maxlength", "254")
    hint = sentence(view, "device_more", sender=mails.from_address(view.publication))
    if device:
        hint = [element("bdi", text=masked(device)), " – ", *hint]
    tongue = element("select")
    tags = languages(view)
    asked = [tag for tag in tags if view.asked and tag.split("-")[0].lower() == words.language]
    chosen = wish.language or (asked or [view.publication.language])[0]
    for tag, own_name in {
        **({wish.language: wish.language} if wish.language else {}),
        **tags,
    }.items():
        option = element("option", text=own_name, value=tag, lang=tag)
        if tag == chosen:
            option.set("selected", "")
        tongue.append(option)
    name = element("input", type="text", value=wish.name, autocomplete="name", dir="auto")
    name.set("maxlength", str(LONGEST_NAME))
    return [
        choice(view, "form", forms, wish.form, wrong.get("form", "")),
        field(view, "device", words("device"), reader, hint, wrong.get("device", "")),
        field(view, "language", words("language"), tongue, wrong=wrong.get("language", "")),
        field(
            view, "name", words("person"), name, wrong=wrong.get("name", ""), optional=True
        ),
    ]  # fmt: skip


def _privacy(view: View) -> etree._Element:
    """The privacy notice, which ends with what the reader agrees to."""
    publication, delivery = view.publication, view.publication.delivery
    facts: Mapping[str, str] = {
        "publisher": mails.publisher(publication),
        "unconfirmed": str(delivery.keep_unconfirmed_days),
        "unsubscribed": str(delivery.keep_unsubscribed_days),
        "contact": mails.contact(publication),
    }
    content = [
        paragraph(*sentence(view, "privacy_purpose", publisher=facts["publisher"])),
        paragraph(view.words("privacy_time", **facts)),
        paragraph(*sentence(view, "privacy_rights", contact=facts["contact"])),
    ]
    if delivery.privacy_url:
        content.append(paragraph(link(view.words("privacy_link"), delivery.privacy_url)))
    content.append(paragraph(view.words("consent"), kind="consent"))
    return element("section", element("h2", text=view.words("privacy")), *content, class_="privacy")


def _pause(view: View, known: Subscription) -> etree._Element:
    words = view.words
    if known.state == "paused":
        return element(
            "section", element("h2", text=words("resume")),
            form(button(words("resume"), "do", "resume", "plain")),
        )  # fmt: skip
    return element(
        "section", element("h2", text=words("pause")),
        form(paragraph(words("pause_text")), button(words("pause"), "do", "pause", "plain")),
    )  # fmt: skip


def _move(view: View, wish: Wish) -> etree._Element:
    words = view.words
    address = element("input", type="email", value=wish.address, autocomplete="email", dir="ltr")
    address.set("required", "")
    address.set("maxlength", "254")
    wrong = wish.wrong.get("new_address", "")
    return element(
        "section", element("h2", text=words("move")),
        form(
            paragraph(words("move_text")),
            field(view, "new_address", words("new_address"), address, wrong=wrong),
            button(words("move_button"), "do", "move", "plain"),
        ),
    )  # fmt: skip
