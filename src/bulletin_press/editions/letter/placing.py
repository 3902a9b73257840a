"""Where a letter finds its pictures: within itself while they are small, else on the web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bulletin_press import weblinks
from bulletin_press.editions.letter.pictures import Shown, lighter
from bulletin_press.issue import Issue

FOLDER = "letter"
_STEPS = ((0.75, 75), (0.5, 70), (0.35, 65), (0.25, 60))


@dataclass(frozen=True, slots=True)
class Placed:
    """The pictures of a letter, by their address in the tree, and the address of each in it.

    ``embedded`` are the parts of the letter by Content-ID, ``hosted`` the files to be put on the
    web, by name.
    """

    pictures: Mapping[str, Shown]
    addresses: Mapping[str, str]
    embedded: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    hosted: Mapping[str, bytes] = field(default_factory=dict)


def place(issue: Issue, pictures: Mapping[str, Shown]) -> Placed:
    """Embed the pictures while they weigh no more than ``embed-kilobytes`` together.

    Heavier ones are hosted below base-url, if that is https; without it they are embedded in fewer
    points, and the heaviest left out if that does not help.
    """
    limit = issue.publication.letter.embed_kilobytes * 1000
    if _weight(pictures) > limit:
        if issue.publication.base_url.startswith("https://"):
            return _hosted(issue, pictures)
        pictures = _within(pictures, limit)
    addresses, embedded = {}, {}
    for name, picture in pictures.items():
        mark = f"{picture.name.partition('.')[0]}@{issue.publication.id}"
        addresses[name] = f"cid:{mark}"
        embedded[mark] = (picture.media_type, picture.data)
    return Placed(pictures, addresses, embedded)


def _hosted(issue: Issue, pictures: Mapping[str, Shown]) -> Placed:
    addresses = {
        name: weblinks.file(issue.publication, issue.id, f"{FOLDER}/{picture.name}")
        for name, picture in pictures.items()
    }
    files = {picture.name: picture.data for picture in pictures.values()}
    return Placed(pictures, addresses, hosted=files)


def _weight(pictures: Mapping[str, Shown]) -> int:
    return sum({picture.name: len(picture.data) for picture in pictures.values()}.values())


def _within(pictures: Mapping[str, Shown], limit: int) -> Mapping[str, Shown]:
    """The pictures in as many points as the limit allows; what still is too heavy falls out."""
    made = dict(pictures)
    for share, quality in _STEPS:
        if _weight(made) <= limit:
            return made
        made = {name: lighter(one, share, quality) for name, one in pictures.items()}
    while made and _weight(made) > limit:
        del made[max(made, key=lambda name: (len(made[name].data), name))]
    return made
