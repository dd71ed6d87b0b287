"""Direction of drains on the real networks of the EPA test set: hidden inverts, shuffled drawing.

Run with the folder of the drainage data (``epa-swmm``, ``canada-sudbury``); prints the share of conduits
called right, undetermined counted as wrong, and how often a confidence holds. Of Sudbury the drains count
whose inverts fall clearly and were hidden; many lie in parts of one drain, which nothing tells. The constants
were chosen on CHOSEN_ON and judged on the others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "build" / "plugins")]

import sudbury as sudbury_counts  # noqa: E402

from waternet_plugin.core.drainage.inference.direction import (  # noqa: E402
    Directions,
    DrainNetwork,
    infer_direction,
)

CHOSEN_ON = ("Example8", "user2", "user5", "storm")
JUDGED_ON = ("Example3", "Example4", "Example7-Final", "user1", "user3", "user4", "sewage")
DRAWS = 5
SUDBURY = ("storm", "sewage")
# A fall that is clear and no slip of the pen, m; an outfall of Sudbury lies so near to its drain, m.
_FALL_M, _OUTFALL_M = (0.01, 5.0), 10.0
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_LINKS = ("CONDUITS", "PUMPS", "WEIRS", "ORIFICES", "OUTLETS")
_NODES = ("JUNCTIONS", "STORAGE", "OUTFALLS")


def sections(path: Path) -> dict[str, list[list[str]]]:
    """Return the words of each line by section."""
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        text = line.split(";")[0].strip()
        if text.startswith("["):
            rows = found.setdefault(text.strip("[]").upper(), [])
        elif text:
            rows.append(text.split())
    return found


def model(path: Path, *, ground: bool) -> tuple[DrainNetwork, npt.NDArray[np.bool_]]:
    """Return the drains of a model as they flow in it, all forward, and which of them are conduits."""
    words = sections(path)
    nodes = [row for name in _NODES for row in words.get(name, [])]
    number = {row[0]: index for index, row in enumerate(nodes)}
    bottom = np.array([float(row[1]) for row in nodes])
    outfalls = {row[0] for row in words.get("OUTFALLS", [])}
    top = np.array([np.nan if row[0] in outfalls else float(row[1]) + float(row[2]) for row in nodes])
    links = [(name, row) for name in _LINKS for row in words.get(name, [])]
    start = np.array([number[row[1]] for _name, row in links])
    end = np.array([number[row[2]] for _name, row in links])
    conduit = np.array([name == "CONDUITS" for name, _row in links])
    length = np.array([float(row[3]) if name == "CONDUITS" else 1.0 for name, row in links])
    offset = np.array(
        [[float(row[5]), float(row[6])] if name == "CONDUITS" else [0, 0] for name, row in links]
    )
    invert = bottom[np.column_stack([start, end])] + offset
    invert[~conduit] = np.nan
    high = {
        row[0]: float(row[2])
        for row in words.get("XSECTIONS", [])
        # What stands there of a river bed is its name.
        if row[1] != "IRREGULAR" and row[2].replace(".", "").isdigit()
    }
    size = np.array([high.get(row[0], np.nan) or np.nan for _name, row in links])
    network = DrainNetwork(
        start=start, end=end, length_m=length, size_mm=size, invert_m=invert,
        fact=np.where(conduit, 0, 1),
        wet_only=np.array([name == "WEIRS" for name, _row in links]),
        ground_m=top if ground else np.full(len(nodes), np.nan),
        is_exit=np.array([row[0] in outfalls for row in nodes]),
        is_inlet=np.zeros(len(nodes), dtype=bool),
    )  # fmt: skip
    return network, conduit


def sudbury(folder: Path, system: str, *, ground: bool) -> tuple[DrainNetwork, npt.NDArray[np.bool_]]:
    """Return the drains of Sudbury as they are drawn, and which of them fall clearly.

    Sewage leaves where no drain goes on, storm water at the outfalls.
    """
    import geopandas as gpd
    import shapely
    from scipy.spatial import cKDTree

    subject = sudbury_counts.subject_of(folder, system)
    graph, start, end = subject.connected.graph, subject.vertex[:, 0], subject.vertex[:, 1]
    pipes = subject.pipes
    lines = pipes.geometry
    points = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)])
    at = np.concatenate([start, end])

    def near(name: str, column: str | None = None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        read = gpd.read_file(folder / f"{name}.geojson").to_crs(sudbury_counts.CRS)
        apart, nearest = cKDTree(points).query(np.column_stack([read.geometry.x, read.geometry.y]))
        value = read[column].to_numpy(dtype=float) if column else np.zeros(len(read))
        known = (apart < _OUTFALL_M) & np.isfinite(value)
        return at[nearest[known]], value[known]

    is_exit = np.zeros(graph.node_count, dtype=bool)
    if system == "storm":
        is_exit[near("outfalls")[0]] = True
    else:
        is_exit[np.setdiff1d(end, start)] = True
    height = np.full(graph.node_count, np.nan)
    if ground:
        vertex, value = near("manholes" if system == "storm" else "sanitary_manholes", "ELEVATION")
        inside = (value > sudbury_counts.BAND_M[0]) & (value < sudbury_counts.BAND_M[1])
        height[vertex[inside]] = value[inside]
    invert = pipes.frame[["invert_start_m", "invert_end_m"]].to_numpy(dtype=float)
    many = len(pipes)
    network = DrainNetwork(
        start=start, end=end, length_m=shapely.length(lines), size_mm=np.full(many, np.nan),
        invert_m=invert, fact=np.zeros(many, dtype=np.int8), wet_only=np.zeros(many, dtype=bool),
        ground_m=height, is_exit=is_exit, is_inlet=np.zeros(graph.node_count, dtype=bool),
    )  # fmt: skip
    fall = invert[:, 0] - invert[:, 1]
    return network, (fall > _FALL_M[0]) & (fall < _FALL_M[1]) & (start != end)


def spoiled(
    network: DrainNetwork, rng: np.random.Generator, hidden: float = 0.5
) -> tuple[DrainNetwork, npt.NDArray[np.bool_]]:
    """Return a network with the inverts of a share of its drains hidden and half of its lines turned."""
    many = len(network.start)
    turned = (rng.random(many) < 0.5) & (network.fact == 0)
    invert = network.invert_m.copy()
    free = np.flatnonzero(network.fact == 0)
    invert[rng.permutation(free)[: round(hidden * len(free))]] = np.nan
    invert[turned] = invert[turned, ::-1]
    changed = replace(
        network,
        start=np.where(turned, network.end, network.start),
        end=np.where(turned, network.start, network.end),
        invert_m=invert,
    )
    return changed, turned


def draws(
    folder: Path, name: str, *, ground: bool
) -> Iterator[tuple[Directions, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Yield what was inferred, which drains were called right, and which of them count."""
    if name in SUDBURY:
        network, counts = sudbury(folder / "canada-sudbury", name, ground=ground)
    else:
        network, counts = model(folder / "epa-swmm" / f"epa_{name}.inp", ground=ground)
    for seed in range(DRAWS):
        changed, turned = spoiled(network, np.random.default_rng(seed))
        found = infer_direction(changed)
        hidden = np.isnan(changed.invert_m).all(axis=1)
        yield found, found.sense == np.where(turned, -1, 1), counts & hidden if name in SUDBURY else counts


