"""Statements that every message needs: compiled once, then given to the driver directly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
        self._compiled: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def __call__(
        self, connection: Connection, parameters: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        """Execute it within the transaction of ``connection``; returns its rows, if it has any."""
        text, names, defaults = self._for(connection)
        cursor: Any = connection.connection.cursor()
        try:
            cursor.execute(text, _arranged(parameters, names, defaults))
            return list(cursor.fetchall()) if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(text, error, connection) from error
        finally:
            cursor.close()

    def many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute it for each of ``rows``."""
        text, names, defaults = self._for(connection)
        cursor: Any = connection.connection.cursor()
        try:
            cursor.executemany(text, [_arranged(row, names, defaults) for row in rows])
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(text, error, connection) from error
        finally:
            cursor.close()

    def _for(self, connection: Connection) -> tuple[str, list[str] | None, dict[str, Any]]:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            made: Any = self._statement.compile(dialect=dialect)
            found = str(made), getattr(made, "positiontup", None), dict(made.params)
            self._compiled[dialect.name] = found
        return found


def _arranged(
    parameters: Mapping[str, Any], names: list[str] | None, defaults: dict[str, Any]
) -> Any:
    if names is None:
        return {**defaults, **parameters}
    return [parameters[name] if name in parameters else defaults[name] for name in names]


def _wrapped(text: str, error: Any, connection: Connection) -> DBAPIError:
    gone = connection.dialect.is_disconnect(error, connection.connection, None)
    return DBAPIError(text, None, error, hide_parameters=True, connection_invalidated=gone)
