"""Made-up towns of compounds with work items, and their scores reckoned row by row in plain Python.

The reckoning shares nothing with the product: bands, hours and readings of the source are written anew here.
"""

from __future__ import annotations

import datetime
import itertools
import math
import random
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import shapely

from support.quality_frames import CRS, node_frame, pipe_frame
from waternet_plugin.core import frames

Row = dict[str, Any]
Town = dict[str, list[Row]]

AS_OF = datetime.date(2026, 10, 20)
MONTHS = ((2026, 9), (2026, 10))
EAST, NORTH = 500_000.0, 2_500_000.0
SIDE = 200.0
INDICATORS = (
    "rounds", "pipe_cleaning", "appurtenance_cleaning", "separation", "collection", "zero_discharge",
    "timely", "complaint_rate", "complaint_handling", "satisfaction",
)  # fmt: skip
_HIGHER = {
    "rounds": (2, 1),
    "pipe_cleaning": (0.03, None),
    "appurtenance_cleaning": (0.02, 0.01),
    "separation": (0.9, 0.8),
    "collection": (0.9, 0.8),
    "zero_discharge": (0.1, 0.05),
    "timely": (0.9, 0.8),
    "complaint_handling": (0.95, 0.85),
    "satisfaction": (1, 0.8),
}
_HOURS = {
    "patrol": 0.5, "inspect": 0.2, "clean": 0.2, "emergency": 0.2, "flush": 0.5, "trace": 0.5,
    "site_patrol": 0.5, "third_party": 4.0, "gis_check": 0.2, "service": 0.5, "permit": 1.0,
}  # fmt: skip
_TYPES = (*_HOURS, "repair", None)
_NEAR = 1e-9


def made_town(seed: int) -> Town:
    """Return a town as lists of rows, with what real records have: gaps, wrong names, days out of order."""
    chance = random.Random(seed)
    compounds = []
    for number in range(chance.randint(1, 6)):
        # Some overlap the one before.
        west = EAST + number * SIDE * chance.choice([1.0, 1.0, 0.8])
        row: Row = {
            "compound_id": f"C{number + 1}",
            "box": (west, NORTH, west + SIDE, NORTH + SIDE),
            "drainage": chance.choice(["separate", "combined", None]),
        }
        compounds.append(row)
    chance.shuffle(compounds)
    names = [row["compound_id"] for row in compounds]
    right = max(row["box"][2] for row in compounds) + 100

    def named() -> Optional[str]:
        return chance.choice([None, None, None, "nowhere", *names[:2]])

    def place() -> tuple[float, float]:
        return (round(chance.uniform(EAST - 20, right), 1), round(chance.uniform(NORTH, NORTH + SIDE), 1))

    pipes, nodes = [], []
    for number in range(chance.randint(0, 30)):
        x, y = place()
        length = chance.choice([10.0, 25.0, 33.3, 40.0, 100.0 / 3])
        pipes.append(
            {
                "pipe_id": f"P{number}",
                "system": chance.choice(["sewage", "sewage", "storm", "storm", "combined", "potable"]),
                "status": chance.choice(["in_use", "in_use", "in_use", None, "abandoned", "planned"]),
                "line": [(x, y), (x + 1.0, y + 1.0)],
                "length_m": length,
                "compound_id": named(),
                "flow": "forward",
            }
        )
    for number in range(chance.randint(0, 70)):
        kind = chance.choice(["manhole", "manhole", "inlet", "septic_tank", "junction"])
        status = chance.choice(["in_use", "in_use", None, "removed"])
        nodes.append(
            {
                "node_id": f"N{number}",
                "kind": kind,
                "system": chance.choice(["sewage", "storm", None]),
                "status": status,
                # Apart from all drains, so that they join nothing.
                "at": (place()[0], NORTH + SIDE - 0.5 - chance.random() * 0.1),
                "compound_id": named(),
            }
        )
    assets = [None, "lost", *names, *(row["pipe_id"] for row in pipes), *(row["node_id"] for row in nodes)]

    def day(first: int = -70, last: int = 25) -> Optional[datetime.date]:
        if chance.random() < 0.1:
            return None
        return AS_OF + datetime.timedelta(days=chance.randint(first, last))

    items = []
    for number in range(chance.randint(0, 60)):
        items.append(
            {
                "item_id": f"W{number}",
                "type": chance.choice(
                    ["patrol"] * 4 + ["clean"] * 6 + ["inspect"] * 2 + ["emergency"] * 5 + list(_TYPES)
                ),
                "state": chance.choice(["done", "done", "done", "open", "under_way", "cancelled", None]),
                "opened_on": day(),
                "closed_on": day(),
                "due_on": day(),
                "asset": chance.choice(assets),
                "compound_id": chance.choice([None, None, "nowhere", *names]),
                "source": chance.choice(["complaint", "complaint", "plan", "finding", None]),
                "valid": chance.choice(["yes", "no", "unknown", None]),
                "at": chance.choice([None, place()]),
            }
        )
    entered = []
    for name in names:
        for indicator in chance.sample(INDICATORS, chance.randint(0, 4)):
            value = chance.choice([None, 0.0, 0.5, 0.8, 0.85, 0.9, 0.95, 1.0])
            points = chance.choice([None, None, 0.5, 0.8, 1.0])
            entered.append({"compound_id": name, "indicator": indicator, "value": value, "points": points})
    ticks = [
        {"list": "zero_discharge", "asset": name, "item": item, "ticked_on": day()}
        for name in names
        for item in ("surveyed", "visits", "permits", "mapped", "separated", "connected", "sampled")
        if chance.random() < 0.4
    ]
    wrong = [row["pipe_id"] for row in pipes if chance.random() < 0.1]
    return {
        "compound": compounds, "pipe": pipes, "node": nodes, "work_item": items, "entered": entered,
        "checklist": ticks, "wrong": [{"pipe_id": name} for name in wrong],
    }  # fmt: skip


