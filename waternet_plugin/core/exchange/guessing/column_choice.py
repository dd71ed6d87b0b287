"""Which column of a foreign table fills which field: by its name, by the rows it names, by its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_numbers
from waternet_plugin.core.cells.end_headings import end_headings, mirrored
from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.cells.written_months import is_month_column
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.doubts.length_doubts import drawn_lengths, read_lengths
from waternet_plugin.core.exchange.guessing import (
    column_fits,
    column_names,
    referring,
    short_headings,
    value_hints,
)
from waternet_plugin.core.exchange.guessing.column_fits import SURE_FIT
from waternet_plugin.core.exchange.guessing.confidences import GUESS, SURE
from waternet_plugin.core.exchange.guessing.end_pairs import DEPTH, FIELDS, NODE, depth_fields, find_end_pairs
from waternet_plugin.core.exchange.guessing.meanings.heading_meanings import (
    STATE_FIELDS,
    are_figures,
    are_listed,
    asking_column,
)
from waternet_plugin.core.exchange.guessing.remarks import holds_codes, is_of_other_lines, scale_of
from waternet_plugin.core.exchange.guessing.value_hints import Told
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.filled_fields import is_bore, is_year
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.schema.word_codes import size_within

# Share of values that fit below which a name is not believed.
_LEAST_FIT = 0.5
_LEAST_CODES = 0.3
# Share of ids that columns of both ends have in common at least.
_SHARED = 0.1
# Share of distinct values from which on a column of some id may be the id.
_SERIAL = "serial"
_UNIQUE = 0.98

# What the name of a column is worth that goes with another as start and end: more than an alias alone.
_PAIR = column_names.ALIAS + 0.1

# Symbols are turned along their pipes later; what a drawing turned them by is no fact.
_LEFT_OUT = frozenset({"angle_deg"})

# The label of a placemark, as GDAL and others call it.
_PLACEMARK = frozenset({"Name", "name"})

# The day that a time falls on.
_DAYS_OF_TIMES = {"found_at": "date", "repaired_at": "repaired_on"}

# What is taken of a column of months for the days of a period.
MONTH_TAKES = {("volume", "from_date"): "month_start", ("volume", "to_date"): "month_end"}

_A_DAY = re.compile(r"日(?!期)|每天|\bday|daily", re.IGNORECASE)

# Fields that one column may fill together, by what is taken of its values.
SECTION_PARTS = {"width_mm": "width", "height_mm": "height"}
# Headings of width and height that only stand together.
_BARE_SIDES = ("宽", "高")
# Lengths of pipes in degrees are less.
_DEGREES = 0.1


@dataclass(frozen=True)
class ColumnCandidate:
    """A column that may fill a field: what its name is worth, and the share of its values that fit."""

    worth: float
    fit: float
    field: Field
    column: str

    @property
    def believable(self) -> bool:
        """Whether the values don't speak against the name."""
        if np.isnan(self.fit):
            return self.worth >= column_names.ALIAS - 0.5
        if self.field.domain:
            return self.fit >= _LEAST_CODES or self.worth == column_names.OWN_NAME
        return self.fit >= _LEAST_FIT

    @property
    def confidence(self) -> str:
        """How sure it is that the column is the one."""
        sure = self.worth >= column_names.ALIAS - 0.5 and self.fit >= SURE_FIT
        return SURE if sure else GUESS


