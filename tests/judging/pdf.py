"""PDFs before veraPDF and page-validation, many in one run of Java."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bulletin_press.judges import pagevalidation, pdf, verapdf

FLAVOURS = ("2a", "ua1")
JUDGES = (verapdf.NAME, pagevalidation.NAME)


def judged(
    files: Mapping[str, bytes], flavours: Sequence[str] = FLAVOURS
) -> dict[str, tuple[str, ...]]:
    """What both judges find wrong with each PDF, by its name: nothing where it passes.

    Each is judged for every one of ``flavours``, whatever it claims. Java takes a second to start,
    so give many files at once.
    """
    verdicts = pdf.verdicts(files, flavours)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(files, ())
    for verdict in verdicts:
        found[verdict.file] += tuple(problem.message for problem in verdict.problems)
    heard = {(verdict.file, verdict.judge, verdict.flavour) for verdict in verdicts}
    for name in files:
        silent = [(judge, flavour) for judge in JUDGES for flavour in flavours
                  if (name, judge, flavour) not in heard]  # fmt: skip
        found[name] += tuple(f"{judge} says nothing of {flavour}" for judge, flavour in silent)
    return found
