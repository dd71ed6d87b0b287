"""Meters due, users by volume, compounds to renovate, contracts as scripts run them: a town made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider

from waternet_plugin.core import frames
from waternet_plugin.store import create_network, open_network

CRS = "EPSG:4547"
METERS = [
    "node_id", "customer_id", "compound_id", "diameter_mm", "meter_type", "verified_meter_on", "due_on",
    "basis", "state", "cost",
]  # fmt: skip
USERS = [
    "customer_id", "compound_id", "rank", "trade", "m3", "share", "quota_use", "over_plan_m3", "sub_metered",
    "coverage", "test_due_on", "reuse_share",
]  # fmt: skip
COMPOUNDS = [
    "compound_id", "supply_m3", "sold_m3", "loss_m3", "loss_rate", "coverage", "pressure", "quality",
    "must_renovate", "reasons", "pipes_m", "risers_m", "pump_rooms_due", "meters_due", "cost_leakage",
    "cost_works", "cost_meters", "cost_repairs", "cost_operation", "cost",
]  # fmt: skip
CONTRACTS = [
    "contract_id", "baseline_m3", "result_m3", "saved_m3", "baseline_rate", "result_rate", "target_m3",
    "target_rate", "reached", "coverage",
]  # fmt: skip
YEAR = {"FROM": "2025-01-01", "TO": "2025-12-31"}


def points(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    placed = [{"geom": shapely.Point(10.0 * at, 0), **row} for at, row in enumerate(rows)]
    return frames.conform(gpd.GeoDataFrame(placed, geometry="geom", crs=CRS), table)


def meter(name: str, **more: Any) -> dict[str, Any]:
    return {"node_id": name, "kind": "meter", "system": "potable", "status": "in_use", **more}


def volume(name: str, component: str, m3: float, year: int = 2025, **of: str) -> dict[str, Any]:
    return {
        "volume_id": name, "component": component, "volume_m3": m3, "from_date": f"{year}-01-01",
        "to_date": f"{year}-12-31", **of,
    }  # fmt: skip


def tables() -> dict[str, pd.DataFrame]:
    """Return two compounds, one of them leaking, a car wash with a sub-meter and a school outside."""
    nodes = [
        meter(
            "BULK-A", diameter_mm=100, verified_meter_on="2025-06-01", meter_type="remote", compound_id="A"
        ),
        meter("BULK-B", diameter_mm=100, compound_id="B"),
        meter("M1", diameter_mm=15, install_year=2019, meter_parent="BULK-A", compound_id="A"),
        meter("M3", diameter_mm=40, verified_meter_on="2022-06-01", meter_type="ultrasonic"),
        meter("M3-1", diameter_mm=20, meter_parent="M3"),
        meter("OLD", meter_state="scrapped"),
    ]
    customers = [
        {"customer_id": "U1", "name": "Quirinus7", "compound_id": "A", "meter_id": "M1", "trade": None},
        {"customer_id": "U2", "compound_id": "B", "quota_m3_y": 0.0},
        {"customer_id": "U3", "trade": "car_wash", "meter_id": "M3", "level": 2, "quota_m3_y": 400.0,
         "plan_m3_y": 100.0, "balance_tested_on": "2024-01-01", "reuse_m3_y": 40.0},
        {"customer_id": "U4", "trade": "school", "level": 1},
        {"customer_id": "U5", "trade": "school", "level": 1},
    ]  # fmt: skip
    areas = {"A": shapely.box(0, 100, 90, 200), "B": shapely.box(100, 100, 200, 200)}
    compounds = gpd.GeoDataFrame(
        [
            {"compound_id": name, "name": f"Yard {name}", "households": 10, "pressure_flag": "no",
             "quality_flag": "no", "geom": shapely.MultiPolygon([shape])}
            for name, shape in areas.items()
        ],
        geometry="geom", crs=CRS,
    )  # fmt: skip
    volumes = [
        volume("V1", "metered", 1000.0, node_id="BULK-A"),
        volume("V2", "metered", 500.0, node_id="BULK-B"),
        volume("V3", "billed_metered", 900.0, customer_id="U1"),
        volume("V4", "billed_unmetered", 490.0, customer_id="U2"),
        volume("V5", "billed_metered", 200.0, customer_id="U3"),
        volume("V6", "unbilled_metered", 300.0, customer_id="U4"),
        volume("V7", "leak_hidden", 999.0, customer_id="U4"),
        volume("V8", "metered", 1464.0, 2024, node_id="BULK-A"),
        volume("V9", "billed_metered", 366.0, 2024, customer_id="U1"),
    ]
    contract = {
        "contract_id": "CT-1", "kind": "saving", "compound_id": "A", "baseline_from": "2024-01-01",
        "baseline_to": "2024-12-31", "result_from": "2025-01-01", "result_to": "2025-12-31",
        "target_m3": 460.0, "target_rate": 0.2,
    }  # fmt: skip
    lost = {**contract, "contract_id": "CT-2", "compound_id": None}
    return {
        "node": points("node", nodes),
        "customer": points("customer", customers),
        "compound": frames.conform(compounds, "compound"),
        "volume": frames.conform(pd.DataFrame(volumes), "volume"),
        "contract": frames.conform(pd.DataFrame([contract, lost]), "contract"),
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a network."""
    path = tmp_path_factory.mktemp("users") / "town.gpkg"
    create_network(path, CRS).close()
    with open_network(path) as network, network.write("edit", name="town") as batch:
        for name, frame in tables().items():
            batch.insert(name, frame)
    return path


def run(provider: QgsProcessingProvider, name: str, **given: Any) -> tuple[dict[str, Any], bool, str]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    algorithm = provider.algorithm(name).create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, False, said
    results, ok = algorithm.run(parameters, context, feedback)
    return results, ok, feedback.textLog()


