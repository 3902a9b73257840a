"""Files that are not UTF-8: named, refused, or read by the encoding that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bulletin_press import cli, press
from bulletin_press.problems import Problem, ProblemsError
from bulletin_press.source import encoding
from bulletin_press.source.session import Session
from bulletin_press.styles import variables
from tests.conftest import MASTHEAD, article, read, write_issue

ROOT = Path("/publication")
# In each language a few sentences, and by what a file of them may be saved; the first is the usual.
SENTENCES = {
    "en": (
        "cp1252 mac_roman",
        "“It’s the council’s plan — £3,000 a year,” she said.",
        "The café’s owner said “no comment” – twice.",
        "The mayor’s naïve façade didn’t last; the debate went on…",
    ),
    "tr": (
        "cp1254 iso8859_9 mac_turkish",
        "Türkiye’nin güney kıyısında yağış azaldı, çiftçiler şaşkın.",
        "İstanbul’da görüşmeler sürüyor; sonuç henüz açıklanmadı.",
        "Başkan, ülkenin enerji ihtiyacını değerlendirdi.",
    ),
    "az": (
        "cp1254 iso8859_9",
        "Bakı sakinlari yeni körpünün açılışını gözlayir, yollar bağlıdır.",
        "Danışıqlar uğurla başa çatdı, iş üçün yeni müqavila imzalandı.",
        "Çayın suyu qalxıb, lakin şahara tahlükə yoxdur.".replace("ə", "a"),
    ),
    "ru": (
        "cp1251 koi8_r iso8859_5 mac_cyrillic cp866",
        "Совет утвердил новый план развития района.",
        "Мост открыли в мае, движение началось сразу.",
        "Река вышла из берегов; жители ждут помощи.",
    ),
    "de": (
        "cp1252 iso8859_1 mac_roman",
        "Die Brücke über die Straße wurde für den Verkehr geöffnet.",
        "Zwölf Mühlen müssen schließen, größere bleiben.",
        "Die Bürger hören zu, während das Gespräch länger dauert.",
    ),
    "fr": (
        "cp1252 iso8859_1 mac_roman",
        "L’école a été fermée à cause de la crue, déclare le maire.",
        "Où sont passés les élèves de la forêt ? « Là-bas », dit-il.",
        "Le conseil a décidé d’ouvrir une enquête dès le début de l’été.",
    ),
    "ar": (
        "cp1256 iso8859_6",
        "افتتح المجلس الجسر الجديد فوق النهر.",
        "قال الوزير إن المحادثات مستمرة في العاصمة، والنتائج قريبة.",
        "يعيش السكان قرب النهر منذ سنوات طويلة.",
    ),
    "el": (
        "cp1253 iso8859_7",
        "Το συμβούλιο ενέκρινε το νέο σχέδιο για τη γέφυρα.",
        "Η γέφυρα άνοιξε τον Μάιο και η κίνηση ξεκίνησε αμέσως.",
        "Οι κάτοικοι της πόλης περιμένουν βοήθεια από την κυβέρνηση.",
    ),
    "pl": (
        "cp1250 iso8859_2",
        "Rada zatwierdziła nowy plan rozwoju; większość głosów była za.",
        "Most otwarto w maju, a ruch zaczął się od razu. Źródło: świadkowie.",
        "Mieszkańcy czekają na pomoc, gdyż rzeka wystąpiła z brzegów.",
    ),
}
CASES = [(tag, codec) for tag, (codecs, *_) in SENTENCES.items() for codec in codecs.split()]
WIDE = ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"]


def decoded(
    data: bytes, asked: str = "", language: str = ""
) -> tuple[str | None, tuple[Problem, ...]]:
    session = Session(ROOT, ROOT / "01-weir.rst", encoding=asked, language=language)
    text = encoding.decode(data, session)
    assert (text is None) == bool(session.problems)
    return text, tuple(session.problems)


def named(data: bytes, language: str = "") -> str:
    """The codec of the encoding that the hint names."""
    _, (one,) = decoded(data, language=language)
    assert one.code == "S101"
    return encoding.codec(one.hint.rpartition(" --encoding ")[2]) or one.hint


@st.composite
def texts(draw: st.DrawFn, tag: str, codec: str) -> str:
    sentences = [one for one in SENTENCES[tag][1:] if one.encode(codec, "replace").decode(codec)]
    chosen = draw(st.lists(st.sampled_from(sentences), min_size=1, max_size=9))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    title = draw(st.sampled_from(["Weir", "A Weir in May"]))
    head = [title, "=" * len(title), "", ":Author: A. Writer", ""]
    known = [one.encode(codec, "ignore").decode(codec) for one in chosen]
    return end.join(head + known) + end


@pytest.mark.parametrize(("tag", "codec"), CASES)
@given(data=st.data())
def test_the_encoding_named_reads_every_letter(tag: str, codec: str, data: st.DataObject) -> None:
    text = data.draw(texts(tag, codec))
    language = data.draw(st.sampled_from(["", "en", tag]))
    found = named(text.encode(codec), language)
    assert text.encode(codec).decode(found) == text


@pytest.mark.parametrize("codec", WIDE)
@pytest.mark.parametrize("tag", SENTENCES)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_wide_encodings_are_named_and_read(codec: str, tag: str, mark: str) -> None:
    text = "\n".join(SENTENCES[tag][1:])
    data = (mark + text).encode(codec)
    found = named(data)
    assert found == (codec.rsplit("_", 1)[0] if mark else codec)
    assert decoded(data, found)[0] == text
    assert decoded(data, codec)[0] == text


def test_the_message_says_line_encoding_and_word() -> None:
    text = "Yeni\r\n====\r\n\r\nBu ara Türkiye’nin güney kıyısı.\r\n"
    _, (one,) = decoded(text.encode("cp1254"))
    assert str(one) == (
        "01-weir.rst:4: error S101: line 4 is not UTF-8: this looks like Windows-1254 (Turkish):"
        " “Türkiye’nin”\n"
        "  hint: save the file as UTF-8, or read it with --encoding windows-1254"
    )
    assert one.column == 9


@pytest.mark.parametrize("tag", ["tr", "ru", "pl"])
def test_where_letters_do_not_tell_the_language_of_the_issue_does(tag: str) -> None:
    codec = SENTENCES[tag][0].split()[0]
    assert named("so – and so\n".encode("cp1252"), tag) == codec
    own = f"Weir\n====\n\n:Language: {tag}\n\nso – and so\n"
    assert named(own.encode("cp1252"), "en") == codec


def test_a_line_in_another_encoding_than_the_rest_is_never_read_by_it() -> None:
    data = "Kıyı şehirleri, güney köyleri\n".encode() + "Güney\n".encode("cp1254")
    for asked in ("", "cp1254"):
        text, (one,) = decoded(data, asked, "tr")
        assert text is None
        assert (one.where.line, "“Güney”" in one.message) == (2, True)
        assert "--encoding" not in one.hint


def test_what_the_asked_encoding_cannot_read_is_refused_too() -> None:
    _, (one,) = decoded("Совет утвердил новый план".encode("koi8_r"), "ascii")
    assert one.message.startswith("line 1 is neither UTF-8 nor ascii: this looks like KOI8-R")
    _, (one,) = decoded("Weir\n".encode("utf_16"), "cp1254")
    assert "UTF-16" in one.message
    _, (one,) = decoded("Weir\n".encode("utf_16")[:-1], "utf_16")
    assert "not whole" in one.message


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.7\n"])
def test_a_file_of_another_program_is_called_so(start: bytes) -> None:
    _, (one,) = decoded(start + bytes(range(256)) * 4)
    assert "is no text but " in one.message


@given(data=st.binary(max_size=300), asked=st.sampled_from(["", "cp1254", "utf_16", "utf_32_be"]))
def test_any_bytes_are_text_or_one_problem(data: bytes, asked: str) -> None:
    text, problems = decoded(data, asked)
    assert text is not None or [one.code for one in problems] == ["S101"]
    assert all(one.hint and one.message.isprintable() for one in problems)


@given(text=st.text(st.characters(exclude_characters="\x00\ufeff", exclude_categories=["Cs"])))
def test_utf_8_is_always_read_as_it_is(text: str) -> None:
    for data in (text.encode(), text.encode("utf-8-sig")):
        assert decoded(data, "cp1254") == (text, ())


def test_a_lone_zero_byte_does_not_make_a_file_utf_16() -> None:
    text = "Weir\n====\n\n" + "Text of the weir. " * 10 + "\0 and more.\n"
    assert decoded(text.encode())[0] == text


# Names


@pytest.mark.parametrize(
    ("name", "codec"),
    [("windows-1254", "cp1254"), ("Windows 1251", "cp1251"), ("cp1252", "cp1252"),
     ("ISO-8859-9", "iso8859_9"), ("latin1", "latin_1"), ("koi8-u", "koi8_u"),
     ("UTF-16", "utf_16"), ("utf-16be", "utf_16_be"), ("mac-roman", "mac_roman")],
)  # fmt: skip
def test_names_of_encodings_are_known_as_they_are_commonly_written(name: str, codec: str) -> None:
    assert encoding.codec(name) == codec


@given(st.text() | st.sampled_from(["rot13", "hex", "idna", "utf-7", "os.path", "mbcs", "zip"]))
def test_other_names_are_unknown(name: str) -> None:
    found = encoding.codec(name)
    assert found is None or "é".encode(found, "replace")


def test_every_name_given_in_a_hint_can_be_asked_for() -> None:
    for codec, (name, _) in encoding.NAMES.items():
        assert encoding.codec(name.lower()) == codec


# Through the whole press


def files_of_another_time() -> dict[str, bytes]:
    body = (
        "Mühlen müssen schließen.\n\n.. include:: _parts/old.txt\n\n"
        ".. csv-table::\n   :file: _parts/levels.csv\n"
    )
    return {
        "issue.rst": MASTHEAD.encode("utf_16"),
        "01-weir.rst": article("Weir", body).encode("cp1252"),
        "02-mill.rst": article("Mill", "Größe: 5 m².").encode("utf-8-sig"),
        "_parts/old.txt": "Zwölf Mühlen bleiben.\n".encode("cp1252"),
        "_parts/levels.csv": "März,5\r\n".encode("cp1252"),
    }


def write(folder: Path, files: dict[str, bytes]) -> Path:
    issue = write_issue(folder, {})
    for name, data in files.items():
        (issue / name).parent.mkdir(exist_ok=True)
        (issue / name).write_bytes(data)
    return issue


def test_every_file_is_read_by_the_encoding_that_was_asked_for(tmp_path: Path) -> None:
    files = files_of_another_time()
    folder = write(tmp_path, files)
    assert [line.partition(": error ")[0] for line in read(folder).lines if "S101" in line] == [
        "01-weir.rst:5", "issue.rst:1"]  # fmt: skip
    (folder / "issue.rst").write_text(MASTHEAD, "utf-8")
    found = press.read(folder, "cp1252")
    assert found.problems == ()
    text = found.issue.document.astext()
    for words in ("Mühlen müssen schließen.", "Zwölf Mühlen bleiben.", "März", "Größe: 5 m²."):
        assert words in text


def test_includes_and_tables_read_wide_files_too(tmp_path: Path) -> None:
    files = {name: data.decode("cp1252").encode("utf_16") if "_parts" in name else data
             for name, data in files_of_another_time().items()}  # fmt: skip
    files["issue.rst"] = MASTHEAD.encode()
    files["01-weir.rst"] = files["01-weir.rst"].decode("cp1252").encode("utf_16")
    found = press.read(write(tmp_path, files), "utf_16")
    assert found.problems == ()
    assert "Zwölf Mühlen bleiben." in found.issue.document.astext()
    assert "\ufeff" not in found.issue.document.astext()


def test_a_sheet_of_the_publication_is_named_like_any_other_file(tmp_path: Path) -> None:
    issue = read(write_issue(tmp_path, {"01-weir.rst": article("Weir")})).issue
    own = issue.publication.root / "styles" / "base.css"
    own.parent.mkdir()
    own.write_bytes("/* Türkçe açıklama */\np { color: red }\n".encode("cp1254"))
    with pytest.raises(ProblemsError, match=r"S101: line 1 is not UTF-8: .*“Türkçe”"):
        variables(issue.publication)


def test_the_option_reads_what_a_check_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, files_of_another_time() | {"issue.rst": MASTHEAD.encode()})

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.main, list(words))

    assert run("check", "2026-05").exit_code == 3
    assert run("check", "2026-05", "--encoding", "windows-1252").exit_code == 0
    found = run("show", "2026-05", "tree", "--encoding", "windows-1252")
    assert "Zwölf Mühlen bleiben." in found.stdout
    for words in (["check"], ["build"], ["show", "2026-05", "tree"]):
        refused = run(*words, "--encoding", "window-1252")
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "did you mean “windows-1252”?" in refused.stderr
