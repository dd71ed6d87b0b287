"""A network is made whole or not at all, in metric coordinate systems only."""

from __future__ import annotations

import os

import pyproj
import pytest
from osgeo import ogr
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, content, rows

from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.geopackage.location import network_shares
from waternet_plugin.store.geopackage.tables import views

LOCAL = (
    'ENGCRS["local plane",EDATUM["site"],CS[Cartesian,2],'
    'AXIS["easting",east,LENGTHUNIT["metre",1]],AXIS["northing",north,LENGTHUNIT["metre",1]]]'
)
CUSTOM = "+proj=tmerc +lat_0=0 +lon_0=113.7 +k=1 +x_0=500000 +y_0=-2000000 +ellps=GRS80 +units=m +type=crs"

pytestmark = pytest.mark.windows_files


@pytest.mark.slow
def test_blanks_and_chinese_in_the_path(tmp_path):
    folder = tmp_path / "我的 管网 #1%20"
    folder.mkdir()
    create_network(folder / "城区 供水.gpkg", CRS).close()
    assert open_network(folder / "城区 供水.gpkg").name == "城区 供水"
    assert sorted(path.name for path in folder.iterdir()) == ["城区 供水.gpkg"]


@pytest.mark.slow
@pytest.mark.parametrize("crs", a_few_quick([CUSTOM, LOCAL, "EPSG:32650"]), ids=["custom", "local", "utm"])
def test_other_metric_systems_are_taken(tmp_path, crs):
    network = create_network(tmp_path / "a.gpkg", crs)
    assert network.crs.axis_info[0].unit_name == "metre"
    assert len(network.read("pipe")) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "crs", a_few_quick([CUSTOM, LOCAL, "EPSG:32650", "EPSG:4547"]), ids=["custom", "local", "utm", "cgcs2000"]
)
def test_a_network_has_the_coordinate_system_that_gdal_reads(tmp_path, crs):
    create_network(tmp_path / "a.gpkg", crs).close()
    dataset = ogr.Open(str(tmp_path / "a.gpkg"))
    by_gdal = dataset.GetLayerByName("pipe").GetSpatialRef()
    code = by_gdal.GetAuthorityCode(None) if by_gdal.GetAuthorityName(None) == "EPSG" else None
    opened = open_network(tmp_path / "a.gpkg").crs
    assert opened.to_epsg() == (int(code) if code else None)
    assert opened == (pyproj.CRS.from_epsg(int(code)) if code else pyproj.CRS.from_wkt(by_gdal.ExportToWkt()))


@pytest.mark.parametrize(
    ("crs", "metric"),
    a_few_quick(
        [
            ("EPSG:4490", "EPSG:4547"),
            ("EPSG:4326", "EPSG:4547"),
            ("EPSG:4269", "metres"),
            ("EPSG:2263", "EPSG:32118"),
            ("EPSG:4978", "metres"),
            ("nonsense", "EPSG:4547"),
            ("", "EPSG:4547"),
        ],
        11,
        is_tuple_one_value=False,
    ),
)
def test_degrees_feet_and_nonsense_are_refused_naming_a_metric_one(tmp_path, crs, metric):
    with pytest.raises(InputError) as caught:
        create_network(tmp_path / "a.gpkg", crs)
    assert metric in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_refused_and_untouched(tmp_path):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"mine")
    with pytest.raises(InputError, match="exists"):
        create_network(path, CRS)
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("a.sqlite", "end in .gpkg"), ("none/a.gpkg", "no folder"), ("file/a.gpkg", "no folder")],
)
def test_wrong_places_are_refused(tmp_path, name, sentence):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=sentence):
        create_network(tmp_path / name, CRS)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_network_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(network_shares, "share_type", lambda _path: "cifs")
    with pytest.raises(WaterNetError, match="network share"):
        create_network(tmp_path / "a.gpkg", CRS)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_in_the_middle_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_arguments: object) -> None:
        raise OSError

    monkeypatch.setattr(views, "register", fail)
    with pytest.raises(OSError):
        create_network(tmp_path / "a.gpkg", CRS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path, monkeypatch):
    path = tmp_path / "a.gpkg"
    register = views.register

    def meanwhile(*arguments: object) -> None:
        path.write_bytes(b"mine")
        register(*arguments)

    monkeypatch.setattr(views, "register", meanwhile)
    with pytest.raises(InputError, match="exists"):
        create_network(path, CRS)
    assert path.read_bytes() == b"mine"
    assert os.listdir(tmp_path) == ["a.gpkg"]


def test_other_programs_find_every_table_with_its_key_and_index(network):
    dataset = ogr.Open(network.uri)
    found = {dataset.GetLayer(index).GetName() for index in range(dataset.GetLayerCount())}
    assert found == {
        *all_tables(),
        "compound_programme",
        "node_due",
        "pipe_health",
        "pipe_plan",
        "pipe_verified",
        "zone_leakage",
    }
    layer = dataset.GetLayerByName("pipe")
    assert (layer.GetFIDColumn(), layer.GetGeometryColumn()) == ("fid", "geom")
    assert ogr.GeometryTypeToName(layer.GetGeomType()) == "3D Line String"
    assert layer.TestCapability(ogr.OLCFastSpatialFilter)
    assert rows(network.uri, "PRAGMA user_version") == [(10200,)]
    assert rows(network.uri, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_two_new_networks_differ_only_in_time(tmp_path):
    first = content(create_network(tmp_path / "a.gpkg", CRS, by="x").uri)
    second = content(create_network(tmp_path / "b.gpkg", CRS, by="x").uri)
    assert len(first) == len(second)
    differing = [line for line, other in zip(first, second) if line != other]
    assert all(line.startswith("INSERT INTO") for line in differing)
