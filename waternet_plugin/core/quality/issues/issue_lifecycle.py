"""Issues over time: what a new check makes of those that are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, plain, stacked
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

OPEN, FIXED, ACCEPTED = "open", "fixed", "accepted"
ISSUE_COLUMNS = (
    "issue_id",
    "rule_id",
    "severity",
    "assets",
    "text",
    "fix",
    "state",
    "state_reason",
    "root",
)
_COMPARED = ("severity", "assets", "text", "fix", "root")
_MOVED_M = 0.001


@dataclass(frozen=True)
class IssueChanges(PlainFrames):
    """What becomes of the issues.

    Parameters
    ----------
    added, changed
        Rows to insert and to update, with the columns of `ISSUE_COLUMNS` and the place x, y.
    frame
        Every finding with its state and reason.
    counts
        new, again (fixed before), kept, fixed, accepted.
    """

    added: pd.DataFrame
    changed: pd.DataFrame
    frame: pd.DataFrame
    counts: dict[str, int]


def with_xy(issues: pd.DataFrame) -> pd.DataFrame:
    """Return issues as a network has them, `ISSUE_COLUMNS` and points, with columns x and y (m) instead."""
    points = issues[GEOMETRY_COLUMN].to_numpy(dtype=object)
    frame: pd.DataFrame = pd.DataFrame(issues).drop(columns=GEOMETRY_COLUMN)
    frame["x"], frame["y"] = shapely.get_x(points), shapely.get_y(points)
    return frame


def goes_with(rule_id: str, root_rule_id: str) -> bool:
    """Return whether a decision about a root is one about what follows from it, too: of its family only."""
    rules = catalogue()
    one, root = rules.get(rule_id), rules.get(root_rule_id)
    return one is not None and root is not None and one.family == root.family


def _freed(found: pd.DataFrame, existing: pd.DataFrame, state: Array) -> pd.DataFrame:
    """Return findings that stand alone where their root was accepted and they are of another family."""
    rules: dict[str, str] = {}
    for frame, states in ((existing, existing["state"].to_numpy(dtype=object)), (found, state)):
        accepted = states == ACCEPTED
        names, rule_ids = (frame[name].to_numpy(dtype=object) for name in ("issue_id", "rule_id"))
        for name in names[~accepted].tolist() if rules else ():
            rules.pop(name, None)
        rules.update(zip(names[accepted].tolist(), rule_ids[accepted].tolist()))
    root = found["root"].to_numpy(dtype=object).copy()
    below = pd.Series(root, dtype=object).isin(list(rules)).to_numpy(dtype=bool)
    for row in np.flatnonzero(below).tolist():
        if not goes_with(str(found["rule_id"].iloc[row]), rules[root[row]]):
            root[row] = None
    freed: pd.DataFrame = found.assign(root=root)
    return freed


def reconcile_issues(
    found: pd.DataFrame,
    existing: pd.DataFrame,
    *,
    rules: Collection[str],
    looked_at: Array | None = None,
    settled: Collection[str] = (),
) -> IssueChanges:
    """Return what a check makes of the issues that are there.

    Found again, an issue keeps its state: an accepted one stays accepted with its reason, a fixed one is
    open again. What is open and was looked for in vain is fixed. What follows from an accepted one and is of
    another family stands alone.

    Parameters
    ----------
    found
        Findings, with issue_id and the columns that are compared.
    existing
        Issues of the network, with place x, y.
    rules
        Rules that ran; issues of others are left alone.
    looked_at
        Which existing issues lie where was checked; all of them if None.
    settled
        Ids of issues about which somebody decided, or another check, after the findings were made: they
        stay as they are.
    """
    there, now = (frame["issue_id"].to_numpy(dtype=object) for frame in (existing, found))
    place = rows_of_ids(there, now)
    known = place >= 0
    before = existing.iloc[np.where(known, place, 0)].reset_index(drop=True) if len(existing) else None
    state = np.full(len(found), OPEN, dtype=object)
    reason = np.full(len(found), None, dtype=object)
    again = np.zeros(len(found), dtype=bool)
    differs = np.zeros(len(found), dtype=bool)
    if before is not None:
        was = before["state"].to_numpy(dtype=object)
        stays = known & found["issue_id"].isin(list(settled)).to_numpy(dtype=bool)
        keeps = stays | (known & (was == ACCEPTED))
        state[keeps] = was[keeps]
        reason[keeps] = before["state_reason"].to_numpy(dtype=object)[keeps]
        again = known & (was == FIXED) & ~stays
    found = _freed(found, existing, state)
    if before is not None:
        for name in _COMPARED:
            one, two = found[name].to_numpy(dtype=object), before[name].to_numpy(dtype=object)
            differs |= known & ~((one == two) | (pd.isna(one) & pd.isna(two)))
        moved = np.hypot(
            found["x"].to_numpy(dtype=float) - before["x"].to_numpy(dtype=float),
            found["y"].to_numpy(dtype=float) - before["y"].to_numpy(dtype=float),
        )
        differs |= known & (np.nan_to_num(moved) > _MOVED_M)
        differs &= ~stays
    frame = found.assign(state=state, state_reason=reason)
    gone = _gone(found, existing, rules, looked_at)
    gone = gone & ~existing["issue_id"].isin(list(settled)).to_numpy(dtype=bool)
    closed = existing[gone].assign(state=FIXED, state_reason=tr("No longer found."))
    columns = [*ISSUE_COLUMNS, "x", "y"]
    parts = [plain(frame.loc[differs | again, columns]), plain(closed[columns])]
    changed = stacked(parts)
    return IssueChanges(
        frame.loc[~known, columns].reset_index(drop=True),
        changed,
        frame,
        {
            "new": int((~known).sum()),
            "again": int(again.sum()),
            "kept": int((known & ~again & (state == OPEN)).sum()),
            "accepted": int((state == ACCEPTED).sum()),
            "fixed": int(gone.sum()),
        },
    )


def _gone(
    found: pd.DataFrame, existing: pd.DataFrame, rules: Collection[str], looked_at: Array | None
) -> Array:
    """Return which open issues were looked for and not found."""
    mask = (existing["state"] == OPEN).to_numpy(dtype=bool) & ~existing["issue_id"].isin(found["issue_id"])
    mask &= existing["rule_id"].isin(list(rules))
    return np.asarray(mask if looked_at is None else mask & looked_at, dtype=bool)


def placed(frame: pd.DataFrame, crs: object = None) -> gpd.GeoDataFrame:
    """Return findings with columns x and y (m) as a layer of points; None where these are unknown."""
    x, y = (frame[name].to_numpy(dtype=float) for name in "xy")
    known = np.isfinite(x) & np.isfinite(y)
    points = np.full(len(frame), None, dtype=object)
    points[known] = shapely.points(x[known], y[known])
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, crs=crs)).rename_geometry(GEOMETRY_COLUMN)


def placed_issues(frame: pd.DataFrame, crs: object = None) -> gpd.GeoDataFrame:
    """Return issues with columns x and y (m) as a layer of points with the columns of `ISSUE_COLUMNS`."""
    return placed(frame, crs)[[*ISSUE_COLUMNS, GEOMETRY_COLUMN]]