def _by_name(
    table: Table, frame: pd.DataFrame, columns: list[str], drawn: Array | None
) -> list[ColumnCandidate]:
    """Return the pairs of field and column that names suggest and values allow, best first."""
    found = []
    for described in adoptable_fields(table):
        for column in columns if described.name not in _LEFT_OUT else ():
            worth = column_names.name_worth(described, column)
            if worth > 0 and not _is_left_out(described, column, frame[column], drawn):
                fit = _fit(table, described, frame, column)
                if described.domain and fit < SURE_FIT and are_listed(described, frame[column]):
                    fit = SURE_FIT
                elif fit < _LEAST_CODES and are_figures(described, frame[column]):
                    # Asked: a column called so is not left out for its figures.
                    fit = _LEAST_CODES
                found.append(ColumnCandidate(worth, fit, described, column))
    unnamed = [column for column in columns if all(one.column != column for one in found)]
    found += [
        ColumnCandidate(short_headings.WORTH, one.share, table.field(one.field), one.column)
        for one in short_headings.proven_by_values(table, frame, unnamed, drawn)
    ]
    kept = [one for one in found if one.believable]
    order = {described.name: place for place, described in enumerate(table.fields)}
    only_id = _only_id(table, kept)
    coded = {one.column for one in kept if one.field.domain and one.fit >= SURE_FIT}
    return sorted(
        kept,
        key=lambda one: (
            one is not only_id,
            # Of the columns with a name for dates, years or bores the values choose, and of the fields that
            # one name of codes may mean.
            (
                one.field.type == "date"
                or is_year(one.field)
                or is_bore(one.field)
                or bool(one.field.domain and one.column in coded)
            )
            and not one.fit >= SURE_FIT,
            -one.worth,
            -np.nan_to_num(one.fit),
            order[one.field.name],
            columns.index(one.column),
        ),
    )


def _fit(table: Table, described: Field, frame: pd.DataFrame, column: str) -> float:
    """Return the share of values that fit; rows that repeat another as a whole say nothing against an id."""
    is_id = described.name == table.id_field
    fit = column_fits.fit(described, frame[column], is_id=is_id)
    if not is_id or not _LEAST_FIT <= fit < _UNIQUE:
        return fit
    once = frame[~frame.astype(str).duplicated().to_numpy()]
    return column_fits.fit(described, once[column], is_id=True)


def _only_id(table: Table, found: list[ColumnCandidate]) -> ColumnCandidate | None:
    """Return the one column that may be the id, unless another field is called exactly so; None for none.

    A number of a device is its serial number only beside another id.
    """
    ids = [one for one in found if one.field.name == table.id_field]
    if len(ids) != 1 or ids[0].fit < _UNIQUE:
        return None
    others = (one.worth for one in found if one.column == ids[0].column and one is not ids[0])
    return ids[0] if max(others, default=0.0) < column_names.OWN_NAME else None


def _is_left_out(described: Field, column: str, series: pd.Series, drawn: Array | None) -> bool:
    """Return whether unit or values say that a column is none of the field that it is called after."""
    if column_fits.is_of_other_unit(described, column, series):
        return True
    if described.name != "length_m":
        return holds_codes(described, series)
    if column_names.is_drawn_length(column):
        return not is_of_other_lines(series, drawn)
    return bool(np.isfinite(scale_of(series, drawn)))


def _named(
    table: Table, frame: pd.DataFrame, columns: list[str], drawn: Array | None
) -> list[ColumnCandidate]:
    """Return the pairs of field and column that names suggest, columns of both ends of a pipe together."""
    found = _by_name(table, frame, columns, drawn)
    if table.name != "pipe":
        return found
    pairs = [
        ColumnCandidate(_PAIR, SURE_FIT if pair.is_named else _LEAST_FIT, table.field(field), column)
        for pair in find_end_pairs(frame, columns)
        for field, column in zip(FIELDS[pair.kind], (pair.start, pair.end))
    ]
    # What bears a field's own name or label goes first, aliases after the pairs.
    own = [one for one in found if one.worth > _PAIR]
    return [*own, *pairs, *(one for one in found if one.worth <= _PAIR)]


def _by_values(
    table: Table, frame: pd.DataFrame, columns: list[str], taken: set[str], drawn: Array | None
) -> tuple[list[ColumnCandidate], list[Told]]:
    """Return pairs for fields that no name fits, by their values, and what the values leave open."""
    open_fields = [
        field
        for field in adoptable_fields(table)
        # Of a field of one's own nothing is known that values could tell.
        if field.name not in taken and field.name not in _LEFT_OUT and not field.is_own
    ]
    told = value_hints.candidates(table, frame, columns, open_fields, drawn)
    settled = value_hints.settled(table, told, frame, value_hints.named_worths(table, frame, columns))
    found = [ColumnCandidate(0.5, one.share, table.field(one.field), one.column) for one in settled]
    if table.id_field and table.id_field not in taken:
        described = table.field(table.id_field)
        labels = [one for one in columns if column_names.sounds_like_label(one) and _are_numbered(frame[one])]
        for column in [*filter(column_names.sounds_like_id, columns), *labels]:
            fit = _fit(table, described, frame, column)
            if fit >= _UNIQUE:
                found.insert(0, ColumnCandidate(0.6, fit, described, column))
                break
    return found, told


