"""What papers must say of a network, counted anew from its file with pandas; labels are the plugin's."""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.schema.domains import domain

Row = tuple[Any, ...]
_NOT_RECORDED = "not recorded"


def rows_of(path: Path, table: str) -> pd.DataFrame:
    """Return a table without its geometry."""
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as store:
        return pd.read_sql_query(f'SELECT * FROM "{table}"', store).drop(columns="geom", errors="ignore")


def shapes_of(path: Path, table: str) -> pd.DataFrame:
    """Return a table with plane shapes in ``geometry``, None where there is none."""
    frame = pd.DataFrame(gpd.read_file(path, layer=table))
    flat = shapely.force_2d(frame["geometry"].to_numpy(dtype=object))
    return frame.assign(geometry=pd.Series(flat, index=frame.index, dtype=object))


def label(list_name: str, code: Any) -> Optional[str]:
    """Return the English label of a code, None for none."""
    if pd.isna(code) or code == "":
        return None
    return str(domain(list_name)[code].label_in("en"))


def counted(pipes: pd.DataFrame) -> pd.DataFrame:
    """Return the pipes in use without connectors."""
    return pipes[(pipes["status"] == "in_use") & (pipes["function"].fillna("") != "connector")]


def inside_m(pipes: pd.DataFrame, shape: Any) -> pd.Series:
    """Return the metres of each pipe inside a shape, by planar share."""
    lines = pipes["geometry"].to_numpy(dtype=object)
    whole = shapely.length(lines)
    share = np.divide(
        shapely.length(shapely.intersection(lines, shape)), whole, where=whole > 0, out=0 * whole
    )
    return pd.Series(share * pipes["length_m"].fillna(0).to_numpy(), index=pipes.index)


def _size_label(mm: float, written: Iterable[Any]) -> Any:
    """Return which of the written classes a diameter is in."""
    if np.isnan(mm):
        return _NOT_RECORDED
    for text in written:
        numbers = [float(each) for each in re.findall(r"\d+", str(text))]
        is_in = {
            "≤": len(numbers) == 1 and "≤" in str(text) and mm <= numbers[0],
            ">": len(numbers) == 1 and ">" in str(text) and mm > numbers[0],
            "–": len(numbers) == 2 and numbers[0] - 1 < mm <= numbers[1],
        }
        if any(is_in.values()):
            return text
    return mm


def group_rows(pipes: pd.DataFrame, metres: pd.Series, group: str, written: Sequence[Row]) -> list[Row]:
    """Return the lines of a group with their sum; ``written`` names the classes of diameters."""
    if group == "size":
        box = np.sqrt(pipes["width_mm"].astype(float) * pipes["height_mm"].astype(float))
        sizes = pipes["diameter_mm"].astype(float).fillna(box)
        names = [_size_label(mm, [row[0] for row in written]) for mm in sizes]
    elif group == "decade":
        years = pipes["install_year"].astype(float)
        names = [
            _NOT_RECORDED if np.isnan(y) else f"{y // 10 * 10:.0f}–{y // 10 * 10 + 9:.0f}" for y in years
        ]
    elif group == "owner":
        names = [_NOT_RECORDED if pd.isna(owner) else owner for owner in pipes["owner"]]
    else:
        # A code that says so is as good as none.
        known = pipes[group].where(pipes[group] != "unknown")
        names = [label(group, code) or _NOT_RECORDED for code in known]
    sums = metres.fillna(0).groupby(pd.Series(names, index=pipes.index, dtype=object)).agg(["size", "sum"])
    rows: list[Row] = [(name, float(line["size"]), line["sum"]) for name, line in sums.iterrows()]
    if len(rows) > 1:
        rows.append(("Total", float(len(pipes)), metres.fillna(0).sum()))
    return rows


def day(value: Any) -> Optional[str]:
    """Return a day as it is written."""
    return None if pd.isna(value) else str(pd.Timestamp(value).date())


def tank_rows(path: Path, compound: str, as_of: datetime.date, schedule: pd.DataFrame) -> list[Row]:
    """Return the tanks of a compound with their due dates; cycles and bases are those of the schedule."""
    rows = []
    items = rows_of(path, "work_item")
    cleaned = items[(items["type"] == "clean") & (items["state"].isin(["done", "closed"]))]
    nodes = rows_of(path, "node").set_index("node_id")
    for one in schedule[schedule["compound_id"] == compound].itertuples():
        days = [nodes["cleaned_on"][one.node_id], *cleaned.loc[cleaned["asset"] == one.node_id, "closed_on"]]
        known = [pd.Timestamp(each).date() for each in days if not pd.isna(each)]
        last = max((each for each in known if each <= as_of), default=None)
        due = None if last is None else last + datetime.timedelta(days=int(one.cycle_d))
        state = (
            "unknown"
            if due is None
            else "overdue"
            if due < as_of
            else ("due" if (due - as_of).days <= 30 else "later")
        )
        rows.append(
            (
                one.node_id,
                label("node_kind", nodes["kind"][one.node_id]),
                day(last),
                float(one.cycle_d),
                label("tank_basis", one.basis),
                day(due),
                label("due_state", state),
            )
        )
    return rows


def count_of(item: pd.Series) -> float:
    """Return what an item of a programme counts, NaN for unknown."""
    return float(item["buildings"] if item["count_unit"] == "buildings" else item["households"])


def month_rows(items: pd.DataFrame, month: str, by: Sequence[str]) -> list[Row]:
    """Return plan, fulfilled, rate and done of a month by groups and what they are counted in."""
    items = items.assign(
        count=[count_of(item) for _, item in items.iterrows()],
        counted_in=["buildings" if unit == "buildings" else "households" for unit in items["count_unit"]],
        done_month=items["done_on"].str[:7],
    )
    items[list(by)] = items[list(by)].fillna("")
    rows = []
    for key, group in items.groupby([*by, "counted_in"]):
        counts = group["count"].fillna(0)
        plan = counts[group["planned_month"] == month].sum()
        in_time = (group["planned_month"] == month) & (group["done_month"] <= month)
        fulfilled = counts[in_time].sum()
        done = counts[group["done_month"] == month].sum()
        rate = 100 * fulfilled / plan if plan else None
        names = [name or "(not named)" for name in key[:-1]]
        rows.append((*names, label("count_unit", key[-1]), plan, fulfilled, rate, done))
    return rows


def same(found: Any, wanted: Any) -> bool:
    """Return whether two cells say the same."""
    if wanted is None or (isinstance(wanted, float) and np.isnan(wanted)):
        return found in (None, "")
    if isinstance(wanted, (int, float, np.number)):
        return isinstance(found, float) and abs(found - float(wanted)) <= 1e-6 * max(1.0, abs(float(wanted)))
    return found == wanted


def check_rows(found: Sequence[Sequence[Any]], wanted: Sequence[Row]) -> None:
    """Compare rows of a workbook with those that were reckoned, in any order."""
    width = max(len(row) for row in wanted) if wanted else 0
    rest = [[*row, *[None] * (width - len(row))] for row in found]
    assert len(rest) == len(wanted), (rest, wanted)
    for row in wanted:
        match = [one for one in rest if all(same(a, b) for a, b in zip(one, row))]
        assert match, (row, rest)
        rest.remove(match[0])
