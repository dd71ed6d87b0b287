"""Files of later months may name any row by the id it had then: meters, areas, customers, manholes."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.edited_streets import EAST, NORTH, frame_of, write_streets

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.operations.drainage.import_inspections import InspectionSource, import_inspections
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, import_survey
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

# By table: the id of the day, and the id now.
NAMES = {"node": ("N-0001", "M-1"), "zone": ("DMA-1", "Z1"), "customer": ("C-1", "K-1")}


@pytest.fixture(scope="module")
def _streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("streets") / "streets.gpkg"
    write_streets(path)
    with open_network(path, by="li") as network, network.write("adopt") as batch:
        batch.insert("zone", pd.DataFrame({"zone_id": ["DMA-1"], "kind": ["dma"], "state": ["proven"]}))
        row = {"customer_id": "C-1", "pipe_id": "P-0001", "geom": shapely.Point(EAST + 40, NORTH + 5)}
        batch.insert("customer", frame_of([row]))
    return path


@pytest.fixture
def network(_streets: Path, tmp_path: Path) -> Iterator[Network]:
    """The streets with an area and a customer; a node, the area and the customer have other ids since."""
    with open_network(shutil.copy(_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        for table, (old, new) in NAMES.items():
            ((fid, row),) = opened.rows_where(table, f"{table}_id", [old]).items()
            edit = RowEdit(table, fid, row, {**row, f"{table}_id": new})
            save_edits(opened, SaveRequest((edit,), opened.position()))
        yield opened


def adopted(network: Network, table: str, rows: dict[str, Any], **mapping: Any) -> Any:
    """Adopt rows whose columns are called as the fields, and return what became of them."""
    choice = mapping.pop("choice", None)
    frame: Any = pd.DataFrame({name: value for name, value in rows.items() if name != "geom"})
    if "geom" in rows:
        frame = gpd.GeoDataFrame(frame, geometry=rows["geom"], crs="EPSG:4547")
    fields = {name: name for name in rows if name != "geom"}
    part = adopt_layers.MappedFrame(
        table, frame, from_dict({"fields": fields, **mapping}), table, choice=choice
    )
    (written,) = adopt_layers.adopt_all(network, [part])
    return written.result


@pytest.mark.slow
def test_bills_name_area_meter_and_customer_by_former_ids(network: Network) -> None:
    rows = {
        "volume_id": ["V1", "V2", "V3", "V4"],
        "zone_id": ["DMA-1", None, None, "DMA-9"], "node_id": [None, "N-0001", None, None],
        "customer_id": [None, None, "C-1", None], "volume_m3": [9.0, 8.0, 7.0, 6.0],
        "from_date": ["2026-10-01"] * 4, "to_date": ["2026-10-31"] * 4, "component": ["billed_metered"] * 4,
    }  # fmt: skip
    result = adopted(network, "volume", rows)
    assert len([note for note in result.notes if "former ids" in note]) == 3
    found = network.read("volume").set_index("volume_id")
    assert found.at["V1", "zone_id"] == "Z1" and found.at["V2", "node_id"] == "M-1"
    # What never was in the network keeps its name.
    assert found.at["V3", "customer_id"] == "K-1" and found.at["V4", "zone_id"] == "DMA-9"


@pytest.mark.slow
def test_readings_name_their_meter_by_its_former_id(network: Network) -> None:
    times = pd.date_range("2026-10-01", periods=4, freq="1h").strftime("%Y-%m-%d %H:%M").tolist()
    rows = {"node_id": ["N-0001", "M-1", "N-0001", "NOBODY"], "time": times, "value": [5.0, 6.0, 7.0, 8.0]}
    wanted = {"defaults": {"quantity": "flow_m3h"}, "units": {"value": "m3/h"}}
    result = adopted(network, "reading", rows, **wanted)
    assert network.read("reading")["node_id"].tolist() == ["M-1"] * 3
    assert any("2 readings named meters by former ids" in note for note in result.notes)
    assert any("NOBODY" in note for note in result.notes)
    # Under either id it is the same meter: nothing is written twice.
    again = adopted(network, "reading", {**rows, "node_id": ["M-1", "N-0001", "M-1", "NOBODY"]}, **wanted)
    assert not len(again.rows) and network.count("reading") == 3


@pytest.mark.slow
def test_readings_stay_with_their_meter_whatever_it_is_called_since(network: Network) -> None:
    times = pd.date_range("2026-10-01", periods=3, freq="1h", tz="UTC")
    rows = pd.DataFrame(
        {"node_id": "N-0002", "time": times, "quantity": "flow_m3h", "value": [5.0, 6.0, 7.0]}
    )
    with network.write("adopt") as batch:
        batch.insert("reading", rows)
    ((fid, row),) = network.rows_where("node", "node_id", ["N-0002"]).items()
    edit = RowEdit("node", fid, row, {**row, "node_id": "M-2"})
    renaming = save_edits(network, SaveRequest((edit,), network.position())).batch_id
    assert read_readings(network, ("flow_m3h",), ["M-2"])["value"].tolist() == [5.0, 6.0, 7.0]
    # The same readings under the id of now are there already.
    told = {"node_id": ["M-2"] * 3, "time": times.strftime("%Y-%m-%dT%H:%M:%SZ"), "value": [5.0, 6.0, 7.0]}
    wanted = {"defaults": {"quantity": "flow_m3h"}, "units": {"value": "m3/h"}}
    assert not len(adopted(network, "reading", told, **wanted).rows)
    network.undo(renaming)
    assert read_readings(network, ("flow_m3h",), ["N-0002"])["value"].tolist() == [5.0, 6.0, 7.0]
    assert read_readings(network, ("flow_m3h",))["node_id"].tolist() == ["N-0002"] * 3


@pytest.mark.slow
def test_a_new_meter_and_a_new_customer_name_area_and_manhole_by_former_ids(network: Network) -> None:
    place = [shapely.Point(EAST + 300, NORTH)]
    defaults = {"system": "potable", "status": "in_use", "kind": "flow_meter"}
    adopted(network, "node", {"node_id": ["LL"], "meter_in": ["DMA-1"], "geom": place}, defaults=defaults)
    adopted(network, "customer", {"customer_id": ["U"], "outlet_node": ["N-0001"], "geom": place})
    assert network.read("node", ids=["LL"])["meter_in"].tolist() == ["Z1"]
    assert network.read("customer", ids=["U"])["outlet_node"].tolist() == ["M-1"]


def test_next_months_pipes_keep_the_ends_that_were_renamed(network: Network) -> None:
    pipes = network.read("pipe", ["pipe_id", "from_node", "to_node"], geometry=False)
    rows = pipes[(pipes["from_node"] == "M-1") | (pipes["to_node"] == "M-1")]
    told = {name: rows[name].replace("M-1", "N-0001").tolist() for name in rows.columns}
    result = adopted(network, "pipe", told, choice=UpdateChoice())
    assert not result.assets_written
    assert network.read("pipe", ["pipe_id", "from_node", "to_node"], geometry=False).equals(pipes)


@pytest.mark.slow
def test_manholes_of_a_crews_table_are_known_by_former_ids(network: Network, tmp_path: Path) -> None:
    pipes = network.read("pipe", geometry=False)
    pipe = pipes[pipes["from_node"] == "M-1"].iloc[0]
    file = tmp_path / "cctv.csv"
    file.write_text(
        f"起始井号,终止井号,缺陷代码,缺陷等级\nN-0001,{pipe.to_node},PL,2\n{pipe.to_node},N-0001,CK,1\n",
        encoding="utf-8",
    )
    import_inspections(network, InspectionSource(str(file)))
    assert set(network.read("inspection")["pipe_id"]) == {pipe.pipe_id}


@pytest.mark.slow
def test_a_recheck_names_points_by_former_ids(network: Network, tmp_path: Path) -> None:
    node = network.read("node", ids=["M-1"])["geom"].iloc[0]
    file = tmp_path / "again.csv"
    file.write_text(
        f"点号,X(北),Y(东),地面高程\nN-0001,{node.y + 0.3:.3f},{node.x:.3f},30.2\n", encoding="utf-8"
    )
    request = ImportSurveyRequest(str(file), purpose="recheck", dry_run=True)
    found = import_survey(network, request, today=datetime.date(2026, 11, 22))
    assert (found.checks["rule_id"] == "moved").any() and found.recheck["n"] == 1