def _are_numbered(series: pd.Series) -> bool:
    """Return whether nearly all labels have a digit, as ids have and the names of places have not."""
    known = [word for word in foreign_values.texts(series) if word is not None]
    return bool(known) and sum(any(map(str.isdecimal, word)) for word in known) >= SURE_FIT * len(known)


def choose_columns(
    table: Table,
    frame: pd.DataFrame,
    complete: pd.DataFrame,
    ids: referring.Ids | None,
    drawn: Array | None = None,
) -> tuple[dict[str, ColumnCandidate], list[Told]]:
    """Return the column for each field, where a column fills one field, and what values leave open.

    ``frame`` are rows of ``complete`` that tell what its columns hold, ``drawn`` their drawn lengths in
    metres.
    """
    columns = _without_labels(frame)
    chosen: dict[str, ColumnCandidate] = {}
    used: set[str] = set()

    def take(candidates: list[ColumnCandidate]) -> None:
        for candidate in candidates:
            if candidate.field.name not in chosen and candidate.column not in used:
                chosen[candidate.field.name] = candidate
                used.add(candidate.column)

    at = _place_columns(columns)
    # The places of both ends are no ids of nodes.
    ends = set(coordinates.headed_geometry(columns, "LineString").values())
    elsewhere = [column for column in columns if column not in ends]
    take(_named(table, frame, elsewhere, drawn))
    take(_other_ends(table, frame, [column for column in elsewhere if column not in used], chosen))
    if ids is not None and table.id_field in chosen:
        free = [column for column in columns if column not in used | at]
        told_ids = referring.column_of_ids(table, complete, chosen[table.id_field].column, free, ids)
        if told_ids:
            chosen[table.id_field] = replace(chosen[table.id_field], worth=0.5, column=told_ids)
            used.add(told_ids)
    named = []
    if ids is not None:
        # What names a pipe is no id of the failure's own, however distinct.
        free = [column for column in columns if column not in used | at]
        open_fields = [field for field in adoptable_fields(table) if field.name not in chosen]
        named = referring.candidates(table, complete, free, open_fields, ids)
        take(
            [
                ColumnCandidate(0.5, one.share, table.field(one.field), one.column)
                for one in referring.settled(named, complete)
            ]
        )
    if table.name == "pipe" and not {"from_node", "to_node"} & set(chosen):
        free = [column for column in columns if column not in used | at]
        take(
            [
                ColumnCandidate(0.5, one.share, table.field(one.field), one.column)
                for one in referring.ends_by_place(complete, free)
            ]
        )
    for described in adoptable_fields(table):
        asking = ""
        if described.name in STATE_FIELDS and described.name not in chosen:
            asking = asking_column(described, frame, [one for one in columns if one not in used])
        if asking:
            take([ColumnCandidate(column_names.WITHIN, 1.0, described, asking)])
    referred = {one.column for one in named}
    free = [column for column in columns if column not in used | at | referred]
    # Values say more than the name of an empty column.
    empty = {field for field, one in chosen.items() if np.isnan(one.fit)}
    by_values, told = _by_values(table, frame, free, set(chosen) - empty, drawn)
    for candidate in by_values:
        if candidate.field.name in empty:
            del chosen[candidate.field.name]
            empty.remove(candidate.field.name)
    take(by_values)
    _number_by_serial(table, complete, chosen)
    return chosen, [*named, *told]


def _without_labels(frame: pd.DataFrame) -> list[str]:
    """Return the columns without the name of a placemark that only says again what a column has."""
    columns = source_columns(frame)
    label = next((column for column in columns if column in _PLACEMARK), "")
    if not label:
        return columns
    words = foreign_values.texts(frame[label])
    others = [column for column in columns if column != label]
    is_said_again = any(np.array_equal(words, foreign_values.texts(frame[column])) for column in others)
    return others if is_said_again else columns


