"""The database of distribution: opened, guarded, up to date; all that dialects do differently."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

from bulletin_press.config import CONFIGURATION_FILE, Publication
from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import Clock
from bulletin_press.problems import Location, ProblemsError, problem

ENVIRONMENT = "BULLETIN_PRESS_DATABASE"
BUILD_FOLDER = "build"
_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An open database at the newest version of its tables, and the clock that goes with it.

    ``file`` is the file of SQLite, None for PostgreSQL. May be used by several threads.
    """

    def __init__(self, engine: Engine, file: Path | None, clock: Clock | None = None) -> None:
        self.engine = engine
        self.file = file
        self.clock = clock or Clock(self._last_moment())

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose reads agree with one another."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction, durable when the block ends and undone if it raises.

        SQLite lets one writer in at a time, from the start of the block. Raises
        sqlalchemy.exc.DBAPIError when the disk is full or the file may not be written.
        """
        with self.engine.connect() as connection:
            connection = connection.execution_options(bulletin_press_writes=True)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def sole_sender(self) -> Iterator[bool]:
        """Whether this process is now the only sender of a database in a file.

        Always True for PostgreSQL, where leases part the work. The lock goes with the process,
        however that ends.
        """
        if self.file is None:
            yield True
            return
        import fcntl

        with self.file.with_name(self.file.name + "-sender").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True

    def keep_time(self, connection: Connection) -> int:
        """The time now, kept in the database so that no later process starts before it."""
        now = self.clock.now()
        row = tables.settings.c
        changed = connection.execute(
            sa.update(tables.settings).where(row.name == "clock").values(value=str(now))
        )
        if not changed.rowcount:
            connection.execute(sa.insert(tables.settings).values(name="clock", value=str(now)))
        return now

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _last_moment(self) -> int:
        with self.read() as connection:
            row = tables.settings.c
            kept = connection.scalar(sa.select(row.value).where(row.name == "clock"))
        return int(kept or 0)


def open_database(publication: Publication, clock: Clock | None = None) -> Database:
    """Open the publication's database, made and brought up to date if need be.

    A file gets mode 0600. Raises ProblemsError (D101) if it lies below build/, cannot be opened or
    belongs to a newer version of the program.
    """
    address = os.environ.get(ENVIRONMENT) or publication.delivery.database
    if not address.startswith("sqlite"):
        url = make_url(address).set(drivername="postgresql+psycopg")
        return _opened(sa.create_engine(url, hide_parameters=True), None, clock)
    file = publication.root / address.removeprefix("sqlite:///")
    if (publication.root / BUILD_FOLDER) in file.resolve().parents:
        raise _refused(f"{address} lies below {BUILD_FOLDER}/, which may be deleted at any time")
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        file.chmod(0o600)
    except OSError as error:
        raise _refused(f"cannot open {file.name}: {error.strerror}") from error
    return _opened(sqlite_engine(file), file, clock)


def sqlite_engine(file: Path) -> Engine:
    """An engine for a database in a file: each commit is on the disk before it returns."""
    engine = sa.create_engine(
        f"sqlite:///{file}",
        connect_args={"timeout": 30, "check_same_thread": False},
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writes = connection.get_execution_options().get("bulletin_press_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _opened(engine: Engine, file: Path | None, clock: Clock | None) -> Database:
    try:
        _upgrade(engine)
        return Database(engine, file, clock)
    except DBAPIError as error:
        raise _refused(f"cannot open the database: {error.orig}") from error


def _upgrade(engine: Engine) -> None:
    """Bring the tables to the newest version; alembic is loaded only if they are not there yet."""
    newest = max(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if sa.inspect(connection).has_table("alembic_version"):
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if version == newest:
                return
            if version is not None and version > newest:
                raise _refused("the database was written by a newer version of bulletin-press")
    from alembic import command
    from alembic.config import Config

    configured = Config()
    configured.set_main_option("script_location", str(_MIGRATIONS))
    with engine.connect() as connection:
        connection = connection.execution_options(bulletin_press_writes=True)
        with connection.begin():
            configured.attributes["connection"] = connection
            command.upgrade(configured, "head")


def _refused(message: str) -> ProblemsError:
    return ProblemsError([problem("D101", message, Location(CONFIGURATION_FILE))])
