"""Meters with tree and dates, quotas and plans of users, public points, and volumes since January."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from .layout import ESTATES
from .rand import Dice
from .town import Row, Town
from .volumes import BULK_METER, FLUSHING, LONG_BILL, LOST, add_volume, daily_m3, is_long_billed

# Months of a bill from January to October and the use beside the mean of the year; the last two months are
# drawn by chance. These master meters, and users of these trades, are read each month.
BILLS = (((1, 2, 3, 4), 0.94), ((5, 6, 7, 8), 1.11), ((9, 10), 1.04))
BULK_MONTHLY = ("XQ-04", "XQ-06", "XQ-07", "XQ-08", "XQ-15", "XQ-20", "XQ-26", "XQ-31")
READ_MONTHLY = ("school", "hospital", "government", "factory", "market")
YEAR = 2025
_TYPES = ("mechanical", "mechanical", "remote", "ultrasonic", "mechanical", "remote", "mechanical", "unknown")
# Quota and plan of users by trade, beside what they draw.
_QUOTA = {"hospital": 0.9, "school": 1.1, "factory": 0.95, "government": 1.05, "catering": 0.8, "market": 1.2}
_PLAN = {"hospital": 0.85, "factory": 0.9, "market": 1.1}
REUSE_M3 = {"factory": 2400.0, "school": 600.0}
# Compounds at risk and why; of two nobody looked.
PRESSURE = {"XQ-19": "村内顶层水压不足 0.10 MPa", "XQ-21": "末端水压不足"}
QUALITY = {"XQ-26": "镀锌管锈蚀，出水浑浊", "XQ-19": "私接水箱"}
NOT_LOOKED_AT = ("XQ-12", "XQ-30")
# Compounds that were taken over lately.
TAKEN_OVER = {"XQ-16": "2025-07-01", "XQ-20": "2025-09-01", "XQ-29": "2025-10-15"}
# Hydrants where water is taken for the public, m3 a day, and what stands in the ledger since January.
PUBLIC = (
    ("sanitation", 14.0),
    ("greening", 11.0),
    ("fire", 1.5),
    ("works", 6.0),
    ("sanitation", 9.0),
    ("greening", 7.0),
)
_INTAKES = ("greening", "sanitation", "greening", "works", "river")
# The compound whose leakage was searched from July on, and what it lost before, as a share.
SAVED, LOST_BEFORE = "XQ-08", 0.13


def record(town: Town, seed: int) -> None:
    """Record all of it."""
    dice = Dice(seed, "users")
    _meters(town, dice)
    _users(town)
    _compounds(town)
    public = _public_points(town)
    _volumes(town, public)
    town.contracts += [
        {
            "contract_id": "HT-2025-01", "kind": "saving", "party": "清源节水服务公司", "compound_id": SAVED,
            "baseline_from": "2025-01-01", "baseline_to": "2025-06-30", "result_from": "2025-07-01",
            "result_to": "2025-12-31", "target_rate": 0.05,
        },
        {
            "contract_id": "HT-2025-02", "kind": "detection", "party": "蓝听探漏队", "zone_id": "DMA-2",
            "baseline_from": "2025-11-06", "baseline_to": "2025-11-30", "result_from": "2025-12-01",
            "result_to": "2025-12-28", "target_m3": 500.0, "target_rate": 0.2,
        },
    ]  # fmt: skip


def _meters(town: Town, dice: Dice) -> None:
    """Put the meters of buildings below the master meter of their compound, with type and dates."""
    bulk = {}
    for node in town.nodes.values():
        if node["kind"] == "meter" and node.get("note") == BULK_METER:
            bulk[node["compound_id"]] = node
    for node in town.nodes.values():
        if node["kind"] != "meter" or not node.get("compound_id"):
            continue
        total = bulk[node["compound_id"]]
        node["meter_state"] = "installed"
        if node is total:
            node["meter_type"] = dice.pick(("electromagnetic", "ultrasonic"))
            node["verified_meter_on"] = f"{dice.whole(2023, 2025)}-{dice.whole(1, 12):02d}-15"
            continue
        node["meter_parent"], node["meter_type"] = total["node_id"], dice.pick(_TYPES)
        # Of one in three only the year is known.
        if dice.happens(0.67):
            year = max(node["install_year"], dice.whole(2018, 2025))
            node["verified_meter_on"] = f"{year}-{dice.whole(1, 12):02d}-20"
    for customer in town.customers:
        end = town.nodes[town.pipes[customer["pipe_id"]]["to_node"]]
        if end["kind"] == "meter":
            customer["meter_id"] = end["node_id"]


def _users(town: Town) -> None:
    """Give users other than homes a quota, a plan, who manages them, and when they were tested."""
    for number, customer in enumerate(row for row in town.customers if row["kind"] != "domestic"):
        trade, year = customer["trade"], daily_m3(town, customer) * 365
        customer["quota_m3_y"] = float(round(year * _QUOTA.get(trade, 1.0), -1))
        if trade in _PLAN:
            customer["plan_m3_y"] = float(round(year * _PLAN[trade], -1))
        customer["level"] = 1 if trade == "hospital" else 2
        if number % 4 == 0:
            customer["balance_tested_on"] = f"{2022 + number % 3}-{1 + number % 12:02d}-10"
        if trade in REUSE_M3 and number % 3 == 0:
            customer["reuse_m3_y"] = REUSE_M3[trade]


def _compounds(town: Town) -> None:
    """Write down what is known of the risks of compounds."""
    for compound, estate in zip(town.compounds, ESTATES):
        name = compound["compound_id"]
        compound["built_year"] = estate.year
        if name not in NOT_LOOKED_AT:
            compound["pressure_flag"] = "yes" if name in PRESSURE else "no"
            compound["quality_flag"] = "yes" if name in QUALITY else "no"
        reasons = [known[name] for known in (PRESSURE, QUALITY) if name in known]
        compound["flag_reason"] = "；".join(reasons) or None
        compound["takeover_on"] = TAKEN_OVER.get(name)


def _public_points(town: Town) -> list[tuple[Row, float]]:
    """Make some hydrants points of public use, and say what reclaimed water is taken for."""
    streets = [
        node for node in town.nodes.values() if node["kind"] == "hydrant" and node["system"] == "potable"
    ]
    for number, node in enumerate(streets):
        # Nobody looked at one in five.
        node["anti_theft"] = ("yes", "no", "no", "no", None)[number % 5]
    points = []
    for (use, daily), node in zip(PUBLIC, streets[7::18]):
        node["water_use"] = use
        points.append((node, daily))
    taken = [node for node in town.nodes.values() if node["kind"] == "intake_point"]
    for number, node in enumerate(taken):
        node["water_use"] = _INTAKES[number % len(_INTAKES)]
    return points


def _volumes(town: Town, public: list[tuple[Row, float]]) -> None:
    """Write down whole cubic metres of January to October: users, master meters, public points, supply."""
    bulk = {
        node["compound_id"]: node["node_id"]
        for node in town.nodes.values()
        if node["kind"] == "meter" and node.get("note") == BULK_METER
    }
    lost = _lost_shares(town, bulk)
    by_month = _bills(town, bulk)
    for months, season in BILLS:
        for part in [(month,) for month in months] + [months]:
            first, last = _days(part[0]), _days(part[-1], last=True)
            for compound, node in sorted(bulk.items()):
                if (compound in BULK_MONTHLY) != (len(part) == 1):
                    continue
                share = LOST_BEFORE if compound == SAVED and part[0] <= 6 else lost[compound]
                inside = sum(by_month[month][compound] for month in part)
                volume = float(round(inside / (1.0 - share)))
                add_volume(town, first, last, "metered", volume, node_id=node)
        first, last = _days(months[0]), _days(months[-1], last=True)
        given = 0.0
        for node, daily in public:
            volume = float(round(daily * season * ((last - first).days + 1)))
            given += volume
            add_volume(town, first, last, "unbilled_metered", volume, node_id=node["node_id"])
        given /= (last - first).days + 1
        for month in months:
            first, last = _days(month), _days(month, last=True)
            out = sum(by_month[month].values()) + given * last.day
            supply = float(round(out / (1.0 - LOST - FLUSHING)))
            add_volume(town, first, last, "own_supply", supply)
            add_volume(town, first, last, "unbilled_unmetered", float(round(FLUSHING * supply)))


def _bills(town: Town, bulk: dict[str, str]) -> dict[int, dict[str, float]]:
    """Write down the bills of users; return what each compound was billed by month, '' for outside."""
    by_month = {month: dict.fromkeys([*bulk, ""], 0.0) for months, _season in BILLS for month in months}
    for row in town.volumes:
        if row["from_date"] == LONG_BILL.isoformat() and "customer_id" in row:
            customer = next(user for user in town.customers if user["customer_id"] == row["customer_id"])
            by_month[10][customer["compound_id"]] += row["volume_m3"] / 61 * 31
    for customer in town.customers:
        compound = customer.get("compound_id") or ""
        for months, season in BILLS:
            if months[-1] == LONG_BILL.month and is_long_billed(customer, bulk):
                months = months[:-1]
            is_monthly = customer.get("trade") in READ_MONTHLY
            for part in [(month,) for month in months] if is_monthly else [months]:
                first, last = _days(part[0]), _days(part[-1], last=True)
                days = (last - first).days + 1
                near = 1.0 + 0.03 * (part[0] % 3 - 1) if is_monthly else 1.0
                volume = float(round(daily_m3(town, customer) * season * near * days))
                add_volume(town, first, last, "billed_metered", volume, customer_id=customer["customer_id"])
                for month in part:
                    by_month[month][compound] += volume * _days(month, last=True).day / days
    return by_month


def _days(month: int, *, last: bool = False) -> date:
    """Return the first or the last day of a month."""
    return date(YEAR, month, monthrange(YEAR, month)[1] if last else 1)


def _lost_shares(town: Town, bulk: dict[str, str]) -> dict[str, float]:
    """Return the share that each compound lost in December, which it lost all the year."""
    sold = dict.fromkeys(bulk, 0.0)
    names = {row["customer_id"]: row.get("compound_id") for row in town.customers}
    measured = {}
    for row in town.volumes:
        if row["from_date"] != "2025-12-01":
            continue
        if names.get(row.get("customer_id")) in sold:
            sold[names[row["customer_id"]]] += row["volume_m3"]
        elif "node_id" in row:
            measured[row["node_id"]] = row["volume_m3"]
    return {name: 1.0 - sold[name] / measured[node] for name, node in bulk.items()}
