"""A finished document's colours become inks: of text, rules, grounds, drawings and gradients.

WeasyPrint writes each operator of a page as an item of its own, so that one that sets a colour is
known by its form. The document is changed before it is written; afterwards ``inspection`` reads
the file and looks for what was left.
"""

from __future__ import annotations

import re
from typing import Any

from bulletin_press.editions.pdf.prepress.inks import Inks, Press

_COLOUR = re.compile(
    rb"/(?P<name>\S+) (?P<space>cs|CS)"
    rb"|(?P<parts>-?[\d.]+ -?[\d.]+ -?[\d.]+) (?P<operator>rg|RG|scn|SCN)"
)


def separate(pdf: Any, press: Press) -> None:
    """Turn all colours of a pydyf document into inks of ``press``, those of pictures excepted.

    A colour that is given in inks stays as it is. Masks, which are no colours, become grey.
    """
    import pydyf

    masks = {
        int(state["SMask"]["G"].split()[0])
        for state in _states(pdf)
        if isinstance(state.get("SMask"), dict)
    }
    for thing in list(pdf.objects):
        if isinstance(thing, pydyf.Stream):
            masked = thing.number in masks
            if thing.extra.get("Subtype") != "/Image":
                _rewrite(thing, press, masked)
            group = thing.extra.get("Group")
            if group is not None:
                group["CS"] = "/DeviceGray" if masked else "/DeviceCMYK"
        elif isinstance(thing, dict) and "ShadingType" in thing:
            _shade(thing, press)
        elif isinstance(thing, dict):
            for name in ("lab-d50", "lab-d65"):
                thing.pop(name, None)


def _states(pdf: Any) -> list[Any]:
    """The graphics states of all resources."""
    resources = [thing for thing in pdf.objects if isinstance(thing, dict)]
    found = [one["ExtGState"] for one in resources if isinstance(one.get("ExtGState"), dict)]
    return [state for states in found for state in states.values() if isinstance(state, dict)]


def _rewrite(stream: Any, press: Press, masked: bool) -> None:
    """Rewrite the operators of one stream of content that set a colour."""
    lab = {b"cs": False, b"CS": False}
    out: list[Any] = []
    for item in stream.stream:
        found = _COLOUR.fullmatch(item) if isinstance(item, bytes) else None
        if found is None:
            out.append(item)
        elif found["space"]:
            lab[found["space"]] = found["name"].startswith(b"lab-")
            if not lab[found["space"]]:
                out.append(item)
        else:
            parts, operator = [float(one) for one in found["parts"].split()], found["operator"]
            stroke = operator.isupper()
            if operator in (b"rg", b"RG"):
                out.append(_operator(press.of(*parts), parts, stroke, masked))
            elif lab[b"CS" if stroke else b"cs"]:
                grey = [parts[0] / 100] * 3
                out.append(_operator(press.of_lab(*parts), grey, stroke, masked))
            else:
                out.append(item)
    stream.stream[:] = out


def _operator(inks: Inks, colour: list[float], stroke: bool, masked: bool) -> bytes:
    if masked:
        red, green, blue = colour
        return f"{0.3 * red + 0.59 * green + 0.11 * blue:.4f} {'G' if stroke else 'g'}".encode()
    return f"{' '.join(f'{ink:g}' for ink in inks)} {'K' if stroke else 'k'}".encode()


def _shade(shading: Any, press: Press) -> None:
    """The stops of a gradient; one of a mask is grey already."""
    import pydyf

    if shading["ColorSpace"] == "/DeviceGray":
        return
    shading["ColorSpace"] = "/DeviceCMYK"
    function = shading["Function"]
    for part in function.get("Functions", [function]):
        for name in ("C0", "C1"):
            red, green, blue = (min(1.0, max(0.0, float(one))) for one in part[name])
            part[name] = pydyf.Array(press.of(red, green, blue))
