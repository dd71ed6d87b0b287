"""The next number of an asset: the utility's own numbering goes on."""

from __future__ import annotations

import re
from typing import Any

from osgeo import ogr
from qgis.core import QgsVectorLayer

from waternet_plugin.bridge.forms import ID_LETTERS
from waternet_plugin.core.schema.tables import Table

# Letters and signs, then a number; what other programs number without letters is not ours to go on with.
_PATTERN = re.compile(r"^([^0-9*?\[\]]+)([0-9]{1,9})$")
_DIGITS = 4


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Numbering:
    """Numbers of the rows of one layer.

    Parameters
    ----------
    layer
        A layer of the table.
    described
        The table; one of those whose ids are made up for new rows.
    """

    def __init__(self, layer: QgsVectorLayer, described: Table) -> None:
        self._layer = layer
        self._table = described
        self._taken: dict[str, int] = {}
        self._begin, self._digits = "", 0

    def forget(self) -> None:
        """Look at the layer again before the next number."""
        self._taken = {}

    def take(self) -> None:
        """Note that the number offered last is in use."""
        self._taken[self._begin] += 1

    def next_id(self, system: str | None = None) -> str:
        """Return the next id; the same one until it is taken.

        Parameters
        ----------
        system
            The system whose ids go on: pipes of systems are often numbered apart.
        """
        self._begin, self._digits = self._newest(system)
        if self._begin not in self._taken:
            self._taken[self._begin] = self._highest(self._begin)
        return f"{self._begin}{self._taken[self._begin] + 1:0{self._digits}d}"

    def _newest(self, system: str | None) -> tuple[str, int]:
        """Return with what the ids begin, and how many digits follow, as the newest row has it."""
        name, field = self._table.name, self._table.id_field
        where = f" WHERE system = {_quoted(system)}" if system else ""
        newest = self._ask(f'SELECT "{field}" FROM "{name}"{where} ORDER BY fid DESC LIMIT 1')  # noqa: S608
        found = _PATTERN.match(str(newest)) if newest is not None else None
        if found is None:
            return f"{ID_LETTERS[name]}-", _DIGITS
        return found.group(1), len(found.group(2))

    def _highest(self, begin: str) -> int:
        """Return the highest number of the ids that begin so."""
        name, field = self._table.name, self._table.id_field
        number = f'CAST(substr("{field}", {len(begin) + 1}) AS INTEGER)'
        numbered = f'"{field}" GLOB {_quoted(begin + "[0-9]*")} AND {number} < 1000000000'
        return int(self._ask(f'SELECT max({number}) FROM "{name}" WHERE {numbered}') or 0)  # noqa: S608

    def _ask(self, sql: str) -> Any:
        """Return the one value of a query on the layer's file, None where it has none."""
        # By SQL, since QGIS would read every row of a town to find one.
        dataset = ogr.Open(self._layer.source().split("|")[0], 0)
        answer = None if dataset is None else dataset.ExecuteSQL(sql)
        if answer is None:
            return None
        row = answer.GetNextFeature()
        value = row.GetField(0) if row is not None and row.IsFieldSetAndNotNull(0) else None
        dataset.ReleaseResultSet(answer)
        return value
