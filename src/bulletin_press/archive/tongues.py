"""The languages' own names, as a reader of each looks for it in a list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_AUTONYMS: Mapping[str, str] = MappingProxyType(
    {
        "af": "Afrikaans",
        "am": "አማርኛ",
        "ar": "العربية",
        "az": "Azərbaycanca",
        "azb": "تۆرکجه",
        "az-arab": "تۆرکجه",
        "az-cyrl": "Азәрбајҹанҹа",
        "ba": "Башҡортса",
        "be": "Беларуская",
        "bg": "Български",
        "bn": "বাংলা",
        "bs": "Bosanski",
        "ca": "Català",
        "ckb": "کوردیی ناوەندی",
        "cs": "Čeština",
        "cy": "Cymraeg",
        "da": "Dansk",
        "de": "Deutsch",
        "el": "Ελληνικά",
        "en": "English",
        "eo": "Esperanto",
        "es": "Español",
        "et": "Eesti",
        "eu": "Euskara",
        "fa": "فارسی",
        "fi": "Suomi",
        "fr": "Français",
        "ga": "Gaeilge",
        "gl": "Galego",
        "gu": "ગુજરાતી",
        "he": "עברית",
        "hi": "हिन्दी",
        "hr": "Hrvatski",
        "hu": "Magyar",
        "hy": "Հայերեն",
        "id": "Bahasa Indonesia",
        "is": "Íslenska",
        "it": "Italiano",
        "ja": "日本語",
        "ka": "ქართული",
        "kk": "Қазақша",
        "ko": "한국어",
        "ku": "Kurdî",
        "ky": "Кыргызча",
        "la": "Latina",
        "lb": "Lëtzebuergesch",
        "lez": "Лезги",
        "lt": "Lietuvių",
        "lv": "Latviešu",
        "mk": "Македонски",
        "mn": "Монгол",
        "mr": "मराठी",
        "ms": "Bahasa Melayu",
        "mt": "Malti",
        "nb": "Norsk bokmål",
        "ne": "नेपाली",
        "nl": "Nederlands",
        "nn": "Norsk nynorsk",
        "no": "Norsk",
        "oc": "Occitan",
        "pl": "Polski",
        "ps": "پښتو",
        "pt": "Português",
        "pt-br": "Português (Brasil)",
        "ro": "Română",
        "ru": "Русский",
        "sk": "Slovenčina",
        "sl": "Slovenščina",
        "sq": "Shqip",
        "sr": "Српски",
        "sr-latn": "Srpski",
        "sv": "Svenska",
        "sw": "Kiswahili",
        "ta": "தமிழ்",
        "te": "తెలుగు",
        "tg": "Тоҷикӣ",
        "th": "ไทย",
        "tk": "Türkmençe",
        "tr": "Türkçe",
        "tt": "Татарча",
        "ug": "ئۇيغۇرچە",
        "uk": "Українська",
        "ur": "اردو",
        "uz": "Oʻzbekcha",
        "vi": "Tiếng Việt",
        "yi": "ייִדיש",
        "zh": "中文",
        "zh-hans": "简体中文",
        "zh-hant": "繁體中文",
    }
)


def autonym(tag: str) -> str:
    """The own name of the language of a BCP 47 tag; the tag itself where it is not known.

    Subtags that make no difference to the name are left out from the end (RFC 4647 §3.4).
    """
    known = tag.lower()
    while known not in _AUTONYMS and "-" in known:
        known = known.rpartition("-")[0]
    return _AUTONYMS.get(known, tag)
