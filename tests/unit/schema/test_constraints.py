"""Constraints of fields: declared as data, read alike by forms and store."""

from __future__ import annotations

import sqlite3

import pytest

from waternet_plugin.core.schema import tables
from waternet_plugin.core.schema.constraints import all_constraints, constraints_of, kinds_of
from waternet_plugin.core.schema.unit_labels import unit_label


def test_every_constraint_is_of_a_field_and_says_why_in_both_languages() -> None:
    for one in all_constraints():
        assert tables.table(one.table).field(one.field).origin == "user"
        assert one.reason_en.endswith((".", "?")) and one.reason_zh.endswith("。"), one


@pytest.mark.parametrize("one", all_constraints(), ids=lambda one: f"{one.table}.{one.field}")
def test_sql_reads_every_rule(one) -> None:
    columns = ", ".join(f'"{field.name}"' for field in tables.table(one.table).fields)
    with sqlite3.connect(":memory:") as database:
        database.execute(f"CREATE TABLE t ({columns})")
        database.execute(f"SELECT 1 FROM t WHERE NOT {one.condition('2027')}").fetchall()


@pytest.mark.parametrize(("diameter", "kept"), [(-1, False), (0, False), (0.5, True), (None, True)])
def test_a_diameter_is_more_than_zero_or_unknown(diameter: float | None, kept: bool) -> None:
    rule = next(one for one in constraints_of("pipe", "diameter_mm") if one.hard)
    with sqlite3.connect(":memory:") as database:
        database.execute('CREATE TABLE pipe ("diameter_mm")')
        database.execute("INSERT INTO pipe VALUES (?)", (diameter,))
        broken = database.execute(f"SELECT 1 FROM pipe WHERE NOT {rule.condition('2027')}").fetchall()
    assert (broken == []) is kept


def test_a_rule_for_a_family_leaves_other_kinds_alone() -> None:
    rule = constraints_of("node", "valve_state")[0]
    assert rule.families == ("valve",)
    assert rule.condition("2027").startswith("(\"kind\" NOT IN ('valve', 'check_valve'")


def test_the_last_year_is_next_year() -> None:
    assert constraints_of("pipe", "install_year")[0].condition("2027").endswith('"install_year" <= 2027)')


def test_kinds_of_a_family() -> None:
    assert kinds_of(("inlet",)) == ("inlet",)
    assert "septic_tank" in kinds_of(("tank",))


@pytest.mark.parametrize(
    ("unit", "language", "written"), [("m3", "en", "m³"), ("turns", "zh_CN", "圈"), ("mm", "en", "mm")]
)
def test_units_as_people_write_them(unit: str, language: str, written: str) -> None:
    assert unit_label(unit, language) == written
