"""Trees of meters and volumes of customers: each rule beside a plain second reckoning."""

from __future__ import annotations

import datetime
import random

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.quality_frames import CRS, assets, find, tables_of
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames

TREES = ("meter_parent_unknown", "meter_parent_compound", "meter_ring")
VOLUMES = ("volume_negative", "volume_none_after_use", "volume_high", "volume_overlap")
Row = tuple[str, str, str, float]


def customers(*rows: dict[str, object]) -> pd.DataFrame:
    points = [{"geom": shapely.Point(0, 0), **row} for row in rows]
    return frames.conform(gpd.GeoDataFrame(points, geometry="geom", crs=CRS), "customer")


def meter(name: str, **more: object) -> dict[str, object]:
    return {"node_id": name, "kind": "meter", "at": (0, 0), **more}


def test_trees_of_meters() -> None:
    nodes = [
        meter("total", compound_id="A"),
        meter("fits", meter_parent="total", compound_id="A"),
        meter("unnamed", meter_parent="total"),
        meter("apart", meter_parent="total", compound_id="B"),
        meter("lost", meter_parent="nowhere"),
        meter("ring1", meter_parent="ring2"),
        meter("ring2", meter_parent="ring3"),
        meter("ring3", meter_parent="ring1"),
        meter("hangs", meter_parent="ring1"),
        meter("own", meter_parent="own"),
    ]
    found = find(tables_of([], nodes), *TREES)
    assert {rule: assets(found, rule) for rule in TREES} == {
        "meter_parent_unknown": ["lost"],
        "meter_parent_compound": ["apart;total"],
        "meter_ring": ["own", "ring1", "ring2", "ring3"],
    }


@pytest.mark.parametrize("seed", a_few_quick(range(8), 1))
def test_rings_are_what_leads_back_to_itself(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"M{number}" for number in range(40)]
    parents = {name: chance.choice([None, *names]) for name in names}

    def leads_back(name: str) -> bool:
        at = parents[name]
        for _step in names:
            if at is None or at == name:
                break
            at = parents[at]
        return at == name

    found = find(tables_of([], [meter(name, meter_parent=one) for name, one in parents.items()]), TREES[2])
    assert assets(found, TREES[2]) == sorted(name for name in names if leads_back(name))


def test_meters_larger_than_their_pipes_and_scrapped_ones_that_are_read() -> None:
    pipes = [
        {
            "pipe_id": "P",
            "line": [(0, 0), (50, 0)],
            "diameter_mm": 100,
            "from_node": "fits",
            "to_node": "large",
        }
    ]
    nodes = [
        meter("fits", diameter_mm=100),
        {**meter("large", diameter_mm=150), "at": (50, 0)},
        {**meter("gone", meter_state="scrapped"), "at": (90, 0)},
        {**meter("kept", meter_state="scrapped"), "at": (95, 0)},
    ]
    users = customers(
        {"customer_id": "U1", "meter_id": "gone"},
        {"customer_id": "U2", "meter_id": "fits"},
        {"customer_id": "U3", "meter_id": "gone"},
    )
    rules = ("meter_larger_than_pipe", "meter_scrapped_read")
    found = find(tables_of(pipes, nodes, customer=users), *rules)
    assert assets(found, rules[0]) == ["large"]
    assert assets(found, rules[1]) == ["gone;U1"]


def bills(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "from_date", "to_date", "volume_m3"])
    frame["volume_id"] = [f"V{number}" for number in range(len(frame))]
    frame["component"] = "billed_metered"
    return frames.conform(frame, "volume")


def months(name: str, *volumes: float) -> list[Row]:
    rows = []
    for number, volume in enumerate(volumes):
        first = datetime.date(2024 + number // 12, number % 12 + 1, 1)
        nxt = datetime.date(2024 + (number + 1) // 12, (number + 1) % 12 + 1, 1)
        rows.append((name, str(first), str(nxt - datetime.timedelta(days=1)), volume))
    return rows


def test_volumes_out_of_line() -> None:
    rows = [
        *months("even", *[10.0] * 13),
        *months("high", *[10.0] * 12, 60.0),
        *months("rising", *[10.0] * 12, 45.0),
        *months("young", 10.0, 100.0),
        *months("stopped", *[10.0] * 12, 0.0),
        *months("empty", *[0.0] * 12),
        *months("started", *[0.0] * 12, 10.0),
        *months("back", 10.0, -3.0, 10.0),
        ("twice", "2024-01-01", "2024-01-31", 5.0),
        ("twice", "2024-01-20", "2024-02-20", 5.0),
        ("touches", "2024-01-01", "2024-01-31", 5.0),
        ("touches", "2024-01-31", "2024-02-20", 5.0),
    ]
    names = sorted({row[0] for row in rows})
    users = customers(*({"customer_id": name} for name in names))
    found = find(tables_of([], customer=users, volume=bills(rows)), *VOLUMES)
    assert {rule: assets(found, rule) for rule in VOLUMES} == {
        "volume_negative": ["back"],
        "volume_none_after_use": ["stopped"],
        "volume_high": ["high"],
        "volume_overlap": ["twice"],
    }
    high = found.frame.set_index("rule_id").loc["volume_high", "text"]
    assert "60 m³ from 2025-01-01 to 2025-01-31" in high and "5.9 times" in high
