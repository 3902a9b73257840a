"""The database of distribution: opened, guarded, up to date; all that dialects do differently."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bulletin_press import checks
from bulletin_press.config import BUILD_FOLDER, CONFIGURATION_FILE, Publication
from bulletin_press.distribution import tables
from bulletin_press.distribution.clock import Clock
from bulletin_press.problems import Location, ProblemsError, problem

ENVIRONMENT = "BULLETIN_PRESS_DATABASE"
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_FORMAT = b"SQLite format 3\0"
_RESTORE = "put back your newest backup: bulletin-press subscribers restore FILE"
_REMEDIES = {
    "malformed": _RESTORE,
    "not a database": _RESTORE,
    "is full": "make room on the disk, then type the same again",
    "disk I/O": "see whether the disk is full, or failing",
    "locked": "another program is writing: wait until it has ended, then type the same again",
    "readonly": "let the file and its folder be written to",
}
# One writer at a time; one that stands still with the lock, on whatever machine, is thrown out.
_ONE_WRITER = (
    "SELECT set_config('lock_timeout', '30s', true),"
    " set_config('idle_in_transaction_session_timeout', '30s', true),"
    " pg_advisory_xact_lock(1651536755, hashtext(current_schema()))"
)
_LOST_SERVER = {"connect_timeout": 10, "keepalives_idle": 15, "tcp_user_timeout": 30_000}
_MIGRATIONS = Path(__file__).parent / "migrations"


Write = Callable[[], AbstractContextManager[Connection]]


class Database:
    """An open database at the newest version of its tables, and the clock that goes with it.

    ``file`` is the file of SQLite, None for PostgreSQL; ``shared`` says whether several senders
    may work at once, whose leases part the work. May be used by several threads.
    """

    def __init__(self, engine: Engine, file: Path | None, clock: Clock | None = None) -> None:
        self.engine = engine
        self.file = file
        self.shared = file is None
        if clock is None:
            with self.read() as connection:
                clock = Clock(_last_moment(connection), self._wall)
        self.clock = clock

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose reads agree with one another."""
        with self.engine.connect() as connection:
            if self.file is None:
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction, durable when the block ends and undone if it raises.

        One writer is let in at a time, from the start of the block: what it reads stays as it is.
        Raises sqlalchemy.exc.DBAPIError when the disk is full, the file may not be written or the
        server does not answer; if that happens at the end of the block, it may have been done.
        """
        with self.engine.connect() as connection:
            connection = connection.execution_options(bulletin_press_writes=True)
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def writer(self) -> Iterator[Write]:
        """Like ``write`` for one transaction after the other, by a connection that stays open."""
        with contextlib.ExitStack() as held:
            connections: list[Connection] = []

            @contextlib.contextmanager
            def write() -> Iterator[Connection]:
                if not connections:
                    connection = held.enter_context(self.engine.connect())
                    connections.append(connection.execution_options(bulletin_press_writes=True))
                try:
                    with connections[0].begin():
                        yield connections[0]
                except BaseException:
                    connections.clear()
                    held.close()
                    raise

            yield write

    @contextlib.contextmanager
    def sole_sender(self) -> Iterator[bool]:
        """Whether this process is now the only sender of a database in a file.

        Always True for a shared one. The lock goes with the process, however that ends.
        """
        if self.shared or self.file is None:
            yield True
            return
        with sender_lock(self.file) as held:
            yield held

    @contextlib.contextmanager
    def without_senders(self) -> Iterator[bool]:
        """Whether no sender is at work; with a database in a file none begins within the block."""
        if not self.shared:
            with self.sole_sender() as alone:
                yield alone
            return
        with self.read() as connection:
            leased = tables.workers.c.until >= self.clock.now()
            quiet = connection.scalar(sa.select(tables.workers.c.id).where(leased)) is None
        yield quiet

    def keep_time(self, connection: Connection) -> int:
        """The time now, kept in the database: no other process is before it from now on.

        So the clocks of several machines do not part.
        """
        self.clock.reach(_last_moment(connection))
        return self.keep_moment(connection, "clock")

    def keep_moment(self, connection: Connection, name: str) -> int:
        """The time now, kept in the settings under a name."""
        now = self.clock.now()
        row = tables.settings.c
        changed = connection.execute(
            sa.update(tables.settings).where(row.name == name).values(value=str(now))
        )
        if not changed.rowcount:
            connection.execute(sa.insert(tables.settings).values(name=name, value=str(now)))
        return now

    def copy_to(self, path: Path) -> None:
        """Write a database in a file, as it is at one moment, to a new file; others may write.

        What was erased is not in the copy. Raises OSError.
        """
        self._outside_transactions("VACUUM INTO ?", str(path))

    def forget(self) -> None:
        """Take what was erased out of a file's log too, unless another program reads just now."""
        if self.file is not None:
            with contextlib.suppress(OSError):
                self._outside_transactions("PRAGMA wal_checkpoint(TRUNCATE)")

    def _outside_transactions(self, statement: str, *values: str) -> None:
        import sqlite3

        try:
            with contextlib.closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _wall(self) -> float:
        """Seconds since 1970 by the machine that holds the database."""
        if self.file is not None:
            return time.time()
        with self.read() as connection:
            query = "SELECT extract(epoch FROM clock_timestamp())"
            return float(connection.exec_driver_sql(query).scalar_one())


