"""What a plan and the standing of a mailing say, in lines for a terminal: what is, and what now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bulletin_press.cli.wording import amount, columns, days, duration, moment, size
from bulletin_press.config import Publication
from bulletin_press.distribution.sending.audience import REASONS
from bulletin_press.distribution.sending.plan import Line, Plan
from bulletin_press.distribution.sending.status import WORDS, Details, Standing

_DOMAINS = 8


def plan_lines(plan: Plan, publication: Publication) -> Iterator[str]:
    """A plan, whole."""
    tongues = f" ({', '.join(plan.languages)})" if len(plan.languages) > 1 else ""
    yield f"{publication.title}, issue {plan.issue}{tongues}: {amount(plan.readers, 'reader')}"
    if plan.lines:
        yield ""
        rows = [
            [line.form, line.language, f"{line.readers:,}", _each(line), _file(line)]
            for line in plan.lines
        ]
        yield from _indented(columns(["Form", "Language", "Readers", "Each", " With it"], rows, 2))
        yield ""
        yield from _indented(columns(["Mail provider", "Readers"], _providers(plan), 1))
    if plan.left_out:
        yield ""
        yield f"Left out: {amount(sum(plan.left_out.values()), 'subscription')}"
        rows = [[f"{number:,}", REASONS[name]] for name, number in plan.left_out.items()]
        yield from _indented(columns(["", " "], rows, 0)[1:])
    if plan.octets:
        yield ""
        yield pace_line(plan, publication)
    for note in plan.notes:
        yield ""
        yield note
    if plan.forced:
        yield ""
        yield f"Forced, and so recorded: “{plan.forced}”"


def pace_line(plan: Plan, publication: Publication) -> str:
    """How much goes out in all, and in what time."""
    pace, connections = plan.pace, amount(publication.delivery.connections, "connection")
    whole = f"In all {size(plan.octets)} in {amount(plan.readers, 'message')}"
    if len(pace.days) > 1:
        return f"{whole}: {days(pace.days)} ({pace.bound})."
    return f"{whole}, {duration(pace.minutes)} ({pace.bound}; {connections})."


def overview(standings: Sequence[Standing]) -> list[str]:
    """A table with a line for each mailing."""
    head = ["Issue", "State", "Readers", *(word.capitalize() for word in WORDS)]
    rows = [
        [one.name, one.state, f"{one.readers:,}", *(f"{number:,}" for number in one.words.values())]
        for one in standings
    ]
    return columns(head, rows, 2)


def details_lines(details: Details, one: Standing) -> Iterator[str]:
    """The table by form and language, and what the relay answered."""
    head = ["Form", "Language", *(word.capitalize() for word in WORDS)]
    rows = [
        [form, language, *(f"{number:,}" for number in counts.values())]
        for (form, language), counts in details.kinds.items()
    ]
    yield from _indented(columns(head, rows, 2))
    if details.replies:
        yield ""
        yield "The relay's answers to what was not sent:"
        rows = [[f"{number:,}", reply] for reply, number in details.replies.items()]
        yield from _indented(columns(["", " "], rows, 0)[1:])
    back = [
        f"{one.returned[kind]:,} {kind}" for kind in ("bounced", "complained", "unsubscribed")
        if kind in one.returned
    ]  # fmt: skip
    if back:
        yield ""
        yield f"Came back since: {', '.join(back)}"


def sentence(one: Standing) -> str:
    """What happened to a mailing, and what to do now; each command on a line of its own."""
    issue, more = _named(one)
    words, now = one.words, one.now
    sent = f"sent to {words['sent']:,} of {amount(one.readers, 'reader')}"
    why = f": {one.mailing.reason}" if one.mailing.reason else ""
    go_on = f"type:\n  bulletin-press send {issue} --really{more}"
    match one.state:
        case "scheduled":
            at = moment(one.mailing.send_at, now)
            asleep = f"goes out at {at}, but no sender is waiting for that; {go_on}"
            return f"goes out at {at}." if one.busy else asleep
        case "paused":
            again = f"bulletin-press resume {issue}{more}"
            return f"paused{why}; {sent}.\nWhen the cause is mended, type:\n  {again}"
        case "cancelled":
            return f"cancelled{why}; {sent}, and nobody else will get it."
        case "sending":
            return f"{sent}, {one.rate:,} in the last minute.{_waits(one)}"
        case "interrupted":
            return f"{sent}; no sender is at work.{_waits(one)} To go on, {go_on}"
        case "done":
            gone = f"; {words['left out']:,} left or were lost meanwhile"
            all_ = f"all {one.readers:,} readers" if one.readers > 1 else "the one reader"
            return f"{sent}{gone}." if words["left out"] else f"sent to {all_}."
    return f"{sent}.{_remedies(one, issue, more)}"


def _remedies(one: Standing, issue: str, more: str) -> str:
    words, said = one.words, ""
    if words["failed"]:
        again = f"bulletin-press resend {issue} --failed --really{more}"
        said += f"\n{words['failed']:,} failed; to try them again, type:\n  {again}"
    if words["in doubt"]:
        listed = f"bulletin-press doubts list {issue}{more}"
        said += f"\n{words['in doubt']:,} may have got it or not; to see them, type:\n  {listed}"
    return said


def _waits(one: Standing) -> str:
    """That some wait for another attempt, if the next is not due yet."""
    again = one.counts.get("deferred", 0)
    if again and one.next_at and one.next_at > one.now:
        at = moment(one.next_at, one.now)
        return f" {amount(again, 'reader')} will be tried again, the next at {at}."
    return ""


def _named(one: Standing) -> tuple[str, str]:
    """The issue as it is typed, and the option for an erratum to it."""
    mailing = one.mailing
    return mailing.issue, "" if mailing.kind == "issue" else f" --erratum {mailing.sequence}"


def _providers(plan: Plan) -> list[list[str]]:
    listed = [[name, f"{number:,}"] for name, number in plan.domains.items()]
    if len(listed) <= _DOMAINS + 1:
        return listed
    rest = sum(list(plan.domains.values())[_DOMAINS:])
    return [*listed[:_DOMAINS], [f"{len(listed) - _DOMAINS:,} others", f"{rest:,}"]]


def _each(line: Line) -> str:
    return size(line.octets) if line.octets else "–"


def _file(line: Line) -> str:
    return f"{line.file}, {'attached' if line.attached else 'as a link'}" if line.file else ""


def _indented(lines: list[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
