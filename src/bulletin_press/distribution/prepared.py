"""Statements that every message needs: compiled once, then given to the driver directly."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError


class Prepared:
    """A statement whose bound values are numbers and text, for any dialect.

    Raises sqlalchemy.exc.DBAPIError for what the database refuses.
    """

    def __init__(self, statement: sa.Select[Any] | sa.Insert | sa.Update) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, Arrange]] = {}

    def __call__(
        self, connection: Connection, parameters: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        """Execute it within the transaction of ``connection``; returns its rows, if it has any."""
        return list(self.each(connection, [parameters]))

    def each(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]]
    ) -> Iterator[tuple[Any, ...]]:
        """Execute it for each of ``rows``; yields the rows that they give."""
        with self._cursor(connection) as (cursor, text, arranged):
            for row in rows:
                cursor.execute(text, arranged(row))
                if cursor.description:
                    yield from cursor.fetchall()

    def many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute it for each of ``rows``."""
        with self._cursor(connection) as (cursor, text, arranged):
            cursor.executemany(text, list(map(arranged, rows)))

    @contextlib.contextmanager
    def _cursor(self, connection: Connection) -> Iterator[tuple[Any, str, Arrange]]:
        """The driver's cursor, and the statement's text and arrangement for it."""
        text, arranged = self._for(connection)
        cursor: Any = connection.connection.cursor()
        try:
            yield cursor, text, arranged
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(text, error, connection) from error
        finally:
            cursor.close()

    def _for(self, connection: Connection) -> tuple[str, Arrange]:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            made: Any = self._statement.compile(dialect=dialect)
            found = str(made), _arranger(getattr(made, "positiontup", None), dict(made.params))
            self._compiled[dialect.name] = found
        return found


Arrange = Callable[[Mapping[str, Any]], Any]


def _arranger(names: list[str] | None, constants: dict[str, Any]) -> Arrange:
    """From the parameters of a call to what the driver takes: by name, or in order."""
    constants = {name: value for name, value in constants.items() if value is not None}
    if names is None:
        return lambda parameters: {**constants, **parameters}
    if constants or len(names) < 2:
        return lambda parameters: [
            constants[name] if name in constants else parameters[name] for name in names
        ]
    return itemgetter(*names)


def _wrapped(text: str, error: Any, connection: Connection) -> DBAPIError:
    gone = connection.dialect.is_disconnect(error, connection.connection, None)
    return DBAPIError(text, None, error, hide_parameters=True, connection_invalidated=gone)
