"""What letter.css knows beside the variables of base.css: system fonts, and colours by night."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

from tinycss2.color4 import parse_color

from bulletin_press.contrast import luminance, ratio

_FONTS = {
    "--mail-serif": 'Georgia, Cambria, "Times New Roman", serif',
    "--mail-sans": '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    "--mail-code": 'Menlo, Consolas, "Courier New", monospace',
}
_GROUND = (0x23 / 255, 0x28 / 255, 0x31 / 255)  # the lightest ground of letter.css by night
_CONTRAST = 5.0
_STEPS = 50
_FALLBACK = (0.5, 0.6, 0.8)
Colour = tuple[float, ...]


def additions(values: Mapping[str, str]) -> dict[str, str]:
    """Variables beside ``values``, those of base.css, which may give them otherwise.

    ``--mail-serif``, ``--mail-sans`` and ``--mail-code`` are families that readers' machines have.
    ``--night-brand`` and ``--night-accent`` are the brand's colours made lighter until they have a
    contrast of 5 to 1 on the dark grounds of letter.css (WCAG 2.2, 1.4.3).
    """
    night = {f"--night-{one}": _light(values.get(f"--{one}", "")) for one in ("brand", "accent")}
    return {**_FONTS, **night}


def _light(text: str) -> str:
    colour = parse_color(text)
    plain = colour is None or colour == "currentcolor"
    given: Colour = _FALLBACK if plain else tuple(colour.to("srgb").coordinates)
    red, green, blue = (min(max(float(part), 0.0), 1.0) for part in given)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    ground = luminance(_GROUND)
    for step in range(_STEPS + 1):
        light = lightness + (1 - lightness) * step / _STEPS
        mixed = colorsys.hls_to_rgb(hue, light, saturation)
        if ratio(luminance(mixed), ground) >= _CONTRAST:
            return "#" + "".join(f"{round(255 * part):02x}" for part in mixed)
    return "#ffffff"
