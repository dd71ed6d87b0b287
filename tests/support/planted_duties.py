"""Duties planted in a copy of the sample town on a day, and what everybody must say of them.

What follows from the planting was reckoned by hand; nothing of the product takes part in it.
"""

from __future__ import annotations

import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.store.network import Network

DAY = datetime.timedelta(days=1)
# The compound of most duties, and one where nothing is to be done.
BUSY, CLEAN = "XQ-16", "XQ-34"
_FAR = 400
# Twelve tanks are overdue: id, compound, cycle, days late. Eleven by the cycle given, one by its depths.
OVERDUE = (
    ("WSD-0258", "XQ-01", 180, 1),
    ("WSD-0272", "XQ-02", 30, 5),
    ("WSD-0274", "XQ-02", 180, 40),
    ("WSD-0308", "XQ-05", 30, 2),
    ("WSD-0359", "XQ-09", 30, 10),
    ("WSD-0443", BUSY, 180, 3),
    ("WSD-0457", "XQ-17", 90, 7),
    ("WSD-0473", "XQ-19", 90, 12),
    ("WSD-0498", "XQ-22", 30, 20),
    ("WSD-0551", "XQ-27", 30, 1),
    ("WSD-0553", "XQ-27", 90, 15),
    ("WSD-0286", "XQ-03", 80, 9),
)
# Due on the very day: not overdue.
DUE_TODAY = "WSD-0350"
# Three tanks of 50 m3 and 1.5 m of liquid, full at 0.5 m, were measured twice since they were cleaned: days
# since then, and depths of sludge and scum, m. Whatever cycle was given, the depths stand above it.
MEASURED = {
    # 6.25 mm a day from nothing: full on day 80. Three and a half times the pace of its norm, but no kitchen.
    "WSD-0286": (89, ((40, 0.20, 0.05), (60, 0.30, 0.075))),
    # 7.5 mm a day: full on day 66.7. With a kitchen upstream.
    "WSD-0601": (50, ((20, 0.12, 0.03), (40, 0.25, 0.05))),
    # 1 mm a day from 20 mm: full on day 480, and no tank waits longer than 360.
    "WSD-0416": (100, ((30, 0.03, 0.02), (90, 0.08, 0.03))),
}
LIQUID_DEPTH_M = 1.5
# Persons, cycle and days from the day of the plan to that on which it is due.
MEASURED_CYCLES = {
    # 171 and 197 households of the compound, 2.6 persons each.
    "WSD-0286": (444.6, 80, -9),
    "WSD-0416": (512.2, 360, 260),
    # 173 households of its users, and the kitchen, which counts as one.
    "WSD-0601": (452.4, 66, 16),
}
# By the norm 452.4 persons fill 50 m3 in 291 days: (50 - 316.68 x 0.06) / (0.00048 x 316.68 x 0.7). Six
# tenths full after 40 days are 4.365 times as much.
TOLD_OF_CATERING = "4.365 times as full as the norm expects, with catering upstream (YH-00138)"
KITCHEN, KITCHEN_TANK, KITCHEN_COMPOUND = "YH-00138", "WSD-0601", "XQ-31"
# Nine users who need a permit have none in force: six none at all, the permits of three ended the day before.
WITHOUT_PERMIT = {
    "YH-00024": "XQ-07", "YH-00047": "XQ-13", "YH-00057": "XQ-15", "YH-00065": "XQ-17", "YH-00133": None,
    KITCHEN: None,
}  # fmt: skip
ENDED_PERMITS = {"YH-00097": "XQ-22", "YH-00107": "XQ-27", "YH-00115": "XQ-30"}
ENDS_TODAY = "YH-00100"
TRADES = ("factory", "construction", "catering", "hospital", "hotel", "bathing", "car_wash")
# Two misconnections of the busy compound: the one of the town, and a sewage drain into its storm manhole. The
# town has another one elsewhere.
WRONG = ("WS-0059", "WS-9001")
WRONG_LINE = ("WSD-0434", "YSD-0560")
WRONG_ELSEWHERE = "XQ-26"
# Tanks overdue, misconnections, users without permit, and work due, of the compounds with any.
NEEDS = {
    "XQ-01": (1, 0, 0, 0),
    "XQ-02": (2, 0, 0, 0),
    "XQ-03": (1, 0, 0, 0),
    "XQ-05": (1, 0, 0, 0),
    "XQ-07": (0, 0, 1, 0),
    "XQ-09": (1, 0, 0, 0),
    "XQ-13": (0, 0, 1, 0),
    "XQ-15": (0, 0, 1, 0),
    BUSY: (1, 2, 0, 1),
    "XQ-17": (1, 0, 1, 0),
    "XQ-19": (1, 0, 0, 0),
    "XQ-22": (1, 0, 1, 0),
    WRONG_ELSEWHERE: (0, 1, 0, 0),
    "XQ-27": (2, 0, 1, 0),
    "XQ-30": (0, 0, 1, 0),
}
# What the pane shows of the busy and of the clean compound, as its links read.
BUSY_FIGURES = {
    "tanks": "1 of 1", "misconnections": "2", "permits": "0", "defects": "1", "work": "1 of 3",
}  # fmt: skip
CLEAN_FIGURES = {
    "tanks": "0 of 1", "misconnections": "0", "permits": "0", "defects": "0", "work": "0 of 0",
}  # fmt: skip
# One month of items of the busy compound: type, asset, day of the month on which it was opened and on which
# it was closed (None: not), and more.
MONTH_ITEMS: tuple[tuple[str, str | None, int, int | None, dict[str, Any]], ...] = (
    ("patrol", None, 3, 3, {}),
    ("patrol", None, 17, 17, {}),
    # A drain that was cleaned twice counts once.
    ("clean", "WS-0496", 5, 5, {}),
    ("clean", "WS-0497", 5, 5, {}),
    ("clean", "WS-0497", 19, 19, {}),
    ("clean", "YSD-0558", 5, 5, {}),
    ("inspect", "WSD-0434", 5, 5, {}),
    # Closed before it was opened: it counts on the day on which it was closed, and is named.
    ("inspect", "WSD-0435", 9, 7, {}),
    # Of three emergencies one was in time.
    ("emergency", "YSD-0559", 10, 11, {"due": 12}),
    ("emergency", "YSD-0561", 10, 14, {"due": 12}),
    ("emergency", "YSD-0562", 20, None, {}),
    # Of two complaints one is valid, and done.
    ("service", None, 12, 13, {"source": "complaint", "valid": "yes"}),
    ("service", None, 12, None, {"source": "complaint", "valid": "no"}),
    # Of no account: not done, cancelled, of another compound.
    ("clean", "WS-0498", 6, None, {}),
    ("patrol", None, 6, 6, {"state": "cancelled"}),
    ("patrol", None, 6, 6, {"compound_id": CLEAN}),
)
TURNED = "PD-08"
# Numerator, denominator and points of each indicator of the busy compound in that month; its drains are
# 445.076 m by the town's file, and the planted one 42.679 m.
INDICATORS: dict[str, tuple[float | None, float | None, float | None]] = {
    "rounds": (2, None, 1.0),
    "pipe_cleaning": (38.803, 487.755, 1.0),
    "appurtenance_cleaning": (3, 25, 1.0),
    # Without the two that lead wrong, 24.654 m and 42.679 m.
    "separation": (420.422, 487.755, 0.8),
    "collection": (None, None, 1.0),
    "zero_discharge": (None, None, None),
    "timely": (1, 3, 0.5),
    "complaint_rate": (1, 5, 0.8),
    "complaint_handling": (1, 2, 0.5),
    "satisfaction": (None, None, 0.8),
}
SCORE = (7.9, 8.4, "open")
# Two rounds, 3 % of the drains and 2 % of the covers; of the month's items three patrols, 96.0 m to clean and
# one inlet, two covers to open, three emergencies, two services.
HOURS = 1.0 + 0.03 * 0.487755 * 5 + 0.02 * 25 * 0.2 + 1.5 + 0.0960074 * 5 + 0.2 + 0.4 + 0.6 + 1.0
ENTERED = {"collection": (0.93, None), "satisfaction": (None, 0.8)}


