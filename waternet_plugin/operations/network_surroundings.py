"""The rows of a network around some edits, as settling asks for them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.frames import records
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, table
from waternet_plugin.store.network import Network

# Boxes whose centres lie in one square of this side are read at once, m.
_BLOCK_M = 250.0


class NetworkSurroundings:
    """Rows as they are in the file.

    Parameters
    ----------
    network
        The open network.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def rows_near(self, name: str, boxes: Array) -> Mapping[int, Row]:
        """Return the rows whose geometry meets one of the boxes; boxes of one block are read together.

        Parameters
        ----------
        name
            Name of a table with geometries.
        boxes
            Min x, min y, max x, max y of each, (boxes, 4), m.
        """
        block = np.floor((boxes[:, :2] + boxes[:, 2:]) / (2 * _BLOCK_M))
        found: dict[int, Row] = {}
        for number in np.unique(block, axis=0):
            inside = boxes[(block == number).all(axis=1)]
            outline = (*inside[:, :2].min(axis=0).tolist(), *inside[:, 2:].max(axis=0).tolist())
            frame = self._network.read(name, self._columns(name), bbox=outline)
            tree = shapely.STRtree(shapely.box(*inside.T))
            met = np.unique(tree.query(frame[GEOMETRY_COLUMN].to_numpy(dtype=object))[0])
            found.update(_rows(frame.iloc[met]))
        return found

    def rows_where(self, name: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Return the rows whose field has one of some values."""
        return _rows(self._network.read(name, self._columns(name), where={field: list(values)}))

    def next_id(self, name: str, prefix: str) -> str:
        """Return the id after the greatest of a prefix and digits."""
        ids = self._network.read(name, [table(name).id_field], geometry=False)[table(name).id_field]
        numbered = re.compile(re.escape(prefix) + r"([0-9]{1,15})")
        found = [int(match.group(1)) for one in ids if (match := numbered.fullmatch(str(one)))]
        return f"{prefix}{max(found, default=0) + 1:04d}"

    def _columns(self, name: str) -> list[str]:
        return [FID_COLUMN, *table(name).field_names]


def _rows(frame: pd.DataFrame) -> dict[int, Row]:
    return {int(row.pop(FID_COLUMN)): row for row in records(frame)}
