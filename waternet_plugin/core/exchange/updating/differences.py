"""Where the rows of a file differ from those of the network, and which of that people set since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.updating import comparing
from waternet_plugin.core.exchange.updating.moved import are_turned, moved_m
from waternet_plugin.core.exchange.updating.pairing import RowPairs
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

# Asked for rows of the network, and for the id by which the parts of one row came; says which of their fields
# people set after the row was delivered last, the geometry among them.
PersonsFields = Callable[[Sequence[str], Mapping[str, str]], Mapping[str, frozenset[str]]]

ENDS = ("from_node", "to_node")
# What belongs to an end of a pipe, and goes with a line that is turned.
_OF_ENDS = (*comparing.OF_ONE_PIPE[1:], GEOMETRY_COLUMN)


def nobody(_assets: Sequence[str], _parts: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Return nothing: nobody changed any field."""
    return {}


@dataclass(frozen=True)
class PairedRows(PlainFrames):
    """The rows of the file as they would be written, and those of the network, both by pair.

    ``new`` and ``old`` have the columns of the table and, where it has one, the geometry.
    """

    pairs: RowPairs
    new: pd.DataFrame
    old: pd.DataFrame

    @cached_property
    def geometries(self) -> tuple[Array, Array]:
        """The geometries of the file and of the network."""
        new, old = (np.array(one[GEOMETRY_COLUMN].to_numpy(), dtype=object) for one in (self.new, self.old))
        for each in (new, old):
            each[pd.isna(each)] = None
        return new, old


@dataclass
class Differences:
    """Where fields differ, each over the pairs; the geometry is one of them.

    Attributes
    ----------
    taken
        What is written.
    cleared
        What of it empties a field.
    kept
        What is not written since a person set it.
    moved_m
        How far geometries moved, whether that is taken or not.
    turned
        Lines that are turned, since the ids of their ends are exchanged.
    """

    taken: dict[str, Array]
    cleared: dict[str, Array] = field(default_factory=dict)
    kept: dict[str, Array] = field(default_factory=dict)
    moved_m: Array = field(default_factory=lambda: np.zeros(0))
    turned: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def any_taken(self, many: int) -> Array:
        """Return the pairs of which something is written."""
        return _any(self.taken.values(), many)

    def any_kept(self, many: int) -> Array:
        """Return the pairs of which something stays since a person set it."""
        return _any(self.kept.values(), many)


def _any(masks: Iterable[Array], many: int) -> Array:
    found = np.zeros(many, dtype=bool)
    for mask in masks:
        found |= mask
    return found


def find_differences(
    frame: pd.DataFrame, read: RowsRead, paired: PairedRows, choice: UpdateChoice, raw: Mapping[str, Array]
) -> Differences:
    """Return what differs and may be written, before anybody asks who set it.

    Parameters
    ----------
    frame, read
        The rows of the file, and as the mapping reads them.
    paired
        By pair, the names of other rows settled.
    choice
        What the update may do.
    raw
        Columns as the file has them, before its names of other rows were settled: what the network has by
        such a name is the same.
    """
    pairs, many = paired.pairs, len(paired.pairs.rows)
    found = Differences({})
    for described in comparing.compared_fields(read):
        name = described.name
        new, old = paired.new[name], paired.old[name]
        mask = comparing.differs(described, new, old)
        if name in raw and mask.any():
            mask &= comparing.differs(described, pd.Series(raw[name]), old)
        if read.table.name == "pipe" and name in comparing.OF_ONE_PIPE:
            mask &= ~pairs.several
        empty = new.isna().to_numpy()
        if name == "length_m" and read.table.name == "pipe":
            # A length that was measured is none that the file could take away.
            mask &= ~empty | (paired.old["length_source"] == "given").to_numpy()
        rows = np.flatnonzero(mask)
        if choice.clear:
            mask[rows] = ~empty[rows] | (name in read.mapping.fields)
        else:
            blank = comparing.blank_cells(frame, read.mapping, name, pairs.rows[rows])
            mask[rows] = ~empty[rows] & ~blank
        found.taken[name] = mask
        found.cleared[name] = mask & empty
    found.moved_m, found.turned = np.zeros(many), np.zeros(many, dtype=bool)
    if read.table.has_geometry:
        _find_moved(paired, found)
        found.taken[GEOMETRY_COLUMN] = found.turned | ((found.moved_m > 0) & choice.take_geometry)
    return found


def _find_moved(paired: PairedRows, found: Differences) -> None:
    new, old = paired.geometries
    found.moved_m = np.where(paired.pairs.several, 0.0, moved_m(new, old))
    if any(name not in found.taken for name in ENDS):
        return
    rows = np.flatnonzero((found.moved_m > 0) & found.taken["from_node"] & found.taken["to_node"])
    if not len(rows):
        return
    mine, theirs = (one[list(ENDS)].iloc[rows].to_numpy(dtype=object) for one in (paired.new, paired.old))
    exchanged = (mine[:, ::-1] == theirs).all(axis=1) & are_turned(new[rows], old[rows])
    found.turned[rows[exchanged]] = True
    found.moved_m[found.turned] = 0.0


def keep_what_people_set(found: Differences, assets: Array, persons: Mapping[str, frozenset[str]]) -> None:
    """Leave what people set since: it is no more among what is taken.

    Parameters
    ----------
    found
        Changed.
    assets
        The id of each pair.
    persons
        The fields that people set, by id.
    """
    touched = np.array([asset in persons for asset in assets.tolist()], dtype=bool)
    for name, mask in found.taken.items():
        rows = np.flatnonzero(mask & touched)
        kept = np.zeros(len(mask), dtype=bool)
        kept[rows] = [name in persons[asset] for asset in assets[rows].tolist()]
        found.kept[name] = kept
    # Start and end belong together: a line is turned with all of them or stays with all.
    names = [name for name in _OF_ENDS if name in found.taken]
    stays = found.turned & _any([found.kept[name] for name in names], len(assets)) if names else found.turned
    for name in names:
        found.kept[name] |= stays & found.taken[name]
    for name, kept in found.kept.items():
        found.taken[name] = found.taken[name] & ~kept
        if name in found.cleared:
            found.cleared[name] = found.cleared[name] & ~kept
    if names:
        found.turned = found.turned & ~stays


def drawn_lengths(paired: PairedRows, takes_geometry: Array) -> Array:
    """Return the length of each pair's line as it is after the update, m."""
    new, old = paired.geometries
    return np.asarray(shapely.length(np.where(takes_geometry, new, old)))
