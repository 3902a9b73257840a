"""What Pango needs to set text of one style, made once for all texts of equal style.

The engine makes a context, a font description and a list of features for each text it measures,
three times a line. Here they are kept by the values of the style that they follow from. A text
that adds spacing to its features gets a list of its own. And a text that is to be drawn is given to
Pango when something of Pango's is looked at, not before: what was measured or drawn is known.
Replaced are ``setup``, ``set_text``, ``reactivate`` and ``deactivate`` of
``weasyprint.text.line_break.Layout``, which gains ``__getattr__``, and ``create_layout`` of
``weasyprint.layout.inline``, where it is for justified texts only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_press.editions.pdf.shortcuts.replacing import replacements

_FONT = ("font_family", "font_style", "font_stretch", "font_weight", "font_size")
_FEATURES = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps",
    "font_variant_numeric", "font_variant_alternates", "font_variant_east_asian",
    "font_feature_settings",
)  # fmt: skip
SHAPING = (
    "direction", "lang", "font_language_override", *_FONT, *_FEATURES, "font_variation_settings",
    "text_decoration_line",
)  # fmt: skip
_METRICS = (
    "ascent", "underline_position", "strikethrough_position", "underline_thickness",
    "strikethrough_thickness",
)  # fmt: skip
SIMPLE = frozenset({str, int, float, type(None)})
_BLANK = re.compile(b" |\xc2\xa0")


def values(style: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """The values of some properties of a style, fit to be a key."""
    return tuple([
        value if type(value := style[name]) in SIMPLE else _frozen(value) for name in names
    ])  # fmt: skip


def _frozen(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return tuple(sorted(value))
    if isinstance(value, (list, tuple)):
        return tuple(map(_frozen, value))
    return value


def noted(style: Any, name: str, make: Any) -> Any:
    """What ``make`` gives for a style, noted at the style while its font size is the same.

    Of all that it asks for, which then is there, the engine changes no more in place.
    """
    own, size = vars(style), style["font_size"]
    mark = own.get(name)
    if mark is not None and mark[0] == size:
        return mark[1]
    made = make(style)
    own[name] = size, made
    return made


class _Setting:
    """A Pango context with all that follows from a style: see the engine's ``Layout.setup``."""

    def __init__(self, style: Any) -> None:
        from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
        from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango
        from weasyprint.text.fonts import font_features, get_font_description

        self.context = ffi.gc(
            pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref
        )
        pango.pango_context_set_round_glyph_positions(self.context, False)
        pango.pango_context_set_base_dir(self.context, PANGO_DIRECTION[style["direction"]])
        override, language = style["font_language_override"], style["lang"]
        if override != "normal":
            language = LST_TO_ISO.get(override.lower(), override)
        if name := (language or "").encode().replace(b"\0", b""):
            self.language = pango.pango_language_from_string(name)
            pango.pango_context_set_language(self.context, self.language)
        else:
            self.language = pango.pango_language_get_default()
        self.description = get_font_description(style)
        self.metrics: dict[str, Any] = dict.fromkeys(_METRICS[:3])
        if style["text_decoration_line"] != "none":
            found = ffi.gc(
                pango.pango_context_get_metrics(self.context, self.description, self.language),
                pango.pango_font_metrics_unref,
            )
            for one in _METRICS:
                read = getattr(pango, f"pango_font_metrics_get_{one}")
                self.metrics[one] = FROM_UNITS * read(found)
        features = font_features(*[style[name] for name in _FEATURES])
        self._features = ",".join(f"{key} {value}" for key, value in features.items()).encode()
        self.attributes = self.own_attributes() if self._features else None

    def own_attributes(self) -> Any:
        """A new list of the style's features, or an empty one."""
        from weasyprint.text.ffi import ffi, pango

        made = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        if self._features:
            pango.pango_attr_list_insert(made, pango.pango_attr_font_features_new(self._features))
        return made


def _setting(style: Any) -> _Setting:
    return noted(style, "press_setting", _made_setting)  # type: ignore[no-any-return]


