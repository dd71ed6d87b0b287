"""The grades of every inspection by its own standard, beside those that were given with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.drainage.grading import cjj_181, en_13508, pacp
from waternet_plugin.core.drainage.grading.graded import FAMILIES, FUNCTIONAL, STRUCTURAL, Figures
from waternet_plugin.core.frames import PlainFrames
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
# A stretch is marked behind its code as its file does: "BAF A1" begins the first, "BAF B1" ends it.
_MARK = re.compile(r"\s([AB])(\d+)$")
_MAIN_CODE = 3


@dataclass(frozen=True)
class InspectionGrades(PlainFrames):
    """One row an inspection (`COLUMNS`), and how many got a grade, differ, or have codes without a score."""

    rows: pd.DataFrame
    graded: int
    differing: int
    unscored: int


@dataclass
class _Answer:
    figures: dict[str, Figures] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    unscored: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def _records(frame: pd.DataFrame, columns: Iterable[str]) -> list[dict[str, Any]]:
    """Return rows as plain values, None where unknown."""
    plain = {}
    for name in columns:
        values = frame[name].astype(object)
        plain[name] = values.where(frame[name].notna(), None).tolist()
    return [dict(zip(plain, row)) for row in zip(*plain.values())]


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
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    own = defects[defects["inspection_id"].isin(inspections["inspection_id"])]
    own = own.sort_values("defect_id", kind="stable")
    for row in _records(own, DEFECT_COLUMNS):
        found[row["inspection_id"]].append(row)
    pipe_of = {row["pipe_id"]: row for row in _records(pipes, PIPE_COLUMNS)}
    looked = _records(inspections, INSPECTION_COLUMNS)
    same_day = _same_day(looked)
    results = []
    for row in looked:
        pipe = pipe_of.get(row["pipe_id"], {})
        answer = _graded(row, pipe, found, same_day)
        if pipe.get("length_m") and any(
            (one["position_m"] or 0.0) > pipe["length_m"] for one in found[row["inspection_id"]]
        ):
            answer.reasons.append(tr("a defect lies beyond the end of the pipe"))
        results.append((row, answer))
    rows = pd.DataFrame([_row(row, answer) for row, answer in results], columns=list(COLUMNS))
    for name in COLUMNS:
        if name.endswith(("_grade", "_class")):
            rows[name] = rows[name].astype("Int64")
        elif name.endswith(("_value", "_mean", "_density", "_index")):
            rows[name] = rows[name].astype(float)
    return InspectionGrades(
        rows=rows,
        graded=int((rows["structural_grade"].notna() | rows["functional_grade"].notna()).sum()),
        differing=int(rows["differs"].notna().sum()),
        unscored=sum(bool(answer.unscored) for _row_, answer in results),
    )


def _same_day(rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, Any], list[dict[str, Any]]]:
    """Return the runs by EN 13508-2 of each pipe and day; those without a date are alone."""
    runs: dict[tuple[Any, Any], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["standard"] == EN_13508 and row["pipe_id"] is not None and row["date"] is not None:
            runs[row["pipe_id"], row["date"]].append(row)
    return runs


def _graded(
    row: dict[str, Any],
    pipe: dict[str, Any],
    found: dict[Any, list[dict[str, Any]]],
    same_day: dict[tuple[Any, Any], list[dict[str, Any]]],
) -> _Answer:
    if row["pipe_id"] is None:
        return _Answer(reasons=[tr("no grade: it names no pipe")])
    if row["standard"] == CJJ_181:
        return _by_cjj_181(row, pipe, found[row["inspection_id"]])
    if row["standard"] == PACP:
        return _by_pacp(found[row["inspection_id"]])
    if row["standard"] == EN_13508:
        runs = same_day.get((row["pipe_id"], row["date"])) or [row]
        return _by_en_13508(runs, pipe, [found[run["inspection_id"]] for run in runs])
    return _Answer(reasons=[tr("no grade: its standard is unknown or has no scale here")])


def _name(defect: dict[str, Any]) -> str:
    return str(defect["code_raw"] or defect["code"] or tr("a defect without a code"))


def _by_family(
    answer: _Answer,
    family_of: Callable[[dict[str, Any]], Optional[str]],
    defects: list[dict[str, Any]],
    scored: dict[str, list[Any]],
    figures: Callable[[list[Any]], Figures],
) -> None:
    """Fill the figures of both families; one with unscored defects alone stays unknown."""
    unsaid = {family_of(one) for one in defects if _name(one) in answer.unscored}
    for family in FAMILIES:
        is_open = not scored[family] and (family in unsaid or None in unsaid)
        answer.figures[family] = Figures() if is_open else figures(scored[family])


def _by_cjj_181(row: dict[str, Any], pipe: dict[str, Any], defects: list[dict[str, Any]]) -> _Answer:
    answer, scores, families = _Answer(), cjj_181.scores(), cjj_181.families()
    scored: dict[str, list[Any]] = {family: [] for family in FAMILIES}
    for one in defects:
        score = scores.get((one["code"], one["grade"]))
        if score is None:
            answer.unscored.append(_name(one))
            continue
        scored[families[one["code"]]].append(cjj_181.Scored(score, one["position_m"], one["length_m"] or 0.0))
    length = row["length_m"] or pipe.get("length_m")
    _by_family(
        answer,
        lambda one: families.get(one["code"]),
        defects,
        scored,
        lambda own: cjj_181.family_figures(own, length),
    )
    place = cjj_181.Place(
        k_area=pipe.get("k_area"),
        t_soil=pipe.get("t_soil"),
        road_class=pipe.get("road_class"),
        diameter_mm=pipe.get("diameter_mm")
        or max(pipe.get("width_mm") or 0, pipe.get("height_mm") or 0)
        or None,
    )
    structural = answer.figures[STRUCTURAL]
    repair = cjj_181.repair_index(structural.value, place)
    maintenance = cjj_181.maintenance_index(answer.figures[FUNCTIONAL].value, place)
    answer.more = {
        "repair_index": repair,
        "repair_class": None if repair is None else cjj_181.index_class(repair),
        "maintenance_index": maintenance,
        "maintenance_class": None if maintenance is None else cjj_181.index_class(maintenance),
        "advice": cjj_181.advice(repair, structural),
    }
    if structural.value and not length:
        answer.reasons.append(tr("density unknown: neither inspection nor pipe has a length"))
    if place.diameter_mm is None and any(
        (figures.value or 0) >= cjj_181.SERIOUS for figures in answer.figures.values()
    ):
        answer.reasons.append(tr("index unknown: the pipe has no diameter"))
    return answer


def _by_pacp(defects: list[dict[str, Any]]) -> _Answer:
    answer = _Answer()
    scored: dict[str, list[Any]] = {family: [] for family in FAMILIES}
    for one in defects:
        if not one["grade"] or one["family"] not in FAMILIES:
            answer.unscored.append(_name(one))
        else:
            scored[one["family"]].append((int(one["grade"]), one["length_m"]))
    _by_family(answer, lambda one: one["family"], defects, scored, pacp.family_figures)
    if not defects:
        answer.more["advice"] = "none"
    return answer


def _by_en_13508(
    runs: list[dict[str, Any]], pipe: dict[str, Any], defects: list[list[dict[str, Any]]]
) -> _Answer:
    answer = _Answer()
    damages: dict[str, list[tuple[en_13508.Damage, ...]]] = {family: [] for family in FAMILIES}
    for own in defects:
        structural, functional = [], []
        for one in own:
            name = _name(one)
            numbers = [one[key] for key in ("number_d", "number_s", "number_b") if one[key] is not None]
            if not numbers:
                if not name.startswith(en_13508.NOTES):
                    answer.unscored.append(name)
                continue
            structural.append(_damage(one, name, float(max(numbers))))
            if one["number_b"] is not None:
                functional.append(_damage(one, name, float(one["number_b"])))
        damages[STRUCTURAL].append(tuple(structural))
        damages[FUNCTIONAL].append(tuple(functional))
    lengths = [run["length_m"] for run in runs]
    length = sum(lengths) if all(lengths) else (pipe.get("length_m") if len(runs) == 1 else None)
    for family in FAMILIES:
        is_open = answer.unscored and not any(damages[STRUCTURAL])
        answer.figures[family] = Figures() if is_open else en_13508.family_figures(damages[family], length)
    if any(one.grade is None and one.mean for one in answer.figures.values()):
        answer.reasons.append(tr("no grade: the inspected length is unknown"))
    if len(runs) > 1:
        answer.reasons.append(tr("{count} runs of that day count as one").format(count=len(runs)))
    if not any(defects):
        answer.more["advice"] = "none"
    return answer


def _damage(one: dict[str, Any], name: str, number: float) -> en_13508.Damage:
    mark = _MARK.search(name)
    return en_13508.Damage(
        code=name[:_MAIN_CODE],
        number=number,
        position_m=one["position_m"],
        length_m=one["length_m"] or 0.0,
        mark=mark.group(1) if mark else "",
        stretch=mark.group(2) if mark else "",
    )


def _row(row: dict[str, Any], answer: _Answer) -> dict[str, Any]:
    reasons, differences = list(answer.reasons), []
    labels = {STRUCTURAL: tr("structural"), FUNCTIONAL: tr("functional")}
    result = {name: row[name] for name in ("inspection_id", "pipe_id", "standard")}
    for family in FAMILIES:
        figures = answer.figures.get(family, Figures())
        result.update({f"{family}_{name}": getattr(figures, name) for name in _FIGURES})
        result[f"quick_{family}"] = figures.quick
        given = row[f"{family}_grade"]
        if given is not None and figures.grade is not None and int(given) != figures.grade:
            text = tr("{family}: given {given}, computed {computed}")
            differences.append(text.format(family=labels[family], given=int(given), computed=figures.grade))
    if answer.unscored:
        names = listed(sorted(set(answer.unscored)))
        reasons.insert(0, tr("without a score, not counted: {codes}").format(codes=names))
    between = tr("; ", "between reasons")
    result.update(answer.more)
    result["differs"] = between.join(differences) or None
    result["reasons"] = between.join(reasons) or None
    return result
