"""What the store derives for pipes so that maps draw quickly: class and its number, width, rank, flow.

``map_class`` is the system, or planned, abandoned, ``map_code`` a number for it (see ``map_values``);
``map_width`` is the step of the line's width by the DN, NULL where that is not known; ``map_rank`` says how
far out a pipe shows; ``map_flow`` is the way water takes in a drain (see ``map_values``). A map then asks
stored values instead of reckoning for each of a million pipes. The same rules stand here twice, as SQL for
triggers and for frames; a test compares them. Functions that a network's users added count as their bases.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import tuples
from waternet_plugin.core.schema import flow, map_values
from waternet_plugin.core.schema.tables import Table, map_class
from waternet_plugin.core.schema.use import TAKEN_OUT, systems
from waternet_plugin.store.geopackage.sql import literal

COLUMNS = ("map_class", "map_code", "map_width", "map_rank", "map_flow")


def _class_sql(prefix: str) -> str:
    return (
        f"CASE {prefix}status WHEN 'planned' THEN 'planned' WHEN 'abandoned' THEN 'abandoned'"
        f" WHEN 'removed' THEN 'abandoned' ELSE {prefix}system END"
    )


def _code_sql(prefix: str) -> str:
    codes = " ".join(f"WHEN '{system}' THEN {code}" for system, code in map_values.SYSTEM_CODES.items())
    return (
        f"CASE WHEN {prefix}status IN {TAKEN_OUT} THEN {map_values.ABANDONED_CODE}"
        f" ELSE CASE {prefix}system {codes} END"
        f" + CASE {prefix}status WHEN 'planned' THEN {map_values.PLANNED_CODE} ELSE 0 END END"
    )


def _square_sql(prefix: str) -> str:
    """Return the SQL of the square of a pipe's size; a box counts as the root of width times height."""
    return f"coalesce({prefix}width_mm * {prefix}height_mm, {prefix}diameter_mm * {prefix}diameter_mm)"


def _width_sql(prefix: str) -> str:
    square = _square_sql(prefix)
    steps = " ".join(
        f"WHEN {square} <= {limit**2} THEN {step}"
        for step, limit in enumerate(map_values.WIDTH_STEPS_MM, start=1)
    )
    return f"CASE {steps} WHEN {square} IS NOT NULL THEN {len(map_values.WIDTH_STEPS_MM) + 1} END"


def _among(column: str, codes: Sequence[str]) -> str:
    if len(codes) == 1:
        return f"{column} = {literal(codes[0])}"
    return f"{column} IN ({', '.join(map(literal, codes))})"


def _rank_sql(prefix: str, pipe: Table) -> str:
    square, drains = _square_sql(prefix), ", ".join(f"'{system}'" for system in systems("drain"))
    services = pipe.field("function").counting_as(("service",))
    return (
        f"CASE WHEN {_among(f'{prefix}function', services)} THEN {map_values.RANK_SERVICE}"
        f" WHEN {square} >= {map_values.LARGE_DRAIN_MM**2} THEN {map_values.RANK_LARGE}"
        f" WHEN {square} >= {map_values.LARGE_SUPPLY_MM**2} THEN"
        f" CASE WHEN {prefix}system IN ({drains})"
        f" THEN {map_values.RANK_LARGE_DRAIN} ELSE {map_values.RANK_LARGE} END"
        f" ELSE {map_values.RANK_ORDINARY} END"
    )


def _flow_sql(prefix: str, pipe: Table) -> str:
    drains = ", ".join(f"'{system}'" for system in systems("drain"))
    as_drawn = pipe.field("function").counting_as(flow.AS_DRAWN)
    return (
        f"CASE WHEN {prefix}system IN ({drains}) THEN CASE"
        f" WHEN {_among(f'{prefix}function', as_drawn)} THEN {flow.FORWARD}"
        f" WHEN {prefix}flow = 'forward' THEN {flow.FORWARD}"
        f" WHEN {prefix}flow = 'reverse' THEN {flow.REVERSE}"
        f" WHEN {prefix}flow = 'undetermined' THEN {flow.UNDETERMINED}"
        f" WHEN {prefix}invert_start_m < {prefix}invert_end_m THEN {flow.REVERSE}"
        f" ELSE {flow.FORWARD} END END"
    )


