"""Foreign rows as a mapping reads them: the same for an adoption and for an update."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adopted_assets import placed
from waternet_plugin.core.exchange.adoption.id_widths import IdsThere, no_ids, settle_widths
from waternet_plugin.core.exchange.adoption.settled_doubts import refuse_open, settle_doubts
from waternet_plugin.core.exchange.adoption.turned_lines import ENDS, NodePlaces, no_places, node_xy
from waternet_plugin.core.exchange.adoption.unknown_levels import (
    KnownLevels,
    drop_heights_of_other_datum,
    empty_unknown_levels,
    no_levels,
)
from waternet_plugin.core.exchange.adoption.verdicts import Verdicts
from waternet_plugin.core.exchange.coordinates.locating import Located, locate
from waternet_plugin.core.exchange.doubts.doubt import Doubt
from waternet_plugin.core.exchange.mapping import filled_fields
from waternet_plugin.core.exchange.mapping.adoptable_tables import OwnTables, adoptable
from waternet_plugin.core.exchange.mapping.coded_values import Unmapped
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.workbooks.row_numbers import row_numbers


def between_nodes(
    frame: pd.DataFrame, filled: Filled, xy_of: NodePlaces, crs: object
) -> tuple[pd.DataFrame, list[str]]:
    """Return rows drawn from node to node, and what to say of those whose nodes lie nowhere.

    Parameters
    ----------
    frame
        The foreign rows.
    filled
        Their fields, the ids of both ends among them.
    xy_of
        Where the nodes of the network lie.
    crs
        The network's, in which the lines are.
    """
    ids = np.column_stack([filled.columns[name] for name in ENDS])
    xy = node_xy(ids, xy_of)
    is_known = np.isfinite(xy[:, :, 0])
    lines = np.full(len(ids), None, dtype=object)
    drawn = is_known.all(axis=1)
    if drawn.any():
        lines[drawn] = shapely.linestrings(xy[drawn])
    rows = placed(frame.reset_index(drop=True), lines, crs)
    if drawn.all():
        return rows, []
    unknown = pd.unique(pd.Series(ids[~is_known], dtype=object).dropna())
    if not len(unknown):
        return rows, [tr("%n row(s) name no node at one end.", "", int((~drawn).sum()))]
    text = tr(
        "%n row(s) name nodes that the network does not have: {names}. Adopt the nodes first, or with the "
        "pipes.",
        "",
        int((~drawn).sum()),
    )
    return rows, [text.format(names=shortened([str(one) for one in unknown]))]


class UnmappedError(InputError):
    """Codes of the file have no meaning in the mapping; ``unmapped`` lists all of them."""

    def __init__(self, unmapped: tuple[Unmapped, ...]) -> None:
        lines = tuple(described_code(one) for one in unmapped)
        message = tr(
            "{n} code(s) in the file have no meaning in the mapping: {codes}. Add them to “values” (“*” "
            "stands for any other code, “” for an empty one)."
        )
        super().__init__(message.format(n=len(unmapped), codes="; ".join(lines)), details=lines)
        self.unmapped = unmapped


@dataclass(frozen=True)
class Surrounded:
    """What reading rows must know of the network they go to.

    Attributes
    ----------
    crs
        Its CRS, in metres.
    settings
        Thresholds.
    node_places
        Tells where nodes of the network lie.
    known_levels
        Tells the levels that the network has, by place.
    own
        Its tables with fields or codes of its own.
    ids_there
        Tells the ids that a table of it has.
    """

    crs: object
    settings: Settings
    node_places: NodePlaces = no_places
    known_levels: KnownLevels = no_levels
    own: OwnTables = field(default_factory=dict)
    ids_there: IdsThere = no_ids


@dataclass(frozen=True)
class WayOfReading:
    """How foreign rows are read.

    Attributes
    ----------
    today
        What is later lies in the future.
    source_crs
        CRS of the frame where it has none of its own; the mapping's goes before it.
    dry_run
        List unmapped codes in the result instead of raising.
    partial
        Leave it to the caller whether a field that must be known is: the rows may be there already.
    """

    today: datetime.date
    source_crs: object = None
    dry_run: bool = False
    partial: bool = False


@dataclass
class RowsRead:
    """Rows of a file with the fields and the place that the mapping gives them; nothing is judged yet."""

    table: Table
    mapping: Mapping
    filled: Filled
    located: Located
    target: pyproj.CRS | None
    verdicts: Verdicts
    doubts: tuple[Doubt, ...] = ()

    @property
    def given_ids(self) -> Array:
        """The ids of the file as texts, None where it has none."""
        ids = self.filled.columns.get(self.table.id_field)
        return np.full(len(self.verdicts.codes), None, dtype=object) if ids is None else ids


def described_code(one: Unmapped) -> str:
    """Return an unmapped code in one line, with the suggestion for it."""
    value = one.value if one.value else tr("(empty)")
    if one.suggestion is None:
        return tr("{field}: {value} ({n})").format(field=one.field, value=value, n=one.count)
    return tr("{field}: {value} ({n}), perhaps {code}").format(
        field=one.field, value=value, n=one.count, code=one.suggestion
    )


def source_columns(frame: pd.DataFrame) -> list[str]:
    """Return the attribute columns of a foreign frame."""
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    return [str(column) for column in frame.columns if column != geometry]


def read_rows(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: str,
    into: Surrounded,
    way: WayOfReading,
    progress: Progress = SILENT,
) -> RowsRead:
    """Read foreign rows by a mapping.

    Parameters
    ----------
    frame
        The foreign rows in the order of the file, a GeoDataFrame where they have geometry.
    mapping
        How columns become fields.
    table
        Name of the table.
    into
        The network.
    way
        How they are read.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    InputError
        For everything that stops an adoption: mapping, columns, CRS, unmapped codes, no rows.
    """
    numbers = row_numbers(frame)
    described = adoptable(table, into.own)
    mapping = for_columns(for_table(mapping, described), source_columns(frame))
    if not len(frame):
        raise InputError(tr("The layer has no rows. Choose another file or layer."))
    target = coordinates.read_crs(into.crs)
    progress.at(0.0, tr("Reading the fields"))
    reader = filled_fields.Reader(way.today, into.settings)
    filled = filled_fields.fill(frame, mapping, described, reader, dry_run=way.dry_run, partial=way.partial)
    if filled.unmapped and not way.dry_run:
        raise UnmappedError(tuple(filled.unmapped))
    settle_widths(filled, mapping, described, into.ids_there)
    progress.at(0.6, tr("Locating the rows"))
    drawn = frame
    untold: list[str] = []
    if mapping.from_nodes:
        drawn, untold = between_nodes(frame, filled, into.node_places, target)
    located = locate(drawn, mapping, described, way.source_crs, target, into.settings)
    located.notes[:0] = untold
    drop_heights_of_other_datum(located, frame, mapping, into.settings)
    empty_unknown_levels(filled, located, mapping, described, into.known_levels, into.settings)
    doubts = settle_doubts(filled, located, frame, mapping, described, into.settings)
    if not way.dry_run:
        refuse_open(doubts, described)
    codes, sentences = (np.full(len(frame), value, dtype=object) for value in ("", None))
    verdicts = Verdicts(codes, sentences, numbers)
    return RowsRead(described, mapping, filled, located, target, verdicts, doubts)
