"""What decisions are made from: what a file holds, and what the network knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyproj
from scipy.spatial import KDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.places.transform_set import TransformSet


def _no_numbers() -> Array:
    return np.zeros(0)


def _no_places() -> Array:
    return np.zeros((0, 2))


@dataclass(frozen=True)
class Declared:
    """What a file itself says of a decision: the value, and the words it says it with."""

    value: str
    words: str


@dataclass(frozen=True)
class FileFacts:
    """One file as far as decisions need it.

    Parameters
    ----------
    name
        As in `SurveyFile`.
    first, second
        (n,) float64, the fields x and y of the points as read, NaN where there is no number. ``first`` is the
        column headed X; without such a heading the first of the two.
    height
        (n,) float64 heights of the points, m, NaN where there is none; empty where the file has none.
    ground
        (n,) float64 ground levels that the file gives beside the heights, m, NaN or empty as above.
    first_heading, second_heading
        Words of the headings over ``first`` and ``second``, empty where there are none.
    texts
        Titles, headings and sheet names.
    declared
        What the file says of its decisions.
    encodings
        Encodings in which the file reads without a fault and not the same: none for a workbook, one where it
        is decided, several where it is open.
    end_height, end_depth, end_level
        (k,) float64, for ends of lines whose point is known: its height, the depth and the level there, m,
        NaN where unknown.
    has_levels
        Whether any line has a level or depth.
    bare_plastic_mm
        (p,) float64 sizes of plastic pipes that are written as bare numbers, without DN, dn, De or Φ.
    level_columns, open_sheets
        As in `SurveyFile`.
    angles
        How degrees are written: decimal, packed (see `packed_degrees`), or either: the numbers allow both.
    """

    name: str
    first: Array
    second: Array
    height: Array = field(default_factory=_no_numbers)
    ground: Array = field(default_factory=_no_numbers)
    first_heading: str = ""
    second_heading: str = ""
    texts: tuple[str, ...] = ()
    declared: Mapping[str, Declared] = field(default_factory=dict)
    encodings: tuple[str, ...] = ()
    end_height: Array = field(default_factory=_no_numbers)
    end_depth: Array = field(default_factory=_no_numbers)
    end_level: Array = field(default_factory=_no_numbers)
    has_levels: bool = False
    bare_plastic_mm: Array = field(default_factory=_no_numbers)
    level_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_sheets: Mapping[str, str] = field(default_factory=dict)
    angles: str = "decimal"

    @cached_property
    def rows(self) -> Array:
        """Numbers of the points that have both coordinates."""
        return np.flatnonzero(np.isfinite(self.first) & np.isfinite(self.second))


@dataclass(frozen=True)
class NetworkFacts:
    """The network as far as decisions need it; one for all files of a run, so that its trees are built once.

    Parameters
    ----------
    crs
        Code or WKT of its CRS, metres.
    asset_xy
        (a, 2) float64 places of existing assets, east and north; one for each 50 m or so is enough.
    asset_ids
        (a,) object names of these assets for sentences, or None.
    planned_xy
        (p, 2) float64 places along planned pipes, at most about 50 m apart.
    ground_xy, ground_m
        (g, 2) and (g,) float64 known ground levels and where, m.
    height_datum
        Of the network: 1985, 1956, local or ellipsoidal.
    transform_sets
        The sets that the network has.
    """

    crs: str
    asset_xy: Array = field(default_factory=_no_places)
    asset_ids: Array | None = None
    planned_xy: Array = field(default_factory=_no_places)
    ground_xy: Array = field(default_factory=_no_places)
    ground_m: Array = field(default_factory=_no_numbers)
    height_datum: str = "1985"
    transform_sets: tuple[TransformSet, ...] = ()

    @property
    def has_assets(self) -> bool:
        """Whether anything of the network has a place, planned pipes among it."""
        return bool(len(self.asset_xy) or len(self.planned_xy))

    @cached_property
    def projection(self) -> pyproj.CRS:
        """The CRS, read."""
        return read_crs(self.crs)

    @cached_property
    def asset_tree(self) -> KDTree | None:
        """Tree over the places of assets, None where there are none."""
        return KDTree(self.asset_xy) if len(self.asset_xy) else None

    @cached_property
    def planned_tree(self) -> KDTree | None:
        """Tree over the places of planned pipes, None where there are none."""
        return KDTree(self.planned_xy) if len(self.planned_xy) else None

    @cached_property
    def ground_tree(self) -> KDTree | None:
        """Tree over the known ground, None where there is none."""
        return KDTree(self.ground_xy) if len(self.ground_xy) else None
