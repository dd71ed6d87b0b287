"""What inspections say of drains: the last one of each pipe, with its grade as it was given."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings

INSPECTION_COLUMNS = (
    "inspection_id",
    "pipe_id",
    "date",
    "standard",
    "method",
    "structural_grade",
    "functional_grade",
)
DEFECT_COLUMNS = ("inspection_id", "code", "grade")
STRUCTURAL, FUNCTIONAL = "structural", "functional"
_BEST = 1
# EN 13508-2 counts from 0.
_BEST_OF = {"en_13508": 0}
# Where a grade comes from.
GIVEN, DEFECTS, NO_DEFECT = "given", "defects", "no_defect"


@dataclass(frozen=True)
class Inspected:
    """The last inspection of each pipe; arrays by row of the pipes, NaN, NaT or None where there is none.

    ``structural`` and ``functional`` are grades on the scale of ``standard``, ``bad`` and ``worst`` whether
    the structural one is called so there. ``source`` is GIVEN, DEFECTS (the worst defect, where no grade was
    given) or NO_DEFECT. ``codes`` are its structural defects of the worst grade. ``unscaled`` inspections
    are by a standard without a scale, ``ungraded`` ones have defects without a grade, ``later`` ones are
    after the day, ``lost`` ones name no pipe.
    """

    date: Array
    standard: Array
    structural: Array
    functional: Array
    bad: Array
    worst: Array
    source: Array
    codes: Array
    unscaled: int
    ungraded: int
    later: int
    lost: int

    @property
    def known(self) -> Array:
        """Pipes with a grade that can be judged."""
        return ~np.isnan(self.structural)


def _of_defects(inspections: pd.DataFrame, defects: pd.DataFrame, family: str) -> pd.DataFrame:
    """Return the worst grade of each inspection's defects of a family, and the codes that have it."""
    families = {code: entry.family for code, entry in domain("defect_code").items()}
    own = defects[(defects["code"].map(families) == family) & defects["grade"].notna()]
    own = own[own["inspection_id"].isin(inspections["inspection_id"])]
    worst = own.groupby("inspection_id")["grade"].max().astype(float)
    of_worst = own[own["grade"].to_numpy(float) == own["inspection_id"].map(worst).to_numpy(float)]
    codes = of_worst.groupby("inspection_id")["code"].agg(
        lambda defect_codes: ";".join(sorted(set(defect_codes)))
    )
    frame: pd.DataFrame = pd.DataFrame({"grade": worst, "codes": codes})
    of_each: pd.DataFrame = frame.reindex(inspections["inspection_id"].to_numpy())
    return of_each


def _has_ungraded(inspections: pd.DataFrame, defects: pd.DataFrame) -> Array:
    """Return which inspections have a defect without a grade, structural or of an unknown code."""
    families = {code: entry.family for code, entry in domain("defect_code").items()}
    other = defects["code"].map(families).isin([FUNCTIONAL])
    open_ones = defects.loc[defects["grade"].isna() & ~other, "inspection_id"]
    return np.asarray(inspections["inspection_id"].isin(open_ones))


def inspected(
    pipe_ids: pd.Series,
    inspections: pd.DataFrame,
    defects: pd.DataFrame,
    *,
    as_of: datetime.date,
    settings: Settings,
) -> Inspected:
    """Return the last inspection of each pipe up to a day.

    Grades count as they were given. Where none was, the worst defect's grade stands in, and the best grade
    where an inspection has no defect at all. Where its defects have no grade either, the grade is unknown and
    the inspection before it counts. Of several on one day the worst counts.

    Parameters
    ----------
    inspections, defects
        INSPECTION_COLUMNS and DEFECT_COLUMNS.
    as_of
        The day; an inspection without a date counts as the oldest.
    settings
        From which grade on a pipe is bad, by standard.
    """
    size = len(pipe_ids)
    later = (inspections["date"] > pd.Timestamp(as_of)).to_numpy()
    scaled = inspections["standard"].map(lambda word: bool(settings.get(f"health.sewer_bad_grade.{word}")))
    usable = inspections[~later & scaled.to_numpy(dtype=bool)].reset_index(drop=True)
    row = rows_of_ids(pipe_ids, usable["pipe_id"])
    structure = _of_defects(usable, defects, STRUCTURAL)
    function = _of_defects(usable, defects, FUNCTIONAL)
    given = usable["structural_grade"].to_numpy(float)
    from_defects = structure["grade"].to_numpy(float)
    best = usable["standard"].map(lambda word: _BEST_OF.get(word, _BEST)).to_numpy(float).copy()
    best[_has_ungraded(usable, defects)] = np.nan
    grade = np.where(~np.isnan(given), given, np.where(np.isnan(from_defects), best, from_defects))
    source = np.where(~np.isnan(given), GIVEN, np.where(np.isnan(from_defects), NO_DEFECT, DEFECTS))
    of_function = usable["functional_grade"].to_numpy(float)
    of_function = np.where(np.isnan(of_function), function["grade"].to_numpy(float), of_function)
    # From the oldest and best to the newest and worst: the last one written stays.
    when = usable["date"].to_numpy("datetime64[D]")
    oldest = np.where(np.isnat(when), np.datetime64(0, "D"), when)
    order = np.lexsort((usable["inspection_id"].astype(str).to_numpy(), grade, oldest))
    order = order[(row[order] >= 0) & ~np.isnan(grade[order])]
    last = np.full(size, -1)
    last[row[order]] = order
    is_inspected = last >= 0

    def taken(values: Array, unknown: object) -> Array:
        result = np.full(size, unknown, dtype=values.dtype if values.dtype != object else object)
        result[is_inspected] = values[last[is_inspected]]
        return result

    standard = taken(usable["standard"].to_numpy(dtype=object), None)
    structural = taken(grade.astype(float), np.nan)

    def reaches(name: str) -> Array:
        limits = {
            word: settings.integer(f"health.sewer_{name}_grade.{word}")
            for word in set(standard[is_inspected])
        }
        limit = np.array([limits.get(word, np.inf) for word in standard.tolist()], dtype=float)
        return np.asarray(structural >= limit)

    return Inspected(
        date=taken(when, np.datetime64("NaT")),
        standard=standard,
        structural=structural,
        functional=taken(of_function, np.nan),
        bad=reaches("bad"),
        worst=reaches("worst"),
        source=taken(source.astype(object), None),
        codes=taken(structure["codes"].to_numpy(dtype=object), None),
        unscaled=int((~later & ~scaled.to_numpy(dtype=bool)).sum()),
        ungraded=int(np.isnan(grade).sum()),
        later=int(later.sum()),
        lost=int((row < 0).sum()),
    )
