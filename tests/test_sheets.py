"""The list from and to spreadsheets: any spelling is read, and nothing is half-imported."""

from __future__ import annotations

import csv
import io
import json
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulletin_press import cli
from bulletin_press.distribution import keys, secretfile, tables, words
from bulletin_press.distribution.readers import exporting, importing, sheets, spellings, subscribers
from bulletin_press.distribution.readers.candidates import Supplied
from bulletin_press.distribution.readers.importing import Order, Report
from bulletin_press.distribution.readers.subscription import Consent, Subscription
from bulletin_press.problems import ProblemsError
from bulletin_press.source import encoding
from tests.delivery_support import TOML, Office, office

HEAD = "address,form,consent date,consent wording\n"
AGREED = "2026-01-02,Send it."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as open_office:
        yield open_office


def take(desk: Office, content: str | bytes, codec: str = "", **order) -> Report:
    path = desk.publication.root / "list.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    supplied = order.pop("supplied", Supplied("import list.csv"))
    with sheets.opened(path, codec, "az") as sheet:
        whole = Order(str(path), "en-US", supplied, **order)
        return importing.run(desk.database, desk.keys, sheet, whole)


def listed(desk: Office) -> list[Subscription]:
    with desk.database.read() as connection:
        return list(exporting.subscriptions(connection))


def rows_of(desk: Office) -> list[tuple[str, ...]]:
    return [exporting.cells(one) for one in listed(desk)]


def lines(report: Report) -> list[str]:
    return [str(one).partition("\n")[0].partition("list.csv:")[2] for one in report.problems]


def counts(report: Report) -> dict[str, int]:
    return {kind: number for kind, number in report.counts.items() if number}


