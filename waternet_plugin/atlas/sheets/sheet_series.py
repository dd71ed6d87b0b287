"""Cut a network into the sheets of a book: a grid, strips along a chain of pipes, or one sheet a unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.sheets import units
from waternet_plugin.atlas.sheets.frames import STANDARD_MM, sheet_frame
from waternet_plugin.atlas.sheets.series_basis import SeriesBasis
from waternet_plugin.atlas.sheets.sheet_pieces import (
    LeftOutPipes,
    grid_pieces,
    left_out_pipes,
    node_counts,
    polygon_pieces,
    with_figures,
)
from waternet_plugin.atlas.sheets.sheet_request import (
    DEFAULT_REQUEST,
    GRID,
    STRIP,
    SheetRequest,
)
from waternet_plugin.atlas.sheets.sheets import (
    DIRECTIONS,
    NEIGHBOUR_SEPARATOR,
    Grid,
    cut,
    grid_index,
    grid_of,
    no_sheet,
    within,
)
from waternet_plugin.atlas.sheets.strips import chains_of, strips_of
from waternet_plugin.atlas.sheets.units import sheet_around
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.printing.changes_since import ChangesSince

# Scales of maps of pipes, for the advice when a book would get too thick.
_SCALES = (500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
# The setting that says how many pages a book may have.
MAX_PAGES = "printing.max_pages"
# Beside a place, on each side of it, as a share of its size.
_ROOM_SHARE = 0.04
_WEST, _EAST = DIRECTIONS.index((0, -1)), DIRECTIONS.index((0, 1))


@dataclass(frozen=True)
class Sheets:
    """The sheets of a book and what they were cut from.

    Parameters
    ----------
    index
        A row a sheet in the order of the pages: ``sheet_no``, ``row``, ``col`` (of the grid; chain and place
        of a strip; NA for units), ``neighbours`` (eight numbers), ``page`` (1, 2, ...), ``pipe_count``,
        ``node_count``, ``length_m`` (without connectors and removed pipes), ``angle_deg`` (direction of the
        sheet's lower edge, counter-clockwise from east: so far the map is turned clockwise), ``changed`` (1
        or 0; NA where no changes were looked for), ``scale`` (its denominator) and ``geom`` (polygon in the
        frame's size, from its lower left corner on).
    pieces
        Which share of which pipe lies on which sheet: ``line`` (position in ``pipes``), ``sheet`` (position
        in the index), ``share`` (of the pipe's planar length), ``length_m`` and ``is_counted``. Strips and
        units overlap: a piece may lie on several.
    pipes
        All pipes of the network.
    request
        What was asked for.
    grid
        None for strips and units.
    compounds
        Their names: where a pipe's street is one of them, it lies in no street.
    left_out
        Pipes that the figures leave out.
    notes
        Sentences about units without pipes or place, or too large for the scale.
    changes
        What was changed on each sheet: ``sheet`` (position in the index), ``table``, ``asset``, ``action``
        and ``geom``, by sheet and in the order of the changes; None where nothing was asked.
    """

    index: pd.DataFrame
    pieces: pd.DataFrame
    pipes: pd.DataFrame
    request: SheetRequest
    grid: Grid | None = None
    compounds: frozenset[str] = frozenset()
    left_out: LeftOutPipes = field(default_factory=LeftOutPipes)
    notes: tuple[str, ...] = ()
    changes: pd.DataFrame | None = None

    @property
    def changed(self) -> tuple[str, ...]:
        """The numbers of the sheets that were changed."""
        return tuple(self.index.loc[(self.index["changed"] == 1).to_numpy(bool, na_value=False), "sheet_no"])

    @property
    def scale(self) -> float:
        """The denominator that was asked for; 0 where each sheet has its own."""
        return self.request.scale

    @property
    def paper(self) -> str:
        """The paper that was asked for."""
        return self.request.paper

    @property
    def strays(self) -> int:
        """How many pipes far from all others are on no sheet."""
        return self.left_out.strays

    @property
    def length_m(self) -> float:
        """The sum of all sheets."""
        return float(self.index["length_m"].sum())


def _subject_rows(basis: SeriesBasis, request: SheetRequest) -> pd.DataFrame:
    """Return the pipes that are the subject, in its order."""
    ids = pd.Index(basis.pipes["pipe_id"].to_numpy(), dtype=object)
    units.refuse_unknown(
        request.subject,
        ids,
        tr("SUBJECT: there is no pipe {ids}. Write ids of pipes, separated by semicolons."),
    )
    return basis.pipes.iloc[rows_of_ids(ids, list(dict.fromkeys(request.subject)))]


def _of_grid(basis: SeriesBasis, request: SheetRequest) -> tuple[pd.DataFrame, pd.DataFrame, Grid]:
    """Return the sheets of a grid, the pieces on them, and the grid."""
    grid = grid_of(
        sheet_frame(request.paper, request.scale), request.scale, zone_offset_m=basis.zone_offset_m
    )
    geometry = basis.pipes["geom"].to_numpy()
    if request.area is None and not request.subject:
        geometry = np.where(basis.strays, None, geometry)
    cells = cut(geometry, grid)
    index = grid_index(geometry, grid, cells, request.area)
    if request.subject:
        rows = np.flatnonzero(basis.pipes.index.isin(_subject_rows(basis, request).index))
        wanted = cells[cells["line"].isin(rows)][["row", "col"]].drop_duplicates()
        index = index[pd.MultiIndex.from_frame(index[["row", "col"]]).isin(pd.MultiIndex.from_frame(wanted))]
        if index.empty:
            raise no_sheet(request.area)
        index = index.reset_index(drop=True)
    index = index.assign(scale=float(request.scale), angle_deg=0.0)
    return index, grid_pieces(cells, index), grid


def _of_strips(basis: SeriesBasis, request: SheetRequest) -> pd.DataFrame:
    """Return the sheets along the pipes of the subject."""
    strips = strips_of(chains_of(_subject_rows(basis, request)), request.paper, request.scale)
    if not strips:
        raise InputError(tr("SUBJECT: none of these pipes has a length, so no strip runs along them."))
    numbers = [f"S{number:02d}" for number in range(1, len(strips) + 1)]
    neighbours = []
    for at, strip in enumerate(strips):
        around = [""] * len(DIRECTIONS)
        if at and strips[at - 1].chain == strip.chain:
            around[_WEST] = numbers[at - 1]
        if at + 1 < len(strips) and strips[at + 1].chain == strip.chain:
            around[_EAST] = numbers[at + 1]
        neighbours.append(NEIGHBOUR_SEPARATOR.join(around))
    return pd.DataFrame(
        {
            "sheet_no": pd.Series(numbers, dtype=object),
            "row": [strip.chain for strip in strips],
            "col": [strip.number for strip in strips],
            "neighbours": pd.Series(neighbours, dtype=object),
            "scale": [float(strip.scale) for strip in strips],
            "angle_deg": [strip.angle_deg for strip in strips],
            "geom": pd.Series([strip.polygon for strip in strips], dtype=object),
        }
    )


def _of_units(basis: SeriesBasis, request: SheetRequest) -> tuple[pd.DataFrame, list[str]]:
    """Return the sheets of units, and what is to be said of some."""
    assert basis.units is not None
    made = units.unit_sheets(basis.units, request.series, request.subject, request.paper, request.scale)
    sheets, notes = _alone(made.ids, made.polygons, made.scales), []
    if made.without_shape:
        notes.append(
            tr("Without a place, so without a sheet: {ids}.").format(ids=shortened(made.without_shape))
        )
    if made.too_large:
        notes.append(
            tr("Too large for 1:{scale:g} on {paper}, so at a smaller scale: {ids}.").format(
                scale=request.scale, paper=request.paper, ids=shortened(made.too_large)
            )
        )
    return sheets, notes


def _alone(ids: Sequence[str], polygons: Sequence[shapely.Polygon], scales: Sequence[float]) -> pd.DataFrame:
    """Return the index of sheets that have no neighbours."""
    return pd.DataFrame(
        {
            "sheet_no": pd.Series(ids, dtype=object),
            "row": pd.array([pd.NA] * len(ids), dtype="Int64"),
            "col": pd.array([pd.NA] * len(ids), dtype="Int64"),
            "neighbours": NEIGHBOUR_SEPARATOR * (len(DIRECTIONS) - 1),
            "scale": np.array(scales, dtype=float),
            "angle_deg": 0.0,
            "geom": pd.Series(polygons, dtype=object),
        }
    )


def sheets_around(
    basis: SeriesBasis, places: Mapping[str, shapely.Geometry], paper: str, scale: float = 0.0
) -> Sheets:
    """Return a sheet around each place, at the first scale at which it fits with some room at each side.

    Parameters
    ----------
    basis
        See `read_series_basis`.
    places
        Shapes by the numbers that their sheets get; none is empty.
    paper
        See `sheet_frame`.
    scale
        Denominator where it fits; 0 for the first at which it does.
    """
    made = []
    for shape in places.values():
        west, south, east, north = shape.bounds
        aside, above = _ROOM_SHARE * (east - west), _ROOM_SHARE * (north - south)
        made.append(sheet_around((west - aside, south - above, east + aside, north + above), paper, scale))
    polygons = [polygon for polygon, _scale in made]
    index = _alone(list(places), polygons, [scale for _polygon, scale in made])
    pieces = polygon_pieces(basis.pipes["geom"].to_numpy(), index["geom"].to_numpy())
    index, pieces = with_figures(index, pieces, basis.pipes, node_counts(basis.nodes, index, None))
    index = index.assign(changed=pd.array([pd.NA] * len(index), dtype="Int64"))
    index.insert(0, "page", np.arange(1, len(index) + 1))
    request = SheetRequest(scale=0.0, paper=paper, subject=tuple(places))
    return Sheets(index, pieces, basis.pipes, request, compounds=basis.compounds)


def _chosen(
    index: pd.DataFrame, geometry: np.ndarray, area: shapely.Geometry | None
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return those sheets with pipes (in the area), the pieces on them, and the numbers of those without."""
    polygons = index["geom"].to_numpy()
    pieces = polygon_pieces(geometry, polygons)
    filled = np.zeros(len(index), dtype=bool)
    filled[pieces["sheet"]] = True
    without = index["sheet_no"][~filled].tolist()
    if area is not None:
        filled[:] = False
        filled[polygon_pieces(within(geometry, area), polygons)["sheet"]] = True
    positions = np.cumsum(filled) - 1
    pieces = pieces[filled[pieces["sheet"]]].reset_index(drop=True)
    pieces["sheet"] = positions[pieces["sheet"]]
    return index[filled].reset_index(drop=True), pieces, without


def _with_changes(
    index: pd.DataFrame, since: ChangesSince | None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the index with ``changed``, and the changes behind it."""
    if since is None:
        return index.assign(changed=pd.array([pd.NA] * len(index), dtype="Int64")), None
    changes = _changes_on_sheets(since.rows, index)
    # Where the log has a gap, anything may have changed.
    changed = np.full(len(index), not since.is_complete)
    changed[changes["sheet"]] = True
    return index.assign(changed=pd.array(changed.astype(int), dtype="Int64")), changes


def sheets_of(
    basis: SeriesBasis, request: SheetRequest = DEFAULT_REQUEST, progress: Progress = SILENT
) -> Sheets:
    """Return the sheets of a network.

    Parameters
    ----------
    basis
        What was read for the request.

    Raises
    ------
    InputError
        For a request that can't be met, and when there is no pipe.
    """
    progress.at(0.0)
    geometry = basis.pipes["geom"].to_numpy()
    grid, notes = None, []
    if request.series == GRID:
        index, pieces, grid = _of_grid(basis, request)
    else:
        if request.series == STRIP:
            index = _of_strips(basis, request)
        else:
            index, notes = _of_units(basis, request)
        index, pieces, without = _chosen(index, geometry, request.area)
        if without:
            notes.append(tr("Without pipes, so without a sheet: {ids}.").format(ids=shortened(without)))
        if index.empty:
            raise InputError(notes[-1]) if without and request.area is None else no_sheet(request.area)
    progress.at(0.6)
    index, pieces = with_figures(index, pieces, basis.pipes, node_counts(basis.nodes, index, grid))
    index, changes = _with_changes(index, basis.since)
    index.insert(0, "page", np.arange(1, len(index) + 1))
    is_network = request.series == GRID and request.area is None and not request.subject
    left_out = left_out_pipes(basis.pipes, basis.strays & is_network)
    progress.at(1.0)
    return Sheets(
        index,
        pieces,
        basis.pipes,
        request,
        grid,
        basis.compounds,
        left_out,
        tuple(notes),
        changes,
    )


def with_sheets(sheets: Sheets, numbers: Collection[str]) -> Sheets:
    """Return some of the sheets, in their order, with pages counted from 1.

    Raises
    ------
    InputError
        When a number is none of them.
    """
    units.refuse_unknown(tuple(numbers), sheets.index["sheet_no"], tr("SHEETS: there is no sheet {ids}."))
    kept = sheets.index["sheet_no"].isin(list(numbers)).to_numpy()
    positions = np.cumsum(kept) - 1
    index = sheets.index[kept].reset_index(drop=True)

    def of_kept(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows[kept[rows["sheet"]]].reset_index(drop=True)
        return rows.assign(sheet=positions[rows["sheet"]])

    return replace(
        sheets,
        index=index.assign(page=np.arange(1, len(index) + 1)),
        pieces=of_kept(sheets.pieces),
        changes=None if sheets.changes is None else of_kept(sheets.changes),
    )


def check_thickness(sheets: Sheets, basis: SeriesBasis, *, most: int) -> None:
    """Refuse a book of absurdly many pages.

    Parameters
    ----------
    most
        So many are printed: the setting `MAX_PAGES`.

    Raises
    ------
    InputError
        With the number of pages and, for a grid, a scale that would do.
    """
    count, request = len(sheets.index), sheets.request
    if count <= most:
        return
    if request.series == GRID:
        for scale in _SCALES:
            if scale <= request.scale or (request.paper in STANDARD_MM and scale > 5000):
                continue
            coarser = len(_of_grid(basis, replace(request, scale=scale))[0])
            if coarser <= most:
                raise InputError(
                    tr(
                        "At 1:{scale:,.0f} the book would have {count:,} pages, more than the {most:,} "
                        "allowed by the setting printing.max_pages. Print at 1:{better:,} ({pages:,} pages) "
                        "or choose an AREA."
                    ).format(scale=request.scale, count=count, most=most, better=scale, pages=coarser)
                )
    raise InputError(
        tr("The book would have {count:,} pages, more than the {most:,} allowed. Choose an AREA.").format(
            count=count, most=most
        )
    )


def _changes_on_sheets(changes: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Return the changes on each sheet, both places of what was moved, as `Sheets` has them."""
    shapes = changes["geom"].to_numpy(dtype=object).copy()
    change, sheet = shapely.STRtree(index["geom"].to_numpy()).query(shapes, predicate="intersects")
    order = np.lexsort((change, sheet))
    rows = changes.iloc[change[order]].reset_index(drop=True)
    rows.insert(0, "sheet", sheet[order])
    return rows
