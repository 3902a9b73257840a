"""What a subscription holds: values that are safe to store, show and write into a mail."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bulletin_press import checks
from bulletin_press.distribution.words import FORMS

MAXIMUM_NAME = 200
MAXIMUM_SOURCE = 200
MAXIMUM_WORDING = 20_000
_NO_TEXT = ("Cc", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Consent:
    """That a reader agreed: when (ms), where that is known from, and to which words."""

    at: int
    source: str
    wording: str

    def __post_init__(self) -> None:
        if not self.source.strip() or not self.wording.strip():
            raise ValueError("a consent has a source and a wording")
        if len(self.source) > MAXIMUM_SOURCE:
            raise ValueError(f"a consent's source has at most {MAXIMUM_SOURCE} signs")
        if len(self.wording) > MAXIMUM_WORDING:
            raise ValueError(f"a consent's wording has at most {MAXIMUM_WORDING:,} signs")
        if any(unicodedata.category(sign) in _NO_TEXT for sign in self.source):
            raise ValueError("a consent's source is one line of text")
        if "\0" in self.wording:
            raise ValueError("a consent's wording is text")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A row of the list. Moments are milliseconds; ``address`` is empty once it is erased."""

    id: int
    public_id: str
    address: str
    name: str
    language: str
    form: str
    device: str
    device_confirmed_at: int | None
    state: str
    state_reason: str
    consent_at: int | None
    consent_source: str
    consent_wording: str
    soft_bounces: int
    created_at: int
    changed_at: int


def label(text: str) -> str:
    """A name as one line: blanks of all kinds as single spaces. Raises ValueError if it is none."""
    found = " ".join(text.split())
    if len(found) > MAXIMUM_NAME:
        raise ValueError(f"a name has at most {MAXIMUM_NAME} signs")
    if any(unicodedata.category(sign) in _NO_TEXT for sign in found):
        raise ValueError("a name is text, without control characters")
    return unicodedata.normalize("NFC", found)


def language_tag(text: str) -> str:
    """A BCP 47 tag in its usual capitals (RFC 5646 §2.1.1). Raises ValueError if it is none."""
    first, *others = checks.language_tag(text.strip().replace("_", "-")).split("-")
    if len(text) > 35:
        raise ValueError("a language tag such as en-US or az")
    capitals = {2: str.upper, 4: str.title}
    return "-".join(
        [first.lower(), *(capitals.get(len(one), str.lower)(one.lower()) for one in others)]
    )


def form_name(text: str) -> str:
    """One of the forms. Raises ValueError if it is none."""
    return checks.among(*FORMS)(text)
