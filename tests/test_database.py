"""The database as configured: addresses of either kind, a missing driver, senders at work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bulletin_press import config
from bulletin_press.distribution import tables
from bulletin_press.distribution.database import ENVIRONMENT, open_database
from bulletin_press.distribution.sending import leases
from bulletin_press.distribution.sending.schedule import Policy
from bulletin_press.problems import ProblemsError
from tests.delivery_support import TOML, office


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://localhost/bulletin", "needs the package psycopg"),
        ("postgresql+psycopg://localhost/bulletin", "pip install 'psycopg[binary]'"),
        ("postgresql://localhost:port/bulletin", "the address of the database cannot be read"),
        ("mysql://localhost/bulletin", "BULLETIN_PRESS_DATABASE is not sqlite:///FILE"),
    ],
)
def test_a_database_that_cannot_be_reached_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    (tmp_path / "bulletin.toml").write_text(TOML, "utf-8")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setenv(ENVIRONMENT, address)
    with pytest.raises(ProblemsError) as raised:
        open_database(config.load(tmp_path))
    (found,) = raised.value.problems
    assert found.code == "D101"
    assert said in str(found)


def test_whether_senders_are_at_work_is_known(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        database = desk.database
        with database.without_senders() as quiet, database.without_senders() as second:
            assert (quiet, second) == (True, False)
        database.shared = True
        with database.without_senders() as quiet:
            assert quiet
        with database.write() as connection:
            leases.enrol(connection, "worker", database.clock.now(), Policy(), alone=False)
        with database.without_senders() as quiet:
            assert not quiet


def test_the_migrations_make_the_tables_that_the_program_uses(tmp_path: Path) -> None:
    with office(tmp_path) as desk, desk.database.read() as connection:
        compared = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(compared, tables.metadata) == []
