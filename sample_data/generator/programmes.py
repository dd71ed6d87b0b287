"""Two programmes of works in the town's compounds: meters to each household, one household one meter."""

from __future__ import annotations

from .rand import Dice
from .town import Row, Town

METERS, ONE_METER = "meter_to_household", "one_household_one_meter"
# What was done by the last day of the records is dated until then.
LAST_MONTH = (2025, 12)
_FIRST_MONTH, _MONTHS = (2025, 7), 18
_UNITS = ("清源水务公司", "县住建局", "城关街道办")
_STREETS = ("城关街道", "东湖街道")
_COMMUNITIES = ("城北社区", "城南社区", "湖滨社区")
_REFUSED, _TRANSITION, _OPTED_OUT = ("XQ-26",), ("XQ-01", "XQ-29"), {"XQ-21": 48}
_OLD = ("XQ-21", "XQ-26", "XQ-08")
_COST_A_HOUSEHOLD = 850
_REASON = "与物业公司的协议未签"


def plan(town: Town, seed: int) -> None:
    """Enter an item of the first programme for each compound with households, and of the second for old ones.

    The village is counted in buildings.
    """
    dice = Dice(seed, "programmes")
    compounds = [row for row in town.compounds if row["households"]]
    for number, compound in enumerate(compounds):
        town.programme_items.append(_meters(town, compound, number, dice))
    for number, compound in enumerate(row for row in compounds if row["compound_id"] in _OLD):
        row = _item(town, ONE_METER, compound, number)
        row.update(state=("inspected", "verified", "open")[number % 3], phase="1", planned_month="2026-06")
        town.programme_items.append(row)


def _item(town: Town, programme: str, compound: Row, number: int) -> Row:
    return {
        "item_id": town.number("ZX-"),
        "programme": programme,
        "name": compound["name"],
        "compound_id": compound["compound_id"],
        "unit": _UNITS[number % len(_UNITS)],
        "district": "清源县",
        "street": _STREETS[number % len(_STREETS)],
        "community": _COMMUNITIES[number % len(_COMMUNITIES)],
        "count_unit": "households",
        "households": compound["households"],
    }


def _meters(town: Town, compound: Row, number: int, dice: Dice) -> Row:
    """Return an item of the first programme: one a month, two thirds of what was planned is done."""
    row = _item(town, METERS, compound, number)
    year, month = _month(number % _MONTHS)
    row["planned_month"] = f"{year}-{month:02d}"
    row["phase"] = "1" if (year, month) <= LAST_MONTH else "2"
    row["ease"] = ("easy", "medium", "hard")[dice.whole(0, 2)]
    row["urgency"] = dice.whole(1, 3)
    row["cost"] = compound["households"] * _COST_A_HOUSEHOLD
    row["cost_government"] = round(row["cost"] * 0.6, 2)
    row["cost_utility"] = round(row["cost"] - row["cost_government"], 2)
    if compound["type"] == "urban_village":
        row.update(count_unit="buildings", buildings=96)
    compound_id = compound["compound_id"]
    if compound_id in _REFUSED:
        row.update(state="refused", refused_on=f"{year}-{month:02d}-05", reason=_REASON)
    elif compound_id in _TRANSITION:
        row.update(state="transition", agreement_on="2025-06-20", transition_until="2026-12-31")
    elif (year, month) <= LAST_MONTH and number % 3:
        row.update(state="done", agreement_on="2025-06-20", done_on=f"{year}-{month:02d}-{10 + number % 15}")
    elif (year, month) <= LAST_MONTH:
        row.update(state="under_way", agreement_on="2025-06-20", reason="待停水窗口")
    else:
        row.update(state="open", budget_year=2026)
    if compound_id in _OPTED_OUT:
        row.update(state="agreed", opted_out=_OPTED_OUT[compound_id])
        for field in ("done_on", "reason"):
            row.pop(field, None)
    return row


def _month(step: int) -> tuple[int, int]:
    """Return the month that is some steps after the first."""
    count = _FIRST_MONTH[0] * 12 + _FIRST_MONTH[1] - 1 + step
    return count // 12, count % 12 + 1
