"""Supply and bills of the last months: the works, the bulk meters of compounds, every customer."""

from __future__ import annotations

from datetime import date, timedelta

from .history import DAY, FACTOR
from .rand import Dice
from .town import Row, Town

MONTHS = (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1))
# Customers of one in three compounds are billed once for October and November together.
LONG_BILL = date(2025, 10, 1)
OUTSIDE = 0.8
# Share of the supply that the works send out and nobody is billed for.
LOST = 0.155
FLUSHING = 0.006
BULK_METER = "小区总表"
# Differences between bulk meter and sub-meters: most compounds are tight.
_TIGHT, _LEAKY = (0.008, 0.045), (0.06, 0.16)


def volumes(town: Town, seed: int) -> None:
    """Draw the volumes of two months; readings tell the supply of the metered areas."""
    dice = Dice(seed, "volumes")
    bulk = {
        str(node["compound_id"]): node["node_id"]
        for node in town.nodes.values()
        if node["kind"] == "meter" and node.get("note") == BULK_METER
    }
    inside: dict[str, float] = {}
    billed = dict.fromkeys(MONTHS[:2], 0.0)
    for customer in town.customers:
        compound = str(customer.get("compound_id"))
        daily = daily_m3(town, customer)
        is_long = is_long_billed(customer, bulk)
        for number, first in enumerate(MONTHS[:2]):
            begin = LONG_BILL if is_long and number == 0 else first
            last = MONTHS[number + 1] - timedelta(days=1)
            days = (last - begin).days + 1
            volume = round(daily * (1.0 + dice.near(0.06)) * days, 1)
            of_month = volume * (MONTHS[number + 1] - first).days / days
            billed[first] += of_month
            inside[f"{compound} {first}"] = inside.get(f"{compound} {first}", 0.0) + of_month
            add_volume(town, begin, last, "billed_metered", volume, customer_id=customer["customer_id"])
    for compound in sorted(bulk):
        share = dice.between(*(_LEAKY if dice.happens(0.2) else _TIGHT))
        for number, first in enumerate(MONTHS[:2]):
            used = inside.get(f"{compound} {first}", 0.0)
            if used:
                last = MONTHS[number + 1] - timedelta(days=1)
                add_volume(
                    town, first, last, "metered", round(used / (1.0 - share), 1), node_id=bulk[compound]
                )
    for number, first in enumerate(MONTHS[:2]):
        last = MONTHS[number + 1] - timedelta(days=1)
        supply = billed[first] / (1.0 - LOST - FLUSHING)
        add_volume(town, first, last, "own_supply", round(supply, 0))
        add_volume(town, first, last, "unbilled_unmetered", round(FLUSHING * supply, 0))


def daily_m3(town: Town, customer: Row) -> float:
    """Return what a customer draws on a mean day."""
    dma = town.pipes[customer["pipe_id"]].get("dma_id")
    mean = sum(DAY) / len(DAY) * (5.0 + 2.0 * 1.07) / 7.0
    return float(customer["demand_m3d"] * FACTOR.get(dma, OUTSIDE) * mean)


def is_long_billed(customer: Row, bulk: dict[str, str]) -> bool:
    """Tell whether a customer got one bill for October and November."""
    compound = str(customer.get("compound_id"))
    return compound in bulk and int(compound[-2:]) % 3 == 0


def add_volume(town: Town, first: date, last: date, component: str, volume: float, **named: str) -> None:
    """Add a volume of some days, both included, m3; ``named`` is its node or customer."""
    row: Row = {
        "volume_id": f"SL-{len(town.volumes) + 1:04d}",
        "from_date": first.isoformat(),
        "to_date": last.isoformat(),
        "component": component,
        "volume_m3": volume,
        **named,
    }
    town.volumes.append(row)
