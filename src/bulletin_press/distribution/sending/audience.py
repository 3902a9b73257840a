"""Who gets an issue, in which form and language; who is left out, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bulletin_press.distribution import tables
from bulletin_press.distribution.readers.addresses import domain_group
from bulletin_press.distribution.sending.ledger import Recipient
from bulletin_press.distribution.words import FORMS

# Why somebody on the list gets nothing, in the words of a plan, by the reason's name.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "in-mailing": "in the mailing already",
        "unconfirmed": "not confirmed by the reader yet",
        "paused": "paused by the reader",
        "unsubscribed": "unsubscribed",
        "erased": "erased",
        "bounced": "mail to the address came back",
        "complained": "complained of the mail as unwanted",
        "suppressed": "must not be written to",
        "device-unconfirmed": "the e-reader’s address is not confirmed",
    }
)


@dataclass(frozen=True, slots=True)
class Audience:
    """The readers of an issue by subscription, and how many are left out for which of REASONS."""

    recipients: tuple[Recipient, ...]
    left_out: Mapping[str, int]

    @property
    def kinds(self) -> Mapping[tuple[str, str], int]:
        """How many get which form and language, in the order of the forms."""
        counted = Counter((one.form, one.language) for one in self.recipients)
        rank = {form: number for number, form in enumerate(FORMS)}
        return dict(sorted(counted.items(), key=lambda item: (rank[item[0][0]], item[0][1])))

    @property
    def domains(self) -> Mapping[str, int]:
        """How many readers have their mail with which provider, most first."""
        counted = Counter(one.domain for one in self.recipients)
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def of_issue(
    connection: Connection, languages: Sequence[str], mailing: int | None = None
) -> Audience:
    """Everybody on the list, parted in those who get an issue now and those who do not.

    ``languages`` are those that the issue has, its first one first. Who is in the mailing with the
    id ``mailing`` already is left out for that reason. A copy for an e-reader needs an address
    confirmed by its reader.
    """
    row, kept = tables.subscriptions.c, tables.suppressions.c
    joined = tables.subscriptions.outerjoin(
        tables.suppressions, row.address_key == kept.address_key
    )
    asked = (
        sa.select(
            row.id, row.state, row.form, row.language, row.address, row.device,
            row.device_confirmed_at, kept.reason,
        )
        .select_from(joined)
        .where(row.state != "erased", row.address.is_not(None))
        .order_by(row.id)
    )  # fmt: skip
    written = _written_to(connection, mailing)
    recipients: list[Recipient] = []
    left_out: Counter[str] = Counter()
    chosen = {tag: match(tag, languages) for tag in languages}
    for one in connection.execute(asked):
        reason = (
            "in-mailing"
            if one.id in written
            else _obstacle(one.state, one.form, one.reason, one.device and one.device_confirmed_at)
        )
        if reason:
            left_out[reason] += 1
            continue
        if one.language not in chosen:
            chosen[one.language] = match(one.language, languages)
        address = one.device if one.form == "kindle" else one.address
        language = chosen[one.language]
        recipients.append(Recipient(one.id, one.form, language, domain_group(address)))
    return Audience(tuple(recipients), _ordered(left_out))


def of_erratum(connection: Connection, mailing: int) -> Audience:
    """Those whom the mailing reached, or may have reached, in the language that they got.

    A correction goes to the reader's own address, not to an e-reader. Who has left since or must
    not be written to any more is left out.
    """
    row, kept, sent = tables.subscriptions.c, tables.suppressions.c, tables.deliveries.c
    joined = tables.deliveries.join(tables.subscriptions, sent.subscription == row.id).outerjoin(
        tables.suppressions, row.address_key == kept.address_key
    )
    asked = (
        sa.select(row.id, row.state, row.address, sent.language, kept.reason)
        .select_from(joined)
        .where(sent.mailing == mailing, sent.state.in_(("sent", "doubtful")))
        .order_by(sent.id)
    )
    recipients: dict[int, Recipient] = {}
    left_out: Counter[str] = Counter()
    for one in connection.execute(asked):
        if one.state != "active" or one.reason:
            left_out[_obstacle(one.state, "letter", one.reason, None)] += 1
        else:
            found = Recipient(one.id, "letter", one.language, domain_group(one.address))
            recipients.setdefault(one.id, found)
    return Audience(tuple(recipients.values()), _ordered(left_out))


def match(wanted: str, languages: Sequence[str]) -> str:
    """Of the ``languages`` the one for a reader who wants ``wanted``: BCP 47 tags.

    The tag itself, else its nearest shorter form, else the same language elsewhere in the world,
    else the first (RFC 4647 §3.4, with the second step added).
    """
    known = {one.lower(): one for one in reversed(languages)}
    parts = wanted.lower().split("-")
    for count in range(len(parts), 0, -1):
        if (tag := "-".join(parts[:count])) in known:
            return known[tag]
    near = (one for one in languages if one.lower().split("-")[0] == parts[0])
    return next(near, languages[0])


def _ordered(left_out: Mapping[str, int]) -> Mapping[str, int]:
    return {name: left_out[name] for name in REASONS if name in left_out}


def _written_to(connection: Connection, mailing: int | None) -> frozenset[int]:
    if mailing is None:
        return frozenset()
    row = tables.deliveries.c
    return frozenset(connection.scalars(sa.select(row.subscription).where(row.mailing == mailing)))


def _obstacle(state: str, form: str, suppressed: str | None, device: object) -> str:
    """The first of REASONS for which a subscription gets nothing, or nothing."""
    if state != "active":
        return state
    if suppressed:
        return "suppressed"
    return "device-unconfirmed" if form == "kindle" and not device else ""
