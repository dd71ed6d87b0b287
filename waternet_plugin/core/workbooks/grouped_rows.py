"""Readings under rows that name their meter, or in blocks whose first row does: no meter gets another's."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from waternet_plugin.core.arrays import Array

METER = "meter"
_TIME = re.compile(r"\s*\d{1,4}\s*[-/.:：年]\s*\d")
# 监测点：FM1, 表号: 0012
_LABELLED = re.compile(r"^\s*[^\d:：]{1,12}[:：]\s*(.+?)\s*$")
# Share of the rows below the names that begin with a time.
_SHARE = 0.9
# What heads the names of meters, and what heads what they measure or what is noted of them.
_NAMES = re.compile(
    r"[表站点仪泵井]|设备|编号|名称|meter|station|device|site|point|sensor|logger|node", re.IGNORECASE
)
_MEASURES = re.compile(r"[数量值读时]|日期|压力|水位|备注|状态|类型|口径|单位|time|date|value", re.IGNORECASE)
_DAY_SIGNS = str.maketrans({"年": "-", "月": "-", "日": " ", ".": "-", "/": "-"})


def with_meters_of_groups(frame: pd.DataFrame, titles: Iterable[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return readings with a column of the meters that rows between them name, and these rows' words.

    Parameters
    ----------
    frame
        The rows of a sheet or text table; those of another kind come back as they are.
    titles
        Texts above the table: the last that is written as the names between are names the first group.
    """
    if frame.shape[1] < 2 or METER in frame.columns or hasattr(frame, "crs"):
        return frame, ()
    first = frame.iloc[:, 0]
    alone = first.notna() & frame.iloc[:, 1:].isna().all(axis=1)
    if not alone.any() or alone.all():
        return frame, ()
    named = first[alone].map(str)
    if named.map(_TIME.match).notna().any() or first[~alone].map(_is_time).mean() < _SHARE:
        return frame, ()
    labelled = named.map(_LABELLED.match).notna().all()
    meters = pd.Series(None, index=frame.index, dtype=object)
    meters[alone] = named.map(_meter)
    above = [title for title in titles if _LABELLED.match(title)] if labelled else []
    if above and not alone.iloc[0]:
        meters.iloc[0] = _meter(above[-1])
    made = frame.assign(**{METER: meters.ffill()})[~alone.to_numpy()]
    return made, tuple(named)


def _is_time(cell: object) -> bool:
    return _TIME.match(str(cell)) is not None


def _meter(text: str) -> str:
    found = _LABELLED.match(text)
    return (found[1] if found else text).strip()


def with_meters_of_blocks(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return readings with the name of a meter in each row of its block, and that column; '' for no such.

    A sheet that merged the cells of a block leaves the name in its first row where it is saved as text. Each
    meter stands once, and the times of its rows run one way: else an empty cell may be an unknown meter.

    Parameters
    ----------
    frame
        The rows of a sheet or text table; those of another kind come back as they are.
    """
    for place, column in enumerate(map(str, frame.columns)):
        if not _NAMES.search(column) or _MEASURES.search(column):
            continue
        cells = frame.iloc[:, place]
        starts = cells.notna().to_numpy()
        if not len(starts) or not starts[0] or starts.all() or cells[starts].duplicated().any():
            continue
        if _run_one_way(frame, starts.cumsum()):
            return frame.assign(**{column: cells.ffill()}), column
    return frame, ""


def _run_one_way(frame: pd.DataFrame, blocks: Array) -> bool:
    """Return whether the times of each block of several rows only rise, or only fall, in one column."""
    for place in range(frame.shape[1]):
        words = frame.iloc[:, place]
        if not words.map(_is_time).all():
            continue
        plain = words.map(str).str.translate(_DAY_SIGNS).str.strip()
        times = pd.to_datetime(plain, errors="coerce", format="mixed")
        steps = times.diff()[1:][blocks[1:] == blocks[:-1]]
        nothing = pd.Timedelta(0)
        return bool(
            times.notna().all() and len(steps) and ((steps > nothing).all() or (steps < nothing).all())
        )
    return False