def _made_setting(style: Any) -> _Setting:
    known = vars(style.font_config).setdefault("press_settings", {})
    key = values(style, SHAPING)
    if key not in known:
        known[key] = _Setting(style)
    return known[key]  # type: ignore[no-any-return]


@contextmanager
def shared() -> Iterator[None]:
    """Let texts of equal style share what Pango needs."""
    from weasyprint.layout import inline
    from weasyprint.text.ffi import TO_UNITS, ffi, gobject, pango
    from weasyprint.text.line_break import Layout

    new, unref = pango.pango_layout_new, gobject.g_object_unref
    not_auto, describe = pango.pango_layout_set_auto_dir, pango.pango_layout_set_font_description
    attribute, put = pango.pango_layout_set_attributes, pango.pango_layout_set_text

    def setup(self: Any, style: Any) -> None:
        setting = _setting(style)
        layout = ffi.gc(new(setting.context), unref)
        not_auto(layout, False)
        describe(layout, setting.description)
        if setting.attributes is not None:
            attribute(layout, setting.attributes)
        vars(self).update(
            setting.metrics, style=style, first_line_direction=0, setting=setting,
            language=setting.language, layout=layout, has_own=False,
        )  # fmt: skip

    def set_text(self: Any, text: str, justify: bool = False) -> None:
        if (end := text.find("\n")) != -1:
            text = text[: end + 2]
        self.text = text
        octets = text.encode().replace(b"\0", b"")
        style, layout = self.style, self.layout
        put(layout, octets, -1)
        words = style["word_spacing"] + (self.justification_spacing if justify else 0)
        letters = style["letter_spacing"]
        letters = 0 if letters == "normal" else letters
        breaks = style["overflow_wrap"] in ("anywhere", "break-word")
        if text and (words or letters or breaks):
            if self.has_own:
                attributes = pango.pango_layout_get_attributes(layout)
            else:
                attributes = self.setting.own_attributes()
                self.has_own = True

            def add(made: Any, start: int, stop: int) -> None:
                made.start_index, made.end_index = start, stop
                pango.pango_attr_list_change(attributes, made)

            if letters:
                letters = int(letters * TO_UNITS)
                add(pango.pango_attr_letter_spacing_new(letters), 0, len(octets))
            if words:
                if octets == b" ":
                    self.text = " \u200b"
                    octets = self.text.encode()
                    put(layout, octets, -1)
                space = int(words * TO_UNITS + letters)
                ends = (0, len(octets) - 1)
                for found in _BLANK.finditer(octets):
                    start, stop = found.span()
                    twice = space * (1 + (start in ends))
                    add(pango.pango_attr_letter_spacing_new(twice), start, stop)
            if breaks:
                add(pango.pango_attr_insert_hyphens_new(False), 0, len(octets))
            attribute(layout, attributes)
        if b"\t" in octets:
            self.set_tabs()

    def reactivate(self: Any, style: Any) -> None:
        self.awaited = style

    def missing(self: Any, name: str) -> Any:
        style = None if name.startswith("__") else vars(self).pop("awaited", None)
        if style is None:
            raise AttributeError(name)
        self.setup(style)
        self.set_text(self.text, justify=True)
        return getattr(self, name)

    def deactivate(self: Any) -> None:
        for name in ("layout", "language", "style", "setting", "awaited"):
            vars(self).pop(name, None)

    def create_layout(
        text: str, style: Any, context: Any, max_width: Any, justification_spacing: float
    ) -> Any:
        made = Layout.__new__(Layout)
        if (end := text.find("\n")) != -1:
            text = text[: end + 2]
        if text == " " and style["word_spacing"]:
            text = " \u200b"
        vars(made).update(
            _setting(style).metrics, text=text, max_width=max_width, first_line_direction=0,
            justification_spacing=justification_spacing,
        )  # fmt: skip
        return made

    with replacements() as replace:
        replace(Layout, "setup", setup)
        replace(Layout, "set_text", set_text)
        replace(Layout, "reactivate", reactivate)
        replace(Layout, "__getattr__", missing)
        replace(Layout, "deactivate", deactivate)
        replace(inline, "create_layout", create_layout)
        yield
