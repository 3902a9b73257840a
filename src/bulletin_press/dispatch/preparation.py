"""A mailing prepared: the plan of an issue, its mails and its readers, and all that forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bulletin_press.config import BUILD_FOLDER, Publication
from bulletin_press.dispatch import issues as gathering
from bulletin_press.dispatch.issues import SITE_INDEX, Issues
from bulletin_press.distribution.database import Database
from bulletin_press.distribution.mail.sample import SENDER
from bulletin_press.distribution.mail.sender import Sender
from bulletin_press.distribution.sending import audience, composing, plan, schedule, uplinks
from bulletin_press.distribution.sending.audience import Audience
from bulletin_press.distribution.sending.composing import Piece
from bulletin_press.distribution.sending.ledger import Mail
from bulletin_press.distribution.sending.plan import Line, Pace, Plan
from bulletin_press.problems import Location, Problem, ProblemsError, errors, problem


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what it would send to whom."""

    plan: Plan
    pieces: tuple[Piece, ...]
    mails: tuple[Mail, ...]
    audience: Audience


def prepare(
    issues: Issues, database: Database, forced: str = "", mailing: int | None = None
) -> Prepared:
    """Prepare an issue in all its languages for its readers; problems are in the plan.

    ``forced`` is the reason for which it is to be sent in spite of those that may be forced. Who
    is in the mailing with the id ``mailing`` already is left out.
    """
    publication = issues.publication
    problems = [*issues.problems, *plan.configuration(publication)]
    sender = sender_of(publication)
    with database.read() as connection:
        found = audience.of_issue(connection, issues.languages, mailing)
    if not found.recipients and mailing is None:
        message = "nobody on the list gets this issue"
        problems.append(problem("D308", message, Location(publication.delivery.database)))
    kinds = list(found.kinds)
    pieces: tuple[Piece, ...] = ()
    mails: tuple[Mail, ...] = ()
    if forced or not errors(issues.problems):
        pieces, more = gathering.pieces(issues, _with_links(publication, kinds))
        problems += more
        mails, more = composed(pieces, sender, issues.id)
        problems += more
        problems += _absent(kinds, mails, problems, issues)
    proved, notes = _proved(issues, pieces)
    problems += proved
    made = {(one.form, one.language): one for one in mails}
    attached = {(one.form, one.language) for one in pieces if one.attached}
    lines = []
    for kind, readers in found.kinds.items():
        one = made.get(kind)
        file = one.file if one else ""
        lines.append(Line(*kind, readers, one.octets if one else 0, file, kind in attached))
    planned = Plan(
        issues.id, issues.languages, tuple(lines), found.domains, found.left_out,
        pace(database, publication, found), plan.weighed(problems, forced),
        notes, forced,
    )  # fmt: skip
    return Prepared(planned, pieces, mails, found)


def pace(database: Database, publication: Publication, found: Audience) -> Pace:
    """How long the mails to an audience take, with what went in the last 24 hours."""
    quota, used = publication.delivery.rate_per_day, 0
    if quota:
        with database.read() as connection:
            used = quota - schedule.left_today(connection, quota, database.clock.now())[0]
    return plan.pace(found.domains, publication.delivery, used)


def sender_of(publication: Publication) -> Sender:
    """The sender; where none is configured, a stand-in for looking at mails."""
    try:
        return Sender.of(publication)
    except ProblemsError:
        delivery = replace(publication.delivery, sender=SENDER, reply_to="")
        return Sender.of(replace(publication, delivery=delivery))


def composed(
    pieces: Iterable[Piece], sender: Sender, issue: str
) -> tuple[tuple[Mail, ...], tuple[Problem, ...]]:
    """The mails of pieces, and what cannot be one."""
    mails, problems = [], []
    for piece in pieces:
        try:
            mails.append(composing.mail(piece, sender, issue))
        except ValueError as error:
            message = (
                f"the mail of the form {piece.form} in {piece.language} cannot be made: {error}"
            )
            problems.append(problem("D301", message, Location(issue)))
    return tuple(mails), tuple(problems)


def _with_links(
    publication: Publication, kinds: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """The kinds, and a link for each language, for those whose mail server refuses the file."""
    enclosed = [language for form, language in kinds if form not in ("letter", "link")]
    links = [("link", language) for language in enclosed] if publication.base_url else []
    return list(dict.fromkeys([*kinds, *links]))


def _absent(
    kinds: Iterable[tuple[str, str]],
    mails: Iterable[Mail],
    problems: Iterable[Problem],
    issues: Issues,
) -> Iterable[Problem]:
    """A mail that cannot be made though every problem that was named may be forced (D301)."""
    missing = set(kinds) - {(one.form, one.language) for one in mails}
    if missing and not errors(plan.weighed(problems, "any reason")):
        form, language = min(missing)
        message = f"the mail of the form {form} in {language} cannot be made with these errors"
        yield problem("D301", message, Location(issues.id), "correct the errors of the text first")


def _proved(issues: Issues, pieces: Sequence[Piece]) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
    """Whether what the letters link to is up (D304), or a note that nothing proves it."""
    publication = issues.publication
    links = list(dict.fromkeys(gathering.links(one.letter for one in pieces)))
    below = [
        link for link in links if publication.base_url and link.startswith(publication.base_url)
    ]
    if not below:
        return (), ()
    index = gathering.site_index(publication)
    if index is None:
        place = f"{BUILD_FOLDER}/{SITE_INDEX}"
        said = f"Nothing proves that the {len(below)} addresses below {publication.base_url} that"
        return (), (f"{said} the letters link to are up: there is no {place}.",)
    try:
        site = uplinks.listed(index)
    except ValueError as error:
        where = Location(f"{BUILD_FOLDER}/{SITE_INDEX}")
        return (problem("D304", f"{error}", where, "build the site again"),), ()
    return uplinks.faults(below, publication.base_url, site, gathering.built(issues)), ()
