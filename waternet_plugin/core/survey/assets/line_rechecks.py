"""Lines of a survey against the pipes that they name: what differs, and what is taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.survey.assets.existing_nodes import with_unknown
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.line_levels import line_levels
from waternet_plugin.core.survey.row_findings import RowFindings, found

CODES = ("material", "burial")
SIZES = ("diameter_mm", "width_mm", "height_mm")
LEVELS = ("invert_start_m", "invert_end_m")
# What of a pipe a recheck reads.
COLUMNS = ("pipe_id", "from_node", "to_node", *CODES, *SIZES, *LEVELS)
# Sizes that differ by less are one, mm.
_SAME_SIZE_MM = 0.5


@dataclass(frozen=True)
class LineRecheck(PlainFrames):
    """What differs between lines and pipes.

    Parameters
    ----------
    findings
        One a difference, warnings.
    pipe
        (lines,) object, the pipe that each line names, None for none.
    taken
        New values by pipe.
    """

    findings: tuple[RowFindings, ...]
    pipe: Array
    taken: Mapping[str, Mapping[str, Any]]


def line_recheck(
    survey: Survey, pipes: pd.DataFrame, *, tolerance_m: float, take: bool | Collection[str]
) -> LineRecheck:
    """Return how the lines of a survey differ from the pipes that they name.

    Parameters
    ----------
    survey
        In the network's coordinates.
    pipes
        `COLUMNS` of the network's pipes.
    tolerance_m
        Levels that differ by less are one.
    take
        Whether all new values are taken, or the ids of the pipes whose are.
    """
    lines = survey.lines
    row, is_reversed = _pipes_named(lines, pipes)
    levels = line_levels(lines, survey.points)
    inverts = np.where(is_reversed[:, None], levels.invert[:, ::-1], levels.invert)
    ids = with_unknown(pipes["pipe_id"].to_numpy(object))[row]
    takes = np.full(len(lines), take is True) | np.isin(
        ids.astype(str), list(take) if take is not True and take else []
    )
    findings: list[RowFindings] = []
    taken: dict[str, dict[str, Any]] = {}
    for name in (*CODES, *SIZES, *LEVELS):
        new = inverts[:, LEVELS.index(name)] if name in LEVELS else _texts_of(lines, name)
        slack = tolerance_m if name in LEVELS else _SAME_SIZE_MM
        finding, differs = _difference(lines, pipes, row, name, new, slack)
        findings.append(finding)
        for index in np.flatnonzero(differs & takes):
            taken.setdefault(str(ids[index]), {})[name] = new[index]
    return LineRecheck(tuple(row_finding for row_finding in findings if len(row_finding)), ids, taken)


def attribute_differences(
    lines: pd.DataFrame, pipes: pd.DataFrame, row: Array, names: Sequence[str]
) -> list[RowFindings]:
    """Return what lines say otherwise than the pipes of the network that they stand for.

    Parameters
    ----------
    lines
        Of a `Survey`.
    pipes
        Rows of ``pipe`` with these columns.
    row
        (lines,) the row of the pipe of each line, -1 for none.
    names
        The columns, of `CODES` and `SIZES`.
    """
    differing = (
        _difference(lines, pipes, row, name, _texts_of(lines, name), _SAME_SIZE_MM)[0] for name in names
    )
    return [difference for difference in differing if len(difference)]


def _texts_of(lines: pd.DataFrame, name: str) -> Array:
    return np.asarray(lines[name].to_numpy(object if name in CODES else float))


def _difference(
    lines: pd.DataFrame, pipes: pd.DataFrame, row: Array, name: str, new: Array, slack: float
) -> tuple[RowFindings, Array]:
    """Return the finding of one column, and the lines whose value is not that of their pipe."""
    old = _at(pipes, name, row)
    differs = (row >= 0) & pd.notna(new)
    if name in CODES:
        differs &= new != old
    else:
        with np.errstate(invalid="ignore"):
            differs &= ~(np.abs(new - old) <= slack)
    ids = with_unknown(pipes["pipe_id"].to_numpy(object))[row]
    values = {"asset": ids, "old": _words(name, old), "new": _words(name, new)}
    return found("attribute_differs", lines, differs, what=table("pipe").field(name).label, **values), differs


def _at(pipes: pd.DataFrame, name: str, row: Array) -> Array:
    if name in CODES:
        return with_unknown(pipes[name].to_numpy(object))[row]
    return np.append(pipes[name].to_numpy(float), np.nan)[row]


def _pipes_named(lines: pd.DataFrame, pipes: pd.DataFrame) -> tuple[Array, Array]:
    """Return the row of the pipe that each line names, -1 for none or several, and which run against it."""
    own = _row_of(lines["pipe_id"].to_numpy(object), pipes["pipe_id"].to_numpy(object))
    ends = lines[["start_id", "end_id"]].to_numpy(object)
    drawn = pipes[["from_node", "to_node"]].to_numpy(object)
    forward = _row_of(_pairs(ends), _pairs(drawn))
    backward = _row_of(_pairs(ends[:, ::-1]), _pairs(drawn))
    between = np.where(forward >= 0, np.where(backward >= 0, -1, forward), backward)
    row = np.where(own >= 0, own, between)
    against = (row >= 0) & (with_unknown(drawn[:, 1])[row] == ends[:, 0])
    return row, against & (with_unknown(drawn[:, 0])[row] != ends[:, 0])


def _pairs(ends: Array) -> Array:
    known = pd.notna(ends).all(axis=1)
    pairs = np.full(len(ends), None, dtype=object)
    pairs[known] = ends[known, 0] + "\0" + ends[known, 1]
    return pairs


def _row_of(names: Array, known: Array) -> Array:
    """Return the row of each name, -1 for none and for names that stand more than once."""
    once = np.flatnonzero(~pd.Series(known, dtype=object).duplicated(keep=False) & pd.notna(known))
    at = rows_of_ids(known[once], names)
    return np.where((at >= 0) & pd.notna(names), np.append(once, -1)[at], -1)


def _words(name: str, values: Array) -> Array:
    """Return values as people read them, in the language of the interface."""
    if name in CODES:
        known = domain(name)
        texts = [known[value].label if value in known else str(value or "–") for value in values]
    else:
        form = "{:.0f}" if name in SIZES else "{:.3f}"
        texts = [form.format(value) if np.isfinite(value) else "–" for value in values]
    return np.array(texts, dtype=object)
