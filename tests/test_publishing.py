"""A site is put into a folder in one step: whole, proved, and nobody else's file is lost."""

from __future__ import annotations

import contextlib
import errno
import json
import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_press.archive import publishing
from bulletin_press.archive.publishing import beside, exchange, folder, manifest
from bulletin_press.archive.publishing.outcome import Report
from bulletin_press.problems import ProblemsError
from tests.publishing import victim
from tests.publishing.crawl import faults
from tests.publishing.instants import EndedError, Instants, watch
from tests.publishing.sites import Number, contents, hashed, make, plain

FIRST = {"2026-01": Number("a1"), "2026-02": Number("a1")}
SECOND = {"2026-02": Number("a2", 3), "2026-03": Number("b1")}
KEPT = {hashed("2026-02/assets/old", "css", b"p{}"): b"p{}"}
KILLS = 20
ENTRY = {"path": "a.html", "sha256": "0" * 64, "octets": 3}


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    """Two versions of a site, the second with an issue less, one more, and one changed."""
    (tmp_path / "host").mkdir()
    first = make(tmp_path / "build" / "first", FIRST, "one")
    return first, make(tmp_path / "build" / "second", SECOND, "two", KEPT)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "host" / "site"


def beside_it(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path.name != target.name)


def said(site: Path, target: Path) -> str:
    """What a refused publication says, as code and message."""
    with pytest.raises(ProblemsError) as refused:
        publishing.publish(site, str(target))
    (one,) = refused.value.problems
    assert one.hint
    assert one.code == "E133"
    return one.message


# The manifest


def test_a_manifest_is_written_with_a_file_on_each_line_and_read_back() -> None:
    values = {
        "issues": [{"id": "2026-01", "title": "Täglich", "files": [ENTRY], "keywords": []}],
        "files": [{**ENTRY, "path": "b.html"}, {**ENTRY, "path": "c d/é.html"}],
        "kept": ["x-0123456789abcdef.css"],
        "version": 1,
    }
    data = manifest.write(values)
    assert json.loads(data) == values
    assert [line for line in data.decode().splitlines() if line.count('"path"') > 1] == []
    known = manifest.read(data)
    assert known.paths == {"a.html", "b.html", "c d/é.html", "x-0123456789abcdef.css"}
    assert manifest.read(manifest.write(manifest.values(known))) == known


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "a\\b", "a\nb", "a\x7f", "\ud800",
     "issues.json", "issues.json/a", ".publishing.json", 7, None],
)  # fmt: skip
def test_a_path_that_does_not_lead_straight_down_is_refused(path: object) -> None:
    for values in (
        {"issues": [], "files": [{**ENTRY, "path": path}]},
        {"issues": [{"id": "x", "files": [{**ENTRY, "path": path}]}], "files": []},
        {"issues": [], "files": [], "kept": [path]},
    ):
        with pytest.raises(ValueError, match="path"):
            manifest.read(json.dumps(values).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"[" * 100_000, b"[]", b'{"issues": []}', b'{"issues": {}, "files": []}',
     b'{"issues": [{"files": []}], "files": []}', b'{"issues": [{"id": "x"}], "files": []}',
     b'{"issues": [], "files": [], "kept": "x"}', b'{"issues": [], "files": [1]}',
     b'{"issues": [{"id":"x","files":[]},{"id":"x","files":[]}], "files": []}'],
)  # fmt: skip
def test_what_is_no_manifest_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^(it|an issue|a file) "):
        manifest.read(data)


@pytest.mark.parametrize(
    "change",
    [{"sha256": "0" * 63}, {"sha256": "G" * 64}, {"sha256": 1}, {"octets": -1}, {"octets": "3"},
     {"octets": True}, {"octets": 1.5}],
)  # fmt: skip
def test_an_entry_without_hash_or_size_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"a\.html"):
        manifest.read(json.dumps({"issues": [], "files": [{**ENTRY, **change}]}).encode())


