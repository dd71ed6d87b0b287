"""Lines of points without a line table: in the order of the file, or along planned pipes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of, stacked
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.assets.chains import bare_points
from waternet_plugin.core.survey.assets.values_along import told_along, values_along
from waternet_plugin.core.survey.joint_survey import Survey, with_places
from waternet_plugin.core.survey.row_findings import RowFindings


def with_sequences(survey: Survey, settings: Settings) -> Survey:
    """Return a survey whose points of one code, in the order of their file, are joined to lines.

    Another code or a large gap begins a new line; points that only mark its run become vertices.

    Parameters
    ----------
    survey
        In the network's coordinates.
    settings
        ``survey.sequence_gap_m`` is the gap from which on a new line begins.
    """
    points = survey.points
    first = points["first"].to_numpy() == np.arange(len(points))
    placed = points[["east", "north"]].notna().to_numpy().all(axis=1)
    rows = np.flatnonzero(first & placed & points["point_no"].notna().to_numpy())
    if len(rows) < 2:
        return survey
    before, second = rows[:-1], rows[1:]
    east, north = points["east"].to_numpy(float), points["north"].to_numpy(float)
    code = pd.factorize(points["survey_code"].to_numpy(object))[0]
    file = points["file"].to_numpy(np.int64)
    gap = np.hypot(east[second] - east[before], north[second] - north[before])
    goes_on = (code[before] == code[second]) & (file[before] == file[second])
    goes_on &= gap <= settings.real("survey.sequence_gap_m")
    return with_lines(
        survey, before[goes_on], second[goes_on], _run_ids(points, before[goes_on], second[goes_on])
    )


def _run_ids(points: pd.DataFrame, first: Array, second: Array) -> Array:
    """Return the id of the pipe of each step: the numbers of the points at both ends of its bare ones."""
    bare = bare_points(points)
    ids = points["node_id"].to_numpy(object)
    begins = (
        np.r_[True, (first[1:] != second[:-1]) | ~bare[first[1:]]] if len(first) else np.zeros(0, dtype=bool)
    )
    run = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    ends = np.r_[starts[1:] - 1, len(first) - 1] if len(first) else starts
    names = np.empty(len(starts), dtype=object)
    names[:] = [f"{ids[start]}-{ids[end]}" for start, end in zip(first[starts], second[ends])]
    return np.asarray(names[run])


def with_lines(survey: Survey, first: Array, second: Array, pipe_id: Array) -> Survey:
    """Return a survey with lines between its points added, which take what their points say of them.

    The lines of one own id are one pipe: it has what all its points say that say anything. What they say
    differently stays unknown and is a finding.

    Parameters
    ----------
    one, other
        (n,) places of the points at both ends of each line.
    pipe_id
        (n,) own ids.
    """
    if not len(first):
        return survey
    points, lines = survey.points, survey.lines
    size = len(first)
    unknown = {"f": np.nan, "M": np.datetime64("NaT", "ns"), "b": False}
    columns: dict[str, Array] = {
        str(name): np.full(size, unknown[kind.kind])
        if kind.kind in unknown
        else np.full(size, None, dtype=object)
        for name, kind in lines.dtypes.items()
    }
    columns.update(
        row=points["row"].to_numpy(np.int64)[second],
        file=points["file"].to_numpy(np.int64)[second],
        level_of=points["level_of"].to_numpy(object)[second],
        pipe_id=pipe_id,
        system=points["system"].to_numpy(object)[first],
        start=first.astype(np.int64),
        end=second.astype(np.int64),
    )
    for side, end_index in (("start", first), ("end", second)):
        columns[f"{side}_no"] = points["point_no"].to_numpy(object)[end_index]
        columns[f"{side}_id"] = points["node_id"].to_numpy(object)[end_index]
    findings: tuple[RowFindings, ...] = ()
    if told_along(points):
        line_values = values_along(points, first, second, pipe_id)
        columns.update(line_values.columns)
        findings = line_values.findings
    made = with_places(survey, points, stacked([lines, made_of(columns)]))
    return replace(made, findings=(*made.findings, *findings))
