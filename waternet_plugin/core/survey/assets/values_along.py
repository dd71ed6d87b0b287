"""What the points of a line say of it: taken where all that say it agree, else told and left unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.survey.recognition.field_words import field_words
from waternet_plugin.core.survey.row_findings import RowFindings
from waternet_plugin.core.survey.typed.typed_lines import ALONG_PREFIX
from waternet_plugin.core.texts import shortened

RULE = "differs_along"
_SIZE = ("diameter_mm", "width_mm", "height_mm")
# The columns that only together are one value, by the field of the file that says them.
_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "size": _SIZE,
    "year": ("install_year",),
    **{
        name: (name,)
        for name in (
            "material",
            "burial",
            "owner",
            "street",
            "backfilled_on",
            "material_verified_by",
            "material_verified_on",
            "function",
        )
    },
}
_CODES = ("material", "burial", "function")
# What stands for unknown in a column of numbers and of days; of texts it is None.
_NOTHING = {"f": np.nan, "M": np.datetime64("NaT")}


@dataclass(frozen=True)
class ValuesAlong:
    """Columns of some lines by name, (n,) each, and what their points say differently."""

    columns: Mapping[str, Array]
    findings: tuple[RowFindings, ...]


def told_along(points: pd.DataFrame) -> bool:
    """Return whether the points of a survey say anything of the lines that they make."""
    return f"{ALONG_PREFIX}material" in points


def values_along(points: pd.DataFrame, head: Array, tail: Array, pipe_id: Array) -> ValuesAlong:
    """Return what the points of some lines say of them.

    Depths and levels are those of each end.

    Parameters
    ----------
    points
        Of a `Survey` whose points make lines.
    one, other
        (n,) places of the points at both ends of each line.
    pipe_id
        (n,) ids; the lines of one id are one pipe.
    """
    columns: dict[str, Array] = {}
    for side, end_index in (("start", head), ("end", tail)):
        for what in ("level_m", "depth_m"):
            columns[f"{side}_{what}"] = points[f"{ALONG_PREFIX}start_{what}"].to_numpy(float)[end_index]
    run = pd.factorize(pipe_id)[0]
    ends = pd.DataFrame({"run": np.r_[run, run], "point": np.r_[head, tail]})
    findings = []
    for name, parts in _TOGETHER.items():
        own = points[[f"{ALONG_PREFIX}{part}" for part in parts]]
        value = _distinct(own)
        known = ends[own.notna().any(axis=1).to_numpy()[ends["point"]]]
        by_run = known.assign(value=value[known["point"]]).groupby("run")
        # The point that says it first stands for all, where all say the same.
        telling = np.full(len(run) + 1, -1, dtype=np.int64)
        agreed = by_run["value"].nunique() == 1
        first = by_run["point"].first()
        telling[first.index[agreed]] = first[agreed]
        at = telling[run]
        for part, column in zip(parts, own.columns):
            values = points[column].to_numpy()[at].copy()
            values[at < 0] = _NOTHING.get(values.dtype.kind)
            columns[part] = values
        if not agreed.all():
            steps = np.flatnonzero(~pd.Series(run).duplicated().to_numpy())
            runs = first.index[~agreed].to_numpy()
            known_values = known[known["run"].isin(runs)]
            findings.append(_differing(points, name, known_values, pipe_id[steps[runs]], head[steps[runs]]))
    return ValuesAlong(columns, tuple(findings))


def _distinct(own: pd.DataFrame) -> Array:
    """Return a number for each row of some columns, the same for the same values."""
    if len(own.columns) == 1:
        return np.asarray(pd.factorize(own.iloc[:, 0])[0])
    return np.asarray(own.groupby(list(own.columns), dropna=False, sort=False).ngroup())


def _differing(
    points: pd.DataFrame, name: str, values: pd.DataFrame, pipe_id: Array, start: Array
) -> RowFindings:
    """Return a finding for each line whose points say a field differently.

    Parameters
    ----------
    points
        Of a `Survey`.
    name
        The field.
    said
        run and point of all that say it, sorted runs being in the order of the lines.
    pipe_id, start
        (lines,) id and first point of each line.
    """
    own = points.iloc[values["point"].to_numpy()]
    words = pd.Series(_words(own, name), index=values.index, dtype=object)
    words_by_run = words.groupby(values["run"]).unique()
    texts = np.array([shortened(words_of_run) for words_of_run in words_by_run] + [None], dtype=object)[:-1]
    what = np.full(len(words_by_run), field_words(name), dtype=object)
    rows = points["row"].to_numpy(np.int64)[start]
    return RowFindings(RULE, rows, pipe_id, {"what": what, "values": texts})


def _words(points: pd.DataFrame, name: str) -> list[str]:
    """Return what some points say of a field, in words."""
    values = [points[f"{ALONG_PREFIX}{part}"] for part in _TOGETHER[name]]
    if name == "size":
        sizes = zip(*(value.tolist() for value in values))
        return [f"{wide:g}×{high:g}" if wide == wide else f"DN{size:g}" for size, wide, high in sizes]
    (own,) = values
    if name in _CODES:
        codes = domain(name)
        return [codes[text].label for text in own]
    if own.dtype.kind == "M":
        return [f"{text:%Y-%m-%d}" for text in own]
    return [f"{text:g}" if isinstance(text, float) else str(text) for text in own]
