"""The doctor: whether all is in place for an issue to be sent, without sending it."""

from __future__ import annotations

from collections.abc import Callable

from bulletin_press.config import Publication
from bulletin_press.distribution.doctor import domains, letterhead, premises, service
from bulletin_press.distribution.doctor.findings import ERROR, Finding
from bulletin_press.distribution.doctor.records import Ask, Records

__all__ = ["ERROR", "Finding", "examine"]


def examine(
    publication: Publication,
    *,
    offline: bool = False,
    send_test: str = "",
    ask: Ask | None = None,
    told: Callable[[Finding], None] = lambda _: None,
) -> list[Finding]:
    """Every check, in order; ``told`` hears of each as soon as it is done.

    ``offline`` asks neither the relay nor the names of the network. ``send_test`` is an address
    that gets a message. ``ask`` replaces the resolver. Raises nothing that the checks can say.
    """
    found: list[Finding] = []
    parts = [premises.examine(publication), letterhead.examine(publication)]
    if offline:
        parts.append(service.examine_unasked(publication))
    else:
        parts.append(service.examine(publication, send_test))
        parts.append(domains.examine(publication, Records(ask)))
    for part in parts:
        for finding in part:
            found.append(finding)
            told(finding)
    return found
