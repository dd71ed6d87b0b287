"""Heights of another datum than the network's, by heading, title, file name or .prj."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.small_surveys import DECISIONS, EAST, NORTH, bring, empty_network

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.said_words import datum_of_heading, height_datums_said
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.network import Network

POTABLE = json.dumps({"tables": [{"file": "*", "defaults": {"system": "potable"}}]})


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _valves(folder: Path, name: str, heading: str, title: str = "") -> Path:
    path = folder / name
    rows = [f"F{n},{EAST + 9 * n},{NORTH},{22 + n},300" for n in range(3)]
    lines = [*([title] if title else []), f"阀门编号,X坐标,Y坐标,{heading},口径", *rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("高程系统：1956年黄海高程系", "1956"),
        ("黄海56", "1956"),
        ("85黄海高程", "1985"),
        ("吴淞高程系", "local"),
        ("珠江基面", "local"),
        ("大沽高程", "local"),
        ("假定高程", "local"),
        ("吴淞路给水管线", None),
        ("坎门街道管线", None),
    ],
)
def test_texts_name_height_datums(text: str, datum: str | None) -> None:
    assert [*height_datums_said((text,))] == ([datum] if datum else [])


@pytest.mark.parametrize(("heading", "datum"), [("高程(吴淞)", "local"), ("标高_56", "1956"), ("高程", "")])
def test_headings_name_them_in_short(heading: str, datum: str) -> None:
    assert datum_of_heading(heading) == datum


@pytest.mark.parametrize(
    ("name", "heading", "title"),
    [
        ("阀门.csv", "地面高程(吴淞)", ""),
        pytest.param("阀门吴淞高程.csv", "地面高程", "", marks=pytest.mark.slow),
        pytest.param("阀门.csv", "地面高程", "阀门台账（黄海56高程）,,,,", marks=pytest.mark.slow),
    ],
)
def test_tables_leave_them_out_where_nobody_answers(
    network: Network, tmp_path: Path, name: str, heading: str, title: str
) -> None:
    path = str(_valves(tmp_path, name, heading, title))
    done = adopt_layer(network, AdoptLayerRequest(path, table="node", dry_run=True))
    assert any("heights of another datum" in sentence for sentence in done.summary)
    assert done.guessed_mapping is not None
    asked = {**done.guessed_mapping.to_dict(), "odd_rows": {}}
    with pytest.raises(InputError, match='"ground_m": "unknown"'):
        adopt_layer(network, AdoptLayerRequest(path, table="node", mapping=json.dumps(asked)))
    taken = json.dumps({**asked, "odd_rows": {"ground_m": "take"}})
    rows = adopt_layer(network, AdoptLayerRequest(path, table="node", mapping=taken)).adoption.rows
    assert rows["ground_m"].tolist() == [22, 23, 24]


@pytest.mark.slow
def test_a_network_of_that_datum_takes_them(network: Network, tmp_path: Path) -> None:
    with network.write("edit") as batch:
        batch.set_setting("printing.height_datum", "吴淞高程系")
    path = str(_valves(tmp_path, "阀门.csv", "地面高程(吴淞)"))
    done = adopt_layer(network, AdoptLayerRequest(path, table="node", dry_run=True))
    assert done.adoption.rows["ground_m"].tolist() == [22, 23, 24]
    national = str(_valves(tmp_path, "阀门85.csv", "地面高程(1985国家高程)"))
    done = adopt_layer(network, AdoptLayerRequest(national, table="node", dry_run=True))
    assert "ground_m" not in done.adoption.rows or done.adoption.rows["ground_m"].isna().all()


@pytest.mark.parametrize(("crs", "has_heights"), [("EPSG:4547+5736", False), ("EPSG:4547+5737", True)])
def test_the_datum_of_a_prj_counts_for_drawn_heights(
    network: Network, tmp_path: Path, crs: str, has_heights: bool
) -> None:
    places = [shapely.Point(EAST + n, NORTH, 22) for n in range(2)]
    gpd.GeoDataFrame({"编号": ["a", "b"]}, geometry=places, crs=crs).to_file(tmp_path / "阀门.shp")
    done = adopt_layer(network, AdoptLayerRequest(str(tmp_path / "阀门.shp"), table="node", dry_run=True))
    assert shapely.has_z(done.adoption.rows.geometry.to_numpy()).tolist() == [has_heights] * 2
    assert any("another height datum" in sentence for sentence in done.summary) is not has_heights


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "title", "datum"),
    [
        ("高程(吴淞)", "", "local"),
        ("地面高程", "高程系统：珠江高程,,,", "local"),
        ("地面高程", "1956年黄海高程系,,,", "1956"),
    ],
)
def test_surveys_keep_the_datum_that_they_name(
    network: Network, tmp_path: Path, heading: str, title: str, datum: str
) -> None:
    path = tmp_path / "给水点.csv"
    rows = [f"{100 + n},{NORTH + 20 * n},{EAST},{22 + n}" for n in range(3)]
    lines = [*([title] if title else []), f"点号,X坐标,Y坐标,{heading}", *rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = bring(network, path, mapping=POTABLE)
    assert datum in str(network.read("survey_batch", geometry=False).to_dict()), done
    answer = json.dumps({**json.loads(DECISIONS), "height_datum": "ellipsoidal"})
    with empty_network(tmp_path / "other.gpkg") as other:
        bring(other, path, decisions=answer, mapping=POTABLE)
        ground = other.read("node", ["ground_m"], geometry=False)["ground_m"]
        assert np.isnan(ground.to_numpy(float)).all()


def test_a_column_names_the_datum_of_its_rows(network: Network, tmp_path: Path) -> None:
    rows = [f"F{n},{NORTH},{EAST + 9 * n},{22 + n},吴淞" for n in range(3)]
    path = tmp_path / "阀门.csv"
    path.write_text("\n".join(["阀门编号,X坐标,Y坐标,地面高程,高程系统", *rows]), encoding="utf-8")
    done = adopt_layer(network, AdoptLayerRequest(str(path), table="node", dry_run=True))
    assert any("heights of another datum" in sentence for sentence in done.summary)
    points = tmp_path / "给水点.csv"
    points.write_text("\n".join(["点号,X坐标,Y坐标,地面高程,高程基准", *rows]), encoding="utf-8")
    seen = bring(network, points, mapping=POTABLE, dry_run=True)
    assert seen.files[0].decisions.decided["height_datum"].value == "local"
