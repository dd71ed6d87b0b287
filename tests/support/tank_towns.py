"""Random towns with tanks, odd in every way, as plain rows; their schedule reckoned one tank at a time."""

from __future__ import annotations

import datetime
import math
import random
from fractions import Fraction
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from support.quality_frames import CRS, node_frame, pipe_frame
from waternet_plugin.core import frames

AS_OF = datetime.date(2026, 6, 15)
DAY = datetime.timedelta(days=1)
KINDS = ("septic_tank", "grease_trap", "sediment_tank")
QUANTITIES = ("sludge_m", "scum_m", "grease_m", "deposit_m")
Rows = dict[str, list[dict[str, Any]]]


def random_rows(seed: int, tanks: int = 24) -> Rows:
    """Return a town: pipes, nodes, compounds, customers, readings and work items as plain rows."""
    chance = random.Random(seed)
    nodes, compounds = [], []
    for number in range(4):
        west = 100.0 * number - (30.0 if number == 2 else 0.0)
        compounds.append(
            {
                "compound_id": f"C{number}",
                "households": chance.choice([None, 0, 40, 120]),
                # The third lies over part of the second.
                "box": (west, 0.0, west + 90.0, 90.0),
            }
        )
    for number in range(3 * tanks):
        kind = chance.choice(KINDS) if number < tanks else "manhole"
        nodes.append(
            {
                "node_id": f"N{number:03d}",
                "kind": kind,
                "status": chance.choice(["in_use"] * 8 + ["abandoned", None]),
                "at": (chance.uniform(-20.0, 420.0), chance.uniform(-10.0, 100.0)),
                "compound_id": chance.choice([None, None, None, "C0", "C3", "gone"]),
                "tank_volume_m3": chance.choice([None, 0.0, 2.0, 4.0, 12.0, 30.0, 100.0]),
                "liquid_depth_m": chance.choice([None, 0.0, 0.9, 1.2, 1.5]),
                "cleaned_on": _day_or_none(chance),
                "cleaning_interval_d": chance.choice([None, None, 30, 120, 400]),
            }
        )
    return {
        "node": nodes,
        "compound": compounds,
        "pipe": _drains(chance, [str(one["node_id"]) for one in nodes]),
        "customer": _customers(chance, [str(one["node_id"]) for one in nodes]),
        "reading": _readings(chance, nodes[:tanks]),
        "work_item": _work_items(chance, [str(one["node_id"]) for one in nodes[: tanks + 3]]),
    }


def _day_or_none(chance: random.Random) -> datetime.date | None:
    return None if chance.random() < 0.15 else AS_OF - DAY * chance.randint(-20, 400)


def _drains(chance: random.Random, names: list[str]) -> list[dict[str, Any]]:
    """Return drains that fork, run in circles, are undetermined, turned or out of use."""
    return [
        {
            "pipe_id": f"P{number:03d}",
            "from_node": upper,
            "to_node": lower,
            "system": chance.choice(["sewage", "combined", "storm"]),
            "status": chance.choice(["in_use"] * 9 + ["removed"]),
            "flow": chance.choice([None, None, "forward", "reverse", "undetermined"]),
            "invert_start_m": chance.choice([None, 1.0, 2.0]),
            "invert_end_m": chance.choice([None, 1.0, 2.0]),
        }
        for number in range(len(names))
        for upper, lower in [chance.sample(names, 2)]
    ]


def _customers(chance: random.Random, names: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "customer_id": f"U{number:03d}",
            "outlet_node": chance.choice([None, "gone", *chance.sample(names, 4)]),
            "households": chance.choice([None, 0, 1, 12]),
            "persons": chance.choice([None, None, 0, 3, 250]),
            "trade": chance.choice([None, "catering", "school"]),
        }
        for number in range(len(names) // 3)
    ]


