"""The MAPPING: which column of a foreign layer fills which field of ours, and how.

A mapping is JSON (a file or the text itself)::

    {
        "fields": {"pipe_id": "ASSET_ID", "install_year": {"from": "INSTALLED", "take": "year"}},
        "values": {"material": {"CI": "cast_iron", "*": "unknown"}},
        "defaults": {"system": "potable"},
        "units": {"diameter_mm": "inch"},
        "null": {"diameter_mm": [0]},
        "geometry": {"x": "x", "y": "y"},
        "crs": "EPSG:26917",
        "encoding": "gb18030",
        "id_prefix": "P-",
    }

Every part is optional. All faults are collected and told at once.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from waternet_plugin.core.dates import parse_date
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import Field, Table, all_tables
from waternet_plugin.core.texts import joined, tr

# Length of each unit in metres; the US survey foot is 1200/3937 m by definition.
METRES = {
    "mm": 0.001,
    "cm": 0.01,
    "m": 1.0,
    "inch": 0.0254,
    "foot": 0.3048,
    "us_survey_foot": 1200.0 / 3937.0,
}

# What can be taken out of a source value instead of the whole of it.
TAKES = ("year", "date", "dmy", "mdy", "number", "width", "height", "first")

EVERY_OTHER = "*"

_KEYS = ("fields", "values", "defaults", "units", "geometry", "crs", "encoding", "null", "id_prefix")

# A failure names the pipe that was reported; the matched one is computed later and never adopted.
_OTHER_NAMES = {"failure": {"pipe_id": "reported_pipe_id"}}

_LISTED = 12


class MappingError(InputError):
    """The mapping can't be used; ``details`` holds every fault."""


@dataclass(frozen=True)
class Source:
    """Where a field comes from: a column, and what to take of its value ('' for all of it)."""

    column: str
    take: str = ""


@dataclass(frozen=True)
class Mapping:
    """How a foreign layer becomes rows of one table."""

    fields: Dictionary[str, Source] = field(default_factory=dict)
    values: Dictionary[str, Dictionary[str, str | None]] = field(default_factory=dict)
    defaults: Dictionary[str, object] = field(default_factory=dict)
    units: Dictionary[str, str] = field(default_factory=dict)
    geometry: Dictionary[str, str] = field(default_factory=dict)
    crs: str = ""
    encoding: str = ""
    null: Dictionary[str, Sequence[str]] = field(default_factory=dict)
    id_prefix: str = ""

    @property
    def from_midpoint(self) -> bool:
        """Whether points are made at the middle of lines."""
        return self.geometry.get("from") == "midpoint"

    def factor(self, described: Field) -> float:
        """Return the number that turns a source value into the unit of a field."""
        unit = self.units.get(described.name)
        return 1.0 if unit is None else METRES[unit] / METRES[described.unit]

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping as JSON knows it, without empty parts."""
        written: dict[str, Any] = {
            "fields": {
                name: {"from": source.column, "take": source.take} if source.take else source.column
                for name, source in self.fields.items()
            },
            "values": {name: dict(codes) for name, codes in self.values.items()},
            "defaults": dict(self.defaults),
            "units": dict(self.units),
            "null": {name: list(words) for name, words in self.null.items()},
            "geometry": dict(self.geometry),
            "crs": self.crs,
            "encoding": self.encoding,
            "id_prefix": self.id_prefix,
        }
        return {key: part for key, part in written.items() if part or key == "fields"}

    def to_json(self) -> str:
        """Return the mapping as the text of a MAPPING file."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"

    def save(self, path: Path | str) -> None:
        """Write the mapping to a file that can be used as MAPPING again."""
        Path(path).write_text(self.to_json(), encoding="utf-8")


def shown(names: Iterable[object]) -> str:
    """Return names in one line for a sentence, the many shortened."""
    words = [str(name) for name in names]
    if len(words) <= _LISTED:
        return ", ".join(words)
    more = tr("and {n} more").format(n=len(words) - _LISTED)
    return ", ".join(words[:_LISTED]) + " " + more


def _fail(faults: Sequence[str]) -> None:
    if faults:
        message = tr("The mapping can't be used: {faults} Correct it and run again.").format(
            faults=joined(faults)
        )
        raise MappingError(message, details=tuple(faults))


# --------------------------------------------------------------------------------------------- tables


def adoptable_tables() -> tuple[str, ...]:
    """Return the tables that take foreign rows: networks, areas and events, but no results."""
    return tuple(
        name
        for name, described in all_tables().items()
        if described.in_map in ("network", "areas", "events") and not name.startswith("survey_")
    )


