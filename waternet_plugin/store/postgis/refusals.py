"""Refusals of a server in the words of SQLite, by which the writing of rows knows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2.errors

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.geopackage.tables import layout


@contextmanager
def in_words_of_sqlite() -> Iterator[None]:
    """Say a refusal of the server as SQLite says it, by which the writing of rows knows it."""
    try:
        yield
    except psycopg2.errors.UniqueViolation as error:
        table, constraint = error.diag.table_name or "", error.diag.constraint_name or ""
        is_of_ids = table in all_tables() and constraint == layout.id_index(table)
        named = all_tables()[table].id_field if is_of_ids else constraint
        raise sqlite3.IntegrityError(f"UNIQUE constraint failed: {table}.{named}") from error
    except psycopg2.errors.NotNullViolation as error:
        text = f"NOT NULL constraint failed: {error.diag.table_name}.{error.diag.column_name}"
        raise sqlite3.IntegrityError(text) from error
    except psycopg2.errors.RaiseException as error:
        # Of a trigger that somebody added.
        raise sqlite3.IntegrityError(error.diag.message_primary or str(error)) from error
    except psycopg2.errors.CheckViolation as error:
        named = error.diag.constraint_name or error.diag.message_primary
        raise sqlite3.IntegrityError(f"CHECK constraint failed: {named}") from error
