"""A MAPPING read from a file or from JSON text; all faults that need no table are told at once."""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Any, TypeVar

from waternet_plugin.core.cells.headings import Header, header_of
from waternet_plugin.core.exchange.mapping.mapping import (
    ODD_ROWS,
    REPEATED_IDS,
    REPEATS,
    SIGNS,
    STRAYS,
    TAKES,
    FieldSource,
    Mapping,
    MeterColumn,
)
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError, as_text, refuse
from waternet_plugin.core.exchange.mapping.period_columns import PeriodColumns
from waternet_plugin.core.exchange.units.field_units import is_unit_of_any
from waternet_plugin.core.exchange.units.reading_units import is_reading_unit
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.places.map_services import MAP_SERVICES
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.units import METRES

Part = TypeVar("Part", str, list[Any], dict[str, Any])

# Places that are made of others: points on lines, lines between points.
MADE_PLACES = ({"from": "midpoint"}, {"from": "nodes"})
KEYS = (
    *("fields", "values", "defaults", "units", "geometry", "crs", "encoding", "null", "id_prefix"),
    *("header", "repeated_ids", "strays", "odd_rows", "signs", "repeats", "time_zone", "unit_column"),
    *("clock_column", "map_service"),
    *("meters", "reversed", "layers", "period_columns"),
)


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
    message = tr("The mapping file {path} is not a text file. Save it as UTF-8.").format(path=str(source))
    raise MappingError(message)


def _part(raw: Dictionary[str, Any], key: str, kind: type[Part], message: str, faults: list[str]) -> Part:
    """Return a part of a kind, empty where it is not given; ``message`` is the fault of another kind."""
    part = raw.get(key)
    if isinstance(part, kind):
        return part
    if part is not None:
        faults.append(message)
    return kind()


def _dictionary(raw: Dictionary[str, Any], key: str, faults: list[str]) -> dict[str, Any]:
    message = tr("“{key}” must contain names and values in braces.").format(key=key)
    return _part(raw, key, dict, message, faults)


def _word(raw: Dictionary[str, Any], key: str, faults: list[str]) -> str:
    return _part(raw, key, str, tr("“{key}” must be text.").format(key=key), faults).strip()


def _one_of(raw: Dictionary[str, Any], key: str, known: Sequence[str], faults: list[str]) -> str:
    word = _word(raw, key, faults)
    if word and word not in known:
        faults.append(
            tr("“{key}” has {known}; “{word}” is not one of them.").format(
                key=key, known=listed(known), word=word
            )
        )
        return ""
    return word


def _source(name: str, raw: object, faults: list[str]) -> FieldSource | None:
    if isinstance(raw, str) and raw:
        return FieldSource(raw)
    if isinstance(raw, dict) and isinstance(raw.get("from"), str) and raw["from"]:
        unknown = sorted(set(raw) - {"from", "take"})
        take = raw.get("take") or ""
        if not unknown and (take == "" or take in TAKES):
            return FieldSource(raw["from"], take)
        fault = tr("Field {name}: “{wrong}” is not known; take must be one of {takes}.").format(
            name=name, wrong=shortened(unknown or [take]), takes=listed(TAKES)
        )
    else:
        fault = tr("Field {name} must give a column of the file.").format(name=name)
    faults.append(fault)
    return None


def _codes(raw: dict[str, Any], faults: list[str]) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for name, codes in raw.items():
        if not isinstance(codes, dict):
            faults.append(tr("“values” of {name} must contain codes in braces.").format(name=name))
            continue
        found[name] = {}
        for key, to in codes.items():
            word, meant = str(key).strip(), None if to is None else as_text(to)
            if found[name].get(word, meant) != meant:
                faults.append(tr("“values” of {name} contains “{key}” twice.").format(name=name, key=word))
            found[name][word] = meant
    return found


def _geometry(raw: dict[str, Any], faults: list[str]) -> dict[str, str]:
    if not raw:
        return {}
    keys = set(raw)
    good = all(isinstance(part, str) and part for part in raw.values()) and (
        keys in ({"x", "y"}, {"x", "y", "z"}, {"x", "y", "end_x", "end_y"}) or raw in MADE_PLACES
    )
    if not good:
        faults.append(
            tr("“geometry” must be the columns {example}, of lines {ends}, or one of {other}.").format(
                example='{"x": ..., "y": ...}',
                ends='{"x": ..., "y": ..., "end_x": ..., "end_y": ...}',
                other=listed(json.dumps(one) for one in MADE_PLACES),
            )
        )
        return {}
    return dict(raw)


def _header(raw: dict[str, Any], faults: list[str]) -> Header | None:
    if not raw:
        return None
    try:
        return header_of(raw)
    except ValueError:
        faults.append(
            tr("“header” must contain row numbers such as {example}.").format(
                example='{"row": 3, "last_row": 4, "units_row": 5}'
            )
        )
        return None


def _known_encoding(name: str, faults: list[str]) -> str:
    if name:
        try:
            codecs.lookup(name)
        except LookupError:
            faults.append(tr("The encoding “{name}” is not known; try utf-8 or gb18030.").format(name=name))
            return ""
    return name


def _meters(raw: dict[str, Any], faults: list[str]) -> dict[str, MeterColumn]:
    """Return the meter of each column that has one."""
    found = {}
    for column, told in raw.items():
        parts = told if isinstance(told, dict) else {"node_id": told}
        good = set(parts) <= {"node_id", "quantity", "unit"} and all(
            isinstance(part, (str, int)) and not isinstance(part, bool) for part in parts.values()
        )
        # Where rows name the meter, a column says its quantity alone.
        if not good or not (as_text(parts.get("node_id")) or as_text(parts.get("quantity"))):
            message = tr("“meters” of {column} must be the id of a node, or {example}.")
            example = '{"node_id": ..., "quantity": ..., "unit": ...}'
            faults.append(message.format(column=column, example=example))
            continue
        found[str(column)] = MeterColumn(**{name: as_text(part) for name, part in parts.items()})
    return found


