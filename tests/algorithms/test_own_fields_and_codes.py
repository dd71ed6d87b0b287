"""Fields and codes of one's own from end to end: added, brought in, exported, listed, checked, taken back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.headless import must, run
from support.way_out import CRS, SOUTH, WEST, make_town

from waternet_plugin import store


@pytest.fixture
def town(qgis_app, tmp_path: Path) -> Path:
    return make_town(tmp_path / "town.gpkg")


def add(town: Path) -> None:
    must("addfield", NETWORK=town, NAME="contract_no", LABEL="Contract number", LABEL_ZH="合同编号")
    must("addfield", NETWORK=town, NAME="floors", TYPE="integer")
    must("addfield", NETWORK=town, NAME="paid", TYPE="boolean", LABEL="Paid")
    must(
        "addcode", NETWORK=town, DOMAIN="material", CODE="k9_iron", LABEL="K9 iron", LABEL_ZH="K9球墨铸铁",
        BASE="ductile_iron",
    )  # fmt: skip


def foreign(path: Path) -> Path:
    """Write two pipes as another program names their columns."""
    lines = [shapely.LineString([(WEST, SOUTH + y), (WEST + 50, SOUTH + y)]) for y in (200, 220)]
    columns = {
        "管段编号": ["Q1", "Q2"],
        "管线类别": ["给水", "给水"],
        "管材": ["K9球墨铸铁", "PE"],
        "合同编号": ["HT-1", None],
        "floors": [6, None],
        "Paid": ["是", "否"],
    }
    gpd.GeoDataFrame(columns, geometry=lines, crs=CRS).to_file(path, driver="GPKG", layer="管段")
    return path


def exported(town: Path, path: Path, **parameters: str) -> list[dict[str, str]]:
    must("exporttable", NETWORK=town, TABLE="pipe", OUTPUT=path, **parameters)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_field_is_added_and_described(town: Path) -> None:
    results = must("addfield", NETWORK=town, NAME="contract_no", LABEL="Contract number")
    assert results["BATCH_ID"] == "B0003"
    with store.open_network(town) as network:
        assert network.table("pipe").field("contract_no").label_zh == "Contract number"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "parameters", "words"),
    [
        ("addfield", {"NAME": "My Field"}, "can't be the name of a field"),
        ("addfield", {"NAME": "material"}, "already"),
        ("addfield", {"NAME": "mine", "TABLE": "setting"}, "can't be added"),
        ("addcode", {"DOMAIN": "system", "CODE": "heating"}, "Systems can't be added"),
        ("addcode", {"DOMAIN": "node_kind", "CODE": "ball_valve"}, "needs BASE"),
        ("addcode", {"DOMAIN": "material", "CODE": "pe"}, "already"),
    ],
)
def test_what_is_refused(town: Path, algorithm: str, parameters: dict[str, str], words: str) -> None:
    answer = run(algorithm, NETWORK=town, **parameters)
    assert answer.status == 1
    assert words in answer.stderr
    with store.open_network(town) as network:
        assert len(network.batches()) == 2


@pytest.mark.slow
def test_they_survive_bringing_in_export_and_bringing_in_again(town: Path, tmp_path: Path) -> None:
    add(town)
    source = foreign(tmp_path / "foreign.gpkg")
    # What the labels say is found without a mapping.
    must("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", DRY_RUN=True, REPORT=tmp_path / "dry.html")
    mapping = json.loads((tmp_path / "dry.mapping.json").read_text(encoding="utf-8"))
    assert mapping["fields"]["contract_no"] == "合同编号"
    assert mapping["fields"]["floors"] == "floors"
    assert mapping["fields"]["paid"] == "Paid"
    assert mapping["values"]["material"]["K9球墨铸铁"] == "k9_iron"
    must("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", MAPPING=tmp_path / "dry.mapping.json")
    rows = {row["pipe_id"]: row for row in exported(town, tmp_path / "a.csv")}
    told = {name: rows["Q1"][name] for name in ("material", "contract_no", "floors", "paid")}
    assert told == {"material": "k9_iron", "contract_no": "HT-1", "floors": "6", "paid": "yes"}
    assert (rows["Q2"]["contract_no"], rows["Q2"]["paid"]) == ("", "no")
    labelled = exported(town, tmp_path / "b.csv", HEADERS="zh_CN", VALUES="zh_CN")
    found = next(row for row in labelled if row["管段编号"] == "Q1")
    assert (found["管材"], found["合同编号"]) == ("K9球墨铸铁", "HT-1")
    # A copy that is brought into another network with the same fields.
    must("exporttable", NETWORK=town, TABLE="pipe", OUTPUT=tmp_path / "out.gpkg")
    other = tmp_path / "other.gpkg"
    store.create_network(other, CRS).close()
    add(other)
    must("adoptlayers", NETWORK=other, INPUT=f"{tmp_path / 'out.gpkg'}|layername=pipe", TABLE="pipe",
         DRY_RUN=True, REPORT=tmp_path / "again.html")  # fmt: skip
    must("adoptlayers", NETWORK=other, INPUT=f"{tmp_path / 'out.gpkg'}|layername=pipe", TABLE="pipe",
         MAPPING=tmp_path / "again.mapping.json")  # fmt: skip
    again = {row["pipe_id"]: row for row in exported(other, tmp_path / "c.csv")}
    assert {name: again["Q1"][name] for name in told} == told


@pytest.mark.slow
def test_a_mapping_may_name_them_and_other_networks_refuse_it(town: Path, tmp_path: Path) -> None:
    source = foreign(tmp_path / "foreign.gpkg")
    mapping = json.dumps(
        {"fields": {"pipe_id": "管段编号", "contract_no": "合同编号"}, "defaults": {"system": "potable"}}
    )
    answer = run("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", MAPPING=mapping)
    assert answer.status == 1
    assert "no field contract_no" in answer.stderr
    add(town)
    must("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", MAPPING=mapping)
    with store.open_network(town) as network:
        assert network.read("pipe", ["contract_no"], ids=["Q1"])["contract_no"].tolist() == ["HT-1"]


@pytest.mark.slow
def test_the_second_delivery_compares_them_as_they_are_kept(town: Path, tmp_path: Path) -> None:
    add(town)
    source = foreign(tmp_path / "foreign.gpkg")
    fields = {"pipe_id": "管段编号", "contract_no": "合同编号", "material": "管材"}
    values = {"material": {"K9球墨铸铁": "k9_iron", "PE": "pe"}}
    mapping = json.dumps({"fields": fields, "values": values, "defaults": {"system": "potable"}})
    must("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", MAPPING=mapping)
    again = must("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", MAPPING=mapping, MODE="update")
    assert (again["ROWS_CHANGED"], again["ROWS_SAME"]) == (0, 2)
    with store.open_network(town) as network, network.write("adopt") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["Q1"], "contract_no": ["old"], "material": ["pe"]}))
    must("adoptlayers", NETWORK=town, INPUT=source, TABLE="pipe", MAPPING=mapping, MODE="update")
    with store.open_network(town) as network:
        row = network.read("pipe", ["contract_no", "material"], ids=["Q1"], as_stored=True).iloc[0]
    assert (row["contract_no"], row["material"]) == ("HT-1", "k9_iron")


@pytest.mark.slow
def test_listchanges_tells_them_by_their_labels(town: Path, tmp_path: Path) -> None:
    add(town)
    with store.open_network(town) as network, network.write("edit") as batch:
        row = {"pipe_id": ["0012"], "contract_no": ["HT-9"], "material": ["k9_iron"]}
        batch.update("pipe", pd.DataFrame(row))
    must("listchanges", NETWORK=town, ASSET="0012", OUTPUT=tmp_path / "a.csv", REPORT=tmp_path / "a.html")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        changed = {row["field"]: row["after"] for row in csv.DictReader(file) if row["action"] == "update"}
    assert changed == {"contract_no": "HT-9", "material": "k9_iron"}
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Contract number" in page
    assert "K9 iron" in page


@pytest.mark.slow
def test_repairs_that_split_a_pipe_keep_them(town: Path) -> None:
    add(town)
    with store.open_network(town) as network, network.write("edit") as batch:
        row = {"pipe_id": ["0012"], "contract_no": ["HT-9"], "material": ["k9_iron"], "floors": [3.0]}
        batch.update("pipe", pd.DataFrame(row))
        branch = shapely.LineString([(WEST + 300, SOUTH + 100), (WEST + 300, SOUTH + 150)])
        new = {"pipe_id": ["P4"], "system": ["potable"], "status": ["in_use"], "geom": [branch]}
        batch.insert("pipe", gpd.GeoDataFrame(new, geometry="geom", crs=CRS))
    must("repairnetwork", NETWORK=town, ISSUES="tee_without_node")
    with store.open_network(town) as network:
        parts = network.read("pipe", ["pipe_id", "contract_no", "material", "floors"], as_stored=True)
    parts = parts[parts["pipe_id"].str.startswith("0012")]
    assert len(parts) > 1
    assert set(parts["contract_no"]) == {"HT-9"}
    assert set(parts["material"]) == {"k9_iron"}
    assert set(parts["floors"]) == {3.0}


def with_users(town: Path) -> None:
    """Add two users, a personal field of theirs and one that is not, and change both fields."""
    must("addfield", NETWORK=town, TABLE="customer", NAME="phone", LABEL="Telephone")
    must("addfield", NETWORK=town, TABLE="customer", NAME="book", PERSONAL=False)
    must("addfield", NETWORK=town, TABLE="customer", NAME="born", TYPE="date", PERSONAL=True)
    with store.open_network(town) as network:
        assert [one.name for one in network.table("customer").personal_fields] == ["name", "phone", "born"]
        with network.write("adopt") as batch:
            places = [shapely.Point(WEST + 10, SOUTH + 10), shapely.Point(WEST + 20, SOUTH + 10)]
            rows = {"customer_id": ["C1", "C2"], "name": ["Zhang", "Li"], "phone": ["138", None]}
            batch.insert(
                "customer", gpd.GeoDataFrame({**rows, "book": "b", "geom": places}, geometry="geom", crs=CRS)
            )
        with network.write("edit") as batch:
            batch.update("customer", pd.DataFrame({"customer_id": ["C1"], "phone": ["139"], "book": ["c"]}))


@pytest.mark.slow
def test_personal_data_leaves_the_network_only_where_it_is_told(town: Path, tmp_path: Path) -> None:
    with_users(town)
    results = must("exporttable", NETWORK=town, TABLE="customer", OUTPUT=tmp_path / "a.csv")
    assert "Personal data was left out: Customers: Name, Customers: Telephone." in results["NOTES"]
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "book" in text
    assert not any(word in text for word in ("name", "phone", "born", "Zhang", "138"))
    results = must("exporttable", NETWORK=town, TABLE="customer", PERSONAL=True, OUTPUT=tmp_path / "b.csv")
    assert "Personal" not in results["NOTES"]
    assert "Zhang" in (tmp_path / "b.csv").read_text(encoding="utf-8-sig")

    for name, more in (("c", {}), ("d", {"PERSONAL": True})):
        must("listchanges", NETWORK=town, ASSET="C1", TABLE="customer", OUTPUT=tmp_path / f"{name}.csv",
             REPORT=tmp_path / f"{name}.html", **more)  # fmt: skip
    listed = (tmp_path / "c.csv").read_text(encoding="utf-8")
    assert not any(word in listed for word in ("phone", "Zhang", "139"))
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "3 change(s) of personal data are not listed" in page or "3 changes of personal data" in page
    assert not any(word in page for word in ("Telephone", "Zhang", "139"))
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["personal_left_out"] == 3
    whole = (tmp_path / "d.csv").read_text(encoding="utf-8")
    assert all(word in whole for word in ("phone", "Zhang", "139"))
    # Undo needs them.
    with store.open_network(town) as network:
        network.undo()
        assert network.read("customer", ["phone"], ids=["C1"])["phone"].tolist() == ["138"]


@pytest.mark.slow
def test_kinds_and_functions_of_ones_own_shut_off_and_trace_as_their_bases(town: Path) -> None:
    must("addcode", NETWORK=town, DOMAIN="node_kind", CODE="ball_valve", LABEL_ZH="球阀", BASE="valve")
    with store.open_network(town) as network:
        assert network.own_codes()[0].family == "valve"
        assert network.table("node").field("kind").counting_as(["valve"]) == ("valve", "ball_valve")