def shares_right(folder: Path, name: str, *, ground: bool) -> tuple[float, list[Any], list[Any]]:
    """Return the mean share of drains called right, and of each draw confidences and which were right."""
    shares, sure, hit = [], [], []
    for found, right, counts in draws(folder, name, ground=ground):
        shares.append(right[counts].mean())
        sure.append(found.confidence[counts])
        hit.append(right[counts])
    return float(np.mean(shares)), sure, hit


def main(folder: Path) -> None:
    """Print the shares and the calibration of both groups."""
    for title, names in (("chosen on", CHOSEN_ON), ("judged on", JUDGED_ON)):
        for ground in (False, True):
            sure: list[Any] = []
            hit: list[Any] = []
            for name in names:
                share, confidences, rights = shares_right(folder, name, ground=ground)
                sure += confidences
                hit += rights
                print(f"{title} {name}, ground {'known' if ground else 'unknown'}: {share:.4f}")
            confidence, called = np.concatenate(sure), np.concatenate(hit)
            for low, high in zip(BINS, (*BINS[1:], 1.01)):
                mask = (confidence >= low) & (confidence < high)
                if mask.any():
                    share = f"{called[mask].mean():.3f} of {mask.sum()}"
                    print(f"  confidence {low:.2f}-{min(high, 1):.2f}: {share}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