def listed(
    provider: QgsProcessingProvider, name: str, town: Path, folder: Path, **given: Any
) -> tuple[pd.DataFrame, dict[str, Any], dict[str, Any]]:
    """Return the rows, the results and the figures of a run."""
    folder.mkdir(exist_ok=True)
    out, report, book = folder / f"{name}.gpkg", folder / f"{name}.html", folder / f"{name}.xlsx"
    results, ok, log = run(provider, name, NETWORK=town, OUTPUT=out, REPORT=report, WORKBOOK=book, **given)
    assert ok, (log, results)
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert book.stat().st_size > 0 and b"Quirinus7" not in out.read_bytes()
    assert "Quirinus7" not in report.read_text(encoding="utf-8") + json.dumps(figures)
    return gpd.read_file(out), results, figures


def test_meters_due(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    rows, results, figures = listed(provider, "schedulemeters", town, tmp_path, AS_OF="2026-03-01")
    assert list(rows.columns)[: len(METERS)] == METERS
    assert dict(zip(rows["node_id"], rows["state"])) == {
        "M1": "overdue", "M3": "due", "BULK-A": "later", "BULK-B": "unknown", "M3-1": "unknown",
    }  # fmt: skip
    assert rows["customer_id"].tolist()[:2] == ["U1", "U3"]
    assert (results["OVERDUE"], results["DUE"], results["COST"]) == (1, 1, 150.0 + 900.0)
    assert results["SMART_SHARE"] == figures["smart_share"] == 0.4
    assert figures["smart_by_compound"][0] == {"id": "A", "meters": 2, "smart": 1, "share": 0.5}


@pytest.mark.slow
def test_users_by_volume(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    rows, results, figures = listed(provider, "rankusers", town, tmp_path, **YEAR)
    assert list(rows.columns)[: len(USERS)] == USERS
    assert rows["customer_id"].tolist() == ["U1", "U2", "U4", "U3", "U5"]
    assert rows["m3"].tolist()[:4] == [900.0, 490.0, 300.0, 200.0] and results["M3"] == 1890.0
    wash = rows.set_index("customer_id").loc["U3"]
    assert (wash["quota_use"], wash["over_plan_m3"], wash["reuse_share"]) == (0.5, 100.0, 0.2)
    assert wash["sub_metered"] == "yes" and str(wash["test_due_on"])[:10] == "2026-12-31"
    assert "U2" in "".join(figures["notes"]) and pd.isna(rows.loc[1, "quota_use"])
    schools, _results, _figures = listed(
        provider, "rankusers", town, tmp_path / "s", **YEAR, TRADE="school", TOP=1
    )
    assert schools[["customer_id", "share"]].to_numpy().tolist() == [["U4", 1.0]]
    by, _results, _figures = listed(provider, "rankusers", town, tmp_path / "c", **YEAR, BY="compound")
    assert by[["compound_id", "m3"]].to_numpy().tolist() == [["A", 900.0], ["B", 490.0]]


@pytest.mark.slow
def test_compounds_to_renovate(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    rows, results, figures = listed(provider, "screencompounds", town, tmp_path, **YEAR)
    assert list(rows.columns)[: len(COMPOUNDS)] == COMPOUNDS
    found = rows.set_index("compound_id")
    assert found["must_renovate"].to_dict() == {"A": "yes", "B": "no"} and results["MUST_RENOVATE"] == 1
    measured = found.loc["A", ["supply_m3", "sold_m3", "loss_m3", "loss_rate"]]
    assert measured.tolist() == [1000.0, 900.0, 100.0, 0.1]
    assert found.loc["A", "cost_leakage"] == 300.0 and found.loc["A", "cost_meters"] == 6000.0
    assert pd.isna(found.loc["A", "cost_repairs"]) and pd.isna(found.loc["A", "cost"])
    assert figures["limit"] == 0.05
    strict, _results, _figures = listed(provider, "screencompounds", town, tmp_path / "s", **YEAR, LIMIT=0.01)
    assert set(strict["must_renovate"]) == {"yes"}


def test_contracts(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    rows, results, figures = listed(provider, "comparecontract", town, tmp_path)
    assert [one for one in rows.columns if one != "geometry"] == CONTRACTS
    kept = rows.set_index("contract_id")
    assert kept.loc["CT-1", ["baseline_m3", "result_m3", "saved_m3"]].tolist() == [1464.0, 1000.0, 460.0]
    assert kept.loc["CT-1", "result_rate"] == 0.1 and kept["reached"].tolist() == ["yes", "unknown"]
    assert results["REACHED"] == 1 and "CT-2" in "".join(figures["notes"])


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("schedulemeters", {"AS_OF": "yesterday"}, "yesterday"),
        ("rankusers", {"FROM": "2025-02-01", "TO": "2025-01-01"}, "FROM (2025-02-01) is after TO"),
        ("rankusers", {"TRADE": "school, wizard"}, "wizard"),
        ("rankusers", {"FROM_M3": 9, "TO_M3": 3}, "FROM_M3"),
        ("screencompounds", {"FROM": "2025-02-01", "TO": "2025-01-01"}, "FROM (2025-02-01) is after TO"),
        ("comparecontract", {"CONTRACT": "CT-1;CT-9"}, "no contract CT-9"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider, name: str, given: dict[str, Any], said: str
) -> None:
    _results, ok, log = run(provider, name, NETWORK=town, OUTPUT=tmp_path / "o.gpkg", **given)
    assert not ok and said in log and "Traceback" not in log
    assert not list(tmp_path.iterdir())
