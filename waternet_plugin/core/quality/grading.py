"""How good the data are, area by area: findings weighed against length, and what is known of the pipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.quality.checking import WIDESPREAD
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.shapes.packed_shapes import drawn_lengths

LETTERS = ("A", "B", "C", "D")
# What must be known of a pipe before anything can be computed with it.
_WANTED = ("material", "diameter_mm", "install_year")


@dataclass(frozen=True)
class Grade:
    """The quality of one area.

    ``errors``, ``warnings`` and ``advice`` count root findings; ``score`` is the weight per km of these, and
    of every single one that a finding about a whole column stands for, else the worst columns would weigh
    least. Unknown material, diameter and year have no weight there, since ``complete`` measures them.
    ``complete`` the share of material, diameter and year that is known (0 to 1); ``kind`` is the area's
    kind in words, '' for the whole network.
    """

    area_id: str
    name: str
    kind: str
    pipes: int
    length_km: float
    errors: int
    warnings: int
    advice: int
    score: float
    complete: float
    grade: str


@dataclass(frozen=True)
class _Found:
    """Findings that count: the severity of those that stand by themselves, '' for others; weights; the pipes.

    ``length_km`` and ``known``, the share of what matters that is known, have one value for each pipe.
    """

    severity: Array
    weight: Array
    length_km: Array
    known: Array


def _weights(settings: Settings) -> dict[str, float]:
    return {name: settings.real(f"quality.weight_{name}") for name in ("error", "warning")}


def _letter(score: float, complete: float, settings: Settings) -> str:
    """Return the grade: by the weight of findings, one worse where much is unknown."""
    limits = [settings.real(f"quality.grade_{letter.lower()}") for letter in LETTERS[:-1]]
    place = sum(score > limit for limit in limits)
    place += complete < settings.real("quality.complete_share")
    return LETTERS[min(int(place), len(LETTERS) - 1)]


def grade_areas(
    findings: pd.DataFrame, tables: Mapping[str, pd.DataFrame], settings: Settings
) -> tuple[Grade, ...]:
    """Return the grade of the whole network, then of every compound and zone that has pipes.

    Parameters
    ----------
    findings
        Findings with issue_id, rule_id, severity, root, x, y.
    tables
        The network: pipe, and compound and zone where there are.
    settings
        Weights and limits.
    """
    pipes = TableRows("pipe", tables["pipe"])
    live = ~pipes.among("status", OUT_OF_USE)
    given = pipes.number("length_m")
    length = np.where(np.isfinite(given), given, drawn_lengths(pipes.shapes))
    length = np.nan_to_num(np.where(live, length, 0.0)) / 1000
    known = np.mean([pipes.known(name) for name in _WANTED], axis=0)
    known[pipes.among("material", ("unknown",))] -= 1 / len(_WANTED)
    findings = findings.reset_index(drop=True)
    wide = findings["rule_id"] == WIDESPREAD
    behind = findings["root"].isin(findings.loc[wide, "issue_id"])
    counted = findings[findings["root"].isna() | behind]
    severity = counted["severity"].where(~behind[counted.index], "").to_numpy(dtype=object)
    weighty = ~(wide | findings["rule_id"].isin([f"missing_{name}" for name in _WANTED]))
    weight = counted["severity"].map(_weights(settings)).where(weighty[counted.index], 0.0).fillna(0.0)
    where = counted[["x", "y"]].to_numpy(dtype=float)
    found = _Found(severity, weight.to_numpy(dtype=float), length, known)
    everything = np.arange(len(pipes))
    grades = [_graded("", "", "", everything[live], np.arange(len(counted)), found, settings)]
    drawn = [name for name in ("compound", "zone") if len(tables.get(name, ()))]
    if not drawn:
        return tuple(grades)
    rows = np.flatnonzero(live & np.isfinite(pipes.xy).all(axis=1))
    pipe_tree = shapely.STRtree(shapely.points(pipes.xy[rows]))
    placed = np.flatnonzero(np.isfinite(where).all(axis=1))
    issue_tree = shapely.STRtree(shapely.points(where[placed]))
    for name in drawn:
        areas = TableRows(name, tables[name])
        kinds = domain(table(name).field("type" if name == "compound" else "kind").domain)
        for row in np.argsort(areas.ids.astype(str), kind="stable"):
            shape = areas.geometry[row]
            if shape is None or not shapely.is_valid(shape):
                continue
            mine = rows[pipe_tree.query(shape, predicate="intersects")]
            if not len(mine):
                continue
            issues = placed[issue_tree.query(shape, predicate="intersects")]
            code = areas.text("type" if name == "compound" else "kind")[row]
            kind = kinds[code].label if code in kinds else table(name).label
            grades.append(
                _graded(
                    str(areas.ids[row]),
                    str(areas.text("name")[row] or ""),
                    kind,
                    mine,
                    issues,
                    found,
                    settings,
                )
            )
    return tuple(grades)


def _graded(
    area_id: str,
    name: str,
    kind: str,
    pipes: Array,
    issues: Array,
    found: _Found,
    settings: Settings,
) -> Grade:
    weights = found.length_km[pipes]
    km = float(weights.sum())
    many = {code: int((found.severity[issues] == code).sum()) for code in ("error", "warning", "info")}
    # A short stretch is not a hundred times worse for one finding.
    score = float(found.weight[issues].sum()) / max(km, 0.5)
    complete = float(np.average(found.known[pipes], weights=weights)) if weights.sum() > 0 else 0.0
    return Grade(
        area_id,
        name,
        kind,
        len(pipes),
        km,
        many["error"],
        many["warning"],
        many["info"],
        score,
        complete,
        _letter(score, complete, settings),
    )
