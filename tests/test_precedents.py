"""What is kept of fonts, covers, pictures and judges: the same bytes, and never a failure."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from bulletin_press import fonts, judges, kept, press, typefounding
from bulletin_press.edition import Edition
from bulletin_press.editions import epub, letter
from bulletin_press.editions.epub.cover import files
from bulletin_press.judges import pagevalidation, pdf, precedents, programs, verapdf
from bulletin_press.judges.verdicts import Fault, Verdict
from bulletin_press.problems import Location, Problem, ProblemsError, problem
from bulletin_press.source import pictures
from tests.conftest import article, read, write_issue

BOOK = Edition("epub", "application/epub+zip", {"a.epub": b"book"})
PRINTED = Edition("pdf", "application/pdf", {"a.pdf": b"pages", "a.txt": b"sheet"})
WRONG = problem("J101", "EPUBCheck RSC-005: wrong", Location("a.epub/x.xhtml", 3), "", 7)


@pytest.fixture
def store(tmp_path: Path) -> kept.Store:
    return kept.Store(tmp_path / "kept")


def noise(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((60, 90), 40).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def thrice(make: Callable[[], object], store: kept.Store, forget: Callable[[], None]) -> None:
    """What is made without a store, with an empty one, and from it, is equal."""
    forget()
    without = make()
    with kept.using(store):
        forget()
        first = make()
        forget()
        again = make()
    assert without == first == again
    assert list(store.folder.glob("*/*"))


def test_faces_are_the_same(store: kept.Store) -> None:
    def make() -> list[bytes]:
        cut = [one.subset(frozenset(map(ord, "Words"))) for one in fonts.PRIMARY[:2]]
        return [*cut, fonts.PRIMARY[0].data(), typefounding.packed(cut[0])]

    thrice(make, store, fonts._cut.cache_clear)


def test_covers_are_the_same_and_follow_from_what_they_show(store: kept.Store) -> None:
    image, other = noise(), noise()

    def forbidden() -> Image.Image:
        raise AssertionError("drawn again")

    thrice(lambda: files.made(lambda: image, ["one"], "a", True), store, lambda: None)
    with kept.using(store):
        assert files.made(forbidden, ["one"], "b", False) == (files.inside(image), {})
        made = files.made(forbidden, ["one"], "b", True)
        assert files.made(lambda: other, ["other"], "b", True) != made
        assert list(made[1]) == [
            "covers/b.jpg", "covers/b-320.jpg", "covers/b-160.jpg", "covers/b-640.png",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {}), ("JPEG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})],
)
def test_pictures_are_the_same(
    tmp_path: Path, store: kept.Store, kind: str, options: dict[str, object]
) -> None:
    path = tmp_path / "a.picture"
    path.write_bytes(encoded(noise(), kind, **options))
    thrice(lambda: pictures.load(path), store, lambda: None)


def test_a_damaged_picture_is_refused_each_time(tmp_path: Path, store: kept.Store) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(noise(), "JPEG")[:-200])
    with kept.using(store):
        for _ in range(2):
            with pytest.raises(ValueError, match="not a whole"):
                pictures.load(path)


def test_editions_are_the_same(tmp_path: Path, store: kept.Store) -> None:
    body = "Words.\n\n.. figure:: a.webp\n   :alt: A.\n\n.. figure:: b.svg\n   :alt: B.\n"
    sources = {
        "01-a.rst": article("A", body),
        "b.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    }
    folder = write_issue(tmp_path, sources, "")
    (folder / "a.webp").write_bytes(encoded(noise(), "WEBP"))

    def make() -> list[object]:
        issue = read(folder).issue
        return [
            epub.render(issue, drawn=epub.covers(issue, beside=True)),
            letter.render(issue).letter,
        ]

    thrice(make, store, fonts._cut.cache_clear)


# Judges -----------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was asked; EPUBCheck finds one fault, the others none."""
    names: list[str] = []

    def epubcheck(data: bytes, name: str) -> tuple[Problem, ...]:
        names.append(name)
        return (WRONG,)

    def verdicts(given: dict[str, bytes]) -> tuple[Verdict, ...]:
        names.extend(given)
        return (Verdict("veraPDF", "J103", "a.pdf", "2a"),)

    monkeypatch.setattr(judges, "epubcheck", epubcheck)
    monkeypatch.setattr(judges.epub, "command", lambda: ["epubcheck"])
    monkeypatch.setattr(pdf, "verdicts", verdicts)
    monkeypatch.setattr(pdf, "versions", lambda: ("1",))
    return names


@pytest.mark.parametrize("edition", [BOOK, PRINTED], ids=["epub", "pdf"])
def test_a_verdict_is_given_once(store: kept.Store, asked: list[str], edition: Edition) -> None:
    without = press.judged(edition)
    assert press.judged(edition) == without
    assert len(asked) == 2
    with kept.using(store):
        assert [press.judged(edition) for _ in range(3)] == [without] * 3
    assert len(asked) == 3


def test_other_bytes_names_and_judges_are_asked(
    store: kept.Store, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.using(store):
        press.judged(BOOK)
        press.judged(Edition("epub", "", {"a.epub": b"other"}))
        press.judged(Edition("epub", "", {"b.epub": b"book"}))
        monkeypatch.setattr(judges.epub, "command", lambda: ["epubcheck", "-v"])
        press.judged(BOOK)
    assert len(asked) == 4


def test_a_judge_that_does_not_come_to_an_end_is_asked_again(
    store: kept.Store, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unfinished(given: dict[str, bytes]) -> tuple[Verdict, ...]:
        asked.extend(given)
        return (Verdict("veraPDF", "J103", "a.pdf", "2a", (Fault("", "was not judged"),)),)

    monkeypatch.setattr(pdf, "verdicts", unfinished)
    with kept.using(store):
        assert press.judged(PRINTED) == press.judged(PRINTED) != ()
    assert len(asked) == 2


def test_a_judge_that_is_missing_is_told_each_time(
    store: kept.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> list[str]:
        raise ProblemsError([programs.missing("X", "there is no X")])

    monkeypatch.setattr(judges.epub, "command", none)
    monkeypatch.setattr(verapdf, "command", none)
    monkeypatch.setattr(pagevalidation, "load", none)
    with kept.using(store):
        for edition in (BOOK, PRINTED) * 2:
            with pytest.raises(ProblemsError, match="there is no X"):
                press.judged(edition)
    assert not store.folder.exists()


def test_an_odd_entry_is_judged_anew(store: kept.Store, asked: list[str]) -> None:
    with kept.using(store):
        press.judged(BOOK)
        (path,) = store.folder.glob("verdicts/*")
        for odd in (b"{}", b"[{}]", b"", b'[{"code": "X"}]'):
            path.unlink()
            store_path(store, path, odd)
            assert press.judged(BOOK) == (WRONG,)
    assert len(asked) == 5


def store_path(store: kept.Store, path: Path, data: bytes) -> None:
    """Put ``data`` where the entry at ``path`` was, with its sum."""
    from hashlib import sha256

    path.write_bytes(sha256(path.name.encode() + data).digest() + data)


def test_a_program_is_known_by_its_files(tmp_path: Path) -> None:
    program = tmp_path / "judge.jar"
    program.write_bytes(b"1")
    first = precedents.version(["java", str(program)])
    assert precedents.version(["java", str(program)]) == first
    program.write_bytes(b"22")
    assert precedents.version(["java", str(program)]) != first
