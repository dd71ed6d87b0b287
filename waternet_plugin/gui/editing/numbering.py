"""The next number of an asset: the utility's own numbering goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qgis.core import QgsVectorLayer

from waternet_plugin.bridge.edits import id_numbers
from waternet_plugin.bridge.edits.id_numbers import highest_number, newest_id
from waternet_plugin.bridge.forms.forms import ID_LETTERS
from waternet_plugin.core.schema.tables import Table

# Letters and signs, then a number; what other programs number without letters is not ours to go on with.
_PATTERN = re.compile(r"^([^0-9*?\[\]]+)([0-9]{1,9})$")
_DIGITS = 4


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
        # The highest numbers by what the ids begin with: in the file, and of rows that are not saved yet.
        self._saved: dict[str, int] = {}
        self._unsaved: dict[str, int] = {}
        # With what the ids of the newest row of a system begin, and how many digits follow.
        self._like: dict[str | None, tuple[str, int]] = {}
        self._begin, self._digits = "", 0
        # All that was offered since editing began.
        self.offered: set[str] = set()

    def forget(self) -> None:
        """Look at the layer again before the next number."""
        self._saved, self._unsaved, self._like = {}, {}, {}

    def note(self, row_id: str) -> bool:
        """Note that an id is in use; return whether the number offered last must be a later one."""
        match = _PATTERN.match(row_id)
        if match is None:
            return False
        begin, number = match.group(1), int(match.group(2))
        offered = self._highest(begin) + 1 if begin == self._begin else None
        self._unsaved[begin] = max(number, self._unsaved.get(begin, 0))
        return offered is not None and number >= offered

    def next_id(self, system: str | None = None) -> str:
        """Return the next id; the same one until it is in use.

        Parameters
        ----------
        system
            The system whose ids go on: pipes of systems are often numbered apart.
        """
        if system not in self._like:
            self._like[system] = self._newest(system)
        self._begin, self._digits = self._like[system]
        new_name = f"{self._begin}{self._highest(self._begin) + 1:0{self._digits}d}"
        self.offered.add(new_name)
        return new_name

    def _highest(self, begin: str) -> int:
        if begin not in self._saved:
            self._saved[begin] = highest_number(self._layer, self._table.name, begin)
        return max(self._saved[begin], self._unsaved.get(begin, 0))

    def _newest(self, system: str | None) -> tuple[str, int]:
        """Return with what the ids begin, and how many digits follow, as the newest row has it."""
        name = self._table.name
        return _going_on(name, newest_id(self._layer, name, system or ""))


def _going_on(name: str, newest: str | None) -> tuple[str, int]:
    """Return with what ids of a table begin that go on after its newest, and how many digits follow."""
    match = _PATTERN.match(newest) if newest is not None else None
    if match is None:
        return f"{ID_LETTERS[name]}-", _DIGITS
    return match.group(1), len(match.group(2))


def look_through(path: str, systems: Mapping[str, str]) -> None:
    """Look through the ids of tables of a network, so that editing need not begin with that; in any thread.

    Parameters
    ----------
    path
        The network.
    systems
        By table, of which system rows are drawn next, '' for any.
    """
    for name, system in systems.items():
        id_numbers.look_through(path, name, lambda newest, name=name: _going_on(name, newest)[0], system)
