"""Points of a survey file: numbers, places, heights, kinds, systems and days."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import over_distinct
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.survey.typed.columns import TypedColumns
from waternet_plugin.core.survey.typed.features import feature_of
from waternet_plugin.core.survey.typed.systems import kind_of_code, system_of_code

FIXED = "fixed"


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    rows = rows_of(Path(__file__).parent / "solutions.csv")
    return {fold(word): row["code"] for row in rows for word in (row["code"], *words(row["aliases"]))}


def solution_of(word: str) -> Optional[str]:
    """Return the state of a solution that a word of a receiver names; None where no list has it."""
    return _codes().get(fold(word))


def typed_points(columns: TypedColumns, named_system: Array) -> pd.DataFrame:
    """Return the points of a file, typed.

    Parameters
    ----------
    columns
        The points as texts; their faults are noted there.
    named_system
        The system that the sheet, title, file or mapping of each point names, None for none.

    Returns
    -------
    DataFrame
        row, point_no, map_no, x, y, h (m, as the file has them), ground_m, depth_m, kind, feature,
        survey_code, appurtenance, system, surveyed_on, surveyor, photo, h_rms, v_rms (m),
        solution (the receiver's word where it is not a fixed one), end (of which end of its line a point is,
        None for one with a row of its own).
    """
    number = columns.identifier("point_no")
    end = columns.text("end") if "end" in columns.frame else np.full(len(number), None, dtype=object)
    columns.note("point_no_missing", pd.isna(number) & pd.isna(end))
    x, y, h = (columns.length(name) for name in ("x", "y", "h"))
    code = columns.text("code")
    system = _systems(columns, code, named_system)
    kind, feature, appurtenance = _kinds(columns, code)
    return made_of(
        {
            "row": columns.frame["row"].to_numpy(np.int64),
            "point_no": number,
            "map_no": columns.text("map_no"),
            "x": x,
            "y": y,
            "h": h,
            "ground_m": columns.length("ground"),
            "depth_m": columns.length("depth"),
            "kind": kind,
            "feature": feature,
            "appurtenance": appurtenance,
            "survey_code": code,
            "system": system,
            "surveyed_on": columns.day("survey_date"),
            "surveyor": columns.text("surveyor"),
            "photo": columns.text("photo"),
            "h_rms": columns.length("h_rms"),
            "v_rms": columns.length("v_rms"),
            "solution": _not_fixed(columns),
            "end": end,
        }
    )


def _not_fixed(columns: TypedColumns) -> Array:
    """Return the words for solutions that are not fixed, None for fixed and unknown ones."""
    words = columns.text("solution")
    states = over_distinct(words, solution_of)
    columns.note("solution_unknown", pd.notna(words) & pd.isna(states), column="solution", text=words)
    unfixed = words.copy()
    unfixed[pd.isna(states) | (states == FIXED)] = None
    return unfixed


def _systems(columns: TypedColumns, code: Array, named: Array) -> Array:
    own = columns.code("system", "system", "unknown_code")
    given = columns.given("system", "code")
    systems = over_distinct(code, lambda word: given(word) or system_of_code(word))
    system = np.where(pd.isna(own), systems, own)
    return np.asarray(np.where(pd.isna(system), named, system))


def _kinds(columns: TypedColumns, code: Array) -> tuple[Array, Array, Array]:
    """Return the kind, the feature and the appurtenance of each point."""
    feature, appurtenance = columns.text("feature"), columns.text("appurtenance")
    meant = {name: columns.meaning(name, "node_kind", "kind") for name in ("feature", "appurtenance", "code")}
    of_appurtenance = over_distinct(appurtenance, meant["appurtenance"])
    columns.note(
        "unknown_code",
        pd.notna(appurtenance) & pd.isna(of_appurtenance),
        column="appurtenance",
        text=appurtenance,
    )
    of_feature = over_distinct(feature, lambda word: _kind_of_feature(word) or meant["feature"](word))
    columns.note("unknown_code", pd.notna(feature) & pd.isna(of_feature), column="feature", text=feature)
    given, system = columns.given("node_kind", "kind", "code"), columns.given("system", "code")
    of_code = over_distinct(
        code,
        lambda word: given(word) or kind_of_code(word) or _kind_of_feature(word) or meant["code"](word),
    )
    of_system = over_distinct(code, lambda word: system(word) or system_of_code(word))
    columns.note(
        "unknown_code", pd.notna(code) & pd.isna(of_code) & pd.isna(of_system), column="code", text=code
    )
    words = np.where(pd.isna(of_appurtenance), of_feature, of_appurtenance)
    differs = pd.notna(words) & pd.notna(of_code) & (words != of_code)
    named = np.where(pd.isna(appurtenance), feature, appurtenance)
    columns.note("code_differs", differs, code=code, text=named)
    kind = np.where(pd.isna(words), of_code, words)
    return np.where(pd.isna(kind), "junction", kind), feature, appurtenance


def _kind_of_feature(word: str) -> str | None:
    known = feature_of(word)
    return None if known is None else known.kind
