"""The grades of every inspection by its own standard, beside those that were given with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.grading import cjj_181, en_13508, pacp
from waternet_plugin.core.drainage.grading.graded import FAMILIES, FUNCTIONAL, STRUCTURAL, Figures
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.texts import listed, tr

INSPECTION_COLUMNS = (
    "inspection_id",
    "pipe_id",
    "node_id",
    "date",
    "standard",
    "length_m",
    "structural_grade",
    "functional_grade",
    "batch_id",
)
DEFECT_COLUMNS = (
    "defect_id",
    "inspection_id",
    "code",
    "code_raw",
    "grade",
    "family",
    "number_d",
    "number_s",
    "number_b",
    "position_m",
    "length_m",
)
PIPE_COLUMNS = (
    "pipe_id",
    "length_m",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "road_class",
    "k_area",
    "t_soil",
)
_FIGURES = ("value", "mean", "density", "grade")
COLUMNS = (
    "inspection_id",
    "pipe_id",
    "standard",
    *(f"{family}_{figure}" for family in FAMILIES for figure in _FIGURES),
    "quick_structural",
    "quick_functional",
    "repair_index",
    "repair_class",
    "maintenance_index",
    "maintenance_class",
    "advice",
    "differs",
    "reasons",
)
CJJ_181, PACP, EN_13508 = "cjj_181", "pacp", "en_13508"
STANDARDS = (CJJ_181, PACP, EN_13508)
# Marks defects that no family is known of.
_NO_FAMILY = -1


@dataclass(frozen=True)
class InspectionGrades(PlainFrames):
    """One row an inspection (`COLUMNS`), and how many got a grade, differ, or have codes without a score."""

    rows: pd.DataFrame
    graded: int
    differing: int
    unscored: int


def _numbers(frame: pd.DataFrame, name: str) -> Array:
    return frame[name].to_numpy(dtype=float, na_value=np.nan)


def _words(frame: pd.DataFrame, name: str) -> Array:
    values = frame[name].astype(object)
    words: Array = values.where(frame[name].notna(), None).to_numpy(dtype=object)
    return words


def _recorded(defects: pd.DataFrame) -> Array:
    """Return the code of each defect as recorded, else as coded; None for none."""
    raw, code = _words(defects, "code_raw"), _words(defects, "code")
    return np.where(raw != None, raw, code)  # noqa: E711


class _Subject:
    """Inspections with their defects and pipes as arrays; the rows of a defect's inspection are `of`."""

    def __init__(self, inspections: pd.DataFrame, defects: pd.DataFrame, pipes: pd.DataFrame) -> None:
        self.looked = inspections
        place = rows_of_ids(inspections["inspection_id"], defects["inspection_id"])
        own = np.flatnonzero(place >= 0)
        own = own[np.argsort(_words(defects, "defect_id")[own].astype(str), kind="stable")]
        self.defects = defects.iloc[own].reset_index(drop=True)
        self.of = place[own]
        self.standard = _words(inspections, "standard")
        self.pipe_id = _words(inspections, "pipe_id")
        self.has_pipe = self.pipe_id != None  # noqa: E711
        at = rows_of_ids(pipes["pipe_id"], self.pipe_id)
        at = np.where(self.has_pipe, at, -1)
        self._at = at
        self._pipes = pipes
        batch = inspections["batch_id"] if "batch_id" in inspections else pd.Series("", inspections.index)
        self.file = batch.fillna("").astype(str).to_numpy()
        self.length_m = _numbers(inspections, "length_m")
        self.pipe_length_m = self.of_pipe("length_m")

    def __len__(self) -> int:
        return len(self.looked)

    def of_pipe(self, name: str) -> Array:
        """Return what is known of each inspection's pipe as a number; NaN where it is not."""
        found: Array = np.append(_numbers(self._pipes, name), np.nan)[self._at]
        return found

    def words_of_pipe(self, name: str) -> Array:
        """Return what is known of each inspection's pipe as a word; None where it is not."""
        found = np.full(len(self._at), None, dtype=object)
        known = self._at >= 0
        found[known] = _words(self._pipes, name)[self._at[known]]
        return found

    def by(self, standard: str) -> Array:
        """Return which inspections of a pipe are by a standard."""
        found: Array = self.has_pipe & (self.standard == standard)
        return found

    def names(self) -> Array:
        """Return what each defect is called: its code as recorded, else as coded."""
        names = _recorded(self.defects)
        names[names == None] = tr("a defect without a code")  # noqa: E711
        return names