def tables_of_town(town: Town) -> dict[str, pd.DataFrame]:
    """Return a town as frames, compounds sorted by their ids."""
    compounds = sorted(town["compound"], key=lambda row: row["compound_id"])
    ground = [shapely.MultiPolygon([shapely.box(*row["box"])]) for row in compounds]
    plain = pd.DataFrame(compounds).drop(columns="box")
    compound = gpd.GeoDataFrame(plain, geometry=ground, crs=CRS).rename_geometry("geom")
    items = [{key: value for key, value in row.items() if key != "at"} for row in town["work_item"]]
    places = [shapely.Point(row["at"]) if row["at"] else None for row in town["work_item"]]
    work_item = frames.empty("work_item")
    if items:
        rows = gpd.GeoDataFrame(items, geometry=places, crs=CRS).rename_geometry("geom")
        work_item = frames.conform(rows, "work_item")
    checklist = frames.empty("checklist")
    if town["checklist"]:
        checklist = frames.conform(pd.DataFrame(town["checklist"]), "checklist")
    return {
        "pipe": pipe_frame(town["pipe"]),
        "node": node_frame(town["node"]),
        "compound": frames.conform(compound, "compound"),
        "customer": frames.empty("customer"),
        "work_item": work_item,
        "checklist": checklist,
        "reading": frames.empty("reading"),
    }


def issues_of(town: Town) -> pd.DataFrame:
    """Return the open issues of the misconnections that a town was given."""
    rows = [
        {
            "issue_id": f"I-{row['pipe_id']}",
            "rule_id": "sewage_to_storm",
            "state": "open",
            "assets": row["pipe_id"],
        }
        for row in town["wrong"]
    ]
    return pd.DataFrame(rows, columns=["issue_id", "rule_id", "state", "assets"], dtype=object)


def entered_of(town: Town) -> pd.DataFrame:
    """Return what was entered."""
    columns = ["compound_id", "indicator", "value", "points"]
    rows = pd.DataFrame(town["entered"], columns=columns)
    return rows.astype({"value": float, "points": float})


