"""What the store derives for the map: the same by trigger, in bulk and by the schema's rules."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.schema import domains, map_values, tables
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.tables import derived

CASES = [
    (system, status, function, diameter, box)
    for system, status, function in itertools.product(
        ("potable", "storm"),
        (None, "in_use", "planned", "abandoned", "removed"),
        (None, "service", "distribution"),
    )
    for diameter, box in [
        *((float(size), None) for size in (0, 100, 100.5, 200, 201, 299, 300, 400, 700, 701, 800)),
        (None, None),
        (None, (600.0, 150.0)),
        (200.0, (2000.0, 1500.0)),
        (500.0, (2000.0, None)),
    ]
]
NAMES = (
    *("system", "status", "function", "diameter_mm", "width_mm", "height_mm"),
    *("flow", "invert_start_m", "invert_end_m"),
)
FLOWS = [
    (flow, first, last, function)
    for flow in (None, "forward", "reverse", "undetermined")
    for first, last in ((None, None), (1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (1.0, None))
    for function in (None, "connector", "overflow", "rising_main", "lead")
]
ROWS = [(*case[:4], *(case[4] or (None, None)), None, None, None) for case in CASES] + [
    (system, "in_use", function, 300.0, None, None, flow, first, last)
    for system in ("sewage", "potable")
    for flow, first, last, function in FLOWS
]


@pytest.fixture(scope="module")
def by_sql():
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE TABLE t (system TEXT, status TEXT, function TEXT, diameter_mm REAL, width_mm REAL,"
        " height_mm REAL, flow TEXT, invert_start_m REAL, invert_end_m REAL)"
    )
    database.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
    listed = ", ".join(derived.sql(column, "", tables.table("pipe")) for column in derived.COLUMNS)
    found = database.execute(f"SELECT {listed} FROM t ORDER BY rowid").fetchall()
    return pd.DataFrame(found, columns=list(derived.COLUMNS))


@pytest.fixture(scope="module")
def by_frame():
    frame = pd.DataFrame(ROWS, columns=list(NAMES))
    derived.fill(frame, tables.table("pipe"))
    return frame


def test_a_pipe_that_is_not_saved_yet_is_drawn_as_it_will_be(by_frame):
    rows = [dict(zip(NAMES, row)) for row in ROWS]
    found = pd.DataFrame([map_values.map_values(row) for row in rows])[list(derived.COLUMNS)]
    wanted = by_frame[list(derived.COLUMNS)]
    pd.testing.assert_frame_equal(
        found.astype(object).where(found.notna(), None),
        wanted.astype(object).where(wanted.notna(), None),
        check_dtype=False,
    )


@pytest.mark.parametrize("column", derived.COLUMNS)
def test_triggers_and_bulk_derive_the_same(by_sql, by_frame, column):
    one, other = by_sql[column].astype(object), by_frame[column].astype(object)
    pd.testing.assert_series_equal(one.where(one.notna(), None), other.where(other.notna(), None))


@pytest.mark.parametrize(
    ("system", "status", "code"),
    [("potable", "in_use", 2), ("storm", "planned", 16), ("storm", "removed", 9), ("potable", None, 2)],
)
def test_codes_of_the_classes(by_frame, system, status, code):
    assert by_frame["map_code"][CASES.index((system, status, None, None, None))] == code


def test_every_system_has_a_code():
    assert set(map_values.SYSTEM_CODES) == set(domains.domain("system"))
    assert len({*map_values.SYSTEM_CODES.values(), map_values.ABANDONED_CODE}) == 8


def test_the_class_is_that_of_the_schema(by_frame):
    assert by_frame["map_class"].tolist() == [tables.map_class(row[0], row[1]) for row in ROWS]


@pytest.mark.parametrize(
    ("row", "sense"),
    [
        (("sewage", None, "forward", 1.0, 2.0), 1),
        (("sewage", None, "reverse", 2.0, 1.0), -1),
        (("sewage", None, "undetermined", 2.0, 1.0), 0),
        (("sewage", None, None, 1.0, 2.0), -1),
        (("sewage", None, None, None, 2.0), 1),
        (("sewage", "rising_main", "reverse", 1.0, 2.0), 1),
        (("potable", None, "reverse", 1.0, 2.0), None),
    ],
)
def test_the_way_of_water_on_the_map(row, sense):
    system, function, flow, first, last = row
    values = {"system": system, "function": function, "flow": flow}
    found = map_values.map_values({**values, "invert_start_m": first, "invert_end_m": last})
    assert found["map_flow"] == sense


@pytest.mark.parametrize(
    ("diameter", "box", "step"),
    [
        (100.0, None, 1),
        (100.5, None, 2),
        (400.0, None, 3),
        (700.0, None, 4),
        (701.0, None, 5),
        # Root of 600 x 150 is 300; a box counts where the DN says another size.
        (None, (600.0, 150.0), 3),
        (200.0, (2000.0, 1500.0), 5),
        (500.0, (2000.0, None), 4),
        (None, None, np.nan),
    ],
)
def test_steps_of_width(by_frame, diameter, box, step):
    place = CASES.index(("potable", "in_use", None, diameter, box))
    assert by_frame["map_width"][place] == pytest.approx(step, nan_ok=True)


@pytest.mark.parametrize(
    ("system", "function", "diameter", "rank"),
    [
        ("potable", "service", 800.0, map_values.RANK_SERVICE),
        ("potable", None, 299.0, map_values.RANK_ORDINARY),
        ("potable", None, None, map_values.RANK_ORDINARY),
        ("potable", "distribution", 300.0, map_values.RANK_LARGE),
        ("storm", None, 300.0, map_values.RANK_LARGE_DRAIN),
        ("storm", None, 800.0, map_values.RANK_LARGE),
    ],
)
def test_ranks(by_frame, system, function, diameter, rank):
    assert by_frame["map_rank"][CASES.index((system, "in_use", function, diameter, None))] == rank


def test_a_foreign_edit_changes_step_and_rank(town):
    with closing(connection.connect(Path(town.uri), write=True)) as database:
        database.execute("UPDATE pipe SET diameter_mm = 900, function = NULL, system = 'storm' WHERE fid = 2")
    read = town.read("pipe", ["map_class", "map_width", "map_rank"], ids=["P00001"])
    assert read.drop(columns="geom").iloc[0].tolist() == ["storm", 5, map_values.RANK_LARGE]
