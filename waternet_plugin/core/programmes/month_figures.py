"""What a month planned and what was done in it, by responsible unit, district, street or community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.months import Month
from waternet_plugin.core.programmes.programme_items import BUILDINGS, HOUSEHOLDS, ProgrammeItems

# The levels of the table, from the greatest area.
LEVELS = ("unit", "district", "street", "community")
_WITHIN = {"street": ("district", "street"), "community": ("district", "street", "community")}


@dataclass(frozen=True)
class MonthFigures:
    """The month of one group in one unit of counting.

    Parameters
    ----------
    group
        Its names, from the greatest area; '' where it is not named.
    count_unit
        households or buildings.
    plan
        Of the items planned for the month.
    fulfilled
        Of these, done up to its end.
    done
        Done in the month, whenever planned.
    reasons
        Why items of the plan are not done, each once.
    """

    group: tuple[str, ...]
    count_unit: str
    plan: float
    fulfilled: float
    done: float
    reasons: tuple[str, ...] = ()

    @property
    def rate(self) -> Optional[float]:
        """Share of the plan that is fulfilled, None without a plan."""
        return self.fulfilled / self.plan if self.plan else None

    @property
    def is_below(self) -> bool:
        """Whether less is fulfilled than planned."""
        return self.fulfilled < self.plan

    def figures(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return {
            "count_unit": self.count_unit,
            "plan": self.plan,
            "fulfilled": self.fulfilled,
            "done": self.done,
            "rate": self.rate,
            "below_plan": self.is_below,
            "reasons": list(self.reasons),
        }


def month_figures(items: ProgrammeItems, month: Month, by: Sequence[str] = ()) -> tuple[MonthFigures, ...]:
    """Return the figures of a month for each group, in each unit of counting that it has.

    plan: sum of the items whose planned month it is; fulfilled: of these done up to its end; done: sum of the
    items done in it. What is done after the day of the items has not happened yet.

    Parameters
    ----------
    items
        Items of a programme.
    month
        The month.
    by
        Fields that make groups; none for all items together.
    """
    wanted = np.datetime64(month.text, "M")
    done_days = items.days("done_on")
    happened = items.happened("done_on")
    planned = items.planned == wanted
    fulfilled = planned & happened & (done_days <= np.datetime64(month.last))
    done = happened & (done_days.astype("datetime64[M]") == wanted)
    names = [items.texts(field) for field in by]
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in range(len(items)):
        groups.setdefault((*(str(one[row]) for one in names), items.count_units[row]), []).append(row)
    reasons = items.texts("reason")
    found = []
    for key, listed in sorted(groups.items()):
        rows = np.array(listed)
        counts = items.known_counts[rows]
        missing = rows[planned[rows] & ~fulfilled[rows]]
        found.append(
            MonthFigures(
                key[:-1],
                key[-1],
                float(counts[planned[rows]].sum()),
                float(counts[fulfilled[rows]].sum()),
                float(counts[done[rows]].sum()),
                tuple(dict.fromkeys(str(reasons[row]) for row in missing if reasons[row])),
            )
        )
    return tuple(found)


def groups_within(level: str) -> tuple[str, ...]:
    """Return the fields that make the groups of a level: streets of one name lie in several districts."""
    return _WITHIN.get(level, (level,))


def main_unit(items: ProgrammeItems) -> str:
    """Return the unit of counting of most items, households where both have as many."""
    buildings = int((items.count_units == BUILDINGS).sum())
    return BUILDINGS if buildings > len(items) - buildings else HOUSEHOLDS
