"""Compounds that overlap, nodes outside theirs, and permits: each against a plain second reckoning."""

from __future__ import annotations

import datetime
import random

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.quality_frames import CRS, TODAY, assets, find, tables_of
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames

OUTSIDE, OVERLAP = "node_outside_compound", "areas_overlap"
SLACK_M, OVERLAP_M2 = 20.0, 100.0
NEEDING = ("factory", "construction", "catering", "hospital", "hotel", "bathing", "car_wash")


def polygons(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return frames.conform(gpd.GeoDataFrame(rows, geometry="geom", crs=CRS), table)


def compounds(**boxes: object) -> pd.DataFrame:
    return polygons("compound", [{"compound_id": name, "geom": shape} for name, shape in boxes.items()])


def customers(*rows: dict[str, object]) -> pd.DataFrame:
    points = [{"geom": shapely.Point(0, 0), **row} for row in rows]
    return frames.conform(gpd.GeoDataFrame(points, geometry="geom", crs=CRS), "customer")


BOXES = {"A": shapely.box(0, 0, 100, 100), "B": shapely.box(90, 0, 200, 100)}


@pytest.mark.slow
def test_compounds_that_overlap_are_found_beside_zones() -> None:
    tables = tables_of([], compound=compounds(**BOXES))
    found = find(tables, OVERLAP)
    assert assets(found, OVERLAP) == ["A;B"]
    assert "1000 m²" in found.frame["text"].iloc[0]
    rows = [{"zone_id": name, "kind": "grid", "geom": shape} for name, shape in BOXES.items()]
    both = find(tables_of([], compound=compounds(**BOXES), zone=polygons("zone", rows)), OVERLAP)
    # Ids of compounds may be those of zones.
    assert both.frame["issue_id"].is_unique and len(both.frame) == 2


def test_a_node_lies_in_another_compound_or_in_none() -> None:
    nodes = [
        {"node_id": "in", "at": (50, 50), "compound_id": "A"},
        {"node_id": "both", "at": (95, 50), "compound_id": "A"},
        {"node_id": "other", "at": (101, 50), "compound_id": "A"},
        {"node_id": "beside", "at": (-19, 50), "compound_id": "A"},
        {"node_id": "away", "at": (-21, 50), "compound_id": "A"},
        {"node_id": "unnamed", "at": (500, 50)},
        {"node_id": "unknown", "at": (50, 50), "compound_id": "Z"},
        {"node_id": "removed", "at": (500, 50), "compound_id": "A", "status": "removed"},
    ]
    found = find(tables_of([], nodes, compound=compounds(**BOXES)), OUTSIDE)
    assert assets(found, OUTSIDE) == ["away", "other"]
    texts = found.frame.set_index("assets")["text"]
    assert texts["other"] == "other belongs to compound A and lies in B (1 m outside)."
    assert texts["away"] == "away belongs to compound A and lies in no compound (21 m outside)."


def permits(*rows: dict[str, object]) -> dict[str, list[str]]:
    found = find({**tables_of([]), "customer": customers(*rows)}, "permit_none", "permit_expired")
    return {rule: assets(found, rule) for rule in ("permit_none", "permit_expired")}


def test_who_needs_a_permit_is_told_by_trade_and_residents_never() -> None:
    past, future = datetime.date(2025, 12, 31), datetime.date(2026, 1, 1)
    found = permits(
        {"customer_id": "none", "trade": "catering"},
        {"customer_id": "blank", "trade": "hospital", "permit_no": " "},
        {"customer_id": "resident", "trade": "catering", "kind": "domestic"},
        {"customer_id": "resident_ended", "kind": "domestic", "permit_until": past},
        {"customer_id": "school", "trade": "school"},
        {"customer_id": "unknown"},
        {"customer_id": "ended", "trade": "factory", "permit_no": "1", "permit_until": past},
        {"customer_id": "today", "trade": "factory", "permit_no": "2", "permit_until": future},
        {"customer_id": "endless", "trade": "factory", "permit_no": "3"},
    )
    assert found == {"permit_none": ["blank", "none"], "permit_expired": ["ended"]}


@pytest.mark.slow
def test_trades_are_a_setting() -> None:
    rows = customers({"customer_id": "U1", "trade": "school"}, {"customer_id": "U2", "trade": "catering"})
    found = find(
        {**tables_of([]), "customer": rows}, "permit_none", settings={"drainage.permit_trades": "school"}
    )
    assert assets(found, "permit_none") == ["U1"]
    assert found.frame["text"].iloc[0].startswith("U1 (School) needs a permit")


def _second(tables: dict[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Reckon the findings again, row by row."""
    areas = dict(zip(tables["compound"]["compound_id"], tables["compound"]["geom"]))
    found: dict[str, list[str]] = {OUTSIDE: [], OVERLAP: [], "permit_none": [], "permit_expired": []}
    for node in tables["node"].to_dict("records"):
        own = areas.get(node["compound_id"])
        if own is None or node["status"] != "in_use" or node["geom"] is None:
            continue
        away = own.distance(node["geom"])
        others = [name for name, area in areas.items() if area is not None and area.intersects(node["geom"])]
        if away > 0 and (others or away > SLACK_M):
            found[OUTSIDE].append(node["node_id"])
    for one, mine in areas.items():
        for two, other in areas.items():
            if one < two and mine is not None and other is not None:
                if mine.intersection(other).area > OVERLAP_M2:
                    found[OVERLAP].append(f"{one};{two}")
    for user in tables["customer"].to_dict("records"):
        if user["kind"] == "domestic":
            continue
        number, until = (user["permit_no"] or "").strip(), user["permit_until"]
        if not pd.isna(until) and pd.Timestamp(until).date() < TODAY:
            found["permit_expired"].append(user["customer_id"])
        if user["trade"] in NEEDING and not number and pd.isna(until):
            found["permit_none"].append(user["customer_id"])
    return {rule: sorted(names) for rule, names in found.items()}


def _random_town(seed: int) -> dict[str, pd.DataFrame]:
    chance = random.Random(seed)
    areas: dict[str, object] = {}
    for number in range(chance.randint(1, 6)):
        x, y = chance.randint(0, 200), chance.randint(0, 200)
        box = shapely.box(x, y, x + chance.randint(20, 120), y + chance.randint(20, 120))
        areas[f"C{number}"] = None if chance.random() < 0.1 else box
    names = [*areas, None, "C99"]
    nodes = [
        {
            "node_id": f"N{number}",
            "at": (chance.randint(-60, 360), chance.randint(-60, 360)),
            "compound_id": chance.choice(names),
            "status": chance.choice(("in_use", "in_use", "removed")),
        }
        for number in range(40)
    ]
    users = [
        {
            "customer_id": f"U{number}",
            "kind": chance.choice(("domestic", "non_domestic", None)),
            "trade": chance.choice((*NEEDING, "school", "park", None)),
            "permit_no": chance.choice(("P-1", "", " ", None)),
            "permit_until": chance.choice((None, TODAY, TODAY + datetime.timedelta(chance.randint(-9, 9)))),
        }
        for number in range(40)
    ]
    return tables_of([], nodes, compound=compounds(**areas), customer=customers(*users))


@pytest.mark.parametrize("seed", a_few_quick(range(12), 1))
def test_random_towns_are_found_alike_by_a_second_reckoning(seed: int) -> None:
    tables = _random_town(seed)
    wanted = _second(tables)
    found = find(tables, *wanted)
    assert {rule: assets(found, rule) for rule in wanted} == wanted