# Reading ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "row", "found"),
    [
        ("address,name", "r@example.org,A. Reader", ("A. Reader", "letter", "en-US")),
        ("E-Mail;Vorname;Nachname;Sprache", "r@example.org;A.;Reader;Deutsch",
         ("A. Reader", "letter", "de")),
        ("Elektron poçt\tAd və soyad\tNəşr\tDil", "r@example.org\tA. Reader\tE-Book\taz",
         ("A. Reader", "epub", "az")),
        ("Name|Email Address|Format|Locale", "A. Reader|r@example.org|Large Print|en_gb",
         ("A. Reader", "large-print", "en-GB")),
        ("ФИО,Эл. почта,Издание,Язык", "A. Reader,r@example.org,ссылка,русский",
         ("A. Reader", "link", "ru")),
        ("sep=;\nmail;edition", "r@example.org;PDF", ("", "pdf", "en-US")),
        ("Address,E-mail,Form", "1 Example Street,r@example.org,Großdruck",
         ("", "large-print", "en-US")),
        ("\n\n,,\ncourriel,nom,prénom", "r@example.org,Reader,A.",
         ("A. Reader", "letter", "en-US")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_sensible_headings_of_any_file_are_understood(
    desk: Office, headings: str, row: str, found: tuple[str, str, str], codec: str, end: str
) -> None:
    text = f"{headings}\n{row}\n".replace("\n", end)
    report = take(desk, text.encode(codec))
    assert not report.undone
    (one,) = listed(desk)
    assert (one.name, one.form, one.language) == found
    assert one.address == "r@example.org"


def test_a_file_of_addresses_alone_needs_no_heading(desk: Office) -> None:
    report = take(desk, "a@example.org\nb@example.org\n")
    assert counts(report) == {"unconfirmed": 2}
    assert [one.address for one in listed(desk)] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a@example.org,A. Reader\n", "1: error D202: the first line names no columns"),
        ("name,form\nA. Reader,pdf\n", "1: error D202: no column is headed “address”"),
        ("e-mail,mail\na@example.org,b@example.org\n",
         "1: error D202: columns “e-mail” and “mail” both mean “address”"),
        ("", " error D201: the file is empty"),
        (" \n,,\n", " error D201: the file is empty"),
        ('address,name\na@example.org,"A\nb@example.org,B\n',
         "2: error D201: a quotation mark opens a cell here that does not end"),
        ('address,name\na@example.org,"A" B\n',
         "2: error D201: a quotation mark stands inside a quoted cell"),
        (b"PK\x03\x04" + bytes(range(256)),
         "1: error D201: the file is no CSV but a spreadsheet's own, or a document"),
        ("address\na@example.org\n".encode("utf-16")[:-1],
         "3: error D201: the file is not whole UTF-16 text"),
        ("address,name\na@example.org," + "x" * 200_000,
         "2: error D201: a cell has more than 131,072 signs"),
        ("address,name\na@example.org," + "x," * 600_000,
         "2: error D201: a row has more than 1,000,000 signs"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_its_line(
    desk: Office, content: str | bytes, said: str
) -> None:
    with pytest.raises(ProblemsError) as refused:
        take(desk, content)
    line = str(refused.value.problems[0]).partition("\n")[0]
    assert line.partition("list.csv:")[2] == said
    assert listed(desk) == []


def test_another_encoding_is_named_and_read_when_asked_for(desk: Office) -> None:
    content = "address,name\na@example.org,Çinar Şahin Yağışlı Gözəl\n".replace("ə", "a")
    data = content.encode("windows-1254")
    with pytest.raises(ProblemsError, match=r"line 2 is not UTF-8: this looks like Windows-1254"):
        take(desk, data)
    take(desk, data, "cp1254")
    assert listed(desk)[0].name == "Çinar Şahin Yağışlı Gözal"


def test_lines_are_counted_as_an_editor_counts_them(desk: Office) -> None:
    content = 'address,name\n\n\na@example.org,"A\n\nReader"\nb@,B\n"c@example.org","C"\nd@,D\n'
    report = take(desk, content)
    assert [line[:14] for line in lines(report)] == ["7: error D203:", "9: error D203:"]


def test_nul_and_line_ends_in_cells_do_no_harm(desk: Office) -> None:
    report = take(desk, 'address,name\na@example.org,A\0B\n"b@example.org\r\nBcc: x",B\n')
    assert lines(report) == [
        "2: error D203: a name is text, without control characters",
        "3: error D203: “b@example.org��Bcc: x” cannot be the address:"
        " an address has no blanks in it",
    ]
    assert listed(desk) == []


def test_columns_that_are_not_known_are_named(desk: Office) -> None:
    report = take(desk, "address,langauge,City\na@example.org,de,B\n")
    assert lines(report) == ["1: warning D207: not used: “langauge”, “City”"]
    assert "language" in report.problems[0].hint


# What becomes of rows ---------------------------------------------------------------------------


def test_nothing_is_half_imported_and_all_faults_are_told_at_once(desk: Office) -> None:
    content = HEAD + (
        f"a@example.org,pdf,{AGREED}\n"
        f"b@example.org,pfd,{AGREED}\n"
        f"c@example.org,pdf,03/04/2026,Yes.\n"
        f"nobody,epub,{AGREED},more\n"
        "e@example.org,kindle,2199-01-01,Yes.\n"
    )
    report = take(desk, content)
    assert report.undone
    assert lines(report) == [
        "3: error D203: “pfd” is no form; did you mean “pdf”?",
        "4: error D203: the date of consent: “03/04/2026” is no date; write it as 2026-03-31",
        "5: error D203: the row has more cells than the first line has names",
        "5: error D203: “nobody” cannot be the address: an address has an @ in it",
        "6: error D203: the consent is dated in the future",
    ]
    assert listed(desk) == []
    assert take(desk, content, dry_run=True, skip_refused=True).undone
    assert listed(desk) == []
    report = take(desk, content, skip_refused=True)
    assert not report.undone
    assert [one.address for one in listed(desk)] == ["a@example.org"]
    assert {one.severity.value for one in report.problems} == {"warning"}


def test_no_row_is_active_without_consent(desk: Office) -> None:
    content = (
        "address,state,consent date,consent wording,consent source\n"
        "a@example.org,active,,,\n"
        "b@example.org,,2026-01-02,,\n"
        "c@example.org,,2026-01-02,Yes.,the fair\n"
        "d@example.org,unsubscribed,,,\n"
    )
    report = take(desk, content)
    assert counts(report) == {"unconfirmed": 2, "taken": 2}
    assert [one.state for one in listed(desk)] == [
        "unconfirmed", "unconfirmed", "active", "unsubscribed",
    ]  # fmt: skip
    third = listed(desk)[2]
    assert (third.consent_source, third.consent_wording) == ("the fair", "Yes.")
    given = Supplied("import list.csv", "On paper.", spellings.moment("2026-01-01"))
    report = take(desk, content, supplied=given)
    assert counts(report) == {"changed": 2, "left": 2}
    first, second, *_ = listed(desk)
    assert (first.state, first.consent_wording) == ("active", "On paper.")
    assert first.consent_source == "import list.csv"
    assert second.consent_at == spellings.moment("2026-01-02")


def test_who_left_is_kept_out_and_keeps_nobody_else_out(desk: Office) -> None:
    states = ("unsubscribed", "complained", "bounced")
    with desk.database.write() as connection:
        now = desk.database.clock.now()
        for state in states:
            consent = Consent(now, "a test", "Yes.")
            one = subscribers.add(
                connection, desk.keys, now, f"{state}@example.org", source="test", language="en",
                consent=consent,
            )  # fmt: skip
            subscribers.set_state(connection, desk.keys, now, one.id, state, "test")
    before = listed(desk)
    content = HEAD + "".join(f"{state.upper()}@example.org,pdf,{AGREED}\n" for state in states)
    report = take(desk, content + f"new@example.org,pdf,{AGREED}\n")
    assert counts(report) == {"kept out": 3, "taken": 1}
    assert [line.split(":")[0] for line in lines(report)] == ["2", "3", "4"]
    assert all("warning D205" in line for line in lines(report))
    assert listed(desk)[:3] == before


def test_a_row_for_somebody_on_the_list_changes_what_it_says_but_never_the_state(
    desk: Office,
) -> None:
    desk.enlist("a@example.org", "b@example.org")
    report = take(
        desk,
        "address,form,name,state\nA@example.org,epub,A. Reader,unsubscribed\nb@example.org,,,\n",
    )
    assert counts(report) == {"changed": 1, "left": 1}
    assert lines(report) == [
        "2: warning D205: the row says unsubscribed, but the list says active, which stays"
    ]
    first, second = listed(desk)
    assert (first.form, first.name, first.state) == ("epub", "A. Reader", "active")
    assert (second.form, second.language) == ("letter", "en-US")
    assert [row.detail for row in report.rows] == ["name, form letter → epub", ""]


def test_one_address_twice_in_a_file_is_one_reader_or_a_question(desk: Office) -> None:
    content = (
        "address,form\n"
        "reader@bücher.example,pdf\n"
        "READER@BU\u0308CHER.EXAMPLE,pdf\n"
        "reader@xn--bcher-kva.example,\n"
        "Reader@bücher.example,epub\n"
    )
    report = take(desk, content)
    assert lines(report) == ["5: error D206: line 2 has the same address with another form"]
    report = take(desk, content, skip_refused=True)
    assert counts(report) == {"unconfirmed": 1, "left": 2, "refused": 1}
    assert [row.detail for row in report.rows if row.kind == "left"] == ["as line 2"] * 2
    assert [one.form for one in listed(desk)] == ["pdf"]


def test_a_row_that_is_right_is_taken_though_one_above_was_refused(desk: Office) -> None:
    content = "address,form\na@example.org,kindle\na@example.org,pdf\n"
    report = take(desk, content, skip_refused=True)
    assert counts(report) == {"refused": 1, "unconfirmed": 1}
    assert "kindle needs the address" in lines(report)[0]
    assert [one.form for one in listed(desk)] == ["pdf"]


def test_a_thousand_mixed_rows_are_all_accounted_for(desk: Office) -> None:
    desk.enlist(*(f"old{number}@example.org" for number in range(100)))
    kinds = ("new{}@example.org,pdf,", "new{}@example.org,letter,2026-01-02,Yes.",
             "old{}@example.org,epub,", "no{},pdf,", "x{}@example.org,print edition,")  # fmt: skip
    written = [kinds[number % 5].format(number % 100) for number in range(1000)]
    report = take(desk, HEAD + "\n".join(written), skip_refused=True)
    assert sum(report.counts.values()) == 1000
    assert counts(report) == {
        "unconfirmed": 20, "taken": 20, "changed": 20, "left": 540, "refused": 400,
    }  # fmt: skip
    told = {row.line for row in report.rows}
    assert told == set(range(2, 1002))
    again = take(desk, HEAD + "\n".join(written), skip_refused=True)
    assert again.counts["taken"] == again.counts["changed"] == again.counts["unconfirmed"] == 0


def test_memory_does_not_grow_with_the_file(desk: Office) -> None:
    def peak(rows: int) -> int:
        path = desk.publication.root / "large.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("address\n")
            file.writelines(f"reader{rows}-{number}@example.org\n" for number in range(rows))
        tracemalloc.start()
        with sheets.opened(path) as sheet:
            order = Order("large.csv", "en", Supplied("import"))
            importing.run(desk.database, desk.keys, sheet, order)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    take(desk, "address\nfirst@example.org\n")
    small = peak(1_000)
    assert peak(3_000) < small * 1.5


# There and back ---------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
STARTS = st.sampled_from(
    ["", "=", "+", "-", "@", "\t=", "\r", " =", "'", "''=", "'=", "\u00a0-", "＝"]
)


@given(st.lists(st.tuples(st.builds(str.__add__, STARTS, ANY_TEXT), ANY_TEXT), max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_from_a_sheet_and_is_no_formula_in_it(
    tmp_path: Path, pairs: list[tuple[str, str]]
) -> None:
    path = tmp_path / "sheet.csv"
    written = [("a@example.org", *pair) for pair in pairs]
    with secretfile.saved(path, encoding.UTF_8) as file:
        sheets.write(file, ("address", "name", "consent-wording"), written)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sheets.opened(path) as sheet:
        assert [tuple(row.cells.values()) for row in sheet.rows()] == written
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            assert not any(
                cell.lstrip()[:1] in tuple("=+-@＝＋－＠") for cell in row if cell.strip()
            )


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)


@given(st.lists(st.tuples(NAMES, st.sampled_from(words.FORMS), ANY_TEXT), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_a_list_exported_and_imported_is_the_same_and_twice_is_once(
    tmp_path_factory: pytest.TempPathFactory, readers: list[tuple[str, str, str]]
) -> None:
    with (
        office(tmp_path_factory.mktemp("one")) as one,
        office(tmp_path_factory.mktemp("other")) as other,
    ):
        with one.database.write() as connection:
            for number, (name, form, wording) in enumerate(readers):
                consent = (
                    Consent(1_700_000_000_000, "=source", wording)
                    if wording.strip() and ("\0" not in wording)
                    else None
                )
                subscribers.add(
                    connection, one.keys, 1_780_000_000_000, f"+r{number}@example.org",
                    source="test", language="az", form=form, name=name, consent=consent,
                    device="d@kindle.com" if form == "kindle" else "",
                )  # fmt: skip
        path = one.publication.root / "list.csv"
        with secretfile.saved(path, encoding.UTF_8) as file:
            sheets.write(file, exporting.COLUMNS, rows_of(one))
        data = path.read_bytes()
        take(other, data)
        assert [tuple(map(str.strip, row)) for row in rows_of(one)] == rows_of(other)
        before = listed(other)
        again = take(other, data)
        assert counts(again) == ({"left": len(readers)} if readers else {})
        assert listed(other) == before


# The verbs --------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def press(*words: str) -> Result:
    return CliRunner().invoke(cli.main, ["subscribers", *words], catch_exceptions=False)


def test_import_says_what_became_of_the_rows(here: Path) -> None:
    (here / "list.csv").write_text(HEAD + f"a@example.org,pdf,{AGREED}\nb@example.org,odf,\n")
    refused = press("import", "list.csv", "--report", "report.csv")
    assert refused.exit_code == 8
    assert "list.csv:3: error D203: “odf” is no form; did you mean “pdf”?" in refused.stderr
    assert "Nothing was taken" in refused.stderr
    assert press("list").stdout == ""
    taken = press("import", "list.csv", "--skip-refused", "--report", "report.csv", "--json")
    assert taken.exit_code == 0
    told = json.loads(taken.stdout)
    assert (told["undone"], told["counts"]["taken"], told["counts"]["refused"]) == (False, 1, 1)
    report = list(csv.reader(io.StringIO((here / "report.csv").read_text("utf-8-sig"))))
    assert [row[:3] for row in report] == [
        ["line", "outcome", "address"], ["3", "refused", ""], ["2", "taken", "a@example.org"],
    ]  # fmt: skip
    assert press("list").stdout == "a@example.org\tactive\tpdf\ten-US\t\n"
    assert press("list", "--form", "epub").stdout == ""
    assert press("import", "none.csv").exit_code == 8
    assert press("import", "list.csv", "--consent", "Yes.").exit_code == 2


def test_export_goes_to_a_file_or_to_stdout(here: Path) -> None:
    assert press("add", "+a@example.org", "--name", "=1+1").exit_code == 0
    assert press("export", "out.csv").stdout == "out.csv\n"
    data = (here / "out.csv").read_bytes()
    assert press("export").stdout_bytes == data
    assert "'+a@example.org,'=1+1,en-US,letter" in data.decode()
    assert press("import", "out.csv").exit_code == 0
    assert press("export", "no/out.csv").exit_code == 8


def test_a_reader_is_added_changed_shown_and_erased(here: Path) -> None:
    assert press("add", "a@example.org", "--form", "pdf").exit_code == 0
    again = press("add", "A@example.org")
    assert (again.exit_code, "D209" in again.stderr) == (8, True)
    agreed = ("--consent", "Yes.", "--consent-date", "2026-01-02")
    assert press("set", "a@example.org", "--state", "active").exit_code == 8
    assert press("add", "a@example.org", *agreed).exit_code == 0
    assert press("list").stdout == "a@example.org\tactive\tpdf\ten-US\t\n"
    assert press("set", "a@example.org", "--state", "unsubscribed").exit_code == 0
    older = press("add", "a@example.org", *agreed)
    assert (older.exit_code, "the consent is older" in older.stderr) == (8, True)
    assert press("set", "a@example.org", "--address", "b@example.org", "--name", "B").exit_code == 0
    assert "nobody on the list" in press("set", "a@example.org", "--form", "pdf").stderr
    found = json.loads(press("history", "b@example.org", "--json").stdout)
    assert found["subscription"]["state"] == "unsubscribed"
    assert [row["what"] for row in found["changes"]] == [
        "created", "confirmed", "unsubscribed", "name", "address",
    ]  # fmt: skip
    assert "unsubscribed" in press("history", "b@example.org").stdout
    assert press("erase", "b@example.org").exit_code == 1
    assert press("erase", "b@example.org", "--yes").exit_code == 0
    assert press("history", "b@example.org").exit_code == 8
    (here / "list.csv").write_text(f"{HEAD}B@example.org,pdf,{AGREED}\n")
    kept_out = press("import", "list.csv")
    assert (kept_out.exit_code, "the reader was erased" in kept_out.stderr) == (0, True)
    assert press("list").stdout == ""


def test_without_a_publication_the_verbs_make_no_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert press("list").exit_code == 4
    assert list(tmp_path.iterdir()) == []


def test_the_keys_of_a_list_are_used(desk: Office) -> None:
    take(desk, "address\na@example.org\n")
    with desk.database.read() as connection:
        stored = connection.scalar(sa.select(tables.subscriptions.c.address_key))
    assert stored == keys.load(desk.publication).address_key("a@example.org")


def test_a_large_file_waits_for_a_send_and_a_small_one_does_not(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.database.sole_sender():
        assert counts(take(desk, "address\na@example.org\n")) == {"unconfirmed": 1}
        monkeypatch.setattr(importing, "QUIET_OCTETS", 10)
        with pytest.raises(ProblemsError, match="D204"):
            take(desk, "address\nb@example.org\n")
    assert counts(take(desk, "address\nb@example.org\n")) == {"unconfirmed": 1}
