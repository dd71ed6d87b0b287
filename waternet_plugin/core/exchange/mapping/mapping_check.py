"""A MAPPING held against a table and the columns of a file; all faults are told at once."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from waternet_plugin.core.dates import parse_date
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS
from waternet_plugin.core.exchange.mapping.mapping import DRAWN, Mapping
from waternet_plugin.core.exchange.mapping.mapping_faults import as_text, refuse
from waternet_plugin.core.exchange.mapping.reading_mapping import READING, reading_faults
from waternet_plugin.core.exchange.units.field_units import offered_units, unit_factor
from waternet_plugin.core.files.drawn_entities import LAYER_COLUMN
from waternet_plugin.core.schema.tables import Field, Table
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.units import METRES

# A failure names the pipe that was reported; the matched one is computed later and never adopted.
_ENDS = ("from_node", "to_node")
_OTHER_NAMES = {"failure": {"pipe_id": "reported_pipe_id"}}


def _rename(mapping: Mapping, table: str, faults: list[str]) -> Mapping:
    """Return the mapping with the names that a table's fields really have."""
    names = _OTHER_NAMES.get(table, {})
    for old, new in names.items():
        if old in mapping.fields and new in mapping.fields:
            faults.append(
                tr("“{old}” and “{new}” are the same field; keep one of them.").format(old=old, new=new)
            )

    def renamed(part: Dictionary[str, Any]) -> dict[str, Any]:
        return {names.get(name, name): value for name, value in part.items()}

    return replace(
        mapping,
        fields=renamed(mapping.fields),
        values=renamed(mapping.values),
        defaults=renamed(mapping.defaults),
        units=renamed(mapping.units),
        null=renamed(mapping.null),
        odd_rows=renamed(mapping.odd_rows),
        signs=renamed(mapping.signs),
    )


def _check_default(described: Field, value: object, faults: list[str]) -> None:
    fine = True
    if described.domain:
        fine = value is None or as_text(value) in described.codes
    elif described.type in ("integer", "real"):
        fine = value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
    elif described.type == "date" and value is not None:
        try:
            parse_date(str(value))
        except ValueError:
            fine = False
    if not fine:
        faults.append(
            tr("The default “{value}” does not fit the field {name}.").format(
                value=as_text(value), name=described.name
            )
        )


def _faults_of_odd_rows(mapping: Mapping, fields: Dictionary[str, Field]) -> list[str]:
    """Return what is wrong with the answers for rows out of line and for depths below zero."""
    faults = []
    for name, answer in mapping.odd_rows.items():
        if name in fields and fields[name].unit not in METRES:
            faults.append(tr("The field {name} has no unit of length.").format(name=name))
        elif answer == DRAWN and name != "length_m":
            faults.append(tr("Only “length_m” can take what is drawn; {name} can't.").format(name=name))
    for name in mapping.signs:
        if name in fields and name not in DEPTHS:
            text = tr("“signs” says what depths below zero are; the field {name} is not a depth.")
            faults.append(text.format(name=name))
    return faults


def _is_unit_of(described: Field, unit: str) -> bool:
    """Return whether a MAPPING may give a unit for a field; of lengths it has to name ours."""
    return unit in METRES if described.unit in METRES else unit_factor(described.unit, unit) is not None


def _unit_fault(described: Field, unit: str) -> str:
    """Return the sentence for a unit that a field is not measured in."""
    if not described.unit:
        return tr("The field {name} has no unit.").format(name=described.name)
    message = tr("{quantity} is not measured in “{unit}”; use one such as {units}.")
    units = (described.unit, *offered_units(described.unit))
    return message.format(quantity=described.name, unit=unit, units=listed(units))


def for_table(mapping: Mapping, described: Table) -> Mapping:
    """Return a mapping that fits a table: its own field names, every fault of fields and codes told.

    Raises
    ------
    MappingError
        With every fault: fields that are not of the table or not to be filled, target codes that do
        not exist, units of fields that have none.
    """
    table = described.name
    faults: list[str] = []
    mapping = _rename(mapping, table, faults)
    fields = {field.name: field for field in adoptable_fields(described)}
    parts = (
        mapping.fields, mapping.values, mapping.defaults, mapping.units, mapping.null, mapping.odd_rows,
        mapping.signs,
    )  # fmt: skip
    used = sorted({name for part in parts for name in part if table != READING or part is not mapping.units})
    strange = [name for name in used if name not in fields]
    kept = [name for name in strange if name in described.field_names]
    unknown = [name for name in strange if name not in kept]
    if unknown:
        faults.append(
            tr("The table {table} has no field {names}; it has {fields}.").format(
                table=table, names=shortened(unknown), fields=listed(fields)
            )
        )
    if kept:
        faults.append(tr("WaterNet fills in {names} itself; leave them out.").format(names=shortened(kept)))
    for name, codes in mapping.values.items():
        if name not in fields or not fields[name].domain:
            continue
        known = fields[name].codes
        wrong = sorted({to for to in codes.values() if to is not None and to not in known})
        if wrong:
            faults.append(
                tr("{name} has no code {codes}; it has {known}.").format(
                    name=name, codes=shortened(wrong), known=listed(known)
                )
            )
    for name, value in mapping.defaults.items():
        if name in fields:
            _check_default(fields[name], value, faults)
    for name, unit in mapping.units.items():
        if table != READING and name in fields and not _is_unit_of(fields[name], unit):
            faults.append(_unit_fault(fields[name], unit))
    faults += _faults_of_odd_rows(mapping, fields)
    faults += reading_faults(mapping, table)
    if mapping.from_midpoint and "Point" not in described.geometry:
        faults.append(
            tr("Midpoints are points, which the table {table} does not accept.").format(table=table)
        )
    if mapping.from_nodes and not set(_ENDS) <= set(mapping.fields):
        text = tr("To draw pipes between nodes, give the columns of {fields}.")
        faults.append(text.format(fields=listed(_ENDS)))
    if mapping.from_ends and "LineString" not in described.geometry:
        faults.append(
            tr("“end_x” and “end_y” make lines, which the table {table} does not accept.").format(table=table)
        )
    refuse(faults)
    return mapping


def column_of(name: str, columns: Sequence[str]) -> str | None:
    """Return the column a name means: the same name, or the only one that differs in case alone."""
    if name in columns:
        return name
    alike = [column for column in columns if column.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def for_columns(mapping: Mapping, columns: Sequence[str]) -> Mapping:
    """Return a mapping whose sources are columns of a file, spelled as the file spells them.

    Raises
    ------
    InputError
        When a column is not there; the sentence lists all that miss and those there are.
    """
    missing: list[str] = []

    def found(name: str) -> str:
        column = column_of(name, columns)
        if column is None and name not in missing:
            missing.append(name)
        return column or name

    fields = {name: replace(source, column=found(source.column)) for name, source in mapping.fields.items()}
    geometry = dict(mapping.geometry)
    if "from" not in geometry:
        geometry = {axis: found(column) for axis, column in geometry.items()}
    meters = {found(column): meter for column, meter in mapping.meters.items()}
    unit_column = found(mapping.unit_column) if mapping.unit_column else ""
    clock_column = found(mapping.clock_column) if mapping.clock_column else ""
    if mapping.layers:
        found(LAYER_COLUMN)
    if missing:
        message = tr("The file has no column {names}. It has {columns}. Correct the mapping.").format(
            names=shortened(missing), columns=listed(columns) or "-"
        )
        raise InputError(message, details=tuple(missing))
    return replace(
        mapping,
        fields=fields,
        geometry=geometry,
        meters=meters,
        unit_column=unit_column,
        clock_column=clock_column,
    )
