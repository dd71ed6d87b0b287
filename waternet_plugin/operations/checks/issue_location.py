"""Where an issue is: its assets as they are in the network now, and the part of the map to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, all_tables, table

if TYPE_CHECKING:
    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.operations.checks.issue_rows import Issue
    from waternet_plugin.store import Network

# Around a point, and up to which size all of the assets are shown with it, in metres.
_AROUND_M = 30.0
_WHOLE_M = 160.0


@dataclass(frozen=True)
class Asset:
    """An asset that an issue names: ``wkb`` its shape, None for none; ``fid`` its row."""

    table: str
    asset_id: str
    is_there: bool
    fid: int = -1
    wkb: bytes | None = None


@dataclass(frozen=True)
class IssueLocation:
    """The assets of an issue, the view that shows it (None for no place), and the thresholds in force."""

    assets: tuple[Asset, ...] = ()
    view: tuple[float, float, float, float] | None = None
    settings: Settings | None = field(default=None, compare=False)

    @property
    def shapes(self) -> list[bytes]:
        """The shapes to highlight."""
        return [asset.wkb for asset in self.assets if asset.wkb]

    def named(self, name: str, asset_id: str) -> Asset | None:
        """Return an asset by its table and id."""
        return next(
            (asset for asset in self.assets if (asset.table, asset.asset_id) == (name, asset_id)), None
        )


def _tables(issue: Issue) -> list[str]:
    """Return the table of each asset as the rule names them; those beyond are of the last one's.

    A finding that other tables have too ends in the name of its own.
    """
    rule = issue.rule
    named = [name for name in (rule.tables if rule else ("pipe", "node")) if name in all_tables()]
    last = issue.assets[-1] if issue.assets else ""
    named = [name for name in named if issue.issue_id.endswith(f"{last}-{name}")] or named
    return [named[min(index, len(named) - 1)] for index in range(len(issue.assets))] if named else []


def read_location(network: Network, issue: Issue) -> IssueLocation:
    """Read the assets of an issue."""
    import shapely

    from waternet_plugin.core.shapes.wkb import to_wkb

    tables = _tables(issue)
    rows: dict[tuple[str, str], Any] = {}
    for name in dict.fromkeys(tables):
        described = table(name)
        frame = network.read(
            name, ["fid", described.id_field], ids=list(issue.assets), geometry=described.has_geometry
        )
        shapes = frame[GEOMETRY_COLUMN] if described.has_geometry else [None] * len(frame)
        for fid, asset_id, shape in zip(frame["fid"], frame[described.id_field], shapes):
            rows[name, str(asset_id)] = (int(fid), shape)
    assets, locations = [], []
    for asset_id, wanted in zip(issue.assets, tables):
        # A finding that leaves one of its roles empty names the next ones earlier.
        name = next(
            (table_name for table_name in (wanted, *tables) if (table_name, asset_id) in rows), wanted
        )
        fid, shape = rows.get((name, asset_id), (-1, None))
        if shape is not None and not shapely.is_empty(shape):
            locations.append(shape)
        wkb = to_wkb(shape) if shape is not None else None
        assets.append(Asset(name, asset_id, (name, asset_id) in rows, fid, wkb))
    return IssueLocation(tuple(assets), extent_to_show(issue, locations), network.settings())


def extent_to_show(issue: Issue, shapes: list[Any]) -> tuple[float, float, float, float] | None:
    """Return what to show: the place with its surroundings, all of the assets where they are small."""
    import numpy as np
    import shapely

    bounds = np.array([shapely.bounds(shape) for shape in shapes]).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    all_bounds = None
    if len(bounds):
        low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        all_bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    if issue.xy is None:
        return all_bounds
    x, y = issue.xy
    near = (x - _AROUND_M, y - _AROUND_M, x + _AROUND_M, y + _AROUND_M)
    if all_bounds is None:
        return near
    both = (
        min(near[0], all_bounds[0]),
        min(near[1], all_bounds[1]),
        max(near[2], all_bounds[2]),
        max(near[3], all_bounds[3]),
    )
    return both if max(both[2] - both[0], both[3] - both[1]) <= _WHOLE_M else near
