"""Fields that the users of a network add to its tables: what may be added, and how it is described.

A field of one's own is told by its column, which any program may have made; what it is called, its unit and
whether it is personal is kept in the table ``own_field`` where `addfield` made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import (
    FID_COLUMN,
    GEOMETRY_COLUMN,
    OWN_TAB,
    Field,
    Table,
    all_tables,
)
from waternet_plugin.core.texts import listed, tr

TABLE = "own_field"
BOOLEAN = "boolean"
LONGEST_NAME = 63
LONGEST_LABEL = 200
YES, NO = "yes", "no"
_BLOCKS = "yes_no_unknown"
_OF_PEOPLE = "customer"
_NAME = re.compile(r"[^\W\d_]\w*")
# Columns of these names mean something else to SQLite, to GDAL or in entries of the change log.
_TAKEN = frozenset(
    {FID_COLUMN, GEOMETRY_COLUMN, "ogc_fid", "rowid", "oid", "_rowid_", "ogr_geometry", "hash", "packed"}
)


@dataclass(frozen=True)
class FieldRequest:
    """A field to add.

    Parameters
    ----------
    table, name
        Where, and the name of the column.
    type
        Code of the domain ``field_type``: text, integer, real, date or boolean.
    label, label_zh
        What people call it in English and Chinese; '' for the other label, without both the name.
    unit
        As it is to be shown, '' for none.
    personal
        Whether it is about people; None: texts of users are, others are not.
    any_name
        Whether it may be called as SQLite takes it, as QGIS lets people call a new field.
    """

    table: str
    name: str
    type: str
    label: str = ""
    label_zh: str = ""
    unit: str = ""
    personal: Optional[bool] = None
    any_name: bool = False


def tables_that_take_fields() -> tuple[str, ...]:
    """Return the tables to which fields can be added: those that people edit."""
    return tuple(name for name, one in all_tables().items() if one.is_editable and one.in_map != "system")


def row_id(table: str, name: str) -> str:
    """Return the id of the row of ``own_field`` that describes a field."""
    return f"{table}.{name}"


def is_usable(name: str) -> bool:
    """Return whether a column of this name can be a field: some names mean something else."""
    return name.casefold() not in _TAKEN


def is_personal(table: str, kind: str, said: Optional[bool] = None) -> bool:
    """Return whether a field of one's own is about people: as somebody said, else texts of users are."""
    return table == _OF_PEOPLE and kind == "text" if said is None else said


def made(
    table: str,
    name: str,
    kind: str,
    *,
    label: str = "",
    label_zh: str = "",
    unit: str = "",
    personal: Optional[bool] = None,
) -> Field:
    """Return the description of a field of one's own; ``kind`` is a code of the domain ``field_type``."""
    is_boolean = kind == BOOLEAN
    return Field(
        table=table,
        name=name,
        # Yes, no and unknown are a value list, as in our own fields.
        type="text" if is_boolean else kind,
        unit=unit,
        domain=_BLOCKS if is_boolean else "",
        required=False,
        origin="user",
        tab=OWN_TAB,
        families=(),
        label_en=label or label_zh or name,
        label_zh=label_zh or label or name,
        aliases=(),
        personal=is_personal(table, kind, personal),
    )


def row_of(request: FieldRequest) -> dict[str, Any]:
    """Return the row of ``own_field`` that describes a field."""
    return {
        "own_field_id": row_id(request.table, request.name),
        "table_name": request.table,
        "name": request.name,
        "type": request.type,
        "label_en": request.label.strip() or None,
        "label_zh": request.label_zh.strip() or None,
        "unit": request.unit.strip() or None,
        "personal": YES if is_personal(request.table, request.type, request.personal) else NO,
    }


def described_by(row: Mapping[str, Any]) -> Optional[Field]:
    """Return the field that a row of ``own_field`` describes; None for one that another program spoilt."""
    if row.get("type") not in domain("field_type") or not row.get("table_name") or not row.get("name"):
        return None
    return made(
        str(row["table_name"]),
        str(row["name"]),
        str(row["type"]),
        label=str(row.get("label_en") or ""),
        label_zh=str(row.get("label_zh") or ""),
        unit=str(row.get("unit") or ""),
        personal={YES: True, NO: False}.get(str(row.get("personal"))),
    )


def kind_of_column(declared: str) -> Optional[str]:
    """Return the type of a field whose column SQLite has declared so; None where no field can hold it."""
    word = declared.upper()
    if word in ("DATE", "DATETIME"):
        return word.lower()
    if "INT" in word or word == "BOOLEAN":
        return "integer"
    if any(part in word for part in ("CHAR", "CLOB", "TEXT")):
        return "text"
    if any(part in word for part in ("REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL")):
        return "real"
    return None


def check(request: FieldRequest, columns: Iterable[str]) -> None:
    """Refuse a field that can't be added.

    Parameters
    ----------
    request
        The field.
    columns
        The columns that its table has in the network.

    Raises
    ------
    InputError
        With one sentence that says what to give instead.
    """
    table = checked_table(request.table)
    if not request.any_name:
        _check_form(request.name)
    if not is_usable(request.name):
        message = tr("The name {name} is reserved in the table “{table}”. Choose another name.")
        raise InputError(message.format(name=request.name, table=table.label))
    if request.type not in domain("field_type"):
        message = tr("There is no type {name}. Choose one of: {known}.")
        raise InputError(message.format(name=request.type or "–", known=listed(domain("field_type"))))
    for text in (request.label, request.label_zh, request.unit):
        if len(text) > LONGEST_LABEL or not text.replace(" ", "a").isprintable():
            message = tr("“{text}” can't be a label: use at most {most} characters and no line breaks.")
            raise InputError(message.format(text=_short(text), most=LONGEST_LABEL))
    alike = [column for column in columns if column.casefold() == request.name.casefold()]
    if alike:
        message = tr("The table “{table}” already has a field {name}. Choose another name.")
        raise InputError(message.format(table=table.label, name=alike[0]))


def checked_table(name: str) -> Table:
    """Return a table that takes fields.

    Raises
    ------
    InputError
        When there is none of that name; the sentence lists those there are.
    """
    known = tables_that_take_fields()
    if name not in known:
        message = tr("Fields can't be added to a table “{name}”. Choose one of: {known}.")
        raise InputError(message.format(name=name or "–", known=listed(known)))
    return all_tables()[name]


def _check_form(name: str) -> None:
    fits = _NAME.fullmatch(name) is not None and name == name.lower() and len(name) <= LONGEST_NAME
    if not fits:
        message = tr(
            "“{name}” can't be the name of a field: it must begin with a letter and have only lower-case "
            "letters, digits and underscores, at most {most}."
        )
        raise InputError(message.format(name=_short(name), most=LONGEST_NAME))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…"
