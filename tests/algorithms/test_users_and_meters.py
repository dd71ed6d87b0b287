"""Meters due, users by volume, compounds to renovate, contracts as scripts run them: a town made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.made_users import tables, written

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


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a network."""
    return written(tmp_path_factory.mktemp("users") / "town.gpkg", tables())


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
def test_rectifications_of_users(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    """PS-05: notice, photo, done, and the share of a list that is done."""
    path = written(tmp_path / "town.gpkg", tables())
    order = {"TYPE": "service", "SOURCE": "finding", "TABLE": "customer", "DUE_ON": "2026-02-01"}
    results, ok, log = run(
        provider, "writeorders", NETWORK=path, ASSETS="U1;U3;U4", OPENED_ON="2026-01-05", **order
    )
    assert ok, log
    results, ok, log = run(
        provider, "recordwork", NETWORK=path, ITEMS="W-0001", STATE="done", DAY="2026-01-20"
    )
    assert ok, log
    photo = tmp_path / "mended.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(64))
    results, ok, log = run(
        provider, "attachfiles", NETWORK=path, TABLE="work_item", ASSET="W-0001", FILES=photo
    )
    assert ok, log
    rows, results, figures = listed(provider, "rankusers", path, tmp_path / "r", **YEAR, TOP=3)
    by_user = rows.set_index("customer_id")
    assert by_user["notice_state"].dropna().to_dict() == {"U1": "done", "U4": "open"}
    assert str(by_user.loc["U1", "notice_on"])[:10] == "2026-01-05"
    assert str(by_user.loc["U1", "done_on"])[:10] == "2026-01-20" and pd.isna(by_user.loc["U4", "done_on"])
    # U3 got notice, too, but is not in the list.
    assert (results["NOTICES"], results["DONE_SHARE"], figures["done_share"]) == (2, 0.5, 0.5)
    _results, ok, log = run(
        provider, "recordwork", NETWORK=path, ITEMS="W-0003", STATE="cancelled", DAY="2026-01-21"
    )
    assert ok, log
    _rows, results, _figures = listed(provider, "rankusers", path, tmp_path / "c", **YEAR)
    assert (results["NOTICES"], results["DONE_SHARE"]) == (2, 0.5)


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


@pytest.mark.slow
def test_the_sheet_of_a_compound(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    for ending in ("pdf", "docx", "xlsx", "html"):
        paper = tmp_path / f"sheet.{ending}"
        results, ok, log = run(provider, "screencompounds", NETWORK=town, PAPER=paper, SUBJECT="A", **YEAR)
        assert ok and results["PAPER"] == str(paper) and paper.stat().st_size > 0, log
    page = paper.read_text(encoding="utf-8")
    for words in (
        "Yard A", "1 bulk meter", "1 user", "loss of 365 days scaled to 365 × 3", "10 households × 600",
        "WaterNet default; replace by own price", "sum of the five",
    ):  # fmt: skip
        assert words in page, words
    assert "Quirinus7" not in page and "Yard B" not in page
    figures = json.loads(paper.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["loss_m3"] == 100.0 and figures["cost_meters"] == 6000.0
    # Of several, the list is in front.
    both = tmp_path / "both.html"
    _results, ok, log = run(provider, "screencompounds", NETWORK=town, PAPER=both, SUBJECT="A;B", **YEAR)
    assert ok and "Yard B" in both.read_text(encoding="utf-8"), log


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
        ("screencompounds", {"LIMIT": 1.5}, "LIMIT"),
        ("screencompounds", {"PAPER": "/tmp/o.txt"}, "o.txt must end in"),
        ("screencompounds", {"PAPER": "o.pdf", "SUBJECT": "A;Z"}, "There is no compound Z"),
        ("rankusers", {"SAMPLE_SHARE": 1.2}, "SAMPLE_SHARE"),
        ("rankusers", {"LEVEL": 3}, "LEVEL"),
        ("comparecontract", {"CONTRACT": "CT-1;CT-9"}, "no contract CT-9"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider, name: str, given: dict[str, Any], said: str
) -> None:
    _results, ok, log = run(provider, name, NETWORK=town, OUTPUT=tmp_path / "o.gpkg", **given)
    assert not ok and said in log and "Traceback" not in log
    assert not list(tmp_path.iterdir())
