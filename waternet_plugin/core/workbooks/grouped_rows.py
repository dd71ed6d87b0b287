"""Readings under rows that name their meter: the name becomes a column, so that no meter gets another's."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

METER = "meter"
_TIME = re.compile(r"\s*\d{1,4}\s*[-/.:：年]\s*\d")
# 监测点：FM1, 表号: 0012
_LABELLED = re.compile(r"^\s*[^\d:：]{1,12}[:：]\s*(.+?)\s*$")
# Share of the rows below the names that begin with a time.
_SHARE = 0.9


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
