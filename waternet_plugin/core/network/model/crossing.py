"""Lines that can be asked which of them others cross, and may change."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array

_FEW = 1000


def crossing_pairs(asked: Array, lines: Array) -> tuple[Array, Array]:
    """Return the pairs of asked lines and others that cross, for few asked and many others, asked once."""
    other, own = shapely.STRtree(asked).query(lines, predicate="crosses")
    return own, other


class Lines:
    """An index of lines that is made when it is first asked; what changed since is looked at one by one."""

    def __init__(self) -> None:
        self._tree: shapely.STRtree | None = None
        self._changed = np.zeros(0, dtype=np.int64)

    def changed(self, numbers: Array, size: int) -> None:
        """Take note of lines that are others than before, of ``size``."""
        if self._tree is None:
            return
        self._changed = np.union1d(self._changed, numbers)
        if len(self._changed) > max(_FEW, size // 50):
            self._tree = None

    def crossing(self, lines: Array, asked: Array) -> tuple[Array, Array]:
        """Return the pairs of asked lines and lines that cross, as numbers in both.

        Parameters
        ----------
        lines
            The lines as they are now.
        asked
            Other lines, or some of them.
        """
        if self._tree is None:
            self._tree = shapely.STRtree(lines)
            self._changed = np.zeros(0, dtype=np.int64)
        own, other = self._tree.query(asked, predicate="crosses")
        stays = (other < len(lines)) & ~np.isin(other, self._changed)
        changed = self._changed[self._changed < len(lines)]
        more, which = crossing_pairs(asked, lines[changed])
        return np.concatenate([own[stays], more]), np.concatenate([other[stays], changed[which]])
