"""Users and meters of the sample town reckoned a second time, from its files, day by day."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Optional

TOWN = Path(__file__).resolve().parents[2] / "sample_data" / "town"
SOLD = ("billed_metered", "billed_unmetered", "unbilled_metered")
Row = dict[str, Any]


def features(name: str) -> list[Row]:
    text = (TOWN / f"{name}.geojson").read_text(encoding="utf-8")
    return [feature["properties"] for feature in json.loads(text)["features"]]


def volumes() -> list[Row]:
    with (TOWN / "volumes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contracts() -> list[Row]:
    with (TOWN / "contracts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sums(column: str, components: tuple[str, ...], first: date, last: date) -> dict[str, float]:
    """Return m3 by the id in a column: each row day by day, those of the period counted.

    Without a column, what is written for the town as one, under ''.
    """
    sums_by_id: dict[str, float] = defaultdict(float)
    for row in volumes():
        is_meant = row[column] if column else not row["node_id"] and not row["customer_id"]
        if row["component"] not in components or not is_meant:
            continue
        begin, end = date.fromisoformat(row["from_date"]), date.fromisoformat(row["to_date"])
        days = (end - begin).days + 1
        inside = sum(first <= begin + timedelta(days=day) <= last for day in range(days))
        if inside:
            sums_by_id[row[column] if column else ""] += float(row["volume_m3"]) * inside / days
    return dict(sums_by_id)


def due(meter: Row) -> tuple[str, Optional[date]]:
    """Return what the date of a meter rests on, and the date."""
    size = meter["diameter_mm"]
    days = 2192 if size <= 25 else 1461 if size <= 50 else 730
    if meter.get("verified_meter_on"):
        return "verified", date.fromisoformat(meter["verified_meter_on"]) + timedelta(days=days)
    return "installed", date(meter["install_year"], 7, 1) + timedelta(days=days)


def state(day: date, as_of: date) -> str:
    if day < as_of:
        return "overdue"
    return "due" if (day - as_of).days <= 365 else "later"


def meters() -> list[Row]:
    return [node for node in features("nodes") if node["kind"] == "meter"]


def compounds(first: date, last: date, as_of: date) -> dict[str, Row]:
    """Return supply, sale, loss, flags and meters due of each compound with its yearly leakage in money."""
    measured, sold = sums("node_id", ("metered",), first, last), sums("customer_id", SOLD, first, last)
    customers = features("customers")
    days = (last - first).days + 1
    sums_by_id = {}
    for compound in features("compounds"):
        name = compound["compound_id"]
        own = [meter for meter in meters() if meter.get("compound_id") == name]
        bulk = [meter["node_id"] for meter in own if not meter.get("meter_parent")]
        supply = sum(measured[meter] for meter in bulk)
        used = sum(sold[row["customer_id"]] for row in customers if row.get("compound_id") == name)
        rate = (supply - used) / supply
        flags = [compound.get("pressure_flag", "unknown"), compound.get("quality_flag", "unknown")]
        known = "unknown" not in flags
        must = "yes" if rate > 0.05 or "yes" in flags else "no" if known else "unknown"
        sums_by_id[name] = {
            "supply_m3": supply, "sold_m3": used, "loss_m3": supply - used, "loss_rate": rate,
            "pressure": flags[0], "quality": flags[1], "must_renovate": must,
            "meters_due": sum(state(due(meter)[1] or as_of, as_of) in ("overdue", "due") for meter in own),
            "cost_leakage": (supply - used) * 365 / days * 3.0,
        }  # fmt: skip
    return sums_by_id


def household_meters(many: int) -> list[Row]:
    """Return so many meters of households, in turn behind the meters of the town's buildings."""
    buildings = [meter for meter in meters() if meter.get("meter_parent")]
    rows = []
    for at in range(many):
        building, turn = buildings[at % len(buildings)], at // len(buildings)
        row = {
            "node_id": f"HB-{at:03d}", "building": building["node_id"], "turn": turn, "diameter_mm": 15.0,
            "compound_id": building["compound_id"], "install_year": 2014 + at % 11,
            "meter_type": ("mechanical", "remote")[at % 2],
        }  # fmt: skip
        if at % 3:
            row["verified_meter_on"] = f"{2018 + at % 8}-0{1 + at % 9}-10"
        rows.append(row)
    return rows
