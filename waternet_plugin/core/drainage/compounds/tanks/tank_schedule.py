"""When tanks are due for cleaning: by measured depths, the cycle given, the norm, or by default."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.drainage.compounds.tanks.day_depths import (
    DepthLines,
    day_depths,
    depth_lines,
)
from waternet_plugin.core.drainage.compounds.tanks.tank_cleanings import tank_cleanings
from waternet_plugin.core.drainage.compounds.tanks.tank_codes import (
    DEFAULT,
    DUE,
    GIVEN,
    LATER,
    MEASURED,
    NORM,
    OVERDUE,
    UNKNOWN,
)
from waternet_plugin.core.drainage.compounds.tanks.tank_norm import norm_days
from waternet_plugin.core.drainage.compounds.tanks.tank_reasons import ScheduledTanks, tank_reasons
from waternet_plugin.core.drainage.compounds.tanks.tank_rules import SEPTIC, TankRules
from waternet_plugin.core.drainage.compounds.tanks.tank_users import TankUsers
from waternet_plugin.core.facts import Fact
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.network.model.network_frame import NetworkFrame

# What is asked of each table.
TANK_COLUMNS = {
    "node": ("status", "tank_volume_m3", "liquid_depth_m", "cleaned_on", "cleaning_interval_d"),
    "compound": ("households",),
    "customer": ("trade",),
}
# A line that hardly rises was at its limit in no calendar's years.
_EARLIEST_D = 36_525


@dataclass(frozen=True)
class TankSchedule(PlainFrames):
    """Tanks in use by the day on which each is due, those without one last.

    Parameters
    ----------
    frame
        One row a tank: node_id, kind, compound_id, persons, cycle_d, basis, cleaned_on, due_on, state.
    facts
        Why, row by row.
    lines
        Row by row limit_m, the depth at which the tank is full, clean_m, the depth of its line on the day
        of the last cleaning, and rise_m_d, its rise a day; NaN where unknown.
    depths
        node_id, day and depth_m of the days measured since the last cleaning.
    as_of
        The day on which they are judged.
    out_of_use
        Tanks that are out of use, which are not listed.
    """

    frame: pd.DataFrame
    facts: tuple[tuple[Fact, ...], ...]
    lines: pd.DataFrame
    depths: pd.DataFrame
    as_of: datetime.date
    out_of_use: int


def schedule_tanks(
    subject: NetworkFrame,
    readings: pd.DataFrame,
    work_items: pd.DataFrame,
    *,
    as_of: datetime.date,
    zone: datetime.tzinfo,
) -> TankSchedule:
    """Work out when each tank in use is due for cleaning, and what that rests on.

    Parameters
    ----------
    subject
        The network: drains, nodes, compounds and customers with `WAY_COLUMNS` and `TANK_COLUMNS`.
    readings
        Depths: node_id, time, quantity and value.
    work_items
        item_id, type, state, asset, opened_on and closed_on.
    zone
        The clocks by which days of readings are counted.
    """
    rules, nodes = TankRules.from_settings(subject.settings), subject.nodes
    is_tank = nodes.among("kind", rules.kinds)
    rows = np.flatnonzero(is_tank & subject.live_nodes)
    ids, kind = nodes.ids[rows], nodes.text("kind")[rows]
    compound_ids = compound_of(nodes.frame.iloc[rows], subject.rows("compound").frame)
    cleanings = tank_cleanings(ids, nodes.date("cleaned_on")[rows], work_items, as_of)
    cleaned = cleanings.cleaned_on
    depths = day_depths(readings, ids, cleaned, as_of, zone)
    lines = depth_lines(depths, cleaned)
    users = TankUsers(subject, rows, compound_ids, rules)

    def by_kind(limits: dict[str, float]) -> Array:
        return np.array([limits[str(code)] for code in kind], dtype=float)

    liquid_m, volume_m3 = (nodes.number(name)[rows] for name in ("liquid_depth_m", "tank_volume_m3"))
    limit_m = np.where(liquid_m > 0, liquid_m, np.nan) * by_kind(dict(rules.full_share))
    reaches = np.maximum(lines.reaches(limit_m), -_EARLIEST_D)
    given = np.floor(nodes.number("cleaning_interval_d")[rows])
    norm = np.where(kind == SEPTIC, norm_days(volume_m3, users.persons, rules.norm), np.nan)
    longest, default = by_kind(dict(rules.longest_d)), by_kind(dict(rules.default_d))
    held_norm = np.clip(norm, rules.norm_shortest_d, longest)
    choices = [np.isfinite(reaches), given > 0, np.isfinite(norm)]
    basis = np.select(choices, [MEASURED, GIVEN, NORM], DEFAULT).astype(object)
    basis_d = np.select(choices, [reaches, given, held_norm], default)
    cycle = np.minimum(basis_d, longest)
    due = cleaned + cycle.astype("timedelta64[D]")
    frame = made_of(
        {
            "node_id": ids,
            "kind": kind,
            "compound_id": compound_ids,
            "persons": users.persons,
            "cycle_d": cycle,
            "basis": basis,
            "cleaned_on": cleaned.astype("datetime64[ns]"),
            "due_on": due.astype("datetime64[ns]"),
            "state": tank_states(due, as_of, rules.notice_d),
        }
    )
    facts = tank_reasons(
        ScheduledTanks(
            frame, cleanings, depths, lines, users, limit_m, volume_m3, basis_d, norm, longest, rules
        )
    )
    # Days that are not known come last.
    order = np.lexsort((ids.astype(str), due))
    return TankSchedule(
        frame.iloc[order].reset_index(drop=True),
        tuple(facts[row] for row in order.tolist()),
        _of_rows(limit_m, lines, order),
        made_of(
            {
                "node_id": ids[depths.tank],
                "day": depths.day.astype("datetime64[ns]"),
                "depth_m": depths.depth_m,
            }
        ),
        as_of,
        int((is_tank & ~subject.live_nodes).sum()),
    )


def tank_states(due: Array, as_of: datetime.date, notice_d: int) -> Array:
    """Return what days due mean on a day: overdue, due within some days, later; unknown without one."""
    today = np.datetime64(as_of, "D")
    choices = [np.isnat(due), due < today, due <= today + np.timedelta64(notice_d, "D")]
    return np.select(choices, [UNKNOWN, OVERDUE, DUE], LATER).astype(object)


def _of_rows(limit_m: Array, lines: DepthLines, order: Array) -> pd.DataFrame:
    columns = {"limit_m": limit_m, "clean_m": lines.clean_m, "rise_m_d": lines.rise_m_d}
    return made_of({name: values[order] for name, values in columns.items()})