class _Sheet:
    """The columns of the result as they are filled, and the reasons of each inspection."""

    def __init__(self, size: int) -> None:
        self.numbers = {
            name: np.full(size, np.nan)
            for name in (
                *(f"{family}_{figure}" for family in FAMILIES for figure in _FIGURES),
                "repair_index",
                "repair_class",
                "maintenance_index",
                "maintenance_class",
            )
        }
        empty = np.full(size, None, dtype=object)
        self.words = {name: empty.copy() for name in ("quick_structural", "quick_functional", "advice")}
        self.reasons = empty.copy()
        self.differs = empty.copy()
        self.unscored = np.zeros(size, dtype=bool)
        self._between = tr("; ", "between reasons")

    def put(self, rows: Array, family: str, figures: Figures, is_open: Array) -> None:
        """Fill the figures of a family in some rows; open ones stay unknown."""
        kept = rows[~is_open]
        for name in _FIGURES:
            self.numbers[f"{family}_{name}"][kept] = getattr(figures, name)[~is_open]
        if figures.quick is not None:
            self.words[f"quick_{family}"][kept] = figures.quick[~is_open]

    def tell(self, rows: Array, texts: Array) -> None:
        """Add one reason to each of some rows."""
        self._add(self.reasons, rows, texts)

    def tell_all(self, told: Array, sentence: str) -> None:
        """Add the same reason to all rows that a mask tells."""
        rows = np.flatnonzero(told)
        self.tell(rows, np.full(len(rows), sentence, dtype=object))

    def differ(self, rows: Array, texts: Array) -> None:
        """Add a difference to each of some rows."""
        self._add(self.differs, rows, texts)

    def _add(self, column: Array, rows: Array, texts: Array) -> None:
        was = column[rows]
        column[rows] = [text if old is None else old + self._between + text for old, text in zip(was, texts)]

    def tell_unscored(self, rows: Array, names: Array) -> None:
        """Name the codes without a score of each inspection, given that and the code of each such defect."""
        self.unscored[rows] = True
        self.tell_codes(rows, names, tr("without a score, not counted: {codes}"))

    def tell_codes(self, rows: Array, names: Array, text: str) -> None:
        """Name codes of each inspection in a sentence.

        Parameters
        ----------
        rows, names
            Of each such defect: its inspection and what it is called.
        text
            The sentence with its codes.
        """
        if not len(rows):
            return
        pairs = pd.DataFrame({"row": rows, "name": names.astype(str)}).drop_duplicates()
        told = pairs.sort_values(["row", "name"]).groupby("row")["name"].agg(listed)
        at = told.index.to_numpy(dtype=np.intp)
        self.tell(at, np.array([text.format(codes=codes) for codes in told], dtype=object))

    def frame(self, looked: pd.DataFrame) -> pd.DataFrame:
        """Return the whole result, a row an inspection."""
        columns: dict[str, Any] = {
            name: _words(looked, name) for name in ("inspection_id", "pipe_id", "standard")
        }
        columns |= {**self.numbers, **self.words, "differs": self.differs, "reasons": self.reasons}
        rows: pd.DataFrame = pd.DataFrame({name: columns[name] for name in COLUMNS})
        for name in COLUMNS:
            if name.endswith(("_grade", "_class")):
                rows[name] = rows[name].astype("Int64")
        return rows


