"""The change log of the network that a layer shows, by GDAL: forms need no package beyond QGIS's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from osgeo import ogr
from qgis.core import QgsVectorLayer

from waternet_plugin.core.editing.earlier_rows import LogEntry, LoggedRow
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table

# Texts, whatever GDAL would make of a moment or of JSON.
_COLUMNS = (
    "seq + 0 AS number, coalesce(at, '') || '' AS said_at, coalesce(\"by\", '') AS said_by,"
    " coalesce(batch, '') AS its_batch, coalesce(asset, '') AS its_asset, action,"
    " coalesce(before, '') || '' AS was, coalesce(after, '') || '' AS became"
)
# What GDAL would not give as it is kept.
_AS_TEXT = ("date", "datetime", "json")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _known(text: Optional[str]) -> dict[str, Any]:
    """Return the values of an entry; none of a row made in bulk."""
    row = stored_object(text)
    return {} if "hash" in row else row


class LayerTableLog:
    """What the log has of the rows of one table.

    Parameters
    ----------
    log
        The layer of the change log.
    described
        The table.
    """

    def __init__(self, log: QgsVectorLayer, described: Table) -> None:
        # QGIS itself opens a file that is being edited without locks, which fails loudly at first.
        self._file = ogr.Open(log.source().split("|")[0], 0)
        self._table = described
        self.id_field = described.id_field

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a statement by column; none where the file can't be read.

        All of them at once: a statement that is not at its end would keep writers out.
        """
        features = self._file.ExecuteSQL(sql) if self._file is not None else None
        if features is None:
            return []
        result = [dict(row.items()) for row in features]
        self._file.ReleaseResultSet(features)
        return result

    def _entries(self, rule: str) -> list[LogEntry]:
        sql = f'SELECT {_COLUMNS} FROM change_log WHERE "table" = {_text(self._table.name)} AND {rule}'
        names = ("said_at", "said_by", "its_batch", "its_asset", "action")
        return [
            LogEntry(
                int(row["number"]),
                *(row[name] or "" for name in names),
                _known(row["was"]),
                _known(row["became"]),
            )
            for row in self.rows(sql)
        ]

    def row_number(self, asset: str) -> Optional[int]:
        """Return the number of the row that has an id."""
        sql = f"SELECT {FID_COLUMN} + 0 AS number FROM {_name(self._table.name)}"
        features = self.rows(f"{sql} WHERE {_name(self.id_field)} = {_text(asset)}")
        return int(features[0]["number"]) if features else None

    def of_asset(self, asset: str, below: Optional[int]) -> Sequence[LogEntry]:
        """Read by the index of tables and ids."""
        limit = "" if below is None else f" AND seq < {below}"
        return self._entries(f"asset = {_text(asset)} AND action <> 'gap'{limit} ORDER BY seq DESC")

    def renamed_to(self, asset: str, above: int, below: Optional[int]) -> Optional[LogEntry]:
        """Look through the updates between two entries."""
        limit = "" if below is None else f" AND seq < {below}"
        path = _text(f"$.{self.id_field}")
        rule = (
            f"seq > {above}{limit} AND action = 'update' AND instr(after, {_text(_name(self.id_field))})"
            f" AND json_extract(after, {path}) = {_text(asset)} ORDER BY seq DESC LIMIT 1"
        )
        return next(iter(self._entries(rule)), None)

    def gaps(self) -> list[LogEntry]:
        """Return the gaps of the table, newest first: what happened to an asset meanwhile nobody knows."""
        return self._entries("action = 'gap' ORDER BY seq DESC")

    def row_now(self, asset: str) -> Optional[LoggedRow]:
        """Return a row as the log would hold it; None where it is not there."""
        columns = [
            f"{_name(field.name)} || '' AS {_name(field.name)}"
            if field.type in _AS_TEXT
            else _name(field.name)
            for field in self._table.fields
        ]
        if self._table.has_geometry:
            columns.append(f"hex({GEOMETRY_COLUMN}) AS shape")
        sql = f"SELECT {', '.join(columns)} FROM {_name(self._table.name)}"
        features = self.rows(f"{sql} WHERE {_name(self.id_field)} = {_text(asset)}")
        if not features:
            return None
        row = {name: features[0][name] for name in self._table.field_names}
        if self._table.has_geometry:
            row[GEOMETRY_COLUMN] = features[0]["shape"] or None
        return {name: value for name, value in row.items() if value is not None}
