"""Programmes in a network: the month's report, the ledger, done dates for chosen compounds as one batch."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import Month
from waternet_plugin.operations.compounds.read_checklists import read_checklists
from waternet_plugin.operations.compounds.tick_checklist import TickRequest, tick_checklist
from waternet_plugin.operations.programmes.enter_items import EnterItemsRequest, enter_items
from waternet_plugin.operations.programmes.programme_reports import ledger_report, month_report
from waternet_plugin.operations.programmes.programme_summary import programme_summary
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
TODAY = datetime.date(2026, 11, 20)
METER, ONE = "meter_to_household", "one_household_one_meter"


def _items() -> pd.DataFrame:
    day = pd.Timestamp
    rows = [
        {"item_id": "I1", "programme": METER, "name": "Garden", "compound_id": "A", "unit": "Li",
         "households": 100, "planned_month": "2026-10", "done_on": day("2026-10-20"), "state": "done",
         "street": "North", "cost": 10.0, "cost_government": 4.0, "cost_utility": 6.0, "phase": "1"},
        {"item_id": "I2", "programme": METER, "name": "<b>Lake</b>", "compound_id": "B", "unit": "Li",
         "households": 50, "planned_month": "2026-10", "state": "agreed", "street": "South",
         "reason": "=1+1", "agreement_on": day("2026-05-01"), "cost": 5.0, "cost_utility": 4.0, "phase": "1"},
        {"item_id": "I3", "programme": METER, "name": "Hill", "unit": "Wang", "households": 30,
         "planned_month": "2026-11", "done_on": day("2026-10-02"), "state": "done", "budget_year": 2027,
         "cost": 7.5, "phase": "2"},
        {"item_id": "I4", "programme": METER, "name": "Mill", "unit": "Wang", "count_unit": "buildings",
         "buildings": 4, "planned_month": "2026-10", "state": "refused", "refused_on": day("2026-06-01")},
        {"item_id": "I5", "programme": METER, "name": "Gone", "households": 20, "opted_out": 20},
        {"item_id": "J1", "programme": ONE, "name": "Garden", "compound_id": "A", "households": 100,
         "state": "inspected"},
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    for name in ("done_on", "agreement_on", "refused_on"):
        frame[name] = pd.to_datetime(frame[name])
    return frame


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Network]:
    """Three compounds and two programmes."""
    shapes = [shapely.MultiPolygon([shapely.box(x, 0, x + 90, 90)]) for x in (500_000, 500_100, 500_200)]
    compounds = gpd.GeoDataFrame(
        {
            "compound_id": ["A", "B", "C"],
            "name": ["Garden", "Lake", "Old Mill"],
            "households": [100.0, 50.0, 8.0],
        },
        geometry=shapes,
        crs=CRS,
    ).rename_geometry("geom")
    with store.create_network(tmp_path / "town.gpkg", CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("compound", compounds)
            batch.insert("programme_item", _items())
        yield network


def test_the_report_of_a_month_has_the_figures_of_each_unit(town: Network) -> None:
    report = month_report(town, METER, Month(2026, 10), TODAY)
    figures = json.loads(report.to_json())
    assert (figures["plan"], figures["fulfilled"], figures["done"]) == (150, 100, 130)
    assert figures["rate"] == pytest.approx(100 / 150)
    units = {(one["unit"], one["count_unit"]): one for one in figures["units"]}
    assert units["Wang", "buildings"]["plan"] == 4
    assert units["Wang", "households"] == {
        "unit": "Wang", "count_unit": "households", "plan": 0, "fulfilled": 0, "done": 30, "rate": None,
        "below_plan": False, "reasons": [],
    }  # fmt: skip
    assert [(one["unit"], one["reasons"]) for one in figures["below_plan"]] == [
        ("Li", ["=1+1"]),
        ("Wang", []),
    ]
    streets = [one for one in figures["by_street"] if one["count_unit"] == "households"]
    assert {one["street"]: one["plan"] for one in streets} == {"North": 100, "South": 50, None: 0}
    assert figures["curve"][-1] == {
        "month": "2026-10", "plan": 150, "done": 130, "plan_total": 150, "done_total": 150, "left": 50,
    }  # fmt: skip
    assert "due on 2026-11-10" in report.subtitle
    assert "Below plan: Li, Wang." in report.lead


def test_a_stated_total_stands_beside_the_sum(town: Network) -> None:
    with town.write("setting") as batch:
        batch.set_setting("programme.target.meter_to_household.1", "155")
    (target,) = month_report(town, METER, Month(2026, 10), TODAY).figures["targets"]
    assert (target["phase"], target["stated"], target["sum"], target["difference"]) == ("1", 155, 150, -5)
    page = ledger_report(town, METER, TODAY).to_html()
    assert "155" in page
    assert "a difference of -5" in page


def test_the_ledger_has_each_item_once(town: Network) -> None:
    report = ledger_report(town, METER, TODAY)
    figures = report.figures
    assert (figures["items"], figures["households"], figures["buildings"]) == (5, 200, 4)
    assert (figures["done_items"], figures["done_households"], figures["opted_out"]) == (3, 150, 20)
    assert (figures["refused"], figures["agreements"], figures["without_agreement"]) == (1, 1, 0)
    assert (figures["cost"], figures["cost_government"], figures["cost_utility"]) == (22.5, 4, 10)
    assert figures["proposed"] == {
        "year": 2027, "items": 1, "cost": 7.5, "cost_government": 0, "cost_utility": 0, "cost_residents": 0,
    }  # fmt: skip
    table = report.chapters[0].sections[0].table
    assert table is not None
    assert sorted(row[0] for row in table.rows) == ["I1", "I2", "I3", "I4", "I5"]
    page = report.to_html()
    assert "&lt;b&gt;Lake&lt;/b&gt;" in page
    assert "The parts don&#x27;t add up to the cost of: I2." in page
    assert "No compound of the map belongs to: I3, I4, I5." in page
    both = ledger_report(town, "", TODAY).figures
    assert (both["items"], both["households"]) == (6, 300)


@pytest.mark.slow
def test_a_month_to_come_and_a_programme_without_items_are_refused(town: Network) -> None:
    with pytest.raises(InputError, match="2026-12 is still to come on 2026-11-20"):
        month_report(town, METER, Month(2026, 12), TODAY)
    with pytest.raises(InputError, match="no items of this programme"):
        ledger_report(town, "secondary_supply", TODAY)
    with pytest.raises(InputError, match="no programme “mine”"):
        month_report(town, "mine", Month(2026, 10), TODAY)


def test_the_panel_shows_the_programme_of_most_items(town: Network) -> None:
    summary = programme_summary(town, as_of=TODAY)
    assert (summary.programme, summary.programmes) == (METER, (METER, ONE))
    assert (summary.done, summary.total, summary.below) == (150, 200, 2)
    assert summary.figures is not None
    assert (summary.month.text, summary.figures.plan, summary.figures.fulfilled) == ("2026-10", 150, 100)
    assert {(one.unit, one.count_unit): (one.total, one.done) for one in summary.units} == {
        ("Li", "households"): (150, 100), ("Wang", "households"): (30, 30), ("Wang", "buildings"): (4, 0),
        ("", "households"): (20, 20),
    }  # fmt: skip
    situations = {one.item_id: one.situation for one in summary.items}
    assert situations == {"I1": "done", "I2": "late", "I3": "done", "I4": "refused", "I5": "done"}
    assert programme_summary(town, ONE, TODAY).programme == ONE


def test_one_day_for_chosen_compounds_is_one_batch(town: Network) -> None:
    before = len(town.batches())
    request = EnterItemsRequest(METER, compounds=("A", "B", "C"), done_on=datetime.date(2026, 11, 3))
    result = enter_items(town, request)
    assert len(town.batches()) == before + 1
    (made,) = result.made
    assert result.done == ("I2", made)
    rows = town.read("programme_item", geometry=False).set_index("item_id")
    assert rows.loc["I1", "done_on"] == pd.Timestamp("2026-10-20")
    assert (rows.loc["I2", "done_on"], rows.loc["I2", "state"]) == (pd.Timestamp("2026-11-03"), "done")
    assert rows.loc[made, ["name", "compound_id", "households", "state"]].tolist() == [
        "Old Mill",
        "C",
        8,
        "done",
    ]
    assert pd.isna(rows.loc["J1", "done_on"])
    # The same again writes nothing.
    assert enter_items(town, request).batch_id == ""
    town.undo(result.batch_id)
    back = town.read("programme_item", geometry=False).set_index("item_id")
    assert made not in back.index
    assert back.loc["I2", "state"] == "agreed"


def test_items_can_be_made_without_a_day(town: Network) -> None:
    result = enter_items(town, EnterItemsRequest(ONE, compounds=("A", "B")))
    assert (len(result.made), result.done) == (1, ())
    rows = town.read("programme_item", ids=list(result.made), geometry=False)
    assert rows[["compound_id", "state"]].to_numpy().tolist() == [["B", "open"]]
    assert rows["done_on"].isna().all()


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"programme": METER, "compounds": ("A",), "done_on": datetime.date(2999, 1, 1)}, "in the future"),
        ({"programme": METER, "compounds": ("A",), "done_on": datetime.date(20, 1, 1)}, "too early"),
        ({"programme": "mine", "compounds": ("A",)}, "no programme “mine”"),
        ({"programme": METER}, "Choose compounds"),
    ],
)
def test_bad_choices_are_refused(wanted: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        EnterItemsRequest(**wanted)  # type: ignore[arg-type]


@pytest.mark.slow
def test_an_id_that_there_is_not_is_refused(town: Network) -> None:
    before = len(town.batches())
    with pytest.raises(InputError, match="Not in the network: I9, X"):
        enter_items(town, EnterItemsRequest(METER, compounds=("X",), items=("I9",)))
    assert len(town.batches()) == before


@pytest.mark.slow
def test_a_pump_room_is_checked_and_handed_over_as_an_item_of_its_programme(town: Network) -> None:
    """MO-11: the steps of each pump room up to its takeover, and what makes it a standard one."""
    rooms = gpd.GeoDataFrame(
        {"node_id": ["B-1", "B-2"], "kind": "secondary_supply", "system": "potable", "status": "in_use",
         "compound_id": ["A", "B"]},
        geometry=shapely.points([[500_010, 10], [500_110, 10]]), crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    items = pd.DataFrame(
        [{"item_id": f"R{number}", "programme": "secondary_supply", "name": name, "compound_id": compound,
          "asset": room, "state": "under_way", "design_checked_on": pd.Timestamp("2026-02-01"),
          "construction_checked_on": pd.Timestamp("2026-05-01"), "accepted_on": accepted}
         for number, (name, compound, room, accepted) in enumerate(
             [("Garden", "A", "B-1", pd.Timestamp("2026-08-01")), ("Lake", "B", "B-2", pd.NaT)], 1)]
    )  # fmt: skip
    with town.write("adopt") as batch:
        batch.insert("node", rooms)
        batch.insert("programme_item", items)
    entered = enter_items(
        town, EnterItemsRequest("secondary_supply", items=("R1",), done_on=datetime.date(2026, 9, 1))
    )
    figures = ledger_report(town, "secondary_supply", TODAY).figures
    assert (figures["items"], figures["done_items"]) == (2, 1)
    kept = town.read("programme_item", ids=["R1", "R2"], geometry=False).set_index("item_id")
    assert kept["asset"].to_dict() == {"R1": "B-1", "R2": "B-2"}
    assert kept["state"].to_dict() == {"R1": "done", "R2": "under_way"}
    tick_checklist(town, TickRequest("pump_room", {"B-1": {"locked": True, "upkeep": True}}))
    (checklist,) = read_checklists(town, ["pump_room"])
    assert {room.asset: set(room.ticked) for room in checklist.assets} == {
        "B-1": {"locked", "upkeep"},
        "B-2": set(),
    }
    town.undo()
    town.undo(entered.batch_id)
    assert set(
        town.read("programme_item", ["item_id", "state"], ids=["R1", "R2"], geometry=False)["state"]
    ) == {"under_way"}
