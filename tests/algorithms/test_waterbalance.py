"""The water balance as an algorithm, headless, on the sample town; volumes come by adoptlayers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from osgeo import ogr
from support.headless import must, run
from support.slow_cases import a_few_quick

from waternet_plugin import store

COLUMNS = (
    "zone_id parent_id level inflow_m3 outflow_m3 supply_m3 authorised_m3 billed_m3 loss_m3 loss_rate "
    "apparent_m3 real_m3 nrw_m3 between_levels_m3 coverage"
).split()
RATES = ("R_WL_PERCENT", "R1_PERCENT", "R2_PERCENT", "R3_PERCENT", "R4_PERCENT", "R_BL_PERCENT")


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg"))


@pytest.mark.slow
def test_the_sample_town_has_a_balance_with_all_its_papers(town: Path, tmp_path: Path) -> None:
    found = must(
        "waterbalance",
        NETWORK=town,
        FROM="2025-11-01",
        TO="2025-12-31",
        HOUSEHOLD_SHARE=0.3,
        MEAN_PRESSURE=0.4,
        FROST_DEPTH=0.5,
        OUTPUT=tmp_path / "b.csv",
        OUTPUT_PERIODS=tmp_path / "p.csv",
        OUTPUT_COMPOUNDS=tmp_path / "c.csv",
        REPORT=tmp_path / "r.html",
        WORKBOOK=tmp_path / "w.xlsx",
        PAPER=tmp_path / "t.pdf",
    )
    rows, periods, compounds = (pd.read_csv(tmp_path / name) for name in ("b.csv", "p.csv", "c.csv"))
    assert rows.columns.tolist()[: len(COLUMNS)] == COLUMNS
    assert rows["zone_id"].fillna("").tolist() == ["", "DMA-1", "DMA-2", "DMA-3"]
    whole = rows.iloc[0]
    assert found["R_WL_PERCENT"] == pytest.approx(100 * whole["loss_m3"] / whole["supply_m3"])
    assert 10 < found["R_WL_PERCENT"] < 20
    assert (found["R1_PERCENT"], found["R3_PERCENT"], found["R4_PERCENT"]) == pytest.approx((2.4, 0.5, 0.0))
    corrections = sum(found[name] for name in RATES[1:5])
    assert found["R_BL_PERCENT"] == pytest.approx(found["R_WL_PERCENT"] - corrections)
    assert found["ILI"] > 0
    # Readings tell the supply of the areas: 56 of 61 days.
    assert rows["coverage"].round(3).tolist() == [1.0, *[round(56 / 61, 3)] * 3]
    assert rows["loss_rate"].between(0.02, 0.6).all()
    months = periods.groupby("from_date")["zone_id"].size()
    assert months.tolist() == [4, 4]
    assert compounds["over_limit"].isin(["yes", "no"]).all()
    assert 0 < (compounds["over_limit"] == "yes").sum() < len(compounds) / 2
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["r_bl_percent"] == pytest.approx(found["R_BL_PERCENT"])
    assert len(figures["zones"]) == 4 and figures["ili_outside"]
    assert ogr.Open(str(tmp_path / "w.xlsx")).GetLayerCount() == 5
    assert (tmp_path / "t.pdf").read_bytes()[:4] == b"%PDF"


@pytest.mark.slow
def test_every_output_may_be_left_out_and_nothing_is_written(town: Path) -> None:
    before = town.read_bytes()
    found = must("waterbalance", NETWORK=town, FROM="2025-12-01", TO="2025-12-28", ZONES="DMA-2")
    assert "R_WL_PERCENT" in found
    with store.open_network(town) as network:
        assert len(network.batches()) > 0
    assert len(town.read_bytes()) == len(before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    a_few_quick(
        [
            ({"FROM": "2025-12-31", "TO": "2025-12-01"}, "2025-12-31"),
            ({"FROM": "12/2025"}, "FROM"),
            ({"ZONES": "DMA-9"}, "DMA-9"),
            ({"FROM": "2031-01-01", "TO": "2031-12-31"}, "2031-12-31"),
            ({"HOUSEHOLD_SHARE": "45"}, "0.45"),
            ({"MEAN_PRESSURE": "40"}, "MPa"),
            ({"FROST_DEPTH": "140"}, "1.4"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_bad_input_gets_one_sentence(town: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("waterbalance", NETWORK=town, **parameters)
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr


HEADER = "户号,起始日期,截止日期,类别,用水量,分区"
FIELDS = {
    "customer_id": "户号", "from_date": "起始日期", "to_date": "截止日期", "component": "类别",
    "volume_m3": "用水量", "zone_id": "分区",
}  # fmt: skip


def _bills(folder: Path, *lines: str) -> Path:
    path = folder / "抄表_2026-01.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_bills_are_adopted_and_balanced(tmp_path: Path) -> None:
    network = tmp_path / "town.gpkg"
    must("createnetwork", CRS="EPSG:4547", OUTPUT=network)
    bills = _bills(
        tmp_path,
        ",2026-01-01,2026-01-31,自产供水量,1000,",
        "U-1,2025-12-16,2026-01-15,计费计量用水量,620,",
        "U-3,2026-01-01,2026-01-31,计费计量用水量,x,",
    )
    words = {"计费计量用水量": "billed_metered", "自产供水量": "own_supply"}
    mapping = json.dumps({"fields": FIELDS, "values": {"component": words}})
    adopted = must(
        "adoptlayers", NETWORK=network, INPUT=bills, TABLE="volume", MAPPING=mapping,
        REJECTED=tmp_path / "rejected.csv",
    )  # fmt: skip
    assert adopted["ROWS_IN"] == 3 == adopted["ROWS_WRITTEN"] + adopted["ROWS_REJECTED"]
    found = must(
        "waterbalance", NETWORK=network, FROM="2026-01-01", TO="2026-01-31", OUTPUT=tmp_path / "b.csv"
    )
    (row,) = pd.read_csv(tmp_path / "b.csv").itertuples()
    # 15 of the 31 days of the bill.
    assert row.billed_m3 == pytest.approx(300)
    assert found["R_WL_PERCENT"] == pytest.approx(70.0)
    assert "not a number" in found["NOTES"]


@pytest.mark.slow
def test_components_that_nobody_knows_stop_the_adoption(tmp_path: Path) -> None:
    network = tmp_path / "town.gpkg"
    must("createnetwork", CRS="EPSG:4547", OUTPUT=network)
    bills = _bills(tmp_path, "U-1,2026-01-01,2026-01-31,漏水赠送,5,", "U-2,2026-01-01,2026-01-31,售水,5,")
    given = {"NETWORK": network, "INPUT": bills, "TABLE": "volume"}
    unmapped = run("adoptlayers", **given, MAPPING=json.dumps({"fields": FIELDS}))
    assert unmapped.status == 1
    assert "漏水赠送" in unmapped.stderr and "售水" in unmapped.stderr
    wrong = {"漏水赠送": "gift", "售水": "billed_metered"}
    strange = run(
        "adoptlayers", **given, MAPPING=json.dumps({"fields": FIELDS, "values": {"component": wrong}})
    )
    assert strange.status == 1
    assert "gift" in strange.stderr and "Traceback" not in strange.stderr
    with store.open_network(network) as opened:
        assert not len(opened.read("volume"))
