"""The drains of seven cities as they are adopted by the guessed mapping alone: ends, levels, flow, findings.

Run with the folder of the drainage data (``canada-*``): prints a row a file. `misfit` are drains whose levels
fit those of the drains beside better the other way round, as the READMEs count them (by more than 5 cm);
drains joined to the wrong system (M1 to M5) follow for each city. Before: as the file has it, lines as they
are drawn, every number a level.
"""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.frames import conform
from waternet_plugin.core.network.model.opposite_ends import lie_opposite
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.joints import joints_of
from waternet_plugin.core.quality.misconnected.rules import misconnections
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.adoption.adopt_layers import MappedFrame, Target, examine
from waternet_plugin.store.foreign.foreign import read_foreign

TODAY = datetime.date(2026, 11, 25)
# The pipes of each city with their system where no column is a list of ours, its manholes, and a metric CRS.
CITIES = {
    "barrie": ("EPSG:32617", {"mains": "storm", "sanitary_mains": "sewage"}, ("devices", "sanitary_devices")),
    "kamloops": ("EPSG:32610", {"mains": "storm", "sanitary_mains": "sewage"}, ()),
    "nanaimo": ("EPSG:32610", {"mains": "storm", "sanitary_mains": "sewage"}, ()),
    "newwestminster": (
        "EPSG:32610",
        {"storm_mains": "storm", "combined_mains": "combined", "sanitary_mains": "sewage"},
        ("storm_manholes", "combined_manholes", "sanitary_manholes"),
    ),
    "peterborough": (
        "EPSG:32617", {"mains": "storm", "sanitary_mains": "sewage"}, ("manholes", "sanitary_manholes")
    ),
    "sudbury": ("EPSG:32617", {"mains": "storm", "sanitary_mains": "sewage"}, ()),
    "windsor": ("EPSG:32617", {"mains": "Sewer_Type", "sanitary_mains": "sewage"}, ()),
}  # fmt: skip
_AS_BEFORE = {"network.unknown_numbers": "", "network.doubtful_levels": ""}
_JOINED = (
    "facility_to_storm",
    "compound_to_other_system",
    "inlet_to_sewage",
    "sewage_to_storm",
    "storm_to_sewage",
)
_NEAR = ("sewage_near_storm", "storm_near_sewage")
_CLEARLY_M = 0.05


@dataclass(frozen=True)
class FileCounts:
    """What became of one file of pipes."""

    city: str
    file: str
    rows: int
    has_ids: bool
    has_levels: bool
    located: int
    against_before: int
    against_after: int
    turned: int
    flow_given: int
    unknown_levels: int
    both_levels: int
    misfit_before: int
    misfit_after: int


def _mapping(frame: pd.DataFrame, name: str, table: str, system: str) -> Mapping:
    """Return the guessed mapping; only what the guess leaves open is said here."""
    guessed = guess(frame, table=table, name=name).mapping
    fields, defaults = dict(guessed.fields), dict(guessed.defaults)
    values = {field: {"*": None} | dict(codes) for field, codes in guessed.values.items()}
    values |= {field: {"*": None, "": None} for field in ("material", "owner") if field in fields}
    for field, word in (("status", "in_use"), ("kind", "manhole"), ("system", system)):
        fields.pop(field, None)
        values.pop(field, None)
        if field != "kind" or table == "node":
            defaults[field] = word
    if system == "Sewer_Type":
        fields["system"] = FieldSource(system)
        values["system"] = {"STORM": "storm", "COMBINED": "combined", "SANITARY": "sewage", "*": "combined"}
        del defaults["system"]
    for field in ("diameter_mm", "width_mm", "height_mm", "length_m", "install_year"):
        fields.pop(field, None)
    fields.pop("from_node" if table == "node" else "", None)
    return Mapping(
        fields=fields,
        values={field: codes for field, codes in values.items() if field in fields},
        defaults=defaults,
        repeated_ids="number",
    )


def adopted(folder: Path, city: str) -> dict[str, tuple[AdoptionResult, gpd.GeoDataFrame]]:
    """Return by file of pipes what adopting the city gives, its manholes first, and the rows before."""
    crs, pipes, manholes = CITIES[city]
    target = Target(crs)
    for name in manholes:
        frame = read_foreign(folder / f"canada-{city}" / f"{name}.geojson")
        part = MappedFrame(name, frame, _mapping(frame, name, "node", "storm"), "node")
        target.keep(examine(target, part, dry_run=True, today=TODAY))
    found = {}
    for name, system in pipes.items():
        frame = read_foreign(folder / f"canada-{city}" / f"{name}.geojson")
        mapping = _mapping(frame, name, "pipe", system)
        part = MappedFrame(name, frame, mapping, "pipe")
        result = examine(target, part, dry_run=True, today=TODAY)
        target.keep(result)
        found[name] = result, _before(frame, mapping, crs, result)
    return found


