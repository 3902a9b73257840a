"""A sheet of drawing: rectangles, lines and measured words, mirrored where one reads leftwards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from lxml import etree

from bulletin_press import fonts
from bulletin_press.lettering import Lettering, clusters
from bulletin_press.source.pictures import Picture

SIZE, LEADING = 10.0, 11.5
ASCENT, DESCENT = 7.2, 2.6
# WeasyPrint sets the text of a drawing without kerning.
_WIDER = 1.06
_FAMILY = f'"{fonts.SANS}", sans-serif'
_DEFAULTS = {
    "--ink": "#16181d", "--brand": "#14325c", "--accent": "#a8322d", "--muted": "#545b66",
    "--rule": "#c3cad4", "--paper": "#ffffff",
}  # fmt: skip

_FACES = tuple(f for f in fonts.PRIMARY if (f.family, f.style) == (fonts.SANS, "normal"))
# After a hyphen or stroke that follows a letter: not in 2024-25 or 2024/25.
_HYPHENS = re.compile(r"(?<=[^\W\d_][-‐–/])(?=\w)")
Colour = tuple[float, float, float]


class Sheet:
    """A sheet ``width`` CSS pixels wide, drawn on from the left; right to left it is mirrored.

    ``values`` are the brand's variables, ``characters`` all that will be written. Lengths are in
    CSS pixels, from the upper left corner. ``outlined`` draws all letters as shapes.
    """

    def __init__(
        self,
        width: float,
        values: Mapping[str, str],
        direction: str,
        characters: str,
        outlined: bool = False,
    ) -> None:
        self.width = width
        self._values, self._mirrored = values, direction == "rtl"
        self._widths: dict[tuple[str, bool], float] = {}
        others = [f for f in fonts.select(characters).faces if f not in fonts.PRIMARY]
        self._letterings = {
            bold: Lettering(
                [
                    *(f for f in _FACES if (f.weight > 400) is bold),
                    *(f for f in others if (f.weight > 400) is bold),
                    *fonts.PRIMARY,
                ],
                characters,
                direction,
            )
            for bold in (False, True)
        }
        self._shapes = {
            bold: Lettering(
                [face for face in _FACES if (face.weight > 400) is bold], characters, "ltr"
            )
            for bold in (False, True)
            if outlined
        }
        self._root = etree.Element("svg", xmlns="http://www.w3.org/2000/svg")

    def colour(self, name: str, lightness: float | None = None) -> str:
        """A colour of the brand as #rrggbb, made lighter or darker to about ``lightness``."""
        given = _parsed(self._values.get(name, ""))
        red, green, blue = given or _parsed(_DEFAULTS[name]) or (0.0, 0.0, 0.0)
        grey = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        if lightness is not None and abs(grey - lightness) > 0.1:
            end = 1.0 if lightness > grey else 0.0
            share = (lightness - grey) / (end - grey)
            red, green, blue = (part + (end - part) * share for part in (red, green, blue))
        return "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))

    def add(self, tag: str, **attributes: str | float) -> etree._Element:
        """An element with attributes; an underscore within a name is a hyphen."""
        element = etree.SubElement(self._root, tag)
        for name, value in attributes.items():
            text = value if isinstance(value, str) else number(value)
            element.set(name.rstrip("_").replace("_", "-"), text)
        return element

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        left = self.width - x - width if self._mirrored else x
        self.add("rect", x=left, y=y, width=width, height=height, fill=fill)

    def path(self, strokes: Iterable[Iterable[tuple[float, float]]], closed: bool = False,
             **attributes: str | float) -> None:  # fmt: skip
        """Straight strokes through points, each stroke apart."""
        parts = []
        for stroke in strokes:
            points = [f"{number(self._across(x))} {number(y)}" for x, y in stroke]
            parts.append("M" + "L".join(points) + ("Z" if closed else ""))
        if parts:
            self.add("path", d="".join(parts), **attributes)

    def disc(self, x: float, y: float, radius: float, **attributes: str | float) -> None:
        """A circle around a point."""
        self.add("circle", cx=self._across(x), cy=y, r=radius, **attributes)

    def rule(self, start: tuple[float, float], end: tuple[float, float], colour: str,
             weight: float) -> None:  # fmt: skip
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        self.add("line", x1=self._across(x1), y1=y1, x2=self._across(x2), y2=y2, stroke=colour,
                 stroke_width=weight)  # fmt: skip

    def write(self, lines: Iterable[str], x: float, top: float, anchor: str = "start",
              colour: str = "--ink", bold: bool = False) -> None:  # fmt: skip
        """Lines of text below ``top``, their start, middle or end at ``x``."""
        if self._mirrored:
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        for count, line in enumerate(lines):
            left, y = self._across(x), top + ASCENT + count * LEADING
            look = {"fill": self.colour(colour)}
            simple = _is_simple(line)
            if self._shapes or not simple:
                voices = self._shapes if simple else self._letterings
                drawn = voices[bold].line(line, SIZE)
                left -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * drawn.width
                if outline := drawn.outline(left, y):
                    self.add("path", d=outline, **look)
                continue
            if bold:
                look["font_weight"] = "600"
            element = self.add("text", x=left, y=y, text_anchor=anchor, **look)
            # A program may show the picture in another face, which may be wider.
            element.set("textLength", number(self._letterings[bold].width(line, SIZE)))
            element.set("lengthAdjust", "spacingAndGlyphs")
            element.text = line

    def measure(self, text: str, bold: bool = False) -> float:
        """The width that a line of text may take."""
        if (text, bold) not in self._widths:
            wide = self._letterings[bold].width(text, SIZE)
            self._widths[text, bold] = wide * _WIDER if _is_simple(text) else wide
        return self._widths[text, bold]

    def wrap(self, text: str, width: float, most: int = 1, bold: bool = False) -> list[str] | None:
        """The text in at most ``most`` lines of a width; None where it does not go in.

        Lines end between words, or after a hyphen or stroke within one.
        """
        lines = self.fold(text, width, bold, whole=True)
        fits = len(lines) <= most and all(self.measure(line, bold) <= width for line in lines)
        return lines if fits else None

    def fold(self, text: str, width: float, bold: bool = False, whole: bool = False) -> list[str]:
        """The text in as many lines of a width as it needs; long words too, unless ``whole``."""
        lines: list[str] = []
        for word in text.split():
            blank = " "
            for part in _HYPHENS.split(word):
                longer = f"{lines[-1]}{blank}{part}" if lines else part
                if lines and self.measure(longer, bold) <= width:
                    lines[-1] = longer
                elif whole or self.measure(part, bold) <= width:
                    lines.append(part)
                else:
                    lines += self._broken(part, width, bold)
                blank = ""
        return lines or [""]

    def _broken(self, word: str, width: float, bold: bool) -> list[str]:
        """A word in lines as even as they fit, at least one letter in each."""
        letters = list(clusters(word))
        for count in range(2, len(letters) + 1):
            size = -(-len(letters) // count)
            lines = ["".join(letters[at : at + size]) for at in range(0, len(letters), size)]
            if all(self.measure(line, bold) <= width for line in lines):
                return lines
        return letters

    def picture(self, height: float) -> Picture:
        """The finished sheet."""
        root = self._root
        root.set("viewBox", f"0 0 {number(self.width)} {number(height)}")
        for name, value in (("width", self.width), ("height", height), ("font-size", SIZE)):
            root.set(name, number(value))
        root.set("font-family", _FAMILY)
        data = etree.tostring(root, encoding="utf-8")
        return Picture(data, "image/svg+xml", self.width, height)

    def _across(self, x: float) -> float:
        return self.width - x if self._mirrored else x


def number(value: float) -> str:
    """A length as text, to a hundredth of a pixel."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _is_simple(text: str) -> bool:
    """Whether a text is set letter by letter, as WeasyPrint sets the text of a drawing."""
    known = _FACES[0].characters()
    return all(ord(sign) in known and unicodedata.category(sign)[0] != "M" for sign in text)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Colour | None:
    from tinycss2.color4 import parse_color

    colour = parse_color(text)
    if colour is None or colour == "currentcolor":
        return None
    red, green, blue = (min(max(float(part), 0.0), 1.0) for part in colour.to("srgb").coordinates)
    return red, green, blue
