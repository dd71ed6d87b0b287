"""Guess a first mapping: which table, which column fills which field, what foreign codes mean.

Every guess says how sure it is, so that a person can look at the doubtful ones first. The same frame
always gives the same guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values, written_numbers
from waternet_plugin.core.cells.coordinates import written_degrees
from waternet_plugin.core.cells.written_months import is_month_column
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.doubts.length_doubts import drawn_lengths
from waternet_plugin.core.exchange.guessing import column_fits, referring, value_hints
from waternet_plugin.core.exchange.guessing.column_choice import (
    MONTH_TAKES,
    SECTION_PARTS,
    ColumnCandidate,
    choose_columns,
    days_of_months,
    days_of_times,
    depth_columns,
    is_in_degrees,
    section_columns,
    size_with_material,
)
from waternet_plugin.core.exchange.guessing.column_names import WITHIN
from waternet_plugin.core.exchange.guessing.confidences import ASSUMED, GUESS, NONE, SURE
from waternet_plugin.core.exchange.guessing.end_pairs import FIELDS, NODE
from waternet_plugin.core.exchange.guessing.guessed_answers import with_answers
from waternet_plugin.core.exchange.guessing.meanings.flow_figures import meanings_by_levels
from waternet_plugin.core.exchange.guessing.meanings.heading_meanings import heading_meanings
from waternet_plugin.core.exchange.guessing.reading_guess import guess_readings, looks_like_readings
from waternet_plugin.core.exchange.guessing.remarks import Remark, remarks
from waternet_plugin.core.exchange.guessing.tables.table_guess import geometry_family, guess_table
from waternet_plugin.core.exchange.guessing.tables.work_records import (
    NOT_WORK,
    day_of_rows,
    kind_of_content,
    work_of_columns,
)
from waternet_plugin.core.exchange.guessing.value_hints import Told
from waternet_plugin.core.exchange.mapping.adoptable_tables import (
    NO_OWN,
    OwnTables,
    adoptable,
    adoptable_fields,
)
from waternet_plugin.core.exchange.mapping.coded_values import BLANK, Unmapped
from waternet_plugin.core.exchange.mapping.filled_fields import is_year
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.exchange.mapping.reading_mapping import READING
from waternet_plugin.core.exchange.units.field_units import told_unit, unit_of_heading
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.places.map_services import named_service
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.system_names import system_of_table
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.word_codes import codes_of_column
from waternet_plugin.core.units import METRES

_SAMPLE_ROWS = 20_000
# Up to so many rows each is looked at for what is out of line.
_ALL_ROWS = 200_000
# Rows whose texts tell which language a file is in.
_TEXT_ROWS = 50
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SAMPLES = 5
# Longer codes of figures are those of a standard, and answers of yes and no are 1 and 0 everywhere.
_MONEY = "money"
_FLOW = "flow"
# Share of features that must be kinds; the others are asked.
_LEAST_KINDS = 0.5
_BRACKETED = re.compile(r"[(\[（【]([^()\[\]（）【】]+)[)\]）】]")
_OF_USERS = "billed_metered"
# What a name may say of all rows.
_OF_ALL_ROWS = ("system", "kind", "programme")
# Who made a list and its unit say nothing of its rows.
_UNIT_TOLD = re.compile(r"\w{0,4}单位\s*[:：]")
_LIST_DIGITS, _YES_NO = 3, "yes_no_unknown"


@dataclass(frozen=True)
class FieldGuess:
    """The column that most likely fills a field, '' for none, with some of its values.

    ``confidence`` is ASSUMED where one value is taken for all rows; ``samples`` has it.
    """

    field: str
    column: str
    take: str
    unit: str
    confidence: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """A guessed mapping with what it rests on.

    ``unused`` are columns that no field takes; ``suggestions`` those of them whose values fit a field that
    nothing fills; ``remarks`` say of others why they are left out although a field is called so.
    """

    table: str
    table_confidence: str
    fields: tuple[FieldGuess, ...]
    codes: tuple[Unmapped, ...]
    unused: tuple[str, ...]
    mapping: Mapping
    suggestions: tuple[Told, ...] = ()
    remarks: tuple[Remark, ...] = ()


def _sample(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows spread evenly over a frame, all of a small one."""
    step = max(1, -(-len(frame) // _SAMPLE_ROWS))
    return cast("pd.DataFrame", frame.iloc[::step].reset_index(drop=True))


def _take(described: Field, series: pd.Series) -> str:
    if described.name in SECTION_PARTS and np.isfinite(written_numbers.sections(series, 0.0).width).any():
        return SECTION_PARTS[described.name]
    if is_year(described):
        return "" if column_fits.is_plain_year(series) else "year"
    if (described.table, described.name) in MONTH_TAKES and is_month_column(series):
        return MONTH_TAKES[described.table, described.name]
    return "date" if described.type == "date" else ""


def _samples(series: pd.Series) -> tuple[str, ...]:
    found = pd.unique(foreign_values.texts(series.head(_SAMPLE_ROWS)))
    return tuple(str(word) for word in found if word is not None)[:_SAMPLES]


def guess_codes(
    described: Field, series: pd.Series, by_rows: dict[str, str] | None = None
) -> tuple[Unmapped, ...]:
    """Return every distinct value of a column that is no code of ours, with the code it likely means.

    ``by_rows`` is what other columns of the rows say that values mean.
    """
    places_, distinct = pd.factorize(foreign_values.texts(series))
    counts = np.bincount(places_[places_ >= 0], minlength=len(distinct))
    known, answers = described.codes, heading_meanings(described, series) or by_rows or {}
    named = codes_of_column(described.domain, list(distinct), described.own_codes)
    found = []
    for word, count, one in zip(distinct, counts, named):
        if word in known:
            continue
        suggestion, basis = (None, "") if one is None else (one.code, one.word)
        if str(word) in answers:
            suggestion, basis = answers[str(word)], str(series.name)
        elif described.domain != _YES_NO and str(word).isdecimal() and len(str(word)) <= _LIST_DIGITS:
            # The number of a list, of which there are as many as offices.
            suggestion, basis = None, ""
        found.append(Unmapped(described.name, str(word), int(count), suggestion, basis))
    return tuple(sorted(found, key=lambda code: (-code.count, code.value)))


def _defaults(
    table: Table, chosen: dict[str, ColumnCandidate], name: str, columns: list[str]
) -> dict[str, object]:
    """Return what the layer's name says of all its rows, or headings say of their work."""
    result: dict[str, object] = {}
    fields = {described.name: described for described in adoptable_fields(table)}
    for field in _said_of_all_rows(table):
        if field in fields and field not in chosen:
            code = column_fits.named_code(
                fields[field], (NOT_WORK if field == "type" else _UNIT_TOLD).sub("", name)
            )
            if code is None and field == "type":
                code = work_of_columns(fields[field], columns)
            if code is None and field == "system":
                code = system_of_table(name)
            if code is None and field == "kind":
                # 阀门编号 says what its rows are where the file does not.
                code = _kind_of_id(table, chosen)
            if code is not None:
                result[field] = code
    if table.name == "volume" and "component" not in chosen:
        # What is read of users by name is billed, unless the name of the list says otherwise.
        told = column_fits.named_code(fields["component"], name)
        if told is not None or "customer_id" in chosen:
            result["component"] = told or _OF_USERS
    if "status" in fields and "status" not in chosen and "in_use" in fields["status"].codes:
        result["status"] = "in_use"
    return result


def _said_of_all_rows(table: Table) -> tuple[str, ...]:
    """Return the fields that the name of a file may fill for all of its rows."""
    return ("type",) if table.name == "work_item" else _OF_ALL_ROWS


def _kind_of_id(table: Table, chosen: dict[str, ColumnCandidate]) -> str | None:
    """Return the kind of node that the heading of the id names: 阀门编号; None for none."""
    if table.name != "node" or table.id_field not in chosen:
        return None
    return column_fits.named_code(table.field("kind"), chosen[table.id_field].column)


def _kind_of_feature(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return the column of features of a survey for kinds, too, where it has them and no other column has."""
    feature = chosen.get("feature")
    if table.name != "node" or feature is None or "kind" in chosen:
        return {}
    described = table.field("kind")
    fit = column_fits.fit(described, frame[feature.column], is_id=False)
    if not fit >= _LEAST_KINDS:
        return {}
    return {described.name: ColumnCandidate(WITHIN, fit, described, feature.column)}


def _blank_kinds(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> tuple[Unmapped, ...]:
    """Return what nodes without a kind are where the heading of their id says so."""
    code = _kind_of_id(table, chosen)
    if code is None or "kind" not in chosen:
        return ()
    blank = sum(word is None for word in foreign_values.texts(frame[chosen["kind"].column]))
    heading = chosen[table.id_field].column
    return (Unmapped("kind", BLANK, blank, code, heading),) if blank else ()


def _meanings_by_rows(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate], settings: Settings
) -> dict[str, dict[str, str]]:
    """Return by field what its values mean by other columns of their rows."""
    if _FLOW not in chosen:
        return {}
    columns = {field: one.column for field, one in chosen.items()}
    return {_FLOW: meanings_by_levels(table.field(_FLOW), frame, columns, settings)}


def _geometry(
    table: Table, frame: pd.DataFrame, target_crs: object, chosen: dict[str, ColumnCandidate]
) -> tuple[dict[str, str], str]:
    """Return where the rows lie, and the CRS where the file names none but the numbers fit the network's."""
    family = geometry_family(frame)
    if family == "LineString" and table.geometry.startswith("Point"):
        return {"from": "midpoint"}, ""
    if family:
        return {}, ""
    geometry = coordinates.headed_geometry(source_columns(frame), table.geometry)
    if not geometry and table.geometry.startswith("Point"):
        used = {one.column for one in chosen.values()}
        told = value_hints.coordinates(
            frame, [column for column in source_columns(frame) if column not in used]
        )
        geometry = {} if told is None else dict(zip("xy", told))
    if not geometry:
        return ({"from": "nodes"} if set(FIELDS[NODE]) <= set(chosen) else {}), ""
    x, y = (written_degrees.coordinates(frame[geometry[axis]]) for axis in "xy")
    if written_degrees.are_swapped(x, y):
        geometry = coordinates.swapped(geometry)
    if (x.in_degrees and y.in_degrees) or coordinates.headed_in_degrees(geometry):
        return geometry, coordinates.LON_LAT
    if target_crs is None:
        return geometry, ""
    target = coordinates.read_crs(target_crs)
    axes = coordinates.judge_axes(x.numbers.values, y.numbers.values, target)
    authority = target.to_authority(min_confidence=70)
    fits = axes.verdict in ("fine", "swapped") and authority is not None
    return geometry, ":".join(authority) if fits and authority else ""


def _crs_unit(sample: pd.DataFrame) -> str:
    """Return the unit of a frame's coordinates as PROJ names it, '' where that is not known."""
    if isinstance(sample, gpd.GeoDataFrame) and sample.crs is not None and sample.crs.axis_info:
        return str(sample.crs.axis_info[0].unit_name)
    return ""


def _is_chinese(sample: pd.DataFrame) -> bool:
    """Return whether a heading, or a text of the first rows, is Chinese."""
    columns = source_columns(sample)
    texts = (str(word) for column in columns for word in sample[column].head(_TEXT_ROWS).dropna())
    return any(_CHINESE.search(word) for word in (*columns, *texts))


def _field_guesses(
    table: Table,
    sample: pd.DataFrame,
    chosen: dict[str, ColumnCandidate],
    defaults: dict[str, object],
    crs_unit: str,
) -> list[FieldGuess]:
    """Return what becomes each field of a table: its column, what is taken of it, and the unit."""
    is_chinese, is_in_feet = _is_chinese(sample), "foot" in crs_unit
    shares_column = {"diameter_mm", "material"} <= set(chosen) and (
        chosen["diameter_mm"].column == chosen["material"].column
    )
    is_sized = {"diameter_mm", "height_mm"} <= set(chosen) and (
        "width_mm" in chosen and chosen["diameter_mm"].column == chosen["width_mm"].column
    )
    fields = []
    for field in adoptable_fields(table):
        candidate = chosen.get(field.name)
        if candidate is None:
            assumed = field.name in defaults
            value = (str(defaults[field.name]),) if assumed else ()
            fields.append(FieldGuess(field.name, "", "", "", ASSUMED if assumed else NONE, value))
            continue
        series = sample[candidate.column]
        told = column_fits.unit_of(
            field, candidate.column, series, is_chinese=is_chinese, is_in_feet=is_in_feet
        )
        confidence = GUESS if told else candidate.confidence
        take = _take(field, series)
        if field.name == "diameter_mm" and (is_sized or shares_column):
            take = "round" if is_sized else "number"
        fields.append(FieldGuess(field.name, candidate.column, take, told, confidence, _samples(series)))
    return _in_one_currency(table, fields)


def _in_one_currency(table: Table, fields: list[FieldGuess]) -> list[FieldGuess]:
    """Return the guesses with sums of money in the unit that other sums of the file have, where it is one.

    Of several columns of a list one is headed 万元, and all are meant.
    """
    sums = {one.field for one in fields if one.column and table.field(one.field).unit == _MONEY}
    units = {one.unit for one in fields if one.field in sums and unit_of_heading(one.column)}
    if len(units) != 1:
        return fields
    (unit,) = units
    return [
        replace(one, unit=unit, confidence=GUESS)
        if one.field in sums and not unit_of_heading(one.column)
        else one
        for one in fields
    ]


def _in_unit_of_name(table: Table, fields: list[FieldGuess], name: str) -> list[FieldGuess]:
    """Return the guesses with the unit that stands in brackets in the name of the table, or its titles.

    Lengths have looks of their own: a title gives the unit of one of several.
    """
    words = _BRACKETED.findall(name)
    found = []
    for one in fields:
        own = table.field(one.field).unit
        is_open = bool(one.column and own and own not in METRES and not one.unit)
        is_open = is_open and not unit_of_heading(one.column)
        told = {unit for word in words if is_open and (unit := told_unit(own, one.column, word))}
        found.append(replace(one, unit=told.pop(), confidence=GUESS) if len(told) == 1 else one)
    return found


def _null_words(frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]) -> dict[str, tuple[str, ...]]:
    """Return the words for unknown of each field."""
    reported = chosen.get("reported_pipe_id")
    null: dict[str, tuple[str, ...]] = {}
    if reported is not None and "0" in set(foreign_values.texts(frame[reported.column])):
        null["reported_pipe_id"] = ("0",)
    return null


def _reading_guess(frame: pd.DataFrame, name: str, ids: referring.Ids | None) -> Guess:
    """Return the guess for a table of readings."""
    columns = source_columns(frame)
    told = guess_readings(frame, columns, name, ids("node") if ids is not None else ())
    mapping = told.mapping
    fields = []
    described = adoptable(READING)
    for field in adoptable_fields(described):
        source = mapping.fields.get(field.name)
        if source is not None:
            confidence = SURE if field.name in told.sure else GUESS
            shown = _samples(frame[source.column])
            fields.append(
                FieldGuess(
                    field.name, source.column, "", mapping.units.get(field.name, ""), confidence, shown
                )
            )
            continue
        value = mapping.defaults.get(field.name)
        told_samples: tuple[str, ...] = (str(value),) if value is not None else ()
        if field.name == "node_id" and mapping.meters:
            told_samples = tuple(list(mapping.meters)[:_SAMPLES])
        fields.append(FieldGuess(field.name, "", "", "", ASSUMED if told_samples else NONE, told_samples))
    source = mapping.fields.get("quantity")
    codes = guess_codes(described.field("quantity"), frame[source.column]) if source is not None else ()
    unused = tuple(column for column in columns if column not in told.used)
    return Guess(READING, SURE if "time" in told.sure else GUESS, tuple(fields), codes, unused, mapping)


def guess(
    frame: pd.DataFrame,
    *,
    table: str | None = None,
    name: str = "",
    target_crs: object = None,
    ids: referring.Ids | None = None,
    own: OwnTables = NO_OWN,
    settings: Settings | None = None,
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
    ids
        The ids of the rows that the rows of the file may name, by their table; None where nobody knows.
    own
        Tables of the network with fields or codes of its own.
    settings
        Of the network; None for one that is still to be made.

    Raises
    ------
    InputError
        When the table is none of ours.
    """
    if table == READING or (
        not table and not geometry_family(frame) and looks_like_readings(frame, source_columns(frame))
    ):
        return _reading_guess(frame, name, ids)
    sample = _sample(frame)
    drawn = drawn_lengths(sample)
    table_name, table_confidence = (table, SURE) if table else guess_table(sample, name, own)
    if table_name == READING:
        return _reading_guess(frame, name, ids)
    described = adoptable(table_name, own)
    found, by_values = choose_columns(described, sample, frame, ids, drawn)
    chosen = {field: one for field, one in found.items() if not is_in_degrees(one, sample)}
    chosen |= days_of_times(described, chosen)
    chosen |= days_of_months(described, sample, chosen)
    chosen |= day_of_rows(described, sample, name, chosen)
    chosen = kind_of_content(described, sample, chosen)
    chosen |= _kind_of_feature(described, sample, chosen)
    chosen |= section_columns(described, sample, chosen)
    chosen |= size_with_material(described, sample, chosen)
    chosen |= depth_columns(described, chosen, by_values)
    for field in _said_of_all_rows(described):
        # An empty column says less than the name of the file.
        if field in chosen and frame[chosen[field].column].isna().all():
            del chosen[field]
    defaults = _defaults(described, chosen, name, source_columns(sample))
    crs_unit = _crs_unit(sample)
    fields = _field_guesses(described, sample, chosen, defaults, crs_unit)
    fields = _in_unit_of_name(described, fields, name)
    by_rows = _meanings_by_rows(described, frame, chosen, settings or Settings())
    codes = tuple(
        code
        for field in adoptable_fields(described)
        if field.domain and field.name in chosen
        for code in guess_codes(field, frame[chosen[field.name].column], by_rows.get(field.name))
    ) + _blank_kinds(described, frame, chosen)
    meanings: dict[str, dict[str, str | None]] = {}
    for code in codes:
        if code.suggestion is not None:
            meanings.setdefault(code.field, {})[code.value] = code.suggestion
    geometry, crs = _geometry(described, sample, target_crs, chosen)
    mapping = Mapping(
        fields={field.field: FieldSource(field.column, field.take) for field in fields if field.column},
        values=meanings,
        defaults=defaults,
        units={field.field: field.unit for field in fields if field.unit},
        geometry=geometry,
        crs=crs,
        map_service=named_service(name, *geometry.values()) if crs == coordinates.LON_LAT else "",
        null=_null_words(frame, chosen),
    )
    few = len(frame) <= _ALL_ROWS
    looked_at, lines = (frame, drawn_lengths(frame)) if few else (sample, drawn)
    mapping = with_answers(looked_at, mapping, described, lines, crs_unit, settings or Settings())
    fields = [_as_mapped(field, mapping) for field in fields]
    filled = {field.field: field.column for field in fields if field.column}
    used = set(filled.values()) | set(geometry.values())
    unused = tuple(column for column in source_columns(frame) if column not in used)
    open_columns = [one for one in by_values if one.column in unused]
    naming = referring.referring_fields(described)
    left = value_hints.suggestions(described, open_columns, filled, sample, naming)
    told = remarks(described, sample, unused, drawn)
    return Guess(table_name, table_confidence, tuple(fields), codes, unused, mapping, left, told)


def _as_mapped(one: FieldGuess, mapping: Mapping) -> FieldGuess:
    """Return the guess of a field with the unit that other data of the rows tell."""
    unit = mapping.units.get(one.field, "")
    if unit == one.unit or not one.column:
        return one
    return replace(one, unit=unit, confidence=GUESS)
