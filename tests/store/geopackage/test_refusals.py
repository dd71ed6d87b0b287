"""What a table can't take is refused in one sentence, and nothing is changed."""

from __future__ import annotations

import sqlite3

import numpy as np
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import assessment_frame, content, pipe_frame

from waternet_plugin.core.errors import StoreError
from waternet_plugin.store.geopackage import connection


def with_geometry(geometry: object) -> pd.DataFrame:
    frame = pipe_frame(3, start=100)
    frame["geom"] = [geometry, *frame["geom"].tolist()[1:]]
    return frame


CASES = {
    "unknown column": (pipe_frame(3, start=100, colour="red"), "has no column colour"),
    "no ids": (pipe_frame(3, start=100).drop(columns="pipe_id"), "pipe_id with the ids is missing"),
    "id missing": (pipe_frame(3, start=100, pipe_id=["A", None, "B"]), "without an id"),
    "id empty": (pipe_frame(3, start=100, pipe_id=["A", "", "B"]), "without an id"),
    "id twice": (pipe_frame(3, start=100, pipe_id=["A", "B", "A"]), "twice: A"),
    "id there": (pipe_frame(3, start=19), "1 of the ids already exist in the network, such as P00019"),
    "id no text": (pipe_frame(3, start=100, pipe_id=[1, 2, 3]), "takes text only: 1, 2, 3"),
    "required": (
        pipe_frame(3, start=100, status=["in_use", None, "in_use"]),
        "must be filled in; it is not in P00101",
    ),
    "required column": (pipe_frame(3, start=100).drop(columns="system"), "column system must be filled"),
    "codes": (
        pipe_frame(3, start=100, material=["CI", "pe", "DI"], soil="wet"),
        "unknown codes: material=CI, material=DI, soil=wet",
    ),
    "fraction": (pipe_frame(3, start=100, install_year=[1990.5, 1990, 1990]), "whole numbers only: 1990.5"),
    "infinite": (pipe_frame(3, start=100, diameter_mm=[np.inf, 1, 1]), "finite numbers only"),
    "not a number": (pipe_frame(3, start=100, diameter_mm=["DN100", None, None]), "takes numbers only"),
    "not a date": (pipe_frame(3, start=100, verified_on=["soon", None, None]), "takes dates only"),
    "point": (with_geometry(shapely.Point(1, 2)), "takes LineStringZ; other geometry types in P00100"),
    "multi": (
        with_geometry(shapely.from_wkt("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))")),
        "takes LineStringZ; other geometry types in P00100",
    ),
    "empty": (
        with_geometry(shapely.from_wkt("LINESTRING EMPTY")),
        "empty or has invalid coordinates in P00100",
    ),
    "NaN": (
        with_geometry(shapely.linestrings([[0, 0], [np.nan, 1]])),
        "empty or has invalid coordinates in P00100",
    ),
    "no geometry": (with_geometry(None), "no geometry in P00100"),
    "no geometry column": (pd.DataFrame(pipe_frame(3, start=100).drop(columns="geom")), "have no geometry"),
    "other CRS": (pipe_frame(3, start=100).to_crs("EPSG:4548"), "Transform them first"),
}


@pytest.mark.parametrize("count", [3, 600], ids=["few", "bulk"])
@pytest.mark.parametrize("case", a_few_quick(list(CASES)))
def test_an_insert_that_does_not_fit(town, case, count):
    frame, sentence = CASES[case]
    if count > len(frame):
        frame = pd.concat([frame, pipe_frame(count, start=1000).to_crs(getattr(frame, "crs", None) or 4547)])
        frame = frame[[name for name in frame.columns if name in CASES[case][0].columns]]
    before = content(town.uri)

    def write() -> None:
        with town.write("adopt") as batch:
            batch.insert("node", pd.DataFrame({"node_id": []}))
            batch.insert("pipe", frame)

    with pytest.raises(StoreError) as caught:
        write()
    assert sentence in caught.value.message
    assert content(town.uri) == before


@pytest.mark.parametrize(
    ("frame", "sentence"),
    a_few_quick(
        [
            (
                {"pipe_id": ["P00001", "gone"], "street": ["a", "b"]},
                "1 of the rows are no longer in the network",
            ),
            ({"street": ["a"]}, "pipe_id with the ids is missing"),
            ({"pipe_id": ["P00001"], "system": [None]}, "must be filled"),
            ({"pipe_id": ["P00001"], "material": ["CI"]}, "unknown codes: material=CI"),
            ({"pipe_id": ["P00001"], "colour": ["red"]}, "has no column colour"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_an_update_that_does_not_fit(town, frame, sentence):
    before = content(town.uri)
    with pytest.raises(StoreError, match=sentence), town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame(frame))
    assert content(town.uri) == before


def test_deleting_what_is_not_there(town):
    with pytest.raises(StoreError, match="such as gone"), town.write("edit") as batch:
        batch.delete("pipe", ["P00001", "gone"])
    assert town.count("pipe") == 20


def test_tables_that_are_only_added_to(town):
    with pytest.raises(StoreError, match="only takes new rows"), town.write("edit") as batch:
        batch.update("assessment", assessment_frame("R", ["P00001"]))
    with pytest.raises(StoreError, match="only takes new rows"), town.write("edit") as batch:
        batch.delete("assessment", ["P00001"])


@pytest.mark.parametrize("table", ["batch", "change_log"])
def test_the_books_of_the_store_are_its_own(town, table):
    with pytest.raises(StoreError, match="maintained by WaterNet itself"), town.write("edit") as batch:
        batch.insert(table, pd.DataFrame({"batch_id": ["x"]}))


def test_unknown_tables_and_kinds(town):
    with pytest.raises(StoreError, match="no table valves"), town.write("edit") as batch:
        batch.insert("valves", pd.DataFrame({"a": [1]}))
    with pytest.raises(StoreError, match="no batch of the kind"), town.write("magic"):
        pass


@pytest.mark.slow
def test_a_full_disk_changes_nothing(town, monkeypatch):
    before = content(town.uri)
    plain = connection.connect

    def small(path, *, write=False):
        database = plain(path, write=write)
        pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.execute(f"PRAGMA max_page_count = {pages + 5}")
        return database

    monkeypatch.setattr(connection, "connect", small)
    with pytest.raises(StoreError, match="disk is full"), town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3_000, start=100))
    assert content(town.uri) == before


def test_other_refusals_of_sqlite_are_a_sentence_too(town):
    database = sqlite3.connect(town.uri)
    database.execute("CREATE TRIGGER no BEFORE INSERT ON failure BEGIN SELECT RAISE(ABORT, 'not today'); END")
    database.commit()
    database.close()
    with pytest.raises(StoreError, match=r"refused the change.*not today"), town.write("edit") as batch:
        batch.insert("failure", pd.DataFrame({"failure_id": ["F"]}))
