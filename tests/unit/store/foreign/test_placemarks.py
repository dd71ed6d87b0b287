"""KML and KMZ: every column by its own name, folders as layers, what is no row is told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.store.foreign.foreign import read_rows
from waternet_plugin.store.foreign.foreign_descriptions import read_layers

TWO_ENDS = "<LineString><coordinates>121.47,31.23,0 121.471,31.231,0</coordinates></LineString>"


def _data(**values: str) -> str:
    pairs = (f'<Data name="{name}"><value>{value}</value></Data>' for name, value in values.items())
    return f"<ExtendedData>{''.join(pairs)}</ExtendedData>"


def _mark(name: str, inside: str, shape: str = TWO_ENDS) -> str:
    return f"<Placemark><name>{name}</name>{inside}{shape}</Placemark>"


def _folder(name: str, *inside: str) -> str:
    return f"<Folder><name>{name}</name>{''.join(inside)}</Folder>"


def _write(path: Path, *inside: str) -> Path:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>镇</name>'
        f"{''.join(inside)}</Document></kml>"
    )
    if path.suffix == ".kml":
        path.write_text(text, encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("doc.kml", text)
            packed.writestr("files/icon.png", b"x")
    return path


@pytest.mark.parametrize("ending", [".kml", ".kmz"])
def test_chinese_names_of_data_stay_apart(tmp_path: Path, ending: str) -> None:
    marks = [_mark("JS1", _data(管径="300", 材质="球墨铸铁")), _mark("JS2", _data(管径="007"))]
    frame = read_rows(_write(tmp_path / f"a{ending}", _folder("给水管线", *marks))).frame
    assert list(frame.columns) == ["name", "管径", "材质", "geom"]
    # Texts stay as they are written.
    assert frame["管径"].tolist() == ["300", "007"] and frame["材质"].tolist() == ["球墨铸铁", None]
    assert frame.crs == "EPSG:4326"


def test_each_folder_is_a_layer_and_one_of_two_kinds_is_two(tmp_path: Path) -> None:
    point = "<Point><coordinates>121.47,31.23</coordinates></Point>"
    path = _write(
        tmp_path / "a.kml",
        _folder("管线", _mark("a", "")),
        _folder("混合", _mark("b", ""), _mark("F1", "", point)),
        _folder("东路", _folder("阀门", _mark("F2", "", point))),
        _folder("西路", _folder("阀门", _mark("F3", "", point))),
        _mark("c", ""),
    )
    layers = {one.name: (one.geometry, one.rows) for one in read_layers(path)}
    assert layers == {
        "管线": ("LineString", 1),
        "混合 lines": ("LineString", 1),
        "混合 points": ("Point", 1),
        "阀门": ("Point", 2),
        "a": ("LineString", 1),
    }
    assert read_rows(f"{path}|layername=阀门").frame["folder"].tolist() == ["东路 / 阀门", "西路 / 阀门"]


def test_data_in_a_table_of_the_description_are_columns(tmp_path: Path) -> None:
    table = (
        "<![CDATA[<html><body><table><tr><td>JS1</td></tr><tr><td><table><tr><td>管径</td><td>300</td></tr>"
        "<tr><td>埋深</td><td></td></tr><tr><td>道路</td><td>滨河&nbsp;路</td></tr></table></td></tr></table>]]>"
    )
    marks = [
        _mark("JS1", f"<description>{table}</description>"),
        _mark("JS2", "<description><![CDATA[旧管<br>待查]]></description>"),
    ]
    frame = read_rows(_write(tmp_path / "a.kml", *marks)).frame
    assert frame.drop(columns="geom").iloc[0].to_dict() == {
        "name": "JS1",
        "管径": "300",
        "道路": "滨河\xa0路",
        "description": None,
    }
    assert frame["description"].tolist() == [None, "旧管\n待查"]


def test_heights_are_those_above_the_sea_alone(tmp_path: Path) -> None:
    def line(mode: str) -> str:
        return TWO_ENDS.replace("<coordinates>", f"<altitudeMode>{mode}</altitudeMode><coordinates>")

    marks = [
        _mark("a", "", TWO_ENDS),
        _mark("b", "", line("absolute")),
        _mark("c", "", line("relativeToGround")),
    ]
    frame = read_rows(_write(tmp_path / "a.kml", *marks)).frame
    assert frame.geometry.has_z.tolist() == [False, True, False]


def test_areas_have_holes_and_several_parts_are_one_row(tmp_path: Path) -> None:
    def ring(name: str, low: int, high: int) -> str:
        corners = f"{low},{low} {high},{low} {high},{high} {low},{high} {low},{low}"
        return f"<{name}><LinearRing><coordinates>{corners}</coordinates></LinearRing></{name}>"

    area = f"<Polygon>{ring('outerBoundaryIs', 0, 9)}{ring('innerBoundaryIs', 2, 4)}</Polygon>"
    marks = [
        _mark("a", "", area),
        _mark("b", "", f"<MultiGeometry>{TWO_ENDS * 2}</MultiGeometry>"),
        _mark("c", "", ""),
    ]
    path = _write(tmp_path / "a.kml", *marks)
    assert read_rows(f"{path}|layername=a areas").frame.geometry.area.tolist() == [77.0]
    assert read_rows(f"{path}|layername=a lines").frame.geometry.geom_type.tolist() == ["MultiLineString"]
    assert read_rows(f"{path}|layername=a others").frame.geometry.isna().all()


def test_links_and_pictures_are_told(tmp_path: Path) -> None:
    link = "<NetworkLink><name>x</name><Link><href>other.kml</href></Link></NetworkLink>"
    path = _write(
        tmp_path / "a.kml", _mark("a", ""), link, link, "<GroundOverlay><name>y</name></GroundOverlay>"
    )
    doubtful = read_rows(path).doubtful
    assert "2 links" in doubtful and "1 picture " in doubtful


def test_coordinates_that_are_none_leave_their_row_without_a_place(tmp_path: Path) -> None:
    marks = [_mark("a", ""), _mark("b", "", TWO_ENDS.replace("121.47,", "x,"))]
    frame = read_rows(_write(tmp_path / "a.kml", *marks)).frame
    xy = frame.geometry.get_coordinates()
    assert len(frame) == 2 and np.isnan(xy["x"].to_numpy()).sum() == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<kml><Document><Placemark></Document></kml>", "line 1 is not valid KML"),
        ('<!DOCTYPE kml [<!ENTITY a "b">]><kml/>', "line 1 is not valid KML"),
        ("<kml><Document/></kml>", "contains no layer"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_layers(path)
