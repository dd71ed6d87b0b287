"""Tables and fields of a network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.csvfiles import rows, words
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.use import TAKEN_OUT

# Version of the data contract; store/migrations brings older files forward.
SCHEMA_VERSION = 18

GEOMETRY_COLUMN = "geom"
FID_COLUMN = "fid"
# Columns of every editable table that the store fills at every write.
EDITING = ("edited_by", "edited_on", "batch_id", "row_version")
# The page of the form with the fields that a network's users added to its tables.
OWN_TAB = "own"
# Fields of ours that are about people, by table and name; of fields that users add they say it themselves.
_PERSONAL = frozenset({("customer", "name")})


@dataclass(frozen=True)
class Field:
    """One column of a table.

    ``type`` is text, integer, real, date, datetime or json; ``origin`` says who fills it: user, computed
    (an algorithm) or system (the store); ``tab`` is the page of the form, ``families`` the families of
    node kinds that show it (empty: all); ``personal`` tells that it is about people, as names are: exports
    and lists of changes leave it out unless they are told to take it; ``own_codes`` are those that a
    network's users added to its value list.
    """

    table: str
    name: str
    type: str
    unit: str
    domain: str
    required: bool
    origin: str
    tab: str
    families: tuple[str, ...]
    label_en: str
    label_zh: str
    aliases: tuple[str, ...]
    personal: bool = False
    own_codes: tuple[Code, ...] = ()

    @property
    def codes(self) -> dict[str, Code]:
        """The values that the field takes, by code, those of users too; empty where it takes any."""
        known = domains.domain(self.domain) if self.domain else {}
        return {**known, **{code.code: code for code in self.own_codes}} if self.own_codes else known

    def code_label(self, code: object) -> str:
        """Return what a stored code is called; one of no list stands for itself, unknown is a dash."""
        known = next((one for one in self.own_codes if one.code == code), None)
        return domains.label_of(self.domain, code) if known is None else known.label

    def counted(self, code: Any) -> Any:
        """Return what a value counts as: one's own code as the code that it is based on."""
        return next((one.base for one in self.own_codes if one.code == code), code)

    def counting_as(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return codes, and those of one's own that count as one of them."""
        ours = tuple(codes)
        return (*ours, *(code.code for code in self.own_codes if code.base in ours))

    @property
    def is_own(self) -> bool:
        """Whether the users of a network added the field, which no other network has."""
        return self.tab == OWN_TAB

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_in(texts.language())

    def label_in(self, language: str) -> str:
        """Return the label in ``en`` or ``zh_CN``."""
        return self.label_zh if language == "zh_CN" else self.label_en


@dataclass(frozen=True)
class Table:
    """One table: ``log`` is rows (row triggers), batch (undone by its batch id) or none."""

    name: str
    geometry: str
    id_field: str
    log: str
    in_map: str
    label_en: str
    label_zh: str
    note_en: str
    note_zh: str
    fields: tuple[Field, ...]

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_zh if texts.language() == "zh_CN" else self.label_en

    @property
    def has_geometry(self) -> bool:
        """Whether rows of this table have a place on the map."""
        return self.geometry != "none"

    @property
    def is_editable(self) -> bool:
        """Whether people edit this table, so that it carries the editing columns."""
        return self.log == "rows"

    @property
    def field_names(self) -> tuple[str, ...]:
        """The columns without fid and geometry."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return one field by its name; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def personal_fields(self) -> tuple[Field, ...]:
        """The fields about people, which leave the network only where a person says so."""
        return tuple(field for field in self.fields if field.personal)

    @property
    def own_codes(self) -> tuple[Code, ...]:
        """The codes that a network's users added to the value lists of the fields."""
        return tuple(dict.fromkeys(code for field in self.fields for code in field.own_codes))

    def label_of(self, name: str) -> str:
        """Return what people call a field; one that the table does not have is called by its name."""
        return next((field.label for field in self.fields if field.name == name), name)

    def with_own(self, fields: tuple[Field, ...], codes: tuple[Code, ...] = ()) -> Table:
        """Return the table as a network has it whose users added some fields, and codes to value lists."""
        found = self.fields
        if codes:
            found = tuple(_with_codes(field, codes) if field.domain else field for field in found)
        if found == self.fields and not fields:
            return self
        return replace(self, fields=found + fields)


def _with_codes(field: Field, codes: tuple[Code, ...]) -> Field:
    own = tuple(code for code in codes if code.domain == field.domain)
    return replace(field, own_codes=own) if own else field


def _editing_fields(table: str) -> tuple[Field, ...]:
    """Return the columns that every editable table has (contract section 4)."""
    columns = (
        ("edited_by", "text", "Edited by", "修改人"),
        ("edited_on", "datetime", "Edited on", "修改时间"),
        ("batch_id", "text", "Batch", "批次编号"),
        ("row_version", "integer", "Row version", "行版本"),
    )
    return tuple(
        Field(table, name, type_, "", "", False, "system", "history", (), en, zh, ())
        for name, type_, en, zh in columns
    )


def _batch_field(table: str) -> tuple[Field, ...]:
    """Return the one column by which rows of an append-only table are undone."""
    return (
        Field(table, "batch_id", "text", "", "", False, "system", "history", (), "Batch", "批次编号", ()),
    )


@lru_cache(maxsize=None)
def all_tables() -> dict[str, Table]:
    """Return every table by name, in the order of the file."""
    fields: dict[str, list[Field]] = {}
    for row in rows("fields.csv"):
        fields.setdefault(row["table"], []).append(
            Field(
                table=row["table"],
                name=row["name"],
                type=row["type"],
                unit=row["unit"],
                domain=row["domain"],
                required=row["required"] == "yes",
                origin=row["origin"],
                tab=row["tab"],
                families=words(row["families"]),
                label_en=row["label_en"],
                label_zh=row["label_zh"],
                aliases=words(row["aliases"]),
                personal=(row["table"], row["name"]) in _PERSONAL,
            )
        )
    result: dict[str, Table] = {}
    for row in rows("tables.csv"):
        name = row["name"]
        more = {"rows": _editing_fields, "batch": _batch_field}.get(row["log"])
        result[name] = Table(
            name=name,
            geometry=row["geometry"],
            id_field=row["id_field"],
            log=row["log"],
            in_map=row["in_map"],
            label_en=row["label_en"],
            label_zh=row["label_zh"],
            note_en=row["note_en"],
            note_zh=row["note_zh"],
            fields=tuple(fields[name]) + (more(name) if more else ()),
        )
    return result


def table(name: str) -> Table:
    """Return one table; KeyError if there is none of that name."""
    return all_tables()[name]


def map_class(system: str | None, status: str | None) -> str | None:
    """Return the class a pipe is drawn in: its system, or planned, abandoned.

    Removed pipes are drawn like abandoned ones.
    """
    if status == "planned":
        return "planned"
    if status in TAKEN_OUT:
        return "abandoned"
    return system
