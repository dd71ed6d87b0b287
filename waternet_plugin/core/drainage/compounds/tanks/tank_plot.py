"""What the plot of one tank shows: its depths, the line through them, its limit and the day it is due."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Optional

from waternet_plugin.core.drainage.compounds.tanks.tank_codes import MEASURED

if TYPE_CHECKING:
    from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import TankSchedule


_FURTHER = 0.05


@dataclass(frozen=True)
class TankPlot:
    """One tank; depths in m.

    Parameters
    ----------
    node_id
        The tank.
    is_measured
        Whether the day it is due rests on the line.
    as_of
        The day on which it is judged.
    cleaned_on, due_on
        Its last cleaning and the day it is due, None where unknown.
    days, depths_m
        What was measured since the last cleaning.
    limit_m
        Depth at which it is full, None where unknown.
    line
        First and last point of the line, each a day and a depth; empty without one.
    """

    node_id: str
    is_measured: bool
    as_of: datetime.date
    cleaned_on: Optional[datetime.date]
    due_on: Optional[datetime.date]
    days: tuple[datetime.date, ...]
    depths_m: tuple[float, ...]
    limit_m: Optional[float]
    line: tuple[tuple[datetime.date, float], ...]

    @property
    def days_late(self) -> Optional[int]:
        """Days since it was due, below 0 where it is yet to be; None where unknown."""
        return None if self.due_on is None else (self.as_of - self.due_on).days


def tank_plot(schedule: TankSchedule, row: int) -> TankPlot:
    """Return what the plot of a row of a schedule shows."""
    tank, lines = schedule.frame.iloc[row], schedule.lines.iloc[row]
    measured = schedule.depths[schedule.depths["node_id"] == tank["node_id"]]
    days = tuple(day.date() for day in measured["day"])
    cleaned, due = (_date(tank[name]) for name in ("cleaned_on", "due_on"))
    line: tuple[tuple[datetime.date, float], ...] = ()
    if cleaned is not None and due is not None and isfinite(lines["rise_m_d"]):
        last = max(due, *days)
        # A little further: where it crosses the limit is seen then.
        ends = (cleaned, last + _FURTHER * (last - cleaned))
        line = tuple(
            (day, float(lines["clean_m"] + lines["rise_m_d"] * (day - cleaned).days)) for day in ends
        )
    return TankPlot(
        str(tank["node_id"]),
        tank["basis"] == MEASURED,
        schedule.as_of,
        cleaned,
        due,
        days,
        tuple(float(depth) for depth in measured["depth_m"]),
        float(lines["limit_m"]) if isfinite(lines["limit_m"]) else None,
        line,
    )


def _date(value: Any) -> Optional[datetime.date]:
    # What is not known differs from itself.
    return None if value != value else value.date()
