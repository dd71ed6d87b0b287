"""Whatever reads the stream, the frame is the same; heights that are not known stay so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from osgeo import gdal, ogr
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, ORIGIN, pipe_frame, rows

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.frames import plain, takes_no_room
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.tables import FID_COLUMN, all_tables
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.reading import few_rows, streams, table_reading
from waternet_plugin.store.geopackage.reading.queried_frames import Query
from waternet_plugin.store.geopackage.tables.layout import fid_column

FEW = "few rows"
ROUTES = [streams.PYARROW, streams.NUMPY, streams.ITERATOR, FEW]
NAMES = ["pyarrow", "numpy", "iterator", "sqlite"]

if not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
    ROUTES, NAMES = ROUTES[2:], NAMES[2:]


@pytest.fixture
def mixed(network, monkeypatch):
    """Rows with every type known and unknown, in several chunks of the stream."""
    monkeypatch.setattr(streams, "BATCH_ROWS", 1000)
    count = 2_500
    frame = pipe_frame(count, note=np.where(np.arange(count) % 2 == 0, None, "短"))
    frame.loc[1, "note"] = "a much longer note, with 中文 and “quotes”, \n a line"
    frame.loc[3, "note"] = ""
    frame["verified_on"] = frame["verified_on"].where(np.arange(count) % 3 != 0)
    frame.loc[2, "verified_on"] = pd.Timestamp("1899-12-31")
    frame["retired_on"] = pd.NaT
    frame["owner"] = np.where(np.arange(count) < 1200, None, "水司")
    with network.write("adopt") as batch:
        batch.insert("pipe", frame)
    return network


def use_route(monkeypatch, route):
    monkeypatch.setattr(few_rows, "MOST_ROWS", 10_000 if route == FEW else 0)
    monkeypatch.setattr(streams, "best", lambda: _no_stream() if route == FEW else route)


def read_by(monkeypatch, route, network, *arguments, **options):
    use_route(monkeypatch, route)
    return network.read(*arguments, **options)


def _no_stream():
    raise AssertionError("few rows were streamed")


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_all_routes_give_the_same_frame(mixed, monkeypatch, route):
    found = read_by(monkeypatch, route, mixed, "pipe")
    expected = read_by(monkeypatch, streams.ITERATOR, mixed, "pipe")
    assert_geodataframe_equal(found, expected)
    assert found["note"].iloc[:4].tolist() == [None, expected["note"].iloc[1], None, ""]
    assert found["verified_on"].iloc[2] == pd.Timestamp("1899-12-31")
    assert found["street"].iloc[0] is None
    assert found["retired_on"].isna().all()


@pytest.mark.parametrize("route", a_few_quick(ROUTES, 1), ids=NAMES)
def test_compact_frames_tell_the_same(mixed, monkeypatch, route):
    expected = read_by(monkeypatch, streams.ITERATOR, mixed, "pipe")
    use_route(monkeypatch, route)
    compact = mixed.read_compact("pipe")
    is_coded = isinstance(compact.dtypes["owner"], pd.CategoricalDtype)
    assert is_coded == takes_no_room(compact["retired_on"].to_numpy()) == (route is streams.PYARROW)
    shapes = [to_wkb(frame["geom"].to_numpy(dtype=object)).tolist() for frame in (compact, expected)]
    assert shapes[0] == shapes[1]
    pd.testing.assert_frame_equal(
        pd.DataFrame(plain(compact).drop(columns="geom")), pd.DataFrame(expected.drop(columns="geom"))
    )
    few, many = TableRows("pipe", compact), TableRows("pipe", expected)
    for name in ("owner", "note", "street", "pipe_id"):
        assert few.text(name).tolist() == many.text(name).tolist()
        assert few.known(name).tolist() == many.known(name).tolist()
        numbers, words = few.codes(name)
        assert np.append(words, None)[numbers].tolist() == many.text(name).tolist()


@pytest.mark.parametrize("route", a_few_quick(ROUTES, 1), ids=NAMES)
def test_all_routes_select_the_same(mixed, monkeypatch, route):
    options = {
        "columns": ["install_year", "pipe_id", "fid"],
        "where": {"material": "pe", "street": ["人民路"]},
        "bbox": (ORIGIN[0], ORIGIN[1], ORIGIN[0] + 95.0, ORIGIN[1] + 250.0),
    }
    found = read_by(monkeypatch, route, mixed, "pipe", **options)
    assert found["pipe_id"].tolist() == ["P00003", "P00009", "P01005", "P02001", "P02007"]
    assert list(found.columns) == ["install_year", "pipe_id", "fid", "geom"]
    assert found["fid"].tolist() == [4, 10, 1006, 2002, 2008]


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES[:-1], ids=NAMES[:-1])
def test_a_filter_that_all_rows_meet_is_no_filter(mixed, monkeypatch, route):
    systems = sorted(set(mixed.read("pipe", ["system"], geometry=False)["system"]))
    expected = read_by(monkeypatch, route, mixed, "pipe", ["pipe_id", "note"])
    for where in ({"system": systems}, {"system": [*systems, "none"]}, {"system": systems[0]}):
        found = read_by(monkeypatch, route, mixed, "pipe", ["pipe_id", "note"], where=where)
        assert_geodataframe_equal(found, expected)
    some = read_by(monkeypatch, route, mixed, "pipe", ["pipe_id"], where={"street": ["人民路"]})
    assert 0 < len(some) < len(expected)
    assert len(read_by(monkeypatch, route, mixed, "pipe", ["pipe_id"], where={"system": []})) == 0


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES[:-1], ids=NAMES[:-1])
def test_a_row_that_is_written_once_all_were_looked_at_is_left_out(mixed, monkeypatch, route):
    systems = mixed.read("pipe", ["system"], geometry=False)["system"].unique().tolist()
    read_all = table_reading._all

    def meanwhile(*arguments, **options):
        monkeypatch.setattr(table_reading, "_all", read_all)
        with mixed.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["P00007"], "system": ["storm"]}))
        return read_all(*arguments, **options)

    monkeypatch.setattr(table_reading, "_all", meanwhile)
    found = read_by(monkeypatch, route, mixed, "pipe", ["pipe_id"], where={"system": systems})
    assert len(found) == 2_499
    assert "P00007" not in set(found["pipe_id"])


@pytest.mark.slow
@pytest.mark.parametrize("geometry", [True, False])
def test_a_frame_without_rows_is_that_of_every_route(network, monkeypatch, geometry):
    for name, described in all_tables().items():
        if fid_column(described) != FID_COLUMN:
            # Those are always streamed.
            continue
        frames = {
            route: read_by(monkeypatch, route, network, name, geometry=geometry)
            for route in (*ROUTES, *ROUTES)
        }
        expected = frames[streams.ITERATOR]
        for found in frames.values():
            assert type(found) is type(expected)
            assert len(found) == len(expected)
            assert found.dtypes.to_dict() == expected.dtypes.to_dict()
            assert getattr(found, "crs", None) == getattr(expected, "crs", None)


def test_what_is_made_of_a_frame_without_rows_stays_out_of_the_next_one(network):
    first = network.read("failure")
    first["extra"] = 1.0
    assert "extra" not in network.read("failure")


@pytest.mark.parametrize("route", a_few_quick(ROUTES, 1), ids=NAMES)
def test_all_routes_read_rows_without_geometry(network, monkeypatch, route):
    frame = pd.DataFrame(
        {
            "failure_id": ["A", "B"],
            "date": [pd.NaT, pd.Timestamp("2001-02-03")],
            "geom": [None, shapely.Point(1, 2)],
        }
    )
    with network.write("adopt") as batch:
        batch.insert("failure", frame)
    found = read_by(monkeypatch, route, network, "failure", ["failure_id", "date"])
    assert found["geom"].isna().tolist() == [True, False]
    assert found["date"].isna().tolist() == [True, False]


@pytest.mark.parametrize("exceptions", [True, False])
def test_reading_does_not_depend_on_how_gdal_tells_errors(town, exceptions):
    used = gdal.GetUseExceptions()
    if bool(used) == exceptions:
        used = None
    else:
        gdal.UseExceptions() if exceptions else gdal.DontUseExceptions()
    try:
        assert len(town.read("pipe")) == 20
        with pytest.raises(StoreError):
            table_reading.read(Path(town.uri).with_name("none.gpkg"), town.crs, "pipe", Query())
    finally:
        if used is not None:
            gdal.UseExceptions() if used else gdal.DontUseExceptions()


HEIGHTS = {
    "none": ([[0, 0], [3, 4]], [np.nan, np.nan]),
    "all": ([[0, 0, 1.5], [3, 4, 2.5]], [1.5, 2.5]),
    "first": ([[0, 0, 1.5], [3, 4, np.nan]], [1.5, np.nan]),
    "second": ([[0, 0, np.nan], [3, 4, 2.5]], [np.nan, 2.5]),
    "unknown": ([[0, 0, np.nan], [3, 4, np.nan]], [np.nan, np.nan]),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", a_few_quick(list(HEIGHTS), 1))
def test_heights_come_back_and_unknown_ones_never_become_zero(network, case):
    coordinates, expected = HEIGHTS[case]
    frame = pipe_frame(1)
    frame["geom"] = [shapely.LineString(coordinates)]
    with network.write("adopt") as batch:
        batch.insert("pipe", frame)
    read = network.read("pipe")
    heights = shapely.get_coordinates(read["geom"], include_z=True)[:, 2]
    np.testing.assert_array_equal(heights, expected)
    assert read["length_m"].tolist() == [5.0]
    dataset = ogr.Open(network.uri)
    layer = dataset.GetLayerByName("pipe")
    assert ogr.GeometryTypeToName(layer.GetGeomType()) == "3D Line String"
    feature = layer.GetNextFeature()
    shape = feature.GetGeometryRef()
    assert shape.Is3D() == (case not in ("none", "unknown"))
    if shape.Is3D():
        np.testing.assert_array_equal([shape.GetZ(0), shape.GetZ(1)], expected)


@pytest.mark.slow
def test_points_and_areas_come_back_as_their_tables_hold_them(network):
    square = shapely.box(0, 0, 10, 10)
    points = pd.DataFrame(
        {
            "node_id": ["A", "B", "C"],
            "kind": "valve",
            "status": "in_use",
            "system": "potable",
            "geom": [shapely.Point(1, 2, 3), shapely.Point(1, 2), shapely.Point(1, 2, np.nan)],
        }
    )
    compounds = pd.DataFrame({"compound_id": ["A", "B"], "geom": [square, shapely.MultiPolygon([square])]})
    with network.write("adopt") as batch:
        batch.insert("node", points)
        batch.insert("compound", compounds)
    nodes = network.read("node", ["node_id"])
    np.testing.assert_array_equal(
        shapely.get_coordinates(nodes["geom"], include_z=True)[:, 2], [3, np.nan, np.nan]
    )
    assert nodes.crs.to_epsg() == 4547
    assert network.read("compound")["geom"].geom_type.tolist() == ["MultiPolygon", "MultiPolygon"]
    assert network.read("compound")["geom"].area.tolist() == [100.0, 100.0]


@pytest.mark.slow
def test_extent_and_index_hold_the_rows(town):
    assert rows(
        town.uri, "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'pipe'"
    ) == [(400_000.0, 2_500_000.0, 400_190.0, 2_500_030.0)]
    with town.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1200, start=1000))
    assert rows(town.uri, "SELECT max_x, max_y FROM gpkg_contents WHERE table_name = 'pipe_health'") == [
        (409_990.0, 2_500_230.0)
    ]
    found = rows(
        town.uri,
        "SELECT count(*) FROM pipe JOIN rtree_pipe_geom r ON r.id = fid"
        " WHERE r.minx > 400000 + 10 * ((fid - 21) % 1000) + 1 AND fid > 20",
    )
    assert found == [(0,)]
    dataset = ogr.Open(town.uri)
    assert dataset.GetLayerByName("pipe").GetExtent() == (400_000.0, 409_990.0, 2_500_000.0, 2_500_230.0)
    assert town.crs.equals(CRS)


@pytest.mark.slow
@pytest.mark.parametrize("route", a_few_quick(ROUTES, 1), ids=NAMES)
def test_texts_may_be_unknown_recurring_or_all_different_from_chunk_to_chunk(network, monkeypatch, route):
    monkeypatch.setattr(streams, "BATCH_ROWS", 100)
    notes = (
        [None] * 100
        + ["短", None] * 50
        + [f"note {number}" for number in range(100)]
        + ["短"] * 100
        + [None] * 50
    )
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(450, note=notes))
    assert read_by(monkeypatch, route, network, "pipe", ["note"], geometry=False)["note"].tolist() == notes


@pytest.mark.slow
@pytest.mark.parametrize("value", ["'wide'", "x'00ff'", "1.5"])
def test_a_value_of_another_type_is_left_to_the_stream(town, value, monkeypatch):
    path = Path(town.uri)
    database = connection.connect(path, write=True)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    database.execute("PRAGMA ignore_check_constraints = 1")
    database.execute(f"UPDATE pipe SET install_year = {value} WHERE fid = 1")
    database.close()
    found = town.read("pipe")
    monkeypatch.setattr(few_rows, "MOST_ROWS", 0)
    assert_geodataframe_equal(found, town.read("pipe"))