def grade_inspections(
    inspections: pd.DataFrame, defects: pd.DataFrame, pipes: pd.DataFrame, *, standard: Optional[str] = None
) -> InspectionGrades:
    """Return the grades of inspections, each on the scale of its own standard.

    Parameters
    ----------
    inspections, defects, pipes
        INSPECTION_COLUMNS, DEFECT_COLUMNS, PIPE_COLUMNS.
    standard
        Only inspections by this standard; None: all.

    Notes
    -----
    CJJ 181-2012 as `cjj_181`, PACP as `pacp`, EN 13508-2 as `en_13508` says. A defect without a score is
    named in the reasons and left out; where nothing else was seen of its family, the family stays unknown.
    """
    if standard is not None:
        inspections = inspections[inspections["standard"] == standard]
    inspections = inspections.sort_values("inspection_id", ignore_index=True)
    subject = _Subject(inspections, defects, pipes)
    sheet = _Sheet(len(subject))
    _by_cjj_181(subject, sheet)
    _by_pacp(subject, sheet)
    _by_en_13508(subject, sheet)
    sheet.tell_all(~subject.has_pipe, tr("no grade: it names no pipe"))
    unknown = subject.has_pipe & ~np.isin(subject.standard.astype(str), STANDARDS)
    sheet.tell_all(unknown, tr("no grade: its standard is unknown or has no scale here"))
    ends = subject.pipe_length_m[subject.of]
    beyond = np.zeros(len(subject), dtype=bool)
    with np.errstate(invalid="ignore"):
        beyond[subject.of[(_numbers(subject.defects, "position_m") > ends) & (ends > 0)]] = True
    sheet.tell_all(beyond, tr("a defect lies beyond the end of the pipe"))
    _tell_differences(subject, sheet)
    rows = sheet.frame(inspections)
    has_grade = rows["structural_grade"].notna() | rows["functional_grade"].notna()
    return InspectionGrades(
        rows=rows,
        graded=int(has_grade.sum()),
        differing=int(rows["differs"].notna().sum()),
        unscored=int(sheet.unscored.sum()),
    )


def _tell_differences(subject: _Subject, sheet: _Sheet) -> None:
    """List given grades that are not the computed ones, with both."""
    labels = {STRUCTURAL: tr("structural"), FUNCTIONAL: tr("functional")}
    text = tr("{family}: given {given}, computed {computed}")
    for family in FAMILIES:
        given, computed = _numbers(subject.looked, f"{family}_grade"), sheet.numbers[f"{family}_grade"]
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero(~np.isnan(given) & ~np.isnan(computed) & (given != computed))
        told = [
            text.format(family=labels[family], given=int(one), computed=int(other))
            for one, other in zip(given[rows], computed[rows])
        ]
        sheet.differ(rows, np.array(told, dtype=object))


def _open_families(size: int, at: Array, family: Array, is_scored: Array) -> list[Array]:
    """Return for each family which inspections have unscored defects of it, or of none known, and no other.

    Parameters
    ----------
    size
        How many inspections there are.
    at, family, is_scored
        Of each defect: its inspection, the place of its family and whether it has a score.
    """
    found = []
    for place in range(len(FAMILIES)):
        missing, there = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        missing[at[~is_scored & np.isin(family, (place, _NO_FAMILY))]] = True
        there[at[is_scored & (family == place)]] = True
        found.append(missing & ~there)
    return found