def _before(frame: pd.DataFrame, mapping: Mapping, crs: str, result: AdoptionResult) -> gpd.GeoDataFrame:
    """Return the same pipes with their lines as drawn, every number a level and no flow."""
    levels = Destination(crs, settings=Settings().replaced(_AS_BEFORE))
    ends = {name: source for name, source in mapping.fields.items() if name not in ("from_node", "to_node")}
    drawn = adopt(
        frame,
        Mapping(ends, mapping.values, mapping.defaults, repeated_ids="number"),
        "pipe",
        into=levels,
        today=TODAY,
        dry_run=True,
    ).rows
    rows = drawn.copy()
    for name in ("from_node", "to_node"):
        if name in result.rows:
            rows[name] = result.rows[name].to_numpy()
    if "flow" in rows:
        rows["flow"] = None
    return rows


def subject_of(rows: list[pd.DataFrame]) -> CheckContext:
    """Return the pipes of a city as a network, joined by what they name and by their ends."""
    joined = pd.concat([conform(one, "pipe") for one in rows], ignore_index=True)
    joined["pipe_id"] = [f"{name}~{row}" for row, name in enumerate(joined["pipe_id"])]
    joined["status"] = "in_use"
    settings = Settings().replaced({"network.tolerance_m": "0.1"})
    frame = joined.drop(columns=["from_node", "to_node"])
    return CheckContext({"pipe": conform(frame, "pipe")}, settings, today=TODAY)


def misfits(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the drains whose levels fit those of the drains beside better the other way round."""
    subject = subject_of([rows])
    pipes, joints = subject.pipes, joints_of(subject)
    level = np.column_stack([pipes.number("invert_start_m"), pipes.number("invert_end_m")])
    apart = np.full((2, len(level), 2), np.inf)
    for turned in (0, 1):
        difference = np.abs(level[joints.pipe, joints.end ^ turned] - level[joints.other, joints.other_end])
        np.fmin.at(apart[turned], (joints.pipe, joints.end), difference)
    beside = np.isfinite(apart).all(axis=0)
    as_is, turned_round = np.where(beside, apart, 0.0).sum(axis=2)
    return np.flatnonzero(beside.any(axis=1) & (turned_round + _CLEARLY_M < as_is))


def located_ends(folder: Path, city: str, rows: pd.DataFrame) -> tuple[int, int]:
    """Return of how many pipes the file's manholes tell both ends, and how many lie against them."""
    places: dict[str, tuple[float, float]] = {}
    crs, _pipes, manholes = CITIES[city]
    for name in manholes:
        frame = read_foreign(folder / f"canada-{city}" / f"{name}.geojson").to_crs(crs)
        id_field = "FACILITYID" if "FACILITYID" in frame else "ASSETID"
        points = np.column_stack([frame.geometry.x, frame.geometry.y])
        places |= dict(zip(frame[id_field].astype(str), map(tuple, points)))
    if "from_node" not in rows or not places:
        return 0, 0
    unknown = (np.nan, np.nan)
    where = np.array(
        [[places.get(str(one), unknown) for one in rows[name]] for name in ("from_node", "to_node")]
    ).transpose(1, 0, 2)
    shapes = rows.geometry.to_numpy()
    ends = np.stack([shapely.get_coordinates(shapely.get_point(shapes, end)) for end in (0, -1)], axis=1)
    return int(np.isfinite(where).all(axis=(1, 2)).sum()), int(lie_opposite(ends, where).sum())


def counts(folder: Path, city: str) -> list[FileCounts]:
    """Return what became of each file of pipes of a city."""
    found = []
    for name, (result, before) in adopted(folder, city).items():
        rows = result.rows
        located, against = located_ends(folder, city, before)
        _located, against_after = located_ends(folder, city, rows)
        lost = [one.count for one in result.nulled if one.cause == "stands_for_unknown"]
        has = {*result.mapping.fields}
        found.append(
            FileCounts(
                city,
                name,
                result.rows_in,
                {"from_node", "to_node"} <= has,
                {"invert_start_m", "invert_end_m"} <= has,
                located,
                against,
                against_after,
                result.turned,
                int(rows["flow"].notna().sum()) if "flow" in rows else 0,
                sum(lost),
                int(rows[["invert_start_m", "invert_end_m"]].notna().all(axis=1).sum()),
                len(misfits(before)),
                len(misfits(rows)),
            )
        )
    return found


def false_findings(rows: list[pd.DataFrame]) -> tuple[list[str], list[str]]:
    """Return the drains joined to the wrong system, and those that end near it."""
    subject = subject_of(rows)
    found = misconnections(subject)
    told = [
        [str(subject.pipes.ids[pipe]) for rule in rules for pipe in found.pipe[found.of(rule)]]
        for rules in (_JOINED, _NEAR)
    ]
    return told[0], told[1]


def main(folder: Path) -> None:
    """Print the table."""
    heads = [*FileCounts.__dataclass_fields__]
    print("| " + " | ".join(heads) + " |")
    for city in CITIES:
        for row in counts(folder, city):
            print("| " + " | ".join(str(getattr(row, head)) for head in heads) + " |")
        results = adopted(folder, city)
        after = false_findings([result.rows for result, _before in results.values()])
        before = false_findings([rows for _result, rows in results.values()])
        for word, told in (("before", before), ("after", after)):
            print(f"  {city} {word}: joined {len(told[0])}, near {len(told[1])} {told[1][:6]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
