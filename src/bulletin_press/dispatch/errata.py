"""A correction of an issue: a small text becomes a letter to exactly those who got the issue."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bulletin_press import press
from bulletin_press.dispatch.issues import Issues
from bulletin_press.dispatch.preparation import Prepared, composed, pace, sender_of
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.sending import audience, composing, ledger, plan
from bulletin_press.distribution.sending.composing import Piece
from bulletin_press.distribution.sending.ledger import Mail, Mailing
from bulletin_press.distribution.sending.plan import Line, Plan
from bulletin_press.edition import Letter
from bulletin_press.issue import Issue
from bulletin_press.problems import Location, Problem, ProblemsError, errors, ordered, problem

_TITLED = re.compile(r"\s*(?:([=~*#-])\1+\n)?[^\n]+\n([=~*#-])\2{2,}[ \t]*\n")
_TAGGED = re.compile(r".+\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[a-z]+\Z")
_ARTICLE = "01-erratum.rst"
_HEADING = 3


def prepare(
    issues: Issues, database: Database, mailing: int, files: Iterable[Path], subject: str
) -> Prepared:
    """Prepare a correction for those whom the mailing with this id reached, or may have.

    Of ``files``, ``NAME.az.rst`` is for those who got the issue in ``az``, and a name without a
    tag for those of its first language. ``subject`` is also the heading of a text without one.
    Problems are in the plan.
    """
    publication = issues.publication
    problems: list[Problem] = [*plan.configuration(publication)]
    sender = sender_of(publication)
    with database.read() as connection:
        found = audience.of_erratum(connection, mailing)
    if not found.recipients:
        message = "nobody who got the issue can be written to"
        problems.append(problem("D308", message, Location(issues.id)))
    texts = {_language(path, issues): path for path in files}
    pieces = []
    for (_, language), readers in found.kinds.items():
        if language not in texts or language not in issues.languages:
            message = f"{readers:,} readers got the issue in {language}: there is no text for them"
            hint = f"write it into a file whose name ends with .{language}.rst, and name it too"
            problems.append(problem("D309", message, Location(issues.id), hint))
            continue
        try:
            made = _letter(issues, language, texts[language], subject)
        except ProblemsError as error:
            problems += error.problems
        else:
            pieces.append(Piece("letter", language, made))
    mails, more = composed(pieces, sender, issues.id)
    octets = {one.language: one.octets for one in mails}
    lines = [
        Line(form, language, readers, octets.get(language, 0))
        for (form, language), readers in found.kinds.items()
    ]
    planned = Plan(
        issues.id, issues.languages, tuple(lines), found.domains, found.left_out,
        pace(database, publication, found), ordered([*problems, *more]),
    )  # fmt: skip
    return Prepared(planned, tuple(pieces), mails, found)


def same(database: Database, issue: str, mails: Iterable[Mail]) -> Mailing | None:
    """The erratum that these very mails began, so that the same command, again, goes on with it."""
    wanted = {(one.language, one.template) for one in mails}
    with database.read() as connection:
        for one in ledger.mailings(connection, issue):
            frozen = composing.frozen(connection, one.id) if one.kind == "erratum" else ()
            if {(mail.language, mail.template) for mail in frozen} == wanted:
                return one
    return None


def _language(path: Path, issues: Issues) -> str:
    found = _TAGGED.match(path.name)
    known = {one.lower(): one for one in issues.languages}
    return known.get(found[1].lower(), found[1]) if found else issues.languages[0]


def _letter(issues: Issues, language: str, path: Path, subject: str) -> Letter:
    """The letter of a text, by the same way as an issue's. Raises ProblemsError."""
    from bulletin_press.editions.letter import letter

    original, _ = issues.by_language[language]
    publication = replace(issues.publication, base_url="")
    try:
        text = path.read_text("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        message = f"cannot read the text: {said}"
        raise ProblemsError([problem("D309", message, Location(str(path)))]) from error
    added = 0
    if not _TITLED.match(text):
        if not subject:
            message = "the text has no title, and there is no subject"
            raise ProblemsError([problem("D309", message, Location(str(path)), "give --subject")])
        text, added = f"{subject}\n{'=' * (2 * len(subject) + 4)}\n\n{text}", _HEADING
    folder = publication.build
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".erratum-", dir=folder) as made:
        place = Path(made).resolve() / original.id
        place.mkdir()
        (place / "issue.rst").write_text(_masthead(original), "utf-8")
        (place / _ARTICLE).write_text(text, "utf-8")
        read = press.read_in(publication, place)
        if wrong := errors(read.problems):
            raise ProblemsError(_placed(wrong, path, added))
        letter_ = letter(read.issue)
        heading = read.issue.articles[0].title
    return replace(letter_, subject=subject or heading)


def _masthead(issue: Issue) -> str:
    """The masthead of the issue that is corrected."""
    line = "=" * (2 * len(issue.title) + 4)
    fields: Mapping[str, object] = {
        "Date": issue.date.isoformat(),
        "Language": issue.language,
        "Volume": issue.volume or "",
        "Number": issue.number or "",
    }
    listed = [f":{name}: {value}" for name, value in fields.items() if value]
    return "\n".join([line, issue.title, line, "", *listed, ""])


def _placed(problems: Iterable[Problem], path: Path, added: int) -> list[Problem]:
    """The problems at the lines of the file that was given."""
    return [
        replace(one, where=Location(str(path), max(0, one.where.line - added)))
        if one.where.path.endswith(_ARTICLE)
        else one
        for one in problems
    ]
