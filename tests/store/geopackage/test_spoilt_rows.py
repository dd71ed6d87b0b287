"""A row that another program spoilt is unknown and named; it stops no reader, no check and no undo."""

from __future__ import annotations

import itertools
import math
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from osgeo import ogr
from support.store_helpers import foreign, pipe_frame

from waternet_plugin.core.schema.tables import FID_COLUMN
from waternet_plugin.core.shapes.wkb import FARTHEST_M
from waternet_plugin.operations.checks import check_network
from waternet_plugin.store import open_network
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restoring
from waternet_plugin.store.geopackage import blobs, connection
from waternet_plugin.store.geopackage.reading import few_rows, streams
from waternet_plugin.store.geopackage.tables import triggers

LINE = shapely.linestrings([[400_010.0, 2_500_000.0, 3.0], [400_010.0, 2_500_030.0, 4.0]])
SPOILT, FID = "P00001", 2


def _header(flags: int, order: str = "<") -> bytes:
    """Return a header with an envelope of the size that its flags tell."""
    code = (flags >> 1) & 7
    count = (0, 4, 6, 6, 8)[code] if code < 5 else 0
    return b"GP" + bytes([0, flags]) + struct.pack(f"{order}i{count}d", 4547, *range(count))


def _line_of(xy: list[list[float]], *, order: str = "<") -> bytes:
    body = struct.pack(f"{order}BII", order == "<", 2, len(xy))
    return body + b"".join(struct.pack(f"{order}2d", *one) for one in xy)


EMPTY_BY_GDAL = _header(0b010001) + _line_of([])
# What other programs leave in the column of geometries.
BAD_SHAPES = {
    "empty": EMPTY_BY_GDAL,
    "empty without its bit": _header(0b000001) + _line_of([]),
    "one point": _header(1) + _line_of([[1.0, 2.0]]),
    "cut": (_header(1) + _line_of([[1.0, 2.0], [3.0, 4.0]]))[:-5],
    "cut in the envelope": _header(3)[:20],
    "no bytes": b"",
    "header alone": _header(1),
    "unknown envelope": _header(0b1110 | 1) + _line_of([[1.0, 2.0], [3.0, 4.0]]),
    "no geometry": b"\xff" * 60,
    "NaN": _header(1) + _line_of([[1.0, 2.0], [math.nan, 4.0], [5.0, 6.0]]),
    "infinite": _header(1) + _line_of([[1.0, 2.0], [math.inf, 4.0]]),
    "farther than any grid": _header(1) + _line_of([[1.0, 2.0], [1e300, 4.0]]),
}


@pytest.fixture(params=["few rows", "pyarrow", "numpy", "iterator"])
def route(request, monkeypatch):
    """Have tables read in each of the ways there are."""
    ways = {"pyarrow": streams.PYARROW, "numpy": streams.NUMPY, "iterator": streams.ITERATOR}
    if request.param == "pyarrow":
        pytest.importorskip("pyarrow", reason="PyArrow is not installed here")
    if request.param in ("pyarrow", "numpy") and not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
        pytest.skip("this GDAL streams no Arrow")
    if request.param in ways:
        monkeypatch.setattr(few_rows, "MOST_ROWS", 1)
        monkeypatch.setattr(streams, "best", lambda: ways[request.param])
    return request.param


def test_sql_and_python_find_the_geometry_behind_every_header():
    with closing(sqlite3.connect(":memory:")) as database:
        for flags, is_empty in itertools.product(range(64), (False, True)):
            order = "<" if flags & 1 else ">"
            body = _line_of([] if is_empty else [[1.0, 2.0], [3.0, 4.0]], order=order)
            blob = _header(flags, order) + body
            (found,) = database.execute(f"SELECT {triggers.body_sql('?1')}", (blob,)).fetchone()
            if (flags >> 1) & 7 > 4:
                assert blobs.wkb_of(blob) is None
                assert found == blob
                continue
            assert bytes(found) == blobs.wkb_of(blob) == body, bin(flags)
            (shape,) = blobs.shapes_of([blob])
            (logged,) = blobs.shapes_of([blob.hex().upper()])
            assert (shape is None) == (logged is None) == is_empty
            assert np.isnan(blobs.bounds_of(blob)).all() == (is_empty and (flags >> 1) & 7 == 0) or flags & 16


