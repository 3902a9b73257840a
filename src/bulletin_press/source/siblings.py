"""One issue in several languages: an original, and the folders of its translations."""

from __future__ import annotations

from pathlib import Path

from bulletin_press.source import mastheads
from bulletin_press.source.mastheads import SOURCE_FOLDER

FIELD = "translation-of"


def family(root: Path, folder: Path) -> tuple[Path, ...]:
    """The folders of the issue in ``folder`` in all its languages, the original first.

    An issue outside of the source folder of the publication ``root`` is alone.
    """
    source = root / SOURCE_FOLDER
    if folder.parent != source:
        return (folder,)
    first = mastheads.glance(folder).get(FIELD, folder.name)
    others = sorted(path.parent for path in source.glob("*/issue.rst"))
    return (source / first, *(one for one in others if _is_translation(one, first)))


def fault(root: Path, folder: Path, language: str) -> str:
    """What is wrong with an issue's being a translation, or nothing.

    ``language`` is that of issues that name none.
    """
    name = mastheads.glance(folder).get(FIELD)
    if name is None:
        return ""
    original = root / SOURCE_FOLDER / name
    if folder.parent != original.parent or not (original / "issue.rst").is_file():
        return f"there is no issue “{name}” that this one could translate"
    if original == folder:
        return "an issue is no translation of itself"
    if FIELD in (fields := mastheads.glance(original)):
        return f"“{name}” is a translation itself: name {fields[FIELD]}, its original"
    own = mastheads.glance(folder).get("language", language)
    for other in family(root, folder):
        if other != folder and mastheads.glance(other).get("language", language) == own:
            return f"{other.name} is the same issue in the same language, {own}"
    return ""


def _is_translation(folder: Path, original: str) -> bool:
    return folder.name != original and mastheads.glance(folder).get(FIELD) == original
