"""Words in another language: known tags, and the roles and the directive that mark such words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType, SimpleNamespace
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives, roles, states
from docutils.parsers.rst.languages import en

from bulletin_press.checks import language_tag
from bulletin_press.source.session import session_of

# ISO 639-1, with the languages' English names.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    dict(
        pair.strip().split(" ", 1)
        for pair in """
        aa Afar, ab Abkhazian, ae Avestan, af Afrikaans, ak Akan, am Amharic, an Aragonese,
        ar Arabic, as Assamese, av Avaric, ay Aymara, az Azerbaijani, ba Bashkir, be Belarusian,
        bg Bulgarian, bi Bislama, bm Bambara, bn Bengali, bo Tibetan, br Breton, bs Bosnian,
        ca Catalan, ce Chechen, ch Chamorro, co Corsican, cr Cree, cs Czech, cu Church Slavonic,
        cv Chuvash, cy Welsh, da Danish, de German, dv Divehi, dz Dzongkha, ee Ewe, el Greek,
        en English, eo Esperanto, es Spanish, et Estonian, eu Basque, fa Persian, ff Fulah,
        fi Finnish, fj Fijian, fo Faroese, fr French, fy Western Frisian, ga Irish,
        gd Scottish Gaelic, gl Galician, gn Guarani, gu Gujarati, gv Manx, ha Hausa, he Hebrew,
        hi Hindi, ho Hiri Motu, hr Croatian, ht Haitian, hu Hungarian, hy Armenian, hz Herero,
        ia Interlingua, id Indonesian, ie Interlingue, ig Igbo, ii Sichuan Yi, ik Inupiaq, io Ido,
        is Icelandic, it Italian, iu Inuktitut, ja Japanese, jv Javanese, ka Georgian, kg Kongo,
        ki Kikuyu, kj Kuanyama, kk Kazakh, kl Greenlandic, km Khmer, kn Kannada, ko Korean,
        kr Kanuri, ks Kashmiri, ku Kurdish, kv Komi, kw Cornish, ky Kyrgyz, la Latin,
        lb Luxembourgish, lg Ganda, li Limburgish, ln Lingala, lo Lao, lt Lithuanian,
        lu Luba-Katanga, lv Latvian, mg Malagasy, mh Marshallese, mi Maori, mk Macedonian,
        ml Malayalam, mn Mongolian, mr Marathi, ms Malay, mt Maltese, my Burmese, na Nauru,
        nb Norwegian Bokmål, nd North Ndebele, ne Nepali, ng Ndonga, nl Dutch,
        nn Norwegian Nynorsk, no Norwegian, nr South Ndebele, nv Navajo, ny Chichewa, oc Occitan,
        oj Ojibwa, om Oromo, or Oriya, os Ossetian, pa Punjabi, pi Pali, pl Polish, ps Pashto,
        pt Portuguese, qu Quechua, rm Romansh, rn Rundi, ro Romanian, ru Russian, rw Kinyarwanda,
        sa Sanskrit, sc Sardinian, sd Sindhi, se Northern Sami, sg Sango, si Sinhala, sk Slovak,
        sl Slovenian, sm Samoan, sn Shona, so Somali, sq Albanian, sr Serbian, ss Swati,
        st Southern Sotho, su Sundanese, sv Swedish, sw Swahili, ta Tamil, te Telugu, tg Tajik,
        th Thai, ti Tigrinya, tk Turkmen, tl Tagalog, tn Tswana, to Tonga, tr Turkish, ts Tsonga,
        tt Tatar, tw Twi, ty Tahitian, ug Uighur, uk Ukrainian, ur Urdu, uz Uzbek, ve Venda,
        vi Vietnamese, vo Volapük, wa Walloon, wo Wolof, xh Xhosa, yi Yiddish, yo Yoruba,
        za Zhuang, zh Chinese, zu Zulu
        """.split(",")
    )
)
# docutils has an :ab: of its own, an abbreviation.
ROLES = frozenset(LANGUAGES) - en.roles.keys()
WITH_TARGET = re.compile(r"(?P<text>.+?)\s*<(?P<target>[^<>]+)>\s*\Z", re.DOTALL)


def is_known(tag: str) -> bool:
    """Whether ``tag`` is a BCP 47 tag whose language is in ISO 639-1 or has three letters."""
    try:
        first = language_tag(tag).split("-")[0].lower()
    except ValueError:
        return False
    return len(first) == 3 or first in LANGUAGES


def hint(tag: str) -> str:
    """The nearest language to a wrong tag, by code or English name; else how to write one."""
    codes = {name.lower(): code for code, name in LANGUAGES.items()}
    words = [*LANGUAGES, *codes]
    near = get_close_matches(re.split("[-_ ]", tag.strip().lower())[0], words, n=1, cutoff=0.75)
    if not near:
        return "write the code of the language, such as az, or a whole tag, such as sr-Latn"
    code = codes.get(near[0], near[0])
    return f"did you mean “{code}”, {LANGUAGES[code]}?"


class _Language:
    """The role of one language, or ``:lang:``, whose text ends with the tag: ``words <tag>``.

    The words may hold other markup.
    """

    def __init__(self, tag: str = "") -> None:
        self.tag = tag

    def __call__(
        self,
        role: str,
        rawtext: str,
        text: str,
        lineno: int,
        inliner: states.Inliner,
        options: Mapping[str, Any] = MappingProxyType({}),
        content: Sequence[str] = (),
    ) -> tuple[list[Any], list[Any]]:
        """The words as a node of class ``language-<tag>``; an unknown tag is reported (S108)."""
        inside: Any = inliner
        tag = self.tag
        if not tag:
            found = WITH_TARGET.match(text)
            tag = nodes.unescape(found["target"]).strip() if found else ""
            if found is None or not is_known(tag):
                session = session_of(inside.document)
                source, line = inliner.reporter.get_source_and_line(lineno)
                where = session.place(str(source) if source else None, line)
                message = f"there is no language “{tag}”" if tag else "the role names no language"
                write = "write :lang:`words <tag>`, with a tag such as sr-Latn"
                session.report("S108", message, where, hint(tag) if tag else write)
                return [nodes.problematic("", nodes.unescape(text))], []
            text = found["text"]
        memo = SimpleNamespace(
            document=inside.document, reporter=inside.reporter, language=inside.language
        )
        children, messages = inside.parse(text, lineno, memo, inside.parent)
        classes = roles.normalize_options(dict(options)).get("classes", [])
        return [
            nodes.inline(rawtext, "", *children, classes=[f"language-{tag}", *classes])
        ], messages


class Lang(Directive):
    """``.. lang:: TAG``: blocks in another language; an unknown tag is reported (S108)."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        tag = self.arguments[0].strip()
        source, line = self.state_machine.get_source_and_line(self.lineno)
        block = nodes.container(self.block_text, classes=[f"language-{tag}"])
        block.source, block.line = source, line
        if not is_known(tag):
            session = session_of(self.state.document)
            message = f"there is no language “{tag}”"
            session.report("S108", message, session.place(source, line), hint(tag))
            block["classes"] = []
        self.state.nested_parse(self.content, self.content_offset, block)
        return [block]


_BY_ROLE = {code: _Language(code) for code in ROLES} | {"lang": _Language()}


def register() -> None:
    """Make the roles and the directive known to docutils, for all documents of this process."""
    for name, role in _BY_ROLE.items():
        roles.register_local_role(name, role)
    directives.register_directive("lang", Lang)
