"""Meters by group: how many, how many are due and at what cost, how many are smart."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.users.meter_schedule import MeterSchedule

DISTRICT, METERED_AREA, COMPOUND, DIAMETER, YEAR, MONTH = (
    "district", "dma", "compound", "diameter", "year", "month"
)  # fmt: skip


@dataclass(frozen=True)
class MeterSum:
    """The meters of a group.

    Parameters
    ----------
    name
        What the group is called: an id, a diameter in mm, a year or a month, YYYY-MM.
    meters, due, smart
        How many there are, how many are overdue or due, how many are smart.
    cost
        What those cost that are overdue or due, as far as their diameter is known.
    """

    name: str
    meters: int
    due: int
    cost: float
    smart: int

    @property
    def smart_share(self) -> float:
        """Smart ones among them, 0-1."""
        return self.smart / self.meters


def meter_sums(schedule: MeterSchedule, groups: pd.Series) -> tuple[MeterSum, ...]:
    """Return the meters by group, in the order of the groups; those without one are left out.

    Parameters
    ----------
    groups
        Name of the group of each meter, None for none (M,).
    """
    due = schedule.is_due
    frame = pd.DataFrame(
        {
            "group": groups.to_numpy(),
            "due": due,
            "cost": schedule.frame["cost"].where(due, 0.0).fillna(0.0).to_numpy(),
            "smart": schedule.frame["is_smart"].to_numpy(),
        }
    )
    frame = frame[frame["group"].notna() & (frame["group"] != "")]
    found = frame.groupby("group").agg(
        meters=("due", "size"), due=("due", "sum"), cost=("cost", "sum"), smart=("smart", "sum")
    )
    return tuple(
        MeterSum(
            f"{row.group:g}" if isinstance(row.group, (int, float)) else str(row.group),
            int(row.meters), int(row.due), float(row.cost), int(row.smart),
        )
        for row in tuples(found.reset_index())
    )  # fmt: skip


def sums_by_group(schedule: MeterSchedule, districts: pd.Series) -> dict[str, tuple[MeterSum, ...]]:
    """Return the meters by DISTRICT, METERED_AREA, COMPOUND, DIAMETER, and by YEAR and MONTH they are due.

    Parameters
    ----------
    districts
        District of each meter, None for none (M,).
    """
    frame = schedule.frame
    groups = {
        DISTRICT: districts,
        METERED_AREA: frame["dma_id"],
        COMPOUND: frame["compound_id"],
        DIAMETER: frame["diameter_mm"],
        YEAR: frame["due_on"].dt.year,
        MONTH: frame["due_on"].dt.strftime("%Y-%m").where(schedule.is_due),
    }
    return {name: meter_sums(schedule, group) for name, group in groups.items()}
