"""What of the engine the shortcuts replace or rely on, and the files they were made for.

Each file of WeasyPrint, pydyf and pyphen that a shortcut touches is named with what is touched, and
with the SHA-256 of its text. A file that is another may do the same in another way, or something
else: then the engine works without shortcuts.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

POINTS = {
    "weasyprint/__init__.py": (
        "CSS.__init__",
        "7cd0f4ae8569eac9e1a9dc5e58a2c7aed8b164c008f27a2f4f99b0cf1fbf185d",
    ),
    "weasyprint/css/__init__.py": (
        "ComputedStyle, StyleFor, replaced; AnonymousStyle, noted at; ImageCmsProfile, late",
        "77ad7287f90d7cfaf85eb00ebe7af47d2bedfb856d7dc68717152f2d8a7605fd",
    ),
    "weasyprint/css/computed_values.py": (
        "strut; PHYSICAL_FUNCTIONS, asked",
        "0dec45caf60428b168e756a800e8a5cf8f0d836d415d8a5e75b7b88a19ca75d9",
    ),
    "weasyprint/css/properties.py": (
        "INHERITED, INITIAL_NOT_COMPUTED and INITIAL_VALUES, asked",
        "872a2e5602b5f52d369c64a808cdb5074b2d6145d71209812da480c1b383dc6d",
    ),
    "weasyprint/css/units.py": (
        "strut",
        "7f2c5900d751be49439a412f540b5a8fb41925c3a1597e5e41ededab4714b883",
    ),
    "weasyprint/draw/text.py": (
        "draw_first_line",
        "c9a450aa209277e760227e1fed2da492647bd28e5a5ebc4c9d8aaedecc400d77",
    ),
    "weasyprint/formatting_structure/boxes.py": (
        "Box.is_in_normal_flow, Box.copy; boxes of a line, copied",
        "8ffd28ab74a149f0097208fcba6a80df0c8bb01e8fd4f9ced95d11b7e9807e23",
    ),
    "weasyprint/formatting_structure/build.py": (
        "when it asks for the style of a marker or of a note's call",
        "335ad8b541295d6b9c5b71830d5184cd692f730d7b83ba5bac39fdb5aea23c87",
    ),
    "weasyprint/html.py": (
        "UA_FORM_STYLESHEET and PH_STYLESHEET, left empty; UA_STYLESHEET, filled",
        "a11b729157862291a6ecf7b7b3517c59d4242ea05a7f9b8d9d96a9882425ad65",
    ),
    "weasyprint/layout/__init__.py": (
        "make_all_pages, called again",
        "f226ba97ad21e44772b571aa64bfd446ecf3080d236c4861dcab25407a04d66a",
    ),
    "weasyprint/layout/absolute.py": (
        "resolve_percentages",
        "240e268cec1e66dda1f87aec6bdd671e7bf36439c5fa09de32965f717893ba07",
    ),
    "weasyprint/layout/block.py": (
        "resolve_percentages",
        "9457dca0528c378f3ff6dd2ca5126d04ca017542de2fb77b1db48c3073401085",
    ),
    "weasyprint/layout/column.py": (
        "resolve_percentages",
        "83ae1a3e83596293e5ae66b81759f2ad6eff8e2e43058a1a980f7662b6c51d93",
    ),
    "weasyprint/layout/float.py": (
        "resolve_percentages, avoid_collisions",
        "4e6cc308ad2a7d2a1aecb24b8517790fd4e154d839396ebb38dd3674e111c7c3",
    ),
    "weasyprint/layout/grid.py": (
        "resolve_percentages",
        "88427801655dbdf3f0eaca3a6b88cfde2de077e5a2ae933f71ba3b61853017d3",
    ),
    "weasyprint/layout/inline.py": (
        "get_next_linebox, line_box_verticality, create_layout and others",
        "0e7c1569330f54734ed61b568789c4f279ba103c0385115efa6444f3c43b96b4",
    ),
    "weasyprint/layout/page.py": (
        "resolve_percentages, remake_page",
        "d99c5aceb36d458619a9cecb466a09df8827b9160fafacab7b4972a0d354dcca",
    ),
    "weasyprint/layout/percent.py": (
        "resolve_percentages",
        "bac190e240dce17b4342feb99423e8232433d3727c0833897f50fed88cb163a2",
    ),
    "weasyprint/layout/preferred.py": (
        "split_first_line, can_break_text",
        "a7973703cd8ac5fada246b35e7fea6e728a364002adc5dbb248ee08f084c0a6e",
    ),
    "weasyprint/layout/table.py": (
        "resolve_percentages",
        "3a5b6442410f18e6c59c1be299c9de916c2b09334aa65c5001594b344d6f7961",
    ),
    "weasyprint/pdf/fonts.py": (
        "Font, noted at; TTLibError and fontTools, imported late",
        "9ad9a202a416b84585e59d758e6b5e1b35604807dc3fa4472b6829bc5c4cdcb7",
    ),
    "weasyprint/pdf/stream.py": (
        "add_font, set_font_size and show_text, called",
        "4faf9169d1970d4688b9cf41f733659ca6b1c4c098707c64f67c47a07309e81e",
    ),
    "weasyprint/text/ffi.py": (
        "the one call of cdef",
        "530e83118f7841d2791678ece23d5e43a7a24150ee1ea64bb4ba70c70b3eb5da",
    ),
    "weasyprint/text/fonts.py": (
        "FontConfiguration, noted at; fontTools, imported late",
        "59d74d0c161349b8416f1d13466e16dd47c1161f0a397ff1e4ca70814eb36091",
    ),
    "weasyprint/text/line_break.py": (
        "Layout, split_first_line, strut, can_break_text",
        "1f5a855ad992e0bebaf5512d2b806fd991090e0e91bf79d3d5a3a0176b22af97",
    ),
    "pydyf/__init__.py": (
        "PDF.write; data of Array, Dictionary, Stream and String; zlib",
        "0b10add9e640961db4636205686066e2b955fba63cad51e602a69250ef1df0d6",
    ),
    "pyphen/__init__.py": (
        "HyphDict; LANGUAGES and hdcache, which divisions fills",
        "9a752f734be350f71da67aa1c2c488982ae4097bb38c7e49a1d48c81ec6570c3",
    ),
}


@cache
def strange() -> tuple[str, ...]:
    """The files of the engine that are not those the shortcuts were made for."""
    return tuple(name for name, (_, known) in POINTS.items() if _digest(name) != known)


def _digest(name: str) -> str:
    """The SHA-256 of a module's file, nothing if it is not there; imports nothing."""
    package, _, rest = name.partition("/")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    try:
        return sha256((Path(spec.origin).parent / rest).read_bytes()).hexdigest()
    except OSError:
        return ""
