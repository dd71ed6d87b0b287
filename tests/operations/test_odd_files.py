"""Files as utilities leave them, looked at without a mapping: what can't be is asked or unknown, and said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from support.adoption_frames import CRS, line
from support.built_network import EAST, NORTH
from support.slow_cases import a_few_quick
from support.workbook_files import sheet_xml, workbook

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "n.gpkg", CRS) as made:
        row = {"pipe_id": "OLD", "system": "potable", "status": "in_use", "geom": line((0, -300), (50, -300))}
        with made.write("adopt") as batch:
            batch.insert("pipe", gpd.GeoDataFrame([row], geometry="geom", crs=CRS))
        yield made


def looked_at(network: Network, path: Path, table: str = "pipe") -> AdoptLayerResult:
    return adopt_layer(network, AdoptLayerRequest(str(path), table=table, dry_run=True))


def pipes(folder: Path, heading: str, values: Sequence[Any]) -> Path:
    """Write a table of pipes with one more column."""
    path = folder / "管线.csv"
    rows = [f'P{at},{value},"{line((30 * at, 0), (30 * at + 25, 3)).wkt}"' for at, value in enumerate(values)]
    path.write_text("\n".join([f"管线编号,{heading},WKT", *rows]), encoding="utf-8")
    return path


def fields_of(done: AdoptLayerResult) -> dict[str, Any]:
    assert done.guessed_mapping is not None
    found: dict[str, Any] = json.loads(done.guessed_mapping.to_json())["fields"]
    return found


def said(done: AdoptLayerResult, words: str) -> bool:
    return any(words in one for one in done.summary)


@pytest.mark.slow
def test_bores_that_no_pipe_has_are_unknown_and_said(network: Network, tmp_path: Path) -> None:
    path = pipes(tmp_path, "管径", [300, 200, 300, 0.3, 1, 50_000, 15])
    done = looked_at(network, path)
    assert done.adoption.rows["diameter_mm"].fillna(-1).tolist() == [300, 200, 300, -1, -1, -1, 15]
    assert said(done, "smaller than any pipe (0.3, 1)") or said(done, "2 values in mm are smaller")
    assert said(done, "outside what the field takes (50000)")


@pytest.mark.slow
def test_bores_in_metres_among_others_are_asked_and_read(network: Network, tmp_path: Path) -> None:
    path = pipes(tmp_path, "管径", [300, 200, 300, 0.3, 0.15])
    done = looked_at(network, path)
    (doubt,) = done.adoption.doubts
    assert (doubt.kind, doubt.field, doubt.suggestion) == ("odd", "diameter_mm", "m")
    assert np.isnan(done.adoption.rows["diameter_mm"].to_numpy()[3:]).all()
    fields = {"pipe_id": "管线编号", "diameter_mm": "管径"}
    mapping = {"fields": fields, "defaults": {"system": "potable"}, "crs": "EPSG:4547"}
    answered = json.dumps({**mapping, "odd_rows": {"diameter_mm": "m"}})
    request = AdoptLayerRequest(str(path), mapping=answered, table="pipe", dry_run=True)
    assert adopt_layer(network, request).adoption.rows["diameter_mm"].tolist() == [300, 200, 300, 300, 150]


@pytest.mark.slow
def test_a_column_of_bores_in_metres_stops_a_run_until_its_unit_is_said(
    network: Network, tmp_path: Path
) -> None:
    path = pipes(tmp_path, "管径", [0.3, 0.2, 0.15, 0.3])
    fields = {"pipe_id": "管线编号", "diameter_mm": "管径"}
    mapping = {"fields": fields, "defaults": {"system": "potable"}, "crs": "EPSG:4547"}
    with pytest.raises(InputError, match=r"units.: {.diameter_mm.: .m.}"):
        adopt_layer(network, AdoptLayerRequest(str(path), mapping=json.dumps(mapping), table="pipe"))
    told = json.dumps({**mapping, "units": {"diameter_mm": "m"}})
    done = adopt_layer(network, AdoptLayerRequest(str(path), mapping=told, table="pipe"))
    assert done.adoption.rows["diameter_mm"].tolist() == [300, 200, 150, 300]


def test_numbers_that_a_field_does_not_take_are_unknown_and_said(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "用户.csv"
    path.write_text(f"户号,用水量,X,Y\nU1,-3,{EAST},{NORTH}\nU2,0.5,{EAST + 9},{NORTH}\n", encoding="utf-8")
    mapping = json.dumps(
        {
            "fields": {"customer_id": "户号", "demand_m3d": "用水量"},
            "geometry": {"x": "X", "y": "Y"},
            "crs": "EPSG:4547",
        }
    )
    done = adopt_layer(network, AdoptLayerRequest(str(path), mapping=mapping, table="customer"))
    assert done.adoption.rows["demand_m3d"].fillna(-1).tolist() == [-1, 0.5]
    assert said(done, "outside what the field takes (-3)")


@pytest.mark.slow
def test_a_size_beside_the_material_is_the_bore(network: Network, tmp_path: Path) -> None:
    words = ["DN300球墨铸铁", "PE DN110", "φ219×6钢管", "Ф200 PE", "铸铁"]
    done = looked_at(network, pipes(tmp_path, "材质", words))
    assert fields_of(done)["diameter_mm"] == {"from": "材质", "take": "number"}
    assert done.adoption.rows["diameter_mm"].fillna(-1).tolist() == [300, 110, 200, 200, -1]
    assert said(done, "铸铁")


@pytest.mark.slow
def test_positions_are_no_streets(network: Network, tmp_path: Path) -> None:
    done = looked_at(network, pipes(tmp_path, "位置", [2_500_100.5, 2_500_110.5, 2_500_120.5]))
    assert "street" not in fields_of(done)
    done = looked_at(network, pipes(tmp_path, "位置", ["人民路", "解放路12号", "人民路"]))
    assert fields_of(done)["street"] == "位置"


@pytest.mark.slow
def test_digits_are_no_state_of_a_valve(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "阀门.csv"
    rows = [f"V{at},阀门,{at % 2},{NORTH + 9 * at},{EAST + 9 * at}" for at in range(6)]
    path.write_text("\n".join(["编号,类型,开关状态,X,Y", *rows]), encoding="utf-8")
    done = looked_at(network, path, "node")
    states = set(done.adoption.rows.get("valve_state", [])) - {None, "unknown"}
    assert states == set()


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["(m)", "m", "（m）"])
def test_units_stand_beneath_whole_names_beside_divided_ones(
    network: Network, tmp_path: Path, unit: str
) -> None:
    heads: list[list[Any]] = [
        ["编号", "坐标", None, "规格", None, "埋深", "路名"],
        [None, "X", "Y", "管径", "材质", unit, None],
    ]
    rows = [[f"V{at}", NORTH + 9 * at, EAST + 9 * at, 100, "铸铁", 1.2, "解放路"] for at in range(8)]
    path = tmp_path / "阀门.xlsx"
    sheet = sheet_xml(dict(enumerate([*heads, *rows], 1)), merged=["B1:C1", "D1:E1", "A1:A2"])
    path.write_bytes(workbook({"阀门": sheet}))
    done = looked_at(network, path, "node")
    found = fields_of(done)
    assert (found["diameter_mm"], found["depth_m"], found["street"]) == ("规格 / 管径", "埋深 (m)", "路名")
    assert done.adoption.rows_written == 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    a_few_quick([("a.dwg", "Save it as DXF"), ("a.accdb", "XLSX or CSV")], 1, is_tuple_one_value=False),
)
def test_formats_of_other_programs_say_what_to_save(
    network: Network, tmp_path: Path, name: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"AC1032" + bytes(4000))
    with pytest.raises(InputError, match=words):
        looked_at(network, path)
