"""States drawn by chance: a network of pipes and the file that comes next, with a judge of its own.

The judge says in plain Python what the network must be after the update; it shares no code with the reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from support.adoption_frames import CRS, line

_MATERIALS = {"CI": "cast_iron", "PE": "pe", "钢管": "steel"}
_ROADS = ("One Road", "人民路", "it's; select")
_IDS = tuple(f"P{number}" for number in range(8))
FIELDS = {"pipe_id": "ID", "material": "MAT", "diameter_mm": "DN", "street": "ROAD", "install_year": "YEAR"}
PARTS = {
    "values": {"material": _MATERIALS},
    "defaults": {"system": "potable", "status": "in_use"},
    "units": {"diameter_mm": "inch"},
}
# What the file may not have.
_MAPPED = ("material", "diameter_mm", "street", "install_year")
_SAME = 1e-9


@dataclass
class Pair:
    """A network and the file that comes next.

    Attributes
    ----------
    network
        The pipes there by id: their fields, and ``geom``.
    file
        The rows of the file as they are written there, by our field names.
    persons
        What people set since, by id.
    take_conflicts, clear, take_geometry, mode
        The choice.
    """

    network: dict[str, dict[str, Any]]
    file: list[dict[str, Any]]
    persons: dict[str, frozenset[str]] = field(default_factory=dict)
    take_conflicts: bool = False
    clear: bool = False
    take_geometry: bool = False
    mode: str = "both"

    @property
    def choice(self) -> dict[str, Any]:
        """The choice by its names."""
        names = ("take_conflicts", "clear", "take_geometry", "mode")
        return {name: getattr(self, name) for name in names}

    def frame(self) -> gpd.GeoDataFrame:
        """Return the file as a frame; without a row it can't be."""
        columns = {
            FIELDS[name]: pd.Series([row[name] for row in self.file], dtype=object)
            for name in ("pipe_id", *_MAPPED)
        }
        shapes = gpd.GeoSeries([row["geom"] for row in self.file], crs=CRS)
        return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes)

    def expected(self) -> dict[str, dict[str, Any]]:
        """Return what the network must be after the update."""
        found = {name: dict(row) for name, row in self.network.items()}
        seen = set()
        for row in self.file:
            name = row["pipe_id"]
            if name in seen:
                continue
            seen.add(name)
            if name not in found:
                if self.mode == "both":
                    known = {one: _meant(one, row[one]) for one in _MAPPED}
                    found[name] = {**known, "geom": row["geom"]}
                continue
            own = frozenset() if self.take_conflicts else self.persons.get(name, frozenset())
            for one in _MAPPED:
                value = _meant(one, row[one])
                if one in own or (value is None and not self.clear):
                    continue
                if not _are_same(found[name][one], value):
                    found[name][one] = value
            moved = shapely.hausdorff_distance(row["geom"], found[name]["geom"]) > 0.001
            if self.take_geometry and moved and "geom" not in own:
                found[name]["geom"] = row["geom"]
        return found

    def gone(self) -> set[str]:
        """Return what the file lacks."""
        return set(self.network) - {row["pipe_id"] for row in self.file}


def _meant(name: str, cell: Any) -> Any:
    """Return what a cell of the file means; None for nothing."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if name == "material":
        return _MATERIALS[cell]
    if name == "diameter_mm":
        return None if cell <= 0 else cell * 25.4
    if name == "install_year":
        return None if cell in (0, 9999) else float(cell)
    return cell.strip()


def _are_same(one: Any, other: Any) -> bool:
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return one is other or one == other
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


def same_rows(found: pd.DataFrame, expected: dict[str, dict[str, Any]]) -> Optional[str]:
    """Return where pipes of a network are not what they must be, None where they are."""
    if set(found["pipe_id"]) != set(expected):
        return f"ids {sorted(found['pipe_id'])} are not {sorted(expected)}"
    for row in found.to_dict("records"):
        wanted = expected[row["pipe_id"]]
        for name in _MAPPED:
            value = None if pd.isna(row[name]) else row[name]
            if not _are_same(value, wanted[name]):
                return f"{row['pipe_id']}: {name} is {value!r}, not {wanted[name]!r}"
        if shapely.hausdorff_distance(row["geom"], wanted["geom"]) > 1e-6:
            return f"{row['pipe_id']}: {row['geom']} is not {wanted['geom']}"
    return None


def _line(chance: np.random.Generator, number: int, away: float) -> shapely.LineString:
    return line((100 * number, away), (100 * number + 100, away + float(chance.integers(3))))


def random_pairs(chance: np.random.Generator, many: int) -> Pair:
    """Draw networks and the files that come next, all of them side by side in one."""
    flags = chance.random(3) < 0.5
    whole = Pair(
        {},
        [],
        {},
        take_conflicts=bool(flags[0]),
        clear=bool(flags[1]),
        take_geometry=bool(flags[2]),
        mode=str(chance.choice(["update", "both"])),
    )
    for number in range(many):
        _add_pair(chance, f"{number}-", whole)
    return whole


def _add_pair(chance: np.random.Generator, prefix: str, whole: Pair) -> None:
    there = [name for name in _IDS if chance.random() < 0.6]
    for name in there:
        whole.network[prefix + name] = {
            "material": chance.choice([*_MATERIALS.values(), None]),
            "diameter_mm": chance.choice([101.6, 152.4, 100.0, None]),
            "street": chance.choice([*_ROADS, None]),
            "install_year": chance.choice([1987.0, 2004.0, None]),
            "geom": _line(chance, _IDS.index(name), 0.0),
        }
        if chance.random() < 0.4:
            whole.persons[prefix + name] = frozenset(chance.choice([*_MAPPED, "geom"], 2).tolist())
    for name in chance.permutation(_IDS)[: chance.integers(1, len(_IDS))].tolist():
        row = {
            "pipe_id": prefix + name,
            "material": chance.choice([*_MATERIALS, None, ""]),
            "diameter_mm": chance.choice([4.0, 6.0, 0.0, None]),
            "street": chance.choice([*_ROADS, f" {_ROADS[0]} ", "  ", None]),
            "install_year": chance.choice([1987, 2004, 0, 9999, None]),
            "geom": _line(chance, _IDS.index(name), chance.choice([0.0, 0.0004, 0.5])),
        }
        if name in there and chance.random() < 0.5:
            row["geom"] = whole.network[prefix + name]["geom"]
        whole.file.append(row)
        if chance.random() < 0.05:
            whole.file.append({**row, "street": "twice"})
