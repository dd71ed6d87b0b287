"""Statements of the store say on a server what they say to SQLite."""

from __future__ import annotations

import pytest

from waternet_plugin.store.geopackage.tables import triggers
from waternet_plugin.store.postgis import dialect


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "SELECT 1 FROM t WHERE a IS ? AND b IS NOT ?",
            "a IS NOT DISTINCT FROM %(p1)s AND b IS DISTINCT FROM %(p2)s",
        ),
        ("SELECT 1 FROM t WHERE a IS NULL OR b IS NOT NULL", "a IS NULL OR b IS NOT NULL"),
        ("UPDATE t SET a = ?2, b = ?1 WHERE c = ?", "a = %(p2)s, b = %(p1)s WHERE c = %(p3)s"),
        ("SELECT 1 FROM t WHERE at >= :since", "at >= %(since)s"),
        ('SELECT 1 FROM change_log WHERE +"table" = ?', 'WHERE "table" = %(p1)s'),
        ("SELECT 'who? :that IS so %', ? FROM t", "SELECT 'who? :that IS so %%', %(p1)s"),
        ("SELECT CAST(a AS INTEGER) FROM t", "CAST(a AS bigint)"),
        ("SELECT a FROM t WHERE b LIKE '50%'", "LIKE '50%'"),
        (f"SELECT {triggers.NOW}", dialect.NOW),
        (
            f"SELECT 1 FROM t WHERE {triggers.body_sql('geom')} IS {triggers.body_sql('?1')}",
            "geom IS NOT DISTINCT FROM",
        ),
    ],
)
def test_a_statement_is_said_in_the_words_of_the_server(sql, said):
    assert said in dialect.translated(sql).sql


def test_parameters_follow_their_marks():
    statement = dialect.translated("UPDATE t SET a = ?2, b = ?1 WHERE c = ?")
    assert statement.parameters(("one", "two", "three")) == {"p1": "one", "p2": "two", "p3": "three"}
    assert dialect.translated("SELECT 1").parameters(()) is None


def test_a_new_row_gives_its_number_back():
    statement = dialect.translated('INSERT INTO "pipe" ("pipe_id", "note") VALUES (?, ?)')
    assert statement.makes_a_row
    assert statement.sql.endswith("RETURNING fid")
    assert statement.table == "pipe"
    assert not dialect.translated("INSERT INTO batch (batch_id) SELECT 1").makes_a_row
