"""Reclaimed water intake points: which of the seven points each keeps, and the share that keeps all."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.checklists import (
    INTAKE_POINT,
    Known,
    items_of,
    tick_days,
    ticks,
)
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.network_frame import NetworkFrame

COLUMNS = ("node_id", "state", "failing", "missing", "pressure_mpa")
PASS, FAIL, OPEN = "pass", "fail", "open"
PRESSURE = "pressure"
# What makes a point smart.
_SMART = ("access", "online")
_LEAST = "drainage.intake_least_mpa"
SEPARATOR = ";"


@dataclass(frozen=True)
class IntakePoints(PlainFrames):
    """Intake points in use.

    Parameters
    ----------
    frame
        One row a point with `COLUMNS`, by id: ``state`` PASS where all points are kept, FAIL where the
        pressure is too low, else OPEN; ``failing`` and ``missing`` items with semicolons.
    smart
        How many are opened by phone or card and show their use online.
    """

    frame: pd.DataFrame
    smart: int

    @property
    def known(self) -> dict[str, Known]:
        """What readings tell of the items, by row of the frame."""
        measured, low = self.frame["pressure_mpa"].notna(), (self.frame["state"] == FAIL)
        holds = np.where(measured, np.where(low, 0.0, 1.0), np.nan)
        rows = np.flatnonzero(low)
        return {PRESSURE: Known.from_rows(holds, rows, self.frame["node_id"].to_numpy(dtype=object)[rows])}


def intake_points(subject: NetworkFrame, pressures: pd.DataFrame, as_of: datetime.date) -> IntakePoints:
    """Return what is known of the intake points.

    Parameters
    ----------
    subject
        The network, with the tables node and checklist.
    pressures
        Readings of pressure at intake points: node_id, time, value (MPa).
    as_of
        Nothing later counts.
    """
    nodes = subject.nodes
    rows = np.flatnonzero(subject.live_nodes & nodes.among("kind", (INTAKE_POINT,)))
    rows = rows[np.argsort(nodes.ids[rows].astype(str), kind="stable")]
    ids = nodes.ids[rows]
    # Times are those of Greenwich, where a day ends up to twelve hours before it does elsewhere.
    end = np.datetime64(as_of) + np.timedelta64(36, "h")
    past = pressures[(pressures["time"].to_numpy(dtype="datetime64[ns]") < end) & pressures["value"].notna()]
    newest = past.sort_values("time", kind="stable").drop_duplicates("node_id", keep="last")
    by_node = pd.Index(newest["node_id"].to_numpy(dtype=object), dtype=object)
    pressure = pd.Series(newest["value"].to_numpy(dtype=float), index=by_node).reindex(ids).to_numpy()
    names = [item.item for item in items_of(INTAKE_POINT)]
    kept = ~np.isnat(tick_days(ticks(subject, as_of), INTAKE_POINT, ids))
    measured = np.isfinite(pressure)
    low = measured & (pressure < subject.settings.real(_LEAST))
    kept[measured, names.index(PRESSURE)] = ~low[measured]
    frame = pd.DataFrame(
        {
            "node_id": ids,
            "state": np.where(low, FAIL, np.where(kept.all(axis=1), PASS, OPEN)).astype(object),
            "failing": [PRESSURE if each else None for each in low],
            "missing": [
                SEPARATOR.join(name for name, holds in zip(names, each) if not holds) or None for each in kept
            ],
            "pressure_mpa": pressure,
        },
        columns=list(COLUMNS),
    )
    smart = kept[:, [names.index(name) for name in _SMART]].all(axis=1)
    return IntakePoints(frame, int(smart.sum()))