def adoptable(name: str) -> Table:
    """Return the description of a table that takes foreign rows.

    Raises
    ------
    InputError
        When there is no such table; the sentence lists those there are.
    """
    if name not in adoptable_tables():
        message = tr("There is no table “{name}” to adopt into. Take one of: {tables}.").format(
            name=name, tables=", ".join(adoptable_tables())
        )
        raise InputError(message)
    return all_tables()[name]


def adoptable_fields(table: Table) -> tuple[Field, ...]:
    """Return the fields of a table that a mapping may fill."""
    return tuple(described for described in table.fields if described.origin == "user")


# --------------------------------------------------------------------------------------------- parsing


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise MappingError(tr("The mapping names “{key}” twice. Keep one of them.").format(key=key))
        found[key] = value
    return found


def _text_of(source: str | Path) -> str:
    """Return the JSON text of a MAPPING parameter, which is the text itself or a file."""
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return source
    path = Path(source)
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        message = tr("The mapping file {path} can't be read. Give a JSON file or the JSON text.").format(
            path=str(source)
        )
        raise MappingError(message) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = tr("The mapping file {path} is no text. Save it as UTF-8.").format(path=str(source))
    raise MappingError(message)


def _dictionary(raw: Dictionary[str, Any], key: str, faults: list[str]) -> dict[str, Any]:
    part = raw.get(key)
    if part is None:
        return {}
    if not isinstance(part, dict):
        faults.append(tr("“{key}” must hold names and values in braces.").format(key=key))
        return {}
    return part


def _word(raw: Dictionary[str, Any], key: str, faults: list[str]) -> str:
    part = raw.get(key)
    if part is None:
        return ""
    if not isinstance(part, str):
        faults.append(tr("“{key}” must be a text.").format(key=key))
        return ""
    return part.strip()


def _source(name: str, raw: object, faults: list[str]) -> Source | None:
    if isinstance(raw, str) and raw:
        return Source(raw)
    if isinstance(raw, dict) and isinstance(raw.get("from"), str) and raw["from"]:
        unknown = sorted(set(raw) - {"from", "take"})
        take = raw.get("take") or ""
        if not unknown and (take == "" or take in TAKES):
            return Source(raw["from"], take)
        fault = tr("Field {name}: “{wrong}” is not known; take is one of {takes}.").format(
            name=name, wrong=shown(unknown or [take]), takes=", ".join(TAKES)
        )
    else:
        fault = tr("Field {name} must name a column of the file.").format(name=name)
    faults.append(fault)
    return None


def _plain(raw: object) -> str:
    """Return a JSON value as the text that a source value would have."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return "" if raw is None else str(raw).strip()


def _codes(raw: dict[str, Any], faults: list[str]) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for name, codes in raw.items():
        if not isinstance(codes, dict):
            faults.append(tr("“values” of {name} must hold codes in braces.").format(name=name))
            continue
        found[name] = {str(key).strip(): None if to is None else _plain(to) for key, to in codes.items()}
    return found


def _geometry(raw: dict[str, Any], faults: list[str]) -> dict[str, str]:
    if not raw:
        return {}
    keys = set(raw)
    good = all(isinstance(part, str) and part for part in raw.values()) and (
        keys in ({"x", "y"}, {"x", "y", "z"}) or raw == {"from": "midpoint"}
    )
    if not good:
        faults.append(
            tr("“geometry” must be the columns {example} or {other}.").format(
                example='{"x": ..., "y": ...}', other='{"from": "midpoint"}'
            )
        )
        return {}
    return dict(raw)


def _known_encoding(name: str, faults: list[str]) -> str:
    if name:
        try:
            codecs.lookup(name)
        except LookupError:
            faults.append(tr("The encoding “{name}” is not known; try utf-8 or gb18030.").format(name=name))
            return ""
    return name


def from_dict(raw: Dictionary[str, Any]) -> Mapping:
    """Return the mapping that a dictionary describes.

    Raises
    ------
    MappingError
        With every fault that can be seen without knowing the table.
    """
    faults: list[str] = []
    unknown = sorted(set(raw) - set(_KEYS))
    if unknown:
        faults.append(
            tr("“{names}” means nothing here; a mapping has {keys}.").format(
                names=shown(unknown), keys=", ".join(_KEYS)
            )
        )
    sources = {
        str(name): _source(str(name), given, faults)
        for name, given in _dictionary(raw, "fields", faults).items()
    }
    units = {str(name): _plain(unit) for name, unit in _dictionary(raw, "units", faults).items()}
    for name, unit in units.items():
        if unit not in METRES:
            faults.append(
                tr("Unit “{unit}” of {name} is not known; take one of {units}.").format(
                    unit=unit, name=name, units=", ".join(METRES)
                )
            )
    null: dict[str, tuple[str, ...]] = {}
    for name, words in _dictionary(raw, "null", faults).items():
        null[str(name)] = tuple(_plain(word) for word in (words if isinstance(words, list) else [words]))
    mapping = Mapping(
        fields={name: source for name, source in sources.items() if source is not None},
        values=_codes(_dictionary(raw, "values", faults), faults),
        defaults=dict(_dictionary(raw, "defaults", faults)),
        units=units,
        geometry=_geometry(_dictionary(raw, "geometry", faults), faults),
        crs=_word(raw, "crs", faults),
        encoding=_known_encoding(_word(raw, "encoding", faults), faults),
        null=null,
        id_prefix=_word(raw, "id_prefix", faults),
    )
    _fail(faults)
    return mapping


def parse(source: str | Path) -> Mapping:
    """Return the mapping of a JSON file or of JSON text; a report with a mapping in it serves too.

    Raises
    ------
    MappingError
        When it can't be read or its parts are wrong.
    """
    text = _text_of(source)
    try:
        raw = parse_json(text, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        message = tr(
            "The mapping is no JSON: line {line}, column {column}. Correct it and run again."
        ).format(line=error.lineno, column=error.colno)
        raise MappingError(message) from error
    except ValueError as error:
        message = tr("The mapping can't be read: {reason}. Correct it and run again.")
        raise MappingError(message.format(reason=error)) from error
    if not isinstance(raw, dict):
        raise MappingError(tr("The mapping must be one JSON object in braces."))
    if "fields" not in raw and isinstance(raw.get("mapping"), dict):
        raw = raw["mapping"]
    return from_dict(raw)


# --------------------------------------------------------------------------------------------- checking


def _rename(mapping: Mapping, table: str, faults: list[str]) -> Mapping:
    """Return the mapping with the names that a table's fields really have."""
    names = _OTHER_NAMES.get(table, {})
    for old, new in names.items():
        if old in mapping.fields and new in mapping.fields:
            faults.append(
                tr("“{old}” and “{new}” are the same field here; keep one.").format(old=old, new=new)
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
    )


