"""What builds keep for one another: safe whatever happens to it."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press import kept

DATA = b"a line of text" * 20


@pytest.fixture
def store(tmp_path: Path) -> kept.Store:
    return kept.Store(tmp_path / "kept")


def test_gives_back_what_was_put(store: kept.Store) -> None:
    store.put(DATA, "lines", "one", b"two")
    assert store.get("lines", "one", b"two") == DATA
    assert store.get("lines", "onetwo") is None
    assert store.get("faces", "one", b"two") is None


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_other_parts_are_another_key(one: list[str], other: list[str]) -> None:
    paths = {kept.Store(Path("x")).path("k", *parts) for parts in (one, other)}
    assert (len(paths) == 1) == (one == other)


@pytest.mark.parametrize("size", [0, 1, 31, 32, 40, len(DATA) + 31])
def test_ignores_a_truncated_entry(store: kept.Store, size: int) -> None:
    store.put(DATA, "lines", "key")
    path = store.path("lines", "key")
    path.write_bytes(path.read_bytes()[:size])
    assert store.get("lines", "key") is None


@given(st.integers(0, (len(DATA) + 32) * 8 - 1))
def test_ignores_an_entry_with_one_bit_flipped(bit: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = kept.Store(Path(folder))
        store.put(DATA, "lines", "key")
        path = store.path("lines", "key")
        whole = bytearray(path.read_bytes())
        whole[bit // 8] ^= 1 << bit % 8
        path.write_bytes(whole)
        assert store.get("lines", "key") is None


def test_an_entry_in_anothers_place_is_none(store: kept.Store) -> None:
    store.put(DATA, "lines", "one")
    store.put(b"other", "lines", "two")
    store.path("lines", "one").replace(store.path("lines", "two"))
    assert store.get("lines", "two") is None


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_in_keeps_nothing(mode: int, store: kept.Store) -> None:
    store.put(DATA, "lines", "key")
    store.folder.chmod(mode)
    assert store.get("lines", "key") is None
    store.put(DATA, "lines", "another")
    store.folder.chmod(0o700)
    assert store.get("lines", "key") == DATA
    assert store.get("lines", "another") is None


@pytest.mark.parametrize(("mode", "is_kept"), [(0o755, False), (0o700, True)])
def test_what_others_may_replace_is_not_taken(mode: int, is_kept: bool, store: kept.Store) -> None:
    store.put(DATA, "lines", "key")
    (store.folder / "lines").chmod(0o777)
    store.folder.chmod(mode)
    assert (store.get("lines", "key") == DATA) == is_kept


def test_another_users_folder_keeps_nothing(
    store: kept.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(DATA, "lines", "key")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert store.get("lines", "key") is None


def test_a_folder_that_cannot_be_used_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = kept.Store(tmp_path / "file" / "below")
    store.put(DATA, "lines", "key")
    assert store.get("lines", "key") is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_what_is_no_file_is_no_entry(store: kept.Store) -> None:
    path = store.path("lines", "key")
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert store.get("lines", "key") is None


def test_drops_what_was_used_longest_ago(tmp_path: Path) -> None:
    store = kept.Store(tmp_path, most=10_000)
    for number in range(10):
        store.put(bytes(1500), "lines", str(number))
        os.utime(store.path("lines", str(number)), (number, number))
    assert store.get("lines", "0") is not None
    store.trim()
    left = [number for number in range(10) if store.get("lines", str(number)) is not None]
    assert left == [0, 6, 7, 8, 9] or left == [0, 5, 6, 7, 8, 9]
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 10_000


def test_does_not_keep_what_would_push_out_the_rest(tmp_path: Path) -> None:
    store = kept.Store(tmp_path, most=1000)
    store.put(bytes(500), "lines", "large")
    assert store.get("lines", "large") is None


def _fill(folder: Path, letter: str) -> None:
    store = kept.Store(folder, most=40_000)
    for number in range(200):
        key = str(number % 20)
        found = store.get("lines", key)
        assert found is None or len(set(found)) == 1
        store.put(letter.encode() * 3000, "lines", key)
        store.trim()


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_fill, args=(tmp_path, letter)) for letter in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    assert not list(tmp_path.glob("*/.*"))


def test_makes_once_and_not_at_all_without_a_store(store: kept.Store) -> None:
    calls: list[int] = []

    def make() -> bytes:
        calls.append(1)
        return DATA

    assert kept.made(make, "lines", "key") == kept.made(make, "lines", "key") == DATA
    assert len(calls) == 2
    with kept.using(store):
        assert kept.made(make, "lines", "key") == kept.made(make, "lines", "key") == DATA
    assert len(calls) == 3
