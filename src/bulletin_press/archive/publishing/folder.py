"""A site is put into a folder: the tree is made whole beside it and takes its place in one step.

What another program puts into the folder between the last look at it and the exchange, a matter
of moments, goes with the old tree.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from bulletin_press.archive.publishing import beside, census, exchange, manifest, tree
from bulletin_press.archive.publishing.census import Census, Foreign
from bulletin_press.archive.publishing.manifest import Manifest
from bulletin_press.archive.publishing.outcome import Progress, Report, refusal, unheard
from bulletin_press.archive.publishing.staging import Staging
from bulletin_press.archive.publishing.tree import Tree

OTHER = "name an empty or new folder"
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which files are linked from the old tree and copied from the site, how many of it go."""

    linked: tuple[str, ...]
    copied: tuple[str, ...]
    removed: int
    known: Manifest
    same: bool


def publish(site: Path, target: Path, progress: Progress = unheard) -> Report:
    """Put the site in the folder ``site`` into the folder ``target``.

    Whoever opens a file below ``target`` meanwhile finds the old site or the new one, also if the
    program is killed; the next run removes what that left beside ``target``. A file that stands
    there with the hash and size of the new one is hard-linked, others are copied and proved. What
    no manifest names is carried over. A target that is a symbolic link stays one: the folder it
    leads to is exchanged. ``progress`` is told how many of how many files are in the new tree.

    Raises ProblemsError (E133), with the target as it was: for a site that is not whole; for a
    target that is not empty and has no manifest, that lies inside the site or around it, or holds
    what the site has no room for; for a disk that is full, that may not be written to or fails;
    and while another run publishes to the same target.
    """
    source = tree.load(site)
    shown = str(target)
    try:
        real = target.resolve()
    except (OSError, RuntimeError, ValueError):
        raise refusal("it is no name of a folder", shown, OTHER) from None
    try:
        _check_place(source.folder.resolve(), real, shown)
        with beside.turn(real):
            exchange.recover(real)
            return _published(source, real, shown, progress)
    except BlockingIOError:
        hint = "wait until it has ended"
        raise refusal("another run publishes to it just now", shown, hint) from None
    except OSError as error:
        place = f" ({os.fsdecode(error.filename)})" if error.filename else ""
        message = f"it cannot be done: {error.strerror or error}{place}"
        hint = "check that there is room, and that the folder around it may be written to"
        raise refusal(message, shown, hint) from None


def _published(site: Tree, target: Path, shown: str, progress: Progress) -> Report:
    plan = _plan(site, target, shown)
    kept = len(plan.linked)
    if plan.same:
        progress(kept, kept)
        return Report(shown, unchanged=kept)
    total = kept + len(plan.copied)
    staging = Staging(beside.fresh(target), target)
    try:
        for done, path in enumerate(plan.linked, 1):
            staging.link(site, path)
            progress(done, total)
        for done, path in enumerate(plan.copied, kept + 1):
            staging.copy(site, path)
            progress(done, total)
        octets = staging.octets
        staging.write(manifest.NAME, [site.data])
        staging.carry(_foreign(site, target, plan.known, shown))
        staging.finish()
        exchange.exchange(staging.folder, target)
    finally:
        beside.discard(staging.folder)
    return Report(shown, len(plan.copied), kept, plan.removed, octets)


def _check_place(site: Path, target: Path, shown: str) -> None:
    """Raises ProblemsError for a place where no site can be put."""
    if target.is_relative_to(site) or site.is_relative_to(target):
        raise refusal("it lies inside of the site, or the site inside of it", shown, OTHER)
    if target.exists() and not target.is_dir():
        raise refusal("it is not a folder", shown, OTHER)
    if not target.parent.is_dir():
        raise refusal(f"there is no folder {target.parent}", shown, "make it, or check the name")
    if os.path.ismount(target):
        raise refusal("it is the root of a disk", shown, "name a folder on it")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        message = f"the folder around it, {target.parent}, may not be written to"
        raise refusal(message, shown, "ask for the right to write there: folders are exchanged")


def _plan(site: Tree, target: Path, shown: str) -> _Plan:
    """What is to be done. Raises OSError, ProblemsError where it cannot be."""
    found = census.take(target)
    known, data = _before(target, found, shown)
    _check_room_for(site, target, census.foreign(found, known), shown)
    stays = {path for path in site.manifest.paths if _stands(site, path, known, found)}
    copied = tuple(sorted(site.manifest.paths - stays))
    needed = sum(site.sizes[path] // _BLOCK + 2 for path in copied) * _BLOCK
    free = shutil.disk_usage(target.parent).free
    if needed > free:
        message = f"the disk has {free:,} octets free, and {needed:,} are needed"
        raise refusal(message, shown, "make room")
    gone = (known.paths & found.files.keys()) - site.manifest.paths
    same = not copied and data == site.data
    return _Plan(tuple(sorted(stays)), copied, len(gone), known, same)


def _before(target: Path, found: Census, shown: str) -> tuple[Manifest, bytes]:
    """The manifest that stands in the target, an empty one if nothing does."""
    if not (found.files or found.links or found.folders):
        return Manifest(), b""
    reason = f"it is not empty and has no {manifest.NAME}"
    if manifest.NAME in found.files:
        data = (target / manifest.NAME).read_bytes()
        try:
            return manifest.read(data), data
        except ValueError as error:
            reason = f"it is not empty, and its {manifest.NAME} is not that of a site: {error}"
    raise refusal(reason, shown, OTHER)


def _stands(site: Tree, path: str, known: Manifest, found: Census) -> bool:
    """Whether the target has the very file. Kept files are immutable: their name tells."""
    if path not in known.paths or found.files.get(path) != site.sizes[path]:
        return False
    wanted, had = site.manifest.files.get(path), known.files.get(path)
    return not wanted or (had is not None and wanted.sha256 == had.sha256)


def _check_room_for(site: Tree, target: Path, foreign: Foreign, shown: str) -> None:
    """Raises ProblemsError if a foreign file stands where the site has another one."""
    wanted = frozenset((*site.manifest.paths, manifest.NAME))
    above = frozenset(one for path in wanted for one in manifest.folders(path))
    for path in sorted((*foreign.files, *foreign.links, *foreign.folders)):
        if foreign.of(path, wanted, above) and not _equal(site, target, path, foreign):
            message = f"{path} was put there by others, and the site has something of that name"
            raise refusal(message, shown, "take it away, or name another folder")


def _equal(site: Tree, target: Path, path: str, foreign: Foreign) -> bool:
    if path not in foreign.files or path not in site.manifest.files:
        return False
    with (target / path).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return found == site.manifest.files[path].sha256


def _foreign(site: Tree, target: Path, known: Manifest, shown: str) -> Foreign:
    """What others have in the target now, and is not of the site."""
    now = census.foreign(census.take(target), known)
    _check_room_for(site, target, now, shown)
    return Foreign(now.files - site.manifest.paths, now.links, now.folders)
