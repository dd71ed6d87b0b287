"""Guess a first mapping: which table, which column fills which field, what foreign codes mean.

Every guess says how sure it is, so that a person can look at the doubtful ones first. The same frame
always gives the same guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.exchange import evidence, places, values
from waternet_plugin.core.exchange.adoption import source_columns
from waternet_plugin.core.exchange.columns import is_year
from waternet_plugin.core.exchange.mapping import (
    Mapping,
    Source,
    adoptable,
    adoptable_fields,
    adoptable_tables,
)
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import domain, suggest
from waternet_plugin.core.schema.tables import Field, Table

SURE, GUESS, NONE = "sure", "guess", "none"

# Share of values that fit from which on a name is believed, and below which it is not.
_SURE_FIT = 0.95
_LEAST_FIT = 0.5
_LEAST_CODES = 0.3
# Without a name to go by, nearly all values must be known codes.
_VALUES_ALONE = 0.9

# Share of distinct values from which on a column of some id may be the id.
_UNIQUE = 0.98

_SAMPLE_ROWS = 20_000
_SAMPLES = 5

# Symbols are turned along their pipes later; what a drawing turned them by is no fact.
_LEFT_OUT = frozenset({"angle_deg"})

# Fields that values alone may fill: their codes are words of the trade, not yes and no.
_TELLING = frozenset({"material", "system", "kind"})

# Fields that one column may fill together, by what is taken of its values.
_SECTION = {"width_mm": "width", "height_mm": "height"}

_FAMILIES = {
    "LineString": ("pipe", "road_work", "node"),
    "Point": ("node", "failure", "customer", "work_item"),
    "Polygon": ("compound", "zone", "road_work"),
    "": ("failure", "inspection", "defect", "reading", "customer", "node", "work_item"),
}


@dataclass(frozen=True)
class FieldGuess:
    """The column that most likely fills a field, '' for none, with some of its values."""

    field: str
    column: str
    take: str
    unit: str
    confidence: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class CodeGuess:
    """A foreign code, how often it comes, and what it most likely means, None where nobody knows."""

    field: str
    value: str
    count: int
    suggestion: str | None


@dataclass(frozen=True)
class Guess:
    """A guessed mapping with what it rests on; ``unused`` are columns that no field takes."""

    table: str
    table_confidence: str
    fields: tuple[FieldGuess, ...]
    codes: tuple[CodeGuess, ...]
    unused: tuple[str, ...]
    mapping: Mapping

    @property
    def unknown_codes(self) -> tuple[CodeGuess, ...]:
        """The codes whose meaning a person must give."""
        return tuple(code for code in self.codes if code.suggestion is None)


@lru_cache(maxsize=1)
def _hints() -> dict[str, tuple[str, ...]]:
    """Return the words in layer names that speak for a table."""
    return {row["table"]: words(row["words"]) for row in rows_of(Path(__file__).parent / "hints.csv")}


def _sample(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows spread evenly over a frame, all of a small one."""
    step = max(1, -(-len(frame) // _SAMPLE_ROWS))
    return cast("pd.DataFrame", frame.iloc[::step].reset_index(drop=True))


def _family(frame: pd.DataFrame) -> str:
    """Return the kind of geometry most rows have, '' for none."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return ""
    kinds = frame.geometry.dropna().geom_type
    if not len(kinds):
        return ""
    common = str(kinds.value_counts().sort_index().idxmax())
    return common.replace("Multi", "").replace("LinearRing", "LineString")


# --------------------------------------------------------------------------------------------- fields


@dataclass(frozen=True)
class _Candidate:
    worth: float
    fit: float
    field: Field
    column: str

    @property
    def believable(self) -> bool:
        if np.isnan(self.fit):
            return self.worth >= evidence.ALIAS - 0.5
        if self.field.domain:
            return self.fit >= _LEAST_CODES or self.worth == evidence.OWN_NAME
        return self.fit >= _LEAST_FIT

    @property
    def confidence(self) -> str:
        sure = self.worth >= evidence.ALIAS - 0.5 and self.fit >= _SURE_FIT
        return SURE if sure else GUESS


def _by_name(table: Table, frame: pd.DataFrame, columns: list[str]) -> list[_Candidate]:
    """Return the pairs of field and column that names suggest and values allow, best first."""
    found = []
    for described in adoptable_fields(table):
        for column in columns if described.name not in _LEFT_OUT else ():
            worth = evidence.name_worth(described, column)
            if worth > 0:
                fit = evidence.fit(described, frame[column], is_id=described.name == table.id_field)
                found.append(_Candidate(worth, fit, described, column))
    kept = [one for one in found if one.believable]
    order = {described.name: place for place, described in enumerate(table.fields)}
    return sorted(
        kept,
        key=lambda one: (
            -one.worth,
            -np.nan_to_num(one.fit),
            order[one.field.name],
            columns.index(one.column),
        ),
    )


def _by_values(table: Table, frame: pd.DataFrame, columns: list[str], taken: set[str]) -> list[_Candidate]:
    """Return pairs for fields that no name fits, by nearly all values being codes of the field."""
    found = []
    for described in adoptable_fields(table):
        if described.name in taken or described.name not in _TELLING or not described.domain:
            continue
        for column in columns:
            share, codes = evidence.known_share(described.domain, values.texts(frame[column]))
            if codes >= 2 and share >= _VALUES_ALONE:
                found.append(_Candidate(0.5, share, described, column))
    if table.id_field and table.id_field not in taken:
        described = table.field(table.id_field)
        for column in columns:
            fit = evidence.fit(described, frame[column], is_id=True)
            if evidence.sounds_like_id(column) and fit >= _UNIQUE:
                found.append(_Candidate(0.5, fit, described, column))
                break
    return sorted(found, key=lambda one: (-one.fit, columns.index(one.column)))


def _choose(table: Table, frame: pd.DataFrame) -> dict[str, _Candidate]:
    """Return the column for each field; a column fills one field."""
    columns = source_columns(frame)
    chosen: dict[str, _Candidate] = {}
    used: set[str] = set()
    for candidates in (_by_name(table, frame, columns), None):
        if candidates is None:
            free = [column for column in columns if column not in used]
            candidates = _by_values(table, frame, free, set(chosen))
        for one in candidates:
            if one.field.name not in chosen and one.column not in used:
                chosen[one.field.name] = one
                used.add(one.column)
    return chosen


def _sections(table: Table, frame: pd.DataFrame, chosen: dict[str, _Candidate]) -> dict[str, _Candidate]:
    """Return width and height out of one column that names both, such as 2000X1500, where none fills them."""
    wanted = [one for one in adoptable_fields(table) if one.name in _SECTION]
    if len(wanted) < len(_SECTION) or any(one.name in chosen for one in wanted):
        return {}
    used = {one.column for one in chosen.values()}
    for column in source_columns(frame):
        known = frame[column].dropna()
        if column in used or not len(known):
            continue
        wide = values.sections(known, 0.0).width
        if np.isfinite(wide).mean() >= _SURE_FIT:
            return {one.name: _Candidate(1.0, 1.0, one, column) for one in wanted}
    return {}


def _take(described: Field, series: pd.Series) -> str:
    if described.name in _SECTION and np.isfinite(values.sections(series, 0.0).width).any():
        return _SECTION[described.name]
    if is_year(described):
        return "" if evidence.is_plain_year(series) else "year"
    return "date" if described.type == "date" else ""


def _samples(series: pd.Series) -> tuple[str, ...]:
    found = pd.unique(values.texts(series.head(_SAMPLE_ROWS)))
    return tuple(str(word) for word in found if word is not None)[:_SAMPLES]


def _is_degrees(column: _Candidate, frame: pd.DataFrame) -> bool:
    """Return whether a length was worked out in degrees, which says nothing."""
    if column.field.name != "length_m" or not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return False
    return bool(frame.crs.is_geographic and np.nanmedian(values.numbers(frame[column.column]).values) < 0.1)


# ---------------------------------------------------------------------------------------------- table


def _guess_table(frame: pd.DataFrame, name: str) -> tuple[str, str]:
    """Return the table that geometry, layer name and columns speak for, and how sure that is."""
    family = _family(frame)
    scores = []
    for table_name in _FAMILIES.get(family, _FAMILIES[""]):
        table = adoptable(table_name)
        hint = evidence.table_hint(table, _hints().get(table_name, ()), name)
        if family == "LineString" and table_name != "pipe" and hint == 0:
            continue
        named = len(_by_name_only(table, source_columns(frame)))
        scores.append((hint * 2 + named, hint, table_name))
    ranked = sorted(scores, key=lambda score: -score[0])
    best = ranked[0]
    clear = len(ranked) == 1 or best[0] > ranked[1][0]
    return best[2], SURE if clear and (best[1] > 0 or len(ranked) == 1) else GUESS


def _by_name_only(table: Table, columns: list[str]) -> set[str]:
    return {
        described.name
        for described in adoptable_fields(table)
        if any(evidence.name_worth(described, column) >= evidence.ALIAS - 0.5 for column in columns)
    }


# ---------------------------------------------------------------------------------------------- codes


def guess_codes(field: str, domain_name: str, series: pd.Series) -> tuple[CodeGuess, ...]:
    """Return every distinct value of a column that is no code of ours, with the code it likely means."""
    places_, distinct = pd.factorize(values.texts(series))
    counts = np.bincount(places_[places_ >= 0], minlength=len(distinct))
    known = domain(domain_name)
    found = [
        CodeGuess(field, str(word), int(count), suggest(domain_name, word))
        for word, count in zip(distinct, counts)
        if word not in known
    ]
    return tuple(sorted(found, key=lambda code: (-code.count, code.value)))


def _defaults(table: Table, chosen: dict[str, _Candidate], name: str) -> dict[str, object]:
    """Return what the layer's name says of all its rows."""
    result: dict[str, object] = {}
    fields = {described.name: described for described in adoptable_fields(table)}
    for field in ("system", "kind"):
        if field in fields and field not in chosen:
            code = evidence.named_code(fields[field].domain, name)
            if code is not None:
                result[field] = code
    if "status" in fields and "status" not in chosen and "in_use" in domain(fields["status"].domain):
        result["status"] = "in_use"
    return result


def _geometry(table: Table, frame: pd.DataFrame, target_crs: object) -> tuple[dict[str, str], str]:
    """Return where the rows lie, and the CRS where the file names none but the numbers fit the network's."""
    family = _family(frame)
    if family == "LineString" and table.geometry.startswith("Point"):
        return {"from": "midpoint"}, ""
    found = places.coordinate_columns(source_columns(frame))
    if family or found is None or not table.geometry.startswith("Point"):
        return {}, ""
    geometry = {"x": found.x, "y": found.y}
    if found.degrees:
        return geometry, places.LON_LAT
    if target_crs is None:
        return geometry, ""
    target = places.read_crs(target_crs)
    axes = places.judge_axes(
        values.numbers(frame[found.x]).values, values.numbers(frame[found.y]).values, target
    )
    authority = target.to_authority(min_confidence=70)
    fits = axes.verdict in ("fine", "swapped") and authority is not None
    return geometry, ":".join(authority) if fits and authority else ""


def guess(
    frame: pd.DataFrame, *, table: str | None = None, name: str = "", target_crs: object = None
) -> Guess:
    """Guess how a foreign layer becomes rows of a table.

    Parameters
    ----------
    frame
        The foreign rows.
    table
        The table where it is known; guessed from geometry and names otherwise.
    name
        Of file and layer: it often says what the rows are.
    target_crs
        The network's CRS, for coordinate columns without one.

    Raises
    ------
    InputError
        When the table is none of ours.
    """
    sample = _sample(frame)
    table_name, table_confidence = (table, SURE) if table else _guess_table(sample, name)
    described = adoptable(table_name)
    chosen = {field: one for field, one in _choose(described, sample).items() if not _is_degrees(one, sample)}
    chosen |= _sections(described, sample, chosen)
    unit = ""
    if isinstance(frame, gpd.GeoDataFrame) and frame.crs is not None and frame.crs.axis_info:
        unit = str(frame.crs.axis_info[0].unit_name)
    fields = []
    for one in adoptable_fields(described):
        candidate = chosen.get(one.name)
        if candidate is None:
            fields.append(FieldGuess(one.name, "", "", "", NONE, ()))
            continue
        series = sample[candidate.column]
        told = evidence.unit_of(one, candidate.column, series, unit)
        confidence = GUESS if told else candidate.confidence
        take = _take(one, series)
        fields.append(FieldGuess(one.name, candidate.column, take, told, confidence, _samples(series)))
    codes = tuple(
        code
        for one in adoptable_fields(described)
        if one.domain and one.name in chosen
        for code in guess_codes(one.name, one.domain, frame[chosen[one.name].column])
    )
    meanings: dict[str, dict[str, str | None]] = {}
    for code in codes:
        if code.suggestion is not None:
            meanings.setdefault(code.field, {})[code.value] = code.suggestion
    geometry, crs = _geometry(described, sample, target_crs)
    reported = chosen.get("reported_pipe_id")
    zero = reported is not None and "0" in set(values.texts(frame[reported.column]))
    mapping = Mapping(
        fields={one.field: Source(one.column, one.take) for one in fields if one.column},
        values=meanings,
        defaults=_defaults(described, chosen, name),
        units={one.field: one.unit for one in fields if one.unit},
        geometry=geometry,
        crs=crs,
        null={"reported_pipe_id": ("0",)} if zero else {},
    )
    used = {one.column for one in fields} | set(geometry.values())
    unused = tuple(column for column in source_columns(frame) if column not in used)
    return Guess(table_name, table_confidence, tuple(fields), codes, unused, mapping)


__all__ = [
    "GUESS",
    "NONE",
    "SURE",
    "CodeGuess",
    "FieldGuess",
    "Guess",
    "adoptable_tables",
    "guess",
    "guess_codes",
]