def test_a_file_cannot_be_named_twice() -> None:
    for issues in ([], [{"id": "x", "files": [ENTRY]}]):
        values = {"issues": issues, "files": [ENTRY, ENTRY][len(issues) :]}
        with pytest.raises(ValueError, match="it names a file twice"):
            manifest.write(values)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert manifest.read(data).files.keys() <= manifest.read(data).paths


# Publishing


def test_a_site_is_published_changed_and_published_again(
    sites: tuple[Path, Path], target: Path
) -> None:
    first, second = sites
    heard: list[tuple[int, int]] = []
    files = len(contents(first)) - 1
    report = publishing.publish(first, str(target), lambda *told: heard.append(told))
    octets = sum(len(data) for path, data in contents(first).items() if path != "issues.json")
    assert report == Report(str(target), files, 0, 0, octets)
    assert heard == [(done, files) for done in range(1, files + 1)]
    assert contents(target) == contents(first)
    before = {path: (target / path).stat().st_ino for path in contents(target)}

    report = publishing.publish(second, str(target))
    assert contents(target) == contents(second)
    assert faults(contents(target)) == []
    old, new = contents(first), contents(second)
    same = {path for path in old.keys() & new.keys() if old[path] == new[path]}
    assert {path for path in same if (target / path).stat().st_ino == before[path]} == same
    assert len(same) >= 3
    assert (report.unchanged, report.removed) == (len(same), len(old.keys() - new.keys()))
    assert report.uploaded == len(new) - 1 - len(same)
    assert beside_it(target) == []
    assert target.stat().st_mode & 0o777 == 0o755
    assert (target / "index.html").stat().st_mode & 0o777 == 0o644


def test_nothing_is_done_where_nothing_changed_and_what_is_damaged_is_mended(
    sites: tuple[Path, Path], target: Path
) -> None:
    folder.publish(sites[0], target)
    inode = target.stat().st_ino
    report = folder.publish(sites[0], target)
    assert (report.uploaded, report.removed, target.stat().st_ino) == (0, 0, inode)
    (target / "robots.txt").write_bytes(b"")
    (target / "2026-01/index.html").unlink()
    assert folder.publish(sites[0], target).uploaded == 2
    assert contents(target) == contents(sites[0])


def test_an_empty_folder_and_a_link_to_a_folder_are_targets(
    sites: tuple[Path, Path], target: Path
) -> None:
    target.mkdir(0o750)
    link = target.with_name("link")
    link.symlink_to("site")
    folder.publish(sites[0], link)
    folder.publish(sites[1], link)
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o750
    assert contents(target) == contents(sites[1])


