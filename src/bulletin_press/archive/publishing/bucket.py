"""A site is put into a bucket, in an order in which no link ever leads to what is not there.

A bucket cannot be exchanged in one step. So what is new is put before what changes, and what leads
there comes last; a reader sees the old site, then a mixture in which all links arrive, then the
new site. A journal beside issues.json names what a run may touch, before it touches anything: if
the run is ended, the next one asks the bucket what became of it. Only one run at a time may
publish to a prefix; a bucket has no lock by which a second one could be kept off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bulletin_press.archive.publishing import headers, manifest, order, store, tree
from bulletin_press.archive.publishing.manifest import Manifest
from bulletin_press.archive.publishing.outcome import Progress, Report, refusal, unheard
from bulletin_press.archive.publishing.store import Store
from bulletin_press.archive.publishing.tree import Tree

_AT_ONCE = 4
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Before:
    """What the bucket says of itself: its manifest, and what an unfinished run may have touched."""

    known: Manifest
    data: bytes | None
    doubtful: frozenset[str]

    @property
    def claimed(self) -> frozenset[str]:
        return self.known.paths | self.doubtful

    def has(self, site: Tree, path: str) -> bool:
        """Whether the bucket surely has the very file. Kept files are immutable."""
        if path in self.doubtful or path not in self.known.paths:
            return False
        wanted, had = site.manifest.files.get(path), self.known.files.get(path)
        return not wanted or (had is not None and wanted.sha256 == had.sha256)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which paths are put that were not there or are other ones, and removed.

    ``adopted`` are those that no manifest names, but that are there as they should be.
    """

    new: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]
    adopted: frozenset[str]

    @property
    def touched(self) -> frozenset[str]:
        return self.new | self.changed | self.removed


def publish(
    site: Path, address: str, progress: Progress = unheard, client: Any | None = None
) -> Report:
    """Put the site in the folder ``site`` into a bucket, at ``s3://bucket/prefix``.

    What the bucket's issues.json names and the site has no more is removed; keys that no manifest
    of ours names are left alone. Whenever the run ends early, each page of the bucket has what it
    links to, and the next run goes on. ``progress`` is told how many of how many objects have
    been put or removed. ``client`` is boto3's, made from the environment if none is given.

    Raises ProblemsError: T101 without boto3; E133 for a site that is not whole, a bad address, a
    bucket whose issues.json is another's or that holds others' objects where the site's go, and
    for whatever the service refuses.
    """
    source = tree.load(site)
    place = store.address(address)
    target = Store(store.connect(place) if client is None else client, place)
    before = _before(target)
    plan = _plan(source, target, before)
    kept = len(source.manifest.paths) - len(plan.new) - len(plan.changed)
    octets = 0
    if plan.touched | before.doubtful:
        octets = _carry_out(source, target, before, plan, progress)
    else:
        progress(0, 0)
    if plan.touched or before.doubtful or before.data != source.data:
        _put(target, manifest.NAME, source.data)
    if plan.touched or before.doubtful:
        target.remove([manifest.JOURNAL])
    uploaded = len(plan.new) + len(plan.changed)
    return Report(address, uploaded, kept, len(plan.removed), octets)


def _untold(_: int) -> None:
    """Nobody watches."""


def _before(target: Store) -> _Before:
    known, data = _read(target, manifest.NAME)
    journal, _ = _read(target, manifest.JOURNAL)
    return _Before(known, data, journal.paths)


def _read(target: Store, name: str) -> tuple[Manifest, bytes | None]:
    """A manifest in the bucket, an empty one where there is none."""
    data = target.get(name)
    if data is None:
        return Manifest(), None
    try:
        return manifest.read(data), data
    except ValueError as error:
        message = f"its {name} is not that of a site: {error}"
        raise refusal(message, target.place.shown, "name an empty or new prefix") from None


def _plan(site: Tree, target: Store, before: _Before) -> _Plan:
    """What is to be done. Raises ProblemsError where it cannot be."""
    for path in site.manifest.paths:
        target.key(path)
    missing = {path for path in site.manifest.paths if not before.has(site, path)}
    unsure = sorted(path for path in missing if _unsure(path, before))
    heads = dict(_at_once(lambda path: (path, target.head(path)), unsure))
    there = {path: head for path, head in heads.items() if head is not None}
    same = {path for path, head in there.items() if headers.fit(path, site.read(path), head)}
    new = heads.keys() - there.keys()
    if strange := sorted(there.keys() - same - before.claimed):
        message = f"{strange[0]} was put there by others, and the site has a file of that name"
        raise refusal(message, target.place.shown, "name an empty or new prefix")
    removed = before.claimed - site.manifest.paths
    changed = frozenset(missing - new - same)
    return _Plan(frozenset(new), changed, removed, frozenset(same - before.claimed))


def _unsure(path: str, before: _Before) -> bool:
    return path in before.doubtful or path not in before.known.paths


def _carry_out(site: Tree, target: Store, before: _Before, plan: _Plan, progress: Progress) -> int:
    """Write the journal, put and remove all but the manifest; return how many octets went up."""
    doubtful = before.doubtful | plan.touched | plan.adopted
    if doubtful != before.doubtful:
        journal = Manifest(kept=tuple(sorted(doubtful)))
        _put(target, manifest.JOURNAL, manifest.write(manifest.values(journal)))
    done, total, octets = 0, len(plan.touched), 0
    progress(done, total)

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(done, total)

    def put(path: str) -> int:
        return _put(target, path, site.read(path))

    for paths in order.classes(site.manifest, plan.new, plan.changed):
        octets += sum(_at_once(put, paths, told))
    removed = order.goodbye(plan.removed)
    for start in range(0, len(removed), store.BATCH):
        batch = removed[start : start + store.BATCH]
        target.remove(batch)
        told(len(batch))
    return octets


def _put(target: Store, path: str, data: bytes) -> int:
    target.put(path, data, headers.of(path, data))
    return len(data)


def _at_once(
    work: Callable[[str], _T], paths: Iterable[str], tick: Callable[[int], None] = _untold
) -> list[_T]:
    """What ``work`` gives for the paths, as it comes; ``tick`` hears of each.

    The first error ends all that has not begun.
    """
    found: list[_T] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = [pool.submit(work, path) for path in paths]
        try:
            for one in as_completed(waiting):
                found.append(one.result())
                tick(1)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return found