def _readings(chance: random.Random, tanks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return depths: rising, falling, level, doubled, before the cleaning, to come, of other things."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for tank in tanks:
        slope = chance.choice([-0.001, 0.0, 0.0005, 0.002, 0.01])
        for _ in range(chance.randint(0, 7)):
            day = AS_OF - DAY * chance.randint(-15, 250)
            start = tank["cleaned_on"] or AS_OF - 100 * DAY
            depth = max(0.0, 0.1 + slope * (day - start).days + chance.choice([0.0, 0.0, 0.01]))
            for quantity in chance.sample(QUANTITIES, chance.randint(1, 2)):
                # By the clocks of Shanghai every hour is of that day.
                moment = f"{day.isoformat()}T{chance.randint(0, 23):02d}:30:00+08:00"
                found[(tank["node_id"], moment, quantity)] = {
                    "node_id": tank["node_id"],
                    "time": moment,
                    "quantity": quantity,
                    "value": chance.choice([round(depth, 4)] * 9 + [None, -0.2]),
                }
    return list(found.values())


def _work_items(chance: random.Random, names: list[str]) -> list[dict[str, Any]]:
    items = []
    for number in range(len(names)):
        opened = AS_OF - DAY * chance.randint(-5, 300)
        items.append(
            {
                "item_id": f"W{number:03d}",
                "type": chance.choice(["clean", "clean", "clean", "inspect"]),
                "state": chance.choice(["done", "done", "open", "cancelled"]),
                "asset": chance.choice([*names, None, "gone"]),
                "opened_on": chance.choice([opened, None]),
                # Some were closed before they were opened, some are to come.
                "closed_on": chance.choice([None, opened + DAY * chance.randint(-9, 30)]),
            }
        )
    return items


def tables_of_rows(rows: Rows) -> dict[str, pd.DataFrame]:
    """Return plain rows as the frames of a network."""
    at = {one["node_id"]: one["at"] for one in rows["node"]}
    nodes = [{"system": "sewage", **one} for one in rows["node"]]
    pipes = [{**one, "line": [at[one["from_node"]], at[one["to_node"]]]} for one in rows["pipe"]]
    compounds = gpd.GeoDataFrame(
        [{**one, "geom": shapely.MultiPolygon([shapely.box(*one["box"])])} for one in rows["compound"]],
        geometry="geom",
        crs=CRS,
    ).drop(columns="box")
    customers = [{**one, "geom": shapely.Point(0.0, 0.0)} for one in rows["customer"]]
    return {
        "node": node_frame(nodes),
        "pipe": pipe_frame(pipes),
        "compound": frames.conform(compounds, "compound"),
        "customer": _conformed("customer", customers),
        "reading": _conformed("reading", rows["reading"]),
        "work_item": _conformed("work_item", rows["work_item"]),
    }


def _conformed(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return frames.empty(table)
    frame = pd.DataFrame(rows)
    if "geom" in frame:
        frame = gpd.GeoDataFrame(frame, geometry="geom", crs=CRS)
    return frames.conform(frame, table)


# The second reckoning: a tank at a time, exact in fractions.


def reckoned(rows: Rows, as_of: datetime.date = AS_OF) -> dict[str, tuple[Any, ...]]:
    """Return compound, persons, cycle, basis, last cleaning, due day and state of each tank in use by id."""
    used = [
        one
        for one in rows["node"]
        if one["kind"] in KINDS and one["status"] not in ("abandoned", "removed", "planned")
    ]
    compound = {one["node_id"]: _compound(one, rows["compound"]) for one in used}
    above = _above(rows)
    return {
        tank["node_id"]: (
            compound[tank["node_id"]],
            *_reckon(tank, used, compound, above[tank["node_id"]], rows, as_of),
        )
        for tank in used
    }


def _compound(node: dict[str, Any], compounds: list[dict[str, Any]]) -> str | None:
    if any(one["compound_id"] == node["compound_id"] for one in compounds):
        return str(node["compound_id"])
    x, y = node["at"]
    for one in sorted(compounds, key=lambda each: str(each["compound_id"])):
        west, south, east, north = one["box"]
        if west <= x <= east and south <= y <= north:
            return str(one["compound_id"])
    return None


def _above(rows: Rows) -> dict[str, set[str]]:
    """Return the nodes from which water reaches each, itself among them."""
    feeders: dict[str, set[str]] = {one["node_id"]: set() for one in rows["node"]}
    for pipe in rows["pipe"]:
        if pipe["status"] == "removed":
            continue
        start, end = pipe["from_node"], pipe["to_node"]
        flow = pipe["flow"]
        if flow is None:
            low, high = pipe["invert_start_m"], pipe["invert_end_m"]
            flow = "reverse" if low is not None and high is not None and low < high else "forward"
        if flow in ("forward", "undetermined"):
            feeders[end].add(start)
        if flow in ("reverse", "undetermined"):
            feeders[start].add(end)
    found = {}
    for name in feeders:
        seen, waiting = {name}, [name]
        while waiting:
            for upper in feeders[waiting.pop()] - seen:
                seen.add(upper)
                waiting.append(upper)
        found[name] = seen
    return found


def _reckon(
    tank: dict[str, Any],
    tanks: list[dict[str, Any]],
    compound: dict[str, str | None],
    above: set[str],
    rows: Rows,
    as_of: datetime.date,
) -> tuple[Any, ...]:
    kind = tank["kind"]
    persons = _persons(tank, tanks, compound, above, rows)
    days = [
        item["closed_on"]
        for item in rows["work_item"]
        if item["type"] == "clean" and item["state"] == "done" and item["asset"] == tank["node_id"]
    ]
    days = [day for day in [*days, tank["cleaned_on"]] if day is not None and day <= as_of]
    cleaned = max(days) if days else None
    longest = {"septic_tank": 360, "grease_trap": 90, "sediment_tank": 90}[kind]
    measured = None if cleaned is None else _measured(tank, cleaned, rows["reading"], as_of)
    norm = _norm(tank["tank_volume_m3"], persons) if kind == "septic_tank" else None
    if measured is not None:
        cycle, basis = measured, "measured"
    elif tank["cleaning_interval_d"] is not None:
        cycle, basis = tank["cleaning_interval_d"], "given"
    elif norm is not None:
        cycle, basis = norm, "norm"
    else:
        cycle, basis = {"septic_tank": 180, "grease_trap": 30, "sediment_tank": 90}[kind], "default"
    cycle = min(cycle, longest)
    if cleaned is None:
        return persons, cycle, basis, None, None, "unknown"
    due = cleaned + cycle * DAY
    state = "overdue" if due < as_of else "due" if due <= as_of + 30 * DAY else "later"
    return persons, cycle, basis, cleaned, due, state


def _persons(
    tank: dict[str, Any],
    tanks: list[dict[str, Any]],
    compound: dict[str, str | None],
    above: set[str],
    rows: Rows,
) -> float | None:
    users = [one for one in rows["customer"] if one["outlet_node"] in above]
    if users:
        total = 0.0
        for one in users:
            households = 1 if one["households"] is None else one["households"]
            total += households * 2.6 if one["persons"] is None else one["persons"]
        return total
    home = compound[tank["node_id"]]
    households = {one["compound_id"]: one["households"] for one in rows["compound"]}.get(home)
    if households is None or not tank["tank_volume_m3"]:
        return None
    shared = sum(
        one["tank_volume_m3"] or 0.0
        for one in tanks
        if one["kind"] == tank["kind"] and compound[one["node_id"]] == home
    )
    return float(households * 2.6 * tank["tank_volume_m3"] / shared)


def _norm(volume_m3: float | None, persons: float | None) -> int | None:
    if not volume_m3 or not persons:
        return None
    users = Fraction(persons) * Fraction(7, 10)
    days = (
        100
        * (Fraction(volume_m3) - users * 120 * 12 / 24000)
        / (Fraction(48, 1000) * users * Fraction(7, 10))
    )
    return min(max(_floor(days), 90), 360)


def _floor(value: Fraction) -> int:
    """Round down what a hundred millionth at most keeps from a whole number."""
    return math.floor(value + Fraction(1, 10**8))


def _measured(
    tank: dict[str, Any], cleaned: datetime.date, readings: list[dict[str, Any]], as_of: datetime.date
) -> int | None:
    if not tank["liquid_depth_m"]:
        return None
    newest: dict[tuple[datetime.date, str], tuple[str, Fraction]] = {}
    for one in readings:
        if one["node_id"] != tank["node_id"] or one["value"] is None or one["value"] < 0:
            continue
        day = datetime.date.fromisoformat(one["time"][:10])
        known = newest.get((day, one["quantity"]))
        if cleaned <= day <= as_of and (known is None or known[0] < one["time"]):
            newest[(day, one["quantity"])] = (one["time"], Fraction(str(one["value"])))
    sums: dict[datetime.date, Fraction] = {}
    for (day, _quantity), (_time, value) in newest.items():
        sums[day] = sums.get(day, Fraction(0)) + value
    days = sorted(sums)
    # What was measured as it was cleaned is more than what lay in it later.
    if len(days) > 1 and days[0] == cleaned and sums[days[0]] > sums[days[1]]:
        days = days[1:]
    if len(days) < 2:
        return None
    x = [Fraction((day - cleaned).days) for day in days]
    y = [sums[day] for day in days]
    count = len(days)
    below = count * sum(a * a for a in x) - sum(x) ** 2
    rise = (count * sum(a * b for a, b in zip(x, y)) - sum(x) * sum(y)) / below
    if rise <= 0:
        return None
    begin = (sum(y) - rise * sum(x)) / count
    share = Fraction(1, 4) if tank["kind"] == "grease_trap" else Fraction(1, 3)
    return _floor((share * Fraction(str(tank["liquid_depth_m"])) - begin) / rise)