def _number_by_serial(table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]) -> None:
    """Make serial numbers the ids of nodes that have no others, where rows name total meters by them."""
    parent = chosen.get("meter_parent")
    if table.id_field in chosen or _SERIAL not in chosen or parent is None:
        return
    serial = chosen[_SERIAL].column
    fit = column_fits.fit(table.field(table.id_field), frame[serial], is_id=True)
    parents = {word for word in foreign_values.texts(frame[parent.column]) if word is not None}
    if fit >= _UNIQUE and parents & {*foreign_values.texts(frame[serial])}:
        del chosen[_SERIAL]
        chosen[table.id_field] = ColumnCandidate(0.6, fit, table.field(table.id_field), serial)


def _other_ends(
    table: Table, frame: pd.DataFrame, free: Sequence[str], chosen: Mapping[str, ColumnCandidate]
) -> list[ColumnCandidate]:
    """Return the column of one end of a pipe where that of the other end is found, by its heading."""
    found = []
    for fields in FIELDS.values() if table.name == "pipe" else ():
        there = [name for name in fields if name in chosen]
        if len(there) != 1:
            continue
        (missing,) = (name for name in fields if name not in chosen)
        known = chosen[there[0]].column
        partners = [column for column in free if mirrored(known, column)]
        if not partners and missing in FIELDS[NODE]:
            partners = [one for one in free if _names_other_end(known, one) and _share_ids(frame, known, one)]
        described = table.field(missing)
        fits = [
            partner
            for partner in partners
            if column_fits.fit(described, frame[partner], is_id=False) >= _LEAST_FIT
        ]
        if len(fits) == 1:
            found.append(ColumnCandidate(column_names.WITHIN, _LEAST_FIT, described, fits[0]))
    return found


def _names_other_end(known: str, other: str) -> bool:
    """Return whether two headings speak of opposite ends, whatever else they say."""
    return any(
        mine.family == their.family and mine.side != their.side
        for mine in end_headings(known)
        for their in end_headings(other)
    )


def _share_ids(frame: pd.DataFrame, one: str, other: str) -> bool:
    """Return whether two columns have ids in common, as those of both ends of pipes that meet."""
    first, second = ({*foreign_values.texts(frame[column])} - {None} for column in (one, other))
    return bool(first) and len(first & second) >= _SHARED * min(len(first), len(second))


def _place_columns(columns: list[str]) -> set[str]:
    """Return the columns whose headings say that they hold places, of points and of both ends of lines."""
    points, lines = (coordinates.headed_geometry(columns, kind) for kind in ("Point", "LineString"))
    return {*points.values(), *lines.values()}