def _list(raw: Dictionary[str, Any], key: str, message: str, faults: list[str]) -> tuple[str, ...]:
    """Return the texts that a list names; ``message`` is the fault of what is none."""
    return tuple(map(as_text, _part(raw, key, list, message, faults)))


def _answers(
    raw: Dictionary[str, Any],
    known: Sequence[str],
    message: str,
    faults: list[str],
    *,
    units: Collection[str] = (),
) -> dict[str, str]:
    """Return answers by field; ``message`` is the fault of one that is neither known nor a unit."""
    given = {str(name): as_text(answer) for name, answer in raw.items()}
    good = {name: answer for name, answer in given.items() if answer in known or answer in units}
    faults += [message.format(name=name, known=listed(known)) for name in given if name not in good]
    return good


def _periods(raw: dict[str, Any], faults: list[str]) -> PeriodColumns | None:
    """Return the columns that are periods, None where the mapping names none."""
    if not raw:
        return None
    columns = raw.get("columns")
    labels = {
        str(name): as_text(label) for name, label in (columns if isinstance(columns, dict) else {}).items()
    }
    words = {name: as_text(raw[name]) for name in ("within", "period", "value") if name in raw}
    good = not set(raw) - {"columns", "within", "period", "value"} and bool(labels) and all(labels.values())
    try:
        found = PeriodColumns(labels, **words) if good else None
        if found is not None:
            found.check()
    except ValueError:
        found = None
    if found is None:
        faults.append(
            tr("“period_columns” must name the period of each column, such as {example}.").format(
                example='{"columns": {"1月": "2026-01", "2月": "2026-02"}, "period": "月份", "value": "水量"}'
            )
        )
    return found


def from_dict(raw: Dictionary[str, Any]) -> Mapping:
    """Return the mapping that a dictionary describes.

    Raises
    ------
    MappingError
        With every fault that can be seen without knowing the table.
    """
    faults: list[str] = []
    unknown = sorted(set(raw) - set(KEYS))
    if unknown:
        faults.append(
            tr("“{names}” has no meaning here; a mapping has {keys}.").format(
                names=shortened(unknown), keys=listed(KEYS)
            )
        )
    sources = {
        str(name): _source(str(name), given, faults)
        for name, given in _dictionary(raw, "fields", faults).items()
    }
    units = {str(name): as_text(unit) for name, unit in _dictionary(raw, "units", faults).items()}
    for name, unit in units.items():
        if unit not in METRES and not is_reading_unit(unit) and not is_unit_of_any(unit):
            faults.append(
                tr("Unit “{unit}” of {name} is not known; use one of {units}.").format(
                    unit=unit, name=name, units=listed(METRES)
                )
            )
    null: dict[str, tuple[str, ...]] = {}
    for name, words in _dictionary(raw, "null", faults).items():
        null[str(name)] = tuple(as_text(word) for word in (words if isinstance(words, list) else [words]))
    mapping = Mapping(
        fields={name: source for name, source in sources.items() if source is not None},
        values=_codes(_dictionary(raw, "values", faults), faults),
        defaults=dict(_dictionary(raw, "defaults", faults)),
        units=units,
        geometry=_geometry(_dictionary(raw, "geometry", faults), faults),
        crs=_word(raw, "crs", faults),
        map_service=_one_of(raw, "map_service", MAP_SERVICES, faults),
        encoding=_known_encoding(_word(raw, "encoding", faults), faults),
        null=null,
        id_prefix=_word(raw, "id_prefix", faults),
        repeated_ids=_one_of(raw, "repeated_ids", REPEATED_IDS, faults),
        strays=_one_of(raw, "strays", STRAYS, faults),
        odd_rows=_answers(
            _dictionary(raw, "odd_rows", faults),
            ODD_ROWS,
            tr("“odd_rows” of {name} must be a unit or one of {known}."),
            faults,
            units=METRES,
        ),
        signs=_answers(
            _dictionary(raw, "signs", faults),
            SIGNS,
            tr("“signs” of {name} must be one of {known}."),
            faults,
        ),
        repeats=_one_of(raw, "repeats", REPEATS, faults),
        header=_header(_dictionary(raw, "header", faults), faults),
        time_zone=_word(raw, "time_zone", faults),
        unit_column=_word(raw, "unit_column", faults),
        clock_column=_word(raw, "clock_column", faults),
        meters=_meters(_dictionary(raw, "meters", faults), faults),
        reversed_meters=_list(raw, "reversed", tr("“reversed” must be a list of ids of meters."), faults),
        layers=_list(raw, "layers", tr("“layers” must be a list of names of CAD layers."), faults),
        periods=_periods(_dictionary(raw, "period_columns", faults), faults),
    )
    refuse(faults)
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
        raw = parse_json(text, unique_keys=True)
    except json.JSONDecodeError as error:
        message = tr(
            "The mapping is not valid JSON: line {line}, column {column}. Correct it and run again."
        ).format(line=error.lineno, column=error.colno)
        raise MappingError(message) from error
    except ValueError as error:
        message = tr("The mapping can't be read: {reason}. Correct it and run again.")
        raise MappingError(message.format(reason=error)) from error
    if not isinstance(raw, dict):
        raise MappingError(tr("The mapping must be a single JSON object in braces."))
    if "fields" not in raw and isinstance(raw.get("mapping"), dict):
        raw = raw["mapping"]
    return from_dict(raw)
