"""What crews recorded of compounds: outlets, trades, depths of tanks, samples, and the work of a month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from .town import DRAINS, Row, Town

MONTH = "2025-12"
# Compounds beside streets with separate drains, those with combined ones, and those with a pump room.
SEPARATE = tuple(f"XQ-{number:02d}" for number in (*range(1, 8), *range(10, 17), *range(31, 35)))
COMBINED = ("XQ-21", "XQ-22", "XQ-23", "XQ-24")
PUMP_ROOMS = {"XQ-07": "2025-11-20", "XQ-13": "2025-10-15", "XQ-16": "2025-06-30", "XQ-31": None}
# Compounds whose tank was measured, whose users' outlets are known, and the sludge per visit, m.
MEASURED = {"XQ-04": 0.10, "XQ-06": 0.06, "XQ-10": 0.16}
LIQUID_DEPTH_M = 1.6
SAMPLED = "XQ-03"
WORKED = ("XQ-03", "XQ-04", "XQ-06", "XQ-10", "XQ-16")
WITHOUT_PERMIT = 9
# What is known of outfalls, by their name: type and risk.
OUTFALLS = {
    "老城溢流口": ("combined_intercepted", "high"),
    "雨水排放口D5": ("mixed_direct", "medium"),
    "雨水排放口E5": ("storm_direct", "low"),
    "污水厂尾水排放口": ("treatment_plant", "low"),
}
TEAMS = (("管养一组", "陈志明"), ("管养二组", "林国强"), ("管养三组", "黄丽华"))
_TRADES = {"医": "hospital", "学": "school", "厂": "factory", "物流": "factory", "市场": "market"}
_BY_TYPE = {"mixed": "catering", "commercial": "catering", "public": "government", "industrial": "factory"}


def month(town: Town) -> None:
    """Record all of it; nothing is drawn by chance."""
    for number, zone in enumerate(row for row in town.zones if row["kind"] == "grid"):
        zone["team"], zone["person"] = TEAMS[number % len(TEAMS)]
    for compound in town.compounds:
        if compound["compound_id"] in SEPARATE + COMBINED:
            compound["drainage"] = "separate" if compound["compound_id"] in SEPARATE else "combined"
    for node in town.nodes.values():
        if node.get("note") in OUTFALLS:
            node["outfall_type"], node["outfall_risk"] = OUTFALLS[node["note"]]
    _pump_rooms(town)
    _users(town)
    _tanks(town)
    _samples(town)
    for number, compound_id in enumerate(WORKED):
        _work(town, compound_id, number)
    _ahead(town)
    for number, compound_id in enumerate(WORKED[:3]):
        for name, value, points in (("collection", 0.93 - 0.05 * number, None), ("satisfaction", None, 1.0)):
            row = {"compound_id": compound_id, "month": MONTH, "indicator": name, "value": value}
            row["value"] = None if value is None else round(value, 2)
            town.indicators.append(
                {**row, "indicator_id": town.number("ZB-"), "points": points, "source": "entered"}
            )


def _nodes(town: Town, compound_id: str, *kinds: str) -> list[Row]:
    return [
        row
        for row in town.nodes.values()
        if row.get("compound_id") == compound_id and row["kind"] in kinds and row["status"] == "in_use"
    ]


def _pump_rooms(town: Town) -> None:
    """Make the first joint of the inner water pipes of some compounds a pump room."""
    for compound_id, cleaned_on in PUMP_ROOMS.items():
        joined = [
            name
            for pipe in town.pipes_of("potable")
            if pipe.get("compound_id") == compound_id and pipe["function"] != "service"
            for name in (pipe["from_node"], pipe["to_node"])
        ]
        room = next(row for row in _nodes(town, compound_id, "junction") if joined.count(row["node_id"]) >= 2)
        room.update(kind="secondary_supply", tank_volume_m3=40, cleaned_on=cleaned_on, cleaning_interval_d=90)


def _users(town: Town) -> None:
    """Give users trades, key users among them, and some of the shops no permit."""
    types = {row["compound_id"]: (row["type"], row["name"]) for row in town.compounds}
    shops = []
    for row in town.customers:
        if row["kind"] == "domestic":
            continue
        kind, name = types.get(row.get("compound_id"), ("", row["name"]))
        words = [trade for word, trade in _TRADES.items() if word in name]
        row["trade"] = words[0] if words else _BY_TYPE.get(kind, "other")
        if row["trade"] in ("hospital", "factory") and row.get("permit_no"):
            row["key_user"] = "yes"
        if row["trade"] == "hospital" and not row.get("permit_no"):
            row["permit_no"], row["permit_until"] = town.number("PS2023-", 4), "2028-06-30"
        if not row.get("compound_id"):
            shops.append(row)
    for row in shops[:WITHOUT_PERMIT]:
        row["trade"] = "catering"
    tanks = {name: _nodes(town, name, "septic_tank")[0]["node_id"] for name in MEASURED}
    for row in town.customers:
        if row.get("compound_id") in tanks:
            row["outlet_node"] = tanks[row["compound_id"]]


def _reading(town: Town, node: str, day: date, **values: float) -> None:
    for quantity, value in values.items():
        time = f"{day.isoformat()}T09:00:00+08:00"
        town.readings.append({"node_id": node, "time": time, "quantity": quantity, "value": round(value, 3)})


def _tanks(town: Town) -> None:
    """Measure sludge and scum of some tanks three times since they were cleaned."""
    for compound_id, sludge_m in MEASURED.items():
        tank = _nodes(town, compound_id, "septic_tank")[0]
        tank["liquid_depth_m"] = LIQUID_DEPTH_M
        cleaned_on = date.fromisoformat(tank["cleaned_on"])
        for visit in (1, 2, 3):
            day = cleaned_on + timedelta(days=30 * visit)
            _reading(town, tank["node_id"], day, sludge_m=sludge_m * visit, scum_m=0.02 * visit)


def _samples(town: Town) -> None:
    """Sample the sewage where a compound lets it out, before and after June, when its drains were parted."""
    tank = _nodes(town, SAMPLED, "septic_tank")[0]["node_id"]
    leaving = next(pipe for pipe in town.pipes_of("sewage") if pipe["from_node"] == tank)
    for number in range(1, 13):
        parted = 1.0 if number <= 6 else 1.55
        cod, nh3n = (172.0 + number % 4 * 9.0) * parted, (18.5 + number % 3 * 1.4) * parted
        _reading(town, leaving["to_node"], date(2025, number, 15), cod_mgl=cod, nh3n_mgl=nh3n)


def _item(town: Town, compound_id: str, **more: Any) -> None:
    zone = next(row["grid_id"] for row in town.compounds if row["compound_id"] == compound_id)
    team, person = next((row["team"], row["person"]) for row in town.zones if row["zone_id"] == zone)
    row = {"item_id": town.number("GD-"), "compound_id": compound_id, "team": team, "person": person, **more}
    town.work_items.append(row)


def _done(town: Town, compound_id: str, kind: str, day: int, hours: float, **more: Any) -> None:
    """Add an item that was opened and done on one day; those of the last compound wait for their check."""
    on = f"{MONTH}-{day:02d}"
    checked = None if compound_id == WORKED[-1] else f"{MONTH}-{day + 1:02d}"
    _item(
        town,
        compound_id,
        **{
            "type": kind,
            "state": "done",
            "opened_on": on,
            "closed_on": on,
            "gis_checked_on": checked,
            "source": "plan",
            "hours": hours,
            "visit": f"SM-{compound_id[3:]}-{day:02d}",
            **more,
        },
    )


def _work(town: Town, compound_id: str, number: int) -> None:
    """Add the month of a compound: rounds, cleaning, opened covers, cases and complaints."""
    first, second = 3 + number, 17 + number
    _done(town, compound_id, "patrol", first, 0.5)
    if number != 3:
        _done(town, compound_id, "patrol", second, 0.5)
    drains = [pipe for pipe in town.pipes_of(*DRAINS) if pipe.get("compound_id") == compound_id]
    for pipe in drains[: 3 - number % 3]:
        _done(town, compound_id, "clean", first, 0.2, asset=pipe["pipe_id"], result="light")
    for inlet in _nodes(town, compound_id, "inlet")[: 2 - number % 2]:
        _done(town, compound_id, "clean", first, 0.2, asset=inlet["node_id"], result="medium")
    for manhole in _nodes(town, compound_id, "manhole")[:2]:
        _done(town, compound_id, "inspect", second, 0.2, asset=manhole["node_id"], result="clear")
    late = {"closed_on": f"{MONTH}-{second + 4:02d}", "gis_checked_on": f"{MONTH}-{second + 5:02d}"}
    due = {"due_on": f"{MONTH}-{second + 1:02d}", "source": "complaint", "valid": "yes" if number else "no"}
    _done(
        town, compound_id, "emergency", second, 1.0, **due, **(late if number == 2 else {}), note="井盖冒溢"
    )


def _ahead(town: Town) -> None:
    """Add what is still to be done: one item in hand, one sent, two open, one of them overdue."""
    for compound_id, kind, state, due, note in (
        ("XQ-04", "clean", "open", "2025-12-28", "化粪池清掏"),
        ("XQ-06", "clean", "sent", "2026-01-08", "化粪池清掏"),
        ("XQ-10", "clean", "under_way", "2026-01-05", "化粪池清掏"),
        ("XQ-16", "service", "open", "2026-01-12", "核查出口错接"),
    ):
        tank = _nodes(town, compound_id, "septic_tank")[0]["node_id"]
        more = {"opened_on": "2025-12-22", "due_on": due, "source": "finding", "note": note}
        _item(town, compound_id, type=kind, state=state, asset=tank, **more)