def section_columns(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return width and height out of one column that names both, such as 2000X1500, where none fills them."""
    wanted = [field for field in adoptable_fields(table) if field.name in SECTION_PARTS]
    if len(wanted) < len(SECTION_PARTS) or any(one.name in chosen for one in wanted):
        return _sizes_of_round(table, frame, chosen)
    used = {one.column for one in chosen.values()}
    bare = {fold(bare_name(column)): column for column in source_columns(frame) if column not in used}
    sides = [bare.get(word, "") for word in _BARE_SIDES]
    if all(sides) and all(
        column_fits.fit(field, frame[column], is_id=False) >= SURE_FIT for field, column in zip(wanted, sides)
    ):
        # Alone neither would say that it is of a section.
        return {
            field.name: ColumnCandidate(column_names.WITHIN, 1.0, field, column)
            for field, column in zip(wanted, sides)
        }
    for column in source_columns(frame):
        known = frame[column].dropna()
        if column in used or not len(known):
            continue
        wide = written_numbers.sections(known, 0.0).width
        if np.isfinite(wide).mean() >= SURE_FIT:
            return {one.name: ColumnCandidate(1.0, 1.0, one, column) for one in wanted}
    return {}


def days_of_times(table: Table, chosen: Mapping[str, ColumnCandidate]) -> dict[str, ColumnCandidate]:
    """Return the column of a time for its day too, where no other column is that day: 发现时间."""
    names = set(table.field_names)
    return {
        day: ColumnCandidate(column_names.WITHIN, chosen[time].fit, table.field(day), chosen[time].column)
        for time, day in _DAYS_OF_TIMES.items()
        if {time, day} <= names and time in chosen and day not in chosen
    }


def days_of_months(
    table: Table, sample: pd.DataFrame, chosen: Mapping[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return the only column of months for both days of a period, where no columns are these days.

    Of volumes of a day it is the only column of days.
    """
    fields = [name for owner, name in MONTH_TAKES if owner == table.name]
    if not fields:
        return {}
    taken = {one.column for name, one in chosen.items() if name not in fields}
    free = [column for column in source_columns(sample) if column not in taken]
    columns = [column for column in free if is_month_column(sample[column])]
    volume = next((one.column for one in chosen.values() if one.field.name == "volume_m3"), "")
    if not columns and _A_DAY.search(volume):
        day = table.field(fields[0])
        columns = [column for column in free if column_fits.fit(day, sample[column], is_id=False) >= SURE_FIT]
    days = [name for name in fields if name in chosen and chosen[name].column not in columns]
    if len(columns) != 1 or days:
        return {}
    return {name: ColumnCandidate(column_names.WITHIN, 1.0, table.field(name), columns[0]) for name in fields}


def depth_columns(
    table: Table, chosen: Mapping[str, ColumnCandidate], doubts: Sequence[Told]
) -> dict[str, ColumnCandidate]:
    """Return the only column of depths of a pipe where its heading says of which end, or of both.

    ``doubts`` are what values leave open, depths among them.
    """
    fields = FIELDS[DEPTH]
    columns = {one.column for one in doubts if one.field in fields} - {one.column for one in chosen.values()}
    if table.name != "pipe" or len(columns) != 1 or any(field in chosen for field in fields):
        return {}
    (column,) = columns
    share = max(one.share for one in doubts if one.column == column and one.field in fields)
    return {
        field: ColumnCandidate(column_names.WITHIN, share, described, column)
        for field, described in {field: table.field(field) for field in depth_fields(column)}.items()
    }


def size_with_material(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return the bore out of a column of materials that names both, such as DN300球墨铸铁."""
    material = chosen.get("material")
    if table.name != "pipe" or material is None or "diameter_mm" in chosen:
        return {}
    words = [word for word in foreign_values.texts(frame[material.column]).tolist() if word is not None]
    share = sum(bool(size_within(word)) for word in words) / max(len(words), 1)
    described = table.field("diameter_mm")
    return (
        {described.name: ColumnCandidate(1.0, share, described, material.column)}
        if share >= _LEAST_FIT
        else {}
    )


def _sizes_of_round(
    table: Table, frame: pd.DataFrame, chosen: dict[str, ColumnCandidate]
) -> dict[str, ColumnCandidate]:
    """Return the bore out of a column of widths beside heights that are nought, or equal, in round pipes."""
    width, height = chosen.get("width_mm"), chosen.get("height_mm")
    bore = chosen.get("diameter_mm")
    size = width if bore is None else bore
    if height is None or size is None or (width is not None and bore is not None):
        return {}
    wide, high = (written_numbers.numbers(frame[one.column]).values for one in (size, height))
    sized = np.isfinite(wide) & (wide > 0)
    is_round = sized & (np.isnan(high) | (high == 0) | (high == wide))
    if not sized.any() or is_round.sum() < _LEAST_FIT * sized.sum():
        return {}
    fields = [table.field(name) for name in ("diameter_mm", "width_mm")]
    return {field.name: ColumnCandidate(1.0, 1.0, field, size.column) for field in fields}


def is_in_degrees(column: ColumnCandidate, frame: pd.DataFrame) -> bool:
    """Return whether a length was worked out in degrees, which says nothing."""
    if column.field.name != "length_m" or not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        return False
    given, drawn = written_numbers.numbers(frame[column.column]).values, drawn_lengths(frame)
    if not frame.crs.is_geographic or drawn is None or not np.nanmedian(given) < _DEGREES:
        return False
    # So small are kilometres of pipes, too.
    found = read_lengths(given, drawn)
    return found is None or not found.unit