def _by_cjj_181(subject: _Subject, sheet: _Sheet) -> None:
    own = subject.by(CJJ_181)
    rows = np.flatnonzero(own)
    if not len(rows):
        return
    mine = np.flatnonzero(own[subject.of])
    found = subject.defects.iloc[mine]
    score, family = cjj_181.scored(_words(found, "code"), _numbers(found, "grade"))
    at = (np.cumsum(own) - 1)[subject.of[mine]]
    is_scored = ~np.isnan(score)
    sheet.tell_unscored(subject.of[mine][~is_scored], subject.names()[mine][~is_scored])
    inspected = subject.length_m[rows]
    length = np.where(inspected > 0, inspected, subject.pipe_length_m[rows])
    length = np.where(length > 0, length, np.nan)
    positions, lengths = _numbers(found, "position_m"), np.nan_to_num(_numbers(found, "length_m"))
    figures: list[Figures] = []
    placeless = np.zeros(len(rows), dtype=bool)
    for place, is_open in enumerate(_open_families(len(rows), at, family, is_scored)):
        kept = is_scored & (family == place)
        defects = cjj_181.Scored(at[kept], score[kept], positions[kept], lengths[kept])
        one = cjj_181.family_figures(defects, length)
        one = replace(one, value=np.where(is_open, np.nan, one.value))
        figures.append(one)
        sheet.put(rows, FAMILIES[place], one, is_open)
        many = np.bincount(at[kept], minlength=len(rows)) > 1
        placeless |= many & (np.bincount(at[kept & np.isnan(positions)], minlength=len(rows)) > 0)
    structural, functional = figures
    places = _places(subject, rows)
    repair = cjj_181.repair_index(structural.value, places)
    maintenance = cjj_181.maintenance_index(functional.value, places)
    for name, index in (("repair", repair), ("maintenance", maintenance)):
        sheet.numbers[f"{name}_index"][rows] = index
        sheet.numbers[f"{name}_class"][rows] = cjj_181.index_class(index)
    sheet.words["advice"][rows] = cjj_181.advice(repair, structural)

    def tell(told: Array, sentence: str) -> None:
        mask = np.zeros(len(subject), dtype=bool)
        mask[rows[told]] = True
        sheet.tell_all(mask, sentence)

    seen = structural.value > 0
    serious = (structural.value >= cjj_181.SERIOUS) | (functional.value >= cjj_181.SERIOUS)
    tell(placeless, tr("position unknown: the gap between defects is not judged"))
    tell(seen & np.isnan(length), tr("density unknown: neither inspection nor pipe has a length"))
    tell(serious & np.isnan(places.diameter_mm), tr("index unknown: the pipe has no diameter"))
    tell(
        serious & ~places.has_importance,
        tr("K taken as 0: neither importance of the area nor class of the road is known"),
    )
    tell(seen & np.isnan(places.t_soil), tr("T taken as 0: the soil is not known"))


def _places(subject: _Subject, rows: Array) -> cjj_181.Places:
    """Return what of the pipes weighs their repair; of a section the larger side is the diameter."""
    sides = np.fmax(subject.of_pipe("width_mm"), subject.of_pipe("height_mm"))[rows]
    across = subject.of_pipe("diameter_mm")[rows]
    across = np.where(across > 0, across, sides)
    return cjj_181.Places(
        k_area=subject.of_pipe("k_area")[rows],
        t_soil=subject.of_pipe("t_soil")[rows],
        road_class=subject.words_of_pipe("road_class")[rows],
        diameter_mm=np.where(across > 0, across, np.nan),
    )


def _by_pacp(subject: _Subject, sheet: _Sheet) -> None:
    own = subject.by(PACP)
    rows = np.flatnonzero(own)
    if not len(rows):
        return
    mine = np.flatnonzero(own[subject.of])
    found = subject.defects.iloc[mine]
    grade, lengths = _numbers(found, "grade"), _numbers(found, "length_m")
    family = rows_of_ids(FAMILIES, _words(found, "family"))
    by_code, is_note = pacp.families_of(_recorded(found))
    family = np.where(family >= 0, family, by_code)
    at = (np.cumsum(own) - 1)[subject.of[mine]]
    with np.errstate(invalid="ignore"):
        is_scored = (grade >= 1) & (family >= 0)
    # Where a survey begins or ends is not a defect.
    seen = is_scored | ~is_note
    mine, at, family, is_scored = mine[seen], at[seen], family[seen], is_scored[seen]
    grade, lengths = grade[seen], lengths[seen]
    sheet.tell_unscored(subject.of[mine][~is_scored], subject.names()[mine][~is_scored])
    for place, is_open in enumerate(_open_families(len(rows), at, family, is_scored)):
        kept = is_scored & (family == place)
        figures = pacp.family_figures(at[kept], grade[kept], lengths[kept], len(rows))
        sheet.put(rows, FAMILIES[place], figures, is_open)
    _advise_none(subject, sheet, rows)


def _advise_none(subject: _Subject, sheet: _Sheet, rows: Array) -> None:
    """Advise nothing where nothing was seen."""
    empty = rows[np.bincount(subject.of, minlength=len(subject))[rows] == 0]
    sheet.words["advice"][empty] = "none"


