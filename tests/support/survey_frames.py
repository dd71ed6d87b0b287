"""Survey files made of rows, as the readers hand them over: texts by our fields, each row counted."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.assets.existing_nodes import ExistingNodes
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround
from waternet_plugin.core.survey.joint_survey import PlacedFile, joint_survey
from waternet_plugin.core.survey.records import LINE_FIELDS, POINT_FIELDS, SurveyFile
from waternet_plugin.core.survey.survey_check import CheckedSurvey, CheckOptions, checked_survey
from waternet_plugin.core.survey.typed.typed_file import typed_file

TODAY = datetime.date(2026, 11, 22)


def _frame(rows: Sequence[Mapping[str, Any]], fields: Sequence[str], first: int) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in fields})
    frame["row"] = np.arange(first, first + len(rows), dtype=np.int64)
    return frame


def survey_file(
    points: Sequence[Mapping[str, Any]] = (),
    lines: Sequence[Mapping[str, Any]] = (),
    *,
    name: str = "a.csv",
    skipped: Sequence[str] = (),
    combined: bool = False,
    mapping: Optional[Mapping[str, Any]] = None,
) -> SurveyFile:
    """Return a file of point rows, then line rows, then skipped ones; ``combined``: the n-th rows are one."""
    many = len(points)
    record = ["point"] * many + ["line"] * len(lines)
    line_frame = _frame(lines, LINE_FIELDS, many)
    if combined:
        record = ["both"] * many
        line_frame = _frame(lines, LINE_FIELDS, 0)
        line_frame = line_frame[line_frame["end_no"].notna()].reset_index(drop=True)
    drawn = [row.get("vertices") for row in lines]
    if any(one is not None for one in drawn):
        line_frame["vertices"] = pd.Series(drawn, dtype=object)
    rows = pd.DataFrame(
        {
            "sheet": pd.Series([""] * (len(record) + len(skipped)), dtype=object),
            "row_no": np.arange(1, len(record) + len(skipped) + 1, dtype=np.int64),
            "record": pd.Series([*record, *["other"] * len(skipped)], dtype=object),
            "skipped": pd.Series([None] * len(record) + list(skipped), dtype=object),
            "raw": pd.Series(
                [json.dumps({"row": number}) for number in range(len(record) + len(skipped))], dtype=object
            ),
        }
    )
    return SurveyFile(
        name=name,
        sha256=name,
        format="table",
        encoding="utf-8",
        points=_frame(points, POINT_FIELDS, 0),
        lines=line_frame,
        rows=rows,
        mapping=mapping or {"defaults": {"system": "potable"}},
    )


def placed(file: SurveyFile, **options: Any) -> PlacedFile:
    """Return a typed file whose x is north and whose y is east already."""
    typed = typed_file(file, TODAY, Settings())
    vertices = typed.lines["vertices"].to_numpy(object)
    return PlacedFile(
        typed, typed.points["y"].to_numpy(float), typed.points["x"].to_numpy(float), vertices, **options
    )


def no_network() -> NetworkAround:
    """Return an empty network."""
    nothing = np.zeros(0, dtype=object)
    return NetworkAround(ExistingNodes(nothing, nothing, nothing, np.zeros((0, 3))), frozenset())


def network_of(
    nodes: Sequence[tuple[str, str, str, float, float]], pipes: Sequence[str] = ()
) -> NetworkAround:
    """Return a network of nodes: id, kind, system, east, north."""
    texts = [np.array([row[place] for row in nodes], dtype=object) for place in range(3)]
    places = np.array([[row[3], row[4], np.nan] for row in nodes], dtype=float)
    return NetworkAround(ExistingNodes(texts[0], texts[1], texts[2], places), frozenset(pipes))


def checked(
    *files: PlacedFile, around: Optional[NetworkAround] = None, settings: Optional[Settings] = None
) -> CheckedSurvey:
    """Return what a survey of some files brings."""
    options = CheckOptions(settings or Settings(), TODAY)
    return checked_survey(joint_survey(files), around or no_network(), options)


def rules_of(result: CheckedSurvey) -> set[str]:
    """Return the rules that found anything."""
    return {one.rule for one in result.findings}


def point(number: str, x: float, y: float, h: Optional[float] = None, **more: Any) -> dict[str, Any]:
    """Return a row of a point; x is north."""
    row = {"point_no": number, "x": f"{x}", "y": f"{y}", "h": None if h is None else f"{h}"}
    return {**row, **more}


def line(start: str, end: str, **more: Any) -> dict[str, Any]:
    """Return a row of a line."""
    return {"start_no": start, "end_no": end, **more}
