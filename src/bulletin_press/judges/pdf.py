"""PDFs before both of their judges, who have to agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bulletin_press import program
from bulletin_press.judges import pagevalidation, precedents, verapdf
from bulletin_press.judges.verdicts import Verdict
from bulletin_press.problems import Problem, ProblemsError


def verdicts(files: Mapping[str, bytes], flavours: Sequence[str] = ()) -> tuple[Verdict, ...]:
    """What veraPDF and page-validation say of PDFs, by their names, for each of ``flavours``.

    Without any, a file is judged for all that its own metadata claims, as veraPDF reads it: one
    that claims nothing, as a PDF for a press, has no verdict. All files are judged in one run.
    Raises ProblemsError (T101) where a judge is missing or gives no verdict.
    """
    _present()
    found = verapdf.verdicts(files, flavours)
    asked = (
        [(name, flavour) for name in files for flavour in flavours]
        if flavours
        else [(one.file, one.flavour) for one in found if one.flavour]
    )
    others = (pagevalidation.verdict(name, files[name], flavour) for name, flavour in asked)
    return (*found, *others)


def versions() -> tuple[str, ...]:
    """What tells these judges from other versions of them.

    Raises ProblemsError (T101) where one is missing.
    """
    _present()
    return precedents.version(verapdf.command()), *program.versions((pagevalidation.NAME,)).values()


def _present() -> None:
    if lacking := [*_lacking(verapdf.command), *_lacking(pagevalidation.load)]:
        raise ProblemsError(lacking)


def _lacking(look: Callable[[], object]) -> Iterator[Problem]:
    try:
        look()
    except ProblemsError as error:
        yield from error.problems