def _units(subject: _Subject, rows: Array) -> Array:
    """Return for each inspection by EN 13508-2 the pipe and day that it counts for; without a date alone."""
    date = subject.looked["date"].iloc[rows]
    key = pd.DataFrame({"pipe": subject.pipe_id[rows], "date": date.to_numpy()})
    unit: Array = key.groupby(["pipe", "date"], dropna=False, sort=False).ngroup().to_numpy()
    alone = date.isna().to_numpy()
    unit = np.where(alone, len(rows) + np.arange(len(rows)), unit)
    return np.unique(unit, return_inverse=True)[1]


def _by_en_13508(subject: _Subject, sheet: _Sheet) -> None:
    own = subject.by(EN_13508)
    rows = np.flatnonzero(own)
    if not len(rows):
        return
    unit = _units(subject, rows)
    runs = np.bincount(unit)
    mine = np.flatnonzero(own[subject.of])
    found = subject.defects.iloc[mine]
    names = subject.names()[mine]
    run = (np.cumsum(own) - 1)[subject.of[mine]]
    entered = en_13508.Rows(run, names, _numbers(found, "position_m"), _numbers(found, "length_m"))
    numbers = np.stack([_numbers(found, name) for name in ("number_d", "number_s", "number_b")])
    greatest = np.fmax.reduce(numbers, axis=0)
    is_numbered = ~np.isnan(greatest)
    first, last = entered.pairs()
    whole = is_numbered.copy()
    whole[first] |= is_numbered[last]
    whole[last] |= is_numbered[first]
    bare = ~whole & ~entered.is_note
    of_unit = unit[run]
    # In a file that carries numbers a row without one is of class 0.
    is_zero = bare & np.isin(subject.file[subject.of[mine]], subject.file[subject.of[mine][is_numbered]])
    bare = bare & ~is_zero
    sheet.tell_codes(rows[run[is_zero]], names[is_zero], tr("without a number, taken as class 0: {codes}"))
    # What one run of a day leaves open is open for all its runs.
    missing = pd.DataFrame({"unit": of_unit[bare], "name": names[bare]}).drop_duplicates()
    told = pd.DataFrame({"unit": unit, "row": rows}).merge(missing, on="unit")
    sheet.tell_unscored(told["row"].to_numpy(dtype=np.intp), told["name"].to_numpy(dtype=object))
    is_open = np.zeros(len(runs), dtype=bool)
    is_open[of_unit[bare]] = True
    is_open[of_unit[is_numbered]] = False
    length = _inspected_m(subject, rows, unit, runs)
    no_length = np.zeros(len(runs), dtype=bool)
    for family, own_numbers in ((STRUCTURAL, greatest), (FUNCTIONAL, numbers[2])):
        figures = en_13508.family_figures(entered, own_numbers, of_unit, length)
        no_length |= ~is_open & np.isnan(figures.grade) & (figures.mean > 0)
        each = Figures(*(getattr(figures, name)[unit] for name in _FIGURES))
        sheet.put(rows, family, each, is_open[unit])
    mask = np.zeros(len(subject), dtype=bool)
    mask[rows] = no_length[unit]
    sheet.tell_all(mask, tr("no grade: the inspected length is unknown"))
    several = np.flatnonzero(runs[unit] > 1)
    text = tr("{count} runs of that day count as one")
    sheet.tell(rows[several], np.array([text.format(count=n) for n in runs[unit][several]], dtype=object))
    seen = np.bincount(of_unit[is_numbered | bare], minlength=len(runs)) > 0
    sheet.words["advice"][rows[~seen[unit]]] = "none"


def _inspected_m(subject: _Subject, rows: Array, unit: Array, runs: Array) -> Array:
    """Return the summed length of the runs of each pipe and day; of a single run without one the pipe's."""
    inspected = subject.length_m[rows]
    inspected = np.where(inspected > 0, inspected, np.nan)
    of_pipe = subject.pipe_length_m[rows]
    alone = runs[unit] == 1
    inspected = np.where(alone & np.isnan(inspected) & (of_pipe > 0), of_pipe, inspected)
    return np.bincount(unit, inspected, len(runs))