def sql(column: str, prefix: str, pipe: Table) -> str:
    """Return the SQL of a derived column.

    Parameters
    ----------
    column
        One of COLUMNS.
    prefix
        ``NEW.``, ``OLD.`` or ''.
    pipe
        The table of pipes as the network has it.
    """
    makers = {
        "map_class": lambda: _class_sql(prefix),
        "map_code": lambda: _code_sql(prefix),
        "map_width": lambda: _width_sql(prefix),
        "map_rank": lambda: _rank_sql(prefix, pipe),
        "map_flow": lambda: _flow_sql(prefix, pipe),
    }
    return makers[column]()


def assignments(prefix: str, pipe: Table) -> list[str]:
    """Return what sets the derived columns in an UPDATE."""
    return [f"{column} = {sql(column, prefix, pipe)}" for column in COLUMNS]


def untrue(row: str, prefix: str, pipe: Table) -> str:
    """Return the condition for rows (``NEW.`` or '') whose derived columns are not what ``prefix`` gives."""
    return " OR ".join(f"{row}{column} IS NOT {sql(column, prefix, pipe)}" for column in COLUMNS)


def mend(database: sqlite3.Connection, pipe: Table) -> None:
    """Make the derived columns of all pipes true."""
    sets = ", ".join(assignments("", pipe))
    database.execute(f"UPDATE pipe SET {sets} WHERE {untrue('', '', pipe)}")


def _numbers(frame: pd.DataFrame, column: str) -> np.ndarray[Any, Any]:
    if column not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _texts(frame: pd.DataFrame, column: str) -> np.ndarray[Any, Any]:
    return (frame[column] if column in frame else pd.Series([None] * len(frame))).to_numpy(dtype=object)


def fill(frame: pd.DataFrame, pipe: Table) -> None:
    """Set the derived columns of new pipes in place; ``pipe`` is their table as the network has it."""
    pairs = frame[["system", "status"]].astype(object)
    pairs = pairs.where(pairs.notna(), None)
    known = {pair: map_class(*pair) for pair in tuples(pairs.drop_duplicates())}
    codes = {pair: map_values.map_code(pair[0], name) for pair, name in known.items()}
    each = list(zip(pairs["system"], pairs["status"]))
    frame["map_class"] = pd.Series([known[pair] for pair in each], index=frame.index, dtype=object)
    frame["map_code"] = pd.Series([codes[pair] for pair in each], index=frame.index, dtype=float)
    box = _numbers(frame, "width_mm") * _numbers(frame, "height_mm")
    square = np.where(np.isnan(box), _numbers(frame, "diameter_mm") ** 2, box)
    steps = np.searchsorted(np.array(map_values.WIDTH_STEPS_MM, dtype=float) ** 2, square) + 1.0
    frame["map_width"] = np.where(np.isnan(square), np.nan, steps)
    drains = pairs["system"].isin(systems("drain")).to_numpy()
    rank = np.full(len(frame), map_values.RANK_ORDINARY, dtype=float)
    rank[square >= map_values.LARGE_SUPPLY_MM**2] = map_values.RANK_LARGE
    rank[(square >= map_values.LARGE_SUPPLY_MM**2) & drains] = map_values.RANK_LARGE_DRAIN
    rank[square >= map_values.LARGE_DRAIN_MM**2] = map_values.RANK_LARGE
    function = _texts(frame, "function")
    for code in pipe.field("function").own_codes:
        function = np.where(function == code.code, np.array(code.base, dtype=object), function)
    rank[function == "service"] = map_values.RANK_SERVICE
    frame["map_rank"] = rank
    sense = flow.flow_sense(
        flow=_texts(frame, "flow"),
        function=function,
        invert_start_m=_numbers(frame, "invert_start_m"),
        invert_end_m=_numbers(frame, "invert_end_m"),
    )
    frame["map_flow"] = np.where(drains, sense, np.nan)