def _last_moment(connection: Connection) -> int:
    row = tables.settings.c
    return int(connection.scalar(sa.select(row.value).where(row.name == "clock")) or 0)


def open_database(publication: Publication, clock: Clock | None = None) -> Database:
    """Open the publication's database, made and brought up to date if need be.

    A file gets mode 0600. Raises ProblemsError (D101) if it lies below build/, cannot be opened,
    belongs to a newer version of the program, or is PostgreSQL's and psycopg is missing.
    """
    address = _address(publication)
    file = file_of(publication)
    if file is None:
        return _opened(_server_engine(address), None, clock)
    if publication.disposable(file):
        raise _refused(f"{address} lies below {BUILD_FOLDER}/, which may be deleted at any time")
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "rb") as opened:
            begins = opened.read(len(_FORMAT))
            if begins not in (b"", _FORMAT):
                raise _refused(f"{file.name} is no database", "name another file")
            file.chmod(0o600)
    except OSError as error:
        raise _refused(f"cannot open {file.name}: {error.strerror}") from error
    return _opened(sqlite_engine(file), file, clock)


def file_of(publication: Publication) -> Path | None:
    """The file of the publication's database, None if that is PostgreSQL's.

    Raises ProblemsError (D101) for an address that is neither's.
    """
    address = _address(publication)
    if not address.startswith("sqlite"):
        return None
    return publication.root / address.removeprefix("sqlite:///")


def open_file(file: Path) -> Database:
    """Open a database in a file, brought up to date if need be. Raises ProblemsError (D101)."""
    return _opened(sqlite_engine(file), file, None)


@contextlib.contextmanager
def sender_lock(file: Path) -> Iterator[bool]:
    """Whether this process is now the only one that may send from a database in a file."""
    import fcntl

    with file.with_name(file.name + "-sender").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def release(file: Path) -> bool:
    """Bring a database with its log into its one file; False while another program has it open.

    What is no database, or a damaged one, stays as it is.
    """
    import sqlite3

    try:
        with contextlib.closing(sqlite3.connect(file, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as error:
        return "locked" not in str(error)
    except sqlite3.DatabaseError:
        return True
    return True


def fault_of(file: Path) -> str:
    """Why a file cannot be used as the database; nothing if it can."""
    import sqlite3

    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        return f"its database cannot be read ({error})"
    if found != "ok":
        return f"its database is damaged ({found})"
    if version is None or version[0] > _newest():
        return "it was written by a newer version of bulletin-press"
    return ""


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
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writes = connection.get_execution_options().get("bulletin_press_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server_engine(address: str) -> Engine:
    """An engine for a database in PostgreSQL, with one writer at a time, as a file has it."""
    try:
        url = make_url(address).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(
            url,
            connect_args={
                name: value for name, value in _LOST_SERVER.items() if name not in url.query
            },
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
        )
    except ModuleNotFoundError as error:
        hint = "install it by: pip install 'psycopg[binary]'"
        raise _refused("PostgreSQL needs the package psycopg", hint) from error
    except (ArgumentError, ValueError) as error:
        raise _refused("the address of the database cannot be read") from error

    @sa.event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        if connection.get_execution_options().get("bulletin_press_writes"):
            connection.exec_driver_sql(_ONE_WRITER)

    return engine


def _address(publication: Publication) -> str:
    given = os.environ.get(ENVIRONMENT)
    try:
        return checks.database(given) if given else publication.delivery.database
    except ValueError as error:
        raise _refused(f"{ENVIRONMENT} is not {error}") from error


def _opened(engine: Engine, file: Path | None, clock: Clock | None) -> Database:
    try:
        _upgrade(engine)
        return Database(engine, file, clock)
    except DBAPIError as error:
        raise refusal(error, "cannot open the database") from error


def _upgrade(engine: Engine) -> None:
    """Bring the tables to the newest version; alembic is loaded only if they are not there yet."""
    newest = _newest()
    with engine.connect() as connection:
        if sa.inspect(connection).has_table("alembic_version"):
            version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if version == newest:
                return
            if version is not None and version > newest:
                message = "the database was written by a newer version of bulletin-press"
                raise _refused(message, "use the newer version, on every machine")
    from alembic import command
    from alembic.config import Config

    configured = Config()
    configured.set_main_option("script_location", str(_MIGRATIONS))
    with engine.connect() as connection:
        connection = connection.execution_options(bulletin_press_writes=True)
        with connection.begin():
            configured.attributes["connection"] = connection
            command.upgrade(configured, "head")


def _newest() -> str:
    return max(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def refusal(error: DBAPIError, what: str = "the database cannot be used") -> ProblemsError:
    """What the database said, as a problem (D101) with its remedy."""
    said = " ".join(str(error.orig).split())
    hints = (hint for words, hint in _REMEDIES.items() if words in said)
    return _refused(f"{what}: {said}", next(hints, ""))


def _refused(message: str, hint: str = "") -> ProblemsError:
    return ProblemsError([problem("D101", message, Location(CONFIGURATION_FILE), hint)])