def month_before(day: datetime.date) -> str:
    """Return the month of the planted items."""
    return (day.replace(day=1) - DAY).strftime("%Y-%m")


def plant(network: Network, day: datetime.date) -> None:
    """Plant the duties of a day in a copy of the sample town, as one batch."""
    nodes = network.read("node", ["node_id", "kind", "cleaning_interval_d"])
    users = network.read("customer", ["customer_id", "compound_id", "kind", "trade"], geometry=False)
    old = {
        table: network.read(table, [f"{table}_id" if table != "work_item" else "item_id"], geometry=False)
        for table in ("work_item", "indicator", "inspection", "defect")
    }
    with network.write("edit", name="planted duties") as batch:
        for table in ("work_item", "indicator", "defect", "inspection"):
            batch.delete(table, old[table].iloc[:, 0].tolist())
        batch.update("node", _tanks(nodes, day))
        batch.update("customer", _permits(users, day))
        outlets = users[(users["compound_id"] == KITCHEN_COMPOUND) | (users["customer_id"] == KITCHEN)]
        batch.update("customer", outlets[["customer_id"]].assign(outlet_node=KITCHEN_TANK))
        batch.insert("reading", _depths(day))
        batch.insert("pipe", _wrong_drain(nodes))
        batch.insert("inspection", _inspections())
        batch.insert("indicator", _entered(day))
        batch.insert("work_item", _items(day))


