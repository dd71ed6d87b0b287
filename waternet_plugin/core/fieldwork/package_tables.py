"""Which tables and fields a package for the field has."""

from __future__ import annotations

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, Table, all_tables

# Columns of a package that no table of ours has: what tells a row wherever it goes, and its photos.
UUID, PHOTO = "uuid", "photo"
DEFAULT_TABLES = ("pipe", "node", "inspection", "work_item")
# What is in the file of a package beside its tables.
ABOUT = "waternet_package"
FILE, PROJECT, PHOTOS = "field.gpkg", "field.qgz", "DCIM"
_NOT_GIVEN = ("attachment", "survey_batch", "transform_set")


def allowed_tables() -> tuple[str, ...]:
    """Return the tables whose rows may be given to a crew."""
    return tuple(
        name
        for name, one in all_tables().items()
        if one.is_editable and one.in_map in ("network", "areas", "events") and name not in _NOT_GIVEN
    )


def given_fields(table: Table) -> tuple[Field, ...]:
    """Return the fields that go along: what people fill, but for what is about people; the id first."""
    filled = [one for one in table.fields if one.origin == "user" and not one.personal]
    own = [one for one in filled if one.name == table.id_field]
    return (*own, *(one for one in filled if one.name not in (table.id_field, UUID, PHOTO)))


def compared_names(table: Table) -> tuple[str, ...]:
    """Return the fields, ``geom`` among them, that a crew may change."""
    names = [one.name for one in given_fields(table) if one.name != table.id_field]
    return (*names, GEOMETRY_COLUMN) if table.has_geometry else tuple(names)