def _check_default(described: Field, value: object, faults: list[str]) -> None:
    fine = True
    if described.domain:
        fine = value is None or _plain(value) in domain(described.domain)
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
                value=_plain(value), name=described.name
            )
        )


def for_table(mapping: Mapping, table: str) -> Mapping:
    """Return a mapping that fits a table: its own field names, every fault of fields and codes told.

    Raises
    ------
    InputError
        When there is no such table.
    MappingError
        With every fault: fields that are not of the table or not to be filled, target codes that do
        not exist, units of fields that have none.
    """
    described = adoptable(table)
    faults: list[str] = []
    mapping = _rename(mapping, table, faults)
    fields = {one.name: one for one in adoptable_fields(described)}
    parts = (mapping.fields, mapping.values, mapping.defaults, mapping.units, mapping.null)
    used = sorted({name for part in parts for name in part})
    strange = [name for name in used if name not in fields]
    kept = [name for name in strange if name in described.field_names]
    unknown = [name for name in strange if name not in kept]
    if unknown:
        faults.append(
            tr("The table {table} has no field {names}; it has {fields}.").format(
                table=table, names=shown(unknown), fields=", ".join(fields)
            )
        )
    if kept:
        faults.append(tr("WaterNet itself fills {names}; leave them out.").format(names=shown(kept)))
    for name, codes in mapping.values.items():
        if name not in fields or not fields[name].domain:
            continue
        known = domain(fields[name].domain)
        wrong = sorted({to for to in codes.values() if to is not None and to not in known})
        if wrong:
            faults.append(
                tr("{name} knows no code {codes}; it knows {known}.").format(
                    name=name, codes=shown(wrong), known=", ".join(known)
                )
            )
    for name, value in mapping.defaults.items():
        if name in fields:
            _check_default(fields[name], value, faults)
    for name in mapping.units:
        if name in fields and fields[name].unit not in METRES:
            faults.append(tr("The field {name} has no unit of length.").format(name=name))
    if mapping.from_midpoint and "Point" not in described.geometry:
        faults.append(
            tr("A midpoint makes points, which the table {table} does not hold.").format(table=table)
        )
    _fail(faults)
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
    if not mapping.from_midpoint:
        geometry = {axis: found(column) for axis, column in geometry.items()}
    if missing:
        message = tr("The file has no column {names}. It has {columns}. Correct the mapping.").format(
            names=shown(missing), columns=", ".join(columns) or "-"
        )
        raise InputError(message, details=tuple(missing))
    return replace(mapping, fields=fields, geometry=geometry)