class Reckoning:
    """Scores of a town in a month, reckoned row by row.

    Attributes
    ----------
    indicators
        (numerator, denominator, value, points, source) by compound and indicator, None for unknown.
    scores
        (low, high, grade, hours of the month, fewest hours to the next grade or None) by compound.
    """

    def __init__(self, town: Town, month: tuple[int, int], zero: dict[str, str]) -> None:
        self.town, self.month = town, month
        self.compounds = sorted(row["compound_id"] for row in town["compound"])
        self.boxes = {row["compound_id"]: row["box"] for row in town["compound"]}
        self.pipe_home = {
            row["pipe_id"]: self._home(row["compound_id"], _middle(row["line"])) for row in town["pipe"]
        }
        self.node_home = {row["node_id"]: self._home(row["compound_id"], row["at"]) for row in town["node"]}
        self.pipes = {
            row["pipe_id"]: row
            for row in town["pipe"]
            if row["system"] in ("sewage", "storm", "combined") and row["status"] in ("in_use", None)
        }
        self.covers = {
            row["node_id"]
            for row in town["node"]
            if row["kind"] in ("manhole", "inlet") and row["status"] in ("in_use", None)
        }
        self.item_home = {row["item_id"]: self._item_home(row) for row in town["work_item"]}
        self.indicators: dict[tuple[str, str], tuple[Any, ...]] = {}
        self.scores: dict[str, tuple[Any, ...]] = {}
        ticked = any(row["ticked_on"] is not None and row["ticked_on"] <= AS_OF for row in town["checklist"])
        share = (sum(state == "yes" for state in zero.values()), len(zero)) if ticked else (None, None)
        for compound in self.compounds:
            self._score(compound, share)

    def _home(self, name: Optional[str], at: Optional[tuple[float, float]]) -> Optional[str]:
        if name in self.compounds:
            return name
        if at is None:
            return None
        for compound in self.compounds:
            west, south, east, north = self.boxes[compound]
            if west <= at[0] <= east and south <= at[1] <= north:
                return compound
        return None

    def _item_home(self, row: Row) -> Optional[str]:
        if row["compound_id"] in self.compounds:
            return row["compound_id"]
        if row["asset"] in self.compounds:
            return row["asset"]
        # Drains alone: what lies in other pipes is no matter of drains.
        drains = {each["pipe_id"] for each in self.town["pipe"]}
        if row["asset"] in drains and self.pipe_home[row["asset"]]:
            return self.pipe_home[row["asset"]]
        if row["asset"] in self.node_home and self.node_home[row["asset"]]:
            return self.node_home[row["asset"]]
        return self._home(None, row["at"])

    def _in_month(self, day: Optional[datetime.date]) -> bool:
        return day is not None and (day.year, day.month) == self.month and day <= AS_OF

    @staticmethod
    def _is_done(row: Row) -> bool:
        return row["state"] == "done" and not (row["closed_on"] is not None and row["closed_on"] > AS_OF)

    def _score(self, compound: str, zero_share: tuple[Any, Any]) -> None:
        done = [
            row for row in self.town["work_item"] if self._is_done(row) and self._in_month(row["closed_on"])
        ]
        opened = [
            row
            for row in self.town["work_item"]
            if self._in_month(row["opened_on"]) and self.item_home[row["item_id"]] == compound
        ]
        drains = {name: row for name, row in self.pipes.items() if self.pipe_home[name] == compound}
        covers = {name for name in self.covers if self.node_home[name] == compound}
        total_m = sum(row["length_m"] for row in drains.values())
        cleaned = {row["asset"] for row in done if row["type"] == "clean"} & set(drains)
        checked = {row["asset"] for row in done if row["type"] in ("clean", "inspect")} & covers
        rounds = sum(row["type"] == "patrol" and self.item_home[row["item_id"]] == compound for row in done)
        wrong = {row["pipe_id"] for row in self.town["wrong"]}
        separate = sum(
            row["length_m"]
            for name, row in drains.items()
            if row["system"] in ("sewage", "storm") and name not in wrong
        )
        cleaned_m = sum(drains[name]["length_m"] for name in cleaned)
        emergencies = [row for row in opened if row["type"] == "emergency"]
        complaints = [row for row in opened if row["source"] == "complaint"]
        cases = [row for row in opened if row["type"] == "emergency" or row["source"] == "complaint"]
        in_time = sum(
            self._is_done(row)
            and None not in (row["closed_on"], row["due_on"])
            and row["closed_on"] <= row["due_on"]
            for row in emergencies
        )
        parts: dict[str, tuple[Any, Any]] = {
            "rounds": (rounds, None),
            "pipe_cleaning": (cleaned_m, total_m),
            "appurtenance_cleaning": (len(checked), len(covers)),
            "separation": (separate, total_m),
            "collection": (None, None),
            "zero_discharge": zero_share,
            "timely": (in_time, len(emergencies)),
            "complaint_rate": (sum(row["valid"] == "yes" for row in complaints), len(cases)),
            "complaint_handling": (sum(self._is_done(row) for row in complaints), len(complaints)),
            "satisfaction": (None, None),
        }
        said = {
            row["indicator"]: row
            for row in self.town["entered"]
            if row["compound_id"] == compound and (row["value"] is not None or row["points"] is not None)
        }
        points: dict[str, Optional[float]] = {}
        for name in INDICATORS:
            numerator, denominator = parts[name]
            if name in said:
                given = said[name]
                points[name] = (
                    given["points"] if given["points"] is not None else _points(name, given["value"])
                )
                self.indicators[compound, name] = (None, None, given["value"], points[name], "entered")
                continue
            value = numerator if name == "rounds" else numerator / denominator if denominator else None
            if name in ("timely", "complaint_rate", "complaint_handling") and denominator == 0:
                points[name] = 1.0
            else:
                points[name] = _points(name, value)
            self.indicators[compound, name] = (numerator, denominator, value, points[name], "computed")
        low = sum(0.5 if one is None else one for one in points.values())
        high = sum(1.0 if one is None else one for one in points.values())
        grades = {_grade(low), _grade(high)}
        hours = 2 * 0.5 + 0.03 * total_m / 1000 * 5 + 0.02 * len(covers) * 0.2
        hours += sum(self._item_hours(row, drains) for row in opened)
        free = {name for name in ("rounds", "pipe_cleaning", "appurtenance_cleaning") if name not in said}
        fewest = _fewest(low, points, free, rounds, cleaned_m, total_m, len(checked), len(covers))
        grade = grades.pop() if len(grades) == 1 else "open"
        self.scores[compound] = (low, high, grade, hours, fewest)

    def _item_hours(self, row: Row, _drains: dict[str, Row]) -> float:
        kind = row["type"]
        metres = next(
            (
                pipe["length_m"]
                for name, pipe in self.pipes.items()
                if name == row["asset"] and self.pipe_home[name] is not None
            ),
            None,
        )
        if kind in ("clean", "gis_check") and metres is not None:
            return {"clean": 5.0, "gis_check": 2.0}[kind] * metres / 1000
        tanks = {node["node_id"] for node in self.town["node"] if node["kind"] == "septic_tank"}
        if kind == "clean" and row["asset"] in tanks:
            return 1.0
        return _HOURS.get(kind or "", 0.0)


