"""The rows of a package for the field as the network keeps them, but for their long texts."""

from __future__ import annotations

from waternet_plugin.core.fieldwork.package_cells import MARK_LENGTH, MARK_START
from waternet_plugin.core.fieldwork.returned_rows import GivenRow
from waternet_plugin.core.schema.tables import FID_COLUMN
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.reading.row_reading import with_quick_texts

_SELECT = (
    f"SELECT \"table\", uuid, asset, coalesce(substr(given, {MARK_START + 1}, {MARK_LENGTH}), ''),"
    f" made_on IS NOT NULL, {FID_COLUMN} FROM field_package_row WHERE package_id = ? ORDER BY {FID_COLUMN}"
)


def read(database: Database, package_id: str) -> dict[str, dict[str, GivenRow]]:
    """Read the rows of a package; see ``Network.given_rows``."""
    rows: dict[str, dict[str, GivenRow]] = {}
    found = with_quick_texts(database, lambda: database.execute(_SELECT, (package_id,)).fetchall())
    for table, uuid, asset, mark, is_made, key in found:
        rows.setdefault(table, {})[uuid] = GivenRow(asset, mark, bool(is_made), key)
    return rows