def _tanks(nodes: pd.DataFrame, day: datetime.date) -> pd.DataFrame:
    """Return all tanks cleaned ten days ago, but for those that are planted."""
    tanks = nodes[nodes["kind"].isin(["septic_tank", "grease_trap", "sediment_tank"])]
    rows = pd.DataFrame(tanks[["node_id", "cleaning_interval_d"]]).reset_index(drop=True)
    ago = {name: cycle + late for name, _compound, cycle, late in OVERDUE}
    ago[DUE_TODAY] = 180
    ago.update({name: days for name, (days, _depths_of) in MEASURED.items()})
    days = [ago.get(name, 10) for name in rows["node_id"]]
    rows["cleaned_on"] = pd.to_datetime([day - days_ago * DAY for days_ago in days])
    rows["liquid_depth_m"] = [LIQUID_DEPTH_M if name in MEASURED else None for name in rows["node_id"]]
    return rows.astype({"liquid_depth_m": float})


def _permits(users: pd.DataFrame, day: datetime.date) -> pd.DataFrame:
    rows = users[users["trade"].isin(TRADES)][["customer_id"]].reset_index(drop=True)
    ends = dict.fromkeys(ENDED_PERMITS, day - DAY) | {ENDS_TODAY: day} | dict.fromkeys(WITHOUT_PERMIT)
    rows["permit_no"] = [None if name in WITHOUT_PERMIT else f"P-{name}" for name in rows["customer_id"]]
    rows["permit_until"] = pd.to_datetime(
        pd.Series([ends.get(name, day + _FAR * DAY) for name in rows["customer_id"]])
    )
    return rows


def _depths(day: datetime.date) -> pd.DataFrame:
    rows = []
    for name, (days_ago, measured) in MEASURED.items():
        for days, sludge_m, scum_m in measured:
            time = pd.Timestamp(day - (days_ago - days) * DAY, tz="Asia/Shanghai") + pd.Timedelta("9h")
            for quantity, value in (("sludge_m", sludge_m), ("scum_m", scum_m)):
                rows.append({"node_id": name, "time": time, "quantity": quantity, "value": value})
    frame = pd.DataFrame(rows)
    return frame.assign(time=frame["time"].dt.tz_convert("UTC"))


def _wrong_drain(nodes: pd.DataFrame) -> gpd.GeoDataFrame:
    at = nodes.set_index("node_id")["geom"]
    line = shapely.LineString([shapely.get_coordinates(at[name], include_z=True)[0] for name in WRONG_LINE])
    row = {
        "pipe_id": WRONG[1], "system": "sewage", "status": "in_use", "function": "branch",
        "compound_id": BUSY, "from_node": WRONG_LINE[0], "to_node": WRONG_LINE[1], "flow": "forward",
    }  # fmt: skip
    return gpd.GeoDataFrame([row], geometry=[line], crs=nodes.crs).rename_geometry("geom")


def _inspections() -> pd.DataFrame:
    """Return inspections of a drain of each of the two compounds, the busy one's with grade 4."""
    return pd.DataFrame(
        {
            "inspection_id": ["PD-1", "PD-2"],
            "pipe_id": ["WS-0496", "WS-0633"],
            "date": pd.to_datetime(["2025-05-01", "2025-05-01"]),
            "structural_grade": [4.0, 1.0],
            "functional_grade": [1.0, 1.0],
        }
    )


def _entered(day: datetime.date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "indicator_id": [f"PD-{name}" for name in ENTERED],
            "compound_id": BUSY,
            "month": month_before(day),
            "indicator": list(ENTERED),
            "value": [value for value, _points in ENTERED.values()],
            "points": [points for _value, points in ENTERED.values()],
            "source": "entered",
        }
    ).astype({"value": float, "points": float})


def _items(day: datetime.date) -> gpd.GeoDataFrame:
    first = datetime.date.fromisoformat(f"{month_before(day)}-01")
    rows: list[dict[str, Any]] = []
    for number, (kind, asset, opened, closed, more) in enumerate(MONTH_ITEMS, start=1):
        rows.append(
            {
                "item_id": f"PD-{number:02d}",
                "type": kind,
                "state": more.get("state", "open" if closed is None else "done"),
                "asset": asset,
                "compound_id": more.get("compound_id", BUSY),
                "opened_on": first + (opened - 1) * DAY,
                "closed_on": None if closed is None else first + (closed - 1) * DAY,
                "due_on": first + (more["due"] - 1) * DAY if "due" in more else None,
                "source": more.get("source", "plan"),
                "valid": more.get("valid"),
            }
        )
    # Of the month of the day: one done, one due today, one due later.
    for number, (state, due) in enumerate((("done", None), ("open", 0), ("sent", 40))):
        rows.append(
            {
                "item_id": f"PD-D{number}",
                "type": "clean",
                "state": state,
                "asset": "YSD-0560",
                "compound_id": BUSY,
                "opened_on": day,
                "closed_on": day if state == "done" else None,
                "due_on": None if due is None else day + due * DAY,
                "source": "plan",
                "valid": None,
            }
        )
    frame = pd.DataFrame(rows)
    for name in ("opened_on", "closed_on", "due_on"):
        frame[name] = pd.to_datetime(frame[name])
    frame["gis_checked_on"] = frame["closed_on"]
    shapes = [None] * len(frame)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=network_crs()).rename_geometry("geom")


def network_crs() -> str:
    """Return the coordinate system of the sample town."""
    return "EPSG:4547"
