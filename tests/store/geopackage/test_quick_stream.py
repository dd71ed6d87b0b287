"""GDAL's quick stream of GeoPackages is used only where its version reads it soundly."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from geopandas.testing import assert_geodataframe_equal
from osgeo import gdal as osgeo_gdal
from osgeo import ogr
from support.slow_cases import a_few_quick
from support.store_helpers import pipe_frame

from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.reading import few_rows, gdal, streams, table_reading

OPTION = "OGR_GPKG_STREAM_BASE_IMPL"


@pytest.fixture
def filled(network, monkeypatch):
    """2,500 pipes without a hole in their row numbers, read in several chunks."""
    monkeypatch.setattr(streams, "BATCH_ROWS", 1000)
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(2_500))
    return network


@pytest.fixture
def asked(monkeypatch):
    """Whether each stream was asked of GDAL in general, in order."""
    seen = []
    plain = streams.chunks

    def chunks(layer, fields, met, *, is_quick):
        seen.append(not is_quick)
        return plain(layer, fields, met, is_quick=is_quick)

    monkeypatch.setattr(table_reading.streams, "chunks", chunks)
    return seen


def _gdal_is(monkeypatch, version):
    """Let GDAL say that it is of another version."""
    monkeypatch.setattr(osgeo_gdal, "VersionInfo", lambda *_asked: version)


def _without_one(network):
    with network.write("edit") as batch:
        batch.delete("pipe", ["P00042"])


@pytest.mark.slow
def test_a_whole_table_without_holes_is_read_quickly(filled, asked, monkeypatch):
    _gdal_is(monkeypatch, "3060200")
    assert len(filled.read("pipe")) == 2_500
    assert asked == [False]


@pytest.mark.slow
def test_a_hole_that_a_replace_of_another_program_left_is_seen(filled, monkeypatch):
    _gdal_is(monkeypatch, "3060200")
    database = connection.connect(Path(filled.uri), write=True)
    columns = [row[1] for row in database.execute("PRAGMA table_info(pipe)") if row[1] != "fid"]
    listed = ", ".join(f'"{name}"' for name in columns)
    database.execute(f"REPLACE INTO pipe ({listed}) SELECT {listed} FROM pipe WHERE pipe_id = 'P00001'")
    database.close()
    dataset = gdal.open_dataset(Path(filled.uri))
    layer = dataset.GetLayerByName("pipe")
    assert layer.GetFeatureCount() == 2_501
    assert not gdal.quick_stream_is_sound(dataset, layer)


@pytest.mark.slow
def test_filters_holes_and_outlines_are_read_in_general(filled, asked, monkeypatch):
    _gdal_is(monkeypatch, "3060200")
    # Few rows are not streamed at all.
    monkeypatch.setattr(few_rows, "MOST_ROWS", 0)
    filled.read("pipe", where={"material": "pe"})
    filled.read("pipe", bbox=(400_000.0, 2_500_000.0, 400_050.0, 2_500_050.0))
    filled.read("pipe", ["pipe_id"], ids=["P00001"])
    _without_one(filled)
    assert len(filled.read("pipe")) == 2_499
    assert asked == [True] * 4
    assert osgeo_gdal.GetConfigOption(OPTION) is None


@pytest.mark.slow
def test_a_mended_gdal_reads_everything_quickly(filled, asked, monkeypatch):
    _gdal_is(monkeypatch, "3110400")
    monkeypatch.setattr(streams, "best", lambda: streams.ITERATOR)
    _without_one(filled)
    filled.read("pipe", where={"material": "pe"})
    filled.read("pipe")
    assert asked == [False, False]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"), reason="this GDAL has no Arrow stream")
def test_the_general_stream_gives_the_same_rows(filled, monkeypatch):
    _gdal_is(monkeypatch, "3060200")
    _without_one(filled)
    found = filled.read("pipe")
    monkeypatch.setattr(streams, "best", lambda: streams.ITERATOR)
    assert_geodataframe_equal(found, filled.read("pipe"))


@pytest.mark.slow
def test_a_foreign_geopackage_with_holes_is_read_whole(filled, monkeypatch):
    _gdal_is(monkeypatch, "3060200")
    _without_one(filled)
    entered = []
    chosen = gdal.arrow_stream

    def arrow_stream(*, is_quick):
        entered.append(is_quick)
        return chosen(is_quick=is_quick)

    monkeypatch.setattr(gdal, "arrow_stream", arrow_stream)
    frame = read_foreign(f"{filled.uri}|layername=pipe")
    assert entered == [False] and len(frame) == 2_499
    assert osgeo_gdal.GetConfigOption(OPTION) is None


def test_the_choice_is_of_one_thread_and_goes_with_its_block():
    with gdal.arrow_stream(is_quick=False):
        with gdal.arrow_stream(is_quick=True):
            assert osgeo_gdal.GetConfigOption(OPTION) == "NO"
        assert osgeo_gdal.GetConfigOption(OPTION) == "YES"
        with ThreadPoolExecutor(1) as other:
            assert other.submit(osgeo_gdal.GetConfigOption, OPTION).result() is None
    assert osgeo_gdal.GetConfigOption(OPTION) is None


@pytest.fixture
def others(monkeypatch):
    """Everybody else wants the other kind of stream at each step of ours."""
    checked, wanted = streams.checked_step, itertools.cycle(["YES", "NO"])

    def told(step):
        osgeo_gdal.SetConfigOption(OPTION, next(wanted))
        return checked(step)

    monkeypatch.setattr(streams, "checked_step", told)
    yield
    osgeo_gdal.SetConfigOption(OPTION, None)


@pytest.mark.slow
@pytest.mark.parametrize("route", a_few_quick([streams.PYARROW, streams.NUMPY, streams.ITERATOR]))
@pytest.mark.parametrize("version", a_few_quick(["3060200", "3110400"], 1))
def test_no_row_comes_twice_while_others_read_the_other_way(filled, others, monkeypatch, route, version):
    """Once a trace gave every pipe twice: another reading chose the general stream in the midst of it."""
    if route is not streams.ITERATOR and not hasattr(ogr.Layer, "GetArrowStreamAsNumPy"):
        pytest.skip("this GDAL has no Arrow stream")
    _gdal_is(monkeypatch, version)
    monkeypatch.setattr(streams, "best", lambda: route)
    fids = filled.read("pipe", ["fid"])["fid"]
    assert fids.is_unique and len(fids) == 2_500
    assert filled.read("pipe", ["fid"], where={"status": "in_use"})["fid"].is_unique


@pytest.mark.slow
def test_a_foreign_file_gives_no_row_twice(filled, monkeypatch):
    _gdal_is(monkeypatch, "3060200")
    osgeo_gdal.SetConfigOption(OPTION, "YES")
    try:
        assert len(read_foreign(f"{filled.uri}|layername=pipe")) == 2_500
    finally:
        osgeo_gdal.SetConfigOption(OPTION, None)