def test_what_others_put_there_is_carried_over(
    sites: tuple[Path, Path], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.publish(sites[0], target)
    own = [".well-known/acme/token", "CNAME", "2026-01/notes.txt", "2026-02/assets/x/y"]
    for path in own:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(path)
    (target / "empty").mkdir(0o700)
    (target / "away").symlink_to("/nowhere/at/all")
    (target / "2026-01" / "up").symlink_to("../CNAME")
    inodes = {path: (target / path).stat().st_ino for path in own}
    folder.publish(sites[1], target)
    assert inodes == {path: (target / path).stat().st_ino for path in own}
    assert (target / "away").readlink() == Path("/nowhere/at/all")
    assert (target / "2026-01" / "up").read_text() == "CNAME"
    assert (target / "empty").stat().st_mode & 0o777 == 0o700
    assert sorted(one.name for one in (target / "2026-01").iterdir()) == ["notes.txt", "up"]
    monkeypatch.setattr(os, "link", refuse(errno.EPERM))
    folder.publish(sites[0], target)
    assert {path: (target / path).read_text() for path in own} == {path: path for path in own}
    assert contents(sites[0]).items() <= contents(target).items()


def test_a_folder_closed_by_others_stays_closed_and_leaves_nothing_behind(
    sites: tuple[Path, Path], target: Path
) -> None:
    folder.publish(sites[0], target)
    closed = target / "closed"
    closed.mkdir()
    (closed / "file").write_text("mine")
    closed.chmod(0o555)
    for site in (sites[1], sites[0]):
        folder.publish(site, target)
        assert closed.stat().st_mode & 0o777 == 0o555
        assert (closed / "file").read_text() == "mine"
        assert beside_it(target) == []
    closed.chmod(0o755)


def refuse(number: int) -> Callable[..., None]:
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("number", [errno.EPERM, errno.EMLINK, errno.EXDEV, errno.EOPNOTSUPP])
def test_files_are_copied_where_links_do_not_work(
    sites: tuple[Path, Path], target: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    folder.publish(sites[0], target)
    monkeypatch.setattr(os, "link", refuse(number))
    assert folder.publish(sites[1], target).unchanged == 3
    assert contents(target) == contents(sites[1])


def test_a_reader_never_misses_the_front_page(sites: tuple[Path, Path], target: Path) -> None:
    folder.publish(sites[0], target)
    done, missed, read = threading.Event(), [], [0]

    def look() -> None:
        while not done.is_set():
            try:
                (target / "index.html").read_bytes()
                read[0] += 1
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for turn in range(20):
            folder.publish(sites[turn % 2], target)
    finally:
        done.set()
        reader.join()
    assert missed == []
    assert read[0] > 20


def test_a_file_becomes_a_folder_and_a_file_again(tmp_path: Path, target: Path) -> None:
    one = plain(tmp_path / "one", {"x": b"file", "y/a.html": b"page"})
    two = plain(tmp_path / "two", {"x/a.html": b"page", "y": b"file"})
    target.parent.mkdir()
    for site in (one, two, one):
        folder.publish(site, target)
        assert contents(target) == contents(site)


# What is refused


def test_a_folder_of_others_is_left_alone(sites: tuple[Path, Path], target: Path) -> None:
    target.mkdir()
    (target / "precious.txt").write_text("mine")
    assert said(sites[0], target) == "it is not empty and has no issues.json"
    for data in (b"{}", b'{"issues": []}', b"no"):
        (target / "issues.json").write_bytes(data)
        assert "is not that of a site" in said(sites[0], target)
    (target / "issues.json").unlink()
    (target / "issues.json").symlink_to(sites[0] / "issues.json")
    assert said(sites[0], target) == "it is not empty and has no issues.json"
    assert contents(target) == {"precious.txt": b"mine"}
    assert beside_it(target) == []


def test_a_file_of_others_in_the_way_is_not_overwritten(
    sites: tuple[Path, Path], target: Path
) -> None:
    folder.publish(sites[0], target)
    (target / "2026-03").symlink_to("2026-02")
    assert said(sites[1], target).startswith("2026-03 was put there by others")
    (target / "2026-03").unlink()
    (target / "2026-03" / "index.html").mkdir(parents=True)
    assert said(sites[1], target).startswith("2026-03/index.html was put there by others")
    (target / "2026-03" / "index.html").rmdir()
    (target / "2026-03" / "index.html").write_text("mine")
    assert said(sites[1], target).startswith("2026-03/index.html was put there by others")
    assert (target / "2026-03" / "index.html").read_text() == "mine"
    shutil.copy(sites[1] / "2026-03" / "index.html", target / "2026-03" / "index.html")
    folder.publish(sites[1], target)
    assert contents(target) == contents(sites[1])


def test_places_where_no_site_can_be_put(sites: tuple[Path, Path], target: Path) -> None:
    site = sites[0]
    inside = "it lies inside of the site, or the site inside of it"
    for place in (site, site / "new", site.parent, site.parent.parent, Path("/")):
        assert said(site, place) == inside
    link = target.with_name("link")
    link.symlink_to(site)
    assert said(site, link / "below") == inside
    target.write_text("a file")
    assert said(site, target) == "it is not a folder"
    assert said(site, target.parent / "no" / "where").startswith("there is no folder")
    assert said(site, Path("x\0y")) == "it is no name of a folder"
    loop = target.with_name("loop")
    loop.symlink_to(loop)
    assert said(site, loop)
    assert contents(target.parent) == {"site": b"a file"}


def test_a_site_that_is_not_whole_is_refused(sites: tuple[Path, Path], target: Path) -> None:
    site = sites[1]
    kept = site / next(iter(KEPT))
    assert said(site / "nowhere", target) == "there is no site"
    kept.unlink()
    assert "old-" in said(site, target)
    (site / "index.html").unlink()
    assert said(site, target).endswith("is not as issues.json says, nor are 1 more")
    (site / "issues.json").write_text("[]")
    assert "is not the list of a site" in said(site, target)
    assert not target.exists()


def test_a_file_changed_since_the_build_is_found_while_copying(
    sites: tuple[Path, Path], target: Path
) -> None:
    folder.publish(sites[0], target)
    page = sites[1] / "2026-03" / "index.html"
    page.write_bytes(page.read_bytes()[::-1])
    assert said(sites[1], target) == "2026-03/index.html is not as issues.json says"
    assert contents(target) == contents(sites[0])
    assert beside_it(target) == []


def test_a_full_disk_and_a_closed_folder_are_seen_before_anything_is_written(
    sites: tuple[Path, Path], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.publish(sites[0], target)
    with monkeypatch.context() as patched:
        free = shutil._ntuple_diskusage(10**9, 10**9, 10**4)
        patched.setattr(shutil, "disk_usage", lambda _: free)
        assert said(sites[1], target).startswith("the disk has 10,000 octets free")
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        assert "may not be written to" in said(sites[1], target)
    assert contents(target) == contents(sites[0])
    assert beside_it(target) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_meanwhile_changes_nothing(
    sites: tuple[Path, Path], target: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    folder.publish(sites[0], target)
    monkeypatch.setattr(os, "fsync", refuse(number))
    assert said(sites[1], target) == f"it cannot be done: {os.strerror(number)}"
    assert contents(target) == contents(sites[0])
    assert beside_it(target) == []


def test_what_cannot_be_carried_over_is_refused(sites: tuple[Path, Path], target: Path) -> None:
    folder.publish(sites[0], target)
    os.mkfifo(target / "pipe")
    assert said(sites[1], target).startswith("pipe is neither")


def test_two_runs_do_not_meet(sites: tuple[Path, Path], target: Path) -> None:
    with beside.turn(target):
        assert said(sites[0], target) == "another run publishes to it just now"
    folder.publish(sites[0], target)
    assert beside_it(target) == []


# The exchange


@pytest.mark.parametrize("works", [True, False])
def test_folders_are_exchanged_and_the_old_one_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, works: bool
) -> None:
    if not works:
        monkeypatch.setattr(exchange, "_swap", refuse(errno.ENOSYS))
    new, target = tmp_path / "new", tmp_path / "site"
    for name in ("one", "two"):
        new.mkdir()
        (new / name).touch()
        exchange.exchange(new, target)
        assert [one.name for one in target.iterdir()] == [name]
        assert list(tmp_path.iterdir()) == [target]


def test_an_exchange_that_fails_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, target = tmp_path / "new", tmp_path / "site"
    new.mkdir()
    target.mkdir()
    (target / "old").touch()
    monkeypatch.setattr(exchange, "_swap", refuse(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        exchange.exchange(new, target)
    monkeypatch.setattr(exchange, "_swap", refuse(errno.EINVAL))
    rename = Path.rename

    def once(self: Path, other: Path) -> Path:
        if self == new:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", once)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        exchange.exchange(new, target)
    assert sorted(tmp_path.iterdir()) == [new, target]
    assert (target / "old").exists()


def test_an_old_tree_that_stands_aside_is_put_back_or_removed(tmp_path: Path) -> None:
    target = tmp_path / "site"
    old = beside.aside(target)
    assert old.name.startswith(".site.")
    old.mkdir()
    (old / "page").touch()
    beside.fresh(target)
    stranger = tmp_path / ".site.backup"
    stranger.mkdir()
    exchange.recover(target)
    assert sorted(tmp_path.iterdir()) == [stranger, target]
    assert (target / "page").exists()
    old.mkdir()
    exchange.recover(target)
    assert sorted(tmp_path.iterdir()) == [stranger, target]


# Killed at any instant


def instants(first: Path, second: Path, scratch: Path, swap: bool) -> list[Instants]:
    """How much a first and a second publication do to the disk."""
    counts = []
    scratch.mkdir()
    for site in (first, second):
        with watch(Instants(), swap) as found:
            folder.publish(site, scratch / "site")
        counts.append(found)
    return counts


@pytest.mark.parametrize("swap", [True, False], ids=["exchanged", "renamed"])
def test_a_kill_at_any_instant_leaves_one_whole_site(
    sites: tuple[Path, Path], target: Path, tmp_path: Path, swap: bool
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.publishing.victim"])
    first, second = sites
    counts = instants(first, second, tmp_path / "scratch", swap)
    seen, gone = set(), 0
    for fresh, found in zip((True, False), counts, strict=True):
        spread = {1 + (found.count - 1) * kill // (KILLS - 1) for kill in range(KILLS)}
        assert len(spread) == KILLS
        for last in sorted(spread):
            shutil.rmtree(target, ignore_errors=True)
            if not fresh:
                folder.publish(first, target)
                (target / "CNAME").write_text("mine")
            site = first if fresh else second
            process = context.Process(
                target=victim.run, args=(str(site), str(target), last, swap)
            )  # fmt: skip
            process.start()
            process.join()
            assert process.exitcode == -signal.SIGKILL
            if target.exists():
                served = contents(target)
                assert (fresh, served.pop("CNAME", b"mine")) == (fresh, b"mine")
                assert served in (contents(first), contents(second))
                assert faults(served) == []
                seen.add((fresh, served == contents(site)))
            else:
                gone += not fresh
            folder.publish(site, target)
            assert contents(target).items() >= contents(site).items()
            assert fresh or (target / "CNAME").read_text() == "mine"
            assert beside_it(target) == []
    assert seen >= {(True, True), (False, False), (False, True)}
    assert gone == 0 or not swap


def test_every_instant_about_the_exchange_by_renaming_is_mended(
    sites: tuple[Path, Path], target: Path, tmp_path: Path
) -> None:
    _, found = instants(*sites, tmp_path / "scratch", swap=False)
    gone = 0
    for last in range(found.swap - 3, found.swap + 12):
        shutil.rmtree(target, ignore_errors=True)
        folder.publish(sites[0], target)
        with pytest.raises(EndedError), watch(Instants(last), swap=False):
            folder.publish(sites[1], target)
        gone += not target.exists()
        with beside.turn(target):
            exchange.recover(target)
        assert contents(target) in (contents(sites[0]), contents(sites[1]))
        assert beside_it(target) == []
    assert gone == 1


VERSIONS = st.tuples(
    st.dictionaries(
        st.sampled_from(["2026-01", "2026-02", "2026-03"]),
        st.builds(Number, st.sampled_from(["a1", "a2", "b1"]), st.integers(1, 3)),
        min_size=1,
    ),
    st.sampled_from(["one", "two"]),
)


@settings(max_examples=25)
@given(
    steps=st.lists(st.tuples(VERSIONS, st.none() | st.integers(1, 200), st.booleans()), max_size=5),
    last=VERSIONS,
)
def test_versions_with_ends_in_between_end_as_the_last(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], last: Any
) -> None:
    root = tmp_path_factory.mktemp("sites")
    target = root / "host" / "site"
    target.parent.mkdir()
    stands: dict[str, bytes] = {}
    for count, (version, end, swap) in enumerate(steps):
        site = make(root / str(count), *version)
        ended = False
        with watch(Instants(end or 0), swap):
            try:
                folder.publish(site, target)
            except EndedError:
                ended = True
        if target.exists():
            served = contents(target)
            assert served == contents(site) or (ended and served == stands)
            assert faults(served) == []
            stands = served
        else:
            assert ended
            assert not (swap and stands)
    site = make(root / "last", *last)
    folder.publish(site, target)
    assert contents(target) == contents(site)
    assert beside_it(target) == []
    shutil.rmtree(root)


def test_the_address_chooses_where_to(tmp_path: Path, sites: tuple[Path, Path]) -> None:
    call = partial(publishing.publish, sites[0])
    with pytest.raises(ProblemsError, match="it is no address of a bucket"):
        call("s3://")
    report = call(str(tmp_path / "host" / "s3"))
    assert report.target == str(tmp_path / "host" / "s3")