@pytest.mark.parametrize("value", [None, "GP", 7, b"", b"GP", b"GP\x00\x01", b"\xff" * 60])
def test_what_is_no_blob_of_a_geometry_has_no_geometry_behind_a_header(value):
    assert blobs.wkb_of(value) is None
    assert np.isnan(blobs.bounds_of(value)).all()


# The pipes that get them.
SPOILT_SHAPES = dict(zip(map("P{:05d}".format, range(1, 20)), BAD_SHAPES.values()))


@pytest.fixture
def spoilt(town):
    """The town with a pipe for each geometry that is none, after a batch that changed all of them."""
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [*SPOILT_SHAPES, "P00019"], "material": "steel"}))
    for name, blob in SPOILT_SHAPES.items():
        foreign(town, "UPDATE pipe SET geom = ? WHERE pipe_id = ?", blob, name)
    return town


@pytest.mark.slow
def test_a_geometry_that_is_none_is_unknown_and_its_row_stays(spoilt, route):
    before = pd.DataFrame({"pipe_id": [f"P{number:05d}" for number in range(20)]})["pipe_id"].tolist()
    with open_network(spoilt.uri) as again:
        rows = again.read("pipe").set_index("pipe_id")
        assert rows.index.tolist() == before
        assert rows.index[rows["geom"].isna()].tolist() == list(SPOILT_SHAPES)
        assert set(rows.loc[list(SPOILT_SHAPES), "material"]) == {"steel"}
        assert [again.rows("pipe", [fid])[fid]["geom"] for fid in (2, 3)] == [None, None]
        assert np.isfinite(again.changed("").boxes).all()
        area = shapely.box(0.0, 0.0, 1e7, 1e7)
        assert set(SPOILT_SHAPES) <= set(again.history(HistoryQuery(area=area))["asset"])


@pytest.mark.slow
def test_the_check_names_each_row_whose_geometry_is_none(spoilt):
    with open_network(spoilt.uri) as again:
        rules = [
            "nan_coordinate",
            "nan_coordinate_node",
            "zero_length",
            "self_crossing",
            "crossing_without_node",
        ]
        found = check_network.check_network(again, rules=rules).findings.frame
        assert sorted(found["issue_id"]) == [f"nan_coordinate-pipe-{name}" for name in SPOILT_SHAPES]


@pytest.mark.slow
def test_what_was_done_before_is_taken_back_and_restored(spoilt):
    with open_network(spoilt.uri) as again:
        assert again.undo(skip_changed=True).rows == 1
        for name in SPOILT_SHAPES:
            again.restore_asset(Restoring("pipe", name, fields=("geom",)))
        assert again.read("pipe")["geom"].notna().all()
    for name, blob in SPOILT_SHAPES.items():
        foreign(spoilt, "UPDATE pipe SET geom = ? WHERE pipe_id = ?", blob, name)
    with open_network(spoilt.uri) as again:
        with again.write("edit") as batch:
            batch.delete("pipe", list(SPOILT_SHAPES))
        assert again.undo().rows == len(SPOILT_SHAPES)
        assert again.read("pipe")["geom"].isna().sum() == len(SPOILT_SHAPES)
        again.compact()


def test_an_empty_line_written_by_gdal_is_no_damage(town):
    source = ogr.Open(town.uri, 1)
    layer = source.GetLayerByName("pipe")
    row = layer.GetFeature(FID)
    row.SetGeometry(ogr.CreateGeometryFromWkt("LINESTRING EMPTY"))
    layer.SetFeature(row)
    row = layer = source = None
    with open_network(town.uri) as again:
        assert again.read("pipe")["geom"].isna().sum() == 1
        assert again.undo(skip_changed=True).rows > 0


def test_an_impossible_height_is_unknown_and_costs_no_geometry():
    shapes = np.array([LINE, shapely.linestrings([[0, 0, math.inf], [1, 1, 5.0]]), None], dtype=object)
    from waternet_plugin.core.shapes.wkb import without_impossible

    found = without_impossible(shapes)
    assert found[0] is LINE
    heights = shapely.get_coordinates(found[1], include_z=True)[:, 2]
    assert np.isnan(heights[0]) and heights[1] == 5.0
    assert found[2] is None
    assert FARTHEST_M > 4.5e7


