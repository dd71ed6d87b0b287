"""What makes adopted rows useless: a field that nobody can do without and that no row has."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.texts import tr

# Per table the fields without which its rows serve little, the worst first.
NEEDED = {"failure": ("date",), "pipe": ("material", "install_year")}


def sentence(table: str, field: str) -> str:
    """Return what it means that no row of a table has a field of ``NEEDED``."""
    return {
        ("failure", "date"): tr("No failure has a date: health and plan can't use a single one."),
        ("pipe", "material"): tr("No pipe has a material: health can't tell iron from plastic."),
        ("pipe", "install_year"): tr("No pipe has a year: health can't tell old pipes from new ones."),
    }[table, field]


def unfilled(table: str, mapping: Mapping) -> tuple[str, ...]:
    """Return the fields of ``NEEDED`` that a mapping fills neither from a column nor with one value."""
    return tuple(
        field
        for field in NEEDED.get(table, ())
        if field not in mapping.fields and mapping.defaults.get(field) is None
    )


def empty_fields(table: str, rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the fields of ``NEEDED`` that none of the rows to be written has; none for no rows."""
    if not len(rows):
        return ()
    return tuple(
        field for field in NEEDED.get(table, ()) if field not in rows or bool(rows[field].isna().all())
    )
