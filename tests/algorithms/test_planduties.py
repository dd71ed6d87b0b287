"""The plan of compounds as a script asks for it: tables, lists, work items, and what done ones move."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from qgis.core import QgsProcessingProvider
from support.duty_network import make_duty_network
from support.headless import must, run

from waternet_plugin.store import open_network

AS_OF, MONTH = "2026-06-17", "2026-07"


@pytest.fixture
def town(tmp_path: Path, provider: QgsProcessingProvider) -> Path:
    """Two compounds with duties."""
    return make_duty_network(tmp_path / "town.gpkg")


def _table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


def _items(path: Path) -> pd.DataFrame:
    with open_network(path) as network:
        return network.read("work_item")


@pytest.mark.slow
def test_tables_report_and_lists(town: Path, tmp_path: Path) -> None:
    names = ("OUTPUT", "OUTPUT_VISITS", "OUTPUT_RATES")
    outputs = {name: tmp_path / f"{name}.csv" for name in names}
    (tmp_path / "lists").mkdir()
    result = must(
        "planduties",
        NETWORK=town,
        MONTH=MONTH,
        CREWS="一班=100;二/班=100",
        AS_OF=AS_OF,
        SHEETS=tmp_path / "lists",
        REPORT=tmp_path / "plan.html",
        **outputs,
    )
    duties, visits, rates = (_table(outputs[name]) for name in names)
    assert list(duties) == "duty asset compound_id grid_id due_on state basis hours visit".split()
    assert list(visits) == "visit day crew compound_id hours".split()
    assert list(rates) == "month compound_id pipe_rate appurtenance_rate".split()
    # 3 % of 245 m is less than any drain: the shortest one. A manhole of 11 are 2 %. Tank and permit are due.
    planned = duties[duties["visit"] != ""]
    for compound, user in (("C0", "U0"), ("C1", "U1")):
        mine = planned[planned["compound_id"] == compound]
        kinds = sorted(zip(mine["duty"], mine["basis"]))
        permit = "permit_ends" if compound == "C1" else "no_permit"
        assert kinds == [("clean", "default"), ("clean", "rate"), ("clean", "rate"), ("permit", permit)]
        assert user in set(mine["asset"])
    assert set(duties.loc[duties["visit"] == "", "duty"]) == {"service"}
    assert dict(zip(duties["asset"], duties["state"]))["T0"] == "overdue"
    # Two visits, a tank, a permit, a manhole and 20 m in each of the two.
    assert result["HOURS"] == pytest.approx(2 * (2 * 0.5 + 1 + 1 + 0.2 + 0.1))
    assert sorted(visits["compound_id"]) == ["C0", "C0", "C1", "C1"]
    assert set(visits.loc[visits["compound_id"] == "C0", "crew"]) == {"一班"}
    assert rates["pipe_rate"].tolist() == pytest.approx([20 / 245] * 2)
    assert rates["appurtenance_rate"].tolist() == pytest.approx([1 / 11] * 2)
    assert result["SHORT"] in ("", None)
    figures = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert figures["hours"] == pytest.approx(result["HOURS"]) and figures["states"]["overdue"] == 2
    lists = {path.name for path in (tmp_path / "lists").iterdir()}
    assert {"一班.xlsx", "二 班.xlsx"} <= lists
    days = visits.loc[visits["crew"] == "一班", "day"].str.replace("/", "-")
    assert {f"一班-{day}.pdf" for day in days} <= lists
    assert len(lists) == 2 + len(set(zip(visits["crew"], visits["day"])))
    assert _items(town).empty


@pytest.mark.slow
def test_the_plan_becomes_work_items_that_are_undone_and_planned_anew(town: Path) -> None:
    given = {"NETWORK": town, "CREWS": "一班=100", "AS_OF": AS_OF, "STORE": True}
    done = must("planduties", **given)
    items = _items(town)
    assert items["type"].value_counts().to_dict() == {"clean": 6, "patrol": 4, "permit": 2}
    assert set(items["state"]) == {"open"} and set(items["source"]) == {"plan"}
    assert set(items["team"]) == {"一班"} and (items["due_on"] >= "2026-07-01").all()
    assert set(items.loc[items["compound_id"] == "C0", "person"]) == {"王"}
    assert items["visit"].nunique() == 4 and items["geom"].notna().all()
    assert items.loc[items["type"] == "patrol", "compound_id"].tolist().count("C1") == 2
    # Once more: the open ones are replaced; what a crew has been sent stays and is not planned again.
    with open_network(town) as network, network.write("edit") as batch:
        sent = items[items["asset"].isin(["T0"])].assign(state="sent")
        batch.update("work_item", sent[["item_id", "state"]])
    again = must("planduties", **given)
    renewed = _items(town)
    assert len(renewed) == len(items)
    assert renewed["asset"].tolist().count("T0") == 1
    assert set(renewed.loc[renewed["asset"] == "T0", "item_id"]) == set(sent["item_id"])
    must("undobatch", NETWORK=town, BATCH=again["BATCH_ID"])
    assert set(_items(town)["item_id"]) == set(items["item_id"])
    must("undobatch", NETWORK=town, BATCH=done["BATCH_ID"], SKIP_CHANGED=True)
    assert set(_items(town)["asset"].dropna()) == {"T0"}


@pytest.mark.slow
def test_done_items_move_the_intervals(town: Path, tmp_path: Path) -> None:
    done_on = pd.Timestamp("2026-06-10")
    rows = [("clean", "P0-3", "heavy"), ("clean", "T0", None), ("clean", "M0-5", "clear")]
    items = pd.DataFrame(
        {
            "item_id": [f"W-{number:04d}" for number in range(len(rows))],
            "type": [row[0] for row in rows],
            "asset": [row[1] for row in rows],
            "result": np.array([row[2] for row in rows], dtype=object),
            "state": "done",
            "opened_on": done_on,
            "closed_on": done_on,
            "gis_checked_on": done_on,
        }
    )
    with open_network(town) as network, network.write("edit") as batch:
        batch.insert("work_item", items)
    given = {"NETWORK": town, "CREWS": "A=100", "AS_OF": AS_OF, "MONTHS": 12}
    must("planduties", **given, OUTPUT=tmp_path / "duties.csv")
    due = _table(tmp_path / "duties.csv").drop_duplicates("asset").set_index("asset")["due_on"]
    # A drain of 12 months found full: 6 months. A septic tank by default: 180 days.
    assert due["P0-3"] == "2026-12-09"
    assert due["T0"] == "2026-12-07"
    assert "M0-5" not in due or due["M0-5"] == "2027-12-09"


@pytest.mark.slow
def test_crews_with_too_few_hours_are_named(town: Path, tmp_path: Path) -> None:
    given = {"NETWORK": town, "MONTH": MONTH, "AS_OF": AS_OF}
    result = must("planduties", **given, CREWS="一班=3", OUTPUT=tmp_path / "duties.csv")
    assert result["SHORT"] == "一班" and result["HOURS"] <= 3 and result["LEFT_OUT"] == 2
    duties = _table(tmp_path / "duties.csv")
    assert set(duties.loc[duties["visit"] != "", "asset"]) == {"T0", "T1"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"MONTH": "July"}, "MONTH"),
        ({"MONTH": "2026-13"}, "MONTH"),
        ({"MONTHS": 0}, "MONTHS"),
        ({"CREWS": "一班"}, "name=hours"),
        ({"CREWS": "A=5;A=6"}, "twice"),
        ({"AS_OF": "today"}, "AS_OF"),
        ({"MONTH": "2026-05", "AS_OF": AS_OF, "STORE": True}, "2026-05 is over"),
        ({"SHEETS": "/nowhere/at/all", "MONTH": MONTH}, "SHEETS"),
    ],
)
def test_bad_input_gets_one_sentence(town: Path, parameters: dict[str, Any], words: str) -> None:
    answer = run("planduties", NETWORK=town, **parameters)
    assert answer.status == 1 and words in answer.stderr and "Traceback" not in answer.stderr
    assert _items(town).empty
