"""What is wrong with rows of a survey: the rule, the rows, and the values of its sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.survey.survey_rules import survey_rules

COLUMNS = ("rule_id", "severity", "file", "sheet", "row_no", "point_no", "text")


@dataclass(frozen=True)
class RowFindings:
    """The findings of one rule.

    Parameters
    ----------
    rule
        Id of a rule of ``survey_rules.csv``.
    row
        (n,) int64, the places of the rows in the survey, -1 for none.
    point_no
        (n,) object, number of the point, or of both ends joined by a hyphen; None where there is none.
    values
        What stands in the braces of the rule's sentence, (n,) each.
    """

    rule: str
    row: Array
    point_no: Array
    values: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.row)

    def moved(self, by: int) -> RowFindings:
        """Return the findings of rows that stand further below, behind those of another file."""
        return RowFindings(self.rule, np.where(self.row < 0, -1, self.row + by), self.point_no, self.values)

    def sentences(self) -> list[str]:
        """Return the sentence of each finding in the language of the interface."""
        text = survey_rules()[self.rule].text
        names = list(self.values)
        if not names:
            return [text] * len(self)
        columns = [self.values[name] for name in names]
        return [text.format(**dict(zip(names, values))) for values in zip(*columns)]


def found(rule: str, frame: pd.DataFrame, mask: Array, **values: Any) -> RowFindings:
    """Return the findings of the rows of a frame of points or lines that a mask names.

    Parameters
    ----------
    rule
        Id of the rule.
    frame
        Points or lines, with ``row``.
    mask
        (rows of the frame,) bool, or the places of the rows.
    values
        What the sentence says, one of each row of the frame, or one for all.
    """
    rows = np.flatnonzero(mask) if np.asarray(mask).dtype == bool else np.asarray(mask, dtype=np.int64)
    names_of_role: dict[str, Array] = {}
    for name, value in values.items():
        names_of_role[name] = (
            np.asarray(value)[rows]
            if isinstance(value, (np.ndarray, pd.Series))
            else np.full(len(rows), value, dtype=object)
        )
    return RowFindings(rule, frame["row"].to_numpy(np.int64)[rows], names_of(frame, rows), names_of_role)


def names_of(frame: pd.DataFrame, rows: Array) -> Array:
    """Return what people call some rows: the number of a point, the numbers of both ends of a line."""
    if "point_no" in frame.columns:
        return frame["point_no"].to_numpy(object)[rows]
    start, end = (frame[name].to_numpy(object)[rows] for name in ("start_no", "end_no"))
    joined = [
        f"{first or ''}-{second or ''}" if first or second else None for first, second in zip(start, end)
    ]
    names = np.empty(len(joined), dtype=object)
    names[:] = joined
    return names


def is_error(rule: str) -> bool:
    """Return whether a rule stops an import."""
    return survey_rules()[rule].severity == "error"


def rows_with_errors(findings: Iterable[RowFindings]) -> Array:
    """Return the rows that errors name, sorted, each once."""
    rows = [finding.row for finding in findings if len(finding) and is_error(finding.rule)]
    together = np.unique(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int64)
    return together[together >= 0]


def findings_frame(
    findings: Sequence[RowFindings], rows: pd.DataFrame, file_names: Sequence[str]
) -> pd.DataFrame:
    """Return findings as a table, `COLUMNS`: errors first, then by file and row.

    Parameters
    ----------
    rows
        The rows of the survey: ``file``, ``sheet``, ``row_no``.
    file_names
        Names of the files that ``file`` counts.
    """
    parts = [finding for finding in findings if len(finding)]
    if not parts:
        return made_of({name: np.zeros(0, dtype=object) for name in COLUMNS})
    row = np.concatenate([part.row for part in parts])
    rules = np.concatenate([np.full(len(part), part.rule, dtype=object) for part in parts])
    known = row >= 0
    file = np.full(len(row), -1, dtype=np.int64)
    file[known] = rows["file"].to_numpy(np.int64)[row[known]]
    names = np.array([*file_names, ""], dtype=object)
    number = np.full(len(row), np.nan)
    number[known] = rows["row_no"].to_numpy(float)[row[known]]
    sheet = np.full(len(row), "", dtype=object)
    sheet[known] = rows["sheet"].to_numpy(object)[row[known]]
    frame = made_of(
        {
            "rule_id": rules,
            "severity": np.array([survey_rules()[rule].severity for rule in rules], dtype=object),
            "file": names[file],
            "sheet": sheet,
            "row_no": number,
            "point_no": np.concatenate([part.point_no for part in parts]),
            "text": np.array([text for part in parts for text in part.sentences()], dtype=object),
        }
    )
    rank = {rule: index for index, rule in enumerate(survey_rules())}
    by_rule = np.array([rank[rule] for rule in rules])
    by_severity = (frame["severity"] != "error").to_numpy()
    ordered: pd.DataFrame = frame.iloc[np.lexsort((row, by_rule, by_severity))].reset_index(drop=True)
    return ordered
