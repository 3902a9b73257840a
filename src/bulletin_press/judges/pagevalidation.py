"""page-validation, a judge of PDF/A and PDF/UA that shares nothing with veraPDF."""

from __future__ import annotations

from types import ModuleType

from bulletin_press.judges import programs
from bulletin_press.judges.verdicts import Fault, Verdict
from bulletin_press.problems import ProblemsError

NAME, CODE = "page-validation", "J102"


def load() -> ModuleType:
    """The judge's module. Raises ProblemsError (T101) where it is missing."""
    try:
        import page
    except ImportError:
        page = None  # type: ignore[assignment]
    if not hasattr(page, "validate_pdf_bytes"):
        hint = "install the Python package “page-validation”, version 0.11.0"
        raise ProblemsError([programs.missing(NAME, "page-validation is not installed", hint)])
    assert page is not None
    return page


def verdict(file: str, data: bytes, flavour: str) -> Verdict:
    """What page-validation says of a PDF of that name for one flavour, such as ``2a`` or ``ua1``.

    Raises ProblemsError (T101) where it is missing or does not know the flavour.
    """
    page = load()
    try:
        report = page.validate_pdf_bytes(data, profile=flavour)
    except page.ProfileError:
        message = f"page-validation cannot judge for “{flavour}”"
        raise ProblemsError([programs.missing(NAME, message)]) from None
    except page.PageError as error:
        return Verdict(NAME, CODE, file, flavour, (Fault("", f"cannot be read: {error}"),))
    seen: dict[str, Fault] = {}
    for failure in report.failures:
        rule, before = failure.rule_id, seen.get(failure.rule_id)
        number = failure.object_id.object_number if failure.object_id else 0
        place = f"object {number}" if number else ""
        seen[rule] = (
            Fault(rule, before.message, before.place, before.count + 1)
            if before
            else Fault(rule, failure.message, place)
        )
    if not report.is_compliant and not seen:
        seen[""] = Fault("", "is refused without a reason")
    return Verdict(NAME, CODE, file, flavour, tuple(seen[rule] for rule in sorted(seen)))
