"""The rows of a file as they would be written: beside those of the network, and the new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption import line_parts
from waternet_plugin.core.exchange.adoption.adopted_assets import AdoptedAssets, build_rows, split_rows
from waternet_plugin.core.exchange.adoption.adoption import turned
from waternet_plugin.core.exchange.adoption.outcome.adoption_result import AdoptionResult, rejected_frame
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.adoption.turned_lines import turning_notes
from waternet_plugin.core.exchange.updating import comparing
from waternet_plugin.core.exchange.updating.differences import PairedRows
from waternet_plugin.core.exchange.updating.pairing import RowPairs
from waternet_plugin.core.exchange.updating.updated_network import UpdatedNetwork
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

# No reason that rejects a row: it is in a pair.
_THERE = "there"


@dataclass(frozen=True)
class NewRows(PlainFrames):
    """The rows to be made, how many rows of the file they are, how many ids were made and rows split."""

    rows: pd.DataFrame
    assets: AdoptedAssets
    source_rows: int
    made_ids: int
    split: int


@dataclass(frozen=True)
class BesideOld:
    """The rows by pair, what the file has where names were settled, and what to say of them."""

    paired: PairedRows
    raw: dict[str, Array]
    notes: tuple[str, ...]


def built_rows(
    read: RowsRead, ids: Array, pairs: RowPairs, existing: pd.Index, into: UpdatedNetwork
) -> tuple[BesideOld, NewRows]:
    """Return the rows of the file as they would be written, beside those of the network, and the new ones.

    Parameters
    ----------
    read
        The rows; new ones whose parts would get an id that is taken are rejected.
    ids
        Their ids.
    pairs
        Which of them are there.
    existing
        All ids of the network's table.
    into
        The network.
    """
    table = read.table
    old = _of_network(read, pairs, into)
    made, split = _made_assets(read, ids, pairs, existing)
    geometry, notes = _geometry(read, pairs, old)
    # Parts of a row lie where they lie: only whole lines are turned towards the ids of their ends.
    order = np.argsort(pairs.several, kind="stable")
    whole, parts = np.split(order, [int((~pairs.several).sum())])
    assets = _joined(_paired_assets(pairs, geometry, whole), made)
    turning, told = turned(assets, read.filled, read.mapping, table, into)
    # Lines that the file draws the other way are only turned to be compared.
    notes += told[len(turning_notes(turning.count)) :]
    everything = _joined(assets, _paired_assets(pairs, geometry, parts))
    settled = into.settle(_interim(read, build_rows(table, read.filled, everything, read.target), everything))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.concatenate(
        [np.arange(len(whole)), np.arange(len(assets.origin), len(everything.origin))]
    )
    raw = {
        reference.field: read.filled.columns[reference.field][pairs.rows]
        for reference in references()
        if reference.table == table.name and reference.field in read.filled.columns
    }
    of_new = slice(len(whole), len(assets.origin))
    made.geometry = everything.geometry[of_new]
    sources = np.unique(made.origin)
    return (
        BesideOld(
            PairedRows(pairs, _by_pair(read, settled.rows, places, pairs), old),
            raw,
            (*notes, *settled.notes),
        ),
        NewRows(
            settled.rows.iloc[of_new].reset_index(drop=True),
            made,
            len(sources),
            int(pd.isna(read.given_ids[sources]).sum()),
            split,
        ),
    )


def _made_assets(
    read: RowsRead, ids: Array, pairs: RowPairs, existing: pd.Index
) -> tuple[AdoptedAssets, int]:
    """Return the assets of the new rows, and how many rows become several."""
    verdicts = replace(read.verdicts, codes=read.verdicts.codes.copy())
    verdicts.codes[pairs.rows] = _THERE
    made, split = split_rows(read.located, ids, verdicts, existing)
    clashing = (verdicts.codes != _THERE) & (verdicts.codes != read.verdicts.codes)
    read.verdicts.codes[clashing] = verdicts.codes[clashing]
    return made, split


def _paired_assets(pairs: RowPairs, geometry: Array, places: Array) -> AdoptedAssets:
    many = len(places)
    return AdoptedAssets(
        pairs.rows[places],
        pairs.assets[places],
        np.zeros(many, dtype=np.int64),
        np.ones(many, dtype=bool),
        geometry[places],
    )


def _joined(assets: AdoptedAssets, other: AdoptedAssets) -> AdoptedAssets:
    return AdoptedAssets(
        *(
            np.concatenate([getattr(assets, name), getattr(other, name)])
            for name in ("origin", "ids", "part", "last", "geometry")
        )
    )


def _of_network(read: RowsRead, pairs: RowPairs, into: UpdatedNetwork) -> pd.DataFrame:
    """Return the rows of the network by pair."""
    table = read.table
    names = [field.name for field in comparing.compared_fields(read)]
    columns = [table.id_field, *names, *comparing.companions(table, names)]
    if into.rows_of is None or not len(pairs.rows):
        found = pd.DataFrame({name: pd.Series([], dtype=object) for name in (*columns, GEOMETRY_COLUMN)})
    else:
        found = into.rows_of(columns, pairs.assets.tolist())
    places = rows_of_ids(found[table.id_field].to_numpy(dtype=object), pairs.assets)
    old: pd.DataFrame = found.iloc[places].reset_index(drop=True)
    return old


def _geometry(read: RowsRead, pairs: RowPairs, old: pd.DataFrame) -> tuple[Array, list[str]]:
    """Return the geometry of the file by pair, that of the network where the file gives none that fits."""
    if not read.table.has_geometry:
        return np.full(len(pairs.rows), None, dtype=object), []
    located = read.located
    theirs = np.array(old[GEOMETRY_COLUMN].to_numpy(), dtype=object)
    theirs[pd.isna(theirs)] = None
    if read.mapping.from_nodes:
        # Between nodes that stayed the line was never delivered otherwise: its bends are the network's.
        return theirs, []
    geometry = located.geometry[pairs.rows].copy()
    geometry[shapely.is_missing(geometry) | located.no_length[pairs.rows] | pairs.several] = None
    apart = 0
    for place in np.flatnonzero(located.several[pairs.rows] & ~shapely.is_missing(geometry)).tolist():
        parts = line_parts.merge_parts(geometry[place])
        apart += len(parts) > 1
        geometry[place] = parts[0] if len(parts) == 1 else None
    missing = shapely.is_missing(geometry)
    geometry[missing] = theirs[missing]
    if not apart:
        return geometry, []
    text = tr(
        "%n row(s) have parts that do not touch, of pipes that are one line: the line stays.", "", apart
    )
    return geometry, [text]


def _interim(read: RowsRead, rows: pd.DataFrame, assets: AdoptedAssets) -> AdoptionResult:
    """Return rows as a result whose names of other rows can be settled."""
    return AdoptionResult(
        described=read.table,
        mapping=read.mapping,
        rows=rows,
        source_rows=assets.origin + 1,
        rejected=rejected_frame(read.verdicts, read.given_ids),
        issues=pd.DataFrame(),
        nulled=(),
        unmapped=(),
        notes=(),
        rows_in=len(read.given_ids),
        made_ids=0,
        transform="",
    )


def _by_pair(read: RowsRead, rows: pd.DataFrame, places: Array, pairs: RowPairs) -> pd.DataFrame:
    """Return the file's rows by pair; a length is that of the file, unknown where it gives none."""
    new: pd.DataFrame = rows.iloc[places].reset_index(drop=True)
    given = read.filled.columns.get("length_m")
    if read.table.name == "pipe" and given is not None:
        new = new.assign(length_m=given[pairs.rows])
    return new