STAMPED = ("geom", "row_version", "batch_id", "edited_by", "edited_on")
# Column, value that is not of its type.
BAD_VALUES = [
    ("diameter_mm", "DN100"),
    ("diameter_mm", "12,5"),
    ("diameter_mm", math.inf),
    ("diameter_mm", -1e300),
    ("install_year", "about 1990"),
    ("install_year", 1e300),
    ("install_year", 2**40),
    ("verified_on", "soon"),
    ("verified_on", ""),
    ("verified_on", "3000-01-01"),
    ("verified_on", "40000-01-01"),
    ("verified_on", "2020-13-45"),
    ("verified_on", 2020),
    ("edited_on", "40000-01-01T00:00:00Z"),
    ("edited_on", "never"),
]


@pytest.fixture
def odd(town):
    """The town with a pipe for each value that is not of its type."""
    for number, (field, value) in enumerate(BAD_VALUES, start=1):
        foreign(town, f"UPDATE pipe SET {field} = ? WHERE fid = ?", value, number)
    return town


@pytest.mark.slow
def test_a_value_that_is_not_of_its_type_is_unknown(town, route):
    before = town.read("pipe")
    for number, (field, value) in enumerate(BAD_VALUES, start=1):
        foreign(town, f"UPDATE pipe SET {field} = ? WHERE fid = ?", value, number)
        before.loc[number - 1, field] = None
    with open_network(town.uri) as again:
        rows = again.read("pipe")
        same = [name for name in before.columns if name not in STAMPED and not name.startswith("map_")]
        pd.testing.assert_frame_equal(pd.DataFrame(rows[same]), pd.DataFrame(before[same]))
        assert shapely.equals(rows["geom"].to_numpy(), before["geom"].to_numpy()).all()
        some = again.read("pipe", ["diameter_mm"], ids=["P00000", "P00007"], geometry=False)
        assert pd.isna(some["diameter_mm"].iloc[0])
        assert some["diameter_mm"].iloc[1] == before["diameter_mm"].iloc[7]


@pytest.mark.slow
def test_the_check_names_each_column_with_such_a_value(odd):
    with open_network(odd.uri) as again:
        named = {(one.field, one.row) for one in again.unreadable_values() if one.table == "pipe"}
        assert named == {(field, f"P{number:05d}") for number, (field, _value) in enumerate(BAD_VALUES)}
        found = check_network.check_network(again, rules=["doctor_unreadable"]).findings.frame
        columns = sorted({field for field, _value in BAD_VALUES})
        assert sorted(found["issue_id"]) == [f"doctor_unreadable-pipe.{field}" for field in columns]
        # What they are stays in the log, and is JSON for whoever asks next.
        assert len(again.history(HistoryQuery(table="pipe"))) >= len(BAD_VALUES)
        with connection.reading(Path(odd.uri)) as database:
            valid = database.execute("SELECT min(json_valid(after)) FROM change_log WHERE after IS NOT NULL")
            assert valid.fetchone() == (1,)


@pytest.mark.slow
def test_days_with_slashes_are_days(town, route):
    foreign(town, "UPDATE pipe SET verified_on = '2020/1/5' WHERE pipe_id = ?", SPOILT)
    with open_network(town.uri) as again:
        rows = again.read("pipe").set_index("pipe_id")
        assert rows.loc[SPOILT, "verified_on"] == pd.Timestamp("2020-01-05")
        assert again.unreadable_values() == ()


def test_texts_of_a_table_with_such_a_value_are_read_as_ever(town, route):
    foreign(town, "UPDATE pipe SET street = CAST(X'B1B1BEA9' AS TEXT), diameter_mm = 'x' WHERE fid = 2")
    foreign(town, "UPDATE pipe SET note = '中文' WHERE fid = 3")
    with open_network(town.uri) as again:
        rows = again.read("pipe").set_index("pipe_id")
        assert rows.loc[SPOILT, "street"] == "北京"
        assert rows.loc["P00002", "note"] == "中文"
        assert [one.field for one in again.met_bad_texts] == ["street"]
        some = again.read("pipe", ["street", FID_COLUMN], where={"street": "北京"}, ids=[SPOILT, "P00002"])
        assert some[FID_COLUMN].tolist() in ([FID], [])


@pytest.mark.slow
def test_an_infinite_number_is_taken_back_as_it_was(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3))
    foreign(network, "UPDATE pipe SET diameter_mm = ? WHERE fid = 2", math.inf)
    with open_network(network.uri) as again:
        with again.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": [SPOILT], "diameter_mm": [200.0]}))
        again.undo()
        with connection.reading(Path(network.uri)) as database:
            assert database.execute("SELECT diameter_mm FROM pipe WHERE fid = 2").fetchone() == (math.inf,)
