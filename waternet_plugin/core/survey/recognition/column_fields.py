"""Which column of a table fills which field, and what the table is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from waternet_plugin.core.cells.headings import bare_name, unit_word
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.places.deciding.said_words import ELLIPSOIDAL, datum_of_heading, is_of_other_datum
from waternet_plugin.core.survey.recognition.column_aliases import SHARED, field_of, in_degrees, is_map_number
from waternet_plugin.core.survey.recognition.end_columns import end_columns, has_both_places, place_columns
from waternet_plugin.core.survey.recognition.field_words import named_field
from waternet_plugin.core.survey.records import ALONG_FIELDS, END_FIELDS, LINE_FIELDS, POINT_FIELDS
from waternet_plugin.core.texts import listed, tr

_NORTH = re.compile(r"北|纵|north|^n$", re.IGNORECASE)
_EAST = re.compile(r"东|横|east|^e$", re.IGNORECASE)
_CROWN, _INVERT = re.compile("管顶|crown"), re.compile("底|invert")
# How the second column of a heading is called.
_AGAIN = " (2)"
_NEEDED = {
    "points": ("point_no", "x", "y"),
    # Or the coordinates of both ends.
    "lines": ("start_no", "end_no"),
    "combined": ("point_no", "x", "y", "end_no"),
}


@dataclass(frozen=True)
class ColumnFields:
    """Role of a table, and the column that fills each field; ``declared`` is what its headings say."""

    role: str
    fields: Mapping[str, str]
    declared: Mapping[str, Declared]


def chosen_fields(names: Sequence[str], role: str) -> dict[str, tuple[str, ...]]:
    """Return the columns that may fill each field of a role: those of the best spelling, several in doubt."""
    best: dict[str, tuple[int, list[str]]] = {}
    for name in names:
        field_named = field_of(name, role)
        if field_named is None:
            continue
        rank, columns = best.get(field_named.field, (field_named.rank, []))
        if field_named.rank < rank:
            rank, columns = field_named.rank, []
        if field_named.rank == rank:
            columns = [*columns, name]
        best[field_named.field] = (rank, columns)
    return {field: tuple(columns) for field, (_rank, columns) in best.items()}


def role_of(names: Sequence[str], given: Iterable[str] = ()) -> str:
    """Return what a table of these headings is for, an empty text where they don't say.

    Parameters
    ----------
    names
        Headings.
    given
        Fields of which a mapping says the headings.
    """
    combined, points, lines = (
        {*chosen_fields(names, role), *given} for role in ("combined", "points", "lines")
    )
    if {"start_no", "end_no"} <= lines or has_both_places({*place_columns(names), *given}):
        return "lines"
    if {"point_no", "x", "y", "end_no"} <= combined:
        return "combined"
    if {"point_no", "end_no"} <= combined:
        return "lines"
    return "points" if {"point_no", "x", "y"} <= points else ""


def _declared_axes(fields: Mapping[str, str]) -> dict[str, Declared]:
    """Return which axis the column headed X is, where a heading says it."""
    for field, north, east in (("x", "x_north", "x_east"), ("y", "x_east", "x_north")):
        heading = fields.get(field) or fields.get(f"start_{field}", "")
        for words in (unit_word(heading), bare_name(heading), heading):
            is_north, is_east = bool(_NORTH.search(words)), bool(_EAST.search(words))
            if is_north != is_east:
                return {"axes": Declared(north if is_north else east, heading)}
    return {}


def declared_by_headings(fields: Mapping[str, str]) -> dict[str, Declared]:
    """Return what the headings of columns say of axes and of levels."""
    axes = _declared_axes(fields)
    for field in ("start_level", "end_level", "start_depth", "end_depth"):
        heading = fields.get(field, "")
        words = heading.casefold()
        level = "top" if _CROWN.search(words) else "invert" if _INVERT.search(words) else ""
        if level and "level_of" not in axes:
            axes["level_of"] = Declared(level, heading)
        elif level and axes["level_of"].value != level:
            axes["level_of"] = Declared("cjj61", f"{axes['level_of'].words}, {heading}")
    for name in ("h", "ground", "start_h", "end_h", "start_ground", "end_ground", "start_level", "end_level"):
        if is_of_other_datum(fields.get(name, "")):
            axes["height_datum"] = Declared(datum_of_heading(fields[name]), fields[name])
            break
    heading = fields.get("h") or fields.get("start_h", "")
    if in_degrees(fields.get("x") or fields.get("start_x", "")) and bare_name(heading).casefold() == "h":
        # B, L, H of a receiver: latitude, longitude and height above the ellipsoid.
        axes["height_datum"] = Declared(ELLIPSOIDAL, heading)
    for word, of in (("地面", "ground"), ("井口", "ground"), ("管顶", "top"), ("管底", "invert")):
        if word in heading:
            axes["height_of"] = Declared(of, heading)
    size = fields.get("size", "")
    is_nominal = "公称" in size or "nominal" in size.casefold()
    if is_nominal or "外径" in size:
        axes["diameter_of"] = Declared("nominal" if is_nominal else "outer", size)
    return axes


def _in_doubt(where: str, problem: str) -> InputError:
    return InputError(
        tr(
            "{where}: {problem} Name them in the wizard by “Columns…”, or in the mapping, for example "
            "{example}."
        ).format(where=where, problem=problem, example='"fields": {"point_no": "点号"}')
    )


def _with_repeated(names: Sequence[str], problem: str) -> str:
    """Return what is wrong with headings, a heading that stands over several columns before all else."""
    again = [name[: -len(_AGAIN)] for name in names if name.endswith(_AGAIN)]
    repeated = [name for name in again if name in names]
    return (
        tr("the heading “{heading}” stands twice.").format(heading=listed(repeated)) if repeated else problem
    )


def names_columns(given: Mapping[str, str], names: Sequence[str]) -> bool:
    """Return whether a mapping gives fields, and all their headings are columns of a table."""
    return bool(given) and set(given.values()) <= set(names)


def check_given(given: Mapping[str, str], names: Sequence[str], where: str) -> None:
    """Refuse a mapping that names a column which a table does not have.

    Raises
    ------
    InputError
        With the columns that it has.
    """
    lost = [heading for heading in given.values() if heading not in names]
    if lost:
        message = tr("{where} has no column {columns}. It has: {names}.")
        raise InputError(message.format(where=where, columns=listed(lost), names=listed(names)))


def column_fields(
    names: Sequence[str], where: str, role: str, given: Mapping[str, str], *, makes_lines: bool = False
) -> ColumnFields:
    """Return the fields that the columns of a table fill.

    Parameters
    ----------
    names
        Headings of the table.
    where
        File and sheet, for messages.
    role
        As a mapping gives it; empty to be found out.
    given
        Heading by field, as a mapping gives them; they replace what the aliases find.
    makes_lines
        Whether points make lines, and columns of a table of points may say something of these.

    Raises
    ------
    InputError
        When a given heading is not there, or it stays open what the table is for or which column is meant.
    """
    check_given(given, names, where)
    rest = [name for name in names if name not in given.values()]
    if not role:
        role = _role_of_given(given) or role_of(rest, given)
    if not role:
        problem = tr("the headings do not say which columns hold the points or the lines.")
        raise _in_doubt(where, _with_repeated(names, problem))
    places = place_columns(rest) if role == "lines" else {}
    placing = {name for columns in places.values() for name in columns}
    free_fields = chosen_fields([name for name in rest if name not in placing], role)
    free_fields = {field: columns for field, columns in free_fields.items() if field not in given}
    if role == "lines" and "start_no" not in {*free_fields, *given}:
        # 物探点号, 连接点号: the row's own point is the start.
        points = chosen_fields(rest, "points")
        if "point_no" in points:
            free_fields["start_no"] = points["point_no"]
    if "h" in free_fields:
        free_fields["h"] = _heights(rest, free_fields["h"])
    if role != "lines" and "map_no" not in given:
        shown = tuple(name for name in rest if is_map_number(name) and (name,) != free_fields.get("point_no"))
        free_fields.update({"map_no": shown} if shown else {})
    if makes_lines and role == "points":
        # The depth of the pipe is that of the point, too.
        used = {columns[0] for name, columns in free_fields.items() if len(columns) == 1 and name != "depth"}
        along = chosen_fields([name for name in rest if name not in used], "along").items()
        free_fields.update({name: columns for name, columns in along if name not in {*free_fields, *given}})
    if has_both_places({*places, *given}):
        used = {name for columns in free_fields.values() for name in columns}
        ends = end_columns([name for name in rest if name not in used])
        free_fields.update({field: columns for field, columns in ends.items() if field not in given})
    for field, columns in free_fields.items():
        if len(columns) > 1:
            sentence = tr("the columns {columns} could both be “{field}”.").format(
                columns=listed(columns), field=named_field(field)
            )
            raise _in_doubt(where, sentence)
    fields = {**{field: columns[0] for field, columns in free_fields.items()}, **given}
    has_places = role == "lines" and has_both_places(fields)
    missing = [] if has_places else [field for field in _NEEDED[role] if field not in fields]
    if missing:
        problem = tr("there is no column for {fields}.").format(fields=listed(map(named_field, missing)))
        raise _in_doubt(where, _with_repeated(names, problem))
    return ColumnFields(role, fields, declared_by_headings(fields))


def _heights(names: Sequence[str], chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column of heights: an H that stands with B and L is above the ellipsoid, so Z is meant.

    Of several columns those are meant that are headed as no other datum.
    """
    if len(chosen) > 1:
        chosen = tuple(name for name in chosen if not is_of_other_datum(name)) or chosen
    by_name = {bare_name(name).casefold(): name for name in names}
    if chosen != (by_name.get("h"),) or "z" not in by_name:
        return chosen
    return (by_name["z"],) if {"b", "l"} <= set(by_name) else (*chosen, by_name["z"])


def _role_of_given(given: Mapping[str, str]) -> str:
    for role in ("combined", "lines", "points"):
        if set(_NEEDED[role]) <= set(given):
            return role
    return "lines" if has_both_places(given) else ""


def point_part(fields: Mapping[str, str], role: str) -> dict[str, str]:
    """Return the columns of the fields of points, none for a table of lines."""
    return {} if role == "lines" else {field: name for field, name in fields.items() if field in POINT_FIELDS}


def line_part(fields: Mapping[str, str], role: str) -> dict[str, str]:
    """Return the columns of the fields of lines and of their ends, none for a table of points."""
    if role == "points":
        return {}
    known = (*LINE_FIELDS, *END_FIELDS) if role == "lines" else LINE_FIELDS
    line_fields = {field: name for field, name in fields.items() if field in known}
    if role == "combined":
        line_fields["start_no"] = fields["point_no"]
        line_fields.update({field: fields[field] for field in SHARED if field in fields})
    return line_fields


def along_part(fields: Mapping[str, str], role: str) -> dict[str, str]:
    """Return the columns by which a table of points says something of the lines that the points make."""
    return (
        {} if role != "points" else {field: name for field, name in fields.items() if field in ALONG_FIELDS}
    )