def _middle(line: list[tuple[float, float]]) -> tuple[float, float]:
    return ((line[0][0] + line[1][0]) / 2, (line[0][1] + line[1][1]) / 2)


def _points(name: str, value: Optional[float]) -> Optional[float]:
    if value is None:
        return None
    if name == "complaint_rate":
        return 1.0 if value <= 0.1 + _NEAR else 0.8 if value <= 0.2 + _NEAR else 0.5
    best, good = _HIGHER[name]
    if value >= best - _NEAR:
        return 1.0
    return 0.8 if good is not None and value >= good - _NEAR else 0.5


def _grade(total: float) -> str:
    return "excellent" if total >= 8 - _NEAR else "qualified" if total >= 6 - _NEAR else "failed"


def _fewest(
    low: float,
    points: dict[str, Optional[float]],
    free: set[str],
    rounds: int,
    cleaned_m: float,
    total_m: float,
    checked: int,
    covers: int,
) -> Optional[float]:
    """Return the fewest hours that lift the low end a grade: all numbers of rounds and covers are tried."""
    if low >= 8 - _NEAR:
        return None
    target = 6.0 if low < 6 - _NEAR else 8.0
    more_m = max(0.03 * total_m - cleaned_m, 0.0)
    best = math.inf
    for visits, cleans, more in itertools.product(
        range(3), (False, True), range(math.ceil(covers * 0.02) + 1)
    ):
        if (
            (visits and "rounds" not in free)
            or (cleans and ("pipe_cleaning" not in free or not total_m))
            or (more and "appurtenance_cleaning" not in free)
            or checked + more > covers
        ):
            continue
        reached = dict(points)
        if visits:
            reached["rounds"] = _points("rounds", rounds + visits)
        if cleans and more_m:
            reached["pipe_cleaning"] = 1.0
        if more:
            reached["appurtenance_cleaning"] = _points("appurtenance_cleaning", (checked + more) / covers)
        total = sum(0.5 if one is None else one for one in reached.values())
        if total >= target - _NEAR:
            best = min(best, visits * 0.5 + (more_m * 0.005 if cleans else 0.0) + more * 0.2)
    return None if math.isinf(best) else best
