"""What people write for a column, a form, a language or a state, and what is meant by it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from bulletin_press.distribution.clock import SECOND
from bulletin_press.distribution.readers.subscription import language_tag
from bulletin_press.problems import suggestion

COLUMNS = (
    "address", "name", "language", "form", "device", "device-confirmed", "state",
    "consent-date", "consent-source", "consent-wording",
)  # fmt: skip


def _meanings(table: Mapping[str, str]) -> dict[str, str]:
    return {
        _plain(word): meaning
        for meaning, words in table.items()
        for word in (meaning, *words.split(", "))
    }


def _plain(text: str) -> str:
    """A word without capitals, accents, blanks and signs."""
    parts = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    return re.sub(r"[\W_]+", "", "".join(s for s in parts if not unicodedata.combining(s)))


_COLUMN = _meanings(
    {
        "address": "e-mail, mail, email address, e-mail 1 value, email 1, mail address, mailbox,"
        " subscriber email, primary email, E-Mail-Adresse, Mailadresse, adresse mail,"
        " adresse e-mail, courriel, adresse électronique, correo, correo electrónico,"
        " dirección de correo, posta elettronica, indirizzo e-mail, endereço de e-mail,"
        " e-mailadres, e-posta, e-posta adresi, elektron poçt, e-poçt, e-poçt ünvanı, poçt,"
        " почта, эл почта, электронная почта, адрес почты, имейл, емейл, adres e-mail",
        "place": "address, Adresse, dirección, indirizzo, endereço, adres, ünvan, адрес",
        "name": "full name, display name, subscriber, subscriber name, reader, nom complet,"
        " vollständiger Name, nombre, nombre completo, nome, nome completo, naam, ad soyad,"
        " adı soyadı, ad və soyad, имя, фио, имя и фамилия, imię i nazwisko, όνομα",
        "first-name": "first, given name, forename, Vorname, prénom, nombre de pila, voornaam, ad,"
        " adı, imię, имя собственное",
        "last-name": "last, family name, surname, Nachname, Familienname, nom de famille, nom,"
        " apellido, apellidos, cognome, sobrenome, achternaam, soyad, soyadı, nazwisko, фамилия",
        "language": "lang, locale, language code, preferred language, Sprache, langue, idioma,"
        " lingua, língua, taal, dil, язык, język, γλώσσα",
        "form": "format, edition, Ausgabe, Fassung, édition, edición, formato,"
        " edizione, edição, vorm, biçim, baskı, nəşr, forma, формат, издание, wydanie, έκδοση",
        "device": "kindle, kindle address, kindle email, e-reader, device address, Gerät,"
        " liseuse, dispositivo, apparaat, cihaz, qurğu, устройство, urządzenie",
        "device-confirmed": "device confirmed at",
        "state": "status, subscription status, Zustand, état, statut, estado, stato, durum,"
        " status abonelik, vəziyyət, статус, состояние, stan",
        "consent-date": "consent, consent at, consent time, consent given, consented at, opt-in,"
        " opt-in date, opt-in time, optin time, confirm time, confirmed at, confirmation date,"
        " Einwilligung am, Datum der Einwilligung, Einwilligung, date du consentement,"
        " fecha de consentimiento, data del consenso, onay tarihi, razılıq tarixi, дата согласия",
        "consent-source": "source, opt-in source, signup source, Quelle der Einwilligung, Quelle,"
        " source du consentement, origen, fonte, kaynak, mənbə, источник",
        "consent-wording": "consent text, wording, opt-in text, Wortlaut, Einwilligungstext,"
        " texte du consentement, texto de consentimiento, testo del consenso, onay metni,"
        " razılıq mətni, текст согласия",
    }
)
_FORM = _meanings(
    {
        "letter": "e-mail, mail, html, text, newsletter, mail letter, full text, Brief, Rundbrief,"
        " lettre, carta, lettera, mektup, məktub, письмо",
        "pdf": "pdf file, pdf attachment, PDF-Datei, fichier pdf, print, печать",
        "epub": "e-book, ebook, epub3, E-Pub, livre numérique, elektron kitab, электронная книга",
        "large-print": "large, large print pdf, large type, big print, Großdruck, Grossdruck,"
        " gros caractères, grands caractères, letra grande, caratteri grandi, büyük punto,"
        " iri şrift, iri hərflər, крупный шрифт",
        "link": "links, link only, notice, notification, announcement, web, url, online, Verweis,"
        " lien, enlace, collegamento, bağlantı, keçid, ссылка",
        "kindle": "amazon, amazon kindle, send to kindle",
    }
)
_STATE = _meanings(
    {
        "active": "subscribed, confirmed, enabled, aktiv, actif, activo, attivo, aktif, активен",
        "unconfirmed": "pending, unverified, not confirmed, unbestätigt, non confirmé",
        "paused": "on hold, suspended, pausiert, en pause",
        "unsubscribed": "opted out, opt-out, removed, left, abgemeldet, désabonné",
        "bounced": "bounce, cleaned, undeliverable, hard bounce, unzustellbar",
        "complained": "complaint, spam, abuse, blocked, blocklisted, blacklisted, Beschwerde",
    }
)
_LANGUAGE = _meanings(
    {
        "en": "English, Englisch, anglais, inglés, ingilizce, ingilis, английский",
        "az": "Azerbaijani, Azeri, Azərbaycan, Azərbaycanca, Azerice, азербайджанский",
        "tr": "Turkish, Türkisch, Türkçe, turc, turco, турецкий",
        "ru": "Russian, Russisch, русский, russe, ruso, rusça, rus",
        "de": "German, Deutsch, allemand, alemán, almanca, немецкий",
        "fr": "French, Französisch, français, francés, fransızca, французский",
        "es": "Spanish, Spanisch, español, espagnol, испанский",
        "it": "Italian, Italienisch, italiano, italien",
        "pt": "Portuguese, Portugiesisch, português, portugais",
        "nl": "Dutch, Niederländisch, Nederlands, néerlandais",
        "pl": "Polish, Polnisch, polski, polonais",
        "uk": "Ukrainian, Ukrainisch, українська, украинский",
        "ka": "Georgian, Georgisch, ქართული",
        "el": "Greek, Griechisch, ελληνικά",
        "ar": "Arabic, Arabisch, العربية, arabe",
        "fa": "Persian, Farsi, Persisch, فارسی",
        "zh": "Chinese, Chinesisch, 中文",
    }
)


def column(text: str) -> str | None:
    """What a heading names, if anything: one of COLUMNS, or a part of one.

    ``first-name`` and ``last-name`` make up a name; ``place`` is an address of either kind.
    """
    return _COLUMN.get(_plain(text))


def form(text: str) -> str:
    """The form that is meant. Raises ValueError with a hint of the nearest."""
    return _found(text, _FORM, "form")


def state(text: str) -> str:
    """The state that is meant. Raises ValueError with a hint of the nearest."""
    return _found(text, _STATE, "state")


def language(text: str) -> str:
    """The tag of a language given by tag or name. Raises ValueError with a hint."""
    try:
        return _LANGUAGE.get(_plain(text)) or language_tag(text)
    except ValueError as error:
        near = suggestion(_plain(text), _LANGUAGE, "write a language tag, such as en-US or az")
        raise ValueError(f"“{shown(text)}” is no language; {near}") from error


def moment(text: str) -> int:
    """A date or time in milliseconds: ``2026-03-31``, with a time or none, or ``31.3.2026``.

    UTC where no zone is given. Raises ValueError for another form, for one whose day and month
    can be exchanged, and for years that no consent is of.
    """
    given = text.strip()
    dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", given)
    if dotted:
        given = f"{dotted[3]}-{int(dotted[2]):02}-{int(dotted[1]):02}"
    try:
        found = datetime.fromisoformat(given.removesuffix(" UTC"))
        found = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        if not 1990 <= found.year <= 2200 or not re.match(r"\d{4}-", given):
            raise ValueError
    except (ValueError, OverflowError) as error:
        raise ValueError(f"“{shown(text)}” is no date; write it as 2026-03-31") from error
    return int(found.timestamp()) * SECOND


def shown(text: str) -> str:
    """What stands in a cell, as a message shows it: printable and short."""
    signs = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:61])
    return signs if len(signs) <= 60 else signs[:59] + "…"


def _found(text: str, meanings: Mapping[str, str], kind: str) -> str:
    found = meanings.get(_plain(text))
    if found is None:
        near = suggestion(text, set(meanings.values()))
        raise ValueError(f"“{shown(text)}” is no {kind}; {near}")
    return found
